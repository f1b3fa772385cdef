/** FSCALE, FXTRACT, FPREM and FPREM1: all on f80 with 64 bits, whatever the precision control says. */
import { F80, bitLength, finite, infinity, packSpecial, zero, type Unpacked } from './format';
import { denormalFlag, invalid, nanResult } from './nan';
import { IE, ZE, round, roundValue, type Environment, type Result } from './round';

const exact = (x: Unpacked): bigint => roundValue(F80, x, { rounding: 0, unmasked: 0, unit: 'x87' }).bits;

/** Beyond this, every f80 overflows or underflows. */
const FARTHEST = 0x10000;

/** a × 2^trunc(b). */
export function scale(a: Unpacked, b: Unpacked, env: Environment): Result {
  const nan = nanResult(F80, a, b, env);
  if (nan) return nan;
  const flags = denormalFlag(a, b);
  if (b.class === 'infinity') {
    if (b.sign ? a.class === 'infinity' : a.class === 'zero') return invalid(F80);
    return { bits: packSpecial(F80, b.sign ? zero(a.sign) : infinity(a.sign)), flags };
  }
  if (a.class !== 'finite') return { bits: packSpecial(F80, a), flags };
  let by = 0;
  if (b.class === 'finite') {
    const length = bitLength(b.significand) + b.exponent;
    by =
      length > 17
        ? FARTHEST
        : Number(b.exponent < 0 ? b.significand >> BigInt(-b.exponent) : b.significand << BigInt(b.exponent));
    if (b.sign) by = -by;
  }
  return round(F80, a.sign, a.significand, a.exponent + by, env, flags);
}

export interface Extracted {
  /** Both as f80 bits. */
  readonly exponent: bigint;
  readonly significand: bigint;
  readonly flags: number;
}

/** A value's exponent, as a number, and its significand with exponent 0. */
export function extract(a: Unpacked): Extracted {
  const both = (bits: bigint, flags: number): Extracted => ({ exponent: bits, significand: bits, flags });
  if (a.class === 'unsupported') return both(invalid(F80).bits, IE);
  if (a.class === 'quiet' || a.class === 'signalling')
    return both(packSpecial(F80, a), a.class === 'signalling' ? IE : 0);
  const own = packSpecial(F80, a.class === 'finite' ? zero(0) : a);
  if (a.class === 'infinity') return { exponent: packSpecial(F80, infinity(0)), significand: own, flags: 0 };
  if (a.class === 'zero') return { exponent: packSpecial(F80, infinity(1)), significand: own, flags: ZE };
  const length = bitLength(a.significand);
  const e = a.exponent + length - 1;
  return {
    exponent: exact(finite(e < 0 ? 1 : 0, BigInt(Math.abs(e)), 0)),
    significand: exact({ ...a, exponent: 1 - length }),
    flags: denormalFlag(a),
  };
}

export interface Remainder extends Result {
  /** Its low three bits; `partial` while the reduction is not complete, `none` of NaNs and invalid operands. */
  readonly quotient: number | 'partial' | 'none';
}

/** Exponents that differ by this much and more are reduced in steps. */
const STEP = 64;

/**
 * The remainder of a ÷ b, with the quotient truncated (FPREM) or rounded to nearest (FPREM1); of operands far apart a partial one,
 * whose exponent is smaller by 32 to 63.
 */
export function remainder(a: Unpacked, b: Unpacked, nearest: boolean, env: Environment): Remainder {
  const nan = nanResult(F80, a, b, env);
  if (nan) return { ...nan, quotient: 'none' };
  if (a.class === 'infinity' || b.class === 'zero') return { ...invalid(F80), quotient: 'none' };
  const flags = denormalFlag(a, b);
  if (a.class === 'zero') return { bits: packSpecial(F80, a), flags, quotient: 0 };
  if (b.class === 'infinity') return { ...roundValue(F80, a, env, flags), quotient: 0 };
  const topOf = (x: Unpacked): number => x.exponent + bitLength(x.significand) - 1;
  const apart = topOf(a) - topOf(b);
  const exponent = Math.min(a.exponent, b.exponent);
  const x = a.significand << BigInt(a.exponent - exponent);
  let y = b.significand << BigInt(b.exponent - exponent);
  if (apart >= STEP) {
    // Takes off a multiple of b that is a power of two above it.
    y <<= BigInt(apart - ((apart & 31) | 32));
    const rest = x % y;
    if (rest === 0n) return { bits: packSpecial(F80, zero(a.sign)), flags, quotient: 'partial' };
    return { ...round(F80, a.sign, rest, exponent, env, flags), quotient: 'partial' };
  }
  let quotient = x / y;
  let rest = x - quotient * y;
  let sign = a.sign;
  if (nearest && (rest * 2n > y || (rest * 2n === y && (quotient & 1n) === 1n))) {
    quotient++;
    rest = y - rest;
    sign = sign ? 0 : 1;
  }
  const low = Number(quotient & 7n);
  if (rest === 0n) return { bits: packSpecial(F80, zero(a.sign)), flags, quotient: low };
  return { ...round(F80, sign, rest, exponent, env, flags), quotient: low };
}
