/** VMRUN and its companions as instructions: their exceptions and intercepts; the switch itself is svm/'s. */
import { EXIT_CODES } from '../../arch/exit-codes';
import { VECTOR_GP, VECTOR_UD } from '../../arch/exceptions';
import type { InterceptName } from '../../arch/intercepts';
import { INTERCEPTS } from '../../arch/intercepts';
import { CR0_PE, EFER_SVME, RAX, RCX } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import { GIF } from '../../state/layout';
import { interceptsNamed } from '../../svm/intercept';
import { vmload as load, vmsave as save } from '../../svm/vmload';
import { isBadVmcbAddress, vmrun as run } from '../../svm/vmrun';
import { JUMPED, NEXT, type Core, type Helper, type HelperTable } from '../core';
import { deliverInjected } from '../delivery';
import { isVirtual8086 } from './flags';

/** #UD without EFER.SVME or outside protected mode, then #GP above CPL 0. §15.5.1 */
function checkSvm(core: Core): void {
  const { state } = core;
  if ((state.efer & EFER_SVME) === 0 || (state.cr(0) & CR0_PE) === 0 || isVirtual8086(core)) core.raise(VECTOR_UD);
  if (state.cpl !== 0) core.raise(VECTOR_GP, 0);
}

function intercepted(core: Core, i: Instruction, name: InterceptName): boolean {
  if (!core.inGuest || !interceptsNamed(core.state, name)) return false;
  core.interceptInstruction(INTERCEPTS[name].exitCode, i);
  return true;
}

/** SPA in rAX at address size, or #GP(0). */
function vmcbAddress(core: Core, i: Instruction): number {
  const low = core.state.gprLow(RAX);
  const high = i.addressSize === 8 ? core.state.gprHigh(RAX) : 0;
  if (isBadVmcbAddress(core.limits, low, high)) core.raise(VECTOR_GP, 0);
  return (low >>> 0) + (high >>> 0) * 0x100000000;
}

const vmrun: Helper = (core, i) => {
  checkSvm(core);
  const vmcb = vmcbAddress(core, i);
  if (intercepted(core, i, 'VMRUN')) return JUMPED;
  if (core.state.number(core.state.msrAt('VM_HSAVE_PA')) === 0) core.raise(VECTOR_GP, 0);
  const sum = (core.state.ripLow >>> 0) + i.length;
  const high = core.is64Bit && sum > 0xffffffff ? (core.state.ripHigh + 1) | 0 : core.state.ripHigh;
  enterGuest(core, vmcb, sum | 0, high);
  return JUMPED;
};

/** The world switch and the event it injects; used by VMRUN and by host mode. */
export function enterGuest(core: Core, vmcb: number, nextRipLow: number, nextRipHigh: number): boolean {
  const result = run(core, vmcb, nextRipLow, nextRipHigh);
  if (!result.entered) return false;
  if (result.inject) deliverInjected(core, result.inject);
  return true;
}

const vmload: Helper = (core, i) => {
  checkSvm(core);
  const vmcb = vmcbAddress(core, i);
  if (intercepted(core, i, 'VMLOAD')) return JUMPED;
  load(core, vmcb);
  core.contextChanged();
  return NEXT;
};

const vmsave: Helper = (core, i) => {
  checkSvm(core);
  const vmcb = vmcbAddress(core, i);
  if (intercepted(core, i, 'VMSAVE')) return JUMPED;
  save(core, vmcb);
  return NEXT;
};

/** Without an intercept VMMCALL is #UD, in host mode too. */
const vmmcall: Helper = (core, i) => {
  if (core.inGuest && interceptsNamed(core.state, 'VMMCALL')) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_VMMCALL.code, i);
    return JUMPED;
  }
  return core.raise(VECTOR_UD);
};

const stgi: Helper = (core, i) => {
  checkSvm(core);
  if (intercepted(core, i, 'STGI')) return JUMPED;
  core.state.i32[GIF >> 2] = 1;
  return NEXT;
};

const clgi: Helper = (core, i) => {
  checkSvm(core);
  if (intercepted(core, i, 'CLGI')) return JUMPED;
  core.state.i32[GIF >> 2] = 0;
  return NEXT;
};

/** Drops one page of the ASID in ECX; ASID 0 is the host. */
const invlpga: Helper = (core, i) => {
  checkSvm(core);
  if (intercepted(core, i, 'INVLPGA')) return JUMPED;
  const low = core.state.gprLow(RAX);
  core.invalidatePageOf(core.state.gprLow(RCX) >>> 0, low, i.addressSize === 8 ? core.state.gprHigh(RAX) : 0);
  return NEXT;
};

/** No TPM and no secure loader here, and CPUID does not advertise it: #UD. */
const skinit: Helper = (core, i) => {
  checkSvm(core);
  if (intercepted(core, i, 'SKINIT')) return JUMPED;
  return core.raise(VECTOR_UD);
};

export const SVM_HELPERS = { vmrun, vmload, vmsave, vmmcall, stgi, clgi, invlpga, skinit } satisfies HelperTable;
