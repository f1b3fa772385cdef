/** How x87 instructions report and store: stack faults, flags, results (volume 1, §6.8). */
import { INDEFINITE, F80, packSpecial, unpack, type Unpacked } from '../float/format';
import { DE, IE, ROUNDED_UP, ZE, type Result } from '../float/round';
import type { Instruction } from '../isa/decode';
import type { Core } from './core';
import {
  C1,
  STACK_FAULT,
  controlWord,
  isEmpty,
  push,
  raiseFlags,
  setConditions,
  setStackRegister,
  stackRegister,
} from './x87-registers';

/** Real indefinite, 80 bits. */
export const INDEFINITE_BITS = packSpecial(F80, INDEFINITE);
/** Met before anything is computed: unmasked, they leave no result. */
const BEFORE = IE | DE | ZE;

/** The register of a stack operand; of anything else ST(0). */
export function positionOf(i: Instruction, operand: number): number {
  const o = i.operands[operand];
  return o?.kind === 'st' ? o.register : 0;
}

export const unpackRegister = (core: Core, position: number): Unpacked =>
  unpack(F80, stackRegister(core.state, position));

/**
 * Reports a computation's flags; C1 says whether it was rounded up. True if its result is to be stored: an unmasked IE, DE or ZE
 * leaves the operands as they are, and hides what rounding would have reported.
 */
export function report(core: Core, flags: number): boolean {
  const { state } = core;
  const unmasked = flags & BEFORE & ~controlWord(state);
  setConditions(state, C1, unmasked ? 0 : flags & ROUNDED_UP);
  raiseFlags(state, unmasked ? flags & BEFORE : flags);
  return unmasked === 0;
}

/** Reports a stack fault: C1 tells overflow from underflow. True if IE is masked: the indefinite value is to be stored. */
export function stackFault(core: Core, overflow: boolean): boolean {
  const { state } = core;
  setConditions(state, C1, overflow ? C1 : 0);
  return (raiseFlags(state, IE | STACK_FAULT) & IE) === 0;
}

/** Reports, stores to ST(position); true if it was stored. */
export function storeResult(core: Core, position: number, result: Result): boolean {
  if (!report(core, result.flags)) return false;
  setStackRegister(core.state, position, result.bits);
  return true;
}

/** Pushes a value unless there is no room or its flags forbid. */
export function pushResult(core: Core, result: Result): void {
  if (!isEmpty(core.state, -1)) {
    if (stackFault(core, true)) push(core.state, INDEFINITE_BITS);
  } else if (report(core, result.flags)) push(core.state, result.bits);
}
