/** Conversions between floating-point and integers in XMM, MMX and general registers, and the two approximations (volumes 4, 5). */
import { Ey, Gy, Mq, Nq, Pq, Vd, Vdq, Vq, Wd, Wdq, Wq } from '../operand';
import type { Emitter, Value } from '../emitter';
import { row, type Emit, type Row, type Rules } from '../row';
import type { VectorOp } from '../vector-ops';
import {
  and,
  compute,
  denormalLanes,
  fromBits,
  isDenormal,
  isInexactSeen,
  isNormal,
  isZero,
  lanesAnd,
  lanesOr,
  magnitude,
  nanLanes,
  nonzeroLanes,
  or,
  roundsToNearest,
  splat,
  toBits,
  unless,
  vectorOp,
  type Lane,
} from './vector-float-fast';

const sse = { feature: 'SSE', unit: 'sse', rare: true } as const satisfies Rules;
const sse2 = { feature: 'SSE2', unit: 'sse', rare: true } as const satisfies Rules;
const sseMmx = { feature: 'SSE', unit: 'sse-mmx', rare: true } as const satisfies Rules;
const sse2Mmx = { feature: 'SSE2', unit: 'sse-mmx', rare: true } as const satisfies Rules;

/** How far integers are exact in a format. */
const EXACT = { 4: 1n << 24n, 8: 1n << 53n } as const;

/** From a general register or memory; a 32-bit integer is exact in a double. */
const fromInteger =
  (lane: Lane): Emit =>
  (e) => {
    const source = e.read(1);
    const wide = source.type === 'i64';
    const result = e.pure(`${lane === 4 ? 'f32' : 'f64'}.convert_${source.type}_s` as VectorOp, source);
    if (wide || lane === 4) {
      const size = wide ? 8 : 4;
      const shifted = e.bin('add', source, e.constant(EXACT[lane], size));
      const exact = e.bin('lt_u', shifted, e.constant(2n * EXACT[lane], size));
      unless(e, or(e, exact, roundsToNearest(e)));
    }
    e.write(0, toBits(e, lane, result));
  };

/** To a general register: rounded to nearest, or toward zero. */
const toInteger =
  (lane: Lane, truncates: boolean): Emit =>
  (e) => {
    const source = fromBits(e, lane, e.read(1));
    const wide = e.size === 8;
    // A double holds every 32-bit integer, so that a saturated result is told from a true one.
    const value = lane === 4 ? e.let(e.pure('f64.promote_f32', source)) : source;
    const whole = e.let(compute(e, 8, truncates ? 'trunc' : 'nearest', value));
    const result = e.let(e.pure(wide ? 'i64.trunc_sat_f64_s' : 'i32.trunc_sat_f64_s', whole));
    const back = e.pure(wide ? 'f64.convert_i64_s' : 'f64.convert_i32_s', result);
    let fits = compute(e, 8, 'eq', back, whole);
    if (wide) fits = and(e, fits, e.bin('ne', result, e.constant((1n << 63n) - 1n, 8)));
    const seen = truncates ? isInexactSeen(e) : roundsToNearest(e);
    unless(e, and(e, fits, or(e, compute(e, 8, 'eq', whole, value), seen)));
    e.write(0, result);
  };

const singleToDouble: Emit = (e) => {
  const bits = e.read(1);
  const value = fromBits(e, 4, bits);
  const denormal = isDenormal(e, 4, magnitude(e, 4, bits));
  unless(e, and(e, compute(e, 4, 'eq', value, value), e.un('eqz', denormal)));
  e.write(0, toBits(e, 8, e.pure('f64.promote_f32', value)));
};

const doubleToSingle: Emit = (e) => {
  const bits = e.read(1);
  const result = toBits(e, 4, e.pure('f32.demote_f64', fromBits(e, 8, bits)));
  const size = magnitude(e, 4, result);
  const plain = or(e, isNormal(e, 4, size), isZero(e, magnitude(e, 8, bits)));
  unless(e, and(e, roundsToNearest(e), plain));
  e.write(0, result);
};

const singlesToDoubles: Emit = (e) => {
  const source = e.vector(1);
  const bad = lanesOr(e, nanLanes(e, 4, source), denormalLanes(e, 4, source));
  unless(e, e.un('eqz', e.pure('v128.any_true', bad)));
  e.setVector(0, e.pure('f64x2.promote_low_f32x4', source));
};

const SMALLEST_SINGLE = 0x3810_0000_0000_0000n;
const INFINITY_DOUBLE = 0x7ff0_0000_0000_0000n;

