/** From a claim to the place where its evidence is to be seen: a line, or a panel of a session of that lab. */
import { Position, Range, debug, window, workspace } from 'vscode';
import type { DebugSession, Disposable, Uri } from 'vscode';
import type { EvidencePlace } from '../../protocol/lab';
import { DEBUG_TYPE } from '../debug-adapter';
import type { Labs } from '../lab';
import { bodyOf } from '../lab';
import type { Panels } from '../panels';
import { fileIn } from './course';
import type { LabCopy } from './course';
import { launchOf } from './launch-of';
import { panelOf } from './panel-of';
import { mayRunCode } from './trust';

export interface StartOptions {
  /** Runs to its end without stopping. */
  readonly noDebug?: boolean;
  /** Stops at the #VMEXIT of this number instead of at the entry. */
  readonly stopAtExit?: number;
}

/** Milliseconds a session has to reach the exit it is to stop at. */
const PATIENCE = 30_000;

/** Runs or debugs the learner's copy. */
export async function startLab({ lab, folder }: LabCopy, options: StartOptions = {}): Promise<boolean> {
  const place = (path: string) => pathOf(fileIn({ lab, folder }, path));
  const launch = launchOf(lab, DEBUG_TYPE, place);
  if (!launch) {
    void window.showInformationMessage(`There is nothing to run in lab ${lab.number}.`);
    return false;
  }
  if (!(await mayRunCode())) return false;
  await saveAll(folder);
  const { noDebug = false, stopAtExit } = options;
  const stop = stopAtExit === undefined ? {} : { stopAtExit, stopOnEntry: false };
  return debug.startDebugging(workspace.getWorkspaceFolder(folder), { ...launch, ...stop }, { noDebug });
}

function pathOf(uri: Uri): string {
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

/** The newest session of a copy. */
function sessionOf(sessions: Labs, copy: LabCopy): DebugSession | undefined {
  return [...sessions.all].reverse().find((session) => isOf(session, copy));
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

/**
 * Shows evidence in a session of the lab. With none running, the lab is debugged and stops at that exit (at the first one, for a field
 * or a page): its guest is the lab's own, not the one the check made from its seed.
 */
export async function showEvidence(copy: LabCopy, place: EvidencePlace, sessions: Labs, panels: Panels): Promise<void> {
  if (place.kind === 'line') {
    await showLine(copy, place.file, place.line);
    return;
  }
  const [panel, target] = panelOf(place);
  if (!sessionOf(sessions, copy)) {
    const stopped = nextStop(sessions, copy);
    const started = await startLab(copy, { stopAtExit: place.kind === 'exit' ? place.number : 1 });
    if (!started || !(await stopped)) return;
  }
  panels.open(panel, target);
}

/** Resolves when a session of the lab stands still; to false if none does in time. */
function nextStop(sessions: Labs, copy: LabCopy): Promise<boolean> {
  const parts: Disposable[] = [];
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE);
    parts.push(
      { dispose: () => clearTimeout(timer) },
      sessions.onDidTell((event) => {
        if (isOf(event.session, copy) && bodyOf(event, 'pacifica/stopped')) resolve(true);
      }),
      sessions.onDidEnd((session) => {
        if (isOf(session, copy)) resolve(false);
      }),
    );
  }).finally(() => parts.forEach((part) => part.dispose()));
}
