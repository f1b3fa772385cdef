/**
 * Decoded blocks, by where their bytes lie (linear-memory offset), their rIP and their mode. A block's header record lives as long as
 * the cache: links point at headers, so invalidating a block patches one word.
 */
import { decode, type CodeSize, type Instruction, type Operand } from '../isa/decode';
import type { HelperName } from '../isa/emitter';
import { RECORDS, RECORDS_SIZE } from '../state/layout';
import type { Ram } from '../state/ram';
import type { Row } from '../isa/row';
import { unitFault } from '../isa/unit';
import { liveBefore, mayLeave } from './flag-liveness';
import type { HandlerTable } from './handler-table';
import { HEAT, NEVER_HOT } from './heat';
import type { HandlerInfo } from './interpreter';
import { add64, predecode, RecordWriter, shapeNumber } from './predecode';
import {
  FIRST_SHAPE_HANDLER,
  HANDLER_BLOCK,
  HANDLER_HELPER,
  HANDLER_JUMP,
  HANDLER_LOOKUP,
  HANDLER_STOP,
  HANDLER_UNRESOLVED,
  R_COUNTER,
  R_HANDLER,
  R_LENGTH,
  R_NEXT,
  R_REMAINING,
  R_RIP,
  R_TARGET,
  RECORD_SIZE,
} from './record';
import type { Shape } from './shape';
import type { Width } from './place';

/** What decoding depends on besides the bytes. */
export interface Mode {
  readonly id: number;
  readonly code: CodeSize;
  readonly width: Width;
  readonly flat: boolean;
  /** Which units may be used: see isa/unit. */
  readonly units: number;
  /** CS base (legacy modes; 0 in 64-bit mode) and limit. */
  readonly csBase: number;
  readonly csLimit: number;
}

export interface Block {
  readonly header: number;
  /** Linear-memory offset of the first byte. */
  readonly offset: number;
  readonly ripLow: number;
  readonly ripHigh: number;
  readonly mode: Mode;
  readonly single: boolean;
  /** Bytes of code; 0 while unresolved. */
  length: number;
  /** Linear-memory offset of the second page when one instruction lies across two; else −1. */
  secondPage: number;
}

/** An out-of-line instruction, found by its record. */
export interface HelperSite {
  readonly instruction: Instruction;
  readonly helper: HelperName;
  readonly ripLow: number;
  readonly ripHigh: number;
}

/** One instruction of a decoded block, for whoever compiles it. */
export interface Step {
  /** Its first record (of its address) and its own. */
  readonly first: number;
  readonly record: number;
  readonly instruction: Instruction;
  /** Undefined where it lies out of line. */
  readonly shape: Shape | undefined;
  /** It may end in an exception or out of line. */
  readonly leaves: boolean;
}

/** What stands in the way of a block at an address. */
export type BlockFailure =
  | { readonly kind: 'unknown'; readonly bytes: readonly number[] } // an encoding without a row
  | { readonly kind: 'general-protection' } // beyond CS's limit, or longer than 15 bytes
  | { readonly kind: 'second-page' } // the rest lies on a page that cannot be fetched: the fault is set
  | { readonly kind: 'breakpoint' }; // somebody wants to stop before its first instruction

/** The row's meaning, or the exception that comes first because its unit may not be used. */
function meaningOf({ row }: Instruction, mode: Mode): Row['meaning'] {
  return (row.unit && unitFault(row.unit, mode.units)) ?? row.meaning;
}

type Relative = Extract<Operand, { kind: 'immediate' | 'relative' }>;

interface Predecoded {
  readonly record: number;
  readonly shape: Shape;
  readonly handler: HandlerInfo;
}

const MAX_INSTRUCTIONS = 64;
const PAGE = 4096;
/** Of one indirect jump. */
const MOST_TARGETS = 32;

