/** ENTER: a stack frame for a procedure, with the frame pointers of the procedures around it (volume 3, ENTER). */
import { RBP } from '../../arch/registers';
import { NEXT, type Helper } from '../core';
import { writeRegister } from '../operands';
import { currentStack, moveStack, probeTop, pushFrame, readFrame, setStackPointer } from '../stack-frame';

export const enter: Helper = (core, i) => {
  const { state } = core;
  const [frame, nesting] = i.operands;
  if (frame?.kind !== 'immediate' || nesting?.kind !== 'immediate') throw new Error('ENTER without its immediates');
  const size = i.operandSize;
  const level = nesting.low & 0x1f;
  const space = frame.low & 0xffff;
  const stack = currentStack(core, true);
  // Pushed word by word, with rSP moved last: what a fault leaves below rSP is written again when it is done over.
  pushFrame(core, stack, size, [state.gprLow(RBP), state.gprHigh(RBP)]);
  const pointer = { ...stack };
  if (level > 0) {
    // Outer frame pointers lie below the old rBP, nearest first.
    const outer = { ...currentStack(core, false), low: state.gprLow(RBP), high: state.gprHigh(RBP) };
    for (let n = 1; n < level; n++) {
      moveStack(outer, -size);
      pushFrame(core, stack, size, readFrame(core, outer, size, 1));
    }
    pushFrame(core, stack, size, [pointer.low, pointer.high]);
  }
  moveStack(stack, -space);
  // It ends with the check that the stack can be written at its new top.
  probeTop(core, stack, size);
  setStackPointer(state, stack);
  writeRegister(core, RBP, size, pointer.low, pointer.high);
  return NEXT;
};
