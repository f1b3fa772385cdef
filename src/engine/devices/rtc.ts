import type { Alarm, VirtualTime } from '../bus/clock';
import { type AccessSize, type IrqLine, type PortDevice, type PortRange, UNCONNECTED } from '../bus/device';
import { type DeviceState, FLAG, type StateOf, TIME, U8, bytes, loadFields, saveFields } from '../bus/device-state';
import { DAY_SECONDS, civilTime, secondsOf, weekdayOf } from './calendar';

const INDEX_PORT = 0x70;
const DATA_PORT = 0x71;
const NMI_MASK = 0x80;

/** Registers of the MC146818 by index; what is not named is memory. */
const SECONDS = 0x00;
const SECONDS_ALARM = 0x01;
const MINUTES = 0x02;
const MINUTES_ALARM = 0x03;
const HOURS = 0x04;
const HOURS_ALARM = 0x05;
const WEEKDAY = 0x06;
const DAY = 0x07;
const MONTH = 0x08;
const YEAR = 0x09;
const REGISTER_A = 0x0a;
const REGISTER_B = 0x0b;
const REGISTER_C = 0x0c;
const REGISTER_D = 0x0d;
/** Where PCs keep the century; the ACPI tables name it. */
export const CMOS_CENTURY = 0x32;

const A = { UIP: 0x80, DIVIDER: 0x70, RATE: 0x0f } as const;
/** Divider values from here hold the chain in reset. */
const DIVIDER_RESET = 0x60;
const B = { SET: 0x80, PIE: 0x40, AIE: 0x20, UIE: 0x10, SQWE: 0x08, BINARY: 0x04, HOURS_24: 0x02 } as const;
/** Flags of register C stand where register B has their enables. */
const C = { IRQF: 0x80, PF: 0x40, AF: 0x20, UF: 0x10 } as const;
const FLAGS = C.PF | C.AF | C.UF;
/** The valid RAM and time bit: the battery is never low. */
const D_VRT = 0x80;
/** Alarm bytes with both high bits set match everything. */
const ANY = 0xc0;
const PM = 0x80;

const SECOND = 1_000_000_000;
/** UIP goes up 244 µs before an update cycle of 1984 µs, at whose end the new time can be read. */
const UPDATE_NS = 2_228_000;
/** A nanosecond is 64/1953125 of a pulse of 32,768 Hz. */
const PULSE = { NUMERATOR: 64, DENOMINATOR: 1_953_125 } as const;

const CMOS_BYTES = 128;
const KB = 1024;
const MB = 1024 * KB;
const UNITS_64K = 64 * KB;

const RTC_STATE = {
  index: U8,
  /** All registers and the memory behind them, as they read at the last update. */
  cells: bytes(CMOS_BYTES),
  /** End of the next update cycle; half a second past the release of the divider chain for the first. */
  update: TIME,
  /** To this moment the periodic flag has been brought. */
  synced: TIME,
  /** Level of the interrupt wire. */
  interrupt: FLAG,
};

export interface RtcWires {
  name?: string;
  time: VirtualTime;
  irq?: IrqLine;
  /** Time of day at virtual time 0: seconds since 1970-01-01 00:00:00. */
  start: number;
  /** RAM in bytes, for the memory sizes that firmware leaves in CMOS: below the hole under 4 GB, and above 4 GB. */
  memory?: number;
  memoryAbove4Gb?: number;
}

/**
 * The MC146818 real-time clock and CMOS memory of a PC, with a century byte at 32h and IRQ 8.
 *
 * Time of day is a start value plus virtual time. The oscillator always has 32,768 Hz; the divider values 000 to 101 let it
 * run, 110 and 111 hold it. The daylight-saving bit is stored and does nothing, as on later chips; the square wave leads
 * nowhere. Time registers with values no clock shows are taken modulo their range at the next update. Alarms are set only
 * while an interrupt is enabled and its flag clear, so an idle clock costs nothing. RESET leaves the time alone.
 */
