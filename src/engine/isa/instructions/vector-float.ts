/** Floating-point arithmetic on XMM registers (volume 4): a fast meaning for plain values, the helper for all others. */
import { Ib, Vd, Vdq, Vq, Wd, Wdq, Wq } from '../operand';
import type { Emitter, Value } from '../emitter';
import { row, type Emit, type Row, type Rules } from '../row';
import {
  and,
  compute,
  denormalLanes,
  fromBits,
  isDenormal,
  isInexactSeen,
  isNormal,
  isZero,
  lanesAnd,
  lanesOr,
  magnitude,
  MXCSR_RC,
  nanLanes,
  nonzeroLanes,
  or,
  roundsToNearest,
  splat,
  toBits,
  unfitLanes,
  unless,
  vectorOp,
  type Lane,
} from './vector-float-fast';

const sse = { feature: 'SSE', unit: 'sse', rare: true } as const satisfies Rules;
const sse2 = { feature: 'SSE2', unit: 'sse', rare: true } as const satisfies Rules;
const sse3 = { feature: 'SSE3', unit: 'sse', rare: true } as const satisfies Rules;
const sse41 = { feature: 'SSE41', unit: 'sse', rare: true, fixedImmediate: true } as const satisfies Rules;

type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'sqrt';

/** Where a result that is not normal may be one of an underflow: a zero with a zero among the operands is exact. */
function scalarArithmetic(op: Arithmetic, lane: Lane): Emit {
  return (e) => {
    const source = e.read(1);
    const operands = op === 'sqrt' ? [source] : [e.read(0), source];
    const values = operands.map((bits) => fromBits(e, lane, bits));
    const sizes = operands.map((bits) => magnitude(e, lane, bits));
    const result = toBits(e, lane, compute(e, lane, op, ...values));
    const size = magnitude(e, lane, result);
    let exactZero = isZero(e, size);
    if (op === 'mul') exactZero = and(e, exactZero, or(e, isZero(e, sizes[0]!), isZero(e, sizes[1]!)));
    else if (op === 'div') exactZero = and(e, exactZero, isZero(e, sizes[0]!));
    const denormal = or(e, ...sizes.map((of) => isDenormal(e, lane, of)));
    const plain = or(e, isNormal(e, lane, size), exactZero);
    unless(e, and(e, roundsToNearest(e), plain, e.un('eqz', denormal)));
    e.write(0, result);
  };
}

/** Lane by lane; for each operation, what of the operands may make a small result one of an underflow. */
function packed(e: Emitter, op: Arithmetic, lane: Lane, operands: readonly Value[]): Value {
  const result = e.let(vectorOp(e, lane, op, ...operands));
  const nonzero = (v: Value): Value => nonzeroLanes(e, lane, v);
  const mayUnderflow =
    op === 'mul' ? lanesAnd(e, ...operands.map(nonzero)) : nonzero(op === 'div' ? operands[0]! : result);
  const unfit = unfitLanes(e, lane, result, mayUnderflow);
  const bad = lanesOr(e, unfit, ...operands.map((v) => denormalLanes(e, lane, v)));
  unless(e, and(e, roundsToNearest(e), e.un('eqz', e.pure('v128.any_true', bad))));
  return result;
}

const packedArithmetic =
  (op: Arithmetic, lane: Lane): Emit =>
  (e) => {
    const source = e.vector(1);
    e.setVector(0, packed(e, op, lane, op === 'sqrt' ? [source] : [e.vector(0), source]));
  };

/** The second operand's lane, unless the first is the one asked for: of equals, and of two zeros, the second. */
function scalarExtreme(op: 'lt' | 'gt', lane: Lane): Emit {
  return (e) => {
    const b = e.read(1);
    const a = e.read(0);
    const [x, y] = [fromBits(e, lane, a), fromBits(e, lane, b)];
    unless(e, areOrdered(e, lane, a, b, x, y));
    e.write(0, e.select(compute(e, lane, op, x, y), a, b));
  };
}

/** Neither NaN nor denormal. */
function areOrdered(e: Emitter, lane: Lane, a: Value, b: Value, x: Value, y: Value): Value {
  const denormal = or(e, ...[a, b].map((bits) => isDenormal(e, lane, magnitude(e, lane, bits))));
  return and(e, compute(e, lane, 'eq', x, x), compute(e, lane, 'eq', y, y), e.un('eqz', denormal));
}

function unlessOrderedLanes(e: Emitter, lane: Lane, ...operands: readonly Value[]): void {
  const bad = operands.flatMap((v) => [nanLanes(e, lane, v), denormalLanes(e, lane, v)]);
  unless(e, e.un('eqz', e.pure('v128.any_true', lanesOr(e, ...bad))));
}

