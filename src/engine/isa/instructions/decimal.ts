/** Decimal adjustments of AL and AX, BOUND, SALC (APM volume 3, chapter 3): legacy modes only. */
import { RAX } from '../../arch/registers';
import type { Emitter, Value } from '../emitter';
import { Gv, Ib, Ma } from '../operand';
import { row, type Emit, type Row } from '../row';

interface Adjust {
  /** CF and AF before, i32 0 or 1. */
  readonly cf: Value;
  readonly af: Value;
  /** The low digit is beyond 9, or was carried out of. */
  readonly low: Value;
}

function adjust(e: Emitter, al: Value): Adjust {
  const flags = e.let(e.arithmeticFlags());
  const one = e.constant(1, 4);
  const af = e.let(e.bin('and', e.bin('shr_u', flags, e.constant(4, 4)), one));
  const digit = e.bin('gt_u', e.bin('and', al, e.constant(0xf, 4)), e.constant(9, 4));
  return { cf: e.let(e.bin('and', flags, one)), af, low: e.let(e.bin('or', digit, af)) };
}

/** `from` + or − `by`, with the flags silicon gives: SF, ZF, PF and OF of that, CF and AF as told. */
function move(e: Emitter, op: 'add' | 'sub', size: 1 | 2, from: Value, by: Value, carry: Value, low: Value): Value {
  const r = e.let(e.mask(e.bin(op, from, by), size));
  const turned = op === 'add' ? e.bin('xor', r, by) : e.bin('xor', from, by);
  const sign = e.bin('shr_u', e.bin('and', e.bin('xor', from, r), turned), e.constant(size * 8 - 1, 4));
  const overflow = e.bin('shl', e.bin('and', sign, e.constant(1, 4)), e.constant(11, 4));
  const af = e.bin('shl', low, e.constant(4, 4));
  e.setFlags('result', size, r, e.let(e.bin('or', e.bin('or', carry, af), overflow)));
  return r;
}

const decimal =
  (op: 'add' | 'sub'): Emit =>
  (e) => {
    const al = e.let(e.gpr(RAX, 1));
    const { cf, low } = adjust(e, al);
    const high = e.let(e.bin('or', e.bin('gt_u', al, e.constant(0x99, 4)), cf));
    const by = e.let(e.bin('add', e.bin('mul', low, e.constant(6, 4)), e.bin('mul', high, e.constant(0x60, 4))));
    // DAS: taking the six from a smaller AL borrows.
    const borrow = e.bin('and', low, e.bin('lt_u', al, e.constant(6, 4)));
    e.setGpr(RAX, 1, move(e, op, 1, al, by, op === 'add' ? high : e.bin('or', high, borrow), low));
  };

const ascii =
  (op: 'add' | 'sub'): Emit =>
  (e) => {
    const ax = e.let(e.gpr(RAX, 2));
    const { low } = adjust(e, ax);
    const moved = move(e, op, 2, ax, e.let(e.bin('mul', low, e.constant(0x106, 4))), low, low);
    e.setGpr(RAX, 2, e.bin('and', moved, e.constant(0xff0f, 4)));
  };

const aam: Emit = (e) => {
  const base = e.read(0);
  e.if(e.un('eqz', base), () => e.fault('DE'));
  const al = e.let(e.gpr(RAX, 1));
  const digit = e.let(e.bin('rem_u', al, base));
  e.setGpr(RAX, 2, e.bin('or', digit, e.bin('shl', e.bin('div_u', al, base), e.constant(8, 4))));
  e.setFlags('logic', 1, digit);
};

const aad: Emit = (e) => {
  const ax = e.let(e.gpr(RAX, 2));
  const tens = e.bin('mul', e.bin('shr_u', ax, e.constant(8, 4)), e.read(0));
  const r = e.let(e.mask(e.bin('add', ax, tens), 1));
  e.setGpr(RAX, 2, r);
  // What the manual leaves undefined is that of the addition.
  e.setFlags('add', 1, r, e.let(e.mask(ax, 1)));
};

/** AL = FFh when CF is 1, else 0. */
const salc: Emit = (e) => e.setGpr(RAX, 1, e.mask(e.bin('sub', e.constant(0, 4), e.carry()), 1));

const legacy = { mode: 'legacy', rare: true } as const;
const digits = { ...legacy, readsFlags: true } as const;
const ASCII_FLAGS = 'OF SF ZF PF';
const BASE_FLAGS = 'OF AF CF';

export const DECIMAL: readonly Row[] = [
  row('DAA', '27', [], { ...digits, undefinedFlags: 'OF' }, decimal('add')),
  row('DAS', '2F', [], { ...digits, undefinedFlags: 'OF' }, decimal('sub')),
  row('AAA', '37', [], { ...digits, undefinedFlags: ASCII_FLAGS }, ascii('add')),
  row('AAS', '3F', [], { ...digits, undefinedFlags: ASCII_FLAGS }, ascii('sub')),
  row('AAM', 'D4', [Ib], { ...legacy, undefinedFlags: BASE_FLAGS }, aam),
  row('AAD', 'D5', [Ib], { ...legacy, undefinedFlags: BASE_FLAGS }, aad),
  // Not in the manual; AMD's processors have it.
  row('SALC', 'D6', [], digits, salc),
  row('BOUND', '62 /r', [Gv, Ma], { mode: 'legacy' }, 'bound'),
];
