/**
 * F2XM1, FYL2X, FYL2XP1, FPATAN, FSIN, FCOS, FPTAN on f80 with 64 bits. Computed to far more bits than are kept and rounded as the
 * control word says: within one unit in the last place of the true value, and nearly always the nearest (volume 1, §6.4.5).
 */
import { F80, bitLength, finite, infinity, packSpecial, zero, type Unpacked } from './format';
import { FRACTION, ONE, atan, expm1, ln2, logOfRatio, pi, sinCos } from './fixed-point';
import { denormalFlag, invalid, nanResult } from './nan';
import { PE, ZE, round, type Environment, type Result } from './round';

const F = BigInt(FRACTION);
const ONE_BITS = 0x3fff_8000_0000_0000_0000n;
const SIGN = 1n << 79n;
/** Below 2^−FAINT the next term of a function's series lies beyond the last bit. */
const FAINT = 70;

const special = (x: Unpacked, flags = 0): Result => ({ bits: packSpecial(F80, x), flags });
const topOf = (x: Unpacked): number => x.exponent + bitLength(x.significand) - 1;

/** A finite value as fixed-point number, cut off below. */
function toFixed(x: Unpacked): bigint {
  const shift = BigInt(x.exponent + FRACTION);
  const magnitude = shift >= 0n ? x.significand << shift : x.significand >> -shift;
  return x.sign ? -magnitude : magnitude;
}

/** A fixed-point number, never exact, × 2^exponent. */
function fromFixed(value: bigint, env: Environment, flags: number, exponent = 0): Result {
  const magnitude = value < 0n ? -value : value;
  return round(F80, value < 0n ? 1 : 0, magnitude | 1n, exponent - FRACTION, env, flags);
}

/** x, a trace nearer to zero or farther from it: what a function is where it hugs its argument. */
function nearly(x: Unpacked, farther: boolean, env: Environment, flags: number): Result {
  const trace = farther ? 1n : -1n;
  return round(F80, x.sign, (x.significand << 80n) + trace, x.exponent - 80, env, flags);
}

/** 2^a − 1; beyond −1 ≤ a ≤ 1, where the manual leaves it open, a itself. */
export function exp2m1(a: Unpacked, env: Environment): Result {
  const nan = nanResult(F80, a, a, env);
  if (nan) return nan;
  if (a.class === 'zero') return special(a);
  if (a.class === 'infinity') return a.sign ? { bits: SIGN | ONE_BITS, flags: 0 } : special(a);
  const flags = denormalFlag(a);
  const top = topOf(a);
  if (top >= 0) {
    const isOne = top === 0 && a.significand === 1n << BigInt(bitLength(a.significand) - 1);
    if (isOne && a.sign) return round(F80, 1, 1n, -1, env, flags | PE);
    return round(F80, a.sign, a.significand, a.exponent, env, flags | PE);
  }
  if (top < -FAINT) {
    const product = a.significand * ln2();
    return round(F80, a.sign, product | 1n, a.exponent - FRACTION, env, flags);
  }
  return fromFixed(expm1((toFixed(a) * ln2()) >> F), env, flags);
}

/** y × log₂(value), with the logarithm as fixed-point number that is not 0. */
function timesLog2(y: Unpacked, ln: bigint, whole: number, env: Environment, flags: number): Result {
  const log2 = (ln << F) / ln2() + (BigInt(whole) << F);
  const sign = (y.sign ^ (log2 < 0n ? 1 : 0)) as 0 | 1;
  const product = y.significand * (log2 < 0n ? -log2 : log2);
  // an exact result reports PE, too
  return round(F80, sign, ln === 0n ? product : product | 1n, y.exponent - FRACTION, env, flags | PE);
}

/** y × log₂ x. */
export function yLog2(y: Unpacked, x: Unpacked, env: Environment): Result {
  const nan = nanResult(F80, y, x, env);
  if (nan) return nan;
  if (x.sign && x.class !== 'zero') return invalid(F80);
  const flags = denormalFlag(y, x);
  if (x.class === 'zero') {
    if (y.class === 'zero') return invalid(F80);
    return special(infinity(y.sign ? 0 : 1), y.class === 'infinity' ? 0 : ZE);
  }
  if (x.class === 'infinity') return y.class === 'zero' ? invalid(F80) : special(infinity(y.sign), flags);
  const length = bitLength(x.significand);
  let exponent = x.exponent + length - 1;
  const isPower = x.significand === 1n << BigInt(length - 1);
  const isOne = exponent === 0 && isPower;
  const sign = (y.sign ^ (exponent < 0 ? 1 : 0)) as 0 | 1;
  if (y.class === 'infinity') return isOne ? invalid(F80) : special(infinity(sign), flags);
  if (y.class === 'zero' || isOne) return special(zero(sign), flags);
  if (isPower) return timesLog2(y, 0n, exponent, env, flags);
  // 1/√2 < m < √2, or nearly
  let m = x.significand << (F - BigInt(length - 1));
  if (m > (ONE * 181n) / 128n) {
    m >>= 1n;
    exponent++;
  }
  return timesLog2(y, logOfRatio(((m - ONE) << F) / (m + ONE)), exponent, env, flags);
}

