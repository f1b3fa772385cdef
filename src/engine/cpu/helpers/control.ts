/** MOV CR, MOV DR, LMSW, SMSW, CLTS, INVLPG, cache control, HLT, PAUSE. */
import { EXIT_CODES } from '../../arch/exit-codes';
import { VECTOR_DB, VECTOR_GP, VECTOR_UD } from '../../arch/exceptions';
import {
  CR0_CD,
  CR0_ET,
  CR0_LMSW_MASK,
  CR0_NW,
  CR0_PE,
  CR0_PG,
  CR0_TS,
  CR0_WP,
  CR3_NO_FLUSH_HI,
  CR3_PCID_MASK,
  CR4_DE,
  CR4_PAE,
  CR4_PCIDE,
  CR4_PGE,
  CR4_PSE,
  CR4_SMAP,
  CR4_SMEP,
  EFER_LMA,
  EFER_LME,
  SEG_CS,
} from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import { ATTR_LONG } from '../../state/cpu-state';
import { CRS, DRS, HALTED } from '../../state/layout';
import { SVM_DECODE_ASSISTS } from '../../state/limits';
import {
  cr0SelectiveIntercepted,
  crExitCode,
  crInfo1,
  crInfo1High,
  crReadIntercepted,
  crWriteIntercepted,
  drExitCode,
  drReadIntercepted,
  drWriteIntercepted,
  interceptsNamed,
  pauseIntercepted,
} from '../../svm/intercept';
import { JUMPED, NEXT, type Core, type Helper, type HelperTable } from '../core';
import { effectiveOffset, linearAddress, readOperand, writeOperand, writeRegister } from '../operands';
import { refreshSegmentWindows } from '../segment-load';
import { checkUmip } from './tables';

function register(i: Instruction, n: number): number {
  const o = i.operands[n]!;
  if (!('register' in o)) throw new Error(`control: ${i.row.mnemonic} operand ${n} is no register`);
  return o.register;
}

function checkPrivilege(core: Core): void {
  if (core.state.cpl !== 0) core.raise(VECTOR_GP, 0);
}

/** CR0, CR2, CR3, CR4 and CR8 exist; the others are #UD. CR8 only in 64-bit mode can be encoded. */
function checkExists(core: Core, cr: number): void {
  if (cr !== 0 && cr !== 2 && cr !== 3 && cr !== 4 && cr !== 8) core.raise(VECTOR_UD);
}

const movFromCr: Helper = (core, i) => {
  const { state } = core;
  const cr = register(i, 1);
  const gpr = register(i, 0);
  checkExists(core, cr);
  checkPrivilege(core);
  if (core.inGuest && crReadIntercepted(state, cr)) {
    core.interceptInstruction(crExitCode(cr, false), i, crInfo1(core.limits, gpr), crInfo1High(core.limits, true));
    return JUMPED;
  }
  const low = cr === 8 ? core.taskPriority : state.low(CRS + cr * 8);
  writeRegister(core, gpr, core.is64Bit ? 8 : 4, low, state.high(CRS + cr * 8));
  return NEXT;
};

const movToCr: Helper = (core, i) => {
  const { state, limits } = core;
  const cr = register(i, 0);
  const gpr = register(i, 1);
  checkExists(core, cr);
  checkPrivilege(core);
  const { low, high } = readOperand(core, i, 1);
  // Values that raise #GP do so before the intercept is tested. §15.9
  switch (cr) {
    case 0:
      checkCr0(core, low, high);
      break;
    case 3:
      checkCr3(core, high);
      break;
    case 4:
      checkCr4(core, low, high);
      break;
    case 8:
      if ((low & ~0xf) !== 0 || high !== 0) core.raise(VECTOR_GP, 0);
      break;
    default:
      break;
  }
  if (core.inGuest) {
    if (crWriteIntercepted(state, cr)) {
      core.interceptInstruction(crExitCode(cr, true), i, crInfo1(limits, gpr), crInfo1High(limits, true));
      return JUMPED;
    }
    if (cr === 0 && cr0SelectiveIntercepted(state, state.low(CRS), low, false)) {
      core.interceptInstruction(
        EXIT_CODES.VMEXIT_CR0_SEL_WRITE.code,
        i,
        crInfo1(limits, gpr),
        crInfo1High(limits, true),
      );
      return JUMPED;
    }
  }
  switch (cr) {
    case 0:
      setCr0(core, low);
      break;
    case 3:
      setCr3(core, low, high);
      break;
    case 4:
      setCr4(core, low);
      break;
    case 8:
      core.setTaskPriority(low & 0xf);
      break;
    default:
      state.setHalves(CRS + cr * 8, low, high);
  }
  return NEXT;
};

