/** Bytes → instruction: prefixes, opcode, ModRM, SIB, displacement, immediate (APM volume 3, chapter 1), read from the rows. */
import { SEG_DS, SEG_ES, SEG_FS, SEG_GS, SEG_SS } from '../arch/registers';
import { OPCODE_MAP } from './opcode-map';
import type { OperandType } from './operand';
import { row, type Row } from './row';
import { isVexAt, readVex, type Vex } from './vex';
import { isUndefinedEncoding } from './undefined-encodings';

export type CodeSize = 16 | 32 | 64;

export type Operand =
  | { readonly kind: 'register'; readonly size: number; readonly register: number; readonly high: boolean }
  | {
      readonly kind: 'memory';
      readonly size: number;
      /** Register numbers, −1 for none. */
      readonly base: number;
      readonly index: number;
      /** log2 of the scale. */
      readonly scale: number;
      /** Displacement, sign-extended; for moffs and rIP-relative addresses the high half counts too. */
      readonly dispLow: number;
      readonly dispHigh: number;
      readonly ripRelative: boolean;
      readonly segment: number;
    }
  | { readonly kind: 'immediate' | 'relative'; readonly size: number; readonly low: number; readonly high: number }
  | { readonly kind: 'far'; readonly size: number; readonly selector: number; readonly offset: number }
  | { readonly kind: 'segment' | 'control' | 'debug'; readonly size: number; readonly register: number }
  /** `st`: stack position. */
  | { readonly kind: 'xmm' | 'mmx' | 'st'; readonly size: number; readonly register: number };

export interface Instruction {
  readonly row: Row;
  readonly length: number;
  readonly operandSize: 2 | 4 | 8;
  readonly addressSize: 2 | 4 | 8;
  readonly rep: 'none' | 'f3' | 'f2';
  readonly lock: boolean;
  /** Segment override in force, −1 for none. */
  readonly segment: number;
  /** The ModRM byte; 0 without one. */
  readonly modrm: number;
  readonly operands: readonly Operand[];
}

/** What else decoding can find: more bytes needed, longer than 15 bytes (#GP), or an encoding without a row. */
export type DecodeFailure = 'more' | 'long' | 'unknown';

/** #UD by the architecture: LOCK where it may not be, a register where memory is asked for, a form of another mode. */
export const UNDEFINED: Row = row('(bad)', '0F 0B', [], { ends: true }, 'undefined');

export const MAX_LENGTH = 15;

const BASE_16 = [3, 3, 5, 5, 6, 7, 5, 3];
const INDEX_16 = [6, 7, 6, 7, -1, -1, -1, -1];

const MEMORY_PLACES: ReadonlySet<OperandType['place']> = new Set(['rm', 'memory', 'xmm-rm', 'mmx-rm']);
const REGISTER_ONLY: ReadonlySet<OperandType['place']> = new Set(['xmm-rm-register', 'mmx-rm-register', 'stack']);
/** MOV CR and MOV DR ignore ModRM.mod. */
const isRegisterOnly = (o: OperandType): boolean =>
  REGISTER_ONLY.has(o.place) || (o.place === 'rm-register' && o.width !== 'native');

class Reader {
  at: number;
  constructor(
    readonly bytes: Uint8Array,
    readonly start: number,
    readonly end: number,
  ) {
    this.at = start;
  }
  /** Next byte; past the end it throws the failure. */
  u8(): number {
    if (this.at - this.start >= MAX_LENGTH) throw 'long' satisfies DecodeFailure;
    if (this.at >= this.end) throw 'more' satisfies DecodeFailure;
    return this.bytes[this.at++]!;
  }
  s8(): number {
    return (this.u8() << 24) >> 24;
  }
  /** The next byte, which stays the next one. */
  peek(): number {
    const byte = this.u8();
    this.at--;
    return byte;
  }
  u16(): number {
    return this.u8() | (this.u8() << 8);
  }
  s32(): number {
    return this.u16() | (this.u16() << 16);
  }
  signed(size: number): number {
    return size === 1 ? this.s8() : size === 2 ? (this.u16() << 16) >> 16 : this.s32();
  }
}

