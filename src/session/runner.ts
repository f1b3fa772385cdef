/**
 * Runs a lab in slices that yield in between, so that a pause or typed text is heard within a few milliseconds. Continue, steps of an
 * instruction or a line, over or into calls; virtual time never runs ahead of the wall clock where a person sits at the console.
 */
import type { CodeBreakpoint } from './breakpoints';
import { ExpressionError } from './expression';
import type { Lab, World } from './lab';
import { interruptFrame } from './interrupt-frame';
import type { InterruptFrame } from './interrupt-frame';
import { manualHex } from './number-words';
import { breathe, Wait, wallTime } from './pace';
import type { Program } from './program';
import { codeAddress } from './registers';
import { RSP } from '../engine/arch/registers';
import { isEnd } from './stop';
import type { LabStop } from './stop';

export type RunKind =
  | { readonly kind: 'continue' }
  | { readonly kind: 'step'; readonly unit: 'instruction' | 'line'; readonly over: boolean }
  /** To behind the return of this routine. */
  | { readonly kind: 'step-out' };

export interface RunnerOptions {
  /** A person sits there: virtual time keeps to the wall clock. */
  readonly interactive: boolean;
  /** Stops when this many instructions have retired. */
  readonly maxInstructions?: number;
  /** Whether somebody sits at a screen, whose keys might end a HLT; left out: nobody. */
  readonly hasKeyboard?: () => boolean;
}

/** Milliseconds of engine between two breaths; the first slices of a run are short ones. */
const SLICE_MS = 10;
const BREATH_MS = 16;
const FIRST_SLICE = 100_000;
const LONGEST_SLICE = 50_000_000;
/** Virtual nanoseconds an idle machine may skip at one go where nobody waits. */
const IDLE_SLICE = 1_000_000_000;
const NS_PER_MS = 1_000_000;
/** A machine that sleeps is let sleep for so long at least: what falls due meanwhile comes at its virtual time all the same. */
const NAP_MS = 8;
/** Virtual time catches up with the wall clock from so far behind, and not from farther. */
const FARTHEST_BEHIND_MS = 200;
/** A machine that sleeps is looked at this often, lest it fall too far behind; what is typed wakes it at once. */
const IDLE_MS = 150;
/** No id of the user's. */
const OWN = -1;

const LEAVES = /^(I?RET|SYSRET|SYSEXIT|RSM)/;

interface NextInstruction {
  readonly length: number;
  readonly repeats: boolean;
  /** It comes back to the instruction after it. */
  readonly returns: boolean;
  /** It ends a routine. */
  readonly leaves: boolean;
}

/** What a step is up to. */
interface Step {
  readonly world: World;
  readonly line: string;
  readonly unit: 'instruction' | 'line';
  readonly over: boolean;
  readonly out: boolean;
  /** Linear address of the instruction the step has come to last. */
  from: bigint | undefined;
  /** Runs on to here; at least so much stack must be free again. */
  until: { readonly address: bigint; readonly world: 'host' | number; readonly stack: bigint } | undefined;
}

export class Runner {
  private pauseWanted = false;
  private slice = FIRST_SLICE;
  private readonly wait = new Wait();
  private breakpoints: readonly CodeBreakpoint[] = [];
  private step: Step | undefined;
  private wallStart = 0;
  /** Milliseconds until there is something to do again. */
  private rest = 1;
  private virtualStart = 0;
  private inputOpen = true;
  /** The event that was delivered in the last step. */
  private delivered: { readonly kind: string; readonly frame: InterruptFrame | undefined } | undefined;
  /** The place last passed although a breakpoint stands there, and when: an exit answered there comes back to it. */
  private passed: { readonly address: bigint; readonly world: 'host' | number; readonly retired: number } | undefined;
  /** Told between slices, and once before the end. */
  onBreath: () => void = () => undefined;

  constructor(
    private readonly lab: Lab,
    private readonly options: RunnerOptions,
  ) {
    lab.target.watch.onEvent = (kind, errorCode) => {
      if (!this.step || this.step.until) return;
      // now, for the first instruction of the handler may be done before `go` comes back
      this.delivered = { kind, frame: interruptFrame(lab, lab.world, errorCode) };
    };
  }

