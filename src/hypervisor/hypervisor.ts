/**
 * The built-in hypervisor: guests from VMCBs it builds in system memory, through host mode only. One loop: VMRUN, run, #VMEXIT, the
 * handler decides an outcome, the loop acts on it, again. It can stop anywhere and go on later: what it remembers is in system
 * memory and in the plain data of `saveState`.
 */
import { EXIT_CODES, exitName } from '../engine/arch/exit-codes';
import { EVENT_TYPE_EXCEPTION } from '../engine/arch/events';
import { VECTOR_DB } from '../engine/arch/exceptions';
import { DR6_BS, RFLAGS_RF, RFLAGS_TF } from '../engine/arch/registers';
import { TLB_CONTROL_NOTHING, VMCB } from '../engine/arch/vmcb';
import { type HostMode, type HostStop } from '../engine/machine/host-mode';
import { charge } from './account';
import { endStep } from './single-step';
import { injectEvent, nmiWaits, offerInterrupt, redeliver } from './event-window';
import { EXIT_HANDLERS } from './exit-handlers/table';
import { nextInstruction } from './exit-handlers/next-instruction';
import { unexpected } from './exit-handlers/unexpected';
import { decidedRecord, pendingRecord, type ExitRecord } from './exit-record';
import type { GuestSoftware } from './guest-software';
import type { GuestCards, GuestSpec } from './guest-spec';
import { HostDevices } from './host-devices';
import { diagnosis, type GuestStop, type Outcome } from './outcome';
import { KeyboardSwitch, type KeyboardSwitchState } from './keyboard-switch';
import { TURN, isWanted, nextGuest } from './scheduler';
import { hasSvmFeature } from './svm-features';
import { OutOfMemory, SystemPages } from './system-pages';
import { Vm, type VmState } from './vm';

/**
 * Why `run` came back. `halted`: no guest can run and nothing is set to change that but input from outside. The end of the one guest is
 * the end; of several each has its own, and `guests-ended` is that of the last.
 */
export type HypervisorStop =
  | Exclude<HostStop, { readonly kind: 'vmexit' }>
  | { readonly kind: 'guests-ended' }
  | { readonly kind: 'exit'; readonly record: ExitRecord } // `stopOnExit` asked for it; the handler has not run
  | Exclude<GuestStop, { readonly kind: 'halted' }>;

/** `between`: in host mode; `guest`: VMRUN was done; `exit`: #VMEXIT was done and its handler has not run. */
export type Phase = 'between' | 'guest' | 'exit';

/** Everything remembered outside system memory: plain data. */
export interface HypervisorState {
  readonly phase: Phase;
  readonly current: number;
  readonly exits: number;
  readonly exitTime: number;
  readonly turnEnd: number;
  readonly wanted: boolean;
  readonly idle: number;
  readonly consoleGuest: number;
  readonly keyboard: KeyboardSwitchState;
  readonly timerDue: number;
  readonly nextPage: number;
  readonly guests: readonly VmState[];
}

const TIME: HypervisorStop = { kind: 'time' };
const HALTED: HypervisorStop = { kind: 'halted' };
const GUESTS_ENDED: HypervisorStop = { kind: 'guests-ended' };

export class Hypervisor {
  /** Told of every #VMEXIT once its handler has decided. */
  onExit: ((record: ExitRecord) => void) | undefined;
  /** Asked at every #VMEXIT before its handler runs; true stops there, and the next `run` goes on with the handler. */
  stopOnExit: ((record: ExitRecord) => boolean) | undefined;
  /** Told when a guest has come to its end; its `stopped` says which. Others go on. */
  onGuestEnd: ((vm: Vm, stop: GuestStop) => void) | undefined;
  private vms: Vm[] = [];
  /** By guest id; no part of a snapshot: what such software remembers is in system memory. */
  private readonly software: (GuestSoftware | undefined)[] = [];
  /** What is plugged into their boards, by guest id: no part of a snapshot either, for nothing changes it. */
  private readonly cards: GuestCards[] = [];
  private readonly pages: SystemPages;
  private readonly devices: HostDevices;
  private phaseNow: Phase = 'between';
  /** Index of the guest that runs, ran last, or exited; −1: none has run. */
  private currentIndex = -1;
  private exits = 0;
  private exitTime = 0;
  private turnEnd = 0;
  /** Another guest could run at the last VMRUN. */
  private wanted = false;
  private idle = 0;
  /** The exit handled last was a #PF the guest does not learn of. */
  private hiddenFault = false;
  /** Index of the guest that hears the console. */
  private consoleGuest = 0;
  private readonly keyboard = new KeyboardSwitch((guest, code) => this.key(guest, code));
  /** Made of VMCB and registers when somebody asks, and good until the handler runs. */
  private record: ExitRecord | undefined;
  private readonly storesNRip: boolean;
  private readonly services = { serveInterrupt: (): string => this.serveInterrupt() };

