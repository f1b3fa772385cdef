/**
 * The processor: registers, MMU, executor, and what happens between instructions. `run` retires instructions up to a given virtual
 * time and says why it stopped. Exceptions, interrupts and #VMEXITs are decided here and in the files beside; devices are only
 * seen as an I/O bus, a memory bus, one interrupt line and a clock.
 */
import { EXIT_CODES } from '../arch/exit-codes';
import { INTERCEPTS, type InterceptName } from '../arch/intercepts';
import { VECTOR_DB, VECTOR_GP, VECTOR_PF, VECTOR_SS, VECTOR_UD } from '../arch/exceptions';
import {
  CR0_PE, CR4_SMAP, EFER_LMA, RFLAGS_AC, RFLAGS_IF, RFLAGS_RF, RFLAGS_TF, RFLAGS_VM, SEG_CS, SEG_DS, SEG_ES, SEG_SS,
} from '../arch/registers';
import type { IoBus, MmioBus } from '../bus/bus';
import type { Clock } from '../bus/clock';
import type { Mode } from '../exec/block-cache';
import { Executor, type Environment, type Exit } from '../exec/executor';
import { decode, type Instruction } from '../isa/decode';
import type { Row } from '../isa/row';
import type { Width } from '../exec/interpreter-emitter';
import { Tlb } from '../mmu/tlb';
import { ACCESS_EXECUTE, ACCESS_USER, Walker } from '../mmu/walk';
import type { Probe } from '../probe';
import { ARITHMETIC_FLAGS, ATTR_BIG, ATTR_LONG, type CpuState, type MsrSlot } from '../state/cpu-state';
import {
  ASID, CODE_LIMIT, FAULT_ADDRESS, FAULT_ERROR, FAULT_VECTOR, GIF, GUEST_MODE, HALTED, HOST_INTERRUPT_FLAG, INTERRUPT_SHADOW,
  INTR_LINE, NMI_BLOCKED, NMI_PENDING, RETIRED, SEG_READ_FIRST, SEG_WRITE_FIRST, SHADOW_TRAPS, VIRTUAL_INTERRUPT,
} from '../state/layout';
import type { Limits } from '../state/limits';
import type { Ram } from '../state/ram';
import { interceptsNamed, nRipValid } from '../svm/intercept';
import { storeInstructionBytes, vmexit } from '../svm/vmexit';
import type { Profile } from './profile';
import { DataAccess } from './data-access';
import { deliverException, deliverInterrupt } from './delivery';
import { EXITED, FAULT } from './fault';
import { JUMPED, type Core } from './core';
import { HELPERS } from './helpers';
import { isCanonical, MemoryAccess, VECTOR_NPF } from './memory-access';

/** Why `run` came back. */
export type StopReason =
  | { readonly kind: 'time' } // the given moment is reached
  | { readonly kind: 'halted' } // HLT, and no alarm pending or interrupts masked; time stands still
  | { readonly kind: 'shutdown' } // triple fault
  | { readonly kind: 'unknown-encoding'; readonly bytes: readonly number[] }
  | { readonly kind: 'breakpoint' } // one of `setBreakpoints` is next
  | { readonly kind: 'stopped' }; // somebody asked for it: see `requestStop`

/** What the processor needs of the board. */
export interface Board {
  readonly io: IoBus;
  readonly mmio: MmioBus;
  readonly clock: Clock;
  /** Acknowledges the interrupt controller: the vector of the pending interrupt. */
  acknowledgeInterrupt(): number;
}

const TIME: StopReason = { kind: 'time' };
const HALT: StopReason = { kind: 'halted' };
const STOPPED: StopReason = { kind: 'stopped' };
const BREAKPOINT: StopReason = { kind: 'breakpoint' };

const V_IRQ = 1 << 8;
const V_IGN_TPR = 1 << 20;
const V_INTR_MASKING = 1 << 24;

