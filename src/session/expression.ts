/**
 * Expressions people type: conditions of breakpoints, watches, the debug console. Values are 64-bit and unsigned; comparison gives 1
 * or 0. A name that has no value where it is asked (the port of an exit that is not IOIO) makes a comparison false, never an error.
 */

/** What is wrong with an expression, in words for its writer. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/** What names and addresses mean. */
export interface Scope {
  /** Value of a name, undefined where it has none now. */
  value(name: string): bigint | undefined;
  /** Unsigned value of `size` bytes at an address of the program's, undefined where nothing can be read. */
  read?(address: bigint, size: number): bigint | undefined;
}

/** Which names there are; an unknown one is refused when the expression is read, not when it is used. */
export interface Names {
  has(name: string): boolean;
  /** All of them, for suggestions. */
  all(): Iterable<string>;
}

export type Expression = (scope: Scope) => bigint | undefined;

type Token =
  | { readonly kind: 'number'; readonly value: bigint; readonly at: number; readonly text: string }
  | { readonly kind: 'name' | 'sign'; readonly at: number; readonly text: string };

const SIGNS = [
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '<<',
  '>>',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '^',
  '~',
  '!',
  '(',
  ')',
  '[',
  ']',
  '=',
  ',',
  '?',
  ':',
] as const;
const SIZES: Readonly<Record<string, number>> = { byte: 1, word: 2, dword: 4, qword: 8 };
/** Operators by how tightly they bind, loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
/** Nesting beyond this is nobody's wish. */
const DEEPEST = 100;

function tokens(text: string): Token[] {
  const list: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const space = /^\s+/.exec(rest);
    if (space) {
      at += space[0].length;
      continue;
    }
    const number = /^(0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+|[0-9][0-9a-f_]*h\b|[0-9][0-9_]*)(?![\w$])/i.exec(rest);
    const name = /^[a-z_.$@][\w.$@]*/i.exec(rest);
    const sign = SIGNS.find((word) => rest.startsWith(word));
    if (number) {
      const digits = number[0].replace(/_/g, '');
      const value = /h$/i.test(digits) ? BigInt(`0x${digits.slice(0, -1)}`) : BigInt(digits);
      if (value >> 64n) throw new ExpressionError(`${number[0]} has more than 64 bits`);
      list.push({ kind: 'number', value, at, text: number[0] });
      at += number[0].length;
    } else if (name) {
      list.push({ kind: 'name', at, text: name[0] });
      at += name[0].length;
    } else if (sign) {
      list.push({ kind: 'sign', at, text: sign });
      at += sign.length;
    } else
      throw new ExpressionError(
        `'${/^\w+|./.exec(rest)?.[0]}' at column ${at + 1} is neither a number, a name nor an operator`,
      );
  }
  return list;
}

class Parser {
  private next = 0;
  private depth = 0;
  private readonly list: readonly Token[];

  constructor(
    private readonly text: string,
    private readonly names: Names,
  ) {
    this.list = tokens(text);
  }

  whole(): Expression {
    if (this.list.length === 0) throw new ExpressionError('there is nothing to evaluate');
    const expression = this.level(0);
    const left = this.list[this.next];
    if (left?.text === '=') throw new ExpressionError(`'=' at column ${left.at + 1}: to compare, write '=='`);
    if (left) throw new ExpressionError(`'${left.text}' at column ${left.at + 1} is not expected here`);
    return expression;
  }

  private level(index: number): Expression {
    const signs = LEVELS[index];
    if (!signs) return this.unary();
    let left = this.level(index + 1);
    for (;;) {
      const token = this.list[this.next];
      if (token?.kind !== 'sign' || !signs.includes(token.text)) return left;
      this.next++;
      left = binary(token.text, left, this.level(index + 1));
    }
  }

  private unary(): Expression {
    if (++this.depth > DEEPEST) throw new ExpressionError('the expression is nested too deeply');
    try {
      const token = this.list[this.next++];
      if (!token) throw new ExpressionError(`something is missing at the end of '${this.text.trim()}'`);
      if (token.kind === 'number') return () => token.value;
      if (token.kind === 'name') return this.named(token.text, token.at);
      switch (token.text) {
        case '(': {
          const inner = this.level(0);
          this.expect(')');
          return inner;
        }
        case '[':
          return this.memory(8);
        case '!': {
          const of = this.unary();
          return (scope) => {
            const value = of(scope);
            return value === undefined ? undefined : truth(value === 0n);
          };
        }
        case '-':
        case '~': {
          const of = this.unary();
          const negate = token.text === '-';
          return (scope) => {
            const value = of(scope);
            return value === undefined ? undefined : BigInt.asUintN(64, negate ? -value : ~value);
          };
        }
        case '+':
          return this.unary();
        default:
          throw new ExpressionError(`'${token.text}' at column ${token.at + 1} is not expected here`);
      }
    } finally {
      this.depth--;
    }
  }

  private named(text: string, at: number): Expression {
    const size = SIZES[text.toLowerCase()];
    if (size !== undefined && this.list[this.next]?.text === '[') {
      this.next++;
      return this.memory(size);
    }
    if (!this.names.has(text)) {
      const near = nearest(text, this.names.all());
      throw new ExpressionError(`there is no '${text}' (column ${at + 1})${near ? `; did you mean '${near}'?` : ''}`);
    }
    return (scope) => scope.value(text);
  }

  private memory(size: number): Expression {
    const address = this.level(0);
    this.expect(']');
    return (scope) => {
      const at = address(scope);
      return at === undefined ? undefined : scope.read?.(at, size);
    };
  }

  private expect(sign: string): void {
    const token = this.list[this.next++];
    if (token?.text === sign) return;
    if (!token) throw new ExpressionError(`'${sign}' is missing at the end of '${this.text.trim()}'`);
    throw new ExpressionError(`'${sign}' is expected at column ${token.at + 1}, not '${token.text}'`);
  }
}

function truth(holds: boolean): bigint {
  return holds ? 1n : 0n;
}

function binary(sign: string, left: Expression, right: Expression): Expression {
  if (sign === '&&') return (scope) => truth(Boolean(left(scope)) && Boolean(right(scope)));
  if (sign === '||') return (scope) => truth(Boolean(left(scope)) || Boolean(right(scope)));
  const compare = /^([<>]=?|[=!]=)$/.test(sign);
  return (scope) => {
    const a = left(scope);
    const b = right(scope);
    if (a === undefined || b === undefined) return compare ? 0n : undefined;
    return BigInt.asUintN(64, operate(sign, a, b));
  };
}

function operate(sign: string, a: bigint, b: bigint): bigint {
  switch (sign) {
    case '==':
      return truth(a === b);
    case '!=':
      return truth(a !== b);
    case '<':
      return truth(a < b);
    case '<=':
      return truth(a <= b);
    case '>':
      return truth(a > b);
    case '>=':
      return truth(a >= b);
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
    case '<<':
      return b > 63n ? 0n : a << b;
    case '>>':
      return b > 63n ? 0n : a >> b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    default:
      if (b === 0n) throw new ExpressionError('division by zero');
      return sign === '/' ? a / b : a % b;
  }
}

/** The name at the least distance, if it is near. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= least) continue;
    const d = distance(word.toLowerCase(), name.toLowerCase());
    if (d < least) [least, best] = [d, name];
  }
  return best;
}

/** Letters to insert, remove or change, and neighbours to swap. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(change, row[j]! + 1, next[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

/** Reads an expression. Throws ExpressionError. */
export function readExpression(text: string, names: Names): Expression {
  return new Parser(text, names).whole();
}
