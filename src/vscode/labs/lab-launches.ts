/** F5 in a file of a lab means the lab: its own guest, its own options, whichever of its files is in front. */
import { debug, window } from 'vscode';
import type { DebugConfiguration, Disposable } from 'vscode';
import { DEBUG_TYPE } from '../debug-adapter';
import { OPEN_FILE } from '../debug-configuration';
import { fileIn } from './course';
import type { Course } from './course';
import { pathOf } from './evidence';
import { launchOf } from './launch-of';

/** To be registered before the provider that looks for the open file's guest. */
export function registerLabLaunches(course: Course): Disposable {
  return debug.registerDebugConfigurationProvider(DEBUG_TYPE, {
    resolveDebugConfiguration: (_folder, configuration) => labConfiguration(course, configuration) ?? configuration,
  });
}

function labConfiguration(course: Course, configuration: DebugConfiguration): DebugConfiguration | undefined {
  const { type, request, name, program, boot, noDebug } = configuration;
  const ofLaunchJson = Boolean(type || request || name);
  if (ofLaunchJson && (program !== OPEN_FILE.program || boot !== undefined)) return undefined;
  const file = window.activeTextEditor?.document.uri;
  const copy = file && course.copyAt(file);
  const launch = copy && launchOf(copy.lab, DEBUG_TYPE, (path) => pathOf(fileIn(copy, path)));
  return launch && { ...launch, ...(noDebug === undefined ? {} : { noDebug: noDebug as unknown }) };
}
