/** Floating-point instructions of SSE, out of line: operands, meaning, exceptions of MXCSR, result. */
import { VECTOR_UD, VECTOR_XF } from '../../arch/exceptions';
import { CR4_OSXMMEXCPT } from '../../arch/registers';
import { DE, IE, ZE } from '../../float/round';
import type { Instruction } from '../../isa/decode';
import { FSW, FTW, MXCSR, XMM } from '../../state/layout';
import { JUMPED, NEXT, type Core, type Helper, type HelperTable } from '../core';
import { readOperand, writeOperand } from '../operands';
import { readVector, writeVector } from '../vector-operands';
import { meetsError } from '../x87-unit';
import { MEANINGS } from './vector-float-meanings';
import { Work } from './vector-float-work';

/** Exceptions found out before the operation is done. */
const BEFORE = IE | DE | ZE;
const FSW_TOP = 0x3800;

const work = new Work();
const a = new Uint8Array(work.a.buffer);
const b = new Uint8Array(work.b.buffer);
const result = new Uint8Array(work.result.buffer);

function readOperands(core: Core, i: Instruction): void {
  const [to, from] = [i.operands[0]!, i.operands[1]!];
  if (from.kind === 'register' || (from.kind === 'memory' && i.row.operands[1]!.place === 'rm')) {
    const { low, high } = readOperand(core, i, 1);
    work.b.setInt32(0, low, true);
    work.b.setInt32(4, high, true);
  } else readVector(core, i, 1, b);
  if (to.kind === 'xmm') {
    const at = XMM + to.register * 16;
    a.set(core.state.u8.subarray(at, at + 16));
    result.set(a);
  }
  const immediate = i.operands[2];
  work.immediate = immediate?.kind === 'immediate' ? immediate.low & 0xff : 0;
  work.size = to.size;
  work.sourceSize = from.size;
}

/** Sets the flags in MXCSR. An exception that is not masked comes first; those of before the operation keep the others from being found. */
function report(core: Core): void {
  const { state } = core;
  const before = work.flags & BEFORE;
  const { unmasked } = work.environment;
  const flags = before & unmasked ? before : work.flags & 0x3f;
  state.i32[MXCSR >> 2]! |= flags | work.earlier;
  if (flags & unmasked) core.raise(state.cr(4) & CR4_OSXMMEXCPT ? VECTOR_XF : VECTOR_UD);
}

const vectorFloat: Helper = (core, i) => {
  const { state } = core;
  const { row } = i;
  const usesMmx = row.unit === 'sse-mmx';
  if (usesMmx && meetsError(core)) return JUMPED;
  const meaning = MEANINGS[row.mnemonic];
  if (!meaning) throw new Error(`floating point: ${row.mnemonic} has no meaning out of line`);
  work.begin(state.i32[MXCSR >> 2]!);
  readOperands(core, i);
  meaning(work);
  if (usesMmx) {
    state.u16[FSW >> 1]! &= ~FSW_TOP;
    state.u16[FTW >> 1] = 0xff;
  }
  report(core);
  const to = i.operands[0]!;
  if (to.kind === 'register') writeOperand(core, i, 0, work.result.getInt32(0, true), work.result.getInt32(4, true));
  else if (row.mnemonic.includes('COMIS')) core.setArithmeticFlags(work.rflags);
  else writeVector(core, i, 0, result);
  return NEXT;
};

export const VECTOR_FLOAT_HELPERS = { 'vector-float': vectorFloat } satisfies HelperTable;
