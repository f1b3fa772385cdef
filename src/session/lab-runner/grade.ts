/** Judges a submission: the lab's checker on a workbench, and its findings as verdicts. The same seed gives the same grade. */
import type { Evidence, Finding } from '../../labs/finding';
import type { Claim, Lab } from '../../labs/lab';
import { hexOf } from '../../protocol/codec';
import type { ClaimVerdict, EvidencePlace, Grade } from '../../protocol/lab';
import { Bench } from './bench';
import { softwareMaker } from './software-maker';
import { Submission, SubmissionError } from './submission';

/** What is wrong with the submission is in the grade. Throws for a bug of the lab or of ours. */
export async function grade(lab: Lab, files: Readonly<Record<string, string>>, seed: number): Promise<Grade> {
  const submission = new Submission(lab.file, files);
  const bench = new Bench(lab, submission, seed, await softwareMaker(lab, submission));
  try {
    submission.required(lab.record ?? lab.file);
    lab.check(bench);
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    bench.problems.push(...error.problems);
  }
  const claims = verdicts(lab, bench);
  const unsettled = claims.find(({ status }) => status === 'not-reached');
  if (
    unsettled &&
    bench.problems.length === 0 &&
    claims.every(({ status }) => status !== 'fail' && status !== 'expected-failure')
  ) {
    throw new Error(
      `${lab.id}: the checker said nothing about the claim ${unsettled.id}, and nothing failed before it`,
    );
  }
  return {
    lab: lab.id,
    seed,
    passed: bench.problems.length === 0 && claims.every(({ status }) => status === 'pass'),
    claims,
    problems: bench.problems,
    virtualTime: bench.virtualTime,
    exits: Object.fromEntries([...bench.exits].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** The first claim that fails may be the announced one; what failed after it is a failure like any other. */
function verdicts(lab: Lab, { findings, replays }: Bench): ClaimVerdict[] {
  const first = lab.claims.find(({ id }) => findings.get(id)?.holds === false);
  return lab.claims.map((claim) => {
    const said = verdict(lab, claim, findings.get(claim.id), claim === first);
    const replay = said.evidence && said.evidence.kind !== 'line' ? replays.get(claim.id) : undefined;
    return replay ? { ...said, replay } : said;
  });
}

function verdict(lab: Lab, { id, text, section }: Claim, finding: Finding | undefined, first: boolean): ClaimVerdict {
  if (!finding) return { id, text, section, status: 'not-reached' };
  const { holds, expected, actual, evidence } = finding;
  const { starterFails } = lab;
  const announced = !holds && first && starterFails.claim === id && starterFails.actual.test(actual ?? '');
  // what to say if it does not hold
  const message = holds ? undefined : announced ? starterFails.message : finding.message;
  return {
    id,
    text,
    section,
    status: holds ? 'pass' : announced ? 'expected-failure' : 'fail',
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
    ...(message !== undefined && { message }),
    ...(evidence && { evidence: placeOf(evidence) }),
  };
}

function placeOf(evidence: Evidence): EvidencePlace {
  switch (evidence.kind) {
    case 'field':
      return { kind: 'field', field: evidence.field, guest: evidence.guest ?? 0 };
    case 'page':
      return { ...evidence, address: hexOf(evidence.address) };
    default:
      return evidence;
  }
}
