/**
 * Expressions: NASM's operators and precedence over 64-bit numbers, kept linear in section bases and registers, so that the
 * same evaluation serves constants, addresses and effective addresses.
 */
import type { Span } from './diagnostic';
import type { Token } from './lexer';

export type Expression =
  | { readonly kind: 'number'; readonly value: bigint; readonly span: Span }
  | { readonly kind: 'string'; readonly bytes: readonly number[]; readonly span: Span }
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | { readonly kind: 'register'; readonly name: string; readonly span: Span }
  | { readonly kind: 'here' | 'section-start'; readonly span: Span }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression; readonly span: Span }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
      readonly span: Span;
    };

/** What names mean while parsing: local labels get their full name, registers are told from symbols. */
export interface Names {
  isRegister(name: string): boolean;
  fullName(name: string): string;
}

/** Thrown inside the parser, caught at the statement. */
export class SyntaxProblem extends Error {
  constructor(
    readonly span: Span,
    message: string,
  ) {
    super(message);
  }
}

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['^^'],
  ['&&'],
  ['=', '==', '!=', '<>', '<', '<=', '>', '>=', '<=>'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '<<<', '>>', '>>>'],
  ['+', '-'],
  ['*', '/', '//', '%', '%%'],
];

/** Nesting beyond this is nobody's program. */
const DEEPEST = 200;

/** A position in a list of tokens. */
export class Cursor {
  at = 0;
  depth = 0;

  constructor(
    readonly tokens: readonly Token[],
    readonly end: Span,
  ) {}

  get token(): Token | undefined {
    return this.tokens[this.at];
  }

  /** Where the cursor is; after the last word, the end of the line. */
  get span(): Span {
    return this.tokens[this.at]?.span ?? this.end;
  }

  is(text: string): boolean {
    const token = this.tokens[this.at];
    return token !== undefined && token.kind === 'symbol' && token.text === text;
  }

  isWord(...words: readonly string[]): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'identifier' && words.includes(token.text.toLowerCase());
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  expect(text: string, what: string): void {
    if (!this.take(text)) throw new SyntaxProblem(this.span, `${what}: '${text}' expected${this.found()}`);
  }

  found(): string {
    return this.token === undefined ? ' before the end of the line' : `, found '${this.token.text}'`;
  }
}

const over = (a: Span, b: Span): Span =>
  a.line === b.line && b.endColumn > a.column ? { ...a, endColumn: b.endColumn } : a;

/** Parses something nested; too deep is a problem, not an overflow. */
export function deeper<T>(cursor: Cursor, parse: () => T): T {
  if (++cursor.depth > DEEPEST)
    throw new SyntaxProblem(cursor.span, `the expression is nested more than ${DEEPEST} deep`);
  const result = parse();
  cursor.depth--;
  return result;
}

/** Parses one expression at the cursor. */
export function parseExpression(cursor: Cursor, names: Names): Expression {
  return deeper(cursor, () => {
    const test = parseLevel(cursor, names, 0);
    if (!cursor.take('?')) return test;
    const yes = parseExpression(cursor, names);
    cursor.expect(':', 'a choice is written test ? yes : no');
    const no = parseExpression(cursor, names);
    return { kind: 'choice', test, yes, no, span: over(test.span, no.span) };
  });
}

function parseLevel(cursor: Cursor, names: Names, level: number): Expression {
  const operators = LEVELS[level];
  if (!operators) return parseUnary(cursor, names);
  let left = parseLevel(cursor, names, level + 1);
  let chained = 0;
  for (;;) {
    const token = cursor.token;
    if (token?.kind !== 'symbol' || !operators.includes(token.text)) return left;
    // The tree leans left, one level a link: evaluation must not run out of stack either.
    if (++chained > 2000) throw new SyntaxProblem(token.span, 'the expression has more than 2000 terms');
    cursor.at++;
    const right = parseLevel(cursor, names, level + 1);
    left = { kind: 'binary', operator: token.text, left, right, span: over(left.span, right.span) };
  }
}

function parseUnary(cursor: Cursor, names: Names): Expression {
  const token = cursor.token;
  if (token?.kind === 'symbol' && ['-', '+', '~', '!'].includes(token.text)) {
    cursor.at++;
    const operand = deeper(cursor, () => parseUnary(cursor, names));
    return { kind: 'unary', operator: token.text, operand, span: over(token.span, operand.span) };
  }
  return parsePrimary(cursor, names);
}

