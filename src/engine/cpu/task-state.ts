/**
 * Hardware task switches of legacy protected mode (§12.3). Up to the point of no return everything is asked for and nothing changed; from
 * there on exceptions belong to the new task.
 */
import { VECTOR_DB, VECTOR_GP, VECTOR_NP, VECTOR_SS, VECTOR_TS } from '../arch/exceptions';
import { EXIT_CODES } from '../arch/exit-codes';
import {
  CR0_PG,
  CR0_TS,
  DR6_BT,
  RFLAGS_FIXED,
  RFLAGS_IMPLEMENTED,
  RFLAGS_NT,
  RFLAGS_RF,
  RFLAGS_VM,
  SEG_CS,
  SEG_DS,
  SEG_ES,
  SEG_FS,
  SEG_GS,
  SEG_SS,
  SELECTOR_TI,
} from '../arch/registers';
import { ATTR_CODE, ATTR_PRESENT, ATTR_READABLE, ATTR_S } from '../state/cpu-state';
import { CRS, DRS, SEGMENT_LDTR, SEGMENT_TR } from '../state/layout';
import { interceptsNamed } from '../svm/intercept';
import type { Core } from './core';
import {
  addressPlus,
  dplOf,
  findDescriptor,
  isCode,
  isConforming,
  isNull,
  isPresent,
  isWritableData,
  markAccessed,
  readDescriptor,
  selectorError,
  SYSTEM_LDT,
  SYSTEM_TSS,
  SYSTEM_TSS16,
  SYSTEM_TSS16_BUSY,
  SYSTEM_TSS_BUSY,
  systemType,
  writeWord1,
  type Descriptor,
} from './descriptor';
import { EXITED } from './fault';
import { loadFromDescriptor, loadVirtual8086Segment } from './segment-load';
import { currentStack, pushFrame, setStackPointer } from './stack-frame';

export interface TaskSwitch {
  /** `gate`: an interrupt or exception through a task gate. */
  readonly cause: 'gate' | 'call' | 'jump' | 'iret';
  /** Bit 0 of error codes. */
  readonly ext: number;
  /** Pushed on the new task's stack; −1: none. */
  readonly errorCode: number;
  /** What the old task goes on with. */
  readonly returnLow: number;
  readonly flags: number;
}

/** Where a TSS keeps things: offsets of the 32 and the 16-bit format. §12.2.4, figure 12-6 */
interface Format {
  readonly size: 4 | 2;
  readonly ip: number;
  readonly flags: number;
  readonly registers: number;
  readonly segments: number;
  /** Distance from one selector to the next, and which registers they are. */
  readonly step: 4 | 2;
  readonly order: readonly number[];
  readonly ldt: number;
  /** Bytes a TSS must have at least. */
  readonly length: number;
}
const FORMAT32: Format = {
  size: 4,
  ip: 0x20,
  flags: 0x24,
  registers: 0x28,
  segments: 0x48,
  step: 4,
  order: [SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS],
  ldt: 0x60,
  length: 0x68,
};
const FORMAT16: Format = {
  size: 2,
  ip: 0x0e,
  flags: 0x10,
  registers: 0x12,
  segments: 0x22,
  step: 2,
  order: [SEG_ES, SEG_CS, SEG_SS, SEG_DS],
  ldt: 0x2a,
  length: 0x2c,
};
const TSS32_CR3 = 0x1c;
const TSS32_TRAP = 0x64;
/** L0 to L3 and LE of DR7: breakpoints of the task alone. */
const DR7_LOCAL = 0x155;
const BUSY = 0x200;

const bytes = new Uint8Array(FORMAT32.length);
const view = new DataView(bytes.buffer);

function formatOf(type: number): Format {
  return type === SYSTEM_TSS16 || type === SYSTEM_TSS16_BUSY ? FORMAT16 : FORMAT32;
}

/** The new task's descriptor after its checks. §12.3.2 */
function checkTask(core: Core, selector: number, s: TaskSwitch): Descriptor {
  const back = s.cause === 'iret';
  const vector = back ? VECTOR_TS : VECTOR_GP;
  const error = selectorError(selector) | s.ext;
  if (isNull(selector) || (selector & SELECTOR_TI) !== 0) core.raise(vector, error);
  const d = readDescriptor(core, selector, vector, s.ext);
  const type = systemType(d);
  const fits = back
    ? type === SYSTEM_TSS_BUSY || type === SYSTEM_TSS16_BUSY
    : type === SYSTEM_TSS || type === SYSTEM_TSS16;
  if (!fits) core.raise(vector, error);
  if (!isPresent(d)) core.raise(VECTOR_NP, error);
  if (d.limit < formatOf(type).length - 1) core.raise(VECTOR_TS, error);
  return d;
}

