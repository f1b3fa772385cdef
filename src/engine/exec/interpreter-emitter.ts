/**
 * The emitter behind which operands are loaded from the record at run time: one handler serves every instruction of a shape.
 * It writes into the main loop (hot shapes: a case of the switch) or into a function of its own (all others).
 */
import type { Emitter, FaultName, FlagKind, HelperName, Size, Value } from '../isa/emitter';
import { INTERCEPTS, type InterceptName } from '../arch/intercepts';
import { SEG_SS } from '../arch/registers';
import { msrOffset } from '../state/cpu-state';
import {
  CODE_LIMIT,
  CPL,
  CRS,
  DIRECTION,
  FAULT_ERROR,
  FAULT_VECTOR,
  F_OP,
  F_X,
  F_Y,
  INTERCEPT_WORDS,
  REGS,
  SEGMENTS,
  SEGMENT_SIZE,
  SEG_BASE,
  SEG_READ_FIRST,
  SEG_READ_LAST,
  SEG_WRITE_FIRST,
  SEG_WRITE_LAST,
  SLICE_END,
  STACK_MASK,
  SYSTEM_FLAGS,
  TSC_OFFSET,
} from '../state/layout';
import { COLD_REPEAT, emitLookup, FN_CARRY, FN_CONDITION, FN_FLAGS, type Place, type Width } from './interpreter-place';
import { asNode, node, type Node } from './expression';
import { InterpreterOperands, STORE } from './interpreter-operands';
import { emitKnownCondition, FLAG_KINDS, knowsCondition, log2 } from './lazy-flags';
import {
  EXIT_FAULT,
  EXIT_HELPER,
  EXIT_LOOKUP,
  R_LENGTH,
  R_NEXT,
  R_REMAINING,
  R_RIP,
  R_TARGET,
  RECORD_SIZE,
} from './record';
import type { Shape } from './shape';
import { type MemoryOp, VOID } from './wasm';

const VECTORS: Record<FaultName, readonly [vector: number, errorCode: number]> = {
  DE: [0, -1],
  BR: [5, -1],
  UD: [6, -1],
  GP0: [13, 0],
};

export class InterpreterEmitter extends InterpreterOperands implements Emitter {
  /** Whether the meaning writes flags: the next condition then depends on it. */
  changesFlags = false;
  /** The out-of-line helper the meaning may give up to. */
  fallback: HelperName | undefined;
  /** X and Y as the meaning left them. */
  private flagWords: { readonly x: Node; readonly y: Node | undefined } | undefined;

  constructor(
    shape: Shape,
    width: Width,
    place: Place,
    /** The instruction before, done by the same handler: its record stands before this one's, and its flags are still in locals. */
    private readonly before?: InterpreterEmitter,
  ) {
    super(shape, width, place, before ? RECORD_SIZE : 0);
  }

  stackPointer(register = 4): Node {
    if (this.width === 64) return this.gpr(register, 8);
    return node('i32', (f) =>
      f
        .i32(0)
        .memory('i32.load', REGS + register * 8)
        .i32(0)
        .memory('i32.load', STACK_MASK)
        .op('i32.and'),
    );
  }

  setStackPointer(value: Value): void {
    const f = this.f;
    if (this.width === 64) return this.setGpr(4, 8, value);
    f.i32(0)
      .i32(0)
      .memory('i32.load', REGS + 32)
      .i32(0)
      .memory('i32.load', STACK_MASK)
      .i32(-1)
      .op('i32.xor', 'i32.and');
    asNode(value).emit(f);
    f.i32(0)
      .memory('i32.load', STACK_MASK)
      .op('i32.and', 'i32.or')
      .memory('i32.store', REGS + 32);
  }

