/** The debug adapter: one line a request; what the client is told it can ask for follows from the table. */
import { Event, Response } from '@vscode/debugadapter/lib/messages';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { ProtocolError } from '../protocol/check';
import { READ_FILE } from '../protocol/files';
import type { ReadFileAnswer } from '../protocol/files';
import { isRequestName, openQuestion, sealed } from '../protocol/wire';
import type { EventBody, EventName, RequestName } from '../protocol/wire';
import { ExpressionError } from '../session/expression';
import { answersOf } from '../session/inspect/answers';
import { LaunchError } from '../session/launch-options';
import { AssemblyError } from '../session/program';
import { wallTime } from '../session/pace';
import type { RunKind } from '../session/runner';
import { isEnd, stopWords } from '../session/stop';
import type { LabStop } from '../session/stop';
import { running } from './context';
import type { Context, Handler } from './context';
import { ClientBreakpoints, Handles, RequestError } from './debuggee';
import type { Debuggee } from './debuggee';
import { ExitsTold } from './exits-told';
import * as breakpoints from './requests/breakpoints';
import * as inspection from './requests/inspection';
import * as life from './requests/life';
import * as memory from './requests/memory';
import * as run from './requests/run';
import { stoppedBody } from './stopped';

const REQUESTS: Readonly<Record<string, Handler>> = {
  initialize: life.initialize,
  launch: life.launch,
  configurationDone: life.configurationDone,
  restart: life.restart,
  disconnect: life.disconnect,
  terminate: life.terminate,

  continue: run.continueRequest,
  next: run.next,
  stepIn: run.stepIn,
  stepOut: run.stepOut,
  pause: run.pause,
  'pacifica/runToExit': run.runToExit,

  setBreakpoints: breakpoints.setBreakpoints,
  setInstructionBreakpoints: breakpoints.setInstructionBreakpoints,
  setExceptionBreakpoints: breakpoints.setExceptionBreakpoints,
  breakpointLocations: breakpoints.breakpointLocations,
  exceptionInfo: breakpoints.exceptionInfo,

  threads: inspection.threads,
  stackTrace: inspection.stackTrace,
  scopes: inspection.scopes,
  variables: inspection.variables,
  setVariable: inspection.setVariable,
  setExpression: inspection.setExpression,
  evaluate: inspection.evaluate,
  completions: inspection.completions,

  readMemory: memory.readMemory,
  writeMemory: memory.writeMemory,
  disassemble: memory.disassemble,
};

/** Capabilities that say a request is answered. */
const CAPABILITY_OF: Readonly<Record<string, keyof DebugProtocol.Capabilities>> = {
  configurationDone: 'supportsConfigurationDoneRequest',
  restart: 'supportsRestartRequest',
  terminate: 'supportsTerminateRequest',
  setInstructionBreakpoints: 'supportsInstructionBreakpoints',
  breakpointLocations: 'supportsBreakpointLocationsRequest',
  exceptionInfo: 'supportsExceptionInfoRequest',
  setVariable: 'supportsSetVariable',
  setExpression: 'supportsSetExpression',
  completions: 'supportsCompletionsRequest',
  readMemory: 'supportsReadMemoryRequest',
  writeMemory: 'supportsWriteMemoryRequest',
  disassemble: 'supportsDisassembleRequest',
};

export function capabilities(): DebugProtocol.Capabilities {
  const answered = Object.entries(CAPABILITY_OF).filter(([request]) => Object.hasOwn(REQUESTS, request));
  return {
    ...Object.fromEntries(answered.map(([, capability]) => [capability, true])),
    supportsConditionalBreakpoints: true,
    supportsHitConditionalBreakpoints: true,
    supportsLogPoints: true,
    supportsEvaluateForHovers: true,
    supportsSteppingGranularity: true,
    supportsExceptionFilterOptions: true,
    exceptionBreakpointFilters: [...breakpoints.EXCEPTION_FILTERS],
  };
}

/** Errors whose message is an answer, not a fault of ours. */
const ANSWERS = [RequestError, LaunchError, AssemblyError, ExpressionError, ProtocolError];

export class Adapter extends ProtocolServer implements Context {
  debuggee: Debuggee | undefined;
  readonly handles = new Handles();
  readonly breakpoints = new ClientBreakpoints();
  linesStartAt1 = true;
  private readonly configuration: Promise<void>;
  private reading: Promise<Uint8Array> | undefined;
  private heardFile: ((response: DebugProtocol.Response) => void) | undefined;
  configured: () => void = () => undefined;

  constructor() {
    super();
    this.configuration = new Promise((resolve) => (this.configured = resolve));
  }

  whenConfigured(): Promise<void> {
    return this.configuration;
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    void this.answer(request);
  }

