import { COUNT, FLAG, type StateOf, U16, U8, integer } from '../bus/device-state';

/** Control word, without the channel in bits 7–6. */
export const CONTROL = { BCD: 1 << 0, MODE: 7 << 1, ACCESS: 3 << 4, ALL: 0x3f } as const;
const ACCESS_LOW = 1;
const ACCESS_HIGH = 2;
const ACCESS_BOTH = 3;

/** The modes of counting, from bits 3–1 of the control word; bit 3 does not matter to modes 2 and 3. */
const MODE = {
  INTERRUPT_ON_TERMINAL_COUNT: 0,
  HARDWARE_RETRIGGERABLE_ONE_SHOT: 1,
  RATE_GENERATOR: 2,
  SQUARE_WAVE: 3,
  SOFTWARE_TRIGGERED_STROBE: 4,
  HARDWARE_TRIGGERED_STROBE: 5,
} as const;

const STATUS = { OUT: 1 << 7, NULL_COUNT: 1 << 6 } as const;

export const PIT_CHANNEL_STATE = {
  /** The channel has lived through this many pulses of CLK. */
  tick: COUNT,
  control: integer(0, CONTROL.ALL),
  gate: FLAG,
  out: FLAG,
  /** Count register: what is loaded into the counting element. */
  cr: U16,
  /** The low byte of a count whose high byte has yet to come. */
  lowByte: U8,
  highByteNext: FLAG,
  /** Counting element, from N downward; the whole modulus reads as 0. */
  ce: integer(0, 0x1_0000),
  /** The count it was loaded from is odd. */
  oddCount: FLAG,
  /** The count register was written and has not yet been loaded. */
  nullCount: FLAG,
  /** A count was written since the last control word. */
  written: FLAG,
  /** The next pulse of CLK loads the counting element. */
  load: FLAG,
  /** The counting element was loaded since the last control word and counts, gate permitting. */
  counting: FLAG,
  /** OUT has yet to answer the end of this count (modes 0, 1, 4, 5). */
  armed: FLAG,
  /** OUT is low for one pulse of CLK (modes 4, 5). */
  strobe: FLAG,
  /** Output latch: bytes held back by a latch command, and how many of them are unread. */
  latch: U16,
  latchedBytes: integer(0, 2),
  readHighNext: FLAG,
  status: U8,
  statusLatched: FLAG,
};

/**
 * One counter of an 8254, a function of the pulses of CLK. A count that is written is loaded by the next pulse; `run`
 * lives through pulses one by one only where something other than plain counting happens.
 */
export class PitChannel {
  reg: StateOf<typeof PIT_CHANNEL_STATE>;

  /**
   * @param gate level of the GATE input after power-up
   * @param output told of each change of OUT
   */
  constructor(
    gate: boolean,
    private readonly output: (level: boolean) => void,
  ) {
    this.reg = afterPowerUp(0, gate);
  }

  /** Lives up to pulse number `tick` of CLK. */
  run(tick: number): void {
    const { reg } = this;
    while (reg.tick < tick) {
      this.skipPeriods(tick);
      const plain = Math.min(this.plainPulses(), tick - reg.tick);
      if (plain > 0) {
        this.count(plain);
        reg.tick += plain;
      } else {
        reg.tick++;
        this.pulse();
      }
    }
  }

  /** The pulse before which OUT cannot change by itself, or Infinity. */
  get nextChange(): number {
    return this.reg.tick + this.plainPulses() + 1;
  }

  /** As after power-up, `tick` pulses into time; the level of GATE is its driver's. */
  reset(tick: number): void {
    const { gate, out } = this.reg;
    this.reg = afterPowerUp(tick, gate);
    if (!out) this.output(true);
  }

  writeControl(control: number): void {
    const { reg } = this;
    reg.control = control & CONTROL.ALL;
    reg.cr = 0;
    reg.nullCount = true;
    reg.highByteNext = reg.readHighNext = false;
    reg.latchedBytes = 0;
    reg.statusLatched = false;
    reg.written = reg.load = reg.counting = reg.armed = reg.strobe = false;
    this.setOut(this.mode !== MODE.INTERRUPT_ON_TERMINAL_COUNT);
  }

