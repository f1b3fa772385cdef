/** Guests under the built-in hypervisor. */
import { RFLAGS_IF } from '../engine/arch/registers';
import { SWITCHED } from '../engine/devices/scan-codes';
import { HostMode } from '../engine/machine/host-mode';
import type { Machine } from '../engine/machine/machine';
import type { GuestSoftware } from '../hypervisor/guest-software';
import type { GuestSpec } from '../hypervisor/guest-spec';
import { PHYSICAL_TIMER } from '../hypervisor/host-devices';
import { Hypervisor } from '../hypervisor/hypervisor';
import type { HypervisorState, HypervisorStop } from '../hypervisor/hypervisor';
import type { GuestStop } from '../hypervisor/outcome';
import type { Vm } from '../hypervisor/vm';
import { consoleInterrupts, keyboardInterrupts } from './console-wake';
import { ExitLog } from './exit-log';
import { keptPaging } from './kept-paging';
import { GuestWatch } from './guests';
import type { Guest } from './guests';
import type { LabEnd } from './stop';
import type { ScreenDevice, Standing, Target, TargetStop } from './target';

/** A guest to be built, and what its user answers its exits with. */
export interface GuestSetup {
  readonly spec: GuestSpec;
  readonly software?: GuestSoftware;
}

export class GuestTarget implements Target {
  readonly kind = 'guest';
  readonly watch: GuestWatch;
  readonly hypervisor: Hypervisor;
  onGuestEnd: (id: number) => void = () => undefined;
  private stopWanted = false;

  constructor(
    readonly machine: Machine,
    private readonly setups: readonly GuestSetup[],
  ) {
    const log = new ExitLog();
    this.watch = new GuestWatch(machine.processor, log, 'pending');
    machine.probe = this.watch;
    this.hypervisor = new Hypervisor(new HostMode(machine));
    for (const { spec, software } of setups) {
      const vm = this.hypervisor.addGuest(spec, software);
      this.watch.guestAt(vm.vcpu.vmcb.spa, spec.name);
    }
    this.connect();
    this.watch.current = this.watch.guests[0];
    this.hypervisor.stopOnExit = ({ time }) => {
      log.spent(machine.clock.now - time);
      const wanted = this.stopWanted;
      this.stopWanted = false;
      return wanted;
    };
    this.hypervisor.onGuestEnd = ({ id }) => this.onGuestEnd(id);
    this.hypervisor.onExit = ({ number, outcome, outcomeValue, handler }) => {
      log.decide(number, outcome, outcomeValue, handler);
    };
  }

  /** Tells the records of guests where to find what the hypervisor keeps of them. */
  private connect(): void {
    for (const vm of this.hypervisor.guests) {
      const guest = this.watch.guestAt(vm.vcpu.vmcb.spa);
      guest.kept = () => keptPaging(vm);
      guest.general = {
        get: (n) => {
          const { low, high } = vm.vcpu.gpr(n);
          return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
        },
        set: (n, value) => vm.vcpu.setGpr(n, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))),
      };
    }
  }

  /** Handlers of a user's answer exits. */
  get hasSoftware(): boolean {
    return this.setups.some(({ software }) => software !== undefined);
  }

  /** After the machine was brought back to a snapshot. */
  restoreHypervisor(saved: HypervisorState): void {
    this.hypervisor.loadState(saved);
    this.connect();
  }

  run(until: number, steps = Infinity): TargetStop {
    const { hypervisor } = this;
    const pending = hypervisor.pendingExit;
    if (pending && steps !== Infinity) {
      // the instruction that exited is a step of its own, unless it is to be done again
      const handled = this.words(hypervisor.run(until, 0));
      const moved = hypervisor.current?.vcpu.vmcb.big('rip') !== pending.rip;
      if (handled.kind !== 'time' || moved || steps <= 0) return handled;
    }
    return this.words(hypervisor.run(until, steps));
  }

  private words(stop: HypervisorStop): TargetStop {
    switch (stop.kind) {
      case 'exit':
        return { kind: 'stopped' };
      case 'guests-ended':
        return stop;
      case 'guest-exit':
      case 'power-off':
      case 'guest-shutdown':
      case 'diagnosis':
        return endOf(stop);
      default:
        return stop;
    }
  }

  standing({ id }: Guest): Standing {
    const { account, vcpu } = this.hypervisor.guests[id]!;
    const { stopped } = vcpu.state;
    return { weight: account.weight, used: account.used, end: stopped ? endOf(stopped) : undefined };
  }

  requestStop(): void {
    this.stopWanted = true;
  }
  sendConsole(bytes: Iterable<number>): void {
    this.machine.sendConsole(bytes);
  }
  /** At the machine's keyboard: the hypervisor reads it, and hands on what is the guest's. */
  typeKeys(guest: number | null, codes: readonly number[]): void {
    this.machine.board.i8042.keyboard.type([SWITCHED, guest ?? 0, ...codes]);
  }
  get screens(): readonly ScreenDevice[] {
    const { guests } = this.hypervisor;
    return guests.map(({ id, name, board }) => ({
      guest: id,
      name: guests.length > 1 ? name : null,
      vga: board.parts.vga,
    }));
  }
  get sleeps(): boolean {
    return this.hypervisor.sleeps;
  }
  /** Not what the physical timer is set for: its longest span is 55 ms. */
  get nextAlarm(): number {
    return Math.min(this.hypervisor.nextAlarm, this.machine.clock.nextBut(PHYSICAL_TIMER));
  }
  get canBeWoken(): boolean {
    const { listener } = this.hypervisor;
    if (!listener) return false;
    return takesInterrupts(listener) && consoleInterrupts(listener.board.parts);
  }
  get keyCanWake(): boolean {
    const living = this.hypervisor.guests.filter(({ vcpu }) => vcpu.state.stopped === null);
    return living.some((vm) => takesInterrupts(vm) && keyboardInterrupts(vm.board.parts));
  }
}

function takesInterrupts({ vcpu }: Vm): boolean {
  return (vcpu.vmcb.low('rflags') & RFLAGS_IF) !== 0;
}

type GuestEnd = Exclude<LabEnd, { readonly kind: 'unknown-encoding' | 'guests-ended' }>;

function endOf(stop: GuestStop): GuestEnd {
  switch (stop.kind) {
    case 'halted':
    case 'power-off':
      return stop;
    case 'guest-exit':
      return { kind: 'debug-exit', status: stop.status, value: stop.status >>> 1 };
    case 'guest-shutdown':
      return { kind: 'shutdown', what: stop.diagnosis };
    case 'diagnosis':
      return { kind: 'diagnosis', what: stop.message };
  }
}
