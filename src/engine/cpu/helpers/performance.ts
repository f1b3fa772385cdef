/**
 * Performance counters (§13.2): six where the processor has the core extension, else four. Two events are counted: retired instructions
 * and cycles, which are nanoseconds of virtual time here; every other event stands at 0. A counter that counts at any CPL counts at
 * every one, its overflow interrupts nobody, and a count mask above 1 is never reached: an instruction takes one cycle.
 */
import { EXIT_CODES } from '../../arch/exit-codes';
import { VECTOR_GP } from '../../arch/exceptions';
import { CR4_PCE, RAX, RCX, RDX } from '../../arch/registers';
import type { MsrSlot } from '../../state/cpu-state';
import { interceptsNamed } from '../../svm/intercept';
import { JUMPED, NEXT, type Core, type Helper, type HelperTable } from '../core';

const LEGACY_CONTROL = 0xc001_0000;
const LEGACY_COUNTERS = 4;
const CORE_CONTROL = 0xc001_0200;
const CORE_COUNTERS = 6;

/** PERF_CTL: EventSelect in bits 35:32 and 7:0. */
const CTL = { USER: 1 << 16, OS: 1 << 17, ENABLE: 1 << 22, INVERT: 1 << 23, COUNT_MASK_SHIFT: 24 } as const;
const EVENT_HIGH = 0xf;
const EVENT_CYCLES = 0x76;
const EVENT_RETIRED = 0xc0;

/** Counters have 48 bits. */
const COUNTER_HIGH = 0xffff;

interface Register {
  readonly counter: number;
  readonly isControl: boolean;
}

function countersOf(core: Core): number {
  return core.profile.features.has('PERF_CTR_EXT_CORE') ? CORE_COUNTERS : LEGACY_COUNTERS;
}

/** Which register an MSR is; the four old numbers are the first four counters. */
function registerOf(core: Core, number: number): Register | undefined {
  const old = number - LEGACY_CONTROL;
  if (old >= 0 && old < 2 * LEGACY_COUNTERS) {
    return { counter: old % LEGACY_COUNTERS, isControl: old < LEGACY_COUNTERS };
  }
  const at = number - CORE_CONTROL;
  const exists = at >= 0 && at < 2 * CORE_COUNTERS && countersOf(core) === CORE_COUNTERS;
  return exists ? { counter: at >> 1, isControl: at % 2 === 0 } : undefined;
}

export function isPerformanceMsr(core: Core, number: number): boolean {
  return registerOf(core, number) !== undefined;
}

export function readPerformanceMsr(core: Core, number: number): void {
  const { counter, isControl } = registerOf(core, number)!;
  const { state } = core;
  if (!isControl) return putCounter(core, counter);
  const at = slot(core, 'Control', counter);
  state.setGpr(RAX, state.low(at), 0);
  state.setGpr(RDX, state.high(at), 0);
}

export function writePerformanceMsr(core: Core, number: number, low: number, high: number): void {
  const { counter, isControl } = registerOf(core, number)!;
  const { state } = core;
  if (isControl) {
    const value = valueOf(core, counter);
    state.setHalves(slot(core, 'Control', counter), low, high);
    setValue(core, counter, value);
    return;
  }
  if ((high & ~COUNTER_HIGH) !== 0) core.raise(VECTOR_GP, 0);
  setValue(core, counter, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}

function slot(core: Core, kind: 'Control' | 'Counter' | 'Since', counter: number): number {
  return core.state.msrAt(`Perf${kind}${counter}` as MsrSlot);
}

/** How far what the counter counts has come since reset; 0 for ever where it counts nothing. */
function source(core: Core, counter: number): number {
  const at = slot(core, 'Control', counter);
  const low = core.state.low(at);
  const high = core.state.high(at);
  const counts = (low & CTL.ENABLE) !== 0 && (low & (CTL.USER | CTL.OS)) !== 0;
  if (!counts || (low & CTL.INVERT) !== 0 || low >>> CTL.COUNT_MASK_SHIFT > 1) return 0;
  const event = (low & 0xff) | ((high & EVENT_HIGH) << 8);
  return event === EVENT_RETIRED ? core.retired : event === EVENT_CYCLES ? Math.floor(core.now) : 0;
}

function valueOf(core: Core, counter: number): bigint {
  const { state } = core;
  const passed = source(core, counter) - state.number(slot(core, 'Since', counter));
  return BigInt.asUintN(48, state.big(slot(core, 'Counter', counter)) + BigInt(passed));
}

function setValue(core: Core, counter: number, value: bigint): void {
  const { state } = core;
  state.setBig(slot(core, 'Counter', counter), value);
  state.setNumber(slot(core, 'Since', counter), source(core, counter));
}

function putCounter(core: Core, counter: number): void {
  const value = valueOf(core, counter);
  core.state.setGpr(RAX, Number(BigInt.asIntN(32, value)), 0);
  core.state.setGpr(RDX, Number(value >> 32n), 0);
}

/** CR4.PCE opens it to user code. Its #GPs come before the intercept. §15.9 */
const rdpmc: Helper = (core, i) => {
  const { state } = core;
  const counter = state.gprLow(RCX) >>> 0;
  if ((state.cr(4) & CR4_PCE) === 0 && state.cpl !== 0) core.raise(VECTOR_GP, 0);
  if (counter >= countersOf(core)) core.raise(VECTOR_GP, 0);
  if (core.inGuest && interceptsNamed(state, 'RDPMC')) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_RDPMC.code, i);
    return JUMPED;
  }
  putCounter(core, counter);
  return NEXT;
};

export const PERFORMANCE_HELPERS = { rdpmc } satisfies HelperTable;
