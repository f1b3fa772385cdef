/**
 * The built-in assembler: NASM's language into a flat image, as `nasm -f bin` with its default optimisation would make it.
 *
 * A source goes through the preprocessor (macros, conditions, includes) and the parser once, then through passes until every label
 * keeps its value, then through a last pass that knows where the sections lie and makes the bytes, the line table and the
 * diagnostics. Nothing here touches files or the machine: the caller gives a function that reads.
 */
import type { Bits } from '../engine/isa/assemble-operand';
import { Diagnostics } from './diagnostic';
import type { Diagnostic, Span } from './diagnostic';
import { UNKNOWN, evaluate, isConstant } from './expression';
import type { Expression, Value } from './expression';
import { utf8 } from './lexer';
import { placeSections } from './layout';
import type { PlacedSection, SectionSize } from './layout';
import { MOST_BYTES, Pass } from './pass';
import type { PassInput, SymbolEntry } from './pass';
import type { Body } from './statement';
import { Parser } from './parser';
import { Preprocessor } from './preprocessor';
import type { PreprocessorHost } from './preprocessor';

export interface AssembleOptions {
  /** Name of the source in lines and diagnostics; includes are looked for beside it. */
  readonly file: string;
  /** Reads what `%include` and `incbin` name: beside the including file first, then as written. */
  readonly readFile?: (path: string) => Uint8Array | string | undefined;
}

export interface LineEntry {
  /** Virtual address of the first byte. */
  readonly address: bigint;
  readonly file: string;
  /** From 1. A macro's instructions stand at the line that calls it. */
  readonly line: number;
  /** Bytes; of an instruction under `times`, all repetitions together. */
  readonly length: number;
  readonly bits: Bits;
}

export interface AssembledSymbol {
  readonly name: string;
  readonly value: bigint;
  /** The section it counts from; undefined for a plain number. */
  readonly section: string | undefined;
  readonly file: string;
  readonly line: number;
}

