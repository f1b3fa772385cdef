/** Effective addresses: base, index, scale and displacement into ModRM, SIB and displacement bytes (APM volume 3, §1.4). */
import type { Bits } from './assemble-operand';
import type { MemoryOperand } from './assemble-operand';
import { RBP, RBX, RDI, RSI, RSP } from '../arch/registers';

export interface EffectiveAddress {
  /** Address size in bytes. */
  readonly size: 2 | 4 | 8;
  /** ModRM without its reg field. */
  readonly modrm: number;
  readonly sib?: number;
  readonly rexB: boolean;
  readonly rexX: boolean;
  readonly displacement: bigint;
  /** Bytes of displacement: 0, 1, 2 or 4. */
  readonly displacementSize: number;
  /** The displacement counts from the end of the instruction. */
  readonly relative: boolean;
}

/** The address size a memory operand asks for, or what is wrong with it. */
export function addressSizeOf(m: MemoryOperand, bits: Bits, prefix: 2 | 4 | 8 | undefined): 2 | 4 | 8 | string {
  const asked = new Set<2 | 4 | 8>();
  if (m.base) asked.add(m.base.size);
  if (m.index) asked.add(m.index.size);
  if (m.addressSize) asked.add(m.addressSize);
  if (prefix) asked.add(prefix);
  if (!m.base && !m.index && !m.addressSize && m.displacementSize && m.displacementSize !== 1) {
    // In 64-bit mode a 32-bit displacement is the usual one, and says nothing of the address size.
    if (!(bits === 64 && m.displacementSize === 4)) asked.add(m.displacementSize);
  }
  if (asked.size > 1) return 'registers and sizes in an address must all be of one width';
  const size = asked.size === 1 ? [...asked][0]! : ((bits / 8) as 2 | 4 | 8);
  if (bits === 64 && size === 2) return '16-bit addresses do not exist in 64-bit mode';
  if (bits !== 64 && size === 8) return `64-bit addresses need 64-bit mode (bits 64); this is bits ${bits}`;
  return size;
}

/** Bytes of displacement an address without registers has. */
export function plainDisplacementSize(m: MemoryOperand, addressSize: 2 | 4 | 8): number {
  if (m.displacementSize && m.displacementSize !== 1) return m.displacementSize;
  return addressSize === 8 ? 4 : addressSize;
}

const truncate = (value: bigint, bytes: 2 | 4): bigint => BigInt.asIntN(bytes * 8, value);

/** ModRM.r/m of a 16-bit base and index pair, in any order. */
function rm16(a: number | undefined, b: number | undefined): number | undefined {
  const has = (n: number): boolean => a === n || b === n;
  if (a !== undefined && b !== undefined) {
    if (has(RBX)) return has(RSI) ? 0 : has(RDI) ? 1 : undefined;
    if (has(RBP)) return has(RSI) ? 2 : has(RDI) ? 3 : undefined;
    return undefined;
  }
  switch (a ?? b) {
    case RSI:
      return 4;
    case RDI:
      return 5;
    case RBP:
      return 6;
    case RBX:
      return 7;
    default:
      return undefined;
  }
}

/** mod and displacement size of an address with registers; `always` when mod 0 means something else. */
function displacementForm(
  m: MemoryOperand,
  value: bigint,
  full: 2 | 4,
  always: boolean,
): { mod: number; bytes: number } {
  if (m.displacementSize === 1) return { mod: 1, bytes: 1 };
  const forced = m.displacementSize === full || m.nature !== 'constant';
  if (forced) return { mod: 2, bytes: full };
  if (value === 0n && !always) return { mod: 0, bytes: 0 };
  return value >= -128n && value <= 127n ? { mod: 1, bytes: 1 } : { mod: 2, bytes: full };
}

