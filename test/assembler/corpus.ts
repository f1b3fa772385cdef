/**
 * Instructions made from the rows of the opcode map: every row, in every mode it exists in, at every operand size, with registers,
 * addresses and immediates of every shape. Written in NASM's syntax, and kept structured for the decoder's side.
 */
import { GPR16, GPR32, GPR64, GPR8, GPR8_REX, SEGMENT_REGISTERS } from '../../src/engine/arch/registers';
import type { OperandType } from '../../src/engine/isa/operand';
import { ROWS } from '../../src/engine/isa/opcode-map';
import type { Row } from '../../src/engine/isa/row';

export type Bits = 16 | 32 | 64;

export type CaseOperand =
  | { readonly kind: 'register'; readonly text: string }
  | { readonly kind: 'memory'; readonly text: string; readonly shape: MemoryShape }
  | { readonly kind: 'immediate'; readonly text: string; readonly value: bigint }
  | { readonly kind: 'target'; readonly text: string; readonly distance: bigint }
  | { readonly kind: 'far'; readonly text: string; readonly selector: number; readonly offset: bigint };

export interface MemoryShape {
  readonly text: string;
  readonly base?: string;
  readonly index?: string;
  readonly scale?: number;
  readonly displacement: bigint;
  readonly segment?: string;
  /** The displacement is the distance from the instruction's start (rIP-relative). */
  readonly relative?: true;
}

export interface Case {
  readonly row: Row;
  readonly bits: Bits;
  readonly mnemonic: string;
  readonly operands: readonly CaseOperand[];
  readonly text: string;
}

const shape = (
  text: string,
  rest: Omit<MemoryShape, 'text' | 'displacement'> & { displacement?: bigint },
): MemoryShape => ({
  displacement: 0n,
  ...rest,
  text,
});

function based(
  registers: readonly string[],
  scales: readonly number[],
  displacements: readonly bigint[],
): MemoryShape[] {
  const shapes: MemoryShape[] = [];
  const signed = (d: bigint): string => (d === 0n ? '' : d < 0n ? ` - ${-d}` : ` + ${d}`);
  for (const [n, base] of registers.entries()) {
    for (const d of displacements) shapes.push(shape(`[${base}${signed(d)}]`, { base, displacement: d }));
    const index = registers[(n + 1) % registers.length]!;
    if (/^[re]?sp$/.test(index)) continue;
    const scale = scales[n % scales.length]!;
    const d = displacements[n % displacements.length]!;
    shapes.push(shape(`[${base} + ${index}*${scale}${signed(d)}]`, { base, index, scale, displacement: d }));
    if (scale > 2) shapes.push(shape(`[${index}*${scale}${signed(d)}]`, { index, scale, displacement: d }));
  }
  return shapes;
}

const BYTES = [0n, 127n, -128n];
const WORDS = [...BYTES, 128n, -129n];
const LONGS = [...WORDS, 0x7fffffffn, -0x80000000n];
const SCALES = [1, 2, 4, 8];

const SHAPES_16: readonly MemoryShape[] = [
  ...['si', 'di', 'bp', 'bx'].flatMap((base) => based([base], [], WORDS).filter((s) => !s.index)),
  ...['bx', 'bp'].flatMap((base) =>
    ['si', 'di'].map((index, n) =>
      shape(`[${base} + ${index} + ${n * 300}]`, { base, index, displacement: BigInt(n * 300) }),
    ),
  ),
  shape('[0x1234]', { displacement: 0x1234n }),
  shape('[es:di]', { base: 'di', segment: 'es' }),
];
const SHAPES_32: readonly MemoryShape[] = [
  ...based(['eax', 'ebp', 'esp', 'edi', 'ecx'], SCALES, LONGS),
  shape('[dword 0x12345678]', { displacement: 0x12345678n }),
  shape('[fs:ebx + 4]', { base: 'ebx', segment: 'fs', displacement: 4n }),
];
const SHAPES_64: readonly MemoryShape[] = [
  ...based(['rax', 'rbp', 'rsp', 'r12', 'r13', 'rcx', 'r8', 'r15'], SCALES, LONGS),
  ...based(['r9d', 'ebp', 'r13d'], SCALES, BYTES),
  shape('[rel $ + 100]', { relative: true, displacement: 100n }),
  shape('[rel $$]', { relative: true, displacement: -1n }),
  shape('[abs 0x12345678]', { displacement: 0x12345678n }),
  shape('[0x7fffffff]', { displacement: 0x7fffffffn }),
  shape('[fs:0x28]', { displacement: 0x28n, segment: 'fs' }),
  shape('[gs:r12 + rdi*4 - 8]', { base: 'r12', index: 'rdi', scale: 4, displacement: -8n, segment: 'gs' }),
];

