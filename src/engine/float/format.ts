/**
 * Floating-point formats of x86 and what their bits mean. Exact and slow: significands are BigInts. Values travel as bits (BigInt,
 * zero-extended) or unpacked; nothing here has state, exceptions come back as flags with the result.
 */

export interface Format {
  readonly name: 'f32' | 'f64' | 'f80';
  /** Significand bits, with the integer bit, that a result is rounded to. */
  readonly precision: number;
  /** Significand bits, with the integer bit, that the format holds. */
  readonly width: number;
  readonly exponentBits: number;
  /** The exponent's bias; also the exponent of the largest binade. */
  readonly bias: number;
}

export const F32: Format = { name: 'f32', precision: 24, width: 24, exponentBits: 8, bias: 127 };
export const F64: Format = { name: 'f64', precision: 53, width: 53, exponentBits: 11, bias: 1023 };
/** Double-extended precision of the x87 registers: the integer bit is stored. Volume 1, §6.3.1 */
export const F80: Format = { name: 'f80', precision: 64, width: 64, exponentBits: 15, bias: 16383 };
/** Results in x87 registers under precision control: fewer bits, the same exponents. Volume 1, §6.2.3 */
const F80_SINGLE: Format = { ...F80, precision: 24 };
const F80_DOUBLE: Format = { ...F80, precision: 53 };

/** The format of results under the x87 control word's PC field (2 bits); the reserved value 1 rounds to 64 bits. */
export function precisionControl(pc: number): Format {
  return pc === 0 ? F80_SINGLE : pc === 2 ? F80_DOUBLE : F80;
}

/** `unsupported`: encodings of f80 that no operation takes (unnormals, pseudo-infinities, pseudo-NaNs). */
export type FloatClass = 'zero' | 'finite' | 'infinity' | 'quiet' | 'signalling' | 'unsupported';

export interface Unpacked {
  readonly class: FloatClass;
  readonly sign: 0 | 1;
  /** `finite`: the value is ±significand × 2^exponent. NaNs: the significand in f80's width, integer bit set. */
  readonly exponent: number;
  readonly significand: bigint;
  /** Its encoding was denormal or pseudo-denormal: operations report DE. */
  readonly denormal: boolean;
}

export const INTEGER_BIT = 1n << 63n;
export const QUIET_BIT = 1n << 62n;

export const zero = (sign: 0 | 1): Unpacked => ({
  class: 'zero',
  sign,
  exponent: 0,
  significand: 0n,
  denormal: false,
});
export const infinity = (sign: 0 | 1): Unpacked => ({
  class: 'infinity',
  sign,
  exponent: 0,
  significand: 0n,
  denormal: false,
});
/** ±significand × 2^exponent, exactly. */
export const finite = (sign: 0 | 1, significand: bigint, exponent: number): Unpacked =>
  significand === 0n ? zero(sign) : { class: 'finite', sign, exponent, significand, denormal: false };
/** The answer to an invalid operation: the negative quiet NaN without payload. */
export const INDEFINITE: Unpacked = {
  class: 'quiet',
  sign: 1,
  exponent: 0,
  significand: INTEGER_BIT | QUIET_BIT,
  denormal: false,
};

export const isNaNClass = (x: Unpacked): boolean => x.class === 'quiet' || x.class === 'signalling';

/** Number of bits of a positive value. */
export function bitLength(value: bigint): number {
  let length = 0;
  while (value > 0xffff_ffff_ffff_ffffn) {
    const half = value.toString(16).length * 4 - 64;
    value >>= BigInt(half);
    length += half;
  }
  const high = Number(value >> 32n);
  return length + (high !== 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(Number(value)));
}

/** What bits of a format mean. `denormalsAreZeros` (MXCSR.DAZ): denormals count as zeros of their sign and report nothing. */
export function unpack(format: Format, bits: bigint, denormalsAreZeros = false): Unpacked {
  const explicit = format.name === 'f80';
  const fractionBits = BigInt(explicit ? 64 : format.width - 1);
  const fraction = BigInt.asUintN(Number(fractionBits), bits);
  const biased = Number((bits >> fractionBits) & ((1n << BigInt(format.exponentBits)) - 1n));
  const sign = Number((bits >> (fractionBits + BigInt(format.exponentBits))) & 1n) as 0 | 1;
  const integer = fraction >= INTEGER_BIT;
  const lowest = 1 - format.bias - (format.width - 1);
  if (biased === 0) {
    if (fraction === 0n || denormalsAreZeros) return zero(sign);
    return { class: 'finite', sign, exponent: lowest, significand: fraction, denormal: true };
  }
  if (explicit && !integer) return { class: 'unsupported', sign, exponent: 0, significand: fraction, denormal: false };
  if (biased === (1 << format.exponentBits) - 1) {
    const significand = explicit ? fraction : (fraction << (64n - fractionBits - 1n)) | INTEGER_BIT;
    if (significand === INTEGER_BIT) return infinity(sign);
    const kind = significand & QUIET_BIT ? 'quiet' : 'signalling';
    return { class: kind, sign, exponent: 0, significand, denormal: false };
  }
  const significand = explicit ? fraction : fraction | (1n << fractionBits);
  return { class: 'finite', sign, exponent: lowest + biased - 1, significand, denormal: false };
}

/** Sign, biased exponent and significand (with its integer bit) → bits. */
export function assemble(format: Format, sign: 0 | 1, biased: number, significand: bigint): bigint {
  const fractionBits = format.name === 'f80' ? 64 : format.width - 1;
  const top = (BigInt(sign) << BigInt(format.exponentBits)) | BigInt(biased);
  return (top << BigInt(fractionBits)) | BigInt.asUintN(fractionBits, significand);
}

/** Bits of a value that needs no rounding: a zero, an infinity, a NaN (quieted, cut to the format's width). */
export function packSpecial(format: Format, x: Unpacked): bigint {
  if (x.class === 'zero') return assemble(format, x.sign, 0, 0n);
  const all = (1 << format.exponentBits) - 1;
  if (x.class === 'infinity') return assemble(format, x.sign, all, INTEGER_BIT >> BigInt(64 - format.width));
  const quiet = x.class === 'unsupported' ? INDEFINITE : x;
  return assemble(format, quiet.sign, all, (quiet.significand | QUIET_BIT | INTEGER_BIT) >> BigInt(64 - format.width));
}

/** Largest finite value, with the precision in force. */
export function largest(format: Format, sign: 0 | 1): bigint {
  const ones = ((1n << BigInt(format.precision)) - 1n) << BigInt(format.width - format.precision);
  return assemble(format, sign, (1 << format.exponentBits) - 2, ones);
}