function checkCr0(core: Core, low: number, high: number): void {
  const { state } = core;
  const bad =
    high !== 0 ||
    ((low & CR0_PG) !== 0 && (low & CR0_PE) === 0) ||
    ((low & CR0_NW) !== 0 && (low & CR0_CD) === 0) ||
    // Leaving paging from 64-bit mode, or entering long mode without PAE or with CS.L set. §14.6
    ((low & CR0_PG) === 0 && (core.is64Bit || (state.cr(4) & CR4_PCIDE) !== 0)) ||
    ((low & CR0_PG) !== 0 &&
      (state.cr(0) & CR0_PG) === 0 &&
      (state.efer & EFER_LME) !== 0 &&
      ((state.cr(4) & CR4_PAE) === 0 || (state.attributes(SEG_CS) & ATTR_LONG) !== 0));
  if (bad) core.raise(VECTOR_GP, 0);
}

/** Writes CR0 with its consequences: long mode on and off, the TLB. Reserved low bits are ignored, ET stays 1. */
export function setCr0(core: Core, low: number): void {
  const { state, limits } = core;
  const old = state.cr(0);
  const value = ((low & limits.cr0Valid) | CR0_ET) >>> 0;
  state.setCr(0, value);
  if (((value ^ old) & CR0_PE) !== 0) refreshSegmentWindows(core);
  if (((value ^ old) & CR0_PG) !== 0) {
    const long = (value & CR0_PG) !== 0 && (state.efer & EFER_LME) !== 0;
    state.efer = (long ? state.efer | EFER_LMA : state.efer & ~EFER_LMA) >>> 0;
  }
  if (((value ^ old) & (CR0_PG | CR0_WP | CR0_PE)) !== 0) core.flushTlb(false);
  else core.contextChanged();
}

/** Address bits beyond the physical width are reserved in long mode; without it only the low half is written. */
function checkCr3(core: Core, high: number): void {
  const address = (core.state.cr(4) & CR4_PCIDE) !== 0 ? high & ~CR3_NO_FLUSH_HI : high;
  if (address >>> 0 >= 2 ** (core.limits.physicalBits - 32)) core.raise(VECTOR_GP, 0);
}

/** Bit 63 under CR4.PCIDE keeps what the new context has cached. §5.5.1 */
function setCr3(core: Core, low: number, high: number): void {
  const keep = (high & CR3_NO_FLUSH_HI) !== 0;
  core.state.setHalves(CRS + 24, low, high & ~CR3_NO_FLUSH_HI);
  if (keep) core.contextChanged();
  else core.flushContext(core.pcid);
}

function checkCr4(core: Core, low: number, high: number): void {
  const { limits } = core;
  if (high !== 0 || (low & ~limits.cr4Valid) !== 0) core.raise(VECTOR_GP, 0);
  if (core.isLongMode && (low & CR4_PAE) === 0) core.raise(VECTOR_GP, 0);
  // Contexts begin in long mode, with context 0.
  const begins = (low & CR4_PCIDE) !== 0 && (core.state.cr(4) & CR4_PCIDE) === 0;
  if (begins && (!core.isLongMode || (core.state.low(CRS + 24) & CR3_PCID_MASK) !== 0)) core.raise(VECTOR_GP, 0);
}

/** A change of these drops every translation. */
const CR4_OF_TRANSLATION = CR4_PGE | CR4_PAE | CR4_PSE | CR4_SMEP | CR4_SMAP | CR4_PCIDE;

function setCr4(core: Core, low: number): void {
  const { state } = core;
  const old = state.cr(4);
  state.setCr(4, low >>> 0);
  if (((low ^ old) & CR4_OF_TRANSLATION) !== 0) core.flushTlb(false);
  else core.contextChanged();
}

const lmsw: Helper = (core, i) => {
  const { state, limits } = core;
  checkPrivilege(core);
  if (core.inGuest && crWriteIntercepted(state, 0)) {
    core.interceptInstruction(crExitCode(0, true), i, 0, crInfo1High(limits, false));
    return JUMPED;
  }
  const value = readOperand(core, i, 0).low & CR0_LMSW_MASK;
  // PE can be set, not cleared.
  const low = (state.low(CRS) & ~(CR0_LMSW_MASK & ~CR0_PE)) | value;
  if (core.inGuest && cr0SelectiveIntercepted(state, state.low(CRS), low, true)) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_CR0_SEL_WRITE.code, i);
    return JUMPED;
  }
  setCr0(core, low);
  return NEXT;
};

const smsw: Helper = (core, i) => {
  const { state } = core;
  checkUmip(core);
  if (core.inGuest && crReadIntercepted(state, 0)) {
    core.interceptInstruction(crExitCode(0, false), i, 0, crInfo1High(core.limits, false));
    return JUMPED;
  }
  writeOperand(core, i, 0, state.low(CRS), 0);
  return NEXT;
};

const clts: Helper = (core, i) => {
  const { state } = core;
  checkPrivilege(core);
  if (core.inGuest && crWriteIntercepted(state, 0)) {
    core.interceptInstruction(crExitCode(0, true), i, 0, crInfo1High(core.limits, false));
    return JUMPED;
  }
  state.setCr(0, (state.cr(0) & ~CR0_TS) >>> 0);
  core.contextChanged();
  return NEXT;
};

