/** Expression nodes behind isa's `Value`, and the arithmetic part of an emitter that is the same for every tier. */
import type { Binary, Size, Unary, Value } from '../isa/emitter';
import { I32, I64, type FunctionBuilder, type Op } from './wasm';

/** An expression: `emit` leaves it on WebAssembly's stack. */
export interface Node extends Value {
  emit(f: FunctionBuilder): void;
}

export const node = (type: 'i32' | 'i64', emit: (f: FunctionBuilder) => void): Node => ({ type, emit });
export const asNode = (v: Value): Node => v as Node;

const COMPARISONS = new Set<Binary>(['eq', 'ne', 'lt_u', 'lt_s', 'gt_u', 'gt_s', 'le_u', 'le_s', 'ge_u', 'ge_s']);

/** Locals of one function, reused from handler to handler. */
export class LocalPool {
  private readonly i32: number[] = [];
  private readonly i64: number[] = [];
  private used32 = 0;
  private used64 = 0;

  constructor(private readonly f: FunctionBuilder) {}

  reset(): void {
    this.used32 = 0;
    this.used64 = 0;
  }
  take(type: 'i32' | 'i64'): number {
    if (type === 'i32') {
      if (this.used32 === this.i32.length) this.i32.push(this.f.local(I32));
      return this.i32[this.used32++]!;
    }
    if (this.used64 === this.i64.length) this.i64.push(this.f.local(I64));
    return this.i64[this.used64++]!;
  }
}

/** Constructors of pure expressions. */
export class Expressions {
  constructor(
    readonly f: FunctionBuilder,
    readonly pool: LocalPool,
  ) {}

  constant(value: number | bigint, size: Size): Node {
    if (size === 8) return node('i64', (f) => f.i64(BigInt(value)));
    return node('i32', (f) => f.i32(Number(BigInt.asIntN(32, BigInt(value)))));
  }

  un(op: Unary, a: Value): Node {
    const operand = asNode(a);
    return node(op === 'eqz' ? 'i32' : a.type, (f) => {
      operand.emit(f);
      f.op(`${a.type}.${op}`);
    });
  }

  bin(op: Binary, a: Value, b: Value): Node {
    if (a.type !== b.type) throw new Error(`emitter: ${op} of ${a.type} and ${b.type}`);
    return node(COMPARISONS.has(op) ? 'i32' : a.type, (f) => {
      asNode(a).emit(f);
      asNode(b).emit(f);
      f.op(`${a.type}.${op}` as Op);
    });
  }

  select(condition: Value, ifTrue: Value, ifFalse: Value): Node {
    if (ifTrue.type !== ifFalse.type || condition.type !== 'i32') throw new Error('emitter: select of unlike types');
    return node(ifTrue.type, (f) => {
      asNode(ifTrue).emit(f);
      asNode(ifFalse).emit(f);
      asNode(condition).emit(f);
      f.op('select');
    });
  }

  zero(value: Value, size: Size): Node {
    const v = asNode(value);
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
    if (size >= 4) return asNode(value);
    const v = asNode(value);
    return node('i32', (f) => {
      v.emit(f);
      f.i32(size === 1 ? 0xff : 0xffff).op('i32.and');
    });
  }

  let(value: Value): Node {
    const local = this.pool.take(value.type);
    asNode(value).emit(this.f);
    this.f.set(local);
    return node(value.type, (f) => f.get(local));
  }

  if(condition: Value, then: () => void, otherwise?: () => void): void {
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
