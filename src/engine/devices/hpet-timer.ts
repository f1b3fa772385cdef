/** One comparator of the HPET (specification 1.0a, §2.3.8–2.3.10). */
import type { Alarm, VirtualTime } from '../bus/clock';
import { FLAG, type StateOf, U32, integer } from '../bus/device-state';

export const HPET_TICK_NS = 10;
const NEVER = -1;

/** Configuration, low half. */
const TN_LEVEL = 0x0002;
const TN_ENABLE = 0x0004;
const TN_PERIODIC = 0x0008;
const TN_PERIODIC_CAPABLE = 0x0010;
const TN_64_BITS_CAPABLE = 0x0020;
const TN_SET_VALUE = 0x0040;
const TN_32_BITS = 0x0100;
const TN_ROUTE_SHIFT = 9;
const TN_ROUTE_MASK = 0x1f;
const TN_ROUTE = TN_ROUTE_MASK << TN_ROUTE_SHIFT;
const TN_WRITABLE = TN_LEVEL | TN_ENABLE | TN_PERIODIC | TN_SET_VALUE | TN_32_BITS | TN_ROUTE;

export const HPET_TIMER_STATE = {
  config: integer(0, 0xffff),
  comparatorLow: U32,
  comparatorHigh: U32,
  periodLow: U32,
  periodHigh: U32,
  /** The low half was set by itself: so is the high half of the same 64-bit write. */
  setsHigh: FLAG,
  /** Level-triggered: the interrupt status bit. Edge-triggered: what the wire was left at. */
  output: FLAG,
  /** Virtual time of the next match, or NEVER. */
  due: integer(NEVER, Number.MAX_SAFE_INTEGER),
};

export type HpetTimerState = StateOf<typeof HPET_TIMER_STATE>;

/** What a comparator sees of its block. */
export interface HpetCounter {
  readonly running: boolean;
  /** Main counter, 64 bits, now. */
  readonly value: bigint;
  /** The moment at which the main counter took its present value. */
  readonly reached: number;
}

function resetState(): HpetTimerState {
  return {
    config: 0,
    comparatorLow: 0xffff_ffff,
    comparatorHigh: 0xffff_ffff,
    periodLow: 0,
    periodHigh: 0,
    setsHigh: false,
    output: false,
    due: NEVER,
  };
}

export class HpetTimer {
  reg = resetState();
  private readonly alarm: Alarm;

  /**
   * @param routes I/O APIC pins it can be routed to, a bit each
   * @param matched the main counter has reached the comparator
   */
  constructor(
    name: string,
    private readonly time: VirtualTime,
    private readonly routes: number,
    private readonly counter: HpetCounter,
    private readonly matched: () => void,
  ) {
    this.alarm = time.alarm(name, (due) => this.match(due));
  }

  get isLevel(): boolean {
    return (this.reg.config & TN_LEVEL) !== 0;
  }
  get enabled(): boolean {
    return (this.reg.config & TN_ENABLE) !== 0;
  }
  /** The I/O APIC pin. */
  get route(): number {
    return (this.reg.config >> TN_ROUTE_SHIFT) & TN_ROUTE_MASK;
  }

  private get bits(): 32 | 64 {
    return (this.reg.config & TN_32_BITS) !== 0 ? 32 : 64;
  }
  private get periodic(): boolean {
    return (this.reg.config & TN_PERIODIC) !== 0;
  }

  /** A match is seen from outside: as an interrupt, or as the status bit of a level. */
  private get isHeard(): boolean {
    return this.enabled || this.isLevel;
  }
  /** From one match to the next, in ticks; where nothing is added, the counter goes once round. */
  private get distance(): bigint {
    const period = this.periodic ? (BigInt(this.reg.periodHigh) << 32n) | BigInt(this.reg.periodLow) : 0n;
    return period === 0n ? 1n << BigInt(this.bits) : period;
  }

  /** One of the 32-bit words: configuration and capabilities, comparator, and FSB routing, which is not there. */
  read(word: number): number {
    this.settle();
    const { config, comparatorLow, comparatorHigh } = this.reg;
    switch (word) {
      case 0:
        return (config & ~TN_SET_VALUE) | TN_PERIODIC_CAPABLE | TN_64_BITS_CAPABLE;
      case 1:
        return this.routes;
      case 2:
        return comparatorLow;
      case 3:
        return comparatorHigh;
      default:
        return 0;
    }
  }

  write(word: number, value: number): void {
    const { reg } = this;
    const setsItself = !this.periodic || (reg.config & TN_SET_VALUE) !== 0;
    const setsHigh = reg.setsHigh;
    reg.setsHigh = false;
    switch (word) {
      case 0: {
        const possible = ((this.routes >>> ((value >> TN_ROUTE_SHIFT) & TN_ROUTE_MASK)) & 1) !== 0;
        reg.config = ((possible ? value : (value & ~TN_ROUTE) | (reg.config & TN_ROUTE)) & TN_WRITABLE) >>> 0;
        if (this.bits === 32) reg.comparatorHigh = reg.periodHigh = 0;
        break;
      }
      // A periodic timer's comparator moves by itself: what is written is its period, and the comparator where that was said first.
      case 2:
        if (setsItself) reg.comparatorLow = value;
        if (this.periodic) reg.periodLow = value;
        reg.setsHigh = this.periodic && setsItself;
        reg.config &= ~TN_SET_VALUE;
        break;
      case 3:
        if (this.bits === 32) break;
        if (setsItself || setsHigh) reg.comparatorHigh = value;
        if (this.periodic) reg.periodHigh = value;
        reg.config &= ~TN_SET_VALUE;
        break;
    }
    this.schedule();
  }

  /** Matches that nobody heard are caught up with: before anything is read, and before the counter or a register changes. */
  settle(): void {
    const { reg } = this;
    const { now } = this.time;
    if (this.isHeard || reg.due === NEVER || reg.due > now) return;
    const length = Number(this.distance) * HPET_TICK_NS;
    const matches = Math.floor((now - reg.due) / length) + 1;
    this.moveComparator(BigInt(matches));
    this.expect(reg.due + matches * length);
  }

  /** The counter has started, stopped or been set. */
  schedule(): void {
    const { counter, bits } = this;
    const ahead = BigInt.asUintN(bits, this.comparator - counter.value);
    const ticks = Number(ahead === 0n ? 1n << BigInt(bits) : ahead);
    this.expect(counter.running ? counter.reached + ticks * HPET_TICK_NS : Infinity);
  }

  /** The next match; a machine that sleeps is not woken for one that nobody hears. */
  private expect(due: number): void {
    this.reg.due = due <= Number.MAX_SAFE_INTEGER ? due : NEVER;
    if (this.reg.due !== NEVER && this.isHeard) this.alarm.at(due);
    else this.alarm.cancel();
  }

  /** A periodic timer's, by so many periods. */
  private moveComparator(periods: bigint): void {
    if (!this.periodic) return;
    const next = BigInt.asUintN(this.bits, this.comparator + periods * this.distance);
    this.reg.comparatorLow = Number(next & 0xffff_ffffn);
    this.reg.comparatorHigh = Number(next >> 32n);
  }

  private get comparator(): bigint {
    return (BigInt(this.reg.comparatorHigh) << 32n) | BigInt(this.reg.comparatorLow);
  }

  private match(due: number): void {
    this.moveComparator(1n);
    this.expect(due + Number(this.distance) * HPET_TICK_NS);
    this.matched();
  }

  reset(): void {
    this.reg = resetState();
    this.alarm.cancel();
  }
}
