/** Lines into statements: labels, instructions, data and directives. */
import { isMnemonic, mnemonics } from '../engine/isa/assemble-forms';
import type { Bits } from '../engine/isa/assemble-operand';
import type { Prefixes } from '../engine/isa/assemble-operand';
import { SEGMENT_REGISTERS } from '../engine/arch/registers';
import { parseData } from './data-syntax';
import { DIRECTIVES } from './directives';
import type { DirectiveContext } from './directives';
import type { Diagnostics, Span } from './diagnostic';
import { Cursor, SyntaxProblem, parseExpression } from './expression';
import type { Expression, Names } from './expression';
import { spanOf } from './lexer';
import type { Line, Token } from './lexer';
import { NOT_YET, notYet } from './not-yet';
import { parseOperand } from './operand-syntax';
import { FOREIGN_REGISTER, REGISTERS } from './registers';
import type { Body, SectionDeclaration, Statement } from './statement';
import { didYouMean } from './suggest';

const DATA_SIZE: ReadonlyMap<string, number> = new Map(Object.entries({ db: 1, dw: 2, dd: 4, dq: 8, do: 16 }));
const RESERVE_SIZE: ReadonlyMap<string, number> = new Map(
  Object.entries({ resb: 1, resw: 2, resd: 4, resq: 8, reso: 16 }),
);

type MutablePrefixes = { -readonly [K in keyof Prefixes]: Prefixes[K] };

const PREFIXES: ReadonlyMap<string, Prefixes> = new Map<string, Prefixes>(
  Object.entries<Prefixes>({
    lock: { lock: true },
    rep: { repeat: 'rep' },
    repe: { repeat: 'repe' },
    repz: { repeat: 'repe' },
    repne: { repeat: 'repne' },
    repnz: { repeat: 'repne' },
    a16: { addressSize: 2 },
    a32: { addressSize: 4 },
    a64: { addressSize: 8 },
    o16: { operandSize: 2 },
    o32: { operandSize: 4 },
    o64: { operandSize: 8 },
    ...Object.fromEntries(SEGMENT_REGISTERS.map((name, segment) => [name, { segment }])),
  }),
);

/** Reads files for `incbin`. */
export type ReadBytes = (path: string, from: string) => Uint8Array | undefined;

export class Parser implements Names, DirectiveContext {
  readonly statements: Statement[] = [];
  readonly sections: SectionDeclaration[] = [];
  readonly externals = new Map<string, Span>();
  bits: Bits = 16;
  defaultRelative = false;
  section = 0;
  /** The `struc` being defined, and where to return to. */
  struc: { readonly name: string; readonly section: number } | undefined;
  instance: { readonly name: string; readonly label: string } | undefined;
  private instances = 0;
  private scopeLabel = '';

  constructor(
    readonly diagnostics: Diagnostics,
    private readonly readBytes: ReadBytes,
    file: string,
  ) {
    const span = { file, line: 1, column: 1, endColumn: 2 };
    this.sections.push({ index: 0, name: '.text', kind: 'progbits', span });
  }

  isRegister(name: string): boolean {
    return REGISTERS.has(name.toLowerCase());
  }

  fullName(name: string): string {
    return name.startsWith('.') && !name.startsWith('..') ? this.scopeLabel + name : name;
  }

  /** Parses a line; what is wrong with it goes to the diagnostics. */
  parse(line: Line): void {
    const cursor = new Cursor(line.tokens, line.span);
    try {
      this.line(cursor);
    } catch (problem) {
      if (!(problem instanceof SyntaxProblem)) throw problem;
      this.diagnostics.add('error', problem.span, problem.message);
    }
  }

  add(statement: Statement): void {
    this.statements.push(statement);
  }

  label(name: string, span: Span): string {
    const full = this.fullName(name);
    if (!name.startsWith('.')) this.scopeLabel = name;
    this.add({ kind: 'label', name: full, span });
    return full;
  }

  expression(cursor: Cursor): Expression {
    return parseExpression(cursor, this);
  }

  nextInstance(): number {
    return ++this.instances;
  }

  end(cursor: Cursor): void {
    if (cursor.token) throw new SyntaxProblem(cursor.span, `the line should end before '${cursor.token.text}'`);
  }

  private line(cursor: Cursor): void {
    const first = cursor.token!;
    if (first.kind === 'bad') throw new SyntaxProblem(first.span, first.problem!);
    if (cursor.take('[')) {
      this.directive(cursor, true);
      return;
    }
    const next = cursor.tokens[1];
    if (first.kind === 'identifier' && next?.kind === 'symbol' && next.text === ':' && !this.isPrefixAddress(cursor)) {
      cursor.at = 2;
      this.afterLabel(cursor, first);
    } else if (first.kind === 'identifier' && !isWord(first.text)) this.unknownFirst(cursor, first, next);
    else this.statement(cursor);
  }

