/** The interpreter's places: a case of the main loop, or a function of its own; operands are loaded from the record at run time. */
import type { FlagKind, Size } from '../isa/emitter';
import {
  BUDGET,
  CONTEXT_TAG,
  F_OP,
  F_X,
  F_Y,
  JUMP_CACHE,
  JUMP_CACHE_ENTRIES,
  JUMP_CACHE_SHIFT,
  NEXT,
  RIP,
} from '../state/layout';
import { node, type LocalPool, type Node } from './expression';
import { emitKnownCondition, FLAG_KINDS, knowsCondition, log2 } from './lazy-flags';
import { ENTRY_HEADER, ENTRY_TAG } from './jump-cache';
import { FN_CARRY, FN_CONDITION, FN_FLAGS, GLOBAL_TLB, type FlagsBefore, type Place, type Slot } from './place';
import { EXIT_LOOKUP, R_IMMEDIATE, R_NEXT, R_TARGET, RECORD_SIZE } from './record';
import { LOAD, STORE, typeOf } from './operand-emitter';
import { type FunctionBuilder, type Label, type MemoryOp, VOID } from './wasm';

/** Return values of a handler function: the record to go on at; a negative exit code; or this, another iteration. */
export const COLD_REPEAT = 1;

/** In the loop: the labels to go on at, and the locals it keeps. */
export interface LoopLabels {
  readonly next: Label;
  /** Goes on at a record that is probably a block's header. */
  readonly enter: Label;
  readonly tlb: number;
  readonly budget: number;
  readonly exitCode: number;
  readonly exit: Label;
  readonly repeat: Label;
  readonly lookup: Label;
  readonly ripLocal: number;
}

interface FlagWords {
  readonly x: Node;
  readonly y: Node | undefined;
}

export class InterpreterPlace implements Place {
  /** X and Y as the meaning left them. */
  private flagWords: FlagWords | undefined;

  constructor(
    readonly f: FunctionBuilder,
    readonly pool: LocalPool,
    /** Local with the record's address. */
    private readonly record: number,
    /** Undefined in a function of its own. */
    private readonly loop: LoopLabels | undefined,
    /** Flags are not kept. */
    private readonly dead: boolean,
    /** Bytes from the record in the local to this instruction's own. */
    private readonly recordOffset = 0,
    /** What the instruction before, done by the same handler, left as flags. */
    private readonly wordsBefore?: FlagWords,
  ) {}

  /** The place of an instruction that the same handler does behind this one; its record stands behind, too. */
  behind(): InterpreterPlace {
    const { f, pool, record, loop, recordOffset, flagWords } = this;
    return new InterpreterPlace(f, pool, record, loop, false, recordOffset + RECORD_SIZE, flagWords);
  }

  get budget(): number | undefined {
    return this.loop?.budget;
  }
  tlb(): void {
    if (this.loop) this.f.get(this.loop.tlb);
    else this.f.globalGet(GLOBAL_TLB);
  }
  field(op: MemoryOp, at: number): void {
    this.f.get(this.record).memory(op, at + this.recordOffset);
  }
  immediate(size: Size): Node {
    return this.pool.keep(node(typeOf(size), () => this.field(LOAD[size], R_IMMEDIATE)));
  }
  vectorSlot(at: number): void {
    this.field('i32.load16_u', at);
  }

  /** Pushes a slot's base; what is returned is the offset from it. */
  private base(slot: Slot): number {
    if ('field' in slot) {
      this.field('i32.load16_u', slot.field);
      return 0;
    }
    this.f.i32(0);
    return slot.address;
  }
  load(size: Size, slot: Slot): void {
    const offset = this.base(slot);
    this.f.memory(LOAD[size], offset);
  }
  store(size: Size, slot: Slot, value: Node): void {
    const offset = this.base(slot);
    value.emit(this.f);
    if (size === 4) this.f.op('i64.extend_i32_u').memory('i64.store', offset);
    else this.f.memory(STORE[size], offset);
  }
  storeLow(slot: Slot, value: Node): void {
    const offset = this.base(slot);
    value.emit(this.f);
    this.f.memory('i32.store', offset);
  }

