/** Descriptors: found by selector in GDT or LDT, read and taken apart (§4.7, §4.8). */
import { VECTOR_GP } from '../arch/exceptions';
import { SELECTOR_INDEX_MASK, SELECTOR_TI } from '../arch/registers';
import {
  ATTR_ACCESSED,
  ATTR_CODE,
  ATTR_CONFORMING,
  ATTR_DPL_SHIFT,
  ATTR_GRANULARITY,
  ATTR_PRESENT,
  ATTR_S,
  ATTR_WRITABLE,
} from '../state/cpu-state';
import { GDTR, SEGMENT_LDTR } from '../state/layout';
import type { Core } from './core';

/** Types of system descriptors and gates; in long mode the 32-bit numbers mean the 64-bit things. §4.7.4, §4.8.3 */
export const SYSTEM_TSS16 = 0x1;
export const SYSTEM_LDT = 0x2;
export const SYSTEM_TSS16_BUSY = 0x3;
export const SYSTEM_CALL_GATE16 = 0x4;
export const SYSTEM_TASK_GATE = 0x5;
export const SYSTEM_INTERRUPT_GATE16 = 0x6;
export const SYSTEM_TRAP_GATE16 = 0x7;
export const SYSTEM_TSS = 0x9;
export const SYSTEM_TSS_BUSY = 0xb;
export const SYSTEM_CALL_GATE = 0xc;
export const SYSTEM_INTERRUPT_GATE = 0xe;
export const SYSTEM_TRAP_GATE = 0xf;

export interface Descriptor {
  /** The selector it was found by. */
  readonly selector: number;
  /** Where it lies: linear address. */
  readonly addressLow: number;
  readonly addressHigh: number;
  /** Its first two words, as they stand in the table. */
  readonly word0: number;
  readonly word1: number;
  /** The VMCB's 12-bit packing. */
  readonly attributes: number;
  /** Byte-granular. */
  readonly limit: number;
  /** Base of a code or data segment: 32 bits. System descriptors of long mode have 32 more: see `readHighBase`. */
  readonly baseLow: number;
}

/** Index and TI of a selector: what error codes hold. */
export function selectorError(selector: number): number {
  return selector & (SELECTOR_INDEX_MASK | SELECTOR_TI);
}

/** RPL and index 0 of the GDT. */
export function isNull(selector: number): boolean {
  return (selector & (SELECTOR_INDEX_MASK | SELECTOR_TI)) === 0;
}

export function dplOf(attributes: number): number {
  return (attributes >> ATTR_DPL_SHIFT) & 3;
}

export function isPresent(d: Descriptor): boolean {
  return (d.attributes & ATTR_PRESENT) !== 0;
}

/** Type of a system descriptor, −1 for code and data segments. */
export function systemType(d: Descriptor): number {
  return d.attributes & ATTR_S ? -1 : d.attributes & 0xf;
}

export function isCode(d: Descriptor): boolean {
  return (d.attributes & (ATTR_S | ATTR_CODE)) === (ATTR_S | ATTR_CODE);
}

export function isConforming(d: Descriptor): boolean {
  return (d.attributes & ATTR_CONFORMING) !== 0;
}

export function isWritableData(d: Descriptor): boolean {
  return (d.attributes & (ATTR_S | ATTR_CODE | ATTR_WRITABLE)) === (ATTR_S | ATTR_WRITABLE);
}

/** Linear address + n, 32 bits wide outside long mode. */
export function addressPlus(core: Core, low: number, high: number, n: number): readonly [number, number] {
  const sum = (low >>> 0) + n;
  return [sum | 0, core.isLongMode && sum > 0xffffffff ? (high + 1) | 0 : high];
}

/** Takes the two words of a descriptor apart. */
export function decodeDescriptor(
  selector: number,
  addressLow: number,
  addressHigh: number,
  word0: number,
  word1: number,
): Descriptor {
  const attributes = ((word1 >>> 8) & 0xff) | ((word1 >>> 12) & 0xf00);
  const raw = (word0 & 0xffff) | (word1 & 0xf0000);
  return {
    selector,
    addressLow,
    addressHigh,
    word0,
    word1,
    attributes,
    limit: attributes & ATTR_GRANULARITY ? ((raw << 12) | 0xfff) >>> 0 : raw,
    baseLow: (word0 >>> 16) | ((word1 & 0xff) << 16) | (word1 & 0xff000000),
  };
}

/** The descriptor of a selector, undefined where it lies beyond its table. `size`: bytes it has. Reads as the processor itself. */
export function findDescriptor(core: Core, selector: number, size = 8): Descriptor | undefined {
  const { state, memory } = core;
  const index = selector & SELECTOR_INDEX_MASK;
  let baseLow: number;
  let baseHigh: number;
  if (selector & SELECTOR_TI) {
    if ((state.attributes(SEGMENT_LDTR) & ATTR_PRESENT) === 0 || isNull(state.selector(SEGMENT_LDTR))) return undefined;
    if (index + size - 1 > state.limit(SEGMENT_LDTR)) return undefined;
    baseLow = state.baseLow(SEGMENT_LDTR);
    baseHigh = state.baseHigh(SEGMENT_LDTR);
  } else {
    if (index + size - 1 > state.tableLimit(GDTR)) return undefined;
    baseLow = state.low(GDTR + 8);
    baseHigh = state.high(GDTR + 8);
  }
  const [low, high] = addressPlus(core, baseLow, baseHigh, index);
  memory.read(low, high, 8, true);
  return decodeDescriptor(selector, low, high, memory.low, memory.high);
}

/** The same; beyond the table is #GP(selector), or another vector. `ext` is bit 0 of the error code. */
export function readDescriptor(core: Core, selector: number, vector = VECTOR_GP, ext = 0): Descriptor {
  return findDescriptor(core, selector) ?? core.raise(vector, selectorError(selector) | ext);
}

/** Words 2 and 3 of a 16-byte descriptor of long mode; #GP(selector) where the table ends before it, or word 3 has a type. §4.8.3 */
export function readUpperHalf(
  core: Core,
  d: Descriptor,
  vector = VECTOR_GP,
  ext = 0,
): { readonly low: number; readonly high: number } {
  const { state, memory } = core;
  const limit = d.selector & SELECTOR_TI ? state.limit(SEGMENT_LDTR) : state.tableLimit(GDTR);
  if ((d.selector & SELECTOR_INDEX_MASK) + 15 > limit) core.raise(vector, selectorError(d.selector) | ext);
  const [low, high] = addressPlus(core, d.addressLow, d.addressHigh, 8);
  memory.read(low, high, 8, true);
  if ((memory.high & 0x1f00) !== 0) core.raise(vector, selectorError(d.selector) | ext);
  return { low: memory.low, high: memory.high };
}

/** Writes a descriptor's second word back. */
export function writeWord1(core: Core, d: Descriptor, word1: number): void {
  const [low, high] = addressPlus(core, d.addressLow, d.addressHigh, 4);
  core.memory.write(low, high, 4, word1, 0, true);
}

/** Sets the accessed bit in the table if it is clear. §4.7.2 */
export function markAccessed(core: Core, d: Descriptor): void {
  if ((d.attributes & ATTR_ACCESSED) === 0) writeWord1(core, d, d.word1 | (ATTR_ACCESSED << 8));
}
