/** The debuggee's console, COM1 or a virtio console: what it sends comes as `pacifica/console`, what the user types goes back. */
import { base64, object } from './check';
import type { Check } from './check';
import type { Base64 } from './codec';

/** Bytes the debuggee wrote to either, in order, batched, at most one event a frame. */
export interface ConsoleOutput {
  readonly bytes: Base64;
}
/** `pacifica/consoleInput`: bytes for its receiver, in order; what finds no room waits. */
export interface ConsoleInputQuestion {
  readonly bytes: Base64;
}
export type ConsoleInputAnswer = Record<string, never>;

export const CONSOLE_OUTPUT: Check<ConsoleOutput> = object<ConsoleOutput>({ bytes: base64() });
export const CONSOLE_INPUT_QUESTION: Check<ConsoleInputQuestion> = object<ConsoleInputQuestion>({ bytes: base64() });
export const CONSOLE_INPUT_ANSWER: Check<ConsoleInputAnswer> = object<ConsoleInputAnswer>({});
