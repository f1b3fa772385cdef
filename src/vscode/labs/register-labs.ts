/** The labs in the editor: each part registers itself here. */
import type { ExtensionContext } from 'vscode';
import { LABS } from '../../../labs/catalog';
import type { Labs } from '../lab';
import type { Panels } from '../panels';
import { Checks } from './checks';
import { Course } from './course';
import { Grader } from './grader';
import { LabCommands } from './lab-commands';
import { registerLabLaunches } from './lab-launches';
import { registerLabLenses } from './lab-lenses';
import { LabPage } from './lab-page';
import { LabTests } from './lab-tests';
import { registerLabsView } from './labs-view';
import { registerSolutions } from './solutions';
import { TourRecorder } from './tour-recorder';
import { startThread } from '#thread';

export function registerLabs(context: ExtensionContext, sessions: Labs, panels: Panels): void {
  const course = new Course(context, LABS);
  const grader = new Grader((ears) => startThread(context.extensionUri, 'grader/worker.js', ears));
  const checks = new Checks(course, grader);
  const tests = new LabTests(course, checks);
  const page = new LabPage(context, course, checks);
  const commands = new LabCommands({ context, course, checks, tests, page, sessions, panels });
  context.subscriptions.push(
    course,
    checks,
    tests,
    page,
    new TourRecorder(course, sessions, panels),
    registerSolutions(course),
    registerLabLaunches(course),
    ...registerLabsView(course, checks),
    ...registerLabLenses(course, checks),
    ...commands.register(),
  );
  void commands.resume();
}
