import assert from 'node:assert/strict';
import { explainWalk } from '../../src/engine/mmu/explain-walk';
import type { PagingRegisters } from '../../src/engine/mmu/explain-walk';
import { ACCESS_EXECUTE, ACCESS_INSPECT, ACCESS_USER, ACCESS_WRITE, Walker } from '../../src/engine/mmu/walk';
import { NESTED_CR3, NESTED_CR4, NESTED_EFER, NESTED_PAGING, CRS } from '../../src/engine/state/layout';
import type { Limits } from '../../src/engine/state/limits';
import { TwinMemory } from './random-tables';

const LIMITS: Limits = {
  physicalBits: 48,
  pages1g: true,
  asids: 16,
  cr0Valid: -1,
  cr4Valid: -1,
  eferValid: -1,
  svm: 0,
};
const CR0 = 0x8001_0001;
const PAE = 0x20;
const LONG_NX = 0xd00;

// nested tables in pages 0 to 3, guest tables at GPA 4000h to 7FFFh, the page itself at GPA 9000h; a GPA is SPA + 10_0000h
const NESTED_ROOT = 0x0000n;
const OFFSET = 0x10_0000n;
const GUEST_ROOT = 0x4000n;
const LINEAR = { low: 0x1234_5678, high: 0x7fff };
const linear = (BigInt(LINEAR.high) << 32n) | BigInt(LINEAR.low);
const index = (level: number): bigint => (linear >> BigInt(3 + 9 * level)) & 511n;

