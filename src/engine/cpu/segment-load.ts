/** Loading segment registers: the checks and what the hidden part becomes, in every mode (§4.5, §4.7). */
import { VECTOR_GP, VECTOR_NP, VECTOR_SS } from '../arch/exceptions';
import { CR0_PE, SEG_CS, SEG_FS, SEG_SS } from '../arch/registers';
import {
  ATTR_ACCESSED,
  ATTR_CODE,
  ATTR_CONFORMING,
  ATTR_DPL_SHIFT,
  ATTR_PRESENT,
  ATTR_READABLE,
  ATTR_S,
  ATTR_WRITABLE,
  type CpuState,
} from '../state/cpu-state';
import { SEG_READ_FIRST } from '../state/layout';
import type { Core } from './core';
import {
  dplOf,
  isCode,
  isConforming,
  isNull,
  isPresent,
  isWritableData,
  markAccessed,
  readDescriptor,
  selectorError,
  type Descriptor,
} from './descriptor';
import { isProtected, isVirtual8086 } from './helpers/flags';

/** What virtual-8086 mode gives every segment: present, DPL 3, writable data. §4.10 */
export const VIRTUAL_8086_ATTRIBUTES = ATTR_PRESENT | (3 << ATTR_DPL_SHIFT) | ATTR_S | ATTR_WRITABLE | ATTR_ACCESSED;

/** Real and virtual-8086 mode: only the limit is checked, whatever the attributes say. */
function liftRestrictions(state: CpuState, index: number): void {
  const window = (state.segmentAt(index) + SEG_READ_FIRST) >> 2;
  const limit = state.limit(index);
  state.u32[window] = 0;
  state.u32[window + 1] = limit;
  state.u32[window + 2] = 0;
  state.u32[window + 3] = limit;
}

/**
 * What may be read and written through ES…GS follows from attributes in protected mode, from the limit alone in real mode: to be called
 * when CR0.PE has changed. The caller announces the change of context.
 */
export function refreshSegmentWindows(core: Core): void {
  const { state } = core;
  for (let index = 0; index < 6; index++) {
    const selector = state.selector(index);
    state.setSegment(
      index,
      selector,
      state.attributes(index),
      state.limit(index),
      state.baseLow(index),
      state.baseHigh(index),
    );
    if (!isProtected(core)) liftRestrictions(state, index);
  }
}

/** Real mode: base = selector × 16; limit and attributes stay what they were. §4.5.2 */
export function loadRealSegment(state: CpuState, index: number, selector: number): void {
  state.setSegment(index, selector, state.attributes(index), state.limit(index), (selector & 0xffff) << 4, 0);
  liftRestrictions(state, index);
}

/** Virtual-8086 mode: base = selector × 16, 64 KB, data. §10.2 */
export function loadVirtual8086Segment(state: CpuState, index: number, selector: number): void {
  state.setSegment(index, selector, VIRTUAL_8086_ATTRIBUTES, 0xffff, (selector & 0xffff) << 4, 0);
  liftRestrictions(state, index);
}

/** A null selector in ES, DS, FS, GS: not to be used until loaded again; 64-bit mode keeps FS' and GS' base as it was. §4.5.3 */
export function loadNull(core: Core, index: number, selector: number): void {
  const { state } = core;
  if (core.isLongMode) state.setSegment(index, selector, 0, 0, state.baseLow(index), state.baseHigh(index));
  else state.setSegment(index, selector, 0, 0, 0, 0);
}

/** SS after a stack switch of long mode, or loaded null in 64-bit mode at CPL 0 to 2. §8.9.4 */
export function loadNullStack(state: CpuState, selector: number, dpl = selector & 3): void {
  state.setSegment(SEG_SS, selector, dpl << ATTR_DPL_SHIFT, 0, 0, 0);
}

/** Loads a code or data segment's hidden part from its descriptor, accessed. */
export function loadFromDescriptor(state: CpuState, index: number, selector: number, d: Descriptor): void {
  state.setSegment(index, selector, d.attributes | ATTR_ACCESSED, d.limit, d.baseLow, 0);
}

/** Loads CS from a checked descriptor at a privilege level. The caller sets RIP and announces the change of context. */
export function loadCode(state: CpuState, selector: number, d: Descriptor, cpl: number): void {
  loadFromDescriptor(state, SEG_CS, (selector & ~3) | cpl, d);
  state.cpl = cpl;
}

/** The checks of a stack segment for privilege level `cpl`; #SS when not present. §4.12.2 */
export function checkStackSegment(core: Core, selector: number, cpl: number, vector = VECTOR_GP, ext = 0): Descriptor {
  const error = selectorError(selector) | ext;
  if (isNull(selector)) core.raise(vector, ext);
  const rpl = selector & 3;
  const d = readDescriptor(core, selector, vector, ext);
  if (rpl !== cpl || !isWritableData(d) || dplOf(d.attributes) !== cpl) core.raise(vector, error);
  if (!isPresent(d)) core.raise(VECTOR_SS, error);
  return d;
}

function checkDataSegment(core: Core, selector: number): Descriptor {
  const error = selectorError(selector);
  const d = readDescriptor(core, selector);
  const readable =
    (d.attributes & ATTR_S) !== 0 && ((d.attributes & ATTR_CODE) === 0 || (d.attributes & ATTR_READABLE) !== 0);
  if (!readable) core.raise(VECTOR_GP, error);
  if (!(isCode(d) && isConforming(d)) && dplOf(d.attributes) < Math.max(selector & 3, core.state.cpl))
    core.raise(VECTOR_GP, error);
  if (!isPresent(d)) core.raise(VECTOR_NP, error);
  return d;
}

/** MOV, POP or a far pointer loads segment register ES, SS, DS, FS or GS; every check of the mode. §4.12 */
export function loadSegment(core: Core, index: number, selector: number): void {
  const { state } = core;
  if ((state.cr(0) & CR0_PE) === 0) loadRealSegment(state, index, selector);
  else if (isVirtual8086(core)) loadVirtual8086Segment(state, index, selector);
  else if (index === SEG_SS) loadProtectedStack(core, selector);
  else if (isNull(selector)) loadNull(core, index, selector);
  else {
    const d = checkDataSegment(core, selector);
    markAccessed(core, d);
    loadFromDescriptor(state, index, selector, d);
  }
  // FS and GS are never taken for flat, and in 64-bit mode nothing depends on ES, SS and DS.
  if (index < SEG_FS && !core.is64Bit) core.contextChanged();
}

function loadProtectedStack(core: Core, selector: number): void {
  const { state } = core;
  if (isNull(selector) && core.is64Bit && state.cpl < 3 && (selector & 3) === state.cpl) {
    loadNullStack(state, selector);
    return;
  }
  const d = checkStackSegment(core, selector, state.cpl);
  markAccessed(core, d);
  loadFromDescriptor(state, SEG_SS, selector, d);
}

/** ES, DS, FS, GS after a return to an outer level: what it may not see becomes null. §4.12.3 */
export function dropInnerSegments(core: Core): void {
  const { state } = core;
  for (const index of [0, 3, 4, 5]) {
    if (isNull(state.selector(index))) continue;
    const attributes = state.attributes(index);
    const conforming = (attributes & (ATTR_CODE | ATTR_CONFORMING)) === (ATTR_CODE | ATTR_CONFORMING);
    if (!conforming && dplOf(attributes) < state.cpl) loadNull(core, index, 0);
  }
}
