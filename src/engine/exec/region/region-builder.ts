/**
 * Writes one WebAssembly function for a region: blocks that lead to each other, as structured control flow. It charges the
 * budget as the interpreter does, block by block, and leaves at records, so that the interpreter goes on anywhere.
 *
 * (record, budget) → the record to go on at, or a negative exit code. BUDGET and NEXT are in memory then; after a fault or for a
 * helper NEXT is its record. A region is entered with a budget of `slack` at least.
 */
import { BUDGET, CONTEXT_TAG, NEXT } from '../../state/layout';
import { emitAddress, emitDisplaced } from '../address-records';
import type { Block, Step } from '../block-cache';
import { LocalPool, type Node } from '../expression';
import { canBeDead, liveFlags } from '../flag-liveness';
import { emitLookup } from '../interpreter-place';
import { ENTRY_HEADER, ENTRY_TAG, jumpCacheEntry } from '../jump-cache';
import { GLOBAL_TLB, type Width } from '../place';
import {
  EXIT_HELPER,
  EXIT_LOOKUP,
  HANDLER_ADDRESS,
  HANDLER_AL_OFFSET,
  HANDLER_BIT_OFFSET_2,
  HANDLER_BIT_OFFSET_4,
  HANDLER_BIT_OFFSET_8,
  R_HANDLER,
  R_NEXT,
  R_TARGET,
  RECORD_SIZE,
} from '../record';
import { RowEmitter } from '../row-emitter';
import { FunctionBuilder, I32, I64, type Label, VOID } from '../wasm';
import { analyseFlow, type Flow } from './flow';
import { RegionPlace } from './region-place';

/** A block of the region: its instructions, and where it goes on. */
export interface RegionBlock {
  readonly block: Block;
  readonly steps: readonly Step[];
  /** Where it goes on: by links, or by an indirect jump as far as it has been seen. */
  readonly direct: readonly Target[];
  readonly indirect: readonly Target[];
}

export interface Target {
  /** What a link leads to: a header, or a record that looks an address up. Of an indirect jump the header. */
  readonly record: number;
  /** Header of the block there, if it is one a region may hold. */
  readonly header: number | undefined;
  /** On another page: only as long as the jump cache leads there. */
  readonly guarded: boolean;
  /** Its rIP. */
  readonly rip: bigint;
}

export interface BuiltRegion {
  readonly body: FunctionBuilder;
  /** The most instructions between two looks at the budget. */
  readonly slack: number;
}

const DISPLACED: Readonly<Record<number, 0 | 2 | 4 | 8>> = {
  [HANDLER_BIT_OFFSET_2]: 2,
  [HANDLER_BIT_OFFSET_4]: 4,
  [HANDLER_BIT_OFFSET_8]: 8,
  [HANDLER_AL_OFFSET]: 0,
};

/** Whether the region does an instruction itself. */
export const isCompiled = ({ shape }: Step): boolean => shape !== undefined && shape.rep === 'none';

type Context = { readonly node: number; readonly label: Label; readonly loop: boolean };

export class RegionBuilder {
  private readonly f = new FunctionBuilder(2);
  private readonly pool = new LocalPool(this.f);
  private readonly budget = 1;
  private readonly place: RegionPlace;
  private readonly flow: Flow;
  private readonly live: readonly (readonly boolean[])[];
  private readonly numbers = new Map<number, number>();
  private readonly slack: number;
  /** What the function returns, and NEXT. */
  private readonly result: number;
  private readonly next: number;
  private readonly va: number;
  private readonly segment: number;
  private readonly rip: number;
  private readonly scratch: number;
  private readonly tlb: number;
  private exit: Label = 0;
  private indirect: Label = 0;
  private usesIndirect = false;
  private readonly context: Context[] = [];
  private current = 0;

  constructor(
    private readonly blocks: readonly RegionBlock[],
    private readonly width: Width,
    private readonly view: DataView,
  ) {
    const { f } = this;
    this.tlb = f.local(I32);
    this.result = f.local(I32);
    this.next = f.local(I32);
    this.va = f.local(I64);
    this.segment = f.local(I32);
    this.rip = f.local(I64);
    this.scratch = f.local(I32);
    this.place = new RegionPlace(f, this.pool, this.budget, this.tlb, view, {
      leave: (code, record) => this.leave(code, record),
      jump: () => this.goToRecord(this.view.getInt32(this.place.record + R_TARGET, true)),
      jumpIf: (condition) => this.jumpIf(condition),
      jumpTo: (rip) => this.jumpTo(rip),
    });
    blocks.forEach(({ block }, n) => this.numbers.set(block.header, n));
    const successors = blocks.map(({ direct, indirect }) =>
      [...direct, ...indirect].map((target) => this.nodeOf(target)).filter((n) => n !== undefined),
    );
    this.flow = analyseFlow(successors);
    this.live = liveFlags(
      blocks.map(({ steps }) => steps),
      blocks.map(({ direct, indirect }, from) => [
        ...direct.map((target) => {
          const to = this.nodeOf(target);
          return to === undefined || target.guarded || this.flow.isIrreducible(from, to) ? undefined : to;
        }),
        ...(indirect.length > 0 ? [undefined] : []),
      ]),
      this.flow.loopHeads,
    );
    this.slack = this.longestPath(successors);
  }

