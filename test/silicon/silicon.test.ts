import assert from 'node:assert/strict';
import { runCampaign } from './campaign';
import { processorName } from './native';
import { report, thinRows } from './report';

const CASES = 100_000;
const SEED = 20_260_101;
/** A row with fewer cases is not tested. */
const LEAST = 50;

describe('the processor of this machine and the engine do the same', function () {
  this.timeout(300_000);

  it(`in ${CASES} random cases, and no row is left out`, () => {
    const result = runCampaign({ cases: CASES, seed: SEED });
    console.log(report(result));
    console.log(`on ${processorName()}`);
    assert.equal(result.failures.length, 0, `\n${result.failures.join('\n\n')}`);
    assert.deepEqual(thinRows(result, LEAST), []);
  });
});
