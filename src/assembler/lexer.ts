/** NASM's words: identifiers, numbers, strings and operators, with the columns they stand in. */
import type { Span } from './diagnostic';

export type TokenKind = 'identifier' | 'number' | 'string' | 'float' | 'symbol' | 'bad';

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a string its contents. */
  readonly text: string;
  readonly span: Span;
  /** Something blank stands before it. */
  readonly spaced: boolean;
  /** Bytes of a string; why a token is bad. */
  readonly bytes?: readonly number[];
  readonly problem?: string;
  /** Value of a number. */
  readonly value?: bigint;
}

/** A line of words. */
export interface Line {
  readonly tokens: readonly Token[];
  /** The line's end: where something missing is reported. */
  readonly span: Span;
}

// prettier-ignore
const SYMBOLS = [
  '<<<', '>>>', '<=>', '%%+', '//', '%%', '<<', '>>', '<=', '>=', '==', '!=', '<>', '&&', '||', '^^', '%+', '%?',
] as const;

const IDENTIFIER_START = /[A-Za-z_.?@$]/;
const IDENTIFIER = /[A-Za-z0-9_.?@$#~]/;

const RADIX_PREFIX: Readonly<Record<string, number>> = { x: 16, h: 16, d: 10, t: 10, o: 8, q: 8, b: 2, y: 2 };
const DIGITS: Readonly<Record<number, RegExp>> = { 16: /^[0-9a-f]+$/, 10: /^[0-9]+$/, 8: /^[0-7]+$/, 2: /^[01]+$/ };

function parseDigits(digits: string, radix: number): bigint | undefined {
  if (!DIGITS[radix]!.test(digits)) return undefined;
  const prefix = radix === 16 ? '0x' : radix === 8 ? '0o' : radix === 2 ? '0b' : '';
  return BigInt.asUintN(64, BigInt(prefix + digits));
}

/** The value of a number in any of NASM's spellings; undefined if it is none. */
export function parseNumber(text: string): bigint | undefined {
  const plain = text.toLowerCase().replaceAll('_', '');
  if (plain.length > 256) return undefined;
  if (plain.startsWith('$')) return parseDigits(plain.slice(1), 16);
  const prefix = plain[0] === '0' && plain.length > 2 ? RADIX_PREFIX[plain[1]!] : undefined;
  const suffix = RADIX_PREFIX[plain.at(-1)!];
  // A trailing h reads the whole as hexadecimal, even 0b1h and 0d1h.
  if (plain.endsWith('h')) return parseDigits(plain.slice(0, -1), 16);
  if (prefix !== undefined) {
    const value = parseDigits(plain.slice(2), prefix);
    if (value !== undefined) return value;
  }
  if (suffix !== undefined && plain.at(-1) !== 'x') return parseDigits(plain.slice(0, -1), suffix);
  return parseDigits(plain, 10);
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  r: 13,
  t: 9,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
  '\\': 92,
  "'": 39,
  '"': 34,
  '`': 96,
  '?': 63,
};

const encoder = { encode: utf8 };

/** UTF-8 bytes of a text. */
export function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const c = character.codePointAt(0)!;
    if (c < 0x80) bytes.push(c);
    else if (c < 0x800) bytes.push(0xc0 | (c >> 6), 0x80 | (c & 63));
    else if (c < 0x10000) bytes.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    else bytes.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
  }
  return bytes;
}

