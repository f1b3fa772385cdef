/** What every x87 instruction does around its meaning: pending errors first, the pointers to it afterwards; operands in memory. */
import { EXIT_CODES } from '../arch/exit-codes';
import { VECTOR_MF } from '../arch/exceptions';
import { CR0_NE, SEG_CS, SEG_SS } from '../arch/registers';
import type { Instruction } from '../isa/decode';
import { FCS, FDP, FDS, FIP, FOP, HALTED } from '../state/layout';
import { interceptsNamed } from '../svm/intercept';
import { JUMPED, NEXT, type Core, type Helper } from './core';
import { effectiveOffset, linearAddress, type MemoryOperand } from './operands';
import { isErrorPending } from './x87-registers';

/**
 * A pending unmasked exception met by an instruction that waits for it. With CR0.NE #MF; without, the board's error line is raised and
 * the processor stands still until an interrupt, unless IGNNE says to go on (volume 2, §3.1.1 NE, §8.2.16). True: it stands still.
 */
export function meetsError(core: Core): boolean {
  const { state } = core;
  const ignore = state.msrAt('IGNNE');
  if (!isErrorPending(state)) {
    // the board takes IGNNE back when the error line falls
    if (state.low(ignore) !== 0) state.setHalves(ignore, 0, 0);
    return false;
  }
  if (state.cr(0) & CR0_NE) core.raise(VECTOR_MF);
  if (state.low(ignore) & 1) return false;
  if (core.inGuest && interceptsNamed(state, 'FERR_FREEZE')) {
    core.exitGuest(EXIT_CODES.VMEXIT_FERR_FREEZE.code);
    return true;
  }
  core.board.floatError();
  state.i32[HALTED >> 2] = 1;
  core.endSlice();
  return true;
}

/** Keeps where the instruction and its operand in memory are, and its opcode: for handlers of exceptions. Volume 1, §6.2.5 */
function keepPointers(core: Core, i: Instruction): void {
  const { state } = core;
  state.u16[FOP >> 1] = ((i.row.encoding.opcode & 7) << 8) | i.modrm;
  state.setHalves(FIP, state.ripLow, state.ripHigh);
  state.u16[FCS >> 1] = state.selector(SEG_CS);
  const o = i.operands.find((operand) => operand.kind === 'memory');
  if (o?.kind !== 'memory') return;
  const at = effectiveOffset(core, i, o);
  state.setHalves(FDP, at.low, at.high);
  state.u16[FDS >> 1] = state.selector(o.segment);
}

/** An instruction that waits for pending exceptions and can raise some. */
export const numeric =
  (meaning: (core: Core, i: Instruction) => void): Helper =>
  (core, i) => {
    if (meetsError(core)) return JUMPED;
    meaning(core, i);
    keepPointers(core, i);
    return NEXT;
  };

/** A control instruction that waits. */
export const waiting =
  (meaning: (core: Core, i: Instruction) => void): Helper =>
  (core, i) => {
    if (meetsError(core)) return JUMPED;
    meaning(core, i);
    return NEXT;
  };

/** A control instruction that does not. */
export const direct =
  (meaning: (core: Core, i: Instruction) => void): Helper =>
  (core, i) => {
    meaning(core, i);
    return NEXT;
  };

const buffer = new Uint8Array(16);
const view = new DataView(buffer.buffer);

export const memoryOperand = (i: Instruction): MemoryOperand | undefined => {
  const o = i.operands.find((operand) => operand.kind === 'memory');
  return o?.kind === 'memory' ? o : undefined;
};

/** Linear address of `size` bytes at the memory operand. */
function addressOf(core: Core, i: Instruction, o: MemoryOperand, size: number, write: boolean) {
  return linearAddress(core, o.segment, effectiveOffset(core, i, o), size, write);
}

/** Bytes from `offset` within the memory operand to where offsets of the address size begin anew at 0. */
function roomBehind(core: Core, i: Instruction, o: MemoryOperand, offset: number): number {
  if (i.addressSize === 8) return Infinity;
  const span = i.addressSize === 2 ? 0x1_0000 : 0x1_0000_0000;
  return span - (((effectiveOffset(core, i, o).low >>> 0) + offset) % span);
}

