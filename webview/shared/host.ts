/** The panel's side of the wire: questions to the lab, what the lab tells, and what the panel keeps when it is hidden. */
import type { HostMessage, PanelMessage, PanelName, PanelTarget } from '../../src/protocol/panel';
import { isEventName, openAnswer, openEvent, sealed } from '../../src/protocol/wire';
import type { Answer, EventBody, EventName, Question, RequestName } from '../../src/protocol/wire';

interface EditorApi {
  postMessage(message: PanelMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): EditorApi;

/** What a panel hears. */
export interface Ears {
  /** Another lab is in front, or none (null). */
  session(name: string | null): void;
  event<E extends EventName>(name: E, body: EventBody<E>): void;
  /** Another panel wants this shown. */
  target(target: PanelTarget): void;
  /** A message could not be understood: a fault of ours. */
  fault(error: Error): void;
}

/** The lab refused a question, or is gone. */
export class AskError extends Error {
  override readonly name = 'AskError';
}

interface Waiting {
  readonly answer: (body: unknown) => void;
  readonly fail: (error: Error) => void;
}

export class Host {
  private readonly api = acquireVsCodeApi();
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  /** Begins to listen; the first thing heard is which lab is in front. */
  listen(ears: Ears): void {
    window.addEventListener('message', ({ data }: MessageEvent<HostMessage>) => this.hear(data, ears));
    this.api.postMessage({ kind: 'ready' });
  }

  async ask<R extends RequestName>(name: R, question: Question<R>): Promise<Answer<R>> {
    const id = ++this.lastId;
    const body = await new Promise<unknown>((answer, fail) => {
      this.waiting.set(id, { answer, fail });
      this.api.postMessage({ kind: 'ask', id, name, question: sealed(question) });
    });
    return openAnswer(name, body);
  }

  open(panel: PanelName, target: PanelTarget): void {
    this.api.postMessage({ kind: 'open', panel, target });
  }

  copy(text: string): void {
    this.api.postMessage({ kind: 'copy', text });
  }

  startDebugging(): void {
    this.api.postMessage({ kind: 'start-debugging' });
  }

  /** What was kept, over the defaults. */
  state<T extends object>(defaults: T): T {
    const kept = this.api.getState();
    return typeof kept === 'object' && kept !== null ? { ...defaults, ...kept } : defaults;
  }

  keep(state: object): void {
    this.api.setState(state);
  }

  private hear(message: HostMessage, ears: Ears): void {
    switch (message.kind) {
      case 'session':
        ears.session(message.name);
        break;
      case 'answer':
        this.waiting.get(message.id)?.answer(message.body);
        this.waiting.delete(message.id);
        break;
      case 'failure':
        this.waiting.get(message.id)?.fail(new AskError(message.message));
        this.waiting.delete(message.id);
        break;
      case 'event':
        this.tell(message.name, message.body, ears);
        break;
      case 'target':
        ears.target(message.target);
        break;
    }
  }

  private tell(name: string, body: unknown, ears: Ears): void {
    if (!isEventName(name)) return;
    try {
      ears.event(name, openEvent(name, body));
    } catch (error) {
      ears.fault(error as Error);
    }
  }
}
