/**
 * Lazy flags: an instruction leaves a kind and two words, and the six arithmetic flags are computed when somebody asks. Here are the
 * kinds' numbers, the functions that compute flags from any kind, and the short cuts for conditions after a known kind.
 */
import type { FlagKind, Size } from '../isa/emitter';
import { F_OP, F_X, F_Y } from '../state/layout';
import { FunctionBuilder, I32, I64, type Label } from './wasm';

/** Kind numbers; F_OP = kind × 4 + log2(size). ADC and SBB are ADD and SUB + 2. */
export const FLAG_KINDS = {
  flags: 0,
  logic: 1,
  add: 2,
  sub: 3,
  adc: 4,
  sbb: 5,
  inc: 6,
  dec: 7,
  result: 8,
} as const satisfies Record<FlagKind, number>;

export const log2 = (size: Size): number => (size === 1 ? 0 : size === 2 ? 1 : size === 4 ? 2 : 3);

/** Shifts the i64 on the stack so that the operand's sign bit is bit 63; `shift` is a local with 64 − width. */
function aligned(f: FunctionBuilder, value: number, shift: number): void {
  f.get(value).get(shift).op('i64.shl');
}

/** () → i32: all six flags as RFLAGS bits (CF 0, PF 2, AF 4, ZF 6, SF 7, OF 11). */
export function buildFlagsFunction(onlyCarry: boolean): FunctionBuilder {
  const f = new FunctionBuilder(0);
  const kind = f.local(I32);
  const x = f.local(I64);
  const y = f.local(I64);
  const shift = f.local(I64);
  const r = f.local(I64); // result, unaligned
  const a = f.local(I64); // first operand
  const b = f.local(I64); // second operand
  const extra = f.local(I32); // CF, AF, OF as computed
  f.i32(0).memory('i32.load', F_OP).tee(kind).i32(3).op('i32.and').set(extra);
  f.i64(64n).i64(8n).get(extra).op('i64.extend_i32_u', 'i64.shl', 'i64.sub').set(shift);
  f.i32(0).memory('i64.load', F_X).set(x);
  f.i32(0).memory('i64.load', F_Y).set(y);
  f.get(kind).i32(2).op('i32.shr_u').set(kind);

  const done = f.block();
  const cases: Label[] = [];
  for (let n = 8; n >= 0; n--) cases[n] = f.block();
  f.get(kind).brTable(cases.slice(0, 8), cases[8]!);

  const overflow = (first: number, second: number, third: number): void => {
    // bit 63 of (first ^ second) & (first ^ third) → bit 11
    f.get(first).get(second).op('i64.xor').get(first).get(third).op('i64.xor', 'i64.and').get(shift).op('i64.shl');
    f.i64(63n).op('i64.shr_u', 'i32.wrap_i64').i32(11).op('i32.shl');
  };
  const auxiliary = (): void => {
    f.get(a).get(b).op('i64.xor').get(r).op('i64.xor', 'i32.wrap_i64').i32(16).op('i32.and');
  };
  /** CF from `left` < or ≤ `right` (aligned, unsigned), then AF and OF of a + b = r or a − b = r. */
  const finish = (left: number, compare: 'i64.lt_u' | 'i64.le_u', right: number, subtraction: boolean): void => {
    aligned(f, left, shift);
    aligned(f, right, shift);
    f.op(compare);
    if (!onlyCarry) {
      auxiliary();
      f.op('i32.or');
      if (subtraction) overflow(a, b, r);
      else overflow(r, a, b);
      f.op('i32.or');
    }
    f.set(extra).br(done);
  };

  // 0 flags: X has them all.
  f.op('end');
  f.get(x).op('i32.wrap_i64');
  if (onlyCarry) f.i32(1).op('i32.and');
  f.op('return');
  // 1 logic
  f.op('end');
  f.i32(0).set(extra).get(x).set(r).br(done);
  // 2 add: r = X, a = Y, b = r − a
  f.op('end');
  f.get(x).set(r).get(y).set(a).get(r).get(a).op('i64.sub').set(b);
  finish(r, 'i64.lt_u', a, false);
  // 3 sub: a = X, b = Y
  f.op('end');
  f.get(x).set(a).get(y).set(b).get(a).get(b).op('i64.sub').set(r);
  finish(a, 'i64.lt_u', b, true);
  // 4 adc with carry 1: b = r − a − 1
  f.op('end');
  f.get(x).set(r).get(y).set(a).get(r).get(a).op('i64.sub').i64(1n).op('i64.sub').set(b);
  finish(r, 'i64.le_u', a, false);
  // 5 sbb with borrow 1
  f.op('end');
  f.get(x).set(a).get(y).set(b).get(a).get(b).op('i64.sub').i64(1n).op('i64.sub').set(r);
  finish(a, 'i64.le_u', b, true);
  // 6 inc: CF = Y; OF when the result is the lowest number; AF when the low digit became 0
  f.op('end');
  f.get(x).set(r).get(y).op('i32.wrap_i64').i32(1).op('i32.and');
  if (!onlyCarry) {
    f.get(r).i64(15n).op('i64.and', 'i64.eqz').i32(4).op('i32.shl', 'i32.or');
    aligned(f, r, shift);
    f.i64(1n << 63n)
      .op('i64.eq')
      .i32(11)
      .op('i32.shl', 'i32.or');
  }
  f.set(extra).br(done);
  // 7 dec
  f.op('end');
  f.get(x).set(r).get(y).op('i32.wrap_i64').i32(1).op('i32.and');
  if (!onlyCarry) {
    f.get(r).i64(15n).op('i64.and').i64(15n).op('i64.eq').i32(4).op('i32.shl', 'i32.or');
    f.get(r)
      .i64(1n)
      .op('i64.add')
      .get(shift)
      .op('i64.shl')
      .i64(1n << 63n)
      .op('i64.eq')
      .i32(11)
      .op('i32.shl', 'i32.or');
  }
  f.set(extra).br(done);
  // 8 result: CF, AF, OF are in Y
  f.op('end');
  f.get(x).set(r).get(y).op('i32.wrap_i64').i32(0x811).op('i32.and').set(extra);

  f.op('end');
  f.get(extra);
  if (onlyCarry) {
    f.i32(1).op('i32.and');
    return f;
  }
  aligned(f, r, shift);
  f.tee(a).op('i64.eqz').i32(6).op('i32.shl', 'i32.or');
  f.get(a).i64(63n).op('i64.shr_u', 'i32.wrap_i64').i32(7).op('i32.shl', 'i32.or');
  f.get(r).op('i32.wrap_i64').i32(0xff).op('i32.and', 'i32.popcnt').i32(1).op('i32.and').i32(1).op('i32.xor').i32(2);
  f.op('i32.shl', 'i32.or');
  return f;
}

