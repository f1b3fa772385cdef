/** Segment registers as operands, LDTR and TR, and the questions about selectors: LAR, LSL, VERR, VERW, ARPL. */
import { VECTOR_GP, VECTOR_NP, VECTOR_UD } from '../../arch/exceptions';
import { RFLAGS_ZF, SEG_CS, SEG_SS } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import { ATTR_CODE, ATTR_READABLE, ATTR_S, ATTR_WRITABLE } from '../../state/cpu-state';
import { INTERRUPT_SHADOW, SEGMENT_LDTR, SEGMENT_TR, SHADOW_TRAPS } from '../../state/layout';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { checkUmip } from './tables';
import {
  dplOf,
  findDescriptor,
  isCode,
  isConforming,
  isNull,
  isPresent,
  readDescriptor,
  readUpperHalf,
  selectorError,
  SYSTEM_CALL_GATE,
  SYSTEM_CALL_GATE16,
  SYSTEM_LDT,
  SYSTEM_TASK_GATE,
  SYSTEM_TSS,
  SYSTEM_TSS16,
  SYSTEM_TSS16_BUSY,
  SYSTEM_TSS_BUSY,
  systemType,
  writeWord1,
  type Descriptor,
} from '../descriptor';
import { isCanonical } from '../memory-access';
import { readOperand, writeOperand, writeRegister } from '../operands';
import { loadSegment } from '../segment-load';
import { currentStack, moveStack, pushFrame, readFrame, setStackPointer } from '../stack-frame';
import { enter } from './enter';
import { readFarPointer } from './far-pointer';
import { isProtected } from './flags';

function segmentOperand(i: Instruction, n: number): number {
  const o = i.operands[n]!;
  if (o.kind !== 'segment') throw new Error(`${i.row.mnemonic}: operand ${n} is no segment register`);
  return o.register;
}

/** Real and virtual-8086 mode do not know the instruction. */
function needProtected(core: Core): void {
  if (!isProtected(core)) core.raise(VECTOR_UD);
}
function needCpl0(core: Core): void {
  if (core.state.cpl !== 0) core.raise(VECTOR_GP, 0);
}

const movToSegment: Helper = (core, i) => {
  const index = segmentOperand(i, 0);
  if (index === SEG_CS || index > 5) core.raise(VECTOR_UD);
  const { low } = readOperand(core, i, 1);
  loadSegment(core, index, low & 0xffff);
  if (index === SEG_SS) core.state.i32[INTERRUPT_SHADOW >> 2] = SHADOW_TRAPS;
  return NEXT;
};

const movFromSegment: Helper = (core, i) => {
  const index = segmentOperand(i, 1);
  if (index > 5) core.raise(VECTOR_UD);
  writeOperand(core, i, 0, core.state.selector(index), 0);
  return NEXT;
};

const pushSegment: Helper = (core, i) => {
  const { state } = core;
  const stack = currentStack(core, true);
  pushFrame(core, stack, i.operandSize, [state.selector(segmentOperand(i, 0)), 0]);
  setStackPointer(state, stack);
  return NEXT;
};

const popSegment: Helper = (core, i) => {
  const { state } = core;
  const index = segmentOperand(i, 0);
  const stack = currentStack(core, false);
  const words = readFrame(core, stack, i.operandSize, 1);
  loadSegment(core, index, words[0]! & 0xffff);
  moveStack(stack, i.operandSize);
  // POP SS counts the old stack on; its width is the old one's.
  setStackPointer(state, stack);
  if (index === SEG_SS) state.i32[INTERRUPT_SHADOW >> 2] = SHADOW_TRAPS;
  return NEXT;
};

const SEGMENT_OF: Readonly<Record<string, number>> = { LES: 0, LSS: 2, LDS: 3, LFS: 4, LGS: 5 };

const loadFarPointer: Helper = (core, i) => {
  const index = SEGMENT_OF[i.row.mnemonic]!;
  const { selector, offset } = readFarPointer(core, i, 1);
  const register = i.operands[0]!;
  if (register.kind !== 'register') throw new Error(`${i.row.mnemonic}: operand 0 is no register`);
  loadSegment(core, index, selector);
  writeRegister(core, register.register, i.operandSize === 2 ? 2 : 4, offset);
  return NEXT;
};

const store =
  (index: number): Helper =>
  (core, i) => {
    needProtected(core);
    checkUmip(core);
    const selector = core.state.selector(index);
    const operand = i.operands[0]!;
    // To memory always two bytes, whatever the operand size.
    writeOperand(core, operand.kind === 'memory' ? { ...i, operands: [{ ...operand, size: 2 }] } : i, 0, selector, 0);
    return NEXT;
  };

const lldt: Helper = (core, i) => {
  needProtected(core);
  needCpl0(core);
  const { state } = core;
  const selector = readOperand(core, i, 0).low & 0xffff;
  if (isNull(selector)) {
    state.setSegment(SEGMENT_LDTR, selector, 0, 0, 0, 0);
    return NEXT;
  }
  const d = tableDescriptor(core, selector);
  if (systemType(d) !== SYSTEM_LDT) core.raise(VECTOR_GP, selectorError(selector));
  if (!isPresent(d)) core.raise(VECTOR_NP, selectorError(selector));
  state.setSegment(SEGMENT_LDTR, selector, d.attributes, d.limit, d.baseLow, highBase(core, d));
  return NEXT;
};

