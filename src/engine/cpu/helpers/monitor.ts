/** MONITOR, MWAIT. What may write the line besides the processor are devices: whenever one has come up, MWAIT ends. */
import { EXIT_CODES } from '../../arch/exit-codes';
import { VECTOR_GP, VECTOR_UD } from '../../arch/exceptions';
import { RCX } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import { HALTED, HALTED_BY_MWAIT, INTR_LINE, MONITOR_ARMED, NMI_PENDING } from '../../state/layout';
import { interceptsNamed } from '../../svm/intercept';
import { JUMPED, NEXT, type Core, type Helper, type HelperTable } from '../core';
import { lineAddress } from './cache-line';

/** HWCR.MonMwaitUserEn: at every CPL. */
const USER_ENABLED = 1 << 10;
/** ECX of MWAIT: interrupts end it although they are masked. */
const BREAK_ON_INTERRUPT = 1;

function checkPrivilege(core: Core): void {
  const { state } = core;
  if (state.cpl !== 0 && (state.low(state.msrAt('HWCR')) & USER_ENABLED) === 0) core.raise(VECTOR_UD);
}

const monitor: Helper = (core: Core, i: Instruction) => {
  const { state } = core;
  checkPrivilege(core);
  if (state.gprLow(RCX) !== 0) core.raise(VECTOR_GP, 0);
  const a = lineAddress(core, i, 1, false);
  core.memory.read(a.low, a.high, 1);
  if (core.inGuest && interceptsNamed(state, 'MONITOR')) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_MONITOR.code, i);
    return JUMPED;
  }
  state.i32[MONITOR_ARMED >> 2] = 1;
  return NEXT;
};

const mwait: Helper = (core, i) => {
  const { state } = core;
  checkPrivilege(core);
  const extensions = state.gprLow(RCX);
  if ((extensions & ~BREAK_ON_INTERRUPT) !== 0) core.raise(VECTOR_GP, 0);
  const isArmed = state.i32[MONITOR_ARMED >> 2] !== 0;
  if (core.inGuest && isArmed && interceptsNamed(state, 'MWAIT_CONDITIONAL')) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_MWAIT_CONDITIONAL.code, i);
    return JUMPED;
  }
  if (core.inGuest && interceptsNamed(state, 'MWAIT')) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_MWAIT.code, i);
    return JUMPED;
  }
  state.i32[MONITOR_ARMED >> 2] = 0;
  const breaks = (extensions & BREAK_ON_INTERRUPT) !== 0 && state.i32[INTR_LINE >> 2] !== 0;
  if (isArmed && !breaks && state.i32[NMI_PENDING >> 2] === 0) state.i32[HALTED >> 2] = HALTED_BY_MWAIT;
  return NEXT;
};

export const MONITOR_HELPERS = { monitor, mwait } satisfies HelperTable;