  constructor(private readonly host: HostMode) {
    this.pages = new SystemPages(host);
    this.storesNRip = hasSvmFeature(host, 'NRIPS');
    this.devices = new HostDevices(host);
    this.devices.initialise();
  }

  get guests(): readonly Vm[] {
    return this.vms;
  }
  /** The guest that runs, or whose exit is being looked at. */
  get current(): Vm | undefined {
    return this.vms[this.currentIndex];
  }
  get phase(): Phase {
    return this.phaseNow;
  }
  /** #VMEXITs so far. */
  get exitCount(): number {
    return this.exits;
  }
  /** The exit that has been done and not handled, in phase `exit`. */
  get pendingExit(): ExitRecord | undefined {
    const { current } = this;
    if (this.phaseNow !== 'exit' || !current) return undefined;
    return (this.record ??= pendingRecord(this.exits, this.exitTime, current));
  }

  /** Builds a guest; it runs with the next `run`. Throws OutOfMemory or RangeError with a message for the user. */
  addGuest(spec: GuestSpec, software?: GuestSoftware): Vm {
    const vm = Vm.create(this.vms.length, spec, this.host, this.devices, this.pages);
    this.vms.push(vm);
    this.software.push(software);
    this.cards.push(spec);
    const outcome = software?.setUp?.(vm);
    if (outcome) this.act(vm, outcome);
    return vm;
  }

  /** No guest runs: each waits in HLT, or has ended. */
  get sleeps(): boolean {
    const waits = this.vms.every(({ vcpu: { state } }) => state.halted || state.stopped !== null);
    return this.phaseNow === 'between' && waits;
  }
  /** Virtual ns in which no guest could run. */
  get idleTime(): number {
    return this.idle;
  }

  /** Which guest hears what is typed at the console. */
  giveConsole(id: number): void {
    this.consoleGuest = id;
  }
  /** Who hears it: when that guest has ended, the first that has not. */
  get listener(): Vm | undefined {
    const given = this.vms[this.consoleGuest];
    const lives = ({ vcpu }: Vm): boolean => vcpu.state.stopped === null;
    return given && lives(given) ? given : this.vms.find(lives);
  }

  /**
   * Runs until virtual time `until` (ns) or for `steps` guest instructions; a delivered exception counts as one, a page fault that is
   * answered behind the guest's back does not.
   */
  run(until: number, steps = Infinity): HypervisorStop {
    let left = steps;
    for (;;) {
      if (this.phaseNow === 'exit') {
        const stop = this.handleExit();
        if (stop) return stop;
        if (this.hiddenFault) left++;
      }
      const start = this.host.time;
      if (start >= until || left <= 0) return TIME;
      if (this.phaseNow === 'between') {
        const stop = this.prepare(until);
        if (stop) return stop;
        if (this.host.time >= until) return TIME;
      }
      const before = this.host.time;
      const stop = this.enterOrGoOn(Math.min(until, before + left));
      if (stop.kind !== 'vmexit') {
        left -= this.host.time - before;
        if (stop.kind === 'time') continue;
        return stop;
      }
      left -= this.exitTime - before;
      if (this.exitCode === EXIT_CODES.VMEXIT_NPF.code) left++;
      if (this.stopOnExit?.(this.pendingExit!)) return { kind: 'exit', record: this.pendingExit! };
    }
  }

  private get exitCode(): number {
    return this.current!.vcpu.vmcb.int(VMCB.exitCode.offset);
  }

  // Between #VMEXIT and VMRUN

  /** Chooses a guest and makes it ready for VMRUN, or waits until one can run. */
  private prepare(until: number): HypervisorStop | undefined {
    for (;;) {
      this.syncDevices();
      const next = nextGuest(this.vms, this.currentIndex, this.turnEnd, this.host.time);
      if (next >= 0) {
        this.makeReady(next);
        const vm = this.vms[next]!;
        const outcome = this.software[next]?.beforeEntry?.(vm);
        if (outcome) this.act(vm, outcome);
        if (!vm.vcpu.state.stopped) return undefined;
        const stop = this.endAfter(vm.vcpu.state.stopped);
        if (stop) return stop;
        continue;
      }
      const stop = this.wait(until);
      if (stop) return stop;
    }
  }

