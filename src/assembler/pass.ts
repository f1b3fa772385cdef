/** One pass over the statements: gives labels their values and, in the last pass, makes the bytes. */
import { assembleInstruction } from '../engine/isa/assemble';
import type { Bits } from '../engine/isa/assemble-operand';
import type { Diagnostics, Span } from './diagnostic';
import { UNKNOWN, constantValue, evaluate, isConstant, termValue } from './expression';
import type { Expression, Value } from './expression';
import { floatBytes } from './float';
import { evaluateOperand, isFixedOperand, resolveExpression } from './operand';
import type { AddressScope } from './operand';
import type { Body, DataItem, SectionDeclaration, Statement } from './statement';
import { didYouMean } from './suggest';

/** Bytes an image and its reserved space may come to. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** Repetitions of an instruction that reads differently at each place. */
const MOST_TIMES = 65536;

export interface SymbolEntry {
  readonly value: Value;
  readonly span: Span;
}

export interface LineMark {
  readonly section: number;
  readonly offset: number;
  readonly length: number;
  readonly bits: Bits;
  readonly span: Span;
}

interface SectionState {
  offset: number;
  align: number | undefined;
  /** Of an absolute section: the number its labels count from. */
  absolute: bigint;
  bytes: Uint8Array;
}

/** What the whole program is, and what the pass before found. */
export interface PassInput {
  readonly statements: readonly Statement[];
  readonly sections: readonly SectionDeclaration[];
  readonly externals: ReadonlyMap<string, Span>;
  readonly before: ReadonlyMap<string, SymbolEntry>;
  /** Sections' addresses; undefined while sizes are not settled. */
  readonly bases: ReadonlyMap<number, bigint> | undefined;
  readonly diagnostics: Diagnostics;
  /** Lengths of instructions without symbols: the same in every pass. */
  readonly lengths: Map<Body, number>;
}

export class Pass implements AddressScope {
  readonly symbols = new Map<string, SymbolEntry>();
  readonly states: SectionState[];
  readonly marks: LineMark[] = [];
  origin: bigint | undefined;
  section = 0;
  private total = 0;
  private full = false;
  private problems = 0;

  constructor(private readonly input: PassInput) {
    this.states = input.sections.map(() => ({ offset: 0, align: undefined, absolute: 0n, bytes: new Uint8Array(0) }));
  }

  run(): void {
    for (const statement of this.input.statements) {
      this.statement(statement);
      if (this.full || this.input.diagnostics.full) return;
    }
  }

  /** Whether labels and lengths are those of the pass before. */
  sameAs(before: Pass): boolean {
    if (this.symbols.size !== before.symbols.size) return false;
    for (const [name, { value }] of this.symbols) {
      const other = before.symbols.get(name)?.value;
      if (!other || other.constant !== value.constant || other.unknown !== value.unknown) return false;
    }
    return this.states.every(
      (state, n) => state.offset === before.states[n]!.offset && state.align === before.states[n]!.align,
    );
  }

  symbol(name: string, span: Span): Value {
    const found = this.symbols.get(name) ?? this.input.before.get(name);
    if (found) return found.value;
    if (this.input.bases) this.undefinedSymbol(name, span);
    return UNKNOWN;
  }

  private undefinedSymbol(name: string, span: Span): void {
    if (this.input.externals.has(name)) {
      return this.problem(span, `'${name}' is declared extern, and a flat image cannot refer to other files`);
    }
    if (/^[re]?ip$/i.test(name))
      return this.problem(span, `${name} cannot be written: use [rel label] for an address relative to it`);
    this.problem(span, `the symbol '${name}' is not defined${didYouMean(name, this.input.before.keys())}`);
  }

  here(): Value {
    return this.place(this.states[this.section]!.offset);
  }

  sectionStart(): Value {
    return this.place(0);
  }

  private place(offset: number): Value {
    const { kind } = this.input.sections[this.section]!;
    if (kind === 'absolute') return constantValue(this.states[this.section]!.absolute + BigInt(offset));
    return termValue(`section:${this.section}`, BigInt(offset));
  }

  base(section: number): bigint {
    return this.input.bases?.get(section) ?? 0n;
  }

  problem(span: Span, message: string): void {
    this.problems++;
    this.input.diagnostics.add('error', span, message);
  }

  private warn(span: Span, message: string): void {
    this.input.diagnostics.add('warning', span, message);
  }

  private define(name: string, value: Value, span: Span): void {
    const other = this.symbols.get(name);
    if (other) {
      const where =
        other.span.file === span.file ? `line ${other.span.line}` : `${other.span.file}, line ${other.span.line}`;
      return this.problem(span, `'${name}' is already defined at ${where}`);
    }
    this.symbols.set(name, { value, span });
  }

