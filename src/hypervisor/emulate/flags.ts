/** Results and status flags of integer arithmetic on 1 to 8 bytes (volume 1, §3.1.4). Values are unsigned. */
import {
  RFLAGS_AF,
  RFLAGS_CF,
  RFLAGS_OF,
  RFLAGS_PF,
  RFLAGS_SF,
  RFLAGS_STATUS,
  RFLAGS_ZF,
} from '../../engine/arch/registers';

export interface Computed {
  readonly value: bigint;
  /** The six status flags. */
  readonly flags: number;
}

export function truncate(value: bigint, size: number): bigint {
  return BigInt.asUintN(size * 8, value);
}

export function extend(value: bigint, from: number, to: number): bigint {
  return truncate(BigInt.asIntN(from * 8, value), to);
}

export function added(a: bigint, b: bigint, carry: bigint, size: number): Computed {
  const sum = a + b + carry;
  const value = truncate(sum, size);
  const flags = sum !== value ? RFLAGS_CF : 0;
  return {
    value,
    flags: flags | overflow((a ^ value) & (b ^ value), size) | nibble(a, b, value) | ofResult(value, size),
  };
}

export function subtracted(a: bigint, b: bigint, borrow: bigint, size: number): Computed {
  const value = truncate(a - b - borrow, size);
  const flags = a < b + borrow ? RFLAGS_CF : 0;
  return { value, flags: flags | overflow((a ^ b) & (a ^ value), size) | nibble(a, b, value) | ofResult(value, size) };
}

/** AND, OR, XOR, TEST; AF is left open by the manual and 0 here. */
export function logical(value: bigint, size: number): Computed {
  return { value, flags: ofResult(value, size) };
}

/** INC and DEC leave CF alone. */
export function keepingCarry({ value, flags }: Computed, old: number): Computed {
  return { value, flags: (flags & ~RFLAGS_CF) | (old & RFLAGS_CF) };
}

/** RFLAGS with other status flags. */
export function withStatus(rflags: number, flags: number): number {
  return (rflags & ~RFLAGS_STATUS) | flags;
}

function signOf(value: bigint, size: number): boolean {
  return (value >> BigInt(size * 8 - 1)) % 2n !== 0n;
}

function overflow(differs: bigint, size: number): number {
  return signOf(differs, size) ? RFLAGS_OF : 0;
}

function nibble(a: bigint, b: bigint, value: bigint): number {
  return ((a ^ b ^ value) & 0x10n) !== 0n ? RFLAGS_AF : 0;
}

function ofResult(value: bigint, size: number): number {
  let parity = Number(value & 0xffn);
  for (const shift of [4, 2, 1]) parity ^= parity >> shift;
  return (value === 0n ? RFLAGS_ZF : 0) | (signOf(value, size) ? RFLAGS_SF : 0) | ((parity & 1) === 0 ? RFLAGS_PF : 0);
}
