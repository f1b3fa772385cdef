/** #VMEXIT: guest state to the VMCB, host state back (§15.6). */
import { EVENT_V } from '../arch/events';
import { EXIT_CODES } from '../arch/exit-codes';
import { RAX, RSP } from '../arch/registers';
import { LBR_VIRT_ENABLE, VMCB, V_IRQ } from '../arch/vmcb';
import {
  ASID,
  CRS,
  DELIVERING,
  DRS,
  GDTR,
  GIF,
  GUEST_MODE,
  HALTED,
  MONITOR_ARMED,
  IDTR,
  INSTRUCTION_BYTES,
  INTERCEPT_WORDS,
  INTERRUPT_SHADOW,
  NESTED_PAGING,
  REGS,
  RIP,
  TSC_OFFSET,
  VIRTUAL_EXTENSIONS,
  VIRTUAL_INTERRUPT,
  VMCB_ADDRESS,
} from '../state/layout';
import { SVM_DECODE_ASSISTS, SVM_NRIPS } from '../state/limits';
import type { SvmContext } from './context';
import { MSR_EFER_WORD, MSR_LBR_WORD, MSR_PAT_WORD, copy2, restoreHost } from './host-save';
import { nRipValid } from './intercept';
import { storeSegment, storeTable } from './segments';
import {
  CPL_BYTE,
  LBR_HALVES,
  W_CR0,
  W_CR2,
  W_CR3,
  W_CR4,
  W_DBGCTL,
  W_DR6,
  W_DR7,
  W_EFER,
  W_ES,
  W_EVENTINJ,
  W_EXITCODE,
  W_EXITINFO1,
  W_EXITINFO2,
  W_EXITINTINFO,
  W_GDTR,
  W_GPAT,
  W_IDTR,
  W_INSTRUCTION_BYTES,
  W_NRIP,
  W_RAX,
  W_RFLAGS,
  W_RIP,
  W_RSP,
  W_SEGMENT,
  W_SHADOW,
  W_VINTR,
} from './vmcb-words';

/** What #VMEXIT writes back of V_TPR and V_IRQ. §15.21.4 */
const VINTR_STORED = 0xff | V_IRQ;

const CONTROL_FIRST = VMCB.vIntr.offset;
const CONTROL_SIZE = VMCB.guestInsnBytes.offset + VMCB.guestInsnBytes.size - CONTROL_FIRST;
const SAVE_FIRST = VMCB.esSelector.offset;
const SAVE_SIZE = VMCB.lastExcpTo.offset + VMCB.lastExcpTo.size - SAVE_FIRST;

/**
 * Leaves guest mode. The registers hold what is to be saved. `code` is EXITCODE as a signed number; `nRip…` is the instruction after the
 * intercepted one, stored only for exits that have one.
 */
export function vmexit(
  c: SvmContext,
  code: number,
  info1Low: number,
  info1High: number,
  info2Low: number,
  info2High: number,
  nRipLow: number,
  nRipHigh: number,
): void {
  const { state, ram, limits } = c;
  const m = state.i32;
  m[GIF >> 2] = 0;
  const at = ram.offset(state.number(VMCB_ADDRESS));
  if (at >= 0 && ram.isWritable(at)) {
    ram.touch(at + CONTROL_FIRST, CONTROL_SIZE);
    ram.touch(at + SAVE_FIRST, SAVE_SIZE);
    const w = at >>> 2;
    storeGuest(c, w);
    m[w + W_EXITCODE] = code;
    m[w + W_EXITCODE + 1] = code < 0 ? -1 : 0;
    m[w + W_EXITINFO1] = info1Low;
    m[w + W_EXITINFO1 + 1] = info1High;
    m[w + W_EXITINFO2] = info2Low;
    m[w + W_EXITINFO2 + 1] = info2High;
    const cutShort = (m[DELIVERING >> 2]! & EVENT_V) !== 0;
    m[w + W_EXITINTINFO] = cutShort ? m[DELIVERING >> 2]! : 0;
    m[w + W_EXITINTINFO + 1] = cutShort ? m[(DELIVERING >> 2) + 1]! : 0;
    m[w + W_EVENTINJ]! &= ~EVENT_V;
    if (limits.svm & SVM_NRIPS) {
      const has = nRipValid(code);
      m[w + W_NRIP] = has ? nRipLow : 0;
      m[w + W_NRIP + 1] = has ? nRipHigh : 0;
    }
    if (limits.svm & SVM_DECODE_ASSISTS) {
      const from = INSTRUCTION_BYTES >> 2;
      for (let n = 0; n < 4; n++) m[w + W_INSTRUCTION_BYTES + n] = m[from + n]!;
    }
  }
  leave(c, code);
}