  writeCount(value: number): void {
    const { reg } = this;
    switch (this.access) {
      case ACCESS_LOW:
        return this.setCount(value);
      case ACCESS_HIGH:
        return this.setCount(value << 8);
      case ACCESS_BOTH:
        if (reg.highByteNext) {
          reg.highByteNext = false;
          return this.setCount((value << 8) | reg.lowByte);
        }
        reg.highByteNext = true;
        reg.lowByte = value;
        // Mode 0 stops with the first byte, and takes OUT low without waiting for CLK.
        if (this.mode === MODE.INTERRUPT_ON_TERMINAL_COUNT) {
          reg.counting = reg.load = reg.armed = false;
          this.setOut(false);
        }
    }
  }

  /** Counter latch command, and its twin in the read-back command. A count latched and unread stays. */
  latchCount(): void {
    const { reg } = this;
    if (reg.latchedBytes > 0) return;
    reg.latch = this.elementAsRead;
    reg.latchedBytes = this.access === ACCESS_BOTH ? 2 : 1;
  }

  latchStatus(): void {
    const { reg } = this;
    if (reg.statusLatched) return;
    reg.status = (reg.out ? STATUS.OUT : 0) | (reg.nullCount ? STATUS.NULL_COUNT : 0) | reg.control;
    reg.statusLatched = true;
  }

  read(): number {
    const { reg } = this;
    if (reg.statusLatched) {
      reg.statusLatched = false;
      return reg.status;
    }
    const both = this.access === ACCESS_BOTH;
    if (reg.latchedBytes > 0) {
      const high = both ? reg.latchedBytes === 1 : this.access === ACCESS_HIGH;
      reg.latchedBytes--;
      reg.readHighNext = false;
      return high ? reg.latch >> 8 : reg.latch & 0xff;
    }
    const high = both ? reg.readHighNext : this.access === ACCESS_HIGH;
    reg.readHighNext = both && !high;
    return high ? this.elementAsRead >> 8 : this.elementAsRead & 0xff;
  }

  setGate(level: boolean): void {
    const { reg } = this;
    if (reg.gate === level) return;
    reg.gate = level;
    if (this.periodic && !level) this.setOut(true);
    // A rising edge is the trigger of modes 1, 2, 3 and 5.
    if ((this.periodic || this.triggered) && level && reg.written) reg.load = true;
  }

  private get mode(): number {
    const mode = (this.reg.control & CONTROL.MODE) >> 1;
    return mode > MODE.HARDWARE_TRIGGERED_STROBE ? mode - 4 : mode;
  }

  /** Modes 2 and 3 load anew by themselves. */
  private get periodic(): boolean {
    return this.mode === MODE.RATE_GENERATOR || this.mode === MODE.SQUARE_WAVE;
  }

  /** Modes 1 and 5 are loaded by GATE, which does not stop them. */
  private get triggered(): boolean {
    return this.mode === MODE.HARDWARE_RETRIGGERABLE_ONE_SHOT || this.mode === MODE.HARDWARE_TRIGGERED_STROBE;
  }

  private get access(): number {
    return (this.reg.control & CONTROL.ACCESS) >> 4;
  }

  private get bcd(): boolean {
    return (this.reg.control & CONTROL.BCD) !== 0;
  }

  private get modulus(): number {
    return this.bcd ? 10_000 : 0x1_0000;
  }

  /** The programmed count N: 0 stands for the whole modulus. A count of 1, illegal in modes 2 and 3, acts as 2 there. */
  private get initialCount(): number {
    const { cr } = this.reg;
    const count = (this.bcd ? fromBcd(cr) : cr) || this.modulus;
    return this.periodic ? Math.max(count, 2) : count;
  }

  private get elementAsRead(): number {
    const count = this.reg.ce % this.modulus;
    return this.bcd ? toBcd(count) : count;
  }

  private setCount(value: number): void {
    const { reg } = this;
    const first = !reg.written;
    reg.cr = value;
    reg.nullCount = true;
    reg.written = true;
    if (this.mode === MODE.INTERRUPT_ON_TERMINAL_COUNT) this.setOut(false);
    // A running periodic channel takes the new count at its next reload, a triggered one at its next trigger.
    if (this.triggered || (this.periodic && !first)) return;
    reg.load = true;
  }

  private setOut(level: boolean): void {
    if (this.reg.out === level) return;
    this.reg.out = level;
    this.output(level);
  }