/** Linear address of `size` bytes at `offset` within the memory operand. */
function addressAt(core: Core, i: Instruction, o: MemoryOperand, offset: number, size: number, write: boolean) {
  const start = effectiveOffset(core, i, o);
  const sum = (start.low >>> 0) + offset;
  const low = i.addressSize === 2 ? sum & 0xffff : sum | 0;
  const high = i.addressSize === 8 && sum > 0xffffffff ? (start.high + 1) | 0 : start.high;
  return linearAddress(core, o.segment, { low, high }, size, write);
}

/** Reads `size` bytes (at most one page) at `offset` within the memory operand, to the same place in the image. */
export function readOperandAt(core: Core, i: Instruction, image: Uint8Array, offset: number, size: number): void {
  const o = memoryOperand(i)!;
  const first = Math.min(size, roomBehind(core, i, o, offset));
  const a = addressAt(core, i, o, offset, first, false);
  core.memory.readBytes(a.low, a.high, image.subarray(offset), first, false, o.segment === SEG_SS);
  if (first < size) readOperandAt(core, i, image, offset + first, size - first);
}

/** Writes them. */
export function writeOperandAt(core: Core, i: Instruction, image: Uint8Array, offset: number, size: number): void {
  const o = memoryOperand(i)!;
  const first = Math.min(size, roomBehind(core, i, o, offset));
  const a = addressAt(core, i, o, offset, first, true);
  core.memory.writeBytes(a.low, a.high, image.subarray(offset), first, false, o.segment === SEG_SS);
  if (first < size) writeOperandAt(core, i, image, offset + first, size - first);
}

/** Reads, or asks to be able to write, `size` bytes at `offset` within the memory operand. */
function touch(core: Core, i: Instruction, offset: number, size: number, write: boolean): void {
  const o = memoryOperand(i)!;
  const a = addressAt(core, i, o, offset, size, write);
  if (write) core.memory.probeWrite(a.low, a.high, size, false, o.segment === SEG_SS);
  else core.memory.readBytes(a.low, a.high, buffer, size, false, o.segment === SEG_SS);
}

/**
 * Operands that are wider than a register are tried before anything moves: the first `head` bytes, then the last one. Page faults tell
 * of it.
 */
export function touchEnds(core: Core, i: Instruction, size: number, head: number, write: boolean): void {
  if (head > 0) touch(core, i, 0, head, write);
  touch(core, i, size - 1, 1, write);
}

/** Of ten bytes the lower eight are asked for before all are. */
function touchSignificand(core: Core, i: Instruction, size: number, write: boolean): void {
  if (size === 10) touch(core, i, 0, 8, write);
}

/** Asks for the memory operand to be writable, without writing. */
export function probeOperand(core: Core, i: Instruction, size: number): void {
  touchSignificand(core, i, size, true);
  const o = memoryOperand(i)!;
  const a = addressOf(core, i, o, size, true);
  core.memory.probeWrite(a.low, a.high, size, false, o.segment === SEG_SS);
}

/** A memory operand of 2, 4, 8 or 10 bytes, zero-extended. */
export function readMemory(core: Core, i: Instruction, size: number): bigint {
  buffer.fill(0);
  touchSignificand(core, i, size, false);
  const o = memoryOperand(i)!;
  const a = addressOf(core, i, o, size, false);
  core.memory.readBytes(a.low, a.high, buffer, size, false, o.segment === SEG_SS);
  return (view.getBigUint64(8, true) << 64n) | view.getBigUint64(0, true);
}

export function writeMemory(core: Core, i: Instruction, size: number, bits: bigint): void {
  touchSignificand(core, i, size, true);
  view.setBigUint64(0, BigInt.asUintN(64, bits), true);
  view.setBigUint64(8, BigInt.asUintN(64, bits >> 64n), true);
  const o = memoryOperand(i)!;
  const a = addressOf(core, i, o, size, true);
  core.memory.writeBytes(a.low, a.high, buffer, size, false, o.segment === SEG_SS);
}
