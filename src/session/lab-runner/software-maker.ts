/** The submission's TypeScript as exit handlers, each guest with its own. */
import { prepareEngines } from '../../sandbox/engine';
import { LearnersSoftware } from '../../sandbox/learners-software';
import { SandboxError } from '../../sandbox/sandbox-error';
import type { Lab } from '../../labs/lab';
import type { SoftwareMaker } from './bench';
import { SubmissionError, type Submission } from './submission';

export async function softwareMaker(lab: Lab, submission: Submission): Promise<SoftwareMaker> {
  if (lab.kind === 'typescript') await prepareEngines();
  return (file) => {
    const text = submission.required(file);
    try {
      return new LearnersSoftware(file, text);
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      throw new SubmissionError([error]);
    }
  };
}
