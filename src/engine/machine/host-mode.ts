/**
 * The machine as software running in host mode sees it: system memory, ports, MSRs, CPUID, the SVM instructions, and the general
 * registers a #VMEXIT leaves to software. That software stands outside the emulated machine; it gets nothing a program inside
 * could not have.
 *
 * It is a state machine. `vmrun` only names the VMCB; `run` enters it and executes the guest until #VMEXIT, a moment, or a stop,
 * and may be called again to go on inside the guest. Nothing waits across a world switch.
 */
import { VMCB } from '../arch/vmcb';
import { VECTOR_GP } from '../arch/exceptions';
import { MSR_VM_HSAVE_PA } from '../arch/msr';
import { LONG_MODE_LEVELS, PTE_P, PTE_PS, PTE_RW } from '../arch/paging';
import {
  CR0_ET,
  CR0_NE,
  CR0_PE,
  CR0_PG,
  CR0_WP,
  CR4_OSFXSR,
  CR4_OSXSAVE,
  CR4_PAE,
  EFER_LMA,
  EFER_LME,
  EFER_NXE,
  EFER_SVME,
  RAX,
  RCX,
  RDX,
  RFLAGS_FIXED,
  RFLAGS_IF,
  SEG_CS,
} from '../arch/registers';
import type { AccessSize } from '../bus/device';
import { enterGuest } from '../cpu/helpers/svm';
import { EXTENDED_CONTROL_HELPERS } from '../cpu/helpers/extended-control';
import { FXSAVE_HELPERS } from '../cpu/helpers/fxsave';
import { MSR_HELPERS } from '../cpu/helpers/msr';
import type { Helper } from '../cpu/core';
import { cpuid, type CpuidAnswer } from '../cpu/profile';
import { FAULT } from '../cpu/fault';
import { decode, type Instruction } from '../isa/decode';
import type { RefusedEntry } from '../probe';
import {
  ATTR_ACCESSED,
  ATTR_BIG,
  ATTR_CODE,
  ATTR_GRANULARITY,
  ATTR_LONG,
  ATTR_PRESENT,
  ATTR_READABLE,
  ATTR_S,
  ATTR_WRITABLE,
} from '../state/cpu-state';
import {
  CRS,
  DRS,
  FAULT_VECTOR,
  GDTR,
  GIF,
  GUEST_MODE,
  IDTR,
  INTR_LINE,
  SEGMENT_LDTR,
  SEGMENT_TR,
  VMCB_ADDRESS,
} from '../state/layout';
import type { Ram } from '../state/ram';
import { Vmcb } from '../state/vmcb';
import { violations } from '../svm/consistency';
import { vmload, vmsave } from '../svm/vmload';
import { isBadVmcbAddress } from '../svm/vmrun';
import { exitCost } from './exit-cost';
import type { Machine, MachineStop } from './machine';

/** What host-mode software asks for: enter the guest of this VMCB. */
export interface VmrunRequest {
  /** SPA, 4 KB aligned. */
  readonly vmcb: number;
}

/** Why `run` came back. After `vmexit` the processor is in host mode with GIF = 0 and the VMCB holds the exit. */
export type HostStop = { readonly kind: 'vmexit' } | MachineStop;

/** System memory software in host mode may use: SPA of the first byte and of the first one past it. */
export interface FreeMemory {
  readonly start: number;
  readonly end: number;
}

/** What would have been an exception in host mode, where nobody handles any: the software at fault is ours. */
export class HostModeError extends Error {
  override readonly name = 'HostModeError';
}

const VMEXIT: HostStop = { kind: 'vmexit' };
const PAGE = 0x1000;
const MB = 0x10_0000;
const TWO32 = 0x1_0000_0000;
const LARGE_PAGE = LONG_MODE_LEVELS[2].pageSize;
/** At the top of RAM: PML4, PDPT, four page directories (identity, 4 GB), the host save area, and a page with a HLT loop. */
const PAGES = 8;
const HLT_LOOP = [0xf4, 0xeb, 0xfd];

const CODE = ATTR_PRESENT | ATTR_S | ATTR_CODE | ATTR_READABLE | ATTR_ACCESSED | ATTR_LONG | ATTR_GRANULARITY;
const DATA = ATTR_PRESENT | ATTR_S | ATTR_WRITABLE | ATTR_ACCESSED | ATTR_BIG | ATTR_GRANULARITY;
const CODE_SELECTOR = 0x08;
const DATA_SELECTOR = 0x10;
const TR_ATTRIBUTES = 0x08b;
const LDTR_ATTRIBUTES = 0x082;

