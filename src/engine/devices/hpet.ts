import type { VirtualTime } from '../bus/clock';
import { type AccessSize, type Device, type IrqLine, type MmioTarget } from '../bus/device';
import {
  COUNT,
  type DeviceState,
  DeviceStateError,
  FLAG,
  U32,
  integer,
  list,
  loadFields,
  record,
  saveFields,
} from '../bus/device-state';
import { HPET_TICK_NS, HPET_TIMER_STATE, type HpetCounter, HpetTimer } from './hpet-timer';

const TIMERS = 3;
/** I/O APIC pins the timers can be routed to: 20 to 23, which nothing else uses. */
export const HPET_PINS = [20, 21, 22, 23] as const;
const ROUTES = 0x00f0_0000;

const CAPABILITIES = 0x000;
const CONFIGURATION = 0x010;
const STATUS = 0x020;
const MAIN_COUNTER = 0x0f0;
const FIRST_TIMER = 0x100;
const TIMER_SIZE = 0x20;

/** Revision 1, three timers, 64 bits, legacy replacement, AMD's vendor number; the tick is 10^7 fs. */
export const CAPABILITIES_LOW = 0x1022_0000 | 0x8000 | 0x2000 | ((TIMERS - 1) << 8) | 0x01;
const PERIOD_FS = HPET_TICK_NS * 1e6;
const ENABLE = 1;
const LEGACY = 2;

const HPET_STATE = {
  config: integer(0, ENABLE | LEGACY),
  /** Interrupt status of level-triggered timers. */
  status: integer(0, 2 ** TIMERS - 1),
  /** The main counter at a moment; it stands still while not enabled. */
  counterLow: U32,
  counterHigh: U32,
  since: COUNT,
  /** Levels of the wires that legacy replacement cuts. */
  pit: FLAG,
  rtc: FLAG,
  timers: list(record(HPET_TIMER_STATE), TIMERS),
};

export interface HpetWires {
  readonly name?: string;
  readonly time: VirtualTime;
  /** IRQ 0 and IRQ 8 of the ISA bus: the timers', or what comes in by `pitInput` and `rtcInput`. */
  readonly irq0?: IrqLine;
  readonly irq8?: IrqLine;
  /** Wires to the I/O APIC pins of HPET_PINS; high is an interrupt. */
  readonly pins?: readonly IrqLine[];
}

/** IA-PC HPET (specification 1.0a): three comparators on a counter of 100 MHz. Messages to the front-side bus it cannot send. */
export class Hpet implements Device, MmioTarget, HpetCounter {
  readonly name: string;
  private reg = { config: 0, status: 0, counterLow: 0, counterHigh: 0, since: 0, pit: false, rtc: false };
  private readonly timers: readonly HpetTimer[];

  constructor(private readonly wires: HpetWires) {
    this.name = wires.name ?? 'HPET';
    this.timers = Array.from(
      { length: TIMERS },
      (_, n) => new HpetTimer(`${this.name} ${n}`, wires.time, ROUTES, this, () => this.match(n)),
    );
  }

  /** Where the PIT's and the real-time clock's interrupts come in. */
  readonly pitInput: IrqLine = {
    set: (level) => {
      this.reg.pit = level;
      this.drive();
    },
  };
  readonly rtcInput: IrqLine = {
    set: (level) => {
      this.reg.rtc = level;
      this.drive();
    },
  };

  // The main counter

  get running(): boolean {
    return (this.reg.config & ENABLE) !== 0;
  }
  get value(): bigint {
    const { counterLow, counterHigh } = this.reg;
    return BigInt.asUintN(64, (BigInt(counterHigh) << 32n) + BigInt(counterLow) + BigInt(this.ticks));
  }
  get reached(): number {
    return this.reg.since + this.ticks * HPET_TICK_NS;
  }
  private get ticks(): number {
    return this.running ? Math.floor((this.wires.time.now - this.reg.since) / HPET_TICK_NS) : 0;
  }

  private setCounter(value: bigint): void {
    const { reg } = this;
    reg.counterLow = Number(value & 0xffff_ffffn);
    reg.counterHigh = Number(value >> 32n);
    reg.since = this.wires.time.now;
  }

