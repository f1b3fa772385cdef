import assert from 'node:assert/strict';
import type { RefusedEntry } from '../../src/engine/probe';
import type { Limits } from '../../src/engine/state/limits';
import { Vmcb } from '../../src/engine/state/vmcb';
import { CONSISTENCY_RULES, isConsistent, violations } from '../../src/engine/svm/consistency';
import { vmrun } from '../../src/engine/svm/vmrun';
import { Dice, HSAVE_SPA, LIMITS, Processor, VMCB_SPA, legalEntry } from './processor';

const at = VMCB_SPA;

/** Why an entry is refused, and the only rule it breaks. `field: what` of the rule. */
interface Case {
  readonly rule: string;
  readonly how: string;
  readonly spoil: (p: Processor) => void;
  readonly limits?: Limits;
}

const CET_LIMITS: Limits = { ...LIMITS, cr4Valid: LIMITS.cr4Valid | 0x800000 };

/** A guest in legacy PAE mode, no nested paging, PDPEs at 2000h. */
function pae(p: Processor): void {
  p.put64(at + 0x4d0, 0x1000n);
  p.put64(at + 0x550, 0x2000n);
  p.put16(at + 0x412, 0xc9b);
  p.put64(0x2000, 0x3001n);
}

function np(p: Processor): void {
  p.put64(at + 0x090, 1n);
  p.put64(at + 0x0b0, 0x3000n);
}

const CASES: readonly Case[] = [
  {
    rule: 'interceptMisc2: the intercept of VMRUN (bit 0) is 0',
    how: 'every other bit of the word set',
    spoil: (p) => p.put32(at + 0x010, 0xfffffffe),
  },
  {
    rule: 'iopmBasePa: the I/O permission map (12 KB) reaches past the physical address space',
    how: 'base 8 KB below the end',
    spoil: (p) => p.put64(at + 0x040, 0x0000ffffffffe000n),
  },
  {
    rule: 'iopmBasePa: the I/O permission map (12 KB) reaches past the physical address space',
    how: 'bit 63 of the base',
    spoil: (p) => p.put64(at + 0x040, 0x8000000000000000n),
  },
  {
    rule: 'msrpmBasePa: the MSR permission map (8 KB) reaches past the physical address space',
    how: 'base 4 KB below the end',
    spoil: (p) => p.put64(at + 0x048, 0x0000fffffffff000n),
  },
  { rule: 'guestAsid: the ASID is 0, which is the host’s', how: 'ASID 0', spoil: (p) => p.put32(at + 0x058, 0) },
  {
    rule: 'npEnable: nested paging while the host’s CR0.PG is 0',
    how: 'host without paging',
    spoil: (p) => {
      np(p);
      p.state.setCr(0, 0x33);
    },
  },
  {
    rule: 'nCr3: bits at and above the width of a physical address are set',
    how: 'bit 48',
    spoil: (p) => {
      np(p);
      p.put64(at + 0x0b0, 0x0001000000003000n);
    },
  },
  {
    rule: 'gPat: a byte holds no memory type',
    how: 'type 2 in PA7',
    spoil: (p) => {
      np(p);
      p.put64(at + 0x668, 0x0207040600070406n);
    },
  },
  {
    rule: 'gPat: a byte holds no memory type',
    how: 'a reserved bit in PA0',
    spoil: (p) => {
      np(p);
      p.put64(at + 0x668, 0x000704060007040en);
    },
  },
  { rule: 'eventInj: TYPE is reserved', how: 'TYPE 1', spoil: (p) => p.put64(at + 0x0a8, 0x80000120n) },
  { rule: 'eventInj: TYPE is reserved', how: 'TYPE 7', spoil: (p) => p.put64(at + 0x0a8, 0x80000720n) },
  {
    rule: 'eventInj: an exception (TYPE 3) with vector 2 or a vector above 31',
    how: 'vector 2',
    spoil: (p) => p.put64(at + 0x0a8, 0x80000302n),
  },
  {
    rule: 'eventInj: an exception (TYPE 3) with vector 2 or a vector above 31',
    how: 'vector 32',
    spoil: (p) => p.put64(at + 0x0a8, 0x80000320n),
  },
  {
    rule: 'eventInj: an exception (TYPE 3) that does not exist or cannot occur in the guest’s mode',
    how: '#BR in 64-bit mode',
    spoil: (p) => p.put64(at + 0x0a8, 0x80000305n),
  },
  {
    rule: 'eventInj: an exception (TYPE 3) that does not exist or cannot occur in the guest’s mode',
    how: 'vector 15',
    spoil: (p) => p.put64(at + 0x0a8, 0x8000030fn),
  },
  { rule: 'efer: SVME is 0', how: 'SVME clear', spoil: (p) => p.put64(at + 0x4d0, 0x0500n) },
  {
    rule: 'efer: a bit the processor does not implement is set',
    how: 'bit 9',
    spoil: (p) => p.put64(at + 0x4d0, 0x1700n),
  },
  {
    rule: 'efer: a bit the processor does not implement is set',
    how: 'bit 63',
    spoil: (p) => p.put64(at + 0x4d0, 0x8000000000001500n),
  },
  { rule: 'cr0: NW is 1 while CD is 0', how: 'NW', spoil: (p) => p.put64(at + 0x558, 0xa0010033n) },
  { rule: 'cr0: bits 63:32 are not zero', how: 'bit 32', spoil: (p) => p.put64(at + 0x558, 0x180010033n) },
  {
    rule: 'cr0: EFER.LME and PG are 1 while PE is 0',
    how: 'PE clear',
    spoil: (p) => p.put64(at + 0x558, 0x80010032n),
  },
  {
    rule: 'cr3: bits at and above the width of a physical address are set',
    how: 'bit 48 in long mode',
    spoil: (p) => p.put64(at + 0x550, 0x0001000000001000n),
  },
  {
    rule: 'cr3: bits at and above the width of a physical address are set',
    how: 'bit 63 in a guest without paging',
    spoil: (p) => {
      p.put64(at + 0x4d0, 0x1000n);
      p.put64(at + 0x558, 0x11n);
      p.put64(at + 0x550, 0x8000000000001000n);
    },
  },
  {
    rule: 'cr3: a present PDPE of the PAE guest has reserved bits set',
    how: 'R/W in PDPE 0',
    spoil: (p) => {
      pae(p);
      p.put64(0x2000, 0x3003n);
    },
  },
  {
    rule: 'cr3: a present PDPE of the PAE guest has reserved bits set',
    how: 'bit 48 in PDPE 3',
    spoil: (p) => {
      pae(p);
      p.put64(0x2018, 0x0001000000003001n);
    },
  },
  {
    rule: 'cr4: a bit the processor does not implement is set',
    how: 'bit 31',
    spoil: (p) => p.put64(at + 0x548, 0x80000020n),
  },
  {
    rule: 'cr4: a bit the processor does not implement is set',
    how: 'bit 32',
    spoil: (p) => p.put64(at + 0x548, 0x100000020n),
  },
  {
    rule: 'cr4: EFER.LME and CR0.PG are 1 while PAE is 0',
    how: 'PAE clear',
    spoil: (p) => p.put64(at + 0x548, 0n),
  },
  {
    rule: 'cr4: CET is 1 while CR0.WP is 0',
    how: 'WP clear',
    limits: CET_LIMITS,
    spoil: (p) => {
      p.put64(at + 0x548, 0x800020n);
      p.put64(at + 0x558, 0x80000033n);
    },
  },
  {
    rule: 'csAttrib: L and D are both 1 in long mode',
    how: 'L and D',
    spoil: (p) => p.put16(at + 0x412, 0xe9b),
  },
  { rule: 'dr6: bits 63:32 are not zero', how: 'bit 32', spoil: (p) => p.put64(at + 0x568, 0x1ffff0ff0n) },
  { rule: 'dr7: bits 63:32 are not zero', how: 'bit 63', spoil: (p) => p.put64(at + 0x560, 0x8000000000000400n) },
];

