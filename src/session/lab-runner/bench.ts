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
import type { Replay, SubmissionProblem } from '../../protocol/lab';
import { runBare } from './bare-experiment';
import { runGuests } from './guest-experiment';
import { replayOf } from './replay';
import { seededRandom } from './seeded-random';
import type { LearnersSoftware } from '../../sandbox/learners-software';
import { problemOf } from './software-maker';
import type { SoftwareMaker } from './software-maker';
import type { Submission } from './submission';

export class Bench implements Workbench {
  readonly random: Random;
  readonly findings = new Map<string, Finding>();
  readonly problems: SubmissionProblem[] = [];
  virtualTime = 0;
  readonly exits = new Map<string, number>();
  /** Of each claim that failed: what it failed with. */
  readonly replays = new Map<string, Replay>();
  private exitsSeen = 0;
  private newest: GuestExperiment | BareExperiment | undefined;

  constructor(
    private readonly lab: Lab,
    private readonly submission: Submission,
    readonly seed: number,
    private readonly make: SoftwareMaker,
  ) {
    this.random = seededRandom(seed);
  }

  runGuests(experiment: GuestExperiment): GuestRun {
    this.newest = experiment;
    this.exitsSeen = 0;
    const afterExit: GuestExperiment['afterExit'] = (exit, run) => {
      this.exitsSeen = exit.number;
      return experiment.afterExit?.(exit, run);
    };
    const made: LearnersSoftware[] = [];
    const softwareFor = ({ handlers = this.lab.file }: GuestRecipe): GuestSoftware => {
      const software = this.make(handlers);
      made.push(software);
      return software;
    };
    try {
      const run = runGuests({ ...experiment, afterExit }, softwareFor, () => this.failure(made));
      this.account(run);
      return run;
    } finally {
      for (const software of made) software.dispose();
    }
  }

  runBare(experiment: BareExperiment): BareRun {
    this.newest = experiment;
    const run = runBare(this.submission, experiment);
    this.exitsSeen = run.exits.length;
    this.account(run);
    return run;
  }

  /** What went wrong in the learner's code and ends the experiment; the place goes to the problems. */
  private failure(made: readonly LearnersSoftware[]): string | undefined {
    const problem = made.map((software) => software.problem).find((error) => error !== undefined);
    if (problem) this.report(problemOf(problem));
    return problem?.text;
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
    if (before && !before.holds) return;
    this.findings.set(id, finding);
    const replay = finding.holds || !this.newest ? undefined : replayOf(this.newest, this.exitsSeen, this.lab.file);
    if (replay) this.replays.set(id, replay);
  }

  failed(id: string): boolean {
    return this.findings.get(id)?.holds === false;
  }
}
