/** CLI, STI, CLAC, STAC, PUSHF, POPF. */
import { VECTOR_GP, VECTOR_UD } from '../../arch/exceptions';
import {
  CR0_PE,
  RFLAGS_AC,
  RFLAGS_CF,
  RFLAGS_DF,
  RFLAGS_ID,
  RFLAGS_IF,
  RFLAGS_IOPL,
  RFLAGS_IOPL_SHIFT,
  RFLAGS_NT,
  RFLAGS_RF,
  RFLAGS_STATUS,
  RFLAGS_TF,
  RFLAGS_VM,
  RSP,
  SEG_SS,
} from '../../arch/registers';
import { INTERRUPT_SHADOW, STACK_MASK } from '../../state/layout';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { linearAddress, type Linear } from '../operands';

export function ioPrivilege(core: Core): number {
  return (core.state.systemFlags & RFLAGS_IOPL) >>> RFLAGS_IOPL_SHIFT;
}
export function isVirtual8086(core: Core): boolean {
  return (core.state.systemFlags & RFLAGS_VM) !== 0 && !core.isLongMode;
}
/** Protected mode, and not as a virtual-8086 task. */
export function isProtected(core: Core): boolean {
  return (core.state.cr(0) & CR0_PE) !== 0 && !isVirtual8086(core);
}

function checkIopl(core: Core): void {
  const { state } = core;
  const level = isVirtual8086(core) ? 3 : (state.cr(0) & CR0_PE) !== 0 ? state.cpl : 0;
  if (level > ioPrivilege(core)) core.raise(VECTOR_GP, 0);
}

const cli: Helper = (core) => {
  checkIopl(core);
  core.state.systemFlags &= ~RFLAGS_IF;
  return NEXT;
};

/** Interrupts stay off for one more instruction if they were off. */
const sti: Helper = (core) => {
  checkIopl(core);
  const { state } = core;
  if ((state.systemFlags & RFLAGS_IF) === 0) state.i32[INTERRUPT_SHADOW >> 2] = 1;
  state.systemFlags |= RFLAGS_IF;
  return NEXT;
};

/** CLAC and STAC: at CPL 0 only, else #UD. */
const alignmentCheck =
  (on: boolean): Helper =>
  (core) => {
    const { state } = core;
    if (isVirtual8086(core) || ((state.cr(0) & CR0_PE) !== 0 && state.cpl !== 0)) core.raise(VECTOR_UD);
    state.systemFlags = on ? state.systemFlags | RFLAGS_AC : state.systemFlags & ~RFLAGS_AC;
    // what POPF does for SMAP
    core.contextChanged();
    return NEXT;
  };

/** SS:rSP moved by `delta`, at stack width. */
export function stackOffset(core: Core, delta: number): Linear {
  const { state } = core;
  const sum = (state.gprLow(RSP) >>> 0) + delta;
  if (core.is64Bit) return { low: sum | 0, high: (state.gprHigh(RSP) + Math.floor(sum / 0x100000000)) | 0 };
  return { low: sum & state.i32[STACK_MASK >> 2]!, high: 0 };
}

/** Sets rSP at stack width. */
export function setStackPointer(core: Core, to: Linear): void {
  const { state } = core;
  if (core.is64Bit) state.setGpr(RSP, to.low, to.high);
  else {
    const mask = state.i32[STACK_MASK >> 2]!;
    state.setGpr(RSP, (state.gprLow(RSP) & ~mask) | (to.low & mask), state.gprHigh(RSP));
  }
}

/** Pushes one word of `size` bytes. */
export function pushWord(core: Core, size: number, low: number, high: number): void {
  const offset = stackOffset(core, -size);
  const a = linearAddress(core, SEG_SS, offset, size, true);
  core.memory.write(a.low, a.high, size, low, high, false, true);
  setStackPointer(core, offset);
}

const pushf: Helper = (core, i) => {
  if (isVirtual8086(core) && ioPrivilege(core) < 3) core.raise(VECTOR_GP, 0);
  pushWord(core, i.operandSize, core.rflags() & ~(RFLAGS_VM | RFLAGS_RF), 0);
  return NEXT;
};

const popf: Helper = (core, i) => {
  const { state } = core;
  if (isVirtual8086(core) && ioPrivilege(core) < 3) core.raise(VECTOR_GP, 0);
  const size = i.operandSize;
  const a = linearAddress(core, SEG_SS, stackOffset(core, 0), size, false);
  core.memory.read(a.low, a.high, size, false, true);
  const popped = core.memory.low;
  setStackPointer(core, stackOffset(core, size));
  let writable = RFLAGS_STATUS | RFLAGS_CF | RFLAGS_TF | RFLAGS_DF | RFLAGS_NT;
  if (size !== 2) writable |= RFLAGS_AC | RFLAGS_ID;
  const level = isVirtual8086(core) ? 3 : (state.cr(0) & CR0_PE) !== 0 ? state.cpl : 0;
  if (level <= ioPrivilege(core)) writable |= RFLAGS_IF;
  if (level === 0) writable |= RFLAGS_IOPL;
  core.setRflags((core.rflags() & ~writable & ~RFLAGS_RF) | (popped & writable));
  // AC counts for SMAP: the privilege class of data accesses may have changed.
  core.contextChanged();
  return NEXT;
};

export const FLAG_HELPERS = {
  cli,
  sti,
  clac: alignmentCheck(false),
  stac: alignmentCheck(true),
  pushf,
  popf,
} satisfies HelperTable;