export class BlockCache {
  private readonly blocks = new Map<number, Block[]>();
  private readonly byHeader = new Map<number, Block>();
  private readonly byPage = new Map<number, Set<Block>>();
  private readonly helpers = new Map<number, HelperSite>();
  /** Where indirect jumps were seen to lead: headers, by the jump's record. */
  private readonly seenTargets = new Map<number, number[]>();
  /** Shapes that have handlers, by number (see predecode), and the handlers where nothing is known of the flags. */
  private readonly prepared = new Set<number>();
  private readonly byNumber = new Map<number, HandlerInfo>();
  private readonly view: DataView;
  private next = RECORDS;
  /**
   * Whether to stop before the instruction at a linear address. Asked when code is decoded, so set it only with an empty cache: blocks
   * end before such an address, and the one that begins there gets no body.
   */
  isBreakpoint: ((low: number, high: number) => boolean) | undefined;
  /** How often a block is run before it is hot: then generated code leaves with EXIT_HOT at its header. */
  heat = HEAT;
  /** Told of a block that lost its body. */
  onInvalidated: (block: Block) => void = () => undefined;
  /** Counts flushes; headers of an older count are gone. */
  flushes = 0;
  /** Counts blocks that lost their bodies. */
  invalidations = 0;

  constructor(
    private readonly ram: Ram,
    private readonly handlers: HandlerTable,
    /** Told when a page gets its first decoded code: writes to it must take the slow path. */
    private readonly onCodePage: (pageOffset: number) => void,
    /** Linear-memory offset of the first byte of the linear page after the one of this rIP, or −1 with a fault set. */
    private readonly fetchNextPage: (ripLow: number, ripHigh: number, mode: Mode) => number,
    /** What CPUID reports. */
    private readonly features: ReadonlySet<string>,
  ) {
    this.view = new DataView(ram.buffer);
  }

  /** Forgets everything. */
  flush(): void {
    for (const page of this.byPage.keys()) this.ram.clearCode(page);
    this.blocks.clear();
    this.byHeader.clear();
    this.byPage.clear();
    this.helpers.clear();
    this.seenTargets.clear();
    this.next = RECORDS;
    this.flushes++;
  }

  get nearlyFull(): boolean {
    return this.next > RECORDS + RECORDS_SIZE - RECORD_SIZE * 1024;
  }

  helperAt(record: number): HelperSite {
    const site = this.helpers.get(record);
    if (!site) throw new Error(`block cache: record ${record.toString(16)} is no helper's`);
    return site;
  }

  /** The block at an offset, decoded or not; made when missing. */
  at(offset: number, ripLow: number, ripHigh: number, mode: Mode, single: boolean): Block {
    const list = this.blocks.get(offset);
    const known = list?.find(
      (b) => b.ripLow === ripLow && b.ripHigh === ripHigh && b.mode === mode && b.single === single,
    );
    if (known) return known;
    const header = this.allocate(1);
    const block: Block = { header, offset, ripLow, ripHigh, mode, single, length: 0, secondPage: -1 };
    const w = new RecordWriter(this.view, header);
    w.clear();
    w.i64(R_RIP, ripLow, ripHigh);
    w.i32(R_HANDLER, HANDLER_UNRESOLVED);
    w.i32(R_COUNTER, single ? NEVER_HOT : this.heat);
    this.byHeader.set(header, block);
    if (list) list.push(block);
    else this.blocks.set(offset, [block]);
    return block;
  }

  private allocate(records: number): number {
    const at = this.next;
    this.next += records * RECORD_SIZE;
    return at;
  }

