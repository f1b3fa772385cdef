/** The hypervisor's walk of guest page tables against the reference walk that also judges the processor's. */
import assert from 'node:assert/strict';
import type { GuestMemory } from '../../src/hypervisor/paging/guest-memory';
import { guestWalk } from '../../src/hypervisor/paging/guest-walk';
import type { Vcpu } from '../../src/hypervisor/vcpu';
import { Random, TableMaker, TwinMemory } from '../mmu/random-tables';
import { ReferenceFault, ReferenceWalk, type ReferenceMode } from '../mmu/reference-walk';

const PHYSICAL_BITS = 48;

function low(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}
function high(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n));
}

/** As much of a virtual processor as a walk looks at; guest-physical addresses are those of the twin memory. */
function vcpu(memory: TwinMemory, mode: ReferenceMode, user: boolean): Vcpu {
  const registers: Record<string, bigint> = {
    cr0: mode.cr0,
    cr3: mode.cr3,
    cr4: mode.cr4,
    efer: mode.efer,
    cpl: user ? 3n : 0n,
    rflags: mode.ac ? 0x40000n : 0n,
  };
  const guestMemory: Pick<GuestMemory, 'readWord' | 'read' | 'write'> = {
    readWord: (gpa) => memory.ram.read32(gpa),
    read: (gpa, length) => memory.ram.readBytes(gpa, length),
    write: (gpa, bytes) => memory.ram.writeBytes(gpa, bytes),
  };
  return {
    vmcb: { low: (field: string) => low(registers[field]!), high: (field: string) => high(registers[field]!) },
    memory: guestMemory,
    guestControls: {
      cr0: Number(mode.cr0),
      cr3: Number(mode.cr3),
      cr4: Number(mode.cr4),
      efer: Number(mode.efer),
    },
    physicalBits: PHYSICAL_BITS,
  } as unknown as Vcpu;
}

describe('the software walk of guest page tables', () => {
  for (const kind of ['off', 'legacy', 'pae', 'long'] as const) {
    it(`agrees with the reference in every outcome and every bit it sets: paging ${kind}`, () => {
      const random = new Random(0x5eed);
      const memory = new TwinMemory();
      const maker = new TableMaker(random, memory, PHYSICAL_BITS, true);
      const outcomes = new Map<string, number>();
      for (let n = 0; n < 4000; n++) {
        if (random.chance(0.5)) memory.clear();
        const { mode, linear } = maker.make(kind, undefined, random.pick([0, 0.02, 0.2]));
        const [user, write] = [random.chance(0.5), random.chance(0.5)];
        const access = { user, write, fetch: false, implicit: false, inspect: false };
        let expected: string;
        try {
          const { gpa } = new ReferenceWalk(memory, mode, BigInt(PHYSICAL_BITS), true).translate(linear, access);
          expected = `gpa ${gpa.toString(16)}`;
        } catch (error) {
          if (!(error instanceof ReferenceFault)) throw error;
          expected = `pf ${error.code.toString(16)}`;
        }
        const walk = guestWalk(vcpu(memory, mode, user), { low: low(linear), high: high(linear) }, write);
        const actual = walk.kind === 'mapped' ? `gpa ${walk.gpa.toString(16)}` : `pf ${walk.errorCode.toString(16)}`;
        assert.equal(actual, expected, `case ${n}, linear ${linear.toString(16)}`);
        assert.ok(memory.equal(), `case ${n}: accessed and dirty bits`);
        const key = expected.startsWith('gpa') ? 'gpa' : expected;
        outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
      }
      assert.ok(outcomes.get('gpa')! > 1000, JSON.stringify([...outcomes]));
      if (kind === 'off') return;
      for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 9]) {
        const count = outcomes.get(`pf ${code.toString(16)}`) ?? 0;
        assert.ok(count > 0, `pf ${code}: ${JSON.stringify([...outcomes])}`);
      }
    });
  }
});
