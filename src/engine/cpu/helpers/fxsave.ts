/** FXSAVE and FXRSTOR: x87, MMX and SSE state in 512 bytes (volume 2, §11.4.4). */
import { VECTOR_GP, VECTOR_SS } from '../../arch/exceptions';
import { CR4_OSFXSR, EFER_FFXSR, SEG_SS } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import { FCS, FCW, FDP, FDS, FIP, FOP, FTW, MXCSR, XMM } from '../../state/layout';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { isCanonical } from '../memory-access';
import { effectiveOffset, linearAddress } from '../operands';
import {
  isErrorPending,
  physicalRegister,
  setControlWord,
  setPhysicalRegister,
  setStatusWord,
  statusWord,
  top,
} from '../x87-registers';
import { memoryOperand, readOperandAt, touchEnds, writeOperandAt } from '../x87-unit';
import { mxcsrMask } from './x87-control';

/** Bytes of the area; the last 96 are left to software. */
export const FXSAVE_SIZE = 512;
const FXSAVE_WRITTEN = 416;
const MXCSR_AT = 24;
const REGISTERS_AT = 32;
const XMM_AT = 160;

export const xmmCount = (core: Core): number => (core.is64Bit ? 16 : 8);

/** The x87 part: words, pointers, ST(0) to ST(7). Pointers are kept in the image only for an error that is pending. */
export function storeX87(core: Core, i: Instruction, image: DataView): void {
  const { state } = core;
  image.setUint16(0, state.u16[FCW >> 1]!, true);
  image.setUint16(2, statusWord(state), true);
  image.setUint8(4, state.u16[FTW >> 1]!);
  image.setUint8(5, 0);
  const pending = isErrorPending(state);
  image.setUint16(6, pending ? state.u16[FOP >> 1]! : 0, true);
  image.setBigUint64(8, pending ? state.big(FIP) : 0n, true);
  image.setBigUint64(16, pending ? state.big(FDP) : 0n, true);
  if (i.operandSize !== 8) {
    image.setUint16(12, pending ? state.u16[FCS >> 1]! : 0, true);
    image.setUint16(14, 0, true);
    image.setUint16(20, pending ? state.u16[FDS >> 1]! : 0, true);
    image.setUint16(22, 0, true);
  }
  for (let n = 0; n < 8; n++) {
    const bits = physicalRegister(state, (top(state) + n) & 7);
    image.setBigUint64(REGISTERS_AT + 16 * n, BigInt.asUintN(64, bits), true);
    image.setBigUint64(REGISTERS_AT + 16 * n + 8, bits >> 64n, true);
  }
}

/** Bits 63:48 of an instruction or data pointer are copies of bit 47. */
const canonical = (pointer: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(48, pointer));

export function loadX87(core: Core, i: Instruction, image: DataView): void {
  const { state } = core;
  setControlWord(state, image.getUint16(0, true));
  setStatusWord(state, image.getUint16(2, true));
  state.u16[FTW >> 1] = image.getUint8(4);
  // Older processors take the pointers only for an error that is pending.
  if (core.profile.features.has('RSTR_FP_ERR_PTRS') || isErrorPending(state)) {
    state.u16[FOP >> 1] = image.getUint16(6, true) & 0x7ff;
    if (i.operandSize === 8) {
      state.setBig(FIP, canonical(image.getBigUint64(8, true)));
      state.setBig(FDP, canonical(image.getBigUint64(16, true)));
      state.u16[FCS >> 1] = 0;
      state.u16[FDS >> 1] = 0;
    } else {
      state.setBig(FIP, BigInt(image.getUint32(8, true)));
      state.setBig(FDP, BigInt(image.getUint32(16, true)));
      state.u16[FCS >> 1] = image.getUint16(12, true);
      state.u16[FDS >> 1] = image.getUint16(20, true);
    }
  }
  for (let n = 0; n < 8; n++) {
    const bits =
      (BigInt(image.getUint16(REGISTERS_AT + 16 * n + 8, true)) << 64n) |
      image.getBigUint64(REGISTERS_AT + 16 * n, true);
    setPhysicalRegister(state, (top(state) + n) & 7, bits);
  }
}