const ltr: Helper = (core, i) => {
  needProtected(core);
  needCpl0(core);
  const { state } = core;
  const selector = readOperand(core, i, 0).low & 0xffff;
  if (isNull(selector)) core.raise(VECTOR_GP, 0);
  const d = tableDescriptor(core, selector);
  const type = systemType(d);
  if (type !== SYSTEM_TSS && (type !== SYSTEM_TSS16 || core.isLongMode)) core.raise(VECTOR_GP, selectorError(selector));
  if (!isPresent(d)) core.raise(VECTOR_NP, selectorError(selector));
  const high = highBase(core, d);
  writeWord1(core, d, d.word1 | 0x200);
  state.setSegment(SEGMENT_TR, selector, d.attributes | 2, d.limit, d.baseLow, high);
  return NEXT;
};

/** LDT and TSS descriptors stand in the GDT only. */
function tableDescriptor(core: Core, selector: number): Descriptor {
  if (selector & 4) core.raise(VECTOR_GP, selectorError(selector));
  return readDescriptor(core, selector);
}

/** Bits 63:32 of an LDT's or TSS's base in long mode. */
function highBase(core: Core, d: Descriptor): number {
  if (!core.isLongMode) return 0;
  const { low } = readUpperHalf(core, d);
  if (!isCanonical(low)) core.raise(VECTOR_GP, selectorError(d.selector));
  return low;
}

function setZf(core: Core, on: boolean): void {
  const flags = core.rflags();
  core.setArithmeticFlags(on ? flags | RFLAGS_ZF : flags & ~RFLAGS_ZF);
}

const LAR_TYPES = new Set([
  SYSTEM_TSS16,
  SYSTEM_LDT,
  SYSTEM_TSS16_BUSY,
  SYSTEM_CALL_GATE16,
  SYSTEM_TASK_GATE,
  SYSTEM_TSS,
  SYSTEM_TSS_BUSY,
  SYSTEM_CALL_GATE,
]);
const LSL_TYPES = new Set([SYSTEM_TSS16, SYSTEM_LDT, SYSTEM_TSS16_BUSY, SYSTEM_TSS, SYSTEM_TSS_BUSY]);
const LONG_LAR_TYPES = new Set([SYSTEM_LDT, SYSTEM_TSS, SYSTEM_TSS_BUSY, SYSTEM_CALL_GATE]);
const LONG_LSL_TYPES = new Set([SYSTEM_LDT, SYSTEM_TSS, SYSTEM_TSS_BUSY]);

/** The descriptor if the program may see it: privilege and, for system descriptors, type. Volume 3, LAR and LSL */
function visible(core: Core, selector: number, types: ReadonlySet<number>): Descriptor | undefined {
  if (isNull(selector)) return undefined;
  const d = findDescriptor(core, selector);
  if (!d) return undefined;
  const type = systemType(d);
  if (type >= 0 && !types.has(type)) return undefined;
  if (isCode(d) && isConforming(d)) return d;
  return dplOf(d.attributes) >= Math.max(core.state.cpl, selector & 3) ? d : undefined;
}

const ask =
  (legacy: ReadonlySet<number>, long: ReadonlySet<number>, answer: (d: Descriptor) => number): Helper =>
  (core, i) => {
    needProtected(core);
    const selector = readOperand(core, i, 1).low & 0xffff;
    const d = visible(core, selector, core.isLongMode ? long : legacy);
    if (d) writeOperand(core, i, 0, answer(d), 0);
    setZf(core, d !== undefined);
    return NEXT;
  };

const verify =
  (write: boolean): Helper =>
  (core, i) => {
    needProtected(core);
    const selector = readOperand(core, i, 0).low & 0xffff;
    const d = visible(core, selector, NONE);
    setZf(core, d !== undefined && (write ? isWritable(d) : isReadable(d)));
    return NEXT;
  };
const NONE: ReadonlySet<number> = new Set();

function isReadable(d: Descriptor): boolean {
  return !isCode(d) || (d.attributes & ATTR_READABLE) !== 0;
}
function isWritable(d: Descriptor): boolean {
  return (d.attributes & (ATTR_S | ATTR_CODE | ATTR_WRITABLE)) === (ATTR_S | ATTR_WRITABLE);
}

/** ARPL raises the first operand's RPL to the second's. Legacy protected mode. */
const arpl: Helper = (core, i) => {
  needProtected(core);
  const destination = readOperand(core, i, 0).low & 0xffff;
  const source = readOperand(core, i, 1).low & 3;
  const raised = (destination & 3) < source;
  if (raised) writeOperand(core, i, 0, (destination & ~3) | source, 0);
  setZf(core, raised);
  return NEXT;
};

export const SEGMENT_HELPERS = {
  'mov-to-segment': movToSegment,
  'mov-from-segment': movFromSegment,
  'push-segment': pushSegment,
  'pop-segment': popSegment,
  'load-far-pointer': loadFarPointer,
  sldt: store(SEGMENT_LDTR),
  str: store(SEGMENT_TR),
  lldt,
  ltr,
  lar: ask(LAR_TYPES, LONG_LAR_TYPES, (d) => d.word1 & 0x00ffff00),
  lsl: ask(LSL_TYPES, LONG_LSL_TYPES, (d) => d.limit | 0),
  verr: verify(false),
  verw: verify(true),
  arpl,
  enter,
} as const satisfies HelperTable;
