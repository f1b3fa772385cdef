/** XGETBV, XSETBV: XCR0, and which of its components are in use; if CR4.OSXSAVE. */
import { VECTOR_GP, VECTOR_UD } from '../../arch/exceptions';
import { CR4_OSXSAVE, RAX, RCX, RDX, XCR0_SSE, XCR0_X87 } from '../../arch/registers';
import { XCR0 } from '../../state/layout';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { componentsInUse } from './xsave';

/** State components there are: without AVX no others. */
const VALID = XCR0_X87 | XCR0_SSE;
/** ECX of XGETBV: XCR0 and XINUSE. */
const IN_USE = 1;

function checkRegister(core: Core): void {
  if (core.state.gprLow(RCX) !== 0) core.raise(VECTOR_GP, 0);
}

const xgetbv: Helper = (core) => {
  const { state } = core;
  if ((state.cr(4) & CR4_OSXSAVE) === 0) core.raise(VECTOR_UD);
  if (state.gprLow(RCX) === IN_USE && core.profile.features.has('XGETBV1')) {
    state.setGpr(RAX, componentsInUse(state), 0);
    state.setGpr(RDX, 0, 0);
    return NEXT;
  }
  checkRegister(core);
  state.setGpr(RAX, state.low(XCR0), 0);
  state.setGpr(RDX, state.high(XCR0), 0);
  return NEXT;
};

const xsetbv: Helper = (core) => {
  const { state } = core;
  if ((state.cr(4) & CR4_OSXSAVE) === 0) core.raise(VECTOR_UD);
  if (state.cpl !== 0) core.raise(VECTOR_GP, 0);
  checkRegister(core);
  const low = state.gprLow(RAX);
  const high = state.gprLow(RDX);
  if (high !== 0 || (low & ~VALID) !== 0 || (low & XCR0_X87) === 0) core.raise(VECTOR_GP, 0);
  state.setHalves(XCR0, low, high);
  return NEXT;
};

export const EXTENDED_CONTROL_HELPERS = { xgetbv, xsetbv } satisfies HelperTable;