const doublesToSingles: Emit = (e) => {
  const source = e.vector(1);
  const result = e.let(e.pure('f32x4.demote_f64x2_zero', source));
  const size = e.let(vectorOp(e, 8, 'abs', e.pure('f64x2.promote_low_f32x4', result)));
  const huge = e.pure('v128.not', vectorOp(e, 8, 'lt', size, splat(e, 8, INFINITY_DOUBLE)));
  const small = vectorOp(e, 8, 'le', size, splat(e, 8, SMALLEST_SINGLE));
  const bad = e.pure('v128.any_true', lanesOr(e, huge, lanesAnd(e, small, nonzeroLanes(e, 8, source))));
  unless(e, and(e, roundsToNearest(e), e.un('eqz', bad)));
  e.setVector(0, result);
};

const dwordsToSingles: Emit = (e) => {
  const source = e.vector(1);
  const shifted = e.pure('i32x4.add', source, splat(e, 4, EXACT[4]));
  const exact = e.pure('i32x4.all_true', e.pure('i32x4.lt_u', shifted, splat(e, 4, 2n * EXACT[4])));
  unless(e, or(e, exact, roundsToNearest(e)));
  e.setVector(0, e.pure('f32x4.convert_i32x4_s', source));
};

const dwordsToDoubles: Emit = (e) => e.setVector(0, e.pure('f64x2.convert_low_i32x4_s', e.vector(1)));

/** `fits`: lanes whose integer is the whole number. */
function unlessWhole(e: Emitter, lane: Lane, source: Value, whole: Value, fits: Value, truncates: boolean): void {
  const all = (v: Value): Value => e.pure('i32x4.all_true', v);
  const exact = all(vectorOp(e, lane, 'eq', whole, source));
  const seen = truncates ? isInexactSeen(e) : roundsToNearest(e);
  unless(e, and(e, all(fits), or(e, exact, seen)));
}

const singlesToDwords =
  (truncates: boolean): Emit =>
  (e) => {
    const source = e.vector(1);
    const whole = e.let(vectorOp(e, 4, truncates ? 'trunc' : 'nearest', source));
    const result = e.let(e.pure('i32x4.trunc_sat_f32x4_s', whole));
    const back = e.pure('f32x4.convert_i32x4_s', result);
    const saturated = e.pure('i32x4.eq', result, splat(e, 4, 0x7fffffffn));
    const fits = e.pure('v128.andnot', vectorOp(e, 4, 'eq', back, whole), saturated);
    unlessWhole(e, 4, source, whole, fits, truncates);
    e.setVector(0, result);
  };

const doublesToDwords =
  (truncates: boolean): Emit =>
  (e) => {
    const source = e.vector(1);
    const whole = e.let(vectorOp(e, 8, truncates ? 'trunc' : 'nearest', source));
    const result = e.let(e.pure('i32x4.trunc_sat_f64x2_s_zero', whole));
    const back = e.pure('f64x2.convert_low_i32x4_s', result);
    unlessWhole(e, 8, source, whole, vectorOp(e, 8, 'eq', back, whole), truncates);
    e.setVector(0, result);
  };

const SIGN = 0x8000_0000n;
const INFINITY = 0x7f80_0000n;
const SMALLEST = 0x0080_0000n;
/** From here on reciprocals are tiny. */
const LARGEST_INVERTED = 0x7e80_0000n;
const QUIET = 0x0040_0000n;
const DEFAULT_NAN = 0xffc0_0000n;
/** Results have 12 bits after the leading one: the quotient rounded to them. */
const HALF = 0x400n;
const KEPT = 0xffff_f800n;

/**
 * RCPPS, RSQRTPS. Tiny operands count as zeros, tiny results become zeros, no exception is reported. The manual bounds the relative
 * error by 1.5 × 2^−12 and leaves the bits to the processor; these are the exact results rounded to 12 bits of fraction.
 */
