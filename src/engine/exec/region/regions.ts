/** The compiled regions of one machine: which blocks belong to which, and what becomes of them when code changes. */
import type { Block, BlockCache } from '../block-cache';
import {
  HANDLER_BLOCK,
  HANDLER_JUMP,
  HANDLER_LOOKUP,
  HANDLER_REGION,
  R_COUNTER,
  R_HANDLER,
  R_NEXT,
  R_REGION,
  R_RIP,
  R_SLACK,
  R_TARGET,
  RECORD_SIZE,
} from '../record';
import { NEVER_HOT } from '../heat';
import { cachedHeader } from '../jump-cache';
import type { Width } from '../place';
import { handlerImports, TYPES } from '../generated-module';
import { encodeModule } from '../wasm';
import { isCompiled, RegionBuilder, type RegionBlock, type Target } from './region-builder';

interface Region {
  readonly head: Block;
  readonly blocks: readonly Block[];
  /** Its place in the table. */
  readonly slot: number;
}

type RegionFunction = (record: number, budget: number) => number;

const PAGE = 4096;
/** Blocks and instructions of a region, at most. */
const MOST_BLOCKS = 64;
const MOST_STEPS = 800;
/** A block belongs to a region when it has been run this part of the times that make a block hot. */
const WARM_PART = 2;
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
    const isBlock = view.getInt32(header + R_HANDLER, true) === HANDLER_BLOCK;
    const blocks = head && isBlock ? this.gather(head) : [];
    // whatever comes of it, it is not asked for again
    view.setInt32(header + R_COUNTER, NEVER_HOT, true);
    if (!head || blocks.length === 0) return;
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
    const found = new Map<Block, RegionBlock>();
    const wanted = [head];
    let count = 0;
    for (let block = wanted.shift(); block && found.size < MOST_BLOCKS; block = wanted.shift()) {
      if (found.has(block)) continue;
      const steps = this.cache.stepsOf(block);
      count += steps.length;
      if (count > MOST_STEPS) break;
      const { direct, indirect } = this.targetsOf(block, steps);
      found.set(block, { block, steps, direct, indirect });
      for (const { header } of [...direct, ...indirect]) {
        const next = header === undefined ? undefined : this.cache.blockAt(header);
        if (next) wanted.push(next);
      }
    }
    return [...found.values()];
  }

  /** Where a block's last instruction leads, as far as it is known. */
  private targetsOf(from: Block, steps: RegionBlock['steps']): { direct: Target[]; indirect: Target[] } {
    const { view, cache } = this;
    if (!steps.every(isCompiled)) return { direct: [], indirect: [] };
    const { record, instruction } = steps[steps.length - 1]!;
    const at = (field: number): number => view.getInt32(record + field, true);
    if (instruction.operands.some(({ kind }) => kind === 'relative')) {
      const records = [at(R_TARGET), at(R_NEXT)].filter((target) => target !== 0);
      return { direct: records.map((target) => this.directTarget(from, target)), indirect: [] };
    }
    if (jumpsIndirectly(steps)) {
      const seen = cache.targetsSeen(record).map((header) => this.target(from, header, header));
      return { direct: [], indirect: seen.filter(({ header }) => header !== undefined) };
    }
    const tail = record + RECORD_SIZE;
    if (view.getInt32(tail + R_HANDLER, true) !== HANDLER_JUMP) return { direct: [], indirect: [] };
    return { direct: [this.directTarget(from, view.getInt32(tail + R_TARGET, true))], indirect: [] };
  }

  /** A link: to a header, or to a record that looks an address of another page up. */
  private directTarget(from: Block, record: number): Target {
    const { view } = this;
    if (view.getInt32(record + R_HANDLER, true) !== HANDLER_LOOKUP) return this.target(from, record, record);
    const header = cachedHeader(view, view.getInt32(record + R_RIP, true), view.getInt32(record + R_RIP + 4, true));
    return header === undefined ? { record, header, guarded: false, rip: 0n } : this.target(from, record, header);
  }

  /** Whether a block has been run often enough to belong to a region: cold paths are left to the interpreter. */
  private isWarm(header: number): boolean {
    const { heat } = this.cache;
    return this.view.getInt32(header + R_COUNTER, true) <= heat - Math.floor(heat / WARM_PART);
  }

  private target(from: Block, record: number, header: number): Target {
    const { view } = this;
    const block = this.cache.blockAt(header);
    const handler = view.getInt32(header + R_HANDLER, true);
    const warm = handler === HANDLER_REGION || (handler === HANDLER_BLOCK && this.isWarm(header));
    const fits = block && warm && block.secondPage < 0 && !block.single && block.mode === from.mode;
    const rip = view.getBigUint64(header + R_RIP, true);
    if (!fits) return { record, header: undefined, guarded: false, rip };
    // the page that is run from now is mapped as it is
    const distance = (block.ripLow >>> 0) - (from.ripLow >>> 0);
    const near = block.ripHigh === from.ripHigh && block.offset - from.offset === distance;
    const samePage = Math.floor(block.offset / PAGE) === Math.floor(from.offset / PAGE);
    return { record, header, guarded: !(near && samePage), rip };
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
