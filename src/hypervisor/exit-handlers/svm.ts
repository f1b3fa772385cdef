/** The guest has no SVM: CPUID does not show it, EFER.SVME reads as 0, and its instructions are undefined (§15.4). */
import { undefinedOpcode } from '../outcome';
import type { ExitHandler } from './exit-handler';

export const svm: ExitHandler = () => undefinedOpcode('svm');

/** XSETBV with CR4.OSXSAVE = 0, as it always is here. Volume 4, XSETBV */
export const xsetbv: ExitHandler = () => undefinedOpcode('xsetbv');
