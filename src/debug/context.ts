/** What the handlers of requests share: the debuggee once there is one, and the way to the client. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { EventBody, EventName } from '../protocol/wire';
import { RequestError } from './debuggee';
import type { Debuggee, ClientBreakpoints, Handles } from './debuggee';

export interface Context {
  debuggee: Debuggee | undefined;
  readonly handles: Handles;
  readonly breakpoints: ClientBreakpoints;
  /** Lines and columns of this client begin with 1, or with 0. */
  linesStartAt1: boolean;
  /** A DAP event. */
  announce(event: string, body?: object): void;
  /** One of ours, sealed. */
  tell<E extends EventName>(name: E, body: EventBody<E>): void;
  /** A file, by the client's hand. */
  readFile(path: string): Promise<Uint8Array>;
  /** Runs on, and tells the client when it stops. */
  go(run: Parameters<Debuggee['runner']['run']>[0]): void;
  /** Told by `configurationDone`. */
  configured(): void;
  whenConfigured(): Promise<void>;
}

/** Answers one request: the body of the response. */
export type Handler<A = never> = (context: Context, args: A) => object | void | Promise<object | void>;
export type Handlers = Readonly<Record<string, Handler>>;

/** The debuggee, or a refusal. */
export function running(context: Context): Debuggee {
  if (!context.debuggee) throw new RequestError('nothing has been launched');
  return context.debuggee;
}

/** The same while it stands still. */
export function standing(context: Context): Debuggee {
  const debuggee = running(context);
  if (debuggee.runner.running) throw new RequestError('the debuggee is running: pause it first');
  return debuggee;
}

export type Source = DebugProtocol.Source;
export function sourceOf(file: string): Source {
  return { name: file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1), path: file };
}