const packedExtreme =
  (op: 'pmin' | 'pmax', lane: Lane): Emit =>
  (e) => {
    const b = e.vector(1);
    const a = e.vector(0);
    unlessOrderedLanes(e, lane, a, b);
    e.setVector(0, vectorOp(e, lane, op, b, a));
  };

/** CMPcc's predicates 0 to 7 on ordered operands: 3 and 7 ask whether they are. */
const PREDICATES = ['eq', 'lt', 'le', 'never', 'ne', 'ge', 'gt', 'always'] as const;

const scalarCompare =
  (lane: Lane): Emit =>
  (e) => {
    const b = e.read(1);
    const a = e.read(0);
    const [x, y] = [fromBits(e, lane, a), fromBits(e, lane, b)];
    unless(e, areOrdered(e, lane, a, b, x, y));
    const predicate = PREDICATES[e.immediate & 7]!;
    const [yes, no] = [e.constant(-1, lane), e.constant(0, lane)];
    if (predicate === 'never' || predicate === 'always') e.write(0, predicate === 'never' ? no : yes);
    else e.write(0, e.select(compute(e, lane, predicate, x, y), yes, no));
  };

const packedCompare =
  (lane: Lane): Emit =>
  (e) => {
    const b = e.vector(1);
    const a = e.vector(0);
    unlessOrderedLanes(e, lane, a, b);
    const predicate = PREDICATES[e.immediate & 7]!;
    if (predicate === 'never' || predicate === 'always') e.setVector(0, splat(e, 8, predicate === 'never' ? 0n : ~0n));
    else e.setVector(0, vectorOp(e, lane, predicate, a, b));
  };

const ZF = 6;

/** ZF PF CF: greater 000, less 001, equal 100; unordered 111 is the helper's. OF, SF and AF are cleared. */
const compareToFlags =
  (lane: Lane): Emit =>
  (e) => {
    const b = e.read(1);
    const a = e.read(0);
    const [x, y] = [fromBits(e, lane, a), fromBits(e, lane, b)];
    unless(e, areOrdered(e, lane, a, b, x, y));
    const equal = e.bin('shl', compute(e, lane, 'eq', x, y), e.constant(ZF, 4));
    e.setFlags('flags', 4, e.bin('or', equal, compute(e, lane, 'lt', x, y)));
  };

/** Even lanes of destination and source, then their odd lanes. */
const EVEN_4 = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
const EVEN_8 = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

const horizontal =
  (op: 'add' | 'sub', lane: Lane): Emit =>
  (e) => {
    const b = e.vector(1);
    const a = e.vector(0);
    const even = lane === 4 ? EVEN_4 : EVEN_8;
    const odd = even.map((byte) => byte + lane);
    e.setVector(0, packed(e, op, lane, [e.let(e.shuffle(a, b, even)), e.let(e.shuffle(a, b, odd))]));
  };

/** Odd lanes are added, even ones subtracted. */
const addSub =
  (lane: Lane): Emit =>
  (e) => {
    const b = e.vector(1);
    const a = e.vector(0);
    const even = e.vectorConstant(Array.from({ length: 16 }, (_, n) => (n % (2 * lane) === lane - 1 ? 0x80 : 0)));
    e.setVector(0, packed(e, 'add', lane, [a, e.let(e.pure('v128.xor', b, even))]));
  };

/** RC of the immediate, or MXCSR's (bit 2); bit 3 keeps PE out. */
const ROUNDINGS = ['nearest', 'floor', 'ceil', 'trunc'] as const;

const IMMEDIATE_MXCSR = 4;
const IMMEDIATE_QUIET = 8;
const roundingOf = (e: Emitter): (typeof ROUNDINGS)[number] =>
  ROUNDINGS[e.immediate & IMMEDIATE_MXCSR ? 0 : e.immediate & 3]!;
/** Whether nobody minds that the result is not the operand. */
const mayChange = (e: Emitter): Value => (e.immediate & IMMEDIATE_QUIET ? e.constant(1, 4) : isInexactSeen(e));
/** MXCSR's own rounding is known when it is to nearest. */
const isRoundingKnown = (e: Emitter): Value =>
  e.immediate & IMMEDIATE_MXCSR ? e.un('eqz', e.bin('and', e.mxcsr(), e.constant(MXCSR_RC, 4))) : e.constant(1, 4);

const scalarRound =
  (lane: Lane): Emit =>
  (e) => {
    const source = e.read(1);
    const value = fromBits(e, lane, source);
    const result = e.let(compute(e, lane, roundingOf(e), value));
    const plain = e.un('eqz', isDenormal(e, lane, magnitude(e, lane, source)));
    const quiet = or(e, compute(e, lane, 'eq', result, value), mayChange(e));
    unless(e, and(e, isRoundingKnown(e), plain, compute(e, lane, 'eq', value, value), quiet));
    e.write(0, toBits(e, lane, result));
  };

