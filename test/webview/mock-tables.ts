/** Long-mode page tables in a map of pages, and answers about them. */
import { LONG_MODE_LEVELS } from '../../src/engine/arch/paging';
import { hexOf } from '../../src/protocol/codec';
import type { EntryRow, PageTablesAnswer, PageTablesQuestion, PageTablesSummary } from '../../src/protocol/page-tables';
import { GUEST_A } from './mock-lab';

const P = 1n;
const RW = 2n;
const US = 4n;
const A = 0x20n;
const D = 0x40n;
const PS = 0x80n;
const NX = 1n << 63n;
const FRAME = 0x000f_ffff_ffff_f000n;

/** Where guest-physical memory lies in the mock system. */
const OFFSET = 0x1000_0000;

export class MockTables {
  private readonly pages = new Map<number, bigint[]>();

  constructor(private readonly top = 0x1000) {
    const link = P | RW | A;
    this.set(0x1000, 0, 1, 0x6000n | link | US);
    this.set(0x1000, 256, 1, 0x2000n | link);
    this.set(0x6000, 0, 1, 0x7000n | link | US);
    this.set(0x2000, 0, 1, 0x3000n | link);
    this.set(0x2000, 1, 1, 0x4000_0000n | P | RW | PS | NX | A);
    this.set(0x3000, 0, 1, 0x4000n | link);
    this.set(0x3000, 1, 1, 0x5000n | link);
    this.set(0x3000, 2, 70, 0x60_0000n | P | RW | PS | A, 0x20_0000n);
    this.set(0x3000, 96, 56, 0xc00_0000n | P | RW | PS | A | D, 0x20_0000n);
    this.set(0x3000, 500, 1, 0x9_9000n | link);
    this.set(0x3000, 505, 1, 0x60_2000n | P | RW | PS);
    this.set(0x4000, 0, 412, 0x10_0000n | P | RW | A | D, 0x1000n);
    this.set(0x5000, 0, 3, 0x45_3000n | P | RW | A | D | NX, 0x1000n);
    this.set(0x5000, 3, 1, 0x45_6000n | P | RW | US | A | D | NX);
    this.set(0x5000, 4, 57, 0x45_7000n | P | RW | A | NX, 0x1000n);
    this.set(0x5000, 64, 8, 0x1_0000n | P | A | NX, 0x1000n);
    this.set(0x5000, 80, 120, 0x60_0000n | P | RW, 0x1000n);
    this.set(0x5000, 300, 1, 0xdead_0000n);
    this.set(0x7000, 0, 1, 0x8000n | link | US);
    this.set(0x8000, 0, 16, 0x0n | P | RW | US | A | D, 0x1000n);
  }

  private set(page: number, index: number, count: number, entry: bigint, step = 0n): void {
    const entries = this.pages.get(page) ?? Array.from({ length: 512 }, () => 0n);
    for (let i = 0; i < count; i++) entries[index + i] = entry + step * BigInt(i);
    this.pages.set(page, entries);
  }

  answer({ root, path }: PageTablesQuestion): PageTablesAnswer {
    if (root === 'host') return { kind: 'none', why: 'off', what: 'CR0.PG is 0', roots: ['guest', 'nested'] };
    let address = this.top;
    let from = 0n;
    for (const [depth, index] of path.entries()) {
      const entry = this.pages.get(address)?.[index] ?? 0n;
      from += BigInt(index) << BigInt(LONG_MODE_LEVELS[depth]?.indexShift ?? 0);
      address = Number(entry & FRAME);
    }
    const entries = this.pages.get(address);
    const level = LONG_MODE_LEVELS[path.length];
    if (!entries || !level) {
      const what = `the table at GPA 0x${address.toString(16).toUpperCase()} is not memory`;
      return { kind: 'none', why: 'unreadable', what, roots: ['guest', 'nested'] };
    }
    return {
      kind: 'table',
      root,
      guest: GUEST_A,
      format: 'long',
      register: root === 'guest' ? 'CR3' : 'nCR3',
      registerValue: hexOf(BigInt(this.top)),
      nx: true,
      path,
      entryName: level.entry,
      level: level.level,
      span: 2 ** level.indexShift,
      address,
      spa: address + OFFSET,
      rows: this.rows(entries, level, from),
      roots: ['guest', 'nested'],
    };
  }

  summary(): PageTablesSummary {
    const pages = [
      { size: 2 ** 30, count: 1 },
      { size: 2 ** 21, count: 127 },
      { size: 4096, count: 617 },
    ];
    const mapped = pages.reduce((sum, { size, count }) => sum + size * count, 0);
    return { mapped, tables: this.pages.size, pages, complete: true };
  }

  private rows(entries: readonly bigint[], level: (typeof LONG_MODE_LEVELS)[number], base: bigint): EntryRow[] {
    const rows: EntryRow[] = [];
    const span = 2 ** level.indexShift;
    const kindOf = (entry: bigint) => {
      if ((entry & P) === 0n) return 'hole' as const;
      return level.level === 1 || (entry & PS) !== 0n ? ('page' as const) : ('table' as const);
    };
    let index = 0;
    while (index < 512) {
      const entry = entries[index] ?? 0n;
      const kind = kindOf(entry);
      const follows = (at: number) => {
        const next = entries[at] ?? 0n;
        if (kindOf(next) !== kind || kind === 'table') return false;
        return kind === 'hole' || next === entry + BigInt(span) * BigInt(at - index);
      };
      let end = index + 1;
      while (end < 512 && follows(end)) end++;
      const target = kind === 'hole' ? 0 : Number(entry & FRAME);
      const address = base + BigInt(index) * BigInt(span);
      const below = kind === 'table' ? this.pages.get(target) : undefined;
      rows.push({
        kind,
        index,
        count: end - index,
        entry: hexOf(entry),
        from: hexOf(BigInt.asIntN(48, address)),
        target,
        targetSpa: kind === 'hole' ? null : target + OFFSET,
        below: below ? countBelow(below, level.level === 2) : null,
      });
      index = end;
    }
    return rows;
  }
}

function countBelow(entries: readonly bigint[], last: boolean): { tables: number; pages: number } {
  const present = entries.filter((entry) => (entry & P) !== 0n);
  const pages = present.filter((entry) => last || (entry & PS) !== 0n).length;
  return { tables: present.length - pages, pages };
}
