/** VMLOAD and VMSAVE: the state a hypervisor moves itself, once their exceptions and intercepts are behind them (§15.5.2). */
import { VMCB } from '../arch/vmcb';
import { SEG_FS, SEG_GS } from '../arch/registers';
import { MSR_SLOTS } from '../state/cpu-state';
import { MSRS, SEGMENT_LDTR, SEGMENT_TR } from '../state/layout';
import type { SvmContext } from './context';
import { copy2 } from './host-save';
import { canonicalHigh, loadSegment, storeSegment } from './segments';
import {
  W_CSTAR,
  W_FS,
  W_GS,
  W_KERNEL_GS_BASE,
  W_LDTR,
  W_LSTAR,
  W_SFMASK,
  W_STAR,
  W_SYSENTER_CS,
  W_SYSENTER_EIP,
  W_SYSENTER_ESP,
  W_TR,
} from './vmcb-words';

const SEGMENT_WORDS = [
  [SEG_FS, W_FS],
  [SEG_GS, W_GS],
  [SEGMENT_LDTR, W_LDTR],
  [SEGMENT_TR, W_TR],
] as const;

/** VMCB word and register word of each MSR. */
const MSR_WORDS = (
  [
    ['STAR', W_STAR],
    ['LSTAR', W_LSTAR],
    ['CSTAR', W_CSTAR],
    ['SFMASK', W_SFMASK],
    ['SYSENTER_CS', W_SYSENTER_CS],
    ['SYSENTER_ESP', W_SYSENTER_ESP],
    ['SYSENTER_EIP', W_SYSENTER_EIP],
  ] as const
).map(([name, word]) => [word, msrWord(name)] as const);
const KERNEL_GS_BASE = msrWord('KernelGSBase');

/** Memory that is absent reads all ones. */
const ABSENT = new Int32Array(1024).fill(-1);

const FIRST = VMCB.fsSelector.offset;
const SIZE = VMCB.sysenterEip.offset + VMCB.sysenterEip.size - FIRST;

/** Loads FS, GS, LDTR, TR, KernelGSBase and the SYSCALL and SYSENTER MSRs from the VMCB at an SPA. */
export function vmload(c: SvmContext, vmcb: number): void {
  const { state, limits } = c;
  const at = c.ram.offset(vmcb);
  const from = at < 0 ? ABSENT : state.i32;
  const w = at < 0 ? 0 : at >>> 2;
  for (const [index, word] of SEGMENT_WORDS) loadSegment(state, index, from, w + word, true, false, limits);
  for (const [word, msr] of MSR_WORDS) {
    state.i32[msr] = from[w + word]!;
    state.i32[msr + 1] = from[w + word + 1]!;
  }
  state.i32[KERNEL_GS_BASE] = from[w + W_KERNEL_GS_BASE]!;
  state.i32[KERNEL_GS_BASE + 1] = canonicalHigh(from[w + W_KERNEL_GS_BASE + 1]!, limits);
  c.contextChanged();
}

/** Stores the same registers into the VMCB at an SPA. */
export function vmsave(c: SvmContext, vmcb: number): void {
  const m = c.state.i32;
  const at = c.ram.offset(vmcb);
  if (at < 0 || !c.ram.isWritable(at)) return;
  c.ram.touch(at + FIRST, SIZE);
  const w = at >>> 2;
  for (const [index, word] of SEGMENT_WORDS) storeSegment(m, w + word, index);
  for (const [word, msr] of MSR_WORDS) copy2(m, w + word, msr);
  copy2(m, w + W_KERNEL_GS_BASE, KERNEL_GS_BASE);
}

function msrWord(name: (typeof MSR_SLOTS)[number]): number {
  return (MSRS + MSR_SLOTS.indexOf(name) * 8) >> 2;
}