/** What must not be refused. */
const ACCEPTED: readonly { readonly how: string; readonly make: (p: Processor) => void }[] = [
  { how: 'an I/O map that ends at the last physical address', make: (p) => p.put64(at + 0x040, 0x0000ffffffffd000n) },
  { how: 'an MSR map that ends at the last physical address', make: (p) => p.put64(at + 0x048, 0x0000ffffffffe000n) },
  { how: 'bits 11:0 of the maps', make: (p) => (p.put64(at + 0x040, 0x20fffn), p.put64(at + 0x048, 0x24fffn)) },
  {
    how: 'paged real mode: PG without PE',
    make: (p) => {
      p.put64(at + 0x4d0, 0x1000n);
      p.put64(at + 0x548, 0n);
      p.put64(at + 0x558, 0x80010012n);
    },
  },
  { how: 'LMA that disagrees with LME and PG', make: (p) => p.put64(at + 0x4d0, 0x1100n) },
  { how: 'LME without paging and without PAE', make: (p) => (p.put64(at + 0x558, 0x11n), p.put64(at + 0x548, 0n)) },
  { how: 'L and D outside long mode', make: (p) => (p.put64(at + 0x4d0, 0x1000n), p.put16(at + 0x412, 0xe9b)) },
  { how: 'NW with CD', make: (p) => p.put64(at + 0x558, 0xe0010033n) },
  { how: 'reserved bits of CR0 15:6', make: (p) => p.put64(at + 0x558, 0x8001ffc0n | 0x33n) },
  { how: 'low bits of CR3', make: (p) => p.put64(at + 0x550, 0x1fffn) },
  { how: 'a RIP that is not canonical', make: (p) => p.put64(at + 0x578, 0x8000000000000000n) },
  { how: 'any CPL against SS.DPL', make: (p) => (p.put8(at + 0x4cb, 3), p.put16(at + 0x422, 0x93)) },
  { how: 'an event of a reserved type with V = 0', make: (p) => p.put64(at + 0x0a8, 0x00000702n) },
  { how: 'reserved bits of EVENTINJ', make: (p) => p.put64(at + 0x0a8, 0xfffff820n & ~0x300n) },
  { how: 'nCR3 and G_PAT without nested paging', make: (p) => (p.put64(at + 0x0b0, -1n), p.put64(at + 0x668, -1n)) },
  {
    how: 'reserved bits of PDPEs that are not present',
    make: (p) => {
      pae(p);
      p.put64(0x2008, 0xfffffffffffffffen);
    },
  },
  {
    how: 'PDPEs of a guest under nested paging',
    make: (p) => {
      pae(p);
      np(p);
      p.put64(0x2000, 0xffffffffffffffffn);
    },
  },
  { how: 'enables of absent features', make: (p) => p.put32(at + 0x060, 0xc6000000) },
  { how: 'every SEV bit of the nested paging control', make: (p) => p.put64(at + 0x090, 0x7en) },
];

