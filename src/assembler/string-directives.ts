/** `%strlen`, `%strcat`, `%substr`, `%defstr`, `%deftok`: macros made of strings. */
import type { Span } from './diagnostic';
import { Cursor, SyntaxProblem, evaluate, isConstant, parseExpression } from './expression';
import type { Names, Scope } from './expression';
import { spanOf, tokenize, utf8 } from './lexer';
import type { Token } from './lexer';

interface Host extends Names {
  readonly scope: Scope;
}

type StringDirective = (words: readonly Token[], at: Span, host: Host) => readonly Token[];

const number = (value: number, span: Span): Token => ({
  kind: 'number',
  text: String(value),
  value: BigInt(value),
  span,
  spaced: true,
});

const string = (bytes: readonly number[], text: string, span: Span): Token => ({
  kind: 'string',
  text,
  bytes,
  span,
  spaced: true,
});

function firstString(words: readonly Token[], at: Span): Token {
  const [word] = words;
  if (word?.kind !== 'string') throw new SyntaxProblem(word?.span ?? at, 'a string in quotes is expected');
  return word;
}

const text = (bytes: readonly number[]): string => bytes.map((byte) => String.fromCharCode(byte)).join('');

/** A constant at the cursor. */
function constant(cursor: Cursor, host: Host): number {
  const expression = parseExpression(cursor, host);
  const value = evaluate(expression, host.scope);
  if (!isConstant(value)) throw new SyntaxProblem(expression.span, 'a plain number is expected');
  return Number(value.constant);
}

export const STRING_DIRECTIVES = {
  '%strlen': (words, at) => [number(firstString(words, at).bytes!.length, at)],
  '%strcat': (words, at) => {
    const parts = words.filter((word) => word.text !== ',' || word.kind === 'string');
    const bytes = parts.flatMap((part) => firstString([part], at).bytes!);
    return [string(bytes, text(bytes), at)];
  },
  /** `string start [, length]`: characters from 1; a negative length counts from the end. */
  '%substr': (words, at, host) => {
    const { bytes } = firstString(words, at);
    const cursor = new Cursor(words.slice(1), at);
    cursor.take(',');
    const start = constant(cursor, host) - 1;
    const length = cursor.take(',') ? constant(cursor, host) : 1;
    const end = length < 0 ? bytes!.length + length + 1 : start + length;
    const part = bytes!.slice(Math.max(start, 0), Math.max(end, 0));
    return [string(part, text(part), at)];
  },
  '%defstr': (words, at) => {
    const written = words.map((word, n) => (n > 0 && word.spaced ? ' ' : '') + word.text).join('');
    return [string(utf8(written), written, spanOf(words, at))];
  },
  '%deftok': (words, at) =>
    tokenize(firstString(words, at).text, at.file, at.line).map((token) => ({ ...token, span: at })),
} as const satisfies Record<string, StringDirective>;
