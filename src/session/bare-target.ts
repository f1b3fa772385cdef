/** Software on the bare machine; it may itself be a hypervisor, whose guests are watched. */
import { RFLAGS_IF } from '../engine/arch/registers';
import type { Machine } from '../engine/machine/machine';
import { GIF, HALTED } from '../engine/state/layout';
import { consoleInterrupts, keyboardInterrupts } from './console-wake';
import { ExitLog } from './exit-log';
import { GuestWatch } from './guests';
import type { Guest } from './guests';
import type { ScreenDevice, Standing, Target, TargetStop } from './target';

export class BareTarget implements Target {
  readonly kind = 'bare';
  readonly watch: GuestWatch;

  constructor(readonly machine: Machine) {
    this.watch = new GuestWatch(machine.processor, new ExitLog(), 'software');
    machine.probe = this.watch;
  }

  run(until: number, steps = Infinity): TargetStop {
    return this.machine.run(until, steps);
  }
  standing({ id }: Guest): Standing {
    const sum = this.watch.log.tally.guests.get(id);
    return { weight: 1, used: sum ? sum.ran + sum.cost : 0, end: undefined };
  }
  requestStop(): void {
    this.machine.processor.requestStop();
  }
  sendConsole(bytes: Iterable<number>): void {
    this.machine.sendConsole(bytes);
  }
  typeKeys(_guest: number | null, codes: readonly number[]): void {
    this.machine.board.i8042.keyboard.type(codes);
  }
  get screens(): readonly ScreenDevice[] {
    return [{ guest: null, name: null, vga: this.machine.board.vga }];
  }
  get sleeps(): boolean {
    return this.machine.state.i32[HALTED >> 2] !== 0;
  }
  get nextAlarm(): number {
    return this.machine.clock.next();
  }
  get canBeWoken(): boolean {
    return this.takesInterrupts && consoleInterrupts(this.machine.board);
  }
  get keyCanWake(): boolean {
    return this.takesInterrupts && keyboardInterrupts(this.machine.board);
  }
  private get takesInterrupts(): boolean {
    const { state } = this.machine;
    return (state.systemFlags & RFLAGS_IF) !== 0 && state.i32[GIF >> 2] !== 0;
  }
}
