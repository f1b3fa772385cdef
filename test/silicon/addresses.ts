/** Chooses where memory operands lie, and which registers, index, scale and displacement lead there. */
import type { MemoryForm } from './encode';
import type { Random } from './random';
import type { RegisterFile } from './register-file';
import { littleEndian } from './test-case';
import { DATA, DATA_END, PAGE, READ_ONLY, STACK } from './windows';

/** A place for `size` bytes: mostly inside the pages that can be written, else over an edge or beyond. */
export function chooseTarget(random: Random, size: number, edges = true): number {
  const inside = (from: number, to: number): number => from + random.below(to - from - size + 1);
  const over = (edge: number): number => edge - Math.max(1, size) + random.below(Math.max(1, size) + 1);
  const kind = edges ? random.below(100) : 0;
  if (kind < 55) {
    const at = inside(DATA.address, READ_ONLY);
    return random.chance(0.5) ? at & ~(size - 1) : at;
  }
  if (kind < 67) return over(DATA.address + PAGE); // both pages can be written
  if (kind < 72) return over(READ_ONLY);
  if (kind < 78) return inside(READ_ONLY, DATA_END);
  if (kind < 82) return over(DATA_END); // into what is not mapped
  if (kind < 84) return over(DATA.address);
  if (kind < 86) return DATA_END + random.below(PAGE);
  return inside(STACK.address, STACK.address + STACK.pages * PAGE);
}

/** Now and then in 64-bit code: the ends of the canonical halves and of all addresses. */
export function chooseEdge(random: Random, bits: 32 | 64): bigint | undefined {
  if (!random.chance(0.012)) return undefined;
  const edge = bits === 32 ? 1n << 32n : random.pick([1n << 47n, (1n << 64n) - (1n << 47n)]);
  return BigInt.asUintN(bits, edge + BigInt(random.between(-20, 4)));
}

const NAMES = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];

function registerName(n: number, size: number): string {
  if (n >= 8) return `r${n}${size === 8 ? '' : size === 4 ? 'd' : 'w'}`;
  return `${size === 8 ? 'r' : size === 4 ? 'e' : ''}${NAMES[n]}`;
}

const signedFits = (value: bigint, bits: number): boolean => BigInt.asIntN(bits, value) === value;

/** 16-bit addressing cannot reach the windows: its operands fault, or are LEA's. */
function shortForm(random: Random): MemoryForm {
  const rm = random.below(8);
  const mod = random.below(3);
  const size = mod === 1 ? 1 : mod === 2 || rm === 6 ? 2 : 0;
  const displacement = Array.from({ length: size }, () => random.below(256));
  const text = `[16-bit form mod ${mod} rm ${rm} + ${displacement}]`;
  return { mod, rm, sib: -1, base: -1, index: -1, displacement, ripAddress: undefined, text };
}

/** A form whose effective address is `target` (modulo the address size); undefined when chance led nowhere. */
export function chooseForm(
  random: Random,
  registers: RegisterFile,
  bits: 32 | 64,
  addressSize: number,
  target: bigint,
  avoid: ReadonlySet<number>,
): MemoryForm | undefined {
  if (addressSize === 2) return shortForm(random);
  const width = addressSize * 8;
  const count = bits === 64 ? 16 : 8;
  const fit = (value: bigint): bigint => BigInt.asUintN(width, value);
  const usable = (n: number): boolean => !avoid.has(n) && (registers.isFree(n) || registers.value(n) !== undefined);
  const kind = random.below(100);
  if (bits === 64 && kind < 12 && addressSize === 8) {
    return {
      mod: 0,
      rm: 5,
      sib: -1,
      base: -1,
      index: -1,
      displacement: [0, 0, 0, 0],
      ripAddress: Number(BigInt.asIntN(53, target)),
      text: `[rip → ${target.toString(16)}]`,
    };
  }
  const withIndex = kind >= 55;
  const withBase = kind < 92;
  let index = -1;
  let scale = 0;
  let offset = 0n;
  let base = withBase ? random.below(count) : -1;
  if (withBase && !usable(base)) return undefined;
  const freeBase = withBase && registers.isFree(base);
  if (withIndex) {
    index = random.below(count);
    if (index === 4 || index === base || !usable(index)) return undefined;
    scale = random.below(4);
    if (registers.isFree(index)) {
      const small = BigInt(random.between(-20, 20));
      const value = freeBase && random.chance(0.4) ? random.u64() : small;
      // A narrow address ignores what stands above it.
      registers.assign(
        index,
        addressSize === 4 && bits === 64 ? (random.u64() << 32n) | BigInt.asUintN(32, value) : value,
      );
    }
    offset = registers.value(index)! << BigInt(scale);
  }
  const rest = fit(target - offset);
  let displacement: bigint;
  let size: 0 | 1 | 4;
  if (base < 0) {
    // Without a base the displacement has 32 bits.
    displacement = BigInt.asIntN(width, rest);
    if (!signedFits(displacement, 32)) return undefined;
    size = 4;
  } else {
    if (freeBase) {
      size = random.pick([0, 1, 4] as const);
      if (size === 0 && (base & 7) === 5) size = 1;
      displacement = size === 0 ? 0n : size === 1 ? BigInt(random.between(-128, 127)) : BigInt(random.u32() | 0);
      const value = fit(rest - displacement);
      registers.assign(base, addressSize === 4 && bits === 64 ? (random.u64() << 32n) | value : value);
    } else {
      displacement = BigInt.asIntN(width, fit(rest - registers.value(base)!));
      if (!signedFits(displacement, 32)) return undefined;
      size = signedFits(displacement, 8) && random.chance(0.8) ? 1 : 4;
      if (displacement === 0n && (base & 7) !== 5 && random.chance(0.7)) size = 0;
    }
  }
  const mod = base < 0 ? 0 : size === 0 ? 0 : size === 1 ? 1 : 2;
  const plain = index < 0 && base >= 0 && (base & 7) !== 4;
  const noRegister = index < 0 && base < 0 && bits === 32 && random.chance(0.7);
  const sib = plain || noRegister ? -1 : (scale << 6) | ((index < 0 ? 4 : index & 7) << 3) | (base < 0 ? 5 : base & 7);
  const rm = plain ? base & 7 : noRegister ? 5 : 4;
  const parts: string[] = [];
  if (base >= 0) parts.push(registerName(base, addressSize));
  if (index >= 0) parts.push(`${registerName(index, addressSize)}*${1 << scale}`);
  if (size > 0)
    parts.push(`${displacement < 0n ? '-' : ''}0x${(displacement < 0n ? -displacement : displacement).toString(16)}`);
  base = base < 0 ? -1 : base;
  return {
    mod,
    rm,
    sib,
    base,
    index,
    displacement: littleEndian(displacement, size),
    ripAddress: undefined,
    text: `[${parts.join(' + ')}]`,
  };
}
