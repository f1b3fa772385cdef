/** A DAP client in the test: sends requests to an adapter, answers its questions for files, keeps what is said. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Adapter } from '../../src/debug/adapter';
import { fromBase64 } from '../../src/protocol/codec';
import { READ_FILE } from '../../src/protocol/files';
import { isEventName, openAnswer, openEvent, sealed } from '../../src/protocol/wire';
import type { Answer, EventBody, EventName, Question, RequestName } from '../../src/protocol/wire';

/** What a client of DAP asks for here and gets back; every other response is unknown. */
interface Responses {
  readonly breakpointLocations: DebugProtocol.BreakpointLocationsResponse;
  readonly disassemble: DebugProtocol.DisassembleResponse;
  readonly evaluate: DebugProtocol.EvaluateResponse;
  readonly exceptionInfo: DebugProtocol.ExceptionInfoResponse;
  readonly initialize: DebugProtocol.InitializeResponse;
  readonly readMemory: DebugProtocol.ReadMemoryResponse;
  readonly scopes: DebugProtocol.ScopesResponse;
  readonly setBreakpoints: DebugProtocol.SetBreakpointsResponse;
  readonly setExceptionBreakpoints: DebugProtocol.SetBreakpointsResponse;
  readonly setInstructionBreakpoints: DebugProtocol.SetInstructionBreakpointsResponse;
  readonly setVariable: DebugProtocol.SetVariableResponse;
  readonly stackTrace: DebugProtocol.StackTraceResponse;
  readonly threads: DebugProtocol.ThreadsResponse;
  readonly variables: DebugProtocol.VariablesResponse;
  readonly writeMemory: DebugProtocol.WriteMemoryResponse;
}
type Body<C extends string> = C extends keyof Responses ? NonNullable<Responses[C]['body']> : unknown;
type Heard<E extends string> = E extends 'stopped' ? DebugProtocol.StoppedEvent['body'] : unknown;

export type Files = Readonly<Record<string, string | Uint8Array>>;

export class Client {
  readonly events: DebugProtocol.Event[] = [];
  /** What came out of COM1. */
  console = '';
  private readonly adapter = new Adapter();
  private seq = 1;
  private readonly waiting = new Map<number, (response: DebugProtocol.Response) => void>();
  private wake: () => void = () => undefined;

  constructor(private readonly files: Files = {}) {
    this.adapter.onDidSendMessage((message) => this.hear(message as DebugProtocol.ProtocolMessage));
  }

  private hear(message: DebugProtocol.ProtocolMessage): void {
    // as over a real wire
    const copy = JSON.parse(JSON.stringify(message)) as DebugProtocol.ProtocolMessage;
    if (copy.type === 'response') {
      const response = copy as DebugProtocol.Response;
      this.waiting.get(response.request_seq)?.(response);
      this.waiting.delete(response.request_seq);
    } else if (copy.type === 'event') {
      const event = copy as DebugProtocol.Event;
      this.events.push(event);
      if (isEventName(event.event)) openEvent(event.event, event.body);
      if (event.event === 'pacifica/console') {
        this.console += Buffer.from(fromBase64((event.body as { bytes: string }).bytes)).toString('latin1');
      }
      this.wake();
    } else this.answerFile(copy as DebugProtocol.Request);
  }

  private answerFile(request: DebugProtocol.Request): void {
    assert.equal(request.command, READ_FILE);
    const { path } = request.arguments as { path: string };
    const answer = { type: 'response', seq: 0, request_seq: request.seq, command: READ_FILE };
    let found: string | Uint8Array | undefined = this.files[path];
    if (found === undefined && path.startsWith('samples/')) found = readFileSync(path);
    queueMicrotask(() => {
      const bytes = typeof found === 'string' ? Buffer.from(found) : found;
      const body = bytes && { bytes: new Uint8Array(bytes) };
      const rest = body ? { success: true, body } : { success: false, message: 'no such file' };
      this.adapter.handleMessage({ ...answer, ...rest } as DebugProtocol.Response);
    });
  }

