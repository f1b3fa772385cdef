/**
 * Searches in the exit log. A search remembers what it has found, chunk by chunk, and looks only at what has come since; it looks in
 * stretches, so that a million rows keep nobody waiting.
 */
import { EXIT_CODES } from '../engine/arch/exit-codes';
import { valueOf } from '../protocol/codec';
import type { ExitFilter } from '../protocol/exit-log';
import type { ExitChunk, ExitLog } from './exit-log';
import { ExitTally, classOfExit } from './exit-tally';
import { breathe, wallTime } from './pace';

/** Rows between two looks at the wall clock, and milliseconds between two breaths. */
const STRETCH = 4096;
const LONGEST = 8;
/** Searches that are remembered. */
const MOST_SEARCHES = 4;
const FIRST_ROOM = 256;

/** Whether a row of a chunk passes. */
type Test = (chunk: ExitChunk, at: number) => boolean;

/** What was found in one chunk. */
class Finds {
  /** Rows that have been looked at. */
  seen = 0;
  count = 0;
  readonly tally = new ExitTally();
  private rows = new Uint16Array(FIRST_ROOM);

  constructor(
    readonly first: number,
    readonly chunk: ExitChunk,
  ) {}

  /** Looks at the rows before `end`. */
  look(end: number, test: Test): void {
    const { chunk } = this;
    for (let at = this.seen; at < end; at++) if (test(chunk, at)) this.add(at);
    this.seen = end;
  }

  numberAt(index: number): number {
    return this.first + this.rows[index]!;
  }

  private add(at: number): void {
    if (this.count === this.rows.length) {
      const more = new Uint16Array(this.rows.length * 2);
      more.set(this.rows);
      this.rows = more;
    }
    this.rows[this.count++] = at;
    tallyRow(this.tally, this.chunk, at);
  }
}

/** Rows that pass a filter, as of one moment. */
export interface Found {
  readonly length: number;
  /** Numbers of exits from an index on. */
  slice(from: number, to: number): number[];
  tally(): ExitTally;
}

class Search {
  private finds: Finds[] = [];

  constructor(
    private readonly log: ExitLog,
    private readonly test: Test,
  ) {}

  async run(): Promise<Found> {
    let breath = wallTime();
    while (!this.lookOn()) {
      if (wallTime() - breath < LONGEST) continue;
      await breathe();
      breath = wallTime();
    }
    return this.found();
  }

  /** A stretch; true when all has been seen. What the newest exit costs may not be known, so it is looked at each time. */
  private lookOn(): boolean {
    const { log } = this;
    const oldest = log.oldest;
    if (this.finds[0] && this.finds[0].first < oldest) this.finds = this.finds.filter(({ first }) => first >= oldest);
    let index = 0;
    for (const { chunk, first, rows } of log.pieces()) {
      const settled = first + rows > log.total ? rows - 1 : rows;
      let finds = this.finds[index];
      // the log may have gone to a mark
      if (finds?.chunk !== chunk) finds = this.finds[index] = new Finds(first, chunk);
      index++;
      if (finds.seen >= settled) continue;
      finds.look(Math.min(settled, finds.seen + STRETCH), this.test);
      return false;
    }
    this.finds.length = index;
    return true;
  }

  private found(): Found {
    const finds = [...this.finds];
    const counts = finds.map(({ count }) => count);
    let newest: { readonly chunk: ExitChunk; readonly at: number; readonly number: number } | undefined;
    for (const { chunk, first, rows } of this.log.pieces()) {
      const at = rows - 1;
      if (first + at === this.log.total && this.test(chunk, at)) newest = { chunk, at, number: first + at };
    }
    const before = counts.reduce((sum, count) => sum + count, 0);
    const length = before + (newest ? 1 : 0);
    return {
      length,
      slice: (from, to) => {
        const numbers: number[] = [];
        let start = 0;
        for (const [index, one] of finds.entries()) {
          const end = start + counts[index]!;
          for (let at = Math.max(from, start); at < Math.min(to, end); at++) numbers.push(one.numberAt(at - start));
          start = end;
        }
        if (newest && from <= before && to > before) numbers.push(newest.number);
        return numbers;
      },
      tally: () => {
        const sum = new ExitTally();
        for (const { tally } of finds) sum.merge(tally);
        if (newest) tallyRow(sum, newest.chunk, newest.at);
        return sum;
      },
    };
  }
}

