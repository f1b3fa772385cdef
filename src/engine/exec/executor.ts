/**
 * Runs blocks: owns the interpreter's instances, the block cache, the jump cache and the budget. It knows nothing of exceptions,
 * interrupts or devices: whatever is not plain execution goes back to the caller as an `Exit`.
 */
import { BUDGET, CAREFUL, CONTEXT_TAG, JUMP_CACHE, JUMP_CACHE_ENTRIES, NEXT, RIP, SLICE_END } from '../state/layout';
import type { CpuState } from '../state/cpu-state';
import type { Ram } from '../state/ram';
import { BlockCache, type Block, type BlockFailure, type HelperSite, type Mode } from './block-cache';
import { HandlerTable } from './handler-table';
import { ENTRY_HEADER, ENTRY_TAG, jumpCacheEntry } from './jump-cache';
import { NEVER_HOT } from './heat';
import { interpreterModule } from './interpreter';
import { Regions } from './region/regions';
import {
  EXIT_BUDGET,
  EXIT_FAULT,
  EXIT_HELPER,
  EXIT_HOT,
  EXIT_LOOKUP,
  EXIT_STOP,
  EXIT_UNRESOLVED,
  HANDLER_BLOCK,
  HANDLER_LOOKUP,
  HANDLER_REGION,
  R_HANDLER,
  R_LENGTH,
  R_REMAINING,
  R_RIP,
  RECORD_SIZE,
} from './record';

/** What the executor asks of the processor around it. */
export interface Environment {
  /** Names of what CPUID reports. */
  readonly profile: { readonly features: ReadonlySet<string> };
  /**
   * A data access missed the TLB: linear address at layout FAULT_ADDRESS, `size` bytes, to be read, written, or both. Returns a linear-memory address for it, or 0:
   * then CAREFUL = 1 asks for the instruction to be done by itself, and CAREFUL = 0 means FAULT_* describe an exception.
   */
  translate(size: number, read: boolean, write: boolean): number;
  /** Linear-memory offset of the code byte at linear address (halves), or −1 with FAULT_* set. */
  fetch(low: number, high: number): number;
  /** A page came to hold decoded code: no TLB entry may allow writes to it. */
  codePage(pageOffset: number): void;
}

export type Exit =
  | { readonly kind: 'budget' } // no instruction may run any more
  | {
      readonly kind: 'helper';
      readonly site: HelperSite;
      /** Where to `resume`; −1: nowhere. */ readonly record: number;
    }
  | { readonly kind: 'fault' } // FAULT_* describe it; RIP is the instruction's
  | { readonly kind: 'careful'; readonly record: number } // RIP is an instruction that must be done by itself: this record's, or −1
  | { readonly kind: 'breakpoint' } // RIP is at a breakpoint; `step` goes past it
  | { readonly kind: 'failure'; readonly failure: BlockFailure };

const BUDGET_EXIT: Exit = { kind: 'budget' };
const FAULT_EXIT: Exit = { kind: 'fault' };
const CAREFUL_EXIT: Exit = { kind: 'careful', record: -1 };
const BREAKPOINT_EXIT: Exit = { kind: 'breakpoint' };

type Run = (record: number, budget: number) => number;

export class Executor {
  readonly cache: BlockCache;
  private readonly run32: Run;
  private readonly run64: Run;
  private readonly tlbBase: WebAssembly.Global<number>;
  private readonly flagsFunction: () => number;
  private readonly conditionFunction: (condition: number) => number;
  private readonly handlers: HandlerTable;
  readonly regions: Regions;
  private mode!: Mode;
  /** Instructions the current slice may still retire. */
  budget = 0;
  private end = 0;
  private tag = 0;
  private contexts = 0;
  /** The record whose target was not in the jump cache; −1 if it is another reason to look. */
  private jumpedFrom = -1;

