/**
 * The processor: registers, MMU, executor, and what happens between instructions. `run` retires instructions up to a given virtual
 * time and says why it stopped. Exceptions, interrupts and #VMEXITs are decided here and in the files beside; devices are only
 * seen as an I/O bus, a memory bus, one interrupt line and a clock.
 */
import { VECTOR_DB, VECTOR_GP, VECTOR_SS } from '../arch/exceptions';
import { CR0_AM, CR4_SMAP, DR6_BS, EFER_LMA, RFLAGS_AC, RFLAGS_RF, RFLAGS_TF } from '../arch/registers';
import { V_INTR_MASKING } from '../arch/vmcb';
import type { Mode } from '../exec/block-cache';
import { Executor, type Environment, type Exit } from '../exec/executor';
import { decode, type Instruction } from '../isa/decode';
import { Tlb } from '../mmu/tlb';
import { Walker } from '../mmu/walk';
import type { Probe } from '../probe';
import { ARITHMETIC_FLAGS, type CpuState } from '../state/cpu-state';
import {
  A20_MASKED,
  DRS,
  FAULT_ADDRESS,
  FAULT_ERROR,
  FAULT_VECTOR,
  GUEST_MODE,
  HALTED,
  HALTED_BY_MWAIT,
  INTERRUPT_SHADOW,
  INTR_LINE,
  NMI_PENDING,
  SHADOW_ENDING,
  VIRTUAL_INTERRUPT,
} from '../state/layout';
import type { Limits } from '../state/limits';
import type { Ram } from '../state/ram';
import { vmexit } from '../svm/vmexit';
import type { Profile } from './profile';
import { DataAccess } from './data-access';
import { Breakpoints, type IsBreakpoint } from './breakpoints';
import { DebugRegisters } from './debug-registers';
import { CodeFetch } from './code-fetch';
import { deliverException } from './delivery';
import { FAULT } from './fault';
import { JUMPED, type Core } from './core';
import { RAISED, runHelper } from './run-helper';
import { isCanonical, MemoryAccess, VECTOR_NPF } from './memory-access';
import { ModeTable } from './mode-table';
import { acceptInterrupt, eventMayWait, haltCanEnd } from './pending-events';
import { GuestExits } from './guest-exits';
import { AddressSpaces } from './address-spaces';
import type { Board, StopReason } from './processor-board';
import { Slice } from './slice';
import { faultsOnStack } from './stack-fault';

const TIME: StopReason = { kind: 'time' };
const HALT: StopReason = { kind: 'halted' };
const STOPPED: StopReason = { kind: 'stopped' };
const BREAKPOINT: StopReason = { kind: 'breakpoint' };

/** Longest slice: bounds how long the engine runs before it looks at the world. */
const LONGEST_SLICE = 1_000_000;

