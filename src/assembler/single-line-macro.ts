/** `%define` and its kin: macros inside a line. */
import type { Span } from './diagnostic';
import { SyntaxProblem } from './expression';
import type { Token } from './lexer';
import { tokenize } from './lexer';

interface Definition {
  /** Parameter names; undefined for a macro without a parameter list. */
  readonly parameters: readonly string[] | undefined;
  readonly body: readonly Token[];
}

/** Tokens one line may grow to, and macros it may go through. */
const MOST_TOKENS = 100_000;
const DEEPEST = 200;

interface Budget {
  tokens: number;
}

export class SingleLineMacros {
  private readonly exact = new Map<string, Definition[]>();
  private readonly anyCase = new Map<string, Definition[]>();

  /** `dynamic` gives macros whose body depends on where they are used (`__LINE__`). */
  constructor(private readonly dynamic: (name: string, span: Span) => readonly Token[] | undefined) {}

  define(name: string, parameters: readonly string[] | undefined, body: readonly Token[], caseless = false): void {
    const table = caseless ? this.anyCase : this.exact;
    const key = caseless ? name.toLowerCase() : name;
    const others = (table.get(key) ?? []).filter((d) => d.parameters?.length !== parameters?.length);
    table.set(key, [...others, { parameters, body }]);
  }

  undefine(name: string): void {
    this.exact.delete(name);
    this.anyCase.delete(name.toLowerCase());
  }

  isDefined(name: string, span: Span): boolean {
    return this.find(name) !== undefined || this.dynamic(name, span) !== undefined;
  }

  private find(name: string): readonly Definition[] | undefined {
    return this.exact.get(name) ?? this.anyCase.get(name.toLowerCase());
  }

  /** Expands every macro in a list of words. Throws `SyntaxProblem` where a macro is misused. */
  expand(tokens: readonly Token[]): Token[] {
    const named = tokens.some((t) => t.kind === 'identifier' || t.text === '%[' || t.text === '%+');
    if (!named) return [...tokens];
    return paste(this.expandWith(tokens, new Set(), 0, { tokens: 0 }));
  }

  private expandWith(tokens: readonly Token[], hidden: ReadonlySet<string>, depth: number, budget: Budget): Token[] {
    const out: Token[] = [];
    let at = 0;
    while (at < tokens.length) {
      const token = tokens[at]!;
      if (++budget.tokens > MOST_TOKENS)
        throw new SyntaxProblem(
          token.span,
          `this line has more than ${MOST_TOKENS} words when its macros are expanded`,
        );
      if (token.kind === 'symbol' && token.text === '%[') {
        const end = closing(tokens, at, '%[', '[', ']');
        out.push(...this.expandWith(tokens.slice(at + 1, end), hidden, depth + 1, budget));
        at = end + 1;
        continue;
      }
      const use = token.kind === 'identifier' && !hidden.has(token.text) ? this.use(tokens, at) : undefined;
      if (!use) {
        out.push(token);
        at++;
        continue;
      }
      if (depth >= DEEPEST)
        throw new SyntaxProblem(token.span, `the macro '${token.text}' goes through more than ${DEEPEST} others`);
      const within = new Set(hidden).add(token.text);
      const args = use.args.map((arg) => this.expandWith(arg, hidden, depth + 1, budget));
      const body = substitute(use.definition, args, token);
      out.push(...this.expandWith(body, within, depth + 1, budget));
      at = use.end;
    }
    return out;
  }

  private use(
    tokens: readonly Token[],
    at: number,
  ): { definition: Definition; args: Token[][]; end: number } | undefined {
    const token = tokens[at]!;
    const dynamic = this.dynamic(token.text, token.span);
    if (dynamic) return { definition: { parameters: undefined, body: dynamic }, args: [], end: at + 1 };
    const definitions = this.find(token.text);
    if (!definitions) return undefined;
    if (tokens[at + 1]?.text === '(' && tokens[at + 1]!.kind === 'symbol') {
      const end = closing(tokens, at + 1, '(', '(', ')');
      const args = splitArguments(tokens.slice(at + 2, end));
      const definition =
        definitions.find((d) => d.parameters?.length === args.length) ??
        (args.length === 1 && args[0]!.length === 0 ? definitions.find((d) => d.parameters?.length === 0) : undefined);
      if (definition) return { definition, args: definition.parameters!.length === 0 ? [] : args, end: end + 1 };
    }
    const plain = definitions.find((d) => d.parameters === undefined);
    return plain ? { definition: plain, args: [], end: at + 1 } : undefined;
  }
}

/** Index of the bracket that closes the one at `at`. */
function closing(tokens: readonly Token[], at: number, opener: string, open: string, close: string): number {
  let depth = 0;
  for (let n = at; n < tokens.length; n++) {
    const { kind, text } = tokens[n]!;
    if (kind !== 'symbol') continue;
    if (text === open || text === opener) depth++;
    if (text === close && --depth === 0) return n;
  }
  throw new SyntaxProblem(tokens[at]!.span, `'${close}' is missing after '${opener}'`);
}

/** Splits words at commas outside brackets; braces around an argument are taken off. */
export function splitArguments(tokens: readonly Token[], most = Infinity): Token[][] {
  const args: Token[][] = [[]];
  let depth = 0;
  let braces = 0;
  for (const token of tokens) {
    if (token.kind === 'symbol') {
      if (token.text === '{' && braces++ === 0) continue;
      if (token.text === '}' && --braces === 0) continue;
      if (token.text === '(') depth++;
      if (token.text === ')') depth--;
      if (token.text === ',' && depth === 0 && braces === 0 && args.length < most) {
        args.push([]);
        continue;
      }
    }
    args.at(-1)!.push(token);
  }
  return args;
}

function substitute(definition: Definition, args: readonly (readonly Token[])[], call: Token): Token[] {
  const out: Token[] = [];
  for (const token of definition.body) {
    const index = token.kind === 'identifier' ? (definition.parameters?.indexOf(token.text) ?? -1) : -1;
    if (index >= 0) out.push(...args[index]!);
    else out.push({ ...token, span: call.span });
  }
  if (out[0]) out[0] = { ...out[0], spaced: call.spaced };
  return out;
}

/** Joins what stands on either side of `%+`. */
export function paste(tokens: readonly Token[]): Token[] {
  if (!tokens.some((t) => t.kind === 'symbol' && t.text === '%+')) return [...tokens];
  const out: Token[] = [];
  for (let n = 0; n < tokens.length; n++) {
    const token = tokens[n]!;
    const left = out.at(-1);
    const right = tokens[n + 1];
    if (token.kind !== 'symbol' || token.text !== '%+' || !left || !right) {
      out.push(token);
      continue;
    }
    out.pop();
    const joined = tokenize(left.text + right.text, left.span.file, left.span.line);
    out.push(...joined.map((t) => ({ ...t, span: left.span, spaced: left.spaced })));
    n++;
  }
  return out;
}
