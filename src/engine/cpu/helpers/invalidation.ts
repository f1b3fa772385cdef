/** INVPCID: translations of a context, of an address in it, or of all. */
import { EXIT_CODES } from '../../arch/exit-codes';
import { VECTOR_GP } from '../../arch/exceptions';
import { CR3_PCID_MASK, CR4_PCIDE, SEG_SS } from '../../arch/registers';
import { interceptsNamed } from '../../svm/intercept';
import { JUMPED, NEXT, type Helper, type HelperTable } from '../core';
import { isCanonical } from '../memory-access';
import { operandAddress, readOperand } from '../operands';

const ADDRESS = 0;
const CONTEXT = 1;
const ALL = 2;
const ALL_BUT_GLOBAL = 3;

const descriptor = new Uint8Array(16);
const words = new Int32Array(descriptor.buffer);

const invpcid: Helper = (core, i) => {
  const { state } = core;
  if (state.cpl !== 0) core.raise(VECTOR_GP, 0);
  const m = i.operands[1]!;
  if (m.kind !== 'memory') throw new Error('INVPCID without memory');
  const type = readOperand(core, i, 0);
  const a = operandAddress(core, i, m, 16, false);
  // Before every exception but that of the CPL.
  if (core.inGuest && interceptsNamed(state, 'INVPCID')) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_INVPCID.code, i, a.low, a.high, type.low, type.high);
    return JUMPED;
  }
  core.memory.readBytes(a.low, a.high, descriptor, 16, false, m.segment === SEG_SS);
  const pcid = words[0]!;
  if (type.high !== 0 || type.low >>> 0 > ALL_BUT_GLOBAL) core.raise(VECTOR_GP, 0);
  if ((pcid & ~CR3_PCID_MASK) !== 0 || words[1] !== 0) core.raise(VECTOR_GP, 0);
  // Without CR4.PCIDE there is the context 0 alone.
  if (type.low <= CONTEXT && pcid !== 0 && (state.cr(4) & CR4_PCIDE) === 0) core.raise(VECTOR_GP, 0);
  if (type.low === ADDRESS) {
    if (!isCanonical(words[3]!)) core.raise(VECTOR_GP, 0);
    core.flushContext(pcid, { low: words[2]!, high: words[3]! });
  } else if (type.low === CONTEXT) core.flushContext(pcid);
  else core.flushTlb(type.low !== ALL);
  return NEXT;
};

export const INVALIDATION_HELPERS = { invpcid } satisfies HelperTable;
