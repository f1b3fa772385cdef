/** What a user adds to the hypervisor for one guest: answers of their own to its exits, and work before its VMRUNs. */
import type { ExitName } from '../engine/arch/exit-codes';
import type { Outcome } from './outcome';
import type { Vm } from './vm';

export interface GuestSoftware {
  /** Once: the VMCB is filled, the guest has not been entered. A stop keeps it from being. */
  setUp?(vm: Vm): Outcome | undefined;
  /** Before each VMRUN, when the hypervisor has made the guest ready. A stop keeps it from being entered. */
  beforeEntry?(vm: Vm): Outcome | undefined;
  /** Answers an exit; undefined leaves it to the hypervisor's own handler. */
  exit?(name: ExitName, vm: Vm): Outcome | undefined;
}
