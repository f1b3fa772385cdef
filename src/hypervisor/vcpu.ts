/** A guest's processor: its VMCB and permission maps in system memory, and the registers software carries across the switch. */
import { PAGE_SIZE } from '../engine/arch/address';
import { EXIT_CODES } from '../engine/arch/exit-codes';
import { INTERCEPTS, IOPM_SIZE, MSRPM_SIZE, type InterceptName } from '../engine/arch/intercepts';
import { MSR_PAT, MSR_TSC_AUX } from '../engine/arch/msr';
import { PAT_RESET } from '../engine/arch/paging';
import {
  CR0_PG,
  CR0_WP,
  CR4_PAE,
  CR4_SMAP,
  CR4_SMEP,
  DR6_RESET,
  DR7_RESET,
  EFER_LMA,
  EFER_LME,
  EFER_NXE,
  EFER_SVME,
  RAX,
  RBX,
  RSI,
  RESET_STATE,
  RSP,
} from '../engine/arch/registers';
import {
  INTERCEPT_WORD_OFFSETS,
  NP_ENABLE,
  TLB_CONTROL_FLUSH_ALL,
  TLB_CONTROL_FLUSH_ASID,
  V_INTR_MASKING,
  V_TPR_MASK,
  VMCB,
} from '../engine/arch/vmcb';
import type { HostMode } from '../engine/machine/host-mode';
import { fillIopm, fillMsrpm, setMsrpm } from '../engine/state/permission-maps';
import { Vmcb } from '../engine/state/vmcb';
import { hasFeature, physicalBitsOf } from './guest-features';
import type { GuestBoard } from './guest-board';
import type { GuestRegisters, GuestSegment } from './guest-spec';
import type { GuestStop } from './outcome';
import { PASSED_MSRS } from './passed-msrs';
import { formatOf, type GuestControls } from './paging/guest-entry';
import type { GuestMemory } from './paging/guest-memory';
import { ShadowPaging } from './paging/shadow';
import { hasSvmFeature } from './svm-features';
import type { SystemPages } from './system-pages';

/** What is always intercepted; VINTR only while an interrupt waits for its window, exceptions only during a step over an absent access. */
const INTERCEPTED = [
  'INTR',
  'NMI',
  'SHUTDOWN',
  'CPUID',
  'HLT',
  'INVD',
  'INVLPGA',
  'IOIO_PROT',
  'MSR_PROT',
  'VMRUN',
  'VMMCALL',
  'VMLOAD',
  'VMSAVE',
  'STGI',
  'CLGI',
  'SKINIT',
  'XSETBV',
] as const satisfies readonly InterceptName[];

/** Under shadow paging: what changes a translation, or shows that the processor's control registers are not the guest's. */
const SHADOW_INTERCEPTED = [
  'CR0_READ',
  'CR3_READ',
  'CR4_READ',
  'CR0_WRITE',
  'CR3_WRITE',
  'CR4_WRITE',
  'EXCEPTION_PF',
  'INVLPG',
  'TASK_SWITCH',
] as const satisfies readonly InterceptName[];

const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs', 'ldtr', 'tr'] as const;

/** Registers of the carried page, 8 bytes each: RAX to R15 (RAX and RSP are in the VMCB), DR0 to DR3, TSC_AUX, XCR0. */
const CARRIED_DR = 16;
const CARRIED_TSC_AUX = 20;
const CARRIED_XCR0 = 21;
/** Offset of the FXSAVE image in the carried page, and in it those of FCW, of the abridged tag word and of MXCSR. Volume 2, §11.4.4 */
const CARRIED_FXSAVE = 0x400;
const FXSAVE_FCW = 0;
const FXSAVE_FTW = 4;
const FXSAVE_MXCSR = 24;
/** Every register is in use after RESET: it holds +0. */
const ALL_USED = 0xff;

/** What the hypervisor remembers of a virtual processor, beside system memory. */
export interface VcpuState {
  /** Its registers that no world switch moves are in the processor; else in the carried page. */
  resident: boolean;
  /** In HLT: runs again when an interrupt can be injected. */
  halted: boolean;
  /** Why it will not run again; null: it will. */
  stopped: GuestStop | null;
  /** One instruction is let through; see single-step. */
  step: Step | null;
  /** Control registers kept for a guest whose VMCB holds others: all under shadow paging, what software sets if paging is its own. */
  controls: Partial<GuestControls>;
  /** The guest's PAT without nested paging, which keeps G_PAT: low and high half. */
  pat: readonly [number, number];
  /** An NMI waits for its window. */
  nmiPending: boolean;
  /** One was injected, and its IRET is still to come. §15.21.8 */
  nmiBlocked: boolean;
  /** RIP of an IRET that has unblocked NMI and is still to be executed; −1: none. */
  nmiReturn: number;
  /** MSRs the guest has written, by number: low and high half. */
  msrs: Readonly<Record<number, readonly [number, number]>>;
}

