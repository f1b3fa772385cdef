import type { Alarm, VirtualTime } from '../bus/clock';
import { FLAG, type StateOf, TEXT, U8, integer, list } from '../bus/device-state';
import { type KeyCode, RELEASED, breakCodes, isKeyCode, isPrefix, makeCodes, translated } from './scan-codes';

const ACK = 0xfa;
const RESEND = 0xfe;
const ECHO = 0xee;
const SELF_TEST_PASSED = 0xaa;
const IDENTITY = [0xab, 0x83] as const;

const COMMAND = {
  SET_LEDS: 0xed,
  ECHO: 0xee,
  SCAN_CODE_SET: 0xf0,
  IDENTIFY: 0xf2,
  TYPEMATIC: 0xf3,
  ENABLE: 0xf4,
  DISABLE: 0xf5,
  DEFAULTS: 0xf6,
  RESEND: 0xfe,
  RESET: 0xff,
} as const;

/** Half a second, then 10.9 characters a second. */
const TYPEMATIC_DEFAULT = 0x2b;
const MS = 1_000_000;
/** The unit of the typematic period, 1/240 s. */
const TYPEMATIC_UNIT = 1_000_000_000 / 240;
/** Bytes of keys the keyboard remembers; one more is an overrun. */
const BUFFER = 16;
/** Answers to commands come before keys and are never lost: the longest is three bytes. */
const ANSWERS = 3;
const OVERRUN_SET_1 = 0xff;
const OVERRUN_SET_2 = 0x00;

export const PS2_KEYBOARD_STATE = {
  answers: list(U8, ANSWERS),
  keys: list(U8, BUFFER),
  /** Codes of set 2 that hands have in mind and the buffer has no room for yet. */
  typed: list(U8),
  /** The command whose parameter comes next, or 0. */
  command: U8,
  scanning: FLAG,
  scanCodeSet: integer(1, 2),
  /** Scroll, num and caps lock in bits 0, 1, 2. */
  leds: integer(0, 7),
  typematic: integer(0, 0x7f),
  /** The key that repeats while it is held, or nothing. */
  held: TEXT,
  /** The last byte sent, for a resend. */
  last: U8,
};

/**
 * A PS/2 keyboard: it sends scan codes of set 2, or of set 1, and repeats the key held last. Bytes wait in it until the controller
 * takes them. Keys of the middle blocks never bring the shifts that old programs see with them.
 */
export class Ps2Keyboard {
  reg: StateOf<typeof PS2_KEYBOARD_STATE> = powerOn();
  private readonly time: VirtualTime;
  private readonly repeat: Alarm;

  /** @param ready told when a byte waits that may be taken */
  constructor(
    name: string,
    time: VirtualTime,
    private readonly ready: () => void,
  ) {
    this.time = time;
    this.repeat = time.alarm(`${name} typematic`, (due) => this.repeatKey(due));
  }

  /** The lamps: bit 0 scroll lock, bit 1 num lock, bit 2 caps lock. */
  get leds(): number {
    return this.reg.leds;
  }

  press(key: KeyCode): void {
    if (!this.reg.scanning) return;
    this.queue(makeCodes(key));
    if (key === 'Pause') this.repeat.cancel();
    else {
      this.reg.held = key;
      this.repeat.at(this.time.now + ((this.reg.typematic >> 5) + 1) * 250 * MS);
    }
    this.ready();
  }

  release(key: KeyCode): void {
    if (this.reg.held === key) this.letGo();
    if (!this.reg.scanning) return;
    this.queue(breakCodes(key));
    this.ready();
  }

  /** Hands that never type faster than the keyboard can tell: codes of set 2, each of which waits until the buffer is empty. */
  type(codes: Iterable<number>): void {
    this.reg.typed.push(...codes);
    this.feed();
    this.ready();
  }

  get hasOutput(): boolean {
    return this.reg.answers.length > 0 || this.reg.keys.length > 0;
  }

  /** The next byte on the wire; only while `hasOutput`. */
  take(): number {
    const { reg } = this;
    const byte = (reg.answers.length > 0 ? reg.answers : reg.keys).shift() ?? 0;
    if (byte !== RESEND) reg.last = byte;
    this.feed();
    return byte;
  }

