/** SYSCALL, SYSRET, SYSENTER, SYSEXIT (§6.1): fixed segments, no descriptor is read. */
import { VECTOR_GP, VECTOR_UD } from '../arch/exceptions';
import {
  CR0_PE,
  EFER_SCE,
  RCX,
  RDX,
  RFLAGS_FIXED,
  RFLAGS_IF,
  RFLAGS_IMPLEMENTED,
  RFLAGS_RF,
  RFLAGS_VM,
  R11,
  RSP,
  SEG_CS,
  SEG_SS,
} from '../arch/registers';
import {
  ATTR_ACCESSED,
  ATTR_BIG,
  ATTR_CODE,
  ATTR_DPL_SHIFT,
  ATTR_GRANULARITY,
  ATTR_LONG,
  ATTR_PRESENT,
  ATTR_READABLE,
  ATTR_S,
  ATTR_WRITABLE,
} from '../state/cpu-state';
import type { Core } from './core';
import { isProtected } from './helpers/flags';

const LIMIT = 0xffffffff;
const USER = 3 << ATTR_DPL_SHIFT;
const COMMON = ATTR_PRESENT | ATTR_S | ATTR_ACCESSED | ATTR_GRANULARITY;
const CODE32 = COMMON | ATTR_CODE | ATTR_READABLE | ATTR_BIG;
const CODE64 = COMMON | ATTR_CODE | ATTR_READABLE | ATTR_LONG;
const STACK = COMMON | ATTR_WRITABLE | ATTR_BIG;

/** `nextLow:nextHigh` is the instruction behind. §6.1.1 */
export function syscall(core: Core, nextLow: number, nextHigh: number): void {
  const { state } = core;
  if ((state.efer & EFER_SCE) === 0) core.raise(VECTOR_UD);
  const star = state.msrAt('STAR');
  const selector = state.high(star) & 0xffff;
  if (core.isLongMode) {
    const flags = core.rflags();
    const target = state.msrAt(core.is64Bit ? 'LSTAR' : 'CSTAR');
    state.setGpr(RCX, nextLow, nextHigh);
    state.setGpr(R11, flags & ~RFLAGS_RF, 0);
    state.setSegment(SEG_CS, selector & 0xfffc, CODE64, LIMIT, 0, 0);
    state.setRip(state.low(target), state.high(target));
    core.setRflags((flags & ~state.low(state.msrAt('SFMASK')) & ~RFLAGS_RF) | RFLAGS_FIXED);
  } else {
    state.setGpr(RCX, nextLow, 0);
    state.setSegment(SEG_CS, selector & 0xfffc, CODE32, LIMIT, 0, 0);
    state.setRip(state.low(star), 0);
    state.systemFlags &= ~(RFLAGS_VM | RFLAGS_IF | RFLAGS_RF);
  }
  state.setSegment(SEG_SS, ((selector & 0xfffc) + 8) & 0xffff, STACK, LIMIT, 0, 0);
  state.cpl = 0;
  core.contextChanged();
}

/** SYSRET: SS gets a selector, its hidden part stays as it is. §6.1.1 */
export function sysret(core: Core, operandSize: number): void {
  const { state } = core;
  if ((state.efer & EFER_SCE) === 0) core.raise(VECTOR_UD);
  if (!isProtected(core) || state.cpl !== 0) core.raise(VECTOR_GP, 0);
  const base = (state.high(state.msrAt('STAR')) >>> 16) & 0xffff;
  const low = state.gprLow(RCX);
  const high = state.gprHigh(RCX);
  if (core.is64Bit) {
    const flags = (state.gprLow(R11) & RFLAGS_IMPLEMENTED & ~(RFLAGS_RF | RFLAGS_VM)) | RFLAGS_FIXED;
    if (operandSize === 8) {
      state.setSegment(SEG_CS, ((base + 16) | 3) & 0xffff, CODE64 | USER, LIMIT, 0, 0);
      state.setRip(low, high);
    } else {
      state.setSegment(SEG_CS, base | 3, CODE32 | USER, LIMIT, 0, 0);
      state.setRip(low, 0);
    }
    core.setRflags(flags);
  } else {
    state.setSegment(SEG_CS, base | 3, CODE32 | USER, LIMIT, 0, 0);
    state.setRip(low, 0);
    state.systemFlags |= RFLAGS_IF;
  }
  const ss = SEG_SS;
  state.setSegment(
    ss,
    (base + 8) & 0xffff,
    state.attributes(ss),
    state.limit(ss),
    state.baseLow(ss),
    state.baseHigh(ss),
  );
  state.cpl = 3;
  core.contextChanged();
}

/** SYSENTER, legacy modes only. §6.1.2 */
export function sysenter(core: Core): void {
  const { state } = core;
  if (core.isLongMode) core.raise(VECTOR_UD);
  const selector = state.low(state.msrAt('SYSENTER_CS')) & 0xfffc;
  if ((state.cr(0) & CR0_PE) === 0 || selector === 0) core.raise(VECTOR_GP, 0);
  state.systemFlags &= ~(RFLAGS_VM | RFLAGS_IF | RFLAGS_RF);
  state.setSegment(SEG_CS, selector, CODE32, LIMIT, 0, 0);
  state.setSegment(SEG_SS, (selector + 8) & 0xffff, STACK, LIMIT, 0, 0);
  state.setRip(state.low(state.msrAt('SYSENTER_EIP')), 0);
  state.setGpr(RSP, state.low(state.msrAt('SYSENTER_ESP')), 0);
  state.cpl = 0;
  core.contextChanged();
}

/** SYSEXIT, legacy modes only; but above CPL 0 long mode, too, answers with #GP. §6.1.2 */
export function sysexit(core: Core): void {
  const { state } = core;
  if (!isProtected(core) || state.cpl !== 0) core.raise(VECTOR_GP, 0);
  if (core.isLongMode) core.raise(VECTOR_UD);
  const selector = state.low(state.msrAt('SYSENTER_CS')) & 0xfffc;
  if (selector === 0) core.raise(VECTOR_GP, 0);
  state.setSegment(SEG_CS, ((selector + 16) & 0xffff) | 3, CODE32 | USER, LIMIT, 0, 0);
  state.setSegment(SEG_SS, ((selector + 24) & 0xffff) | 3, STACK | USER, LIMIT, 0, 0);
  state.setRip(state.gprLow(RDX), 0);
  state.setGpr(RSP, state.gprLow(RCX), 0);
  state.cpl = 3;
  core.contextChanged();
}
