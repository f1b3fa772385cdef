/** The submission's TypeScript as exit handlers, each guest with its own. */
import type { Lab } from '../../labs/lab';
import type { SubmissionProblem } from '../../protocol/lab';
import { prepareEngines } from '../../sandbox/engine';
import { LearnersSoftware } from '../../sandbox/learners-software';
import { SandboxError } from '../../sandbox/sandbox-error';
import { SubmissionError } from './submission';
import type { Submission } from './submission';

/** Of all answers in one experiment: some five seconds; the labs' solutions take a twentieth of it. */
const MOST_STEPS = 200_000_000;

/** Makes software of a file of the submission. Throws SubmissionError for what does not compile. */
export type SoftwareMaker = (file: string) => LearnersSoftware;

/** What it makes can be made at once; the sandbox is loaded before. */
export async function softwareMaker({ id, kind }: Lab, submission: Submission): Promise<SoftwareMaker> {
  if (kind !== 'typescript') {
    return () => {
      throw new Error(`${id} is no lab with exit handlers: its guests are run with handled: false`);
    };
  }
  await prepareEngines();
  return (file) => {
    try {
      return new LearnersSoftware(file, submission.required(file), { budget: MOST_STEPS });
    } catch (error) {
      if (error instanceof SandboxError) throw new SubmissionError([problemOf(error)]);
      throw error;
    }
  };
}

export function problemOf({ file, line, column, message }: SandboxError): SubmissionProblem {
  return { file, line, column, message };
}
