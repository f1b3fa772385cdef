/**
 * The record of a tour (labs/00-tour): what the learner has seen, as facts of the machine that the checker can find again. The editor
 * keeps it in `tour.json` beside the guest and adds a step when the learner has done it; the checker runs the same guest from the
 * seed and judges that each fact is true of it, and that the steps were done in this order.
 *
 * The starter's file holds `{ "version": 1, "seed": 1, "steps": [] }`. A step is recorded once, when it is done for the first time
 * after the one before it. `seed` is the value SEED has in the copy's `seed.inc`: the guest's exits depend on it.
 *
 * When to record what, in a session of the copy's `tour.asm` that has stopped (`stopOnEntry`):
 * - `start`: the session stands before the first instruction. `rip`: the guest's RIP.
 * - `first-exit`: it stands at the guest's first #VMEXIT (exception breakpoint or exit breakpoint). Of the row of the exit log.
 * - `vmcb`: the VMCB panel is looked at while the session stands at a #VMEXIT. Fields of the VMCB as `pacifica/vmcb` gives them.
 * - `page-tables`: the page tables panel is looked at after that. `cr3` of the root `guest`, `ncr3` of the root `nested`, as
 *   `pacifica/pageTables` gives them in `registerValue`; `exits`: how many there have been.
 * - `exit-log`: the exit log panel is looked at. `total` and the newest row's EXITCODE.
 * - `finish`: the guest has ended. `total`: all its exits; `code`: the EXITCODE of the last.
 */

export const TOUR_VERSION = 1;

/** A 64-bit value as the protocol writes it: `0x` and lower-case digits without leading zeros. */
type Hex = string;

export interface TourFacts {
  readonly start: { readonly rip: Hex };
  /** `exit`: 1. `code`: EXITCODE. */
  readonly 'first-exit': { readonly exit: number; readonly code: Hex; readonly rip: Hex };
  /** `exit`: number of the #VMEXIT the VMCB held. `nRip`: 0x0 where the processor does not give it. */
  readonly vmcb: { readonly exit: number; readonly code: Hex; readonly nRip: Hex; readonly asid: Hex };
  readonly 'page-tables': { readonly exits: number; readonly cr3: Hex; readonly ncr3: Hex };
  readonly 'exit-log': { readonly total: number; readonly code: Hex };
  readonly finish: { readonly total: number; readonly code: Hex };
}
export type TourStepName = keyof TourFacts;

export type TourStep = { readonly [S in TourStepName]: { readonly step: S } & TourFacts[S] }[TourStepName];

export interface TourRecord {
  readonly version: typeof TOUR_VERSION;
  readonly seed: number;
  readonly steps: readonly TourStep[];
}

/** The steps in their order, with the facts of each: `n` a count from 0, `x` a Hex. */
export const TOUR_STEPS = {
  start: { rip: 'x' },
  'first-exit': { exit: 'n', code: 'x', rip: 'x' },
  vmcb: { exit: 'n', code: 'x', nRip: 'x', asid: 'x' },
  'page-tables': { exits: 'n', cr3: 'x', ncr3: 'x' },
  'exit-log': { total: 'n', code: 'x' },
  finish: { total: 'n', code: 'x' },
} as const satisfies { readonly [S in TourStepName]: { readonly [F in keyof TourFacts[S]]: 'n' | 'x' } };

export const TOUR_STEP_NAMES = Object.keys(TOUR_STEPS) as TourStepName[];

/** A record out of a file, or the sentence that says what is wrong with it. */
export function readTour(text: string): TourRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is no JSON: ${(error as Error).message}`;
  }
  if (!isObject(value)) return 'it holds no object';
  const { version, seed, steps } = value;
  if (version !== TOUR_VERSION) return `its version is ${JSON.stringify(version)}, this lab reads ${TOUR_VERSION}`;
  if (!isCount(seed)) return `seed is ${JSON.stringify(seed)}, not a whole number`;
  if (!Array.isArray(steps)) return 'steps is no list';
  for (const [index, step] of steps.entries()) {
    const wrong = wrongStep(step);
    if (wrong !== undefined) return `steps[${index}]: ${wrong}`;
  }
  return { version, seed, steps: steps as TourStep[] };
}

function wrongStep(value: unknown): string | undefined {
  if (!isObject(value)) return 'it is no object';
  const { step } = value;
  if (typeof step !== 'string' || !Object.hasOwn(TOUR_STEPS, step)) return `there is no step ${JSON.stringify(step)}`;
  for (const [fact, kind] of Object.entries(TOUR_STEPS[step as TourStepName])) {
    const given = value[fact];
    const fits = kind === 'n' ? isCount(given) : typeof given === 'string' && /^0x[0-9a-f]{1,16}$/.test(given);
    if (!fits) return `${fact} of ${step} is ${JSON.stringify(given)}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
