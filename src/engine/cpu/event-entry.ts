/** Through the IVT or a gate of the IDT into a handler (§8.6, §8.7, §8.9). Faults are thrown before anything is committed. */
import { EVENT_TYPE_SOFTINT } from '../arch/events';
import { ERROR_EXT, ERROR_IDT, VECTOR_GP, VECTOR_NP, VECTOR_SS, VECTOR_TS } from '../arch/exceptions';
import {
  CR0_PE,
  RFLAGS_AC,
  RFLAGS_IF,
  RFLAGS_IOPL,
  RFLAGS_NT,
  RFLAGS_RF,
  RFLAGS_TF,
  RFLAGS_VM,
  RSP,
  SEG_CS,
  SEG_DS,
  SEG_ES,
  SEG_FS,
  SEG_GS,
  SEG_SS,
} from '../arch/registers';
import { ATTR_BIG, ATTR_LONG } from '../state/cpu-state';
import { IDTR } from '../state/layout';
import type { Core } from './core';
import {
  addressPlus,
  dplOf,
  isCode,
  isConforming,
  isNull,
  isPresent,
  markAccessed,
  readDescriptor,
  selectorError,
  SYSTEM_INTERRUPT_GATE,
  SYSTEM_INTERRUPT_GATE16,
  SYSTEM_TASK_GATE,
  SYSTEM_TRAP_GATE,
  SYSTEM_TRAP_GATE16,
  type Descriptor,
} from './descriptor';
import { isVirtual8086 } from './helpers/flags';
import { isCanonical } from './memory-access';
import { checkStackSegment, loadCode, loadFromDescriptor, loadNullStack, loadRealSegment } from './segment-load';
import { currentStack, pushFrame, segmentStack, setStackPointer, wideStack, type Stack } from './stack-frame';
import { switchTask } from './task-state';
import { innerStack, readInnerPointer } from './tss';

/** An event at the gate. */
export interface Arrival {
  readonly vector: number;
  /** EVENT_TYPE_* of arch/events. */
  readonly type: number;
  /** INT n, INT3, INTO: the gate's DPL is checked, and error codes have EXT = 0. */
  readonly software: boolean;
  /** −1: none is pushed. */
  readonly errorCode: number;
  readonly returnLow: number;
  readonly returnHigh: number;
  /** RFLAGS as they are pushed. */
  readonly flags: number;
}

/** Does it, or throws FAULT with nothing changed. */
export function enterHandler(core: Core, a: Arrival): void {
  if ((core.state.cr(0) & CR0_PE) === 0) enterReal(core, a);
  else if (
    a.type === EVENT_TYPE_SOFTINT &&
    isVirtual8086(core) &&
    (core.state.systemFlags & RFLAGS_IOPL) !== RFLAGS_IOPL
  ) {
    // Without virtual-8086 extensions INT n belongs to the monitor. §8.10
    core.raise(VECTOR_GP, 0);
  } else enterProtected(core, a);
}

/** Real mode: the interrupt vector table. §8.6.1 */
function enterReal(core: Core, a: Arrival): void {
  const { state, memory } = core;
  const at = a.vector * 4;
  if (at + 3 > state.tableLimit(IDTR)) core.raise(VECTOR_GP, 0);
  memory.read(...addressPlus(core, state.low(IDTR + 8), 0, at), 4, true);
  const ip = memory.low & 0xffff;
  const selector = memory.low >>> 16;
  if (ip > state.limit(SEG_CS)) core.raise(VECTOR_GP, 0);
  const stack = currentStack(core, true);
  pushFrame(core, stack, 2, [a.flags & 0xffff, 0, state.selector(SEG_CS), 0, a.returnLow & 0xffff, 0]);
  setStackPointer(state, stack);
  loadRealSegment(state, SEG_CS, selector);
  state.setRip(ip, 0);
  state.systemFlags &= ~(RFLAGS_IF | RFLAGS_TF | RFLAGS_RF | RFLAGS_AC);
  core.contextChanged();
}

interface Gate {
  readonly type: number;
  readonly attributes: number;
  readonly selector: number;
  readonly offsetLow: number;
  readonly offsetHigh: number;
  readonly ist: number;
}

function readGate(core: Core, a: Arrival, error: number): Gate {
  const { state, memory } = core;
  const size = core.isLongMode ? 16 : 8;
  const at = a.vector * size;
  if (at + size - 1 > state.tableLimit(IDTR)) core.raise(VECTOR_GP, error);
  const [low, high] = addressPlus(core, state.low(IDTR + 8), state.high(IDTR + 8), at);
  memory.read(low, high, 8, true);
  const word0 = memory.low;
  const word1 = memory.high;
  let offsetHigh = 0;
  if (size === 16) {
    memory.read(...addressPlus(core, low, high, 8), 4, true);
    offsetHigh = memory.low;
  }
  return {
    type: (word1 >>> 8) & 0x1f,
    attributes: (word1 >>> 8) & 0xff,
    selector: word0 >>> 16,
    offsetLow: (word0 & 0xffff) | (word1 & 0xffff0000),
    offsetHigh,
    ist: size === 16 ? word1 & 7 : 0,
  };
}

function isLegalGate(type: number, long: boolean): boolean {
  if (type === SYSTEM_INTERRUPT_GATE || type === SYSTEM_TRAP_GATE) return true;
  return !long && (type === SYSTEM_TASK_GATE || type === SYSTEM_INTERRUPT_GATE16 || type === SYSTEM_TRAP_GATE16);
}

