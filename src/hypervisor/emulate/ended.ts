/** Thrown where an instruction cannot go on: a fault for the guest, or its end. Nothing of the instruction has been done. */
import { diagnosis, type Outcome } from '../outcome';

export class Ended {
  constructor(
    readonly outcome: Outcome,
    /** It is the hypervisor that cannot do it; the processor could. */
    readonly isRefusal = false,
  ) {}
}

export const BY = 'emulation';

export function refuse(message: string): never {
  throw new Ended(diagnosis(BY, message), true);
}
