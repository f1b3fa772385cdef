/** Shadow tables against guest ∘ map, both written by the test: every way to differ, and the ways that are none. */
import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { shadowMismatches } from '../../src/session/lab-runner/shadow-mismatches';

const MB = 1 << 20;
const P = 1n;
const RW = 2n;
const US = 4n;
const A = 0x20n;
const D = 0x40n;
const PS = 0x80n;
const NX = 1n << 63n;
const ALL = P | RW | US | A | D;

/** Guest memory of 2 MB lies at 4 MB: its own tables at GPA 10000h on, the shadow's at SPA 1 MB on. */
const BASE = 4 * MB;
const GUEST = 0x1_0000;
const SHADOW = 1 * MB;
const CONTROLS = { cr0: 0x8001_0011, cr4: 0x20, efer: 0xd00 };
const GVA = 0x7f80_4030_5000n;

class Tables {
  private readonly machine = new Machine({ ramSize: 8 * MB });
  readonly spaOf = (gpa: number): number | undefined => (gpa < 2 * MB ? BASE + gpa : undefined);

  /** Puts four levels down to one page into one set of tables; `pages` as many in a row. */
  map(at: 'guest' | 'shadow', leaf: bigint, upper = ALL, gva = GVA): void {
    const own = at === 'guest' ? GUEST : SHADOW;
    let table = own;
    for (const [level, shift] of [39n, 30n, 21n].entries()) {
      const next = own + (level + 1) * 0x1000;
      this.write(at, table + Number((gva >> shift) & 511n) * 8, BigInt(next) | upper);
      table = next;
    }
    this.write(at, table + Number((gva >> 12n) & 511n) * 8, leaf);
  }
  write(at: 'guest' | 'shadow', address: number, entry: bigint): void {
    this.machine.ram.write64(at === 'guest' ? BASE + address : address, entry);
  }
  compare(guest: Partial<typeof CONTROLS> = {}): (string | bigint)[][] {
    const found = shadowMismatches({
      ram: this.machine.ram,
      physicalBits: 48,
      shadow: { ...CONTROLS, cr3: SHADOW },
      guest: { ...CONTROLS, ...guest, cr3: GUEST },
      spaOf: this.spaOf,
    });
    for (const { text } of found) assert.ok(text.length > 10);
    return found.map(({ kind, gva }) => [kind, gva]);
  }
}

function compared(guest: bigint, shadow: bigint, upper = ALL, controls = {}): (string | bigint)[][] {
  const tables = new Tables();
  tables.map('guest', guest, upper);
  tables.map('shadow', shadow);
  return tables.compare(controls);
}

const FRAME = 0x5_0000n;
const THERE = BigInt(BASE) + FRAME;

describe('shadow tables compared with guest ∘ map', () => {
  it('may be empty, or hold less, or grant less', () => {
    const tables = new Tables();
    tables.map('guest', FRAME | ALL);
    assert.deepEqual(tables.compare(), []);
    assert.deepEqual(compared(FRAME | ALL, THERE | ALL), []);
    assert.deepEqual(compared(FRAME | ALL, THERE | P | NX), []);
    assert.deepEqual(compared(FRAME | P | RW | US | A, THERE | P | US), []);
  });
  it('are stale where the guest maps nothing', () => {
    assert.deepEqual(compared(FRAME, THERE | ALL), [['stale', GVA]]);
    assert.deepEqual(compared(FRAME | ALL, THERE | ALL, RW | US | A), [['stale', GVA]]);
    assert.deepEqual(compared(0x40_0000n | ALL, THERE | ALL), [['stale', GVA]]);
    assert.deepEqual(compared(FRAME | ALL | (1n << 50n), THERE | ALL), [['stale', GVA]]);
  });
  it('name the wrong frame', () =>
    assert.deepEqual(compared(FRAME | ALL, (THERE + 0x1000n) | ALL), [['wrong-frame', GVA]]));
  it('are too open, in each right, on each level of the guest', () => {
    assert.deepEqual(compared(FRAME | P | US | A, THERE | P | RW | US), [['too-open', GVA]]);
    assert.deepEqual(compared(FRAME | P | RW | A | D, THERE | P | US), [['too-open', GVA]]);
    assert.deepEqual(compared(FRAME | ALL | NX, THERE | P | US), [['too-open', GVA]]);
    assert.deepEqual(compared(FRAME | ALL, THERE | ALL, P | US | A), [['too-open', GVA]]);
    assert.deepEqual(compared(FRAME | ALL, THERE | P | US, P | RW | A), [['too-open', GVA]]);
  });
  it('may let the supervisor write where the guest has CR0.WP clear', () => {
    assert.deepEqual(compared(FRAME | P | A | D, THERE | P | RW, ALL, { cr0: 0x8000_0011 }), []);
    assert.deepEqual(compared(FRAME | P | A | D, THERE | P | RW), [['too-open', GVA]]);
  });
  it('miss A and D of the guest', () => {
    assert.deepEqual(compared(FRAME | P | RW | US, THERE | P), [['dirty-missed', GVA]]);
    assert.deepEqual(compared(FRAME | P | RW | US | A, THERE | P | RW), [['dirty-missed', GVA]]);
    assert.deepEqual(compared(FRAME | ALL, THERE | P, P | RW | US), [['dirty-missed', GVA]]);
  });
  it('have reserved bits set', () =>
    assert.deepEqual(compared(FRAME | ALL, THERE | ALL | (1n << 51n)), [['reserved', GVA]]));
  it('are looked at page by page where they map large ones', () => {
    const tables = new Tables();
    tables.map('guest', FRAME | ALL);
    tables.map('shadow', 0n);
    const page = Number((GVA >> 21n) & 511n);
    tables.write('shadow', SHADOW + 0x2000 + page * 8, BigInt(BASE) | ALL | PS);
    const found = tables.compare();
    assert.ok(found.length > 1);
    assert.ok(found.every(([kind]) => kind === 'stale' || kind === 'wrong-frame'));
  });
  it('and addresses are canonical', () => {
    const tables = new Tables();
    tables.map('shadow', THERE | ALL, ALL, 0xffff_8000_0000_1000n);
    assert.deepEqual(tables.compare(), [['stale', 0xffff_8000_0000_1000n]]);
  });
});