  /** SS:pointer → linear address in a local; outside 64-bit mode checked against SS. */
  private stackAddress(pointer: Value, size: Size, write: boolean): number {
    const f = this.f;
    const va = this.pool.take('i64');
    if (this.width === 64) {
      asNode(pointer).emit(f);
      f.set(va);
      return va;
    }
    const ss = SEGMENTS + SEG_SS * SEGMENT_SIZE;
    asNode(pointer).emit(f);
    f.i32(0).memory('i32.load', STACK_MASK).op('i32.and', 'i64.extend_i32_u').set(va);
    f.get(va)
      .i32(0)
      .memory('i64.load32_u', ss + (write ? SEG_WRITE_FIRST : SEG_READ_FIRST))
      .op('i64.lt_u');
    f.get(va)
      .i64(BigInt(size - 1))
      .op('i64.add')
      .i32(0)
      .memory('i64.load32_u', ss + (write ? SEG_WRITE_LAST : SEG_READ_LAST));
    f.op('i64.gt_u', 'i32.or').if(VOID);
    this.raise(12, 0);
    f.op('end');
    f.get(va)
      .i32(0)
      .memory('i64.load', ss + SEG_BASE)
      .op('i64.add')
      .i64(0xffffffffn)
      .op('i64.and')
      .set(va);
    return va;
  }

  push(value: Value, size: Size): void {
    const wide = this.width === 64 ? 8 : 4;
    const pointer = this.let(this.bin('sub', this.stackPointer(), this.constant(size, wide)));
    this.stackWrite(pointer, value, size);
    this.setStackPointer(pointer);
  }

  stackRead(pointer: Value, size: Size): Node {
    return this.loaded(this.translate(this.stackAddress(pointer, size, false), size, false), size);
  }

  stackProbe(pointer: Value, size: Size): void {
    this.translate(this.stackAddress(pointer, size, true), size, true);
  }

  stackWrite(pointer: Value, value: Value, size: Size): void {
    const pa = this.translate(this.stackAddress(pointer, size, true), size, true);
    this.f.get(pa);
    asNode(value).emit(this.f);
    this.f.memory(STORE[size]);
  }

  nextRip(size: Size): Node {
    const rip = node('i64', (f) => {
      this.field('i64.load', R_RIP);
      this.field('i64.load8_u', R_LENGTH);
      f.op('i64.add');
    });
    return this.let(this.zero(rip, size));
  }

  stringStep(size: Size): Node {
    const step = node('i32', (f) => f.i32(0).memory('i32.load', DIRECTION).i32(size).op('i32.mul'));
    return this.addressSize === 8 ? node('i64', (f) => (step.emit(f), f.op('i64.extend_i32_s'))) : step;
  }

  setFlags(kind: FlagKind, size: Size, x: Value, y?: Value, carry?: Value): void {
    const f = this.f;
    this.changesFlags = true;
    if (this.shape.dead) return;
    const store: MemoryOp = size === 8 ? 'i64.store' : 'i32.store';
    // Before F_OP changes: X and Y may be computed from flags.
    const xNode = this.let(x);
    const yNode = y && this.let(y);
    this.flagWords = { x: xNode, y: yNode };
    f.i32(0);
    if (carry) {
      // The kind without carry, moved up when there is one.
      f.i32(FLAG_KINDS[kind === 'adc' ? 'add' : 'sub'] * 4 + log2(size));
      asNode(carry).emit(f);
      f.i32(3).op('i32.shl', 'i32.add');
    } else f.i32(FLAG_KINDS[kind] * 4 + log2(size));
    f.memory('i32.store', F_OP);
    f.i32(0);
    xNode.emit(f);
    f.memory(store, F_X);
    if (yNode) {
      f.i32(0);
      yNode.emit(f);
      f.memory(store, F_Y);
    }
  }

  carry(): Node {
    return this.once(node('i32', (f) => f.call(FN_CARRY)));
  }

  arithmeticFlags(): Node {
    return this.once(node('i32', (f) => f.call(FN_FLAGS)));
  }

  /** Evaluates now; where flags are dead, only if somebody wants it (they do not change in between). */
  private once(v: Node): Node {
    return this.shape.dead ? v : this.let(v);
  }

  test(condition: number): Node {
    const known = this.changesFlags ? undefined : this.shape.flags;
    if (known && knowsCondition(known.kind, condition)) {
      const load: MemoryOp = known.size === 8 ? 'i64.load' : 'i32.load';
      const words = this.before?.flagWords;
      const x = (): void => void (words ? words.x.emit(this.f) : this.f.i32(0).memory(load, F_X));
      const y = (): void => void (words?.y ? words.y.emit(this.f) : this.f.i32(0).memory(load, F_Y));
      return this.let(node('i32', (f) => emitKnownCondition(f, known.kind, known.size, condition, x, y)));
    }
    return this.let(node('i32', (f) => f.i32(condition).call(FN_CONDITION)));
  }

