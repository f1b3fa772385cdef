/**
 * The exit log: rows in typed columns, one at each #VMEXIT, decoded only when somebody looks; and counts over the whole run. It reads
 * the VMCB as #VMEXIT left it, whoever runs the guest. Rows lie in chunks that are made as they are needed; when there are as many as
 * may be, the oldest is taken for the newest.
 */
import { RCX, RDX } from '../engine/arch/registers';
import { VMCB } from '../engine/arch/vmcb';
import type { CpuState } from '../engine/state/cpu-state';
import type { Ram } from '../engine/state/ram';
import type { OutcomeKind } from '../protocol/exit-log';
import { ExitHistogram } from './exit-histogram';
import { ExitTally, detailKey } from './exit-tally';

export const CHUNK_ROWS = 1 << 14;
/** A million exits are always kept: one chunk more than that takes. */
export const MOST_CHUNKS = 65;

const OUTCOMES = ['pending', 'resume', 'advance', 'inject', 'stop', 'software'] as const satisfies OutcomeKind[];

/** 64-bit columns; of a row they lie side by side, each two int32 words: low, high. */
const WIDE = ['info1', 'info2', 'intInfo', 'rip', 'nRip', 'rax', 'rcx', 'rdx'] as const;
export type WideColumn = (typeof WIDE)[number];
const ROW_WORDS = WIDE.length * 2;
const WORD = Object.fromEntries(WIDE.map((name, index) => [name, index * 2])) as Record<WideColumn, number>;

/** int32 words of the VMCB's page that go into a row, and where. */
const FROM_VMCB = new Int32Array(
  (['info1', 'info2', 'intInfo', 'rip', 'nRip', 'rax'] as const).flatMap((name) => {
    const fields = { info1: 'exitInfo1', info2: 'exitInfo2', intInfo: 'exitIntInfo' } as const;
    const field = name === 'info1' || name === 'info2' || name === 'intInfo' ? fields[name] : name;
    const word = VMCB[field].offset >>> 2;
    return [WORD[name], word, WORD[name] + 1, word + 1];
  }),
);

/** A moment of the log, to go to. */
export interface ExitLogMark {
  readonly total: number;
  readonly dropped: number;
  /** Chunks that were kept. Only rows up to `total` count: those behind are of a course that went on from here. */
  readonly chunks: readonly ExitChunk[];
  /** What may still change of the newest row, as it was. */
  readonly newest: Decided | undefined;
  readonly tally: ExitTally;
  readonly histogram: ExitHistogram;
}

/** What is told of an exit after it was taken. */
interface Decided {
  readonly cost: number;
  readonly outcome: number;
  readonly value: number;
  readonly handler: number;
}

const MOST_U32 = 0xffff_ffff;
const MOST_HANDLERS = 0xffff;

/** A run of rows. */
export class ExitChunk {
  readonly time: Float64Array;
  readonly clock: Float64Array;
  readonly ran: Uint32Array;
  /** Virtual ns; 0 while nobody knows. */
  readonly cost: Uint32Array;
  readonly codes: Int32Array;
  readonly guest: Uint16Array;
  readonly words: Int32Array;
  readonly outcomes: Uint8Array;
  readonly outcomeValues: Uint16Array;
  readonly handlers: Uint16Array;
  /** A mark holds it: it is not taken for other rows. */
  marked = false;

  constructor(private readonly rows: number) {
    this.time = new Float64Array(rows);
    this.clock = new Float64Array(rows);
    this.ran = new Uint32Array(rows);
    this.cost = new Uint32Array(rows);
    this.codes = new Int32Array(rows);
    this.guest = new Uint16Array(rows);
    this.words = new Int32Array(rows * ROW_WORDS);
    this.outcomes = new Uint8Array(rows);
    this.outcomeValues = new Uint16Array(rows);
    this.handlers = new Uint16Array(rows);
  }

  low(at: number, column: WideColumn): number {
    return this.words[at * ROW_WORDS + WORD[column]]!;
  }
  high(at: number, column: WideColumn): number {
    return this.words[at * ROW_WORDS + WORD[column] + 1]!;
  }
  decided(at: number): Decided {
    return {
      cost: this.cost[at]!,
      outcome: this.outcomes[at]!,
      value: this.outcomeValues[at]!,
      handler: this.handlers[at]!,
    };
  }
  setDecided(at: number, { cost, outcome, value, handler }: Decided): void {
    this.cost[at] = cost;
    this.outcomes[at] = outcome;
    this.outcomeValues[at] = value;
    this.handlers[at] = handler;
  }
  /** Its first rows, to go on from. */
  copy(rows: number): ExitChunk {
    const copy = new ExitChunk(this.rows);
    copy.time.set(this.time.subarray(0, rows));
    copy.clock.set(this.clock.subarray(0, rows));
    copy.ran.set(this.ran.subarray(0, rows));
    copy.cost.set(this.cost.subarray(0, rows));
    copy.codes.set(this.codes.subarray(0, rows));
    copy.guest.set(this.guest.subarray(0, rows));
    copy.words.set(this.words.subarray(0, rows * ROW_WORDS));
    copy.outcomes.set(this.outcomes.subarray(0, rows));
    copy.outcomeValues.set(this.outcomeValues.subarray(0, rows));
    copy.handlers.set(this.handlers.subarray(0, rows));
    return copy;
  }