export class Processor implements Core, Environment {
  readonly walker: Walker;
  readonly tlb: Tlb;
  readonly memory: MemoryAccess;
  readonly executor: Executor;
  readonly debug: DebugRegisters;
  readonly limits: Limits;
  probe: Probe | undefined;
  /** With a hypervisor in host mode outside the machine, #VMEXIT stops the run instead of going on in emulated code. */
  onVmexit: (() => void) | undefined;
  private readonly data: DataAccess;
  readonly code: CodeFetch;
  private readonly modes: ModeTable;
  private readonly slice: Slice;
  private readonly spaces: AddressSpaces;
  private readonly breakpoints: Breakpoints;
  private readonly exits = new GuestExits(this);
  private mode!: Mode;
  private stopRequested = false;
  private shutDown = false;
  private unknownBytes: readonly number[] | undefined;
  private tagEpoch = 0;
  /** The clock shows the moment of the instruction that is run by itself. */
  private staging = false;

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
    this.spaces = new AddressSpaces(state, this.tlb);
    this.debug = new DebugRegisters(state);
    this.memory = new MemoryAccess(
      state,
      ram,
      this.walker,
      board.mmio,
      () => this.staging || this.syncClock(),
      () => this.endSliceIfAlarmMoved(),
    );
    this.data = new DataAccess(state, ram, this.walker, this.tlb, this.memory);
    this.code = new CodeFetch(state, ram, this.walker, this.memory);
    this.executor = new Executor(memory, state, ram, this);
    this.breakpoints = new Breakpoints(this, state, this.debug);
    this.slice = new Slice(this.executor, state, board.clock);
    this.modes = new ModeTable(state, () => {
      this.executor.flushBlocks();
      this.code.forget();
    });
  }

  translate(size: number, read: boolean, write: boolean): number {
    return this.data.translate(size, read, write);
  }

  fetch(low: number, high: number): number {
    return this.code.offset(low, high);
  }

  codePage(pageOffset: number): void {
    this.tlb.watchWrites(pageOffset);
  }

  private setFault(vector: number, errorCode: number): void {
    this.state.i32[FAULT_VECTOR >> 2] = vector;
    this.state.i32[FAULT_ERROR >> 2] = errorCode;
  }

  rflags(): number {
    return this.state.systemFlags | this.executor.arithmeticFlags();
  }

  flushAsid(asid: number): void {
    this.tlb.flushAsid(asid, false);
  }
  flushAllAsids(): void {
    this.tlb.flushAll();
  }
  get pcid(): number {
    return this.spaces.pcid;
  }
  flushTlb(keepGlobal: boolean): void {
    this.spaces.flush(keepGlobal);
    this.contextChanged();
  }
  flushContext(pcid: number, address?: { readonly low: number; readonly high: number }): void {
    this.spaces.flushContext(pcid, address);
    this.contextChanged();
  }
  invalidatePage(low: number, high: number): void {
    this.spaces.invalidatePage(low, high);
    this.contextChanged();
  }
  invalidatePageOf(asid: number, low: number, high: number): void {
    this.tlb.invalidatePageOf(asid | 0, low, high, () => 'both');
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
    if (this.debug.changed()) this.watch();
    const space = this.spaces.current();
    let cls: 0 | 1 | 2 = 0;
    if (state.cpl === 3) cls = 1;
    else if ((state.cr(4) & CR4_SMAP) !== 0 && (state.systemFlags & RFLAGS_AC) !== 0) cls = 2;
    this.mode = this.modes.current();
    const generation = tlb.generation(space);
    const epoch = Math.floor(generation / 0x80000);
    if (epoch !== this.tagEpoch) {
      // Tags would come round again: nothing of the last round may be found.
      this.tagEpoch = epoch;
      this.executor.flushJumpCache();
      this.code.forget();
    }
    const tag = (((generation & 0x7ffff) * 16 + space) * 4 + cls) * 64 + this.mode.id + 1;
    const aligned = cls === 1 && (state.systemFlags & RFLAGS_AC) !== 0 && (state.cr(0) & CR0_AM) !== 0;
    this.data.alignment = this.memory.alignment = aligned;
    const bank = aligned ? tlb.emptyBank : tlb.bank(space, cls);
    this.data.bank = bank;
    this.data.flat = !this.is64Bit && this.mode.flat;
    this.code.tag = tag;
    this.executor.setContext(this.mode, bank, tag);
  }

  /** Instructions retired since reset. */
  get retired(): number {
    return this.slice.retired;
  }
  /** Virtual time in ns: exact within helpers too. */
  get now(): number {
    return this.slice.now;
  }
  syncClock(): void {
    this.slice.syncClock();
  }
  /** Ends the slice after this instruction: an interrupt came, somebody wants to look. */
  endSlice(): void {
    this.slice.shorten(1);
  }
  endSliceIfAlarmMoved(): void {
    this.slice.shorten(this.board.clock.next() - this.now);
  }

  /** A guest under V_INTR_MASKING has V_TPR for its own; the physical TPR stays the host's. §15.21.2 */
  private get hasVirtualTpr(): boolean {
    return this.inGuest && (this.state.i32[VIRTUAL_INTERRUPT >> 2]! & V_INTR_MASKING) !== 0;
  }
  get taskPriority(): number {
    return this.hasVirtualTpr ? this.state.i32[VIRTUAL_INTERRUPT >> 2]! & 0xf : this.board.interrupts.taskPriority;
  }
  setTaskPriority(priority: number): void {
    const { state } = this;
    if (this.hasVirtualTpr) {
      state.i32[VIRTUAL_INTERRUPT >> 2] = (state.i32[VIRTUAL_INTERRUPT >> 2]! & ~0xff) | priority;
    } else this.board.interrupts.taskPriority = priority;
  }

  /** Level of the INTR input. */
  setInterruptLine(level: boolean): void {
    this.state.i32[INTR_LINE >> 2] = level ? 1 : 0;
    if (level) this.endSlice();
  }
  /** The A20M pin: while asserted, bit 20 of every address that code, data and page walks reach memory with is 0. */
  setA20Masked(masked: boolean): void {
    this.state.i32[A20_MASKED >> 2] = masked ? 1 : 0;
    this.tlb.flushAll();
    this.contextChanged();
    this.endSlice();
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
  /** After a snapshot's registers came back: what hangs on them, and what its TLBs cached. */
  restored(tlb: Int32Array, fetches: Float64Array, isShutDown: boolean): void {
    this.tlb.load(tlb);
    this.clearStop();
    this.shutDown = isShutDown;
    this.breakpoints.forget();
    this.executor.flushJumpCache();
    this.contextChanged();
    this.code.load(fetches);
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
      if (acceptInterrupt(this, () => this.board.interrupts.acknowledge())) {
        this.slice.countEvent();
        continue;
      }
      const halted = this.state.i32[HALTED >> 2]!;
      if (halted) {
        const waits = halted === HALTED_BY_MWAIT;
        if (clock.next() === Infinity || (!waits && !haltCanEnd(this.state))) return HALT;
        if (waits && clock.next() <= until) this.state.i32[HALTED >> 2] = 0;
        clock.advanceTo(Math.min(clock.next(), until));
        continue;
      }
      const room = Math.min(until, clock.next()) - clock.now;
      const single =
        this.state.i32[INTERRUPT_SHADOW >> 2] !== 0 || (this.state.systemFlags & (RFLAGS_TF | RFLAGS_RF)) !== 0;
      this.slice.begin(single ? 1 : Math.min(room, LONGEST_SLICE, lastRetired - this.retired));
      this.runSlice(single);
      this.slice.close();
      if (this.unknownBytes) return { kind: 'unknown-encoding', bytes: this.unknownBytes };
      if (this.breakpoints.met) {
        this.breakpoints.met = false;
        return BREAKPOINT;
      }
    }
  }

  /** `run` stops before instructions at linear addresses that are breakpoints. Costs nothing while undefined. */
  setBreakpoints(isBreakpoint: IsBreakpoint | undefined): void {
    this.breakpoints.set(isBreakpoint);
  }
  /** The next instruction is executed although a breakpoint may stand there, a repeated one to its end. */
  passBreakpoint(): void {
    this.breakpoints.pass();
  }
  /** Takes up the breakpoints of the debug registers: no page they watch stays cached. */
  private watch(): void {
    const { debug, data, memory } = this;
    this.tlb.flushAll();
    this.breakpoints.apply();
    data.debug = debug.watchesData ? debug : undefined;
    memory.debug = data.debug;
  }
  /** Whether a breakpoint keeps the instruction at RIP from being run; the guest's are met here. */
  private breaks(): boolean {
    const hits = this.breakpoints.check();
    if (hits > 0) this.trap(hits);
    return hits !== 0;
  }

  private runSlice(single: boolean): void {
    const { executor, state, debug } = this;
    if (single) {
      if (this.breaks()) return;
      debug.hits = this.breakpoints.takeHeld();
      const trap = (state.systemFlags & RFLAGS_TF) !== 0;
      const resumed = (state.systemFlags & RFLAGS_RF) !== 0;
      // The shadow lasts until the instruction is done: a #VMEXIT in it saves it. §15.21.5
      if (state.i32[INTERRUPT_SHADOW >> 2]) state.i32[INTERRUPT_SHADOW >> 2] = SHADOW_ENDING;
      const before = this.retired;
      const repeats = resumed && debug.watchesCode && this.breakpoints.repeats;
      const [ripLow, ripHigh] = [state.ripLow, state.ripHigh];
      const exit = executor.step();
      if (exit) this.handle(exit);
      if (this.retired === before) return;
      if (state.i32[INTERRUPT_SHADOW >> 2] === SHADOW_ENDING) state.i32[INTERRUPT_SHADOW >> 2] = 0;
      const goesOn = repeats && ripLow === state.ripLow && ripHigh === state.ripHigh;
      if (resumed && !goesOn) state.systemFlags &= ~RFLAGS_RF;
      const stepped = trap && (state.systemFlags & RFLAGS_TF) !== 0 ? DR6_BS : 0;
      if ((stepped | debug.hits) !== 0 && !this.breakpoints.hold() && !this.shutDown) this.trap(stepped | debug.hits);
      return;
    }
    let exit: Exit | undefined = executor.execute();
    while (exit && exit.kind !== 'budget') {
      if (exit.kind === 'breakpoint') {
        if (this.breaks()) {
          if (this.breakpoints.met || this.shutDown || this.stopRequested || eventMayWait(state)) return;
          exit = executor.execute();
        } else exit = executor.step() ?? executor.execute();
        continue;
      }
      debug.hits = 0;
      const before = this.retired;
      let resumeAt: number = this.handle(exit);
      if (debug.hits !== 0 && this.retired !== before && !this.breakpoints.hold() && !this.shutDown) {
        this.trap(debug.hits);
        resumeAt = -1;
      }
      if (this.shutDown || this.unknownBytes || this.stopRequested || eventMayWait(state)) return;
      exit = resumeAt >= 0 && executor.budget > 0 ? executor.resume(resumeAt) : executor.execute();
    }
  }

  /** #DB between instructions, for these bits of DR6. */
  private trap(bits: number): void {
    const { state } = this;
    state.i32[(DRS + 48) >> 2]! |= bits;
    this.setFault(VECTOR_DB, -1);
    this.raiseFault();
  }

  /** Deals with an exit; returns the record to resume behind, or −1 to look RIP up. */
  private handle(exit: Exit): number {
    const { state, executor } = this;
    switch (exit.kind) {
      case 'helper': {
        const { site } = exit;
        const result = runHelper(this, site.instruction, site.helper);
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
      case 'careful': {
        const { version } = executor;
        const retired = this.stepCarefully();
        const goesOn = retired && exit.record >= 0 && version === executor.version && executor.isBehind(exit.record);
        return goesOn ? exit.record : -1;
      }
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

  /** One instruction by itself, its device and page-crossing accesses staged; whether it retired. */
  private stepCarefully(): boolean {
    this.syncClock();
    this.staging = true;
    this.data.begin();
    const exit = this.executor.step();
    this.data.end(exit === undefined);
    this.staging = false;
    if (exit) this.handle(exit);
    return exit === undefined;
  }

  /** Delivers the exception in FAULT_*; RIP is the faulting instruction's. */
  raiseFault(): void {
    const { state } = this;
    this.slice.countEvent();
    const vector = state.i32[FAULT_VECTOR >> 2]!;
    if (vector === VECTOR_NPF) {
      this.exits.ofNestedPageFault();
      return;
    }
    deliverException(this, vector, state.i32[FAULT_ERROR >> 2]!);
  }

  /** A helper's way to raise an exception. Error code −1: none. */
  raise(vector: number, errorCode = -1): never {
    this.setFault(vector, errorCode);
    throw FAULT;
  }

  /** Generated code raises #GP for addresses that are none; for stack addresses it is #SS. */
  private refineStackFault(): void {
    const { state } = this;
    const [low, high] = [state.low(FAULT_ADDRESS), state.high(FAULT_ADDRESS)];
    if (state.i32[FAULT_VECTOR >> 2] !== VECTOR_GP || (isCanonical(high) && !this.data.wrapped)) return;
    const i = this.instructionAt(state.ripLow, state.ripHigh);
    // Looking for its bytes may have met a fault of its own.
    this.setFault(i && faultsOnStack(this, i, low, high) ? VECTOR_SS : VECTOR_GP, 0);
    state.setHalves(FAULT_ADDRESS, 0, 0);
    this.data.wrapped = false;
  }

  /** Decodes the instruction at rIP; undefined where it cannot be read. */
  instructionAt(ripLow: number, ripHigh: number): Instruction | undefined {
    const bytes = this.codeBytes(ripLow, ripHigh);
    const i = decode(bytes, 0, bytes.length, this.mode.code, this.profile.features);
    return typeof i === 'string' ? undefined : i;
  }

  interceptInstruction(code: number, i: Instruction, info1Low = 0, info1High = 0, info2Low = 0, info2High = 0): void {
    this.exits.ofInstruction(code, i, info1Low, info1High, info2Low, info2High);
  }
  exitGuest(code: number, info1Low = 0, info1High = 0, info2Low = 0, info2High = 0, nRipLow = 0, nRipHigh = 0): void {
    this.syncClock();
    this.debug.hits = 0;
    vmexit(this, code, info1Low, info1High, info2Low, info2High, nRipLow, nRipHigh);
    this.onVmexit?.();
  }
  saveInstructionBytes(): void {
    this.exits.saveInstructionBytes();
  }
  /** At most 15 bytes at rIP, as far as they can be fetched. */
  codeBytes(ripLow: number, ripHigh: number): Uint8Array {
    return this.code.bytes(ripLow, ripHigh, this.mode);
  }

  setRflags(value: number): void {
    this.state.setFlags(value);
  }
  /** Replaces the arithmetic flags, leaves the others. */
  setArithmeticFlags(value: number): void {
    this.state.setFlags((this.state.systemFlags & ~ARITHMETIC_FLAGS) | (value & ARITHMETIC_FLAGS));
  }
}
