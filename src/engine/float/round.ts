/** Rounding to a format, with the flags and the answers of x87 and SSE to overflow and underflow. */
import { assemble, bitLength, infinity, largest, packSpecial, zero, type Format, type Unpacked } from './format';

/** Exception flags: the same bits in the x87 status word and in MXCSR. */
export const IE = 0x01;
export const DE = 0x02;
export const ZE = 0x04;
export const OE = 0x08;
export const UE = 0x10;
export const PE = 0x20;
/** Not an exception: the result's magnitude was rounded up (C1's bit in the x87 status word). */
export const ROUNDED_UP = 0x200;

/** RC of the x87 control word and of MXCSR. */
export const NEAREST = 0;
export const DOWN = 1;
export const UP = 2;
export const TOWARD_ZERO = 3;

export interface Environment {
  /** NEAREST, DOWN, UP or TOWARD_ZERO. */
  readonly rounding: number;
  /** Exceptions that are not masked, as flags. */
  readonly unmasked: number;
  /**
   * Which of two NaNs is the result, and what unmasked overflow and underflow leave: `x87` the one with the larger significand, and a
   * result of adjusted exponent (volume 1, §6.8.2); `sse` the first operand (volume 1, §4.6.3), and nothing of use.
   */
  readonly unit: 'x87' | 'sse';
  /** MXCSR.FZ: with UE masked, a tiny result becomes a zero. */
  readonly flushToZero?: boolean;
}

/** A result's bits in its format, and the flags raised by it. With an unmasked IE, ZE or DE among them no result is to be stored. */
export interface Result {
  readonly bits: bigint;
  readonly flags: number;
}

/** What unmasked overflow and underflow in x87 registers take off or add to the exponent. */
const EXPONENT_ADJUSTMENT = 24576;

/** Drops the low `count` bits of a magnitude, rounding. */
export function roundOff(
  significand: bigint,
  count: number,
  sign: 0 | 1,
  rounding: number,
): { kept: bigint; inexact: boolean; up: boolean } {
  if (count <= 0) return { kept: significand << BigInt(-count), inexact: false, up: false };
  const n = BigInt(count);
  const kept = significand >> n;
  const rest = significand - (kept << n);
  if (rest === 0n) return { kept, inexact: false, up: false };
  let up: boolean;
  if (rounding === NEAREST) {
    const half = 1n << (n - 1n);
    up = rest > half || (rest === half && (kept & 1n) === 1n);
  } else up = rounding === (sign ? DOWN : UP);
  return { kept: up ? kept + 1n : kept, inexact: true, up };
}

/**
 * ±significand × 2^exponent (significand > 0) to a format. The lowest bit may stand for anything below it, if there are at least two
 * bits more than the precision. `flags`: raised before.
 */
export function round(
  format: Format,
  sign: 0 | 1,
  significand: bigint,
  exponent: number,
  env: Environment,
  flags = 0,
): Result {
  const { precision, width, bias } = format;
  const smallest = 1 - bias;
  // As if exponents had no bounds: this decides what is tiny and what overflows.
  const length = bitLength(significand);
  const free = roundOff(significand, length - precision, sign, env.rounding);
  let top = exponent + length - 1;
  let kept = free.kept;
  if (kept >> BigInt(precision)) {
    kept >>= 1n;
    top++;
  }
  const freeFlags = (free.inexact ? PE : 0) | (free.up ? ROUNDED_UP : 0);
  const normal = (e: number): bigint => assemble(format, sign, e + bias, kept << BigInt(width - precision));
  if (top < smallest) {
    if (env.unmasked & UE) {
      const adjusted = top + EXPONENT_ADJUSTMENT;
      flags |= UE | freeFlags;
      if (format.name !== 'f80') return { bits: assemble(format, sign, 0, 0n), flags };
      // FSCALE can go farther than the adjustment brings back
      if (adjusted < smallest) return { bits: assemble(format, sign, 0, 0n), flags: flags | PE };
      return { bits: normal(adjusted), flags };
    }
    if (env.flushToZero) return { bits: packSpecial(format, zero(sign)), flags: flags | UE | PE };
    const tiny = roundOff(significand, smallest - precision + 1 - exponent, sign, env.rounding);
    if (tiny.inexact) flags |= UE | PE | (tiny.up ? ROUNDED_UP : 0);
    const stored = tiny.kept << BigInt(width - precision);
    const carried = stored >> BigInt(width - 1) ? 1 : 0;
    return { bits: assemble(format, sign, carried, stored), flags };
  }
  if (top > bias) {
    if (env.unmasked & OE) {
      const adjusted = top - EXPONENT_ADJUSTMENT;
      flags |= OE | freeFlags;
      if (format.name === 'f80' && adjusted <= bias) return { bits: normal(adjusted), flags };
      return {
        bits: packSpecial(format, infinity(sign)),
        flags: format.name === 'f80' ? flags | PE | ROUNDED_UP : flags,
      };
    }
    flags |= OE | PE;
    const grows = env.rounding === NEAREST || env.rounding === (sign ? DOWN : UP);
    if (grows) return { bits: packSpecial(format, infinity(sign)), flags: flags | ROUNDED_UP };
    return { bits: largest(format, sign), flags };
  }
  return { bits: normal(top), flags: flags | freeFlags };
}

/** Any value to a format. NaNs are quieted; whoever calls has reported IE for them. */
export function roundValue(format: Format, x: Unpacked, env: Environment, flags = 0): Result {
  if (x.class === 'finite') return round(format, x.sign, x.significand, x.exponent, env, flags);
  return { bits: packSpecial(format, x), flags };
}
