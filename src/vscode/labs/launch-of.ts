/** The launch configuration of a lab: its options, with paths that are relative to the copy made whole. */
import type { Lab } from '../../labs/lab';

export interface LabLaunch {
  readonly type: string;
  readonly request: 'launch';
  readonly name: string;
  /** Id of the lab: a session knows it by this. */
  readonly lab: string;
  readonly [option: string]: unknown;
}

/** Options that name a file, wherever they stand. */
const PATHS = new Set(['program', 'kernel', 'initrd', 'disk', 'file', 'handlers']);

/** `place` makes a path of the copy whole. Undefined: there is nothing to run. */
export function launchOf(lab: Lab, type: string, place: (path: string) => string): LabLaunch | undefined {
  if (!lab.launch) return undefined;
  const options = whole(lab.launch, place) as Readonly<Record<string, unknown>>;
  return { ...options, type, request: 'launch', name: labName(lab), lab: lab.id };
}

/** `Lab 4: CPUID` */
export function labName({ number, title }: Pick<Lab, 'number' | 'title'>): string {
  return `Lab ${number}: ${title}`;
}

function whole(value: unknown, place: (path: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => whole(each, place));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      PATHS.has(name) && typeof each === 'string' ? place(each) : whole(each, place),
    ]),
  );
}
