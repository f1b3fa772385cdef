/** NASM's preprocessor: files and includes, conditions, single and multi-line macros, repetition. Gives out expanded lines. */
import type { Diagnostics, Span } from './diagnostic';
import { Cursor, SyntaxProblem, evaluate, isConstant, parseExpression } from './expression';
import type { Names, Scope } from './expression';
import { spanOf, tokenize, utf8 } from './lexer';
import type { Line, Token } from './lexer';
import { MultiLineMacros, substituteLine } from './multi-line-macro';
import type { MacroBinding, MacroDefinition } from './multi-line-macro';
import { SingleLineMacros, splitArguments } from './single-line-macro';
import { STRING_DIRECTIVES } from './string-directives';

/** What the preprocessor needs to know of the rest of the assembler. */
export interface PreprocessorHost extends Names {
  /** Text of an included file. */
  readText(path: string, from: string): { readonly text: string; readonly file: string } | undefined;
  /** For `%if` and `%assign`. */
  readonly scope: Scope;
  readonly bits: number;
}

interface Frame {
  readonly kind: 'file' | 'macro' | 'rep';
  readonly file: string;
  readonly lines: readonly (string | Line)[];
  next: number;
  /** Repetitions left after this one. */
  again: number;
  /** Lines of a macro are reported where it is called. */
  readonly call?: Span;
  /** What a macro's parameters stand for. */
  readonly binding?: MacroBinding;
  /** Conditions open when it began. */
  readonly conditions: number;
}

interface Condition {
  /** Lines are taken now. */
  active: boolean;
  /** Some branch was taken, or the whole stands in a part that is not. */
  done: boolean;
  sawElse: boolean;
  readonly span: Span;
}

const MOST_LINES = 300_000;
const MOST_NESTED = 100;

export class Preprocessor {
  private readonly frames: Frame[] = [];
  private readonly conditions: Condition[] = [];
  private readonly single: SingleLineMacros;
  private readonly multi = new MultiLineMacros();
  private lines = 0;

  constructor(
    source: string,
    file: string,
    private readonly host: PreprocessorHost,
    private readonly diagnostics: Diagnostics,
  ) {
    this.single = new SingleLineMacros((name, span) => this.dynamic(name, span));
    this.single.define('__OUTPUT_FORMAT__', undefined, tokenize('bin', file, 1));
    this.pushFile(source, file);
  }

  private dynamic(name: string, span: Span): readonly Token[] | undefined {
    const number = (n: number): Token[] => [{ kind: 'number', text: String(n), value: BigInt(n), span, spaced: true }];
    switch (name) {
      case '__LINE__':
      case '__?LINE?__':
        return number(span.line);
      case '__BITS__':
      case '__?BITS?__':
        return number(this.host.bits);
      case '__FILE__':
      case '__?FILE?__':
        return [{ kind: 'string', text: span.file, bytes: utf8(span.file), span, spaced: true }];
      default:
        return undefined;
    }
  }

  private pushFile(text: string, file: string): void {
    const lines = text.split('\n');
    this.frames.push({ kind: 'file', file, lines, next: 0, again: 0, conditions: this.conditions.length });
  }

  /** The next line with words in it, macros expanded; undefined at the end. */
  next(): Line | undefined {
    for (;;) {
      const raw = this.raw();
      if (!raw) {
        this.finish();
        return undefined;
      }
      if (++this.lines > MOST_LINES) {
        this.diagnostics.add(
          'error',
          raw.span,
          `the source comes to more than ${MOST_LINES} lines: a macro or %rep runs away`,
        );
        return undefined;
      }
      if (raw.tokens.length === 0) continue;
      try {
        const binding = this.binding;
        const line = this.process(binding ? substituteLine(raw, binding) : raw);
        if (line) return line;
      } catch (problem) {
        if (!(problem instanceof SyntaxProblem)) throw problem;
        this.diagnostics.add('error', problem.span, problem.message);
      }
    }
  }

  /** Parameters of the macro whose line this is. */
  private get binding(): MacroBinding | undefined {
    for (let n = this.frames.length - 1; n >= 0; n--) {
      const frame = this.frames[n]!;
      if (frame.kind !== 'rep') return frame.binding;
    }
    return undefined;
  }

  private finish(): void {
    for (const { span } of this.conditions) this.diagnostics.add('error', span, 'this %if has no %endif');
    this.conditions.length = 0;
  }