/** Longest slice: bounds how long the engine runs before it looks at the world. */
const LONGEST_SLICE = 1_000_000;

export class Processor implements Core, Environment {
  readonly walker: Walker;
  readonly tlb: Tlb;
  readonly memory: MemoryAccess;
  readonly executor: Executor;
  readonly limits: Limits;
  probe: Probe | undefined;
  /** With a hypervisor in host mode outside the machine, #VMEXIT stops the run instead of going on in emulated code. */
  onVmexit: (() => void) | undefined;
  private readonly data: DataAccess;
  private readonly modes: Mode[] = [];
  private mode!: Mode;
  private space = 0;
  /** Clock time minus retired instructions: what HLT skipped, and what a host outside the machine consumed. */
  private sliceStart = 0;
  private sliceLength = 0;
  private inSlice = false;
  /** Events delivered in this slice: each takes a nanosecond, but retires nothing. */
  private events = 0;
  private stopRequested = false;
  private shutDown = false;
  private breakpointMet = false;
  /** The breakpoint at this rIP is passed by while this many instructions have retired: see `passBreakpoint`. */
  private pass: { low: number; high: number; retired: number } | undefined;
  private unknownBytes: readonly number[] | undefined;
  /** Fetch translations of the current context: linear page → linear-memory page. */
  private readonly fetchLow = new Int32Array(64);
  private readonly fetchHigh = new Int32Array(64);
  private readonly fetchTag = new Int32Array(64).fill(-1);
  private readonly fetchOffset = new Float64Array(64);
  private tag = 0;
  private tagEpoch = 0;

  constructor(
    memory: WebAssembly.Memory,
    readonly state: CpuState,
    readonly ram: Ram,
    readonly profile: Profile,
    readonly board: Board,
  ) {
    this.limits = profile.limits;
    this.walker = new Walker(state, ram, this.limits);
    this.tlb = new Tlb(state);
    this.memory = new MemoryAccess(state, ram, this.walker, board.mmio);
    this.data = new DataAccess(state, ram, this.walker, this.tlb, this.memory);
    this.executor = new Executor(memory, state, ram, this);
  }

  // Environment of the executor

  translate(size: number, read: boolean, write: boolean): number {
    return this.data.translate(size, read, write);
  }

  fetch(low: number, high: number): number {
    const slot = (low >>> 12) & 63;
    const page = low & ~0xfff;
    if (this.fetchTag[slot] === this.tag && this.fetchLow[slot] === page && this.fetchHigh[slot] === high) {
      return this.fetchOffset[slot]! + (low & 0xfff);
    }
    const { state, walker } = this;
    if (!isCanonical(high)) return this.setFault(VECTOR_GP, 0);
    if (!walker.walk(low, high, ACCESS_EXECUTE | (state.cpl === 3 ? ACCESS_USER : 0))) {
      this.memory.setWalkFault(low, high);
      return -1;
    }
    const offset = this.ram.offset(walker.spa);
    // Where nothing answers, all ones are fetched: FF FF is an undefined opcode.
    if (offset < 0) return this.setFault(VECTOR_UD, -1);
    this.fetchLow[slot] = page;
    this.fetchHigh[slot] = high;
    this.fetchTag[slot] = this.tag;
    this.fetchOffset[slot] = offset - (offset & 0xfff);
    return offset;
  }

  codePage(pageOffset: number): void {
    this.tlb.dropWriteTags(pageOffset);
  }

  private setFault(vector: number, errorCode: number): -1 {
    this.state.i32[FAULT_VECTOR >> 2] = vector;
    this.state.i32[FAULT_ERROR >> 2] = errorCode;
    return -1;
  }

  // Context

  rflags(): number {
    return this.state.systemFlags | this.executor.arithmeticFlags();
  }

