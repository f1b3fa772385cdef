/** Segment registers and descriptor tables between the VMCB's form and the processor's (§15.5.1, §15.5.2). */
import { CANONICAL_HI_SHIFT, CANONICAL_HI_SHIFT_LA57 } from '../arch/address';
import { CR4_LA57 } from '../arch/registers';
import type { CpuState } from '../state/cpu-state';
import { SEGMENTS, SEGMENT_SIZE, SEG_READ_FIRST } from '../state/layout';
import type { Limits } from '../state/limits';

/** The VMCB's attributes have twelve bits. */
const ATTRIBUTES = 0xfff;
const TABLE_LIMIT = 0xffff;

/** High half of an address sign-extended from the highest bit a linear address has. §15.5.1 */
export function canonicalHigh(high: number, limits: Limits): number {
  const shift = 31 - (limits.cr4Valid & CR4_LA57 ? CANONICAL_HI_SHIFT_LA57 : CANONICAL_HI_SHIFT);
  return (high << shift) >> shift;
}

/**
 * Loads segment register `index` from the VMCB's words at `from`. `wide`: all 64 bits of the base are implemented (FS GS LDTR TR); the
 * others have 32. `flat`: real and virtual-8086 mode, where attributes restrict nothing.
 */
export function loadSegment(
  state: CpuState,
  index: number,
  m: Int32Array,
  from: number,
  wide: boolean,
  flat: boolean,
  limits: Limits,
): void {
  const head = m[from]!;
  const limit = m[from + 1]!;
  const high = wide ? canonicalHigh(m[from + 3]!, limits) : 0;
  state.setSegment(index, head & 0xffff, (head >>> 16) & ATTRIBUTES, limit, m[from + 2]!, high);
  if (flat) {
    const window = (SEGMENTS + index * SEGMENT_SIZE + SEG_READ_FIRST) >> 2;
    state.i32[window] = 0;
    state.i32[window + 1] = limit;
    state.i32[window + 2] = 0;
    state.i32[window + 3] = limit;
  }
}

/** Stores segment register `index`; both forms have selector, attributes, limit and base in the same places. */
export function storeSegment(m: Int32Array, to: number, index: number): void {
  const from = (SEGMENTS + index * SEGMENT_SIZE) >> 2;
  m[to] = m[from]!;
  m[to + 1] = m[from + 1]!;
  m[to + 2] = m[from + 2]!;
  m[to + 3] = m[from + 3]!;
}

/** Loads GDTR or IDTR (layout word `to`) from the VMCB's words at `from`: 16 bits of limit, a canonical base. */
export function loadTable(m: Int32Array, to: number, from: number, limits: Limits): void {
  m[to] = m[from + 1]! & TABLE_LIMIT;
  m[to + 2] = m[from + 2]!;
  m[to + 3] = canonicalHigh(m[from + 3]!, limits);
}

/** Stores GDTR or IDTR; selector and attributes of the VMCB's form are not used. */
export function storeTable(m: Int32Array, to: number, from: number): void {
  m[to + 1] = m[from]!;
  m[to + 2] = m[from + 2]!;
  m[to + 3] = m[from + 3]!;
}
