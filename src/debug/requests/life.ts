/** Requests about the life of a session: initialize, launch, configurationDone, restart, disconnect, terminate. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { toBase64 } from '../../protocol/codec';
import { openLab } from '../../session/launch';
import type { SourcePlace } from '../../session/lab';
import { LaunchError, readLaunchOptions } from '../../session/launch-options';
import { AssemblyError } from '../../session/program';
import { Runner } from '../../session/runner';
import { Screens } from '../../session/screen';
import type { Context } from '../context';
import { RequestError } from '../debuggee';
import { sourceOf } from '../context';
import { placeAgain } from './breakpoints';
import { stoppedBody } from '../stopped';

/** What a launch configuration says; session/launch-options reads what is of the debuggee. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
  readonly stopOnEntry?: unknown;
  /** Number of the #VMEXIT to stop at. */
  readonly stopAtExit?: unknown;
}

export function initialize(context: Context, args: DebugProtocol.InitializeRequestArguments): void {
  context.linesStartAt1 = args.linesStartAt1 ?? true;
}

export async function launch(context: Context, args: LaunchArguments): Promise<void> {
  await open(context, args);
  context.announce('initialized');
  void context.whenConfigured().then(() => start(context, args));
}

export async function restart(context: Context, args: { readonly arguments?: LaunchArguments }): Promise<void> {
  const again = args.arguments;
  if (!again) throw new RequestError('restart needs the launch configuration');
  context.debuggee?.runner.pause();
  await open(context, again);
  placeAgain(context);
  start(context, again);
}

/** Builds the lab; what is wrong with the configuration is said so that it can be mended. */
async function open(context: Context, args: LaunchArguments): Promise<void> {
  const { stopAtExit } = args;
  if (stopAtExit !== undefined && !(Number.isInteger(stopAtExit) && Number(stopAtExit) >= 1)) {
    throw new RequestError(
      `launch.json: 'stopAtExit' is the number of a #VMEXIT, from 1, not ${JSON.stringify(stopAtExit)}`,
    );
  }
  const options = readLaunchOptions({ ...args });
  let lab;
  try {
    lab = await openLab(options, (path) => context.readFile(path));
  } catch (error) {
    if (error instanceof AssemblyError) tellDiagnostics(context, error);
    if (error instanceof LaunchError && error.place) tell(context, `error: ${error.message}\n`, error.place);
    throw error;
  }
  lab.ears = {
    console: (bytes) => context.tell('pacifica/console', { bytes: toBase64(bytes) }),
    say: (output, place) => tell(context, output, place),
  };
  const screens = new Screens(lab, (update) => context.tell('pacifica/screen', update));
  const hasKeyboard = (): boolean => {
    screens.look();
    return screens.hasKeyboard;
  };
  const runner = new Runner(lab, { interactive: true, hasKeyboard });
  const before = context.debuggee?.screens;
  context.debuggee = { lab, runner, screens, noDebug: args.noDebug === true };
  if (before) screens.follow(before);
  context.handles.clear();
}

function start(context: Context, args: LaunchArguments): void {
  const { debuggee } = context;
  if (!debuggee) return;
  const { lab } = debuggee;
  if (args.stopAtExit !== undefined && args.noDebug !== true) lab.exits.once = Number(args.stopAtExit);
  if (args.stopOnEntry === true && args.noDebug !== true) {
    context.announce('stopped', stoppedBody(lab, { kind: 'entry' }));
    context.tell('pacifica/stopped', lab.state);
  } else context.go({ kind: 'continue' });
}

/** Words on the debug console; a place in a source, to click on, is about an error. */
function tell(context: Context, output: string, place?: SourcePlace): void {
  if (!place) return context.announce('output', { category: 'console', output });
  const { file, line, column } = place;
  context.announce('output', { category: 'stderr', output, source: sourceOf(file), line, column });
}

/** Each problem on the debug console, with its place to click on. */
function tellDiagnostics(context: Context, { diagnostics }: AssemblyError): void {
  for (const { file, line, column, severity, message } of diagnostics) {
    context.announce('output', {
      category: severity === 'error' ? 'stderr' : 'console',
      output: `${severity}: ${message}\n`,
      source: sourceOf(file),
      line,
      column,
    });
  }
}

export function configurationDone(context: Context): void {
  context.configured();
}

export function disconnect(context: Context): void {
  context.debuggee?.runner.pause();
  context.debuggee = undefined;
}

export function terminate(context: Context): void {
  context.debuggee?.runner.pause();
  context.announce('terminated');
}
