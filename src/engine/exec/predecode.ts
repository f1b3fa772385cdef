/** Instruction → records: slots, immediates, address records, and the shape whose handler runs it. */
import { SEG_ES, SEG_FS, SEG_GS, SEG_SS } from '../arch/registers';
import type { Instruction, Operand } from '../isa/decode';
import { ROWS } from '../isa/opcode-map';
import type { Row } from '../isa/row';
import type { Size } from '../isa/emitter';
import { isAlignedMove } from '../isa/unit';
import { REGS, SCRATCH_ADDRESS, SEGMENTS, SEGMENT_SIZE, X87, XMM, ZERO } from '../state/layout';
import {
  ALIGNED_ALWAYS,
  ALIGNED_USUALLY,
  HANDLER_ADDRESS,
  HANDLER_AL_OFFSET,
  HANDLER_BIT_OFFSET_2,
  HANDLER_BIT_OFFSET_4,
  HANDLER_BIT_OFFSET_8,
  R_BASE,
  R_DISPLACEMENT,
  R_HANDLER,
  R_IMMEDIATE,
  R_INDEX,
  R_LENGTH,
  R_NEXT,
  R_OPERAND_0,
  R_OPERAND_1,
  R_PREPARED,
  R_TRAITS,
  R_RIP,
  R_SCALE,
  R_TARGET,
  RECORD_SIZE,
  REPEATED,
  USES_MMX,
} from './record';
import type { OperandKind, Shape, ShapeOperand } from './shape';
import type { Width } from './place';

type Memory = Extract<Operand, { kind: 'memory' }>;

export interface AddressMode {
  readonly width: Width;
  /** Outside 64-bit mode: ES, SS and DS have base 0, all 4 GB and are writable. */
  readonly flat: boolean;
}

/** Writes records one after the other; the caller owns the space. */
export class RecordWriter {
  constructor(
    private readonly view: DataView,
    public at: number,
  ) {}
  u8(field: number, value: number): void {
    this.view.setUint8(this.at + field, value);
  }
  u16(field: number, value: number): void {
    this.view.setUint16(this.at + field, value, true);
  }
  i32(field: number, value: number): void {
    this.view.setInt32(this.at + field, value, true);
  }
  i64(field: number, low: number, high: number): void {
    this.view.setInt32(this.at + field, low, true);
    this.view.setInt32(this.at + field + 4, high, true);
  }
  clear(): void {
    for (let n = 0; n < RECORD_SIZE; n += 4) this.view.setInt32(this.at + n, 0, true);
    this.u16(R_BASE, ZERO);
    this.u16(R_INDEX, ZERO);
  }
}

const vectorSlot = (kind: 'xmm' | 'mmx', register: number): number => (kind === 'xmm' ? XMM : X87) + register * 16;
const slot = (register: number): number => (register < 0 ? ZERO : REGS + register * 8);

/** a + b on 64-bit halves; `b` is a sign-extended 32-bit number. */
export function add64(low: number, high: number, b: number): readonly [number, number] {
  const sum = (low >>> 0) + b;
  return [sum | 0, (high + Math.floor(sum / 0x100000000)) | 0];
}

function isDirect(i: Instruction, m: Memory, mode: AddressMode): boolean {
  if (i.row.displaced) return false;
  if (mode.width === 64) return i.addressSize === 8 && (isLea(i) || (m.segment !== SEG_FS && m.segment !== SEG_GS));
  return (
    i.addressSize === 4 &&
    (isLea(i) || (mode.flat && (m.segment === SEG_ES || m.segment === SEG_SS || m.segment === 3)))
  );
}

const isLea = (i: Instruction): boolean => i.row.operands[1]?.width === 'none';

/** Fills base, index, scale and displacement of the record at the writer. */
function writeAddress(w: RecordWriter, i: Instruction, m: Memory, ripLow: number, ripHigh: number): void {
  w.u16(R_BASE, slot(m.base));
  w.u16(R_INDEX, slot(m.index));
  w.u8(R_SCALE, m.scale);
  let low = m.dispLow;
  let high = m.dispHigh;
  if (m.ripRelative) [low, high] = add64(...add64(ripLow, ripHigh, i.length), m.dispLow);
  if (i.row.popsFirst && m.base === 4) [low, high] = add64(low, high, i.operandSize);
  w.i64(R_DISPLACEMENT, low, high);
}

