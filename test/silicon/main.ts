/** `npm run silicon`: a long comparison with this machine's processor; see USAGE. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { BATCH, batchesOf, type BatchResult, type Choice, Total } from './campaign';
import { lackingRows, thin } from './coverage';
import { canBeAsked, hostProgram, isAmd, processorFlags, processorName } from './native';
import { report } from './report';

const USAGE = `npm run silicon -- [options]: random instructions on this machine's processor and in the engine
  --cases N       how many, 5000000 unless told
  --seed S        1 unless told; seed and number make a case, however many workers there are
  --from N        the first case's number, a multiple of ${BATCH}: to go on where another run ended
  --workers N     threads; as many as the machine has processors unless told
  --row MNEMONIC  cases that begin with a row so called
  --only REGEX    rows whose feature and name match, as in 'SSE2 PADDQ 66 0F D4 /r'
  --failures N    ends after so many differences, 10 unless told
Ends with status 1 when something differs, or a row, a mode or a state was hardly reached (with --row or --only it is not asked).`;
/** An engine keeps what it made for the instructions it met: after so many batches a worker gives way to a new one. */
const RENEWED = 150;
/** A row with fewer cases than this part of them is hardly reached. */
const LEAST_PART = 1 / 8000;

function wrong(words: string): never {
  process.stderr.write(`silicon: ${words}\n${USAGE}\n`);
  process.exit(2);
}

function parse(): ReturnType<typeof parseWords> {
  try {
    return parseWords();
  } catch (error) {
    return wrong((error as Error).message);
  }
}

const parseWords = () =>
  parseArgs({
    options: {
      cases: { type: 'string', default: '5000000' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      workers: { type: 'string', default: String(availableParallelism()) },
      row: { type: 'string' },
      only: { type: 'string' },
      failures: { type: 'string', default: '10' },
      help: { type: 'boolean', default: false },
    },
  });

const { values } = parse();

function number(name: 'cases' | 'seed' | 'from' | 'workers' | 'failures', least: number): number {
  const value = Number(values[name]);
  return Number.isSafeInteger(value) && value >= least
    ? value
    : wrong(`--${name} ${values[name]}: a whole number from ${least} is meant`);
}

async function campaign(): Promise<number> {
  const [cases, seed, from] = [number('cases', 1), number('seed', 0), number('from', 0)];
  const [workers, most] = [number('workers', 1), number('failures', 1)];
  if (from % BATCH !== 0) wrong(`--from ${from}: a multiple of ${BATCH} is meant`);
  const choice: Choice = {
    seed,
    mnemonic: values.row?.toUpperCase(),
    only: values.only === undefined ? undefined : new RegExp(values.only),
  };
  hostProgram();
  const started = Date.now();
  const total = new Total();
  const left = batchesOf(from, cases);
  let told = 0;

  const next = (): readonly [number, number] | undefined => (total.failures.length < most ? left.shift() : undefined);

  async function lane(): Promise<void> {
    for (let first = next(); first; first = next()) await oneWorker(first);
  }

  function oneWorker(first: readonly [number, number]): Promise<void> {
    const worker = new Worker(join(__dirname, 'silicon-worker.js'), { workerData: choice });
    let batches = 0;
    return new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (batch: BatchResult) => {
        for (const text of batch.failures) process.stdout.write(`\n${text}\n`);
        total.add(batch);
        if (total.cases - told >= 100_000) {
          told = total.cases;
          process.stderr.write(`${told} cases, ${total.failures.length} differ\n`);
        }
        const following = ++batches < RENEWED ? next() : undefined;
        if (following) worker.postMessage(following);
        else void worker.terminate().then(() => resolve());
      });
      worker.postMessage(first);
    });
  }
  await Promise.all(Array.from({ length: workers }, lane));

  const features = processorFlags();
  const lacking = lackingRows(features, isAmd());
  const isWhole = choice.mnemonic === undefined && choice.only === undefined;
  const missed = isWhole ? thin(total.coverage, lacking, features.has('misalignsse'), total.cases * LEAST_PART) : [];
  if (total.failures.length === 0) console.log(report(total, lacking));
  for (const what of missed) console.log(`HARDLY REACHED ${what}`);
  const seconds = (Date.now() - started) / 1000;
  const { user, system } = process.cpuUsage();
  const last = from + total.cases - 1;
  console.log(
    `${total.cases} cases on ${processorName()}: ${total.failures.length} differ (seed ${seed}, cases ${from} to ${last}; ` +
      `${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of processor time without the native host, ${workers} workers)`,
  );
  return total.failures.length > 0 || missed.length > 0 ? 1 : 0;
}

if (values.help) console.log(USAGE);
else if (!canBeAsked()) {
  console.log('silicon: this machine has no x86-64 Linux whose processor could be asked');
  process.exitCode = 2;
} else {
  void campaign().then(
    (status) => (process.exitCode = status),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 2;
    },
  );
}
