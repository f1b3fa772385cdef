/** RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE: at any CPL, if CR4.FSGSBASE. */
import { VECTOR_GP, VECTOR_UD } from '../../arch/exceptions';
import { CR4_FSGSBASE, SEG_FS, SEG_GS } from '../../arch/registers';
import { SEG_BASE } from '../../state/layout';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { isCanonical } from '../memory-access';
import { readOperand, writeOperand } from '../operands';

function checkEnabled(core: Core): void {
  if ((core.state.cr(4) & CR4_FSGSBASE) === 0) core.raise(VECTOR_UD);
}

const read =
  (segment: number): Helper =>
  (core, i) => {
    checkEnabled(core);
    writeOperand(core, i, 0, core.state.baseLow(segment), core.state.baseHigh(segment));
    return NEXT;
  };

const write =
  (segment: number): Helper =>
  (core, i) => {
    checkEnabled(core);
    const { low, high } = readOperand(core, i, 0);
    if (!isCanonical(high)) core.raise(VECTOR_GP, 0);
    core.state.setHalves(core.state.segmentAt(segment) + SEG_BASE, low, high);
    return NEXT;
  };

export const SEGMENT_BASE_HELPERS = {
  rdfsbase: read(SEG_FS),
  rdgsbase: read(SEG_GS),
  wrfsbase: write(SEG_FS),
  wrgsbase: write(SEG_GS),
} satisfies HelperTable;
