/** JMP, CALL and RET between segments and through call gates (§4.11). RIP and CS change only when nothing can fault any more. */
import { VECTOR_GP, VECTOR_NP, VECTOR_SS, VECTOR_TS } from '../arch/exceptions';
import { RSP, SEG_CS, SEG_SS } from '../arch/registers';
import { ATTR_BIG, ATTR_LONG } from '../state/cpu-state';
import type { Core } from './core';
import {
  dplOf,
  isCode,
  isConforming,
  isNull,
  isPresent,
  markAccessed,
  readDescriptor,
  readUpperHalf,
  selectorError,
  SYSTEM_CALL_GATE,
  SYSTEM_CALL_GATE16,
  SYSTEM_TASK_GATE,
  SYSTEM_TSS,
  SYSTEM_TSS16,
  systemType,
  type Descriptor,
} from './descriptor';
import { isProtected, isVirtual8086 } from './helpers/flags';
import { checkReturnOffset, checkReturnSegment, checkReturnStack, loadReturnStack } from './interrupt-return';
import { isCanonical } from './memory-access';
import {
  checkStackSegment,
  dropInnerSegments,
  loadCode,
  loadFromDescriptor,
  loadNullStack,
  loadRealSegment,
  loadVirtual8086Segment,
} from './segment-load';
import { currentStack, moveStack, pushFrame, readFrame, segmentStack, setStackPointer, wideStack } from './stack-frame';
import { switchTask } from './task-state';
import { innerStack, readInnerPointer } from './tss';

export interface FarTarget {
  readonly selector: number;
  readonly offset: number;
}

/** The instruction behind the transfer, for CALL. */
export interface ReturnAddress {
  readonly low: number;
  readonly high: number;
}

/** JMP or CALL to a far pointer; `size` is the operand size, `back` undefined for JMP. */
export function farTransfer(core: Core, target: FarTarget, size: number, next: ReturnAddress, isCall: boolean): void {
  if (isProtected(core)) transferProtected(core, target, size, next, isCall);
  else transferReal(core, target, size, next, isCall);
  core.contextChanged();
}

function loadFlatCode(core: Core, selector: number): void {
  if (isVirtual8086(core)) loadVirtual8086Segment(core.state, SEG_CS, selector);
  else loadRealSegment(core.state, SEG_CS, selector);
}

function flatLimit(core: Core): number {
  return isVirtual8086(core) ? 0xffff : core.state.limit(SEG_CS);
}

function transferReal(core: Core, target: FarTarget, size: number, next: ReturnAddress, isCall: boolean): void {
  const { state } = core;
  if (target.offset >>> 0 > flatLimit(core)) core.raise(VECTOR_GP, 0);
  if (isCall) {
    const stack = currentStack(core, true);
    pushFrame(core, stack, size, [state.selector(SEG_CS), 0, next.low, 0]);
    setStackPointer(state, stack);
  }
  loadFlatCode(core, target.selector);
  state.setRip(target.offset, 0);
}

function transferProtected(core: Core, target: FarTarget, size: number, next: ReturnAddress, isCall: boolean): void {
  const { selector } = target;
  if (isNull(selector)) core.raise(VECTOR_GP, 0);
  const d = readDescriptor(core, selector);
  if (isCode(d)) {
    toCode(core, d, target, size, next, isCall);
    return;
  }
  const error = selectorError(selector);
  const type = systemType(d);
  const gate = type === SYSTEM_CALL_GATE || type === SYSTEM_CALL_GATE16 || type === SYSTEM_TASK_GATE;
  const task = type === SYSTEM_TSS || type === SYSTEM_TSS16;
  if (!gate && !task) core.raise(VECTOR_GP, error);
  if (core.isLongMode && type !== SYSTEM_CALL_GATE) core.raise(VECTOR_GP, error);
  if (dplOf(d.attributes) < Math.max(core.state.cpl, selector & 3)) core.raise(VECTOR_GP, error);
  if (!isPresent(d)) core.raise(VECTOR_NP, error);
  const through = {
    cause: isCall ? 'call' : 'jump',
    ext: 0,
    errorCode: -1,
    returnLow: next.low,
    flags: core.rflags(),
  } as const;
  if (task) switchTask(core, selector, through);
  else if (type === SYSTEM_TASK_GATE) switchTask(core, d.word0 >>> 16, through);
  else throughGate(core, d, type, next, isCall);
}

