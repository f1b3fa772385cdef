/** Integer instructions on vectors that lie out of line: what has few users or no vector operation to be made of. */
import { RDI, SEG_DS } from '../../arch/registers';
import { add64 } from '../../exec/predecode';
import type { Instruction } from '../../isa/decode';
import { FSW, FTW, XMM } from '../../state/layout';
import { JUMPED, NEXT, type Core, type Helper, type HelperTable } from '../core';
import { linearAddress, type Linear } from '../operands';
import { readVector, writeVector } from '../vector-operands';
import { meetsError } from '../x87-unit';

const a = new Uint8Array(16);
const b = new Uint8Array(16);
const result = new Uint8Array(16);
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer);
const [viewA, viewB, viewResult] = [viewOf(a), viewOf(b), viewOf(result)];

/** Register stack top, bits 13:11 of the status word. */
const TOP = 0x3800;

/** Every MMX instruction: TOP becomes 0; none of the registers is empty then, or all are (EMMS). Volume 5, §5.10 */
function touchMmx(core: Core, tags: number): void {
  core.state.u16[FSW >> 1]! &= ~TOP;
  core.state.u16[FTW >> 1] = tags;
}

const emms: Helper = (core) => {
  if (meetsError(core)) return JUMPED;
  touchMmx(core, 0);
  return NEXT;
};

/** Writes the bytes whose mask byte has its sign set to DS:rDI. */
const maskmov: Helper = (core, i) => {
  const narrow = i.row.unit === 'mmx';
  if (narrow && meetsError(core)) return JUMPED;
  const size = narrow ? 8 : 16;
  readVector(core, i, 0, a);
  readVector(core, i, 1, b);
  const segment = i.segment >= 0 ? i.segment : SEG_DS;
  const low = core.state.gprLow(RDI);
  const offset = {
    low: i.addressSize === 2 ? low & 0xffff : low,
    high: i.addressSize === 8 ? core.state.gprHigh(RDI) : 0,
  };
  // As silicon does, before the access.
  if (narrow) touchMmx(core, 0xff);
  // By quadwords; nothing is written before all may be.
  const places: Linear[] = [];
  for (let n = 0; n < size; n += 8) {
    const [partLow, partHigh] = add64(offset.low, offset.high, n);
    const at = linearAddress(core, segment, { low: partLow, high: partHigh }, 8, true);
    core.memory.probeWrite(at.low, at.high, 8);
    places.push(at);
  }
  for (const [part, at] of places.entries()) {
    core.memory.readBytes(at.low, at.high, result, 8);
    for (let n = 0; n < 8; n++) if (b[part * 8 + n]! & 0x80) result[n] = a[part * 8 + n]!;
    core.memory.writeBytes(at.low, at.high, result, 8);
  }
  return NEXT;
};

const immediate = (i: Instruction, n: number): number => {
  const o = i.operands[n]!;
  if (o.kind !== 'immediate') throw new Error(`${i.row.mnemonic}: operand ${n} is no immediate`);
  return o.low & 0xff;
};

/** Sums of four absolute differences: one block of the source against eight places of the destination. */
const mpsadbw: Helper = (core, i) => {
  readVector(core, i, 1, b);
  readVector(core, i, 0, a);
  const chosen = immediate(i, 2);
  const from = chosen & 4;
  const block = (chosen & 3) * 4;
  for (let n = 0; n < 8; n++) {
    let sum = 0;
    for (let k = 0; k < 4; k++) sum += Math.abs(a[from + n + k]! - b[block + k]!);
    viewResult.setUint16(n * 2, sum, true);
  }
  writeVector(core, i, 0, result);
  return NEXT;
};

/** The least word and its place. */
const phminposuw: Helper = (core, i) => {
  readVector(core, i, 1, b);
  let least = 0;
  for (let n = 1; n < 8; n++) if (viewB.getUint16(n * 2, true) < viewB.getUint16(least * 2, true)) least = n;
  result.fill(0);
  viewResult.setUint16(0, viewB.getUint16(least * 2, true), true);
  viewResult.setUint16(2, least, true);
  writeVector(core, i, 0, result);
  return NEXT;
};

/** 64 × 64 bits without carries; bits 0 and 4 of the immediate choose quadwords. */
const pclmulqdq: Helper = (core, i) => {
  readVector(core, i, 1, b);
  readVector(core, i, 0, a);
  const chosen = immediate(i, 2);
  const atA = chosen & 1 ? 8 : 0;
  const atB = chosen & 0x10 ? 8 : 0;
  let [m0, m1, m2, m3] = [viewA.getInt32(atA, true), viewA.getInt32(atA + 4, true), 0, 0];
  let [r0, r1, r2, r3] = [0, 0, 0, 0];
  for (let half = 0; half < 8; half += 4) {
    let bits = viewB.getInt32(atB + half, true);
    for (let n = 0; n < 32; n++) {
      const keep = -(bits & 1);
      bits >>>= 1;
      r0 ^= m0 & keep;
      r1 ^= m1 & keep;
      r2 ^= m2 & keep;
      r3 ^= m3 & keep;
      m3 = (m3 << 1) | (m2 >>> 31);
      m2 = (m2 << 1) | (m1 >>> 31);
      m1 = (m1 << 1) | (m0 >>> 31);
      m0 <<= 1;
    }
  }
  [r0, r1, r2, r3].forEach((word, n) => viewResult.setInt32(n * 4, word, true));
  writeVector(core, i, 0, result);
  return NEXT;
};

/** Length (0 means 64) and lowest bit of a field: the two immediates, or two bytes of a register. */
function fieldOf(core: Core, i: Instruction, first: number, registerAt: number): readonly [bigint, bigint] {
  let length: number;
  let from: number;
  if (i.operands[first]?.kind === 'immediate') {
    length = immediate(i, first);
    from = immediate(i, first + 1);
  } else {
    const o = i.operands[1]!;
    if (o.kind !== 'xmm') throw new Error(`${i.row.mnemonic}: no register with the field`);
    length = core.state.u8[XMM + o.register * 16 + registerAt]!;
    from = core.state.u8[XMM + o.register * 16 + registerAt + 1]!;
  }
  return [BigInt(length & 63 || 64), BigInt(from & 63)];
}

/** The high quadword is not defined afterwards; silicon clears it. */
function writeLow(core: Core, i: Instruction, value: bigint): void {
  viewResult.setBigUint64(0, value, true);
  viewResult.setBigUint64(8, 0n, true);
  writeVector(core, i, 0, result);
}

/** Takes a bit field of the low quadword to its low end. */
const extrq: Helper = (core, i) => {
  readVector(core, i, 0, a);
  const [length, from] = fieldOf(core, i, 1, 0);
  writeLow(core, i, BigInt.asUintN(Number(length), viewA.getBigUint64(0, true) >> from));
  return NEXT;
};

/** Puts the source's low bits into a field of the destination's low quadword. */
const insertq: Helper = (core, i) => {
  readVector(core, i, 0, a);
  readVector(core, i, 1, b);
  const [length, from] = fieldOf(core, i, 2, 8);
  const mask = ((1n << length) - 1n) << from;
  const field = BigInt.asUintN(Number(length), viewB.getBigUint64(0, true)) << from;
  writeLow(core, i, (viewA.getBigUint64(0, true) & ~mask) | field);
  return NEXT;
};

export const VECTOR_INTEGER_HELPERS = {
  emms,
  maskmov,
  mpsadbw,
  phminposuw,
  pclmulqdq,
  extrq,
  insertq,
} satisfies HelperTable;
