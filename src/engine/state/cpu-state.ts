/**
 * The processor's registers, in the linear memory. 64-bit values are read as two int32 halves; `number` getters are for values that
 * fit 53 bits (physical addresses, CR0, CR4, EFER); BigInt getters are for the outer edge and for rare paths.
 */
import type { GDTR, IDTR } from './layout';
import {
  CPL,
  CRS,
  DIRECTION,
  DRS,
  F_OP,
  F_X,
  MSRS,
  REGS,
  RIP,
  SEGMENTS,
  SEGMENT_SIZE,
  SEG_ATTRIBUTES,
  SEG_BASE,
  SEG_LIMIT,
  SEG_READ_FIRST,
  SEG_READ_LAST,
  SEG_SELECTOR,
  SEG_WRITE_FIRST,
  SEG_WRITE_LAST,
  STACK_MASK,
  SYSTEM_FLAGS,
  XCR0,
} from './layout';

/** MSRs with storage of their own, in slot order. Names are AMD's; numbers stand in arch/msr. */
export const MSR_SLOTS = [
  'EFER',
  'STAR',
  'LSTAR',
  'CSTAR',
  'SFMASK',
  'KernelGSBase',
  'SYSENTER_CS',
  'SYSENTER_ESP',
  'SYSENTER_EIP',
  'PAT',
  'TSC_AUX',
  'VM_CR',
  'VM_HSAVE_PA',
  'TSC_BASE',
  'MPERF_BASE',
  'APERF_BASE',
  'PATCH_LEVEL',
  'NB_CFG',
  'DE_CFG',
  'DebugCtl',
  'LastBranchFromIP',
  'LastBranchToIP',
  'LastIntFromIP',
  'LastIntToIP',
  'MTRRdefType',
  'HWCR',
  'SYSCFG',
  'TOP_MEM',
  'TOM2',
  'MTRRphysBase0',
  'MTRRphysMask0',
  'MTRRphysBase1',
  'MTRRphysMask1',
  'MTRRphysBase2',
  'MTRRphysMask2',
  'MTRRphysBase3',
  'MTRRphysMask3',
  'MTRRphysBase4',
  'MTRRphysMask4',
  'MTRRphysBase5',
  'MTRRphysMask5',
  'MTRRphysBase6',
  'MTRRphysMask6',
  'MTRRphysBase7',
  'MTRRphysMask7',
  'MTRRfix64K_00000',
  'MTRRfix16K_80000',
  'MTRRfix16K_A0000',
  'MTRRfix4K_C0000',
  'MTRRfix4K_C8000',
  'MTRRfix4K_D0000',
  'MTRRfix4K_D8000',
  'MTRRfix4K_E0000',
  'MTRRfix4K_E8000',
  'MTRRfix4K_F0000',
  'MTRRfix4K_F8000',
  'MCG_STAT',
  'MCG_CTL',
  'IGNNE',
  'SMM_CTL',
  'SVM_KEY',
  // Each performance counter with its control, and where what it counts stood at its last change.
  'PerfControl0',
  'PerfCounter0',
  'PerfSince0',
  'PerfControl1',
  'PerfCounter1',
  'PerfSince1',
  'PerfControl2',
  'PerfCounter2',
  'PerfSince2',
  'PerfControl3',
  'PerfCounter3',
  'PerfSince3',
  'PerfControl4',
  'PerfCounter4',
  'PerfSince4',
  'PerfControl5',
  'PerfCounter5',
  'PerfSince5',
] as const;
export type MsrSlot = (typeof MSR_SLOTS)[number];

const SLOT = new Map<string, number>(MSR_SLOTS.map((name, n) => [name, MSRS + n * 8]));
/** Layout offset of an MSR's 64-bit storage. */
export const msrOffset = (name: MsrSlot): number => SLOT.get(name)!;