  private makeReady(index: number): void {
    const { host } = this;
    const vm = this.vms[index]!;
    if (index !== this.currentIndex || host.time >= this.turnEnd) {
      this.turnEnd = host.time + Math.min(TURN, vm.account.credit);
    }
    this.currentIndex = index;
    this.wanted = isWanted(this.vms, index);
    for (const other of this.vms) if (other !== vm) other.vcpu.store();
    vm.vcpu.load();
    vm.vcpu.state.halted = false;
    offerInterrupt(vm.vcpu);
    this.setTimer();
  }

  /** No guest can run: the processor halts in host mode. */
  private wait(until: number): HypervisorStop | undefined {
    if (this.vms.every(({ vcpu }) => vcpu.state.stopped !== null)) return this.allEnded();
    this.setTimer();
    const from = this.host.time;
    const woken = this.host.halt(until);
    this.idle += this.host.time - from;
    switch (woken) {
      case 'interrupt':
        this.serveInterrupt();
        return undefined;
      case 'time':
        return TIME;
      case 'halted':
        return HALTED;
    }
  }

  private allEnded(): HypervisorStop {
    return this.vms.length > 1 ? GUESTS_ENDED : (this.vms[0]?.vcpu.state.stopped ?? HALTED);
  }

  /** A guest has come to its end: the end of all, if it is the only or the last one. */
  private endAfter(stop: GuestStop): HypervisorStop | undefined {
    if (this.vms.length === 1) return stop;
    return this.vms.every(({ vcpu }) => vcpu.state.stopped !== null) ? GUESTS_ENDED : undefined;
  }

  /** Devices of guests that live come to the present. */
  private syncDevices(): void {
    for (const { board, vcpu } of this.vms) if (vcpu.state.stopped === null) board.advanceTo(this.host.time);
  }

  /** Virtual time of the nearest alarm of any guest, and of the end of a turn while another guest waits, ns; Infinity: none is set. */
  get nextAlarm(): number {
    let due = Infinity;
    for (const { board, vcpu } of this.vms) {
      if (vcpu.state.stopped !== null) continue;
      due = Math.min(due, nmiWaits(vcpu) ? this.host.time : board.clock.next());
    }
    return this.wanted ? Math.min(due, this.turnEnd) : due;
  }

  /** The one physical timer. */
  private setTimer(): void {
    this.devices.setTimer(this.nextAlarm);
  }

  private serveInterrupt(): string {
    const { devices } = this;
    const interrupt = devices.acknowledge();
    if (interrupt === 'timer') devices.timerFired();
    if (interrupt === 'console') this.hear(devices.received());
    if (interrupt === 'keyboard') this.keyboard.hear(devices.typed());
    return interrupt;
  }

  /** A dead guest's keys are lost. */
  private key(guest: number, code: number): void {
    const vm = this.vms[guest];
    if (vm?.vcpu.state.stopped === null) vm.board.parts.i8042.keyboard.type([code]);
  }

  private hear(bytes: readonly number[]): void {
    this.listener?.board.parts.console.input(bytes);
  }

  private enterOrGoOn(until: number): HostStop {
    const { host } = this;
    const { vcpu, account } = this.current!;
    const from = host.time;
    const { spa } = vcpu.vmcb;
    let stop: HostStop;
    if (this.phaseNow === 'between') {
      host.vmload(spa);
      this.phaseNow = 'guest';
      stop = host.run(host.vmrun(spa), until);
    } else stop = host.run(undefined, until);
    charge(account, host.time - from, this.wanted);
    if (stop.kind === 'vmexit') {
      host.vmsave(spa);
      vcpu.vmcb.set('tlbControl', TLB_CONTROL_NOTHING);
      this.phaseNow = 'exit';
      this.exits++;
      this.exitTime = host.exitTime;
    }
    return stop;
  }

  // The exit

