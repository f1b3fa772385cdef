/**
 * XSAVE, XSAVEOPT, XSAVEC, XRSTOR: the x87 and SSE components of processor state, standard and compacted (volume 2, §11.5; volume 4).
 * Components in their initial configuration are not in use: what is in the registers decides, nothing is remembered. XSAVEOPT writes
 * components that are in use whether they were modified or not, as it may. Which bytes each form writes is as a Zen 4 does it.
 */
import { VECTOR_GP } from '../../arch/exceptions';
import { RAX, XCR0_SSE, XCR0_X87 } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import type { CpuState } from '../../state/cpu-state';
import { FDP, FIP, FOP, FTW, MXCSR, X87, XCR0, XMM } from '../../state/layout';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { controlWord, FCW_INIT, initialize, MXCSR_INIT, statusWord } from '../x87-registers';
import { readOperandAt, touchEnds, writeOperandAt } from '../x87-unit';
import {
  checkAlignment,
  checkMxcsr,
  loadMxcsr,
  loadX87,
  loadXmm,
  storeMxcsr,
  storeX87,
  storeXmm,
  xmmCount,
} from './fxsave';

/** Legacy area, then the header. §11.5.2 */
const HEADER_AT = 512;
const AREA = 576;
const BV_AT = HEADER_AT;
const COMPACTED_AT = HEADER_AT + 8;
const RESERVED_AT = HEADER_AT + 16;
/** In the standard format only this much of the header's reserved part is looked at. */
const STANDARD_RESERVED = 8;
const COMPACTED_RESERVED = AREA - RESERVED_AT;
/** Bit 63 of XCOMP_BV, as bit 31 of its upper half. */
const COMPACTED = 0x8000_0000;
const ALIGNMENT = 64;
/** In the legacy area: words and pointers of x87, MXCSR and its mask, eight registers of 16 bytes, XMM. §11.4.4 */
const MXCSR_AT = 24;
const MXCSR_SIZE = 8;
const REGISTERS_AT = 32;
const XMM_AT = 160;

const bytes = new Uint8Array(AREA);
const view = new DataView(bytes.buffer);

const isZero = (of: Uint8Array): boolean => of.every((byte) => byte === 0);

function x87InUse(state: CpuState): boolean {
  const initial =
    controlWord(state) === FCW_INIT &&
    statusWord(state) === 0 &&
    state.u16[FTW >> 1] === 0 &&
    state.u16[FOP >> 1] === 0 &&
    state.big(FIP) === 0n &&
    state.big(FDP) === 0n &&
    isZero(state.u8.subarray(X87, X87 + 128));
  return !initial;
}

const xmmInUse = (state: CpuState): boolean => !isZero(state.u8.subarray(XMM, XMM + 256));
const mxcsrInUse = (state: CpuState): boolean => state.u32[MXCSR >> 2] !== MXCSR_INIT;

/** Components not in their initial configuration. For XSAVE and XSAVEOPT MXCSR does not count: they write it anyway. */
const used = (state: CpuState, withMxcsr: boolean): number =>
  (x87InUse(state) ? XCR0_X87 : 0) | (xmmInUse(state) || (withMxcsr && mxcsrInUse(state)) ? XCR0_SSE : 0);

/** What XGETBV tells of ECX = 1. */
export const componentsInUse = (state: CpuState): number => state.low(XCR0) & used(state, true);

/** The components EDX:EAX asks for that XCR0 has; there are none in the upper half. */
const requested = ({ state }: Core): number => state.low(XCR0) & state.gprLow(RAX);

function begin(core: Core, i: Instruction, write: boolean): void {
  checkAlignment(core, i, ALIGNMENT);
  touchEnds(core, i, AREA, 1, write);
}

function saveX87(core: Core, i: Instruction): void {
  storeX87(core, i, view);
  writeOperandAt(core, i, bytes, 0, MXCSR_AT);
  writeOperandAt(core, i, bytes, REGISTERS_AT, XMM_AT - REGISTERS_AT);
}