  /** `es:` begins a segment prefix, not a label. */
  private isPrefixAddress(cursor: Cursor): boolean {
    return (SEGMENT_REGISTERS as readonly string[]).includes(cursor.token!.text.toLowerCase());
  }

  private afterLabel(cursor: Cursor, name: Token): void {
    if (cursor.isWord('equ')) return this.equ(cursor, name);
    this.checkLabel(name);
    this.label(name.text, name.span);
    if (cursor.token) this.statement(cursor);
  }

  private checkLabel(name: Token): void {
    if (this.isRegister(name.text))
      throw new SyntaxProblem(name.span, `${name.text} is a register: it cannot be a label`);
  }

  private unknownFirst(cursor: Cursor, first: Token, next: Token | undefined): void {
    const follows = next?.kind === 'identifier' && isWord(next.text) && !this.isRegister(next.text);
    if (follows) {
      cursor.at = 1;
      this.afterLabel(cursor, first);
    } else if (NOT_YET.has(first.text.toLowerCase())) throw new SyntaxProblem(first.span, notYet(first.text));
    else if (next === undefined) {
      const suggestion = didYouMean(first.text, words());
      this.diagnostics.add(
        'warning',
        first.span,
        `'${first.text}' alone on a line is a label: write a colon after it${suggestion}`,
      );
      this.checkLabel(first);
      this.label(first.text, first.span);
    } else throw new SyntaxProblem(first.span, `unknown instruction '${first.text}'${didYouMean(first.text, words())}`);
  }

  private equ(cursor: Cursor, name: Token): void {
    this.checkLabel(name);
    cursor.at++;
    const value = this.expression(cursor);
    this.end(cursor);
    const full = this.fullName(name.text);
    if (!name.text.startsWith('.')) this.scopeLabel = name.text;
    this.add({ kind: 'equ', name: full, value, span: name.span });
  }

  private statement(cursor: Cursor): void {
    const start = cursor.at;
    const token = cursor.token!;
    if (token.kind !== 'identifier')
      throw new SyntaxProblem(token.span, `an instruction, a directive or a label is expected, found '${token.text}'`);
    const word = token.text.toLowerCase();
    if (word === 'times') {
      cursor.at++;
      const times = this.expression(cursor);
      if (!cursor.token) throw new SyntaxProblem(cursor.end, 'times needs something to repeat');
      if (cursor.isWord('times')) throw new SyntaxProblem(cursor.span, 'times cannot repeat times');
      const body = this.body(cursor);
      if (body) this.add({ kind: 'emit', body, times, span: spanOf(cursor.tokens.slice(start), token.span) });
      return;
    }
    if (DIRECTIVES.has(word)) return this.directive(cursor, false);
    const body = this.body(cursor);
    if (body) this.add({ kind: 'emit', body, span: spanOf(cursor.tokens.slice(start), token.span) });
  }

  private directive(cursor: Cursor, bracketed: boolean): void {
    const token = cursor.token;
    const directive = token?.kind === 'identifier' ? DIRECTIVES.get(token.text.toLowerCase()) : undefined;
    if (!token || !directive) throw new SyntaxProblem(cursor.span, `'${token?.text ?? ''}' is not a directive`);
    cursor.at++;
    if (!bracketed) {
      directive(cursor, this, token);
      return this.end(cursor);
    }
    const close = cursor.tokens.map((t) => (t.kind === 'symbol' ? t.text : '')).lastIndexOf(']');
    if (close < 0) throw new SyntaxProblem(cursor.end, "']' is missing");
    const inner = new Cursor(cursor.tokens.slice(0, close), cursor.tokens[close]!.span);
    inner.at = cursor.at;
    directive(inner, this, token);
    this.end(inner);
    cursor.at = close + 1;
    this.end(cursor);
  }

  /** What can stand after `times`: an instruction with its prefixes, or data. */
  body(cursor: Cursor): Body | undefined {
    const token = cursor.token!;
    const word = token.text.toLowerCase();
    if (token.kind === 'identifier' && DATA_SIZE.has(word)) {
      cursor.at++;
      if (!cursor.token) this.diagnostics.add('warning', token.span, `${word} without values makes no bytes`);
      const items = cursor.token ? parseData(cursor, this) : [];
      this.end(cursor);
      return { kind: 'data', size: DATA_SIZE.get(word)!, items };
    }
    if (token.kind === 'identifier' && RESERVE_SIZE.has(word)) {
      cursor.at++;
      const count = this.expression(cursor);
      this.end(cursor);
      return { kind: 'reserve', size: RESERVE_SIZE.get(word)!, count };
    }
    if (cursor.isWord('incbin')) return this.incbin(cursor);
    return this.instruction(cursor);
  }

