import assert from 'node:assert/strict';
import { runCampaign } from './campaign';
import { describe as tell, differences } from './compare';
import { CORPUS, fixedCase } from './corpus';
import { Engine } from './engine';
import { isAmd, processorName, runNatively } from './native';
import { ENDLESS } from './outcome';
import { report, thinRows } from './report';

const CASES = 100_000;
const SEED = 20_260_101;
/** A row with fewer cases is not tested. */
const LEAST = 50;

describe('the processor of this machine and the engine do the same', function () {
  this.timeout(300_000);

  it('in the fixed cases', () => {
    const asked = CORPUS.filter((c) => c.amd === undefined || isAmd());
    if (asked.length < CORPUS.length)
      console.log(`NOT ASKED of ${processorName()}: ${CORPUS.length - asked.length} cases`);
    const cases = asked.map(fixedCase);
    const silicon = runNatively(cases);
    const engine = new Engine();
    const failures = cases.flatMap((c, n) => {
      return [false, true].flatMap((stepping) => {
        const ours = engine.run(c, stepping);
        return differences(c, silicon[n]!, ours).length > 0 ? [tell(c, silicon[n]!, ours)] : [];
      });
    });
    assert.equal(failures.length, 0, `\n${failures.join('\n\n')}`);
  });

  it(`in ${CASES} random cases, and no row is left out`, () => {
    const result = runCampaign({ cases: CASES, seed: SEED });
    console.log(report(result));
    console.log(`on ${processorName()}`);
    assert.equal(result.failures.length, 0, `\n${result.failures.join('\n\n')}`);
    const endless = result.vectors.get(ENDLESS) ?? 0;
    assert.ok(endless < CASES / 1000, `${endless} cases did not end on the processor`);
    assert.deepEqual(thinRows(result, LEAST), []);
  });
});
