/** VMRUN from the point where its own exceptions and its intercept are behind it (§15.5.1). */
import { EVENT_V } from '../arch/events';
import {
  CR0_ET,
  CR0_PE,
  CR0_PG,
  DR6_FIXED,
  DR6_WRITABLE,
  DR7_FIXED,
  DR7_WRITABLE,
  EFER_LMA,
  EFER_LME,
  RAX,
  RFLAGS_FIXED,
  RFLAGS_IF,
  RFLAGS_IMPLEMENTED,
  RFLAGS_VM,
  RSP,
} from '../arch/registers';
import {
  INTERRUPT_SHADOW as SHADOW_BIT,
  LBR_VIRT_ENABLE,
  NP_ENABLE,
  TLB_CONTROL_FLUSH_ALL,
  TLB_CONTROL_FLUSH_ASID,
  TLB_CONTROL_FLUSH_ASID_NON_GLOBAL,
  V_INTR_MASKING,
  V_IRQ,
  V_IGN_TPR,
  V_INTR_PRIO_MASK,
  VMCB_SIZE,
} from '../arch/vmcb';
import {
  ASID,
  CPL,
  CRS,
  DELIVERING,
  DRS,
  GDTR,
  GIF,
  GUEST_MODE,
  HOST_INTERRUPT_FLAG,
  IDTR,
  INTERCEPT_WORDS,
  INTERRUPT_SHADOW,
  IOPM_BASE,
  MSRPM_BASE,
  NESTED_CR3,
  NESTED_CR4,
  NESTED_EFER,
  NESTED_PAGING,
  PAUSE_COUNTER,
  PAUSE_FILTER_COUNT,
  PAUSE_FILTER_THRESHOLD,
  REGS,
  RIP,
  TSC_OFFSET,
  VIRTUAL_EXTENSIONS,
  VIRTUAL_INTERRUPT,
  VMCB_ADDRESS,
} from '../state/layout';
import { SVM_FLUSH_BY_ASID, SVM_LBR_VIRT, SVM_NP, SVM_NRIPS } from '../state/limits';
import type { Limits } from '../state/limits';
import { Vmcb } from '../state/vmcb';
import { isConsistent, violations } from './consistency';
import type { SvmContext } from './context';
import { decodeEvent } from './event-injection';
import type { InjectedEvent } from './event-injection';
import {
  HOST_CR0,
  HOST_CR4,
  HOST_EFER,
  HOST_RFLAGS,
  MSR_EFER_WORD,
  MSR_LBR_WORD,
  MSR_PAT_WORD,
  copy2,
  saveHost,
} from './host-save';
import { loadSegment, loadTable } from './segments';
import {
  CPL_BYTE,
  LBR_HALVES,
  W_ASID,
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
  W_GDTR,
  W_GPAT,
  W_IDTR,
  W_IOPM_BASE,
  W_MSRPM_BASE,
  W_NCR3,
  W_NP,
  W_NRIP,
  W_PAUSE_FILTER,
  W_RAX,
  W_RFLAGS,
  W_RIP,
  W_RSP,
  W_SEGMENT,
  W_SHADOW,
  W_TLB_CONTROL,
  W_TSC_OFFSET,
  W_VINTR,
  W_VIRT_EXT,
} from './vmcb-words';
import { vmexitInvalid } from './vmexit';

export interface VmrunResult {
  /** Whether guest mode was entered; if not, #VMEXIT(INVALID) has already been done. */
  readonly entered: boolean;
  /** What is to be delivered before the first guest instruction. §15.20 */
  readonly inject: InjectedEvent | null;
}

const REFUSED: VmrunResult = { entered: false, inject: null };
const ENTERED: VmrunResult = { entered: true, inject: null };

/** V_TPR and the controls VMRUN takes into the processor; features it lacks are left out. §15.21 */
const VINTR_LOADED = 0xff | V_IRQ | V_INTR_PRIO_MASK | V_IGN_TPR | V_INTR_MASKING;
const VINTR_VECTOR = 0xff;

