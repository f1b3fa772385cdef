/** What panels are told, against a machine whose memory the test has written itself. */
import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { CRS } from '../../src/engine/state/layout';
import { openAnswer, sealed } from '../../src/protocol/wire';
import { BareTarget } from '../../src/session/bare-target';
import { pageTablesAnswer, pageTablesSummaryAnswer } from '../../src/session/inspect/page-tables';
import { Lab } from '../../src/session/lab';

const MB = 1 << 20;
const PML4 = 0x10_0000;
const PDPT = 0x10_1000;
const PD = 0x10_2000;
const PT = 0x10_3000;

function longMode(): { lab: Lab; write: (spa: number, entry: bigint) => void } {
  const machine = new Machine({ ramSize: 4 * MB });
  const write = (spa: number, entry: bigint): void => machine.ram.write64(spa, entry);
  machine.state.setCr(0, 0x8000_0011);
  machine.state.setNumber(CRS + 24, PML4);
  machine.state.setCr(4, 0x20);
  machine.state.efer = 0xd00;
  return { lab: new Lab(new BareTarget(machine)), write };
}

describe('page tables for the panel', () => {
  it('folds holes and pages that follow one another, not those that differ', () => {
    const { lab, write } = longMode();
    write(PML4, BigInt(PDPT) | 7n);
    write(PML4 + 256 * 8, BigInt(PDPT) | 3n);
    write(PDPT, BigInt(PD) | 7n);
    write(PDPT + 8, (1n << 30n) | 0x83n);
    for (let n = 0; n < 8; n++) write(PD + n * 8, BigInt(n * 0x20_0000) | 0x83n);
    write(PD + 4 * 8, BigInt(4 * 0x20_0000) | 0xa3n); // A is set
    write(PD + 9 * 8, BigInt(PT) | 3n);
    write(PD + 10 * 8, 0x83n | 0x2000n); // a reserved bit of a 2 MB page
    const ask = (...path: number[]) => {
      const answer = pageTablesAnswer(lab, { root: 'host', path });
      openAnswer('pacifica/pageTables', sealed(answer));
      assert.equal(answer.kind, 'table');
      return answer as Extract<typeof answer, { kind: 'table' }>;
    };
    const top = ask();
    assert.deepEqual(
      [top.format, top.register, top.registerValue, top.entryName, top.level],
      ['long', 'CR3', '0x100000', 'PML4E', 4],
    );
    assert.deepEqual(
      top.rows.map(({ kind, index, count, from }) => [kind, index, count, from]),
      [
        ['table', 0, 1, '0x0'],
        ['hole', 1, 255, '0x8000000000'],
        ['table', 256, 1, '0xffff800000000000'],
        ['hole', 257, 255, '0xffff808000000000'],
      ],
    );
    assert.deepEqual(top.rows[0]!.below, { tables: 1, pages: 1 });
    const pd = ask(256, 0);
    assert.deepEqual(
      pd.rows.map(({ kind, index, count, from, target }) => [kind, index, count, from, target]),
      [
        ['page', 0, 4, '0xffff800000000000', 0],
        ['page', 4, 1, '0xffff800000800000', 0x80_0000],
        ['page', 5, 3, '0xffff800000a00000', 0xa0_0000],
        ['hole', 8, 1, '0xffff800001000000', 0],
        ['table', 9, 1, '0xffff800001200000', PT],
        ['reserved', 10, 1, '0xffff800001400000', 0],
        ['hole', 11, 501, '0xffff800001600000', 0],
      ],
    );
    const { summary } = pageTablesSummaryAnswer(lab, { root: 'host' });
    // the two PML4Es lead to the same tables: what they map counts twice, the tables once
    assert.deepEqual(summary, {
      mapped: 2 * (2 ** 30 + 8 * 2 ** 21),
      tables: 4,
      pages: [
        { size: 2 ** 30, count: 2 },
        { size: 2 ** 21, count: 16 },
      ],
      complete: true,
    });
  });

  it('says why there is nothing', () => {
    const { lab, write } = longMode();
    write(PML4, 0x9_0000_0000n | 3n);
    const none = (path: number[], root: 'host' | 'guest' = 'host') => {
      const answer = pageTablesAnswer(lab, { root, path });
      openAnswer('pacifica/pageTables', sealed(answer));
      assert.equal(answer.kind, 'none');
      return [(answer as { why: string }).why, (answer as { what: string }).what];
    };
    assert.deepEqual(none([0]), ['unreadable', 'the table of PDPEs at SPA 900000000h is not memory']);
    assert.deepEqual(none([5]), ['unreadable', 'PML4E[5] names no table']);
    assert.deepEqual(none([], 'guest'), ['no-guest', 'no VMRUN yet']);
    lab.machine.state.setCr(0, 0x11);
    assert.deepEqual(none([]), ['off', 'CR0.PG is 0']);
  });

  it('reads PAE and two-level tables, 4 MB pages above 4 GB among them', () => {
    const { lab, write } = longMode();
    lab.machine.state.efer = 0;
    write(PML4, BigInt(PD) | 1n);
    write(PD, 0x83n);
    const pae = pageTablesAnswer(lab, { root: 'host', path: [] });
    assert.ok(pae.kind === 'table' && pae.format === 'pae' && pae.entryName === 'PDPE');
    assert.deepEqual(
      pae.rows.map(({ kind, count }) => [kind, count]),
      [
        ['table', 1],
        ['hole', 3],
      ],
    );
    lab.machine.state.setCr(4, 0x10);
    lab.machine.ram.write32(PML4, 0x83 | (1 << 13));
    lab.machine.ram.write32(PML4 + 4, PT | 3);
    const legacy = pageTablesAnswer(lab, { root: 'host', path: [] });
    assert.ok(legacy.kind === 'table' && legacy.format === 'legacy' && legacy.span === 2 ** 22);
    assert.deepEqual(
      legacy.rows.slice(0, 2).map(({ kind, target }) => [kind, target]),
      [
        ['page', 0x1_0000_0000],
        ['table', PT],
      ],
    );
  });
});