  setFlags(kind: FlagKind, size: Size, x: Node, y: Node | undefined, carry: Node | undefined): void {
    const { f } = this;
    if (this.dead) return;
    const store: MemoryOp = size === 8 ? 'i64.store' : 'i32.store';
    // Before F_OP changes: X and Y may be computed from flags.
    const xKept = this.pool.keep(x);
    const yKept = y && this.pool.keep(y);
    this.flagWords = { x: xKept, y: yKept };
    f.i32(0);
    if (carry) {
      // The kind without carry, moved up when there is one.
      f.i32(FLAG_KINDS[kind === 'adc' ? 'add' : 'sub'] * 4 + log2(size));
      carry.emit(f);
      f.i32(3).op('i32.shl', 'i32.add');
    } else f.i32(FLAG_KINDS[kind] * 4 + log2(size));
    f.memory('i32.store', F_OP);
    f.i32(0);
    xKept.emit(f);
    f.memory(store, F_X);
    if (yKept) {
      f.i32(0);
      yKept.emit(f);
      f.memory(store, F_Y);
    }
  }

  /** Evaluates now, once; where flags are dead, only if somebody wants it (they do not change in between). */
  private once(value: Node): Node {
    return this.dead ? value : this.pool.keep(value);
  }
  carry(): Node {
    return this.once(node('i32', (f) => f.call(FN_CARRY)));
  }
  arithmeticFlags(): Node {
    return this.once(node('i32', (f) => f.call(FN_FLAGS)));
  }
  condition(code: number, before: FlagsBefore | undefined): Node {
    if (!before || !knowsCondition(before.kind, code))
      return this.pool.keep(node('i32', (f) => f.i32(code).call(FN_CONDITION)));
    const load: MemoryOp = before.size === 8 ? 'i64.load' : 'i32.load';
    const words = this.wordsBefore;
    const x = (): void => void (words ? words.x.emit(this.f) : this.f.i32(0).memory(load, F_X));
    const y = (): void => void (words?.y ? words.y.emit(this.f) : this.f.i32(0).memory(load, F_Y));
    return this.pool.keep(node('i32', (f) => emitKnownCondition(f, before.kind, before.size, code, x, y)));
  }

  settle(): void {
    // flags are always in memory
  }

  leave(code: number): void {
    if (this.loop) this.f.i32(code).set(this.loop.exitCode).br(this.loop.exit);
    else this.f.i32(-code).op('return');
  }
  jump(): void {
    this.field('i32.load', R_TARGET);
    this.goTo();
  }
  jumpIf(condition: Node): void {
    this.field('i32.load', R_TARGET);
    this.field('i32.load', R_NEXT);
    condition.emit(this.f);
    this.f.op('select');
    this.goTo();
  }
  /** Record on the stack → goes on there. */
  private goTo(): void {
    if (this.loop) this.f.set(this.record).br(this.loop.enter);
    else this.f.op('return');
  }
  jumpTo(rip: number): void {
    const { f, loop } = this;
    if (loop) {
      f.get(rip).set(loop.ripLocal).br(loop.lookup);
      return;
    }
    emitLookup(f, rip, this.pool.take('i32'), () => f.op('return'));
    f.i32(-EXIT_LOOKUP).op('return');
  }
  repeat(): void {
    if (this.loop) this.f.br(this.loop.repeat);
    else this.f.i32(COLD_REPEAT).op('return');
  }
}
/** Looks local `rip` up in the jump cache: a hit leaves the record on the stack and calls `hit`; a miss sets RIP and falls through. */
export function emitLookup(f: FunctionBuilder, rip: number, scratch: number, hit: () => void): void {
  f.get(rip)
    .op('i32.wrap_i64')
    .get(rip)
    .i64(BigInt(JUMP_CACHE_SHIFT))
    .op('i64.shr_u', 'i32.wrap_i64', 'i32.xor')
    .i32(JUMP_CACHE_ENTRIES - 1)
    .op('i32.and')
    .i32(4)
    .op('i32.shl')
    .tee(scratch);
  f.memory('i64.load', JUMP_CACHE)
    .get(rip)
    .op('i64.eq')
    .get(scratch)
    .memory('i32.load', JUMP_CACHE + ENTRY_TAG);
  f.i32(0).memory('i32.load', CONTEXT_TAG).op('i32.eq', 'i32.and').if(VOID);
  f.get(scratch).memory('i32.load', JUMP_CACHE + ENTRY_HEADER);
  hit();
  f.op('end');
  f.i32(0).get(rip).memory('i64.store', RIP);
}

/** Stores record and budget for whoever looks after an exit. */
export function emitSave(f: FunctionBuilder, record: number, budget: number): void {
  f.i32(0).get(record).memory('i32.store', NEXT).i32(0).get(budget).memory('i32.store', BUDGET);
}