  flushAsid(asid: number): void {
    this.tlb.flushSpace(this.tlb.space(asid), false);
  }
  flushAllAsids(): void {
    this.tlb.flushAll();
  }
  /** Drops this address space's translations (MOV CR3 and its like). */
  flushTlb(keepGlobal: boolean): void {
    this.tlb.flushSpace(this.space, keepGlobal);
    this.contextChanged();
  }
  invalidatePage(low: number, high: number): void {
    this.tlb.invalidatePage(this.space, low, high);
    this.contextChanged();
  }
  invalidatePageOf(asid: number, low: number, high: number): void {
    this.tlb.invalidatePage(this.tlb.space(asid), low, high);
    this.contextChanged();
  }

  get is64Bit(): boolean {
    return this.mode.code === 64;
  }
  get isLongMode(): boolean {
    return (this.state.efer & EFER_LMA) !== 0;
  }
  get inGuest(): boolean {
    return this.state.i32[GUEST_MODE >> 2] !== 0;
  }

  contextChanged(): void {
    const { state, tlb } = this;
    const guest = state.i32[GUEST_MODE >> 2] !== 0;
    this.space = tlb.space(guest ? state.i32[ASID >> 2]! : 0);
    let cls: 0 | 1 | 2 = 0;
    if (state.cpl === 3) cls = 1;
    else if ((state.cr(4) & CR4_SMAP) !== 0 && (state.systemFlags & RFLAGS_AC) !== 0) cls = 2;
    this.mode = this.currentMode();
    const generation = tlb.generation(this.space);
    const epoch = Math.floor(generation / 0x80000);
    if (epoch !== this.tagEpoch) {
      // Tags would come round again: nothing of the last round may be found.
      this.tagEpoch = epoch;
      this.executor.flushJumpCache();
      this.fetchTag.fill(-1);
    }
    this.tag = (((generation & 0x7ffff) * 16 + this.space) * 4 + cls) * 64 + this.mode.id + 1;
    const bank = tlb.bank(this.space, cls);
    this.data.bank = bank;
    this.executor.setContext(this.mode, bank, this.tag);
  }

  /** The decoding mode, interned. */
  private currentMode(): Mode {
    const { state } = this;
    const attributes = state.attributes(SEG_CS);
    const long = (state.efer & EFER_LMA) !== 0 && (attributes & ATTR_LONG) !== 0;
    const code = long ? 64 : attributes & ATTR_BIG ? 32 : 16;
    const csBase = long ? 0 : state.baseLow(SEG_CS) >>> 0;
    const csLimit = long ? 0xffffffff : state.limit(SEG_CS);
    const flat = long || (this.isFlat(SEG_DS) && this.isFlat(SEG_ES) && this.isFlat(SEG_SS));
    state.i32[CODE_LIMIT >> 2] = csLimit | 0;
    const last = this.mode as Mode | undefined;
    const same = (m: Mode): boolean => m.code === code && m.flat === flat && m.csBase === csBase && m.csLimit === csLimit;
    if (last && same(last)) return last;
    const known = this.modes.find(same);
    if (known) return known;
    if (this.modes.length === 63) {
      this.modes.length = 0;
      this.executor.flushBlocks();
      this.fetchTag.fill(-1);
    }
    const mode: Mode = { id: this.modes.length, code, width: (long ? 64 : 32) as Width, flat, csBase, csLimit };
    this.modes.push(mode);
    return mode;
  }

  private isFlat(segment: number): boolean {
    const { state } = this;
    const at = state.segmentAt(segment) >> 2;
    return (
      state.baseLow(segment) === 0 &&
      state.i32[at + (SEG_READ_FIRST >> 2)] === 0 &&
      state.i32[at + (SEG_READ_FIRST >> 2) + 1] === -1 &&
      state.i32[at + (SEG_WRITE_FIRST >> 2)] === 0 &&
      state.i32[at + (SEG_WRITE_FIRST >> 2) + 1] === -1
    );
  }

  // Time