  get running(): boolean {
    return this.lab.stopped === undefined;
  }

  pause(): void {
    this.pauseWanted = true;
    this.wait.wake();
  }

  /** Bytes typed at the console. */
  type(bytes: Iterable<number>): void {
    this.lab.target.sendConsole(bytes);
    this.wait.wake();
  }
  /** Keys typed at the keyboard beside a screen: codes of set 2. */
  typeKeys(guest: number | null, codes: readonly number[]): void {
    this.lab.target.typeKeys(guest, codes);
    this.wait.wake();
  }
  /** Nothing will be typed any more: a HLT that waits for it is the end. */
  closeInput(): void {
    this.inputOpen = false;
    this.wait.wake();
  }

  /** The user's breakpoints. */
  setBreakpoints(list: readonly CodeBreakpoint[]): void {
    this.breakpoints = list;
    this.applyBreakpoints();
  }

  private applyBreakpoints(): void {
    const until = this.step?.until;
    const own: CodeBreakpoint[] = until
      ? [{ id: OWN, address: until.address, world: until.world, condition: undefined, hits: 1, message: undefined }]
      : [];
    this.lab.breakpoints.set([...this.breakpoints, ...own]);
  }

  /** Goes on, until there is a reason to stand still; the lab has it then as `stopped`. */
  async run(kind: RunKind): Promise<LabStop> {
    const { lab } = this;
    const before = lab.stopped;
    if (before && isEnd(before)) return before;
    if (!before) throw new Error('the lab is running already');
    lab.stopped = undefined;
    this.pauseWanted = false;
    this.step = kind.kind === 'continue' ? undefined : this.beginStep(kind);
    this.wallStart = wallTime();
    this.virtualStart = lab.machine.clock.now;
    this.pass();
    let stop: LabStop;
    try {
      // whoever asked is answered before anything happens
      await breathe();
      stop = await this.loop();
    } finally {
      if (this.step?.until) {
        this.step = undefined;
        this.applyBreakpoints();
      }
      this.step = undefined;
    }
    lab.stopped = stop;
    this.onBreath();
    return stop;
  }

  private async loop(): Promise<LabStop> {
    const { lab } = this;
    let breath = wallTime();
    for (;;) {
      if (this.pauseWanted) return { kind: 'pause' };
      const outcome = this.step && !this.step.until ? this.unit(this.step) : this.stretch();
      if (typeof outcome === 'object') return outcome;
      if (outcome === 'idle' && !this.mayWake()) {
        return lab.several ? { kind: 'guests-ended' } : { kind: 'halted' };
      }
      const now = wallTime();
      if (outcome === 'go' && now - breath < BREATH_MS) continue;
      lab.flush();
      this.onBreath();
      if (outcome === 'idle') await this.wait.for(IDLE_MS);
      else if (outcome === 'ahead') await this.wait.for(this.rest);
      else await breathe();
      breath = wallTime();
    }
  }

  private mayWake(): boolean {
    const { target } = this.lab;
    if (this.inputOpen && target.canBeWoken) return true;
    return target.keyCanWake && this.options.hasKeyboard?.() === true;
  }

  /** One slice of running on. `ahead`: the wall clock is behind; `idle`: HLT, and only the outside can end it. */
  private stretch(): LabStop | 'go' | 'ahead' | 'idle' {
    const { lab, options } = this;
    const { machine } = lab;
    const { now } = machine.clock;
    // virtual time may not depend on how long slices are: what nobody waits for is cut by instructions
    let until = now + (options.interactive ? this.slice : IDLE_SLICE);
    let pace = Infinity;
    if (options.interactive) {
      pace = this.pace(now);
      if (now >= pace) {
        this.rest = 1;
        return 'ahead';
      }
      until = Math.min(until, pace);
    }
    const left = this.stepsLeft();
    if (left <= 0) return { kind: 'limit' };
    const steps = options.interactive ? left : Math.min(left, this.slice);
    const from = wallTime();
    const outcome = this.go(until, steps);
    const result = outcome === 'passed' ? 'go' : outcome;
    if (outcome === 'go' && machine.clock.now >= pace && lab.target.sleeps) {
      // the processor sleeps until the next alarm, and so do we
      this.rest = Math.min(IDLE_MS, Math.max(NAP_MS, (lab.target.nextAlarm - machine.clock.now) / NS_PER_MS));
      return 'ahead';
    }
    const took = wallTime() - from;
    if (took < SLICE_MS / 2) this.slice = Math.min(this.slice * 2, LONGEST_SLICE);
    else if (took > SLICE_MS * 1.5) this.slice = Math.max(Math.floor(this.slice / 2), FIRST_SLICE);
    return result;
  }

