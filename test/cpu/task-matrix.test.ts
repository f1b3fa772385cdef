import assert from 'node:assert/strict';
import { bochsIsThere, runBochs } from './bochs';
import { answers, image, runOurs, runQemu } from './program';
import { TASK_DEVIATIONS } from './task-deviations';
import type { Outcome, TaskDeviation } from './task-deviations';
import { taskCase } from './task-matrix';
import { VARIATIONS, trialsOf } from './task-variations';
import type { Trial } from './task-variations';

type Run = (rom: Uint8Array) => string;
const WITNESSES: { readonly name: TaskDeviation['witness']; readonly run: Run }[] = [{ name: 'QEMU', run: runQemu }];
if (bochsIsThere()) WITNESSES.push({ name: 'Bochs', run: runBochs });
else console.error('bochs is not installed: NOTHING below is compared with it');

/** Of the two hashes. */
const PARTS = ['state', 'bits'] as const satisfies readonly TaskDeviation['part'][];
const TRIALS = trialsOf(VARIATIONS);
const ourRun: Run = (rom) => runOurs(rom, undefined, 1e9);
const words = (text: string): readonly string[] => (answers(text, 1)[0] ?? '').split(' ');
/** Three words for each trial: how it ended, and its two hashes. */
const part = (told: readonly string[], n: number, which: TaskDeviation['part']): string | undefined =>
  told[3 * n + 1 + PARTS.indexOf(which)];

describe('cpu: task switches', () => {
  let rom: Uint8Array;
  let ours: readonly string[];

  before(function () {
    this.timeout(30_000);
    rom = image('protected', [taskCase(VARIATIONS)]);
    ours = words(ourRun(rom));
    assert.equal(ours.length, TRIALS.length * 3);
  });

  const outcome = (n: number): Outcome => {
    const word = Number.parseInt(ours[3 * n]!, 16);
    return { vector: word & 0xff, committed: word > 0xff };
  };

  for (const { name, run } of WITNESSES) {
    it(name, function () {
      this.timeout(60_000);
      const theirs = words(run(rom));
      assert.equal(theirs.length, TRIALS.length * 3);
      for (const which of name === 'QEMU' ? (['state'] as const) : PARTS) {
        const known = TASK_DEVIATIONS.filter((d) => d.witness === name && d.part === which);
        const unknown: Trial[] = [];
        const gone = new Map<string, string>();
        TRIALS.forEach((trial, n) => {
          const expected = known.find(({ where }) => where(trial, outcome(n)));
          const differs = part(ours, n, which) !== part(theirs, n, which);
          if (differs && !expected) unknown.push(trial);
          else if (!differs && expected) gone.set(trial.variation.name, describeTrial(trial));
        });
        if (unknown.length > 0) assert.fail(explain(unknown, which, run));
        assert.deepEqual([...gone.values()], [], 'deviations that are none any more, one of each variation');
      }
    });
  }
});

const describeTrial = (t: Trial): string =>
  `${t.variation.name}: ${t.road} from a ${t.from} to a ${t.to}-bit TSS, ${t.kind === 0 ? 'task' : 'interrupt'} gates`;

/** What differs in the first of some trials, dword by dword: see the record in task-matrix. */
function explain(trials: readonly Trial[], which: TaskDeviation['part'], run: Run): string {
  const first = trials[0]!;
  const rom = image('protected', [taskCase(VARIATIONS, first.number)]);
  const [we, they] = [ourRun(rom), run(rom)].map((text) =>
    (answers(text, 1)[0] ?? '').split('/').map((half) => half.trim().split(' ')),
  );
  const at = PARTS.indexOf(which);
  const differ = we![at]!.flatMap((word, n) =>
    word === they![at]?.[n] ? [] : [`${n}: we ${word}, they ${they![at]?.[n]}`],
  );
  const names = [...new Set(trials.map((t) => t.variation.name))];
  return `${trials.length} trials (${names.slice(0, 12).join('; ')}); ${describeTrial(first)}: ${differ.join('; ')}`;
}