export interface Assembly {
  /** True if there are errors: the image must not be run. */
  readonly failed: boolean;
  /** The image, from the lowest section to the highest; gaps are zero. */
  readonly bytes: Uint8Array;
  /** Address of the first byte. */
  readonly origin: bigint;
  readonly sections: readonly PlacedSection[];
  /** One entry an instruction, sorted by address. */
  readonly lines: readonly LineEntry[];
  readonly symbols: readonly AssembledSymbol[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Passes until labels must have settled, and statements all passes may go through. */
const MOST_PASSES = 100;
const MOST_WORK = 20_000_000;

/** Labels of macros and of `istruc`, which nobody wrote. */
const HIDDEN = /^\.\.@(istruc\.|\d+\.)/;

function directory(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return end < 0 ? '' : path.slice(0, end + 1);
}

class Assembler {
  private readonly diagnostics = new Diagnostics();
  private readonly constants = new Map<string, Value>();
  private readonly lengths = new Map<Body, number>();
  private readonly parser: Parser;

  constructor(
    private readonly source: string,
    private readonly options: AssembleOptions,
  ) {
    this.parser = new Parser(this.diagnostics, (path, from) => this.read(path, from)?.bytes, options.file);
  }

  private read(path: string, from: string): { bytes: Uint8Array; file: string } | undefined {
    const { readFile } = this.options;
    if (!readFile) return undefined;
    const absolute = /^([/\\]|[A-Za-z]:)/.test(path);
    const candidates = absolute ? [path] : [...new Set([directory(from) + path, path])];
    for (const file of candidates) {
      const content = readFile(file);
      if (content !== undefined)
        return { bytes: typeof content === 'string' ? Uint8Array.from(utf8(content)) : content, file };
    }
    return undefined;
  }

  run(): Assembly {
    this.parse();
    const settled = this.settle();
    const { placed, origin } = this.place(settled);
    const bases = new Map([...placed].map(([index, section]) => [index, section.vstart]));
    const last = new Pass(this.input(settled.symbols, bases, this.diagnostics));
    last.run();
    return this.result(last, placed, origin);
  }

  private parse(): void {
    const { parser, diagnostics, constants } = this;
    const host: PreprocessorHost = {
      isRegister: (name) => parser.isRegister(name),
      fullName: (name) => parser.fullName(name),
      readText: (path, from) => {
        const found = this.read(path, from);
        return found && { text: decode(found.bytes), file: found.file };
      },
      scope: {
        symbol: (name) => constants.get(name) ?? UNKNOWN,
        here: () => UNKNOWN,
        sectionStart: () => UNKNOWN,
        problem: (span, message) => diagnostics.add('error', span, message),
      },
      get bits() {
        return parser.bits;
      },
    };
    const preprocessor = new Preprocessor(this.source, this.options.file, host, diagnostics);
    let seen = 0;
    for (let line = preprocessor.next(); line && !diagnostics.full; line = preprocessor.next()) {
      parser.parse(line);
      for (; seen < parser.statements.length; seen++) {
        const statement = parser.statements[seen]!;
        if (statement.kind !== 'equ') continue;
        const value = evaluate(statement.value, { ...host.scope, problem: () => undefined });
        if (isConstant(value)) constants.set(statement.name, value);
      }
    }
    if (parser.struc) {
      const span = parser.statements.at(-1)!.span;
      diagnostics.add('error', span, `the structure '${parser.struc.name}' has no endstruc`);
    }
    if (parser.instance) {
      const span = parser.statements.at(-1)!.span;
      diagnostics.add('error', span, `the istruc '${parser.instance.name}' has no iend`);
    }
  }

  private input(
    before: ReadonlyMap<string, SymbolEntry>,
    bases: ReadonlyMap<number, bigint> | undefined,
    diagnostics: Diagnostics,
  ): PassInput {
    const { statements, sections, externals } = this.parser;
    return { statements, sections, externals, before, bases, diagnostics, lengths: this.lengths };
  }

  /** Passes until nothing moves. */
  private settle(): Pass {
    const passes = Math.max(3, Math.min(MOST_PASSES, Math.floor(MOST_WORK / (this.parser.statements.length + 1))));
    let pass = new Pass(this.input(new Map(), undefined, new Diagnostics()));
    pass.run();
    for (let n = 1; n < passes; n++) {
      const next = new Pass(this.input(pass.symbols, undefined, new Diagnostics()));
      next.run();
      const same = next.sameAs(pass);
      pass = next;
      if (same) return pass;
    }
    const span = this.parser.statements[0]?.span ?? this.parser.sections[0]!.span;
    this.diagnostics.add(
      'error',
      span,
      `labels still move after ${passes} passes: some length depends on a label behind it`,
    );
    return pass;
  }

  private place(settled: Pass): { placed: Map<number, PlacedSection>; origin: bigint } {
    const number = (e: Expression | undefined, what: string): bigint | undefined => {
      if (!e) return undefined;
      const value = evaluate(e, settled);
      if (isConstant(value)) return BigInt.asUintN(64, value.constant);
      this.diagnostics.add('error', e.span, `${what} of a section must be a plain number`);
      return undefined;
    };
    const origin = BigInt.asUintN(64, settled.origin ?? 0n);
    const sizes = this.parser.sections
      .filter((declaration) => declaration.kind !== 'absolute')
      .map((declaration): SectionSize => {
        const state = settled.states[declaration.index]!;
        let align = number(declaration.align, 'align');
        if (align !== undefined && (align < 1n || (align & (align - 1n)) !== 0n)) {
          this.diagnostics.add('error', declaration.align!.span, `${align} is not a power of two`);
          align = undefined;
        }
        const inside = state.align === undefined ? undefined : BigInt(state.align);
        // ALIGN inside a section raises its own alignment, and takes the place of the usual one.
        const wanted = inside !== undefined && inside > (align ?? 0n) ? inside : align;
        return {
          declaration,
          length: BigInt(state.offset),
          align: wanted,
          start: number(declaration.start, 'start'),
          vstart: number(declaration.vstart, 'vstart'),
        };
      });
    return { placed: placeSections(sizes, origin, this.diagnostics), origin };
  }

  private result(last: Pass, placed: ReadonlyMap<number, PlacedSection>, origin: bigint): Assembly {
    const { bytes, start } = this.image(last, placed, origin);
    const lines = last.marks
      .map(({ section, offset, length, bits, span }): LineEntry => {
        const address = BigInt.asUintN(64, placed.get(section)!.vstart + BigInt(offset));
        return { address, file: span.file, line: span.line, length, bits };
      })
      .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
    const named = [...last.symbols].filter(([name]) => !HIDDEN.test(name));
    const symbols = named.map(([name, symbol]): AssembledSymbol => {
      const term = [...symbol.value.terms.keys()][0];
      const section = term === undefined ? undefined : placed.get(Number(term.slice('section:'.length)));
      const value = BigInt.asUintN(64, symbol.value.constant + (section?.vstart ?? 0n));
      return { name, value, section: section?.name, file: symbol.span.file, line: symbol.span.line };
    });
    const diagnostics = this.diagnostics.list();
    return {
      failed: this.diagnostics.hasErrors,
      bytes,
      origin: start,
      sections: [...placed.values()],
      lines,
      symbols,
      diagnostics,
    };
  }

  private image(
    last: Pass,
    placed: ReadonlyMap<number, PlacedSection>,
    origin: bigint,
  ): { bytes: Uint8Array; start: bigint } {
    const parts = [...placed]
      .filter(([, section]) => section.kind === 'progbits' && section.length > 0n)
      .map(([index, section]) => ({ section, bytes: last.states[index]!.bytes, length: last.states[index]!.offset }));
    if (parts.length === 0) return { bytes: new Uint8Array(0), start: origin };
    const start = parts.reduce(
      (least, { section }) => (section.start < least ? section.start : least),
      parts[0]!.section.start,
    );
    const end = parts.reduce((most, { section, length }) => {
      const here = section.start + BigInt(length);
      return here > most ? here : most;
    }, start);
    const where: Span = this.parser.sections[0]!.span;
    if (end - start > BigInt(MOST_BYTES)) {
      const message = `the sections lie up to ${end - start} bytes apart: an image has ${MOST_BYTES} bytes (64 MB) at most`;
      this.diagnostics.add('error', where, message);
      return { bytes: new Uint8Array(0), start };
    }
    const bytes = new Uint8Array(Number(end - start));
    for (const part of parts) {
      const length = Math.min(part.length, part.bytes.length);
      bytes.set(part.bytes.subarray(0, length), Number(part.section.start - start));
    }
    return { bytes, start };
  }
}

function decode(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at]!;
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    let point = more === 0 ? first : first & (0x3f >> more);
    for (let n = 1; n <= more; n++) point = (point << 6) | ((bytes[at + n] ?? 0x80) & 0x3f);
    text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
    at += more + 1;
  }
  return text;
}

/** Assembles a source. Never throws: what is wrong is in `diagnostics`. */
export function assemble(source: string, options: AssembleOptions): Assembly {
  return new Assembler(source, options).run();
}