  /**
   * Virtual time may come to here. What an engine slower than the wall clock has lost is lost: a guest that has worked hard would
   * otherwise live through its next seconds of idleness, or of a person's, in a moment.
   */
  private pace(now: number): number {
    const wall = wallTime();
    const pace = this.virtualStart + Math.floor((wall - this.wallStart) * NS_PER_MS) + NS_PER_MS;
    if (pace - now <= FARTHEST_BEHIND_MS * NS_PER_MS) return pace;
    this.wallStart = wall;
    this.virtualStart = now;
    return now + NS_PER_MS;
  }

  private stepsLeft(): number {
    const { maxInstructions } = this.options;
    return maxInstructions === undefined ? Infinity : maxInstructions - this.lab.machine.processor.retired;
  }

  /** `passed`: nothing was done but to make ready to pass a breakpoint. */
  private go(until: number, steps: number): LabStop | 'go' | 'idle' | 'passed' {
    const { lab } = this;
    const stop = lab.target.run(until, steps);
    const wanted = lab.takeWanted();
    if (wanted) return wanted;
    switch (stop.kind) {
      case 'time':
      case 'stopped':
        return 'go';
      case 'halted':
        return 'idle';
      case 'breakpoint':
        return this.meet();
      case 'shutdown':
        return { kind: 'shutdown', what: stop.what ?? 'triple fault: the processor is in SHUTDOWN' };
      case 'diagnosis':
        return { kind: 'diagnosis', what: stop.what };
      case 'unknown-encoding':
        return { kind: 'unknown-encoding', bytes: stop.bytes, place: this.placeWords() };
      case 'power-off':
      case 'guests-ended':
        return stop;
      case 'debug-exit':
        return { kind: 'debug-exit', status: stop.status, value: stop.value };
    }
  }

  private placeWords(): string {
    const { lab } = this;
    const { address, world } = lab.place;
    const name = lab.programOf(lab.world).place(address);
    return `${manualHex(address)}${name ? ` = ${name}` : ''}, ${lab.state.mode}, ${world === 'host' ? 'host' : lab.guest(world)!.identity.name}`;
  }

  /** The engine stands before an address somebody asked for. */
  private meet(): LabStop | 'go' | 'passed' {
    const { lab, step } = this;
    const { processor } = lab.machine;
    const { place } = lab;
    const { passed } = this;
    if (
      passed &&
      passed.address === place.address &&
      passed.world === place.world &&
      passed.retired === processor.retired
    ) {
      processor.passBreakpoint();
      return 'passed';
    }
    try {
      const { ids, said } = lab.breakpoints.meet(place, lab.scopeOf(lab.world));
      for (const words of said) lab.ears.say(`${words}\n`);
      const own = ids.filter((id) => id !== OWN);
      if (own.length > 0) return { kind: 'breakpoint', ids: own };
      if (step?.until && ids.includes(OWN) && lab.registers(lab.world).gpr(RSP) >= step.until.stack) {
        step.until = undefined;
        this.applyBreakpoints();
        // come back to the same instruction, it is still to be done
        const done = place.address === step.from ? undefined : this.stepDone(step, false);
        if (done) return done;
      }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      lab.ears.say(`The condition of a breakpoint failed: ${error.message}\n`);
      return { kind: 'breakpoint', ids: lab.breakpoints.at(place).map(({ id }) => id) };
    }
    this.pass();
    return 'go';
  }

  /** The next instruction is executed, breakpoint or not. */
  private pass(): void {
    const { processor } = this.lab.machine;
    processor.passBreakpoint();
    this.passed = { ...this.lab.place, retired: processor.retired };
  }

  // Steps

