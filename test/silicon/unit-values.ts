/** Contents of XMM, MMX and x87 registers and of their memory operands: integers of every lane, floating point of every class, text. */
import type { Row } from '../../src/engine/isa/row';
import type { Random } from './random';
import { littleEndian } from './test-case';
import { value } from './values';

/** What an instruction is likely to make something of. */
export type Flavour = 'any' | 'single' | 'double' | 'extended' | 'text' | 'count' | 'field';

export function flavourOf(row: Row): Flavour {
  const name = row.mnemonic;
  if (/^PCMP[EI]STR/.test(name)) return 'text';
  if (/^PS(LL|RL|RA)[WDQ]$/.test(name)) return 'count';
  if (/^(EXTRQ|INSERTQ)$/.test(name)) return 'field';
  if (row.unit === 'x87') return 'extended';
  if (/^(MOV|AND|ANDN|OR|XOR|UNPCK|SHUF|BLEND)/.test(name)) return 'any';
  if (/^CVT(T?SD|T?PD)/.test(name) || /(PD|SD)$/.test(name)) return 'double';
  if (/^CVT(T?SS|T?PS)/.test(name) || /(PS|SS)$/.test(name)) return 'single';
  return 'any';
}

/** Of a binary format with `fraction` fraction bits below `exponent` exponent bits: zero, denormal, normal, infinity, NaN. */
function float(random: Random, exponent: number, fraction: number): bigint {
  const [e, f] = [BigInt(exponent), BigInt(fraction)];
  const sign = random.chance(0.4) ? 1n << (e + f) : 0n;
  const most = (1n << e) - 1n;
  const bias = most >> 1n;
  const bits = (): bigint => {
    const kind = random.below(6);
    if (kind === 0) return 0n;
    if (kind === 1) return (1n << f) - 1n - BigInt(random.below(3));
    if (kind === 2) return BigInt(random.between(1, 4));
    if (kind === 3) return 1n << BigInt(random.below(fraction));
    return BigInt.asUintN(fraction, random.u64());
  };
  const at = (biased: bigint, part: bigint): bigint =>
    sign | ((biased < 0n ? 0n : biased > most ? most : biased) << f) | part;
  const kind = random.below(20);
  if (kind < 2) return at(0n, 0n);
  if (kind < 4) return at(0n, bits());
  if (kind < 6) return at(most, 0n);
  if (kind < 8) return at(most, (1n << (f - 1n)) | bits());
  if (kind < 9) return at(most, bits() & ~(1n << (f - 1n)));
  if (kind < 10) return at(BigInt(random.below(3)), bits());
  if (kind < 11) return at(most - 1n - BigInt(random.below(3)), bits());
  // Small whole numbers and halves; what integers just hold and just do not.
  if (kind < 14) return at(bias + BigInt(random.below(5)), bits() & ~((1n << (f - 4n)) - 1n));
  if (kind < 16) return at(bias + BigInt(random.pick([7, 8, 15, 16, 30, 31, 32, 62, 63, 64])), bits());
  if (kind < 19) return at(bias + BigInt(random.between(-40, 40)), bits());
  return sign | (random.u64() & ((1n << (e + f)) - 1n));
}

/** Extended precision with its explicit bit, which now and then is not what it should be; 10 bytes. */
export function extended(random: Random): number[] {
  const kind = random.below(10);
  // What MMX instructions leave.
  if (kind === 0) return [...littleEndian(value(random, 8), 8), 0xff, 0xff];
  const v = float(random, 15, 63);
  const significand = v & ((1n << 63n) - 1n);
  const exponent = v >> 63n;
  const whole = (exponent & 0x7fffn) !== 0n ? 1n : 0n;
  const explicit = random.chance(0.04) ? 1n - whole : whole;
  return [...littleEndian(significand | (explicit << 63n), 8), ...littleEndian(exponent, 2)];
}

const ALPHABET = [0, 1, 0x61, 0x62, 0x63, 0x7f, 0x80, 0xff];

function text(random: Random, size: number): number[] {
  const wide = random.chance(0.5);
  const letters = ALPHABET.slice(random.below(2), random.between(3, ALPHABET.length));
  const out: number[] = [];
  for (let n = 0; n < size; n++) {
    const high = wide && n % 2 === 1 && random.chance(0.8);
    out.push(high ? 0 : random.chance(0.07) ? random.below(256) : random.pick(letters));
  }
  return out;
}

function lanes(size: number, width: number, lane: () => bigint): number[] {
  const out: number[] = [];
  while (out.length < size) out.push(...littleEndian(lane(), width));
  return out.slice(0, size);
}

/** `size` bytes. */
export function contents(random: Random, flavour: Flavour, size: number): number[] {
  const kind: Flavour = random.chance(0.75) ? flavour : 'any';
  switch (kind) {
    case 'single':
      return lanes(size, 4, () => float(random, 8, 23));
    case 'double':
      return lanes(size, 8, () => float(random, 11, 52));
    case 'extended':
      if (size === 8) return littleEndian(float(random, 11, 52), 8);
      if (size === 4) return littleEndian(float(random, 8, 23), 4);
      return size === 10 ? extended(random) : lanes(size, Math.min(size, 8), () => value(random, Math.min(size, 8)));
    case 'text':
      return text(random, size);
    case 'count':
      return lanes(size, 8, () => BigInt(random.below(72)));
    case 'field':
      return lanes(size, 8, () => random.u64() & (random.chance(0.7) ? 0x3f3fn : -1n));
    case 'any': {
      const any = random.below(12);
      if (any === 0) return new Array<number>(size).fill(random.pick([0, 0xff, 0x80, 0x7f]));
      if (any === 1) return lanes(size, 4, () => float(random, 8, 23));
      if (any === 2) return lanes(size, 8, () => float(random, 11, 52));
      if (any === 3) return text(random, size);
      const width = random.pick([1, 1, 2, 2, 4, 8] as const);
      return lanes(size, width, () => value(random, width));
    }
  }
}
