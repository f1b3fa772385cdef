/** PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM: comparison of short strings (volume 4, §1.11.9). */
import { RAX, RCX, RDX, RFLAGS_CF, RFLAGS_OF, RFLAGS_SF, RFLAGS_ZF } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import { XMM } from '../../state/layout';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { readVector } from '../vector-operands';

const first = new Uint8Array(16);
const second = new Uint8Array(16);
const result = new Uint8Array(16);

/** Fields of the immediate. */
const WORDS = 0x01;
const SIGNED = 0x02;
const AGGREGATION = 0x0c;
const NEGATE = 0x10;
const ONLY_VALID = 0x20;
/** Last instead of first index; a mask of elements instead of bits. */
const OTHER_OUTPUT = 0x40;

const EQUAL_ANY = 0x00;
const RANGES = 0x04;
const EQUAL_EACH = 0x08;

function elements(bytes: Uint8Array, format: number): number[] {
  const view = new DataView(bytes.buffer);
  if (format & WORDS) {
    return Array.from({ length: 8 }, (_, n) =>
      format & SIGNED ? view.getInt16(n * 2, true) : view.getUint16(n * 2, true),
    );
  }
  return Array.from({ length: 16 }, (_, n) => (format & SIGNED ? view.getInt8(n) : view.getUint8(n)));
}

/** Length in a register: its absolute value, at most the number of elements. */
function explicitLength(core: Core, register: number, wide: boolean, most: number): number {
  const value = BigInt.asIntN(wide ? 64 : 32, core.state.gpr(register));
  const length = value < 0n ? -value : value;
  return length > BigInt(most) ? most : Number(length);
}

/** Bit n: how element n of the second operand fares against the first operand. */
function compare(a: readonly number[], b: readonly number[], lengthA: number, lengthB: number, how: number): number {
  const count = a.length;
  let bits = 0;
  for (let n = 0; n < count; n++) {
    let found: boolean;
    if (how === EQUAL_ANY) {
      found = n < lengthB && a.slice(0, lengthA).includes(b[n]!);
    } else if (how === RANGES) {
      found = false;
      for (let k = 0; n < lengthB && k + 1 < lengthA; k += 2) found ||= a[k]! <= b[n]! && b[n]! <= a[k + 1]!;
    } else if (how === EQUAL_EACH) {
      found = n < lengthA && n < lengthB ? a[n] === b[n] : n >= lengthA && n >= lengthB;
    } else {
      // The first operand as a substring that begins here; what lies beyond the vector's end counts as found.
      found = true;
      for (let k = 0; k < lengthA && n + k < count; k++) found &&= n + k < lengthB && a[k] === b[n + k];
    }
    if (found) bits |= 1 << n;
  }
  return bits;
}

interface Comparison {
  readonly bits: number;
  readonly count: number;
  readonly control: number;
}

/** Compares and sets the flags. */
function run(core: Core, i: Instruction, explicit: boolean): Comparison {
  readVector(core, i, 1, second);
  readVector(core, i, 0, first);
  const immediate = i.operands[2]!;
  if (immediate.kind !== 'immediate') throw new Error(`${i.row.mnemonic}: no immediate`);
  const control = immediate.low;
  const a = elements(first, control);
  const b = elements(second, control);
  const count = a.length;
  const wide = i.operandSize === 8;
  const until = (list: readonly number[]): number => (list.includes(0) ? list.indexOf(0) : count);
  const lengthA = explicit ? explicitLength(core, RAX, wide, count) : until(a);
  const lengthB = explicit ? explicitLength(core, RDX, wide, count) : until(b);
  let bits = compare(a, b, lengthA, lengthB, control & AGGREGATION);
  if (control & NEGATE) bits ^= (1 << (control & ONLY_VALID ? lengthB : count)) - 1;
  core.setArithmeticFlags(
    (bits !== 0 ? RFLAGS_CF : 0) |
      (lengthB < count ? RFLAGS_ZF : 0) |
      (lengthA < count ? RFLAGS_SF : 0) |
      (bits & 1 ? RFLAGS_OF : 0),
  );
  return { bits, count, control };
}

/** The index of the first or last bit to ECX. */
const index =
  (explicit: boolean): Helper =>
  (core, i) => {
    const { bits, count, control } = run(core, i, explicit);
    const lowest = 31 - Math.clz32(bits & -bits);
    const highest = 31 - Math.clz32(bits);
    core.state.setGpr(RCX, bits === 0 ? count : control & OTHER_OUTPUT ? highest : lowest, 0);
    return NEXT;
  };

/** The bits, or a mask of elements, to XMM0. */
const mask =
  (explicit: boolean): Helper =>
  (core, i) => {
    const { bits, count, control } = run(core, i, explicit);
    result.fill(0);
    if (control & OTHER_OUTPUT) {
      for (let n = 0; n < 16; n++) result[n] = (bits >> Math.floor((n * count) / 16)) & 1 ? 0xff : 0;
    } else {
      result[0] = bits;
      result[1] = bits >> 8;
    }
    core.state.u8.set(result, XMM);
    return NEXT;
  };

export const VECTOR_TEXT_HELPERS = {
  pcmpestri: index(true),
  pcmpestrm: mask(true),
  pcmpistri: index(false),
  pcmpistrm: mask(false),
} satisfies HelperTable;
