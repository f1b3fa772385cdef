/** Verdicts in words. */
import type { Lab } from '../../labs/lab';
import type { ClaimStatus, ClaimVerdict, Grade, SubmissionProblem } from '../../protocol/lab';
import type { PageClaim } from '../../protocol/lab-page';
import type { Checked } from './checked';

interface Verdicts {
  readonly claims: readonly { readonly status: ClaimStatus | 'unchecked' }[];
  readonly problems?: readonly SubmissionProblem[];
  /** Why there is no grade. */
  readonly failure?: string;
}

const NUMBERS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/** `third`; beyond the tenth: `number 12`. */
function ordinal(index: number): string {
  return NUMBERS[index] ?? `number ${index + 1}`;
}

/** What holds, and what comes next: `3 of 7 claims hold.` `The fourth fails as planned: repair it.` */
export function summary({ claims, problems = [], failure }: Verdicts): [string, string] {
  const all = claims.length;
  if (failure !== undefined) return ['There is no verdict.', sentence(failure)];
  if (problems.length > 0) {
    const many = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    return [`Your code has ${many}.`, 'Nothing beyond could be checked.'];
  }
  if (claims.every(({ status }) => status === 'unchecked')) {
    return [`${all} claims to make true.`, 'Check says which of them hold.'];
  }
  const hold = claims.filter(({ status }) => status === 'pass').length;
  if (hold === all) return [`All ${all} claims hold.`, 'The lab is done.'];
  const at = claims.findIndex(({ status }) => status === 'fail' || status === 'expected-failure');
  const first = `${hold} of ${all} claims hold.`;
  if (at < 0) return [first, 'The others were not reached.'];
  const planned = claims[at]?.status === 'expected-failure';
  return [first, `The ${ordinal(at)} fails${planned ? ' as planned: repair it.' : '.'}`];
}

/** The newest check of a lab in one line; undefined: there was none. */
export function verdictLine(lab: Lab, checked: Checked | undefined): string | undefined {
  if (!checked) return undefined;
  const { grade, failure } = checked;
  return summary({ claims: claimsOf(lab, grade), problems: grade?.problems, failure }).join(' ');
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** What a claim that does not hold says, in one paragraph. */
export function failureText(claim: ClaimVerdict | PageClaim): string {
  const { message, expected, actual } = claim;
  if (message) return message;
  if (expected !== undefined && actual !== undefined) return `Expected ${expected}; it is ${actual}.`;
  return 'This does not hold.';
}

/** The claims of a lab with the verdict of its newest grade, in the lab's order. */
export function claimsOf(lab: Lab, grade: Grade | undefined): PageClaim[] {
  return lab.claims.map(({ id, text, section }) => {
    const verdict = grade?.claims.find((claim) => claim.id === id);
    if (!verdict) return { id, text, section, status: 'unchecked' };
    const { replay: _, ...shown } = verdict;
    return shown;
  });
}

/** What the log of a check says, a line a claim. */
export function logLines(name: string, grade: Grade): string[] {
  const { claims, seed, problems } = grade;
  const marks: Record<ClaimStatus, string> = { pass: '✓', fail: '✗', 'expected-failure': '◎', 'not-reached': '·' };
  return [
    `${name}, seed ${seed}`,
    ...problems.map(({ file, line, column, message }) => `  ${file}:${line}:${column}: ${message}`),
    ...claims.flatMap((claim) => [
      `  ${marks[claim.status]} ${claim.text}${claim.status === 'not-reached' ? ' (not reached)' : ''}`,
      ...(claim.status === 'fail' || claim.status === 'expected-failure' ? [`      ${failureText(claim)}`] : []),
    ]),
    summary(grade).join(' '),
  ];
}
