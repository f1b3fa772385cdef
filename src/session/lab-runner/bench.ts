/** The workbench of one check: experiments with a submission, claims and how they came out, and what it all cost. */
import type { GuestSoftware } from '../../hypervisor/guest-software';
import type { Finding } from '../../labs/finding';
import type { Lab } from '../../labs/lab';
import type {
  BareExperiment,
  BareRun,
  GuestExperiment,
  GuestRecipe,
  GuestRun,
  Random,
  Workbench,
} from '../../labs/workbench';
import type { SubmissionProblem } from '../../protocol/lab';
import { runBare } from './bare-experiment';
import { runGuests } from './guest-experiment';
import { seededRandom } from './seeded-random';
import type { Submission } from './submission';

/** A learner's exit handlers, made for one guest. */
export interface LearnersSoftware extends GuestSoftware {
  /** What went wrong in it, once it has. */
  readonly problem: SubmissionProblem | undefined;
  /** It is not used again. */
  dispose(): void;
}

/** Makes software of a file of the submission. Throws SubmissionError for what does not compile. */
export type SoftwareMaker = (file: string) => LearnersSoftware;

export class Bench implements Workbench {
  readonly random: Random;
  readonly findings = new Map<string, Finding>();
  readonly problems: SubmissionProblem[] = [];
  virtualTime = 0;
  readonly exits = new Map<string, number>();

  constructor(
    private readonly lab: Lab,
    private readonly submission: Submission,
    readonly seed: number,
    private readonly make: SoftwareMaker,
  ) {
    this.random = seededRandom(seed);
  }

  runGuests(experiment: GuestExperiment): GuestRun {
    const made: LearnersSoftware[] = [];
    const softwareFor = ({ handlers = this.lab.file }: GuestRecipe): GuestSoftware => {
      const software = this.make(handlers);
      made.push(software);
      return software;
    };
    const told = new Set<SubmissionProblem>();
    const failure = (): string | undefined => {
      for (const { problem } of made) {
        if (!problem || told.has(problem)) continue;
        told.add(problem);
        this.report(problem);
        return problem.message;
      }
      return undefined;
    };
    try {
      const run = runGuests(experiment, softwareFor, failure);
      this.account(run);
      return run;
    } finally {
      for (const software of made) software.dispose();
    }
  }

  runBare(experiment: BareExperiment): BareRun {
    const run = runBare(this.submission, experiment);
    this.account(run);
    return run;
  }

  /** The same problem in several experiments is one. */
  private report(problem: SubmissionProblem): void {
    const same = (one: SubmissionProblem): boolean =>
      one.file === problem.file && one.line === problem.line && one.message === problem.message;
    if (!this.problems.some(same)) this.problems.push(problem);
  }

  private account({ time, exits }: GuestRun | BareRun): void {
    this.virtualTime += time;
    for (const { name } of exits) this.exits.set(name, (this.exits.get(name) ?? 0) + 1);
  }

  text(file: string): string | undefined {
    return this.submission.text(file);
  }

  claim(id: string, finding: Finding): void {
    if (!this.lab.claims.some((claim) => claim.id === id)) throw new Error(`${this.lab.id} has no claim ${id}`);
    const before = this.findings.get(id);
    if (!before || before.holds) this.findings.set(id, finding);
  }

  failed(id: string): boolean {
    return this.findings.get(id)?.holds === false;
  }
}
