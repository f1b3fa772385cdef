/**
 * What a terminal sends, as strokes on a PC's keyboard with the US layout: characters, controls, and the sequences that terminals of
 * xterm's kind send for keys without a character.
 */
import { type KeyCode, breakCodes, makeCodes } from '../engine/devices/scan-codes';

/** What is held while a key is struck. */
interface Held {
  readonly shift?: boolean;
  readonly alt?: boolean;
  readonly control?: boolean;
}
interface Stroke extends Held {
  readonly key: KeyCode;
}

export interface Typed {
  /** Codes of set 2, of keys pressed and let go. */
  readonly codes: readonly number[];
  /** Characters that are on no key. */
  readonly unknown: string;
}

const ESCAPE = '\x1b';

/** The keys of the US layout that bear two characters: without and with shift. */
const TWO_CHARACTERS = {
  Backquote: '`~',
  Digit1: '1!',
  Digit2: '2@',
  Digit3: '3#',
  Digit4: '4$',
  Digit5: '5%',
  Digit6: '6^',
  Digit7: '7&',
  Digit8: '8*',
  Digit9: '9(',
  Digit0: '0)',
  Minus: '-_',
  Equal: '=+',
  BracketLeft: '[{',
  BracketRight: ']}',
  Backslash: '\\|',
  Semicolon: ';:',
  Quote: '\'"',
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
} as const satisfies Partial<Record<KeyCode, string>>;

/** Characters that are keys of their own, or of a key held with Ctrl. */
const CONTROLS = {
  '\x00': { key: 'Space', control: true },
  '\t': { key: 'Tab' },
  '\n': { key: 'Enter' },
  '\r': { key: 'Enter' },
  '\x1b': { key: 'Escape' },
  '\x1c': { key: 'Backslash', control: true },
  '\x1d': { key: 'BracketRight', control: true },
  '\x1e': { key: 'Digit6', control: true },
  '\x1f': { key: 'Minus', control: true },
  ' ': { key: 'Space' },
  '\x7f': { key: 'Backspace' },
} as const satisfies Record<string, Stroke>;

/** By the last character of `ESC [` or `ESC O`. */
const BY_LETTER = {
  A: 'ArrowUp',
  B: 'ArrowDown',
  C: 'ArrowRight',
  D: 'ArrowLeft',
  H: 'Home',
  F: 'End',
  P: 'F1',
  Q: 'F2',
  R: 'F3',
  S: 'F4',
  Z: 'Tab',
} as const satisfies Record<string, KeyCode>;

/** By the number of `ESC [ n ~`. */
const BY_NUMBER = {
  1: 'Home',
  2: 'Insert',
  3: 'Delete',
  4: 'End',
  5: 'PageUp',
  6: 'PageDown',
  11: 'F1',
  12: 'F2',
  13: 'F3',
  14: 'F4',
  15: 'F5',
  17: 'F6',
  18: 'F7',
  19: 'F8',
  20: 'F9',
  21: 'F10',
  23: 'F11',
  24: 'F12',
} as const satisfies Record<number, KeyCode>;

const SEQUENCE = /^\x1b(?:O([A-Z])|\[(\d*)(?:;(\d+))?([A-Z~]))/;
/** Bits of a sequence's second number less one. */
const MODIFIERS = { SHIFT: 1, ALT: 2, CONTROL: 4 } as const;

const STROKES: ReadonlyMap<string, Stroke> = new Map(allStrokes());

function* allStrokes(): Iterable<[string, Stroke]> {
  for (let n = 0; n < 26; n++) {
    const letter = String.fromCharCode(0x41 + n);
    const key = `Key${letter}` as KeyCode;
    yield [letter, { key, shift: true }];
    yield [letter.toLowerCase(), { key }];
    yield [String.fromCharCode(n + 1), { key, control: true }];
  }
  for (const [key, [plain, shifted]] of Object.entries(TWO_CHARACTERS) as [KeyCode, string][]) {
    yield [plain!, { key }];
    yield [shifted!, { key, shift: true }];
  }
  yield* Object.entries(CONTROLS);
}

/** Whatever a terminal has sent at one go. */
export function keystrokes(text: string): Typed {
  const codes: number[] = [];
  let unknown = '';
  for (let rest = text; rest !== '';) {
    const { stroke, length } = nextStroke(rest);
    if (stroke) codes.push(...codesOf(stroke));
    else unknown += rest.slice(0, length);
    rest = rest.slice(length);
  }
  return { codes, unknown };
}

function nextStroke(text: string): { readonly stroke: Stroke | undefined; readonly length: number } {
  const sequence = SEQUENCE.exec(text);
  if (sequence) return { stroke: strokeOf(sequence), length: sequence[0].length };
  const [first = '', second] = text;
  if (first !== ESCAPE || second === undefined) return { stroke: STROKES.get(first), length: first.length };
  const stroke = STROKES.get(second);
  return { stroke: stroke && { ...stroke, alt: true }, length: first.length + second.length };
}

function strokeOf([, alone, number, modifiers, last]: RegExpExecArray): Stroke | undefined {
  const letter = (alone ?? last) as keyof typeof BY_LETTER;
  const key: KeyCode | undefined =
    last === '~' ? BY_NUMBER[Number(number) as keyof typeof BY_NUMBER] : BY_LETTER[letter];
  if (!key) return undefined;
  const held = modifiers === undefined ? 0 : Number(modifiers) - 1;
  return {
    key,
    shift: (held & MODIFIERS.SHIFT) !== 0 || letter === 'Z',
    alt: (held & MODIFIERS.ALT) !== 0,
    control: (held & MODIFIERS.CONTROL) !== 0,
  };
}

/** The held keys go down first and come up last. */
function codesOf({ key, shift, alt, control }: Stroke): number[] {
  const held: KeyCode[] = [];
  if (control) held.push('ControlLeft');
  if (alt) held.push('AltLeft');
  if (shift) held.push('ShiftLeft');
  return [
    ...held.flatMap((each) => [...makeCodes(each)]),
    ...makeCodes(key),
    ...breakCodes(key),
    ...held.reverse().flatMap((each) => [...breakCodes(each)]),
  ];
}