/** What ends with the instruction that is let through. */
export interface Step {
  /** GPAs of absent pages shown to it. */
  readonly pages: readonly number[];
  /** The guest's own RFLAGS.TF. */
  readonly trap: boolean;
  /** Exception intercepts to go back to. */
  readonly exceptions: number;
}

/** SPAs of the pages made for a virtual processor. */
export interface VcpuPages {
  readonly vmcb: number;
  readonly iopm: number;
  readonly msrpm: number;
  readonly carried: number;
  /** Shown for absent memory. */
  readonly absent: number;
}

export interface Register64 {
  readonly low: number;
  readonly high: number;
}

export class Vcpu {
  readonly vmcb: Vmcb;
  /** Width of a physical address. */
  readonly physicalBits: number;
  private readonly hasXcr0: boolean;
  /** TLB_CONTROL that drops this guest's translations: on a processor without FlushByAsid, with everybody's. §15.16.1 */
  private readonly flushes: number;
  state: VcpuState = {
    resident: false,
    halted: false,
    stopped: null,
    step: null,
    controls: {},
    pat: [PAT_RESET.lo | 0, PAT_RESET.hi | 0],
    msrs: {},
    nmiPending: false,
    nmiBlocked: false,
    nmiReturn: -1,
  };

  constructor(
    readonly host: HostMode,
    readonly memory: GuestMemory,
    readonly board: GuestBoard,
    readonly pages: VcpuPages,
  ) {
    this.vmcb = new Vmcb(host.memory, pages.vmcb);
    this.physicalBits = physicalBitsOf(host);
    this.hasXcr0 = hasFeature(host, 'XSAVE');
    this.flushes = hasSvmFeature(host, 'FLUSH_BY_ASID') ? TLB_CONTROL_FLUSH_ASID : TLB_CONTROL_FLUSH_ALL;
    if (memory instanceof ShadowPaging) memory.serve(this);
  }

  static allocate(pages: SystemPages): VcpuPages {
    return {
      vmcb: pages.allocate(),
      iopm: pages.allocate(IOPM_SIZE / PAGE_SIZE),
      msrpm: pages.allocate(MSRPM_SIZE / PAGE_SIZE),
      carried: pages.allocate(),
      absent: pages.allocate(),
    };
  }

  /** Fills VMCB and maps: everything that is not the guest's own business exits. */
  initialise(asid: number, registers: GuestRegisters): void {
    const { vmcb, pages, host } = this;
    for (const name of INTERCEPTED) this.intercept(name, true);
    fillIopm(host.memory, pages.iopm, true);
    fillMsrpm(host.memory, pages.msrpm, true);
    for (const msr of PASSED_MSRS) setMsrpm(host.memory, pages.msrpm, msr, false, false);
    vmcb.set('iopmBasePa', pages.iopm);
    vmcb.set('msrpmBasePa', pages.msrpm);
    vmcb.set('guestAsid', asid);
    vmcb.setHalves('vIntr', V_INTR_MASKING, 0);
    if (this.memory.kind === 'nested') {
      vmcb.setHalves('npEnable', NP_ENABLE, 0);
      vmcb.set('nCr3', this.memory.root);
      vmcb.setHalves('gPat', PAT_RESET.lo, PAT_RESET.hi);
    } else setMsrpm(host.memory, pages.msrpm, MSR_PAT, true, true);
    vmcb.set('dr6', DR6_RESET);
    vmcb.set('dr7', DR7_RESET);

    vmcb.set('rip', registers.rip);
    vmcb.set('rax', registers.rax ?? 0);
    vmcb.set('rsp', registers.rsp);
    this.setGpr32(RBX, registers.rbx ?? 0);
    this.setGpr32(RSI, registers.rsi ?? 0);
    vmcb.set('rflags', registers.rflags);
    vmcb.set('cr0', registers.cr0);
    vmcb.set('cr3', registers.cr3);
    vmcb.set('cr4', registers.cr4);
    vmcb.set('efer', registers.efer | EFER_SVME);
    for (const name of SEGMENTS) this.setSegment(name, registers[name]);
    vmcb.set('gdtrBase', registers.gdtr.base);
    vmcb.set('gdtrLimit', registers.gdtr.limit);
    vmcb.set('idtrBase', registers.idtr.base);
    vmcb.set('idtrLimit', registers.idtr.limit);
    host.memory.writeBytes(pages.absent, new Uint8Array(PAGE_SIZE).fill(0xff));
    this.carry(CARRIED_XCR0, RESET_STATE.xcr0, 0);
    const image = pages.carried + CARRIED_FXSAVE;
    host.memory.write32(image + FXSAVE_FCW, RESET_STATE.fpuControl);
    host.memory.write32(image + FXSAVE_FTW, ALL_USED);
    host.memory.write32(image + FXSAVE_MXCSR, RESET_STATE.mxcsr);
    if (this.memory.kind === 'nested') return;
    if (this.memory.kind === 'shadow') for (const name of SHADOW_INTERCEPTED) this.intercept(name, true);
    const { cr0, cr3, cr4, efer } = registers;
    this.setGuestControls({ cr0: cr0 >>> 0, cr3, cr4, efer });
  }