const RDMSR = instruction(0x0f, 0x32);
const WRMSR = instruction(0x0f, 0x30);
const FXSAVE = instruction(0x48, 0x0f, 0xae, 0x00);
const FXRSTOR = instruction(0x48, 0x0f, 0xae, 0x08);
const XGETBV = instruction(0x0f, 0x01, 0xd0);
const XSETBV = instruction(0x0f, 0x01, 0xd1);

export class HostMode {
  /** System memory, by SPA. */
  readonly memory: Ram;
  readonly freeMemory: FreeMemory;
  /** Virtual time of the last #VMEXIT, before its cost. */
  exitTime = 0;
  private exited = false;

  /** Puts the machine into host mode: 64-bit, identity-mapped, SVM enabled, CPL 0. */
  constructor(private readonly machine: Machine) {
    const { ram, map, processor } = machine;
    this.memory = ram;
    const base = map.ramSize - PAGES * PAGE;
    if (base < MB) {
      throw new HostModeError(`${map.ramSize / MB} MB of system memory are too few for a hypervisor: give 2 or more`);
    }
    this.freeMemory = { start: MB, end: base };
    this.enterLongMode(base);
    this.writeMsr(MSR_VM_HSAVE_PA, base + 6 * PAGE, 0);
    processor.onVmexit = () => {
      this.exited = true;
      processor.requestStop();
    };
  }

  private enterLongMode(base: number): void {
    const { state, ram, processor } = this.machine;
    ram.writeBytes(base, new Uint8Array(PAGES * PAGE));
    const entry = (at: number, address: number, flags: number): void => ram.write64(at, BigInt(address + flags));
    entry(base, base + PAGE, PTE_P | PTE_RW);
    for (let n = 0; n < 4; n++) entry(base + PAGE + n * 8, base + (2 + n) * PAGE, PTE_P | PTE_RW);
    for (let n = 0; n < 2048; n++) entry(base + 2 * PAGE + n * 8, n * LARGE_PAGE, PTE_P | PTE_RW | PTE_PS);
    ram.writeBytes(base + 7 * PAGE, Uint8Array.from(HLT_LOOP));

    state.setCr(0, (CR0_PE | CR0_ET | CR0_NE | CR0_WP | CR0_PG) >>> 0);
    state.setNumber(CRS + 24, base);
    const extended = this.machine.processor.profile.features.has('XSAVE') ? CR4_OSXSAVE : 0;
    state.setCr(4, CR4_PAE | CR4_OSFXSR | extended);
    state.efer = EFER_LME | EFER_LMA | EFER_NXE | EFER_SVME;
    for (let segment = 0; segment < 6; segment++) {
      const code = segment === SEG_CS;
      state.setSegment(segment, code ? CODE_SELECTOR : DATA_SELECTOR, code ? CODE : DATA, 0xffffffff, 0, 0);
    }
    state.setSegment(SEGMENT_LDTR, 0, LDTR_ATTRIBUTES, 0, 0, 0);
    state.setSegment(SEGMENT_TR, 0, TR_ATTRIBUTES, 0x67, 0, 0);
    state.setTable(GDTR, 0, 0, 0);
    state.setTable(IDTR, 0, 0, 0);
    state.cpl = 0;
    state.setFlags(RFLAGS_FIXED | RFLAGS_IF);
    state.setRip((base + 7 * PAGE) | 0, 0);
    this.clgi();
    processor.flushAllAsids();
    processor.contextChanged();
  }

  /** Virtual time in ns. */
  get time(): number {
    return this.machine.clock.now;
  }

  /** The processor is between VMRUN and #VMEXIT. */
  get inGuest(): boolean {
    return this.machine.state.i32[GUEST_MODE >> 2] !== 0;
  }

  // Instructions of every program

  /** IN: unsigned. */
  readPort(port: number, size: AccessSize): number {
    return this.machine.board.io.readPort(port, size);
  }
  /** OUT. */
  writePort(port: number, size: AccessSize, value: number): void {
    this.machine.board.io.writePort(port, size, value);
  }