/** y × log₂(1 + x); of x at or below −1, where there is no logarithm, x itself. */
export function yLog2Plus1(y: Unpacked, x: Unpacked, env: Environment): Result {
  const nan = nanResult(F80, y, x, env);
  if (nan) return nan;
  const flags = denormalFlag(y, x);
  const sign = (y.sign ^ x.sign) as 0 | 1;
  if (x.class === 'zero') return y.class === 'infinity' ? invalid(F80) : special(zero(sign), flags);
  if (x.class === 'infinity') return x.sign || y.class === 'zero' ? invalid(F80) : special(infinity(y.sign), flags);
  const top = topOf(x);
  if (y.class === 'infinity') return special(infinity(sign), flags);
  if (y.class === 'zero') return special(zero(sign), flags);
  if (x.sign && top >= 0) return round(F80, x.sign, x.significand, x.exponent, env, flags | PE);
  if (top < -FAINT) {
    const product = y.significand * x.significand * ((ONE << F) / ln2());
    return round(F80, sign, product | 1n, y.exponent + x.exponent - FRACTION, env, flags);
  }
  if (top > 128) {
    const length = bitLength(x.significand);
    const m = x.significand << (F - BigInt(length - 1));
    return timesLog2(y, logOfRatio(((m - ONE) << F) / (m + ONE)), top, env, flags);
  }
  const value = ONE + toFixed(x);
  const length = bitLength(value);
  let whole = 0;
  let m = value;
  // only values far from 1 are scaled: near it every bit counts
  if (value > (ONE * 3n) / 2n || value < (ONE * 2n) / 3n) {
    whole = length - 1 - FRACTION;
    m = whole >= 0 ? value >> BigInt(whole) : value << BigInt(-whole);
    if (m === ONE) return timesLog2(y, 0n, whole, env, flags);
    if (m > (ONE * 181n) / 128n) {
      m >>= 1n;
      whole++;
    }
  }
  return timesLog2(y, logOfRatio(((m - ONE) << F) / (m + ONE)), whole, env, flags);
}

/** The angle of the point (x, y): arctan(y ÷ x) in all four quadrants. */
export function arcTangent(y: Unpacked, x: Unpacked, env: Environment): Result {
  const nan = nanResult(F80, y, x, env);
  if (nan) return nan;
  const flags = denormalFlag(y, x);
  const signed = (angle: bigint): Result => fromFixed(y.sign ? -angle : angle, env, flags);
  if (y.class === 'infinity') {
    if (x.class !== 'infinity') return signed(pi() >> 1n);
    return signed(x.sign ? (pi() * 3n) >> 2n : pi() >> 2n);
  }
  if (y.class === 'zero' || x.class === 'infinity') return x.sign ? signed(pi()) : special(zero(y.sign), flags);
  if (x.class === 'zero') return signed(pi() >> 1n);
  const apart = topOf(y) - topOf(x);
  if (apart < -FAINT && !x.sign) {
    // the ratio itself, a trace smaller
    const ratio = (y.significand << 400n) / x.significand;
    return round(F80, y.sign, ratio | 1n, y.exponent - x.exponent - 400, env, flags);
  }
  const ratio = (a: Unpacked, b: Unpacked): bigint => {
    const shift = a.exponent - b.exponent + FRACTION;
    if (shift < -128) return 0n;
    return shift >= 0
      ? (a.significand << BigInt(shift)) / b.significand
      : (a.significand >> BigInt(-shift)) / b.significand;
  };
  const steep = apart > 0 || (apart === 0 && ratio(y, x) > ONE);
  let angle = steep ? (pi() >> 1n) - atan(ratio(x, y)) : atan(ratio(y, x));
  if (x.sign) angle = pi() - angle;
  return signed(angle);
}

/** Arguments of magnitude 2^63 and more are not reduced: C2 is set instead. */
export const isOutOfRange = (x: Unpacked): boolean => x.class === 'finite' && topOf(x) >= 63;

/** π as processors have it for the reduction of arguments: 66 bits. */
const reducingPi = (): bigint => (pi() >> (F - 64n)) << (F - 64n);

/** x less a multiple of π/2: the rest in −π/4 … π/4, and how many, modulo 4. */
function reduce(x: Unpacked): { rest: bigint; quadrant: number } {
  const value = toFixed(x);
  const half = reducingPi() >> 1n;
  const count = (value + (half >> 1n)) / half - (value + (half >> 1n) < 0n ? 1n : 0n);
  return { rest: value - count * half, quadrant: Number(BigInt.asUintN(2, count)) };
}

interface Waves {
  readonly sin: bigint;
  readonly cos: bigint;
}

function waves(x: Unpacked): Waves {
  const { rest, quadrant } = reduce(x);
  const { sin, cos } = sinCos(rest);
  if (quadrant === 0) return { sin, cos };
  if (quadrant === 1) return { sin: cos, cos: -sin };
  if (quadrant === 2) return { sin: -sin, cos: -cos };
  return { sin: -cos, cos: sin };
}

/** NaNs and infinities, zeros aside. */
function unreal(x: Unpacked, env: Environment): Result | undefined {
  return nanResult(F80, x, x, env) ?? (x.class === 'infinity' ? invalid(F80) : undefined);
}

export function sine(x: Unpacked, env: Environment): Result {
  const odd = unreal(x, env);
  if (odd) return odd;
  if (x.class === 'zero') return special(x);
  if (topOf(x) < -FAINT) return nearly(x, false, env, denormalFlag(x));
  return fromFixed(waves(x).sin, env, denormalFlag(x));
}

export function cosine(x: Unpacked, env: Environment): Result {
  const odd = unreal(x, env);
  if (odd) return odd;
  if (x.class === 'zero') return { bits: ONE_BITS, flags: 0 };
  if (topOf(x) < -FAINT) return nearly(finite(0, 1n, 0), false, env, denormalFlag(x));
  return fromFixed(waves(x).cos, env, denormalFlag(x));
}

export function tangent(x: Unpacked, env: Environment): Result {
  const odd = unreal(x, env);
  if (odd) return odd;
  if (x.class === 'zero') return special(x);
  if (topOf(x) < -FAINT) return nearly(x, true, env, denormalFlag(x));
  const { sin, cos } = waves(x);
  return fromFixed((sin << F) / cos, env, denormalFlag(x));
}
