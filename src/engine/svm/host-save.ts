/**
 * The host's state between VMRUN and #VMEXIT (§15.5.1). The processor brings back what it keeps on chip, at HOST_SAVE of the
 * layout; the page at VM_HSAVE_PA gets a copy in the VMCB's format, whose layout the manual leaves to the implementation.
 */
import { LBR_VIRT_ENABLE, VMCB } from '../arch/vmcb';
import { CR0_PE, DR7_RESET, RFLAGS_RF, RFLAGS_VM, RAX, RSP } from '../arch/registers';
import {
  CPL,
  CRS,
  DRS,
  GDTR,
  HOST_SAVE,
  MSRS,
  NESTED_PAGING,
  REGS,
  RIP,
  SEGMENTS,
  SEGMENT_SIZE,
  STACK_MASK,
  VIRTUAL_EXTENSIONS,
} from '../state/layout';
import { ATTR_BIG, MSR_SLOTS } from '../state/cpu-state';
import type { SvmContext } from './context';
import { storeTable } from './segments';
import {
  LBR_HALVES,
  W_CR0,
  W_CR3,
  W_CR4,
  W_DBGCTL,
  W_EFER,
  W_ES,
  W_GDTR,
  W_GPAT,
  W_IDTR,
  W_RAX,
  W_RFLAGS,
  W_RIP,
  W_RSP,
  W_SEGMENT,
} from './vmcb-words';

/** Offsets from the start of the linear memory. ES CS SS DS and GDTR IDTR are copies of the layout's own blocks. */
export const HOST_RIP = HOST_SAVE;
export const HOST_RSP = HOST_SAVE + 0x08;
export const HOST_RAX = HOST_SAVE + 0x10;
export const HOST_RFLAGS = HOST_SAVE + 0x18;
export const HOST_CR0 = HOST_SAVE + 0x20;
export const HOST_CR3 = HOST_SAVE + 0x28;
export const HOST_CR4 = HOST_SAVE + 0x30;
export const HOST_EFER = HOST_SAVE + 0x38;
export const HOST_SEGMENTS = HOST_SAVE + 0x40;
export const HOST_GDTR = HOST_SAVE + 0xc0;
export const HOST_IDTR = HOST_SAVE + 0xd0;
export const HOST_PAT = HOST_SAVE + 0xe0;
/** DebugCtl and the four last-branch registers. */
export const HOST_LBR = HOST_SAVE + 0xe8;

const slot = (name: (typeof MSR_SLOTS)[number]): number => (MSRS + MSR_SLOTS.indexOf(name) * 8) >> 2;
/** Word indexes of MSRs the world switch moves. */
export const MSR_EFER_WORD = slot('EFER');
export const MSR_PAT_WORD = slot('PAT');
/** DebugCtl, LastBranchFromIP, LastBranchToIP, LastIntFromIP, LastIntToIP follow one another. */
export const MSR_LBR_WORD = slot('DebugCtl');
const MSR_HSAVE_WORD = slot('VM_HSAVE_PA');

const SEGMENT_WORDS = (SEGMENT_SIZE * 4) >> 2;
const TABLE_WORDS = 8;

/** Keeps the host state; RIP is the instruction after VMRUN. §15.5.1 */
export function saveHost(c: SvmContext, ripLow: number, ripHigh: number): void {
  const m = c.state.i32;
  m[HOST_RIP >> 2] = ripLow;
  m[(HOST_RIP >> 2) + 1] = ripHigh;
  copy2(m, HOST_RSP >> 2, (REGS >> 2) + RSP * 2);
  copy2(m, HOST_RAX >> 2, (REGS >> 2) + RAX * 2);
  m[HOST_RFLAGS >> 2] = c.rflags();
  copy2(m, HOST_CR0 >> 2, CRS >> 2);
  copy2(m, HOST_CR3 >> 2, (CRS + 24) >> 2);
  copy2(m, HOST_CR4 >> 2, (CRS + 32) >> 2);
  copy2(m, HOST_EFER >> 2, MSR_EFER_WORD);
  copy(m, HOST_SEGMENTS >> 2, SEGMENTS >> 2, SEGMENT_WORDS);
  copy(m, HOST_GDTR >> 2, GDTR >> 2, TABLE_WORDS);
  copy2(m, HOST_PAT >> 2, MSR_PAT_WORD);
  copy(m, HOST_LBR >> 2, MSR_LBR_WORD, LBR_HALVES);
  writeSavePage(c);
}