  /** What the exit of a row is about: see `detailKey`. */
  detail(at: number): number {
    const { words } = this;
    const row = at * ROW_WORDS;
    return detailKey(
      this.codes[at]!,
      words[row + WORD.info1]!,
      words[row + WORD.info2]!,
      words[row + WORD.info2 + 1]!,
      words[row + WORD.rax]!,
      words[row + WORD.rcx]!,
    );
  }
}

export class ExitLog {
  /** #VMEXITs since reset, kept or not; the number of the newest. */
  total = 0;
  /** Counts over all of them. */
  readonly tally = new ExitTally();
  readonly histogram = new ExitHistogram();
  private readonly chunks: ExitChunk[] = [];
  /** Chunks that were given up. */
  private dropped = 0;
  private tail: ExitChunk | undefined;
  /** Rows in `tail`. */
  private filled = 0;
  /** Handlers by the number in their column; 0 is nobody. */
  private readonly handlerNames: string[] = [''];
  private readonly handlerNumbers = new Map([['', 0]]);

  constructor(
    readonly chunkRows = CHUNK_ROWS,
    private readonly mostChunks = MOST_CHUNKS,
  ) {}

  /** Number of the oldest row kept; 0 if there is none. */
  get oldest(): number {
    return this.total === 0 ? 0 : this.dropped * this.chunkRows + 1;
  }
  /** Rows that are kept. */
  get kept(): number {
    return this.total - this.dropped * this.chunkRows;
  }

  /**
   * Takes the exit that the VMCB at an SPA holds; general registers are still the guest's. `time`: instructions retired since reset,
   * `clock`: virtual ns, `ran`: instructions since VMRUN. `decided`: by whom the exit is handled: `pending` when a handler is still to
   * say, `software` when emulated code is. Returns its number.
   */
  take(
    state: CpuState,
    ram: Ram,
    vmcb: number,
    guest: number,
    code: number,
    time: number,
    clock: number,
    ran: number,
    decided: OutcomeKind,
  ): number {
    let { tail } = this;
    if (!tail || this.filled === this.chunkRows) tail = this.grow();
    const at = this.filled++;
    tail.time[at] = time;
    tail.clock[at] = clock;
    tail.ran[at] = Math.min(ran, MOST_U32);
    tail.cost[at] = 0;
    tail.guest[at] = guest;
    tail.codes[at] = code;
    tail.outcomes[at] = OUTCOMES.indexOf(decided);
    tail.outcomeValues[at] = 0;
    tail.handlers[at] = 0;
    const { words } = tail;
    const row = at * ROW_WORDS;
    const page = ram.offset(vmcb);
    if (page < 0) words.fill(0, row, row + ROW_WORDS);
    else {
      const { i32 } = state;
      const from = page >>> 2;
      for (let n = 0; n < FROM_VMCB.length; n += 2) words[row + FROM_VMCB[n]!] = i32[from + FROM_VMCB[n + 1]!]!;
    }
    words[row + WORD.rcx] = state.gprLow(RCX);
    words[row + WORD.rcx + 1] = state.gprHigh(RCX);
    words[row + WORD.rdx] = state.gprLow(RDX);
    words[row + WORD.rdx + 1] = state.gprHigh(RDX);
    const kind = this.tally.add(code, guest, ran, tail.detail(at));
    this.histogram.add(time, kind.class);
    return ++this.total;
  }

  /** Virtual ns from the newest #VMEXIT to the VMRUN after it. */
  spent(cost: number): void {
    const { tail } = this;
    if (!tail) return;
    tail.cost[this.filled - 1] = Math.min(cost, MOST_U32);
    this.tally.spent(cost);
  }

