/** IRET in every mode (§8.8, §8.9.3). */
import { VECTOR_GP, VECTOR_NP } from '../arch/exceptions';
import {
  CR0_PE,
  RFLAGS_AC,
  RFLAGS_DF,
  RFLAGS_FIXED,
  RFLAGS_ID,
  RFLAGS_IF,
  RFLAGS_IOPL,
  RFLAGS_IOPL_SHIFT,
  RFLAGS_NT,
  RFLAGS_RF,
  RFLAGS_STATUS,
  RFLAGS_TF,
  RFLAGS_VIF,
  RFLAGS_VIP,
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
import { NMI_BLOCKED, SEGMENT_TR } from '../state/layout';
import type { Core } from './core';
import {
  dplOf,
  isCode,
  isConforming,
  isNull,
  isPresent,
  markAccessed,
  readDescriptor,
  selectorError,
  type Descriptor,
} from './descriptor';
import { isVirtual8086 } from './helpers/flags';
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
import { currentStack, moveStack, readFrame, setStackPointer, type Stack } from './stack-frame';
import { switchTask } from './task-state';

const ALWAYS = RFLAGS_STATUS | RFLAGS_TF | RFLAGS_DF | RFLAGS_NT;

/** Flags IRET may change at this privilege and operand size. Volume 3, IRET */
function changeable(core: Core, size: number): number {
  const { state } = core;
  const iopl = (state.systemFlags & RFLAGS_IOPL) >>> RFLAGS_IOPL_SHIFT;
  const real = (state.cr(0) & CR0_PE) === 0;
  const cpl = real ? 0 : state.cpl;
  let mask = ALWAYS;
  if (size !== 2) mask |= RFLAGS_RF | RFLAGS_AC | RFLAGS_ID;
  if (cpl === 0 && !isVirtual8086(core)) {
    mask |= RFLAGS_IOPL;
    if (size !== 2 && !real) mask |= RFLAGS_VIF | RFLAGS_VIP;
  }
  if (cpl <= iopl) mask |= RFLAGS_IF;
  return mask;
}

function loadFlags(core: Core, popped: number, mask: number): void {
  core.setRflags((core.rflags() & ~mask) | (popped & mask) | RFLAGS_FIXED);
}

/** Where a return goes: checked against the mode it returns to; #GP(0). */
export function checkReturnOffset(core: Core, code: Descriptor, low: number, high: number): void {
  if (core.isLongMode && (code.attributes & ATTR_LONG) !== 0) {
    if (!isCanonical(high)) core.raise(VECTOR_GP, 0);
  } else if (low >>> 0 > code.limit) core.raise(VECTOR_GP, 0);
}

/** The checks of the code segment a far return or IRET returns to. */
export function checkReturnSegment(core: Core, selector: number): Descriptor {
  const { state } = core;
  if (isNull(selector)) core.raise(VECTOR_GP, 0);
  const error = selectorError(selector);
  const code = readDescriptor(core, selector);
  const rpl = selector & 3;
  const dpl = dplOf(code.attributes);
  if (!isCode(code) || rpl < state.cpl) core.raise(VECTOR_GP, error);
  if (isConforming(code) ? dpl > rpl : dpl !== rpl) core.raise(VECTOR_GP, error);
  if (core.isLongMode && (code.attributes & (ATTR_LONG | ATTR_BIG)) === (ATTR_LONG | ATTR_BIG))
    core.raise(VECTOR_GP, error);
  if (!isPresent(code)) core.raise(VECTOR_NP, error);
  return code;
}

/** The stack segment popped by a return to privilege `rpl`; undefined: null, of any RPL, as 64-bit code below CPL 3 may have it. */
export function checkReturnStack(core: Core, selector: number, rpl: number, code: Descriptor): Descriptor | undefined {
  const to64 = core.isLongMode && (code.attributes & ATTR_LONG) !== 0;
  if (isNull(selector) && to64 && rpl !== 3) return undefined;
  return checkStackSegment(core, selector, rpl);
}

/** Loads SS and rSP popped by a return, after CS: the width of rSP is that of the code returned to. */
export function loadReturnStack(
  core: Core,
  selector: number,
  d: Descriptor | undefined,
  code: Descriptor,
  low: number,
  high: number,
): void {
  const { state } = core;
  if (d) loadFromDescriptor(state, SEG_SS, selector, d);
  else loadNullStack(state, selector, state.cpl);
  if (core.isLongMode && (code.attributes & ATTR_LONG) !== 0) state.setGpr(RSP, low, high);
  else if (d && (d.attributes & ATTR_BIG) !== 0) state.setGpr(RSP, low, 0);
  else state.setGpr(RSP, (state.gprLow(RSP) & ~0xffff) | (low & 0xffff), state.gprHigh(RSP));
}

/** Executes IRET of an operand size in bytes; NMIs are let in again. `nextLow`: the instruction behind, for a task's return. */
export function interruptReturn(core: Core, size: number, nextLow: number): void {
  const { state } = core;
  if ((state.cr(0) & CR0_PE) === 0) returnReal(core, size);
  else if (isVirtual8086(core)) returnWithinVirtual8086(core, size);
  else returnProtected(core, size, nextLow);
  state.i32[NMI_BLOCKED >> 2] = 0;
  core.contextChanged();
}

/** rIP, CS, RFLAGS within real mode. */
function returnReal(core: Core, size: number): void {
  const { state } = core;
  const stack = currentStack(core, false);
  const words = readFrame(core, stack, size, 3);
  const ip = words[0]!;
  if (ip >>> 0 > state.limit(SEG_CS)) core.raise(VECTOR_GP, 0);
  moveStack(stack, 3 * size);
  setStackPointer(state, stack);
  const mask = changeable(core, size);
  loadRealSegment(state, SEG_CS, words[2]! & 0xffff);
  state.setRip(ip, 0);
  loadFlags(core, words[4]!, mask);
}

/** Within virtual-8086 mode IOPL must be 3; IOPL itself stays. §8.10 */
function returnWithinVirtual8086(core: Core, size: number): void {
  const { state } = core;
  if ((state.systemFlags & RFLAGS_IOPL) !== RFLAGS_IOPL) core.raise(VECTOR_GP, 0);
  const stack = currentStack(core, false);
  const words = readFrame(core, stack, size, 3);
  const ip = words[0]!;
  if (ip >>> 0 > 0xffff) core.raise(VECTOR_GP, 0);
  moveStack(stack, 3 * size);
  setStackPointer(state, stack);
  const mask = changeable(core, size);
  loadVirtual8086Segment(state, SEG_CS, words[2]! & 0xffff);
  state.setRip(ip, 0);
  loadFlags(core, words[4]!, mask);
}

function returnProtected(core: Core, size: number, nextLow: number): void {
  const { state } = core;
  if ((state.systemFlags & RFLAGS_NT) !== 0) {
    if (core.isLongMode) core.raise(VECTOR_GP, 0);
    core.memory.read(state.baseLow(SEGMENT_TR), 0, 2, true);
    switchTask(core, core.memory.low & 0xffff, {
      cause: 'iret',
      ext: 0,
      errorCode: -1,
      returnLow: nextLow,
      flags: core.rflags(),
    });
    return;
  }
  const stack = currentStack(core, false);
  const [ipLow, ipHigh, cs, , flags] = readFrame(core, stack, size, 3) as [number, number, number, number, number];
  const selector = cs & 0xffff;
  if (size === 4 && (flags & RFLAGS_VM) !== 0 && state.cpl === 0 && !core.isLongMode) {
    returnToVirtual8086(core, stack, ipLow, selector, flags);
    return;
  }
  const code = checkReturnSegment(core, selector);
  const rpl = selector & 3;
  const outer = rpl > state.cpl;
  // 64-bit mode pops SS:RSP always, other modes only on the way out. §8.9.3
  const popsStack = core.is64Bit || outer;
  let stackSegment: Descriptor | undefined;
  let spLow = 0;
  let spHigh = 0;
  let ss = 0;
  if (popsStack) {
    const more = readFrame(core, stack, size, 2, 3 * size);
    spLow = more[0]!;
    spHigh = more[1]!;
    ss = more[2]! & 0xffff;
    stackSegment = checkReturnStack(core, ss, rpl, code);
  }
  checkReturnOffset(core, code, ipLow, ipHigh);
  markAccessed(core, code);
  if (stackSegment) markAccessed(core, stackSegment);
  const mask = changeable(core, size);
  loadCode(state, selector, code, rpl);
  state.setRip(ipLow, ipHigh);
  if (popsStack) loadReturnStack(core, ss, stackSegment, code, spLow, spHigh);
  else {
    moveStack(stack, 3 * size);
    setStackPointer(state, stack);
  }
  loadFlags(core, flags, mask);
  if (outer) dropInnerSegments(core);
}

/** From CPL 0 to a virtual-8086 task: six more words; of IP 16 bits are taken. §10.2; volume 3, IRET */
function returnToVirtual8086(core: Core, stack: Stack, ip: number, cs: number, flags: number): void {
  const { state } = core;
  const words = readFrame(core, stack, 4, 6, 12);
  loadFlags(core, flags, changeable(core, 4) | RFLAGS_VM);
  state.cpl = 3;
  const load = (index: number, selector: number): void => loadVirtual8086Segment(state, index, selector & 0xffff);
  load(SEG_CS, cs);
  load(SEG_SS, words[2]!);
  load(SEG_ES, words[4]!);
  load(SEG_DS, words[6]!);
  load(SEG_FS, words[8]!);
  load(SEG_GS, words[10]!);
  state.setGpr(RSP, words[0]!, 0);
  state.setRip(ip & 0xffff, 0);
}