  // Registers: 32-bit words

  readMmio(offset: number, size: AccessSize): number {
    const value = this.read(offset & ~3);
    return size === 4 ? value : (value >>> (8 * (offset & 3))) & (size === 1 ? 0xff : 0xffff);
  }

  private read(offset: number): number {
    const timer = this.timers[(offset - FIRST_TIMER) >> 5];
    if (timer) return timer.read((offset & (TIMER_SIZE - 1)) >> 2);
    switch (offset) {
      case CAPABILITIES:
        return CAPABILITIES_LOW;
      case CAPABILITIES + 4:
        return PERIOD_FS;
      case CONFIGURATION:
        return this.reg.config;
      case STATUS:
        return this.reg.status;
      case MAIN_COUNTER:
        return Number(this.value & 0xffff_ffffn);
      case MAIN_COUNTER + 4:
        return Number(this.value >> 32n);
      default:
        return 0;
    }
  }

  /** Narrower writes than a word, which the specification forbids, do nothing. */
  writeMmio(offset: number, size: AccessSize, value: number): void {
    if (size !== 4 || (offset & 3) !== 0) return;
    const { reg } = this;
    for (const each of this.timers) each.settle();
    const n = (offset - FIRST_TIMER) >> 5;
    const timer = this.timers[n];
    if (timer) {
      timer.write((offset & (TIMER_SIZE - 1)) >> 2, value);
      if (!timer.isLevel) reg.status &= ~(1 << n);
      if (timer.isLevel || !timer.enabled) timer.reg.output = false;
      this.drive();
      return;
    }
    switch (offset) {
      case CONFIGURATION: {
        const { value: count } = this;
        reg.config = value & (ENABLE | LEGACY);
        this.setCounter(count);
        break;
      }
      case STATUS:
        reg.status &= ~value;
        break;
      case MAIN_COUNTER:
        this.setCounter((this.value & ~0xffff_ffffn) | BigInt(value));
        break;
      case MAIN_COUNTER + 4:
        this.setCounter((BigInt(value) << 32n) | (this.value & 0xffff_ffffn));
        break;
      default:
        return;
    }
    if (offset !== STATUS) for (const each of this.timers) each.schedule();
    this.drive();
  }

  // Interrupts

  private match(n: number): void {
    const timer = this.timers[n]!;
    if (timer.isLevel) this.reg.status |= 1 << n;
    else if (timer.enabled) {
      // An edge: the wire stays up, for an 8259 forgets a request that does not last until it is answered.
      timer.reg.output = false;
      this.drive();
      timer.reg.output = true;
    }
    this.drive();
  }

  private output(n: number): boolean {
    const timer = this.timers[n]!;
    return timer.isLevel ? timer.enabled && (this.reg.status & (1 << n)) !== 0 : timer.reg.output;
  }

  private drive(): void {
    const { reg, wires, timers } = this;
    const legacy = (reg.config & LEGACY) !== 0;
    wires.irq0?.set(legacy ? this.output(0) : reg.pit);
    wires.irq8?.set(legacy ? this.output(1) : reg.rtc);
    HPET_PINS.forEach((pin, at) => {
      const high = timers.some((timer, n) => timer.route === pin && !(legacy && n < 2) && this.output(n));
      wires.pins?.[at]?.set(high);
    });
  }

  reset(): void {
    Object.assign(this.reg, { config: 0, status: 0, counterLow: 0, counterHigh: 0, since: 0 });
    for (const timer of this.timers) timer.reset();
    this.drive();
  }

  saveState(): DeviceState {
    return saveFields('hpet', HPET_STATE, { ...this.reg, timers: this.timers.map(({ reg }) => reg) });
  }

  loadState(saved: DeviceState): void {
    const { timers, ...reg } = loadFields('hpet', HPET_STATE, saved);
    if (timers.length !== TIMERS)
      throw new DeviceStateError(`hpet.timers: ${TIMERS} are needed, ${timers.length} are there`);
    this.reg = reg;
    this.timers.forEach((timer, n) => (timer.reg = timers[n]!));
  }
}
