/** FADD to FDIVR in all their forms, FSQRT, FABS, FCHS, FRNDINT, FSCALE, FXTRACT, FPREM, FPREM1. */
import { add, div, mul, sqrt, sub } from '../../float/arithmetic';
import { fromInteger, roundToIntegral } from '../../float/convert';
import { F32, F64, F80, unpack, type Format, type Unpacked } from '../../float/format';
import { extract, remainder, scale } from '../../float/scale';
import type { Environment, Result } from '../../float/round';
import type { Instruction } from '../../isa/decode';
import type { Core, Helper, HelperTable } from '../core';
import { INDEFINITE_BITS, positionOf, report, stackFault, storeResult, unpackRegister } from '../x87-operation';
import {
  C0,
  C1,
  C2,
  C3,
  environment,
  isEmpty,
  pop,
  push,
  resultFormat,
  setConditions,
  setStackRegister,
  stackRegister,
} from '../x87-registers';
import { memoryOperand, numeric, readMemory } from '../x87-unit';

type Binary = (format: Format, a: Unpacked, b: Unpacked, env: Environment) => Result;
const reversed =
  (op: Binary): Binary =>
  (format, a, b, env) =>
    op(format, b, a, env);

/** A number in memory: m32fp, m64fp. */
export function memoryFloat(core: Core, i: Instruction): Unpacked {
  const { size } = memoryOperand(i)!;
  return unpack(size === 4 ? F32 : F64, readMemory(core, i, size));
}

/** m16int, m32int, m64int. */
export function memoryInteger(core: Core, i: Instruction): Unpacked {
  const { size } = memoryOperand(i)!;
  return fromInteger(BigInt.asIntN(size * 8, readMemory(core, i, size)));
}

/** Destination op source; then a pop, if asked for. */
function compute(core: Core, op: Binary, to: number, source: () => Unpacked, from: number, pops: boolean): void {
  const { state } = core;
  let stored: boolean;
  if (isEmpty(state, to) || isEmpty(state, from)) {
    stored = stackFault(core, false);
    if (stored) setStackRegister(state, to, INDEFINITE_BITS);
  } else {
    stored = storeResult(core, to, op(resultFormat(state), unpackRegister(core, to), source(), environment(state)));
  }
  if (stored && pops) pop(state);
}

/** ST(0) with memory, or two stack registers: the first operand is the destination. */
const binary = (op: Binary, pops = false): Helper =>
  numeric((core, i) => {
    if (memoryOperand(i)) {
      const value = memoryFloat(core, i);
      compute(core, op, 0, () => value, 0, false);
      return;
    }
    const from = positionOf(i, 1);
    compute(core, op, positionOf(i, 0), () => unpackRegister(core, from), from, pops);
  });

const withInteger = (op: Binary): Helper =>
  numeric((core, i) => {
    const value = memoryInteger(core, i);
    compute(core, op, 0, () => value, 0, false);
  });

/** ST(0) → ST(0). */
const unary = (op: (format: Format, a: Unpacked, env: Environment) => Result): Helper =>
  numeric((core) =>
    compute(
      core,
      (format, a, _b, env) => op(format, a, env),
      0,
      () => unpackRegister(core, 0),
      0,
      false,
    ),
  );

/** ST(0) with ST(1) → ST(0). */
const withNext = (op: Binary): Helper =>
  numeric((core) => compute(core, op, 0, () => unpackRegister(core, 1), 1, false));

const changeSign = (change: (bits: bigint) => bigint): Helper =>
  numeric((core) => {
    const { state } = core;
    if (isEmpty(state, 0)) {
      if (stackFault(core, false)) setStackRegister(state, 0, INDEFINITE_BITS);
      return;
    }
    setConditions(state, C1, 0);
    setStackRegister(state, 0, change(stackRegister(state, 0)));
  });

const SIGN = 1n << 79n;

const fxtract = numeric((core) => {
  const { state } = core;
  const empty = isEmpty(state, 0);
  if (empty || !isEmpty(state, -1)) {
    if (!stackFault(core, !empty)) return;
    setStackRegister(state, 0, INDEFINITE_BITS);
    push(state, INDEFINITE_BITS);
    return;
  }
  const { exponent, significand, flags } = extract(unpackRegister(core, 0));
  if (!report(core, flags)) return;
  setStackRegister(state, 0, exponent);
  push(state, significand);
});

const partialRemainder = (nearest: boolean): Helper =>
  numeric((core) => {
    const { state } = core;
    if (isEmpty(state, 0) || isEmpty(state, 1)) {
      setConditions(state, C2, 0);
      if (stackFault(core, false)) setStackRegister(state, 0, INDEFINITE_BITS);
      return;
    }
    const r = remainder(unpackRegister(core, 0), unpackRegister(core, 1), nearest, environment(state));
    const stored = storeResult(core, 0, r);
    if (!stored || r.quotient === 'none') setConditions(state, C2, 0);
    else setConditions(state, C0 | C1 | C2 | C3, r.quotient === 'partial' ? C2 : codesOf(r.quotient));
  });

/** Low three bits of the quotient: C0 is bit 2, C3 bit 1, C1 bit 0. */
const codesOf = (q: number): number => (q & 4 ? C0 : 0) | (q & 2 ? C3 : 0) | (q & 1 ? C1 : 0);

export const X87_ARITHMETIC_HELPERS = {
  fadd: binary(add),
  faddp: binary(add, true),
  fiadd: withInteger(add),
  fsub: binary(sub),
  fsubp: binary(sub, true),
  fisub: withInteger(sub),
  fsubr: binary(reversed(sub)),
  fsubrp: binary(reversed(sub), true),
  fisubr: withInteger(reversed(sub)),
  fmul: binary(mul),
  fmulp: binary(mul, true),
  fimul: withInteger(mul),
  fdiv: binary(div),
  fdivp: binary(div, true),
  fidiv: withInteger(div),
  fdivr: binary(reversed(div)),
  fdivrp: binary(reversed(div), true),
  fidivr: withInteger(reversed(div)),
  fsqrt: unary(sqrt),
  fabs: changeSign((bits) => bits & ~SIGN),
  fchs: changeSign((bits) => bits ^ SIGN),
  frndint: unary((_format, a, env) => roundToIntegral(F80, a, env)),
  fscale: withNext((_format, a, b, env) => scale(a, b, env)),
  fxtract,
  fprem: partialRemainder(false),
  fprem1: partialRemainder(true),
} satisfies HelperTable;