function tallyRow(tally: ExitTally, chunk: ExitChunk, at: number): void {
  tally.add(chunk.codes[at]!, chunk.guest[at]!, chunk.ran[at]!, chunk.detail(at));
  const cost = chunk.cost[at]!;
  if (cost > 0) tally.spent(cost);
}

/** Searches by their filters; those asked for last are remembered. */
export class ExitSearches {
  private readonly searches = new Map<string, Search>();

  constructor(private readonly log: ExitLog) {}

  /** Kept rows that pass. */
  find(filter: ExitFilter): Promise<Found> {
    const key = JSON.stringify(filter);
    const search = this.searches.get(key) ?? new Search(this.log, testOf(filter));
    this.searches.delete(key);
    this.searches.set(key, search);
    for (const old of this.searches.keys()) {
      if (this.searches.size <= MOST_SEARCHES) break;
      this.searches.delete(old);
    }
    return search.run();
  }
}

/** Whether a filter lets everything pass. */
export function isEmpty(filter: ExitFilter): boolean {
  return Object.values(filter).every((condition) => condition === undefined);
}

function testOf(filter: ExitFilter): Test {
  const { classes, codes, guest, port, msr, gpa, gva, rax, cost, time } = filter;
  const tests: Test[] = [];
  if (classes || codes) tests.push(codeTest(classes, codes));
  if (guest !== undefined) tests.push((chunk, at) => chunk.guest[at] === guest);
  if (time) tests.push(rangeTest(({ time: times }, at) => times[at]!, time));
  if (cost) {
    const inside = rangeTest(({ cost: costs }, at) => costs[at]!, cost);
    tests.push((chunk, at) => chunk.cost[at]! > 0 && inside(chunk, at));
  }
  if (port !== undefined) {
    const { code } = EXIT_CODES.VMEXIT_IOIO;
    tests.push((chunk, at) => chunk.codes[at] === code && chunk.low(at, 'info1') >>> 16 === port);
  }
  if (msr !== undefined) {
    const { code } = EXIT_CODES.VMEXIT_MSR;
    tests.push((chunk, at) => chunk.codes[at] === code && chunk.low(at, 'rcx') >>> 0 === msr);
  }
  if (gpa !== undefined) {
    const { code } = EXIT_CODES.VMEXIT_NPF;
    const low = Math.floor(gpa / 4096) % 2 ** 20;
    const high = Math.floor(gpa / 2 ** 32);
    tests.push(
      (chunk, at) =>
        chunk.codes[at] === code && chunk.low(at, 'info2') >>> 12 === low && chunk.high(at, 'info2') >>> 0 === high,
    );
  }
  if (gva) tests.push(gvaTest(gva));
  if (rax !== undefined) tests.push((chunk, at) => chunk.low(at, 'rax') >>> 0 === rax);
  const [only] = tests;
  if (only && tests.length === 1) return only;
  return (chunk, at) => tests.every((test) => test(chunk, at));
}

function gvaTest({ from, bytes }: NonNullable<ExitFilter['gva']>): Test {
  const page = EXIT_CODES.VMEXIT_EXCP_PF.code;
  const invalidation = EXIT_CODES.VMEXIT_INVLPG.code;
  const first = valueOf(from);
  return (chunk, at) => {
    const code = chunk.codes[at]!;
    if (code !== page && code !== invalidation) return false;
    const column = code === page ? 'info2' : 'info1';
    const address = (BigInt(chunk.high(at, column) >>> 0) << 32n) | BigInt(chunk.low(at, column) >>> 0);
    return address >= first && address < first + BigInt(bytes);
  };
}

/** By EXITCODE; what is known of a code is remembered. */
function codeTest(classes: ExitFilter['classes'], codes: ExitFilter['codes']): Test {
  const known = new Map<number, boolean>();
  return (chunk, at) => {
    const code = chunk.codes[at]!;
    let passes = known.get(code);
    if (passes === undefined) {
      passes = (!classes || classes.includes(classOfExit(code))) && (!codes || codes.includes(code));
      known.set(code, passes);
    }
    return passes;
  };
}

function rangeTest(
  read: (chunk: ExitChunk, at: number) => number,
  { least = 0, most = Infinity }: NonNullable<ExitFilter['cost']>,
): Test {
  return (chunk, at) => {
    const value = read(chunk, at);
    return value >= least && value <= most;
  };
}
