/** Far pointers in memory: an offset, then a selector. */
import { SEG_SS } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import type { Core } from '../core';
import { operandAddress } from '../operands';

/**
 * Reads memory operand `n`, m16:16 or m16:32. Under REX.W the offset has 32 bits, too: AMD processors know no m16:64 (volume 3,
 * CALL (Far), JMP (Far), LxS).
 */
export function readFarPointer(
  core: Core,
  i: Instruction,
  n: number,
): { readonly selector: number; readonly offset: number } {
  const operand = i.operands[n]!;
  if (operand.kind !== 'memory') throw new Error(`${i.row.mnemonic}: operand ${n} is no far pointer`);
  const size = i.operandSize === 2 ? 2 : 4;
  const stack = operand.segment === SEG_SS;
  const a = operandAddress(core, i, operand, size + 2, false);
  core.memory.read(a.low, a.high, size + 2, false, stack);
  const { low, high } = core.memory;
  return size === 2 ? { offset: low & 0xffff, selector: low >>> 16 } : { offset: low, selector: high & 0xffff };
}
