/** RDMSR, WRMSR: rows of arch/msr with their rules; an MSR without storage here raises #GP(0) and is announced. */
import { EXIT_CODES } from '../../arch/exit-codes';
import { VECTOR_GP } from '../../arch/exceptions';
import { MSRS, VM_CR_LOCK, VM_CR_SVMDIS, type Msr } from '../../arch/msr';
import {
  CR0_PG,
  CR4_PAE,
  EFER_LMA,
  EFER_LME,
  EFER_NXE,
  EFER_SVME,
  RAX,
  RCX,
  RDX,
  SEG_FS,
  SEG_GS,
} from '../../arch/registers';
import { MSR_SLOTS, type MsrSlot } from '../../state/cpu-state';
import { SEG_BASE } from '../../state/layout';
import { msrIntercepted } from '../../svm/intercept';
import { JUMPED, NEXT, type Core, type Helper, type HelperTable } from '../core';
import { isCanonical } from '../memory-access';
import { isFrequencyMsr, readFrequencyMsr, writeFrequencyMsr } from './effective-frequency';
import { readTsc, timeStamp } from './identification';
import { isPerformanceMsr, readPerformanceMsr, writePerformanceMsr } from './performance';

const BY_NUMBER = new Map<number, Msr>(Object.values(MSRS).map((m: Msr) => [m.number >>> 0, m]));
const SLOT_OF = new Map<string, MsrSlot>(MSR_SLOTS.map((name) => [name, name]));
SLOT_OF.set('KERNEL_GS_BASE', 'KernelGSBase');

/** Bit n: n is a memory type of MTRRs (§7.7), of PAT (§7.8.1). */
const MTRR_TYPES = 0b0111_0011;
const PAT_TYPES = 0b1111_0011;
/** SYSCFG: the fixed ranges' RdMem and WrMem, bits 4:3 of every byte, may be written. §7.9.1 */
const SYSCFG_MTRR_FIX_DRAM_MOD_EN = 1 << 19;
const RDMEM_WRMEM = 0x1818_1818;

function checkTypes(core: Core, legal: number, ...halves: number[]): void {
  for (const half of halves) {
    for (let n = 0; n < 32; n += 8) {
      const type = (half >>> n) & 0xff;
      if (type > 7 || ((legal >>> type) & 1) === 0) core.raise(VECTOR_GP, 0);
    }
  }
}

/** The high half of an address within the physical width. */
function checkWidth(core: Core, high: number): void {
  if (high >>> 0 >= 2 ** (core.limits.physicalBits - 32)) core.raise(VECTOR_GP, 0);
}

/** Layout offset of an MSR's storage, or −1. */
function storage(core: Core, m: Msr): number {
  if (m.name === 'FS_BASE') return core.state.segmentAt(SEG_FS) + SEG_BASE;
  if (m.name === 'GS_BASE') return core.state.segmentAt(SEG_GS) + SEG_BASE;
  const slot = SLOT_OF.get(m.name);
  return slot === undefined ? -1 : core.state.msrAt(slot);
}

function find(core: Core, write: boolean): { row: Msr; at: number } {
  const number = core.state.gprLow(RCX) >>> 0;
  const row = BY_NUMBER.get(number);
  if (row) {
    const at = storage(core, row);
    if ((at >= 0 || row.name === 'TSC') && row.access !== (write ? 'ro' : 'wo')) return { row, at };
  }
  core.probe?.unknownMsr?.(number, write);
  core.raise(VECTOR_GP, 0);
}

function exits(core: Core, write: boolean): boolean {
  return core.inGuest && msrIntercepted(core.state, core.ram, core.state.gprLow(RCX) >>> 0, write);
}

const rdmsr: Helper = (core, i) => {
  const { state } = core;
  if (state.cpl !== 0) core.raise(VECTOR_GP, 0);
  if (exits(core, false)) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_MSR.code, i, 0);
    return JUMPED;
  }
  const number = state.gprLow(RCX) >>> 0;
  if (core.board.interrupts.hasMsr(number)) {
    readApicMsr(core, number);
    return NEXT;
  }
  if (isPerformanceMsr(core, number)) {
    readPerformanceMsr(core, number);
    return NEXT;
  }
  if (isFrequencyMsr(core, number)) {
    readFrequencyMsr(core, number);
    return NEXT;
  }
  const { row, at } = find(core, false);
  if (row.name === 'TSC') {
    readTsc(core);
  } else if (row.check === 'svm-key') {
    state.setGpr(RAX, 0, 0);
    state.setGpr(RDX, 0, 0);
  } else {
    state.setGpr(RAX, state.low(at), 0);
    state.setGpr(RDX, state.high(at), 0);
  }
  return NEXT;
};