  /** Decodes a block that has no body. */
  resolve(block: Block): BlockFailure | undefined {
    const { mode, offset } = block;
    if (this.isBreakpoint && !block.single && this.breaksAt(block, 0)) return { kind: 'breakpoint' };
    const decoded = this.decodeRun(block);
    if (!Array.isArray(decoded)) return decoded as BlockFailure;
    const run = decoded as Instruction[];
    this.prepareHandlers(run, block);

    const w = new RecordWriter(this.view, this.next);
    const body = w.at;
    let [ripLow, ripHigh] = [block.ripLow, block.ripHigh];
    let flags: Shape['flags'];
    const predecoded: (Predecoded | undefined)[] = [];
    run.forEach((i, n) => {
      const remaining = run.length - n;
      const start = w.at;
      const meaning = meaningOf(i, mode);
      if (typeof meaning === 'string') {
        w.clear();
        w.i32(R_HANDLER, HANDLER_HELPER);
        w.i64(R_RIP, ripLow, ripHigh);
        w.u8(R_LENGTH, i.length);
        this.helpers.set(w.at, { instruction: i, helper: meaning, ripLow, ripHigh });
        w.at += RECORD_SIZE;
        flags = undefined;
        predecoded.push(undefined);
      } else {
        const { shape, record } = predecode(w, i, ripLow, ripHigh, mode, flags);
        const handler = this.handlerOf(i, shape, mode);
        this.view.setInt32(record + R_HANDLER, handler.handler, true);
        predecoded.push({ record, shape, handler });
        if (handler.fallback) this.helpers.set(record, { instruction: i, helper: handler.fallback, ripLow, ripHigh });
        if (handler.changesFlags) {
          const size = shape.operands[0]?.size ?? 4;
          flags = i.row.leaves && size !== 16 ? { kind: i.row.leaves, size } : undefined;
        }
      }
      for (let at = start; at < w.at; at += RECORD_SIZE) this.view.setUint8(at + R_REMAINING, remaining);
      [ripLow, ripHigh] = this.nextRip(ripLow, ripHigh, i.length, mode);
    });
    this.dropDeadFlags(run, predecoded, mode.width);
    this.fuseLast(predecoded, mode.width);
    const last = run[run.length - 1]!;
    const lastRecord = w.at - RECORD_SIZE;
    this.next = w.at;

    const relative = last.operands.find((o): o is Relative => o.kind === 'relative');
    if (relative && typeof last.row.meaning !== 'string') {
      let [low, high] = add64(ripLow, ripHigh, relative.low);
      if (relative.size === 2) low &= 0xffff;
      if (relative.size !== 8 || mode.width === 32) high = 0;
      const taken = this.link(block, low, high);
      const fallThrough = last.row.condition !== undefined || /^(LOOP|J.?CXZ)/.test(last.row.mnemonic);
      const notTaken = fallThrough ? this.link(block, ripLow, ripHigh) : 0;
      this.view.setInt32(lastRecord + R_TARGET, taken, true);
      this.view.setInt32(lastRecord + R_NEXT, notTaken, true);
    }
    // What runs on after the last record (or after a helper) finds the way to the next block.
    const tail = this.allocate(1);
    w.at = tail;
    w.clear();
    w.i64(R_RIP, ripLow, ripHigh);
    if (block.single) w.i32(R_HANDLER, HANDLER_STOP);
    else {
      w.i32(R_HANDLER, HANDLER_JUMP);
      w.i32(R_TARGET, this.link(block, ripLow, ripHigh));
    }

    w.at = block.header;
    w.i32(R_TARGET, body);
    w.i32(R_NEXT, run.length);
    w.i32(R_HANDLER, HANDLER_BLOCK);
    this.markCode(block, offset, block.length);
    return undefined;
  }

  /**
   * Backwards through the block: flags that are overwritten before anybody can see them need not be kept. Whoever may leave the block
   * (an access that can fault, a helper) sees them.
   */
  private dropDeadFlags(run: readonly Instruction[], decoded: readonly (Predecoded | undefined)[], width: Width): void {
    let live = true;
    for (let n = run.length - 1; n >= 0; n--) {
      const { row } = run[n]!;
      const d = decoded[n];
      if (!d) {
        live = true;
        continue;
      }
      const { shape, handler, record } = d;
      if (handler.changesFlags && !live && !shape.dead) {
        const deadHandler = this.handlers.find({ ...shape, flags: undefined, dead: true }, width);
        if (deadHandler) this.view.setInt32(record + R_HANDLER, deadHandler.handler, true);
        else live = true;
      }
      live = liveBefore(row, mayLeave(run[n]!, handler.fallback !== undefined), live);
    }
  }

  /** A compare and the conditional jump behind it become one handler, where there is one. */
  private fuseLast(predecoded: readonly (Predecoded | undefined)[], width: Width): void {
    const jump = predecoded[predecoded.length - 1];
    const first = predecoded[predecoded.length - 2];
    if (!first || jump?.shape.flags === undefined || jump.record !== first.record + RECORD_SIZE) return;
    const fused = this.handlers.find({ ...first.shape, then: jump.shape }, width);
    if (fused) this.view.setInt32(first.record + R_HANDLER, fused.handler, true);
  }

  private nextRip(low: number, high: number, length: number, mode: Mode): readonly [number, number] {
    const [a, b] = add64(low, high, length);
    return mode.code === 64 ? [a, b] : [a, 0];
  }