  /** The next line as written, from the innermost frame. */
  private raw(): Line | undefined {
    for (;;) {
      const frame = this.frames.at(-1);
      if (!frame) return undefined;
      if (frame.next >= frame.lines.length) {
        this.leave(frame);
        continue;
      }
      const line = frame.lines[frame.next++]!;
      if (typeof line !== 'string') return line;
      const number = frame.next;
      let text = line.endsWith('\r') ? line.slice(0, -1) : line;
      // A line that ends with a backslash goes on in the next one.
      while (text.endsWith('\\') && frame.next < frame.lines.length) {
        text = text.slice(0, -1) + ' ' + (frame.lines[frame.next++] as string).replace(/\r$/, '');
      }
      const span = {
        file: frame.file,
        line: number,
        column: line.trimEnd().length + 1,
        endColumn: line.trimEnd().length + 2,
      };
      return { tokens: tokenize(text, frame.file, number), span };
    }
  }

  private leave(frame: Frame): void {
    if (frame.again > 0) {
      frame.again--;
      frame.next = 0;
      return;
    }
    this.frames.pop();
    while (this.conditions.length > frame.conditions) {
      this.diagnostics.add('error', this.conditions.pop()!.span, 'this %if has no %endif');
    }
  }

  private get active(): boolean {
    // A condition is active only within active ones.
    return this.conditions.at(-1)?.active ?? true;
  }

  private process(line: Line): Line | undefined {
    const first = line.tokens[0]!;
    const directive = first.kind === 'symbol' && /^%[a-z]/i.test(first.text) ? first.text.toLowerCase() : undefined;
    if (directive !== undefined && this.conditional(directive, line)) return undefined;
    if (!this.active) return undefined;
    if (directive !== undefined) {
      this.directive(directive, line);
      return undefined;
    }
    return this.plain(line);
  }

