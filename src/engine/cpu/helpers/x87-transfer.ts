/** Loads, stores, exchanges and constants. */
import { convert, fromBcd, toBcd, toInteger, BCD_INDEFINITE } from '../../float/convert';
import { F32, F64, F80 } from '../../float/format';
import { DE, IE, NEAREST, OE, TOWARD_ZERO, UE, UP, type Result } from '../../float/round';
import { RFLAGS_CF, RFLAGS_PF, RFLAGS_ZF } from '../../arch/registers';
import type { Instruction } from '../../isa/decode';
import type { Core, Helper, HelperTable } from '../core';
import { INDEFINITE_BITS, positionOf, pushResult, report, stackFault, unpackRegister } from '../x87-operation';
import {
  C1,
  controlWord,
  environment,
  isEmpty,
  pop,
  push,
  raiseFlags,
  setConditions,
  setStackRegister,
  stackRegister,
} from '../x87-registers';
import { memoryOperand, numeric, probeOperand, readMemory, writeMemory } from '../x87-unit';
import { memoryFloat, memoryInteger } from './x87-arithmetic';

const exactly = (bits: bigint): Result => ({ bits, flags: 0 });

/** A denormal is loaded even if DE is not masked. */
function pushConverted(core: Core, { bits, flags }: Result): void {
  if (isEmpty(core.state, -1)) raiseFlags(core.state, flags & DE);
  pushResult(core, { bits, flags: flags & ~DE });
}

const fld = numeric((core, i) => {
  const { state } = core;
  const m = memoryOperand(i);
  if (m) {
    if (m.size === 10) pushResult(core, exactly(readMemory(core, i, 10)));
    else pushConverted(core, convert(F80, memoryFloat(core, i), environment(state)));
    return;
  }
  const from = positionOf(i, 0);
  if (isEmpty(state, from)) {
    if (stackFault(core, false)) push(state, INDEFINITE_BITS);
    return;
  }
  pushResult(core, exactly(stackRegister(state, from)));
});

const fild = numeric((core, i) => pushResult(core, convert(F80, memoryInteger(core, i), environment(core.state))));

const fbld = numeric((core, i) =>
  pushResult(core, convert(F80, fromBcd(readMemory(core, i, 10)), environment(core.state))),
);

/** A register's value as the memory operand has it. */
type ToMemory = (core: Core, i: Instruction) => Result;

const toFloat: ToMemory = (core, i) => {
  const { size } = memoryOperand(i)!;
  if (size === 10) return exactly(stackRegister(core.state, 0));
  return convert(size === 4 ? F32 : F64, unpackRegister(core, 0), environment(core.state), false);
};
const toInt =
  (truncates: boolean): ToMemory =>
  (core, i) => {
    const bits = (memoryOperand(i)!.size * 8) as 16 | 32 | 64;
    const { rounding } = environment(core.state);
    return toInteger(bits, unpackRegister(core, 0), truncates ? TOWARD_ZERO : rounding);
  };
const toDecimal: ToMemory = (core) => toBcd(unpackRegister(core, 0), environment(core.state).rounding);

/** What an empty register is stored as. */
function indefinite(kind: 'float' | 'integer' | 'decimal', size: number): bigint {
  if (kind === 'decimal') return BCD_INDEFINITE;
  if (kind === 'integer') return 1n << BigInt(size * 8 - 1);
  return size === 4 ? 0xffc0_0000n : size === 8 ? 0xfff8_0000_0000_0000n : INDEFINITE_BITS;
}

/** Memory first: it may fault, and then nothing has happened. An unmasked IE, OE or UE stores nothing and pops nothing,
 * but asks for the memory. */
const store = (kind: 'float' | 'integer' | 'decimal', convertTo: ToMemory, pops: boolean): Helper =>
  numeric((core, i) => {
    const { state } = core;
    const { size } = memoryOperand(i)!;
    if (isEmpty(state, 0)) {
      if ((controlWord(state) & IE) !== 0) writeMemory(core, i, size, indefinite(kind, size));
      else probeOperand(core, i, size);
      if (stackFault(core, false) && pops) pop(state);
      return;
    }
    const { bits, flags } = convertTo(core, i);
    const stored = (flags & (IE | OE | UE) & ~controlWord(state)) === 0;
    if (stored) writeMemory(core, i, size, bits);
    else probeOperand(core, i, size);
    report(core, stored ? flags : flags & (IE | OE | UE));
    if (stored && pops) pop(state);
  });