  /** Decodes instructions up to the end of the block and sets its length. */
  private decodeRun(block: Block): Instruction[] | BlockFailure {
    const { mode, offset } = block;
    const pageEnd = offset - (offset % PAGE) + PAGE;
    const run: Instruction[] = [];
    let at = offset;
    let room = mode.code === 64 ? Infinity : mode.csLimit - (block.ripLow >>> 0) + 1;
    if (room <= 0) return { kind: 'general-protection' };
    while (run.length < (block.single ? 1 : MAX_INSTRUCTIONS)) {
      const end = Math.min(pageEnd, at + room);
      let i = decode(this.ram.u8, at, end, mode.code, this.features);
      if (i === 'more' && run.length === 0 && end === pageEnd) {
        const second = this.fetchNextPage(block.ripLow, block.ripHigh, mode);
        if (second < 0) return { kind: 'second-page' };
        const joined = new Uint8Array(16);
        joined.set(this.ram.u8.subarray(at, pageEnd));
        joined.set(this.ram.u8.subarray(second, second + 16 - (pageEnd - at)), pageEnd - at);
        i = decode(joined, 0, Math.min(16, room), mode.code, this.features);
        block.secondPage = second;
        if (i === 'unknown') return { kind: 'unknown', bytes: [...joined.subarray(0, 15)] };
      }
      if (typeof i === 'string') {
        if (run.length > 0) break;
        if (i === 'unknown') return { kind: 'unknown', bytes: [...this.ram.u8.subarray(at, Math.min(end, at + 15))] };
        return { kind: 'general-protection' };
      }
      if (this.isBreakpoint && !block.single && run.length > 0 && this.breaksAt(block, at - offset)) break;
      run.push(i);
      at += i.length;
      room -= i.length;
      if (i.row.ends || block.secondPage >= 0 || at >= pageEnd) break;
    }
    block.length = at - offset;
    return run;
  }

  /** Whether a breakpoint stands `distance` bytes into a block. */
  private breaksAt(block: Block, distance: number): boolean {
    const { mode } = block;
    const [low, high] = add64(block.ripLow, block.ripHigh, distance + mode.csBase);
    return this.isBreakpoint!(low, mode.code === 64 ? high : 0);
  }

  /** Where a link to rIP leads: a header on the same page, or a record that looks the address up. */
  private link(from: Block, ripLow: number, ripHigh: number): number {
    if (!from.single && from.secondPage < 0) {
      const distance = (ripLow >>> 0) - (from.ripLow >>> 0);
      const offset = from.offset + distance;
      const samePage = ripHigh === from.ripHigh && Math.floor(offset / PAGE) === Math.floor(from.offset / PAGE);
      if (samePage && !this.crossesPage(offset, from.mode.code))
        return this.at(offset, ripLow, ripHigh, from.mode, false).header;
    }
    const stub = this.allocate(1);
    const w = new RecordWriter(this.view, stub);
    w.clear();
    w.i64(R_RIP, ripLow, ripHigh);
    w.i32(R_HANDLER, from.single ? HANDLER_STOP : HANDLER_LOOKUP);
    return stub;
  }

  /** An instruction over the page's end depends on the next page's mapping: it is always looked up. */
  private crossesPage(offset: number, code: CodeSize): boolean {
    const end = offset - (offset % PAGE) + PAGE;
    return end - offset < 15 && decode(this.ram.u8, offset, end, code, this.features) === 'more';
  }

  private handlerOf(i: Instruction, shape: Shape, mode: Mode): HandlerInfo {
    if (shape.flags) return this.handlers.get(shape, mode.width);
    const number = shapeNumber(i, mode);
    let handler = this.byNumber.get(number);
    if (!handler) this.byNumber.set(number, (handler = this.handlers.get(shape, mode.width)));
    return handler;
  }

  /** Compiles handlers the run needs and the interpreter lacks, all in one module. */
  private prepareHandlers(run: readonly Instruction[], block: Block): void {
    const scratch = new RecordWriter(this.view, this.next);
    const shapes: Shape[] = [];
    for (const i of run) {
      if (typeof meaningOf(i, block.mode) === 'string') continue;
      const number = shapeNumber(i, block.mode);
      if (this.prepared.has(number)) continue;
      this.prepared.add(number);
      scratch.at = this.next;
      // Shapes with and without known flags may both come up: the flags are known only after handlers are.
      shapes.push(predecode(scratch, i, block.ripLow, block.ripHigh, block.mode, undefined).shape);
    }
    this.handlers.prepare(shapes, block.mode.width);
  }

