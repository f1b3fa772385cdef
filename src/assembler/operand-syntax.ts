/** Operands as written: sizes and distances, registers, addresses in brackets, far addresses, numbers. */
import { SEGMENT_REGISTERS } from '../engine/arch/registers';
import type { Span } from './diagnostic';
import { SyntaxProblem, parseExpression } from './expression';
import type { Cursor, Names } from './expression';
import { FOREIGN_REGISTER } from './registers';
import type { OperandSyntax } from './statement';

const SIZES: ReadonlyMap<string, number> = new Map(
  Object.entries({ byte: 1, word: 2, dword: 4, qword: 8, tword: 10, oword: 16 }),
);
const ADDRESS_SIZES: ReadonlyMap<string, 2 | 4 | 8> = new Map(Object.entries({ a16: 2, a32: 4, a64: 8 } as const));

const segmentNumber = (name: string): number => (SEGMENT_REGISTERS as readonly string[]).indexOf(name.toLowerCase());

interface Modifiers {
  size?: number;
  strict?: true;
  distance?: 'short' | 'near' | 'far';
}

function parseModifiers(cursor: Cursor): Modifiers {
  const modifiers: Modifiers = {};
  for (;;) {
    const token = cursor.token;
    if (token?.kind !== 'identifier') return modifiers;
    const word = token.text.toLowerCase();
    if (SIZES.has(word)) {
      if (modifiers.size !== undefined) throw new SyntaxProblem(token.span, 'a second size for one operand');
      modifiers.size = SIZES.get(word);
    } else if (word === 'strict') modifiers.strict = true;
    else if (word === 'short' || word === 'near' || word === 'far') modifiers.distance = word;
    else if (word === 'ptr') throw new SyntaxProblem(token.span, "NASM has no 'ptr': leave it out");
    else if (word === 'offset')
      throw new SyntaxProblem(token.span, "NASM has no 'offset': a label alone is its address");
    else return modifiers;
    cursor.at++;
  }
}

const over = (a: Span, b: Span): Span =>
  a.line === b.line && b.endColumn > a.column ? { ...a, endColumn: b.endColumn } : a;

/** `[…]`, with the cursor after the opening bracket. */
function parseMemory(cursor: Cursor, names: Names, start: Span, modifiers: Modifiers, segment?: number): OperandSyntax {
  let relative: 'rel' | 'abs' | undefined;
  let displacementSize: 1 | 2 | 4 | 8 | undefined;
  let addressSize: 2 | 4 | 8 | undefined;
  let noSplit: true | undefined;
  for (;;) {
    const token = cursor.token;
    const word = token?.kind === 'identifier' ? token.text.toLowerCase() : '';
    const next = cursor.tokens[cursor.at + 1];
    if (word === 'rel' || word === 'abs') relative = word;
    else if (word === 'nosplit') noSplit = true;
    else if (ADDRESS_SIZES.has(word)) addressSize = ADDRESS_SIZES.get(word);
    else if ((SIZES.get(word) ?? 16) <= 8) displacementSize = SIZES.get(word) as 1 | 2 | 4 | 8;
    else if (word !== '' && next?.kind === 'symbol' && next.text === ':' && segmentNumber(word) >= 0) {
      if (segment !== undefined) throw new SyntaxProblem(token!.span, 'a second segment override');
      segment = segmentNumber(word);
      cursor.at++;
    } else break;
    cursor.at++;
  }
  if (cursor.is(']')) throw new SyntaxProblem(cursor.span, 'the brackets hold no address');
  const address = parseExpression(cursor, names);
  if (cursor.is(',')) throw new SyntaxProblem(cursor.span, "']' is missing");
  cursor.expect(']', 'after an address');
  const span = over(start, cursor.tokens[cursor.at - 1]!.span);
  const far = modifiers.distance === 'far' ? true : undefined;
  const { size } = modifiers;
  return { kind: 'memory', size, far, segment, relative, displacementSize, addressSize, noSplit, address, span };
}

/** TO is a word of its own only before an x87 register. */
const isStackRegister = (cursor: Cursor): boolean => /^st[0-7]$/i.test(cursor.tokens[cursor.at + 1]?.text ?? '');

/** Parses one operand at the cursor. */
export function parseOperand(cursor: Cursor, names: Names): OperandSyntax {
  const start = cursor.span;
  const modifiers = parseModifiers(cursor);
  if (!cursor.token) throw new SyntaxProblem(cursor.end, 'an operand is missing before the end of the line');
  if (cursor.take('[')) return parseMemory(cursor, names, start, modifiers);
  const token = cursor.token;
  if (token.kind === 'identifier') {
    const after = cursor.tokens[cursor.at + 1];
    if (after?.text === ':' && segmentNumber(token.text) >= 0 && cursor.tokens[cursor.at + 2]?.text === '[') {
      cursor.at += 3;
      return parseMemory(cursor, names, start, modifiers, segmentNumber(token.text));
    }
    const foreign = FOREIGN_REGISTER.test(token.text);
    if (foreign) throw new SyntaxProblem(token.span, `no instruction here takes ${token.text}`);
  }
  const to = token.kind === 'identifier' && token.text.toLowerCase() === 'to' && isStackRegister(cursor);
  if (to) cursor.at++;
  const value = parseExpression(cursor, names);
  const span = over(start, value.span);
  if (cursor.take(':')) {
    const more = parseModifiers(cursor);
    const offset = parseExpression(cursor, names);
    const size = modifiers.size ?? more.size;
    return { kind: 'far', size, selector: value, offset, span: over(start, offset.span) };
  }
  if (value.kind === 'register') return { kind: 'register', name: value.name, to: to ? true : undefined, span };
  return { kind: 'immediate', ...modifiers, value, span };
}
