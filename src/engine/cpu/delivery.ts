/**
 * Exceptions, interrupts and INT n on their way to their handlers: intercepts, double and triple faults (§8.2.9, §15.12, §15.20). The
 * gates themselves are event-entry's. While an event is being delivered it stands in layout DELIVERING, so that a #VMEXIT on the way
 * reports it in EXITINTINFO.
 */
import { EVENT_TYPE_EXCEPTION, EVENT_TYPE_INTR, EVENT_TYPE_NMI, EVENT_TYPE_SOFTINT } from '../arch/events';
import {
  EXCEPTIONS,
  VECTOR_BP,
  VECTOR_DB,
  VECTOR_DF,
  VECTOR_NMI,
  VECTOR_OF,
  VECTOR_PF,
  type DoubleFaultClass,
} from '../arch/exceptions';
import { EXIT_CODES } from '../arch/exit-codes';
import { DR7_GD, RFLAGS_RF } from '../arch/registers';
import {
  CRS,
  DELIVERING,
  DRS,
  FAULT_ADDRESS,
  FAULT_ERROR,
  FAULT_VECTOR,
  HALTED,
  INTERRUPT_SHADOW,
  NMI_BLOCKED,
} from '../state/layout';
import { encodeEvent, type InjectedEvent } from '../svm/event-injection';
import { exceptionExitCode, exceptionIntercepted, interceptsNamed } from '../svm/intercept';
import type { Core } from './core';
import { enterHandler, type Arrival } from './event-entry';
import { EXITED, FAULT } from './fault';
import { VECTOR_NPF } from './memory-access';

const DR7 = DRS + 56;
const CR2 = CRS + 16;

function classOf(vector: number): DoubleFaultClass {
  return EXCEPTIONS[vector]?.contributory ?? 'benign';
}

/** What a second exception makes of the first. §8.2.9 */
export function combine(first: DoubleFaultClass, second: DoubleFaultClass): 'serial' | 'double-fault' | 'shutdown' {
  if (second === 'benign') return 'serial';
  if (first === 'double-fault') return 'shutdown';
  if (first === 'page-fault') return 'double-fault';
  if (first === 'contributory' && second === 'contributory') return 'double-fault';
  return 'serial';
}

/** RF of the flags image: faults set it, so that an instruction breakpoint does not strike twice. §3.1.6 */
function pushesRf(vector: number): boolean {
  return EXCEPTIONS[vector]?.class === 'fault';
}

function exception(core: Core, vector: number, errorCode: number): Arrival {
  const { state } = core;
  return {
    vector,
    type: EVENT_TYPE_EXCEPTION,
    software: false,
    errorCode,
    returnLow: state.ripLow,
    returnHigh: state.ripHigh,
    flags: core.rflags() | (pushesRf(vector) ? RFLAGS_RF : 0),
  };
}

/** Leaves the guest if it is watched for this exception. §15.12 */
function exitsFor(core: Core, vector: number, errorCode: number): boolean {
  const { state } = core;
  if (!exceptionIntercepted(state, vector)) return false;
  const code = exceptionExitCode(vector);
  if (vector === VECTOR_PF) {
    if ((errorCode & 0x10) === 0) core.saveInstructionBytes();
    core.exitGuest(code, errorCode, 0, state.low(FAULT_ADDRESS), state.high(FAULT_ADDRESS));
  } else core.exitGuest(code, errorCode >= 0 ? errorCode : 0);
  return true;
}

/** What an exception leaves in control and debug registers before its intercept is tested, or only if it is not intercepted. */
function beforeIntercept(core: Core, vector: number): void {
  if (vector === VECTOR_DB) core.state.i32[DR7 >> 2]! &= ~DR7_GD;
}
function afterIntercept(core: Core, vector: number): void {
  if (vector === VECTOR_PF) core.state.setHalves(CR2, core.state.low(FAULT_ADDRESS), core.state.high(FAULT_ADDRESS));
}

/** Delivers an exception of the instruction at RIP (or, for traps, the one before). Error code −1: none. */
export function deliverException(core: Core, vector: number, errorCode: number): void {
  beforeIntercept(core, vector);
  if (exitsFor(core, vector, errorCode)) return;
  afterIntercept(core, vector);
  deliver(core, exception(core, vector, errorCode));
}

/** Delivers an interrupt between two instructions. */
export function deliverInterrupt(core: Core, vector: number, kind: 'external' | 'nmi'): void {
  const { state } = core;
  deliver(core, {
    vector: kind === 'nmi' ? VECTOR_NMI : vector,
    type: kind === 'nmi' ? EVENT_TYPE_NMI : EVENT_TYPE_INTR,
    software: false,
    errorCode: -1,
    returnLow: state.ripLow,
    returnHigh: state.ripHigh,
    flags: core.rflags(),
  });
}

