/** The local APIC's timer: counts down in virtual time, once or periodically (§16.4.1). */
import type { Alarm, VirtualTime } from '../bus/clock';
import { LVT_MASKED, LVT_PERIODIC, type LocalApicState } from './local-apic-registers';

/** 100 MHz: nanoseconds of one tick before it is divided. */
export const APIC_TICK_NS = 10;
/** By bits 3, 1 and 0 of the divide configuration register. */
const DIVISORS = [2, 4, 8, 16, 32, 64, 128, 1] as const;

export class LocalApicTimer {
  private readonly alarm: Alarm;

  /** @param expired is called when the count reaches 0 and the LVT entry is not masked */
  constructor(
    name: string,
    private readonly time: VirtualTime,
    private readonly reg: () => LocalApicState,
    private readonly expired: () => void,
  ) {
    this.alarm = time.alarm(name, (due) => this.reach(due));
  }

  /** Current count register. */
  get count(): number {
    const { count, initial } = this.reg();
    const { ticks } = this;
    if (ticks < count) return count - ticks;
    return count !== 0 && this.periodic ? initial - ((ticks - count) % initial) : 0;
  }

  /** Initial count register: a new count begins; 0 stops it. */
  start(initial: number): void {
    const reg = this.reg();
    reg.initial = reg.count = initial;
    reg.since = this.time.now;
    this.schedule();
  }

  setDivide(divide: number): void {
    const reg = this.reg();
    const { count } = this;
    reg.divide = divide;
    reg.count = count;
    reg.since = this.time.now;
    this.schedule();
  }

  setLvt(lvt: number): void {
    const reg = this.reg();
    this.settle();
    reg.lvtTimer = lvt;
    this.schedule();
  }

  stop(): void {
    this.alarm.cancel();
  }

  private get periodic(): boolean {
    return (this.reg().lvtTimer & LVT_PERIODIC) !== 0;
  }

  /** Nanoseconds of one count. */
  private get unit(): number {
    const { divide } = this.reg();
    return APIC_TICK_NS * DIVISORS[(divide & 3) | ((divide >> 1) & 4)]!;
  }

  /** Counts since the moment that `count` was of. */
  private get ticks(): number {
    return Math.floor((this.time.now - this.reg().since) / this.unit);
  }

  /** Brings count and moment to the last reload. */
  private settle(): void {
    const reg = this.reg();
    const { ticks, unit } = this;
    if (ticks < reg.count) return;
    if (reg.count === 0 || !this.periodic) reg.count = 0;
    else {
      const past = ticks - reg.count;
      reg.since += (ticks - (past % reg.initial)) * unit;
      reg.count = reg.initial;
    }
  }

  private schedule(): void {
    const reg = this.reg();
    this.settle();
    if (reg.count === 0 || (reg.lvtTimer & LVT_MASKED) !== 0) this.alarm.cancel();
    else this.alarm.at(reg.since + reg.count * this.unit);
  }

  private reach(due: number): void {
    const reg = this.reg();
    reg.since = due;
    reg.count = this.periodic ? reg.initial : 0;
    if (reg.count !== 0) this.alarm.at(due + reg.count * this.unit);
    this.expired();
  }
}
