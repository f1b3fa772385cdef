/** `pacifica/state`: what the session is doing, and for whom. */
import { flag, list, nullable, object, text, whole, word } from './check';
import type { Check } from './check';

/** A guest of the session. On a bare machine whose software runs guests, one a VMCB, in the order of their first VMRUN. */
export interface GuestIdentity {
  /** Counts from 0. */
  readonly id: number;
  /** What panels show in a box: `A` for guest 0, `B` for guest 1, … */
  readonly letter: string;
  /** Words for people: `guest A`, or a name the user gave. */
  readonly name: string;
}
export const GUEST_IDENTITY: Check<GuestIdentity> = object<GuestIdentity>({ id: whole, letter: text, name: text });

/** Processor time of a guest; its share is that of the sum over all guests. */
export interface GuestShare {
  /** Id of the guest. */
  readonly guest: number;
  /** Share it is entitled to, relative to the weights of the others. */
  readonly weight: number;
  /** Virtual ns from its VMRUNs to their #VMEXITs, and what those exits cost. */
  readonly processorTime: number;
  /** How it has ended, in words; null: it may go on. */
  readonly end: string | null;
}
const GUEST_SHARE = object<GuestShare>({ guest: whole, weight: whole, processorTime: whole, end: nullable(text) });

/** How the processor executes now, in the manual's words. §1.3 */
export type ProcessorMode = 'real mode' | 'virtual-8086 mode' | 'protected mode' | 'compatibility mode' | 'long mode';
const MODE = word('real mode', 'virtual-8086 mode', 'protected mode', 'compatibility mode', 'long mode');

export type StateQuestion = Record<string, never>;

export interface SessionState {
  /** True from `continue` or a step until the next stop. */
  readonly running: boolean;
  /** The debuggee has ended; nothing will change any more. */
  readonly ended: boolean;
  /** Virtual time: instructions retired since reset, host's and guests'. */
  readonly time: number;
  /** Guests that have been entered at least once, by id. */
  readonly guests: readonly GuestIdentity[];
  /** Processor time of each guest, those not entered yet too. */
  readonly shares: readonly GuestShare[];
  /** The guest in whose favour the processor works: it executes it, or the last #VMEXIT came from it. Null before VMRUN. */
  readonly guest: number | null;
  /** The processor is inside the guest (between VMRUN and #VMEXIT); false: in host mode. */
  readonly inGuest: boolean;
  /** Of what executes now: the guest's mode if `inGuest`, else the host's. */
  readonly mode: ProcessorMode;
  /** #VMEXITs of all guests so far. */
  readonly exits: number;
  /** Why it stands still, in a few words such as `#VMEXIT IOIO`; empty while it runs. */
  readonly reason: string;
}
export const STATE_QUESTION: Check<StateQuestion> = object<StateQuestion>({});
export const SESSION_STATE: Check<SessionState> = object<SessionState>({
  running: flag,
  ended: flag,
  time: whole,
  guests: list(GUEST_IDENTITY),
  shares: list(GUEST_SHARE),
  guest: nullable(whole),
  inGuest: flag,
  mode: MODE,
  exits: whole,
  reason: text,
});
