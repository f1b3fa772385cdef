/** Events on their way into a guest: EVENTINJ, what a #VMEXIT cut short, and interrupts that wait for their window (§15.20, §15.21). */
import {
  EVENT_EV,
  EVENT_TYPE_EXCEPTION,
  EVENT_TYPE_INTR,
  EVENT_TYPE_MASK,
  EVENT_TYPE_NMI,
  EVENT_TYPE_SHIFT,
  EVENT_TYPE_SOFTINT,
  EVENT_V,
  EVENT_VECTOR_MASK,
} from '../engine/arch/events';
import { EXCEPTIONS, VECTOR_BP, VECTOR_NMI, VECTOR_OF } from '../engine/arch/exceptions';
import { RFLAGS_IF, RFLAGS_RF } from '../engine/arch/registers';
import {
  INTERRUPT_SHADOW,
  V_IGN_TPR,
  V_INTR_PRIO_MASK,
  V_INTR_PRIO_SHIFT,
  V_IRQ,
  V_TPR_MASK,
} from '../engine/arch/vmcb';
import type { GuestEvent } from './outcome';
import type { Vcpu } from './vcpu';

/** VMRUN will deliver it before the first guest instruction. */
export function injectEvent({ vmcb }: Vcpu, { type, vector, errorCode }: GuestEvent): void {
  markFault(vmcb, type, vector);
  const low = EVENT_V | (type << EVENT_TYPE_SHIFT) | vector | (errorCode === undefined ? 0 : EVENT_EV);
  vmcb.setHalves('eventInj', low | 0, errorCode ?? 0);
}

/**
 * An event whose delivery the #VMEXIT interrupted is delivered again. Those that stand for an instruction are not: RIP is still on the
 * INT n, INT3 or INTO, which is executed again. §15.7.2
 */
export function redeliver({ vmcb }: Vcpu): void {
  const low = vmcb.low('exitIntInfo');
  if ((low & EVENT_V) === 0) return;
  const type = (low & EVENT_TYPE_MASK) >>> EVENT_TYPE_SHIFT;
  const vector = low & EVENT_VECTOR_MASK;
  const instruction =
    type === EVENT_TYPE_SOFTINT || (type === EVENT_TYPE_EXCEPTION && (vector === VECTOR_BP || vector === VECTOR_OF));
  if (instruction) return;
  markFault(vmcb, type, vector);
  vmcb.setHalves('eventInj', low, vmcb.high('exitIntInfo'));
}

/** A fault pushes RFLAGS with RF set, which VMRUN takes from the VMCB. §3.1.6 */
function markFault(vmcb: Vcpu['vmcb'], type: number, vector: number): void {
  if (type !== EVENT_TYPE_EXCEPTION || EXCEPTIONS[vector]?.class !== 'fault') return;
  vmcb.set('rflags', vmcb.low('rflags') | RFLAGS_RF);
}

/**
 * Before VMRUN: an NMI, or the interrupt the guest's local APIC has. If the guest can take it now it is acknowledged and injected; else
 * a virtual interrupt with its intercept makes the guest exit as soon as it can: when it opens its window, or lowers CR8 (§15.21.4).
 */
export function offerInterrupt(vcpu: Vcpu): void {
  const { vmcb, board, state } = vcpu;
  const { interrupts } = board;
  const shadow = (vmcb.low('interruptShadow') & INTERRUPT_SHADOW) !== 0;
  const stepping = state.step !== null;
  if (nmiWaits(vcpu) && !stepping && !shadow) offerNmi(vcpu);
  const busy = (vmcb.low('eventInj') & EVENT_V) !== 0;
  const open = (vmcb.low('rflags') & RFLAGS_IF) !== 0 && !shadow;
  if (interrupts.interruptPending && !stepping && open && !busy) {
    injectEvent(vcpu, { type: EVENT_TYPE_INTR, vector: interrupts.acknowledge() });
  }
  const waits = (interrupts.interruptPending || nmiWaits(vcpu)) && !stepping;
  const held = waits || stepping ? -1 : interrupts.heldBack;
  let control = vmcb.low('vIntr') & ~(V_TPR_MASK | V_IRQ | V_IGN_TPR | V_INTR_PRIO_MASK);
  if (waits) control |= V_IRQ | V_IGN_TPR;
  else if (held >= 0) control |= V_IRQ | (held << V_INTR_PRIO_SHIFT);
  vmcb.setHalves('vIntr', control | interrupts.taskPriority, 0);
  vcpu.intercept('VINTR', waits || held >= 0);
}

/** Blocked until the IRET of the one before, which is intercepted. §15.21.8 */
export function nmiWaits({ state }: Vcpu): boolean {
  return state.nmiPending && !state.nmiBlocked;
}

/** The IRET that unblocks it is let through first; who waits for its end is woken by VINTR, or with RFLAGS.IF = 0 by the timer. */
function offerNmi(vcpu: Vcpu): void {
  const { vmcb, state } = vcpu;
  if ((vmcb.low('eventInj') & EVENT_V) !== 0 || vmcb.number('rip') === state.nmiReturn) return;
  injectEvent(vcpu, { type: EVENT_TYPE_NMI, vector: VECTOR_NMI });
  state.nmiPending = false;
  state.nmiBlocked = true;
  state.nmiReturn = -1;
  vcpu.intercept('IRET', true);
}
