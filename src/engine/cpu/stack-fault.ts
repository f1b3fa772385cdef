/**
 * Generated code knows a bad address, not the segment it was meant for: here an instruction is looked at again to tell #SS from #GP
 * (§8.2.13).
 */
import { SEG_SS } from '../arch/registers';
import type { Instruction } from '../isa/decode';
import type { Core } from './core';
import { effectiveOffset, type MemoryOperand } from './operands';

/** Whether the access of `i` at a linear address went through SS: pushes and pops, and operands based on rSP or rBP. */
export function faultsOnStack(core: Core, i: Instruction, low: number, high: number): boolean {
  const memory = i.operands.find((o): o is MemoryOperand => o.kind === 'memory');
  const implied = i.row.size === 'default64';
  if (memory && (!implied || isAt(core, i, memory, low, high))) {
    return memory.segment === SEG_SS && (memory.base >= 0 || !core.is64Bit);
  }
  return implied;
}

function isAt(core: Core, i: Instruction, memory: MemoryOperand, low: number, high: number): boolean {
  const offset = effectiveOffset(core, i, memory);
  return offset.low === low && offset.high === high;
}