  /** Instructions retired since reset. */
  get retired(): number {
    const inside = this.inSlice ? this.sliceLength - this.executor.budget - this.events : 0;
    return this.state.f64[RETIRED >> 3]! + inside;
  }

  /** Virtual time in ns: exact within helpers too. */
  get now(): number {
    return this.inSlice ? this.sliceStart + this.sliceLength - this.executor.budget : this.board.clock.now;
  }

  /** Brings the clock to the present, so that devices see it. */
  syncClock(): void {
    if (this.inSlice && this.now > this.board.clock.now) this.board.clock.advanceTo(this.now);
  }

  /** Ends the slice after this instruction: an alarm was set, an interrupt came, somebody wants to look. */
  endSlice(): void {
    if (!this.inSlice || this.executor.budget <= 1) return;
    const cut = this.executor.budget - 1;
    this.executor.budget = 1;
    this.sliceLength -= cut;
  }

  endSliceIfAlarmMoved(): void {
    if (!this.inSlice) return;
    const room = this.board.clock.next() - this.now;
    const left = Math.max(1, room);
    if (left >= this.executor.budget) return;
    this.sliceLength -= this.executor.budget - left;
    this.executor.budget = left;
  }

  setTaskPriority(priority: number): void {
    const { state } = this;
    state.setCr(8, priority);
    if (this.inGuest && (state.i32[VIRTUAL_INTERRUPT >> 2]! & V_INTR_MASKING) !== 0) {
      state.i32[VIRTUAL_INTERRUPT >> 2] = (state.i32[VIRTUAL_INTERRUPT >> 2]! & ~0xff) | priority;
    }
  }

  private beginSlice(length: number): void {
    this.sliceStart = this.board.clock.now;
    this.sliceLength = length;
    this.executor.budget = length;
    this.events = 0;
    this.inSlice = true;
  }

  private closeSlice(): void {
    const done = this.sliceLength - this.executor.budget;
    this.inSlice = false;
    this.state.f64[RETIRED >> 3]! += done - this.events;
    if (this.sliceStart + done > this.board.clock.now) this.board.clock.advanceTo(this.sliceStart + done);
  }

  // Running

  /** Level of the INTR input. */
  setInterruptLine(level: boolean): void {
    this.state.i32[INTR_LINE >> 2] = level ? 1 : 0;
    if (level) this.endSlice();
  }
  pendNmi(): void {
    this.state.i32[NMI_PENDING >> 2] = 1;
    this.endSlice();
  }
  requestStop(): void {
    this.stopRequested = true;
    this.endSlice();
  }

  /** Stands still for good: the next `run` says so. */
  shutdown(): void {
    this.shutDown = true;
  }
  get isShutDown(): boolean {
    return this.shutDown;
  }
  clearStop(): void {
    this.shutDown = false;
    this.unknownBytes = undefined;
  }

  /**
   * Runs until virtual time `until` (ns), or for `steps` instructions, whichever is first. Alarms fire in between, interrupts are
   * delivered at exact counts.
   */
  run(until: number, steps = Infinity): StopReason {
    const { clock } = this.board;
    this.stopRequested = false;
    this.contextChanged();
    const lastRetired = this.retired + steps;
    for (;;) {
      clock.runDue();
      if (this.shutDown) return { kind: 'shutdown' };
      if (this.stopRequested) return STOPPED;
      if (clock.now >= until || this.retired >= lastRetired) return TIME;
      if (this.acceptEvent()) continue;
      if (this.state.i32[HALTED >> 2]) {
        if (clock.next() === Infinity || !this.haltCanEnd()) return HALT;
        clock.advanceTo(Math.min(clock.next(), until));
        continue;
      }
      const room = Math.min(until, clock.next()) - clock.now;
      const single = this.state.i32[INTERRUPT_SHADOW >> 2] !== 0 || (this.state.systemFlags & (RFLAGS_TF | RFLAGS_RF)) !== 0;
      this.beginSlice(single ? 1 : Math.min(room, LONGEST_SLICE, lastRetired - this.retired));
      this.runSlice(single);
      this.closeSlice();
      if (this.unknownBytes) return { kind: 'unknown-encoding', bytes: this.unknownBytes };
      if (this.breakpointMet) {
        this.breakpointMet = false;
        return BREAKPOINT;
      }
    }
  }