/** Effective width in bytes of an operand type. */
export function widthOf(type: OperandType, operandSize: number, addressSize: number, code: CodeSize): number {
  switch (type.width) {
    case 'v':
      return operandSize;
    case 'z':
      return operandSize === 2 ? 2 : 4;
    case 'y':
      return operandSize === 8 ? 8 : 4;
    case 'native':
      return code === 64 ? 8 : 4;
    case 'p':
      return operandSize;
    case 'none':
    case 'pseudo-descriptor':
      return addressSize;
    default:
      return type.width;
  }
}

interface ModRm {
  readonly mod: number;
  readonly reg: number;
  readonly rm: number;
}

type Memory = Extract<Operand, { kind: 'memory' }>;

function memoryOperand(
  r: Reader,
  m: ModRm,
  rex: number,
  addressSize: number,
  override: number,
  code: CodeSize,
): Omit<Memory, 'size'> {
  let base = -1;
  let index = -1;
  let scale = 0;
  let disp = 0;
  let ripRelative = false;
  let stack = false;
  if (addressSize === 2) {
    base = BASE_16[m.rm]!;
    index = INDEX_16[m.rm]!;
    if (m.mod === 0 && m.rm === 6) {
      base = -1;
      disp = r.u16();
    } else if (m.mod === 1) disp = r.s8();
    else if (m.mod === 2) disp = r.u16();
    stack = base === 5;
  } else {
    if (m.rm === 4) {
      const sib = r.u8();
      scale = sib >> 6;
      index = ((sib >> 3) & 7) | ((rex & 2) << 2);
      if (index === 4) index = -1;
      base = (sib & 7) | ((rex & 1) << 3);
      if ((sib & 7) === 5 && m.mod === 0) {
        base = -1;
        disp = r.s32();
      }
    } else if (m.rm === 5 && m.mod === 0) {
      disp = r.s32();
      ripRelative = code === 64;
    } else base = m.rm | ((rex & 1) << 3);
    if (m.mod === 1) disp = r.s8();
    else if (m.mod === 2) disp = r.s32();
    stack = base === 4 || base === 5;
  }
  const usual = stack ? SEG_SS : SEG_DS;
  return {
    kind: 'memory',
    base,
    index,
    scale: index < 0 ? 0 : scale,
    dispLow: disp,
    dispHigh: disp >> 31,
    ripRelative,
    segment: override >= 0 ? override : usual,
  };
}

/**
 * Decodes the instruction at `start`; bytes from `end` on are not there (page end). `code` is the code size of the mode:
 * 64 in 64-bit mode, else by CS.D. `features`: what CPUID reports; if left out, all that rows ask for.
 */
export function decode(
  bytes: Uint8Array,
  start: number,
  end: number,
  code: CodeSize,
  features?: ReadonlySet<string>,
): Instruction | DecodeFailure {
  try {
    return decodeUnchecked(new Reader(bytes, start, end), code, features);
  } catch (failure) {
    if (failure === 'more' || failure === 'long') return failure;
    throw failure;
  }
}

