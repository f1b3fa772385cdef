/** Random operands of every class, and images of the state that hold them. */
import type { Format } from '../../src/engine/float/format';
import type { Random } from '../silicon/random';

const random = (r: Random, bits: number): bigint => BigInt.asUintN(bits, (r.u64() << 64n) | r.u64());

/** A significand field of `bits` bits: random, few ones, few zeros, all ones, all zeros. */
function fraction(r: Random, bits: number): bigint {
  switch (r.below(6)) {
    case 0:
      return 0n;
    case 1:
      return (1n << BigInt(bits)) - 1n;
    case 2:
      return 1n << BigInt(r.below(bits));
    case 3:
      return BigInt.asUintN(bits, ~(1n << BigInt(r.below(bits))));
    case 4:
      return BigInt.asUintN(bits, random(r, bits) << BigInt(r.below(bits)));
    default:
      return random(r, bits);
  }
}

/** Bits of `format`: of any class, near each other and near the limits often enough. `near`: a biased exponent to be close to. */
export function operand(r: Random, format: Format, near?: number): bigint {
  const explicit = format.name === 'f80';
  const all = (1 << format.exponentBits) - 1;
  const bits = explicit ? 63 : format.width - 1;
  let exponent: number;
  switch (r.below(12)) {
    case 0:
      exponent = 0;
      break;
    case 1:
      exponent = all;
      break;
    case 2:
      exponent = r.between(1, 3);
      break;
    case 3:
      exponent = all - r.between(1, 3);
      break;
    case 4:
      exponent = r.below(all);
      break;
    case 5:
    case 6:
      exponent = format.bias + r.between(-70, 70);
      break;
    case 7:
    case 8:
      exponent = format.bias + r.between(-2, 2);
      break;
    default:
      exponent = Math.min(all - 1, Math.max(0, (near ?? format.bias) + r.between(-66, 66)));
  }
  let significand = fraction(r, bits);
  if (explicit) {
    // Mostly as the processor itself would write it.
    const integer = r.chance(0.04) ? r.below(2) : exponent === 0 ? 0 : 1;
    significand |= BigInt(integer) << 63n;
  }
  const width = BigInt(explicit ? 64 : bits);
  return (((BigInt(r.below(2)) << BigInt(format.exponentBits)) | BigInt(exponent)) << width) | significand;
}

export const biasedExponent = (format: Format, bits: bigint): number =>
  Number((bits >> BigInt(format.name === 'f80' ? 64 : format.width - 1)) & BigInt((1 << format.exponentBits) - 1));

export interface X87Image {
  readonly fcw: number;
  readonly fsw: number;
  /** Abridged: bit n for Rn. */
  readonly ftw: number;
  /** ST0 … ST7, 80 bits each. */
  readonly registers: readonly bigint[];
}

export function imageOf(
  { fcw, fsw, ftw, registers }: X87Image,
  mxcsr = 0x1f80,
  xmm: readonly bigint[] = [],
): Uint8Array {
  const image = new Uint8Array(512);
  const view = new DataView(image.buffer);
  view.setUint16(0, fcw, true);
  view.setUint16(2, fsw, true);
  image[4] = ftw;
  view.setUint32(24, mxcsr, true);
  view.setUint32(28, 0xffff, true);
  registers.forEach((value, n) => {
    view.setBigUint64(32 + 16 * n, BigInt.asUintN(64, value), true);
    view.setUint16(40 + 16 * n, Number(value >> 64n), true);
  });
  xmm.forEach((value, n) => {
    view.setBigUint64(160 + 16 * n, BigInt.asUintN(64, value), true);
    view.setBigUint64(168 + 16 * n, value >> 64n, true);
  });
  return image;
}

export interface X87Outcome {
  readonly fsw: number;
  readonly ftw: number;
  readonly fcw: number;
  readonly registers: readonly bigint[];
}

export function x87Of(image: Uint8Array): X87Outcome {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  return {
    fcw: view.getUint16(0, true),
    fsw: view.getUint16(2, true),
    ftw: image[4]!,
    registers: Array.from(
      { length: 8 },
      (_, n) => (BigInt(view.getUint16(40 + 16 * n, true)) << 64n) | view.getBigUint64(32 + 16 * n, true),
    ),
  };
}
