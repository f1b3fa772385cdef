/** Operands of out-of-line instructions: registers and memory, as halves. */
import { VECTOR_GP, VECTOR_SS } from '../arch/exceptions';
import { SEG_FS, SEG_SS } from '../arch/registers';
import { add64 } from '../exec/predecode';
import type { Instruction, Operand } from '../isa/decode';
import { SEG_READ_FIRST, SEG_READ_LAST, SEG_WRITE_FIRST, SEG_WRITE_LAST } from '../state/layout';
import type { Core } from './core';

export type MemoryOperand = Extract<Operand, { kind: 'memory' }>;

/** A linear address as halves. */
export interface Linear {
  low: number;
  high: number;
}

/** The offset a memory operand stands for, at address size. */
export function effectiveOffset(core: Core, i: Instruction, m: MemoryOperand): Linear {
  const { state } = core;
  let low = m.dispLow;
  let high = m.dispHigh;
  if (m.ripRelative) [low, high] = add64(...add64(state.ripLow, state.ripHigh, i.length), m.dispLow);
  const plus = (l: number, h: number): void => {
    const sum = (low >>> 0) + (l >>> 0);
    high = (high + h + (sum > 0xffffffff ? 1 : 0)) | 0;
    low = sum | 0;
  };
  if (m.base >= 0) plus(state.gprLow(m.base), state.gprHigh(m.base));
  if (m.index >= 0) {
    const l = state.gprLow(m.index);
    const h = state.gprHigh(m.index);
    plus(l << m.scale, m.scale === 0 ? h : (h << m.scale) | (l >>> (32 - m.scale)));
  }
  if (i.addressSize === 2) return { low: low & 0xffff, high: 0 };
  return { low, high: i.addressSize === 4 ? 0 : high };
}

/** Segment and offset → linear; outside 64-bit mode checked against the segment. */
export function linearAddress(core: Core, segment: number, offset: Linear, size: number, write: boolean): Linear {
  const { state } = core;
  const baseLow = state.baseLow(segment);
  if (core.is64Bit) {
    if (segment < SEG_FS) return offset;
    const sum = (offset.low >>> 0) + (baseLow >>> 0);
    return { low: sum | 0, high: (offset.high + state.baseHigh(segment) + (sum > 0xffffffff ? 1 : 0)) | 0 };
  }
  const at = state.segmentAt(segment);
  const first = state.u32[(at + (write ? SEG_WRITE_FIRST : SEG_READ_FIRST)) >> 2]!;
  const last = state.u32[(at + (write ? SEG_WRITE_LAST : SEG_READ_LAST)) >> 2]!;
  const from = offset.low >>> 0;
  if (from < first || from + size - 1 > last) core.raise(segment === SEG_SS ? VECTOR_SS : VECTOR_GP, 0);
  return { low: (offset.low + baseLow) | 0, high: 0 };
}

/** Linear address of a memory operand of `size` bytes. */
export function operandAddress(core: Core, i: Instruction, m: MemoryOperand, size: number, write: boolean): Linear {
  return linearAddress(core, m.segment, effectiveOffset(core, i, m), size, write);
}

/** Reads register, memory or immediate operand `n`, zero-extended, as halves. */
export function readOperand(core: Core, i: Instruction, n: number): Linear {
  const o = i.operands[n]!;
  switch (o.kind) {
    case 'immediate':
      return { low: o.low, high: o.high };
    case 'register': {
      const low = core.state.gprLow(o.register);
      if (o.size === 1) return { low: (o.high ? low >>> 8 : low) & 0xff, high: 0 };
      if (o.size === 2) return { low: low & 0xffff, high: 0 };
      return { low, high: o.size === 8 ? core.state.gprHigh(o.register) : 0 };
    }
    case 'memory': {
      const a = operandAddress(core, i, o, o.size, false);
      core.memory.read(a.low, a.high, o.size, false, o.segment === SEG_SS);
      return { low: core.memory.low, high: core.memory.high };
    }
    default:
      throw new Error(`operands: ${i.row.mnemonic} operand ${n} is no value`);
  }
}

/** Writes register or memory operand `n`. */
export function writeOperand(core: Core, i: Instruction, n: number, low: number, high: number): void {
  const o = i.operands[n]!;
  if (o.kind === 'register') {
    writeRegister(core, o.register, o.size, low, high, o.high);
    return;
  }
  if (o.kind !== 'memory') throw new Error(`operands: ${i.row.mnemonic} operand ${n} cannot be written`);
  const a = operandAddress(core, i, o, o.size, true);
  core.memory.write(a.low, a.high, o.size, low, high, false, o.segment === SEG_SS);
}

/** Writes a general register at a size; 32-bit writes clear the upper half. */
export function writeRegister(
  core: Core,
  register: number,
  size: number,
  low: number,
  high = 0,
  highByte = false,
): void {
  const { state } = core;
  const old = state.gprLow(register);
  if (size === 8) state.setGpr(register, low, high);
  else if (size === 4) state.setGpr(register, low, 0);
  else if (size === 2) state.setGpr(register, (old & ~0xffff) | (low & 0xffff), state.gprHigh(register));
  else if (highByte) state.setGpr(register, (old & ~0xff00) | ((low & 0xff) << 8), state.gprHigh(register));
  else state.setGpr(register, (old & ~0xff) | (low & 0xff), state.gprHigh(register));
}
