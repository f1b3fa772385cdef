/**
 * How values cross the wire, which carries JSON only.
 *
 * A 64-bit value is a `Hex64`. A physical address (GPA, SPA, at most 52 bits), a count and a time are plain numbers. Bytes are
 * base64. Everything else is itself.
 */

/** A 64-bit value: `0x` and lower-case digits without leading zeros, such as `0xffff800000102a4e`; zero is `0x0`. */
export type Hex64 = string;
/** Bytes as base64 with padding. */
export type Base64 = string;

/** Of an unsigned or a signed 64-bit value; a negative one becomes its two's complement. */
export function hexOf(value: bigint): Hex64 {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}

/** Of two 32-bit halves of either sign. */
export function hexOfHalves(low: number, high: number): Hex64 {
  const top = high >>> 0;
  const rest = (low >>> 0).toString(16);
  return top === 0 ? `0x${rest}` : `0x${top.toString(16)}${rest.padStart(8, '0')}`;
}

/** The unsigned value. */
export function valueOf(hex: Hex64): bigint {
  return BigInt(hex);
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Uint8Array(128);
for (let i = 0; i < DIGITS.length; i++) VALUES[DIGITS.charCodeAt(i)] = i;

export function toBase64(bytes: Uint8Array): Base64 {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out += DIGITS.charAt(group >> 18) + DIGITS.charAt((group >> 12) & 63);
    out += left > 1 ? DIGITS.charAt((group >> 6) & 63) : '=';
    out += left > 2 ? DIGITS.charAt(group & 63) : '=';
  }
  return out;
}

export function fromBase64(text: Base64): Uint8Array {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digit = (at: number) => VALUES[text.charCodeAt(at) & 127] ?? 0;
  for (let i = 0, at = 0; i < text.length; i += 4) {
    const group = (digit(i) << 18) | (digit(i + 1) << 12) | (digit(i + 2) << 6) | digit(i + 3);
    if (at < bytes.length) bytes[at++] = group >> 16;
    if (at < bytes.length) bytes[at++] = group >> 8;
    if (at < bytes.length) bytes[at++] = group;
  }
  return bytes;
}