/** Segment attributes, 12-bit packing of the VMCB: type 3:0, S 4, DPL 6:5, P 7, AVL 8, L 9, D/B 10, G 11 (§15.5, appendix B). */
export const ATTR_TYPE = 0x00f;
export const ATTR_ACCESSED = 0x001;
export const ATTR_WRITABLE = 0x002;
export const ATTR_READABLE = 0x002;
export const ATTR_EXPAND_DOWN = 0x004;
export const ATTR_CONFORMING = 0x004;
export const ATTR_CODE = 0x008;
export const ATTR_S = 0x010;
export const ATTR_DPL_SHIFT = 5;
export const ATTR_PRESENT = 0x080;
export const ATTR_AVL = 0x100;
export const ATTR_LONG = 0x200;
export const ATTR_BIG = 0x400;
export const ATTR_GRANULARITY = 0x800;

/** The six arithmetic flags: CF PF AF ZF SF OF. */
export const ARITHMETIC_FLAGS = 0x8d5;
const RFLAGS_DF = 0x400;

const TWO32 = 0x100000000;

export class CpuState {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f64: Float64Array;
  readonly view: DataView;

  constructor(readonly buffer: ArrayBuffer) {
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.view = new DataView(buffer);
  }

  /** Low and high halves of the 64-bit word at a layout offset (multiple of 8). */
  low(at: number): number {
    return this.i32[at >> 2]!;
  }
  high(at: number): number {
    return this.i32[(at >> 2) + 1]!;
  }
  setHalves(at: number, low: number, high: number): void {
    this.i32[at >> 2] = low;
    this.i32[(at >> 2) + 1] = high;
  }
  /** A 64-bit word as number; exact below 2^53. */
  number(at: number): number {
    return this.u32[at >> 2]! + this.u32[(at >> 2) + 1]! * TWO32;
  }
  setNumber(at: number, value: number): void {
    this.u32[at >> 2] = value >>> 0;
    this.u32[(at >> 2) + 1] = Math.floor(value / TWO32);
  }
  big(at: number): bigint {
    return this.view.getBigUint64(at, true);
  }
  setBig(at: number, value: bigint): void {
    this.view.setBigUint64(at, BigInt.asUintN(64, value), true);
  }

  gprLow(register: number): number {
    return this.i32[(REGS >> 2) + register * 2]!;
  }
  gprHigh(register: number): number {
    return this.i32[(REGS >> 2) + register * 2 + 1]!;
  }
  setGpr(register: number, low: number, high: number): void {
    this.i32[(REGS >> 2) + register * 2] = low;
    this.i32[(REGS >> 2) + register * 2 + 1] = high;
  }
  gpr(register: number): bigint {
    return this.big(REGS + register * 8);
  }
  setGprBig(register: number, value: bigint): void {
    this.setBig(REGS + register * 8, value);
  }

  get ripLow(): number {
    return this.i32[RIP >> 2]!;
  }
  get ripHigh(): number {
    return this.i32[(RIP >> 2) + 1]!;
  }
  setRip(low: number, high: number): void {
    this.i32[RIP >> 2] = low;
    this.i32[(RIP >> 2) + 1] = high;
  }

  /** RFLAGS without the arithmetic flags; bit 1 reads as 1. */
  get systemFlags(): number {
    return this.i32[SYSTEM_FLAGS >> 2]!;
  }
  set systemFlags(value: number) {
    this.i32[SYSTEM_FLAGS >> 2] = (value & ~ARITHMETIC_FLAGS) | 2;
    this.i32[DIRECTION >> 2] = value & RFLAGS_DF ? -1 : 1;
  }
  /** Sets all of RFLAGS' low 32 bits; reading them needs exec's lazy flags: see cpu/. */
  setFlags(value: number): void {
    this.systemFlags = value;
    this.i32[F_OP >> 2] = 0;
    this.i32[F_X >> 2] = value & ARITHMETIC_FLAGS;
  }

  get cpl(): number {
    return this.i32[CPL >> 2]!;
  }
  set cpl(level: number) {
    this.i32[CPL >> 2] = level;
  }

