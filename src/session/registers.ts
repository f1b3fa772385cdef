/** The registers of host or guest, wherever they are now: in the processor, in a VMCB, or kept aside by VMRUN. */
import {
  CR0_PE,
  CR0_PG,
  EFER_LMA,
  GPR16,
  GPR32,
  GPR64,
  GPR8,
  GPR8_REX,
  RAX,
  RFLAGS,
  RFLAGS_VM,
  RSP,
  SEG_CS,
} from '../engine/arch/registers';
import { ATTRIB_DB, ATTRIB_L, NP_ENABLE } from '../engine/arch/vmcb';
import type { Processor } from '../engine/cpu/processor';
import { pagingRegisters } from '../engine/mmu/explain-walk';
import type { PagingRegisters } from '../engine/mmu/explain-walk';
import { MSR_SLOTS } from '../engine/state/cpu-state';
import type { MsrSlot } from '../engine/state/cpu-state';
import { CRS, DRS, GDTR, IDTR, RIP, SEGMENTS, SEGMENT_SIZE, SEG_BASE } from '../engine/state/layout';
import { Vmcb } from '../engine/state/vmcb';
import type { VmcbScalar } from '../engine/state/vmcb';
import {
  HOST_CR0,
  HOST_CR3,
  HOST_CR4,
  HOST_EFER,
  HOST_GDTR,
  HOST_IDTR,
  HOST_RAX,
  HOST_RFLAGS,
  HOST_RIP,
  HOST_RSP,
  HOST_SEGMENTS,
} from '../engine/svm/host-save';
import type { ProcessorMode } from '../protocol/state';
import type { Guest } from './guests';
import { keptRegisters, type KeptPaging } from './kept-paging';

export const SEGMENT_NAMES = ['ES', 'CS', 'SS', 'DS', 'FS', 'GS', 'LDTR', 'TR'] as const;
/** Control and debug registers there are. */
export const CONTROL_REGISTERS = [0, 2, 3, 4, 8] as const;
export const DEBUG_REGISTERS = [0, 1, 2, 3, 6, 7] as const;

export interface SegmentValue {
  readonly selector: number;
  /** The VMCB's 12-bit packing. */
  readonly attributes: number;
  readonly limit: number;
  readonly base: bigint;
}
export interface TableValue {
  readonly limit: number;
  readonly base: bigint;
}

export interface Registers {
  /** They are in the processor at this moment. */
  readonly live: boolean;
  gpr(register: number): bigint;
  readonly rip: bigint;
  /** Low 32 bits. */
  readonly rflags: number;
  cr(n: number): bigint;
  dr(n: number): bigint;
  readonly efer: bigint;
  readonly cpl: number;
  /** ES CS SS DS FS GS LDTR TR. */
  segment(index: number): SegmentValue;
  readonly gdtr: TableValue;
  readonly idtr: TableValue;
  /** What a walk depends on. */
  readonly paging: PagingRegisters;
  msr(name: MsrSlot): bigint;
}

const TWO32 = 0x1_0000_0000n;

/** Of what the processor executes now. */
class LiveRegisters implements Registers {
  readonly live = true;
  constructor(private readonly processor: Processor) {}

  private get state() {
    return this.processor.state;
  }
  gpr(register: number): bigint {
    return this.state.gpr(register);
  }
  get rip(): bigint {
    return this.state.big(RIP);
  }
  get rflags(): number {
    return this.processor.rflags() >>> 0;
  }
  cr(n: number): bigint {
    return n === 8 ? BigInt(this.processor.taskPriority) : this.state.big(CRS + n * 8);
  }
  dr(n: number): bigint {
    return this.state.big(DRS + n * 8);
  }
  get efer(): bigint {
    return BigInt(this.state.efer);
  }
  get cpl(): number {
    return this.state.cpl;
  }
  segment(index: number): SegmentValue {
    const { state } = this;
    const base = state.big(state.segmentAt(index) + SEG_BASE);
    return { selector: state.selector(index), attributes: state.attributes(index), limit: state.limit(index), base };
  }
  get gdtr(): TableValue {
    return { limit: this.state.tableLimit(GDTR), base: this.state.big(GDTR + 8) };
  }
  get idtr(): TableValue {
    return { limit: this.state.tableLimit(IDTR), base: this.state.big(IDTR + 8) };
  }
  get paging(): PagingRegisters {
    return pagingRegisters(this.state);
  }
  msr(name: MsrSlot): bigint {
    return this.state.big(this.state.msrAt(name));
  }
}

