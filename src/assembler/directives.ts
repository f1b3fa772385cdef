/** Directives that are not instructions or data: modes, sections, alignment, structures, and what only linkers need. */
import type { Bits } from '../engine/isa/assemble-operand';
import type { Diagnostics, Span } from './diagnostic';
import { SyntaxProblem } from './expression';
import type { Cursor, Expression } from './expression';
import type { Token } from './lexer';
import type { Body, SectionDeclaration, Statement } from './statement';

/** What a directive may see and change of the parser. */
export interface DirectiveContext {
  readonly diagnostics: Diagnostics;
  readonly sections: SectionDeclaration[];
  readonly externals: Map<string, Span>;
  bits: Bits;
  defaultRelative: boolean;
  section: number;
  struc: { readonly name: string; readonly section: number } | undefined;
  /** The `istruc` being filled in, and the hidden label where it begins. */
  instance: { readonly name: string; readonly label: string } | undefined;
  add(statement: Statement): void;
  label(name: string, span: Span): string;
  expression(cursor: Cursor): Expression;
  end(cursor: Cursor): void;
  body(cursor: Cursor): Body | undefined;
  /** A number no other `istruc` has. */
  nextInstance(): number;
}

type Directive = (cursor: Cursor, context: DirectiveContext, token: Token) => void;

function setBits(context: DirectiveContext, bits: bigint | number, span: Span): void {
  if (Number(bits) !== 16 && Number(bits) !== 32 && Number(bits) !== 64) {
    throw new SyntaxProblem(span, 'bits is 16, 32 or 64');
  }
  context.bits = Number(bits) as Bits;
}

const bits: Directive = (cursor, context) => {
  const token = cursor.token;
  if (token?.kind !== 'number') throw new SyntaxProblem(cursor.span, 'bits needs 16, 32 or 64');
  cursor.at++;
  setBits(context, token.value!, token.span);
};

const fixedBits =
  (size: Bits): Directive =>
  (_cursor, context) => {
    context.bits = size;
  };

const org: Directive = (cursor, context, token) => {
  context.add({ kind: 'org', value: context.expression(cursor), span: token.span });
};

const setDefault: Directive = (cursor, context) => {
  if (cursor.isWord('rel', 'abs')) context.defaultRelative = cursor.isWord('rel');
  else if (!cursor.isWord('bnd', 'nobnd')) throw new SyntaxProblem(cursor.span, 'default is rel or abs');
  cursor.at++;
};

/** Qualifiers of other object formats: they say nothing about a flat image. */
const IGNORED_QUALIFIER =
  /^(exec|noexec|write|nowrite|alloc|noalloc|code|data|rdata|bss|use16|use32|use64|public|private|stack)$/;

function findSection(context: DirectiveContext, name: string, span: Span): SectionDeclaration {
  const known = context.sections.find((s) => s.name === name);
  if (known) return known;
  const section: SectionDeclaration = {
    index: context.sections.length,
    name,
    kind: name === '.bss' ? 'nobits' : 'progbits',
    span,
  };
  context.sections.push(section);
  return section;
}

const section: Directive = (cursor, context, token) => {
  const name = cursor.token;
  if (name?.kind !== 'identifier' && name?.kind !== 'string')
    throw new SyntaxProblem(cursor.span, 'section needs a name');
  cursor.at++;
  const declared = findSection(context, name.text, name.span);
  while (cursor.token) qualifier(cursor, context, declared);
  context.section = declared.index;
  context.add({ kind: 'section', section: declared.index, span: token.span });
};

function qualifier(cursor: Cursor, context: DirectiveContext, declared: SectionDeclaration): void {
  const token = cursor.token!;
  const word = token.kind === 'identifier' ? token.text.toLowerCase() : '';
  cursor.at++;
  if (word === 'progbits' || word === 'nobits') declared.kind = word;
  else if (word === 'align' || word === 'start' || word === 'vstart') {
    cursor.expect('=', word);
    declared[word] = context.expression(cursor);
  } else if (word === 'follows' || word === 'vfollows') {
    cursor.expect('=', word);
    const name = cursor.token;
    if (name?.kind !== 'identifier' && name?.kind !== 'string')
      throw new SyntaxProblem(cursor.span, `${word} needs a section's name`);
    cursor.at++;
    declared[word] = name.text;
    declared.span = token.span;
  } else if (IGNORED_QUALIFIER.test(word)) {
    context.diagnostics.add('warning', token.span, `'${word}' means nothing in a flat image`);
  } else
    throw new SyntaxProblem(
      token.span,
      `'${token.text}' is not a qualifier of a section: align=, start=, vstart=, follows=, vfollows=, progbits, nobits`,
    );
}

const NOP: Body = { kind: 'data', size: 1, items: [{ kind: 'bytes', bytes: [0x90] }] };

const align =
  (reserve: boolean): Directive =>
  (cursor, context, token) => {
    const to = context.expression(cursor);
    const one: Expression = { kind: 'number', value: 1n, span: token.span };
    const plain: Body = reserve ? { kind: 'reserve', size: 1, count: one } : NOP;
    const filled = cursor.take(',') && cursor.token !== undefined;
    const fill = filled ? (context.body(cursor) ?? plain) : plain;
    context.add({ kind: 'align', to, fill, span: token.span });
  };