const wrmsr: Helper = (core, i) => {
  const { state } = core;
  if (state.cpl !== 0) core.raise(VECTOR_GP, 0);
  if (exits(core, true)) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_MSR.code, i, 1);
    return JUMPED;
  }
  const low = state.gprLow(RAX);
  const high = state.gprLow(RDX);
  const number = state.gprLow(RCX) >>> 0;
  if (core.board.interrupts.hasMsr(number)) {
    writeApicMsr(core, number, low, high);
    return NEXT;
  }
  if (isPerformanceMsr(core, number)) {
    writePerformanceMsr(core, number, low, high);
    return NEXT;
  }
  if (isFrequencyMsr(core, number)) {
    writeFrequencyMsr(core, number, low, high);
    return NEXT;
  }
  const { row, at } = find(core, true);
  if ((low & ~row.writableLo) !== 0 || (high & ~row.writableHi) !== 0) core.raise(VECTOR_GP, 0);
  if (number >= MSRS.MTRR_PHYS_BASE0.number && number <= MSRS.MTRR_PHYS_MASK7.number) checkWidth(core, high);
  switch (row.check) {
    case 'canonical':
      if (!isCanonical(high)) core.raise(VECTOR_GP, 0);
      break;
    case 'pat':
      checkTypes(core, PAT_TYPES, low, high);
      break;
    case 'mtrr-type':
    case 'mtrr-base':
      checkTypes(core, MTRR_TYPES, low & 0xff);
      break;
    case 'mtrr-fixed': {
      const extended = (state.low(state.msrAt('SYSCFG')) & SYSCFG_MTRR_FIX_DRAM_MOD_EN) !== 0;
      const ignored = extended ? RDMEM_WRMEM : 0;
      checkTypes(core, MTRR_TYPES, low & ~ignored, high & ~ignored);
      break;
    }
    case 'page-address':
      if ((low & 0xfff) !== 0) core.raise(VECTOR_GP, 0);
      checkWidth(core, high);
      break;
    case 'efer':
      writeEfer(core, low);
      return NEXT;
    case 'vm-cr':
      writeVmCr(core, low);
      return NEXT;
    default:
      break;
  }
  if (row.name === 'TSC') {
    const value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    const base = core.state.msrAt('TSC_BASE');
    state.setBig(base, value - (timeStamp(core) - state.big(base)));
  } else state.setHalves(at, low, high);
  return NEXT;
};

/** The local APIC is asked: it counts time, and may raise INTR. §16.3.1, §16.11 */
function readApicMsr(core: Core, number: number): void {
  core.syncClock();
  const value = core.board.interrupts.readMsr(number);
  if (!value) core.raise(VECTOR_GP, 0);
  core.state.setGpr(RAX, value.low | 0, 0);
  core.state.setGpr(RDX, value.high | 0, 0);
}

function writeApicMsr(core: Core, number: number, low: number, high: number): void {
  core.syncClock();
  if (!core.board.interrupts.writeMsr(number, low, high)) core.raise(VECTOR_GP, 0);
  core.endSliceIfAlarmMoved();
}

function writeEfer(core: Core, low: number): void {
  const { state, limits } = core;
  const old = state.efer;
  if ((low & ~limits.eferValid) !== 0) core.raise(VECTOR_GP, 0);
  if (((low ^ old) & EFER_LME) !== 0 && (state.cr(0) & CR0_PG) !== 0) core.raise(VECTOR_GP, 0);
  if ((low & EFER_SVME) !== 0 && (state.low(state.msrAt('VM_CR')) & VM_CR_SVMDIS) !== 0) core.raise(VECTOR_GP, 0);
  // LMA is the processor's own.
  state.efer = ((low & ~EFER_LMA) | (old & EFER_LMA)) >>> 0;
  if (((low ^ old) & EFER_NXE) !== 0) core.flushTlb(false);
}

/** LOCK, once set, freezes LOCK and SVMDIS; SVMDIS cannot be set while EFER.SVME is 1. §15.30.1 */
function writeVmCr(core: Core, low: number): void {
  const { state } = core;
  const at = state.msrAt('VM_CR');
  const old = state.low(at);
  const frozen = VM_CR_LOCK | VM_CR_SVMDIS;
  let value = low;
  if (old & VM_CR_LOCK) value = (low & ~frozen) | (old & frozen);
  if ((value & VM_CR_SVMDIS) !== 0 && (old & VM_CR_SVMDIS) === 0 && (state.efer & EFER_SVME) !== 0)
    core.raise(VECTOR_GP, 0);
  state.setHalves(at, value, 0);
}

/** CR0, CR4 and EFER decide EFER.LMA together; used by MOV CR0. */
export function entersLongMode(core: Core, cr0: number): boolean {
  return (cr0 & CR0_PG) !== 0 && (core.state.efer & EFER_LME) !== 0 && (core.state.cr(4) & CR4_PAE) !== 0;
}

export const MSR_HELPERS = { rdmsr, wrmsr } satisfies HelperTable;
