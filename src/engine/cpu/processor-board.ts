/** What the processor stands on, and why it stands still. */
import type { IoBus, MmioBus } from '../bus/bus';
import type { Clock } from '../bus/clock';
import type { InterruptController } from '../bus/interrupt-controller';

/** Why `run` came back. */
export type StopReason =
  | { readonly kind: 'time' } // the given moment is reached
  | { readonly kind: 'halted' } // HLT, and no alarm pending or interrupts masked; time stands still
  | { readonly kind: 'shutdown' } // triple fault
  | { readonly kind: 'unknown-encoding'; readonly bytes: readonly number[] }
  | { readonly kind: 'breakpoint' } // one of `setBreakpoints` is next
  | { readonly kind: 'stopped' }; // somebody asked for it: see `requestStop`

/** What the processor needs of the board. */
export interface Board {
  readonly io: IoBus;
  readonly mmio: MmioBus;
  readonly clock: Clock;
  readonly interrupts: InterruptController;
  /** The x87 unit's error output: an unmasked exception with CR0.NE clear. */
  floatError(): void;
}
