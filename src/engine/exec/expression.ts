/** Expression nodes behind isa's `Value`, and the arithmetic part of an emitter that is the same for every tier. */
import type { Binary, Size, Unary, Value, ValueType } from '../isa/emitter';
import { VECTOR_OPS, type VectorOp } from '../isa/vector-ops';
import { F32, F64, I32, I64, V128, type FunctionBuilder, type Op } from './wasm';

/** An expression: `emit` leaves it on WebAssembly's stack. */
export interface Node extends Value {
  emit(f: FunctionBuilder): void;
  /** Its value where that is known when code is generated: unsigned, in its type's width. */
  readonly known?: bigint;
}

export const node = (type: ValueType, emit: (f: FunctionBuilder) => void): Node => ({ type, emit });
export const asNode = (v: Value): Node => v as Node;
export const constantNode = (type: 'i32' | 'i64', value: bigint): Node => {
  const known = BigInt.asUintN(type === 'i32' ? 32 : 64, value);
  return { type, known, emit: (f) => void (type === 'i32' ? f.i32(Number(BigInt.asIntN(32, known))) : f.i64(known)) };
};

const COMPARISONS = new Set<Binary>(['eq', 'ne', 'lt_u', 'lt_s', 'gt_u', 'gt_s', 'le_u', 'le_s', 'ge_u', 'ge_s']);

/** Locals of one function, reused from handler to handler. */
export class LocalPool {
  private readonly locals: Record<ValueType, number[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] };
  private readonly used: Record<ValueType, number> = { i32: 0, i64: 0, f32: 0, f64: 0, v128: 0 };

  constructor(private readonly f: FunctionBuilder) {}

  reset(): void {
    for (const type of Object.keys(this.used) as ValueType[]) this.used[type] = 0;
  }
  take(type: ValueType): number {
    const locals = this.locals[type];
    if (this.used[type] === locals.length) locals.push(this.f.local(TYPES[type]));
    return locals[this.used[type]++]!;
  }
  /** Evaluates once, now. */
  keep(value: Node): Node {
    const local = this.take(value.type);
    value.emit(this.f);
    this.f.set(local);
    return node(value.type, (f) => f.get(local));
  }
}

const TYPES = { i32: I32, i64: I64, f32: F32, f64: F64, v128: V128 } as const;
const LETTERS: Readonly<Record<string, ValueType>> = { i: 'i32', l: 'i64', f: 'f32', d: 'f64', v: 'v128' };
const LANES = { 1: 'i8x16', 2: 'i16x8', 4: 'i32x4', 8: 'i64x2' } as const;

const UNSIGNED: Partial<Record<Binary, (a: bigint, b: bigint, bits: bigint) => bigint>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b, bits) => a << (b % bits),
  shr_u: (a, b, bits) => a >> (b % bits),
  rem_u: (a, b) => a % b,
};
const COMPARED: Partial<Record<Binary, (a: bigint, b: bigint) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt_u: (a, b) => a < b,
  gt_u: (a, b) => a > b,
  le_u: (a, b) => a <= b,
  ge_u: (a, b) => a >= b,
};

/** The operation's result where both operands are known; x + 0 and its like where one is. */
function fold(op: Binary, a: Node, b: Node): Node | undefined {
  const type = a.type as 'i32' | 'i64';
  if (b.known === 0n && (op === 'add' || op === 'or' || op === 'shl' || op === 'shr_u' || op === 'sub')) return a;
  if (a.known === undefined || b.known === undefined) return undefined;
  const compared = COMPARED[op]?.(a.known, b.known);
  if (compared !== undefined) return constantNode('i32', compared ? 1n : 0n);
  // a division by 0 traps where it is done
  if (op === 'rem_u' && b.known === 0n) return undefined;
  const value = UNSIGNED[op]?.(a.known, b.known, type === 'i32' ? 32n : 64n);
  return value === undefined ? undefined : constantNode(type, value);
}

/** Constructors of pure expressions. */
export class Expressions {
  constructor(
    readonly f: FunctionBuilder,
    readonly pool: LocalPool,
  ) {}

  constant(value: number | bigint, size: Size): Node {
    return constantNode(size === 8 ? 'i64' : 'i32', BigInt(value));
  }

  un(op: Unary, a: Value): Node {
    const operand = asNode(a);
    return node(op === 'eqz' ? 'i32' : a.type, (f) => {
      operand.emit(f);
      f.op(`${a.type}.${op}` as Op);
    });
  }

  bin(op: Binary, a: Value, b: Value): Node {
    if (a.type !== b.type) throw new Error(`emitter: ${op} of ${a.type} and ${b.type}`);
    const folded = fold(op, asNode(a), asNode(b));
    if (folded) return folded;
    return node(COMPARISONS.has(op) ? 'i32' : a.type, (f) => {
      asNode(a).emit(f);
      asNode(b).emit(f);
      f.op(`${a.type}.${op}` as Op);
    });
  }

