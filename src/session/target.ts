/** What runs in a lab, seen alike whether it is a guest under the built-in hypervisor or software on the bare machine. */
import type { VgaTextDisplay } from '../engine/devices/vga-text';
import type { Machine, MachineStop } from '../engine/machine/machine';
import type { Guest, GuestWatch } from './guests';
import type { LabEnd } from './stop';

export type TargetStop =
  | Exclude<MachineStop, { readonly kind: 'shutdown' }>
  /** `what`: why, if somebody has looked. */
  | { readonly kind: 'shutdown'; readonly what?: string }
  /** The hypervisor cannot go on, and says why. */
  | { readonly kind: 'diagnosis'; readonly what: string }
  /** Each of several guests under the built-in hypervisor has come to an end of its own. */
  | { readonly kind: 'guests-ended' };

/** How a guest stands beside the others. */
export interface Standing {
  /** Of the processor, relative to the others'; 1 on the bare machine, where software decides. */
  readonly weight: number;
  /** Virtual ns from its VMRUNs to their #VMEXITs, and what those exits cost. */
  readonly used: number;
  /** Its end, where others may go on. */
  readonly end: LabEnd | undefined;
}

/** A text screen, and whose it is. */
export interface ScreenDevice {
  /** Id of a guest, or null: the machine's. */
  readonly guest: number | null;
  /** The guest's name, where there are several. */
  readonly name: string | null;
  readonly vga: VgaTextDisplay;
}

export interface Target {
  readonly kind: 'guest' | 'bare';
  readonly machine: Machine;
  readonly watch: GuestWatch;
  /** Runs until a virtual time (ns) or for a number of instructions; `stopped` after `requestStop`. */
  run(until: number, steps?: number): TargetStop;
  /** Makes `run` come back between two instructions, from within it (at a #VMEXIT, say). */
  requestStop(): void;
  /** Bytes typed at the terminal. */
  sendConsole(bytes: Iterable<number>): void;
  /** Keys pressed and let go, in codes of set 2, at the keyboard beside a screen. */
  typeKeys(guest: number | null, codes: readonly number[]): void;
  readonly screens: readonly ScreenDevice[];
  /** HLT: nothing happens before `nextAlarm` (virtual ns; Infinity: none), if nothing comes from outside. */
  readonly sleeps: boolean;
  readonly nextAlarm: number;
  /** Whether something typed at the console could end HLT. */
  readonly canBeWoken: boolean;
  /** Whether a key could. */
  readonly keyCanWake: boolean;
  standing(guest: Guest): Standing;
  /** Told when a guest of the built-in hypervisor has come to its end: its id. */
  onGuestEnd?: (id: number) => void;
}
