/** The Test Explorer: a test a lab that is open in the workspace, its claims below it; to run it is to check the lab. */
import { Location, MarkdownString, Position, TestMessage, TestRunProfileKind, TestRunRequest, tests } from 'vscode';
import type { CancellationToken, Disposable, TestController, TestItem, TestRun } from 'vscode';
import type { Lab } from '../../labs/lab';
import type { ClaimVerdict, Grade } from '../../protocol/lab';
import type { Checks } from './checks';
import { fileIn } from './course';
import type { Course, LabCopy } from './course';
import type { GradeOutcome } from './grader';
import { README } from './lab-files';
import { labName } from './launch-of';
import { mayRunCode } from './trust';
import { failureText, logLines } from './verdicts';

/** Marks messages whose evidence can be shown; see `testing/message` in package.json. */
const WITH_EVIDENCE = 'pacifica.evidence';

export class LabTests implements Disposable {
  private readonly controller: TestController = tests.createTestController('pacifica.labs', 'Pacifica labs');
  private readonly parts: Disposable[];

  constructor(
    private readonly course: Course,
    private readonly checks: Checks,
  ) {
    const profile = this.controller.createRunProfile(
      'Check',
      TestRunProfileKind.Run,
      (request, token) => this.requested(request, token),
      true,
    );
    this.parts = [this.controller, profile, course.onDidChange(() => this.list())];
    this.list();
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }

  /** Checks a lab, to be seen among the tests. */
  async check(copy: LabCopy): Promise<GradeOutcome | undefined> {
    const item = this.controller.items.get(copy.lab.id);
    if (!item || !(await mayRunCode())) return undefined;
    const request = new TestRunRequest([item], undefined, undefined, false, true);
    const run = this.controller.createTestRun(request, labName(copy.lab));
    try {
      return await this.run(run, copy, item);
    } finally {
      run.end();
    }
  }

  /** The claim of a test: ids of the lab and of the claim. */
  claimOf(item: TestItem): { lab: string; claim: string } | undefined {
    return item.parent && { lab: item.parent.id, claim: item.id };
  }

  private list(): void {
    const copies = this.course.copies.filter(
      ({ lab }, index, all) => all.findIndex((each) => each.lab === lab) === index,
    );
    const kept = copies.map((copy) => {
      const old = this.controller.items.get(copy.lab.id);
      const file = fileIn(copy, copy.lab.file);
      return old?.uri?.toString() === file.toString() ? old : this.item(copy.lab, copy);
    });
    this.controller.items.replace(kept);
  }

  private item(lab: Lab, copy: LabCopy): TestItem {
    const file = fileIn(copy, lab.file);
    // no descriptions: a screen reader is told them in place of the name
    const item = this.controller.createTestItem(lab.id, labName(lab), file);
    item.sortText = String(lab.number).padStart(3, '0');
    item.children.replace(
      lab.claims.map((claim, index) => {
        const child = this.controller.createTestItem(claim.id, claim.text, file);
        child.sortText = String(index).padStart(3, '0');
        return child;
      }),
    );
    return item;
  }

  private async requested(request: TestRunRequest, token: CancellationToken): Promise<void> {
    if (!(await mayRunCode())) return;
    const run = this.controller.createTestRun(request);
    const asked = request.include ?? [...this.controller.items].map(([, item]) => item);
    const items = new Set(asked.map((item) => item.parent ?? item));
    try {
      for (const item of items) {
        if (token.isCancellationRequested) break;
        const copy = this.course.copies.find(({ lab }) => lab.id === item.id);
        if (copy && !request.exclude?.includes(item)) await this.run(run, copy, item);
      }
    } finally {
      run.end();
    }
  }

  private async run(run: TestRun, copy: LabCopy, item: TestItem): Promise<GradeOutcome> {
    for (const [, child] of item.children) run.started(child);
    const outcome = await this.checks.check(copy, run.token);
    if (outcome.kind === 'graded') this.report(run, copy, item, outcome.grade);
    else {
      for (const [, child] of item.children) run.skipped(child);
      if (outcome.kind === 'failed') run.errored(item, this.message(outcome.message, copy, undefined));
    }
    return outcome;
  }

  private report(run: TestRun, copy: LabCopy, item: TestItem, grade: Grade): void {
    run.appendOutput(logLines(labName(copy.lab), grade).join('\r\n') + '\r\n\r\n');
    for (const claim of grade.claims) {
      const child = item.children.get(claim.id);
      if (!child) continue;
      if (claim.status === 'pass') run.passed(child);
      else if (claim.status === 'not-reached') run.skipped(child);
      else run.failed(child, this.message(claimText(copy.lab, claim), copy, claim));
    }
    if (grade.problems.length === 0) return;
    const messages = grade.problems.map(({ file, line, column, message }) => {
      const text = new TestMessage(message);
      text.location = new Location(fileIn(copy, file), new Position(Math.max(0, line - 1), Math.max(0, column - 1)));
      return text;
    });
    run.errored(item, messages);
  }

  private message(text: string, copy: LabCopy, claim: ClaimVerdict | undefined): TestMessage {
    const { expected, actual, evidence } = claim ?? {};
    const words = new MarkdownString(text);
    const message =
      expected !== undefined && actual !== undefined
        ? TestMessage.diff(words, expected, actual)
        : new TestMessage(words);
    message.location =
      evidence?.kind === 'line'
        ? new Location(fileIn(copy, evidence.file), new Position(Math.max(0, evidence.line - 1), 0))
        : new Location(fileIn(copy, README), new Position(0, 0));
    if (evidence) message.contextValue = WITH_EVIDENCE;
    return message;
  }
}

function claimText(lab: Lab, claim: ClaimVerdict): string {
  const text = failureText(claim);
  return claim.status === 'expected-failure' ? `As planned, this fails in the starter. ${text}` : text;
}