export class Rtc implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [{ base: INDEX_PORT, count: 2 }];
  private readonly time: VirtualTime;
  private readonly irq: IrqLine;
  private readonly alarm: Alarm;
  private reg: StateOf<typeof RTC_STATE>;

  constructor(wires: RtcWires) {
    this.name = wires.name ?? 'RTC';
    this.time = wires.time;
    this.irq = wires.irq ?? UNCONNECTED;
    this.reg = {
      index: 0,
      cells: new Uint8Array(CMOS_BYTES),
      update: wires.time.now + SECOND,
      synced: wires.time.now,
      interrupt: false,
    };
    const { cells } = this.reg;
    cells[REGISTER_A] = 0x26;
    cells[REGISTER_B] = B.HOURS_24;
    cells[REGISTER_D] = D_VRT;
    this.setTime(wires.start + Math.floor(wires.time.now / SECOND));
    cells[WEEKDAY] = weekdayOf(wires.start);
    fillMemorySizes(cells, wires.memory ?? 0, wires.memoryAbove4Gb ?? 0);
    this.alarm = wires.time.alarm(`${this.name} interrupt`, () => this.settle());
  }

  /** Bit 7 of the last write to port 70h: NMIs are held back. */
  get nmiMasked(): boolean {
    return (this.reg.index & NMI_MASK) !== 0;
  }

  /** Seconds since 1970-01-01 as the registers tell them. */
  get seconds(): number {
    this.sync();
    return this.readTime();
  }

  readPort(port: number): number {
    // The index cannot be read back.
    if (port !== DATA_PORT) return 0xff;
    this.sync();
    const { cells } = this.reg;
    const index = this.reg.index & 0x7f;
    if (index === REGISTER_A) return cells[REGISTER_A]! | (this.updating ? A.UIP : 0);
    if (index !== REGISTER_C) return cells[index]!;
    const flags = cells[REGISTER_C]! | (this.reg.interrupt ? C.IRQF : 0);
    cells[REGISTER_C] = 0;
    this.settle();
    return flags;
  }

  writePort(port: number, _size: AccessSize, value: number): void {
    if (port !== DATA_PORT) {
      this.reg.index = value;
      return;
    }
    this.sync();
    const { cells } = this.reg;
    const index = this.reg.index & 0x7f;
    switch (index) {
      case REGISTER_A: {
        const held = !this.chainRuns;
        cells[REGISTER_A] = value & ~A.UIP;
        if (held && this.chainRuns) {
          // The first update comes half a second after the chain was let go.
          this.reg.update = this.time.now + SECOND / 2;
          this.reg.synced = this.time.now;
        }
        break;
      }
      case REGISTER_B:
        cells[REGISTER_B] = value & B.SET ? value & ~B.UIE : value;
        break;
      case REGISTER_C:
      case REGISTER_D:
        return;
      default:
        cells[index] = value;
    }
    this.settle();
  }

  /** The RESET pin: interrupt enables and flags go; time, alarm and memory stay. */
  reset(): void {
    this.sync();
    const { cells } = this.reg;
    cells[REGISTER_B]! &= ~(B.PIE | B.AIE | B.UIE | B.SQWE);
    cells[REGISTER_C] = 0;
    this.reg.index = 0;
    this.settle();
  }

  saveState(): DeviceState {
    return saveFields('rtc', RTC_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    this.reg = loadFields('rtc', RTC_STATE, saved);
  }

  private get chainRuns(): boolean {
    return (this.reg.cells[REGISTER_A]! & A.DIVIDER) < DIVIDER_RESET;
  }

  private get counts(): boolean {
    return this.chainRuns && (this.reg.cells[REGISTER_B]! & B.SET) === 0;
  }

  private get updating(): boolean {
    return this.counts && this.reg.update - this.time.now <= UPDATE_NS;
  }

  /** Brings registers and flags to the present. */
  private sync(): void {
    const { reg } = this;
    const { now } = this.time;
    if (!this.chainRuns) return;
    const { cells } = reg;
    const period = this.period;
    if (period !== 0 && this.pulses(now) >= (Math.floor(this.pulses(reg.synced) / period) + 1) * period) {
      cells[REGISTER_C]! |= C.PF;
    }
    if (now >= reg.update) {
      const updates = 1 + Math.floor((now - reg.update) / SECOND);
      reg.update += updates * SECOND;
      if ((cells[REGISTER_B]! & B.SET) === 0) {
        if (this.secondsToAlarm() <= updates) cells[REGISTER_C]! |= C.AF;
        cells[REGISTER_C]! |= C.UF;
        this.pass(updates);
      }
    }
    reg.synced = now;
  }

  /** As `sync`, and lets wire and alarm follow. */
  private settle(): void {
    this.sync();
    const { reg, time } = this;
    const enables = reg.cells[REGISTER_B]! & FLAGS;
    const flags = reg.cells[REGISTER_C]!;
    const level = (enables & flags) !== 0;
    if (level !== reg.interrupt) {
      reg.interrupt = level;
      this.irq.set(level);
    }
    let due = Infinity;
    if (!level && this.chainRuns) {
      const period = this.period;
      if (enables & C.PF && period !== 0) {
        due = this.momentOf((Math.floor(this.pulses(time.now) / period) + 1) * period);
      }
      if (this.counts) {
        if (enables & C.UF) due = Math.min(due, reg.update);
        if (enables & C.AF) due = Math.min(due, reg.update + (this.secondsToAlarm() - 1) * SECOND);
      }
    }
    if (due === Infinity) this.alarm.cancel();
    else this.alarm.at(due);
  }

  /** Pulses of 32,768 Hz between two periodic interrupts, 0 for none. */
  private get period(): number {
    const rate = this.reg.cells[REGISTER_A]! & A.RATE;
    // The two shortest taps repeat slower ones.
    return rate === 0 ? 0 : 1 << (rate <= 2 ? rate + 6 : rate - 1);
  }

  /** Pulses of 32,768 Hz at a moment, counted so that one falls on every update; may be negative. */
  private pulses(moment: number): number {
    const elapsed = moment - this.reg.update;
    const seconds = Math.floor(elapsed / SECOND);
    const rest = elapsed - seconds * SECOND;
    return seconds * 32_768 + Math.floor((rest * PULSE.NUMERATOR) / PULSE.DENOMINATOR);
  }

  /** The first nanosecond at which a pulse has come. */
  private momentOf(pulse: number): number {
    const seconds = Math.floor(pulse / 32_768);
    const rest = pulse - seconds * 32_768;
    return this.reg.update + seconds * SECOND + Math.ceil((rest * PULSE.DENOMINATOR) / PULSE.NUMERATOR);
  }

  private decode(value: number): number {
    return this.reg.cells[REGISTER_B]! & B.BINARY ? value : (value >> 4) * 10 + (value & 0xf);
  }

  private encode(value: number): number {
    return this.reg.cells[REGISTER_B]! & B.BINARY ? value : (Math.floor(value / 10) << 4) | (value % 10);
  }

  private decodeHour(value: number): number {
    if (this.reg.cells[REGISTER_B]! & B.HOURS_24) return this.decode(value) % 24;
    return (this.decode(value & ~PM) % 12) + (value & PM ? 12 : 0);
  }

  private encodeHour(hour: number): number {
    if (this.reg.cells[REGISTER_B]! & B.HOURS_24) return this.encode(hour);
    return this.encode(hour % 12 || 12) | (hour >= 12 ? PM : 0);
  }

  private readTime(): number {
    const { cells } = this.reg;
    return secondsOf({
      year: this.decode(cells[CMOS_CENTURY]!) * 100 + (this.decode(cells[YEAR]!) % 100),
      month: ((this.decode(cells[MONTH]!) + 11) % 12) + 1,
      day: ((this.decode(cells[DAY]!) + 30) % 31) + 1,
      hour: this.decodeHour(cells[HOURS]!),
      minute: this.decode(cells[MINUTES]!) % 60,
      second: this.decode(cells[SECONDS]!) % 60,
    });
  }

  private setTime(seconds: number): void {
    const { cells } = this.reg;
    const t = civilTime(seconds);
    cells[SECONDS] = this.encode(t.second);
    cells[MINUTES] = this.encode(t.minute);
    cells[HOURS] = this.encodeHour(t.hour);
    cells[DAY] = this.encode(t.day);
    cells[MONTH] = this.encode(t.month);
    cells[YEAR] = this.encode(t.year % 100);
    cells[CMOS_CENTURY] = this.encode(Math.floor(t.year / 100) % 100);
  }

  /** Lets time go on. The day of the week is a counter of its own: it need not agree with the date. */
  private pass(seconds: number): void {
    const { cells } = this.reg;
    const before = this.readTime();
    const days = Math.floor((before + seconds) / DAY_SECONDS) - Math.floor(before / DAY_SECONDS);
    const weekday = (this.decode(cells[WEEKDAY]!) + 6 + days) % 7;
    this.setTime(before + seconds);
    cells[WEEKDAY] = this.encode(weekday + 1);
  }

  /** Seconds until the time first agrees with the alarm bytes, from 1; Infinity if it never does. */
  private secondsToAlarm(): number {
    const { cells } = this.reg;
    const matches = (alarm: number, value: number): boolean => alarm >= ANY || alarm === value;
    const day = this.readTime() % DAY_SECONDS;
    const next = (((day + 1) % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
    const minute = Math.floor(next / 60);
    // The first candidate minute is the one of the next second, and comes again at the end for its earlier seconds.
    for (let m = 0; m <= 1440; m++) {
      const candidate = (minute + m) % 1440;
      const hour = Math.floor(candidate / 60);
      if (!matches(cells[HOURS_ALARM]!, this.encodeHour(hour))) {
        // The rest of this hour cannot match either.
        m += 59 - (candidate % 60);
        continue;
      }
      if (!matches(cells[MINUTES_ALARM]!, this.encode(candidate % 60))) continue;
      for (let s = m === 0 ? next % 60 : 0; s < 60; s++) {
        if (matches(cells[SECONDS_ALARM]!, this.encode(s))) return m * 60 + s - (next % 60) + 1;
      }
    }
    return Infinity;
  }
}

/** What firmware leaves in CMOS of the size of memory, and of a PC without drives. */
function fillMemorySizes(cells: Uint8Array, memory: number, above4Gb: number): void {
  const word = (at: number, value: number): void => {
    cells[at] = value;
    cells[at + 1] = value >> 8;
  };
  // Equipment: coprocessor, 80-column VGA left to itself.
  cells[0x14] = 0x02;
  word(0x15, Math.min(memory / KB, 640));
  const extended = Math.min(Math.max(memory - MB, 0) / KB, 0xffff);
  word(0x17, extended);
  word(0x30, extended);
  word(0x34, Math.min(Math.max(memory - 16 * MB, 0) / UNITS_64K, 0xffff));
  const high = Math.floor(above4Gb / UNITS_64K);
  word(0x5b, high & 0xffff);
  cells[0x5d] = high >> 16;
  let sum = 0;
  for (let at = 0x10; at <= 0x2d; at++) sum += cells[at]!;
  cells[0x2e] = sum >> 8;
  cells[0x2f] = sum;
}
