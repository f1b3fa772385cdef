/** BMI1 and BMI2 but for TZCNT: three-operand instructions under VEX, with L = 0 (APM volume 3, chapter 3). */
import { RDX } from '../../arch/registers';
import type { Emitter, Value } from '../emitter';
import { By, Ey, Gy, Ib } from '../operand';
import { row, type Emit, type Row } from '../row';
import { multiplyHigh } from './arithmetic';

/** SF, ZF and PF of a result, CF (i32 0 or 1); OF and AF clear. */
function setCarry(e: Emitter, result: Value, carry: Value): void {
  e.setFlags('result', e.size, result, e.zero(carry, e.size));
}

const andn: Emit = (e) => {
  const inverted = e.bin('xor', e.read(1), e.constant(-1, e.size));
  const r = e.let(e.bin('and', inverted, e.read(2)));
  e.write(0, r);
  e.setFlags('logic', e.size, r);
};

/** Bits `start` (7:0 of the control) and up, `length` (15:8) of them. */
const bextr: Emit = (e) => {
  const s = e.size;
  const width = e.constant(s * 8, s);
  const from = e.read(1);
  const control = e.read(2);
  const start = e.let(e.bin('and', control, e.constant(0xff, s)));
  const length = e.let(e.bin('and', e.bin('shr_u', control, e.constant(8, s)), e.constant(0xff, s)));
  const shifted = e.select(e.bin('lt_u', start, width), e.bin('shr_u', from, start), e.constant(0, s));
  const mask = e.bin('xor', e.bin('shl', e.constant(-1, s), length), e.constant(-1, s));
  const r = e.let(e.bin('and', shifted, e.select(e.bin('lt_u', length, width), mask, e.constant(-1, s))));
  e.write(0, r);
  e.setFlags('logic', s, r);
};

const lowestBit =
  (op: 'BLSI' | 'BLSMSK' | 'BLSR'): Emit =>
  (e) => {
    const a = e.let(e.read(1));
    const zero = e.constant(0, e.size);
    const less = e.bin('sub', a, e.constant(1, e.size));
    const r = e.let(
      op === 'BLSI'
        ? e.bin('and', a, e.bin('sub', zero, a))
        : op === 'BLSMSK'
          ? e.bin('xor', a, less)
          : e.bin('and', a, less),
    );
    const carry = e.let(e.bin(op === 'BLSI' ? 'ne' : 'eq', a, zero));
    e.write(0, r);
    setCarry(e, r, carry);
  };

const bzhi: Emit = (e) => {
  const s = e.size;
  const a = e.read(1);
  const n = e.let(e.bin('and', e.read(2), e.constant(0xff, s)));
  const beyond = e.let(e.bin('ge_u', n, e.constant(s * 8, s)));
  const kept = e.bin('and', a, e.bin('xor', e.bin('shl', e.constant(-1, s), n), e.constant(-1, s)));
  const r = e.let(e.select(beyond, a, kept));
  e.write(0, r);
  setCarry(e, r, beyond);
};

/** rDX times the source: low half to operand 1, then high half to operand 0. */
const mulx: Emit = (e) => {
  const b = e.let(e.read(2));
  const a = e.let(e.gpr(RDX, e.size));
  if (e.size === 8) {
    const low = e.let(e.bin('mul', a, b));
    const high = e.let(multiplyHigh(e, a, b));
    e.write(1, low);
    e.write(0, high);
    return;
  }
  const wide = e.let(e.bin('mul', e.zero(a, 8), e.zero(b, 8)));
  e.write(1, e.zero(wide, 4));
  e.write(0, e.zero(e.bin('shr_u', wide, e.constant(32, 8)), 4));
};

const shift =
  (op: 'shl' | 'shr_u' | 'shr_s' | 'rotr'): Emit =>
  (e) => {
    const a = e.read(1);
    const n = e.bin('and', e.zero(e.read(2), e.size), e.constant(e.size * 8 - 1, e.size));
    e.write(0, e.bin(op, a, n));
  };

const bmi1 = { feature: 'BMI1', unit: 'vex', rare: true } as const;
const bmi2 = { feature: 'BMI2', unit: 'vex', rare: true } as const;

export const BIT_MANIPULATION: readonly Row[] = [
  row('ANDN', 'VEX.LZ.0F38 F2 /r', [Gy, By, Ey], { ...bmi1, undefinedFlags: 'AF PF' }, andn),
  row('BEXTR', 'VEX.LZ.0F38 F7 /r', [Gy, Ey, By], { ...bmi1, undefinedFlags: 'SF AF PF' }, bextr),
  row('BLSR', 'VEX.LZ.0F38 F3 /1', [By, Ey], { ...bmi1, undefinedFlags: 'AF PF' }, lowestBit('BLSR')),
  row('BLSMSK', 'VEX.LZ.0F38 F3 /2', [By, Ey], { ...bmi1, undefinedFlags: 'AF PF' }, lowestBit('BLSMSK')),
  row('BLSI', 'VEX.LZ.0F38 F3 /3', [By, Ey], { ...bmi1, undefinedFlags: 'AF PF' }, lowestBit('BLSI')),
  row('BZHI', 'VEX.LZ.0F38 F5 /r', [Gy, Ey, By], { ...bmi2, undefinedFlags: 'AF PF' }, bzhi),
  row('MULX', 'VEX.LZ.F2.0F38 F6 /r', [Gy, By, Ey], bmi2, mulx),
  row('PDEP', 'VEX.LZ.F2.0F38 F5 /r', [Gy, By, Ey], bmi2, 'pdep'),
  row('PEXT', 'VEX.LZ.F3.0F38 F5 /r', [Gy, By, Ey], bmi2, 'pext'),
  row('SHLX', 'VEX.LZ.66.0F38 F7 /r', [Gy, Ey, By], bmi2, shift('shl')),
  row('SARX', 'VEX.LZ.F3.0F38 F7 /r', [Gy, Ey, By], bmi2, shift('shr_s')),
  row('SHRX', 'VEX.LZ.F2.0F38 F7 /r', [Gy, Ey, By], bmi2, shift('shr_u')),
  row('RORX', 'VEX.LZ.F2.0F3A F0 /r', [Gy, Ey, Ib], bmi2, shift('rotr')),
];