  private incbin(cursor: Cursor): Body {
    cursor.at++;
    const path = cursor.token;
    if (path?.kind !== 'string') throw new SyntaxProblem(cursor.span, 'incbin needs a file name in quotes');
    cursor.at++;
    const skip = cursor.take(',') ? this.expression(cursor) : undefined;
    const length = skip && cursor.take(',') ? this.expression(cursor) : undefined;
    this.end(cursor);
    const bytes = this.readBytes(path.text, path.span.file);
    if (!bytes) throw new SyntaxProblem(path.span, `the file '${path.text}' cannot be read`);
    return { kind: 'incbin', bytes, skip, length };
  }

  private instruction(cursor: Cursor): Body {
    const prefixes: MutablePrefixes = {};
    let token = cursor.token;
    while (token?.kind === 'identifier' && PREFIXES.has(token.text.toLowerCase())) {
      const prefix = PREFIXES.get(token.text.toLowerCase())!;
      for (const key of Object.keys(prefix) as (keyof Prefixes)[]) {
        if (prefixes[key] !== undefined)
          throw new SyntaxProblem(token.span, `a second prefix of the kind of '${token.text}'`);
      }
      Object.assign(prefixes, prefix);
      cursor.at++;
      token = cursor.token;
    }
    if (!token) return { kind: 'data', size: 1, items: [{ kind: 'bytes', bytes: prefixBytes(prefixes, this.bits) }] };
    const name = token.text;
    if (token.kind !== 'identifier' || !isMnemonic(name.toUpperCase())) {
      if (DIRECTIVES.has(name.toLowerCase()))
        throw new SyntaxProblem(token.span, `the directive ${name.toLowerCase()} cannot stand here`);
      if (NOT_YET.has(name.toLowerCase())) throw new SyntaxProblem(token.span, notYet(name));
      throw new SyntaxProblem(token.span, `unknown instruction '${name}'${didYouMean(name, words())}`);
    }
    cursor.at++;
    const operands = [];
    if (cursor.token) {
      do operands.push(parseOperand(cursor, this));
      while (cursor.take(','));
    }
    if (cursor.token) {
      const { text, span } = cursor.token;
      if (FOREIGN_REGISTER.test(text)) throw new SyntaxProblem(span, `no instruction here takes ${text}`);
      throw new SyntaxProblem(span, `a comma or the end of the line is expected before '${text}'`);
    }
    const { bits, defaultRelative } = this;
    return { kind: 'instruction', mnemonic: name, mnemonicSpan: token.span, operands, prefixes, bits, defaultRelative };
  }
}

/** Bytes of prefixes that stand alone on a line. */
function prefixBytes(prefixes: Prefixes, bits: Bits): number[] {
  const bytes: number[] = [];
  if (prefixes.repeat) bytes.push(prefixes.repeat === 'repne' ? 0xf2 : 0xf3);
  if (prefixes.lock) bytes.push(0xf0);
  if (prefixes.segment !== undefined) bytes.push([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65][prefixes.segment]!);
  if (prefixes.operandSize === 8) bytes.push(0x48);
  else if (prefixes.operandSize && prefixes.operandSize !== (bits === 16 ? 2 : 4)) bytes.push(0x66);
  if (prefixes.addressSize && prefixes.addressSize * 8 !== bits) bytes.push(0x67);
  return bytes;
}

function isWord(text: string): boolean {
  const word = text.toLowerCase();
  return (
    isMnemonic(text.toUpperCase()) ||
    DIRECTIVES.has(word) ||
    DATA_SIZE.has(word) ||
    RESERVE_SIZE.has(word) ||
    PREFIXES.has(word) ||
    word === 'equ' ||
    word === 'times' ||
    word === 'incbin'
  );
}

let allWords: string[] | undefined;

/** Everything that can begin a statement, lower case. */
export function words(): readonly string[] {
  return (allWords ??= [
    ...[...mnemonics()].map((m) => m.toLowerCase()),
    ...DIRECTIVES.keys(),
    ...DATA_SIZE.keys(),
    ...RESERVE_SIZE.keys(),
    ...PREFIXES.keys(),
    'equ',
    'times',
    'incbin',
  ]);
}
