import { readFileSync } from 'node:fs';

/** Constants and structures of C headers, read as text: enough of C for the headers the tables are compared with. */
export class CHeader {
  private readonly defines = new Map<string, string>();
  private readonly values = new Map<string, bigint>();
  private text = '';

  constructor(files: readonly string[]) {
    for (const file of files) this.add(readFileSync(file, 'utf8'));
  }

  private add(source: string): void {
    const text = source
      .replace(/\/\*[\s\S]*?\*\//g, ' ')
      .replace(/\/\/.*$/gm, ' ')
      .replace(/\\\r?\n/g, ' ');
    this.text += `${text}\n`;
    for (const [, name, body] of text.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(\S.*)$/gm)) {
      this.defines.set(name!, body!.trim());
    }
    for (const [, body] of text.matchAll(/\benum\b[^{;]*\{([^}]*)\}/g)) this.enumerate(body!);
  }

  private enumerate(body: string): void {
    let next = 0n;
    for (const item of body.replace(/^#.*$/gm, '').split(',')) {
      const [name, expression] = item.split('=').map((part) => part.trim());
      if (!name) continue;
      // an enumeration that counts from what these headers do not say is of no use here
      if (expression) {
        try {
          next = this.evaluate(expression);
        } catch {
          return;
        }
      }
      this.values.set(name, next++);
    }
  }

  /** Names of all constants that begin with a prefix. */
  names(prefix: string): string[] {
    return [...new Set([...this.defines.keys(), ...this.values.keys()])].filter((name) => name.startsWith(prefix));
  }

  has(name: string): boolean {
    return this.defines.has(name) || this.values.has(name);
  }

  /** The value of a constant; throws if it has none. */
  value(name: string): bigint {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    const body = this.defines.get(name);
    if (body === undefined) throw new Error(`${name} is not defined`);
    return this.evaluate(body);
  }

  /** The value of a constant, or undefined when it is not a number. */
  valueIfNumber(name: string): bigint | undefined {
    try {
      return this.value(name);
    } catch {
      return undefined;
    }
  }

  private evaluate(expression: string): bigint {
    const tokens = expression.match(/0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*|\w+|<<|>>|[-+*|&~(),]/g) ?? [];
    if (tokens.join('') !== expression.replace(/\s+/g, '')) throw new Error(`not an expression: ${expression}`);
    let at = 0;
    const take = (token: string): boolean => (tokens[at] === token ? (at++, true) : false);
    const expect = (token: string): void => {
      if (!take(token)) throw new Error(`${token} expected in ${expression}`);
    };
    const levels: [string, (a: bigint, b: bigint) => bigint][][] = [
      [['|', (a, b) => a | b]],
      [['&', (a, b) => a & b]],
      [
        ['<<', (a, b) => a << b],
        ['>>', (a, b) => a >> b],
      ],
      [
        ['+', (a, b) => a + b],
        ['-', (a, b) => a - b],
      ],
      [['*', (a, b) => a * b]],
    ];
    const binary = (level: number): bigint => {
      const operators = levels[level];
      if (!operators) return unary();
      let value = binary(level + 1);
      for (;;) {
        const found = operators.find(([token]) => take(token));
        if (!found) return value;
        value = found[1](value, binary(level + 1));
      }
    };
    const unary = (): bigint => {
      if (take('-')) return -unary();
      if (take('~')) return ~unary();
      if (take('(')) {
        const value = binary(0);
        expect(')');
        return value;
      }
      const token = tokens[at++];
      if (token === undefined) throw new Error(`unfinished: ${expression}`);
      if (/^\d/.test(token)) return number(token);
      if (take('(')) return call(token);
      return this.value(token);
    };
    const call = (name: string): bigint => {
      const first = binary(0);
      let second = 0n;
      if (take(',')) {
        if (name === '_AC') at++;
        else second = binary(0);
      }
      expect(')');
      if (name === '_AC') return first;
      if (/^(BIT|BIT_ULL|_BITUL|_BITULL)$/.test(name)) return 1n << first;
      if (/^GENMASK(_ULL)?$/.test(name)) return ((1n << (first - second + 1n)) - 1n) << second;
      if (name === 'X86_BUG') return this.value('NCAPINTS') * 32n + first;
      throw new Error(`${name}() is not known`);
    };
    const value = binary(0);
    if (at !== tokens.length) throw new Error(`left over in ${expression}`);
    return value;
  }

  /** Offset and size in bytes of every field of a packed structure; fields of structures inside it are `outer.inner`. */
  structure(name: string): Map<string, { offset: number; size: number }> {
    const fields = new Map<string, { offset: number; size: number }>();
    this.layOut(this.body(name), 0, '', fields);
    return fields;
  }

  private body(name: string): string {
    const start = new RegExp(`\\bstruct\\b[^;{]*\\b${name}\\s*\\{`).exec(this.text);
    if (!start) throw new Error(`struct ${name} is not defined`);
    return block(this.text, start.index + start[0].length - 1);
  }

  private layOut(
    body: string,
    from: number,
    prefix: string,
    fields: Map<string, { offset: number; size: number }>,
  ): number {
    let offset = from;
    let rest = body.replace(/^\s*#.*$/gm, '').trim();
    while (rest) {
      const union = /^union\s*\{/.exec(rest);
      if (union) {
        const inner = block(rest, union[0].length - 1);
        offset += Math.max(...inner.split(';').map((member) => this.memberSize(member)));
        rest = rest.slice(union[0].length + inner.length + 1).replace(/^[^;]*;\s*/, '');
        continue;
      }
      const end = rest.indexOf(';');
      const member = rest.slice(0, end);
      rest = rest.slice(end + 1).trim();
      const match = /^(struct\s+\w+|\w+)\s+(\w+)\s*(?:\[(.*)\])?$/.exec(member.replace(/\s+/g, ' ').trim());
      if (!match) throw new Error(`not a member: ${member}`);
      const [, type, field, count] = match;
      const times = count === undefined ? 1 : Number(this.evaluate(count));
      let size = scalar(type!);
      if (size === undefined) {
        const inner = this.body(type!.replace(/^struct\s+/, ''));
        size = this.layOut(inner, offset, `${prefix}${field}.`, fields) - offset;
      } else {
        fields.set(prefix + field!, { offset, size: size * times });
      }
      offset += size * times;
    }
    return offset;
  }

  /** Size of a union's member; a structure this header does not define counts nothing. */
  private memberSize(member: string): number {
    const match = /^\s*(\w+)\s+\w+\s*(?:\[(.*)\])?\s*$/.exec(member);
    const size = match ? scalar(match[1]!) : undefined;
    return size === undefined ? 0 : size * (match![2] === undefined ? 1 : Number(this.evaluate(match![2])));
  }
}

function number(token: string): bigint {
  return BigInt(token.replace(/[uUlL]+$/, ''));
}

function scalar(type: string): number | undefined {
  return { u8: 1, u16: 2, u32: 4, u64: 8 }[type];
}

/** The text between the brace at `open` and its partner. */
function block(text: string, open: number): string {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(open + 1, at);
  }
  throw new Error('a brace is not closed');
}
