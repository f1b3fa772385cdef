/** 128-by-64-bit divisions, CMPXCHG16B, BOUND. */
import { VECTOR_BR, VECTOR_DE, VECTOR_GP } from '../../arch/exceptions';
import { RAX, RBX, RCX, RDX, RFLAGS_ZF, SEG_SS } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { effectiveOffset, linearAddress, operandAddress, readOperand } from '../operands';

function divisor(core: Core, i: Instruction): bigint {
  const { low, high } = readOperand(core, i, 0);
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

const div: Helper = (core, i) => {
  const { state } = core;
  const d = divisor(core, i);
  if (d === 0n) core.raise(VECTOR_DE);
  const n = (state.gpr(RDX) << 64n) | state.gpr(RAX);
  const q = n / d;
  if (q >> 64n) core.raise(VECTOR_DE);
  state.setGprBig(RAX, q);
  state.setGprBig(RDX, n % d);
  return NEXT;
};

const idiv: Helper = (core, i) => {
  const { state } = core;
  const d = BigInt.asIntN(64, divisor(core, i));
  if (d === 0n) core.raise(VECTOR_DE);
  const n = BigInt.asIntN(128, (state.gpr(RDX) << 64n) | state.gpr(RAX));
  const q = n / d;
  if (BigInt.asIntN(64, q) !== q) core.raise(VECTOR_DE);
  state.setGprBig(RAX, q);
  state.setGprBig(RDX, n % d);
  return NEXT;
};

const bytes = new Uint8Array(16);
const view = new DataView(bytes.buffer);

const cmpxchg16b: Helper = (core, i) => {
  const { state } = core;
  const m = i.operands[0]!;
  if (m.kind !== 'memory') throw new Error('CMPXCHG16B without memory');
  const a = operandAddress(core, i, m, 16, true);
  if (a.low & 15) core.raise(VECTOR_GP, 0);
  const stack = m.segment === SEG_SS;
  core.memory.probeWrite(a.low, a.high, 16, false, stack);
  core.memory.readBytes(a.low, a.high, bytes, 16);
  const low = view.getBigUint64(0, true);
  const high = view.getBigUint64(8, true);
  const equal = low === state.gpr(RAX) && high === state.gpr(RDX);
  if (equal) {
    view.setBigUint64(0, state.gpr(RBX), true);
    view.setBigUint64(8, state.gpr(RCX), true);
  } else {
    state.setGprBig(RAX, low);
    state.setGprBig(RDX, high);
  }
  core.memory.writeBytes(a.low, a.high, bytes, 16);
  const flags = core.rflags();
  core.setArithmeticFlags(equal ? flags | RFLAGS_ZF : flags & ~RFLAGS_ZF);
  return NEXT;
};

/** The index and both bounds are signed, of operand size. */
const bound: Helper = (core, i) => {
  const m = i.operands[1]!;
  if (m.kind !== 'memory') throw new Error('BOUND without memory');
  const size = i.operandSize;
  const signed = (value: number): number => (size === 2 ? (value << 16) >> 16 : value);
  const at = effectiveOffset(core, i, m);
  const mask = i.addressSize === 2 ? 0xffff : -1;
  const read = (offset: number): number => {
    const a = linearAddress(core, m.segment, { low: (at.low + offset) & mask, high: 0 }, size, false);
    core.memory.read(a.low, a.high, size, false, m.segment === SEG_SS);
    return signed(core.memory.low);
  };
  const lower = read(0);
  const upper = read(size);
  const index = signed(readOperand(core, i, 0).low);
  if (index < lower || index > upper) core.raise(VECTOR_BR);
  return NEXT;
};

export const ARITHMETIC_HELPERS = { div, idiv, cmpxchg16b, bound } satisfies HelperTable;
