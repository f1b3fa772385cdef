import assert from 'node:assert/strict';
import { TLB_GLOBAL, Tlb, tlbFlags } from '../../src/engine/mmu/tlb';
import { CpuState } from '../../src/engine/state/cpu-state';
import {
  RECORDS,
  TLB_ADDEND,
  TLB_BANKS,
  TLB_CLASSES,
  TLB_DIRECTORY,
  TLB_ENTRIES,
  TLB_FILLED,
  TLB_SPACES,
  TLB_SPACE_ENTRY,
  TLB_STAMP,
  TLB_WRITE_TAG,
} from '../../src/engine/state/layout';
import { Random } from './random-tables';

const state = new CpuState(new ArrayBuffer(RECORDS));

function filled(tlb: Tlb, space: number): number {
  return [0, 1, 2].reduce((sum, cls) => sum + tlb.entries(space, cls as 0 | 1 | 2).length, 0);
}

describe('Tlb', () => {
  let tlb: Tlb;
  beforeEach(() => {
    tlb = new Tlb(state);
  });

  it('keeps its tables apart in the layout', () => {
    assert.ok(TLB_DIRECTORY + TLB_SPACES * TLB_SPACE_ENTRY <= TLB_STAMP);
    assert.ok(TLB_FILLED + (TLB_SPACES * TLB_CLASSES * TLB_ENTRIES) / 8 <= TLB_BANKS);
    assert.equal(tlb.bank(0, 0), TLB_BANKS);
    assert.equal(tlb.bank(TLB_SPACES - 1, 2) + TLB_ENTRIES * 32, tlb.emptyBank);
    assert.equal(tlb.emptyBank + TLB_ENTRIES * 32, RECORDS);
  });

  it('finds what was filled, by page, in its own bank', () => {
    const bank = tlb.bank(0, 1);
    tlb.fill(bank, 0x1234_5678, -1, 0x90_0000, 0x1_2345_6000, true);
    const entry = tlb.lookup(bank, 0x1234_5fff, -1);
    assert.equal(entry, bank + 0x345 * 32);
    assert.equal(tlb.lookup(bank, 0x1234_5000, 0), -1);
    assert.equal(tlb.lookup(bank, 0x1234_6000, -1), -1);
    assert.equal(tlb.lookup(tlb.bank(0, 0), 0x1234_5000, -1), -1);
    // as generated code has it
    assert.equal(state.big(entry), 0xffff_ffff_1234_5000n);
    assert.equal(state.big(entry + TLB_WRITE_TAG), 0xffff_ffff_1234_5000n);
    assert.equal((0x1234_5678 + state.i32[(entry + TLB_ADDEND) >> 2]!) | 0, 0x90_0678);
    assert.deepEqual(tlb.entries(0, 1), [
      { low: 0x1234_5000, high: -1, spaPage: 0x1_2345_6000, writable: true, global: false },
    ]);
  });

  it('reaches linear memory beyond 2 GB from any linear address', () => {
    const bank = tlb.bank(0, 0);
    for (const [linear, host] of [
      [0x7fff_f000, 0xf000_0000],
      [0x8000_0000 | 0, 0x1000],
      [0xffff_f000 | 0, 0xbfff_f000],
      [0, 0x8000_0000],
    ] as const) {
      tlb.fill(bank, linear, 0, host, 0, false);
      const entry = tlb.lookup(bank, linear, 0);
      assert.equal((linear + 0x123 + state.i32[(entry + TLB_ADDEND) >> 2]!) >>> 0, host + 0x123);
    }
  });

  it('allows writing only what was filled for writing', () => {
    const bank = tlb.bank(0, 0);
    tlb.fill(bank, 0x5000, 0, 0x90_0000, 0x5000, false);
    const entry = tlb.lookup(bank, 0x5000, 0);
    assert.equal(tlb.allowsWrite(entry), false);
    assert.equal(state.big(entry + TLB_WRITE_TAG) & 1n, 1n);
    tlb.fill(bank, 0x5000, 0, 0x90_0000, 0x5000, true);
    assert.equal(tlb.allowsWrite(entry), true);
    tlb.fill(bank, 0x5000, 0, 0x90_0000, 0x5000, false);
    assert.equal(tlb.allowsWrite(entry), false);
  });

  it('takes write tags of one page of RAM in all banks, then of all pages', () => {
    const asid = tlb.space(3);
    tlb.fill(tlb.bank(0, 0), 0x5000, 0, 0x90_0000, 0x5000, true);
    tlb.fill(tlb.bank(0, 1), 0x7000, 7, 0x90_0000, 0x5000, true);
    tlb.fill(tlb.bank(asid, 2), 0x9000, 0, 0x90_0000, 0x5000, true);
    tlb.fill(tlb.bank(asid, 2), 0xa000, 0, 0x90_1000, 0x6000, true);
    tlb.watchWrites(0x90_0abc);
    assert.deepEqual(
      [tlb.entries(0, 0), tlb.entries(0, 1), tlb.entries(asid, 2)].flat().map((view) => [view.low, view.writable]),
      [
        [0x5000, false],
        [0x7000, false],
        [0x9000, false],
        [0xa000, true],
      ],
    );
    const before = tlb.generation(asid);
    tlb.watchAllWrites();
    assert.ok(tlb.entries(asid, 2).every((view) => !view.writable));
    assert.equal(filled(tlb, asid), 2);
    assert.equal(tlb.generation(asid), before);
  });

  it('drops a page of RAM from all banks', () => {
    tlb.fill(tlb.bank(0, 0), 0x5000, 0, 0x90_0000, 0x5000, true);
    tlb.fill(tlb.bank(0, 1), 0x7000, 0, 0x90_0000, 0x5000, false);
    tlb.fill(tlb.bank(0, 1), 0x8000, 0, 0x90_2000, 0x6000, false);
    const before = tlb.generation(0);
    tlb.dropPage(0x90_0000);
    assert.deepEqual(
      tlb.entries(0, 1).map((view) => view.low),
      [0x8000],
    );
    assert.equal(filled(tlb, 0), 1);
    assert.notEqual(tlb.generation(0), before);
  });

  it('flushes one space, with or without its global pages', () => {
    const asid = tlb.space(5);
    for (const space of [0, asid]) {
      tlb.fill(tlb.bank(space, 0), 0x1000, 0, 0x90_0000, 0x1000, true, tlbFlags(true, 12));
      tlb.fill(tlb.bank(space, 0), 0x2000, 0, 0x90_1000, 0x2000, true, tlbFlags(false, 12));
      tlb.fill(tlb.bank(space, 1), 0x3000, 0, 0x90_1000, 0x2000, true, tlbFlags(false, 21));
    }
    const generations = [tlb.generation(0), tlb.generation(asid)];
    tlb.flushSpace(asid, true);
    assert.deepEqual(
      tlb.entries(asid, 0).map((view) => [view.low, view.global]),
      [[0x1000, true]],
    );
    assert.equal(filled(tlb, asid), 1);
    assert.equal(filled(tlb, 0), 3);
    assert.equal(tlb.generation(0), generations[0]);
    assert.notEqual(tlb.generation(asid), generations[1]);
    tlb.flushSpace(asid, false);
    assert.equal(filled(tlb, asid), 0);
    assert.equal(filled(tlb, 0), 3);
    tlb.flushAll();
    assert.equal(filled(tlb, 0), 0);
    assert.notEqual(tlb.generation(0), generations[0]);
  });

  it('INVLPG drops one page in all classes of its space, global or not, and counts even when nothing was cached', () => {
    for (const cls of [0, 1, 2] as const) {
      tlb.fill(tlb.bank(0, cls), 0x1000, 0, 0x90_0000, 0x1000, true, tlbFlags(true, 12));
      tlb.fill(tlb.bank(0, cls), 0x2000, 0, 0x90_0000, 0x1000, true);
    }
    const asid = tlb.space(1);
    tlb.fill(tlb.bank(asid, 0), 0x1000, 0, 0x90_0000, 0x1000, true);
    let before = tlb.generation(0);
    tlb.invalidatePage(0, 0x1fff, 0);
    assert.notEqual(tlb.generation(0), before);
    assert.equal(filled(tlb, 0), 3);
    assert.equal(filled(tlb, asid), 1);
    before = tlb.generation(0);
    tlb.invalidatePage(0, 0x7777_0000, 0);
    assert.notEqual(tlb.generation(0), before);
  });

  it('INVLPG of any address in a large page drops all its parts, and only them', () => {
    const flags = tlbFlags(false, 21);
    const bank = tlb.bank(0, 0);
    tlb.fill(bank, 0x4020_0000, -1, 0x90_0000, 0x1000, true, flags);
    tlb.fill(bank, 0x403f_f000, -1, 0x90_1000, 0x1000, true, flags);
    tlb.fill(tlb.bank(0, 1), 0x4030_0000, -1, 0x90_1000, 0x1000, true, flags | TLB_GLOBAL);
    tlb.fill(bank, 0x4040_1000, -1, 0x90_1000, 0x1000, true, flags);
    tlb.fill(bank, 0x4023_0000, 0, 0x90_1000, 0x1000, true, flags);
    tlb.fill(bank, 0x4021_2000, -1, 0x90_1000, 0x1000, true);
    tlb.invalidatePage(0, 0x4022_2222, -1);
    assert.deepEqual(
      tlb.entries(0, 0).map((view) => [view.low, view.high]),
      [
        [0x4023_0000, 0],
        [0x4021_2000, -1],
        [0x4040_1000, -1],
      ].sort((a, b) => ((a[0]! >>> 12) & 1023) - ((b[0]! >>> 12) & 1023)),
    );
    assert.equal(filled(tlb, 0), 3);
    tlb.invalidatePage(0, 0x4021_2fff, -1);
    assert.equal(filled(tlb, 0), 2);
    // 1 GB
    tlb.fill(bank, 0x8000_3000 | 0, 5, 0x90_1000, 0x1000, true, tlbFlags(false, 30));
    tlb.invalidatePage(0, 0xbfff_ffff | 0, 5);
    assert.equal(filled(tlb, 0), 2);
  });

  it('gives each ASID a space and takes the one unused longest, emptied', () => {
    assert.equal(tlb.space(0), 0);
    const spaces = Array.from({ length: TLB_SPACES - 1 }, (_, n) => tlb.space(n + 1));
    assert.equal(new Set([0, ...spaces]).size, TLB_SPACES);
    for (const space of spaces) tlb.fill(tlb.bank(space, 0), 0x1000, 0, 0x90_0000, 0x1000, true);
    tlb.fill(tlb.bank(0, 0), 0x1000, 0, 0x90_0000, 0x1000, true);
    assert.equal(tlb.space(1), spaces[0]);
    const before = tlb.generation(spaces[1]!);
    const taken = tlb.space(100);
    assert.equal(taken, spaces[1]);
    assert.equal(filled(tlb, taken), 0);
    assert.notEqual(tlb.generation(taken), before);
    assert.equal(filled(tlb, spaces[0]!), 1);
    assert.equal(filled(tlb, 0), 1);
    // the ASID that lost its space starts anew elsewhere
    assert.equal(tlb.space(2), spaces[2]);
    assert.equal(filled(tlb, spaces[2]!), 0);
  });

  it('gives each context of an ASID and of the host a space, and finds all of an ASID', () => {
    assert.equal(tlb.space(0, 0), 0);
    const spaces = [tlb.space(0, 5), tlb.space(3), tlb.space(3, 5), tlb.space(3, 0xfff)];
    assert.equal(new Set([0, ...spaces]).size, 5);
    assert.deepEqual([tlb.space(0, 5), tlb.space(3), tlb.space(3, 5), tlb.space(3, 0xfff)], spaces);
    const all = [0, ...spaces];
    const fill = (): void => {
      for (const space of all) {
        tlb.flushSpace(space, false);
        tlb.fill(tlb.bank(space, 0), 0x1000, 0, 0x90_0000, 0x1000, true, tlbFlags(true, 12));
        tlb.fill(tlb.bank(space, 1), 0x1000, 0, 0x90_0000, 0x1000, true);
        tlb.fill(tlb.bank(space, 1), 0x2000, 0, 0x90_0000, 0x1000, true, tlbFlags(false, 12));
      }
    };
    const left = (): number[] => all.map((space) => filled(tlb, space));
    fill();
    tlb.flushAsid(3, true);
    assert.deepEqual(left(), [3, 3, 1, 1, 1]);
    tlb.flushAsid(3, false, 5);
    assert.deepEqual(left(), [3, 3, 1, 0, 1]);
    tlb.flushAsid(0, true, 5);
    assert.deepEqual(left(), [3, 1, 1, 0, 1]);
    tlb.flushAsid(0, false);
    assert.deepEqual(left(), [0, 0, 1, 0, 1]);
    for (const shift of [12, 21]) {
      fill();
      // one part of a large page makes the other way of finding pages be taken
      if (shift > 12) {
        for (const space of all)
          tlb.fill(tlb.bank(space, 2), 0x7000_0000, 0, 0x90_0000, 0x1000, true, tlbFlags(false, 21));
      }
      const more = shift > 12 ? 1 : 0;
      tlb.invalidatePageOf(3, 0x1000, 0, (pcid) => (pcid === 5 ? 'both' : pcid === 0 ? 'global' : 'none'));
      assert.deepEqual(
        left().map((n) => n - more),
        [3, 3, 2, 1, 3],
      );
      tlb.invalidatePageOf(0, 0x1000, 0, (pcid) => (pcid === 5 ? 'not-global' : 'none'));
      assert.deepEqual(
        left().map((n) => n - more),
        [3, 2, 2, 1, 3],
      );
      assert.equal(tlb.entries(spaces[0]!, 0)[0]!.global, true);
    }
  });

  it('keeps the contexts of its spaces in what it saves', () => {
    const space = tlb.space(3, 5);
    tlb.fill(tlb.bank(space, 0), 0x40_1000, 0, 0x90_0000, 0x1000, true, tlbFlags(false, 21));
    const saved = tlb.save();
    const again = new Tlb(state);
    again.load(saved);
    assert.equal(again.space(3, 5), space);
    assert.equal(filled(again, space), 1);
    again.invalidatePage(space, 0x40_0000, 0);
    assert.equal(filled(again, space), 0);
  });

  it('agrees with a plain model through a long random history', () => {
    const random = new Random(7);
    interface Cached {
      low: number;
      high: number;
      host: number;
      write: boolean;
      global: boolean;
      shift: number;
    }
    const model = new Map<number, Cached>();
    const space = tlb.space(9);
    const key = (n: number, cls: number, low: number): number => (n * 3 + cls) * 1024 + ((low >>> 12) & 1023);
    const drop = (n: number | undefined, which: (cached: Cached) => boolean): void => {
      for (const [at, cached] of model) {
        if ((n === undefined || Math.floor(at / 3072) === n) && which(cached)) model.delete(at);
      }
    };
    for (let step = 0; step < 4000; step++) {
      const n = random.below(2);
      const target = n === 0 ? 0 : space;
      const cls = random.below(3) as 0 | 1 | 2;
      const low = (random.below(8) << 29) | (random.below(4) << 21) | (random.below(3) << 12);
      const high = random.pick([0, -1]);
      const host = 0x90_0000 + random.below(16) * 4096;
      const action = random.below(100);
      if (action < 80) {
        const cached = {
          low,
          high,
          host,
          write: random.chance(0.5),
          global: random.chance(0.3),
          shift: random.pick([12, 12, 21, 22, 30]),
        };
        tlb.fill(tlb.bank(target, cls), low, high, host, 0, cached.write, tlbFlags(cached.global, cached.shift));
        model.set(key(n, cls, low), cached);
      } else if (action < 90) {
        tlb.invalidatePage(target, low, high);
        drop(n, (c) => c.high === high && c.low >>> c.shift === low >>> c.shift);
      } else if (action < 94) {
        tlb.watchWrites(host);
        for (const cached of model.values()) if (cached.host === host) cached.write = false;
      } else if (action < 96) {
        tlb.dropPage(host);
        drop(undefined, (c) => c.host === host);
      } else if (action < 98) {
        tlb.flushSpace(target, true);
        drop(n, (c) => !c.global);
      } else if (action < 99) {
        tlb.flushSpace(target, false);
        drop(n, () => true);
      } else {
        tlb.watchAllWrites();
        for (const cached of model.values()) cached.write = false;
      }
      if (step % 8 !== 0) continue;
      const seen = [0, 1].flatMap((m) =>
        ([0, 1, 2] as const).flatMap((c) =>
          tlb.entries(m === 0 ? 0 : space, c).map((view) => [key(m, c, view.low), view.low, view.high, view.writable]),
        ),
      );
      const expected = [...model].sort((a, b) => a[0] - b[0]).map(([at, c]) => [at, c.low, c.high, c.write]);
      assert.deepEqual(seen, expected);
    }
  });
});
