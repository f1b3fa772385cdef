/**
 * The text screens of the debuggee (VGA): what changes on one that is looked at comes as `pacifica/screen`, what is typed at it goes to
 * its keyboard. Software on the bare machine has one; under the built-in hypervisor each guest has its own.
 */
import { base64, flag, list, nullable, object, optional, text, whole } from './check';
import type { Check } from './check';
import type { Base64 } from './codec';

export interface ScreenRow {
  readonly row: number;
  /** A character a column. */
  readonly text: string;
  /** An attribute a column: foreground in bits 3–0, background in 6–4, and bit 7. */
  readonly attributes: Base64;
}

export interface ScreenUpdate {
  /** Whose screen: the id of a guest, or null for the machine's own. */
  readonly guest: number | null;
  /** What to call the guest where there are several; else null. */
  readonly name: string | null;
  /** All rows come: the first update, one after a change of the mode. */
  readonly whole: boolean;
  readonly columns: number;
  readonly lines: number;
  /** Those that have changed. */
  readonly rows: readonly ScreenRow[];
  /** Null: hidden. `block`: it fills at least half of its cell. */
  readonly cursor: { readonly column: number; readonly row: number; readonly block: boolean } | null;
  /** Nothing is to be seen. */
  readonly blank: boolean;
  /** Bit 7 of an attribute blinks, else it is one of the background's colour. */
  readonly blinks: boolean;
  /** The 16 colours: 8 bits each of red, green and blue, red highest. */
  readonly colours: readonly number[];
}

/** `pacifica/screen`: begins to look, or ends. Without `guest`: the screen the debugger looks at. */
export interface ScreenQuestion {
  readonly guest?: number | null;
  readonly watch: boolean;
}
/** Null where one ends to look. */
export interface ScreenAnswer {
  readonly screen: ScreenUpdate | null;
}

/** `pacifica/screenInput`: what a terminal sends when keys are pressed in it, for the keyboard beside a screen. */
export interface ScreenInputQuestion {
  readonly guest: number | null;
  readonly text: string;
}
export interface ScreenInputAnswer {
  /** Characters that no key of the keyboard gives; empty: all were typed. */
  readonly unknown: string;
}

const CURSOR = object<NonNullable<ScreenUpdate['cursor']>>({ column: whole, row: whole, block: flag });
const SCREEN_ROW = object<ScreenRow>({ row: whole, text, attributes: base64() });
export const SCREEN_UPDATE: Check<ScreenUpdate> = object<ScreenUpdate>({
  guest: nullable(whole),
  name: nullable(text),
  whole: flag,
  columns: whole,
  lines: whole,
  rows: list(SCREEN_ROW),
  cursor: nullable(CURSOR),
  blank: flag,
  blinks: flag,
  colours: list(whole),
});
export const SCREEN_QUESTION: Check<ScreenQuestion> = object<ScreenQuestion>({
  guest: optional(nullable(whole)),
  watch: flag,
});
export const SCREEN_ANSWER: Check<ScreenAnswer> = object<ScreenAnswer>({ screen: nullable(SCREEN_UPDATE) });
export const SCREEN_INPUT_QUESTION: Check<ScreenInputQuestion> = object<ScreenInputQuestion>({
  guest: nullable(whole),
  text,
});
export const SCREEN_INPUT_ANSWER: Check<ScreenInputAnswer> = object<ScreenInputAnswer>({ unknown: text });
