/** Memory at rAX, as MONITOR and CLZERO name it; CLZERO. */
import { RAX, SEG_DS, SEG_SS } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { linearAddress, type Linear } from '../operands';

const LINE = 64;
const ZEROS = new Uint8Array(LINE);

/** The line of `size` bytes that DS:rAX lies in, at address size; the segment can be overridden. */
export function lineAddress(core: Core, i: Instruction, size: number, write: boolean): Linear {
  const { state } = core;
  const narrow = i.addressSize === 2 ? 0xffff : -1;
  const offset = {
    low: state.gprLow(RAX) & narrow & -size,
    high: i.addressSize === 8 ? state.gprHigh(RAX) : 0,
  };
  return linearAddress(core, i.segment >= 0 ? i.segment : SEG_DS, offset, size, write);
}

const clzero: Helper = (core, i) => {
  const a = lineAddress(core, i, LINE, true);
  core.memory.writeBytes(a.low, a.high, ZEROS, LINE, false, i.segment === SEG_SS);
  return NEXT;
};

export const CACHE_LINE_HELPERS = { clzero } satisfies HelperTable;
