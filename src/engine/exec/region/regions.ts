/** The compiled regions of one machine: which blocks belong to which, and what becomes of them when code changes. */
import type { Block, BlockCache } from '../block-cache';
import {
  HANDLER_BLOCK,
  HANDLER_JUMP,
  HANDLER_REGION,
  R_COUNTER,
  R_HANDLER,
  R_NEXT,
  R_REGION,
  R_SLACK,
  R_TARGET,
} from '../record';
import { RECORD_SIZE } from '../record';
import { NEVER_HOT } from '../heat';
import type { Width } from '../place';
import { handlerImports, TYPES } from '../generated-module';
import { encodeModule } from '../wasm';
import { isCompiled, RegionBuilder, type RegionBlock } from './region-builder';

interface Region {
  readonly head: Block;
  readonly blocks: readonly Block[];
  /** Its place in the table. */
  readonly slot: number;
}

type RegionFunction = (record: number, budget: number) => number;

/** Blocks of a region, at most. */
const MOST_BLOCKS = 64;
/** Regions at one time: the instance of each takes some 20 KB. */
const MOST_REGIONS = 2000;
/** Calls that make V8 take a function for hot, so that the optimising compiler is at work before the region's first long loop. */
const WARMING = 2000;

export class Regions {
  private readonly byBlock = new Map<Block, Set<Region>>();
  private readonly live = new Set<Region>();
  private readonly free: number[] = [];
  private used = 0;
  /** Code that has changed may change again: it is compiled again after so many times the runs of other code. */
  patience = 16;
  /** Hooks for tools: how many were compiled, and how many are gone because their code changed. */
  compiled = 0;
  dropped = 0;

  constructor(
    private readonly table: WebAssembly.Table,
    private readonly imports: Record<Width, Record<string, WebAssembly.ImportValue>>,
    private readonly cache: BlockCache,
    private readonly view: DataView,
  ) {
    cache.onInvalidated = (block) => this.forget(block);
  }

  /** All of them are gone, with the blocks they were made of. */
  clear(): void {
    for (const { slot } of this.live) this.table.set(slot, null);
    this.live.clear();
    this.byBlock.clear();
    this.free.length = 0;
    this.used = 0;
  }

  /** Compiles the region that begins at a hot header. */
  compile(header: number): void {
    const { view, cache } = this;
    const head = cache.blockAt(header);
    view.setInt32(header + R_COUNTER, NEVER_HOT, true);
    if (!head || view.getInt32(header + R_HANDLER, true) !== HANDLER_BLOCK) return;
    const blocks = this.gather(head);
    if (!isCompiled(blocks[0]!.steps[0]!)) return;
    const { width } = head.mode;
    const { body, slack } = new RegionBuilder(blocks, width, view).build();
    const bytes = encodeModule({
      types: TYPES,
      imports: handlerImports,
      functions: [{ type: 2, body }],
      exports: [['region', 4]],
    });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { e: this.imports[width] });
    const region = exports['region'] as unknown as RegionFunction;
    if (this.cache.heat > 2) for (let n = 0; n < WARMING; n++) region(header, -1);
    this.install({ head, blocks: blocks.map(({ block }) => block), slot: this.takeSlot() }, region, slack);
  }

  private takeSlot(): number {
    const slot = this.free.pop() ?? this.used++;
    if (slot >= this.table.length) this.table.grow(256);
    return slot;
  }

  private install(region: Region, code: RegionFunction, slack: number): void {
    const { view } = this;
    const { header } = region.head;
    if (this.live.size >= MOST_REGIONS) this.drop(this.live.values().next().value!);
    this.table.set(region.slot, code);
    view.setInt32(header + R_REGION, region.slot, true);
    view.setInt32(header + R_SLACK, slack, true);
    view.setInt32(header + R_HANDLER, HANDLER_REGION, true);
    this.live.add(region);
    for (const block of region.blocks) {
      const known = this.byBlock.get(block);
      if (known) known.add(region);
      else this.byBlock.set(block, new Set([region]));
    }
    this.compiled++;
  }

  /** Blocks that the head leads to, as far as they have been run. */
  private gather(head: Block): RegionBlock[] {
    const { view, cache } = this;
    const found = new Map<Block, RegionBlock>();
    const wanted = [head];
    for (let block = wanted.shift(); block && found.size < MOST_BLOCKS; block = wanted.shift()) {
      if (found.has(block)) continue;
      const steps = cache.stepsOf(block);
      const targets = this.targetsOf(steps);
      found.set(block, { block, steps, targets });
      for (const record of targets) {
        const next = cache.blockAt(record);
        const handler = view.getInt32(record + R_HANDLER, true);
        const decoded = handler === HANDLER_BLOCK || handler === HANDLER_REGION;
        if (next && decoded && next.secondPage < 0 && !next.single && next.mode === head.mode) wanted.push(next);
      }
    }
    return [...found.values()];
  }

  /** Records a block's last instruction leads to, where they are known. */
  private targetsOf(steps: RegionBlock['steps']): number[] {
    const { view } = this;
    if (!steps.every(isCompiled)) return [];
    const { record, instruction } = steps[steps.length - 1]!;
    const at = (field: number): number => view.getInt32(record + field, true);
    if (instruction.operands.some(({ kind }) => kind === 'relative'))
      return [at(R_TARGET), at(R_NEXT)].filter((target) => target !== 0);
    const tail = record + RECORD_SIZE;
    return view.getInt32(tail + R_HANDLER, true) === HANDLER_JUMP && !jumpsIndirectly(steps)
      ? [view.getInt32(tail + R_TARGET, true)]
      : [];
  }

  private forget(block: Block): void {
    for (const region of [...(this.byBlock.get(block) ?? [])]) {
      this.dropped++;
      this.drop(region);
      const { header } = region.head;
      this.view.setInt32(header + R_COUNTER, Math.min(NEVER_HOT, this.cache.heat * this.patience), true);
    }
  }

  private drop(region: Region): void {
    const { view } = this;
    const { header } = region.head;
    if (view.getInt32(header + R_HANDLER, true) === HANDLER_REGION)
      view.setInt32(header + R_HANDLER, HANDLER_BLOCK, true);
    view.setInt32(header + R_COUNTER, this.cache.heat, true);
    this.table.set(region.slot, null);
    this.free.push(region.slot);
    this.live.delete(region);
    for (const block of region.blocks) this.byBlock.get(block)?.delete(region);
  }
}

/** JMP, CALL and RET whose target is not in the instruction. */
function jumpsIndirectly(steps: RegionBlock['steps']): boolean {
  return /^(JMP|CALL|RET)$/.test(steps[steps.length - 1]!.instruction.row.mnemonic);
}