/** #VMEXIT(TASK_SWITCH): the incoming TSS has been checked, nothing has been saved. §15.14.1 */
function exitIfIntercepted(core: Core, selector: number, s: TaskSwitch): void {
  if (!interceptsNamed(core.state, 'TASK_SWITCH')) return;
  const hasError = s.errorCode >= 0;
  const high =
    (s.cause === 'iret' ? 1 << 4 : 0) |
    (s.cause === 'jump' ? 1 << 6 : 0) |
    (hasError ? 1 << 12 : 0) |
    (s.flags & RFLAGS_RF ? 1 << 16 : 0);
  core.exitGuest(EXIT_CODES.VMEXIT_TASK_SWITCH.code, selector, 0, hasError ? s.errorCode : 0, high);
  throw EXITED;
}

/** Switches to the task of a TSS selector, or throws. The caller announces the change of context. */
export function switchTask(core: Core, selector: number, s: TaskSwitch): void {
  const { state, memory } = core;
  const d = checkTask(core, selector, s);
  exitIfIntercepted(core, selector, s);

  const oldSelector = state.selector(SEGMENT_TR);
  const oldType = state.attributes(SEGMENT_TR) & 0xf;
  const oldBase = state.baseLow(SEGMENT_TR);
  const from = formatOf(oldType);
  const to = formatOf(systemType(d));
  if (state.limit(SEGMENT_TR) < from.length - 1) core.raise(VECTOR_TS, selectorError(oldSelector) | s.ext);
  const saved = from.segments + from.step * from.order.length - from.ip;
  memory.probeWrite(...addressPlus(core, oldBase, 0, from.ip), saved, true);
  memory.readBytes(d.baseLow, 0, bytes, to.length, true);
  const nests = s.cause === 'call' || s.cause === 'gate';
  const leaves = s.cause === 'jump' || s.cause === 'iret';
  if (nests) memory.probeWrite(d.baseLow, 0, 2, true);
  const old = leaves ? findDescriptor(core, oldSelector) : undefined;
  if (old) memory.probeWrite(old.addressLow, old.addressHigh, 8, true);
  if (s.cause !== 'iret') memory.probeWrite(d.addressLow, d.addressHigh, 8, true);

  saveTask(core, from, oldBase, saved, s);
  if (old) writeWord1(core, old, old.word1 & ~BUSY);
  if (nests) memory.write(d.baseLow, 0, 2, oldSelector, 0, true);
  if (s.cause !== 'iret') writeWord1(core, d, d.word1 | BUSY);
  state.setSegment(SEGMENT_TR, selector, d.attributes | (BUSY >> 8), d.limit, d.baseLow, 0);
  state.i32[CRS >> 2]! |= CR0_TS;
  // Local breakpoints end with their task.
  state.i32[(DRS + 56) >> 2]! &= ~0x155;
  // Only now: both tasks may have the same TSS.
  memory.readBytes(d.baseLow, 0, bytes, to.length, true);
  enterTask(core, to, readTask(to), nests, s);
}

interface Task {
  readonly cr3: number;
  readonly ip: number;
  readonly flags: number;
  readonly registers: readonly number[];
  readonly selectors: readonly number[];
  readonly ldt: number;
  readonly trap: boolean;
}

function readTask(f: Format): Task {
  const word = (at: number): number => (f.size === 4 ? view.getInt32(at, true) : view.getUint16(at, true));
  return {
    cr3: f.size === 4 ? view.getInt32(TSS32_CR3, true) : 0,
    ip: word(f.ip),
    flags: word(f.flags),
    registers: Array.from({ length: 8 }, (_, n) => word(f.registers + n * f.size)),
    selectors: f.order.map((_, n) => view.getUint16(f.segments + n * f.step, true)),
    ldt: view.getUint16(f.ldt, true),
    trap: f.size === 4 && (bytes[TSS32_TRAP]! & 1) !== 0,
  };
}

function saveTask(core: Core, f: Format, base: number, length: number, s: TaskSwitch): void {
  const { state, memory } = core;
  const at = addressPlus(core, base, 0, f.ip);
  // Upper halves of the selectors' words keep what they hold.
  memory.readBytes(...at, bytes, length, true);
  const put = (offset: number, value: number): void => {
    if (f.size === 4) view.setInt32(offset - f.ip, value, true);
    else view.setUint16(offset - f.ip, value, true);
  };
  put(f.ip, s.returnLow);
  put(f.flags, s.cause === 'iret' ? s.flags & ~RFLAGS_NT : s.flags);
  for (let n = 0; n < 8; n++) put(f.registers + n * f.size, state.gprLow(n));
  f.order.forEach((index, n) => view.setUint16(f.segments - f.ip + n * f.step, state.selector(index), true));
  memory.writeBytes(...at, bytes, length, true);
}