/** #VMEXIT(INVALID) of a VMRUN that was refused: no guest state was loaded and none is stored. §15.5.1 */
export function vmexitInvalid(c: SvmContext): void {
  const { state, ram } = c;
  const m = state.i32;
  m[GIF >> 2] = 0;
  const at = ram.offset(state.number(VMCB_ADDRESS));
  if (at >= 0 && ram.isWritable(at)) {
    ram.touch(at + CONTROL_FIRST, CONTROL_SIZE);
    const w = at >>> 2;
    m[w + W_EXITCODE] = -1;
    m[w + W_EXITCODE + 1] = -1;
    for (let n = 0; n < 2; n++) m[w + W_EXITINFO1 + n] = m[w + W_EXITINFO2 + n] = m[w + W_EXITINTINFO + n] = 0;
    m[w + W_EVENTINJ]! &= ~EVENT_V;
  }
  leave(c, EXIT_CODES.VMEXIT_INVALID.code);
}

/**
 * Says which bytes stand at the guest's CS:RIP, at most 15, just before the `vmexit` of a #PF or NPF of a data access; that exit stores
 * them. Every other exit stores a count of zero. §15.8.4
 */
export function storeInstructionBytes(c: SvmContext, bytes: ArrayLike<number>): void {
  const { u8 } = c.state;
  const count = Math.min(bytes.length, VMCB.guestInsnBytes.size);
  u8[INSTRUCTION_BYTES] = count;
  for (let n = 0; n < count; n++) u8[INSTRUCTION_BYTES + 1 + n] = bytes[n]!;
}

function storeGuest(c: SvmContext, w: number): void {
  const { state } = c;
  const m = state.i32;
  for (let n = 0; n < 4; n++) storeSegment(m, w + W_ES + n * W_SEGMENT, n);
  storeTable(m, w + W_GDTR, GDTR >> 2);
  storeTable(m, w + W_IDTR, IDTR >> 2);
  state.u8[w * 4 + CPL_BYTE] = state.cpl;
  copy2(m, w + W_EFER, MSR_EFER_WORD);
  copy2(m, w + W_CR4, (CRS + 32) >> 2);
  copy2(m, w + W_CR3, (CRS + 24) >> 2);
  copy2(m, w + W_CR0, CRS >> 2);
  copy2(m, w + W_CR2, (CRS + 16) >> 2);
  copy2(m, w + W_DR7, (DRS + 56) >> 2);
  copy2(m, w + W_DR6, (DRS + 48) >> 2);
  m[w + W_RFLAGS] = c.rflags();
  m[w + W_RFLAGS + 1] = 0;
  copy2(m, w + W_RIP, RIP >> 2);
  copy2(m, w + W_RSP, (REGS >> 2) + RSP * 2);
  copy2(m, w + W_RAX, (REGS >> 2) + RAX * 2);
  if (m[NESTED_PAGING >> 2] !== 0) copy2(m, w + W_GPAT, MSR_PAT_WORD);
  if (m[VIRTUAL_EXTENSIONS >> 2]! & LBR_VIRT_ENABLE) {
    for (let n = 0; n < LBR_HALVES; n++) m[w + W_DBGCTL + n] = m[MSR_LBR_WORD + n]!;
  }
  m[w + W_VINTR] = (m[w + W_VINTR]! & ~VINTR_STORED) | (m[VIRTUAL_INTERRUPT >> 2]! & VINTR_STORED);
  m[w + W_SHADOW] = m[INTERRUPT_SHADOW >> 2] !== 0 ? 1 : 0;
  m[w + W_SHADOW + 1] = 0;
}

/** What every #VMEXIT undoes inside the processor, and the way back to the host. */
function leave(c: SvmContext, code: number): void {
  const { state } = c;
  const m = state.i32;
  restoreHost(c);
  const asid = m[ASID >> 2]!;
  const words = INTERCEPT_WORDS >> 2;
  for (let n = 0; n < 6; n++) m[words + n] = 0;
  m[ASID >> 2] = 0;
  m[NESTED_PAGING >> 2] = 0;
  m[VIRTUAL_EXTENSIONS >> 2] = 0;
  m[TSC_OFFSET >> 2] = 0;
  m[(TSC_OFFSET >> 2) + 1] = 0;
  m[VIRTUAL_INTERRUPT >> 2] = 0;
  m[(VIRTUAL_INTERRUPT >> 2) + 1] = 0;
  m[INTERRUPT_SHADOW >> 2] = 0;
  m[DELIVERING >> 2] = 0;
  m[(DELIVERING >> 2) + 1] = 0;
  m[HALTED >> 2] = 0;
  m[MONITOR_ARMED >> 2] = 0;
  for (let n = 0; n < 4; n++) m[(INSTRUCTION_BYTES >> 2) + n] = 0;
  m[GUEST_MODE >> 2] = 0;
  c.contextChanged();
  if (c.probe?.vmexit) {
    const vmcb = state.number(VMCB_ADDRESS);
    c.probe.vmexit({ code, vmcb, asid });
  }
}