  /** The guest's control registers as the guest knows them; EFER may show SVME, which the guest does not see. */
  get guestControls(): GuestControls {
    const { vmcb } = this;
    const { controls } = this.state;
    return {
      cr0: controls.cr0 ?? vmcb.low('cr0') >>> 0,
      cr3: controls.cr3 ?? vmcb.number('cr3'),
      cr4: controls.cr4 ?? vmcb.low('cr4') >>> 0,
      efer: controls.efer ?? vmcb.low('efer') >>> 0,
    };
  }

  /**
   * Changes what the guest believes. Under shadow paging the VMCB follows; where paging is the user's software's it is kept, and CR0, CR3
   * and CR4 of the VMCB are that software's business; under nested paging the VMCB's registers are the guest's.
   */
  setGuestControls(change: Partial<GuestControls>): void {
    const { vmcb, memory, state } = this;
    if (memory.kind === 'nested') {
      if (change.cr0 !== undefined) vmcb.set('cr0', change.cr0);
      if (change.cr3 !== undefined) vmcb.set('cr3', change.cr3);
      if (change.cr4 !== undefined) vmcb.set('cr4', change.cr4);
      if (change.efer !== undefined) vmcb.set('efer', change.efer | EFER_SVME);
      return;
    }
    state.controls = { ...state.controls, ...change };
    if (memory.kind === 'shadow') this.enterShadow();
    else if (change.efer !== undefined) vmcb.set('efer', change.efer | EFER_SVME);
  }

  /** What the processor is given for the guest's control registers: paging is on, in a format with 64-bit entries, and write-protects. */
  enterShadow(): void {
    const { vmcb, memory } = this;
    if (!(memory instanceof ShadowPaging)) return;
    const { cr0, cr4, efer } = this.guestControls;
    const format = formatOf(this.guestControls);
    // Unpaged, every page is a user's: SMEP and SMAP would forbid them all.
    const protections = format === 'off' ? CR4_SMEP | CR4_SMAP : 0;
    vmcb.set('cr0', (cr0 | CR0_PG | CR0_WP) >>> 0);
    vmcb.set('cr3', memory.shadowRoot());
    vmcb.set('cr4', (cr4 & ~protections) | CR4_PAE);
    const long = format === 'long' ? EFER_LME | EFER_LMA : 0;
    vmcb.set('efer', (efer & ~(EFER_LME | EFER_LMA)) | long | EFER_NXE | EFER_SVME);
  }

  /** With the next VMRUN the processor forgets what it has cached of the guest's translations. */
  flushTranslations(): void {
    this.vmcb.set('tlbControl', this.flushes);
  }

  /** After each #VMEXIT, before its handler. */
  exited(): void {
    const { vmcb, memory, board } = this;
    const code = vmcb.int(VMCB.exitCode.offset);
    // CR8 is the guest's V_TPR while it runs. §15.21.2
    const priority = vmcb.low('vIntr') & V_TPR_MASK;
    if (priority !== board.interrupts.taskPriority) board.interrupts.taskPriority = priority;
    if (memory.kind === 'own') this.noteControlWrite(code);
    if (memory instanceof ShadowPaging) {
      memory.settle(vmcb.number('rip'), code === EXIT_CODES.VMEXIT_EXCP_PF.code);
    }
  }