  /** A byte from the controller. */
  receive(byte: number): void {
    const { reg } = this;
    const command = reg.command;
    reg.command = 0;
    // Every command ends the answer to the one before.
    reg.answers.length = 0;
    // What cannot be a parameter is a command.
    if (command !== 0 && byte < 0x80) this.parameter(command, byte);
    else this.execute(byte);
    this.feed();
    this.ready();
  }

  /** What hands have in mind outlasts it. */
  reset(): void {
    this.reg = { ...powerOn(), typed: this.reg.typed };
    this.repeat.cancel();
    this.feed();
  }

  private parameter(command: number, byte: number): void {
    const { reg } = this;
    switch (command) {
      case COMMAND.SET_LEDS:
        reg.leds = byte & 7;
        break;
      case COMMAND.TYPEMATIC:
        reg.typematic = byte;
        break;
      case COMMAND.SCAN_CODE_SET:
        if (byte > 2) {
          reg.answers = [RESEND];
          return;
        }
        if (byte === 0) {
          reg.answers = [ACK, reg.scanCodeSet];
          return;
        }
        reg.scanCodeSet = byte;
        reg.keys.length = 0;
    }
    reg.answers = [ACK];
  }

  private execute(byte: number): void {
    const { reg } = this;
    switch (byte) {
      case COMMAND.SET_LEDS:
      case COMMAND.SCAN_CODE_SET:
      case COMMAND.TYPEMATIC:
        reg.command = byte;
        break;
      case COMMAND.ECHO:
        reg.answers = [ECHO];
        return;
      case COMMAND.IDENTIFY:
        reg.answers = [ACK, ...IDENTITY];
        return;
      case COMMAND.ENABLE:
        reg.keys.length = 0;
        reg.scanning = true;
        break;
      case COMMAND.DISABLE:
      case COMMAND.DEFAULTS:
        this.defaults();
        reg.scanning = byte === COMMAND.DEFAULTS;
        break;
      case COMMAND.RESEND:
        reg.answers = [reg.last];
        return;
      case COMMAND.RESET:
        this.reset();
        this.reg.answers = [ACK, SELF_TEST_PASSED];
        return;
      default:
        reg.answers = [RESEND];
        return;
    }
    reg.answers = [ACK];
  }

  private defaults(): void {
    const { reg } = this;
    reg.typematic = TYPEMATIC_DEFAULT;
    reg.scanCodeSet = 2;
    reg.keys.length = 0;
    this.letGo();
  }

  private letGo(): void {
    this.reg.held = '';
    this.repeat.cancel();
  }

  private repeatKey(due: number): void {
    const { held, typematic, keys } = this.reg;
    if (!isKeyCode(held)) return;
    const period = (((typematic & 7) + 8) << ((typematic >> 3) & 3)) * TYPEMATIC_UNIT;
    this.repeat.at(due + Math.floor(period));
    // A repetition nobody has taken yet is not repeated.
    if (keys.length > 0) return;
    this.queue(makeCodes(held));
    this.ready();
  }

  private feed(): void {
    const { keys, typed, scanning } = this.reg;
    if (!scanning || keys.length > 0 || typed.length === 0) return;
    const end = typed.findIndex((code) => !isPrefix(code)) + 1;
    if (end > 0) this.queue(typed.splice(0, end));
  }

  private queue(codes: readonly number[]): void {
    const { keys, scanCodeSet } = this.reg;
    const bytes = scanCodeSet === 1 ? toSet1(codes) : codes;
    if (keys.length + bytes.length < BUFFER) keys.push(...bytes);
    // The last place tells of what was lost.
    else if (keys.length < BUFFER) keys.push(scanCodeSet === 1 ? OVERRUN_SET_1 : OVERRUN_SET_2);
  }
}

function toSet1(codes: readonly number[]): number[] {
  const bytes: number[] = [];
  let released = 0;
  for (const code of codes) {
    if (code === RELEASED) {
      released = 0x80;
      continue;
    }
    bytes.push(translated(code) | released);
    released = 0;
  }
  return bytes;
}

function powerOn(): StateOf<typeof PS2_KEYBOARD_STATE> {
  return {
    answers: [],
    keys: [],
    typed: [],
    command: 0,
    scanning: true,
    scanCodeSet: 2,
    leds: 0,
    typematic: TYPEMATIC_DEFAULT,
    held: '',
    last: SELF_TEST_PASSED,
  };
}