  constructor(
    memory: WebAssembly.Memory,
    private readonly state: CpuState,
    private readonly ram: Ram,
    private readonly environment: Environment,
  ) {
    this.tlbBase = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
    const table = new WebAssembly.Table({ element: 'anyfunc', initial: 4096 });
    const translate = (request: number): number =>
      environment.translate(request & 0xff, request < 0x100 || request > 0x2ff, request > 0xff);
    const regionTable = new WebAssembly.Table({ element: 'anyfunc', initial: 256 });
    const base = { memory, table, regions: regionTable, tlb: this.tlbBase, translate };
    const i64 = new WebAssembly.Instance(interpreterModule(64).module, { e: base }).exports;
    const i32 = new WebAssembly.Instance(interpreterModule(32).module, { e: base }).exports;
    this.run64 = i64['run'] as unknown as Run;
    this.run32 = i32['run'] as unknown as Run;
    this.flagsFunction = i64['flags'] as unknown as () => number;
    this.conditionFunction = i64['condition'] as unknown as (condition: number) => number;
    const helpers = (e: WebAssembly.Exports): Record<string, WebAssembly.ImportValue> => ({
      ...base,
      carry: e['carry'] as unknown as () => number,
      flags: e['flags'] as unknown as () => number,
      condition: e['condition'] as unknown as (c: number) => number,
    });
    const imports = { 64: helpers(i64), 32: helpers(i32) };
    this.handlers = new HandlerTable(table, imports);
    this.cache = new BlockCache(
      ram,
      this.handlers,
      (page) => environment.codePage(page),
      (low, high, mode) => {
        const linear = (low >>> 0) + mode.csBase;
        const nextLow = (((linear % 0x100000000) & ~0xfff) + 0x1000) >>> 0;
        const carry = nextLow === 0 && mode.code === 64 ? 1 : 0;
        return environment.fetch(nextLow | 0, (high + carry) | 0);
      },
      environment.profile.features,
    );
    this.regions = new Regions(regionTable, imports, this.cache, new DataView(ram.buffer));
    ram.onCodeWrite = (page, first, last) => this.cache.invalidate(page, first, last);
    this.flushJumpCache();
  }

  /** Virtual time, in ns, at which the budget will have been used up. */
  endAt(time: number): void {
    this.end = time;
    this.tellEnd(time);
  }
  private tellEnd(time: number): void {
    this.state.setHalves(SLICE_END, time % 2 ** 32, Math.floor(time / 2 ** 32));
  }

  get handlersMade(): number {
    return this.handlers.made;
  }
  /** The six arithmetic flags. */
  arithmeticFlags(): number {
    return this.flagsFunction();
  }
  condition(code: number): boolean {
    return this.conditionFunction(code) !== 0;
  }

  /** The mode, the TLB bank and the tag of jump-cache entries that are valid from now on. */
  setContext(mode: Mode, tlbBank: number, tag: number): void {
    this.contexts++;
    this.mode = mode;
    this.tag = tag;
    this.tlbBase.value = tlbBank;
    this.state.i32[CONTEXT_TAG >> 2] = tag;
  }

  flushJumpCache(): void {
    const { i32 } = this.state;
    for (let n = 0; n < JUMP_CACHE_ENTRIES; n++) {
      const at = (JUMP_CACHE + n * 16) >> 2;
      // Never a context's tag.
      i32[at + 2] = -1;
    }
  }

  /** Forgets all decoded code. */
  flushBlocks(): void {
    this.cache.flush();
    this.regions.clear();
    this.flushJumpCache();
  }

  /** Compiles blocks that have been run so often from now on; Infinity: none. */
  compileAfter(runs: number): void {
    this.cache.heat = Math.min(runs, NEVER_HOT);
    this.flushBlocks();
  }