  /** `run` stops before instructions at linear addresses that are breakpoints. Costs nothing while undefined. */
  setBreakpoints(isBreakpoint: ((low: number, high: number) => boolean) | undefined): void {
    this.executor.setBreakpoints(isBreakpoint);
  }
  /** The next instruction is executed although a breakpoint may stand there, a repeated one to its end. */
  passBreakpoint(): void {
    this.pass = { low: this.state.ripLow, high: this.state.ripHigh, retired: this.retired };
  }
  /** Whether to go past a breakpoint at RIP. */
  private passes(): boolean {
    const { pass, state } = this;
    if (!pass || pass.low !== state.ripLow || pass.high !== state.ripHigh || pass.retired !== this.retired) {
      this.pass = undefined;
      return false;
    }
    // the next iteration of a repeated instruction is met at the same place
    const i = this.instructionAt(state.ripLow, state.ripHigh);
    this.pass = i?.row.rep && i.rep !== 'none' ? { ...pass, retired: pass.retired + 1 } : undefined;
    return true;
  }

  private runSlice(single: boolean): void {
    const { executor, state } = this;
    if (single) {
      if (executor.atBreakpoint && !this.passes()) {
        this.breakpointMet = true;
        return;
      }
      const trap = (state.systemFlags & RFLAGS_TF) !== 0;
      state.i32[INTERRUPT_SHADOW >> 2] = 0;
      const before = this.retired;
      const exit = executor.step();
      if (exit) this.handle(exit);
      if (this.retired === before) return;
      state.systemFlags &= ~RFLAGS_RF;
      const held = state.i32[INTERRUPT_SHADOW >> 2] === SHADOW_TRAPS;
      if (trap && !held && !this.shutDown && this.trapPending(state.systemFlags)) this.trap();
      return;
    }
    let exit: Exit | undefined = executor.execute();
    while (exit && exit.kind !== 'budget') {
      if (exit.kind === 'breakpoint') {
        if (!this.passes()) {
          this.breakpointMet = true;
          return;
        }
        exit = executor.step() ?? executor.execute();
        continue;
      }
      const resumeAt: number = this.handle(exit);
      if (this.shutDown || this.unknownBytes || this.eventsMayWait()) return;
      exit = resumeAt >= 0 && executor.budget > 0 ? executor.resume(resumeAt) : executor.execute();
    }
  }

  /** TF trapped unless the instruction was one that ended in another context with TF clear. */
  private trapPending(flags: number): boolean {
    return (flags & RFLAGS_TF) !== 0;
  }

  private trap(): void {
    const { state } = this;
    const dr6 = 0x3a0 + 6 * 8;
    state.i32[dr6 >> 2]! |= 1 << 14;
    this.setFault(VECTOR_DB, -1);
    this.raiseFault();
  }

  /** Whether the slice must end because something has to be looked at between instructions. */
  private eventsMayWait(): boolean {
    const { state } = this;
    return (
      this.stopRequested ||
      state.i32[HALTED >> 2] !== 0 ||
      state.i32[INTERRUPT_SHADOW >> 2] !== 0 ||
      (state.systemFlags & (RFLAGS_TF | RFLAGS_RF)) !== 0 ||
      this.interruptReady()
    );
  }

