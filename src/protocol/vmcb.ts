/** `pacifica/vmcb`: one guest's VMCB as raw bytes; panels decode it with the tables of `arch/vmcb`. */
import type { VmcbField } from '../engine/arch/vmcb';
import { base64, flag, hex64, list, nullable, object, optional, text, whole } from './check';
import type { Check } from './check';
import type { Base64, Hex64 } from './codec';
import { GUEST_IDENTITY } from './state';
import type { GuestIdentity } from './state';

export interface VmcbQuestion {
  /** Id of a guest; absent: the one `SessionState.guest` names. */
  readonly guest?: number;
}

/** A rule of §15.5.1 that the VMCB breaks. */
export interface VmcbViolation {
  /** Key of VMCB in `arch/vmcb`: the field to blame. */
  readonly field: VmcbField;
  /** What is wrong, such as `EFER.SVME is 0`. */
  readonly what: string;
  readonly section: string;
}

/** Guest registers a #VMEXIT leaves in the processor or in software's hands; RAX, RSP and RIP are in the VMCB. */
export interface ExitRegisters {
  readonly rbx: Hex64;
  readonly rcx: Hex64;
  readonly rdx: Hex64;
  readonly rsi: Hex64;
  readonly rdi: Hex64;
  readonly rbp: Hex64;
}

export interface VmcbView {
  readonly guest: GuestIdentity;
  /** SPA of the VMCB. */
  readonly spa: number;
  /** The page as memory has it now, 4096 bytes. */
  readonly bytes: Base64;
  /** The same page right after the #VMEXIT before the last one of this VMCB; null if there were fewer than two. */
  readonly previous: Base64 | null;
  /** Number of the last #VMEXIT of this VMCB in the exit log, counting from 1; 0 if it has not exited yet. */
  readonly exit: number;
  /** Instructions the guest retired between the last VMRUN of this VMCB and its #VMEXIT (or now, while `inGuest`). */
  readonly since: number;
  /** The processor's GIF now, 0 or 1. §15.17 */
  readonly gif: number;
  /** This guest executes at this moment: what VMRUN loaded is in the processor, the save area in memory is of the VMRUN. */
  readonly inGuest: boolean;
  /** Guest registers as they were at the last #VMEXIT. */
  readonly registers: ExitRegisters;
  /** The instruction at the guest's CS:RIP of this VMCB, disassembled, such as `out dx, al`; empty if it cannot be read. */
  readonly instruction: string;
  /** What VMRUN would refuse in `bytes` now; after VMEXIT_INVALID, what it did refuse. Empty: every rule holds. */
  readonly violations: readonly VmcbViolation[];
  /** How many rules were tested. */
  readonly rules: number;
}

export interface VmcbAnswer {
  /** Null: no VMRUN of that guest has been executed yet, accepted or refused. */
  readonly view: VmcbView | null;
}

export const VMCB_QUESTION: Check<VmcbQuestion> = object<VmcbQuestion>({ guest: optional(whole) });
export const VMCB_ANSWER: Check<VmcbAnswer> = object<VmcbAnswer>({
  view: nullable(
    object<VmcbView>({
      guest: GUEST_IDENTITY,
      spa: whole,
      bytes: base64(4096),
      previous: nullable(base64(4096)),
      exit: whole,
      since: whole,
      gif: whole,
      inGuest: flag,
      registers: object<ExitRegisters>({ rbx: hex64, rcx: hex64, rdx: hex64, rsi: hex64, rdi: hex64, rbp: hex64 }),
      instruction: text,
      violations: list(object<VmcbViolation>({ field: text as Check<VmcbField>, what: text, section: text })),
      rules: whole,
    }),
  ),
});