/** Contents of a backquoted string with C's escapes. */
function unescape(body: string): number[] {
  const bytes: number[] = [];
  let at = 0;
  while (at < body.length) {
    const rest = body.slice(at);
    const match = /^\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/.exec(rest);
    if (!match) {
      const character = String.fromCodePoint(body.codePointAt(at)!);
      bytes.push(...encoder.encode(character));
      at += character.length;
      continue;
    }
    const [all, hex, u4, u8, octal, other] = match;
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (u4 !== undefined || u8 !== undefined) {
      const point = parseInt((u4 ?? u8)!, 16);
      bytes.push(...encoder.encode(point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'));
    } else if (octal !== undefined) bytes.push(parseInt(octal, 8) & 255);
    else bytes.push(...(ESCAPES[other!] !== undefined ? [ESCAPES[other!]!] : encoder.encode(other!)));
    at += all.length;
  }
  return bytes;
}

function readString(
  line: string,
  start: number,
): { end: number; token: Pick<Token, 'kind' | 'text' | 'bytes' | 'problem'> } {
  const quote = line[start]!;
  let end = start + 1;
  while (end < line.length && line[end] !== quote) end += quote === '`' && line[end] === '\\' ? 2 : 1;
  if (end >= line.length) {
    return {
      end: line.length,
      token: { kind: 'bad', text: line.slice(start), problem: `the string is not closed: ${quote} is missing` },
    };
  }
  const body = line.slice(start + 1, end);
  const bytes = quote === '`' ? unescape(body) : encoder.encode(body);
  return { end: end + 1, token: { kind: 'string', text: body, bytes } };
}

function readWord(
  line: string,
  start: number,
): { end: number; token: Pick<Token, 'kind' | 'text' | 'problem' | 'value'> } {
  let end = start;
  while (end < line.length && IDENTIFIER.test(line[end]!)) {
    end++;
    const exponent = /[eE]/.test(line[end - 1]!) && /^[0-9][0-9_]*(\.[0-9_]*)?[eE]$/.test(line.slice(start, end));
    if (exponent && /[+-]/.test(line[end] ?? '') && /[0-9]/.test(line[end + 1] ?? '')) end++;
  }
  const text = line.slice(start, end);
  if (text === '$' || text === '$$') return { end, token: { kind: 'symbol', text } };
  const numeric = /^(\d|\$\d)/.test(text);
  if (!numeric) {
    const name = text.startsWith('$') ? text.slice(1) : text;
    return { end, token: { kind: 'identifier', text: name === '' ? text : name } };
  }
  const value = parseNumber(text);
  if (value !== undefined) return { end, token: { kind: 'number', text, value } };
  if (/^[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9_]+)?$/.test(text)) return { end, token: { kind: 'float', text } };
  return { end, token: { kind: 'bad', text, problem: `'${text}' is not a number in any of NASM's forms` } };
}

/** Words of one line, its comment left out. */
export function tokenize(line: string, file: string, number: number): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let spaced = false;
  const push = (end: number, token: Pick<Token, 'kind' | 'text' | 'bytes' | 'problem' | 'value'>): void => {
    const span = { file, line: number, column: at + 1, endColumn: end + 1 };
    tokens.push({ ...token, span, spaced });
    at = end;
    spaced = false;
  };
  while (at < line.length) {
    const c = line[at]!;
    if (c === ';') break;
    if (c === ' ' || c === '\t' || c === '\r' || c === '\f' || c === '\v' || c === '\u00a0' || c === '\ufeff') {
      at++;
      spaced = true;
    } else if (c === "'" || c === '"' || c === '`') {
      const { end, token } = readString(line, at);
      push(end, token);
    } else if (/[0-9]/.test(c) || IDENTIFIER_START.test(c)) {
      if (c === '?' && !IDENTIFIER.test(line[at + 1] ?? ' ')) push(at + 1, { kind: 'symbol', text: c });
      else {
        const { end, token } = readWord(line, at);
        push(end, token);
      }
    } else if (c === '%') readPercent(line, at, push);
    else {
      const symbol = SYMBOLS.find((s) => line.startsWith(s, at)) ?? c;
      if (symbol.length > 1 || '+-*/%^&|~!()[]{},:<>=\\'.includes(c))
        push(at + symbol.length, { kind: 'symbol', text: symbol });
      else push(at + 1, { kind: 'bad', text: c, problem: `'${c}' has no meaning here` });
    }
  }
  return tokens;
}

type Push = (end: number, token: Pick<Token, 'kind' | 'text'>) => void;

/** `%name`, `%1`, `%%name`, `%{…}`, `%[`, `%+`, or the operators `%` and `%%`. */
function readPercent(line: string, at: number, push: Push): void {
  const rest = line.slice(at, at + 260);
  const directive = /^%(?:%[A-Za-z_][\w.$#@~?]*|[-+]?\d+|\{[^}]*\}|!?[A-Za-z_]\w*|\?\??)/.exec(rest);
  if (directive) {
    const text = directive[0];
    const inner = /^%\{(.*)\}$/.exec(text);
    return push(at + text.length, { kind: 'symbol', text: inner ? `%${inner[1]!.trim()}` : text });
  }
  const symbol = ['%%', '%[', '%+'].find((s) => rest.startsWith(s)) ?? '%';
  push(at + symbol.length, { kind: 'symbol', text: symbol });
}

/** A span from the first to the last token of a list (on one line). */
export function spanOf(tokens: readonly Token[], fallback: Span): Span {
  const first = tokens[0]?.span;
  const last = tokens.at(-1)?.span;
  if (!first || !last) return fallback;
  return last.line === first.line && last.endColumn > first.column ? { ...first, endColumn: last.endColumn } : first;
}