/** Whether VMRUN, VMLOAD or VMSAVE raises #GP(0) for this rAX: not 4 KB aligned, or no physical address. §15.5.1 */
export function isBadVmcbAddress(limits: Limits, low: number, high: number): boolean {
  return (low & (VMCB_SIZE - 1)) !== 0 || (high & ~((1 << (limits.physicalBits - 32)) - 1)) !== 0;
}

/**
 * Enters the guest described by the VMCB at an SPA. The caller has made the checks of §15.5.1 that raise exceptions;
 * `nextRip…` is where the host goes on after #VMEXIT.
 */
export function vmrun(c: SvmContext, vmcb: number, nextRipLow: number, nextRipHigh: number): VmrunResult {
  const { state, ram, limits } = c;
  const m = state.i32;
  saveHost(c, nextRipLow, nextRipHigh);
  state.setNumber(VMCB_ADDRESS, vmcb);

  const at = ram.offset(vmcb);
  const w = at >>> 2;
  if (at < 0 || !isConsistent(m, w, limits, m[HOST_CR0 >> 2]!, ram)) {
    if (c.probe?.refused) {
      const entry = { vmcb: new Vmcb(ram, vmcb), limits, hostCr0: m[HOST_CR0 >> 2]! };
      c.probe.refused({
        vmcb,
        violations: violations(entry).map(({ field, what, section }) => ({ field, what, section })),
      });
    }
    vmexitInvalid(c);
    return REFUSED;
  }
  loadControls(c, w);
  loadGuest(c, w);

  m[DELIVERING >> 2] = 0;
  m[(DELIVERING >> 2) + 1] = 0;
  m[GUEST_MODE >> 2] = 1;
  m[GIF >> 2] = 1;

  const control = m[w + W_TLB_CONTROL]! & 0xff;
  if (control !== 0) flush(c, control);
  c.contextChanged();
  c.probe?.vmrun?.(vmcb);

  const event = m[w + W_EVENTINJ]!;
  if ((event & EVENT_V) === 0) return ENTERED;
  const from = w + (limits.svm & SVM_NRIPS ? W_NRIP : W_RIP);
  const inject = decodeEvent(event, m[w + W_EVENTINJ + 1]!, m[w + W_RIP]!, m[w + W_RIP + 1]!, m[from]!, m[from + 1]!);
  return { entered: true, inject };
}

function loadControls(c: SvmContext, w: number): void {
  const { state, limits } = c;
  const m = state.i32;
  const words = INTERCEPT_WORDS >> 2;
  for (let n = 0; n < 6; n++) m[words + n] = m[w + n]!;
  m[ASID >> 2] = m[w + W_ASID]!;
  copyPage(m, IOPM_BASE >> 2, w + W_IOPM_BASE);
  copyPage(m, MSRPM_BASE >> 2, w + W_MSRPM_BASE);
  copy2(m, TSC_OFFSET >> 2, w + W_TSC_OFFSET);

  m[VIRTUAL_INTERRUPT >> 2] = m[w + W_VINTR]! & VINTR_LOADED;
  m[(VIRTUAL_INTERRUPT >> 2) + 1] = m[w + W_VINTR + 1]! & VINTR_VECTOR;
  m[HOST_INTERRUPT_FLAG >> 2] = m[HOST_RFLAGS >> 2]! & RFLAGS_IF ? 1 : 0;
  m[INTERRUPT_SHADOW >> 2] = m[w + W_SHADOW]! & SHADOW_BIT;

  if ((m[w + W_NP]! & NP_ENABLE) !== 0 && (limits.svm & SVM_NP) !== 0) {
    m[NESTED_PAGING >> 2] = 1;
    copyPage(m, NESTED_CR3 >> 2, w + W_NCR3);
    copy2(m, NESTED_CR4 >> 2, HOST_CR4 >> 2);
    copy2(m, NESTED_EFER >> 2, HOST_EFER >> 2);
    copy2(m, MSR_PAT_WORD, w + W_GPAT);
  }
  if ((m[w + W_VIRT_EXT]! & LBR_VIRT_ENABLE) !== 0 && (limits.svm & SVM_LBR_VIRT) !== 0) {
    m[VIRTUAL_EXTENSIONS >> 2] = LBR_VIRT_ENABLE;
    for (let n = 0; n < LBR_HALVES; n++) m[MSR_LBR_WORD + n] = m[w + W_DBGCTL + n]!;
  }
  const filter = m[w + W_PAUSE_FILTER]!;
  m[PAUSE_COUNTER >> 2] = filter >>> 16;
  m[PAUSE_FILTER_COUNT >> 2] = filter >>> 16;
  m[PAUSE_FILTER_THRESHOLD >> 2] = filter & 0xffff;
}

