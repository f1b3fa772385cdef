/** The guest of the paging labs: what it must come to is told by its author, nested and shadow paging, and NASM. */
import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { exitName } from '../../src/engine/arch/exit-codes';
import type { Vm } from '../../src/hypervisor/vm';
import type { PagingChoice } from '../../src/hypervisor/guest-spec';
import { seededRandom } from '../../src/session/lab-runner/seeded-random';
import { pagingGuest, type PagingScript } from '../../labs/paging-guest';
import { runNasm } from '../assembler/nasm';
import { lab, long } from '../hypervisor/guest';

const SEEDS = [1, 2, 3, 4, 5];
/** More than it writes. */
const LOG_WORDS = 0x2000 / 8;

interface Ran {
  readonly vm: Vm;
  readonly names: readonly string[];
  readonly quad: (symbol: string, index?: number) => bigint;
}

function run(script: PagingScript, paging: PagingChoice): Ran {
  const source = script.source.replace(/^bits 64$/m, '').replace(/^org .*$/m, '');
  const machine = lab({ ...long(source), paging });
  assert.equal(machine.run().kind, 'halted');
  const { symbols } = assemble(script.source, { file: 'guest.asm' });
  const quad = (symbol: string, index = 0): bigint => {
    const at = Number(symbols.find(({ name }) => name === symbol)!.value) + index * 8;
    return new BigUint64Array(Uint8Array.from(machine.guest.memory.read(at, 8)).buffer)[0]!;
  };
  return { vm: machine.guest, names: machine.records.map(({ code }) => exitName(code)!), quad };
}

describe('the guest of the paging labs', function () {
  this.timeout(60_000);

  for (const seed of SEEDS) {
    it(`reads what its tables promise, seed ${seed}`, () => {
      const script = pagingGuest(seededRandom(seed));
      for (const paging of ['nested', 'shadow'] as const) {
        const { quad } = run(script, paging);
        assert.equal(quad('checksum'), script.checksum, paging);
        assert.equal(quad('faults'), BigInt(script.guestFaults), paging);
        assert.equal(quad('strange'), 0n, paging);
      }
    });
  }

  it('leaves the same marks in its tables with and without a shadow', () => {
    const script = pagingGuest(seededRandom(6));
    const [nested, shadow] = (['nested', 'shadow'] as const).map((paging) => run(script, paging));
    for (let n = 0; n < LOG_WORDS; n++)
      assert.equal(shadow!.quad('log', n), nested!.quad('log', n), `word ${n} of the log`);
    assert.notEqual(nested!.quad('log'), 0n);
  });

  it('counts its CR3 writes and INVLPGs', () => {
    const script = pagingGuest(seededRandom(7));
    const { names } = run(script, 'shadow');
    assert.equal(names.filter((name) => name === 'VMEXIT_CR3_WRITE').length, script.cr3Writes);
    assert.equal(names.filter((name) => name === 'VMEXIT_INVLPG').length, script.invlpgs);
  });

  it('is the same to NASM', () => {
    const { source } = pagingGuest(seededRandom(8));
    assert.deepEqual(Buffer.from(assemble(source, { file: 'guest.asm' }).bytes), Buffer.from(runNasm(source).bytes!));
  });
});
