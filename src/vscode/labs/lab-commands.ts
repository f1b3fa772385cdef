/** The commands of the labs. Each takes a lab by its id, by its row in the view, or the lab of the file or page in front. */
import { Uri, ViewColumn, commands, window, workspace } from 'vscode';
import type { Disposable, ExtensionContext, TestItem } from 'vscode';
import type { Lab } from '../../labs/lab';
import type { Labs } from '../lab';
import type { Panels } from '../panels';
import type { Checks } from './checks';
import { fileIn } from './course';
import type { Course, LabCopy } from './course';
import { showEvidence, showLine, startLab } from './evidence';
import type { LabPage } from './lab-page';
import type { LabTests } from './lab-tests';
import { labName } from './launch-of';
import { answerOf, solutionUri } from './solutions';
import { failureText, verdictLine } from './verdicts';

/** A lab that waits for its folder to be opened; the editor starts anew in between. */
const PENDING = 'pacifica.pendingLab';
const TOUR = 0;
/** Publisher, name and id, as package.json has them. */
const WALKTHROUGH = 'pacifica.pacifica#getStarted';

export interface LabParts {
  readonly context: ExtensionContext;
  readonly course: Course;
  readonly checks: Checks;
  readonly tests: LabTests;
  readonly page: LabPage;
  readonly sessions: Labs;
  readonly panels: Panels;
}

export class LabCommands {
  constructor(private readonly parts: LabParts) {}

  register(): Disposable[] {
    const { checks, course, page } = this.parts;
    /** A command about a lab. */
    const of = (name: string, act: (lab: Lab) => unknown) =>
      commands.registerCommand(`pacifica.${name}`, async (given?: unknown) => {
        const lab = await this.labOf(given);
        if (lab) await act(lab);
      });
    /** A command about a copy; without one the lab is opened first. */
    const onCopy = (name: string, act: (copy: LabCopy) => unknown) =>
      of(name, async (lab) => {
        const copy = course.copyOf(lab) ?? (await this.open(lab));
        if (copy) await act(copy);
      });
    return [
      of('openLab', (lab) => this.open(lab)),
      commands.registerCommand('pacifica.openTour', async () => {
        const tour = course.labs.find(({ number }) => number === TOUR);
        if (tour) await this.open(tour);
      }),
      commands.registerCommand('pacifica.getStarted', async () => {
        await commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
        // its tab stays when the steps open others
        await commands.executeCommand('workbench.action.keepEditor');
      }),
      of('showLabPage', (lab) => page.show(lab)),
      of('nextHint', (lab) => this.hint(lab)),
      of('cancelCheck', (lab) => checks.cancel(lab)),
      onCopy('checkLab', (copy) => this.check(copy)),
      onCopy('runLab', (copy) => startLab(copy, { noDebug: true })),
      onCopy('debugLab', (copy) => startLab(copy)),
      onCopy('resetLab', (copy) => this.reset(copy)),
      onCopy('showSolution', (copy) => this.solution(copy)),
      commands.registerCommand('pacifica.showEvidence', (given: unknown, claim?: string) =>
        this.evidence(given, claim),
      ),
      commands.registerCommand('pacifica.showLabFile', async (id: string, file: string, line: number) => {
        const lab = course.lab(id);
        const copy = lab && course.copyOf(lab);
        if (copy?.lab.files.includes(file)) await showLine(copy, file, line);
      }),
    ];
  }

  /** Goes on with a lab that was copied before its folder was opened. */
  async resume(): Promise<void> {
    const { context, course } = this.parts;
    const pending = context.globalState.get<{ lab: string; folder: string }>(PENDING);
    const here = workspace.workspaceFolders?.some(({ uri }) => uri.toString() === pending?.folder);
    const lab = pending && course.lab(pending.lab);
    if (!here || !lab) return;
    await context.globalState.update(PENDING, undefined);
    await this.open(lab);
  }

  private async labOf(given: unknown): Promise<Lab | undefined> {
    const { course, page } = this.parts;
    const id = typeof given === 'string' ? given : (given as { id?: unknown } | undefined)?.id;
    if (typeof id === 'string') return course.lab(id);
    const file = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
    return (file && course.copyAt(file)?.lab) ?? page.lab ?? (await this.pick());
  }

  private async pick(): Promise<Lab | undefined> {
    const { course } = this.parts;
    const items = course.labs.map((lab) => ({ label: labName(lab), description: lab.concept, detail: lab.task, lab }));
    const options = { placeHolder: 'Which lab?', matchOnDescription: true, matchOnDetail: true };
    return (await window.showQuickPick(items, options))?.lab;
  }

  // ---- open

  private async open(lab: Lab): Promise<LabCopy | undefined> {
    const { course, page } = this.parts;
    let copy = course.copyOf(lab);
    if (!copy) {
      if (!workspace.workspaceFolders?.length) {
        await this.openElsewhere(lab);
        return undefined;
      }
      const folder = await this.folder();
      if (!folder) return undefined;
      copy = await this.said(() => course.copy(lab, folder));
      if (!copy) return undefined;
    }
    await window.showTextDocument(fileIn(copy, lab.file), { viewColumn: ViewColumn.One, preview: false });
    page.show(lab);
    return copy;
  }