/** Brings the host back: protected mode, CPL 0, breakpoints off, RFLAGS.VM and RF clear. §15.6 */
export function restoreHost(c: SvmContext): void {
  const { state } = c;
  const m = state.i32;
  copy2(m, RIP >> 2, HOST_RIP >> 2);
  copy2(m, (REGS >> 2) + RSP * 2, HOST_RSP >> 2);
  copy2(m, (REGS >> 2) + RAX * 2, HOST_RAX >> 2);
  state.setFlags(m[HOST_RFLAGS >> 2]! & ~(RFLAGS_VM | RFLAGS_RF));
  copy2(m, CRS >> 2, HOST_CR0 >> 2);
  m[CRS >> 2]! |= CR0_PE;
  copy2(m, (CRS + 24) >> 2, HOST_CR3 >> 2);
  copy2(m, (CRS + 32) >> 2, HOST_CR4 >> 2);
  copy2(m, MSR_EFER_WORD, HOST_EFER >> 2);
  copy(m, SEGMENTS >> 2, HOST_SEGMENTS >> 2, SEGMENT_WORDS);
  copy(m, GDTR >> 2, HOST_GDTR >> 2, TABLE_WORDS);
  m[STACK_MASK >> 2] = state.attributes(2) & ATTR_BIG ? -1 : 0xffff;
  m[CPL >> 2] = 0;
  m[(DRS + 56) >> 2] = DR7_RESET;
  if (m[NESTED_PAGING >> 2] !== 0) copy2(m, MSR_PAT_WORD, HOST_PAT >> 2);
  if (m[VIRTUAL_EXTENSIONS >> 2]! & LBR_VIRT_ENABLE) copy(m, MSR_LBR_WORD, HOST_LBR >> 2, LBR_HALVES);
}

/** The copy at VM_HSAVE_PA; memory that keeps nothing drops it. */
function writeSavePage(c: SvmContext): void {
  const { state, ram } = c;
  const m = state.i32;
  const at = ram.offset(state.u32[MSR_HSAVE_WORD]! + state.u32[MSR_HSAVE_WORD + 1]! * 0x1_0000_0000);
  if (at < 0 || !ram.isWritable(at)) return;
  ram.touch(at + SAVE_FIRST, SAVE_SIZE);
  const w = at >>> 2;
  for (let n = 0; n < 4; n++) {
    const from = (HOST_SEGMENTS + n * SEGMENT_SIZE) >> 2;
    const to = w + W_ES + n * W_SEGMENT;
    m[to] = m[from]!;
    m[to + 1] = m[from + 1]!;
    m[to + 2] = m[from + 2]!;
    m[to + 3] = m[from + 3]!;
  }
  storeTable(m, w + W_GDTR, HOST_GDTR >> 2);
  storeTable(m, w + W_IDTR, HOST_IDTR >> 2);
  copy2(m, w + W_EFER, HOST_EFER >> 2);
  copy2(m, w + W_CR4, HOST_CR4 >> 2);
  copy2(m, w + W_CR3, HOST_CR3 >> 2);
  copy2(m, w + W_CR0, HOST_CR0 >> 2);
  copy2(m, w + W_RFLAGS, HOST_RFLAGS >> 2);
  copy2(m, w + W_RIP, HOST_RIP >> 2);
  copy2(m, w + W_RSP, HOST_RSP >> 2);
  copy2(m, w + W_RAX, HOST_RAX >> 2);
  copy2(m, w + W_GPAT, HOST_PAT >> 2);
  copy(m, w + W_DBGCTL, HOST_LBR >> 2, LBR_HALVES);
}

const SAVE_FIRST = VMCB.esSelector.offset;
const SAVE_SIZE = VMCB.lastExcpTo.offset + VMCB.lastExcpTo.size - SAVE_FIRST;

/** Copies one 64-bit word, given as word indexes. */
export function copy2(m: Int32Array, to: number, from: number): void {
  m[to] = m[from]!;
  m[to + 1] = m[from + 1]!;
}

function copy(m: Int32Array, to: number, from: number, words: number): void {
  for (let n = 0; n < words; n++) m[to + n] = m[from + n]!;
}
