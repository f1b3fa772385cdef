/** The x87 unit's state as its instructions see it: control, status and tag words, the register stack (volume 1, §6.2). */
import { precisionControl, type Format } from '../float/format';
import type { Environment } from '../float/round';
import type { CpuState } from '../state/cpu-state';
import { FCS, FCW, FDP, FDS, FIP, FOP, FSW, FTW, MXCSR, X87 } from '../state/layout';

/** Bits of the status word; the exceptions are float/round's flags. */
export const STACK_FAULT = 0x40;
export const ERROR_SUMMARY = 0x80;
export const C0 = 0x100;
export const C1 = 0x200;
export const C2 = 0x400;
export const C3 = 0x4000;
export const CONDITIONS = C0 | C1 | C2 | C3;
const BUSY = 0x8000;
const TOP_SHIFT = 11;
const TOP = 7 << TOP_SHIFT;
/** Exceptions with STACK_FAULT. */
const STICKY = 0x7f;
export const EXCEPTIONS = 0x3f;

/** Bits of the control word that can be written; bit 6 reads as one. Bit 12, once infinity control, is kept and means nothing. */
const FCW_WRITABLE = 0x1f3f;
const FCW_FIXED = 0x0040;
export const FCW_INIT = 0x037f;
export const MXCSR_INIT = 0x1f80;

export const controlWord = (state: CpuState): number => state.u16[FCW >> 1]!;
export const statusWord = (state: CpuState): number => state.u16[FSW >> 1]!;

/** ES and B follow from the exceptions and their masks. */
function summarize(state: CpuState): void {
  const status = statusWord(state);
  const pending = (status & ~controlWord(state) & EXCEPTIONS) !== 0;
  state.u16[FSW >> 1] = (status & ~(ERROR_SUMMARY | BUSY)) | (pending ? ERROR_SUMMARY | BUSY : 0);
}

export function setControlWord(state: CpuState, value: number): void {
  state.u16[FCW >> 1] = (value & FCW_WRITABLE) | FCW_FIXED;
  summarize(state);
}

/** Sets the status word; ES and B are made to fit the control word, which goes first. */
export function setStatusWord(state: CpuState, value: number): void {
  state.u16[FSW >> 1] = value;
  summarize(state);
}

export const isErrorPending = (state: CpuState): boolean => (statusWord(state) & ERROR_SUMMARY) !== 0;

/** Adds exception flags (and STACK_FAULT) to those there are; says which of the new ones are not masked. */
export function raiseFlags(state: CpuState, flags: number): number {
  setStatusWord(state, statusWord(state) | (flags & STICKY));
  return flags & ~controlWord(state) & EXCEPTIONS;
}

/** Sets the condition codes in `mask` as in `value`. */
export function setConditions(state: CpuState, mask: number, value: number): void {
  state.u16[FSW >> 1] = (statusWord(state) & ~mask) | (value & mask);
}

export const top = (state: CpuState): number => (statusWord(state) & TOP) >> TOP_SHIFT;
export function setTop(state: CpuState, value: number): void {
  state.u16[FSW >> 1] = (statusWord(state) & ~TOP) | ((value & 7) << TOP_SHIFT);
}

const physical = (state: CpuState, position: number): number => (top(state) + position) & 7;

/** `position`: of the stack, 0 is ST(0); −1 the register that a push fills. */
export const isEmpty = (state: CpuState, position: number): boolean =>
  (state.u16[FTW >> 1]! & (1 << physical(state, position))) === 0;

export function setEmpty(state: CpuState, position: number): void {
  state.u16[FTW >> 1]! &= ~(1 << physical(state, position));
}

/** 80 bits of Rn. */
export function physicalRegister(state: CpuState, n: number): bigint {
  const at = X87 + n * 16;
  return (BigInt(state.u16[(at + 8) >> 1]!) << 64n) | state.big(at);
}
export function setPhysicalRegister(state: CpuState, n: number, bits: bigint): void {
  const at = X87 + n * 16;
  state.setBig(at, bits);
  state.u16[(at + 8) >> 1] = Number(bits >> 64n);
}

export const stackRegister = (state: CpuState, position: number): bigint =>
  physicalRegister(state, physical(state, position));

/** Writes ST(position), which is not empty afterwards. */
export function setStackRegister(state: CpuState, position: number, bits: bigint): void {
  const n = physical(state, position);
  setPhysicalRegister(state, n, bits);
  state.u16[FTW >> 1]! |= 1 << n;
}

export function push(state: CpuState, bits: bigint): void {
  setTop(state, top(state) - 1);
  setStackRegister(state, 0, bits);
}

export function pop(state: CpuState): void {
  setEmpty(state, 0);
  setTop(state, top(state) + 1);
}

/** Rounding and masks of the control word. */
export function environment(state: CpuState): Environment {
  const control = controlWord(state);
  return { rounding: (control >> 10) & 3, unmasked: ~control & EXCEPTIONS, unit: 'x87' };
}

/** What arithmetic rounds to under the control word's precision. */
export const resultFormat = (state: CpuState): Format => precisionControl((controlWord(state) >> 8) & 3);

/** The tag word with two bits for each register, as FNSTENV writes it: 0 valid, 1 zero, 2 special, 3 empty. Volume 1, §6.2.4 */
export function fullTagWord(state: CpuState): number {
  const abridged = state.u16[FTW >> 1]!;
  let word = 0;
  for (let n = 0; n < 8; n++) {
    const bits = physicalRegister(state, n);
    const exponent = Number(bits >> 64n) & 0x7fff;
    const significand = BigInt.asUintN(64, bits);
    let tag = 0;
    if ((abridged & (1 << n)) === 0) tag = 3;
    else if (exponent === 0 && significand === 0n) tag = 1;
    else if (exponent === 0 || exponent === 0x7fff || significand >> 63n === 0n) tag = 2;
    word |= tag << (2 * n);
  }
  return word;
}

/** Takes from a full tag word what counts: which registers are empty. */
export function setFullTagWord(state: CpuState, word: number): void {
  let abridged = 0;
  for (let n = 0; n < 8; n++) if (((word >> (2 * n)) & 3) !== 3) abridged |= 1 << n;
  state.u16[FTW >> 1] = abridged;
}

/** FNINIT: the registers keep what is in them and are empty. */
export function initialize(state: CpuState): void {
  state.u16[FCW >> 1] = FCW_INIT;
  state.u16[FSW >> 1] = 0;
  state.u16[FTW >> 1] = 0;
  state.u16[FOP >> 1] = 0;
  state.setBig(FIP, 0n);
  state.setBig(FDP, 0n);
  state.u16[FCS >> 1] = 0;
  state.u16[FDS >> 1] = 0;
}

/** After RESET (volume 2, table 14-1). */
export function resetFloatState(state: CpuState, control: number, tag: number, mxcsr: number): void {
  initialize(state);
  state.u16[FCW >> 1] = control;
  setFullTagWord(state, tag);
  state.u32[MXCSR >> 2] = mxcsr;
}