function enterTask(core: Core, f: Format, t: Task, nests: boolean, s: TaskSwitch): void {
  const { state } = core;
  if (f.size === 4 && (state.cr(0) & CR0_PG) !== 0) {
    state.setHalves(CRS + 24, t.cr3, 0);
    core.flushContext(core.pcid);
  }
  const flags =
    ((t.flags & RFLAGS_IMPLEMENTED) | RFLAGS_FIXED | (nests ? RFLAGS_NT : 0)) & (f.size === 2 ? 0xffff : -1);
  state.setFlags(flags);
  for (let n = 0; n < 8; n++) {
    const high = f.size === 2 ? state.gprLow(n) & ~0xffff : 0;
    state.setGpr(n, t.registers[n]! | high, 0);
  }
  state.setRip(t.ip, 0);
  // Until they are loaded, segments cannot be used; their selectors are already the new task's.
  state.setSegment(SEGMENT_LDTR, t.ldt, 0, 0, 0, 0);
  for (let index = 0; index < 6; index++) state.setSegment(index, 0, 0, 0, 0, 0);
  f.order.forEach((index, n) => state.setSegment(index, t.selectors[n]!, 0, 0, 0, 0));
  const virtual = (flags & RFLAGS_VM) !== 0;
  const cs = t.selectors[1]!;
  state.cpl = virtual ? 3 : cs & 3;
  if (virtual) f.order.forEach((index, n) => loadVirtual8086Segment(state, index, t.selectors[n]!));
  core.contextChanged();

  loadTable(core, t.ldt, s.ext);
  state.i32[(DRS + 56) >> 2]! &= ~DR7_LOCAL;
  core.contextChanged();
  if (!virtual) {
    // The stack first: a fault in what follows needs it.
    loadTaskStack(core, t.selectors[2]!, s.ext);
    loadTaskCode(core, cs, s.ext);
    for (const index of [SEG_ES, SEG_DS, SEG_FS, SEG_GS]) loadTaskData(core, index, state.selector(index), s.ext);
    core.contextChanged();
  }
  if (t.ip >>> 0 > state.limit(SEG_CS)) core.raise(VECTOR_GP, s.ext);
  if (s.errorCode >= 0) {
    const stack = currentStack(core, true, s.ext);
    pushFrame(core, stack, f.size, [s.errorCode, 0]);
    setStackPointer(state, stack);
  }
  if (t.trap) {
    state.i32[(DRS + 48) >> 2]! |= DR6_BT;
    core.raise(VECTOR_DB);
  }
}

function loadTable(core: Core, selector: number, ext: number): void {
  if (isNull(selector)) return;
  const error = selectorError(selector) | ext;
  if ((selector & SELECTOR_TI) !== 0) core.raise(VECTOR_TS, error);
  const d = readDescriptor(core, selector, VECTOR_TS, ext);
  if (systemType(d) !== SYSTEM_LDT || !isPresent(d)) core.raise(VECTOR_TS, error);
  core.state.setSegment(SEGMENT_LDTR, selector, d.attributes, d.limit, d.baseLow, 0);
}

function loadTaskCode(core: Core, selector: number, ext: number): void {
  const error = selectorError(selector) | ext;
  if (isNull(selector)) core.raise(VECTOR_TS, error);
  const d = readDescriptor(core, selector, VECTOR_TS, ext);
  const rpl = selector & 3;
  const dpl = dplOf(d.attributes);
  if (!isCode(d) || (isConforming(d) ? dpl > rpl : dpl !== rpl)) core.raise(VECTOR_TS, error);
  if (!isPresent(d)) core.raise(VECTOR_NP, error);
  markAccessed(core, d);
  loadFromDescriptor(core.state, SEG_CS, selector, d);
}

function loadTaskStack(core: Core, selector: number, ext: number): void {
  const error = selectorError(selector) | ext;
  if (isNull(selector)) core.raise(VECTOR_TS, error);
  const d = readDescriptor(core, selector, VECTOR_TS, ext);
  const { cpl } = core.state;
  if (!isWritableData(d) || (selector & 3) !== cpl || dplOf(d.attributes) !== cpl) core.raise(VECTOR_TS, error);
  if (!isPresent(d)) core.raise(VECTOR_SS, error);
  markAccessed(core, d);
  loadFromDescriptor(core.state, SEG_SS, selector, d);
}

function loadTaskData(core: Core, index: number, selector: number, ext: number): void {
  if (isNull(selector)) return;
  const error = selectorError(selector) | ext;
  const d = readDescriptor(core, selector, VECTOR_TS, ext);
  const readable =
    (d.attributes & ATTR_S) !== 0 && ((d.attributes & ATTR_CODE) === 0 || (d.attributes & ATTR_READABLE) !== 0);
  const open = (isCode(d) && isConforming(d)) || dplOf(d.attributes) >= Math.max(selector & 3, core.state.cpl);
  if (!readable || !open) core.raise(VECTOR_TS, error);
  if ((d.attributes & ATTR_PRESENT) === 0) core.raise(VECTOR_NP, error);
  markAccessed(core, d);
  loadFromDescriptor(core.state, index, selector, d);
}