function parsePrimary(cursor: Cursor, names: Names): Expression {
  const token = cursor.token;
  if (token === undefined) throw new SyntaxProblem(cursor.end, 'an expression is missing before the end of the line');
  const { span } = token;
  if (cursor.take('(')) {
    const inner = parseExpression(cursor, names);
    if (!cursor.take(')')) throw new SyntaxProblem(cursor.span, `')' expected${cursor.found()}`);
    return { ...inner, span: over(span, cursor.tokens[cursor.at - 1]!.span) };
  }
  cursor.at++;
  switch (token.kind) {
    case 'number':
      return { kind: 'number', value: token.value!, span };
    case 'string':
      return { kind: 'string', bytes: token.bytes!, span };
    case 'identifier':
      if (/^(seg|wrt)$/i.test(token.text)) {
        throw new SyntaxProblem(
          span,
          `${token.text.toLowerCase()} has no meaning in a flat image: sections have no segment`,
        );
      }
      if (names.isRegister(token.text)) return { kind: 'register', name: token.text.toLowerCase(), span };
      return { kind: 'name', name: names.fullName(token.text), span };
    case 'float':
      throw new SyntaxProblem(span, 'a floating-point number can only stand alone after dw, dd or dq');
    case 'bad':
      throw new SyntaxProblem(span, token.problem!);
    case 'symbol':
      if (token.text === '$') return { kind: 'here', span };
      if (token.text === '$$') return { kind: 'section-start', span };
      cursor.at--;
      throw new SyntaxProblem(span, `an expression cannot begin with '${token.text}'`);
  }
}

/** `section:N` or `register:NAME`, each with a coefficient. */
export type Term = `section:${number}` | `register:${string}`;

/** constant + Σ coefficient · term. */
export interface Value {
  readonly constant: bigint;
  readonly terms: ReadonlyMap<Term, bigint>;
  /** Rests on a symbol whose value is not known yet. */
  readonly unknown: boolean;
  /** Registers that were multiplied where they stand: they are not the base when another is there. */
  readonly scaled: ReadonlySet<Term>;
  /** A number stands in it (be it 0), to which another can be added. */
  readonly plain: boolean;
  /** Two of its parts were added up: NASM then forgets which register came first. */
  readonly summed: boolean;
}

/** What an expression is evaluated in. */
export interface Scope {
  symbol(name: string, span: Span): Value;
  here(): Value;
  sectionStart(): Value;
  problem(span: Span, message: string): void;
}

const NO_TERMS: ReadonlyMap<Term, bigint> = new Map();
const NO_SCALED: ReadonlySet<Term> = new Set();
const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

export const constantValue = (value: bigint): Value => ({
  constant: wrap(value),
  terms: NO_TERMS,
  unknown: false,
  scaled: NO_SCALED,
  plain: true,
  summed: false,
});
export const UNKNOWN: Value = { ...constantValue(0n), unknown: true, plain: false };

export const isConstant = (value: Value): boolean => value.terms.size === 0 && !value.unknown;

export function termValue(term: Term, constant: bigint): Value {
  return { ...constantValue(constant), terms: new Map([[term, 1n]]), plain: term.startsWith('section:') };
}

/** Little-endian value of a character constant; more than 8 bytes are cut off. */
export function characterValue(bytes: readonly number[]): bigint {
  let value = 0n;
  for (let n = Math.min(bytes.length, 8) - 1; n >= 0; n--) value = (value << 8n) | BigInt(bytes[n]!);
  return value;
}

function add(a: Value, b: Value, sign: 1n | -1n): Value {
  const unknown = a.unknown || b.unknown;
  const constant = wrap(a.constant + sign * b.constant);
  const both = a.plain && b.plain;
  const plain = both ? constant !== 0n : a.plain || b.plain;
  let summed = a.summed || b.summed || (both && constant !== 0n);
  if (b.terms.size === 0) return { constant, terms: a.terms, unknown, scaled: a.scaled, plain, summed };
  const terms = new Map(a.terms);
  for (const [term, coefficient] of b.terms) {
    const before = terms.get(term);
    const sum = (before ?? 0n) + sign * coefficient;
    if (sum === 0n) terms.delete(term);
    else terms.set(term, sum);
    summed ||= before !== undefined && sum !== 0n;
  }
  return { constant, terms, unknown, scaled: new Set([...a.scaled, ...b.scaled]), plain, summed };
}

function scale(a: Value, by: bigint): Value {
  if (by === 0n) return { ...constantValue(0n), unknown: a.unknown };
  const terms = new Map([...a.terms].map(([term, coefficient]) => [term, wrap(coefficient * by)] as const));
  return { ...a, constant: wrap(a.constant * by), terms, scaled: new Set(terms.keys()) };
}

const truth = (value: boolean): bigint => (value ? 1n : 0n);
const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);

type Arithmetic = (a: bigint, b: bigint) => bigint | 'zero';

