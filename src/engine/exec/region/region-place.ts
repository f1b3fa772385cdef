/**
 * The place of instructions in a compiled region: their records' fields are constants, general registers are locals, and the flags are
 * in locals of whatever set them last until somebody needs them in memory.
 */
import type { FlagKind, Size } from '../../isa/emitter';
import { F_OP, F_X, F_Y, REGS, SCRATCH_ADDRESS, ZERO } from '../../state/layout';
import { constantNode, node, type LocalPool, type Node } from '../expression';
import { emitKnownCondition, FLAG_KINDS, knowsCondition, log2 } from '../lazy-flags';
import { LOAD, STORE, typeOf } from '../operand-emitter';
import { FN_CARRY, FN_CONDITION, FN_FLAGS, type Place, type Slot } from '../place';
import { R_IMMEDIATE } from '../record';
import { type FunctionBuilder, I32, I64, type MemoryOp } from '../wasm';

/** What the place asks of the region around it. */
export interface RegionExits {
  /** Leaves generated code at a record, with a code of `record`'s EXIT_*. */
  leave(code: number, record: number): void;
  /** The instruction ends by going on at R_TARGET. */
  jump(): void;
  jumpIf(condition: Node): void;
  /** At the rIP in a local. */
  jumpTo(rip: number): void;
}

const REGISTERS = 16;
const KINDS_WITHOUT_Y: readonly FlagKind[] = ['logic', 'flags'];

/** Arithmetic flags: in the canonical locals (`op`, `x`, `y`), or of a known kind in the locals of its width. */
type Flags = { readonly kind: FlagKind; readonly size: Size } | 'canonical';

export class RegionPlace implements Place {
  /** Address of the record of the instruction that is being written. */
  record = 0;
  /** Nobody will see the flags it sets. */
  dead = false;
  /** Its meaning has said where to go on. */
  gone = false;
  /** Registers that are written anywhere, and used at all. */
  readonly written = new Set<number>();
  readonly used = new Set<number>();
  /** Whether anything sets flags or asks for them. */
  usesFlags = false;
  flags: Flags = 'canonical';
  private readonly registers: readonly number[];
  private readonly scratch: readonly [number, number];
  private readonly op: number;
  private readonly wide: readonly [number, number];
  private readonly narrow: readonly [number, number];

  constructor(
    readonly f: FunctionBuilder,
    readonly pool: LocalPool,
    readonly budget: number,
    private readonly tlbLocal: number,
    private readonly view: DataView,
    private readonly exits: RegionExits,
  ) {
    this.registers = Array.from({ length: REGISTERS }, () => f.local(I64));
    this.scratch = [f.local(I64), f.local(I64)];
    this.op = f.local(I32);
    this.wide = [f.local(I64), f.local(I64)];
    this.narrow = [f.local(I32), f.local(I32)];
  }

  tlb(): void {
    this.f.get(this.tlbLocal);
  }
  field(op: MemoryOp, at: number): void {
    const { f, view } = this;
    const address = this.record + at;
    switch (op) {
      case 'i32.load':
        return void f.i32(view.getInt32(address, true));
      case 'i32.load16_u':
        return void f.i32(view.getUint16(address, true));
      case 'i32.load8_u':
        return void f.i32(view.getUint8(address));
      case 'i64.load':
        return void f.i64(view.getBigInt64(address, true));
      case 'i64.load32_u':
        return void f.i64(BigInt(view.getUint32(address, true)));
      case 'i64.load8_u':
        return void f.i64(BigInt(view.getUint8(address)));
      default:
        throw new Error(`region: no field is read by ${op}`);
    }
  }
  immediate(size: Size): Node {
    const value = this.view.getBigUint64(this.record + R_IMMEDIATE, true);
    return constantNode(typeOf(size), BigInt.asUintN(size * 8, value));
  }
  vectorSlot(at: number): void {
    this.field('i32.load16_u', at);
  }

