/** A long run of exits, made up row by row from the index alone. */
import { hexOf } from '../../src/protocol/codec';
import type {
  ExitAccess,
  ExitCountsAnswer,
  ExitCountsQuestion,
  ExitKindCount,
  ExitFilter,
  ExitLogAnswer,
  ExitLogQuestion,
  Range,
} from '../../src/protocol/exit-log';
import { exitClass } from '../../webview/shared/exit-names';
import { GUEST_A, GUEST_B } from './mock-lab';

type Outcome = ExitLogAnswer['columns']['outcome'][number];
type Kind = readonly [code: number, info1: bigint, info2: bigint, rax: bigint, rcx: bigint, Outcome, number, string];

const TEXT = 'Booting ';
const HIGH = 0xffff_8000_0010_2a4fn;

/** What the guest does over and over. */
const KINDS: readonly Kind[] = [
  [0x7b, 0x03fd_0211n, HIGH, 0n, 0n, 'advance', 1, 'uart'],
  [0x7b, 0x03f8_0210n, HIGH, 0x42n, 0n, 'advance', 1, 'uart'],
  [0x7b, 0x03fd_0211n, HIGH, 0n, 0n, 'advance', 1, 'uart'],
  [0x7b, 0x03f8_0210n, HIGH, 0x6fn, 0n, 'advance', 1, 'uart'],
  [0x400, 0x1_0000_0006n, 0x7f_2000n, 0n, 0n, 'resume', 0, 'nested paging'],
  [0x60, 0n, 0n, 0n, 0n, 'resume', 0, 'scheduler'],
  [0x72, 0n, 0n, 0x8000_000an, 0n, 'advance', 2, 'cpuid'],
  [0x7c, 0n, 0n, 0n, 0xc000_0080n, 'advance', 2, 'msr'],
  [0x78, 0n, 0n, 0n, 0n, 'resume', 0, 'scheduler'],
  [0x64, 0n, 0n, 0n, 0n, 'inject', 0x20, 'interrupt'],
  [0x14, 0x8000_0000_0000_0000n, 0n, 0x6a0n, 0n, 'advance', 3, 'cr'],
  [0x4e, 0x6n, 0x40_1008n, 0n, 0n, 'resume', 0, 'page fault'],
  [0x81, 0n, 0n, 2n, 0n, 'advance', 3, 'hypercall'],
];

function kindAt(index: number): Kind {
  return KINDS[(index * 7 + (index >> 5)) % KINDS.length] as Kind;
}
function guestAt(index: number): number {
  return (index >> 6) % 3 === 2 ? 1 : 0;
}

function timeOf(index: number): number {
  return (index + 1) * 257 + (index % 13);
}
function inside(value: number, range: Range | undefined): boolean {
  return !range || (value >= (range.least ?? 0) && value <= (range.most ?? Infinity));
}

function passes(index: number, { classes, codes, guest, port, cost, time, msr, rax: leaf }: ExitFilter): boolean {
  const [code, info1, , rax, rcx] = kindAt(index);
  return (
    (!classes || classes.includes(exitClass(code))) &&
    (!codes || codes.includes(code)) &&
    (guest === undefined || guest === guestAt(index)) &&
    (port === undefined || (code === 0x7b && Number(info1 >> 16n) === port)) &&
    (msr === undefined || (code === 0x7c && Number(rcx) === msr)) &&
    (leaf === undefined || Number(rax) === leaf) &&
    inside(costOf(code, index), cost) &&
    inside(timeOf(index), time)
  );
}

function costOf(code: number, index: number): number {
  return 900 + (code % 7) * 300 + (index % 5) * 20;
}

function kindCount(code: number, count: number): ExitKindCount {
  const least = costOf(code, 0);
  const rows = (of: readonly (readonly [number, ExitAccess | null, number])[]) =>
    of.map(([key, access, part]) => ({
      key,
      access,
      count: Math.round(count * part),
      cost: Math.round(count * part) * least,
    }));
  const more = { keys: 0, count: 0 };
  const details: Record<number, ExitKindCount['details']> = {
    0x7b: { by: 'port', rows: rows([[0x3fd, 'in', 0.6], [0x3f8, 'out', 0.4]]), more }, // prettier-ignore
    0x7c: { by: 'msr', rows: rows([[0xc000_0080, 'read', 1]]), more },
    0x400: { by: 'page', rows: rows([[0x7f2, null, 0.5], [0x7f3, null, 0.1]]), more: { keys: 62, count } }, // prettier-ignore
  };
  const cost = { exits: count, sum: count * (least + 40), least, most: least + 80 };
  return { code, count, cost, details: details[code] ?? null };
}