function decodeUnchecked(
  r: Reader,
  code: CodeSize,
  features: ReadonlySet<string> | undefined,
): Instruction | DecodeFailure {
  let operandPrefix = false;
  let addressPrefix = false;
  let lock = false;
  let rep: Instruction['rep'] = 'none';
  let override = -1;
  let rex = 0;
  let opcode: number;
  for (;;) {
    opcode = r.u8();
    if (opcode === 0x66) operandPrefix = true;
    else if (opcode === 0x67) addressPrefix = true;
    else if (opcode === 0xf0) lock = true;
    else if (opcode === 0xf2) rep = 'f2';
    else if (opcode === 0xf3) rep = 'f3';
    else if (opcode === 0x26 || opcode === 0x2e || opcode === 0x36 || opcode === 0x3e) {
      if (code !== 64) override = (opcode >> 3) & 3;
    } else if (opcode === 0x64) override = SEG_FS;
    else if (opcode === 0x65) override = SEG_GS;
    else if (code === 64 && (opcode & 0xf0) === 0x40) {
      rex = opcode;
      continue;
    } else break;
    // A REX prefix that is not the last prefix is ignored.
    rex = 0;
  }
  let map = 0;
  let vex: Vex | undefined;
  if (isVexAt(opcode, code, () => r.peek())) {
    vex = readVex(opcode, code, () => r.u8());
    opcode = r.u8();
    if (operandPrefix || lock || rep !== 'none' || rex !== 0 || vex.map < 1 || vex.map > 3)
      return undefinedAt(r, 4, 4, lock);
    ({ map, rex } = vex);
    operandPrefix = vex.prefix === 0x66;
    if (vex.prefix === 0xf3 || vex.prefix === 0xf2) rep = vex.prefix === 0xf3 ? 'f3' : 'f2';
  } else if (opcode === 0x0f) {
    opcode = r.u8();
    map = 1;
    if (opcode === 0x38) {
      map = 2;
      opcode = r.u8();
    } else if (opcode === 0x3a) {
      map = 3;
      opcode = r.u8();
    }
  }
  const addressSize: 2 | 4 | 8 = code === 64 ? (addressPrefix ? 4 : 8) : (code === 16) !== addressPrefix ? 2 : 4;
  const plainSize: 2 | 4 | 8 =
    code === 64 ? (rex & 8 ? 8 : operandPrefix ? 2 : 4) : (code === 16) !== operandPrefix ? 2 : 4;

  let modrm: ModRm | undefined;
  let modrmByte = 0;
  const needModrm = (): ModRm => {
    if (!modrm) {
      modrmByte = r.u8();
      modrm = { mod: modrmByte >> 6, reg: (modrmByte >> 3) & 7, rm: modrmByte & 7 };
    }
    return modrm;
  };

  let sizeOfRow: 2 | 4 | 8 = 4;
  let defined = false;
  /** Mandatory prefixes tell the opcode's instructions apart: any other is undefined. */
  let prefixed = false;
  const matches = (candidate: Row): boolean => {
    const e = candidate.encoding;
    if (e.vex !== (vex !== undefined)) return false;
    if (vex && (vex.wide || (vex.register !== 0 && !candidate.operands.some((o) => o.place === 'vex')))) return false;
    if (e.prefix !== undefined) prefixed = true;
    if (e.prefix === 0) {
      // 66h is still an operand size where the row has operands of that size (MOVBE).
      if (rep !== 'none' || (operandPrefix && !candidate.operands.some((o) => o.width === 'v'))) return false;
    } else if (e.prefix === 0x66) {
      if (!operandPrefix || rep !== 'none') return false;
    } else if (e.prefix === 0xf3) {
      if (rep !== 'f3') return false;
    } else if (e.prefix === 0xf2 && rep !== 'f2') return false;
    if (e.modrm !== 'none') {
      const m = needModrm();
      if (e.modrm === 'digit' && m.reg !== e.digit) return false;
      if (e.modrm === 'exact' && modrmByte !== e.digit) return false;
    }
    if (e.rexW && !(rex & 8)) return false;
    if (candidate.notRexB && rex & 1) return false;
    // From here on the architecture defines the encoding; what does not fit is #UD.
    let size: 2 | 4 | 8 = plainSize;
    if (code === 64 && candidate.size) size = candidate.size === 'default64' && operandPrefix && !(rex & 8) ? 2 : 8;
    if (candidate.operandSize !== undefined && candidate.operandSize !== size) return false;
    if (candidate.addressSize !== undefined && candidate.addressSize !== addressSize) return false;
    defined = true;
    if (candidate.feature && features && !features.has(candidate.feature)) return false;
    if (candidate.mode === (code === 64 ? 'legacy' : 'long')) return false;
    for (const o of candidate.operands) {
      if (o.place === 'memory' && needModrm().mod === 3) return false;
      if (isRegisterOnly(o) && needModrm().mod !== 3) return false;
    }
    sizeOfRow = size;
    return true;
  };
  const found = OPCODE_MAP[(map << 8) | opcode]!.find(matches);
  if (!found) {
    if (!vex && !defined && !prefixed && !isUndefinedEncoding(map, opcode, code, () => needModrm().reg))
      return 'unknown';
    return undefinedAt(r, plainSize, addressSize, lock);
  }

  const operands: Operand[] = [];
  let memory: Omit<Memory, 'size'> | undefined;
  const needMemory = (): Omit<Memory, 'size'> =>
    (memory ??= memoryOperand(r, needModrm(), rex, addressSize, override, code));
  // The displacement stands before any immediate.
  if (modrm && (modrm as ModRm).mod !== 3 && found.operands.some((o) => MEMORY_PLACES.has(o.place))) needMemory();
  for (const type of found.operands) {
    operands.push(operandOf(type));
  }

  function operandOf(type: OperandType): Operand {
    const size = widthOf(type, sizeOfRow, addressSize, code);
    const register = (n: number): Operand => {
      const high = size === 1 && rex === 0 && n >= 4 && n < 8;
      return { kind: 'register', size, register: high ? n - 4 : n, high };
    };
    switch (type.place) {
      case 'rm':
        if (needModrm().mod === 3) return register(needModrm().rm | ((rex & 1) << 3));
        return { ...needMemory(), size };
      case 'rm-register':
        return register(needModrm().rm | ((rex & 1) << 3));
      case 'memory':
        return { ...needMemory(), size };
      case 'xmm':
        return { kind: 'xmm', size, register: needModrm().reg | ((rex & 4) << 1) };
      case 'mmx':
        return { kind: 'mmx', size, register: needModrm().reg };
      case 'xmm-rm':
      case 'xmm-rm-register':
        if (needModrm().mod !== 3) return { ...needMemory(), size };
        return { kind: 'xmm', size, register: needModrm().rm | ((rex & 1) << 3) };
      case 'mmx-rm':
      case 'mmx-rm-register':
        if (needModrm().mod !== 3) return { ...needMemory(), size };
        return { kind: 'mmx', size, register: needModrm().rm };
      case 'fixed-xmm':
        return { kind: 'xmm', size, register: type.register! };
      case 'stack-top':
        return { kind: 'st', size, register: 0 };
      case 'stack':
        return { kind: 'st', size, register: needModrm().rm };
      case 'register':
        return register(needModrm().reg | ((rex & 4) << 1));
      case 'vex':
        return register(vex!.register);
      case 'opcode':
        return register((opcode & 7) | ((rex & 1) << 3));
      case 'fixed':
        return { kind: 'register', size, register: type.register!, high: false };
      case 'fixed-segment':
        return { kind: 'segment', size, register: type.register! };
      case 'segment':
        return { kind: 'segment', size, register: needModrm().reg };
      case 'control':
        return { kind: 'control', size, register: needModrm().reg | ((rex & 4) << 1) };
      case 'debug':
        return { kind: 'debug', size, register: needModrm().reg | ((rex & 4) << 1) };
      case 'immediate': {
        if (size === 8 && !type.signExtended) return { kind: 'immediate', size, low: r.s32(), high: r.s32() };
        const low = r.signed(size);
        if (type.signExtended) return { kind: 'immediate', size: Math.max(size, sizeOfRow), low, high: low >> 31 };
        return { kind: 'immediate', size, low: size === 4 ? low : low & (size === 1 ? 0xff : 0xffff), high: 0 };
      }
      case 'one':
        return { kind: 'immediate', size: 1, low: 1, high: 0 };
      case 'relative': {
        const low = r.signed(size);
        return { kind: 'relative', size: sizeOfRow, low, high: low >> 31 };
      }
      case 'offset': {
        const low = addressSize === 2 ? r.u16() : r.s32();
        const high = addressSize === 8 ? r.s32() : 0;
        const segment = override >= 0 ? override : SEG_DS;
        return {
          kind: 'memory',
          size,
          base: -1,
          index: -1,
          scale: 0,
          dispLow: low,
          dispHigh: high,
          ripRelative: false,
          segment,
        };
      }
      case 'far': {
        const offset = sizeOfRow === 2 ? r.u16() : r.s32() >>> 0;
        return { kind: 'far', size, offset, selector: r.u16() };
      }
      case 'source-index':
      case 'destination-index': {
        const source = type.place === 'source-index';
        return {
          kind: 'memory',
          size,
          base: type.register ?? (source ? 6 : 7),
          index: -1,
          scale: 0,
          dispLow: 0,
          dispHigh: 0,
          ripRelative: false,
          segment: source ? (override >= 0 ? override : SEG_DS) : SEG_ES,
        };
      }
    }
  }

  if (lock && !(found.lock && operands[0]?.kind === 'memory')) return undefinedAt(r, plainSize, addressSize, lock);
  return {
    row: found,
    length: r.at - r.start,
    operandSize: sizeOfRow,
    addressSize,
    rep: found.rep ? rep : 'none',
    lock,
    segment: override,
    modrm: modrmByte,
    operands,
  };
}

function undefinedAt(r: Reader, operandSize: 2 | 4 | 8, addressSize: 2 | 4 | 8, lock: boolean): Instruction {
  const length = r.at - r.start;
  return { row: UNDEFINED, length, operandSize, addressSize, rep: 'none', lock, segment: -1, modrm: 0, operands: [] };
}