/** (condition code) → i32 0 or 1, from any kind. `flags` is the index of the flags function. */
export function buildConditionFunction(flags: number): FunctionBuilder {
  const f = new FunctionBuilder(1);
  const v = f.local(I32);
  const bit = (n: number): void => {
    f.get(v).i32(n).op('i32.shr_u').i32(1).op('i32.and');
  };
  f.call(flags).set(v);
  const done = f.block(I32);
  const cases: Label[] = [];
  for (let n = 7; n >= 0; n--) cases[n] = f.block();
  f.get(0).i32(1).op('i32.shr_u').brTable(cases.slice(0, 7), cases[7]!);
  const end = (write: () => void): void => {
    f.op('end');
    write();
    f.br(done);
  };
  const signNotOverflow = (): void => {
    bit(7);
    bit(11);
    f.op('i32.xor');
  };
  end(() => bit(11));
  end(() => bit(0));
  end(() => bit(6));
  end(() => f.get(v).i32(0x41).op('i32.and').i32(0).op('i32.ne'));
  end(() => bit(7));
  end(() => bit(2));
  end(signNotOverflow);
  end(() => {
    signNotOverflow();
    bit(6);
    f.op('i32.or');
  });
  f.op('end');
  f.get(0).i32(1).op('i32.and', 'i32.xor');
  return f;
}

/** Whether `emitKnownCondition` can answer `condition` after an instruction of this kind. */
export function knowsCondition(kind: FlagKind, condition: number): boolean {
  const test = condition >> 1;
  if (kind === 'sub') return test !== 0 && test !== 5;
  if (kind === 'logic') return test !== 5;
  if (kind === 'add') return test === 1 || test === 2 || test === 4;
  return (kind === 'inc' || kind === 'dec') && (test === 2 || test === 4);
}

/** Leaves the condition on the stack, straight from X and Y (given as pushers of the operand's type). */
export function emitKnownCondition(
  f: FunctionBuilder,
  kind: FlagKind,
  size: Size,
  condition: number,
  x: () => void,
  y: () => void,
): void {
  const type = size === 8 ? 'i64' : 'i32';
  const not = (condition & 1) === 1;
  const zero = (): void => {
    if (size === 8) f.i64(0n);
    else f.i32(0);
  };
  const signed = (push: () => void): void => {
    push();
    if (size === 1) f.op('i32.extend8_s');
    else if (size === 2) f.op('i32.extend16_s');
  };
  const test = condition >> 1;
  if (kind === 'sub') {
    if (test === 4) {
      signed(() => {
        x();
        y();
        f.op(`${type}.sub`);
      });
      zero();
      f.op(not ? `${type}.ge_s` : `${type}.lt_s`);
      return;
    }
    if (test >= 6) {
      signed(x);
      signed(y);
      if (test === 6) f.op(not ? `${type}.ge_s` : `${type}.lt_s`);
      else f.op(not ? `${type}.gt_s` : `${type}.le_s`);
      return;
    }
    x();
    y();
    if (test === 1) f.op(not ? `${type}.ge_u` : `${type}.lt_u`);
    else if (test === 2) f.op(not ? `${type}.ne` : `${type}.eq`);
    else f.op(not ? `${type}.gt_u` : `${type}.le_u`);
    return;
  }
  if (kind === 'add' && test === 1) {
    x();
    y();
    f.op(not ? `${type}.ge_u` : `${type}.lt_u`);
    return;
  }
  if (kind === 'logic' && test <= 1) {
    f.i32(not ? 1 : 0);
    return;
  }
  if (test === 2 || test === 3) {
    x();
    zero();
    f.op(not ? `${type}.ne` : `${type}.eq`);
    return;
  }
  signed(x);
  zero();
  if (test === 7) f.op(not ? `${type}.gt_s` : `${type}.le_s`);
  else f.op(not ? `${type}.ge_s` : `${type}.lt_s`);
}
