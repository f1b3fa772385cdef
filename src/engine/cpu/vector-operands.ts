/** XMM, MMX and memory operands of out-of-line instructions, as bytes. */
import { VECTOR_GP } from '../arch/exceptions';
import { SEG_FS, SEG_SS } from '../arch/registers';
import type { Instruction } from '../isa/decode';
import { isAlignedMove, MXCSR_MM } from '../isa/unit';
import { MXCSR, X87, XMM } from '../state/layout';
import type { Core } from './core';
import { effectiveOffset, operandAddress, type Linear, type MemoryOperand } from './operands';

/** #GP(0) for memory of 16 bytes off its boundary, before a segment's limit is asked. */
function mustBeAligned(core: Core, i: Instruction, o: MemoryOperand): void {
  if (!isAlignedMove(i.row.mnemonic) && (core.state.u32[MXCSR >> 2]! & MXCSR_MM) !== 0) return;
  const base = core.is64Bit && o.segment < SEG_FS ? 0 : core.state.baseLow(o.segment);
  if (((effectiveOffset(core, i, o).low + base) & 15) !== 0) core.raise(VECTOR_GP, 0);
}

/** Linear address of memory operand `n`, asked for its alignment first. */
function vectorAddress(core: Core, i: Instruction, n: number, o: MemoryOperand, write: boolean): Linear {
  if (o.size === 16 && !i.row.operands[n]!.unaligned) mustBeAligned(core, i, o);
  return operandAddress(core, i, o, o.size, write);
}

/** Reads operand `n`, of at most 16 bytes, to the start of `into`. Memory of 16 bytes must be aligned unless the row says otherwise. */
export function readVector(core: Core, i: Instruction, n: number, into: Uint8Array): void {
  const o = i.operands[n]!;
  switch (o.kind) {
    case 'xmm':
    case 'mmx': {
      const at = (o.kind === 'xmm' ? XMM : X87) + o.register * 16;
      into.set(core.state.u8.subarray(at, at + o.size));
      return;
    }
    case 'memory': {
      const a = vectorAddress(core, i, n, o, false);
      core.memory.readBytes(a.low, a.high, into, o.size, false, o.segment === SEG_SS);
      return;
    }
    default:
      throw new Error(`vector operands: ${i.row.mnemonic} operand ${n} is no vector`);
  }
}

/** Writes the operand's bytes from the start of `from`; those above in an XMM register stay, in an MMX register they become ones. */
export function writeVector(core: Core, i: Instruction, n: number, from: Uint8Array): void {
  const o = i.operands[n]!;
  switch (o.kind) {
    case 'xmm':
    case 'mmx': {
      const at = (o.kind === 'xmm' ? XMM : X87) + o.register * 16;
      core.state.u8.set(from.subarray(0, o.size), at);
      if (o.kind === 'mmx') core.state.u16[(at + 8) >> 1] = 0xffff;
      return;
    }
    case 'memory': {
      const a = vectorAddress(core, i, n, o, true);
      core.memory.writeBytes(a.low, a.high, from, o.size, false, o.segment === SEG_SS);
      return;
    }
    default:
      throw new Error(`vector operands: ${i.row.mnemonic} operand ${n} cannot be written`);
  }
}