/** Of a guest that does not execute: the VMCB's save area, and the general registers of its last #VMEXIT. */
class SavedRegisters implements Registers {
  readonly live = false;
  private readonly vmcb: Vmcb;

  constructor(
    private readonly processor: Processor,
    private readonly guest: Guest,
    private readonly host: Registers,
  ) {
    this.vmcb = new Vmcb(processor.ram, guest.vmcb);
  }

  gpr(register: number): bigint {
    if (register === RAX) return this.vmcb.big('rax');
    if (register === RSP) return this.vmcb.big('rsp');
    return this.guest.general?.get(register) ?? this.guest.registers[register]!;
  }
  get rip(): bigint {
    return this.vmcb.big('rip');
  }
  get rflags(): number {
    return this.vmcb.low('rflags') >>> 0;
  }
  cr(n: number): bigint {
    if (n === 8) return BigInt(this.vmcb.low('vIntr') & 15);
    const field = ({ 0: 'cr0', 2: 'cr2', 3: 'cr3', 4: 'cr4' } as const)[n];
    return field ? this.vmcb.big(field) : 0n;
  }
  dr(n: number): bigint {
    if (n === 6) return this.vmcb.big('dr6');
    if (n === 7) return this.vmcb.big('dr7');
    return this.processor.state.big(DRS + n * 8);
  }
  get efer(): bigint {
    return this.vmcb.big('efer');
  }
  get cpl(): number {
    return this.vmcb.low('cpl');
  }
  segment(index: number): SegmentValue {
    const name = SEGMENT_NAMES[index]!.toLowerCase() as 'cs';
    const { vmcb } = this;
    return {
      selector: vmcb.low(`${name}Selector`),
      attributes: vmcb.low(`${name}Attrib`) & 0xfff,
      limit: vmcb.low(`${name}Limit`) >>> 0,
      base: vmcb.big(`${name}Base`),
    };
  }
  get gdtr(): TableValue {
    return { limit: this.vmcb.low('gdtrLimit') >>> 0, base: this.vmcb.big('gdtrBase') };
  }
  get idtr(): TableValue {
    return { limit: this.vmcb.low('idtrLimit') >>> 0, base: this.vmcb.big('idtrBase') };
  }
  get paging(): PagingRegisters {
    const { vmcb, host } = this;
    const nested = (vmcb.low('npEnable') & NP_ENABLE) !== 0;
    const { cr4, efer } = host.paging;
    return {
      ...vmcbPaging(vmcb),
      nested: nested ? { cr3: Number(vmcb.big('nCr3') & ((1n << 52n) - 1n)), cr4, efer } : undefined,
    };
  }
  msr(name: MsrSlot): bigint {
    const field = SAVED_MSRS[name];
    return field ? this.vmcb.big(field) : this.host.msr(name);
  }
}

/** The registers a guest of this VMCB would be walked with, nested tables left out. */
export function vmcbPaging(vmcb: Vmcb): PagingRegisters {
  return {
    cr0: vmcb.low('cr0') >>> 0,
    cr3: Number(vmcb.big('cr3') & ((1n << 52n) - 1n)),
    cr4: vmcb.low('cr4') >>> 0,
    efer: vmcb.low('efer') >>> 0,
    rflags: vmcb.low('rflags') >>> 0,
    nested: undefined,
  };
}

const SAVED_MSRS: Partial<Record<MsrSlot, VmcbScalar>> = {
  EFER: 'efer',
  STAR: 'star',
  LSTAR: 'lstar',
  CSTAR: 'cstar',
  SFMASK: 'sfmask',
  KernelGSBase: 'kernelGsBase',
  SYSENTER_CS: 'sysenterCs',
  SYSENTER_ESP: 'sysenterEsp',
  SYSENTER_EIP: 'sysenterEip',
  PAT: 'gPat',
};

