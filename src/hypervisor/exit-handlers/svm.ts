/** The guest has no SVM: CPUID does not show it, EFER.SVME reads as 0, and its instructions are undefined (§15.4). */
import { CR4_OSXSAVE, RAX, RCX, RDX } from '../../engine/arch/registers';
import { HostModeError } from '../../engine/machine/host-mode';
import { advance, generalProtection, undefinedOpcode } from '../outcome';
import type { ExitHandler } from './exit-handler';

export const svm: ExitHandler = () => undefinedOpcode('svm');

/**
 * XSETBV: XCR0 is the guest's while it runs, so the processor is given what it asks for, by its own rules. The intercept comes before
 * all checks. Volume 4, XSETBV
 */
export const xsetbv: ExitHandler = ({ vcpu }) => {
  const { vmcb, host } = vcpu;
  if ((vcpu.guestControls.cr4 & CR4_OSXSAVE) === 0) return undefinedOpcode('xsetbv');
  if (vmcb.low('cpl') !== 0 || vcpu.gpr(RCX).low !== 0) return generalProtection('xsetbv');
  try {
    host.writeXcr0(vcpu.gpr(RAX).low, vcpu.gpr(RDX).low);
  } catch (thrown) {
    if (thrown instanceof HostModeError) return generalProtection('xsetbv');
    throw thrown;
  }
  return advance('xsetbv');
};