/** Delivers what VMRUN found in EVENTINJ: not itself intercepted, exceptions on its way are. §15.20 */
export function deliverInjected(core: Core, event: InjectedEvent): void {
  const { type, vector } = event;
  const trap = type === EVENT_TYPE_EXCEPTION && (vector === VECTOR_BP || vector === VECTOR_OF);
  deliver(core, {
    vector,
    type,
    software: type === EVENT_TYPE_SOFTINT || trap,
    errorCode: event.errorCode,
    returnLow: event.returnLow,
    returnHigh: event.returnHigh,
    // RF is what VMRUN loaded: a hypervisor that injects a fault sets it.
    flags: core.rflags(),
  });
}

/**
 * INT n, INT3, INTO and INT1 after their intercepts: the gate's DPL counts (not for INT1), the return address is the next instruction's.
 */
export function deliverSoftware(
  core: Core,
  vector: number,
  kind: 'int' | 'int3' | 'into' | 'int1',
  nextLow: number,
  nextHigh: number,
): void {
  deliver(core, {
    vector,
    type: kind === 'int' ? EVENT_TYPE_SOFTINT : EVENT_TYPE_EXCEPTION,
    software: kind !== 'int1',
    errorCode: -1,
    returnLow: nextLow,
    returnHigh: nextHigh,
    // The instruction itself has completed: RF does not outlive it. §3.1.6
    flags: core.rflags() & ~RFLAGS_RF,
  });
}

function deliver(core: Core, event: Arrival): void {
  const { state } = core;
  const m = state.i32;
  let arrival = event;
  for (;;) {
    m[DELIVERING >> 2] = encodeEvent(arrival.type, arrival.vector, arrival.errorCode >= 0);
    m[(DELIVERING >> 2) + 1] = arrival.errorCode >= 0 ? arrival.errorCode | 0 : 0;
    try {
      enterHandler(core, arrival);
      finish(core, arrival);
      return;
    } catch (thrown) {
      // The guest was left on the way (a task switch was intercepted).
      if (thrown === EXITED) return;
      if (thrown !== FAULT) throw thrown;
    }
    const vector = m[FAULT_VECTOR >> 2]!;
    if (vector === VECTOR_NPF) {
      core.raiseFault();
      return;
    }
    const error = m[FAULT_ERROR >> 2]!;
    beforeIntercept(core, vector);
    if (exitsFor(core, vector, error)) return;
    afterIntercept(core, vector);
    const first = arrival.type === EVENT_TYPE_EXCEPTION ? classOf(arrival.vector) : 'benign';
    const outcome = combine(first, classOf(vector));
    if (outcome === 'shutdown') {
      shutdown(core);
      return;
    }
    if (outcome === 'double-fault') {
      if (exitsFor(core, VECTOR_DF, 0)) return;
      arrival = exception(core, VECTOR_DF, 0);
    } else arrival = exception(core, vector, error);
  }
}

function finish(core: Core, arrival: Arrival): void {
  const m = core.state.i32;
  m[DELIVERING >> 2] = 0;
  m[(DELIVERING >> 2) + 1] = 0;
  m[HALTED >> 2] = 0;
  m[INTERRUPT_SHADOW >> 2] = 0;
  if (arrival.type === EVENT_TYPE_NMI) m[NMI_BLOCKED >> 2] = 1;
  if (core.probe?.event)
    core.probe.event(arrival.vector, KIND[arrival.software ? EVENT_TYPE_SOFTINT : arrival.type]!, arrival.errorCode);
}

const KIND: Readonly<Record<number, 'exception' | 'external' | 'software' | 'nmi'>> = {
  [EVENT_TYPE_INTR]: 'external',
  [EVENT_TYPE_NMI]: 'nmi',
  [EVENT_TYPE_EXCEPTION]: 'exception',
  [EVENT_TYPE_SOFTINT]: 'software',
};

/** A fault while a double fault is delivered. §8.2.9, §15.14.3 */
function shutdown(core: Core): void {
  const m = core.state.i32;
  if (interceptsNamed(core.state, 'SHUTDOWN')) {
    core.exitGuest(EXIT_CODES.VMEXIT_SHUTDOWN.code);
    return;
  }
  m[DELIVERING >> 2] = 0;
  m[(DELIVERING >> 2) + 1] = 0;
  core.shutdown();
}
