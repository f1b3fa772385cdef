/** The processor as its out-of-line instructions and event delivery see it. */
import type { IoBus } from '../bus/bus';
import type { InterruptController } from '../bus/interrupt-controller';
import type { Executor } from '../exec/executor';
import type { Instruction } from '../isa/decode';
import type { HelperName } from '../isa/emitter';
import type { Walker } from '../mmu/walk';
import type { SvmContext } from '../svm/context';
import type { DebugRegisters } from './debug-registers';
import type { MemoryAccess } from './memory-access';
import type { Profile } from './profile';

/** A helper's result: go on behind the instruction, or RIP was set (the context may have changed). */
export const NEXT = 0;
export const JUMPED = 1;

/** Does one instruction. RIP is its own address; exceptions are thrown through `core.raise`. */
export type Helper = (core: Core, i: Instruction) => typeof NEXT | typeof JUMPED;
export type HelperTable = Partial<Record<HelperName, Helper>>;

export interface Core extends SvmContext {
  readonly memory: MemoryAccess;
  readonly walker: Walker;
  readonly profile: Profile;
  readonly executor: Executor;
  readonly debug: DebugRegisters;
  readonly board: {
    readonly io: IoBus;
    readonly interrupts: InterruptController;
    /** The x87 unit's error output (FERR), for boards that route it to an interrupt. */
    floatError(): void;
  };
  /** 64-bit mode: EFER.LMA and CS.L. */
  readonly is64Bit: boolean;
  /** EFER.LMA. */
  readonly isLongMode: boolean;
  readonly inGuest: boolean;
  /** Instructions retired since reset. */
  readonly retired: number;
  /** Virtual time in ns; `syncClock` shows it to the devices. */
  readonly now: number;
  syncClock(): void;
  endSlice(): void;
  /** After a device was used: an alarm may now come before the slice's end. */
  endSliceIfAlarmMoved(): void;
  /** CR8: the local APIC's TPR; under V_INTR_MASKING the guest's V_TPR. */
  readonly taskPriority: number;
  setTaskPriority(priority: number): void;

  /** Throws FAULT. Error code −1: none. */
  raise(vector: number, errorCode?: number): never;
  /** Delivers the exception in layout FAULT_*. */
  raiseFault(): void;
  /** Triple fault: SHUTDOWN. */
  shutdown(): void;
  setRflags(value: number): void;
  setArithmeticFlags(value: number): void;
  /** CR3[11:0] under CR4.PCIDE, else 0. §5.5.1 */
  readonly pcid: number;
  /** Drops the translations of this ASID or the host, of all contexts. */
  flushTlb(keepGlobal: boolean): void;
  /** Drops what is not global of one context of this ASID or the host; of an address only, if there is one. */
  flushContext(pcid: number, address?: { readonly low: number; readonly high: number }): void;
  /** INVLPG: of the current context, and of all what is global. */
  invalidatePage(low: number, high: number): void;
  invalidatePageOf(asid: number, low: number, high: number): void;

  /** #VMEXIT of an intercepted instruction; nRIP is filled in where the exit has one. */
  interceptInstruction(
    code: number,
    i: Instruction,
    info1Low?: number,
    info1High?: number,
    info2Low?: number,
    info2High?: number,
  ): void;
  /** Any other #VMEXIT. */
  exitGuest(code: number, info1Low?: number, info1High?: number, info2Low?: number, info2High?: number): void;
  /** Fetches up to 15 bytes at RIP into the VMCB (decode assists of page faults). */
  saveInstructionBytes(): void;
}
