/** Solutions, to be read and not written: documents made of the extension's own files. */
import { Uri, workspace } from 'vscode';
import type { Disposable } from 'vscode';
import type { Lab } from '../../labs/lab';
import type { Course } from './course';

/** Scheme of solutions: nothing looks for problems in them. */
export const SOLUTION_SCHEME = 'pacifica-solution';

/** The file that holds what the learner did: what one writes, or the record of what one has seen. */
export function answerOf({ file, record }: Lab): string {
  return record ?? file;
}

export function solutionUri(lab: Lab): Uri {
  return Uri.from({ scheme: SOLUTION_SCHEME, path: `/${lab.id}/solution/${answerOf(lab)}` });
}

export function registerSolutions(course: Course): Disposable {
  return workspace.registerTextDocumentContentProvider(SOLUTION_SCHEME, {
    provideTextDocumentContent: ({ path }) => course.shipped(path.slice(1)),
  });
}