function shapes(bits: Bits): readonly MemoryShape[] {
  if (bits === 64) return SHAPES_64;
  // The other address size by prefix, a few of them.
  if (bits === 32)
    return [...SHAPES_32, ...SHAPES_16.filter((_, n) => n % 3 === 0 && !SHAPES_16[n]!.text.includes('0x'))];
  return [...SHAPES_16, ...SHAPES_32.filter((_, n) => n % 4 === 0)];
}

function registers(width: number, bits: Bits): readonly string[] {
  const all: Readonly<Record<number, readonly string[]>> = { 2: GPR16, 4: GPR32, 8: GPR64 };
  if (width === 1) return bits === 64 ? [...new Set([...GPR8_REX, ...GPR8])] : GPR8;
  return bits === 64 ? all[width]! : all[width]!.slice(0, 8);
}

const SIZE_WORD: Readonly<Record<number, string>> = {
  1: 'byte',
  2: 'word',
  4: 'dword',
  8: 'qword',
  10: 'tword',
  16: 'oword',
};

function immediates(width: number, operandSize: number): bigint[] {
  const values = [0n, 1n, 5n, 127n, -128n, -1n];
  if (width > 1 || operandSize > 1) values.push(128n, 255n, -129n, 0x7fffn, -0x8000n);
  if (width === 1 && operandSize <= 1) values.push(128n, 255n);
  if (width > 1) values.push(0xff80n, 0xffffn);
  if (width >= 4 && operandSize === 4) values.push(0x7fffffffn, 0x80000000n, 0xffffff80n, 0xffffffffn, -0x80000000n);
  if (operandSize === 8) values.push(0x7fffffffn, -0x80000000n);
  if (width === 8) values.push(0x80000000n, 0xffffffffn, 0x100000000n, 0x123456789abcdef0n, -0x8000000000000000n);
  return values;
}

const DEFAULT_SIZE = { 16: 2, 32: 4, 64: 4 } as const;

/** Width in bytes of an operand type at an operand size; undefined: memory without a size. */
function width(type: OperandType, operandSize: number, bits: Bits): number | undefined {
  switch (type.width) {
    case 'v':
      return operandSize;
    case 'y':
      return Math.max(operandSize, 4);
    case 'z':
      return Math.min(operandSize, 4);
    case 'native':
      return bits === 64 ? 8 : 4;
    case 'p':
    case 'pseudo-descriptor':
    case 'none':
      return undefined;
    default:
      return type.width;
  }
}

/** Instructions NASM gives no operand size to in brackets. */
const UNSIZED_MEMORY = /^(INVLPG|PREFETCH.*|CLFLUSH|CLFLUSHOPT|CLWB|L[DEFGS]S|SLDT|STR|CMPXCHG16B)$/;
/** The count or bit number is a byte whatever the operand size. */
const COUNTED = /^(RO[LR]|RC[LR]|S[HA][LR]|SH[LR]D|BT[SRC]?|ENTER|INT|IN|OUT)$/;