function encode16(m: MemoryOperand): EffectiveAddress | string {
  const common = { size: 2, rexB: false, rexX: false, relative: false } as const;
  const displacement = truncate(m.displacement, 2);
  if (!m.base && !m.index) return { ...common, modrm: 6, displacement, displacementSize: 2 };
  const rm = m.scale === 1 ? rm16(m.base?.number, m.index?.number) : undefined;
  if (rm === undefined) return 'a 16-bit address takes bx or bp, si or di, and a displacement';
  if (m.displacementSize === 4 || m.displacementSize === 8) return 'a 16-bit address takes a byte or word displacement';
  const { mod, bytes } = displacementForm(m, displacement, 2, rm === 6);
  return { ...common, modrm: (mod << 6) | rm, displacement, displacementSize: bytes };
}

interface Registers {
  readonly base: number | undefined;
  readonly index: number | undefined;
  readonly scale: number;
}

/** Chooses base and index as NASM does: a lone doubled register is split, rSP is never the index. */
function arrange(m: MemoryOperand): Registers | string {
  let base = m.base?.number;
  let index = m.index?.number;
  let scale = m.scale;
  if (base === undefined && index !== undefined && !m.noSplit) {
    if (scale === 1) [base, index] = [index, undefined];
    else if ((scale === 2 && index !== RSP) || scale === 3 || scale === 5 || scale === 9) {
      base = index;
      scale--;
    }
  }
  if (index === RSP && scale === 1 && base !== RSP) [base, index] = [index, base];
  if (index === RSP) return `${m.index!.size === 8 ? 'rsp' : 'esp'} cannot be an index`;
  if (index !== undefined && ![1, 2, 4, 8].includes(scale)) return 'the scale of an index is 1, 2, 4 or 8';
  return { base, index, scale };
}

function encode32(m: MemoryOperand, size: 4 | 8, bits: Bits): EffectiveAddress | string {
  const displacement = truncate(m.displacement, 4);
  if (!m.base && !m.index) {
    const common = { size, rexB: false, rexX: false, displacementSize: 4 } as const;
    if (m.displacementSize === 8) return 'only mov between al, ax, eax or rax and memory takes a 64-bit address';
    if (bits !== 64) return { ...common, modrm: 5, displacement, relative: false };
    if (m.relative && m.nature !== 'constant')
      return { ...common, modrm: 5, displacement: m.displacement, relative: true };
    return { ...common, modrm: 4, sib: 0x25, displacement, relative: false };
  }
  if (m.displacementSize === 8) return 'a displacement with registers has 8 or 32 bits';
  if (m.displacementSize === 2) return 'the displacement of a 32 or 64-bit address has 8 or 32 bits';
  const registers = arrange(m);
  if (typeof registers === 'string') return registers;
  const { base, index, scale } = registers;
  const rexB = (base ?? 0) >= 8;
  const rexX = (index ?? 0) >= 8;
  const common = { size, rexB, rexX, displacement, relative: false } as const;
  if (base === undefined) {
    const sib = (Math.log2(scale) << 6) | ((index! & 7) << 3) | 5;
    return { ...common, modrm: 4, sib, displacementSize: 4 };
  }
  const { mod, bytes } = displacementForm(m, displacement, 4, (base & 7) === RBP);
  if (index === undefined && (base & 7) !== RSP) {
    return { ...common, modrm: (mod << 6) | (base & 7), displacementSize: bytes };
  }
  const sib = (Math.log2(scale) << 6) | (((index ?? RSP) & 7) << 3) | (base & 7);
  return { ...common, modrm: (mod << 6) | 4, sib, displacementSize: bytes };
}

/** Encodes a memory operand, or says what is wrong with it. */
export function encodeAddress(m: MemoryOperand, bits: Bits, prefix: 2 | 4 | 8 | undefined): EffectiveAddress | string {
  const size = addressSizeOf(m, bits, prefix);
  if (typeof size === 'string') return size;
  return size === 2 ? encode16(m) : encode32(m, size, bits);
}
