/** What runs in a lab, seen alike whether it is a guest under the built-in hypervisor or software on the bare machine. */
import type { Machine, MachineStop } from '../engine/machine/machine';
import type { GuestWatch } from './guests';

export type TargetStop =
  | Exclude<MachineStop, { readonly kind: 'shutdown' }>
  /** `what`: why, if somebody has looked. */
  | { readonly kind: 'shutdown'; readonly what?: string }
  /** The hypervisor cannot go on, and says why. */
  | { readonly kind: 'diagnosis'; readonly what: string };

export interface Target {
  readonly kind: 'guest' | 'bare';
  readonly machine: Machine;
  readonly watch: GuestWatch;
  /** Runs until a virtual time (ns) or for a number of instructions; `stopped` after `requestStop`. */
  run(until: number, steps?: number): TargetStop;
  /** Makes `run` come back between two instructions, from within it (at a #VMEXIT, say). */
  requestStop(): void;
  /** Bytes typed at the far end of COM1. */
  sendConsole(bytes: Iterable<number>): void;
  /** Whether something typed at the console could end HLT. */
  readonly canBeWoken: boolean;
}