  private addressOf(slot: Slot): number {
    return 'field' in slot ? this.view.getUint16(this.record + slot.field, true) : slot.address;
  }

  load(size: Size, slot: Slot): void {
    const { f } = this;
    const address = this.addressOf(slot);
    const register = registerAt(address);
    if (address === ZERO) {
      if (size === 8) f.i64(0n);
      else f.i32(0);
    } else if (register !== undefined) {
      this.used.add(register);
      f.get(this.registers[register]!);
      if (size === 8) return;
      if (address % 8 !== 0) f.i64(8n).op('i64.shr_u');
      f.op('i32.wrap_i64');
      if (size < 4) f.i32(size === 1 ? 0xff : 0xffff).op('i32.and');
    } else if (address >= SCRATCH_ADDRESS && address < SCRATCH_ADDRESS + 16)
      f.get(this.scratch[address === SCRATCH_ADDRESS ? 0 : 1]);
    else f.i32(0).memory(LOAD[size], address);
  }

  store(size: Size, slot: Slot, value: Node): void {
    const { f } = this;
    const address = this.addressOf(slot);
    const register = registerAt(address);
    if (register !== undefined) {
      const local = this.registers[register]!;
      this.used.add(register);
      this.written.add(register);
      if (size < 4) {
        const shift = BigInt(address % 8) * 8n;
        const mask = (size === 1 ? 0xffn : 0xffffn) << shift;
        f.get(local).i64(~mask).op('i64.and');
        value.emit(f);
        f.op('i64.extend_i32_u');
        if (shift) f.i64(shift).op('i64.shl');
        f.i64(mask).op('i64.and', 'i64.or');
      } else {
        value.emit(f);
        if (size === 4) f.op('i64.extend_i32_u');
      }
      f.set(local);
    } else if (address >= SCRATCH_ADDRESS && address < SCRATCH_ADDRESS + 16) {
      value.emit(f);
      f.set(this.scratch[address === SCRATCH_ADDRESS ? 0 : 1]);
    } else {
      f.i32(0);
      value.emit(f);
      f.memory(STORE[size], address);
    }
  }
  storeLow(slot: Slot, value: Node): void {
    const { f } = this;
    const register = registerAt(this.addressOf(slot))!;
    const local = this.registers[register]!;
    this.used.add(register);
    this.written.add(register);
    f.get(local).i64(~0xffffffffn).op('i64.and');
    value.emit(f);
    f.op('i64.extend_i32_u', 'i64.or').set(local);
  }

  /** Registers and flags from memory into their locals: what stands before a region's body, once it is known what it uses. */
  emitEntry(f: FunctionBuilder): void {
    for (const register of this.used)
      f.i32(0)
        .memory('i64.load', REGS + register * 8)
        .set(this.registers[register]!);
    if (!this.usesFlags) return;
    f.i32(0).memory('i32.load', F_OP).set(this.op);
    f.i32(0).memory('i64.load', F_X).set(this.wide[0]);
    f.i32(0).memory('i64.load', F_Y).set(this.wide[1]);
  }
  /** And back; flags must be canonical. */
  emitExit(): void {
    const { f } = this;
    for (const register of this.written)
      f.i32(0)
        .get(this.registers[register]!)
        .memory('i64.store', REGS + register * 8);
    if (this.usesFlags) this.spillFlags();
  }

  setFlags(kind: FlagKind, size: Size, x: Node, y: Node | undefined, carry: Node | undefined): void {
    const { f } = this;
    this.usesFlags = true;
    if (this.dead) return;
    const [xLocal, yLocal] = size === 8 ? this.wide : this.narrow;
    // X, Y and the carry may be computed from the flags there are
    x.emit(f);
    y?.emit(f);
    carry?.emit(f);
    if (carry) {
      f.i32(3)
        .op('i32.shl')
        .i32(FLAG_KINDS[kind === 'adc' ? 'add' : 'sub'] * 4 + log2(size))
        .op('i32.add')
        .set(this.op);
    }
    if (y) f.set(yLocal);
    f.set(xLocal);
    this.flags = { kind, size };
    if (!carry) return;
    if (size !== 8) this.widen(true);
    this.flags = 'canonical';
  }

