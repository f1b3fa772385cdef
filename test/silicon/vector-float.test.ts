import assert from 'node:assert/strict';
import { HELPERS } from '../../src/engine/cpu/helpers';
import type { Row } from '../../src/engine/isa/row';
import { describe as tell, differences } from './compare';
import { Engine } from './engine';
import { neededFeature } from './exclusions';
import { processorFlags, processorName, runNatively } from './native';
import { Random } from './random';
import type { Placed } from './test-case';
import { APPROXIMATIONS, AT_XMM, DEFAULT_MXCSR, FLOAT_ROWS, makeCase, PE, randomMxcsr } from './vector-float-cases';

const CASES = 120;
const EXACT = FLOAT_ROWS.filter((row) => !APPROXIMATIONS.test(row.mnemonic));

describe('floating point of SSE on the processor of this machine and in the engine', function () {
  this.timeout(300_000);
  let engine: Engine;
  let rows: readonly Row[];
  before(() => {
    engine = new Engine(true);
    const features = processorFlags();
    const has = (row: Row): boolean => {
      const feature = neededFeature(row);
      return feature === undefined || features.has(feature);
    };
    rows = EXACT.filter(has);
    const missing = EXACT.filter((row) => !has(row));
    console.log(`      on ${processorName()}${missing.map((row) => `, which lacks ${row.mnemonic}`).join('')}`);
    assert.ok(rows.length > 50, `only ${rows.length} rows to compare`);
  });

  function compare(cases: readonly Placed[]): void {
    const silicon = runNatively(cases);
    const wrong: string[] = [];
    cases.forEach((c, n) => {
      const ours = engine.run(c);
      if (differences(c, silicon[n]!, ours).length > 0) wrong.push(tell(c, silicon[n]!, ours));
    });
    assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} of ${cases.length} differ`);
  }

  const each = (r: Random, make: (row: Row) => Placed): Placed[] =>
    rows.flatMap((row) => Array.from({ length: CASES }, () => make(row)));

  it('operands of every class, every mode and mask', () => {
    const r = new Random(1);
    compare(each(r, (row) => makeCase(r, row, 'any', randomMxcsr(r))));
  });

  it('operands of every class where the fast way is open', () => {
    const r = new Random(2);
    compare(each(r, (row) => makeCase(r, row, 'any', DEFAULT_MXCSR | PE)));
  });

  it('plain operands before the first inexact result', () => {
    const r = new Random(3);
    compare(each(r, (row) => makeCase(r, row, 'plain', DEFAULT_MXCSR)));
  });

  it('plain operands afterwards, without the helper', () => {
    const r = new Random(4);
    const real = HELPERS['vector-float'];
    const called = new Set<string>();
    HELPERS['vector-float'] = (core, i) => {
      called.add(i.row.mnemonic);
      return real(core, i);
    };
    try {
      compare(each(r, (row) => makeCase(r, row, 'plain', DEFAULT_MXCSR | PE)));
    } finally {
      HELPERS['vector-float'] = real;
    }
    assert.deepEqual([...called].sort(), ['DPPD', 'DPPS']);
  });

  it('approximations: zeros, infinities and NaNs as there, all else within 1.5 × 2^-12', () => {
    const r = new Random(5);
    for (const row of FLOAT_ROWS.filter((one) => APPROXIMATIONS.test(one.mnemonic))) {
      const cases = Array.from({ length: 1000 }, () => makeCase(r, row, 'any', DEFAULT_MXCSR));
      const silicon = runNatively(cases);
      cases.forEach((c, n) => {
        const at = AT_XMM + 16;
        const view = (image: Uint8Array): DataView => new DataView(image.buffer, image.byteOffset + at, 16);
        const [theirs, ours] = [view(silicon[n]!.units!), view(engine.run(c).units!)];
        for (let lane = 0; lane < 16; lane += 4) {
          const [x, y] = [theirs.getFloat32(lane, true), ours.getFloat32(lane, true)];
          const same = theirs.getUint32(lane, true) === ours.getUint32(lane, true);
          // Both are within the bound of the exact result.
          const near = Number.isFinite(x) && Math.abs(x - y) <= 3 * 2 ** -12 * Math.abs(x);
          assert.ok(same || near, `${c.test.steps[0]!.text}: ${x} there, ${y} here`);
        }
      });
    }
  });
});
