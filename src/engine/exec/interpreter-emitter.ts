/**
 * The emitter behind which operands are loaded from the record at run time: one handler serves every instruction of a shape.
 * It writes into the main loop (hot shapes: a case of the switch) or into a function of its own (all others).
 */
import type { Emitter, FaultName, FlagKind, HelperName, Size, Value } from '../isa/emitter';
import { MXCSR_MM } from '../isa/unit';
import { SEG_SS } from '../arch/registers';
import {
  CODE_LIMIT,
  DIRECTION,
  FAULT_ADDRESS,
  FAULT_ERROR,
  FAULT_VECTOR,
  FSW,
  FTW,
  MXCSR,
  XMM,
  F_OP,
  F_X,
  F_Y,
  REGS,
  SEGMENTS,
  SEGMENT_SIZE,
  SEG_BASE,
  SEG_READ_FIRST,
  SEG_READ_LAST,
  SEG_WRITE_FIRST,
  SEG_WRITE_LAST,
  STACK_MASK,
  SYSTEM_FLAGS,
  TLB_ADDEND,
  TLB_ENTRIES,
  TLB_ENTRY,
  TLB_WRITE_TAG,
} from '../state/layout';
import {
  COLD_REPEAT,
  emitLookup,
  FN_CARRY,
  FN_CONDITION,
  FN_FLAGS,
  FN_TRANSLATE,
  type Place,
  type Width,
} from './interpreter-place';
import { asNode, Expressions, node, type Node } from './expression';
import { emitKnownCondition, FLAG_KINDS, knowsCondition, log2 } from './lazy-flags';
import {
  EXIT_FAULT,
  EXIT_HELPER,
  EXIT_LOOKUP,
  R_BASE,
  R_DISPLACEMENT,
  R_IMMEDIATE,
  R_INDEX,
  R_LENGTH,
  R_NEXT,
  R_OPERAND_0,
  R_OPERAND_1,
  R_RIP,
  R_SCALE,
  R_TARGET,
  RECORD_SIZE,
} from './record';
import type { OperandKind, Shape } from './shape';
import { I32, type MemoryOp, VOID } from './wasm';

const VECTORS: Record<FaultName, readonly [vector: number, errorCode: number]> = {
  DE: [0, -1],
  BR: [5, -1],
  UD: [6, -1],
  GP0: [13, 0],
};

/** Pending unmasked x87 exception; stack top. */
const FSW_ES = 0x80;
const FSW_TOP = 0x3800;

const LOAD: Record<Size, MemoryOp> = { 1: 'i32.load8_u', 2: 'i32.load16_u', 4: 'i32.load', 8: 'i64.load' };
const STORE: Record<Size, MemoryOp> = { 1: 'i32.store8', 2: 'i32.store16', 4: 'i32.store', 8: 'i64.store' };
const typeOf = (size: Size): 'i32' | 'i64' => (size === 8 ? 'i64' : 'i32');

export class InterpreterEmitter extends Expressions implements Emitter {
  /** Whether the meaning writes flags: the next condition then depends on it. */
  changesFlags = false;
  /** The out-of-line helper the meaning may give up to. */
  fallback: HelperName | undefined;
  /** X and Y as the meaning left them. */
  private flagWords: { readonly x: Node; readonly y: Node | undefined } | undefined;
  private readonly modified = new Map<number, number>();

  constructor(
    private readonly shape: Shape,
    private readonly width: Width,
    private readonly place: Place,
    /** The instruction before, done by the same handler: its record stands before this one's, and its flags are still in locals. */
    private readonly before?: InterpreterEmitter,
  ) {
    super(place.f, place.pool);
  }

  get size(): Size {
    return this.shape.operands.length > 0 ? this.sizeOf(0) : this.shape.operandSize;
  }
  get immediate(): number {
    if (this.shape.immediate === undefined)
      throw new Error(`emitter: ${this.shape.row.mnemonic} has no fixed immediate`);
    return this.shape.immediate;
  }
  get addressSize(): 2 | 4 | 8 {
    return this.shape.addressSize;
  }
  get operandSize(): 2 | 4 | 8 {
    return this.shape.operandSize;
  }
  get condition(): number {
    return this.shape.row.condition ?? 0;
  }
  get rep(): 'none' | 'f3' | 'f2' {
    return this.shape.rep;
  }
  sizeOf(index: number): Size {
    const { size } = this.shape.operands[index]!;
    // Vectors are asked for as `vector`; whoever asks for their size wants to know of an access.
    return size === 16 ? 8 : size;
  }
  isMemory(index: number): boolean {
    return 'mxn'.includes(this.shape.operands[index]!.kind);
  }

