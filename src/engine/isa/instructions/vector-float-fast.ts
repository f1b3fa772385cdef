/**
 * When a floating-point operation may be done by WebAssembly's own, which rounds to nearest and has no flags: nothing but PE could be
 * raised, PE is sticky already and masked, and no NaN or denormal is around. Everything else is the helper's.
 */
import type { Emitter, Value } from '../emitter';
import type { VectorOp } from '../vector-ops';

const MXCSR_PE = 0x0020;
const MXCSR_PM = 0x1000;
export const MXCSR_RC = 0x6000;

/** Lanes of 4 or 8 bytes, alone or all of a register. */
export type Lane = 4 | 8;
const FRACTION = { 4: 23, 8: 52 } as const;
const EXPONENTS = { 4: 0xff, 8: 0x7ff } as const;

/** Another inexact result changes nothing. */
export function isInexactSeen(e: Emitter): Value {
  const bits = e.constant(MXCSR_PE | MXCSR_PM, 4);
  return e.bin('eq', e.bin('and', e.mxcsr(), bits), bits);
}
/** The same, and results are rounded to nearest. */
export function roundsToNearest(e: Emitter): Value {
  const mask = e.constant(MXCSR_PE | MXCSR_PM | MXCSR_RC, 4);
  return e.let(e.bin('eq', e.bin('and', e.mxcsr(), mask), e.constant(MXCSR_PE | MXCSR_PM, 4)));
}

export const and = (e: Emitter, ...all: readonly Value[]): Value => all.reduce((a, b) => e.bin('and', a, b));
export const or = (e: Emitter, ...all: readonly Value[]): Value => all.reduce((a, b) => e.bin('or', a, b));

/** Leaves the instruction to the helper unless `condition` (i32) holds. */
export function unless(e: Emitter, condition: Value): void {
  e.if(e.un('eqz', condition), () => e.helper('vector-float'));
}

// Scalars: bits in an i32 or i64.

const scalar = (lane: Lane): 'f32' | 'f64' => (lane === 4 ? 'f32' : 'f64');

export function fromBits(e: Emitter, lane: Lane, bits: Value): Value {
  return e.let(e.pure(lane === 4 ? 'f32.reinterpret_i32' : 'f64.reinterpret_i64', bits));
}
export function toBits(e: Emitter, lane: Lane, value: Value): Value {
  return e.let(e.pure(lane === 4 ? 'i32.reinterpret_f32' : 'i64.reinterpret_f64', value));
}
export const compute = (e: Emitter, lane: Lane, op: string, ...operands: readonly Value[]): Value =>
  e.pure(`${scalar(lane)}.${op}` as VectorOp, ...operands);

/** Twice the bits: without the sign. */
export function magnitude(e: Emitter, lane: Lane, bits: Value): Value {
  return e.let(e.bin('shl', bits, e.constant(1, lane)));
}
const power = (lane: Lane, exponent: number): bigint => BigInt(exponent) << BigInt(FRACTION[lane] + 1);

/** Of a magnitude: neither zero nor normal, infinite or NaN. */
export function isDenormal(e: Emitter, lane: Lane, of: Value): Value {
  const one = e.constant(1, lane);
  return e.bin('lt_u', e.bin('sub', of, one), e.constant(power(lane, 1) - 1n, lane));
}
/** Of a result's magnitude: finite and above the smallest normal number, to which tiny results may have been rounded. */
export function isNormal(e: Emitter, lane: Lane, of: Value): Value {
  const least = power(lane, 1) + 2n;
  const span = power(lane, EXPONENTS[lane]) - least;
  return e.bin('lt_u', e.bin('sub', of, e.constant(least, lane)), e.constant(span, lane));
}
export const isZero = (e: Emitter, of: Value): Value => e.un('eqz', of);

// Vectors.

/** `f32x4` or `f64x2`. */
export const lanes = (lane: Lane): 'f32x4' | 'f64x2' => (lane === 4 ? 'f32x4' : 'f64x2');
export const vectorOp = (e: Emitter, lane: Lane, op: string, ...operands: readonly Value[]): Value =>
  e.pure(`${lanes(lane)}.${op}` as VectorOp, ...operands);

/** A vector of equal lanes. */
export function splat(e: Emitter, lane: Lane, bits: bigint): Value {
  return e.vectorConstant(Array.from({ length: 16 }, (_, n) => Number((bits >> BigInt(8 * (n % lane))) & 0xffn)));
}
const smallest = (e: Emitter, lane: Lane): Value => splat(e, lane, 1n << BigInt(FRACTION[lane]));
const infinite = (e: Emitter, lane: Lane): Value => splat(e, lane, BigInt(EXPONENTS[lane]) << BigInt(FRACTION[lane]));

export const lanesOr = (e: Emitter, ...all: readonly Value[]): Value => all.reduce((a, b) => e.pure('v128.or', a, b));
export const lanesAnd = (e: Emitter, ...all: readonly Value[]): Value => all.reduce((a, b) => e.pure('v128.and', a, b));

export function nonzeroLanes(e: Emitter, lane: Lane, v: Value): Value {
  return vectorOp(e, lane, 'ne', v, splat(e, lane, 0n));
}
export function nanLanes(e: Emitter, lane: Lane, v: Value): Value {
  return vectorOp(e, lane, 'ne', v, v);
}
export function denormalLanes(e: Emitter, lane: Lane, v: Value): Value {
  const small = vectorOp(e, lane, 'lt', vectorOp(e, lane, 'abs', v), smallest(e, lane));
  return lanesAnd(e, small, nonzeroLanes(e, lane, v));
}
/** Lanes of a result that are not finite, or at most the smallest normal number where `mayUnderflow`. */
export function unfitLanes(e: Emitter, lane: Lane, result: Value, mayUnderflow: Value): Value {
  const size = e.let(vectorOp(e, lane, 'abs', result));
  const huge = e.pure('v128.not', vectorOp(e, lane, 'lt', size, infinite(e, lane)));
  return lanesOr(e, huge, lanesAnd(e, vectorOp(e, lane, 'le', size, smallest(e, lane)), mayUnderflow));
}