  /** Where the user's software answers a MOV to CR0, CR3 or CR4, the guest believes in the value it moved. §15.8.1 */
  private noteControlWrite(code: number): void {
    const { vmcb } = this;
    const cr = code - EXIT_CODES.VMEXIT_CR0_WRITE.code;
    if ((cr !== 0 && cr !== 3 && cr !== 4) || vmcb.high('exitInfo1') >= 0) return;
    const { low, high } = this.gpr(vmcb.low('exitInfo1') & 0xf);
    const { controls } = this.state;
    if (cr === 3) this.state.controls = { ...controls, cr3: (low >>> 0) + (high & 0xf_ffff) * 2 ** 32 };
    else if (cr === 4) this.state.controls = { ...controls, cr4: low >>> 0 };
    else {
      const { efer } = this.guestControls;
      const long = (efer & EFER_LME) !== 0 && (low & CR0_PG) !== 0;
      this.state.controls = { ...controls, cr0: low >>> 0, efer: long ? efer | EFER_LMA : efer & ~EFER_LMA };
    }
  }

  private setSegment(name: (typeof SEGMENTS)[number], { selector, attributes, limit, base }: GuestSegment): void {
    const { vmcb } = this;
    vmcb.set(`${name}Selector`, selector);
    vmcb.set(`${name}Attrib`, attributes);
    vmcb.set(`${name}Limit`, limit);
    vmcb.set(`${name}Base`, base);
  }

  intercept(name: InterceptName, on: boolean): void {
    const { vector, bit } = INTERCEPTS[name];
    const at = INTERCEPT_WORD_OFFSETS[vector];
    const mask = 1 << bit;
    const old = this.vmcb.int(at);
    this.vmcb.setInt(at, on ? old | mask : old & ~mask);
  }

  /** The 32 exception intercepts. */
  get interceptedExceptions(): number {
    return this.vmcb.low('interceptException');
  }
  set interceptedExceptions(bits: number) {
    this.vmcb.set('interceptException', bits);
  }

  /** A general register: RAX and RSP are in the VMCB, the others still in the processor. §15.5.1 */
  gpr(n: number): Register64 {
    const { host, vmcb } = this;
    if (n === RAX || n === RSP) {
      const field = n === RAX ? 'rax' : 'rsp';
      return { low: vmcb.low(field), high: vmcb.high(field) };
    }
    return this.state.resident ? { low: host.gprLow(n), high: host.gprHigh(n) } : this.carried(n);
  }

  setGpr(n: number, low: number, high: number): void {
    if (n === RAX) this.vmcb.setHalves('rax', low, high);
    else if (n === RSP) this.vmcb.setHalves('rsp', low, high);
    else if (this.state.resident) this.host.setGpr(n, low, high);
    else this.carry(n, low, high);
  }

  /** A slot of the carried page. */
  private carried(slot: number): Register64 {
    const { memory } = this.host;
    const at = this.pages.carried + slot * 8;
    return { low: memory.read32(at), high: memory.read32(at + 4) };
  }
  private carry(slot: number, low: number, high: number): void {
    const { memory } = this.host;
    const at = this.pages.carried + slot * 8;
    memory.write32(at, low);
    memory.write32(at + 4, high);
  }

  /** A 32-bit result, as instructions write it: the upper half becomes zero. */
  setGpr32(n: number, value: number): void {
    this.setGpr(n, value | 0, 0);
  }

  /** Another virtual processor will use the registers no world switch moves: they go to system memory. */
  store(): void {
    const { host, state } = this;
    if (!state.resident) return;
    for (let n = 0; n < 16; n++) this.carry(n, host.gprLow(n), host.gprHigh(n));
    for (const n of [0, 1, 2, 3] as const) this.carry(CARRIED_DR + n, ...host.readDr(n));
    this.carry(CARRIED_TSC_AUX, ...host.readMsr(MSR_TSC_AUX));
    if (this.hasXcr0) this.carry(CARRIED_XCR0, ...host.readXcr0());
    host.fxsave(this.pages.carried + CARRIED_FXSAVE);
    state.resident = false;
  }

  /** They come back. */
  load(): void {
    const { host, state } = this;
    if (state.resident) return;
    const get = (slot: number): [number, number] => {
      const { low, high } = this.carried(slot);
      return [low, high];
    };
    for (let n = 0; n < 16; n++) if (n !== RAX && n !== RSP) host.setGpr(n, ...get(n));
    for (const n of [0, 1, 2, 3] as const) host.writeDr(n, ...get(CARRIED_DR + n));
    host.writeMsr(MSR_TSC_AUX, ...get(CARRIED_TSC_AUX));
    if (this.hasXcr0) host.writeXcr0(...get(CARRIED_XCR0));
    host.fxrstor(this.pages.carried + CARRIED_FXSAVE);
    state.resident = true;
  }
}