/** Direct transfer: the privilege level stays. §4.11.1 */
function toCode(
  core: Core,
  code: Descriptor,
  target: FarTarget,
  size: number,
  next: ReturnAddress,
  isCall: boolean,
): void {
  const { state } = core;
  const error = selectorError(target.selector);
  const dpl = dplOf(code.attributes);
  if (isConforming(code) ? dpl > state.cpl : dpl !== state.cpl || (target.selector & 3) > state.cpl)
    core.raise(VECTOR_GP, error);
  if (core.isLongMode && (code.attributes & (ATTR_LONG | ATTR_BIG)) === (ATTR_LONG | ATTR_BIG))
    core.raise(VECTOR_GP, error);
  if (!isPresent(code)) core.raise(VECTOR_NP, error);
  checkReturnOffset(core, code, target.offset, 0);
  markAccessed(core, code);
  if (isCall) {
    // The stack is the new code's: between 64-bit and compatibility mode it counts with the new one's width.
    const wide = core.isLongMode && (code.attributes & ATTR_LONG) !== 0;
    const stack = { ...currentStack(core, true), wide };
    pushFrame(core, stack, size, [state.selector(SEG_CS), 0, next.low, next.high]);
    setStackPointer(state, stack);
  }
  loadCode(state, target.selector, code, state.cpl);
  state.setRip(target.offset, 0);
}

/** Through a call gate, for CALL perhaps to an inner level with its stack. §4.11.2 */
function throughGate(core: Core, gate: Descriptor, type: number, next: ReturnAddress, isCall: boolean): void {
  const { state } = core;
  const long = core.isLongMode;
  const selector = gate.word0 >>> 16;
  const offsetHigh = long ? readUpperHalf(core, gate).low : 0;
  let offset = (gate.word0 & 0xffff) | (gate.word1 & 0xffff0000);
  if (type === SYSTEM_CALL_GATE16) offset &= 0xffff;
  if (isNull(selector)) core.raise(VECTOR_GP, 0);
  const code = readDescriptor(core, selector);
  const error = selectorError(selector);
  const dpl = dplOf(code.attributes);
  if (!isCode(code) || dpl > state.cpl) core.raise(VECTOR_GP, error);
  if (!isCall && !isConforming(code) && dpl !== state.cpl) core.raise(VECTOR_GP, error);
  if (long && (code.attributes & (ATTR_LONG | ATTR_BIG)) !== ATTR_LONG) core.raise(VECTOR_GP, error);
  if (!isPresent(code)) core.raise(VECTOR_NP, error);
  if (long ? !isCanonical(offsetHigh) : offset >>> 0 > code.limit) core.raise(VECTOR_GP, 0);

  const cpl = isConforming(code) ? state.cpl : dpl;
  const size = long ? 8 : type === SYSTEM_CALL_GATE ? 4 : 2;
  if (isCall && cpl < state.cpl) {
    callInner(core, gate, code, cpl, size, next);
  } else {
    markAccessed(core, code);
    if (isCall) {
      const stack = currentStack(core, true);
      const from = long ? wideStack(state.gprLow(RSP), state.gprHigh(RSP), false, 0) : stack;
      pushFrame(core, from, size, [state.selector(SEG_CS), 0, next.low, next.high]);
      setStackPointer(state, from);
    }
  }
  loadCode(state, selector, code, cpl);
  state.setRip(offset, offsetHigh);
}