  private async answer(request: DebugProtocol.Request): Promise<void> {
    const response = new Response(request) as DebugProtocol.Response;
    try {
      const body = await this.bodyFor(request);
      if (body) response.body = body;
    } catch (error) {
      const { message, stack } = error as Error;
      const expected = ANSWERS.some((kind) => error instanceof kind);
      response.success = false;
      response.message = message;
      // launch failures are shown by the client as a message of their own
      response.body = { error: { id: 1, format: escapeBraces(message), showUser: request.command === 'launch' } };
      if (!expected) this.announce('output', { category: 'stderr', output: `${stack ?? message}\n` });
    }
    this.sendResponse(response);
  }

  private bodyFor(request: DebugProtocol.Request): object | void | Promise<object | void> {
    const { command } = request;
    const args: unknown = request.arguments ?? {};
    if (command === 'initialize') {
      life.initialize(this, args as DebugProtocol.InitializeRequestArguments);
      return capabilities();
    }
    if (isRequestName(command)) return this.ask(command, args);
    const handler = Object.hasOwn(REQUESTS, command) ? REQUESTS[command] : undefined;
    if (!handler) throw new RequestError(`the request '${command}' is not supported`);
    return handler(this, args as never);
  }

  private async ask<R extends RequestName>(name: R, args: unknown): Promise<object> {
    const { lab, runner, screens } = running(this);
    const question = openQuestion(name, args);
    return sealed(await answersOf(lab, runner, screens)[name](question));
  }

  // Context

  announce(event: string, body?: object): void {
    this.sendEvent(new Event(event, body));
  }

  tell<E extends EventName>(name: E, body: EventBody<E>): void {
    this.announce(name, sealed(body as object));
  }

  /** One file at a time: its answer is the next response. */
  async readFile(path: string): Promise<Uint8Array> {
    while (this.reading) await this.reading.catch(() => undefined);
    this.reading = new Promise((resolve, reject) => {
      this.heardFile = (response) => {
        if (response.success) resolve((response.body as ReadFileAnswer).bytes);
        else reject(new Error(response.message ?? 'no answer'));
      };
      this.sendRequest(READ_FILE, { path }, 0, undefined as never);
    });
    try {
      return await this.reading;
    } finally {
      this.reading = undefined;
    }
  }

  override handleMessage(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === 'response') this.heardFile?.(message as DebugProtocol.Response);
    else super.handleMessage(message);
  }

  go(kind: RunKind): void {
    const debuggee = running(this);
    const { lab, runner, screens } = debuggee;
    this.handles.clear();
    if (lab.stopped && isEnd(lab.stopped)) {
      this.end(lab.stopped);
      return;
    }
    const told = new ExitsTold(lab.log.total, wallTime());
    runner.onBreath = () => {
      const now = wallTime();
      lab.flush();
      screens.glance(now);
      if (runner.running && told.due(lab.log.total, now, lab.target.sleeps)) this.tell('pacifica/exits', lab.state);
    };
    const finished = runner.run(kind);
    this.tell('pacifica/running', lab.state);
    finished.then(
      (stop) => this.stopped(debuggee, stop),
      (error: Error) => {
        this.announce('output', { category: 'stderr', output: `The engine failed: ${error.stack ?? error.message}\n` });
        this.announce('terminated');
      },
    );
  }

  private stopped(debuggee: Debuggee, stop: LabStop): void {
    // disconnected or started anew meanwhile
    if (this.debuggee !== debuggee) return;
    const { lab, screens } = debuggee;
    lab.flush();
    screens.look();
    if (stop.kind === 'debug-exit' || stop.kind === 'power-off') {
      this.tell('pacifica/stopped', lab.state);
      this.end(stop);
      return;
    }
    if (isEnd(stop))
      this.announce('output', {
        category: stop.kind === 'halted' ? 'console' : 'stderr',
        output: `${sentence(stopWords(stop))}\n`,
      });
    if (debuggee.noDebug && isEnd(stop)) {
      this.tell('pacifica/stopped', lab.state);
      this.end(stop);
      return;
    }
    this.announce('stopped', stoppedBody(lab, stop));
    this.tell('pacifica/stopped', lab.state);
  }

  private end(stop: LabStop): void {
    if (stop.kind === 'debug-exit' || stop.kind === 'power-off') {
      this.announce('output', { category: 'console', output: `${sentence(stopWords(stop))}\n` });
      this.announce('exited', { exitCode: stop.kind === 'debug-exit' ? stop.status : 0 });
    }
    this.announce('terminated');
  }
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Braces in a DAP message stand for variables. */
function escapeBraces(message: string): string {
  return message.replace(/[{}]/g, (brace) => (brace === '{' ? '(' : ')'));
}