  /** Stops before instructions at these linear addresses from now on; costs nothing while undefined. */
  setBreakpoints(isBreakpoint: ((low: number, high: number) => boolean) | undefined): void {
    this.cache.isBreakpoint = isBreakpoint;
    this.flushBlocks();
  }
  /** Whether one stands at RIP. */
  get atBreakpoint(): boolean {
    const { isBreakpoint } = this.cache;
    return isBreakpoint !== undefined && isBreakpoint(...this.linearRip());
  }

  linearRip(): readonly [number, number] {
    const { ripLow, ripHigh } = this.state;
    if (this.mode.code === 64) return [ripLow, ripHigh];
    return [((ripLow >>> 0) + this.mode.csBase) | 0, 0];
  }

  /** The decoded block at RIP, or why there is none. */
  private blockAtRip(single: boolean): Block | Exit {
    const { state, mode, cache } = this;
    if (cache.nearlyFull) this.flushBlocks();
    const [low, high] = this.linearRip();
    const offset = this.environment.fetch(low, high);
    if (offset < 0) return FAULT_EXIT;
    const block = cache.at(offset, state.ripLow, state.ripHigh, mode, single);
    const stale = block.secondPage >= 0 && this.secondPageMoved(block);
    if (stale === 'fault') return FAULT_EXIT;
    const handler = state.i32[(block.header + R_HANDLER) >> 2];
    if (block.length === 0 || stale || (handler !== HANDLER_BLOCK && handler !== HANDLER_REGION)) {
      const failure = cache.resolve(block);
      if (failure?.kind === 'second-page') return FAULT_EXIT;
      if (failure?.kind === 'breakpoint') return BREAKPOINT_EXIT;
      if (failure) return { kind: 'failure', failure };
    }
    return block;
  }

  private secondPageMoved(block: Block): boolean | 'fault' {
    const [low, high] = this.linearRip();
    const nextLow = ((low & ~0xfff) + 0x1000) | 0;
    const offset = this.environment.fetch(nextLow, nextLow === 0 ? (high + 1) | 0 : high);
    if (offset < 0) return 'fault';
    return offset !== block.secondPage;
  }

  private enterJumpCache(block: Block): void {
    const { i32 } = this.state;
    const at = jumpCacheEntry(block.ripLow) >> 2;
    i32[at] = block.ripLow;
    i32[at + 1] = block.ripHigh;
    i32[at + (ENTRY_TAG >> 2)] = this.tag;
    i32[at + (ENTRY_HEADER >> 2)] = block.header;
  }

  /** Takes back what a block's header charged for instructions that were not retired. */
  private giveBack(record: number): void {
    this.budget += this.state.u8[record + R_REMAINING]!;
    this.state.i32[RIP >> 2] = this.state.i32[(record + R_RIP) >> 2]!;
    this.state.i32[(RIP >> 2) + 1] = this.state.i32[((record + R_RIP) >> 2) + 1]!;
  }

  /**
   * Runs until the budget is spent or something else is needed. On 'helper', RIP is the instruction's and the budget includes it:
   * the caller does it, counts it with `retire` and calls `resume` or `execute`.
   */
  execute(): Exit {
    for (;;) {
      const from = this.jumpedFrom;
      this.jumpedFrom = -1;
      if (this.budget <= 0) return BUDGET_EXIT;
      const block = this.blockAtRip(false);
      if ('kind' in block) return block;
      this.enterJumpCache(block);
      if (from >= 0) this.cache.noteTarget(from, block.header);
      const exit = this.enter(block.header);
      if (exit) return exit;
    }
  }

  /** Changes whenever records may have come to mean something else: decoded code was forgotten, or the context changed. */
  get version(): number {
    return this.cache.flushes + this.cache.invalidations + this.contexts;
  }

  /** Whether RIP is behind the instruction of a record. */
  isBehind(record: number): boolean {
    const { i32, u8 } = this.state;
    return i32[RIP >> 2] === ((i32[(record + R_RIP) >> 2]! + u8[record + R_LENGTH]!) | 0);
  }