  select(condition: Value, ifTrue: Value, ifFalse: Value): Node {
    if (ifTrue.type !== ifFalse.type || condition.type !== 'i32') throw new Error('emitter: select of unlike types');
    const { known } = asNode(condition);
    if (known !== undefined) return asNode(known ? ifTrue : ifFalse);
    return node(ifTrue.type, (f) => {
      asNode(ifTrue).emit(f);
      asNode(ifFalse).emit(f);
      asNode(condition).emit(f);
      f.op('select');
    });
  }

  zero(value: Value, size: Size): Node {
    const v = asNode(value);
    if (v.known !== undefined) return constantNode(size === 8 ? 'i64' : 'i32', BigInt.asUintN(size * 8, v.known));
    if (size === 8) {
      if (v.type === 'i64') return v;
      return node('i64', (f) => {
        v.emit(f);
        f.op('i64.extend_i32_u');
      });
    }
    const narrow =
      v.type === 'i32'
        ? v
        : node('i32', (f) => {
            v.emit(f);
            f.op('i32.wrap_i64');
          });
    return this.mask(narrow, size);
  }

  sign(value: Value, from: Size, to: 4 | 8): Node {
    const v = asNode(value);
    if (v.known !== undefined) return constantNode(to === 8 ? 'i64' : 'i32', BigInt.asIntN(from * 8, v.known));
    if (to === 4) {
      return node('i32', (f) => {
        v.emit(f);
        if (v.type === 'i64') f.op('i32.wrap_i64');
        if (from === 1) f.op('i32.extend8_s');
        else if (from === 2) f.op('i32.extend16_s');
      });
    }
    return node('i64', (f) => {
      v.emit(f);
      if (v.type === 'i32') f.op('i64.extend_i32_u');
      if (from === 1) f.op('i64.extend8_s');
      else if (from === 2) f.op('i64.extend16_s');
      else if (from === 4) f.op('i64.extend32_s');
    });
  }

  mask(value: Value, size: Size): Node {
    const v = asNode(value);
    if (size >= 4) return v;
    if (v.known !== undefined) return constantNode('i32', BigInt.asUintN(size * 8, v.known));
    return node('i32', (f) => {
      v.emit(f);
      f.i32(size === 1 ? 0xff : 0xffff).op('i32.and');
    });
  }

  pure(op: VectorOp, ...operands: readonly Value[]): Node {
    const [takes, gives] = VECTOR_OPS[op].split(':') as [string, string];
    const fits = takes.length === operands.length && [...takes].every((t, n) => LETTERS[t] === operands[n]!.type);
    if (!fits) throw new Error(`emitter: ${op} of ${operands.map((o) => o.type).join()}`);
    return node(LETTERS[gives]!, (f) => {
      for (const o of operands) asNode(o).emit(f);
      f.vector(op);
    });
  }

  shuffle(a: Value, b: Value, lanes: readonly number[]): Node {
    if (lanes.length !== 16) throw new Error('emitter: a shuffle has 16 lanes');
    return node('v128', (f) => {
      asNode(a).emit(f);
      asNode(b).emit(f);
      f.shuffle(lanes);
    });
  }

  vectorConstant(bytes: readonly number[]): Node {
    if (bytes.length !== 16) throw new Error('emitter: a vector has 16 bytes');
    return node('v128', (f) => f.vectorConstant(bytes));
  }

  lane(vector: Value, size: Size, lane: number): Node {
    const name =
      size < 4
        ? (`${LANES[size]}.extract_lane_u` as 'i8x16.extract_lane_u')
        : (`${LANES[size]}.extract_lane` as 'i32x4.extract_lane');
    return node(size === 8 ? 'i64' : 'i32', (f) => {
      asNode(vector).emit(f);
      f.lane(name, lane);
    });
  }

  withLane(vector: Value, size: Size, lane: number, value: Value): Node {
    return node('v128', (f) => {
      asNode(vector).emit(f);
      asNode(value).emit(f);
      f.lane(`${LANES[size]}.replace_lane`, lane);
    });
  }

  let(value: Value): Node {
    const v = asNode(value);
    return v.known === undefined ? this.pool.keep(v) : v;
  }

  if(condition: Value, then: () => void, otherwise?: () => void): void {
    const { known } = asNode(condition);
    if (known !== undefined) {
      if (known) then();
      else otherwise?.();
      return;
    }
    asNode(condition).emit(this.f);
    this.f.if();
    then();
    if (otherwise) {
      this.f.op('else');
      otherwise();
    }
    this.f.op('end');
  }
}
