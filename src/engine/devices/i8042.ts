import type { VirtualTime } from '../bus/clock';
import { type AccessSize, type IrqLine, type PortDevice, type PortRange, UNCONNECTED } from '../bus/device';
import {
  type DeviceState,
  FLAG,
  type StateOf,
  U8,
  bytes,
  integer,
  list,
  loadFields,
  record,
  saveFields,
} from '../bus/device-state';
import { PS2_KEYBOARD_STATE, Ps2Keyboard } from './ps2-keyboard';
import { type KeyCode, RELEASED, translated } from './scan-codes';

const DATA_PORT = 0x60;
const STATUS_PORT = 0x64;

const STATUS = {
  OUTPUT_FULL: 0x01,
  SYSTEM: 0x04,
  COMMAND: 0x08,
  NOT_INHIBITED: 0x10,
  FROM_AUX: 0x20,
  TIMEOUT: 0x40,
} as const;

/** The command byte: byte 0 of the controller's RAM. */
const MODE = {
  KEYBOARD_INTERRUPT: 0x01,
  AUX_INTERRUPT: 0x02,
  SYSTEM: 0x04,
  NO_KEYBOARD: 0x10,
  NO_AUX: 0x20,
  TRANSLATE: 0x40,
} as const;

const COMMAND = {
  READ_RAM: 0x20,
  WRITE_RAM: 0x60,
  TEST_PASSWORD: 0xa4,
  DISABLE_AUX: 0xa7,
  ENABLE_AUX: 0xa8,
  TEST_AUX: 0xa9,
  SELF_TEST: 0xaa,
  TEST_KEYBOARD: 0xab,
  DISABLE_KEYBOARD: 0xad,
  ENABLE_KEYBOARD: 0xae,
  READ_INPUT_PORT: 0xc0,
  READ_OUTPUT_PORT: 0xd0,
  WRITE_OUTPUT_PORT: 0xd1,
  WRITE_KEYBOARD_BUFFER: 0xd2,
  WRITE_AUX_BUFFER: 0xd3,
  WRITE_AUX: 0xd4,
  CLOSE_A20: 0xdd,
  OPEN_A20: 0xdf,
  READ_TEST_INPUTS: 0xe0,
  PULSE: 0xf0,
} as const;

const SELF_TEST_PASSED = 0x55;
const NO_PASSWORD = 0xf1;
const LINES_GOOD = 0x00;
/** Of a device that does not answer. */
const NO_ANSWER = 0xfe;
/** The keyboard is not locked. */
const INPUT_PORT = 0x80;
const TEST_CLOCK = 0x01;
const TEST_DATA = 0x02;
/** Output port: bit 0 low resets the processor, bit 1 is A20, bits 4 and 5 the interrupts, the others idle lines. */
const OUTPUT_PORT = { NOT_RESET: 0x01, A20: 0x02, KEYBOARD_IRQ: 0x10, AUX_IRQ: 0x20, IDLE: 0xcc } as const;

const RAM_BYTES = 32;
/** Bytes of its own that the controller keeps for a reader who does not come. */
const REPLIES = 16;

/** A byte for the output buffer: bits 7–0, and whether it is the aux port's, and late. */
const FROM_AUX = 0x100;
const TIMED_OUT = 0x200;

const I8042_STATE = {
  ram: bytes(RAM_BYTES),
  /** Output buffer and its flags as above; `full` says whether it holds a byte. */
  output: integer(0, 0x3ff),
  full: FLAG,
  /** What the controller itself has to say next. */
  replies: list(integer(0, 0x3ff), REPLIES),
  /** The command whose data byte comes next through port 60h, or 0. */
  command: U8,
  lastWasCommand: FLAG,
  /** F0h came from the keyboard: the next code is of a key let go. */
  released: FLAG,
  keyboardIrq: FLAG,
  auxIrq: FLAG,
  keyboard: record(PS2_KEYBOARD_STATE),
};

/** The latch behind the processor's A20M pin. */
export interface A20Latch {
  a20Enabled: boolean;
}

export interface I8042Wires {
  name?: string;
  time: VirtualTime;
  /** IRQ 1 and IRQ 12. */
  keyboardIrq?: IrqLine;
  auxIrq?: IrqLine;
  /** There is an aux port; nothing is plugged into it. */
  aux?: boolean;
  a20?: A20Latch;
  /** Bit 0 of the output port went low. */
  onReset?: () => void;
}

/**
 * The 8042 keyboard controller of a PC (ports 60h and 64h) with a PS/2 keyboard.
 *
 * It works at once: the input buffer is always empty, and a byte comes into the output buffer as soon as there is room. After RESET
 * it stands as firmware leaves it: tested, translating, the keyboard and its interrupt enabled.
 */
