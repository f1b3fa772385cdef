/**
 * One slice of execution: how many nanoseconds it has, and what was made of them. An instruction takes one; so does each exception
 * or interrupt delivered, which retires nothing: a guest that only faults comes to its slice's end, too.
 */
import type { Clock } from '../bus/clock';
import type { Executor } from '../exec/executor';
import type { CpuState } from '../state/cpu-state';
import { RETIRED } from '../state/layout';

export class Slice {
  private start = 0;
  private length = 0;
  private open = false;
  private events = 0;

  constructor(
    private readonly executor: Executor,
    private readonly state: CpuState,
    private readonly clock: Clock,
  ) {}

  /** Instructions retired since reset. */
  get retired(): number {
    const inside = this.open ? this.length - this.executor.budget - this.events : 0;
    return this.state.f64[RETIRED >> 3]! + inside;
  }

  /** Virtual time in ns: exact within the slice, too. */
  get now(): number {
    return this.open ? this.start + this.length - this.executor.budget : this.clock.now;
  }

  /** Brings the clock to the present, so that devices see it. */
  syncClock(): void {
    if (this.open && this.now > this.clock.now) this.clock.advanceTo(this.now);
  }

  begin(length: number): void {
    this.start = this.clock.now;
    this.length = length;
    this.executor.budget = length;
    this.executor.endAt(this.start + length);
    this.events = 0;
    this.open = true;
  }

  close(): void {
    const done = this.length - this.executor.budget;
    this.open = false;
    this.state.f64[RETIRED >> 3]! += done - this.events;
    if (this.start + done > this.clock.now) this.clock.advanceTo(this.start + done);
  }

  /** An event was delivered. */
  countEvent(): void {
    if (this.open) {
      this.executor.budget--;
      this.events++;
    } else this.clock.advanceTo(this.clock.now + 1);
  }

  /** Leaves at most `left` nanoseconds, one at least. */
  shorten(left: number): void {
    if (!this.open || this.executor.budget <= Math.max(1, left)) return;
    const kept = Math.max(1, left);
    this.length -= this.executor.budget - kept;
    this.executor.budget = kept;
    this.executor.endAt(this.start + this.length);
  }
}
