/** What a lab's own answers must come out as: the solution passes, the starter fails as announced, each mutant at its own claim. */
import type { Lab } from '../../labs/lab';
import type { Grade } from '../../protocol/lab';

export type Answer = 'solution' | 'starter' | { readonly mutant: string };

/** All of a lab's own answers. */
export function answersOf(lab: Lab): Answer[] {
  return ['solution', 'starter', ...Object.keys(lab.mutants).map((mutant) => ({ mutant }))];
}

/** How an answer is to come out, in words. */
export function wantedOf(lab: Lab, answer: Answer): string {
  if (answer === 'solution') return 'passes';
  if (answer === 'starter') return `fails at ${lab.starterFails.claim}, as announced`;
  return `fails at ${lab.mutants[answer.mutant]}`;
}

/** What is wrong with how it came out; undefined: nothing. */
export function deviation(lab: Lab, answer: Answer, grade: Grade): string | undefined {
  const first =
    grade.claims.find(({ status }) => status === 'fail' || status === 'expected-failure') ??
    grade.claims.find(({ status }) => status === 'not-reached');
  const problem = grade.problems[0];
  const found = problem
    ? `${problem.file}:${problem.line}: ${problem.message}`
    : first
      ? `${first.id} ${first.status}: ${[first.message, first.actual].filter(Boolean).join('; ')}`
      : 'it passes';
  if (answer === 'solution') return grade.passed ? undefined : found;
  if (answer === 'starter') {
    const asAnnounced = first?.id === lab.starterFails.claim && first.status === 'expected-failure' && !problem;
    return asAnnounced ? undefined : found;
  }
  const failed = first?.status === 'fail' || first?.status === 'expected-failure';
  return failed && first.id === lab.mutants[answer.mutant] && !grade.passed ? undefined : found;
}
