/** `npm run silicon -- --cases N --seed S --row MNEMONIC --only PATTERN --failures N`: a long comparison with this machine's processor. */
import { parseArgs } from 'node:util';
import { runCampaign } from './campaign';
import { processorName } from './native';
import { report } from './report';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    row: { type: 'string' },
    only: { type: 'string' },
    failures: { type: 'string', default: '10' },
  },
});
const cases = Number(values.cases);
const started = Date.now();
const result = runCampaign({
  cases,
  seed: Number(values.seed),
  mnemonic: values.row?.toUpperCase(),
  only: values.only === undefined ? undefined : new RegExp(values.only),
  most: Number(values.failures),
  onFailure: (text) => console.log(`\n${text}`),
  onProgress: (done) => process.stderr.write(done % 20000 === 0 ? `${done} cases\n` : ''),
});
if (result.failures.length === 0) console.log(report(result));
console.log(
  `${cases} cases on ${processorName()}: ${result.failures.length} differ, ${((Date.now() - started) / 1000).toFixed(1)} s`,
);
process.exitCode = result.failures.length > 0 ? 1 : 0;
