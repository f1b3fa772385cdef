/** The x87 unit's control instructions, and MXCSR's. */
import { VECTOR_GP } from '../../arch/exceptions';
import { RAX } from '../../arch/registers';
import { MXCSR } from '../../state/layout';
import { type Core, type Helper, type HelperTable, NEXT } from '../core';
import { readOperand, writeOperand, writeRegister } from '../operands';
import {
  C1,
  controlWord,
  initialize,
  pop,
  setConditions,
  setControlWord,
  setEmpty,
  setStatusWord,
  setTop,
  statusWord,
  top,
} from '../x87-registers';
import { direct, numeric, waiting, writeMemory } from '../x87-unit';

const fninit = direct((core) => initialize(core.state));

const fnclex = direct((core) => setStatusWord(core.state, statusWord(core.state) & 0x7f00));

const fnstcw = direct((core, i) => writeMemory(core, i, 2, BigInt(controlWord(core.state))));

const fldcw = waiting((core, i) => setControlWord(core.state, readOperand(core, i, 0).low));

const fnstsw = direct((core, i) => {
  const status = statusWord(core.state);
  if (i.operands[0]!.kind === 'memory') writeMemory(core, i, 2, BigInt(status));
  else writeRegister(core, RAX, 2, status);
});

const fwait = waiting(() => undefined);

/** FNOP, and what the 8087 and the 80287 had FENI, FDISI and FSETPM for. */
const fnop = numeric(() => undefined);
const fnopControl = direct(() => undefined);

const moveTop = (by: number): Helper =>
  numeric(({ state }) => {
    setTop(state, top(state) + by);
    setConditions(state, C1, 0);
  });

const position = (core: Core, operand: { kind: string; register?: number } | undefined): number =>
  operand?.kind === 'st' ? operand.register! : 0;

const ffree = numeric((core, i) => {
  setEmpty(core.state, position(core, i.operands[0]));
  setConditions(core.state, C1, 0);
});

const ffreep = numeric((core, i) => {
  setEmpty(core.state, position(core, i.operands[0]));
  pop(core.state);
  setConditions(core.state, C1, 0);
});

/** Bits of MXCSR that may be one: with misaligned SSE mode, its mask MM, too. Volume 1, §4.2.2 */
export function mxcsrMask(core: Core): number {
  return core.profile.features.has('MISALIGN_SSE') ? 0x2_ffff : 0xffff;
}

const ldmxcsr: Helper = (core, i) => {
  const value = readOperand(core, i, 0).low;
  if (value & ~mxcsrMask(core)) core.raise(VECTOR_GP, 0);
  core.state.i32[MXCSR >> 2] = value;
  return NEXT;
};

const stmxcsr: Helper = (core, i) => {
  writeOperand(core, i, 0, core.state.i32[MXCSR >> 2]!, 0);
  return NEXT;
};

export const X87_CONTROL_HELPERS = {
  fninit,
  fnclex,
  fnstcw,
  fldcw,
  fnstsw,
  fwait,
  fnop,
  'fnop-control': fnopControl,
  fincstp: moveTop(1),
  fdecstp: moveTop(-1),
  ffree,
  ffreep,
  ldmxcsr,
  stmxcsr,
} satisfies HelperTable;