/** FST and FSTP to a register. */
const storeRegister = (pops: boolean): Helper =>
  numeric((core, i) => {
    const { state } = core;
    let bits = stackRegister(state, 0);
    if (isEmpty(state, 0)) {
      if (!stackFault(core, false)) return;
      bits = INDEFINITE_BITS;
    } else setConditions(state, C1, 0);
    setStackRegister(state, positionOf(i, 0), bits);
    if (pops) pop(state);
  });

const toMemory = store('float', toFloat, false);
const toMemoryPop = store('float', toFloat, true);
const toRegister = storeRegister(false);
const toRegisterPop = storeRegister(true);
const fst: Helper = (core, i) => (memoryOperand(i) ? toMemory : toRegister)(core, i);
const fstp: Helper = (core, i) => (memoryOperand(i) ? toMemoryPop : toRegisterPop)(core, i);

/** FSTPNCE: as FSTP, but of an empty register nothing is stored and nothing reported. */
const fstpnce = numeric((core, i) => {
  const { state } = core;
  if (!isEmpty(state, 0)) setStackRegister(state, positionOf(i, 0), stackRegister(state, 0));
  setConditions(state, C1, 0);
  pop(state);
});

const fxch = numeric((core, i) => {
  const { state } = core;
  const other = positionOf(i, i.operands.length - 1);
  const [firstEmpty, otherEmpty] = [isEmpty(state, 0), isEmpty(state, other)];
  let a = stackRegister(state, 0);
  let b = stackRegister(state, other);
  if (firstEmpty || otherEmpty) {
    if (!stackFault(core, false)) return;
    if (firstEmpty) a = INDEFINITE_BITS;
    if (otherEmpty) b = INDEFINITE_BITS;
  } else setConditions(state, C1, 0);
  setStackRegister(state, 0, b);
  setStackRegister(state, other, a);
});

/** Condition of FCMOVcc: two bits of the opcode choose the flag, a third negates. */
const MOVE_FLAGS = [RFLAGS_CF, RFLAGS_ZF, RFLAGS_CF | RFLAGS_ZF, RFLAGS_PF] as const;

const fcmov = numeric((core, i) => {
  const { state } = core;
  const from = positionOf(i, 1);
  if (isEmpty(state, 0) || isEmpty(state, from)) {
    if (stackFault(core, false)) setStackRegister(state, 0, INDEFINITE_BITS);
    return;
  }
  const negated = (i.row.encoding.opcode & 1) !== 0;
  const holds = (core.rflags() & MOVE_FLAGS[(i.modrm >> 3) & 3]!) !== 0;
  if (holds !== negated) setStackRegister(state, 0, stackRegister(state, from));
});

/** A constant cut to 64 bits of significand, and whether it is nearer to the next one (volume 1, §6.4.6). */
const constant = (exponent: number, significand: bigint, nearerAbove: boolean): Helper =>
  numeric((core) => {
    const { rounding } = environment(core.state);
    const up = rounding === UP || (rounding === NEAREST && nearerAbove);
    const bits = (BigInt(exponent) << 64n) | (significand + (up ? 1n : 0n));
    pushResult(core, exactly(bits));
  });
const whole = (bits: bigint): Helper => numeric((core) => pushResult(core, exactly(bits)));

export const X87_TRANSFER_HELPERS = {
  fld,
  fild,
  fbld,
  fst,
  fstp,
  fstpnce,
  fist: store('integer', toInt(false), false),
  fistp: store('integer', toInt(false), true),
  fisttp: store('integer', toInt(true), true),
  fbstp: store('decimal', toDecimal, true),
  fxch,
  fcmov,
  fld1: whole(0x3fff_8000_0000_0000_0000n),
  fldz: whole(0n),
  fldl2t: constant(0x4000, 0xd49a_784b_cd1b_8afen, false),
  fldl2e: constant(0x3fff, 0xb8aa_3b29_5c17_f0bbn, true),
  fldpi: constant(0x4000, 0xc90f_daa2_2168_c234n, true),
  fldlg2: constant(0x3ffd, 0x9a20_9a84_fbcf_f798n, true),
  fldln2: constant(0x3ffe, 0xb172_17f7_d1cf_79abn, true),
} satisfies HelperTable;