function operandChoices(row: Row, type: OperandType, operandSize: number, bits: Bits): CaseOperand[] {
  const w = width(type, operandSize, bits);
  const register = (text: string): CaseOperand => ({ kind: 'register', text });
  const memory = (): CaseOperand[] =>
    shapes(bits).map((s) => {
      const branchFar = type.width === 'p' && (row.mnemonic === 'JMP' || row.mnemonic === 'CALL');
      const size = branchFar ? operandSize : UNSIZED_MEMORY.test(row.mnemonic) ? undefined : w;
      return {
        kind: 'memory',
        shape: s,
        text: `${branchFar ? 'far ' : ''}${size ? `${SIZE_WORD[size]} ` : ''}${s.text}`,
      };
    });
  const immediate = (value: bigint): CaseOperand => ({ kind: 'immediate', text: String(value), value });
  switch (type.place) {
    case 'rm':
      return [...registers(w!, bits).map(register), ...memory()];
    case 'rm-register':
    case 'register':
    case 'vex':
    case 'opcode':
      return registers(w!, bits).map(register);
    case 'memory':
      return memory();
    case 'fixed': {
      if (type.name === 'aAX') return [register(bits === 64 ? 'rax' : 'eax')];
      const named: Readonly<Record<number, readonly string[]>> = { 1: GPR8_REX, 2: GPR16, 4: GPR32, 8: GPR64 };
      return [register(named[w!]![type.register!]!)];
    }
    case 'fixed-segment':
      return [register(SEGMENT_REGISTERS[type.register!]!)];
    case 'segment':
      return SEGMENT_REGISTERS.map(register);
    case 'control':
      return [0, 2, 3, 4, 8].map((n) => register(`cr${n}`));
    case 'debug':
      return [0, 1, 2, 3, 6, 7].map((n) => register(`dr${n}`));
    case 'immediate': {
      const counted = COUNTED.test(row.mnemonic) || row.mnemonic === 'RET' || row.mnemonic === 'RETF';
      if (counted) return (w === 1 ? [0n, 1n, 7n, 31n, 127n, 255n] : [0n, 8n, 0x7fffn, 0xffffn]).map(immediate);
      return immediates(w!, type.signExtended || type.name === 'Iv' ? operandSize : w!).map(immediate);
    }
    case 'one':
      return [immediate(1n)];
    case 'relative': {
      const distances = w === 1 ? [0n, 127n, -124n] : [129n, 0x7000n, -0x7000n];
      return distances.map((d) => ({
        kind: 'target',
        distance: d,
        text: `$ ${d < 0n ? '-' : '+'} ${d < 0n ? -d : d}`,
      }));
    }
    case 'offset':
      return offsets(bits);
    case 'far':
      return [
        { kind: 'far', selector: 8, offset: 0x1234n, text: `${SIZE_WORD[operandSize]!} 8:0x1234` },
        { kind: 'far', selector: 0xf000, offset: 0xfff0n, text: `${SIZE_WORD[operandSize]!} 0xf000:0xfff0` },
      ];
    case 'source-index':
    case 'destination-index':
      return [];
    case 'xmm':
    case 'xmm-rm-register':
      return vectorRegisters('xmm', bits).map(register);
    case 'xmm-rm':
      return [...vectorRegisters('xmm', bits).map(register), ...memory()];
    case 'fixed-xmm':
      return [register(`xmm${type.register!}`)];
    case 'mmx':
    case 'mmx-rm-register':
      return vectorRegisters('mm', bits).map(register);
    case 'mmx-rm':
      return [...vectorRegisters('mm', bits).map(register), ...memory()];
    case 'stack-top':
      return [register('st0')];
    case 'stack':
      return [0, 1, 3, 7].map((n) => register(`st${n}`));
  }
}

const vectorRegisters = (name: 'xmm' | 'mm', bits: Bits): string[] =>
  (name === 'xmm' && bits === 64 ? [0, 5, 8, 15] : [0, 3, 7]).map((n) => `${name}${n}`);

function offsets(bits: Bits): CaseOperand[] {
  const at = (text: string, displacement: bigint, segment?: string): CaseOperand => ({
    kind: 'memory',
    text,
    shape: { text, displacement, segment },
  });
  if (bits === 64) {
    return [
      at('[qword 0x123456789abcdef0]', 0x123456789abcdef0n),
      at('[a32 0x12345678]', 0x12345678n),
      at('[gs:qword 0x30]', 0x30n, 'gs'),
    ];
  }
  return [at('[word 0x1234]', 0x1234n), at('[dword 0x12345678]', 0x12345678n), at('[fs:0x30]', 0x30n, 'fs')];
}

function operandSizes(row: Row, bits: Bits): readonly number[] {
  if (row.operandSize !== undefined) return row.operandSize === 8 && bits !== 64 ? [] : [row.operandSize];
  const widths = row.operands.map((o) => o.width);
  const fixedSegment = row.operands.some((o) => o.place === 'fixed-segment');
  if (
    fixedSegment ||
    !(widths.some((w) => w === 'v' || w === 'z' || w === 'y' || w === 'p') || row.operands.some((o) => o.signExtended))
  ) {
    return [DEFAULT_SIZE[bits]];
  }
  if (widths.includes('z') && !widths.includes('v') && row.operands.some((o) => o.place === 'fixed')) return [2, 4];
  const sizes = widths.includes('y') && !widths.includes('v') ? [4, 8] : [2, 4, 8];
  const nearBranch =
    (row.mnemonic === 'JMP' || row.mnemonic === 'CALL' || row.condition !== undefined) && row.size === 'default64';
  if (bits !== 64) return sizes.filter((s) => s !== 8);
  if (nearBranch) return [8];
  return row.size === undefined ? sizes : sizes.filter((s) => s !== 4);
}

