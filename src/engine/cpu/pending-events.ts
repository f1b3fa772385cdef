/** Interrupts between instructions: which one is pending and not held back, and taking it (§15.13, §15.17, §15.21). */
import { INTERCEPTS } from '../arch/intercepts';
import { VECTOR_NMI, VECTOR_SX } from '../arch/exceptions';
import { VM_CR_R_INIT } from '../arch/msr';
import { RFLAGS_IF, RFLAGS_RF, RFLAGS_TF } from '../arch/registers';
import { V_IGN_TPR, V_INTR_MASKING, V_INTR_PRIO_MASK, V_INTR_PRIO_SHIFT, V_IRQ } from '../arch/vmcb';
import type { CpuState } from '../state/cpu-state';
import {
  GIF,
  GUEST_MODE,
  HALTED,
  HOST_INTERRUPT_FLAG,
  INIT_PENDING,
  INTERRUPT_SHADOW,
  INTR_LINE,
  NMI_BLOCKED,
  NMI_PENDING,
  VIRTUAL_INTERRUPT,
} from '../state/layout';
import { interceptsNamed } from '../svm/intercept';
import type { Core } from './core';
import { deliverException, deliverInterrupt } from './delivery';
import { initProcessor } from './reset';

const V_TPR_MASK = 0xf;
const VECTOR_MASK = 0xff;
/** Error code of #SX. §15.28 */
const REDIRECTED_INIT = 1;

const isSet = (state: CpuState, at: number): boolean => state.i32[at >> 2] !== 0;

function virtualInterruptReady(state: CpuState): boolean {
  const v = state.i32[VIRTUAL_INTERRUPT >> 2]!;
  if (!isSet(state, GUEST_MODE) || (v & V_IRQ) === 0 || (state.systemFlags & RFLAGS_IF) === 0) return false;
  return (v & V_IGN_TPR) !== 0 || (v & V_INTR_PRIO_MASK) >>> V_INTR_PRIO_SHIFT > (v & V_TPR_MASK);
}

/** Whether an interrupt on the physical line could be taken: GIF, and IF of host or guest. §15.21.1 */
function physicalInterruptOpen(state: CpuState): boolean {
  if (!isSet(state, GIF)) return false;
  const masking = isSet(state, GUEST_MODE) && (state.i32[VIRTUAL_INTERRUPT >> 2]! & V_INTR_MASKING) !== 0;
  return masking ? isSet(state, HOST_INTERRUPT_FLAG) : (state.systemFlags & RFLAGS_IF) !== 0;
}

function physicalInterruptReady(state: CpuState): boolean {
  return isSet(state, INTR_LINE) && physicalInterruptOpen(state);
}

/** Whether something on the board could end HLT: else time stands still. */
export function haltCanEnd(state: CpuState): boolean {
  return physicalInterruptOpen(state);
}

function initReady(state: CpuState): boolean {
  return isSet(state, INIT_PENDING) && isSet(state, GIF);
}

function nmiReady(state: CpuState): boolean {
  return isSet(state, NMI_PENDING) && !isSet(state, NMI_BLOCKED) && isSet(state, GIF);
}

/** Whether an interrupt could be taken now, were it not for an interrupt shadow. */
export function interruptReady(state: CpuState): boolean {
  return physicalInterruptReady(state) || nmiReady(state) || initReady(state) || virtualInterruptReady(state);
}

/** Whether something has to be looked at before the next instruction. */
export function eventMayWait(state: CpuState): boolean {
  return (
    isSet(state, HALTED) ||
    isSet(state, INTERRUPT_SHADOW) ||
    (state.systemFlags & (RFLAGS_TF | RFLAGS_RF)) !== 0 ||
    interruptReady(state)
  );
}

/** Delivers the most urgent pending interrupt, or exits for it; true if there was one. */
export function acceptInterrupt(core: Core, acknowledge: () => number): boolean {
  const { state } = core;
  if (isSet(state, INTERRUPT_SHADOW)) return false;
  if (initReady(state)) {
    if (exitsFor(core, 'INIT')) return true;
    if ((state.low(state.msrAt('VM_CR')) & VM_CR_R_INIT) !== 0) {
      state.i32[INIT_PENDING >> 2] = 0;
      state.i32[HALTED >> 2] = 0;
      deliverException(core, VECTOR_SX, REDIRECTED_INIT);
    } else initProcessor(core);
    return true;
  }
  if (nmiReady(state)) {
    if (exitsFor(core, 'NMI')) return true;
    state.i32[NMI_PENDING >> 2] = 0;
    state.i32[HALTED >> 2] = 0;
    deliverInterrupt(core, VECTOR_NMI, 'nmi');
    return true;
  }
  if (physicalInterruptReady(state)) {
    if (exitsFor(core, 'INTR')) return true;
    state.i32[HALTED >> 2] = 0;
    deliverInterrupt(core, acknowledge(), 'external');
    return true;
  }
  if (virtualInterruptReady(state)) {
    if (exitsFor(core, 'VINTR')) return true;
    const vector = state.i32[(VIRTUAL_INTERRUPT >> 2) + 1]! & VECTOR_MASK;
    state.i32[VIRTUAL_INTERRUPT >> 2]! &= ~V_IRQ;
    state.i32[HALTED >> 2] = 0;
    deliverInterrupt(core, vector, 'external');
    return true;
  }
  return false;
}

function exitsFor(core: Core, name: 'INIT' | 'NMI' | 'INTR' | 'VINTR'): boolean {
  if (!interceptsNamed(core.state, name)) return false;
  core.exitGuest(INTERCEPTS[name].exitCode);
  return true;
}