function callInner(
  core: Core,
  gate: Descriptor,
  code: Descriptor,
  cpl: number,
  size: number,
  next: ReturnAddress,
): void {
  const { state, memory } = core;
  const back = [state.selector(SEG_CS), 0, next.low, next.high];
  const old = [state.selector(SEG_SS), 0, state.gprLow(RSP), state.gprHigh(RSP)];
  if (core.isLongMode) {
    readInnerPointer(core, cpl, 0, 0);
    if (!isCanonical(memory.high)) core.raise(VECTOR_SS, 0);
    const stack = wideStack(memory.low, memory.high, true, 0);
    markAccessed(core, code);
    pushFrame(core, stack, size, [...old, ...back]);
    loadNullStack(state, cpl);
    setStackPointer(state, stack);
    return;
  }
  const { selector, pointer } = innerStack(core, cpl, 0);
  const segment = checkStackSegment(core, selector, cpl, VECTOR_TS);
  const stack = segmentStack(segment, pointer, true, selectorError(selector));
  const count = gate.word1 & 0x1f;
  const parameters: number[] = [];
  // The parameters are asked for when the old SS and eSP have found room.
  pushFrame(core, stack, size, old);
  const copied = readFrame(core, currentStack(core, false), size, count);
  for (let n = count - 1; n >= 0; n--) parameters.push(copied[2 * n]!, 0);
  markAccessed(core, segment);
  markAccessed(core, code);
  pushFrame(core, stack, size, [...parameters, ...back]);
  loadFromDescriptor(state, SEG_SS, selector, segment);
  setStackPointer(state, stack);
}

/** RETF of an operand size, releasing `extra` bytes of parameters. §4.11.3 */
export function farReturn(core: Core, size: number, extra: number): void {
  if (isProtected(core)) returnProtected(core, size, extra);
  else returnReal(core, size, extra);
  core.contextChanged();
}

function returnReal(core: Core, size: number, extra: number): void {
  const { state } = core;
  const stack = currentStack(core, false);
  const words = readFrame(core, stack, size, 2);
  if (words[0]! >>> 0 > flatLimit(core)) core.raise(VECTOR_GP, 0);
  moveStack(stack, 2 * size + extra);
  setStackPointer(state, stack);
  loadFlatCode(core, words[2]! & 0xffff);
  state.setRip(words[0]!, 0);
}

function returnProtected(core: Core, size: number, extra: number): void {
  const { state } = core;
  const stack = currentStack(core, false);
  const words = readFrame(core, stack, size, 2);
  const selector = words[2]! & 0xffff;
  const code = checkReturnSegment(core, selector);
  const rpl = selector & 3;
  if (rpl === state.cpl) {
    checkReturnOffset(core, code, words[0]!, words[1]!);
    markAccessed(core, code);
    moveStack(stack, 2 * size + extra);
    setStackPointer(state, stack);
    loadCode(state, selector, code, rpl);
    state.setRip(words[0]!, words[1]!);
    return;
  }
  const outer = readFrame(core, stack, size, 2, 2 * size + extra);
  const ss = outer[2]! & 0xffff;
  const segment = checkReturnStack(core, ss, rpl, code);
  checkReturnOffset(core, code, words[0]!, words[1]!);
  markAccessed(core, code);
  if (segment) markAccessed(core, segment);
  loadCode(state, selector, code, rpl);
  state.setRip(words[0]!, words[1]!);
  loadReturnStack(core, ss, segment, code, outer[0]!, outer[1]!);
  // The parameters are released on the outer stack, too.
  const released =
    core.isLongMode && (code.attributes & ATTR_LONG) !== 0
      ? wideStack(state.gprLow(RSP), state.gprHigh(RSP), false, 0)
      : { ...currentStack(core, false), wide: false };
  moveStack(released, extra);
  setStackPointer(state, released);
  dropInnerSegments(core);
}