/** Of the host while a guest executes: what VMRUN put aside, and what host and guest share. */
class SetAsideRegisters implements Registers {
  readonly live = false;
  private readonly shared: LiveRegisters;

  constructor(private readonly processor: Processor) {
    this.shared = new LiveRegisters(processor);
  }
  private get state() {
    return this.processor.state;
  }
  gpr(register: number): bigint {
    if (register === RAX) return this.state.big(HOST_RAX);
    if (register === RSP) return this.state.big(HOST_RSP);
    return this.state.gpr(register);
  }
  get rip(): bigint {
    return this.state.big(HOST_RIP);
  }
  get rflags(): number {
    return this.state.low(HOST_RFLAGS) >>> 0;
  }
  cr(n: number): bigint {
    const at = ({ 0: HOST_CR0, 3: HOST_CR3, 4: HOST_CR4 } as Record<number, number>)[n];
    return at === undefined ? this.shared.cr(n) : this.state.big(at);
  }
  dr(n: number): bigint {
    return this.shared.dr(n);
  }
  get efer(): bigint {
    return this.state.big(HOST_EFER);
  }
  get cpl(): number {
    return 0;
  }
  segment(index: number): SegmentValue {
    if (index > 3) return this.shared.segment(index);
    const { state } = this;
    const at = HOST_SEGMENTS + index * SEGMENT_SIZE - (SEGMENTS + index * SEGMENT_SIZE);
    const here = state.segmentAt(index) + at;
    return {
      selector: state.u16[here >> 1]!,
      attributes: state.u16[(here + 2) >> 1]!,
      limit: state.u32[(here + 4) >> 2]!,
      base: state.big(here + SEG_BASE),
    };
  }
  get gdtr(): TableValue {
    return { limit: this.state.u32[HOST_GDTR >> 2]!, base: this.state.big(HOST_GDTR + 8) };
  }
  get idtr(): TableValue {
    return { limit: this.state.u32[HOST_IDTR >> 2]!, base: this.state.big(HOST_IDTR + 8) };
  }
  get paging(): PagingRegisters {
    const { state } = this;
    return {
      cr0: state.low(HOST_CR0) >>> 0,
      cr3: state.number(HOST_CR3),
      cr4: state.low(HOST_CR4) >>> 0,
      efer: state.low(HOST_EFER) >>> 0,
      rflags: this.rflags,
      nested: undefined,
    };
  }
  msr(name: MsrSlot): bigint {
    return name === 'EFER' ? this.efer : this.shared.msr(name);
  }
}

export function hostRegisters(processor: Processor): Registers {
  return processor.inGuest ? new SetAsideRegisters(processor) : new LiveRegisters(processor);
}

/** As the guest sees them. `executes`: the processor is inside this guest now. */
export function guestRegisters(processor: Processor, guest: Guest, executes: boolean): Registers {
  const actual = actualRegisters(processor, guest, executes);
  const kept = guest.kept?.();
  return kept ? believed(actual, kept) : actual;
}

function actualRegisters(processor: Processor, guest: Guest, executes: boolean): Registers {
  return executes ? new LiveRegisters(processor) : new SavedRegisters(processor, guest, hostRegisters(processor));
}

/** What the processor walks with for a guest, whatever the guest believes. */
export function walkedRegisters(processor: Processor, guest: Guest, executes: boolean): PagingRegisters {
  return actualRegisters(processor, guest, executes).paging;
}

/** Registers with the control registers that are kept for the guest. */
function believed(actual: Registers, kept: KeptPaging): Registers {
  const { cr0, cr3, cr4, efer } = kept.controls;
  const controls = new Map([
    [0, cr0],
    [3, cr3],
    [4, cr4],
  ]);
  const views: PropertyDescriptorMap = {
    cr: { value: (n: number) => (controls.has(n) ? BigInt(controls.get(n)!) : actual.cr(n)) },
    efer: { get: () => BigInt(efer) },
    paging: { get: () => keptRegisters(kept, actual.rflags) },
    msr: { value: (name: MsrSlot) => (name === 'EFER' ? BigInt(efer) : actual.msr(name)) },
  };
  return Object.create(actual, views) as Registers;
}