  /** The whole response, failed or not. */
  async respond(command: string, args: object = {}): Promise<DebugProtocol.Response> {
    const seq = this.seq++;
    const response = new Promise<DebugProtocol.Response>((resolve) => this.waiting.set(seq, resolve));
    this.adapter.handleMessage({ seq, type: 'request', command, arguments: args } as DebugProtocol.Request);
    return response;
  }

  async request<C extends string>(command: C, args: object = {}): Promise<Body<C>> {
    const response = await this.respond(command, args);
    assert.ok(response.success, `${command}: ${response.message}`);
    return response.body as Body<C>;
  }

  /** A failed request's message. */
  async refusal(command: string, args: object = {}): Promise<string> {
    const response = await this.respond(command, args);
    assert.ok(!response.success, `${command} did not fail`);
    return response.message ?? '';
  }

  /** A request of our own; question and answer are checked. */
  async ask<R extends RequestName>(name: R, question: Question<R>): Promise<Answer<R>> {
    return openAnswer(name, await this.request<string>(name, sealed(question)));
  }

  /** The next event of a name from here on, or the first since `from`. */
  async event<E extends string>(name: E, from = this.events.length): Promise<Heard<E>> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const found = this.events.slice(from).find(({ event }) => event === name);
      if (found) return found.body as Heard<E>;
      assert.ok(
        Date.now() < deadline,
        `no event ${name}; there were ${this.events.map(({ event }) => event).join(' ')}`,
      );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  told<E extends EventName>(name: E): EventBody<E>[] {
    return this.events.filter(({ event }) => event === name).map(({ event, body }) => openEvent(event as E, body));
  }

  /** Sends a request that makes the debuggee run, and waits for the stop. */
  async until(command: string, args: object = {}): Promise<DebugProtocol.StoppedEvent['body']> {
    const from = this.events.length;
    await this.request(command, args);
    return this.event('stopped', from);
  }

  /** Initialize, launch, breakpoints, configurationDone: what a client does until the first stop. */
  async launch(
    launch: object,
    configure: () => Promise<void> = async () => undefined,
  ): Promise<DebugProtocol.StoppedEvent['body']> {
    await this.request('initialize', { adapterID: 'pacifica', linesStartAt1: true, columnsStartAt1: true });
    const from = this.events.length;
    const launched = this.request('launch', launch);
    await Promise.race([this.event('initialized', from), launched]);
    await launched;
    await configure();
    await this.request('configurationDone');
    return this.event('stopped', from);
  }

  /** Breakpoints of one source, by line. */
  async breakAt(
    path: string,
    ...breakpoints: (number | DebugProtocol.SourceBreakpoint)[]
  ): Promise<DebugProtocol.Breakpoint[]> {
    const list = breakpoints.map((one) => (typeof one === 'number' ? { line: one } : one));
    return (await this.request('setBreakpoints', { source: { path }, breakpoints: list })).breakpoints;
  }

  async breakOnExit(filterId: string, condition = ''): Promise<DebugProtocol.Breakpoint[]> {
    const args = condition ? { filters: [], filterOptions: [{ filterId, condition }] } : { filters: [filterId] };
    return (await this.request('setExceptionBreakpoints', args)).breakpoints;
  }

  /** Top frame of a thread. */
  async frame(threadId: number): Promise<DebugProtocol.StackFrame> {
    const [top] = (await this.request('stackTrace', { threadId })).stackFrames;
    assert.ok(top, `thread ${threadId} has no frame`);
    return top;
  }

  /** Values of a scope by name. */
  async values(threadId: number, scope: string): Promise<Record<string, string>> {
    const { scopes } = await this.request('scopes', { frameId: (await this.frame(threadId)).id });
    const found = scopes.find(({ name }) => name === scope);
    assert.ok(found, `there is no scope ${scope}`);
    const { variables } = await this.request('variables', { variablesReference: found.variablesReference });
    return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  }

  async evaluate(expression: string, frameId?: number): Promise<string> {
    return (await this.request('evaluate', { expression, frameId, context: 'watch' })).result;
  }

  async end(): Promise<void> {
    await this.request('disconnect');
  }
}
