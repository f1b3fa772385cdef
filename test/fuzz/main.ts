/**
 * `npm run fuzz -- --seed N --minutes M [--workers W] [--patience SECONDS] [--case K]`: hostile code, tables, VMCBs and device accesses, as guest and as host. A case
 * must not throw, not hang, not leave its memory, and come to the same whether it runs at a stretch or in slices with a snapshot
 * gone back to. What fails is named by seed and number, and `--case` runs it alone.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import { runCase, kindOf } from './cases';

const MOST_FAILURES = 20;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '1' },
    case: { type: 'string' },
    workers: { type: 'string', default: '2' },
    /** Seconds of wall time a case may take; more where others need the processor. */
    patience: { type: 'string', default: '30' },
  },
});

function number(name: keyof typeof values, least: number): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= least) return value;
  process.stderr.write(`fuzz: --${name} ${values[name]}: a number from ${least} is meant\n`);
  process.exit(2);
}

const seed = number('seed', 0);
const patience = number('patience', 1);
if (values.case !== undefined) {
  const which = number('case', 0);
  const tally = new Map<string, number>();
  runCase(seed, which, tally);
  process.stdout.write(`case ${which} (${kindOf(which)}): ${[...tally.keys()].join('; ')}\n`);
} else void campaign(number('minutes', 0), number('workers', 1));

async function campaign(minutes: number, workers: number): Promise<void> {
  const until = Date.now() + minutes * 60_000;
  const tally = new Map<string, number>();
  let cases = 0;
  let failures = 0;
  const fail = (which: number, what: string): void => {
    failures++;
    process.stdout.write(`FAILED seed ${seed} case ${which} (${kindOf(which)}): ${what}\n`);
  };

  async function lane(index: number): Promise<void> {
    let first = index;
    while (Date.now() < until && failures < MOST_FAILURES) first = (await oneWorker(first)) + workers;
  }

  /** Runs from a case on until time is up, a hang, or a crash of the worker; the number of the last case begun. */
  function oneWorker(first: number): Promise<number> {
    return new Promise((resolve) => {
      const worker = new Worker(join(__dirname, 'fuzz-worker.js'), {
        workerData: { seed, first, step: workers, until },
      });
      let current = first;
      let waited = 0;
      let ended = false;
      const end = (): void => {
        if (ended) return;
        ended = true;
        clearInterval(watch);
        void worker.terminate();
        resolve(current);
      };
      const watch = setInterval(() => {
        // seconds are counted, not told by the clock: this process may have been stopped meanwhile
        if (++waited < patience) return;
        fail(current, `no end after ${patience} seconds`);
        end();
      }, 1000);
      worker.on('message', (message: { kind: string; number: number; error?: string; tally: Map<string, number> }) => {
        if (message.kind === 'begins') {
          current = message.number;
          waited = 0;
          cases++;
        } else if (message.kind === 'failed') {
          fail(message.number, message.error ?? '');
          if (failures >= MOST_FAILURES) end();
        } else {
          for (const [name, count] of message.tally) tally.set(name, (tally.get(name) ?? 0) + count);
          end();
        }
      });
      worker.on('error', (error) => {
        fail(current, `the worker crashed: ${error.message}`);
        end();
      });
      worker.on('exit', () => end());
    });
  }

  await Promise.all(Array.from({ length: workers }, (_, index) => lane(index)));
  for (const [name, count] of [...tally].sort(([a], [b]) => a.localeCompare(b))) {
    process.stdout.write(`${String(count).padStart(9)}  ${name}\n`);
  }
  const rss = Math.round(process.memoryUsage().rss / 2 ** 20);
  process.stdout.write(`seed ${seed}: ${cases} cases, ${failures} failed, ${rss} MB resident\n`);
  process.exitCode = failures > 0 ? 1 : 0;
}
