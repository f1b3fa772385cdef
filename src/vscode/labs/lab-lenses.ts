/** Above the first line of a learner's file: run it, debug it, check it, the next hint, and how the newest check came out. */
import { CodeLens, EventEmitter, Range, languages } from 'vscode';
import type { CodeLensProvider, Disposable } from 'vscode';
import type { Checks } from './checks';
import { fileIn } from './course';
import type { Course, LabCopy } from './course';
import { verdictLine } from './verdicts';

const TOP = new Range(0, 0, 0, 0);
/** Files that are worked on: code, not records. */
const CODE = /\.(asm|nasm|ts)$/i;

export function registerLabLenses(course: Course, checks: Checks): Disposable[] {
  const changed = new EventEmitter<void>();
  const provider: CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: ({ uri }) => {
      const copy = course.copyAt(uri);
      if (!copy) return [];
      const own = copy.lab.files.some((file) => CODE.test(file) && fileIn(copy, file).toString() === uri.toString());
      return own ? lensesOf(copy, course, checks) : [];
    },
  };
  const fire = () => changed.fire();
  return [
    changed,
    languages.registerCodeLensProvider({ pattern: '**/*.{asm,nasm,ts}' }, provider),
    course.onDidChange(fire),
    checks.onDidChange(fire),
  ];
}

function lensesOf({ lab }: LabCopy, course: Course, checks: Checks): CodeLens[] {
  const lens = (title: string, command: string, tooltip: string) =>
    new CodeLens(TOP, { title, command, tooltip, arguments: [lab.id] });
  const { hints } = course.progress.of(lab);
  const runs = [
    lens('$(play) Run', 'pacifica.runLab', 'Run it without stopping'),
    lens('$(debug-alt) Debug', 'pacifica.debugLab', 'Run it under the debugger'),
  ];
  const check = checks.isChecking(lab)
    ? lens('$(loading~spin) Checking', 'pacifica.showLabPage', 'The lab is being checked')
    : lens('$(check) Check', 'pacifica.checkLab', 'Check every claim of the lab');
  const hint = lens(`$(lightbulb) Hint ${hints}/${lab.hints.length}`, 'pacifica.nextHint', 'Show the next hint');
  const verdict = verdictLine(lab, checks.latest(lab));
  return [
    ...(lab.launch ? runs : []),
    check,
    hint,
    ...(verdict ? [lens(verdict, 'pacifica.showLabPage', 'Show the lab page')] : []),
  ];
}