/** Names with commas between; what follows a colon is another format's business. */
function names(cursor: Cursor, word: string): Token[] {
  const found: Token[] = [];
  do {
    const name = cursor.token;
    if (name?.kind !== 'identifier') throw new SyntaxProblem(cursor.span, `${word} needs a name`);
    found.push(name);
    cursor.at++;
    while (cursor.token && !cursor.is(',')) cursor.at++;
  } while (cursor.take(','));
  return found;
}

const global: Directive = (cursor, context, token) => {
  for (const name of names(cursor, token.text)) {
    context.diagnostics.add(
      'information',
      name.span,
      `${token.text} means nothing in a flat image: there is no linker to see '${name.text}'`,
    );
  }
};

const extern: Directive = (cursor, context, token) => {
  for (const name of names(cursor, token.text)) {
    context.externals.set(name.text, name.span);
    const message = `a flat image cannot refer to other files: %include the one that defines '${name.text}'`;
    context.diagnostics.add('warning', name.span, message);
  }
};

const ignored: Directive = (cursor) => {
  cursor.at = cursor.tokens.length;
};

function absoluteSection(context: DirectiveContext, value: Expression, span: Span): void {
  const declared: SectionDeclaration = {
    index: context.sections.length,
    name: `absolute ${context.sections.length}`,
    kind: 'absolute',
    span,
  };
  context.sections.push(declared);
  context.section = declared.index;
  context.add({ kind: 'absolute', section: declared.index, value, span });
}

const absolute: Directive = (cursor, context, token) =>
  absoluteSection(context, context.expression(cursor), token.span);

const struc: Directive = (cursor, context, token) => {
  if (context.struc) throw new SyntaxProblem(token.span, `the structure '${context.struc.name}' is not ended yet`);
  const name = cursor.token;
  if (name?.kind !== 'identifier') throw new SyntaxProblem(cursor.span, 'struc needs a name');
  cursor.at++;
  const zero: Expression = { kind: 'number', value: 0n, span: name.span };
  const start = cursor.take(',') ? context.expression(cursor) : zero;
  context.struc = { name: name.text, section: context.section };
  absoluteSection(context, start, token.span);
  context.label(name.text, name.span);
};

const endstruc: Directive = (_cursor, context, token) => {
  if (!context.struc) throw new SyntaxProblem(token.span, 'endstruc without struc');
  const { name, section: back } = context.struc;
  const { span } = token;
  const here: Expression = { kind: 'here', span };
  const start: Expression = { kind: 'section-start', span };
  const value: Expression = { kind: 'binary', operator: '-', left: here, right: start, span };
  context.add({ kind: 'equ', name: `${name}_size`, value, span });
  context.struc = undefined;
  context.section = back;
  context.add({ kind: 'section', section: back, span });
};

const istruc: Directive = (cursor, context, token) => {
  if (context.instance) throw new SyntaxProblem(token.span, `the istruc '${context.instance.name}' is not ended yet`);
  const name = cursor.token;
  if (name?.kind !== 'identifier') throw new SyntaxProblem(cursor.span, 'istruc needs the name of a structure');
  cursor.at++;
  const label = `..@istruc.${token.span.file}.${token.span.line}.${context.nextInstance()}`;
  context.instance = { name: name.text, label };
  context.label(label, token.span);
};

/** Zeros up to an offset in the structure being filled in. */
function padTo(offset: string, context: DirectiveContext, span: Span): void {
  const name = (text: string): Expression => ({ kind: 'name', name: text, span });
  const minus = (left: Expression, right: Expression): Expression => ({
    kind: 'binary',
    operator: '-',
    left,
    right,
    span,
  });
  const done = minus({ kind: 'here', span }, name(context.instance!.label));
  const zero: Body = { kind: 'data', size: 1, items: [{ kind: 'bytes', bytes: [0] }] };
  context.add({ kind: 'emit', body: zero, times: minus(name(offset), done), span });
}

const at: Directive = (cursor, context, token) => {
  if (!context.instance) throw new SyntaxProblem(token.span, 'at stands between istruc and iend');
  const field = cursor.token;
  if (field?.kind !== 'identifier') throw new SyntaxProblem(cursor.span, 'at needs the name of a field');
  cursor.at++;
  padTo(field.text.startsWith('.') ? context.instance.name + field.text : field.text, context, field.span);
  if (!cursor.take(',') || !cursor.token) return;
  const { span } = cursor;
  const body = context.body(cursor);
  if (body) context.add({ kind: 'emit', body, span });
};

const iend: Directive = (_cursor, context, token) => {
  if (!context.instance) throw new SyntaxProblem(token.span, 'iend without istruc');
  padTo(`${context.instance.name}_size`, context, token.span);
  context.instance = undefined;
};

/** By lower-case name. */
export const DIRECTIVES: ReadonlyMap<string, Directive> = new Map(
  Object.entries<Directive>({
    bits,
    use16: fixedBits(16),
    use32: fixedBits(32),
    use64: fixedBits(64),
    org,
    default: setDefault,
    section,
    segment: section,
    align: align(false),
    alignb: align(true),
    global,
    static: global,
    common: extern,
    extern,
    required: extern,
    cpu: ignored,
    float: ignored,
    warning: ignored,
    absolute,
    struc,
    endstruc,
    istruc,
    at,
    iend,
  }),
);