export function storeMxcsr(core: Core, image: DataView): void {
  image.setUint32(MXCSR_AT, core.state.u32[MXCSR >> 2]!, true);
  image.setUint32(MXCSR_AT + 4, mxcsrMask(core), true);
}

/** #GP(0) for reserved bits: before anything is loaded. */
export function checkMxcsr(core: Core, image: DataView): void {
  if (image.getUint32(MXCSR_AT, true) & ~mxcsrMask(core)) core.raise(VECTOR_GP, 0);
}
export function loadMxcsr(core: Core, image: DataView): void {
  core.state.u32[MXCSR >> 2] = image.getUint32(MXCSR_AT, true);
}

export function storeXmm(core: Core, image: Uint8Array): void {
  image.set(core.state.u8.subarray(XMM, XMM + 16 * xmmCount(core)), XMM_AT);
}
export function loadXmm(core: Core, image: Uint8Array): void {
  core.state.u8.set(image.subarray(XMM_AT, XMM_AT + 16 * xmmCount(core)), XMM);
}

/** What is asked for at the operand's start before its alignment is: that so many bytes do not go over the end of all addresses. */
const FIRST = 4;

/**
 * The operand must lie on a multiple of `alignment`: #GP(0), before a segment's limit is asked, after canonical form and the end of
 * the offsets of a segment.
 */
export function checkAlignment(core: Core, i: Instruction, alignment: number): void {
  const o = memoryOperand(i)!;
  const offset = effectiveOffset(core, i, o);
  const a = core.is64Bit ? linearAddress(core, o.segment, offset, 1, false) : offset;
  const isOver = (a.low >>> 0) + FIRST > 0x1_0000_0000;
  const wrong = core.is64Bit ? !isCanonical(a.high) || (isOver && !isCanonical(a.high + 1)) : isOver;
  if (wrong) core.raise(o.segment === SEG_SS ? VECTOR_SS : VECTOR_GP, 0);
  const low = core.is64Bit ? a.low : a.low + core.state.baseLow(o.segment);
  if (low & (alignment - 1)) core.raise(VECTOR_GP, 0);
}

/** MXCSR goes with CR4.OSFXSR; XMM registers too, but for fast FXSAVE: EFER.FFXSR at CPL 0 in 64-bit mode. */
const savesMxcsr = (core: Core): boolean => (core.state.cr(4) & CR4_OSFXSR) !== 0;
const savesXmm = (core: Core): boolean =>
  savesMxcsr(core) && !(core.is64Bit && core.state.cpl === 0 && (core.state.efer & EFER_FFXSR) !== 0);

const bytes = new Uint8Array(FXSAVE_SIZE);
const view = new DataView(bytes.buffer);

const fxsave: Helper = (core, i) => {
  checkAlignment(core, i, 16);
  touchEnds(core, i, FXSAVE_SIZE, 0, true);
  // What is not written stays as it was.
  const [mxcsr, xmm] = [savesMxcsr(core), savesXmm(core)];
  const written = xmm ? XMM_AT + 16 * xmmCount(core) : XMM_AT;
  if (!mxcsr) readOperandAt(core, i, bytes, 0, FXSAVE_WRITTEN);
  storeX87(core, i, view);
  if (mxcsr) storeMxcsr(core, view);
  if (xmm) storeXmm(core, bytes);
  writeOperandAt(core, i, bytes, 0, written);
  return NEXT;
};

const fxrstor: Helper = (core, i) => {
  checkAlignment(core, i, 16);
  touchEnds(core, i, FXSAVE_SIZE, 0, false);
  readOperandAt(core, i, bytes, 0, FXSAVE_SIZE);
  if (savesMxcsr(core)) {
    checkMxcsr(core, view);
    loadMxcsr(core, view);
  }
  loadX87(core, i, view);
  if (savesXmm(core)) loadXmm(core, bytes);
  return NEXT;
};

export const FXSAVE_HELPERS = { fxsave, fxrstor } satisfies HelperTable;
