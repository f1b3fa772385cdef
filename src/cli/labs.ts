/** `pacifica labs`: every lab against its own solution, starter and mutants, over many seeds. */
import { parseArgs } from 'node:util';
import { LABS } from '../../labs/catalog';
import type { Lab } from '../labs/lab';
import { grade } from '../session/lab-runner/grade';
import { answersOf, deviation, wantedOf } from '../session/lab-runner/matrix';
import type { Answer } from '../session/lab-runner/matrix';
import { labFrom } from './grade';
import { filesOf } from './lab-files';
import { UsageError, wholeNumber } from './usage';

export const LABS_HELP = `pacifica labs [LAB…] [--seeds N]

  Tries each lab on its own solution, starter and mutants, with the seeds 1 to N (3).

  Status: 0 every solution passes, every starter fails as announced, every mutant at its own claim; 1 not so; 2 wrong words.
`;

const DEFAULT_SEEDS = 3;
const MOST_SEEDS = 10_000;
const NAME_WIDTH = 26;

export async function labs(words: readonly string[]): Promise<number> {
  const { values, positionals } = parse(words);
  if (values.help) {
    process.stdout.write(LABS_HELP);
    return 0;
  }
  const seeds = wholeNumber('--seeds', values.seeds, 1, MOST_SEEDS) ?? DEFAULT_SEEDS;
  const chosen = positionals.length > 0 ? positionals.map((name) => labFrom(name, 'labs')) : LABS;
  let wrong = 0;
  for (const lab of chosen) {
    process.stdout.write(`${lab.id} · ${lab.title}\n`);
    for (const answer of answersOf(lab)) wrong += await tryAnswer(lab, answer, seeds);
  }
  const all = `${chosen.length} labs, ${seeds} seeds`;
  process.stdout.write(
    wrong === 0 ? `\n${all}: all as it must be.\n` : `\n${all}: ${wrong} answers came out otherwise.\n`,
  );
  return wrong === 0 ? 0 : 1;
}

function parse(words: readonly string[]) {
  try {
    const options = { seeds: { type: 'string' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]!.replace(/\.? To specify.*$/, ''));
  }
}

/** One row; 1 if it is not as it must be with every seed. */
async function tryAnswer(lab: Lab, answer: Answer, seeds: number): Promise<number> {
  const files = filesOf(lab, answer);
  const faults: string[] = [];
  const start = performance.now();
  for (let seed = 1; seed <= seeds; seed++) {
    const fault = deviation(lab, answer, await grade(lab, files, seed));
    if (fault !== undefined) faults.push(`seed ${seed}: ${fault}`);
  }
  const each = Math.round((performance.now() - start) / seeds);
  const name = typeof answer === 'string' ? answer : `mutant ${answer.mutant}`;
  const sign = faults.length === 0 ? '✓' : '✗';
  process.stdout.write(`  ${sign} ${name.padEnd(NAME_WIDTH)} ${wantedOf(lab, answer).padEnd(44)} ${each} ms\n`);
  for (const fault of faults.slice(0, 5)) process.stdout.write(`      ${fault}\n`);
  if (faults.length > 5) process.stdout.write(`      and with ${faults.length - 5} seeds more\n`);
  return faults.length === 0 ? 0 : 1;
}
