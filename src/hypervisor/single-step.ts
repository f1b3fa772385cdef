/**
 * One guest instruction is let through and trapped behind, by the trap flag; meanwhile every exception is intercepted, so that the guest
 * sees its own. No instruction is decoded.
 */
import { PAGE_SIZE } from '../engine/arch/address';
import { RFLAGS_TF } from '../engine/arch/registers';
import type { Vcpu } from './vcpu';

const ALL_EXCEPTIONS = -1;

/** Begins a step, if none goes on. */
export function beginStep(vcpu: Vcpu): void {
  const { vmcb, state } = vcpu;
  if (state.step) return;
  const flags = vmcb.low('rflags');
  state.step = { pages: [], trap: (flags & RFLAGS_TF) !== 0, exceptions: vcpu.interceptedExceptions };
  vmcb.set('rflags', flags | RFLAGS_TF);
  vcpu.interceptedExceptions = ALL_EXCEPTIONS;
}

/**
 * A step over an access where there is no memory: reads give all ones, writes are lost, as on a bus where nobody answers. The page of
 * ones is shown there until the step ends.
 */
export function beginAbsentStep(vcpu: Vcpu, gpa: number): void {
  const { state, memory, pages } = vcpu;
  const page = gpa - (gpa % PAGE_SIZE);
  memory.show?.(page, pages.absent);
  beginStep(vcpu);
  if (state.step) state.step = { ...state.step, pages: [...state.step.pages, page] };
}

/** Ends it: what was written to absent pages is lost. */
export function endStep(vcpu: Vcpu): void {
  const { vmcb, state, memory, pages, host } = vcpu;
  const { step } = state;
  if (!step) return;
  for (const page of step.pages) memory.hide?.(page);
  if (step.pages.length > 0) host.memory.writeBytes(pages.absent, new Uint8Array(PAGE_SIZE).fill(0xff));
  if (!step.trap) vmcb.set('rflags', vmcb.low('rflags') & ~RFLAGS_TF);
  vcpu.interceptedExceptions = step.exceptions;
  vcpu.flushTranslations();
  state.step = null;
}