  /** Deals with an exit; returns the record to resume behind, or −1 to look RIP up. */
  private handle(exit: Exit): number {
    const { state, executor } = this;
    switch (exit.kind) {
      case 'helper': {
        const { site } = exit;
        const result = this.runHelper(site.instruction, site.helper);
        if (result === RAISED) return -1;
        executor.budget--;
        if (result === JUMPED) return -1;
        const sum = (site.ripLow >>> 0) + site.instruction.length;
        state.setRip(sum | 0, this.mode.code === 64 && sum > 0xffffffff ? (site.ripHigh + 1) | 0 : site.ripHigh);
        return site.instruction.row.ends ? -1 : exit.record;
      }
      case 'fault':
        this.refineStackFault();
        this.raiseFault();
        return -1;
      case 'careful':
        this.stepCarefully();
        return -1;
      case 'failure':
        if (exit.failure.kind === 'unknown') {
          this.unknownBytes = exit.failure.bytes;
          return -1;
        }
        this.setFault(VECTOR_GP, 0);
        this.raiseFault();
        return -1;
      case 'budget':
      case 'breakpoint':
        return -1;
    }
  }

  /** One instruction by itself, its device and page-crossing accesses staged. */
  private stepCarefully(): void {
    this.syncClock();
    this.data.begin();
    const exit = this.executor.step();
    this.data.end(exit === undefined);
    if (exit) this.handle(exit);
  }

  private runHelper(instruction: Instruction, name: keyof typeof HELPERS): number {
    const { row } = instruction;
    try {
      if (row.intercept && this.inGuest && !SELF_CHECKED.has(row.intercept) && interceptsNamed(this.state, row.intercept)) {
        if (INTERCEPTS[row.intercept].priority !== 'before-exceptions') this.checkRules(row);
        this.interceptInstruction(INTERCEPTS[row.intercept].exitCode, instruction);
        return JUMPED;
      }
      return HELPERS[name](this, instruction);
    } catch (thrown) {
      if (thrown === FAULT) {
        this.raiseFault();
        return RAISED;
      }
      if (thrown === EXITED) return JUMPED;
      throw thrown;
    }
  }

  /** The exceptions that come before an intercept of lower priority: mode and privilege. */
  private checkRules(row: Row): void {
    const { state } = this;
    const isProtected = (state.cr(0) & CR0_PE) !== 0 && ((state.systemFlags & RFLAGS_VM) === 0 || this.isLongMode);
    if (row.protectedMode && !isProtected) this.raise(VECTOR_UD);
    if (row.cpl === 0 && state.cpl !== 0) this.raise(VECTOR_GP, 0);
  }

  // Faults and exits

  /** Delivers the exception in FAULT_*; RIP is the faulting instruction's. */
  raiseFault(): void {
    const { state } = this;
    // Time passes with every fault: a guest that only faults comes to the end of its slice, too.
    if (this.inSlice) {
      this.executor.budget--;
      this.events++;
    }
    const vector = state.i32[FAULT_VECTOR >> 2]!;
    if (vector === VECTOR_NPF) {
      this.exitNestedPageFault();
      return;
    }
    deliverException(this, vector, state.i32[FAULT_ERROR >> 2]!);
  }

  /** A helper's way to raise an exception. Error code −1: none. */
  raise(vector: number, errorCode = -1): never {
    this.setFault(vector, errorCode);
    throw FAULT;
  }

  /** Generated code raises #GP for non-canonical addresses; for stack addresses it is #SS. */
  private refineStackFault(): void {
    const { state } = this;
    if (state.i32[FAULT_VECTOR >> 2] !== VECTOR_GP || !this.is64Bit || isCanonical(state.high(FAULT_ADDRESS))) return;
    const i = this.instructionAt(state.ripLow, state.ripHigh);
    if (!i) return;
    const memory = i.operands.find((o) => o.kind === 'memory');
    if (memory ? memory.kind === 'memory' && memory.segment === SEG_SS && memory.base >= 0 : i.row.size === 'default64') {
      state.i32[FAULT_VECTOR >> 2] = VECTOR_SS;
    }
    state.setHalves(FAULT_ADDRESS, 0, 0);
  }

