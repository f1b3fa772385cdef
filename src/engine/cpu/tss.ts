/** The task-state segment as the place where inner stacks are found (§12.2.4, §12.2.5). */
import { VECTOR_TS } from '../arch/exceptions';
import { SEGMENT_TR } from '../state/layout';
import type { Core } from './core';
import { addressPlus, selectorError, SYSTEM_TSS16, SYSTEM_TSS16_BUSY } from './descriptor';

/** Offset of RSP0 and, 8 bytes each, of IST1 in the 64-bit TSS. */
const TSS64_RSP0 = 4;
const TSS64_IST1 = 0x24;

function readTask(core: Core, offset: number, size: number, ext: number): void {
  const { state, memory } = core;
  if (offset + size - 1 > state.limit(SEGMENT_TR))
    core.raise(VECTOR_TS, selectorError(state.selector(SEGMENT_TR)) | ext);
  memory.read(...addressPlus(core, state.baseLow(SEGMENT_TR), state.baseHigh(SEGMENT_TR), offset), size, true);
}

/** SS and eSP of a privilege level, from the 16 or 32-bit TSS. */
export function innerStack(
  core: Core,
  level: number,
  ext: number,
): { readonly selector: number; readonly pointer: number } {
  const type = core.state.attributes(SEGMENT_TR) & 0xf;
  if (type === SYSTEM_TSS16 || type === SYSTEM_TSS16_BUSY) {
    readTask(core, 2 + level * 4, 4, ext);
    return { selector: core.memory.low >>> 16, pointer: core.memory.low & 0xffff };
  }
  readTask(core, 4 + level * 8, 8, ext);
  return { selector: core.memory.high & 0xffff, pointer: core.memory.low };
}

/** RSP of a privilege level, or of an IST entry 1 to 7, from the 64-bit TSS: the halves are left in `core.memory`. */
export function readInnerPointer(core: Core, level: number, ist: number, ext: number): void {
  readTask(core, ist !== 0 ? TSS64_IST1 + (ist - 1) * 8 : TSS64_RSP0 + level * 8, 8, ext);
}
