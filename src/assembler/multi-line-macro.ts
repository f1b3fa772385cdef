/** `%macro`: named lines with parameters. */
import type { Span } from './diagnostic';
import { SyntaxProblem } from './expression';
import { tokenize } from './lexer';
import type { Line, Token } from './lexer';
import { paste, splitArguments } from './single-line-macro';

export interface MacroDefinition {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** The last parameter takes the rest of the line. */
  readonly greedy: boolean;
  readonly defaults: readonly (readonly Token[])[];
  readonly lines: readonly Line[];
  readonly caseless: boolean;
}

/** One call of a macro. */
export interface MacroBinding {
  /** Turned by `%rotate`. */
  readonly parameters: (readonly Token[])[];
  /** Begins the names of this call's `%%` labels. */
  readonly unique: string;
  readonly call: Span;
}

const labelOf = (name: string): string => name.toLowerCase();

export class MultiLineMacros {
  private readonly definitions = new Map<string, MacroDefinition[]>();
  private calls = 0;

  has(name: string): boolean {
    return (this.definitions.get(labelOf(name)) ?? []).some((d) => d.caseless || d.name === name);
  }

  /** The definition that takes these arguments. */
  find(name: string, args: readonly Token[]): MacroDefinition | undefined {
    const count = args.length === 0 ? 0 : splitArguments(args).length;
    const named = (this.definitions.get(labelOf(name)) ?? []).filter((d) => d.caseless || d.name === name);
    return named.filter((d) => count >= d.least && (count <= d.most || d.greedy)).at(-1);
  }

  /** Defines from the words after `%macro`: name, parameter count `n`, `n-m`, `n-*`, `+`, and defaults. */
  define(tokens: readonly Token[], lines: readonly Line[], caseless: boolean, at: Span): void {
    const name = tokens[0];
    if (name?.kind !== 'identifier')
      throw new SyntaxProblem(name?.span ?? at, '%macro needs a name and a number of parameters');
    const count = tokens.slice(1);
    const number = (token: Token | undefined): number => {
      if (token?.kind !== 'number')
        throw new SyntaxProblem(token?.span ?? at, `%macro ${name.text} needs a number of parameters`);
      return Number(token.value);
    };
    const least = number(count.shift());
    let most = least;
    if (count[0]?.text === '-') {
      count.shift();
      const upper = count.shift();
      most = upper?.text === '*' ? Infinity : number(upper);
    }
    const greedy = count[0]?.text === '+' && count[0].kind === 'symbol';
    if (greedy) count.shift();
    if (count[0]?.text.toLowerCase() === '.nolist') count.shift();
    const defaults = count.length > 0 ? splitArguments(count) : [];
    const definition = { name: name.text, least, most, greedy, defaults, lines, caseless };
    const key = labelOf(name.text);
    this.definitions.set(key, [...(this.definitions.get(key) ?? []), definition]);
  }

  undefine(name: string): void {
    this.definitions.delete(labelOf(name));
  }

  /** What the parameters of one call stand for. */
  bind(definition: MacroDefinition, args: readonly Token[], call: Span): MacroBinding {
    const limit = definition.greedy ? Math.max(definition.most, 1) : Infinity;
    const parameters: (readonly Token[])[] = args.length === 0 ? [] : splitArguments(args, limit);
    const given = parameters.length;
    for (let n = given; n < definition.most && n - definition.least < definition.defaults.length; n++) {
      parameters.push(definition.defaults[n - definition.least]!);
    }
    return { parameters, unique: `..@${++this.calls}.`, call };
  }
}

/** A macro's line with the parameters put in, reported where the macro is called. */
export function substituteLine(line: Line, binding: MacroBinding): Line {
  const tokens = line.tokens.flatMap((token) => substitute(token, binding));
  return { tokens: joinAdjacent(paste(tokens)), span: binding.call };
}

function substitute(token: Token, { parameters, unique, call }: MacroBinding): readonly Token[] {
  const here = { ...token, span: call };
  if (token.kind !== 'symbol') return [here];
  const parameter = /^%(\d+)$/.exec(token.text);
  if (parameter) {
    const index = Number(parameter[1]);
    const count = parameters.length;
    if (index === 0) return [{ ...here, kind: 'number', text: String(count), value: BigInt(count) }];
    const words = parameters[index - 1] ?? [];
    return words.map((word, n) => ({ ...word, span: call, spaced: n === 0 ? token.spaced : word.spaced }));
  }
  const local = /^%%([A-Za-z_].*)$/.exec(token.text);
  return local ? [{ ...here, kind: 'identifier', text: unique + local[1]! }] : [here];
}

/** `foo%1` and `%1_x` make one word: identifiers that touch are joined. */
function joinAdjacent(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (const token of tokens) {
    const left = out.at(-1);
    const joins =
      left?.kind === 'identifier' && !token.spaced && (token.kind === 'identifier' || token.kind === 'number');
    if (!joins) {
      out.push(token);
      continue;
    }
    const [joined] = tokenize(left.text + token.text, left.span.file, left.span.line);
    out[out.length - 1] = { ...joined!, span: left.span, spaced: left.spaced };
  }
  return out;
}
