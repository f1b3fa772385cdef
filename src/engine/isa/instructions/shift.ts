/** Shifts, rotates, double shifts. Counts are masked to 5 bits (6 for 64-bit operands); a masked count of 0 changes no flag. */
import type { Emitter, Value } from '../emitter';
import { CL, Eb, Ev, Gv, Ib, One, type OperandType } from '../operand';
import { row, type Emit, type Row, type Rules } from '../row';

const bits = (e: Emitter): number => e.size * 8;

/** The masked count, of the operand's type. */
function count(e: Emitter, operand: number): Value {
  return e.let(e.zero(e.bin('and', e.read(operand), e.constant(e.size === 8 ? 63 : 31, 4)), e.size));
}

const isSet = (e: Emitter, v: Value): Value => e.bin('ne', v, e.constant(0, e.size));
const topBit = (e: Emitter, v: Value): Value =>
  e.bin('and', e.bin('shr_u', v, e.constant(bits(e) - 1, e.size)), e.constant(1, e.size));
const lowBit = (e: Emitter, v: Value): Value => e.bin('and', v, e.constant(1, e.size));

/** CF and OF (each 0 or 1, of the operand's type) as RFLAGS bits. */
function carryAndOverflow(e: Emitter, cf: Value, of: Value): Value {
  return e.bin('or', cf, e.bin('shl', of, e.constant(11, e.size)));
}

function shift(
  compute: (e: Emitter, a: Value, n: Value) => { r: Value; cf: Value; of: (r: Value, cf: Value) => Value },
): Emit {
  return (e) => {
    const a = e.modify(0);
    const n = count(e, 1);
    const { r, cf, of } = compute(e, a, n);
    const result = e.let(e.mask(r, e.size));
    e.write(0, result);
    e.if(isSet(e, n), () => {
      const carry = e.let(cf);
      e.setFlags('result', e.size, result, carryAndOverflow(e, carry, of(result, carry)));
    });
  };
}

const shl = shift((e, a, n) => ({
  r: e.bin('shl', a, n),
  cf: lowBit(e, e.bin('shr_u', a, e.bin('sub', e.constant(bits(e), e.size), n))),
  of: (r, cf) => e.bin('xor', topBit(e, r), cf),
}));

const shr = shift((e, a, n) => ({
  r: e.bin('shr_u', a, n),
  cf: lowBit(e, e.bin('shr_u', a, e.bin('sub', n, e.constant(1, e.size)))),
  of: () => topBit(e, a),
}));

const sar = shift((e, a, n) => {
  const wide = e.let(e.size === 8 ? a : e.sign(a, e.size, 4));
  return {
    r: e.bin('shr_s', wide, n),
    cf: lowBit(e, e.bin('shr_s', wide, e.bin('sub', n, e.constant(1, e.size)))),
    of: () => e.constant(0, e.size),
  };
});

/** Replaces CF and OF only. */
function replaceCarryOverflow(e: Emitter, cf: Value, of: Value): void {
  const kept = e.bin('and', e.arithmeticFlags(), e.constant(~0x801, 4));
  const both = e.zero(carryAndOverflow(e, cf, of), 4);
  e.setFlags('flags', 4, e.bin('or', kept, both));
}

/** A narrow operand repeated through 32 bits, so that a 32-bit rotate rotates it. */
function repeated(e: Emitter, a: Value): Value {
  return e.size >= 4 ? a : e.bin('mul', a, e.constant(e.size === 1 ? 0x01010101 : 0x00010001, 4));
}

const rotate =
  (op: 'rotl' | 'rotr'): Emit =>
  (e) => {
    const a = e.modify(0);
    const n = count(e, 1);
    const r = e.let(e.mask(e.bin(op, repeated(e, a), n), e.size));
    e.write(0, r);
    e.if(isSet(e, n), () => {
      const top = e.let(topBit(e, r));
      if (op === 'rotl') {
        const cf = e.let(lowBit(e, r));
        replaceCarryOverflow(e, cf, e.bin('xor', top, cf));
      } else {
        const next = lowBit(e, e.bin('shr_u', r, e.constant(bits(e) - 2, e.size)));
        replaceCarryOverflow(e, top, e.bin('xor', top, next));
      }
    });
  };

/** Rotation through carry: 9, 17 and 33-bit rotations in i64, 65-bit ones by hand. `left` amounts by direction. */
const rotateThroughCarry =
  (left: boolean): Emit =>
  (e) => {
    const width = bits(e);
    const a = e.modify(0);
    const masked = count(e, 1);
    const carryIn = e.carry();
    const n = e.let(e.size >= 4 ? e.zero(masked, 8) : e.bin('rem_u', e.zero(masked, 8), e.constant(width + 1, 8)));
    const one = e.constant(1, 8);
    const cin = e.let(e.zero(carryIn, 8));
    const wide = e.let(e.zero(a, 8));
    // Towards the left by k: k = n for RCL, width + 1 - n for RCR.
    const k = left ? n : e.let(e.bin('sub', e.constant(width + 1, 8), n));
    const inverse = e.let(e.bin('sub', e.constant(width + 1, 8), k));
    let r: Value;
    let cf: Value;
    if (e.size === 8) {
      // k and inverse are 1…64 when n ≠ 0; a shift by 64 must give 0, so it is made of two.
      const shiftLeft = (v: Value, by: Value): Value => e.bin('shl', e.bin('shl', v, e.bin('sub', by, one)), one);
      const high = shiftLeft(wide, k);
      const middle = e.bin('shl', cin, e.bin('sub', k, one));
      const low = e.bin('shr_u', e.bin('shr_u', wide, one), e.bin('sub', inverse, one));
      r = e.bin('or', e.bin('or', high, middle), low);
      cf = e.bin('and', e.bin('shr_u', wide, e.bin('sub', inverse, one)), one);
    } else {
      const ring = e.let(e.bin('or', wide, e.bin('shl', cin, e.constant(width, 8))));
      const turned = e.let(e.bin('or', e.bin('shl', ring, k), e.bin('shr_u', ring, inverse)));
      r = turned;
      cf = e.bin('and', e.bin('shr_u', turned, e.constant(width, 8)), one);
    }
    const turns = e.let(e.bin('ne', n, e.constant(0, 8)));
    const result = e.let(e.mask(e.zero(e.select(turns, r, wide), e.size), e.size));
    const carryOut = e.let(e.zero(e.select(turns, cf, cin), e.size));
    e.write(0, result);
    e.if(isSet(e, masked), () => {
      const top = e.let(topBit(e, result));
      const other = left ? carryOut : lowBit(e, e.bin('shr_u', result, e.constant(width - 2, e.size)));
      replaceCarryOverflow(e, carryOut, e.bin('xor', top, other));
    });
  };