function saveMxcsr(core: Core, i: Instruction): void {
  storeMxcsr(core, view);
  writeOperandAt(core, i, bytes, MXCSR_AT, MXCSR_SIZE);
}

function saveXmm(core: Core, i: Instruction): void {
  storeXmm(core, bytes);
  writeOperandAt(core, i, bytes, XMM_AT, 16 * xmmCount(core));
}

/** XSTATE_BV keeps the bits of components not asked for; the rest of the header is left as it was. */
const saveStandard =
  (all: boolean): Helper =>
  (core, i) => {
    begin(core, i, true);
    const mask = requested(core);
    const inUse = used(core.state, false) & mask;
    const saved = all ? mask : inUse;
    readOperandAt(core, i, bytes, BV_AT, 8);
    if (saved & XCR0_X87) saveX87(core, i);
    if (mask & XCR0_SSE) saveMxcsr(core, i);
    if (saved & XCR0_SSE) saveXmm(core, i);
    view.setUint32(BV_AT, (view.getUint32(BV_AT, true) & ~mask) | inUse, true);
    writeOperandAt(core, i, bytes, BV_AT, 8);
    return NEXT;
  };

const xsavec: Helper = (core, i) => {
  begin(core, i, true);
  const mask = requested(core);
  const saved = used(core.state, true) & mask;
  if (saved & XCR0_X87) saveX87(core, i);
  if (saved & XCR0_SSE) {
    saveMxcsr(core, i);
    saveXmm(core, i);
  }
  view.setBigUint64(BV_AT, BigInt(saved), true);
  view.setUint32(COMPACTED_AT, mask, true);
  view.setUint32(COMPACTED_AT + 4, COMPACTED, true);
  writeOperandAt(core, i, bytes, BV_AT, RESERVED_AT - BV_AT);
  return NEXT;
};

/** #GP(0) for a header that is not one. True: the area is compacted. */
function checkHeader(core: Core): boolean {
  const allowed = core.state.low(XCR0);
  const [held, heldHigh] = [view.getUint32(BV_AT, true), view.getUint32(BV_AT + 4, true)];
  const [format, formatHigh] = [view.getUint32(COMPACTED_AT, true), view.getUint32(COMPACTED_AT + 4, true)];
  const compacted = core.profile.features.has('XSAVEC') && formatHigh === COMPACTED;
  const reserved = compacted ? COMPACTED_RESERVED : STANDARD_RESERVED;
  const wrong =
    heldHigh !== 0 ||
    (held & ~allowed) !== 0 ||
    (compacted ? (format & ~allowed) !== 0 || (held & ~format) !== 0 : format !== 0 || formatHigh !== 0) ||
    !isZero(bytes.subarray(RESERVED_AT, RESERVED_AT + reserved));
  if (wrong) core.raise(VECTOR_GP, 0);
  return compacted;
}

/** Components not in XSTATE_BV become as they are initially; MXCSR of the standard format is loaded all the same. */
const xrstor: Helper = (core, i) => {
  const { state } = core;
  begin(core, i, false);
  readOperandAt(core, i, bytes, 0, AREA);
  const compacted = checkHeader(core);
  const mask = requested(core);
  const held = view.getUint32(BV_AT, true) & mask;
  if (mask & XCR0_SSE) {
    const loads = !compacted || (held & XCR0_SSE) !== 0;
    if (loads) {
      checkMxcsr(core, view);
      loadMxcsr(core, view);
    } else state.u32[MXCSR >> 2] = MXCSR_INIT;
    if (held & XCR0_SSE) loadXmm(core, bytes);
    else state.u8.fill(0, XMM, XMM + 16 * xmmCount(core));
  }
  if (held & XCR0_X87) loadX87(core, i, view);
  else if (mask & XCR0_X87) {
    initialize(state);
    state.u8.fill(0, X87, X87 + 128);
  }
  return NEXT;
};

export const XSAVE_HELPERS = {
  xsave: saveStandard(true),
  xsaveopt: saveStandard(false),
  xsavec,
  xrstor,
} satisfies HelperTable;
