/** Evaluates an operand as written into what the instruction encoder takes. */
import type { AssemblerOperand, ImmediateOperand, MemoryOperand, Nature } from '../engine/isa/assemble-operand';
import { evaluate, isFixed } from './expression';
import type { Expression, Scope, Term, Value } from './expression';
import type { Span } from './diagnostic';
import { REGISTERS } from './registers';
import type { OperandSyntax } from './statement';

export interface AddressScope extends Scope {
  /** The section being assembled. */
  readonly section: number;
  /** Base address of a section; 0 while sizes are not settled. */
  base(section: number): bigint;
}

export interface Resolved {
  /** With the section's base added. */
  readonly value: bigint;
  readonly nature: Nature;
  /** The section an address is in. */
  readonly section?: number;
}

/** A value as one number: plain, or an address in one section. Anything else is a problem. */
export function resolve(value: Value, span: Span, scope: AddressScope): Resolved {
  if (value.unknown) return { value: value.constant, nature: 'unknown' };
  if (value.terms.size === 0) return { value: value.constant, nature: 'constant' };
  const [[term, coefficient]] = [...value.terms] as [[Term, bigint]];
  if (term.startsWith('register:') || [...value.terms.keys()].some((t) => t.startsWith('register:'))) {
    scope.problem(span, 'a register cannot be part of a number: put brackets around it to address memory');
    return { value: 0n, nature: 'unknown' };
  }
  if (value.terms.size > 1 || coefficient !== 1n) {
    scope.problem(
      span,
      'this is neither a number nor an address: addresses can be subtracted only from others of the same section',
    );
    return { value: 0n, nature: 'unknown' };
  }
  const section = Number(term.slice('section:'.length));
  return { value: BigInt.asIntN(64, value.constant + scope.base(section)), nature: 'address', section };
}

export function resolveExpression(e: Expression, scope: AddressScope): Resolved {
  return resolve(evaluate(e, scope), e.span, scope);
}

type MemorySyntax = Extract<OperandSyntax, { kind: 'memory' }>;

interface AddressRegisters {
  base?: { number: number; size: 2 | 4 | 8 };
  index?: { number: number; size: 2 | 4 | 8 };
  scale: number;
}

/** Base and index: the first register written is the base unless it was multiplied. */
function registersOf(value: Value, syntax: MemorySyntax, scope: AddressScope): AddressRegisters | undefined {
  const found = [...value.terms].filter(([term]) => term.startsWith('register:'));
  const problem = (message: string): undefined => {
    scope.problem(syntax.address.span, message);
    return undefined;
  };
  if (found.length > 2) return problem('an address has at most two registers, a base and an index');
  const registers = found.map(([term, coefficient]) => ({
    register: REGISTERS.get(term.slice('register:'.length))!,
    coefficient,
    scaled: value.scaled.has(term),
  }));
  for (const { register, coefficient } of registers) {
    if (register.class !== 'general' || register.size < 2) {
      return problem(`${register.name} cannot be used in an address`);
    }
    if (coefficient < 0n || coefficient > 9n)
      return problem(`${register.name} can be taken 1, 2, 4 or 8 times in an address`);
  }
  const part = (n: number): { number: number; size: 2 | 4 | 8 } => {
    const { number, size } = registers[n]!.register;
    return { number, size: size as 2 | 4 | 8 };
  };
  if (registers.length === 0) return { scale: 1 };
  if (registers.length === 1) {
    const { coefficient, scaled } = registers[0]!;
    if (coefficient === 1n && !(syntax.noSplit && scaled)) return { base: part(0), scale: 1 };
    return { index: part(0), scale: Number(coefficient) };
  }
  const [a, b] = registers as [(typeof registers)[0], (typeof registers)[0]];
  if (a.coefficient !== 1n && b.coefficient !== 1n)
    return problem('an address has only one index: one of the two registers must be taken once');
  const baseIsFirst =
    a.coefficient === 1n && (b.coefficient !== 1n || (value.summed ? a.register.name < b.register.name : !a.scaled));
  return {
    base: part(baseIsFirst ? 0 : 1),
    index: part(baseIsFirst ? 1 : 0),
    scale: Number(baseIsFirst ? b.coefficient : a.coefficient),
  };
}

const FS = 4;

function memory(syntax: MemorySyntax, scope: AddressScope, defaultRelative: boolean): MemoryOperand {
  const value = evaluate(syntax.address, scope);
  const { size, far, segment, displacementSize, addressSize, noSplit } = syntax;
  const registers = registersOf(value, syntax, scope) ?? { scale: 1 };
  const sections = new Map([...value.terms].filter(([term]) => !term.startsWith('register:')));
  const { value: displacement, nature } = resolve({ ...value, terms: sections }, syntax.address.span, scope);
  const usual = defaultRelative && syntax.relative === undefined && !(segment !== undefined && segment >= FS);
  // A plain number is absolute under DEFAULT REL without a word; after an explicit `rel` that is worth a warning.
  const wanted = syntax.relative === 'rel' || (usual && nature !== 'constant' && !registers.base && !registers.index);
  const relative = wanted ? true : undefined;
  return {
    kind: 'memory',
    size,
    far,
    segment,
    ...registers,
    displacement,
    nature,
    displacementSize,
    addressSize,
    relative,
    noSplit,
  };
}

/** Whether an operand is the same in every pass, so that the instruction's length is. */
export function isFixedOperand(syntax: OperandSyntax): boolean {
  switch (syntax.kind) {
    case 'register':
      return true;
    case 'memory':
      return isFixed(syntax.address);
    case 'immediate':
      return isFixed(syntax.value);
    case 'far':
      return isFixed(syntax.selector) && isFixed(syntax.offset);
  }
}

/** Evaluates one operand. */
export function evaluateOperand(
  syntax: OperandSyntax,
  scope: AddressScope,
  defaultRelative: boolean,
): AssemblerOperand {
  switch (syntax.kind) {
    case 'register':
      return syntax.to ? { ...REGISTERS.get(syntax.name)!, to: true } : REGISTERS.get(syntax.name)!;
    case 'memory':
      return memory(syntax, scope, defaultRelative);
    case 'far': {
      const selector = resolveExpression(syntax.selector, scope);
      const offset = resolveExpression(syntax.offset, scope);
      return { kind: 'far', selector: selector.value, offset: offset.value, size: syntax.size };
    }
    case 'immediate': {
      const { value, nature, section } = resolveExpression(syntax.value, scope);
      const sameSection = section !== undefined && section === scope.section ? true : undefined;
      const { size, strict, distance } = syntax;
      const operand: ImmediateOperand = { kind: 'immediate', value, nature, size, strict, distance, sameSection };
      return operand;
    }
  }
}