  private markCode(block: Block, offset: number, length: number): void {
    const pageEnd = offset - (offset % PAGE) + PAGE;
    this.markPage(block, offset, Math.min(length, pageEnd - offset));
    if (block.secondPage >= 0) this.markPage(block, block.secondPage, offset + length - pageEnd);
  }

  private markPage(block: Block, offset: number, length: number): void {
    const page = offset - (offset % PAGE);
    let set = this.byPage.get(page);
    if (!set) this.byPage.set(page, (set = new Set()));
    set.add(block);
    const fresh = !this.ram.pageHasCode(offset);
    this.ram.markCode(offset, length);
    if (fresh) this.onCodePage(page);
  }

  /** Bytes of a page's lines were or will be overwritten: blocks over them lose their bodies. */
  invalidate(page: number, firstLine: number, lastLine: number): void {
    const set = this.byPage.get(page);
    if (!set) return;
    const from = page + firstLine * 64;
    const to = page + lastLine * 64 + 64;
    this.ram.clearCode(page);
    for (const block of set) {
      const [start, end] = this.rangeOn(block, page);
      if (end > from && start < to) {
        set.delete(block);
        this.invalidations++;
        if (block.secondPage >= 0)
          this.byPage
            .get(block.secondPage === page ? block.offset - (block.offset % PAGE) : block.secondPage)
            ?.delete(block);
        this.onInvalidated(block);
        this.view.setInt32(block.header + R_HANDLER, HANDLER_UNRESOLVED, true);
        block.length = 0;
        block.secondPage = -1;
      } else this.ram.markCode(start, end - start);
    }
    if (set.size === 0) this.byPage.delete(page);
  }

  /** The block of a header record; undefined for any other record. */
  blockAt(header: number): Block | undefined {
    return this.byHeader.get(header);
  }

  /** An indirect jump led to a block. */
  noteTarget(record: number, header: number): void {
    // a record for another page says itself where it leads
    if (this.view.getInt32(record + R_HANDLER, true) < FIRST_SHAPE_HANDLER) return;
    const seen = this.seenTargets.get(record);
    if (!seen) this.seenTargets.set(record, [header]);
    else if (seen.length < MOST_TARGETS && !seen.includes(header)) seen.push(header);
  }
  targetsSeen(record: number): readonly number[] {
    return this.seenTargets.get(record) ?? [];
  }

  /** The instructions of a decoded block and their records. */
  stepsOf(block: Block): readonly Step[] {
    const run = this.decodeRun(block);
    if (!Array.isArray(run)) throw new Error('block cache: a decoded block can no longer be decoded');
    let record = this.view.getInt32(block.header + R_TARGET, true);
    let [ripLow, ripHigh] = [block.ripLow, block.ripHigh];
    return (run as Instruction[]).map((instruction) => {
      const first = record;
      let shape: Shape | undefined;
      let own = record;
      if (typeof meaningOf(instruction, block.mode) !== 'string') {
        // once more, beyond what is in use, for the shape and the number of records
        const w = new RecordWriter(this.view, this.next);
        const again = predecode(w, instruction, ripLow, ripHigh, block.mode, undefined);
        shape = again.shape;
        own = first + again.record - this.next;
      }
      record = own + RECORD_SIZE;
      [ripLow, ripHigh] = this.nextRip(ripLow, ripHigh, instruction.length, block.mode);
      return { first, record: own, instruction, shape, leaves: this.stepLeaves(instruction, shape, block.mode) };
    });
  }
  private stepLeaves(i: Instruction, shape: Shape | undefined, mode: Mode): boolean {
    return !shape || mayLeave(i, this.handlerOf(i, shape, mode).fallback !== undefined);
  }

  /** First and one past the last byte of a block on a page. */
  private rangeOn(block: Block, page: number): readonly [number, number] {
    const pageEnd = block.offset - (block.offset % PAGE) + PAGE;
    if (block.secondPage === page) return [page, page + block.offset + block.length - pageEnd];
    return [block.offset, Math.min(pageEnd, block.offset + block.length)];
  }
}