const packedRound =
  (lane: Lane): Emit =>
  (e) => {
    const source = e.vector(1);
    const result = e.let(vectorOp(e, lane, roundingOf(e), source));
    const bad = e.pure('v128.any_true', lanesOr(e, nanLanes(e, lane, source), denormalLanes(e, lane, source)));
    const changed = e.pure('v128.any_true', vectorOp(e, lane, 'ne', result, source));
    const quiet = or(e, e.un('eqz', changed), mayChange(e));
    unless(e, and(e, isRoundingKnown(e), e.un('eqz', bad), quiet));
    e.setVector(0, result);
  };

/** PS, SS, PD and SD of an operation. */
function four(name: string, opcode: string, packedOf: (lane: Lane) => Emit, scalarOf: (lane: Lane) => Emit): Row[] {
  return [
    row(`${name}PS`, `NP 0F ${opcode} /r`, [Vdq, Wdq], sse, packedOf(4)),
    row(`${name}SS`, `F3 0F ${opcode} /r`, [Vd, Wd], sse, scalarOf(4)),
    row(`${name}PD`, `66 0F ${opcode} /r`, [Vdq, Wdq], sse2, packedOf(8)),
    row(`${name}SD`, `F2 0F ${opcode} /r`, [Vq, Wq], sse2, scalarOf(8)),
  ];
}

const arithmetic = (name: string, opcode: string, op: Arithmetic): Row[] =>
  four(
    name,
    opcode,
    (lane) => packedArithmetic(op, lane),
    (lane) => scalarArithmetic(op, lane),
  );

const extreme = (name: string, opcode: string, op: 'pmin' | 'pmax'): Row[] =>
  four(
    name,
    opcode,
    (lane) => packedExtreme(op, lane),
    (lane) => scalarExtreme(op === 'pmin' ? 'lt' : 'gt', lane),
  );

export const VECTOR_FLOAT: readonly Row[] = [
  ...arithmetic('SQRT', '51', 'sqrt'),
  ...arithmetic('ADD', '58', 'add'),
  ...arithmetic('MUL', '59', 'mul'),
  ...arithmetic('SUB', '5C', 'sub'),
  ...extreme('MIN', '5D', 'pmin'),
  ...arithmetic('DIV', '5E', 'div'),
  ...extreme('MAX', '5F', 'pmax'),
  row('CMPPS', 'NP 0F C2 /r', [Vdq, Wdq, Ib], { ...sse, fixedImmediate: true }, packedCompare(4)),
  row('CMPSS', 'F3 0F C2 /r', [Vd, Wd, Ib], { ...sse, fixedImmediate: true }, scalarCompare(4)),
  row('CMPPD', '66 0F C2 /r', [Vdq, Wdq, Ib], { ...sse2, fixedImmediate: true }, packedCompare(8)),
  row('CMPSD', 'F2 0F C2 /r', [Vq, Wq, Ib], { ...sse2, fixedImmediate: true }, scalarCompare(8)),
  row('UCOMISS', 'NP 0F 2E /r', [Vd, Wd], sse, compareToFlags(4)),
  row('COMISS', 'NP 0F 2F /r', [Vd, Wd], sse, compareToFlags(4)),
  row('UCOMISD', '66 0F 2E /r', [Vq, Wq], sse2, compareToFlags(8)),
  row('COMISD', '66 0F 2F /r', [Vq, Wq], sse2, compareToFlags(8)),
  row('HADDPD', '66 0F 7C /r', [Vdq, Wdq], sse3, horizontal('add', 8)),
  row('HADDPS', 'F2 0F 7C /r', [Vdq, Wdq], sse3, horizontal('add', 4)),
  row('HSUBPD', '66 0F 7D /r', [Vdq, Wdq], sse3, horizontal('sub', 8)),
  row('HSUBPS', 'F2 0F 7D /r', [Vdq, Wdq], sse3, horizontal('sub', 4)),
  row('ADDSUBPD', '66 0F D0 /r', [Vdq, Wdq], sse3, addSub(8)),
  row('ADDSUBPS', 'F2 0F D0 /r', [Vdq, Wdq], sse3, addSub(4)),
  row('ROUNDPS', '66 0F 3A 08 /r', [Vdq, Wdq, Ib], sse41, packedRound(4)),
  row('ROUNDPD', '66 0F 3A 09 /r', [Vdq, Wdq, Ib], sse41, packedRound(8)),
  row('ROUNDSS', '66 0F 3A 0A /r', [Vd, Wd, Ib], sse41, scalarRound(4)),
  row('ROUNDSD', '66 0F 3A 0B /r', [Vq, Wq, Ib], sse41, scalarRound(8)),
  row('DPPS', '66 0F 3A 40 /r', [Vdq, Wdq, Ib], sse41, 'vector-float'),
  row('DPPD', '66 0F 3A 41 /r', [Vdq, Wdq, Ib], sse41, 'vector-float'),
];