  private field(op: MemoryOp, at: number): void {
    this.f.get(this.place.record).memory(op, this.before ? at + RECORD_SIZE : at);
  }

  private slotOf(index: number): void {
    const { kind } = this.shape.operands[index]!;
    if (kind.startsWith('f')) this.f.i32(REGS + 8 * Number(kind.slice(1)));
    else this.field('i32.load16_u', index === 0 ? R_OPERAND_0 : R_OPERAND_1);
  }

  /** Pushes the effective address of a memory operand as i64. */
  private address(index: number): void {
    const { kind } = this.shape.operands[index]!;
    const f = this.f;
    if (kind === 'n') {
      const second = this.shape.operands.findIndex((o) => o.kind === 'n') !== index;
      this.field('i32.load16_u', second ? R_INDEX : R_BASE);
      f.memory('i64.load');
      return;
    }
    this.field('i64.load', R_DISPLACEMENT);
    this.field('i32.load16_u', R_BASE);
    f.memory('i64.load').op('i64.add');
    if (kind === 'x') {
      this.field('i32.load16_u', R_INDEX);
      f.memory('i64.load');
      this.field('i64.load8_u', R_SCALE);
      f.op('i64.shl', 'i64.add');
    }
    if (this.width === 32) f.i64(0xffffffffn).op('i64.and');
  }

  /** Turns the linear address in local `va` into a linear-memory address in a new local. Leaves by a fault if it cannot. */
  private translate(va: number, size: Size | 16, write: boolean, modify = false): number {
    const f = this.f;
    const entry = this.pool.take('i32');
    const pa = this.pool.take('i32');
    f.get(va)
      .i64(BigInt(12 - Math.log2(TLB_ENTRY)))
      .op('i64.shr_u', 'i32.wrap_i64')
      .i32((TLB_ENTRIES - 1) * TLB_ENTRY)
      .op('i32.and');
    this.place.tlb();
    f.op('i32.add')
      .tee(entry)
      .memory('i64.load', write ? TLB_WRITE_TAG : 0)
      .get(va);
    if (size > 1) f.i64(BigInt(size - 1)).op('i64.add');
    f.i64(-4096n).op('i64.and', 'i64.eq').if(I32);
    f.get(va).op('i32.wrap_i64').get(entry).memory('i32.load', TLB_ADDEND).op('i32.add').op('else');
    f.i32(0).get(va).memory('i64.store', FAULT_ADDRESS);
    f.i32(size | (modify ? 0x300 : write ? 0x100 : 0))
      .call(FN_TRANSLATE)
      .tee(pa)
      .op('i32.eqz')
      .if(VOID);
    this.exit(EXIT_FAULT);
    f.op('end').get(pa).op('end').set(pa);
    return pa;
  }

  private memoryOperand(index: number, write: boolean, modify = false): number {
    const va = this.pool.take('i64');
    const { size, aligned } = this.shape.operands[index]!;
    this.address(index);
    this.f.set(va);
    if (aligned) {
      const strict = aligned === 'always';
      this.f.get(va).op('i32.wrap_i64').i32(15).op('i32.and').if(VOID);
      if (!strict) this.f.i32(0).memory('i32.load', MXCSR).i32(MXCSR_MM).op('i32.and', 'i32.eqz').if(VOID);
      this.fault('GP0');
      if (!strict) this.f.op('end');
      this.f.op('end');
    }
    return this.translate(va, size, write, modify);
  }

  private loaded(pa: number, size: Size): Node {
    const local = this.pool.take(typeOf(size));
    this.f.get(pa).memory(LOAD[size]).set(local);
    return node(typeOf(size), (f) => f.get(local));
  }

  vector(index: number): Node {
    const { kind, size } = this.shape.operands[index]!;
    const load = size === 16 ? 'v128.load' : size === 8 ? 'v128.load64_zero' : 'v128.load32_zero';
    const local = this.pool.take('v128');
    if (this.isMemory(index)) this.f.get(this.memoryOperand(index, false));
    else this.vectorSlot(index, kind);
    this.f.vectorMemory(load).set(local);
    return node('v128', (f) => f.get(local));
  }

