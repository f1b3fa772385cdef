/** INTR: a physical interrupt came while the guest ran (§15.13.1). VINTR: the guest can take one now (§15.13.5). */
import { resume } from '../outcome';
import type { ExitHandler } from './exit-handler';

export const physicalInterrupt: ExitHandler = (_vm, services) => resume(services.serveInterrupt());

/** The loop injects what the guest's PIC has before the next VMRUN. */
export const interruptWindow: ExitHandler = () => resume('pic');