  /** Leaves generated code; the record in `record` is where. */
  protected exit(code: number): void {
    const { f } = this;
    if (this.place.loop) f.i32(code).set(this.place.loop.exitCode).br(this.place.loop.exit);
    else f.i32(-code).op('return');
  }

  private raise(vector: number, errorCode: number): void {
    this.f.i32(0).i32(vector).memory('i32.store', FAULT_VECTOR).i32(0).i32(errorCode).memory('i32.store', FAULT_ERROR);
    this.exit(EXIT_FAULT);
  }

  fault(name: FaultName): void {
    this.raise(...VECTORS[name]);
  }

  private word(offset: number): Node {
    return this.let(node('i32', (f) => f.i32(0).memory('i32.load', offset)));
  }
  cr4(): Node {
    return this.word(CRS + 4 * 8);
  }
  cpl(): Node {
    return this.word(CPL);
  }
  intercepted(name: InterceptName): Node {
    const { vector, bit } = INTERCEPTS[name];
    return this.bin('and', this.word(INTERCEPT_WORDS + vector * 4), this.constant((1 << bit) | 0, 4));
  }

  timeStamp(orElse: HelperName): Node {
    const { budget } = this.place.loop ?? {};
    // A function of its own does not know the budget.
    if (budget === undefined) this.helper(orElse);
    return this.let(
      node('i64', (f) => {
        f.i32(0).memory('i64.load', SLICE_END);
        f.get(budget ?? this.place.record);
        this.field('i32.load8_u', R_REMAINING);
        f.op('i32.add', 'i64.extend_i32_u', 'i64.sub');
        f.i32(0).memory('i64.load', msrOffset('TSC_BASE')).op('i64.add');
        f.i32(0).memory('i64.load', TSC_OFFSET).op('i64.add');
      }),
    );
  }

  helper(name: HelperName): void {
    this.fallback = name;
    this.exit(EXIT_HELPER);
  }

  jump(): void {
    this.field('i32.load', R_TARGET);
    this.goTo();
  }

  jumpIf(condition: Value): void {
    this.field('i32.load', R_TARGET);
    this.field('i32.load', R_NEXT);
    asNode(condition).emit(this.f);
    this.f.op('select');
    this.goTo();
  }

  /** Record on the stack → goes on there. */
  private goTo(): void {
    const { f } = this;
    if (this.place.loop) f.set(this.place.record).br(this.place.loop.enter);
    else f.op('return');
  }

  checkTarget(target: Value): void {
    const { f } = this;
    const t = asNode(target);
    if (this.width === 64) {
      if (t.type === 'i32') return;
      f.get(this.wide(t)).i64(16n).op('i64.shl').i64(16n).op('i64.shr_s');
      t.emit(f);
      f.op('i64.ne').if(VOID);
    } else {
      t.emit(f);
      f.i32(0).memory('i32.load', CODE_LIMIT).op('i32.gt_u').if(VOID);
    }
    this.fault('GP0');
    f.op('end');
  }

  private wide(v: Node): number {
    const local = this.pool.take('i64');
    this.zero(v, 8).emit(this.f);
    this.f.set(local);
    return local;
  }

  jumpTo(target: Value): void {
    const { f } = this;
    const rip = this.wide(asNode(target));
    if (this.place.loop) {
      f.get(rip).set(this.place.loop.ripLocal).br(this.place.loop.lookup);
      return;
    }
    emitLookup(f, rip, this.pool.take('i32'), () => f.op('return'));
    f.i32(-EXIT_LOOKUP).op('return');
  }

  setDirection(down: 0 | 1): void {
    const { f } = this;
    f.i32(0)
      .i32(down ? -1 : 1)
      .memory('i32.store', DIRECTION);
    f.i32(0)
      .i32(0)
      .memory('i32.load', SYSTEM_FLAGS)
      .i32(~0x400)
      .op('i32.and')
      .i32(down ? 0x400 : 0)
      .op('i32.or');
    f.memory('i32.store', SYSTEM_FLAGS);
  }

  repeat(): void {
    if (this.place.loop) this.f.br(this.place.loop.repeat);
    else this.f.i32(COLD_REPEAT).op('return');
  }
}
