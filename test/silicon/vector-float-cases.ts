/** Single floating-point instructions of SSE as cases for this machine's processor and the engine. */
import { VECTOR_FLOAT } from '../../src/engine/isa/instructions/vector-float';
import { VECTOR_FLOAT_CONVERT } from '../../src/engine/isa/instructions/vector-float-convert';
import type { Row } from '../../src/engine/isa/row';
import { F32, F64, type Format } from '../../src/engine/float/format';
import { operand } from '../float/operands';
import type { Random } from './random';
import { place, type Placed } from './test-case';
import { IMAGE_SIZE } from './unit-state';
import { CODE, DATA } from './windows';

export const APPROXIMATIONS = /^R(CP|SQRT)/;
export const FLOAT_ROWS: readonly Row[] = [...VECTOR_FLOAT, ...VECTOR_FLOAT_CONVERT];

const AT_MXCSR = 24;
const AT_ST = 32;
export const AT_XMM = 160;
export const DEFAULT_MXCSR = 0x1f80;
export const PE = 0x20;

/** What lanes a row reads: singles, doubles, dwords or quadwords. */
function sourceOf(row: Row): 'single' | 'double' | 'integer' {
  const name = row.mnemonic;
  if (/^CVT(PI|SI|DQ)/.test(name)) return 'integer';
  if (/^CVTT?[PS]S2/.test(name)) return 'single';
  if (/^CVTT?[PS]D2/.test(name)) return 'double';
  return name.endsWith('S') ? 'single' : 'double';
}

/** `plain`: finite and of moderate size, so that a fast way must be taken; `any`: of every class. */
export type Kind = 'plain' | 'any';

function plain(r: Random, format: Format, row: Row): bigint {
  const fractionBits = format.width - 1;
  const exponent = BigInt(format.bias + r.between(-20, 28));
  const sign = row.mnemonic.startsWith('SQRT') ? 0n : BigInt(r.below(2));
  const few = r.chance(0.3) ? BigInt(fractionBits - r.below(5)) : 0n;
  const fraction = (BigInt.asUintN(fractionBits, r.u64()) >> few) << few;
  if (!row.mnemonic.startsWith('DIV') && r.chance(0.1)) return sign << BigInt(fractionBits + format.exponentBits);
  return (((sign << BigInt(format.exponentBits)) | exponent) << BigInt(fractionBits)) | fraction;
}

function lane(r: Random, row: Row, kind: Kind, near: number | undefined): [value: bigint, size: 4 | 8] {
  const source = sourceOf(row);
  if (source === 'integer') {
    const value = r.u64() >> BigInt(r.below(64));
    return [BigInt.asUintN(64, r.chance(0.5) ? -value : value), 8];
  }
  const format = source === 'single' ? F32 : F64;
  return [
    kind === 'plain' ? plain(r, format, row) : operand(r, format, near ?? format.bias),
    source === 'single' ? 4 : 8,
  ];
}

/** 16 bytes of lanes the row would read. */
function vector(r: Random, row: Row, kind: Kind, near: number | undefined): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < 16;) {
    const [value, size] = lane(r, row, kind, near);
    if (size === 8) view.setBigUint64(at, value, true);
    else view.setUint32(at, Number(value), true);
    at += size;
  }
  return bytes;
}

const REG = 1;
const RM = 2;
const RDI = 7;

/** Prefixes, opcode and ModRM: registers 1 and 2, or memory at rDI. */
function encode(row: Row, fromMemory: boolean, wide: boolean, immediate: number): number[] {
  const { prefix, map, opcode } = row.encoding;
  const escape = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]][map]!;
  const modrm = fromMemory ? (REG << 3) | RDI : 0xc0 | (REG << 3) | RM;
  return [
    ...(prefix ? [prefix] : []),
    ...(wide ? [0x48] : []),
    ...escape,
    opcode,
    modrm,
    ...(row.operands.some((o) => o.place === 'immediate') ? [immediate] : []),
  ];
}

export function makeCase(r: Random, row: Row, kind: Kind, mxcsr: number): Placed {
  const places = row.operands.map((o) => o.place);
  const canBeMemory = places[1] === 'memory' || places[1] === 'xmm-rm' || places[1] === 'mmx-rm' || places[1] === 'rm';
  const fromMemory = places[1] === 'memory' || (canBeMemory && r.chance(0.3));
  const wide = row.operands.some((o) => o.width === 'y') && r.chance(0.5);
  const bytes = encode(row, fromMemory, wide, row.mnemonic.startsWith('DP') ? r.below(256) : r.below(16));
  const units = new Uint8Array(IMAGE_SIZE);
  const view = new DataView(units.buffer);
  view.setUint16(0, 0x37f, true);
  view.setUint32(AT_MXCSR, mxcsr, true);
  const format = sourceOf(row) === 'single' ? F32 : F64;
  const near = r.chance(0.7) ? r.below(1 << format.exponentBits) : undefined;
  const [to, from] = [vector(r, row, kind, near), vector(r, row, kind, near)];
  units.set(to, AT_XMM + 16 * REG);
  units.set(from, AT_XMM + 16 * RM);
  units.set(from.subarray(0, 8), AT_ST + 16 * RM);
  const registers = Array.from({ length: 16 }, () => r.u64());
  registers[RDI] = BigInt(DATA.address);
  registers[RM] = new DataView(from.buffer).getBigUint64(0, true);
  const flags = { reads: 0, writes: 0, undefined: 0 };
  const text = `${row.mnemonic} ${bytes.map((b) => b.toString(16)).join(' ')}`;
  const placed = place({
    bits: 64,
    registers,
    flags: 0x202,
    units,
    codeRegisters: [],
    patches: fromMemory ? [{ address: DATA.address, bytes: [...from] }] : [],
    origin: CODE.address + 0x100,
    steps: [{ row, text, bytes, fixes: [], flags, target: -1, falls: true, call: undefined }],
    order: [0],
  });
  if (!placed) throw new Error(`${text} cannot be placed`);
  return placed;
}

/** MXCSR with modes, masks and flags of every kind. */
export function randomMxcsr(r: Random): number {
  let word = DEFAULT_MXCSR;
  if (r.chance(0.5)) word |= r.below(4) << 13;
  if (r.chance(0.3)) word |= 0x8000;
  if (r.chance(0.3)) word |= 0x40;
  if (r.chance(0.5)) word &= ~0x1f80 | (r.u32() & 0x1f80);
  return word | (r.chance(0.5) ? r.u32() & 0x3f : 0);
}