  /** Decodes the instruction at rIP without side effects; undefined where it cannot be read. */
  instructionAt(ripLow: number, ripHigh: number): Instruction | undefined {
    const bytes = new Uint8Array(16);
    const base = this.mode.csBase;
    for (let n = 0; n < 15; n++) {
      const sum = (ripLow >>> 0) + base + n;
      const offset = this.fetch(sum | 0, sum > 0xffffffff && this.is64Bit ? (ripHigh + 1) | 0 : ripHigh);
      if (offset < 0) break;
      bytes[n] = this.ram.u8[offset]!;
    }
    const i = decode(bytes, 0, 15, this.mode.code);
    return typeof i === 'string' ? undefined : i;
  }

  /** #VMEXIT of an intercepted instruction: RIP stays on it, nRIP is the next one's. */
  interceptInstruction(code: number, i: Instruction, info1Low = 0, info1High = 0, info2Low = 0, info2High = 0): void {
    const { state } = this;
    const sum = (state.ripLow >>> 0) + i.length;
    const nextHigh = this.is64Bit && sum > 0xffffffff ? (state.ripHigh + 1) | 0 : state.ripHigh;
    const valid = nRipValid(code);
    this.exitGuest(code, info1Low, info1High, info2Low, info2High, valid ? sum | 0 : 0, valid ? nextHigh : 0);
  }

  exitGuest(code: number, info1Low = 0, info1High = 0, info2Low = 0, info2High = 0, nRipLow = 0, nRipHigh = 0): void {
    this.syncClock();
    vmexit(this, code, info1Low, info1High, info2Low, info2High, nRipLow, nRipHigh);
    this.onVmexit?.();
  }

  private exitNestedPageFault(): void {
    const { walker, state } = this;
    const fetch = (walker.errorCode & 0x10) !== 0;
    if (!fetch) this.saveInstructionBytes();
    const gpa = walker.faultGpa;
    this.exitGuest(EXIT_CODES.VMEXIT_NPF.code, state.i32[FAULT_ERROR >> 2]!, walker.errorHigh, gpa | 0, Math.floor(gpa / 0x100000000));
  }

  /** Decode assists: the bytes of the instruction that met a data page fault. §15.8.4 */
  saveInstructionBytes(): void {
    const { walker, state } = this;
    const kept = { kind: walker.faultKind, code: walker.errorCode, high: walker.errorHigh, gpa: walker.faultGpa };
    const bytes: number[] = [];
    for (let n = 0; n < 15; n++) {
      const sum = (state.ripLow >>> 0) + this.mode.csBase + n;
      const offset = this.fetch(sum | 0, sum > 0xffffffff && this.is64Bit ? (state.ripHigh + 1) | 0 : state.ripHigh);
      if (offset < 0) break;
      bytes.push(this.ram.u8[offset]!);
    }
    storeInstructionBytes(this, bytes);
    walker.faultKind = kept.kind;
    walker.errorCode = kept.code;
    walker.errorHigh = kept.high;
    walker.faultGpa = kept.gpa;
  }

  // Interrupts

  private virtualInterruptReady(): boolean {
    const { state } = this;
    const v = state.i32[VIRTUAL_INTERRUPT >> 2]!;
    if (!this.inGuest || (v & V_IRQ) === 0 || (state.systemFlags & RFLAGS_IF) === 0) return false;
    return (v & V_IGN_TPR) !== 0 || ((v >>> 16) & 15) > (v & 15);
  }

  /** Whether the physical interrupt line is not masked: by GIF, and by IF of host or guest. §15.21.1 */
  private physicalInterruptReady(): boolean {
    const { state } = this;
    if (!state.i32[INTR_LINE >> 2] || !state.i32[GIF >> 2]) return false;
    if (this.inGuest && (state.i32[VIRTUAL_INTERRUPT >> 2]! & V_INTR_MASKING) !== 0) return state.i32[HOST_INTERRUPT_FLAG >> 2] !== 0;
    return (state.systemFlags & RFLAGS_IF) !== 0;
  }