  build(): BuiltRegion {
    const { f } = this;
    this.exit = f.block();
    this.indirect = f.block();
    // a budget that allows nothing comes back at once: see Regions' warming
    if (!this.flow.loopHeads.has(0)) this.checkBudget(0);
    this.writeTree(0);
    f.op('unreachable', 'end');
    if (this.usesIndirect) {
      emitLookup(f, this.rip, this.scratch, () => f.set(this.result).br(this.exit));
      f.i32(-EXIT_LOOKUP).set(this.result);
    }
    f.op('end');
    this.place.emitExit();
    f.i32(0).get(this.next).memory('i32.store', NEXT).i32(0).get(this.budget).memory('i32.store', BUDGET);
    f.get(this.result);
    const entry = new FunctionBuilder(2);
    entry.globalGet(GLOBAL_TLB).set(this.tlb);
    this.place.emitEntry(entry);
    f.code.unshift(...entry.code);
    return { body: f, slack: this.slack };
  }

  private nodeOf({ header }: Target): number | undefined {
    return header === undefined ? undefined : this.numbers.get(header);
  }

  /** Instructions from a look at the budget to the next one, at most. */
  private longestPath(successors: readonly (readonly number[])[]): number {
    const { order, position, loopHeads } = this.flow;
    const longest = this.blocks.map(() => 0);
    for (const n of [...order].reverse()) {
      const beyond = successors[n]!.filter((to) => position[to]! > position[n]! && !loopHeads.has(to));
      longest[n] = this.blocks[n]!.steps.length + Math.max(0, ...beyond.map((to) => longest[to]!));
    }
    return Math.max(...longest);
  }

  private writeTree(n: number): void {
    const { f, flow } = this;
    const merges = flow.order
      .filter((to) => to !== 0 && flow.dominator[to] === n && flow.merges.has(to))
      .sort((a, b) => flow.position[b]! - flow.position[a]!);
    const isLoop = flow.loopHeads.has(n);
    if (isLoop) this.context.push({ node: n, label: f.loop(), loop: true });
    this.writeWithin(n, merges);
    if (!isLoop) return;
    f.op('end');
    this.context.pop();
  }

  /** The block, and behind it the blocks it dominates where paths meet. */
  private writeWithin(n: number, merges: readonly number[]): void {
    const [last, ...others] = merges;
    if (last === undefined) return this.writeBlock(n);
    this.context.push({ node: last, label: this.f.block(), loop: false });
    this.writeWithin(n, others);
    this.f.op('end');
    this.context.pop();
    this.place.flags = 'canonical';
    this.writeTree(last);
  }

  private checkBudget(n: number): void {
    const { f } = this;
    f.get(this.budget).i32(this.slack).op('i32.lt_s').if(VOID);
    this.leaveFor(this.blocks[n]!.block.header);
    f.op('end');
  }

  private writeBlock(n: number): void {
    const { f, place } = this;
    const { steps } = this.blocks[n]!;
    const outer = this.current;
    this.current = n;
    if (this.flow.loopHeads.has(n)) {
      place.flags = 'canonical';
      this.checkBudget(n);
    }
    f.get(this.budget).i32(steps.length).op('i32.sub').set(this.budget);
    const done = steps.every((step, index) => this.writeStep(step, this.live[n]![index]!));
    const last = steps[steps.length - 1]!;
    if (done && !place.gone) this.goToRecord(this.view.getInt32(last.record + RECORD_SIZE + R_TARGET, true));
    this.current = outer;
  }

