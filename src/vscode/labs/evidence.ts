/** Running a lab, and from a claim to the place where its evidence is to be seen: a line, or a panel of a session. */
import { Position, Range, commands, debug, window, workspace } from 'vscode';
import type { DebugSession, Disposable, Uri } from 'vscode';
import type { EvidencePlace, Replay } from '../../protocol/lab';
import { DEBUG_TYPE } from '../debug-adapter';
import type { Labs } from '../lab';
import { bodyOf } from '../lab';
import type { Panels } from '../panels';
import { fileIn, writeText } from './course';
import type { LabCopy } from './course';
import { launchOf } from './launch-of';
import { panelOf } from './panel-of';
import { replayLaunch } from './replay-launch';
import { mayRunCode } from './trust';

export interface StartOptions {
  /** Runs to its end without stopping. */
  readonly noDebug?: boolean;
}

/** A claim that failed, and where that is to be seen. */
export interface Evident {
  readonly id: string;
  readonly evidence: EvidencePlace;
  readonly replay?: Replay;
}

interface Places {
  readonly sessions: Labs;
  readonly panels: Panels;
}

/** Milliseconds a session has to reach the exit it is to stop at. */
const PATIENCE = 30_000;

/** Runs or debugs the learner's copy. */
export async function startLab(copy: LabCopy, { noDebug = false }: StartOptions = {}): Promise<void> {
  const { lab, folder } = copy;
  const launch = launchOf(lab, DEBUG_TYPE, (path) => pathOf(fileIn(copy, path)));
  if (!launch) {
    void window.showInformationMessage(`There is nothing to run in lab ${lab.number}.`);
    return;
  }
  if (!(await mayRunCode())) return;
  await saveAll(folder);
  await sourcesFirst();
  await debug.startDebugging(workspace.getWorkspaceFolder(folder), launch, { noDebug });
}

/** A stopped line is shown in the group with the keyboard: not over the lab page. */
async function sourcesFirst(): Promise<void> {
  await commands.executeCommand('workbench.action.focusFirstEditorGroup');
}

export function pathOf(uri: Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

async function saveAll(folder: Uri): Promise<void> {
  const mine = workspace.textDocuments.filter(
    ({ uri, isDirty }) => isDirty && uri.toString().startsWith(`${folder.toString()}/`),
  );
  for (const document of mine) await document.save();
}

/** Whether a session runs a copy: one the lab's own launch began, or F5 in its file. */
export function isOf({ configuration }: DebugSession, copy: LabCopy): boolean {
  const { lab, program } = configuration as { readonly lab?: unknown; readonly program?: unknown };
  return lab === copy.lab.id || program === pathOf(fileIn(copy, copy.lab.file));
}

export async function showLine(copy: LabCopy, file: string, line: number): Promise<void> {
  const at = new Position(Math.max(0, line - 1), 0);
  const shown = window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === fileIn(copy, file).toString(),
  );
  await window.showTextDocument(fileIn(copy, file), {
    selection: new Range(at, at),
    viewColumn: shown?.viewColumn ?? window.tabGroups.all[0]?.viewColumn,
  });
}

/** Shows the evidence of a claim: the same machine is run again under the debugger, up to that exit. */
export async function showEvidence(
  copy: LabCopy,
  verdict: Evident,
  seed: number,
  { sessions, panels }: Places,
): Promise<void> {
  const { id, evidence, replay } = verdict;
  if (evidence.kind === 'line') {
    await showLine(copy, evidence.file, evidence.line);
    return;
  }
  const [panel, target] = panelOf(evidence);
  const mark = `${copy.lab.id} ${id} ${seed}`;
  const running = sessions.all.some(({ configuration }) => configuration['check'] === mark);
  if (!running && !(await startReplay(copy, replay, mark, evidence, sessions))) return;
  panels.open(panel, target);
}

/** Starts what the claim failed with, and waits until it stands at the exit; false: it did not come to that. */
async function startReplay(
  copy: LabCopy,
  replay: Replay | undefined,
  mark: string,
  evidence: EvidencePlace,
  sessions: Labs,
): Promise<boolean> {
  const { folder, lab } = copy;
  if (!replay) {
    void window.showInformationMessage(`Lab ${lab.number} was checked on a machine that cannot be launched.`);
    return false;
  }
  if (!(await mayRunCode())) return false;
  await saveAll(folder);
  const { files, launch } = replayLaunch(lab, replay, DEBUG_TYPE, mark, (path) => pathOf(fileIn(copy, path)));
  for (const [name, text] of Object.entries(files)) await writeText(fileIn(copy, name), text);
  await sourcesFirst();
  const stopped = nextStop(sessions, mark);
  const exit = evidence.kind === 'exit' ? evidence.number : replay.exits;
  const stop = exit > 0 ? { stopAtExit: exit } : {};
  if (!(await debug.startDebugging(workspace.getWorkspaceFolder(folder), { ...launch, ...stop }))) return false;
  return stopped;
}

/** Resolves when the session of a mark stands still; to false if it does not in time. */
function nextStop(sessions: Labs, mark: string): Promise<boolean> {
  const parts: Disposable[] = [];
  const isIt = ({ configuration }: DebugSession) => configuration['check'] === mark;
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE);
    parts.push(
      { dispose: () => clearTimeout(timer) },
      sessions.onDidTell((event) => {
        if (isIt(event.session) && bodyOf(event, 'pacifica/stopped')) resolve(true);
      }),
      sessions.onDidEnd((session) => {
        if (isIt(session)) resolve(false);
      }),
    );
  }).finally(() => parts.forEach((part) => part.dispose()));
}
