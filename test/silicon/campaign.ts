/** Many cases through the processor and the engine; what differs is made small and told. */
import { ROWS } from '../../src/engine/isa/opcode-map';
import { describe, differences, stepAt } from './compare';
import { Engine } from './engine';
import { exclusion, isLeftToAmd, neededFeature, rowName } from './exclusions';
import { Generator } from './generate';
import { isAmd, processorFlags, runNatively } from './native';
import { ENDLESS, VECTOR_BP, type Outcome } from './outcome';
import { Random } from './random';
import { place, withoutStep, type Placed } from './test-case';

export interface CampaignOptions {
  readonly cases: number;
  readonly seed: number;
  readonly mnemonic?: string | undefined;
  readonly only?: RegExp | undefined;
  /** Stops after so many differing cases. */
  readonly most?: number;
  readonly onFailure?: (text: string) => void;
  readonly onProgress?: (done: number) => void;
}

export interface CampaignResult {
  readonly failures: readonly string[];
  /** Cases in which a row's instruction was reached, by row name. */
  readonly counts: ReadonlyMap<string, number>;
  /** Cases by the vector that ended them. */
  readonly vectors: ReadonlyMap<number, number>;
  /** Rows this processor cannot be asked about, and why. */
  readonly lacking: ReadonlyMap<string, string>;
  readonly handlersMade: number;
}

const BATCH = 2000;
/** Every so many-th case goes through the engine one instruction at a time. */
const STEPPED = 8;

/** Leaves steps out as long as a difference remains. */
function shrink(c: Placed, engine: Engine, stepping: boolean): readonly [Placed, Outcome, Outcome] | undefined {
  const run = (p: Placed): readonly [Placed, Outcome, Outcome] => [p, runNatively([p])[0]!, engine.run(p, stepping)];
  let best = run(c);
  if (differences(...best).length === 0) return undefined;
  for (let n = c.test.steps.length - 1; n >= 0; n--) {
    const fewer = withoutStep(best[0].test, n);
    const smaller = fewer && place(fewer);
    if (!smaller) continue;
    const tried = run(smaller);
    if (differences(...tried).length > 0) best = tried;
  }
  return best;
}

export function runCampaign(options: CampaignOptions): CampaignResult {
  const { cases, seed, mnemonic, only, most = 10 } = options;
  const features = processorFlags();
  const amd = isAmd();
  const generator = new Generator(new Random(seed), { mnemonic, only, features, amd });
  const engine = new Engine();
  const counts = new Map<string, number>();
  const vectors = new Map<number, number>();
  const failures: string[] = [];
  for (let done = 0; done < cases && failures.length < most;) {
    const batch = Array.from({ length: Math.min(BATCH, cases - done) }, () => generator.next());
    const natively = runNatively(batch);
    for (const [n, c] of batch.entries()) {
      const silicon = natively[n]!;
      const stepping = n % STEPPED === 0;
      const ours = engine.run(c, stepping);
      vectors.set(silicon.vector, (vectors.get(silicon.vector) ?? 0) + 1);
      if (differences(c, silicon, ours).length === 0) {
        if (silicon.vector !== ENDLESS) count(c, silicon, counts);
        continue;
      }
      const smallest = shrink(c, engine, stepping);
      // What does not come again was the system's doing, an interrupted page for example.
      if (!smallest) continue;
      const text = `seed ${seed}, case ${done + n}${stepping ? ', stepped' : ''}\n${describe(...smallest)}`;
      failures.push(text);
      options.onFailure?.(text);
      if (failures.length >= most) break;
    }
    done += batch.length;
    options.onProgress?.(done);
  }
  const lacking = new Map<string, string>();
  for (const row of ROWS) {
    if (exclusion(row) !== undefined) continue;
    const feature = neededFeature(row);
    if (feature !== undefined && !features.has(feature)) lacking.set(rowName(row), `lacks ${feature}`);
    else if (isLeftToAmd(row) && !amd) lacking.set(rowName(row), 'is not AMD’s');
  }
  return { failures, counts, vectors, lacking, handlersMade: engine.handlersMade };
}

/** Counts the rows of steps up to the one that faulted. */
function count(c: Placed, silicon: Outcome, counts: Map<string, number>): void {
  const at = silicon.vector === VECTOR_BP ? -1 : stepAt(c, silicon.rip);
  const last = at < 0 ? c.test.steps.length - 1 : at;
  for (const name of new Set(c.test.steps.slice(0, last + 1).map((s) => rowName(s.row)))) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}