  /** Loads N. The square wave counts by twos, an odd N from N - 1. */
  private loadElement(): void {
    const { reg } = this;
    const count = this.initialCount;
    reg.oddCount = (count & 1) !== 0;
    reg.ce = this.mode === MODE.SQUARE_WAVE && reg.oddCount ? count - 1 : count;
    reg.nullCount = false;
  }

  private get stopped(): boolean {
    return !this.reg.counting || !(this.reg.gate || this.triggered);
  }

  /** How many pulses of CLK from here do nothing but count. */
  private plainPulses(): number {
    const { reg } = this;
    if (reg.load || reg.strobe) return 0;
    if (this.stopped) return Infinity;
    switch (this.mode) {
      case MODE.RATE_GENERATOR:
        return Math.max(reg.ce - 2, 0);
      case MODE.SQUARE_WAVE:
        return this.holdsExpired ? reg.ce / 2 : reg.ce / 2 - 1;
      default:
        return reg.armed ? reg.ce - 1 : Infinity;
    }
  }

  /** The high half of an odd square wave is one pulse longer: it shows the expired count, 0. */
  private get holdsExpired(): boolean {
    return this.reg.out && this.reg.oddCount;
  }

  private count(pulses: number): void {
    const { reg } = this;
    if (this.stopped) return;
    const left = reg.ce - (this.mode === MODE.SQUARE_WAVE ? 2 * pulses : pulses);
    reg.ce = left >= 0 ? left : modulo(left, this.modulus);
  }

  /** A pulse of CLK that is not plain: it loads the element, ends a strobe, or brings OUT to its next change. */
  private pulse(): void {
    const { reg } = this;
    if (reg.strobe) {
      reg.strobe = false;
      this.setOut(true);
    }
    if (reg.load) {
      reg.load = false;
      reg.counting = true;
      reg.armed = !this.periodic;
      this.loadElement();
      if (this.mode === MODE.HARDWARE_RETRIGGERABLE_ONE_SHOT) this.setOut(false);
      if (this.periodic) this.setOut(true);
      return;
    }
    if (this.stopped) return;
    switch (this.mode) {
      case MODE.RATE_GENERATOR:
        if (reg.ce === 1) {
          this.loadElement();
          this.setOut(true);
        } else {
          this.count(1);
          if (reg.ce === 1) this.setOut(false);
        }
        break;
      case MODE.SQUARE_WAVE:
        this.loadElement();
        this.setOut(!reg.out);
        break;
      default:
        this.count(1);
        if (reg.armed && reg.ce === 0) this.expire();
    }
  }

  /** Terminal count of modes 0, 1, 4 and 5: the element counts on, OUT answers once. */
  private expire(): void {
    const { reg, mode } = this;
    reg.armed = false;
    reg.strobe = mode === MODE.SOFTWARE_TRIGGERED_STROBE || mode === MODE.HARDWARE_TRIGGERED_STROBE;
    this.setOut(!reg.strobe);
  }

  /** Leaves out whole periods, but for the last, so that whoever watches OUT sees that it has moved. */
  private skipPeriods(tick: number): void {
    const { reg } = this;
    if (!this.periodic || this.stopped || reg.load || reg.nullCount) return;
    const period = this.initialCount;
    const periods = Math.floor((tick - reg.tick) / period) - 1;
    if (periods > 0) reg.tick += periods * period;
  }
}

function afterPowerUp(tick: number, gate: boolean): StateOf<typeof PIT_CHANNEL_STATE> {
  return {
    tick,
    control: 0,
    gate,
    out: true,
    cr: 0,
    lowByte: 0,
    highByteNext: false,
    ce: 0,
    oddCount: false,
    nullCount: true,
    written: false,
    load: false,
    counting: false,
    armed: false,
    strobe: false,
    latch: 0,
    latchedBytes: 0,
    readHighNext: false,
    status: 0,
    statusLatched: false,
  };
}

function modulo(value: number, modulus: number): number {
  return ((value % modulus) + modulus) % modulus;
}

/** Digits above 9 count with their face value. */
function fromBcd(bcd: number): number {
  return (bcd >> 12) * 1000 + ((bcd >> 8) & 15) * 100 + ((bcd >> 4) & 15) * 10 + (bcd & 15);
}

function toBcd(value: number): number {
  return (
    (Math.floor(value / 1000) << 12) |
    ((Math.floor(value / 100) % 10) << 8) |
    ((Math.floor(value / 10) % 10) << 4) |
    (value % 10)
  );
}