  private statement(statement: Statement): void {
    switch (statement.kind) {
      case 'label':
        return this.define(statement.name, this.here(), statement.span);
      case 'equ': {
        const problems = this.problems;
        const value = evaluate(statement.value, this);
        if (value.unknown && this.input.bases && this.problems === problems) {
          return this.problem(statement.value.span, `'${statement.name}' depends on itself: it has no value`);
        }
        if ([...value.terms.keys()].some((t) => t.startsWith('register:'))) {
          return this.problem(statement.value.span, 'equ names a number, not a register: use %define');
        }
        return this.define(statement.name, value, statement.span);
      }
      case 'section':
        this.section = statement.section;
        return;
      case 'absolute': {
        const value = this.constant(statement.value, 'absolute');
        this.section = statement.section;
        this.states[statement.section]!.absolute = value ?? 0n;
        return;
      }
      case 'org': {
        const value = this.constant(statement.value, 'org');
        if (value === undefined) return;
        if (this.origin !== undefined && this.origin !== value) this.problem(statement.span, 'org can be given once');
        this.origin ??= value;
        return;
      }
      case 'align':
        return this.align(statement);
      case 'emit':
        return this.emit(statement.body, this.times(statement), statement.span);
    }
  }

  /** A number that must be known here; undefined while it is not. */
  private constant(e: Expression, what: string): bigint | undefined {
    const value = evaluate(e, this);
    if (isConstant(value)) return value.constant;
    if (!value.unknown)
      this.problem(e.span, `${what} needs a plain number, and this is an address: use a difference like $-$$`);
    return undefined;
  }

  private times(statement: Extract<Statement, { kind: 'emit' }>): number {
    if (!statement.times) return 1;
    const count = this.constant(statement.times, 'times');
    if (count === undefined) return 0;
    if (count < 0n) {
      this.problem(
        statement.times.span,
        `times ${count}: a count cannot be negative; the code before is ${-count} bytes too long`,
      );
      return 0;
    }
    return this.bounded(count, statement.times.span);
  }

  /** A count as a number; too large ones come out as more than any image may have. */
  private bounded(count: bigint, span: Span): number {
    if (count <= BigInt(MOST_BYTES)) return Number(count);
    this.problem(span, `${count} is more than an image can have: the limit is ${MOST_BYTES} bytes`);
    return 0;
  }

  private align(statement: Extract<Statement, { kind: 'align' }>): void {
    const to = this.constant(statement.to, 'align');
    if (to === undefined) return;
    if (to < 1n || to > 1n << 30n || (to & (to - 1n)) !== 0n) {
      return this.problem(statement.to.span, `${to} is not a power of two: align takes 1, 2, 4, 8 …`);
    }
    const state = this.states[this.section]!;
    const boundary = Number(to);
    state.align = Math.max(state.align ?? 0, boundary);
    const count = (boundary - (state.offset % boundary)) % boundary;
    if (count > 0) this.emit(statement.fill, count, statement.span, true);
  }

  /** Room for `length` more bytes in the section being assembled. */
  private room(length: number, span: Span): boolean {
    if (this.input.sections[this.section]!.kind === 'absolute') return true;
    if (this.total + length <= MOST_BYTES) {
      this.total += length;
      return true;
    }
    this.problem(span, `the image would have more than ${MOST_BYTES} bytes (64 MB), which is the limit`);
    this.full = true;
    return false;
  }

  private emit(body: Body, count: number, span: Span, padding = false): void {
    if (count === 0 && body.kind !== 'instruction') return;
    switch (body.kind) {
      case 'instruction':
        return this.instruction(body, count, span);
      case 'data': {
        const bytes: number[] = [];
        const reserved = this.data(body.items, body.size, bytes, span);
        if (reserved && !this.reserves) this.warnZeroed(span);
        return this.write(bytes, count, span, padding || reserved);
      }
      case 'reserve': {
        const units = this.constant(body.count, 'the number of reserved units');
        if (units === undefined) return;
        if (units < 0n) return this.problem(body.count.span, `${units} units cannot be reserved`);
        const length = this.bounded(units * BigInt(body.size) * BigInt(count), body.count.span);
        if (!this.reserves && length > 0 && !padding) this.warnZeroed(span);
        return this.advance(length, span);
      }
      case 'incbin': {
        const skip = body.skip ? this.constant(body.skip, 'incbin') : 0n;
        const length = body.length ? this.constant(body.length, 'incbin') : undefined;
        if (skip === undefined || (length ?? 0n) < 0n || skip < 0n) return;
        const start = Math.min(Number(skip), body.bytes.length);
        const end = length === undefined ? body.bytes.length : Math.min(start + Number(length), body.bytes.length);
        return this.write(body.bytes.subarray(start, end), count, span, false);
      }
    }
  }

  private get reserves(): boolean {
    return this.input.sections[this.section]!.kind !== 'progbits';
  }

  private warnZeroed(span: Span): void {
    this.warn(
      span,
      `reserved space in ${this.input.sections[this.section]!.name} is written as zeros: section .bss takes none in the image`,
    );
  }

  /** Moves on without bytes (or, in the image, over zeros). */
  private advance(length: number, span: Span): void {
    if (this.room(length, span)) this.states[this.section]!.offset += length;
  }

