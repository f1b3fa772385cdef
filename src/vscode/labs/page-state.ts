/** What the lab page shows, made of what is known about a lab. */
import type { Lab, LabKind } from '../../labs/lab';
import type { LabPageState, LabRow } from '../../protocol/lab-page';
import type { Checked } from './checked';
import { claimsOf, summary } from './verdicts';

const KINDS: Readonly<Record<LabKind, string>> = { tour: 'steps', assembly: 'assembly', typescript: 'TypeScript' };

export interface PageParts {
  readonly labs: readonly LabRow[];
  readonly open: boolean;
  readonly trusted: boolean;
  readonly checking: boolean;
  readonly checked: Checked | undefined;
  /** Hints taken. */
  readonly hints: number;
  readonly prose: string;
  readonly base: string;
}

export function pageStateOf(lab: Lab, parts: PageParts): LabPageState {
  const { labs, open, trusted, checking, checked, hints, prose, base } = parts;
  const claims = claimsOf(lab, checked?.grade);
  const problems = checked?.grade?.problems ?? [];
  const result = summary({ claims, problems, failure: checked?.failure });
  return {
    lab: lab.id,
    number: lab.number,
    title: lab.title,
    task: lab.task,
    kind: KINDS[lab.kind],
    labs,
    file: lab.file,
    open,
    trusted,
    runs: lab.launch !== undefined,
    checking,
    headline: checking ? ['Checking.', 'The lab runs with your code.'] : result,
    claims,
    problems,
    ...(checked ? { seed: checked.seed } : {}),
    hints: lab.hints.slice(0, hints),
    hintCount: lab.hints.length,
    prose,
    base,
  };
}
