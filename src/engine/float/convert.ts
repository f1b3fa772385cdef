/** Conversions between formats, integers and packed BCD; rounding to an integral value. */
import { finite, packSpecial, zero, type Format, type Unpacked } from './format';
import { denormalFlag, nanResult } from './nan';
import { DE, IE, PE, ROUNDED_UP, round, roundOff, roundValue, type Environment, type Result } from './round';

/**
 * A value to another format: NaNs keep the high bits of their significand, signalling ones report IE. `reportsDenormal`: a denormal
 * source reports DE.
 */
export function convert(format: Format, a: Unpacked, env: Environment, reportsDenormal = true): Result {
  const nan = nanResult(format, a, a, env);
  if (nan) return nan;
  return roundValue(format, a, env, reportsDenormal && a.denormal ? DE : 0);
}

/** A signed integer as a value. */
export function fromInteger(value: bigint): Unpacked {
  return value < 0n ? finite(1, -value, 0) : finite(0, value, 0);
}

/** Rounds to an integer of any size: the magnitude, and PE and ROUNDED_UP as they come. The value is finite or zero. */
function integral(a: Unpacked, rounding: number): { magnitude: bigint; flags: number } {
  const { kept, inexact, up } = roundOff(a.significand, -a.exponent, a.sign, rounding);
  return { magnitude: kept, flags: (inexact ? PE : 0) | (up ? ROUNDED_UP : 0) };
}

/** Far more bits than any integer has: what is larger need not be written out. */
const isHuge = (a: Unpacked): boolean => a.class === 'finite' && a.exponent > 128;
const isSmall = (a: Unpacked): boolean => a.class === 'finite' && a.exponent < -4096;

/** Keeps the bits that rounding looks at of values far below one. */
const shortened = (a: Unpacked): Unpacked => (isSmall(a) ? { ...a, significand: 1n, exponent: -8 } : a);

/**
 * To a signed integer of `bits` bits (two's complement in `bits`, zero-extended). What does not fit, NaNs and infinities give the
 * integer indefinite, the most negative one, and IE alone.
 */
export function toInteger(bits: 16 | 32 | 64, a: Unpacked, rounding: number): Result {
  const indefinite = { bits: 1n << BigInt(bits - 1), flags: IE };
  if (a.class === 'zero') return { bits: 0n, flags: 0 };
  if (a.class !== 'finite' || isHuge(a)) return indefinite;
  const { magnitude, flags } = integral(shortened(a), rounding);
  const limit = (1n << BigInt(bits - 1)) - (a.sign ? 0n : 1n);
  if (magnitude > limit) return indefinite;
  return { bits: BigInt.asUintN(bits, a.sign ? -magnitude : magnitude), flags };
}

/** To an integral value of the same format (FRNDINT, ROUNDSS …). `quiet`: PE is not reported; SSE4.1 does not report DE either. */
export function roundToIntegral(format: Format, a: Unpacked, env: Environment, quiet = false): Result {
  const nan = nanResult(format, a, a, env);
  if (nan) return nan;
  if (a.class !== 'finite') return { bits: packSpecial(format, a), flags: 0 };
  const denormal = env.unit === 'x87' ? denormalFlag(a) : 0;
  const whole: Format = { ...format, precision: format.width };
  if (a.exponent >= 0) return roundValue(whole, a, env, denormal);
  const { magnitude, flags } = integral(shortened(a), env.rounding);
  const kept = denormal | (quiet ? 0 : flags);
  if (magnitude === 0n) return { bits: packSpecial(format, zero(a.sign)), flags: kept };
  // It fits exactly: a value with a fraction has fewer integral bits than the format.
  return { bits: round(whole, a.sign, magnitude, 0, env).bits, flags: kept };
}

const BCD_LIMIT = 10n ** 18n;
/** Packed BCD indefinite (volume 1, §6.3.3). */
export const BCD_INDEFINITE = 0xffff_c000_0000_0000_0000n;

/** To 18 packed decimal digits and a sign byte, 80 bits. */
export function toBcd(a: Unpacked, rounding: number): Result {
  const indefinite = { bits: BCD_INDEFINITE, flags: IE };
  const sign = BigInt(a.sign) << 79n;
  if (a.class === 'zero') return { bits: sign, flags: 0 };
  if (a.class !== 'finite' || isHuge(a)) return indefinite;
  const { magnitude, flags } = integral(shortened(a), rounding);
  if (magnitude >= BCD_LIMIT) return indefinite;
  return { bits: sign | BigInt(`0x${magnitude.toString()}`), flags };
}

/** From 18 packed decimal digits; digits above 9 count as they stand in their place. */
export function fromBcd(bits: bigint): Unpacked {
  let value = 0n;
  for (let digit = 17n; digit >= 0n; digit--) value = value * 10n + ((bits >> (4n * digit)) & 0xfn);
  return finite(bits >> 79n ? 1 : 0, value, 0);
}
