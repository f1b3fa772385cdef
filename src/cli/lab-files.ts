/** Where the labs lie beside this program, and the files of a lab as they are there. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Lab } from '../labs/lab';
import { UsageError } from './usage';

export type Files = Readonly<Record<string, string>>;

/** `labs/` of the repository, and of the extension: both hold `dist/cli/main.js`. */
export const LABS_FOLDER = path.join(__dirname, '../../labs');

/** One of the answers a lab comes with; each is laid over the one before. */
export type Version = 'starter' | 'solution' | { readonly mutant: string };

export function versionName(version: Version): string {
  return typeof version === 'string' ? version : version.mutant;
}

export function filesOf(lab: Lab, version: Version, folder = LABS_FOLDER): Files {
  const at = path.join(folder, lab.id);
  const starter = filesIn(path.join(at, 'starter'));
  if (version === 'starter') return starter;
  const solution = { ...starter, ...filesIn(path.join(at, 'solution')) };
  if (version === 'solution') return solution;
  const mutant = path.join(at, 'mutants', version.mutant);
  if (!isFolder(mutant)) throw new UsageError(`there is no ${mutant}: the wrong answers are in the repository only`);
  return { ...solution, ...filesIn(mutant) };
}

/** The files of a folder as text, by name. */
function filesIn(folder: string): Files {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(names.map(({ name }) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

/** What a copy of a lab may hold that its files include or import. */
const SOURCES = /\.(asm|inc|ts|json)$/i;

/** A submission in a folder: the lab's files and whatever sources lie beside them. */
export function submissionIn(folder: string, lab: Lab): Files {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && (lab.files.includes(entry.name) || SOURCES.test(entry.name)))
    .map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

export function isFolder(place: string): boolean {
  return existsSync(place) && statSync(place).isDirectory();
}