export function modeOf(r: Registers): ProcessorMode {
  if ((r.cr(0) & BigInt(CR0_PE)) === 0n) return 'real mode';
  if ((r.efer & BigInt(EFER_LMA)) !== 0n)
    return r.segment(SEG_CS).attributes & ATTRIB_L ? 'long mode' : 'compatibility mode';
  return r.rflags & RFLAGS_VM ? 'virtual-8086 mode' : 'protected mode';
}

/** Bits that instructions are decoded with. */
export function codeBits(r: Registers): 16 | 32 | 64 {
  const { attributes } = r.segment(SEG_CS);
  if ((r.efer & BigInt(EFER_LMA)) !== 0n && attributes & ATTRIB_L) return 64;
  return attributes & ATTRIB_DB ? 32 : 16;
}

/** Linear address of an offset in CS. */
export function linearOf(r: Registers, offset: bigint): bigint {
  if (codeBits(r) === 64) return offset;
  return (r.segment(SEG_CS).base + offset) % TWO32;
}

/** Linear address of the next instruction. */
export function codeAddress(r: Registers): bigint {
  return linearOf(r, r.rip);
}

export function pagingOn(r: Registers): boolean {
  return (r.cr(0) & BigInt(CR0_PG)) !== 0n;
}

const FLAG_NAMES = new Map<string, number>(
  RFLAGS.filter(({ name }) => name !== 'IOPL').map(({ name, bit }) => [name.toLowerCase(), bit]),
);

/** Value of a register by any of its names, lower case; undefined if there is none so named. */
export function registerValue(r: Registers, name: string): bigint | undefined {
  const word = (list: readonly string[]) => list.indexOf(name);
  let n: number;
  if ((n = word(GPR64)) >= 0) return r.gpr(n);
  if ((n = word(GPR32)) >= 0) return r.gpr(n) & 0xffff_ffffn;
  if ((n = word(GPR16)) >= 0) return r.gpr(n) & 0xffffn;
  if ((n = word(GPR8_REX)) >= 0) return r.gpr(n) & 0xffn;
  if ((n = word(GPR8)) >= 0) return (r.gpr(n - 4) >> 8n) & 0xffn;
  if ((n = word(SEGMENT_NAMES.map((s) => s.toLowerCase()))) >= 0) return BigInt(r.segment(n).selector);
  const numbered = /^(cr|dr)(\d+)$/.exec(name);
  if (numbered) {
    n = Number(numbered[2]);
    const known: readonly number[] = numbered[1] === 'cr' ? CONTROL_REGISTERS : DEBUG_REGISTERS;
    return known.includes(n) ? (numbered[1] === 'cr' ? r.cr(n) : r.dr(n)) : undefined;
  }
  switch (name) {
    case 'rip':
      return r.rip;
    case 'eip':
      return r.rip & 0xffff_ffffn;
    case 'ip':
      return r.rip & 0xffffn;
    case 'rflags':
    case 'eflags':
      return BigInt(r.rflags);
    case 'efer':
      return r.efer;
    case 'cpl':
      return BigInt(r.cpl);
    case 'gdtr':
      return r.gdtr.base;
    case 'idtr':
      return r.idtr.base;
    default: {
      const flag = FLAG_NAMES.get(name);
      if (flag !== undefined) return BigInt((r.rflags >>> flag) & 1);
      const msr = MSR_SLOTS.find((slot) => slot.toLowerCase() === name);
      return msr ? r.msr(msr) : undefined;
    }
  }
}

/** Every name `registerValue` knows. */
export const REGISTER_NAMES: readonly string[] = [
  ...GPR64,
  ...GPR32,
  ...GPR16,
  ...GPR8_REX,
  ...GPR8.slice(4),
  ...SEGMENT_NAMES.map((name) => name.toLowerCase()),
  ...CONTROL_REGISTERS.map((n) => `cr${n}`),
  ...DEBUG_REGISTERS.map((n) => `dr${n}`),
  'rip',
  'eip',
  'ip',
  'rflags',
  'eflags',
  'efer',
  'cpl',
  'gdtr',
  'idtr',
  ...FLAG_NAMES.keys(),
  ...MSR_SLOTS.map((name) => name.toLowerCase()),
];
