/** What a handler of one kind of exit gets, and gives. */
import type { Outcome } from '../outcome';
import type { Vm } from '../vm';

/** What handlers may ask of the hypervisor beside the guest that exited. */
export interface ExitServices {
  /** Takes the pending physical interrupt and serves its device; a word for what it was. */
  serveInterrupt(): string;
}

/** Guest registers and devices are the handler's to change; RIP, EVENTINJ and stopping are the loop's. */
export type ExitHandler = (vm: Vm, services: ExitServices) => Outcome;
