/** Several words pushed or popped at once. A push that faults leaves the words before it in memory, and rSP where it was. */
import { VECTOR_SS } from '../arch/exceptions';
import { RSP, SEG_SS } from '../arch/registers';
import { ATTR_BIG, ATTR_EXPAND_DOWN, type CpuState } from '../state/cpu-state';
import { SEG_READ_FIRST, SEG_READ_LAST, SEG_WRITE_FIRST, SEG_WRITE_LAST, STACK_MASK } from '../state/layout';
import type { Core } from './core';
import type { Descriptor } from './descriptor';
import { FAULT } from './fault';

/** A stack to push to or pop from; its pointer moves, the registers do not. */
export interface Stack {
  /** 64-bit mode's: no segment, no limit. */
  readonly wide: boolean;
  readonly baseLow: number;
  /** Offsets that may be used; first > last: none. */
  readonly first: number;
  readonly last: number;
  readonly mask: number;
  /** An inner stack, used before the privilege level changes: supervisor accesses. */
  readonly inner: boolean;
  /** Error code of a #SS beyond the limit. */
  readonly error: number;
  low: number;
  high: number;
}

/** The stack in use. */
export function currentStack(core: Core, write: boolean, error = 0): Stack {
  const { state } = core;
  const at = state.segmentAt(SEG_SS);
  return {
    wide: core.is64Bit,
    baseLow: state.baseLow(SEG_SS),
    first: state.u32[(at + (write ? SEG_WRITE_FIRST : SEG_READ_FIRST)) >> 2]!,
    last: state.u32[(at + (write ? SEG_WRITE_LAST : SEG_READ_LAST)) >> 2]!,
    mask: state.i32[STACK_MASK >> 2]!,
    inner: false,
    error,
    low: state.gprLow(RSP),
    high: state.gprHigh(RSP),
  };
}

/** A stack segment about to be loaded, with its pointer. */
export function segmentStack(d: Descriptor, pointer: number, inner: boolean, error: number): Stack {
  const big = (d.attributes & ATTR_BIG) !== 0;
  const down = (d.attributes & ATTR_EXPAND_DOWN) !== 0;
  const top = big ? 0xffffffff : 0xffff;
  const empty = down && d.limit >= top;
  return {
    wide: false,
    baseLow: d.baseLow,
    first: empty ? 1 : down ? d.limit + 1 : 0,
    last: empty ? 0 : down ? top : d.limit,
    mask: big ? -1 : 0xffff,
    inner,
    error,
    low: pointer,
    high: 0,
  };
}

export function wideStack(low: number, high: number, inner: boolean, error: number): Stack {
  return { wide: true, baseLow: 0, first: 0, last: 0xffffffff, mask: -1, inner, error, low, high };
}

/** rSP of a stack into the register: 64 bits wide, or as wide as the stack segment says. */
export function setStackPointer(state: CpuState, s: Stack): void {
  if (s.wide) state.setGpr(RSP, s.low, s.high);
  else if (s.mask === -1) state.setGpr(RSP, s.low, 0);
  else state.setGpr(RSP, (state.gprLow(RSP) & ~0xffff) | (s.low & 0xffff), state.gprHigh(RSP));
}

/** Moves the pointer by a signed number of bytes. */
export function moveStack(s: Stack, bytes: number): void {
  const sum = (s.low >>> 0) + bytes;
  if (s.wide) s.high = (s.high + Math.floor(sum / 0x100000000)) | 0;
  s.low = s.mask === -1 ? sum | 0 : (s.low & ~0xffff) | (sum & 0xffff);
}

const bytes = new Uint8Array(256);
const view = new DataView(bytes.buffer);

/** Linear address of the word `at` bytes above the pointer, after the limit was asked. */
function locate(core: Core, s: Stack, at: number, size: number): readonly [number, number] {
  if (s.wide) {
    const sum = (s.low >>> 0) + at;
    return [sum | 0, (s.high + Math.floor(sum / 0x100000000)) | 0];
  }
  const offset = ((s.low + at) & s.mask) >>> 0;
  if (offset < s.first || offset + size - 1 > s.last) core.raise(VECTOR_SS, s.error);
  return [(s.baseLow + offset) | 0, 0];
}

/** Whether `total` bytes above the pointer are consecutive in the segment and all within its limit. */
function isRun(s: Stack, from: number, total: number): boolean {
  if (s.wide) return true;
  const offset = ((s.low + from) & s.mask) >>> 0;
  return offset >= s.first && offset + total - 1 <= Math.min(s.last, s.mask >>> 0);
}

/** As a run of single pushes would. */
function writeWords(core: Core, s: Stack, size: number, words: readonly number[]): void {
  for (let n = 0; n < words.length / 2; n++) {
    const [low, high] = locate(core, s, -size * (n + 1), size);
    core.memory.write(low, high, size, words[2 * n]!, words[2 * n + 1]!, s.inner, true);
  }
}

/** Pushes words (pairs of halves, first pushed first) of `size` bytes each and moves the stack's pointer. */
export function pushFrame(core: Core, s: Stack, size: number, words: readonly number[]): void {
  const { memory } = core;
  const count = words.length / 2;
  const total = count * size;
  const word = (n: number): readonly [number, number] => locate(core, s, -size * (n + 1), size);
  if (isRun(s, -total, total)) {
    for (let n = 0; n < count; n++) {
      const to = total - size * (n + 1);
      if (size === 2) view.setUint16(to, words[2 * n]!, true);
      else view.setInt32(to, words[2 * n]!, true);
      if (size === 8) view.setInt32(to + 4, words[2 * n + 1]!, true);
    }
    const [low, high] = word(count - 1);
    try {
      memory.writeBytes(low, high, bytes, total, s.inner, true);
    } catch (thrown) {
      // Word by word up to the one that faults: that fault is the one to report.
      if (thrown === FAULT) writeWords(core, s, size, words);
      throw thrown;
    }
  } else writeWords(core, s, size, words);
  moveStack(s, -total);
}

/** Reads `count` words of `size` bytes from the stack's pointer upward; pairs of halves. The pointer stays. */
export function readFrame(core: Core, s: Stack, size: number, count: number, from = 0): number[] {
  const { memory } = core;
  const words: number[] = [];
  const total = count * size;
  if (count > 1 && isRun(s, from, total) && readRun(core, s, from, total)) {
    for (let n = 0; n < count; n++) {
      const at = n * size;
      words.push(size === 2 ? view.getUint16(at, true) : view.getInt32(at, true));
      words.push(size === 8 ? view.getInt32(at + 4, true) : 0);
    }
    return words;
  }
  for (let n = 0; n < count; n++) {
    const [low, high] = locate(core, s, from + size * n, size);
    memory.read(low, high, size, s.inner, true);
    words.push(memory.low, memory.high);
  }
  return words;
}

/** Reads a run at once; false if it faults, then word by word tells where. */
function readRun(core: Core, s: Stack, from: number, total: number): boolean {
  const [low, high] = locate(core, s, from, total);
  try {
    core.memory.readBytes(low, high, bytes, total, s.inner, true);
    return true;
  } catch (thrown) {
    if (thrown !== FAULT) throw thrown;
    return false;
  }
}

/** Asks whether the word at the stack's pointer could be written. */
export function probeTop(core: Core, s: Stack, size: number): void {
  core.memory.probeWrite(...locate(core, s, 0, size), size, s.inner, true);
}
