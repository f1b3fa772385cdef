/**
 * What crosses between a panel and a running lab: DAP custom requests and custom events, all named `pacifica/…`.
 *
 * A panel asks with `customRequest(name, question)`; the body of the response is the answer. Bodies of answers and events carry
 * `v`, the version of this agreement; questions carry it too. `sealed` adds it, `opened` checks it and the shape.
 */
import { ProtocolError } from './check';
import type { Check } from './check';
import { CONSOLE_INPUT_ANSWER, CONSOLE_INPUT_QUESTION, CONSOLE_OUTPUT } from './console';
import { EXIT_COUNTS_ANSWER, EXIT_COUNTS_QUESTION, EXIT_LOG_ANSWER, EXIT_LOG_QUESTION } from './exit-log';
import { PAGE_TABLES_ANSWER, PAGE_TABLES_QUESTION, PAGE_TABLES_SUMMARY_ANSWER, ROOT_QUESTION } from './page-tables';
import { SCREEN_ANSWER, SCREEN_INPUT_ANSWER, SCREEN_INPUT_QUESTION, SCREEN_QUESTION, SCREEN_UPDATE } from './screen';
import { SHADOW_ANSWER, SHADOW_QUESTION } from './shadow';
import { SESSION_STATE, STATE_QUESTION } from './state';
import { VMCB_ANSWER, VMCB_QUESTION } from './vmcb';

/** Grows when a message changes so that an older partner would misread it. */
export const PROTOCOL_VERSION = 1;

/** Every custom request: the shape of its question and of its answer. */
export const REQUESTS = {
  'pacifica/state': { question: STATE_QUESTION, answer: SESSION_STATE },
  'pacifica/vmcb': { question: VMCB_QUESTION, answer: VMCB_ANSWER },
  'pacifica/pageTables': { question: PAGE_TABLES_QUESTION, answer: PAGE_TABLES_ANSWER },
  'pacifica/pageTablesSummary': { question: ROOT_QUESTION, answer: PAGE_TABLES_SUMMARY_ANSWER },
  'pacifica/shadow': { question: SHADOW_QUESTION, answer: SHADOW_ANSWER },
  'pacifica/exitLog': { question: EXIT_LOG_QUESTION, answer: EXIT_LOG_ANSWER },
  'pacifica/exitCounts': { question: EXIT_COUNTS_QUESTION, answer: EXIT_COUNTS_ANSWER },
  'pacifica/screen': { question: SCREEN_QUESTION, answer: SCREEN_ANSWER },
  'pacifica/screenInput': { question: SCREEN_INPUT_QUESTION, answer: SCREEN_INPUT_ANSWER },
  'pacifica/consoleInput': { question: CONSOLE_INPUT_QUESTION, answer: CONSOLE_INPUT_ANSWER },
} as const;

/**
 * Every custom event. `stopped` after each stop, beside DAP's own; `running` when it goes on; `exits` while it runs if there were
 * #VMEXITs, at most one a frame (60 a second), never one an exit; `console` likewise; `screen` at most 20 a second.
 */
export const EVENTS = {
  'pacifica/stopped': SESSION_STATE,
  'pacifica/running': SESSION_STATE,
  'pacifica/exits': SESSION_STATE,
  'pacifica/console': CONSOLE_OUTPUT,
  'pacifica/screen': SCREEN_UPDATE,
} as const;

type Shape<C> = C extends Check<infer T> ? T : never;
export type RequestName = keyof typeof REQUESTS;
export type EventName = keyof typeof EVENTS;
export type Question<R extends RequestName> = Shape<(typeof REQUESTS)[R]['question']>;
export type Answer<R extends RequestName> = Shape<(typeof REQUESTS)[R]['answer']>;
export type EventBody<E extends EventName> = Shape<(typeof EVENTS)[E]>;
/** The answering side: one function a request; leave one out and it does not compile. */
export type Answers = { readonly [R in RequestName]: (question: Question<R>) => Answer<R> | Promise<Answer<R>> };

export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(REQUESTS, name);
}
export function isEventName(name: string): name is EventName {
  return Object.hasOwn(EVENTS, name);
}

/** A body as it goes on the wire. */
export function sealed<T extends object>(body: T): T & { readonly v: number } {
  return { ...body, v: PROTOCOL_VERSION };
}

function opened<T>(name: string, check: Check<T>, body: unknown): T {
  const version = typeof body === 'object' && body !== null ? (body as { v?: unknown }).v : undefined;
  if (version !== PROTOCOL_VERSION)
    throw new ProtocolError(`${name}: version ${String(version)}, this side speaks ${PROTOCOL_VERSION}`);
  check(body, name);
  return body as T;
}

/** The question of a request, checked. Throws ProtocolError. */
export function openQuestion<R extends RequestName>(name: R, body: unknown): Question<R> {
  return opened(name, REQUESTS[name].question as Check<Question<R>>, body);
}
/** The answer to a request, checked. Throws ProtocolError. */
export function openAnswer<R extends RequestName>(name: R, body: unknown): Answer<R> {
  return opened(name, REQUESTS[name].answer as Check<Answer<R>>, body);
}
/** The body of an event, checked. Throws ProtocolError. */
export function openEvent<E extends EventName>(name: E, body: unknown): EventBody<E> {
  return opened(name, EVENTS[name] as Check<EventBody<E>>, body);
}