// bits 63:32 of CR0, EFER, DR6 and DR7 are zero in every host, and the checks have seen to the guest's
function loadGuest(c: SvmContext, w: number): void {
  const { state, limits } = c;
  const m = state.i32;
  const cr0 = (m[w + W_CR0]! & limits.cr0Valid) | CR0_ET;
  const efer = m[w + W_EFER]!;
  const flags = m[w + W_RFLAGS]!;
  const protectedMode = (cr0 & CR0_PE) !== 0;
  const virtual8086 = protectedMode && (flags & RFLAGS_VM) !== 0;
  m[CRS >> 2] = cr0;
  copy2(m, (CRS + 16) >> 2, w + W_CR2);
  copy2(m, (CRS + 24) >> 2, w + W_CR3);
  copy2(m, (CRS + 32) >> 2, w + W_CR4);
  m[MSR_EFER_WORD] = (efer & EFER_LME) !== 0 && (cr0 & CR0_PG) !== 0 ? efer | EFER_LMA : efer & ~EFER_LMA;
  m[(DRS + 48) >> 2] = (m[w + W_DR6]! & DR6_WRITABLE) | DR6_FIXED;
  m[(DRS + 56) >> 2] = (m[w + W_DR7]! & DR7_WRITABLE) | DR7_FIXED;
  state.setFlags((flags & RFLAGS_IMPLEMENTED) | RFLAGS_FIXED);
  copy2(m, RIP >> 2, w + W_RIP);
  copy2(m, (REGS >> 2) + RSP * 2, w + W_RSP);
  copy2(m, (REGS >> 2) + RAX * 2, w + W_RAX);
  m[CPL >> 2] = !protectedMode ? 0 : virtual8086 ? 3 : state.u8[w * 4 + CPL_BYTE]! & 3;
  const flat = !protectedMode || virtual8086;
  for (let n = 0; n < 4; n++) loadSegment(state, n, m, w + W_ES + n * W_SEGMENT, false, flat, limits);
  loadTable(m, GDTR >> 2, w + W_GDTR, limits);
  loadTable(m, IDTR >> 2, w + W_IDTR, limits);
}

/** TLB_CONTROL; its reserved values do nothing, and 3 and 7 are reserved without FlushByAsid. §15.16.1 */
function flush(c: SvmContext, control: number): void {
  if (control === TLB_CONTROL_FLUSH_ALL) c.flushAllAsids();
  else if ((c.limits.svm & SVM_FLUSH_BY_ASID) === 0) return;
  else if (control === TLB_CONTROL_FLUSH_ASID || control === TLB_CONTROL_FLUSH_ASID_NON_GLOBAL) {
    c.flushAsid(c.state.i32[ASID >> 2]!);
  }
}

/** Copies a 64-bit address without its bits 11:0. */
function copyPage(m: Int32Array, to: number, from: number): void {
  m[to] = m[from]! & ~0xfff;
  m[to + 1] = m[from + 1]!;
}
