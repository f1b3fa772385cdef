/** IN, OUT, INS, OUTS: IOPL and the TSS' map first, then the IOPM, then the bus (§15.10). */
import { EXIT_CODES } from '../../arch/exit-codes';
import { VECTOR_GP } from '../../arch/exceptions';
import { CR0_PE, RAX, RCX, RDI, RDX, RSI, SEG_DS, SEG_ES } from '../../arch/registers';
import type { AccessSize } from '../../bus/device';
import type { Instruction } from '../../isa/decode';
import { DIRECTION, SEGMENT_TR } from '../../state/layout';
import { SVM_DECODE_ASSISTS } from '../../state/limits';
import { ioInfo1, ioIntercepted } from '../../svm/intercept';
import { JUMPED, NEXT, type Core, type Helper, type HelperTable } from '../core';
import { linearAddress, type Linear, writeRegister } from '../operands';
import { ioPrivilege, isVirtual8086 } from './flags';

/** #GP(0) unless CPL ≤ IOPL or the TSS' I/O permission map has all bits of the access clear. §12.2.4 */
function checkPermission(core: Core, port: number, size: number): void {
  const { state } = core;
  if ((state.cr(0) & CR0_PE) === 0) return;
  if (!isVirtual8086(core) && state.cpl <= ioPrivilege(core)) return;
  const limit = state.limit(SEGMENT_TR);
  const baseLow = state.baseLow(SEGMENT_TR);
  const baseHigh = state.baseHigh(SEGMENT_TR);
  const at = (offset: number): readonly [number, number] => {
    const sum = (baseLow >>> 0) + offset;
    return [sum | 0, core.isLongMode && sum > 0xffffffff ? (baseHigh + 1) | 0 : baseHigh];
  };
  if (limit < 0x67) core.raise(VECTOR_GP, 0);
  core.memory.read(...at(0x66), 2, true);
  const first = core.memory.low + (port >> 3);
  if (first + 1 > limit) core.raise(VECTOR_GP, 0);
  core.memory.read(...at(first), 2, true);
  if (((core.memory.low >>> (port & 7)) & ((1 << size) - 1)) !== 0) core.raise(VECTOR_GP, 0);
}

function portOperand(core: Core, i: Instruction, n: number): number {
  const o = i.operands[n]!;
  return o.kind === 'immediate' ? o.low & 0xff : core.state.gprLow(RDX) & 0xffff;
}

/** EXITINFO2 of IOIO is the address of the next instruction. */
function exitIoio(core: Core, i: Instruction, info1: number): void {
  const { state } = core;
  const sum = (state.ripLow >>> 0) + i.length;
  const high = core.is64Bit && sum > 0xffffffff ? (state.ripHigh + 1) | 0 : state.ripHigh;
  core.interceptInstruction(EXIT_CODES.VMEXIT_IOIO.code, i, info1, 0, sum | 0, high);
}

function sizeOf(i: Instruction, n: number): AccessSize {
  return i.operands[n]!.size as AccessSize;
}

const input: Helper = (core, i) => {
  const size = sizeOf(i, 0);
  const port = portOperand(core, i, 1);
  checkPermission(core, port, size);
  if (core.inGuest && ioIntercepted(core.state, core.ram, port, size)) {
    exitIoio(core, i, ioInfo1(port, size, true, false, false, i.addressSize * 8, 0));
    return JUMPED;
  }
  core.debug.notePort(port, size);
  core.syncClock();
  writeRegister(core, RAX, size, core.board.io.readPort(port, size) | 0);
  core.endSliceIfAlarmMoved();
  return NEXT;
};

const output: Helper = (core, i) => {
  const size = sizeOf(i, 1);
  const port = portOperand(core, i, 0);
  checkPermission(core, port, size);
  if (core.inGuest && ioIntercepted(core.state, core.ram, port, size)) {
    exitIoio(core, i, ioInfo1(port, size, false, false, false, i.addressSize * 8, 0));
    return JUMPED;
  }
  core.debug.notePort(port, size);
  core.syncClock();
  const value = core.state.gprLow(RAX);
  core.board.io.writePort(port, size, size === 4 ? value >>> 0 : value & (size === 1 ? 0xff : 0xffff));
  core.endSliceIfAlarmMoved();
  return NEXT;
};

/** A register of address size. */
function counter(core: Core, register: number, addressSize: number): Linear {
  const low = core.state.gprLow(register);
  if (addressSize === 2) return { low: low & 0xffff, high: 0 };
  return { low, high: addressSize === 8 ? core.state.gprHigh(register) : 0 };
}

function add(core: Core, register: number, addressSize: number, delta: number): void {
  const c = counter(core, register, addressSize);
  const sum = (c.low >>> 0) + delta;
  writeRegister(core, register, addressSize, sum | 0, (c.high + Math.floor(sum / 0x100000000)) | 0);
}

/** One iteration of INS or OUTS; under REP the instruction goes on until rCX is 0, an instruction an iteration. */
const string =
  (isIn: boolean): Helper =>
  (core, i) => {
    const size = sizeOf(i, 0);
    const port = core.state.gprLow(RDX) & 0xffff;
    checkPermission(core, port, size);
    const repeated = i.rep !== 'none';
    const segment = isIn ? SEG_ES : i.segment >= 0 ? i.segment : SEG_DS;
    if (core.inGuest && ioIntercepted(core.state, core.ram, port, size)) {
      const assist = (core.limits.svm & SVM_DECODE_ASSISTS) !== 0;
      exitIoio(core, i, ioInfo1(port, size, isIn, true, repeated, i.addressSize * 8, assist ? segment : 0));
      return JUMPED;
    }
    if (repeated) {
      const left = counter(core, RCX, i.addressSize);
      if (left.low === 0 && left.high === 0) return NEXT;
    }
    const index = isIn ? RDI : RSI;
    const linear = linearAddress(core, segment, counter(core, index, i.addressSize), size, isIn);
    core.debug.notePort(port, size);
    core.syncClock();
    if (isIn) {
      core.memory.probeWrite(linear.low, linear.high, size);
      core.memory.write(linear.low, linear.high, size, core.board.io.readPort(port, size) | 0, 0);
    } else {
      core.memory.read(linear.low, linear.high, size);
      core.board.io.writePort(port, size, core.memory.low >>> 0);
    }
    core.endSliceIfAlarmMoved();
    add(core, index, i.addressSize, size * core.state.i32[DIRECTION >> 2]!);
    if (!repeated) return NEXT;
    add(core, RCX, i.addressSize, -1);
    const left = counter(core, RCX, i.addressSize);
    // RIP stays for the next iteration.
    return left.low === 0 && left.high === 0 ? NEXT : JUMPED;
  };

export const IO_HELPERS = { in: input, out: output, ins: string(true), outs: string(false) } satisfies HelperTable;
