/** Rows of the log by index, fetched in pages as they come into sight and forgotten when far away. */
import type { ExitFilter, ExitLogAnswer, ExitLogQuestion } from '../../src/protocol/exit-log';
import { rowAt } from '../shared/exit-row';
import type { ExitRow } from '../shared/exit-row';

/** Rows asked for at once. */
export const PAGE = 128;
const MOST_PAGES = 64;

interface Page {
  /** Undefined while it is asked for. */
  readonly rows: readonly ExitRow[] | undefined;
  /** It may have grown or decisions in it may have fallen: ask again, show this meanwhile. */
  readonly stale: boolean;
}

export class Rows {
  private readonly pages = new Map<number, Page>();
  private filter: ExitFilter = {};
  /** Counts changes of the filter, so that late answers are told. */
  private epoch = 0;
  private oldest = 0;
  private matching = 0;

  constructor(
    private readonly ask: (question: ExitLogQuestion) => Promise<ExitLogAnswer>,
    /** Rows have come; a failure is told to `failed`. */
    private readonly came: () => void,
    private readonly failed: (error: Error) => unknown,
  ) {}

  /** Rows that pass the filter. */
  get length(): number {
    return this.matching;
  }

  /** Number of the oldest exit that is kept, as of the last look. */
  get oldestNumber(): number {
    return this.oldest;
  }

  setFilter(filter: ExitFilter): void {
    this.filter = filter;
    this.forget();
    this.matching = 0;
  }

  forget(): void {
    this.epoch++;
    this.pages.clear();
  }

  /** Looks how long the list is now. Returns how many rows at its head were dropped since. */
  async look(): Promise<number> {
    const { epoch } = this;
    const answer = await this.ask({ first: -1, count: 1, filter: this.filter });
    if (epoch !== this.epoch) return 0;
    const dropped = Object.keys(this.filter).length === 0 && this.oldest > 0 ? answer.oldest - this.oldest : 0;
    const moved = answer.oldest !== this.oldest && this.oldest > 0;
    this.oldest = answer.oldest;
    if (moved || answer.matching < this.matching) this.forget();
    else this.age(this.matching);
    this.matching = answer.matching;
    return Math.max(0, dropped);
  }

  /** The row, if it is here; `want` asks for it. */
  at(index: number): ExitRow | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.rows?.[index % PAGE];
  }

  /** Index of the row of an exit, among the rows that are here. */
  indexOf(number: number): number | undefined {
    for (const [page, { rows }] of this.pages) {
      const at = rows?.findIndex((row) => row.number === number) ?? -1;
      if (at >= 0) return page * PAGE + at;
    }
    return undefined;
  }

  want(first: number, end: number): void {
    if (end <= first) return;
    const last = Math.floor((end - 1) / PAGE);
    for (let page = Math.floor(first / PAGE); page <= last; page++) {
      const known = this.pages.get(page);
      if (!known || known.stale) void this.load(page, known);
    }
  }

  /** The last page of what was known may have more rows now, and its last decisions may have fallen. */
  private age(length: number): void {
    for (const page of new Set([Math.floor(length / PAGE), Math.floor(Math.max(0, length - 1) / PAGE)])) {
      const known = this.pages.get(page);
      if (known?.rows) this.pages.set(page, { rows: known.rows, stale: true });
    }
  }

  private async load(page: number, known: Page | undefined): Promise<void> {
    const { epoch } = this;
    this.pages.delete(page);
    this.pages.set(page, { rows: known?.rows, stale: false });
    for (const old of this.pages.keys()) {
      if (this.pages.size <= MOST_PAGES) break;
      this.pages.delete(old);
    }
    try {
      const answer = await this.ask({ first: page * PAGE, count: PAGE, filter: this.filter });
      if (epoch !== this.epoch) return;
      const rows = answer.columns.number.map((_, at) => rowAt(answer, at)).filter((row) => row !== undefined);
      this.pages.set(page, { rows, stale: false });
      this.came();
    } catch (error) {
      if (epoch !== this.epoch) return;
      this.pages.delete(page);
      this.failed(error as Error);
    }
  }
}
