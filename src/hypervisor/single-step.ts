/**
 * Guest accesses where there is no memory: reads give all ones, writes are lost, as on a bus where nobody answers. The page of ones
 * is mapped there for one instruction, which the trap flag ends; meanwhile every exception is intercepted, so that the guest
 * sees its own. No instruction is decoded.
 */
import { PAGE_SIZE } from '../engine/arch/address';
import { RFLAGS_TF } from '../engine/arch/registers';
import { TLB_CONTROL_FLUSH_ASID } from '../engine/arch/vmcb';
import type { Vcpu } from './vcpu';

/** Begins the step, or lets one that goes on reach another page. */
export function beginStep(vcpu: Vcpu, gpa: number): void {
  const { vmcb, state, memory, pages } = vcpu;
  const page = gpa - (gpa % PAGE_SIZE);
  memory.show(page, pages.absent);
  if (state.step) {
    state.step = { ...state.step, pages: [...state.step.pages, page] };
    return;
  }
  const flags = vmcb.low('rflags');
  state.step = { pages: [page], trap: (flags & RFLAGS_TF) !== 0 };
  vmcb.set('rflags', flags | RFLAGS_TF);
  vcpu.interceptExceptions(true);
}

/** Ends it: what was written is lost. */
export function endStep(vcpu: Vcpu): void {
  const { vmcb, state, memory, pages, host } = vcpu;
  if (!state.step) return;
  for (const page of state.step.pages) memory.hide(page);
  host.memory.writeBytes(pages.absent, new Uint8Array(PAGE_SIZE).fill(0xff));
  if (!state.step.trap) vmcb.set('rflags', vmcb.low('rflags') & ~RFLAGS_TF);
  vcpu.interceptExceptions(false);
  vmcb.set('tlbControl', TLB_CONTROL_FLUSH_ASID);
  state.step = null;
}