  setVector(index: number, value: Value): void {
    const { kind, size } = this.shape.operands[index]!;
    const store = size === 16 ? 'v128.store' : size === 8 ? 'v128.store64_lane' : 'v128.store32_lane';
    const v = this.let(value);
    if (this.isMemory(index)) this.f.get(this.memoryOperand(index, true));
    else this.vectorSlot(index, kind);
    v.emit(this.f);
    this.f.vectorMemory(store);
    if (kind === 'q') this.setExponent(index);
  }

  private vectorSlot(index: number, kind: OperandKind): void {
    if ((kind !== 'v' && kind !== 'q') || index > 1) throw new Error(`emitter: operand ${index} is no vector register`);
    this.field('i32.load16_u', index === 0 ? R_OPERAND_0 : R_OPERAND_1);
  }

  /** A write to an MMX register sets the x87 register's sign and exponent to ones. */
  private setExponent(index: number): void {
    this.vectorSlot(index, 'q');
    this.f.i32(0xffff).memory('i32.store16', 8);
  }

  /** Before and after an instruction that uses MMX registers: a pending #MF, then TOP 0 and no register empty (volume 5, §5.10). */
  beginMmx(): void {
    this.f.i32(0).memory('i32.load16_u', FSW).i32(FSW_ES).op('i32.and').if(VOID);
    this.helper('fpu-error');
    this.f.op('end');
  }
  endMmx(): void {
    this.f.i32(0).i32(0).memory('i32.load16_u', FSW).i32(~FSW_TOP).op('i32.and').memory('i32.store16', FSW);
    this.f.i32(0).i32(0xff).memory('i32.store16', FTW);
  }

  xmm(register: number): Node {
    const local = this.pool.take('v128');
    this.f
      .i32(0)
      .vectorMemory('v128.load', XMM + register * 16)
      .set(local);
    return node('v128', (f) => f.get(local));
  }

  mxcsr(): Node {
    return this.let(node('i32', (f) => f.i32(0).memory('i32.load', MXCSR)));
  }

  read(index: number): Node {
    const { kind } = this.shape.operands[index]!;
    const size = this.sizeOf(index);
    if (kind === 'i') {
      return this.let(
        node(typeOf(size), () =>
          this.field(
            size === 8 ? 'i64.load' : size === 4 ? 'i32.load' : size === 2 ? 'i32.load16_u' : 'i32.load8_u',
            R_IMMEDIATE,
          ),
        ),
      );
    }
    if (this.isMemory(index)) return this.loaded(this.memoryOperand(index, false), size);
    const local = this.pool.take(typeOf(size));
    this.slotOf(index);
    this.f.memory(LOAD[size]).set(local);
    return node(typeOf(size), (f) => f.get(local));
  }

  modify(index: number): Node {
    if (!this.isMemory(index)) return this.read(index);
    const pa = this.memoryOperand(index, true, true);
    this.modified.set(index, pa);
    return this.loaded(pa, this.sizeOf(index));
  }

  write(index: number, value: Value): void {
    const size = this.sizeOf(index);
    const v = asNode(value);
    if (this.isMemory(index)) {
      const kept = this.modified.get(index);
      const pa = kept ?? this.memoryOperand(index, true);
      this.f.get(pa);
      v.emit(this.f);
      this.f.memory(STORE[size]);
      return;
    }
    const { kind } = this.shape.operands[index]!;
    if (kind === 'v' || kind === 'q') {
      this.vectorSlot(index, kind);
      v.emit(this.f);
      this.f.memory(STORE[size]);
      if (kind === 'q') this.setExponent(index);
      return;
    }
    this.slotOf(index);
    this.storeRegister(size, v);
  }

  /** Slot address on the stack → stores; 32-bit writes clear the upper half. */
  private storeRegister(size: Size, v: Node, offset = 0): void {
    v.emit(this.f);
    if (size === 4) this.f.op('i64.extend_i32_u').memory('i64.store', offset);
    else this.f.memory(STORE[size], offset);
  }

  effectiveAddress(index: number): Node {
    return this.let(node('i64', () => this.address(index)));
  }

  gpr(register: number, size: Size): Node {
    return this.let(node(typeOf(size), (f) => f.i32(0).memory(LOAD[size], REGS + register * 8)));
  }

  setGpr(register: number, size: Size, value: Value): void {
    this.f.i32(0);
    this.storeRegister(size, asNode(value), REGS + register * 8);
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
  private exit(code: number): void {
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