function enterProtected(core: Core, a: Arrival): void {
  const { state } = core;
  const long = core.isLongMode;
  const ext = a.software ? 0 : ERROR_EXT;
  const gateError = a.vector * 8 + ERROR_IDT + ext;
  const gate = readGate(core, a, gateError);
  if (!isLegalGate(gate.type, long)) core.raise(VECTOR_GP, gateError);
  if (a.software && dplOf(gate.attributes) < state.cpl) core.raise(VECTOR_GP, gateError);
  if ((gate.attributes & 0x80) === 0) core.raise(VECTOR_NP, gateError);
  if (gate.type === SYSTEM_TASK_GATE) {
    switchTask(core, gate.selector, {
      cause: 'gate',
      ext,
      errorCode: a.errorCode,
      returnLow: a.returnLow,
      flags: a.flags,
    });
    core.contextChanged();
    return;
  }

  const { selector } = gate;
  if (isNull(selector)) core.raise(VECTOR_GP, ext);
  const code = readDescriptor(core, selector, VECTOR_GP, ext);
  const error = selectorError(selector) | ext;
  const dpl = dplOf(code.attributes);
  if (!isCode(code) || dpl > state.cpl) core.raise(VECTOR_GP, error);
  if (long && (code.attributes & (ATTR_LONG | ATTR_BIG)) !== ATTR_LONG) core.raise(VECTOR_GP, error);
  const cpl = isConforming(code) ? state.cpl : dpl;
  if (!isPresent(code)) core.raise(VECTOR_NP, error);
  if (isVirtual8086(core) && cpl !== 0) core.raise(VECTOR_GP, error);

  if (long) enterLong(core, a, gate, code, cpl, ext);
  else enterLegacy(core, a, gate, code, cpl, ext);

  const cleared = RFLAGS_TF | RFLAGS_NT | RFLAGS_RF | RFLAGS_VM;
  const interruptGate = gate.type === SYSTEM_INTERRUPT_GATE || gate.type === SYSTEM_INTERRUPT_GATE16;
  state.systemFlags &= ~(cleared | (interruptGate ? RFLAGS_IF : 0));
  core.contextChanged();
}

/** Long mode: 64-bit handler, SS:RSP always pushed, on a 16-byte boundary. §8.9 */
function enterLong(core: Core, a: Arrival, gate: Gate, code: Descriptor, cpl: number, ext: number): void {
  const { state, memory } = core;
  const inner = cpl < state.cpl;
  const oldLow = state.gprLow(RSP);
  // Compatibility mode knows 32 bits of it.
  const oldHigh = core.is64Bit ? state.gprHigh(RSP) : 0;
  let [low, high] = [oldLow, oldHigh];
  if (inner || gate.ist !== 0) {
    readInnerPointer(core, cpl, gate.ist, ext);
    low = memory.low;
    high = memory.high;
    if (!isCanonical(high)) core.raise(VECTOR_SS, ext);
  }
  if (!isCanonical(gate.offsetHigh)) core.raise(VECTOR_GP, ext);
  const stack = wideStack(low & ~15, high, inner, ext);
  const words = [
    state.selector(SEG_SS),
    0,
    oldLow,
    oldHigh,
    a.flags,
    0,
    state.selector(SEG_CS),
    0,
    a.returnLow,
    a.returnHigh,
  ];
  if (a.errorCode >= 0) words.push(a.errorCode | 0, 0);
  markAccessed(core, code);
  pushFrame(core, stack, 8, words);
  if (inner) loadNullStack(state, cpl);
  setStackPointer(state, stack);
  loadCode(state, gate.selector, code, cpl);
  state.setRip(gate.offsetLow, gate.offsetHigh);
}

/** Legacy protected mode and what interrupts virtual-8086 mode. §8.7 */
function enterLegacy(core: Core, a: Arrival, gate: Gate, code: Descriptor, cpl: number, ext: number): void {
  const { state } = core;
  const wide = gate.type === SYSTEM_INTERRUPT_GATE || gate.type === SYSTEM_TRAP_GATE;
  const size = wide ? 4 : 2;
  const target = wide ? gate.offsetLow : gate.offsetLow & 0xffff;
  const virtual = isVirtual8086(core);
  let stack: Stack;
  let segment: Descriptor | undefined;
  const words: number[] = [];
  const push = (value: number): void => void words.push(value, 0);
  if (cpl < state.cpl) {
    const { selector, pointer } = innerStack(core, cpl, ext);
    segment = checkStackSegment(core, selector, cpl, VECTOR_TS, ext);
    stack = segmentStack(segment, pointer, true, selectorError(selector) | ext);
    if (virtual) for (const index of [SEG_GS, SEG_FS, SEG_DS, SEG_ES]) push(state.selector(index));
    push(state.selector(SEG_SS));
    push(state.gprLow(RSP));
  } else stack = currentStack(core, true, ext);
  push(a.flags);
  push(state.selector(SEG_CS));
  push(a.returnLow);
  if (a.errorCode >= 0) push(a.errorCode | 0);
  if (target >>> 0 > code.limit) core.raise(VECTOR_GP, ext);
  if (segment) markAccessed(core, segment);
  markAccessed(core, code);
  pushFrame(core, stack, size, words);
  if (segment) loadFromDescriptor(state, SEG_SS, segment.selector, segment);
  setStackPointer(state, stack);
  if (virtual) for (const index of [SEG_GS, SEG_FS, SEG_DS, SEG_ES]) state.setSegment(index, 0, 0, 0, 0, 0);
  loadCode(state, gate.selector, code, cpl);
  state.setRip(target, 0);
}