function writeMask(w: RecordWriter, addressSize: number): void {
  w.i64(R_IMMEDIATE, addressSize === 2 ? 0xffff : -1, addressSize === 8 ? -1 : 0);
}

/** Whether memory operand `n`, of `size` bytes, must be aligned. */
function alignmentOf(i: Instruction, n: number, size: number): ShapeOperand['aligned'] {
  if (size !== 16 || i.row.operands[n]!.unaligned) return undefined;
  return isAlignedMove(i.row.mnemonic) ? 'always' : 'usually';
}

/** Whether operand `n` of the row is written: decides which limits its segment is checked against. */
function isWritten(i: Instruction, n: number): boolean {
  if (n !== 0) return i.row.mnemonic.startsWith('XCHG') || i.row.mnemonic.startsWith('XADD');
  return !READ_ONLY_FIRST.test(i.row.mnemonic);
}
const NEVER_ACCESSED = /^(NOP|PREFETCH.*)$/;
const READ_ONLY_FIRST =
  /^(CMP|CMPS.|TEST|BT|MUL|IMUL|DIV|IDIV|PUSH|JMP|CALL|SCAS.|LODS.|CLFLUSH|CLFLUSHOPT|CLWB|XLATB|NOP|PREFETCH.*)$/;

function fixedImmediate(i: Instruction): { immediate: number } | undefined {
  const o = i.row.fixedImmediate && i.operands.find((operand) => operand.kind === 'immediate');
  return o && o.kind === 'immediate' ? { immediate: o.low & 0xff } : undefined;
}

const ROW_NUMBERS: ReadonlyMap<Row, number> = new Map(ROWS.map((row, number) => [row, number]));
const REPEATS = { none: 0, f3: 1, f2: 2 } as const;

/**
 * Instructions of one number have one shape, but for what set the flags before: row, sizes, repetition, where memory operands take
 * their addresses from, fixed registers and immediates that choose code. Exact below 2^53.
 */
export function shapeNumber(i: Instruction, mode: AddressMode): number {
  let number = ROW_NUMBERS.get(i.row) ?? ROWS.length;
  number =
    number * 16 +
    (i.operandSize >> 1 === 4 ? 3 : i.operandSize >> 1) * 4 +
    (i.addressSize >> 1 === 4 ? 3 : i.addressSize >> 1);
  number = number * 6 + REPEATS[i.rep] * 2 + (mode.width === 64 ? 1 : 0);
  for (let n = 0; n < i.operands.length; n++) {
    const o = i.operands[n]!;
    let kind = 0;
    if (o.kind === 'memory') kind = isDirect(i, o, mode) ? (o.index >= 0 ? 2 : 1) : 3;
    else if (n > 1 && o.kind === 'register') kind = 4 + o.register;
    number = number * 20 + kind;
  }
  return number * 256 + (fixedImmediate(i)?.immediate ?? 0);
}

