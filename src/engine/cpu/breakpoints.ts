/** Where instructions are not to be run yet: breakpoints of whoever debugs the machine, and those of the debug registers. */
import { RFLAGS_RF } from '../arch/registers';
import type { Executor } from '../exec/executor';
import type { Instruction } from '../isa/decode';
import type { CpuState } from '../state/cpu-state';
import { HELD_BREAKPOINTS, INTERRUPT_SHADOW, SHADOW_TRAPS } from '../state/layout';
import type { DebugRegisters } from './debug-registers';

export type IsBreakpoint = (low: number, high: number) => boolean;

/** What is so of a processor that the debugger's breakpoints hang on. */
export interface Position {
  readonly executor: Executor;
  /** Instructions retired since reset. */
  readonly retired: number;
  /** Decodes the instruction at rIP; undefined where it cannot be read. */
  instructionAt(ripLow: number, ripHigh: number): Instruction | undefined;
}

export class Breakpoints {
  /** The debugger's breakpoint is next: the run stops. */
  met = false;
  private users: IsBreakpoint | undefined;
  /** The breakpoint at this rIP is passed by while this many instructions have retired. */
  private passed: { low: number; high: number; retired: number } | undefined;

  constructor(
    private readonly at: Position,
    private readonly state: CpuState,
    private readonly debug: DebugRegisters,
  ) {}

  /** The debugger's; costs nothing while undefined. */
  set(isBreakpoint: IsBreakpoint | undefined): void {
    this.users = isBreakpoint;
    this.apply();
  }

  /** Takes up what the debug registers say now. */
  apply(): void {
    const { debug, users } = this;
    const all: IsBreakpoint = (low, high) => debug.codeHits(low, high) !== 0 || users?.(low, high) === true;
    this.at.executor.setBreakpoints(debug.watchesCode ? all : users);
  }

  /** The next instruction is executed although a breakpoint may stand there, a repeated one to its end. */
  pass(): void {
    this.passed = { low: this.state.ripLow, high: this.state.ripHigh, retired: this.at.retired };
  }
  forget(): void {
    this.passed = undefined;
  }

  private passes(): boolean {
    const { passed, state, at } = this;
    if (!passed || passed.low !== state.ripLow || passed.high !== state.ripHigh || passed.retired !== at.retired) {
      this.passed = undefined;
      return false;
    }
    // the next iteration of a repeated instruction is met at the same place
    this.passed = this.repeats ? { ...passed, retired: passed.retired + 1 } : undefined;
    return true;
  }

  /** Whether the instruction at RIP is done once for each count in rCX. */
  get repeats(): boolean {
    const i = this.at.instructionAt(this.state.ripLow, this.state.ripHigh);
    return i?.row.rep !== undefined && i.rep !== 'none';
  }

  /** Behind MOV SS and POP SS no #DB is taken, and what they met themselves waits: whether it does. §8.5 */
  hold(): boolean {
    const { state, debug } = this;
    if (state.i32[INTERRUPT_SHADOW >> 2] !== SHADOW_TRAPS) return false;
    state.i32[HELD_BREAKPOINTS >> 2] = debug.hits;
    return true;
  }
  /** Bits of DR6 that have waited for the instruction which runs now. */
  takeHeld(): number {
    const bits = this.state.i32[HELD_BREAKPOINTS >> 2]!;
    this.state.i32[HELD_BREAKPOINTS >> 2] = 0;
    return bits;
  }

  /** 0 if the instruction at RIP may run, −1 if the debugger wants to stop (`met`), else the bits of DR6 for #DB. */
  check(): number {
    const { at, debug, state, users } = this;
    if (!at.executor.atBreakpoint) return 0;
    const [low, high] = at.executor.linearRip();
    if (users?.(low, high) && !this.passes()) {
      this.met = true;
      return -1;
    }
    const held = (state.systemFlags & RFLAGS_RF) !== 0 || state.i32[INTERRUPT_SHADOW >> 2] === SHADOW_TRAPS;
    return held ? 0 : debug.codeHits(low, high);
  }
}