function approximation(e: Emitter, source: Value, isRoot: boolean): Value {
  const one = splat(e, 4, 0x3f80_0000n);
  const select = (mask: Value, yes: Value, no: Value): Value => e.pure('v128.bitselect', yes, no, mask);
  const sign = e.let(lanesAnd(e, source, splat(e, 4, SIGN)));
  const quotient = vectorOp(e, 4, 'div', one, isRoot ? vectorOp(e, 4, 'sqrt', source) : source);
  const rounded = lanesAnd(e, e.pure('i32x4.add', quotient, splat(e, 4, HALF)), splat(e, 4, KEPT));
  const size = vectorOp(e, 4, 'abs', source);
  let result = isRoot
    ? select(vectorOp(e, 4, 'lt', source, splat(e, 4, 0n)), splat(e, 4, DEFAULT_NAN), rounded)
    : select(vectorOp(e, 4, 'ge', size, splat(e, 4, LARGEST_INVERTED)), sign, rounded);
  result = select(vectorOp(e, 4, 'lt', size, splat(e, 4, SMALLEST)), lanesOr(e, sign, splat(e, 4, INFINITY)), result);
  return select(nanLanes(e, 4, source), lanesOr(e, source, splat(e, 4, QUIET)), result);
}

const approximate =
  (isRoot: boolean): Emit =>
  (e) =>
    e.setVector(0, approximation(e, e.vector(1), isRoot));

export const VECTOR_FLOAT_CONVERT: readonly Row[] = [
  // From memory they leave the x87 unit alone.
  row('CVTPI2PS', 'NP 0F 2A /r', [Vq, Nq], sseMmx, dwordsToSingles),
  row('CVTPI2PS', 'NP 0F 2A /r', [Vq, Mq], sse, dwordsToSingles),
  row('CVTSI2SS', 'F3 0F 2A /r', [Vd, Ey], sse, fromInteger(4)),
  row('CVTPI2PD', '66 0F 2A /r', [Vdq, Nq], sse2Mmx, dwordsToDoubles),
  row('CVTPI2PD', '66 0F 2A /r', [Vdq, Mq], sse2, dwordsToDoubles),
  row('CVTSI2SD', 'F2 0F 2A /r', [Vq, Ey], sse2, fromInteger(8)),
  row('CVTTPS2PI', 'NP 0F 2C /r', [Pq, Wq], sseMmx, singlesToDwords(true)),
  row('CVTTSS2SI', 'F3 0F 2C /r', [Gy, Wd], sse, toInteger(4, true)),
  row('CVTTPD2PI', '66 0F 2C /r', [Pq, Wdq], sse2Mmx, doublesToDwords(true)),
  row('CVTTSD2SI', 'F2 0F 2C /r', [Gy, Wq], sse2, toInteger(8, true)),
  row('CVTPS2PI', 'NP 0F 2D /r', [Pq, Wq], sseMmx, singlesToDwords(false)),
  row('CVTSS2SI', 'F3 0F 2D /r', [Gy, Wd], sse, toInteger(4, false)),
  row('CVTPD2PI', '66 0F 2D /r', [Pq, Wdq], sse2Mmx, doublesToDwords(false)),
  row('CVTSD2SI', 'F2 0F 2D /r', [Gy, Wq], sse2, toInteger(8, false)),
  row('RSQRTPS', 'NP 0F 52 /r', [Vdq, Wdq], sse, approximate(true)),
  row('RSQRTSS', 'F3 0F 52 /r', [Vd, Wd], sse, approximate(true)),
  row('RCPPS', 'NP 0F 53 /r', [Vdq, Wdq], sse, approximate(false)),
  row('RCPSS', 'F3 0F 53 /r', [Vd, Wd], sse, approximate(false)),
  row('CVTPS2PD', 'NP 0F 5A /r', [Vdq, Wq], sse2, singlesToDoubles),
  row('CVTSS2SD', 'F3 0F 5A /r', [Vq, Wd], sse2, singleToDouble),
  row('CVTPD2PS', '66 0F 5A /r', [Vdq, Wdq], sse2, doublesToSingles),
  row('CVTSD2SS', 'F2 0F 5A /r', [Vd, Wq], sse2, doubleToSingle),
  row('CVTDQ2PS', 'NP 0F 5B /r', [Vdq, Wdq], sse2, dwordsToSingles),
  row('CVTTPS2DQ', 'F3 0F 5B /r', [Vdq, Wdq], sse2, singlesToDwords(true)),
  row('CVTPS2DQ', '66 0F 5B /r', [Vdq, Wdq], sse2, singlesToDwords(false)),
  row('CVTDQ2PD', 'F3 0F E6 /r', [Vdq, Wq], sse2, dwordsToDoubles),
  row('CVTTPD2DQ', '66 0F E6 /r', [Vdq, Wdq], sse2, doublesToDwords(true)),
  row('CVTPD2DQ', 'F2 0F E6 /r', [Vdq, Wdq], sse2, doublesToDwords(false)),
];
