import assert from 'node:assert/strict';
import { batchesOf, Campaign, Total } from './campaign';
import { describe as tell, differences } from './compare';
import { CORPUS, fixedCase } from './corpus';
import { lackingRows, thin } from './coverage';
import { Engine } from './engine';
import { canBeAsked, isAmd, processorFlags, processorName, runNatively } from './native';
import { ENDLESS } from './outcome';
import { report } from './report';

const CASES = 200_000;
const SEED = 20_260_101;
/** A row with fewer cases is not tested. */
const LEAST = 50;

describe('the processor of this machine and the engine do the same', function () {
  this.timeout(1_800_000);

  if (!canBeAsked()) {
    it('cannot be asked here', () => console.log('NOT ASKED: only the processor of an x86-64 Linux can be'));
    return;
  }

  it('in the fixed cases', () => {
    const asked = CORPUS.filter((c) => c.amd === undefined || isAmd());
    if (asked.length < CORPUS.length)
      console.log(`NOT ASKED of ${processorName()}: ${CORPUS.length - asked.length} cases`);
    const cases = asked.map(fixedCase);
    const silicon = runNatively(cases);
    const engines = [new Engine(false), new Engine(true)];
    const failures = cases.flatMap((c, n) =>
      engines.flatMap((engine) =>
        [false, true].flatMap((stepping) => {
          const ours = engine.run(c, stepping);
          return differences(c, silicon[n]!, ours).length > 0 ? [tell(c, silicon[n]!, ours)] : [];
        }),
      ),
    );
    assert.equal(failures.length, 0, `\n${failures.join('\n\n')}`);
  });

  it(`in ${CASES} random cases, and no row, mode or state is left out`, () => {
    const campaign = new Campaign({ seed: SEED });
    const total = new Total();
    for (const [number, most] of batchesOf(0, CASES)) total.add(campaign.run(number, most));
    const features = processorFlags();
    const lacking = lackingRows(features, isAmd());
    console.log(report(total, lacking));
    console.log(`on ${processorName()}`);
    assert.equal(total.failures.length, 0, `\n${total.failures.slice(0, 10).join('\n\n')}`);
    const endless = total.vectors.get(ENDLESS) ?? 0;
    assert.ok(endless < CASES / 1000, `${endless} cases did not end on the processor`);
    assert.deepEqual(thin(total.coverage, lacking, features.has('misalignsse'), LEAST), []);
  });
});