  private widen(withY: boolean): void {
    const { f, narrow, wide } = this;
    f.get(narrow[0]).op('i64.extend_i32_u').set(wide[0]);
    if (withY) f.get(narrow[1]).op('i64.extend_i32_u').set(wide[1]);
  }
  /** Writes what makes the flags canonical, without forgetting what is known of them: for an exit. */
  canonicalize(): void {
    const { flags, f } = this;
    if (flags === 'canonical') return;
    if (flags.size !== 8) this.widen(!KINDS_WITHOUT_Y.includes(flags.kind));
    f.i32(FLAG_KINDS[flags.kind] * 4 + log2(flags.size)).set(this.op);
  }
  settle(): void {
    this.canonicalize();
    this.flags = 'canonical';
  }
  private spillFlags(): void {
    const { f } = this;
    f.i32(0).get(this.op).memory('i32.store', F_OP);
    f.i32(0).get(this.wide[0]).memory('i64.store', F_X);
    f.i32(0).get(this.wide[1]).memory('i64.store', F_Y);
  }

  /** Asks a function that knows the flags in memory. */
  private called(write: () => void): Node {
    this.usesFlags = true;
    this.settle();
    this.spillFlags();
    return this.pool.keep(node('i32', write));
  }

  carry(): Node {
    const { f, flags } = this;
    if (flags === 'canonical') return this.called(() => void f.call(FN_CARRY));
    const [x, y] = flags.size === 8 ? this.wide : this.narrow;
    const type = flags.size === 8 ? 'i64' : 'i32';
    const low = (local: number): Node =>
      this.pool.keep(
        node('i32', () => {
          f.get(local);
          if (type === 'i64') f.op('i32.wrap_i64');
          f.i32(1).op('i32.and');
        }),
      );
    switch (flags.kind) {
      case 'logic':
        return constantNode('i32', 0n);
      case 'add':
      case 'sub':
        return this.pool.keep(node('i32', () => f.get(x).get(y).op(`${type}.lt_u`)));
      case 'flags':
        return low(x);
      case 'inc':
      case 'dec':
      case 'result':
        return low(y);
      default:
        return this.called(() => void f.call(FN_CARRY));
    }
  }
  arithmeticFlags(): Node {
    // only wanted for flags that nobody sees
    if (this.dead) return constantNode('i32', 0n);
    return this.called(() => void this.f.call(FN_FLAGS));
  }
  condition(code: number): Node {
    const { flags, f } = this;
    this.usesFlags = true;
    if (flags === 'canonical' || !knowsCondition(flags.kind, code))
      return this.called(() => void f.i32(code).call(FN_CONDITION));
    const [x, y] = flags.size === 8 ? this.wide : this.narrow;
    const { kind, size } = flags;
    return this.pool.keep(
      node('i32', () =>
        emitKnownCondition(
          f,
          kind,
          size,
          code,
          () => void f.get(x),
          () => void f.get(y),
        ),
      ),
    );
  }

  leave(code: number): void {
    this.canonicalize();
    this.exits.leave(code, this.record);
  }
  jump(): void {
    this.exits.jump();
    this.gone = true;
  }
  jumpIf(condition: Node): void {
    this.exits.jumpIf(condition);
    this.gone = true;
  }
  jumpTo(rip: number): void {
    this.settle();
    this.exits.jumpTo(rip);
    this.gone = true;
  }
  repeat(): void {
    throw new Error('region: repeated instructions are left to the interpreter');
  }
}

function registerAt(address: number): number | undefined {
  const register = (address - REGS) >> 3;
  return address >= REGS && register < REGISTERS ? register : undefined;
}