/** Spellings of implicit sizes: the row's own name means the mode's size to NASM. */
const MODE_NAMED: Readonly<Record<string, string>> = {
  PUSHF: 'pushfw',
  POPF: 'popfw',
  PUSHA: 'pushaw',
  POPA: 'popaw',
  IRET: 'iretw',
};

function distanceWord(row: Row, operandSize: number, bits: Bits): string {
  const type = row.operands[0];
  if (type?.place !== 'relative') return '';
  if (type.width === 1) return row.mnemonic === 'JMP' || row.condition !== undefined ? 'short ' : '';
  const size = bits === 64 ? '' : `${SIZE_WORD[operandSize]!} `;
  return `${row.mnemonic === 'CALL' ? '' : 'strict near '}${size}`;
}

function write(row: Row, bits: Bits, mnemonic: string, operands: readonly CaseOperand[], operandSize: number): Case {
  const word = distanceWord(row, operandSize, bits);
  const push = row.mnemonic === 'PUSH' && operands[0]?.kind === 'immediate';
  const size = push ? `${SIZE_WORD[operandSize]!} ` : '';
  const text = `${mnemonic} ${word}${size}${operands.map((o) => o.text).join(', ')}`.trim();
  return { row, bits, mnemonic, operands, text };
}

function existsIn(row: Row, bits: Bits): boolean {
  if (row.mode === 'long' || row.encoding.rexW) return bits === 64;
  if (row.mode === 'legacy') return bits !== 64;
  if (row.addressSize !== undefined) return bits === 64 ? row.addressSize !== 2 : row.addressSize !== 8;
  return true;
}

const HIGH_BYTE = /^[abcd]h$/;
const NEEDS_REX = /^(r\d+[bwd]?|[sd]il|[sb]pl|r[abcds][xipl]+)$/;

/** AH to DH and a REX prefix exclude each other. */
function isEncodable(c: Case): boolean {
  const words = c.operands.flatMap((o) =>
    o.kind === 'register' ? [o.text] : o.kind === 'memory' ? [o.shape.base ?? '', o.shape.index ?? ''] : [],
  );
  if (!words.some((w) => HIGH_BYTE.test(w))) return true;
  const registers = c.operands.filter((o) => o.kind === 'register').map((o) => o.text);
  if (registers.some((r) => NEEDS_REX.test(r))) return false;
  return !words.some((w) => /^r(8|9|1[0-5])d?$/.test(w));
}

/** Every case of one row in one mode. */
export function casesOf(row: Row, bits: Bits): Case[] {
  if (!existsIn(row, bits)) return [];
  const cases: Case[] = [];
  const names = [MODE_NAMED[row.mnemonic] ?? row.mnemonic.toLowerCase()];
  for (const operandSize of operandSizes(row, bits)) {
    const types = row.operands.filter((o) => o.place !== 'source-index' && o.place !== 'destination-index');
    const choices = types.map((type) => operandChoices(row, type, operandSize, bits));
    if (types.length === 0) {
      cases.push(write(row, bits, names[0]!, [], operandSize));
      continue;
    }
    // One operand goes through all its choices while the others move with it.
    for (const [position, all] of choices.entries()) {
      for (const [n, choice] of all.entries()) {
        const operands = choices.map((other, at) => (at === position ? choice : other[(n * 7 + 1) % other.length]!));
        cases.push(write(row, bits, names[0]!, operands, operandSize));
      }
    }
  }
  // The SVM instructions' operands can be left unwritten.
  if (row.needs === 'SVME' && row.operands.length > 0) cases.push(write(row, bits, row.mnemonic.toLowerCase(), [], 4));
  const first = cases[0];
  for (const alias of first ? (row.aliases ?? []) : []) {
    const mnemonic = alias.toLowerCase();
    cases.push({ ...first!, mnemonic, text: first!.text.replace(/^\S+/, mnemonic) });
  }
  return cases.filter(isEncodable);
}

/** The whole corpus of a mode, without repetitions of the same text. */
export function corpus(bits: Bits): Case[] {
  const seen = new Set<string>();
  return ROWS.flatMap((row) => casesOf(row, bits)).filter((c) => {
    if (seen.has(c.text)) return false;
    seen.add(c.text);
    return true;
  });
}
