/** INTR: a physical interrupt came while the guest ran (§15.13.1). VINTR: the guest can take one now (§15.13.5). IRET: an NMI ends. */
import { resume } from '../outcome';
import type { ExitHandler } from './exit-handler';
import { unexpected } from './unexpected';

export const physicalInterrupt: ExitHandler = (_vm, services) => resume(services.serveInterrupt());

/** The loop injects what the guest's board has before the next VMRUN. */
export const interruptWindow: ExitHandler = () => resume('interrupt window');

/** The handler of an NMI is done with this instruction: it is let through before the next NMI. §15.21.8 */
export const nmiReturn: ExitHandler = (vm, services) => {
  const { vcpu } = vm;
  if (!vcpu.state.nmiBlocked) return unexpected(vm, services);
  vcpu.state.nmiBlocked = false;
  vcpu.state.nmiReturn = vcpu.vmcb.number('rip');
  vcpu.intercept('IRET', false);
  return resume('nmi');
};
