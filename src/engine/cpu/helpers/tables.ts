/** LGDT, LIDT, SGDT, SIDT, SWAPGS. */
import { VECTOR_GP } from '../../arch/exceptions';
import { CR4_UMIP, SEG_GS } from '../../arch/registers';
import { GDTR, IDTR, SEG_BASE } from '../../state/layout';
import type { Instruction } from '../../isa/decode';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { isCanonical } from '../memory-access';
import { operandAddress, type Linear } from '../operands';

function pseudoDescriptor(core: Core, i: Instruction, write: boolean): Linear {
  const m = i.operands[0]!;
  if (m.kind !== 'memory') throw new Error('descriptor table operand is no memory');
  return operandAddress(core, i, m, core.is64Bit ? 10 : 6, write);
}

const bytes = new Uint8Array(16);
const words = new DataView(bytes.buffer);

const load =
  (table: typeof GDTR | typeof IDTR): Helper =>
  (core, i) => {
    if (core.state.cpl !== 0) core.raise(VECTOR_GP, 0);
    const a = pseudoDescriptor(core, i, false);
    core.memory.readBytes(a.low, a.high, bytes, core.is64Bit ? 10 : 6);
    let low = words.getInt32(2, true);
    const high = core.is64Bit ? words.getInt32(6, true) : 0;
    // A 16-bit operand size loads a 24-bit base.
    if (!core.is64Bit && i.operandSize === 2) low &= 0xffffff;
    if (!isCanonical(high)) core.raise(VECTOR_GP, 0);
    core.state.setTable(table, words.getUint16(0, true), low, high);
    return NEXT;
  };

/** CR4.UMIP keeps what describes the system from user code: SGDT, SIDT, SLDT, STR, SMSW. */
export function checkUmip(core: Core): void {
  if ((core.state.cr(4) & CR4_UMIP) !== 0 && core.state.cpl !== 0) core.raise(VECTOR_GP, 0);
}

const store =
  (table: typeof GDTR | typeof IDTR): Helper =>
  (core, i) => {
    checkUmip(core);
    const a = pseudoDescriptor(core, i, true);
    words.setUint16(0, core.state.tableLimit(table), true);
    words.setInt32(2, core.state.low(table + 8), true);
    words.setInt32(6, core.state.high(table + 8), true);
    core.memory.writeBytes(a.low, a.high, bytes, core.is64Bit ? 10 : 6);
    return NEXT;
  };

const swapgs: Helper = (core) => {
  const { state } = core;
  if (state.cpl !== 0) core.raise(VECTOR_GP, 0);
  const kernel = state.msrAt('KernelGSBase');
  const gs = state.segmentAt(SEG_GS) + SEG_BASE;
  const low = state.low(gs);
  const high = state.high(gs);
  state.setHalves(gs, state.low(kernel), state.high(kernel));
  state.setHalves(kernel, low, high);
  return NEXT;
};

export const TABLE_HELPERS = {
  lgdt: load(GDTR),
  lidt: load(IDTR),
  sgdt: store(GDTR),
  sidt: store(IDTR),
  swapgs,
} satisfies HelperTable;
