/** Addition, subtraction, multiplication, division, square root: exact, rounded once. */
import { bitLength, infinity, packSpecial, zero, type Format, type Unpacked } from './format';
import { denormalFlag, invalid, nanResult } from './nan';
import { DOWN, ZE, round, type Environment, type Result } from './round';

const special = (format: Format, x: Unpacked, flags: number): Result => ({ bits: packSpecial(format, x), flags });

function sum(format: Format, a: Unpacked, b: Unpacked, signB: 0 | 1, env: Environment): Result {
  const nan = nanResult(format, a, b, env);
  if (nan) return nan;
  if (a.class === 'infinity' && b.class === 'infinity' && a.sign !== signB) return invalid(format);
  const flags = denormalFlag(a, b);
  if (a.class === 'infinity') return special(format, a, flags);
  if (b.class === 'infinity') return special(format, infinity(signB), flags);
  const exponent = Math.min(a.class === 'zero' ? b.exponent : a.exponent, b.class === 'zero' ? a.exponent : b.exponent);
  const scaled = (x: Unpacked, sign: 0 | 1): bigint => {
    const magnitude = x.significand === 0n ? 0n : x.significand << BigInt(x.exponent - exponent);
    return sign ? -magnitude : magnitude;
  };
  const exact = scaled(a, a.sign) + scaled(b, signB);
  if (exact === 0n) {
    const both = a.class === 'zero' && b.class === 'zero' && a.sign === signB;
    return special(format, zero(both ? a.sign : env.rounding === DOWN ? 1 : 0), flags);
  }
  return round(format, exact < 0n ? 1 : 0, exact < 0n ? -exact : exact, exponent, env, flags);
}

/** a + b in `format`. */
export function add(format: Format, a: Unpacked, b: Unpacked, env: Environment): Result {
  return sum(format, a, b, b.sign, env);
}

/** a − b. */
export function sub(format: Format, a: Unpacked, b: Unpacked, env: Environment): Result {
  return sum(format, a, b, b.sign ? 0 : 1, env);
}

/** a × b. */
export function mul(format: Format, a: Unpacked, b: Unpacked, env: Environment): Result {
  const nan = nanResult(format, a, b, env);
  if (nan) return nan;
  const sign = (a.sign ^ b.sign) as 0 | 1;
  const flags = denormalFlag(a, b);
  if (a.class === 'infinity' || b.class === 'infinity') {
    if (a.class === 'zero' || b.class === 'zero') return invalid(format);
    return special(format, infinity(sign), flags);
  }
  if (a.class === 'zero' || b.class === 'zero') return special(format, zero(sign), flags);
  return round(format, sign, a.significand * b.significand, a.exponent + b.exponent, env, flags);
}

/** a ÷ b. */
export function div(format: Format, a: Unpacked, b: Unpacked, env: Environment): Result {
  const nan = nanResult(format, a, b, env);
  if (nan) return nan;
  const sign = (a.sign ^ b.sign) as 0 | 1;
  if (a.class === b.class && (a.class === 'zero' || a.class === 'infinity')) return invalid(format);
  if (a.class === 'infinity') return special(format, infinity(sign), denormalFlag(b));
  if (b.class === 'infinity') return special(format, zero(sign), denormalFlag(a));
  if (b.class === 'zero') return special(format, infinity(sign), ZE);
  const flags = denormalFlag(a, b);
  if (a.class === 'zero') return special(format, zero(sign), flags);
  const more = Math.max(0, format.precision + 3 - bitLength(a.significand) + bitLength(b.significand));
  const dividend = a.significand << BigInt(more);
  let quotient = dividend / b.significand;
  if (quotient * b.significand !== dividend) quotient = (quotient << 1n) | 1n;
  else quotient <<= 1n;
  return round(format, sign, quotient, a.exponent - b.exponent - more - 1, env, flags);
}

/** Largest integer whose square is at most `n`. */
export function integerSqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((bitLength(n) + 1) >> 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

/** √a. √−0 is −0. */
export function sqrt(format: Format, a: Unpacked, env: Environment): Result {
  const nan = nanResult(format, a, a, env);
  if (nan) return nan;
  if (a.class === 'zero') return special(format, a, 0);
  if (a.sign) return invalid(format);
  if (a.class === 'infinity') return special(format, a, 0);
  let more = Math.max(0, 2 * (format.precision + 3) - bitLength(a.significand));
  if ((a.exponent - more) & 1) more++;
  const radicand = a.significand << BigInt(more);
  let root = integerSqrt(radicand);
  const exact = root * root === radicand;
  root = (root << 1n) | (exact ? 0n : 1n);
  return round(format, 0, root, (a.exponent - more) / 2 - 1, env, denormalFlag(a));
}
