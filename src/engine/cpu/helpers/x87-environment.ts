/** FNSTENV, FLDENV, FNSAVE, FRSTOR: the environment in its four layouts (volume 2, §11.4.4). */
import { CR0_PE, RFLAGS_VM } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import { FCS, FCW, FDP, FDS, FIP, FOP } from '../../state/layout';
import type { Core, HelperTable } from '../core';
import {
  EXCEPTIONS,
  controlWord,
  fullTagWord,
  initialize,
  physicalRegister,
  setControlWord,
  setFullTagWord,
  setPhysicalRegister,
  setStatusWord,
  statusWord,
  top,
} from '../x87-registers';
import { direct, readOperandAt, touchEnds, waiting, writeOperandAt } from '../x87-unit';

/** Protected layouts have selectors and offsets; those of real and virtual-8086 mode linear addresses. */
interface Layout {
  readonly word: 2 | 4;
  readonly isProtected: boolean;
}

const WORDS = 7;
const REGISTER = 10;
const bytes = new Uint8Array(WORDS * 4 + 8 * REGISTER);
const view = new DataView(bytes.buffer);

function layoutOf(core: Core, i: Instruction): Layout {
  const { state } = core;
  const virtual = (state.systemFlags & RFLAGS_VM) !== 0 && !core.isLongMode;
  return { word: i.operandSize === 2 ? 2 : 4, isProtected: (state.cr(0) & CR0_PE) !== 0 && !virtual };
}

/** Bytes of the environment. */
const sizeOf = (l: Layout): number => WORDS * l.word;

const put = (l: Layout, n: number, value: number): void => {
  if (l.word === 2) view.setUint16(2 * n, value, true);
  else view.setUint32(4 * n, value, true);
};
const get = (l: Layout, n: number): number =>
  l.word === 2 ? view.getUint16(2 * n, true) : view.getUint32(4 * n, true);

/** The high half of a 32-bit field that holds a word. */
const UNUSED = 0xffff_0000;

function storeEnvironment(core: Core, l: Layout): void {
  const { state } = core;
  [controlWord(state), statusWord(state), fullTagWord(state)].forEach((word, n) => put(l, n, UNUSED | word));
  const [opcode, cs, ds] = [state.u16[FOP >> 1]!, state.u16[FCS >> 1]!, state.u16[FDS >> 1]!];
  const [ip, dp] = [state.low(FIP), state.low(FDP)];
  if (l.isProtected) {
    put(l, 3, ip);
    put(l, 4, (opcode << 16) | cs);
    put(l, 5, dp);
    put(l, 6, UNUSED | ds);
    return;
  }
  const linearIp = ip + cs * 16;
  const linearDp = dp + ds * 16;
  const halves = l.word === 2 ? 0 : UNUSED;
  put(l, 3, halves | (linearIp & 0xffff));
  put(l, 5, halves | (linearDp & 0xffff));
  // bits 31:16 of the pointers, as far as the field has them
  put(l, 4, ((linearIp >>> 16) << 12) | opcode);
  put(l, 6, (linearDp >>> 16) << 12);
}

function loadEnvironment(core: Core, l: Layout): void {
  const { state } = core;
  setControlWord(state, get(l, 0));
  setStatusWord(state, get(l, 1) & 0xffff);
  setFullTagWord(state, get(l, 2) & 0xffff);
  let ip = get(l, 3);
  let dp = get(l, 5);
  let [cs, ds] = [0, 0];
  let opcode = 0;
  if (l.isProtected) {
    cs = get(l, 4) & 0xffff;
    ds = get(l, 6) & 0xffff;
    // the 16-bit layout has no opcode
    if (l.word === 4) opcode = (get(l, 4) >>> 16) & 0x7ff;
  } else {
    opcode = get(l, 4) & 0x7ff;
    ip = (ip & 0xffff) | ((get(l, 4) >>> 12) << 16);
    dp = (dp & 0xffff) | ((get(l, 6) >>> 12) << 16);
  }
  state.u16[FOP >> 1] = opcode;
  state.setHalves(FIP, ip, 0);
  state.setHalves(FDP, dp, 0);
  state.u16[FCS >> 1] = cs;
  state.u16[FDS >> 1] = ds;
}

const fnstenv = direct((core, i) => {
  const l = layoutOf(core, i);
  touchEnds(core, i, sizeOf(l), l.word, true);
  storeEnvironment(core, l);
  writeOperandAt(core, i, bytes, 0, sizeOf(l));
  // all exceptions are masked afterwards
  setControlWord(core.state, core.state.u16[FCW >> 1]! | EXCEPTIONS);
});

const fldenv = waiting((core, i) => {
  const l = layoutOf(core, i);
  touchEnds(core, i, sizeOf(l), l.word, false);
  readOperandAt(core, i, bytes, 0, sizeOf(l));
  loadEnvironment(core, l);
});

const fnsave = direct((core, i) => {
  const { state } = core;
  const l = layoutOf(core, i);
  touchEnds(core, i, sizeOf(l) + 8 * REGISTER, l.word, true);
  storeEnvironment(core, l);
  for (let n = 0; n < 8; n++) {
    const at = sizeOf(l) + n * REGISTER;
    const bits = physicalRegister(state, (top(state) + n) & 7);
    view.setBigUint64(at, BigInt.asUintN(64, bits), true);
    view.setUint16(at + 8, Number(bits >> 64n), true);
  }
  writeOperandAt(core, i, bytes, 0, sizeOf(l) + 8 * REGISTER);
  initialize(state);
});

const frstor = waiting((core, i) => {
  const { state } = core;
  const l = layoutOf(core, i);
  touchEnds(core, i, sizeOf(l) + 8 * REGISTER, l.word, false);
  readOperandAt(core, i, bytes, 0, sizeOf(l) + 8 * REGISTER);
  loadEnvironment(core, l);
  for (let n = 0; n < 8; n++) {
    const at = sizeOf(l) + n * REGISTER;
    const bits = (BigInt(view.getUint16(at + 8, true)) << 64n) | view.getBigUint64(at, true);
    setPhysicalRegister(state, (top(state) + n) & 7, bits);
  }
});

export const X87_ENVIRONMENT_HELPERS = { fnstenv, fldenv, fnsave, frstor } satisfies HelperTable;