const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  '||': (a, b) => truth(a !== 0n || b !== 0n),
  '^^': (a, b) => truth((a !== 0n) !== (b !== 0n)),
  '&&': (a, b) => truth(a !== 0n && b !== 0n),
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  // As the processor does, counts are taken modulo 64.
  '<<': (a, b) => a << (b & 63n),
  '<<<': (a, b) => a << (b & 63n),
  '>>': (a, b) => unsigned(a) >> (b & 63n),
  '>>>': (a, b) => a >> (b & 63n),
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? 'zero' : unsigned(a) / unsigned(b)),
  '//': (a, b) => (b === 0n ? 'zero' : a / b),
  '%': (a, b) => (b === 0n ? 'zero' : unsigned(a) % unsigned(b)),
  '%%': (a, b) => (b === 0n ? 'zero' : a % b),
};

/** Comparisons look at the sign of the difference, so labels of one section can be compared. */
const COMPARISON: Readonly<Record<string, (difference: bigint) => bigint>> = {
  '=': (d) => truth(d === 0n),
  '==': (d) => truth(d === 0n),
  '!=': (d) => truth(d !== 0n),
  '<>': (d) => truth(d !== 0n),
  '<': (d) => truth(d < 0n),
  '<=': (d) => truth(d <= 0n),
  '>': (d) => truth(d > 0n),
  '>=': (d) => truth(d >= 0n),
  '<=>': (d) => (d < 0n ? -1n : truth(d > 0n)),
};

/** Evaluates; problems are reported to the scope and give an unknown value. */
export function evaluate(e: Expression, scope: Scope): Value {
  switch (e.kind) {
    case 'number':
      return constantValue(e.value);
    case 'string':
      return constantValue(characterValue(e.bytes));
    case 'name':
      return scope.symbol(e.name, e.span);
    case 'register':
      return termValue(`register:${e.name}`, 0n);
    case 'here':
      return scope.here();
    case 'section-start':
      return scope.sectionStart();
    case 'choice': {
      const test = plain(evaluate(e.test, scope), e.test, '?:', scope);
      if (test === undefined) return UNKNOWN;
      return evaluate(test !== 0n ? e.yes : e.no, scope);
    }
    case 'unary': {
      const operand = evaluate(e.operand, scope);
      if (e.operator === '+') return operand;
      if (e.operator === '-')
        return { ...add({ ...constantValue(0n), plain: false }, operand, -1n), scaled: operand.scaled };
      const value = plain(operand, e.operand, e.operator, scope);
      if (value === undefined) return UNKNOWN;
      return constantValue(e.operator === '~' ? ~value : truth(value === 0n));
    }
    case 'binary':
      return binary(e, evaluate(e.left, scope), evaluate(e.right, scope), scope);
  }
}

/** Whether an expression has the same value everywhere: it names no symbol and no place. */
export function isFixed(e: Expression): boolean {
  switch (e.kind) {
    case 'number':
    case 'string':
    case 'register':
      return true;
    case 'name':
    case 'here':
    case 'section-start':
      return false;
    case 'unary':
      return isFixed(e.operand);
    case 'binary':
      return isFixed(e.left) && isFixed(e.right);
    case 'choice':
      return isFixed(e.test) && isFixed(e.yes) && isFixed(e.no);
  }
}

function binary(e: Extract<Expression, { kind: 'binary' }>, a: Value, b: Value, scope: Scope): Value {
  const { operator } = e;
  if (operator === '+') return add(a, b, 1n);
  if (operator === '-') return add(a, b, -1n);
  if (operator === '*' && isConstant(b)) return a.unknown ? UNKNOWN : scale(a, b.constant);
  if (operator === '*' && isConstant(a)) return b.unknown ? UNKNOWN : scale(b, a.constant);
  const compare = COMPARISON[operator];
  if (compare) {
    const difference = plain(add(a, b, -1n), e, operator, scope);
    return difference === undefined ? UNKNOWN : constantValue(compare(difference));
  }
  const left = plain(a, e.left, operator, scope);
  const right = plain(b, e.right, operator, scope);
  if (left === undefined || right === undefined) return UNKNOWN;
  const result = ARITHMETIC[operator]!(left, right);
  if (result !== 'zero') return constantValue(result);
  scope.problem(e.right.span, 'division by zero');
  return UNKNOWN;
}

/** The number a value is; a problem if it is an address or has registers. */
function plain(value: Value, e: Expression, operator: string, scope: Scope): bigint | undefined {
  if (value.unknown) return undefined;
  if (value.terms.size === 0) return value.constant;
  const registers = [...value.terms.keys()].some((term) => term.startsWith('register:'));
  scope.problem(
    e.span,
    registers
      ? `operator ${operator} cannot be applied to a register`
      : `operator ${operator} needs plain numbers, and an address is none until the image is laid out: use a difference of two labels of one section`,
  );
  return undefined;
}