function refusals(p: Processor): string[] {
  const seen: RefusedEntry[] = [];
  p.probe = { refused: (entry) => seen.push(entry) };
  const { entered } = vmrun(p, VMCB_SPA, 0x1234, 0);
  assert.equal(seen.length, entered ? 0 : 1);
  // what a probe is told can be sent over a wire
  for (const entry of seen) assert.deepEqual(structuredClone(entry), entry);
  if (!entered && seen[0]!.violations.length === 0) return ['refused, and no rule says why'];
  return seen.flatMap((entry) => entry.violations.map((v) => `${v.field}: ${v.what}`));
}

describe('VMRUN consistency checks', () => {
  it('accepts the entry the cases start from', () => {
    const p = new Processor();
    legalEntry(p);
    assert.deepEqual(refusals(p), []);
  });

  for (const { rule, how, spoil, limits } of CASES) {
    it(`refuses ${rule} (${how}), and only for that`, () => {
      const p = new Processor(limits);
      legalEntry(p);
      spoil(p);
      assert.deepEqual(refusals(p), [rule]);
    });
  }

  for (const { how, make } of ACCEPTED) {
    it(`accepts ${how}`, () => {
      const p = new Processor();
      legalEntry(p);
      make(p);
      assert.deepEqual(refusals(p), []);
    });
  }

  it('has a case for every rule', () => {
    const rules = CONSISTENCY_RULES.map((rule) => `${rule.field}: ${rule.what}`);
    assert.equal(new Set(rules).size, rules.length);
    assert.deepEqual([...new Set(CASES.map((c) => c.rule))].sort(), [...rules].sort());
  });

  it('lists every rule an entry breaks, in one refusal', () => {
    const p = new Processor();
    legalEntry(p);
    p.put32(at + 0x058, 0);
    p.put64(at + 0x4d0, 0x500n);
    p.put64(at + 0x568, 0x1ffff0ff0n);
    assert.deepEqual(refusals(p), [
      'guestAsid: the ASID is 0, which is the host’s',
      'efer: SVME is 0',
      'dr6: bits 63:32 are not zero',
    ]);
  });

  it('refuses a VMCB where there is no memory, and a VMCB of zeros', () => {
    const p = new Processor();
    legalEntry(p);
    const seen: RefusedEntry[] = [];
    p.probe = { refused: (entry) => seen.push(entry) };
    assert.equal(vmrun(p, 0x4000_0000, 0, 0).entered, false);
    assert.equal(vmrun(p, 0x30000, 0, 0).entered, false);
    assert.deepEqual(
      seen.map((entry) => [entry.vmcb, entry.violations.length > 0]),
      [
        [0x4000_0000, true],
        [0x30000, true],
      ],
    );
  });

  it('stores EXITCODE -1 in 64 bits, no guest state, and brings the host back', () => {
    const p = new Processor();
    legalEntry(p);
    p.put32(at + 0x058, 0);
    p.put64(at + 0x078, 0x1111111111111111n);
    p.put64(at + 0x080, 0x1111111111111111n);
    p.put64(at + 0x088, 0x1111111111111111n);
    p.put64(at + 0x0a8, 0x80000b0en);
    p.state.setGpr(0, VMCB_SPA, 0);
    p.state.setGpr(4, 0x5000, 7);
    p.state.setFlags(0x10ad7);
    p.state.i32[0x800 >> 2] = 1;
    const page = p.ram.offset(VMCB_SPA);
    p.state.u8[p.ram.map.written + p.ram.pageIndex(page)] = 0;
    const before = p.page(at);
    const hostWindow = p.window();
    const exits: number[] = [];
    p.probe = { vmexit: ({ code }) => exits.push(code) };
    vmrun(p, VMCB_SPA, 0xabcdef01 | 0, 0x7fff);
    assert.deepEqual(exits, [-1]);
    assert.equal(p.state.u8[p.ram.map.written + p.ram.pageIndex(page)], 1);
    const after = p.page(at);
    const view = new DataView(before.buffer);
    view.setBigUint64(0x070, 0xffffffffffffffffn, true);
    view.setBigUint64(0x078, 0n, true);
    view.setBigUint64(0x080, 0n, true);
    view.setBigUint64(0x088, 0n, true);
    view.setUint32(0x0a8, 0x00000b0e, true);
    assert.deepEqual(after, before);
    assert.equal(p.state.big(0x198), 0x7fffabcdef01n, 'RIP');
    assert.equal(p.rflags(), 0xad7, 'RFLAGS with RF clear');
    assert.equal(p.state.i32[0x800 >> 2], 0, 'GIF');
    assert.equal(p.state.i32[0x804 >> 2], 0, 'guest mode');
    const window = p.window();
    assert.deepEqual(window.subarray(0x100, 0x188), hostWindow.subarray(0x100, 0x188), 'general registers');
    assert.deepEqual(window.subarray(0x200, 0x3a0), hostWindow.subarray(0x200, 0x3a0), 'segments, tables, CRs');
    assert.deepEqual(window.subarray(0x400, 0x800), hostWindow.subarray(0x400, 0x800), 'MSRs');
  });

  it('answers alike in one pass and row by row, for 20,000 entries with up to three random faults', () => {
    const dice = new Dice(1);
    const p = new Processor({ ...LIMITS, cr4Valid: LIMITS.cr4Valid | 0x800000 });
    const fields = [
      0x010, 0x040, 0x048, 0x058, 0x090, 0x0a8, 0x0b0, 0x410, 0x4d0, 0x548, 0x550, 0x558, 0x560, 0x568, 0x668,
    ];
    const tender: readonly (readonly [number, readonly number[]])[] = [
      [0x558, [0x1, 0x10000, 0x20000000, 0x80000000]],
      [0x548, [0x20, 0x800000]],
      [0x410, [0x02000000, 0x04000000]],
    ];
    const broken = new Map<string, number>();
    let accepted = 0;
    for (let n = 0; n < 20_000; n++) {
      legalEntry(p);
      p.put64(0x2000, 0x3001n);
      if (dice.below(2)) np(p);
      if (dice.below(4) === 0) pae(p);
      if (dice.below(8) === 0) p.state.setCr(0, 0x33);
      if (dice.below(2)) p.put64(at + 0x0a8, BigInt(0x80000000 | (dice.u32() & 0x73f)) & 0xffffffffn);
      for (let faults = dice.below(4); faults > 0; faults--) {
        const field = at + fields[dice.below(fields.length)]!;
        p.put64(field, p.u64(field) ^ (1n << BigInt(dice.below(64))));
        const [word, bits] = tender[dice.below(tender.length)]!;
        if (dice.below(2)) p.put32(at + word, p.u32(at + word) ^ bits[dice.below(bits.length)]!);
      }
      if (dice.below(8) === 0) p.put64(0x2000 + 8 * dice.below(4), dice.u64());
      const rows = violations({ vmcb: new Vmcb(p.ram, VMCB_SPA), limits: p.limits, hostCr0: p.state.cr(0) });
      const pass = isConsistent(p.state.i32, p.ram.offset(VMCB_SPA) >> 2, p.limits, p.state.cr(0) | 0, p.ram);
      assert.equal(pass, rows.length === 0, `entry ${n}: ${rows.map((r) => `${r.field}: ${r.what}`).join('; ')}`);
      if (pass) accepted++;
      for (const row of rows) broken.set(row.what, (broken.get(row.what) ?? 0) + 1);
    }
    assert.ok(accepted > 1000, `${accepted} accepted`);
    for (const { what } of CONSISTENCY_RULES) assert.ok((broken.get(what) ?? 0) > 10, what);
  });

  it('does not touch VM_HSAVE_PA beyond a page', () => {
    const p = new Processor();
    legalEntry(p);
    for (let n = 0; n < 4096; n += 8) p.put64(HSAVE_SPA + 4096 + n, 0x5a5a5a5a5a5a5a5an);
    vmrun(p, VMCB_SPA, 0, 0);
    assert.deepEqual(p.page(HSAVE_SPA + 4096), new Uint8Array(4096).fill(0x5a));
  });
});
