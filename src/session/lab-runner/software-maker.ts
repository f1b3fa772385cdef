/** The submission's TypeScript as exit handlers, each guest with its own. */
import type { Lab } from '../../labs/lab';
import type { SoftwareMaker } from './bench';
import type { Submission } from './submission';

export async function softwareMaker(lab: Lab, submission: Submission): Promise<SoftwareMaker> {
  return (file) => {
    throw new Error(`${lab.id}: ${submission.main}: no sandbox for ${file}`);
  };
}
