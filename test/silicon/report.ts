/** What a campaign covered, for people. */
import { ROWS } from '../../src/engine/isa/opcode-map';
import type { Total } from './campaign';
import { comparedRows } from './coverage';
import { exclusion, rowName } from './exclusions';
import { unitStates } from './unit-state';

export function report({ coverage, vectors }: Total, lacking: ReadonlyMap<string, string>): string {
  const lines = ['cases by row:'];
  const cell = (name: string): string => `${name.padEnd(26)} ${String(coverage.get(name) ?? 0).padStart(6)}`;
  const table = (cells: readonly string[]): void => {
    for (let n = 0; n < cells.length; n += 3) lines.push(`  ${cells.slice(n, n + 3).join('   ')}`);
  };
  table(comparedRows().map(cell));
  lines.push('cases by state of the units:');
  table(unitStates(undefined).map(cell));
  const excluded = new Map<string, string[]>();
  for (const row of ROWS) {
    const reason = exclusion(row);
    if (reason !== undefined) excluded.set(reason, [...(excluded.get(reason) ?? []), rowName(row)]);
  }
  for (const [reason, names] of excluded) lines.push(`not compared, ${reason}: ${names.join(', ')}`);
  for (const [name, why] of lacking) lines.push(`NOT COMPARED, this processor ${why}: ${name}`);
  const ends = [...vectors].sort((a, b) => a[0] - b[0]).map(([vector, n]) => `${vector}: ${n}`);
  lines.push(`cases by the vector that ended them: ${ends.join(', ')}`);
  return lines.join('\n');
}
