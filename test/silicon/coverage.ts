/** What the cases reached: every row, in each mode, with each kind of operand, and the states of the units. */
import { ROWS } from '../../src/engine/isa/opcode-map';
import { stepAt } from './compare';
import { exclusion, isLeftToAmd, neededFeature, rowName } from './exclusions';
import { VECTOR_BP, type Outcome } from './outcome';
import { fitsMode } from './step-maker';
import type { Placed, Step } from './test-case';
import { unitStates } from './unit-state';

/** Every operand of 16 bytes lies aligned and not. */
const ALIGNED = 'aligned';
const UNALIGNED = 'unaligned';

/** Cases by what they reached: a row's name, alone or with a mode or an alignment behind it; a state of the units. */
export type Coverage = Map<string, number>;

/** Counts the steps up to the one that faulted. */
export function cover(c: Placed, silicon: Outcome, coverage: Coverage): void {
  const at = silicon.vector === VECTOR_BP ? -1 : stepAt(c, silicon.rip);
  const last = at < 0 ? c.test.steps.length - 1 : at;
  const reached = new Set<string>();
  for (const [n, step] of c.test.steps.entries()) {
    if (n > last) break;
    const name = rowName(step.row);
    reached.add(name).add(`${name}, ${c.test.bits}-bit code`);
    const alignment = alignmentOf(step);
    if (alignment) reached.add(`${name}, ${alignment}`);
    if (n === 0 && c.test.units && step.row.unit !== undefined) {
      for (const state of unitStates(c.test.units)) reached.add(state);
    }
    if (n !== at) reached.add(`${name}, done`);
  }
  for (const what of reached) coverage.set(what, (coverage.get(what) ?? 0) + 1);
}

function alignmentOf({ row, operand }: Step): string | undefined {
  if (row.unit === undefined || operand?.size !== 16) return undefined;
  return operand.address % 16 === 0 ? ALIGNED : UNALIGNED;
}

/** Rows that are compared, by name. */
export function comparedRows(): readonly string[] {
  return [...new Set(ROWS.filter((row) => exclusion(row) === undefined).map(rowName))];
}

/** Rows this processor cannot be asked about, and why. */
export function lackingRows(features: ReadonlySet<string>, amd: boolean): ReadonlyMap<string, string> {
  const lacking = new Map<string, string>();
  for (const row of ROWS) {
    if (exclusion(row) !== undefined) continue;
    const feature = neededFeature(row);
    if (feature !== undefined && !features.has(feature)) lacking.set(rowName(row), `lacks ${feature}`);
    else if (isLeftToAmd(row) && !amd) lacking.set(rowName(row), 'is not AMD’s');
  }
  return lacking;
}

/** All that has to be reached. */
function wanted(lacking: ReadonlyMap<string, string>, misaligned: boolean): ReadonlySet<string> {
  const all = new Set<string>(unitStates(undefined, misaligned));
  for (const row of ROWS) {
    const name = rowName(row);
    if (exclusion(row) !== undefined || lacking.has(name)) continue;
    all.add(name);
    for (const bits of [32, 64] as const) if (fitsMode(row, bits)) all.add(`${name}, ${bits}-bit code`);
    // What a unit does, it does: none of its rows is for the system alone.
    if (row.unit !== undefined) all.add(`${name}, done`);
    const wide = row.operands.some((o) => o.width === 16 && (o.place === 'xmm-rm' || o.place === 'memory'));
    if (row.unit !== undefined && wide) all.add(`${name}, ${ALIGNED}`).add(`${name}, ${UNALIGNED}`);
  }
  return all;
}

/** What was reached by fewer than `least` cases, a row by itself; by fewer than a tenth of that, with one mode, alignment or state. */
export function thin(
  coverage: ReadonlyMap<string, number>,
  lacking: ReadonlyMap<string, string>,
  misaligned: boolean,
  least: number,
): string[] {
  const rows = new Set(comparedRows());
  return [...wanted(lacking, misaligned)].flatMap((what) => {
    const count = coverage.get(what) ?? 0;
    return count < (rows.has(what) ? least : Math.ceil(least / 10)) ? [`${what}: ${count}`] : [];
  });
}
