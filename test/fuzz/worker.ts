/** The fuzzer's worker: case after case until it is stopped; it says which one it begins, so that a hang has a name. */
import { parentPort, workerData } from 'node:worker_threads';
import { runCase } from './cases';

const { seed, first, step, until } = workerData as { seed: number; first: number; step: number; until: number };
const tally = new Map<string, number>();
let number = first;
for (; Date.now() < until; number += step) {
  parentPort!.postMessage({ kind: 'begins', number });
  try {
    runCase(seed, number, tally);
  } catch (error) {
    parentPort!.postMessage({ kind: 'failed', number, error: error instanceof Error ? error.stack : String(error) });
  }
}
parentPort!.postMessage({ kind: 'done', tally, last: number });