  /** Whether an interrupt that came now would end HLT. */
  private haltCanEnd(): boolean {
    const { state } = this;
    const line = state.i32[INTR_LINE >> 2]!;
    state.i32[INTR_LINE >> 2] = 1;
    const taken = this.physicalInterruptReady();
    state.i32[INTR_LINE >> 2] = line;
    return taken;
  }

  private nmiReady(): boolean {
    const { state } = this;
    return state.i32[NMI_PENDING >> 2] !== 0 && state.i32[NMI_BLOCKED >> 2] === 0 && state.i32[GIF >> 2] !== 0;
  }

  private interruptReady(): boolean {
    return this.physicalInterruptReady() || this.nmiReady() || this.virtualInterruptReady();
  }

  /** Delivers (or exits for) the most urgent pending event; true if the state changed. */
  private acceptEvent(): boolean {
    const { state } = this;
    // V_IRQ exits are tested also in an interrupt shadow by no processor: both wait. §15.21.5
    if (state.i32[INTERRUPT_SHADOW >> 2] !== 0) return false;
    if (this.nmiReady()) {
      if (interceptsNamed(state, 'NMI')) {
        this.exitGuest(INTERCEPTS.NMI.exitCode);
        return true;
      }
      state.i32[NMI_PENDING >> 2] = 0;
      state.i32[HALTED >> 2] = 0;
      deliverInterrupt(this, 2, 'nmi');
      return true;
    }
    if (this.physicalInterruptReady()) {
      if (interceptsNamed(state, 'INTR')) {
        this.exitGuest(INTERCEPTS.INTR.exitCode);
        return true;
      }
      state.i32[HALTED >> 2] = 0;
      deliverInterrupt(this, this.board.acknowledgeInterrupt(), 'external');
      return true;
    }
    if (this.virtualInterruptReady()) {
      if (interceptsNamed(state, 'VINTR')) {
        this.exitGuest(INTERCEPTS.VINTR.exitCode);
        return true;
      }
      const vector = state.i32[(VIRTUAL_INTERRUPT >> 2) + 1]! & 0xff;
      state.i32[VIRTUAL_INTERRUPT >> 2]! &= ~V_IRQ;
      state.i32[HALTED >> 2] = 0;
      deliverInterrupt(this, vector, 'external');
      return true;
    }
    return false;
  }

  // Odds and ends for helpers

  /** An MSR's storage, whole; for rare paths. */
  msr(name: MsrSlot): bigint {
    return this.state.big(this.state.msrAt(name));
  }
  setRflags(value: number): void {
    this.state.setFlags(value);
  }
  /** Replaces the arithmetic flags, leaves the others. */
  setArithmeticFlags(value: number): void {
    this.state.setFlags((this.state.systemFlags & ~ARITHMETIC_FLAGS) | (value & ARITHMETIC_FLAGS));
  }
  faultAddress(): readonly [number, number] {
    return [this.state.low(FAULT_ADDRESS), this.state.high(FAULT_ADDRESS)];
  }
  isPageFault(vector: number): boolean {
    return vector === VECTOR_PF;
  }
}

/** The helper did not finish: an exception was delivered instead. */
const RAISED = -1;

/** Intercepts the helpers test themselves: they come between exceptions of the instruction, or have information to give. */
const SELF_CHECKED: ReadonlySet<InterceptName> = new Set<InterceptName>([
  'IOIO_PROT', 'MSR_PROT', 'INVLPG', 'INTN', 'PAUSE', 'HLT', 'RDTSC', 'RDTSCP', 'RDPMC', 'INVD', 'WBINVD', 'VMRUN', 'VMLOAD', 'VMSAVE',
  'VMMCALL', 'STGI', 'CLGI', 'SKINIT', 'INVLPGA',
]);