/** 200 stretches, with waves in them. */
function histogram(total: number): number[][] {
  return Array.from({ length: 200 }, (_, n) => {
    const height = (total / 200) * (1 + Math.sin(n / 9) * 0.7);
    return [0.46, 0.16, 0.2, 0.1, 0.08, 0].map((part) => Math.round(height * part));
  });
}

/** Answers of a log that keeps the last `kept` of `total` exits. */
export class MockExits {
  private readonly matches = new Map<string, readonly number[]>();
  total: number;

  constructor(
    total: number,
    private readonly kept: number,
  ) {
    this.total = total;
  }

  log({ first, count, filter }: ExitLogQuestion): ExitLogAnswer {
    const dropped = Math.max(0, this.total - this.kept);
    const filtered = Object.keys(filter).length > 0 ? this.matching(filter, dropped) : undefined;
    const matching = filtered?.length ?? this.total - dropped;
    const start = first < 0 ? Math.max(0, matching + first) : first;
    const indexes = Array.from({ length: Math.max(0, Math.min(count, matching - start)) }, (_, i) =>
      filtered ? (filtered[start + i] ?? 0) : dropped + start + i,
    );
    const column = <T>(read: (index: number, kind: Kind) => T) => indexes.map((index) => read(index, kindAt(index)));
    return {
      first: start,
      matching,
      total: this.total,
      oldest: dropped + 1,
      columns: {
        number: column((index) => index + 1),
        time: column(timeOf),
        clock: column((index) => (index + 1) * 1600 + (index % 13)),
        ran: column((index) => 240 + (index % 13)),
        cost: column((index, [code]) => (index === this.total - 1 ? 0 : costOf(code, index))),
        guest: column(guestAt),
        code: column((_, [code]) => code),
        info1: column((_, [, info1]) => hexOf(info1)),
        info2: column((index, [code, , info2]) => hexOf(code === 0x400 ? info2 + BigInt(index % 64) * 4096n : info2)),
        rip: column(() => hexOf(HIGH - 1n)),
        rax: column((index, [code, info1, , rax]) =>
          hexOf(code === 0x7b && !(info1 & 1n) ? BigInt(TEXT.charCodeAt(index % TEXT.length)) : rax),
        ),
        rcx: column((_, [, , , , rcx]) => hexOf(rcx)),
        rdx: column(() => hexOf(0n)),
        outcome: column((index, [, , , , , outcome]) => (index === this.total - 1 ? 'pending' : outcome)),
        outcomeValue: column((_, [, , , , , , value]) => value),
        handler: column((_, [, , , , , , , handler]) => handler),
      },
    };
  }

  counts({ filter }: ExitCountsQuestion = {}): ExitCountsAnswer {
    if (filter) return this.partCounts(this.matching(filter, Math.max(0, this.total - this.kept)));
    const each = new Map<number, number>();
    for (const [code] of KINDS) each.set(code, (each.get(code) ?? 0) + Math.floor(this.total / KINDS.length));
    const total = [...each.values()].reduce((sum, count) => sum + count, 0);
    const codes = [...each].map(([code, count]) => kindCount(code, count)).sort((a, b) => b.count - a.count);
    return {
      total,
      time: this.total * 257,
      clock: this.total * 1600,
      costs: 'model',
      guests: [
        { guest: GUEST_A, count: Math.round(total * 0.67), cost: total * 900, ran: this.total * 170 },
        { guest: GUEST_B, count: Math.round(total * 0.33), cost: total * 400, ran: this.total * 87 },
      ],
      codes,
      oldest: { number: Math.max(0, this.total - this.kept) + 1, time: Math.max(0, this.total - this.kept) * 257 },
      histogram: { width: Math.ceil((this.total * 257) / 200), bins: histogram(this.total) },
    };
  }

  private partCounts(indexes: readonly number[]): ExitCountsAnswer {
    const each = new Map<number, number>();
    for (const index of indexes) {
      const [code] = kindAt(index);
      each.set(code, (each.get(code) ?? 0) + 1);
    }
    const codes = [...each].map(([code, count]) => kindCount(code, count)).sort((a, b) => b.count - a.count);
    return { ...this.counts(), total: indexes.length, codes };
  }

  private matching(filter: ExitFilter, dropped: number): readonly number[] {
    const key = `${JSON.stringify(filter)} ${this.total}`;
    const known = this.matches.get(key);
    if (known) return known;
    const found: number[] = [];
    for (let index = dropped; index < this.total; index++) if (passes(index, filter)) found.push(index);
    this.matches.set(key, found);
    return found;
  }
}