export class I8042 implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [
    { base: DATA_PORT, count: 1 },
    { base: STATUS_PORT, count: 1 },
  ];
  readonly keyboard: Ps2Keyboard;
  private readonly keyboardIrq: IrqLine;
  private readonly auxIrq: IrqLine;
  private readonly aux: boolean;
  private reg: Omit<StateOf<typeof I8042_STATE>, 'keyboard'>;

  constructor(private readonly wires: I8042Wires) {
    this.name = wires.name ?? 'keyboard controller';
    this.keyboardIrq = wires.keyboardIrq ?? UNCONNECTED;
    this.auxIrq = wires.auxIrq ?? UNCONNECTED;
    this.aux = wires.aux ?? false;
    this.keyboard = new Ps2Keyboard(this.name, wires.time, () => this.update());
    this.reg = this.afterFirmware();
  }

  press(key: KeyCode): void {
    this.keyboard.press(key);
  }

  release(key: KeyCode): void {
    this.keyboard.release(key);
  }

  readPort(port: number): number {
    const { reg } = this;
    if (port === STATUS_PORT) return this.status;
    const byte = reg.output & 0xff;
    if (reg.full) {
      reg.full = false;
      // The interrupt falls even where the next byte waits: the other end counts edges.
      this.driveInterrupts();
      this.update();
    }
    return byte;
  }

  writePort(port: number, _size: AccessSize, value: number): void {
    const { reg } = this;
    if (port === STATUS_PORT) {
      reg.lastWasCommand = true;
      reg.command = 0;
      this.execute(value);
    } else {
      reg.lastWasCommand = false;
      const command = reg.command;
      reg.command = 0;
      this.data(command, value);
    }
    this.update();
  }

  reset(): void {
    this.keyboard.reset();
    this.reg = { ...this.afterFirmware(), keyboardIrq: this.reg.keyboardIrq, auxIrq: this.reg.auxIrq };
    this.update();
  }

  saveState(): DeviceState {
    return saveFields('i8042', I8042_STATE, { ...this.reg, keyboard: this.keyboard.reg });
  }

  loadState(saved: DeviceState): void {
    const { keyboard, ...reg } = loadFields('i8042', I8042_STATE, saved);
    this.reg = reg;
    this.keyboard.reg = keyboard;
  }

  private afterFirmware(): Omit<StateOf<typeof I8042_STATE>, 'keyboard'> {
    const ram = new Uint8Array(RAM_BYTES);
    ram[0] = MODE.KEYBOARD_INTERRUPT | MODE.SYSTEM | MODE.TRANSLATE | (this.aux ? MODE.NO_AUX : 0);
    return {
      ram,
      output: 0,
      full: false,
      replies: [],
      command: 0,
      lastWasCommand: true,
      released: false,
      keyboardIrq: false,
      auxIrq: false,
    };
  }

  private get mode(): number {
    return this.reg.ram[0]!;
  }

  private setMode(set: number, clear = 0): void {
    this.reg.ram[0] = (this.mode & ~clear) | set;
  }

  private get status(): number {
    const { full, output, lastWasCommand } = this.reg;
    return (
      STATUS.NOT_INHIBITED |
      (full ? STATUS.OUTPUT_FULL : 0) |
      (this.mode & MODE.SYSTEM ? STATUS.SYSTEM : 0) |
      (lastWasCommand ? STATUS.COMMAND : 0) |
      (full && output & FROM_AUX ? STATUS.FROM_AUX : 0) |
      (full && output & TIMED_OUT ? STATUS.TIMEOUT : 0)
    );
  }

  private execute(command: number): void {
    const { reg } = this;
    if (command >= COMMAND.PULSE) {
      // A zero pulses its line: only the reset line leads anywhere.
      if ((command & OUTPUT_PORT.NOT_RESET) === 0) this.wires.onReset?.();
      return;
    }
    if (command >= COMMAND.READ_RAM && command < COMMAND.READ_RAM + RAM_BYTES) {
      return this.reply(reg.ram[command - COMMAND.READ_RAM]!);
    }
    if (command >= COMMAND.WRITE_RAM && command < COMMAND.WRITE_RAM + RAM_BYTES) {
      reg.command = command;
      return;
    }
    switch (command) {
      case COMMAND.TEST_PASSWORD:
        return this.reply(NO_PASSWORD);
      case COMMAND.DISABLE_AUX:
        if (this.aux) this.setMode(MODE.NO_AUX);
        return;
      case COMMAND.ENABLE_AUX:
        this.setMode(0, MODE.NO_AUX);
        return;
      case COMMAND.TEST_AUX:
        if (this.aux) this.reply(LINES_GOOD);
        return;
      case COMMAND.SELF_TEST:
        this.setMode(MODE.SYSTEM);
        return this.reply(SELF_TEST_PASSED);
      case COMMAND.TEST_KEYBOARD:
        return this.reply(LINES_GOOD);
      case COMMAND.DISABLE_KEYBOARD:
        return this.setMode(MODE.NO_KEYBOARD);
      case COMMAND.ENABLE_KEYBOARD:
        return this.setMode(0, MODE.NO_KEYBOARD);
      case COMMAND.READ_INPUT_PORT:
        return this.reply(INPUT_PORT);
      case COMMAND.READ_OUTPUT_PORT:
        return this.reply(this.outputPort);
      case COMMAND.WRITE_OUTPUT_PORT:
      case COMMAND.WRITE_KEYBOARD_BUFFER:
        reg.command = command;
        return;
      case COMMAND.WRITE_AUX_BUFFER:
      case COMMAND.WRITE_AUX:
        // Without the port these are no commands: the byte that follows is the keyboard's.
        if (this.aux) reg.command = command;
        return;
      case COMMAND.CLOSE_A20:
        return this.setA20(false);
      case COMMAND.OPEN_A20:
        return this.setA20(true);
      case COMMAND.READ_TEST_INPUTS:
        return this.reply(TEST_DATA | (this.mode & MODE.NO_KEYBOARD ? 0 : TEST_CLOCK));
    }
  }

  private data(command: number, byte: number): void {
    if (command >= COMMAND.WRITE_RAM && command < COMMAND.WRITE_RAM + RAM_BYTES) {
      this.reg.ram[command - COMMAND.WRITE_RAM] =
        command === COMMAND.WRITE_RAM && !this.aux ? byte & ~MODE.NO_AUX : byte;
      return;
    }
    switch (command) {
      case COMMAND.WRITE_OUTPUT_PORT:
        this.setA20((byte & OUTPUT_PORT.A20) !== 0);
        if ((byte & OUTPUT_PORT.NOT_RESET) === 0) this.wires.onReset?.();
        return;
      case COMMAND.WRITE_KEYBOARD_BUFFER:
        return this.reply(byte);
      case COMMAND.WRITE_AUX_BUFFER:
        return this.reply(byte | FROM_AUX);
      case COMMAND.WRITE_AUX:
        this.setMode(0, MODE.NO_AUX);
        return this.reply(NO_ANSWER | FROM_AUX | TIMED_OUT);
      default:
        // Sending to the keyboard lets its clock go.
        this.setMode(0, MODE.NO_KEYBOARD);
        this.keyboard.receive(byte);
    }
  }

  private reply(value: number): void {
    if (this.reg.replies.length < REPLIES) this.reg.replies.push(value);
  }

  private get outputPort(): number {
    const { keyboardIrq, auxIrq } = this.reg;
    return (
      OUTPUT_PORT.IDLE |
      OUTPUT_PORT.NOT_RESET |
      ((this.wires.a20?.a20Enabled ?? true) ? OUTPUT_PORT.A20 : 0) |
      (keyboardIrq ? OUTPUT_PORT.KEYBOARD_IRQ : 0) |
      (auxIrq ? OUTPUT_PORT.AUX_IRQ : 0)
    );
  }

  private setA20(open: boolean): void {
    if (this.wires.a20) this.wires.a20.a20Enabled = open;
  }

  /** Fills an empty output buffer with what waits, the controller's own first, and lets the wires follow. */
  private update(): void {
    const { reg, keyboard } = this;
    if (!reg.full && reg.replies.length > 0) this.fill(reg.replies.shift()!);
    while (!reg.full && (this.mode & MODE.NO_KEYBOARD) === 0 && keyboard.hasOutput) {
      const byte = keyboard.take();
      if ((this.mode & MODE.TRANSLATE) === 0) this.fill(byte);
      else if (byte === RELEASED) reg.released = true;
      else {
        this.fill(translated(byte) | (reg.released ? 0x80 : 0));
        reg.released = false;
      }
    }
    this.driveInterrupts();
  }

  private fill(value: number): void {
    this.reg.output = value;
    this.reg.full = true;
  }

  private driveInterrupts(): void {
    const { reg, mode } = this;
    const fromAux = (reg.output & FROM_AUX) !== 0;
    const keyboard = reg.full && !fromAux && (mode & MODE.KEYBOARD_INTERRUPT) !== 0;
    const aux = reg.full && fromAux && (mode & MODE.AUX_INTERRUPT) !== 0;
    if (keyboard !== reg.keyboardIrq) {
      reg.keyboardIrq = keyboard;
      this.keyboardIrq.set(keyboard);
    }
    if (aux !== reg.auxIrq) {
      reg.auxIrq = aux;
      this.auxIrq.set(aux);
    }
  }
}
