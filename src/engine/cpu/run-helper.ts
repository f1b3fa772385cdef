/** Runs one out-of-line instruction: intercepts that need no operand come first, exceptions and exits end it. */
import { VECTOR_GP, VECTOR_UD } from '../arch/exceptions';
import { INTERCEPTS, type InterceptName } from '../arch/intercepts';
import { CR0_PE, RFLAGS_VM } from '../arch/registers';
import type { Instruction } from '../isa/decode';
import type { HelperName } from '../isa/emitter';
import type { Row } from '../isa/row';
import { interceptsNamed } from '../svm/intercept';
import { JUMPED, type Core } from './core';
import { EXITED, FAULT } from './fault';
import { HELPERS } from './helpers';

/** The helper did not finish: an exception was delivered instead. */
export const RAISED = -1;

/** Intercepts the helpers test themselves: they come between exceptions of the instruction, or have information to give. */
const SELF_CHECKED: ReadonlySet<InterceptName> = new Set<InterceptName>([
  'IOIO_PROT',
  'MSR_PROT',
  'INVLPG',
  'INTN',
  'PAUSE',
  'HLT',
  'RDTSC',
  'RDTSCP',
  'RDPMC',
  'RDPRU',
  'INVD',
  'WBINVD',
  'VMRUN',
  'VMLOAD',
  'VMSAVE',
  'VMMCALL',
  'STGI',
  'CLGI',
  'SKINIT',
  'INVLPGA',
  'INVPCID',
  'MONITOR',
  'MWAIT',
]);

/** NEXT or JUMPED as the helper says, or RAISED. */
export function runHelper(core: Core, instruction: Instruction, name: HelperName): number {
  const { row } = instruction;
  try {
    if (
      row.intercept &&
      core.inGuest &&
      !SELF_CHECKED.has(row.intercept) &&
      interceptsNamed(core.state, row.intercept)
    ) {
      if (INTERCEPTS[row.intercept].priority !== 'before-exceptions') checkRules(core, row);
      core.interceptInstruction(INTERCEPTS[row.intercept].exitCode, instruction);
      return JUMPED;
    }
    return HELPERS[name](core, instruction);
  } catch (thrown) {
    if (thrown === FAULT) {
      core.raiseFault();
      return RAISED;
    }
    if (thrown === EXITED) return JUMPED;
    throw thrown;
  }
}

/** The exceptions that come before an intercept of lower priority: mode and privilege. */
function checkRules(core: Core, row: Row): void {
  const { state } = core;
  const isProtected = (state.cr(0) & CR0_PE) !== 0 && ((state.systemFlags & RFLAGS_VM) === 0 || core.isLongMode);
  if (row.protectedMode && !isProtected) core.raise(VECTOR_UD);
  if (row.cpl === 0 && state.cpl !== 0) core.raise(VECTOR_GP, 0);
}