const DR6_FIXED = 0xffff0ff0 | 0;
const DR6_WRITABLE = 0xe00f;
const DR7_FIXED = 0x400;
const DR7_RESERVED = 0xd000;
const DR7_GD = 1 << 13;

/** DR4 and DR5 stand for DR6 and DR7 unless CR4.DE. Returns the register meant. */
function debugRegister(core: Core, n: number): number {
  if (n > 7) core.raise(VECTOR_UD);
  if (n === 4 || n === 5) {
    if ((core.state.cr(4) & CR4_DE) !== 0) core.raise(VECTOR_UD);
    return n + 2;
  }
  return n;
}

function checkGeneralDetect(core: Core): void {
  const { state } = core;
  if ((state.dr(7) & DR7_GD) === 0) return;
  state.i32[(DRS + 48) >> 2]! |= 1 << 13;
  state.i32[(DRS + 56) >> 2]! &= ~DR7_GD;
  core.raise(VECTOR_DB);
}

const movFromDr: Helper = (core, i) => {
  const { state } = core;
  const encoded = register(i, 1);
  const dr = debugRegister(core, encoded);
  checkPrivilege(core);
  if (core.inGuest && drReadIntercepted(state, encoded)) {
    core.interceptInstruction(drExitCode(encoded, false), i, crInfo1(core.limits, register(i, 0)));
    return JUMPED;
  }
  checkGeneralDetect(core);
  writeRegister(core, register(i, 0), core.is64Bit ? 8 : 4, state.low(DRS + dr * 8), state.high(DRS + dr * 8));
  return NEXT;
};

const movToDr: Helper = (core, i) => {
  const { state } = core;
  const encoded = register(i, 0);
  const dr = debugRegister(core, encoded);
  checkPrivilege(core);
  const { low, high } = readOperand(core, i, 1);
  if (dr >= 6 && high !== 0) core.raise(VECTOR_GP, 0);
  if (core.inGuest && drWriteIntercepted(state, encoded)) {
    core.interceptInstruction(drExitCode(encoded, true), i, crInfo1(core.limits, register(i, 1)));
    return JUMPED;
  }
  checkGeneralDetect(core);
  if (dr === 6) state.setHalves(DRS + 48, (low & DR6_WRITABLE) | DR6_FIXED, 0);
  else if (dr === 7) state.setHalves(DRS + 56, (low & ~DR7_RESERVED) | DR7_FIXED, 0);
  else state.setHalves(DRS + dr * 8, low, high);
  core.contextChanged();
  return NEXT;
};

const invlpg: Helper = (core, i) => {
  checkPrivilege(core);
  const m = i.operands[0]!;
  if (m.kind !== 'memory') throw new Error('INVLPG without memory');
  const offset = effectiveOffset(core, i, m);
  const linear = core.is64Bit
    ? linearAddress(core, m.segment, offset, 1, false)
    : { low: (offset.low + core.state.baseLow(m.segment)) | 0, high: 0 };
  if (core.inGuest && interceptsNamed(core.state, 'INVLPG')) {
    const assist = core.limits.svm & SVM_DECODE_ASSISTS;
    core.interceptInstruction(EXIT_CODES.VMEXIT_INVLPG.code, i, assist ? linear.low : 0, assist ? linear.high : 0);
    return JUMPED;
  }
  core.invalidatePage(linear.low, linear.high);
  return NEXT;
};

const privilegedNop: Helper = (core, i) => {
  checkPrivilege(core);
  const { intercept } = i.row;
  if (core.inGuest && intercept && interceptsNamed(core.state, intercept)) {
    core.interceptInstruction(intercept === 'INVD' ? EXIT_CODES.VMEXIT_INVD.code : EXIT_CODES.VMEXIT_WBINVD.code, i);
    return JUMPED;
  }
  return NEXT;
};

const hlt: Helper = (core, i) => {
  checkPrivilege(core);
  if (core.inGuest && interceptsNamed(core.state, 'HLT')) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_HLT.code, i);
    return JUMPED;
  }
  core.state.i32[HALTED >> 2] = 1;
  return NEXT;
};

const pause: Helper = (core, i) => {
  if (core.inGuest && pauseIntercepted(core.state, core.limits, core.retired)) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_PAUSE.code, i);
    return JUMPED;
  }
  return NEXT;
};

const undefinedOpcode: Helper = (core) => core.raise(VECTOR_UD);

export const CONTROL_HELPERS = {
  'mov-from-cr': movFromCr,
  'mov-to-cr': movToCr,
  'mov-from-dr': movFromDr,
  'mov-to-dr': movToDr,
  lmsw,
  smsw,
  clts,
  invlpg,
  invd: privilegedNop,
  wbinvd: privilegedNop,
  hlt,
  pause,
  undefined: undefinedOpcode,
} satisfies HelperTable;