  private beginStep(kind: Exclude<RunKind, { kind: 'continue' }>): Step {
    const { lab } = this;
    const out = kind.kind === 'step-out';
    return {
      world: lab.world,
      line: this.lineHere(),
      unit: out ? 'instruction' : kind.unit,
      over: out || kind.over,
      out,
      from: undefined,
      until: undefined,
    };
  }

  /** What runs where the processor stands. */
  private get program(): Program {
    return this.lab.programOf(this.lab.world);
  }

  /** The source line the processor stands on; empty where there is none. */
  private lineHere(): string {
    const entry = this.program.lineAt(this.lab.place.address);
    return entry ? `${entry.file}:${entry.line}` : '';
  }

  /** One instruction, or the way over it begun. */
  private unit(step: Step): LabStop | 'go' | 'idle' {
    const { lab } = this;
    this.pass();
    const { world } = lab;
    if (world !== step.world && lab.target.kind === 'guest') {
      this.followGuest(step);
      return 'go';
    }
    step.from = lab.place.address;
    const next = this.nextInstruction(world);
    if (next && (step.over ? next.returns : next.repeats && step.unit === 'line')) {
      const registers = lab.registers(world);
      const address = codeAddress(registers) + BigInt(next.length);
      step.until = { address, world: world === 'host' ? 'host' : world.id, stack: registers.gpr(RSP) };
      this.applyBreakpoints();
      return 'go';
    }
    this.delivered = undefined;
    const result = this.go(Infinity, 1);
    if (result === 'passed') return 'go';
    if (result !== 'go') return result;
    if (this.passesEvent(step, world)) return 'go';
    return this.stepDone(step, step.out && world === step.world && next?.leaves === true) ?? 'go';
  }

  /** Runs on until the guest the step is about has the processor again. */
  private followGuest(step: Step): void {
    const { lab } = this;
    if (step.world === 'host') return;
    const registers = lab.registers(step.world);
    step.until = { address: codeAddress(registers), world: step.world.id, stack: 0n };
    this.applyBreakpoints();
  }

  /**
   * An event has been delivered that the step is not about: it runs on until the handler has returned. An interrupt comes between two
   * instructions whatever they are; an exception is of the instruction, so only the way out of a routine passes it by.
   */
  private passesEvent(step: Step, world: World): boolean {
    const { lab, delivered } = this;
    if (!delivered || lab.world !== world) return false;
    const interrupt = delivered.kind === 'external' || delivered.kind === 'nmi';
    const passes = interrupt ? step.over || step.unit === 'line' : step.out;
    if (!passes || !delivered.frame) return false;
    step.until = { ...delivered.frame, world: world === 'host' ? 'host' : world.id };
    this.applyBreakpoints();
    return true;
  }

  /** What a step must know of the instruction that comes next. */
  private nextInstruction(world: World): NextInstruction | undefined {
    const { lab } = this;
    const { processor, state } = lab.machine;
    if (world === (lab.executing ?? 'host')) {
      const i = processor.instructionAt(state.ripLow, state.ripHigh);
      if (!i) return undefined;
      const { mnemonic, rep } = i.row;
      const repeats = rep !== undefined && i.rep !== 'none';
      const returns = repeats || /^(CALL|INT|VMRUN)/.test(mnemonic);
      return { length: i.length, repeats, returns, leaves: LEAVES.test(mnemonic) };
    }
    const text = lab.instruction(world);
    return text && { ...text, leaves: LEAVES.test(text.text.toUpperCase()) };
  }

  private stepDone(step: Step, returned: boolean): LabStop | undefined {
    const { lab } = this;
    if (this.stepsLeft() <= 0) return { kind: 'limit' };
    const done: LabStop = { kind: 'step' };
    // another guest has the processor: the step is not about it
    if (lab.target.kind === 'guest' && lab.world !== step.world) return undefined;
    if (step.out) return returned ? done : undefined;
    if (step.unit === 'instruction' || step.line === '') return done;
    const here = this.lineHere();
    if (here !== step.line) return done;
    // a jump to the beginning of the same line is a new visit
    const { address } = lab.place;
    const entry = this.program.lineAt(address);
    return entry && entry.address === address && this.isFirstOfLine(entry.file, entry.line) ? done : undefined;
  }

  private isFirstOfLine(file: string, line: number): boolean {
    return this.program.addressOf(file, line)?.address === this.lab.place.address;
  }
}