  /** Goes on behind a helper's record in the same block, when nothing that matters to decoding changed. */
  resume(record: number): Exit {
    // The header has charged the rest of the block; so has the caller's budget been given it back.
    this.budget -= this.state.u8[record + R_REMAINING]! - 1;
    if (this.budget < 0) {
      this.budget += this.state.u8[record + R_REMAINING]! - 1;
      return this.execute();
    }
    return this.enter(record + RECORD_SIZE) ?? this.execute();
  }

  private enter(record: number): Exit | undefined {
    const { state } = this;
    const code = (this.mode.width === 64 ? this.run64 : this.run32)(record, this.budget);
    this.budget = state.i32[BUDGET >> 2]!;
    switch (code) {
      case EXIT_LOOKUP:
        this.jumpedFrom = state.i32[NEXT >> 2]!;
        return undefined;
      case EXIT_UNRESOLVED: {
        // A link to a header without body. An instruction over the page's end may only be reached by lookup.
        const header = state.i32[NEXT >> 2]!;
        const [low, high] = this.linearRip();
        const offset = this.environment.fetch(low, high);
        if (offset < 0) return FAULT_EXIT;
        const block = this.cache.at(offset, state.ripLow, state.ripHigh, this.mode, false);
        if (block.header !== header) state.i32[(header + R_HANDLER) >> 2] = HANDLER_LOOKUP;
        return undefined;
      }
      case EXIT_HOT:
        this.regions.compile(state.i32[NEXT >> 2]!);
        return undefined;
      case EXIT_BUDGET:
        if (this.budget <= 0) return BUDGET_EXIT;
        while (this.budget > 0) {
          const exit = this.step();
          if (exit) return exit;
        }
        return BUDGET_EXIT;
      case EXIT_HELPER: {
        const at = state.i32[NEXT >> 2]!;
        this.giveBack(at);
        return { kind: 'helper', site: this.cache.helperAt(at), record: at };
      }
      case EXIT_FAULT: {
        const at = state.i32[NEXT >> 2]!;
        this.giveBack(at);
        return state.i32[CAREFUL >> 2] ? { kind: 'careful', record: at } : FAULT_EXIT;
      }
      default:
        throw new Error(`executor: generated code returned ${code}`);
    }
  }

  /** Runs one instruction (one iteration of a repeated one); undefined when it retired. */
  step(): Exit | undefined {
    const { state } = this;
    const block = this.blockAtRip(true);
    if ('kind' in block) return block;
    // No jump-cache entry has tag 0: indirect jumps leave.
    state.i32[CONTEXT_TAG >> 2] = 0;
    this.tellEnd(this.end - this.budget + 1);
    const code = (this.mode.width === 64 ? this.run64 : this.run32)(block.header, 1);
    this.tellEnd(this.end);
    state.i32[CONTEXT_TAG >> 2] = this.tag;
    const left = state.i32[BUDGET >> 2]!;
    switch (code) {
      case EXIT_LOOKUP:
      case EXIT_STOP:
      case EXIT_BUDGET:
        this.budget -= 1 - left;
        return undefined;
      case EXIT_HELPER: {
        const at = state.i32[NEXT >> 2]!;
        state.i32[RIP >> 2] = state.i32[(at + R_RIP) >> 2]!;
        state.i32[(RIP >> 2) + 1] = state.i32[((at + R_RIP) >> 2) + 1]!;
        return { kind: 'helper', site: this.cache.helperAt(at), record: -1 };
      }
      case EXIT_FAULT: {
        const at = state.i32[NEXT >> 2]!;
        state.i32[RIP >> 2] = state.i32[(at + R_RIP) >> 2]!;
        state.i32[(RIP >> 2) + 1] = state.i32[((at + R_RIP) >> 2) + 1]!;
        return state.i32[CAREFUL >> 2] ? CAREFUL_EXIT : FAULT_EXIT;
      }
      default:
        throw new Error(`executor: single step returned ${code}`);
    }
  }
}