  /** RDMSR: low and high half. */
  readMsr(number: number): readonly [number, number] {
    return this.execute(RDMSR, MSR_HELPERS.rdmsr, `RDMSR of ${number.toString(16)}h`, 0, 0, number);
  }
  /** WRMSR. */
  writeMsr(number: number, low: number, high: number): void {
    this.execute(WRMSR, MSR_HELPERS.wrmsr, `WRMSR of ${number.toString(16)}h`, low, high, number);
  }

  /** FXSAVE64 of the x87, MMX and SSE state to 512 bytes at an SPA, a multiple of 16. */
  fxsave(spa: number): void {
    this.execute(FXSAVE, FXSAVE_HELPERS.fxsave, 'FXSAVE', spa | 0, 0, 0);
  }
  /** FXRSTOR64. */
  fxrstor(spa: number): void {
    this.execute(FXRSTOR, FXSAVE_HELPERS.fxrstor, 'FXRSTOR', spa | 0, 0, 0);
  }
  /** XGETBV and XSETBV of XCR0: low and high half. Only on processors with XSAVE. */
  readXcr0(): readonly [number, number] {
    return this.execute(XGETBV, EXTENDED_CONTROL_HELPERS.xgetbv, 'XGETBV', 0, 0, 0);
  }
  writeXcr0(low: number, high: number): void {
    this.execute(XSETBV, EXTENDED_CONTROL_HELPERS.xsetbv, 'XSETBV', low, high, 0);
  }

  /** Runs the instruction's own helper on rAX, rDX and rCX, so that its rules hold; they are brought back. Gives EAX and EDX. */
  private execute(
    which: Instruction,
    helper: Helper,
    name: string,
    rax: number,
    rdx: number,
    rcx: number,
  ): readonly [number, number] {
    const { state, processor } = this.machine;
    const [axLow, axHigh] = [state.gprLow(RAX), state.gprHigh(RAX)];
    const [cxLow, cxHigh] = [state.gprLow(RCX), state.gprHigh(RCX)];
    const [dxLow, dxHigh] = [state.gprLow(RDX), state.gprHigh(RDX)];
    state.setGpr(RAX, rax | 0, 0);
    state.setGpr(RCX, rcx | 0, 0);
    state.setGpr(RDX, rdx | 0, 0);
    try {
      helper(processor, which);
      return [state.gprLow(RAX), state.gprLow(RDX)];
    } catch (thrown) {
      if (thrown !== FAULT) throw thrown;
      const raised = state.i32[FAULT_VECTOR >> 2] === VECTOR_GP ? '#GP(0)' : 'an exception';
      throw new HostModeError(`${name} raised ${raised} in host mode`);
    } finally {
      state.setGpr(RAX, axLow, axHigh);
      state.setGpr(RCX, cxLow, cxHigh);
      state.setGpr(RDX, dxLow, dxHigh);
    }
  }

  cpuid(leaf: number, subleaf: number): CpuidAnswer {
    return cpuid(this.machine.processor.profile, leaf | 0, subleaf | 0);
  }

  /** General registers; after #VMEXIT all but RAX and RSP still hold the guest's values. §15.5.1 */
  gprLow(register: number): number {
    return this.machine.state.gprLow(register);
  }
  gprHigh(register: number): number {
    return this.machine.state.gprHigh(register);
  }
  setGpr(register: number, low: number, high: number): void {
    this.machine.state.setGpr(register, low, high);
  }
  /** DR0 to DR3, which no world switch moves. §15.6 */
  readDr(n: 0 | 1 | 2 | 3): readonly [number, number] {
    return [this.machine.state.low(DRS + n * 8), this.machine.state.high(DRS + n * 8)];
  }
  writeDr(n: 0 | 1 | 2 | 3, low: number, high: number): void {
    this.machine.state.setHalves(DRS + n * 8, low, high);
  }

  // SVM

  stgi(): void {
    this.machine.state.i32[GIF >> 2] = 1;
  }
  clgi(): void {
    this.machine.state.i32[GIF >> 2] = 0;
  }
  vmload(vmcb: number): void {
    this.check('VMLOAD', vmcb);
    vmload(this.machine.processor, vmcb);
  }
  vmsave(vmcb: number): void {
    this.check('VMSAVE', vmcb);
    vmsave(this.machine.processor, vmcb);
  }
  /** Drops one page of an ASID's translations. §15.16.2 */
  invlpga(low: number, high: number, asid: number): void {
    this.machine.processor.invalidatePageOf(asid, low, high);
  }