  private handleExit(): HypervisorStop | undefined {
    const vm = this.current!;
    const { vcpu } = vm;
    vcpu.exited();
    this.syncDevices();
    const record = this.onExit && this.pendingExit!;
    this.record = undefined;
    const isPageFault = this.exitCode === EXIT_CODES.VMEXIT_EXCP_PF.code;
    const outcome = this.complete(vm, this.decide(vm));
    this.hiddenFault = isPageFault && outcome.kind === 'resume';
    const rip = vcpu.vmcb.low('rip');
    this.phaseNow = 'between';
    this.act(vm, outcome);
    if (record) this.onExit?.(decidedRecord(record, outcome, (vcpu.vmcb.low('rip') - rip) | 0));
    return outcome.kind === 'stop' ? this.endAfter(outcome.stop) : undefined;
  }

  private decide(vm: Vm): Outcome {
    const name = exitName(this.exitCode);
    try {
      const answer = name && this.software[vm.id]?.exit?.(name, vm);
      return answer ?? (name ? EXIT_HANDLERS[name] : unexpected)(vm, this.services);
    } catch (error) {
      if (error instanceof OutOfMemory) return diagnosis('system memory', error.message);
      throw error;
    }
  }

  /** Where the processor stores no nRIP, software finds out where `advance` leads. */
  private complete({ vcpu }: Vm, outcome: Outcome): Outcome {
    if (this.storesNRip || outcome.kind !== 'advance' || outcome.to !== undefined) return outcome;
    const to = nextInstruction(vcpu);
    if (to !== undefined) return { ...outcome, to };
    const name = exitName(this.exitCode) ?? 'the exit';
    const at = vcpu.vmcb.number('rip').toString(16).toUpperCase();
    return diagnosis(
      outcome.by,
      `${name} at RIP ${at}h: the processor stores no nRIP, and the instruction cannot be read`,
    );
  }

  private act(vm: Vm, outcome: Outcome): void {
    const { vcpu } = vm;
    const { vmcb } = vcpu;
    switch (outcome.kind) {
      case 'resume':
        redeliver(vcpu);
        break;
      case 'advance':
        this.advance(vm, outcome.to);
        break;
      case 'inject':
        injectEvent(vcpu, outcome.event);
        break;
      case 'stop':
        vcpu.state.stopped = outcome.stop;
        // A debugger reads the instruction that ended the guest, so RIP stays.
        vmcb.set('eventInj', 0);
        this.onGuestEnd?.(vm, outcome.stop);
        break;
    }
  }

  /** Past the intercepted instruction, with what its completion means: no shadow, no RF, the single-step trap. */
  private advance({ vcpu }: Vm, to: bigint | undefined): void {
    const { vmcb } = vcpu;
    endStep(vcpu);
    if (to === undefined) vmcb.setHalves('rip', vmcb.low('nRip'), vmcb.high('nRip'));
    else vmcb.setBig('rip', to);
    vmcb.set('interruptShadow', 0);
    const flags = vmcb.low('rflags');
    vmcb.set('rflags', flags & ~RFLAGS_RF);
    if ((flags & RFLAGS_TF) === 0) return;
    vmcb.set('dr6', (vmcb.low('dr6') | DR6_BS) >>> 0);
    injectEvent(vcpu, { type: EVENT_TYPE_EXCEPTION, vector: VECTOR_DB });
  }

  // Snapshots

  saveState(): HypervisorState {
    return {
      phase: this.phaseNow,
      current: this.currentIndex,
      exits: this.exits,
      exitTime: this.exitTime,
      turnEnd: this.turnEnd,
      wanted: this.wanted,
      idle: this.idle,
      consoleGuest: this.consoleGuest,
      keyboard: { ...this.keyboard.state },
      timerDue: this.devices.timerDue,
      nextPage: this.pages.next,
      guests: this.vms.map((vm) => vm.saveState()),
    };
  }

  /** The machine's own state and system memory have been restored already. */
  loadState(saved: HypervisorState): void {
    this.vms = saved.guests.map((guest, id) =>
      Vm.restore(id, guest, this.host, this.devices, this.pages, this.cards[id]!),
    );
    this.phaseNow = saved.phase;
    this.record = undefined;
    this.currentIndex = saved.current;
    this.exits = saved.exits;
    this.exitTime = saved.exitTime;
    this.turnEnd = saved.turnEnd;
    this.wanted = saved.wanted;
    this.idle = saved.idle;
    this.consoleGuest = saved.consoleGuest;
    this.keyboard.state = { ...saved.keyboard };
    this.devices.timerDue = saved.timerDue;
    this.pages.next = saved.nextPage;
  }
}
