/** Requests about the life of a session: initialize, launch, configurationDone, restart, disconnect, terminate. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { toBase64 } from '../../protocol/codec';
import { BOOT_KINDS, openLab } from '../../session/launch';
import type { BootKind, LabMode } from '../../session/launch';
import { AssemblyError } from '../../session/program';
import { Runner } from '../../session/runner';
import type { Context } from '../context';
import { RequestError } from '../debuggee';
import { sourceOf } from '../context';
import { placeAgain } from './breakpoints';
import { stoppedBody } from '../stopped';

/** What a launch configuration says, beside what every debugger's does. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
  readonly program?: unknown;
  readonly kernel?: unknown;
  readonly append?: unknown;
  readonly boot?: unknown;
  readonly mode?: unknown;
  readonly memory?: unknown;
  readonly stopOnEntry?: unknown;
  readonly name?: unknown;
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
  const program = text('program', args.program) ?? text('kernel', args.kernel);
  if (!program) throw new RequestError("launch.json: 'program' is missing: name the .asm file or image to run");
  const boot = oneOf('boot', args.boot ?? (args.program === undefined ? 'elf' : undefined), BOOT_KINDS);
  const mode = oneOf('mode', args.mode, ['guest', 'bare'] as const);
  const memory = args.memory;
  if (memory !== undefined && typeof memory !== 'number') {
    throw new RequestError(`launch.json: 'memory' is a number of megabytes, not ${JSON.stringify(memory)}`);
  }
  const append = text('append', args.append);
  const options = { program, append, boot: boot as BootKind | undefined, mode: mode as LabMode | undefined, memory };
  let lab;
  try {
    lab = await openLab(options, (path) => context.readFile(path));
  } catch (error) {
    if (error instanceof AssemblyError) tellDiagnostics(context, error);
    throw error;
  }
  lab.ears = {
    console: (bytes) => context.tell('pacifica/console', { bytes: toBase64(bytes) }),
    say: (output) => context.announce('output', { category: 'console', output }),
  };
  const runner = new Runner(lab, { interactive: true });
  context.debuggee = { lab, runner, noDebug: args.noDebug === true };
  context.handles.clear();
}

function start(context: Context, args: LaunchArguments): void {
  const { debuggee } = context;
  if (!debuggee) return;
  const { lab } = debuggee;
  if (args.stopOnEntry === true && args.noDebug !== true) {
    context.announce('stopped', stoppedBody(lab, { kind: 'entry' }));
    context.tell('pacifica/stopped', lab.state);
  } else context.go({ kind: 'continue' });
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string')
    throw new RequestError(`launch.json: '${name}' is a path, not ${JSON.stringify(value)}`);
  return value;
}

function oneOf<W extends string>(name: string, value: unknown, words: readonly W[]): W | undefined {
  if (value === undefined) return undefined;
  if (!words.includes(value as W)) {
    throw new RequestError(
      `launch.json: '${name}' is ${words.map((word) => `'${word}'`).join(', ')}, not ${JSON.stringify(value)}`,
    );
  }
  return value as W;
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