  private plain(line: Line): Line | undefined {
    const { tokens } = line;
    const labelled = tokens[0]?.kind === 'identifier' && tokens[1]?.text === ':' && tokens[1].kind === 'symbol';
    const start = labelled ? 2 : 0;
    const name = tokens[start];
    if (name?.kind === 'identifier' && this.multi.has(name.text)) {
      const args = this.single.expand(tokens.slice(start + 1));
      const definition = this.multi.find(name.text, args);
      if (definition) {
        this.call(definition, args, spanOf(tokens, line.span));
        return labelled ? { tokens: tokens.slice(0, 2), span: line.span } : undefined;
      }
      throw new SyntaxProblem(
        name.span,
        `the macro '${name.text}' is not defined for ${args.length === 0 ? 'no' : 'that many'} parameters`,
      );
    }
    const expanded = this.single.expand(tokens);
    const stray = expanded.find((t) => t.kind === 'symbol' && /^%[\d{-]/.test(t.text));
    if (stray)
      throw new SyntaxProblem(stray.span, `${stray.text} stands for a macro's parameter, and this is not a macro`);
    return expanded.length > 0 ? { tokens: expanded, span: line.span } : undefined;
  }

  /** What calls itself would do so again and again: all stops here. */
  private checkNesting(span: Span): void {
    if (this.frames.length < MOST_NESTED) return;
    this.frames.length = 0;
    this.conditions.length = 0;
    throw new SyntaxProblem(span, `macros, repetitions and includes are nested more than ${MOST_NESTED} deep`);
  }

  private nest(frame: Frame, span: Span): void {
    this.checkNesting(span);
    this.frames.push(frame);
  }

  private call(definition: MacroDefinition, args: readonly Token[], at: Span): void {
    const span = this.frames.at(-1)?.call ?? at;
    const binding = this.multi.bind(definition, args, span);
    const conditions = this.conditions.length;
    this.nest(
      { kind: 'macro', file: span.file, lines: definition.lines, next: 0, again: 0, call: span, binding, conditions },
      span,
    );
  }

  /** `%if` and its kin; true if the line was one. */
  private conditional(directive: string, line: Line): boolean {
    const { tokens, span } = line;
    const at = tokens[0]!.span;
    const rest = tokens.slice(1);
    const top = this.conditions.at(-1);
    const opened = this.frames.at(-1)!.conditions < this.conditions.length;
    if (/^%if/.test(directive)) {
      const outer = this.active;
      const condition: Condition = { active: false, done: !outer, sawElse: false, span: at };
      this.conditions.push(condition);
      if (outer) condition.active = condition.done = this.test(directive.slice(3), rest, at, span);
      return true;
    }
    if (/^%elif/.test(directive) || directive === '%else' || directive === '%endif') {
      if (!top || !opened) throw new SyntaxProblem(at, `${directive} without %if`);
      if (directive === '%endif') this.conditions.pop();
      else {
        if (top.sawElse) throw new SyntaxProblem(at, `${directive} after %else`);
        top.active = false;
        if (directive === '%else') top.sawElse = true;
        if (!top.done) top.active = top.done = directive === '%else' || this.test(directive.slice(5), rest, at, span);
      }
      return true;
    }
    return false;
  }

  private test(kind: string, tokens: readonly Token[], at: Span, end: Span): boolean {
    const negated = kind.startsWith('n') && kind !== 'num';
    const what = negated ? kind.slice(1) : kind;
    return this.holds(what, tokens, at, end) !== negated;
  }

  private holds(what: string, tokens: readonly Token[], at: Span, end: Span): boolean {
    switch (what) {
      case '':
        return this.number(tokens, at, end) !== 0n;
      case 'def':
        return tokens.some((t) => t.kind === 'identifier' && this.single.isDefined(t.text, t.span));
      case 'macro':
        return tokens[0] !== undefined && this.multi.has(tokens[0].text);
      case 'empty':
        return this.single.expand(tokens).length === 0;
      case 'id':
      case 'num':
      case 'str': {
        const [only, ...more] = this.single.expand(tokens);
        const kinds = { id: 'identifier', num: 'number', str: 'string' } as const;
        return only?.kind === kinds[what] && more.length === 0;
      }
      case 'token':
        return this.single.expand(tokens).length === 1;
      case 'idn':
      case 'idni': {
        const sides = splitArguments(this.single.expand(tokens)).map((side) => side.map((t) => t.text).join(' '));
        if (sides.length !== 2)
          throw new SyntaxProblem(at, `%if${what} compares two texts: write a comma between them`);
        const [a, b] = sides as [string, string];
        return what === 'idn' ? a === b : a.toLowerCase() === b.toLowerCase();
      }
      default:
        throw new SyntaxProblem(at, `%if${what} is not supported`);
    }
  }

  /** Value of an expression that must be a plain number, now. */
  private number(tokens: readonly Token[], at: Span, end: Span): bigint {
    const words = this.single.expand(tokens);
    const cursor = new Cursor(words, end);
    const expression = parseExpression(cursor, this.host);
    if (cursor.token) throw new SyntaxProblem(cursor.span, `the expression ends before '${cursor.token.text}'`);
    const value = evaluate(expression, this.host.scope);
    if (isConstant(value)) return value.constant;
    throw new SyntaxProblem(
      spanOf(words, at),
      'the preprocessor needs a number it can know here: numbers, macros, and equ constants defined before',
    );
  }

  private directive(directive: string, line: Line): void {
    const { tokens, span } = line;
    const at = tokens[0]!.span;
    const rest = tokens.slice(1);
    switch (directive) {
      case '%define':
      case '%idefine':
      case '%xdefine':
      case '%ixdefine':
        return this.define(directive, rest, at);
      case '%assign':
      case '%iassign': {
        const name = this.name(rest, directive, at);
        const value = this.number(rest.slice(1), at, span);
        const body: Token = { kind: 'number', text: String(value), value, span: at, spaced: true };
        return this.single.define(name, undefined, [body], directive === '%iassign');
      }
      case '%undef':
        return this.single.undefine(this.name(rest, directive, at));
      case '%include':
        return this.include(rest, at);
      case '%rep':
        return this.repeat(this.number(rest, at, span), at);
      case '%exitrep':
        return this.exitRepeat(at);
      case '%macro':
      case '%imacro':
        return this.multi.define(
          rest,
          this.body(directive.replace('%', '%end').replace('endi', 'end'), ['%macro', '%imacro'], at),
          directive === '%imacro',
          at,
        );
      case '%unmacro':
      case '%unimacro':
        return this.multi.undefine(this.name(rest, directive, at));
      case '%error':
      case '%fatal':
      case '%warning': {
        const words = this.single.expand(rest);
        const text = words.map((t) => t.text).join(' ') || directive;
        this.diagnostics.add(directive === '%warning' ? 'warning' : 'error', spanOf(rest, at), text);
        if (directive === '%fatal') this.frames.length = 0;
        return;
      }
      case '%rotate':
        return this.rotate(this.number(rest, at, span), at);
      case '%strlen':
      case '%strcat':
      case '%substr':
      case '%defstr':
      case '%deftok': {
        const name = this.name(rest, directive, at);
        const words = this.single.expand(rest.slice(1));
        return this.single.define(name, undefined, STRING_DIRECTIVES[directive](words, at, this.host));
      }
      case '%pragma':
        return;
      case '%endmacro':
      case '%endrep':
        throw new SyntaxProblem(at, `${directive} without ${directive.replace('end', '')}`);
      default:
        throw new SyntaxProblem(at, `the directive ${tokens[0]!.text} is not supported`);
    }
  }

  private name(tokens: readonly Token[], directive: string, at: Span): string {
    if (tokens[0]?.kind !== 'identifier') throw new SyntaxProblem(tokens[0]?.span ?? at, `${directive} needs a name`);
    return tokens[0].text;
  }

  private define(directive: string, tokens: readonly Token[], at: Span): void {
    const name = this.name(tokens, directive, at);
    let rest = tokens.slice(1);
    let parameters: string[] | undefined;
    if (rest[0]?.text === '(' && rest[0].kind === 'symbol' && !rest[0].spaced) {
      const end = rest.findIndex((t) => t.kind === 'symbol' && t.text === ')');
      if (end < 0) throw new SyntaxProblem(rest[0].span, "')' is missing after the parameters");
      const between = splitArguments(rest.slice(1, end));
      const empty = between.length === 1 && between[0]!.length === 0;
      parameters = empty
        ? []
        : between.map((p) => {
            // `=` before a parameter asks for early evaluation, which makes no difference here.
            const words = p.filter((t) => t.text !== '=');
            if (words.length !== 1 || words[0]!.kind !== 'identifier')
              throw new SyntaxProblem(spanOf(p, at), 'a parameter is one name');
            return words[0]!.text;
          });
      rest = rest.slice(end + 1);
    }
    const early = directive === '%xdefine' || directive === '%ixdefine';
    const body = early ? this.single.expand(rest) : rest;
    this.single.define(name, parameters, body, directive === '%idefine' || directive === '%ixdefine');
  }

  private include(tokens: readonly Token[], at: Span): void {
    const [path] = this.single.expand(tokens);
    if (path?.kind !== 'string') throw new SyntaxProblem(path?.span ?? at, '%include needs a file name in quotes');
    const found = this.host.readText(path.text, at.file);
    if (!found) throw new SyntaxProblem(path.span, `the file '${path.text}' cannot be read`);
    this.checkNesting(path.span);
    this.pushFile(found.text, found.file);
  }

  /** Lines up to the matching end, raw. */
  private body(end: string, starts: readonly string[], at: Span): Line[] {
    const lines: Line[] = [];
    let depth = 1;
    const frame = this.frames.at(-1)!;
    while (frame.next < frame.lines.length) {
      const line = this.raw()!;
      const first = line.tokens[0]?.kind === 'symbol' ? line.tokens[0].text.toLowerCase() : '';
      if (starts.includes(first)) depth++;
      if (first === end && --depth === 0) return lines;
      lines.push(line);
    }
    throw new SyntaxProblem(at, `${end} is missing`);
  }

  private repeat(count: bigint, at: Span): void {
    const lines = this.body('%endrep', ['%rep'], at);
    if (count <= 0n || lines.length === 0) return;
    if (count * BigInt(lines.length) > BigInt(MOST_LINES))
      throw new SyntaxProblem(at, `%rep makes more than ${MOST_LINES} lines`);
    const call = this.frames.at(-1)?.call;
    const conditions = this.conditions.length;
    this.nest({ kind: 'rep', file: at.file, lines, next: 0, again: Number(count) - 1, call, conditions }, at);
  }

  private rotate(by: bigint, at: Span): void {
    const parameters = this.binding?.parameters;
    if (!parameters) throw new SyntaxProblem(at, '%rotate turns the parameters of a macro, and this is not a macro');
    const count = BigInt(parameters.length);
    if (count === 0n) return;
    parameters.push(...parameters.splice(0, Number(((by % count) + count) % count)));
  }

  private exitRepeat(at: Span): void {
    const index = this.frames.map((f) => f.kind).lastIndexOf('rep');
    if (index < 0) throw new SyntaxProblem(at, '%exitrep without %rep');
    this.conditions.length = this.frames[index]!.conditions;
    this.frames.length = index;
  }
}
