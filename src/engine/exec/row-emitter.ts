/** The emitter behind which an instruction of a shape is written to a place: in the interpreter or in a compiled region. */
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
import { asNode, node, type Node } from './expression';
import { OperandEmitter, STORE } from './operand-emitter';
import { EXIT_FAULT, EXIT_HELPER, R_LENGTH, R_REMAINING, R_RIP } from './record';
import { VOID } from './wasm';

const VECTORS: Record<FaultName, readonly [vector: number, errorCode: number]> = {
  DE: [0, -1],
  BR: [5, -1],
  UD: [6, -1],
  GP0: [13, 0],
};

export class RowEmitter extends OperandEmitter implements Emitter {
  /** Whether the meaning writes flags: the next condition then depends on it. */
  changesFlags = false;
  /** The out-of-line helper the meaning may give up to. */
  fallback: HelperName | undefined;

  /** Writes the whole meaning of the shape's row. */
  emit(): void {
    const { meaning, unit, mnemonic } = this.shape.row;
    if (typeof meaning === 'string') throw new Error(`emitter: ${mnemonic} lies out of line`);
    const mmx = unit === 'mmx' || unit === 'sse-mmx';
    if (mmx) this.beginMmx();
    meaning(this);
    if (mmx) this.endMmx();
  }

  stackPointer(register = 4): Node {
    if (this.width === 64) return this.gpr(register, 8);
    return node('i32', (f) => {
      this.place.load(4, { address: REGS + register * 8 });
      f.i32(0).memory('i32.load', STACK_MASK).op('i32.and');
    });
  }

  setStackPointer(value: Value): void {
    if (this.width === 64) return this.setGpr(4, 8, value);
    const slot = { address: REGS + 32 };
    const merged = node('i32', (f) => {
      this.place.load(4, slot);
      f.i32(0).memory('i32.load', STACK_MASK).i32(-1).op('i32.xor', 'i32.and');
      asNode(value).emit(f);
      f.i32(0).memory('i32.load', STACK_MASK).op('i32.and', 'i32.or');
    });
    this.place.storeLow(slot, merged);
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
      this.place.field('i64.load', R_RIP);
      this.place.field('i64.load8_u', R_LENGTH);
      f.op('i64.add');
    });
    return this.let(this.zero(rip, size));
  }

  stringStep(size: Size): Node {
    const step = node('i32', (f) => f.i32(0).memory('i32.load', DIRECTION).i32(size).op('i32.mul'));
    return this.addressSize === 8 ? node('i64', (f) => (step.emit(f), f.op('i64.extend_i32_s'))) : step;
  }

  override if(condition: Value, then: () => void, otherwise?: () => void): void {
    if (asNode(condition).known !== undefined) return super.if(condition, then, otherwise);
    const { place } = this;
    const arm = (write: () => void) => (): void => {
      write();
      place.settle();
    };
    place.settle();
    super.if(condition, arm(then), otherwise && arm(otherwise));
  }

  setFlags(kind: FlagKind, size: Size, x: Value, y?: Value, carry?: Value): void {
    this.changesFlags = true;
    this.place.setFlags(kind, size, asNode(x), y && asNode(y), carry && asNode(carry));
  }
  carry(): Node {
    return this.place.carry();
  }
  arithmeticFlags(): Node {
    return this.place.arithmeticFlags();
  }
  test(condition: number): Node {
    return this.place.condition(condition, this.changesFlags ? undefined : this.shape.flags);
  }

  private raise(vector: number, errorCode: number): void {
    this.f.i32(0).i32(vector).memory('i32.store', FAULT_VECTOR).i32(0).i32(errorCode).memory('i32.store', FAULT_ERROR);
    this.place.leave(EXIT_FAULT);
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
    const { budget } = this.place;
    // A function of its own does not know it.
    if (budget === undefined) this.helper(orElse);
    return this.let(
      node('i64', (f) => {
        f.i32(0).memory('i64.load', SLICE_END);
        if (budget === undefined) f.i32(0);
        else f.get(budget);
        this.place.field('i32.load8_u', R_REMAINING);
        f.op('i32.add', 'i64.extend_i32_u', 'i64.sub');
        f.i32(0).memory('i64.load', msrOffset('TSC_BASE')).op('i64.add');
        f.i32(0).memory('i64.load', TSC_OFFSET).op('i64.add');
      }),
    );
  }

  helper(name: HelperName): void {
    this.fallback = name;
    this.place.leave(EXIT_HELPER);
  }

  jump(): void {
    this.place.jump();
  }
  jumpIf(condition: Value): void {
    this.place.jumpIf(asNode(condition));
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
    this.place.jumpTo(this.wide(asNode(target)));
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
    this.place.repeat();
  }
}
