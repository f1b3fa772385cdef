/** What a campaign covered, for people. */
import { ROWS } from '../../src/engine/isa/opcode-map';
import type { CampaignResult } from './campaign';
import { exclusion, rowName } from './exclusions';

/** Rows that are compared, by name. */
export function comparedRows(): readonly string[] {
  return [...new Set(ROWS.filter((row) => exclusion(row) === undefined).map(rowName))];
}

/** Rows under `least` cases that the processor does have. */
export function thinRows(result: CampaignResult, least: number): string[] {
  return comparedRows().filter((name) => !result.lacking.has(name) && (result.counts.get(name) ?? 0) < least);
}

export function report(result: CampaignResult): string {
  const lines = ['cases by row:'];
  const cells = comparedRows().map((name) => `${name.padEnd(26)} ${String(result.counts.get(name) ?? 0).padStart(6)}`);
  for (let n = 0; n < cells.length; n += 3) lines.push(`  ${cells.slice(n, n + 3).join('   ')}`);
  const excluded = new Map<string, string[]>();
  for (const row of ROWS) {
    const reason = exclusion(row);
    if (reason !== undefined) excluded.set(reason, [...(excluded.get(reason) ?? []), rowName(row)]);
  }
  for (const [reason, names] of excluded) lines.push(`not compared, ${reason}: ${names.join(', ')}`);
  for (const [name, why] of result.lacking) lines.push(`NOT COMPARED, this processor ${why}: ${name}`);
  const ends = [...result.vectors].sort((a, b) => a[0] - b[0]).map(([vector, n]) => `${vector}: ${n}`);
  lines.push(`cases by the vector that ended them: ${ends.join(', ')}`);
  return lines.join('\n');
}
