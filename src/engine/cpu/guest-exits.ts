/** #VMEXITs with what they have to tell: of instructions, of nested page faults. */
import { EXIT_CODES } from '../arch/exit-codes';
import type { Instruction } from '../isa/decode';
import { FAULT_ADDRESS, FAULT_ERROR, FAULT_VECTOR } from '../state/layout';
import { nRipValid } from '../svm/intercept';
import { storeInstructionBytes } from '../svm/vmexit';
import type { Core } from './core';

/** The processor, as exits are made from it. */
interface Exiting extends Core {
  exitGuest(
    code: number,
    info1Low?: number,
    info1High?: number,
    info2Low?: number,
    info2High?: number,
    nRipLow?: number,
    nRipHigh?: number,
  ): void;
  codeBytes(ripLow: number, ripHigh: number): Uint8Array;
}

/** Bit 4 of a page fault's error code: an instruction fetch. */
const FETCH = 0x10;

export class GuestExits {
  constructor(private readonly core: Exiting) {}

  /** #VMEXIT of an intercepted instruction: RIP stays on it, nRIP is the next one's. */
  ofInstruction(
    code: number,
    i: Instruction,
    info1Low: number,
    info1High: number,
    info2Low: number,
    info2High: number,
  ): void {
    const { core } = this;
    const { state } = core;
    const sum = (state.ripLow >>> 0) + i.length;
    const nextHigh = core.is64Bit && sum > 0xffffffff ? (state.ripHigh + 1) | 0 : state.ripHigh;
    const valid = nRipValid(code);
    core.exitGuest(code, info1Low, info1High, info2Low, info2High, valid ? sum | 0 : 0, valid ? nextHigh : 0);
  }

  ofNestedPageFault(): void {
    const { core } = this;
    const { walker, state } = core;
    if ((walker.errorCode & FETCH) === 0) this.saveInstructionBytes();
    const gpa = walker.faultGpa;
    core.exitGuest(
      EXIT_CODES.VMEXIT_NPF.code,
      state.i32[FAULT_ERROR >> 2]!,
      walker.errorHigh,
      gpa | 0,
      Math.floor(gpa / 0x100000000),
    );
  }

  /** Decode assists: fetches the bytes of the instruction that met a data page fault, for the #VMEXIT that follows. §15.8.4 */
  saveInstructionBytes(): void {
    const { core } = this;
    const { walker, state } = core;
    const kept = { kind: walker.faultKind, code: walker.errorCode, high: walker.errorHigh, gpa: walker.faultGpa };
    const fault = state.i32.slice(FAULT_VECTOR >> 2, (FAULT_ADDRESS + 8) >> 2);
    storeInstructionBytes(core, core.codeBytes(state.ripLow, state.ripHigh));
    state.i32.set(fault, FAULT_VECTOR >> 2);
    walker.faultKind = kept.kind;
    walker.errorCode = kept.code;
    walker.errorHigh = kept.high;
    walker.faultGpa = kept.gpa;
  }
}