  /** What became of an exit. `value`: bytes of an advance, or a vector. */
  decide(number: number, outcome: OutcomeKind, value: number, handler: string): void {
    if (!this.keeps(number)) return;
    const chunk = this.chunkOf(number);
    const at = this.at(number);
    chunk.outcomes[at] = OUTCOMES.indexOf(outcome);
    chunk.outcomeValues[at] = value;
    let index = this.handlerNumbers.get(handler);
    if (index === undefined) {
      index = this.handlerNames.length > MOST_HANDLERS ? 0 : this.handlerNames.push(handler) - 1;
      if (index > 0) this.handlerNumbers.set(handler, index);
    }
    chunk.handlers[at] = index;
  }

  keeps(number: number): boolean {
    return number >= 1 && number >= this.oldest && number <= this.total;
  }

  /** Chunks that are kept: number of the first row, and how many rows there are. */
  *pieces(): Iterable<{ readonly chunk: ExitChunk; readonly first: number; readonly rows: number }> {
    for (const [index, chunk] of this.chunks.entries()) {
      const first = (this.dropped + index) * this.chunkRows + 1;
      yield { chunk, first, rows: Math.min(this.chunkRows, this.total - first + 1) };
    }
  }

  /** Number of the first kept row whose time is not before this one; one past the newest if there is none. */
  since(time: number): number {
    let from = this.oldest || 1;
    let to = this.total + 1;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if (this.timeOf(middle) < time) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  // By number, of a row that is kept

  /** Instructions retired since reset. */
  timeOf(number: number): number {
    return this.chunkOf(number).time[this.at(number)]!;
  }
  /** Virtual ns. */
  clockOf(number: number): number {
    return this.chunkOf(number).clock[this.at(number)]!;
  }
  /** Instructions the guest retired since VMRUN. */
  ranOf(number: number): number {
    return this.chunkOf(number).ran[this.at(number)]!;
  }
  /** Virtual ns; 0 while nobody knows. */
  costOf(number: number): number {
    return this.chunkOf(number).cost[this.at(number)]!;
  }
  guestOf(number: number): number {
    return this.chunkOf(number).guest[this.at(number)]!;
  }
  codeOf(number: number): number {
    return this.chunkOf(number).codes[this.at(number)]!;
  }
  low(number: number, column: WideColumn): number {
    return this.chunkOf(number).low(this.at(number), column);
  }
  high(number: number, column: WideColumn): number {
    return this.chunkOf(number).high(this.at(number), column);
  }
  /** A 64-bit column as unsigned BigInt. */
  big(number: number, column: WideColumn): bigint {
    return (BigInt(this.high(number, column) >>> 0) << 32n) | BigInt(this.low(number, column) >>> 0);
  }
  outcomeOf(number: number): OutcomeKind {
    return OUTCOMES[this.chunkOf(number).outcomes[this.at(number)]!]!;
  }
  outcomeValueOf(number: number): number {
    return this.chunkOf(number).outcomeValues[this.at(number)]!;
  }
  handlerOf(number: number): string {
    return this.handlerNames[this.chunkOf(number).handlers[this.at(number)]!]!;
  }

  // Back in time

  mark(): ExitLogMark {
    for (const chunk of this.chunks) chunk.marked = true;
    return {
      total: this.total,
      dropped: this.dropped,
      chunks: [...this.chunks],
      newest: this.tail?.decided(this.filled - 1),
      tally: this.tally.copy(),
      histogram: this.histogram.copy(),
    };
  }

  /** The log as it was at a mark, before or in another course. */
  backTo({ total, dropped, chunks, newest, tally, histogram }: ExitLogMark): void {
    this.chunks.splice(0, Infinity, ...chunks);
    this.dropped = dropped;
    this.total = total;
    this.filled = total - (dropped + chunks.length - 1) * this.chunkRows;
    this.tail = chunks.at(-1)?.copy(this.filled);
    if (this.tail) {
      this.chunks[chunks.length - 1] = this.tail;
      this.tail.setDecided(this.filled - 1, newest!);
    }
    const last = this.keeps(total)
      ? { code: this.codeOf(total), guest: this.guestOf(total), key: this.chunkOf(total).detail(this.at(total)) }
      : undefined;
    this.tally.become(tally, last);
    this.histogram.become(histogram);
  }

  private chunkOf(number: number): ExitChunk {
    return this.chunks[Math.floor((number - 1) / this.chunkRows) - this.dropped]!;
  }
  private at(number: number): number {
    return (number - 1) % this.chunkRows;
  }

  private grow(): ExitChunk {
    let chunk: ExitChunk | undefined;
    if (this.chunks.length === this.mostChunks) {
      chunk = this.chunks.shift();
      this.dropped++;
    }
    if (!chunk || chunk.marked) chunk = new ExitChunk(this.chunkRows);
    this.chunks.push(chunk);
    this.tail = chunk;
    this.filled = 0;
    return chunk;
  }
}