/** Writes the records of `i` at the writer and leaves it after them; returns the shape (its handler is written by the caller). */
export function predecode(
  w: RecordWriter,
  i: Instruction,
  ripLow: number,
  ripHigh: number,
  mode: AddressMode,
  flags: Shape['flags'],
): { shape: Shape; record: number } {
  const first = w.at;
  const scratchOf = (n: number): number => SCRATCH_ADDRESS + n * 8;
  const kinds: OperandKind[] = [];
  // Address records first.
  i.operands.forEach((o, n) => {
    if (o.kind !== 'memory') return;
    const string = i.row.operands[n]!.place.endsWith('-index') && i.row.displaced === undefined;
    if (isDirect(i, o, mode)) {
      kinds[n] = string ? 'n' : o.index >= 0 ? 'x' : 'm';
      return;
    }
    kinds[n] = 'n';
    if (NEVER_ACCESSED.test(i.row.mnemonic)) return;
    const scratch = scratchOf(n === 0 ? 0 : 1);
    const begin = (): void => {
      w.clear();
      writeAddress(w, i, o, ripLow, ripHigh);
      writeMask(w, i.addressSize);
      w.u16(R_OPERAND_1, scratch);
      w.i64(R_RIP, ripLow, ripHigh);
      w.u8(R_LENGTH, i.length);
    };
    const displaced = i.row.displaced;
    const register = i.operands[1];
    let based = false;
    if (displaced === 'al' || isLea(i) || (displaced === 'bit-offset' && register?.kind === 'register')) {
      begin();
      if (displaced === 'bit-offset' && register?.kind === 'register') {
        w.u16(R_OPERAND_0, slot(register.register));
        w.i32(
          R_HANDLER,
          register.size === 2
            ? HANDLER_BIT_OFFSET_2
            : register.size === 4
              ? HANDLER_BIT_OFFSET_4
              : HANDLER_BIT_OFFSET_8,
        );
      } else {
        w.u16(R_OPERAND_0, displaced === 'al' ? REGS : ZERO);
        w.i32(R_HANDLER, HANDLER_AL_OFFSET);
      }
      w.at += RECORD_SIZE;
      based = true;
    }
    if (isLea(i)) return;
    begin();
    if (based) {
      w.u16(R_BASE, scratch);
      w.u16(R_INDEX, ZERO);
      w.i64(R_DISPLACEMENT, 0, 0);
    }
    const segmented = mode.width === 32 || o.segment === SEG_FS || o.segment === SEG_GS;
    w.i32(R_HANDLER, HANDLER_ADDRESS);
    // In 64-bit mode ES, CS, SS and DS count as base 0: ZERO − 8 has its "base" at the zero slot.
    w.u16(R_OPERAND_0, segmented ? SEGMENTS + o.segment * SEGMENT_SIZE : ZERO - 8);
    w.i32(R_TARGET, o.size - 1);
    w.i32(R_NEXT, isWritten(i, n) ? 8 : 0);
    const usesMmx = i.row.unit === 'mmx' || i.row.unit === 'sse-mmx';
    const aligned = alignmentOf(i, n, o.size);
    const traits = aligned === undefined ? 0 : aligned === 'always' ? ALIGNED_ALWAYS : ALIGNED_USUALLY;
    w.u8(R_TRAITS, traits | (i.rep === 'none' ? 0 : REPEATED) | (usesMmx ? USES_MMX : 0));
    w.at += RECORD_SIZE;
  });

  w.clear();
  const record = w.at;
  w.u8(R_PREPARED, (record - first) / RECORD_SIZE);
  w.u8(R_LENGTH, i.length);
  w.i64(R_RIP, ripLow, ripHigh);
  let nakedSeen = false;
  const operands: ShapeOperand[] = i.operands.map((o, n) => {
    const size = o.size as Size;
    switch (o.kind) {
      case 'register':
        if (n > 1) return { kind: `f${o.register}` as const, size };
        w.u16(n === 0 ? R_OPERAND_0 : R_OPERAND_1, slot(o.register) + (o.high ? 1 : 0));
        return { kind: 'r', size };
      case 'xmm':
      case 'mmx':
        // Beyond the second operand it is one the opcode names: see the emitter's `xmm`.
        if (n <= 1) w.u16(n === 0 ? R_OPERAND_0 : R_OPERAND_1, vectorSlot(o.kind, o.register));
        return { kind: o.kind === 'xmm' ? 'v' : 'q', size: o.size as ShapeOperand['size'] };
      case 'immediate':
        w.i64(R_IMMEDIATE, o.low, o.high);
        return { kind: 'i', size };
      case 'relative':
        return { kind: 'j', size };
      case 'memory': {
        const kind = kinds[n]!;
        if (kind === 'n') {
          const direct = isDirect(i, o, mode);
          w.u16(nakedSeen ? R_INDEX : R_BASE, direct ? slot(o.base) : scratchOf(n === 0 ? 0 : 1));
          nakedSeen = true;
        } else writeAddress(w, i, o, ripLow, ripHigh);
        const aligned = alignmentOf(i, n, o.size);
        return aligned === undefined ? { kind, size } : { kind, size: 16, aligned };
      }
      default:
        throw new Error(`predecode: ${i.row.mnemonic} has an operand only a helper understands`);
    }
  });
  w.at += RECORD_SIZE;
  return {
    shape: {
      row: i.row,
      operands,
      operandSize: i.operandSize,
      addressSize: i.addressSize,
      rep: i.rep,
      ...fixedImmediate(i),
      flags: i.row.condition === undefined ? undefined : flags,
    },
    record,
  };
}