  /** VMRUN as a request: `run` carries it out. */
  vmrun(vmcb: number): VmrunRequest {
    this.check('VMRUN', vmcb);
    return { vmcb };
  }

  private check(what: string, vmcb: number): void {
    const { processor } = this.machine;
    if (this.inGuest) throw new HostModeError(`${what} while the processor is in guest mode`);
    if (isBadVmcbAddress(processor.limits, vmcb | 0, Math.floor(vmcb / TWO32))) {
      throw new HostModeError(`${what} of a VMCB at ${vmcb.toString(16)}h raised #GP(0) in host mode`);
    }
  }

  /**
   * With a request enters that guest, without one goes on inside the guest; until #VMEXIT, virtual time `until` (ns), or a stop. A
   * #VMEXIT moves virtual time by the cost of its kind.
   */
  run(request: VmrunRequest | undefined, until: number): HostStop {
    const { machine } = this;
    const { processor, state } = machine;
    if ((request === undefined) !== this.inGuest) {
      throw new HostModeError(request ? 'VMRUN while the processor is in guest mode' : 'no guest is entered');
    }
    this.exited = false;
    if (request) {
      const entered = enterGuest(processor, request.vmcb, state.ripLow, state.ripHigh);
      if (!entered || this.exited) return this.leave(request.vmcb);
    }
    const vmcb = state.number(VMCB_ADDRESS);
    const stop = machine.run(until);
    return this.exited ? this.leave(vmcb) : stop;
  }

  private leave(vmcb: number): HostStop {
    this.exited = false;
    this.exitTime = this.time;
    const code = new Vmcb(this.memory, vmcb);
    const { exitCosts } = this.machine.processor.profile;
    this.spend(exitCost(exitCosts, code.at < 0 ? -1 : code.int(VMCB.exitCode.offset)));
    return VMEXIT;
  }

  /** Lets virtual time pass in host mode. */
  private spend(ns: number): void {
    const { clock } = this.machine;
    clock.advanceTo(clock.now + ns);
    clock.runDue();
  }

  // Interrupts

  /** Level of the processor's INTR input: what an STGI would let through. */
  get interruptPending(): boolean {
    return this.machine.state.i32[INTR_LINE >> 2] !== 0;
  }

  /** Takes the pending physical interrupt, as the processor does when GIF = 1: the vector. */
  acknowledgeInterrupt(): number {
    const { state, processor } = this.machine;
    if (state.i32[GIF >> 2] === 0) throw new HostModeError('an interrupt is acknowledged while GIF is 0: STGI first');
    if (!this.interruptPending) throw new HostModeError('no interrupt is pending');
    return processor.board.interrupts.acknowledge();
  }

  /**
   * STGI, HLT, CLGI: virtual time goes on until an interrupt is pending or `until`. `halted`: no alarm is set that could ever end it,
   * and no time has passed.
   */
  halt(until: number): 'interrupt' | 'time' | 'halted' {
    const { clock } = this.machine;
    for (;;) {
      clock.runDue();
      if (this.interruptPending) return 'interrupt';
      if (clock.now >= until) return 'time';
      const next = clock.next();
      if (next === Infinity) return 'halted';
      clock.advanceTo(Math.min(next, until));
    }
  }

  // For tools

  /** Why VMRUN would refuse a VMCB: the violated rules. Hardware only says VMEXIT_INVALID. */
  refusal(vmcb: number): RefusedEntry {
    const { processor, state } = this.machine;
    const entry = { vmcb: new Vmcb(this.memory, vmcb), limits: processor.limits, hostCr0: state.cr(0) };
    return { vmcb, violations: violations(entry).map(({ field, what, section }) => ({ field, what, section })) };
  }

  /** Announces an access that no device of a guest's own board answers. */
  announceAbsentPort(port: number, size: number, write: boolean, value: number): void {
    this.machine.probe?.absentPort?.(port, size, write, value);
  }
  announceAbsentMemory(gpa: number, size: number, write: boolean): void {
    this.machine.probe?.absentMemory?.(gpa, size, write);
  }
  announceUnknownMsr(number: number, write: boolean): void {
    this.machine.probe?.unknownMsr?.(number, write);
  }
}

function instruction(...bytes: number[]): Instruction {
  const code = new Uint8Array(16);
  code.set(bytes);
  const i = decode(code, 0, 15, 64);
  if (typeof i === 'string' || !('row' in i)) throw new Error(`no instruction: ${bytes.join(' ')}`);
  return i;
}
