/** Checks of labs: the learner's files go to the grader, the verdict comes back, problems go to their lines. */
import {
  CancellationTokenSource,
  Diagnostic,
  DiagnosticSeverity,
  EventEmitter,
  Position,
  ProgressLocation,
  Range,
  languages,
  window,
} from 'vscode';
import type { CancellationToken, DiagnosticCollection, Disposable, Event, Uri } from 'vscode';
import type { Lab } from '../../labs/lab';
import type { SubmissionProblem } from '../../protocol/lab';
import type { Checked } from './checked';
import { fileIn } from './course';
import type { Course, LabCopy } from './course';
import type { Grader, GradeOutcome } from './grader';
import { labName } from './launch-of';

const FIRST_SEED = 1;
const MOST_SEEDS = 1_000_000;
const SOURCE = 'Pacifica';

export class Checks implements Disposable {
  private readonly checked = new Map<Lab, Checked>();
  private readonly running = new Map<Lab, CancellationTokenSource>();
  private readonly problems: DiagnosticCollection = languages.createDiagnosticCollection('pacifica-labs');
  /** Files that have problems because of a lab. */
  private readonly touched = new Map<Lab, readonly Uri[]>();
  private readonly changed = new EventEmitter<Lab>();

  /** A check began or ended. */
  readonly onDidChange: Event<Lab> = this.changed.event;

  constructor(
    private readonly course: Course,
    private readonly grader: Grader,
  ) {}

  dispose(): void {
    this.grader.end();
    this.problems.dispose();
    this.changed.dispose();
  }

  latest(lab: Lab): Checked | undefined {
    return this.checked.get(lab);
  }
  isChecking(lab: Lab): boolean {
    return this.running.has(lab);
  }
  cancel(lab: Lab): void {
    this.running.get(lab)?.cancel();
  }
  /** As if it had never been checked. */
  forget(lab: Lab): void {
    this.checked.delete(lab);
    this.clearProblems(lab);
    this.changed.fire(lab);
  }

  async check(copy: LabCopy, token?: CancellationToken): Promise<GradeOutcome> {
    const { lab } = copy;
    this.cancel(lab);
    const cancellation = new CancellationTokenSource();
    const listener = token?.onCancellationRequested(() => cancellation.cancel());
    this.running.set(lab, cancellation);
    this.changed.fire(lab);
    try {
      const options = { location: ProgressLocation.Window, title: `Checking ${labName(lab)}` };
      return await window.withProgress(options, () => this.ask(copy, cancellation.token));
    } finally {
      listener?.dispose();
      if (this.running.get(lab) === cancellation) this.running.delete(lab);
      cancellation.dispose();
      this.changed.fire(lab);
    }
  }

  private async ask(copy: LabCopy, token: CancellationToken): Promise<GradeOutcome> {
    const { lab } = copy;
    const seed = this.nextSeed(lab);
    const files = await this.course.submission(copy);
    if (files[lab.file] === undefined) {
      const message = `${lab.file} is not in the folder of the lab: Reset Lab brings it back.`;
      this.checked.set(lab, { seed, failure: message });
      return { kind: 'failed', message };
    }
    const outcome = await this.grader.grade({ lab: lab.id, seed, files }, token);
    if (outcome.kind === 'cancelled') return outcome;
    if (outcome.kind === 'failed') {
      this.checked.set(lab, { seed, failure: outcome.message });
      return outcome;
    }
    this.checked.set(lab, { seed, grade: outcome.grade });
    this.showProblems(copy, outcome.grade.problems);
    await this.course.progress.graded(lab, outcome.grade);
    this.course.touch();
    return outcome;
  }

  /** The same until the lab is passed, so that one repairs what one has seen; then another. */
  private nextSeed(lab: Lab): number {
    const before = this.checked.get(lab);
    if (!before) return FIRST_SEED;
    return before.grade?.passed ? 1 + Math.floor(Math.random() * MOST_SEEDS) : before.seed;
  }

  /** Problems of this check in place of those of the one before. What the assembler has already said stands once. */
  private showProblems(copy: LabCopy, problems: readonly SubmissionProblem[]): void {
    this.clearProblems(copy.lab);
    const files = new Map<string, { uri: Uri; list: Diagnostic[] }>();
    for (const problem of problems) {
      const uri = fileIn(copy, problem.file);
      const file = files.get(uri.toString()) ?? { uri, list: [] };
      files.set(uri.toString(), file);
      const diagnostic = diagnosticOf(problem);
      const said = languages.getDiagnostics(uri).some((other) => sameProblem(other, diagnostic));
      if (!said) file.list.push(diagnostic);
    }
    const all = [...files.values()];
    for (const { uri, list } of all) this.problems.set(uri, list);
    this.touched.set(
      copy.lab,
      all.map(({ uri }) => uri),
    );
  }

  private clearProblems(lab: Lab): void {
    for (const uri of this.touched.get(lab) ?? []) this.problems.delete(uri);
    this.touched.delete(lab);
  }
}

function diagnosticOf({ line, column, message }: SubmissionProblem): Diagnostic {
  const at = new Position(Math.max(0, line - 1), Math.max(0, column - 1));
  // an empty range is drawn below the word that stands there
  const diagnostic = new Diagnostic(new Range(at, at), message, DiagnosticSeverity.Error);
  diagnostic.source = SOURCE;
  return diagnostic;
}

function sameProblem(one: Diagnostic, other: Diagnostic): boolean {
  return one.source === SOURCE && one.message === other.message && one.range.start.line === other.range.start.line;
}
