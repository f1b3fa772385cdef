/** The running labs: debug sessions of ours, the one in front, and what they tell. */
import { EventEmitter, debug } from 'vscode';
import type { DebugSession, Disposable, Event, ExtensionContext } from 'vscode';
import { ProtocolError } from '../protocol/check';
import { isEventName, openAnswer, openEvent, sealed } from '../protocol/wire';
import type { Answer, EventBody, EventName, Question, RequestName } from '../protocol/wire';
import { DEBUG_TYPE } from './debug-adapter';

/** A custom event of `protocol/wire` as it came, and from whom. */
export interface LabEvent {
  readonly session: DebugSession;
  readonly name: EventName;
  readonly body: unknown;
}

export class Labs implements Disposable {
  private readonly sessions = new Set<DebugSession>();
  private shown: DebugSession | undefined;
  private readonly changed = new EventEmitter<DebugSession | undefined>();
  private readonly told = new EventEmitter<LabEvent>();
  private readonly ended = new EventEmitter<DebugSession>();
  private readonly listeners: Disposable[];

  /** Another session is in front, or none. */
  readonly onDidChange: Event<DebugSession | undefined> = this.changed.event;
  /** Of any session. */
  readonly onDidTell: Event<LabEvent> = this.told.event;
  readonly onDidEnd: Event<DebugSession> = this.ended.event;

  constructor() {
    this.listeners = [
      debug.onDidStartDebugSession((session) => this.started(session)),
      debug.onDidTerminateDebugSession((session) => this.terminated(session)),
      debug.onDidChangeActiveDebugSession((session) => {
        if (session && this.sessions.has(session)) this.show(session);
      }),
      debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        if (session.type === DEBUG_TYPE && isEventName(event)) this.told.fire({ session, name: event, body });
      }),
    ];
  }

  /** The session panels show. */
  get current(): DebugSession | undefined {
    return this.shown;
  }

  /** Every session, oldest first. */
  get all(): readonly DebugSession[] {
    return [...this.sessions];
  }

  /** Asks a lab; the answer is checked. */
  async ask<R extends RequestName>(session: DebugSession, name: R, question: Question<R>): Promise<Answer<R>> {
    return openAnswer(name, await session.customRequest(name, sealed(question)));
  }

  dispose(): void {
    for (const part of [...this.listeners, this.changed, this.told, this.ended]) part.dispose();
  }

  private started(session: DebugSession): void {
    if (session.type !== DEBUG_TYPE) return;
    this.sessions.add(session);
    this.show(session);
  }

  private terminated(session: DebugSession): void {
    if (!this.sessions.delete(session)) return;
    this.ended.fire(session);
    if (this.shown === session) this.show([...this.sessions].at(-1));
  }

  private show(session: DebugSession | undefined): void {
    if (this.shown === session) return;
    this.shown = session;
    this.changed.fire(session);
  }
}

/** The body of one kind of event, checked; undefined for other kinds. A broken one is told on the console and left out. */
export function bodyOf<E extends EventName>(event: LabEvent, name: E): EventBody<E> | undefined {
  if (event.name !== name) return undefined;
  try {
    return openEvent(name, event.body);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    console.error(`Pacifica: ${error.message}`);
    return undefined;
  }
}

export function createLabs(context: ExtensionContext): Labs {
  const labs = new Labs();
  context.subscriptions.push(labs);
  return labs;
}