/** SHLD, SHRD. A 16-bit count above 16 is undefined; as in AMD's processors the source is shifted in a second time. */
const doubleShift =
  (left: boolean): Emit =>
  (e) => {
    const width = bits(e);
    const a = e.modify(0);
    const b = e.read(1);
    const n = count(e, 2);
    const w = e.constant(width, e.size);
    let r: Value;
    let cf: Value;
    if (e.size === 2) {
      const at = (v: Value, by: number): Value => e.bin('shl', e.zero(v, 8), e.constant(by, 8));
      const ring = e.let(
        left
          ? e.bin('or', e.bin('or', at(a, 32), at(b, 16)), e.zero(b, 8))
          : e.bin('or', e.bin('or', at(b, 32), at(b, 16)), e.zero(a, 8)),
      );
      const wideCount = e.let(e.zero(n, 8));
      if (left) {
        const moved = e.let(e.bin('shl', ring, wideCount));
        r = e.zero(e.bin('shr_u', moved, e.constant(32, 8)), 4);
        cf = e.zero(e.bin('and', e.bin('shr_u', moved, e.constant(48, 8)), e.constant(1, 8)), 4);
      } else {
        r = e.zero(e.bin('shr_u', ring, wideCount), 4);
        const before = e.bin('shr_u', ring, e.bin('sub', wideCount, e.constant(1, 8)));
        cf = e.zero(e.bin('and', before, e.constant(1, 8)), 4);
      }
    } else {
      const back = e.bin('sub', w, n);
      r = left
        ? e.bin('or', e.bin('shl', a, n), e.bin('shr_u', b, back))
        : e.bin('or', e.bin('shr_u', a, n), e.bin('shl', b, back));
      cf = left
        ? lowBit(e, e.bin('shr_u', a, back))
        : lowBit(e, e.bin('shr_u', a, e.bin('sub', n, e.constant(1, e.size))));
    }
    const result = e.let(e.mask(e.select(isSet(e, n), r, a), e.size));
    e.write(0, result);
    e.if(isSet(e, n), () => {
      const carry = e.let(cf);
      e.setFlags('result', e.size, result, carryAndOverflow(e, carry, topBit(e, e.bin('xor', a, result))));
    });
  };

const FORMS: readonly (readonly [string, readonly OperandType[]])[] = [
  ['C0', [Eb, Ib]],
  ['C1', [Ev, Ib]],
  ['D0', [Eb, One]],
  ['D1', [Ev, One]],
  ['D2', [Eb, CL]],
  ['D3', [Ev, CL]],
];

function group2(mnemonic: string, digit: number, meaning: Emit, rules: Rules): Row[] {
  return FORMS.map(([opcode, operands]) => row(mnemonic, `${opcode} /${digit}`, operands, rules, meaning));
}

/** OF is defined for a count of 1 only, CF of a shift only up to the operand's width. */
const SHIFT_FLAGS = 'AF OF(count≠1) CF(count>width)';
const ROTATE_FLAGS = 'OF(count≠1)';

export const SHIFT: readonly Row[] = [
  ...group2('ROL', 0, rotate('rotl'), { undefinedFlags: ROTATE_FLAGS }),
  ...group2('ROR', 1, rotate('rotr'), { undefinedFlags: ROTATE_FLAGS }),
  ...group2('RCL', 2, rotateThroughCarry(true), { undefinedFlags: ROTATE_FLAGS, readsFlags: true }),
  ...group2('RCR', 3, rotateThroughCarry(false), { undefinedFlags: ROTATE_FLAGS, readsFlags: true }),
  ...group2('SHL', 4, shl, { undefinedFlags: SHIFT_FLAGS, aliases: ['SAL'] }),
  ...group2('SHR', 5, shr, { undefinedFlags: SHIFT_FLAGS }),
  ...group2('SHL', 6, shl, { undefinedFlags: SHIFT_FLAGS }),
  ...group2('SAR', 7, sar, { undefinedFlags: SHIFT_FLAGS }),
  row('SHLD', '0F A4 /r', [Ev, Gv, Ib], { undefinedFlags: SHIFT_FLAGS, rare: true }, doubleShift(true)),
  row('SHLD', '0F A5 /r', [Ev, Gv, CL], { undefinedFlags: SHIFT_FLAGS, rare: true }, doubleShift(true)),
  row('SHRD', '0F AC /r', [Ev, Gv, Ib], { undefinedFlags: SHIFT_FLAGS, rare: true }, doubleShift(false)),
  row('SHRD', '0F AD /r', [Ev, Gv, CL], { undefinedFlags: SHIFT_FLAGS, rare: true }, doubleShift(false)),
];
