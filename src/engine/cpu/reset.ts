/** What RESET and INIT leave in the processor's registers (§14.1.3, table 14-1). */
import { MSRS, VM_CR_LOCK, VM_CR_SVMDIS, type Msr } from '../arch/msr';
import { CR0_CD, CR0_NW, RDX, RESET_STATE, SEG_CS } from '../arch/registers';
import { MSR_SLOTS } from '../state/cpu-state';
import {
  CPL,
  CRS,
  DRS,
  GDTR,
  GIF,
  GUEST_MODE,
  HALTED,
  HELD_BREAKPOINTS,
  IDTR,
  INIT_PENDING,
  INTERRUPT_SHADOW,
  MONITOR_ARMED,
  NMI_BLOCKED,
  NMI_PENDING,
  RANDOM,
  REGS,
  RETIRED,
  SEGMENT_LDTR,
  SEGMENT_TR,
  WINDOW_END,
  XCR0,
  ZERO,
} from '../state/layout';
import type { Core } from './core';
import { refreshSegmentWindows } from './segment-load';
import { resetFloatState } from './x87-registers';

/** Between instructions: nothing waits, is blocked or held. */
const CLEARED_BY_INIT = [
  CPL,
  HELD_BREAKPOINTS,
  INTERRUPT_SHADOW,
  HALTED,
  NMI_BLOCKED,
  NMI_PENDING,
  INIT_PENDING,
  MONITOR_ARMED,
];
/** What INIT keeps of CR0. */
const CACHING = CR0_CD | CR0_NW;
/** Every machine begins with the same random numbers: a run can be repeated. */
const RANDOM_SEED = 0x5061_6369_6669_6361n;

export function resetProcessor(core: Core): void {
  const { state } = core;
  state.u8.fill(0, 0, WINDOW_END);
  state.setNumber(XCR0, RESET_STATE.xcr0);
  resetFloatState(state, RESET_STATE.fpuControl, RESET_STATE.fpuTag, RESET_STATE.mxcsr);
  for (const row of Object.values(MSRS) as Msr[]) {
    if ((MSR_SLOTS as readonly string[]).includes(row.name)) {
      state.setHalves(state.msrAt(row.name as (typeof MSR_SLOTS)[number]), row.resetLo | 0, row.resetHi | 0);
    }
  }
  state.setBig(RANDOM, RANDOM_SEED);
  begin(core, RESET_STATE.cr0 & CACHING);
}

/** INIT keeps floating-point state, XCR0, caching and MSRs but for EFER and VM_CR.SVMDIS; a guest is left without #VMEXIT. */
export function initProcessor(core: Core): void {
  const { state } = core;
  const vmCr = state.msrAt('VM_CR');
  if ((state.low(vmCr) & VM_CR_LOCK) === 0) state.setHalves(vmCr, state.low(vmCr) & ~VM_CR_SVMDIS, 0);
  state.efer = 0;
  state.u8.fill(0, REGS, ZERO);
  for (const at of CLEARED_BY_INIT) state.i32[at >> 2] = 0;
  // All of SVM but virtual time and random numbers.
  state.u8.fill(0, GUEST_MODE, RETIRED);
  state.u8.fill(0, RETIRED + 8, RANDOM);
  const caching = state.cr(0) & CACHING;
  state.u8.fill(0, CRS, XCR0);
  begin(core, caching);
  core.board.interrupts.initialise();
  core.flushAllAsids();
  core.contextChanged();
}

/** What both set; `caching`: CD and NW beside the other bits of CR0. */
function begin(core: Core, caching: number): void {
  const { state } = core;
  state.setCr(0, ((RESET_STATE.cr0 & ~CACHING) | caching) >>> 0);
  state.setHalves(DRS + 48, RESET_STATE.dr6 | 0, 0);
  state.setHalves(DRS + 56, RESET_STATE.dr7 | 0, 0);
  for (let segment = 0; segment < 6; segment++) {
    if (segment === SEG_CS) {
      const { csSelector, csAttrib, csLimit, csBase } = RESET_STATE;
      state.setSegment(segment, csSelector, csAttrib, csLimit, csBase | 0, 0);
    } else state.setSegment(segment, 0, RESET_STATE.dataAttrib, RESET_STATE.dataLimit, 0, 0);
  }
  state.setSegment(SEGMENT_LDTR, 0, RESET_STATE.ldtrAttrib, RESET_STATE.tableLimit, 0, 0);
  state.setSegment(SEGMENT_TR, 0, RESET_STATE.trAttrib, RESET_STATE.tableLimit, 0, 0);
  state.setTable(GDTR, RESET_STATE.tableLimit, 0, 0);
  state.setTable(IDTR, RESET_STATE.tableLimit, 0, 0);
  state.setFlags(RESET_STATE.rflags);
  // EDX: family, model and stepping.
  state.setGpr(RDX, core.profile.signature, 0);
  state.setRip(RESET_STATE.rip, 0);
  state.i32[GIF >> 2] = 1;
  refreshSegmentWindows(core);
}
