/**
 * Writes one WebAssembly function for a region: blocks of one page that lead to each other, as structured control flow. It charges the
 * budget as the interpreter does, block by block, and leaves at records, so that the interpreter goes on anywhere.
 *
 * (record, budget) → the record to go on at, or a negative exit code. BUDGET and NEXT are in memory then; after a fault or for a
 * helper NEXT is its record. A region is entered with a budget of `slack` at least.
 */
import { BUDGET, NEXT } from '../../state/layout';
import { emitAddress, emitDisplaced } from '../address-records';
import type { Block, Step } from '../block-cache';
import { LocalPool, type Node } from '../expression';
import { canBeDead, liveFlags } from '../flag-liveness';
import { emitLookup } from '../interpreter-place';
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
  /** Records it goes on at, of whatever kind: headers of this region's blocks are edges. */
  readonly targets: readonly number[];
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
      jump: () => this.goTo(this.view.getInt32(this.place.record + R_TARGET, true)),
      jumpIf: (condition) => this.jumpIf(condition),
      jumpTo: (rip) => this.jumpTo(rip),
    });
    blocks.forEach(({ block }, n) => this.numbers.set(block.header, n));
    const successors = blocks.map(({ targets }) => {
      return targets.map((record) => this.numbers.get(record)).filter((n) => n !== undefined);
    });
    this.flow = analyseFlow(successors);
    this.live = liveFlags(
      blocks.map(({ steps }) => steps),
      blocks.map(({ targets }, from) =>
        targets.map((record) => {
          const to = this.numbers.get(record);
          return to === undefined || this.flow.isIrreducible(from, to) ? undefined : to;
        }),
      ),
      this.flow.loopHeads,
    );
    this.slack = this.longestPath(successors);
  }

  build(): BuiltRegion {
    const { f } = this;
    this.exit = f.block();
    this.indirect = f.block();
    // a budget that allows nothing comes back at once: see RegionTable's warming
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
    if (done && !place.gone) this.goTo(this.view.getInt32(last.record + RECORD_SIZE + R_TARGET, true));
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
    this.goTo(taken);
    f.op('else');
    place.flags = flags;
    place.record = record;
    this.goTo(otherwise);
    f.op('end');
    f.op('unreachable');
  }

  /** Goes on at a record: within the region if it is one of its blocks. */
  private goTo(record: number): void {
    const { f, flow, place } = this;
    const to = this.numbers.get(record);
    if (to === undefined || flow.isIrreducible(this.current, to)) return this.leaveFor(record);
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
  private jumpTo(rip: number): void {
    this.usesIndirect = true;
    this.f.get(rip).set(this.rip).br(this.indirect);
  }
}
