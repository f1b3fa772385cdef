/** Many cases through the processor and the engine; what differs is made small and told. */
import { cover, type Coverage } from './coverage';
import { describe, differences } from './compare';
import { Engine } from './engine';
import { Generator } from './generate';
import { isAmd, processorFlags, runNatively } from './native';
import { ENDLESS, type Outcome } from './outcome';
import { Random } from './random';
import { place, withoutStep, type Placed } from './test-case';

export interface Choice {
  readonly seed: number;
  readonly mnemonic?: string | undefined;
  readonly only?: RegExp | undefined;
}

export interface BatchResult {
  readonly cases: number;
  readonly failures: readonly string[];
  /** What the cases reached. */
  readonly coverage: Coverage;
  /** Cases by the vector that ended them. */
  readonly vectors: ReadonlyMap<number, number>;
}

/** Cases of a batch, which is made by seed and number alone, whoever runs it. */
export const BATCH = 2000;
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

const add = <K>(counts: Map<K, number>, key: K, by = 1): void => void counts.set(key, (counts.get(key) ?? 0) + by);

export class Campaign {
  /** The interpreter, and the same compiled: they take turns. */
  private readonly engines = [new Engine(false), new Engine(true)] as const;

  constructor(private readonly choice: Choice) {}

  /** Batch `number`, its first `most` cases. */
  run(number: number, most = BATCH): BatchResult {
    const { seed, mnemonic, only } = this.choice;
    const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
    const generator = new Generator(random, { mnemonic, only, features: processorFlags(), amd: isAmd() });
    const cases = Array.from({ length: Math.min(BATCH, most) }, () => generator.next());
    const natively = runNatively(cases);
    const result = { cases: cases.length, failures: [] as string[], coverage: new Map(), vectors: new Map() };
    for (const [n, c] of cases.entries()) {
      const silicon = natively[n]!;
      const engine = this.engines[n % 2 === 0 ? 0 : 1];
      const stepping = n % STEPPED === 0;
      const ours = engine.run(c, stepping);
      add(result.vectors, silicon.vector);
      if (differences(c, silicon, ours).length === 0) {
        if (silicon.vector !== ENDLESS) cover(c, silicon, result.coverage);
        continue;
      }
      // What does not come again was the system's doing, an interrupted page for example.
      const smallest = shrink(c, engine, stepping);
      if (!smallest) continue;
      const name = `seed ${seed}, case ${number * BATCH + n}${stepping ? ', stepped' : ''}`;
      result.failures.push(`${name}\n${describe(...smallest)}`);
    }
    return result;
  }
}

/** What batches came to, together. */
export class Total {
  cases = 0;
  readonly failures: string[] = [];
  readonly coverage: Coverage = new Map();
  readonly vectors = new Map<number, number>();

  add(batch: BatchResult): void {
    this.cases += batch.cases;
    this.failures.push(...batch.failures);
    for (const [what, n] of batch.coverage) add(this.coverage, what, n);
    for (const [vector, n] of batch.vectors) add(this.vectors, vector, n);
  }
}

/** Numbers of the batches that hold cases `from` … `from` + `cases` − 1, each with how many of its cases are asked for. */
export function batchesOf(from: number, cases: number): (readonly [number: number, most: number])[] {
  const first = Math.floor(from / BATCH);
  const count = Math.ceil(cases / BATCH);
  return Array.from({ length: count }, (_, n) => [first + n, Math.min(BATCH, cases - n * BATCH)] as const);
}