  /** Writes an instruction; false if the interpreter has to go on here. */
  private writeStep(step: Step, live: boolean): boolean {
    const { place } = this;
    this.pool.reset();
    if (!isCompiled(step)) {
      place.settle();
      if (step.shape) this.leaveFor(step.first);
      else this.leave(EXIT_HELPER, step.record);
      return false;
    }
    const { row } = step.shape!;
    for (place.record = step.first; place.record < step.record; place.record += RECORD_SIZE) {
      const handler = this.view.getInt32(place.record + R_HANDLER, true);
      const displaced = DISPLACED[handler];
      if (displaced !== undefined) emitDisplaced(place, displaced);
      else if (handler === HANDLER_ADDRESS) emitAddress(place, this.width, this.va, this.segment);
      else throw new Error(`region: a record of handler ${handler} stands before ${row.mnemonic}`);
    }
    place.gone = false;
    place.dead = !live && canBeDead(row);
    new RowEmitter(step.shape!, this.width, place).emit();
    place.dead = false;
    return true;
  }

  private jumpIf(condition: Node): void {
    const { f, place, view } = this;
    const { record } = place;
    const taken = view.getInt32(record + R_TARGET, true);
    const otherwise = view.getInt32(record + R_NEXT, true);
    condition.emit(f);
    f.if(VOID);
    const { flags } = place;
    this.goToRecord(taken);
    f.op('else');
    place.flags = flags;
    place.record = record;
    this.goToRecord(otherwise);
    f.op('end');
    f.op('unreachable');
  }

  /** Goes on at a record that the last instruction of the current block leads to. */
  private goToRecord(record: number): void {
    const target = this.blocks[this.current]!.direct.find((each) => each.record === record);
    const to = target && this.nodeOf(target);
    if (!target || to === undefined || this.flow.isIrreducible(this.current, to)) return this.leaveFor(record);
    if (!target.guarded) return this.goTo(to);
    const { f, place } = this;
    const { flags } = place;
    this.writeGuard(target);
    f.if(VOID);
    this.goTo(to);
    f.op('else');
    place.flags = flags;
    this.leaveFor(record);
    f.op('end', 'unreachable');
  }

  /** Pushes whether the jump cache leads to a target's header still. */
  private writeGuard({ header, rip }: Target): void {
    const entry = jumpCacheEntry(Number(BigInt.asIntN(32, rip)));
    this.f
      .i32(0)
      .memory('i32.load', entry + ENTRY_HEADER)
      .i32(header!)
      .op('i32.eq')
      .i32(0)
      .memory('i32.load', entry + ENTRY_TAG)
      .i32(0)
      .memory('i32.load', CONTEXT_TAG)
      .op('i32.eq', 'i32.and');
  }

  /** Goes on at one of the region's blocks. */
  private goTo(to: number): void {
    const { f, flow, place } = this;
    const backward = flow.position[to]! <= flow.position[this.current]!;
    if (!backward && !flow.merges.has(to)) {
      // what is known of flags holds on, but not around a loop
      if (flow.loopHeads.has(to)) place.settle();
      const outer = this.current;
      this.writeTree(to);
      this.current = outer;
      return;
    }
    place.settle();
    const context = this.context.filter(({ node, loop }) => node === to && loop === backward).at(-1);
    if (!context) throw new Error('region: an edge leads out of its structure');
    f.br(context.label);
  }

  /** The interpreter goes on at a record. */
  private leaveFor(record: number): void {
    this.place.canonicalize();
    this.f.i32(record).set(this.result).br(this.exit);
  }
  private leave(code: number, record: number): void {
    this.f.i32(record).set(this.next).i32(-code).set(this.result).br(this.exit);
  }
  /** An indirect jump: to where it has been seen to lead, or to whatever the jump cache says. */
  private jumpTo(rip: number): void {
    const { f, place } = this;
    const { record } = place;
    this.usesIndirect = true;
    const inside = this.blocks[this.current]!.indirect.filter((target) => {
      const to = this.nodeOf(target);
      return to !== undefined && !this.flow.isIrreducible(this.current, to);
    });
    f.get(rip).set(this.rip);
    this.writeChoice([...inside].sort((a, b) => (a.rip < b.rip ? -1 : 1)));
    place.record = record;
    f.i32(record).set(this.next).br(this.indirect);
  }

  /** Goes on at the target whose rIP it is; behind this it was none of them. */
  private writeChoice(targets: readonly Target[]): void {
    const { f, place } = this;
    if (targets.length > 2) {
      const middle = targets.length >> 1;
      f.get(this.rip).i64(targets[middle]!.rip).op('i64.lt_u').if(VOID);
      this.writeChoice(targets.slice(0, middle));
      f.op('else');
      this.writeChoice(targets.slice(middle));
      f.op('end');
      return;
    }
    for (const target of targets) {
      f.get(this.rip).i64(target.rip).op('i64.eq');
      if (target.guarded) {
        this.writeGuard(target);
        f.op('i32.and');
      }
      f.if(VOID);
      place.flags = 'canonical';
      this.goTo(this.nodeOf(target)!);
      place.flags = 'canonical';
      f.op('end');
    }
  }
}
