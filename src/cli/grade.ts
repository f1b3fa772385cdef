/** `pacifica grade LAB`: judges a submission as the editor does. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LABS, labNamed } from '../../labs/catalog';
import type { Lab } from '../labs/lab';
import type { Grade } from '../protocol/lab';
import { grade as judge } from '../session/lab-runner/grade';
import { gradeText } from './grade-text';
import { junit } from './junit';
import { filesOf, isFolder, submissionIn } from './lab-files';
import type { Files } from './lab-files';
import { UsageError, wholeNumber } from './usage';

export const GRADE_HELP = `pacifica grade LAB [FILE… | FOLDER] [options]

  Judges a submission for a lab, such as 'pacifica grade 2' or 'pacifica grade 02-world-switch src/'.
  Without files, those of the current folder; what is not there is the starter's.

  --seed N               what the checker's random choices follow from (1)
  --json                 the grade as JSON
  --junit                the grade as JUnit XML

  Status: 0 every claim holds; 1 not every one does; 2 wrong words or files.
`;

const STATUS_FAILED = 1;

const OPTIONS = {
  seed: { type: 'string' },
  json: { type: 'boolean' },
  junit: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

export async function grade(words: readonly string[]): Promise<number> {
  const { values, positionals } = parse(words);
  if (values.help) {
    process.stdout.write(GRADE_HELP);
    return 0;
  }
  const [name, ...places] = positionals;
  if (values.json && values.junit) throw new UsageError('--json and --junit exclude each other');
  const lab = labFrom(name, 'grade');
  const seed = wholeNumber('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER) ?? 1;
  const files = await submission(lab, places);
  const result = await judge(lab, files, seed);
  process.stdout.write(output(lab, result, values));
  return result.passed ? 0 : STATUS_FAILED;
}

function output(lab: Lab, result: Grade, { json, junit: xml }: { json?: boolean; junit?: boolean }): string {
  // what a claim failed with is for a debugger
  if (json) return `${JSON.stringify(result, (key, value: unknown) => (key === 'replay' ? undefined : value), 2)}\n`;
  return xml ? junit(lab, result) : gradeText(lab, result);
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]!.replace(/\.? To specify.*$/, ''));
  }
}

/** The lab a word names. Throws UsageError. */
export function labFrom(name: string | undefined, command: string): Lab {
  const list = LABS.map(({ number, id }) => `${number} (${id})`).join(', ');
  if (name === undefined) throw new UsageError(`${command} wants a lab: its number or its folder. There are ${list}`);
  const lab = labNamed(name);
  if (!lab) throw new UsageError(`there is no lab '${name}'; there are ${list}`);
  return lab;
}

/** The files handed in, over the starter's. */
async function submission(lab: Lab, places: readonly string[]): Promise<Files> {
  const judged = lab.record ?? lab.file;
  const [first = '.'] = places;
  let given: Record<string, string> = {};
  let where = 'among the files';
  if (places.length <= 1 && isFolder(first)) {
    given = { ...submissionIn(first, lab) };
    where = first === '.' ? 'in the current folder' : `in '${first}'`;
  } else {
    for (const place of places) {
      // a single file is the one that is judged, whatever it is called
      const name = places.length === 1 ? judged : path.basename(place);
      if (given[name] !== undefined) throw new UsageError(`there are two files called ${name}`);
      given[name] = await read(place);
    }
  }
  if (given[judged] === undefined) throw new UsageError(`lab ${lab.number} judges ${judged}: there is none ${where}`);
  return { ...filesOf(lab, 'starter'), ...given };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the file '${file}' cannot be read: ${(error as Error).message}`);
  }
}