describe('Walker', () => {
  const memory = new TwinMemory();
  const { state, ram } = memory;
  const walker = new Walker(state, ram, LIMITS);
  const pageEntry = 0x3000n + (OFFSET >> 12n) * 8n + 9n * 8n;
  const tableEntry = (level: number): bigint => GUEST_ROOT + BigInt(4 - level) * 0x1000n + index(level) * 8n;

  function registers(): PagingRegisters {
    return {
      cr0: CR0,
      cr3: Number(OFFSET + GUEST_ROOT),
      cr4: PAE,
      efer: LONG_NX,
      rflags: 2,
      nested: { cr3: Number(NESTED_ROOT), cr4: PAE, efer: LONG_NX },
    };
  }

  beforeEach(() => {
    memory.clear();
    for (const [at, value] of [
      [0x0000n, 0x1007n],
      [0x1000n, 0x2007n],
      [0x2000n, 0x3007n],
    ] as const) {
      memory.put(at, 8, value);
    }
    for (let page = 0n; page < 10n; page++) memory.put(0x3000n + ((OFFSET >> 12n) + page) * 8n, 8, (page << 12n) | 7n);
    for (const level of [4, 3, 2])
      memory.put(tableEntry(level), 8, OFFSET + GUEST_ROOT + BigInt(5 - level) * 0x1000n + 7n);
    memory.put(tableEntry(1), 8, OFFSET + 0x9007n);
    const r = registers();
    state.setCr(0, r.cr0);
    state.setNumber(CRS + 24, r.cr3);
    state.setCr(4, r.cr4);
    state.efer = r.efer;
    state.systemFlags = 0;
    state.i32[NESTED_PAGING >> 2] = 1;
    state.setNumber(NESTED_CR3, r.nested!.cr3);
    state.setNumber(NESTED_CR4, r.nested!.cr4);
    state.setNumber(NESTED_EFER, r.nested!.efer);
  });

  function fault(access: number): [string, string, string] {
    assert.equal(walker.walk(LINEAR.low, LINEAR.high, access), false);
    const code = walker.errorHigh * 2 ** 32 + walker.errorCode;
    return [walker.faultKind, code.toString(16), walker.faultGpa.toString(16)];
  }
  /** Changes an entry in both memories. */
  function change(at: bigint, clear: bigint, set: bigint): void {
    memory.put(at, 8, (memory.read(at, 8) & ~clear) | set);
  }

  it('makes 24 references through four levels under four levels', () => {
    const { steps, result } = explainWalk(ram, LIMITS, registers(), LINEAR.low, LINEAR.high, ACCESS_USER);
    assert.equal(steps.length, 24);
    assert.deepEqual(
      steps.map((step) => `${step.dimension[0]}${step.level}/${step.guestLevel}`).join(' '),
      'n4/4 n3/4 n2/4 n1/4 g4/4 n4/3 n3/3 n2/3 n1/3 g3/3 n4/2 n3/2 n2/2 n1/2 g2/2 n4/1 n3/1 n2/1 n1/1 g1/1 n4/0 n3/0 n2/0 n1/0',
    );
    assert.deepEqual(result, {
      kind: 'mapped',
      gpa: 0x10_9678,
      spa: 0x9678,
      readable: true,
      writable: false,
      executable: true,
      userAccessible: true,
      global: false,
      pageShift: 12,
    });
    assert.ok(memory.equal(), 'nothing was marked');
  });

  it('marks guest entries accessed, and nested ones of tables also dirty; the page when it is written', () => {
    assert.equal(walker.walk(LINEAR.low, LINEAR.high, ACCESS_USER | ACCESS_INSPECT), true);
    assert.equal(ram.read32(Number(tableEntry(4))), Number(OFFSET) + 0x5007);
    assert.equal(walker.walk(LINEAR.low, LINEAR.high, ACCESS_USER), true);
    assert.equal(walker.writable, false);
    for (const level of [4, 3, 2, 1])
      assert.equal(ram.read32(Number(tableEntry(level))) & 0x60, 0x20, `level ${level}`);
    const nestedEntry = (page: number): number => ram.read32(0x3000 + 0x100 * 8 + page * 8) & 0x60;
    for (const page of [4, 5, 6, 7]) assert.equal(nestedEntry(page), 0x60, `table page ${page}`);
    assert.equal(nestedEntry(9), 0x20);
    assert.equal(nestedEntry(8), 0);
    assert.deepEqual(
      [0, 0x1000, 0x2000].map((at) => ram.read32(at) & 0x60),
      [0x20, 0x20, 0x20],
    );

    assert.equal(walker.walk(LINEAR.low, LINEAR.high, ACCESS_USER | ACCESS_WRITE), true);
    assert.equal(walker.writable, true);
    assert.equal(ram.read32(Number(tableEntry(1))) & 0x60, 0x60);
    assert.equal(ram.read32(Number(tableEntry(2))) & 0x60, 0x20);
    assert.equal(nestedEntry(9), 0x60);
  });

  it('reports nested faults of the page as the manual has them', () => {
    change(pageEntry, 1n, 0n);
    assert.deepEqual(fault(ACCESS_USER), ['npf', '100000004', '109678']);
    change(pageEntry, 2n, 1n);
    assert.deepEqual(fault(ACCESS_WRITE), ['npf', '100000007', '109678']);
    change(pageEntry, 4n, 2n);
    assert.deepEqual(fault(0), ['npf', '100000005', '109678']);
    change(pageEntry, 0n, 4n | (1n << 63n));
    assert.deepEqual(fault(ACCESS_EXECUTE), ['npf', '100000015', '109678']);
    change(pageEntry, 1n << 63n, 1n << 51n);
    assert.deepEqual(fault(0), ['npf', '10000000d', '109678']);
    assert.deepEqual(fault(ACCESS_EXECUTE), ['npf', '10000001d', '109678']);
    state.setNumber(NESTED_EFER, 0x500);
    assert.deepEqual(fault(ACCESS_EXECUTE), ['npf', '10000000d', '109678']);
  });

  it('reports nested faults of a guest table as writes, before anything below it', () => {
    const entryOfTable = 0x3000n + ((OFFSET >> 12n) + 5n) * 8n;
    const gpa = (OFFSET + tableEntry(3)).toString(16);
    change(entryOfTable, 2n, 0n);
    change(tableEntry(2), 1n, 0n);
    assert.deepEqual(fault(ACCESS_EXECUTE), ['npf', '200000007', gpa]);
    change(entryOfTable, 0n, 2n | (1n << 51n));
    assert.deepEqual(fault(0), ['npf', '20000000f', gpa]);
    change(entryOfTable, (1n << 51n) | 1n, 0n);
    assert.deepEqual(fault(0), ['npf', '200000006', gpa]);
    // tables are data: NX does not matter to them
    change(entryOfTable, 0n, 1n | (1n << 63n));
    assert.deepEqual(fault(ACCESS_EXECUTE).slice(0, 2), ['pf', '10']);
  });

  it('finds the guest’s own fault before the nested one of the page', () => {
    change(pageEntry, 1n, 0n);
    change(tableEntry(1), 2n, 0n);
    assert.deepEqual(fault(ACCESS_WRITE).slice(0, 2), ['pf', '3']);
    assert.equal(ram.read32(Number(tableEntry(4))) & 0x20, 0, 'no accessed bit where the access is refused');
    assert.deepEqual(fault(0), ['npf', '100000004', '109678']);
    assert.equal(ram.read32(Number(tableEntry(1))) & 0x60, 0x20);
  });

  it('translates guest-physical addresses alone', () => {
    assert.equal(walker.translateGpa(0x10_9abc, ACCESS_WRITE, false), true);
    assert.equal(walker.spa, 0x9abc);
    assert.equal(walker.writable, true);
    change(pageEntry, 2n, 0n);
    assert.equal(walker.translateGpa(0x10_9abc, 0, false), true);
    assert.equal(walker.writable, false);
    assert.equal(walker.translateGpa(0x10_9abc, 0, true), false);
    assert.deepEqual([walker.errorCode, walker.errorHigh, walker.faultGpa], [7, 2, 0x10_9abc]);
    // beyond the processor's physical addresses nothing is mapped, nor beyond what the tables reach
    for (const [bits, gpa] of [
      [40, 2 ** 40 + 0x10_9abc],
      [52, 2 ** 48 + 0x10_9abc],
    ] as const) {
      const other = new Walker(state, ram, { ...LIMITS, physicalBits: bits });
      assert.equal(other.translateGpa(gpa, 0, false), false);
      assert.deepEqual([other.errorCode, other.errorHigh, other.faultGpa], [4, 1, gpa]);
    }
    state.i32[NESTED_PAGING >> 2] = 0;
    assert.equal(walker.translateGpa(0x10_9abc, ACCESS_WRITE, true), true);
    assert.equal(walker.spa, 0x10_9abc);
  });

  it('reads addresses 39:32 of a 4 MB page from bits 20:13', () => {
    state.i32[NESTED_PAGING >> 2] = 0;
    state.efer = 0;
    state.setCr(4, 0x10);
    state.setNumber(CRS + 24, 0x1000);
    memory.put(0x1000n + (0xc12n >> 2n) * 4n, 4, 0x8000_0087n | (0xa5n << 13n));
    assert.equal(walker.walk(0xc123_4567 | 0, 0, ACCESS_USER), true);
    assert.equal(walker.spa, 0xa5_8000_0000 + (0xc123_4567 % 0x40_0000));
    assert.equal(walker.pageShift, 22);
    memory.put(0x1000n + (0xc12n >> 2n) * 4n, 4, 0x8020_0087n);
    assert.equal(walker.walk(0xc123_4567 | 0, 0, ACCESS_USER), false);
    assert.equal(walker.errorCode, 0xd);
  });

  it('survives tables that map themselves', () => {
    state.i32[NESTED_PAGING >> 2] = 0;
    state.setNumber(CRS + 24, 0x1000);
    memory.put(0x1ff8n, 8, 0x1003n);
    assert.equal(walker.walk(-1, -1, ACCESS_WRITE), true);
    assert.equal(walker.spa, 0x1fff);
    assert.equal(ram.read32(0x1ff8), 0x1063);
    assert.equal(walker.writable, true);
  });

  it('finds all ones where there is no memory', () => {
    state.i32[NESTED_PAGING >> 2] = 0;
    state.setNumber(CRS + 24, 0x7000_0000);
    assert.equal(walker.walk(0, 0, ACCESS_WRITE), false);
    assert.equal(walker.errorCode, 0xb);
  });
});
