/** Operands of an instruction in generated code: registers, memory through the TLB, vectors; loads and stores. */
import { CR0_NE } from '../arch/registers';
import { MXCSR_MM } from '../isa/unit';
import type { FaultName, HelperName, Size, Value } from '../isa/emitter';
import { msrOffset } from '../state/cpu-state';
import {
  CRS,
  FAULT_ADDRESS,
  FSW,
  FTW,
  MXCSR,
  REGS,
  TLB_ADDEND,
  TLB_ENTRIES,
  TLB_ENTRY,
  TLB_WRITE_TAG,
  XMM,
} from '../state/layout';
import { asNode, Expressions, node, type Node } from './expression';
import { FN_TRANSLATE, type Place, type Slot, type Width } from './place';
import { EXIT_FAULT, R_BASE, R_DISPLACEMENT, R_INDEX, R_OPERAND_0, R_OPERAND_1, R_SCALE } from './record';
import type { OperandKind, Shape } from './shape';
import { I32, type MemoryOp, VOID } from './wasm';

/** An unmasked x87 exception is pending. */
export const FSW_ES = 0x80;
const FSW_TOP = 0x3800;

export const LOAD: Record<Size, MemoryOp> = { 1: 'i32.load8_u', 2: 'i32.load16_u', 4: 'i32.load', 8: 'i64.load' };
export const STORE: Record<Size, MemoryOp> = { 1: 'i32.store8', 2: 'i32.store16', 4: 'i32.store', 8: 'i64.store' };
export const typeOf = (size: Size): 'i32' | 'i64' => (size === 8 ? 'i64' : 'i32');

export abstract class OperandEmitter extends Expressions {
  private readonly modified = new Map<number, number>();

  constructor(
    protected readonly shape: Shape,
    protected readonly width: Width,
    protected readonly place: Place,
  ) {
    super(place.f, place.pool);
  }

  abstract fault(name: FaultName): void;
  abstract helper(name: HelperName): void;

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

  private slotOf(index: number): Slot {
    const { kind } = this.shape.operands[index]!;
    if (kind.startsWith('f')) return { address: REGS + 8 * Number(kind.slice(1)) };
    return { field: index === 0 ? R_OPERAND_0 : R_OPERAND_1 };
  }

  /** Pushes the effective address of a memory operand as i64. */
  protected address(index: number): void {
    const { kind } = this.shape.operands[index]!;
    const f = this.f;
    if (kind === 'n') {
      const second = this.shape.operands.findIndex((o) => o.kind === 'n') !== index;
      this.place.load(8, { field: second ? R_INDEX : R_BASE });
      return;
    }
    this.place.field('i64.load', R_DISPLACEMENT);
    this.place.load(8, { field: R_BASE });
    f.op('i64.add');
    if (kind === 'x') {
      this.place.load(8, { field: R_INDEX });
      this.place.field('i64.load8_u', R_SCALE);
      f.op('i64.shl', 'i64.add');
    }
    if (this.width === 32) f.i64(0xffffffffn).op('i64.and');
  }

  /** Turns the linear address in local `va` into a linear-memory address in a new local. Leaves by a fault if it cannot. */
  protected translate(va: number, size: Size | 16, write: boolean, modify = false): number {
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
    this.place.leave(EXIT_FAULT);
    f.op('end').get(pa).op('end').set(pa);
    return pa;
  }

  protected memoryOperand(index: number, write: boolean, modify = false): number {
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

  protected loaded(pa: number, size: Size): Node {
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

  protected vectorSlot(index: number, kind: OperandKind): void {
    if ((kind !== 'v' && kind !== 'q') || index > 1) throw new Error(`emitter: operand ${index} is no vector register`);
    this.place.vectorSlot(index === 0 ? R_OPERAND_0 : R_OPERAND_1);
  }

  /** A write to an MMX register sets the x87 register's sign and exponent to ones. */
  protected setExponent(index: number): void {
    this.vectorSlot(index, 'q');
    this.f.i32(0xffff).memory('i32.store16', 8);
  }

  /**
   * Before and after an instruction that uses MMX registers: a pending error, unless IGNNE without CR0.NE says to go on, then TOP 0 and
   * no register empty (volume 5, §5.10).
   */
  beginMmx(): void {
    this.f.i32(0).memory('i32.load16_u', FSW).i32(FSW_ES).op('i32.and').if(VOID);
    this.f.i32(0).memory('i32.load', CRS).i32(CR0_NE).op('i32.and');
    this.f.i32(0).memory('i32.load', msrOffset('IGNNE')).op('i32.eqz', 'i32.or').if(VOID);
    this.helper('fpu-error');
    this.f.op('end', 'end');
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
    if (kind === 'i') return this.place.immediate(size);
    if (this.isMemory(index)) return this.loaded(this.memoryOperand(index, false), size);
    return this.let(node(typeOf(size), () => this.place.load(size, this.slotOf(index))));
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
    this.place.store(size, this.slotOf(index), v);
  }

  effectiveAddress(index: number): Node {
    return this.let(node('i64', () => this.address(index)));
  }

  gpr(register: number, size: Size): Node {
    return this.let(node(typeOf(size), () => this.place.load(size, { address: REGS + register * 8 })));
  }

  setGpr(register: number, size: Size, value: Value): void {
    this.place.store(size, { address: REGS + register * 8 }, asNode(value));
  }
}