  private async folder(): Promise<Uri | undefined> {
    const folders = workspace.workspaceFolders ?? [];
    if (folders.length === 1) return folders[0]?.uri;
    const placeHolder = 'The folder the lab is copied into';
    return (await window.showWorkspaceFolderPick({ placeHolder }))?.uri;
  }

  /** With no folder open: asks for one, copies the lab there and opens it; `resume` goes on. */
  private async openElsewhere(lab: Lab): Promise<void> {
    const { context, course } = this.parts;
    const chosen = await window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: 'Copy the Lab Here',
      title: `${labName(lab)}: choose a folder for your labs`,
    });
    const folder = chosen?.[0];
    if (!folder || !(await this.said(() => course.copy(lab, folder)))) return;
    await context.globalState.update(PENDING, { lab: lab.id, folder: folder.toString() });
    await commands.executeCommand('vscode.openFolder', folder, { forceReuseWindow: true });
  }

  /** What went wrong with files is said. */
  private async said<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      void window.showErrorMessage(`Pacifica: ${(error as Error).message}`);
      return undefined;
    }
  }

  // ---- check, hint, reset, solution

  private async check(copy: LabCopy): Promise<void> {
    const { checks, page, tests } = this.parts;
    const { lab } = copy;
    const outcome = await tests.check(copy);
    if (!outcome || outcome.kind === 'cancelled' || (page.visible && page.lab === lab)) return;
    const show = 'Show Lab';
    const name = labName(lab);
    let answer: string | undefined;
    if (outcome.kind === 'failed') answer = await window.showErrorMessage(`${name}: ${outcome.message}`, show);
    else {
      const { claims } = outcome.grade;
      const failed = claims.find(({ status }) => status === 'fail' || status === 'expected-failure');
      const words = `${name}: ${verdictLine(lab, checks.latest(lab)) ?? ''}`;
      answer = await window.showInformationMessage(failed ? `${words} ${failureText(failed)}` : words, show);
    }
    if (answer === show) page.show(lab);
  }

  private async hint(lab: Lab): Promise<void> {
    const { course, page } = this.parts;
    const before = course.progress.of(lab).hints;
    if (before === lab.hints.length) {
      const show = 'Show Solution';
      const words = `You have taken all ${before} hints of lab ${lab.number}; they stay on its page.`;
      if ((await window.showInformationMessage(words, show)) === show) {
        await commands.executeCommand('pacifica.showSolution', lab.id);
      }
      return;
    }
    await course.progress.takeHint(lab);
    course.touch();
    page.show(lab);
  }

  private async reset(copy: LabCopy): Promise<void> {
    const { checks, course } = this.parts;
    const { lab } = copy;
    const detail = `${lab.files.join(', ')}: back to the starter. What you have written is kept beside it, with the ending .before-reset.`;
    const reset = 'Reset';
    if ((await window.showWarningMessage(`Reset lab ${lab.number}?`, { modal: true, detail }, reset)) !== reset) return;
    const kept = await this.said(() => course.reset(copy));
    if (!kept) return;
    checks.forget(lab);
    if (kept.length > 0)
      void window.showInformationMessage(`Lab ${lab.number} is reset. Yours is in ${kept.join(', ')}.`);
  }

  private async solution(copy: LabCopy): Promise<void> {
    const { course } = this.parts;
    const { lab } = copy;
    const taken = course.progress.of(lab).hints;
    const left = lab.hints.length - taken;
    const detail = left > 0 ? `There ${left === 1 ? 'is a hint' : `are ${left} hints`} you have not taken.` : undefined;
    const show = 'Show Solution';
    const asked = await window.showWarningMessage(
      `Show the solution of lab ${lab.number}?`,
      { modal: true, detail },
      show,
    );
    if (asked !== show) return;
    const file = answerOf(lab);
    const title = `${file}: solution ↔ yours`;
    await commands.executeCommand('vscode.diff', solutionUri(lab), fileIn(copy, file), title);
  }

  // ---- evidence

  /** Of a lab's page: its id and the claim's. Of a test's message: the test. */
  private async evidence(given: unknown, claim?: string): Promise<void> {
    const { checks, course, panels, sessions, tests } = this.parts;
    const test = (given as { test?: TestItem } | undefined)?.test;
    const wanted = test ? tests.claimOf(test) : typeof given === 'string' ? { lab: given, claim } : undefined;
    const lab = wanted && course.lab(wanted.lab);
    const copy = lab && course.copyOf(lab);
    const { grade } = (lab && checks.latest(lab)) ?? {};
    const verdict = grade?.claims.find(({ id }) => id === wanted?.claim);
    if (!copy || !grade || !verdict?.evidence) {
      void window.showInformationMessage('Check the lab again: what this message was about is gone.');
      return;
    }
    await showEvidence(copy, { ...verdict, evidence: verdict.evidence }, grade.seed, { sessions, panels });
  }
}
