/** What follows `db`, `dw`, `dd`, `dq`: numbers, strings, `?`, `n dup (…)`, floating-point numbers. */
import { SyntaxProblem, deeper, parseExpression } from './expression';
import type { Cursor, Names } from './expression';
import type { Token } from './lexer';
import type { DataItem } from './statement';

/** Parses a list of items up to the end of the line or a closing parenthesis. */
export function parseData(cursor: Cursor, names: Names): DataItem[] {
  const items: DataItem[] = [];
  for (;;) {
    items.push(parseItem(cursor, names));
    if (!cursor.take(',')) break;
    // A comma at the end is not an error to NASM.
    if (!cursor.token || cursor.is(')')) break;
  }
  if (cursor.token && !cursor.is(')')) {
    throw new SyntaxProblem(cursor.span, `a comma or the end of the line is expected before '${cursor.token.text}'`);
  }
  return items;
}

const ends = (token: Token | undefined): boolean =>
  token === undefined || (token.kind === 'symbol' && /^[,)]$/.test(token.text));

function parseItem(cursor: Cursor, names: Names): DataItem {
  const token = cursor.token;
  const next = cursor.tokens[cursor.at + 1];
  if (token?.kind === 'string' && ends(next)) {
    cursor.at++;
    return { kind: 'bytes', bytes: token.bytes! };
  }
  if (token?.kind === 'symbol' && token.text === '?' && ends(next)) {
    cursor.at++;
    return { kind: 'reserved', span: token.span };
  }
  const sign = token?.kind === 'symbol' && (token.text === '-' || token.text === '+') ? token.text : '';
  const number = sign === '' ? token : next;
  if (number?.kind === 'float') {
    cursor.at += sign === '' ? 1 : 2;
    return { kind: 'float', value: Number(sign + number.text.replaceAll('_', '')), span: number.span };
  }
  const value = parseExpression(cursor, names);
  if (!cursor.isWord('dup')) return { kind: 'value', value };
  cursor.at++;
  return deeper(cursor, () => {
    if (!cursor.take('(')) return { kind: 'repeated', count: value, items: [parseItem(cursor, names)] };
    const items = parseData(cursor, names);
    cursor.expect(')', 'after the values of dup');
    return { kind: 'repeated', count: value, items };
  });
}