  /** Control register `n`, low 32 bits as unsigned number (CR0, CR4, CR8) . */
  cr(n: number): number {
    return this.u32[(CRS >> 2) + n * 2]!;
  }
  setCr(n: number, value: number): void {
    this.setNumber(CRS + n * 8, value);
  }
  /** CR3 whole: exact, for its bits above 52 are reserved. */
  get cr3(): number {
    return this.number(CRS + 24);
  }
  dr(n: number): number {
    return this.u32[(DRS >> 2) + n * 2]!;
  }
  get xcr0(): number {
    return this.number(XCR0);
  }

  get efer(): number {
    return this.u32[MSRS >> 2]!;
  }
  set efer(value: number) {
    this.u32[MSRS >> 2] = value;
    this.u32[(MSRS >> 2) + 1] = 0;
  }
  /** Layout offset of an MSR's 64-bit storage. */
  msrAt(name: MsrSlot): number {
    return msrOffset(name);
  }

  segmentAt(index: number): number {
    return SEGMENTS + index * SEGMENT_SIZE;
  }
  selector(index: number): number {
    return this.u16[(SEGMENTS + index * SEGMENT_SIZE + SEG_SELECTOR) >> 1]!;
  }
  attributes(index: number): number {
    return this.u16[(SEGMENTS + index * SEGMENT_SIZE + SEG_ATTRIBUTES) >> 1]!;
  }
  /** Byte-granular limit. */
  limit(index: number): number {
    return this.u32[(SEGMENTS + index * SEGMENT_SIZE + SEG_LIMIT) >> 2]!;
  }
  baseLow(index: number): number {
    return this.i32[(SEGMENTS + index * SEGMENT_SIZE + SEG_BASE) >> 2]!;
  }
  baseHigh(index: number): number {
    return this.i32[((SEGMENTS + index * SEGMENT_SIZE + SEG_BASE) >> 2) + 1]!;
  }

  /** Loads a segment register with its hidden part and derives what legacy-mode accesses are checked against. */
  setSegment(
    index: number,
    selector: number,
    attributes: number,
    limit: number,
    baseLow: number,
    baseHigh: number,
  ): void {
    const at = SEGMENTS + index * SEGMENT_SIZE;
    this.u16[(at + SEG_SELECTOR) >> 1] = selector;
    this.u16[(at + SEG_ATTRIBUTES) >> 1] = attributes;
    this.u32[(at + SEG_LIMIT) >> 2] = limit;
    this.i32[(at + SEG_BASE) >> 2] = baseLow;
    this.i32[((at + SEG_BASE) >> 2) + 1] = baseHigh;
    const present = (attributes & (ATTR_PRESENT | ATTR_S)) === (ATTR_PRESENT | ATTR_S);
    const code = (attributes & ATTR_CODE) !== 0;
    const readable = present && (!code || (attributes & ATTR_READABLE) !== 0);
    const writable = present && !code && (attributes & ATTR_WRITABLE) !== 0;
    const down = !code && (attributes & ATTR_EXPAND_DOWN) !== 0;
    const first = down ? (limit + 1) >>> 0 : 0;
    const last = down ? (attributes & ATTR_BIG ? 0xffffffff : 0xffff) : limit;
    const empty = down && limit >= last;
    this.u32[(at + SEG_READ_FIRST) >> 2] = readable && !empty ? first : 1;
    this.u32[(at + SEG_READ_LAST) >> 2] = readable && !empty ? last : 0;
    this.u32[(at + SEG_WRITE_FIRST) >> 2] = writable && !empty ? first : 1;
    this.u32[(at + SEG_WRITE_LAST) >> 2] = writable && !empty ? last : 0;
    if (index === 2) this.i32[STACK_MASK >> 2] = attributes & ATTR_BIG ? -1 : 0xffff;
  }

  /** `GDTR` or `IDTR` of layout. */
  setTable(at: typeof GDTR | typeof IDTR, limit: number, baseLow: number, baseHigh: number): void {
    this.u32[at >> 2] = limit;
    this.setHalves(at + 8, baseLow, baseHigh);
  }
  tableLimit(at: typeof GDTR | typeof IDTR): number {
    return this.u32[at >> 2]!;
  }
}
