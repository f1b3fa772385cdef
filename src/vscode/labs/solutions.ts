/** Solutions, to be read and not written: documents made of the extension's own files. */
import { Uri, workspace } from 'vscode';
import type { Disposable } from 'vscode';
import type { Lab } from '../../labs/lab';
import type { Course } from './course';

/** Scheme of solutions: nothing looks for problems in them. */
export const SOLUTION_SCHEME = 'pacifica-solution';

export function solutionUri({ id, file }: Lab): Uri {
  return Uri.from({ scheme: SOLUTION_SCHEME, path: `/${id}/solution/${file}` });
}

export function registerSolutions(course: Course): Disposable {
  return workspace.registerTextDocumentContentProvider(SOLUTION_SCHEME, {
    provideTextDocumentContent: ({ path }) => course.shipped(path.slice(1)),
  });
}