  private write(bytes: ArrayLike<number>, count: number, span: Span, quiet: boolean): void {
    const length = bytes.length * count;
    const state = this.states[this.section]!;
    const offset = state.offset;
    if (!this.room(length, span)) return;
    state.offset += length;
    if (this.reserves) {
      const { name, kind } = this.input.sections[this.section]!;
      if (!quiet && length > 0)
        this.warn(span, `${kind === 'nobits' ? name : 'absolute space'} has no bytes in the image: these are lost`);
      return;
    }
    if (!this.input.bases || length === 0) return;
    const target = this.grow(state, offset + length);
    target.set(bytes, offset);
    for (let filled = bytes.length; filled < length; filled *= 2) {
      target.copyWithin(offset + filled, offset, offset + Math.min(filled, length - filled));
    }
  }

  private grow(state: SectionState, length: number): Uint8Array {
    if (state.bytes.length < length) {
      const larger = new Uint8Array(Math.max(length, state.bytes.length * 2, 256));
      larger.set(state.bytes);
      state.bytes = larger;
    }
    return state.bytes;
  }

  private instruction(body: Extract<Body, { kind: 'instruction' }>, count: number, span: Span): void {
    const known = this.input.bases ? undefined : this.input.lengths.get(body);
    if (known !== undefined) return this.advance(known * count, span);
    const operands = body.operands.map((operand) => evaluateOperand(operand, this, body.defaultRelative));
    const { mnemonic, prefixes, bits } = body;
    const start = this.states[this.section]!.offset;
    const base = this.base(this.section);
    const encode = (offset: number): readonly number[] | undefined => {
      const result = assembleInstruction({ mnemonic, operands, prefixes }, { bits, address: base + BigInt(offset) });
      const at = (operand: number): Span => body.operands[operand]?.span ?? body.mnemonicSpan;
      if ('complaint' in result) {
        this.problem(at(result.complaint.operand), result.complaint.message);
        const { length } = result.complaint;
        return length === undefined ? undefined : new Array<number>(length).fill(0);
      }
      for (const warning of result.warnings) this.warn(at(warning.operand), warning.message);
      return result.bytes;
    };
    const bytes = encode(start);
    if (!bytes || count === 0) return;
    if (!this.input.bases && body.operands.every(isFixedOperand)) this.input.lengths.set(body, bytes.length);
    const second = count > 1 ? encode(start + bytes.length) : bytes;
    if (second && second.every((byte, n) => byte === bytes[n]) && second.length === bytes.length)
      this.write(bytes, count, span, false);
    else if (count > MOST_TIMES) {
      this.problem(
        span,
        `times ${count}: an instruction that reads differently at each place is repeated ${MOST_TIMES} times at most`,
      );
    } else {
      for (let n = 0; n < count && !this.full; n++)
        this.write(encode(this.states[this.section]!.offset) ?? [], 1, span, false);
    }
    if (this.input.bases && !this.reserves) {
      const length = this.states[this.section]!.offset - start;
      this.marks.push({ section: this.section, offset: start, length, bits, span });
    }
  }

  /** Appends the bytes of data items; true if some of them only reserve. */
  private data(items: readonly DataItem[], size: number, bytes: number[], span: Span): boolean {
    let reserved = false;
    for (const item of items) {
      if (bytes.length > MOST_BYTES) return reserved;
      switch (item.kind) {
        case 'bytes':
          for (const byte of item.bytes) bytes.push(byte);
          for (let n = item.bytes.length; n % size !== 0; n++) bytes.push(0);
          break;
        case 'reserved':
          for (let n = 0; n < size; n++) bytes.push(0);
          reserved = true;
          break;
        case 'float': {
          const encoded = floatBytes(item.value, size);
          if (encoded) bytes.push(...encoded);
          else this.problem(item.span, 'floating-point numbers are of word, dword or qword size: dw, dd, dq');
          break;
        }
        case 'value':
          this.number(item.value, size, bytes);
          break;
        case 'repeated': {
          const count = this.constant(item.count, 'dup');
          if (count === undefined) break;
          if (count < 0n) {
            this.problem(item.count.span, `${count} dup: a count cannot be negative`);
            break;
          }
          const once: number[] = [];
          reserved = this.data(item.items, size, once, span) || reserved;
          const times =
            this.bounded(count * BigInt(Math.max(once.length, 1)), item.count.span) / Math.max(once.length, 1);
          if (bytes.length + times * once.length > MOST_BYTES) {
            this.problem(
              item.count.span,
              `the image would have more than ${MOST_BYTES} bytes (64 MB), which is the limit`,
            );
            break;
          }
          for (let n = 0; n < times; n++) for (const byte of once) bytes.push(byte);
          break;
        }
      }
    }
    return reserved;
  }

  private number(e: Expression, size: number, bytes: number[]): void {
    const { value, nature } = resolveExpression(e, this);
    if (size < 8 && nature === 'constant') {
      const span = 1n << BigInt(size * 8);
      if (value >= span || value < -span)
        this.warn(e.span, `the number does not fit in ${size} byte${size === 1 ? '' : 's'}: it is cut off`);
    }
    let rest = BigInt.asUintN(size * 8, value);
    for (let n = 0; n < size; n++, rest >>= 8n) bytes.push(Number(rest & 0xffn));
  }
}
