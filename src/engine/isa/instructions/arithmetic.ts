/** ADD to CMP, INC, DEC, NEG, MUL, IMUL, DIV, IDIV and the decimal adjustments (APM volume 3, chapter 3). */
import { RAX, RDX } from '../../arch/registers';
import type { Emitter, Size, Value } from '../emitter';
import { AL, Eb, Ev, Gb, Gv, Ib, Is, Iz, rAX, Zv } from '../operand';
import { row, type Emit, type Row, type Rules } from '../row';

const add: Emit = (e) => {
  const a = e.modify(0);
  const b = e.read(1);
  const r = e.let(e.mask(e.bin('add', a, b), e.size));
  e.write(0, r);
  e.setFlags('add', e.size, r, a);
};

const adc: Emit = (e) => {
  const a = e.modify(0);
  const b = e.read(1);
  const c = e.carry();
  const r = e.let(e.mask(e.bin('add', e.bin('add', a, b), e.zero(c, e.size)), e.size));
  e.write(0, r);
  e.setFlags('adc', e.size, r, a, c);
};

const sub: Emit = (e) => {
  const a = e.modify(0);
  const b = e.read(1);
  e.write(0, e.mask(e.bin('sub', a, b), e.size));
  e.setFlags('sub', e.size, a, b);
};

const sbb: Emit = (e) => {
  const a = e.modify(0);
  const b = e.read(1);
  const c = e.carry();
  e.write(0, e.mask(e.bin('sub', e.bin('sub', a, b), e.zero(c, e.size)), e.size));
  e.setFlags('sbb', e.size, a, b, c);
};

const cmp: Emit = (e) => {
  const a = e.read(0);
  const b = e.read(1);
  e.setFlags('sub', e.size, a, b);
};

const inc: Emit = (e) => {
  const a = e.modify(0);
  const c = e.carry();
  const r = e.let(e.mask(e.bin('add', a, e.constant(1, e.size)), e.size));
  e.write(0, r);
  e.setFlags('inc', e.size, r, e.zero(c, e.size));
};

const dec: Emit = (e) => {
  const a = e.modify(0);
  const c = e.carry();
  const r = e.let(e.mask(e.bin('sub', a, e.constant(1, e.size)), e.size));
  e.write(0, r);
  e.setFlags('dec', e.size, r, e.zero(c, e.size));
};

const neg: Emit = (e) => {
  const a = e.modify(0);
  const zero = e.constant(0, e.size);
  e.write(0, e.mask(e.bin('sub', zero, a), e.size));
  e.setFlags('sub', e.size, zero, a);
};

/** CF and OF, both set when `overflow` (i32 0 or 1), as RFLAGS bits of the size's type: OF needs more than a byte. */
function carryOverflow(e: Emitter, overflow: Value, size: Size): Value {
  return e.zero(e.select(overflow, e.constant(0x801, 4), e.constant(0, 4)), size === 8 ? 8 : 4);
}

/** High 64 bits of an unsigned 64×64-bit product, from four 32-bit ones. */
export function multiplyHigh(e: Emitter, a: Value, b: Value): Value {
  const c32 = e.constant(32, 8);
  const low = e.constant(0xffffffffn, 8);
  const al = e.let(e.bin('and', a, low));
  const ah = e.let(e.bin('shr_u', a, c32));
  const bl = e.let(e.bin('and', b, low));
  const bh = e.let(e.bin('shr_u', b, c32));
  const carry = e.let(e.bin('add', e.bin('mul', ah, bl), e.bin('shr_u', e.bin('mul', al, bl), c32)));
  const middle = e.let(e.bin('add', e.bin('mul', al, bh), e.bin('and', carry, low)));
  return e.bin('add', e.bin('add', e.bin('mul', ah, bh), e.bin('shr_u', carry, c32)), e.bin('shr_u', middle, c32));
}

const mul: Emit = (e) => {
  const s = e.size;
  const b = e.read(0);
  const a = e.gpr(RAX, s);
  if (s === 8) {
    const low = e.let(e.bin('mul', a, b));
    const high = e.let(multiplyHigh(e, a, b));
    e.setGpr(RAX, 8, low);
    e.setGpr(RDX, 8, high);
    e.setFlags('result', 8, low, carryOverflow(e, e.bin('ne', high, e.constant(0, 8)), 8));
    return;
  }
  const wide = e.let(e.bin('mul', e.zero(a, 8), e.zero(b, 8)));
  const low = e.let(e.mask(e.zero(wide, 4), s));
  const high = e.let(e.mask(e.zero(e.bin('shr_u', wide, e.constant(s * 8, 8)), 4), s));
  if (s === 1) e.setGpr(RAX, 2, e.zero(wide, 4));
  else {
    e.setGpr(RAX, s, low);
    e.setGpr(RDX, s, high);
  }
  e.setFlags('result', s, low, carryOverflow(e, e.bin('ne', high, e.constant(0, 4)), s));
};

/** Low product, and 1 if the signed product does not fit in `size` bytes. */
function signedProduct(e: Emitter, a: Value, b: Value, size: Size): { low: Value; high: Value; overflow: Value } {
  if (size === 8) {
    const low = e.let(e.bin('mul', a, b));
    const c63 = e.constant(63, 8);
    const correction = e.bin('add', e.bin('and', e.bin('shr_s', a, c63), b), e.bin('and', e.bin('shr_s', b, c63), a));
    const high = e.let(e.bin('sub', multiplyHigh(e, a, b), correction));
    return { low, high, overflow: e.bin('ne', high, e.bin('shr_s', low, c63)) };
  }
  const wide = e.let(e.bin('mul', e.sign(a, size, 8), e.sign(b, size, 8)));
  const low = e.let(e.mask(e.zero(wide, 4), size));
  const high = e.let(e.mask(e.zero(e.bin('shr_u', wide, e.constant(size * 8, 8)), 4), size));
  return { low, high, overflow: e.bin('ne', e.sign(low, size, 8), wide) };
}

const imul1: Emit = (e) => {
  const s = e.size;
  const b = e.read(0);
  const { low, high, overflow } = signedProduct(e, e.gpr(RAX, s), b, s);
  const flags = e.let(carryOverflow(e, overflow, s));
  if (s === 1) e.setGpr(RAX, 2, e.bin('or', low, e.bin('shl', high, e.constant(8, 4))));
  else {
    e.setGpr(RAX, s, low);
    e.setGpr(RDX, s, high);
  }
  e.setFlags('result', s, low, flags);
};

const imul2: Emit = (e) => {
  const b = e.read(1);
  const { low, overflow } = signedProduct(e, e.read(0), b, e.size);
  const flags = e.let(carryOverflow(e, overflow, e.size));
  e.write(0, low);
  e.setFlags('result', e.size, low, flags);
};

const imul3: Emit = (e) => {
  const a = e.read(1);
  const { low, overflow } = signedProduct(e, a, e.read(2), e.size);
  const flags = e.let(carryOverflow(e, overflow, e.size));
  e.write(0, low);
  e.setFlags('result', e.size, low, flags);
};

/** The double-width dividend of 8, 16 and 32-bit divisions, as i64: unsigned, or sign-extended. */
function dividend(e: Emitter, signed: boolean): Value {
  if (e.size === 1) return signed ? e.sign(e.gpr(RAX, 2), 2, 8) : e.zero(e.gpr(RAX, 2), 8);
  const high = e.zero(e.gpr(RDX, e.size), 8);
  const both = e.bin('or', e.bin('shl', high, e.constant(e.size * 8, 8)), e.zero(e.gpr(RAX, e.size), 8));
  return signed && e.size === 2 ? e.sign(both, 4, 8) : both;
}

function setQuotient(e: Emitter, quotient: Value, remainder: Value): void {
  if (e.size === 1) {
    const shifted = e.bin('shl', e.mask(remainder, 1), e.constant(8, 4));
    e.setGpr(RAX, 2, e.bin('or', e.mask(quotient, 1), shifted));
  } else {
    e.setGpr(RAX, e.size, quotient);
    e.setGpr(RDX, e.size, remainder);
  }
}

const div: Emit = (e) => {
  const d = e.read(0);
  e.if(e.un('eqz', d), () => e.fault('DE'));
  if (e.size === 8) {
    const high = e.gpr(RDX, 8);
    e.if(
      e.un('eqz', high),
      () => {
        const n = e.gpr(RAX, 8);
        e.setGpr(RAX, 8, e.bin('div_u', n, d));
        e.setGpr(RDX, 8, e.bin('rem_u', n, d));
      },
      () => e.helper('div'),
    );
    return;
  }
  const n = e.let(dividend(e, false));
  const wide = e.zero(d, 8);
  const q = e.let(e.bin('div_u', n, wide));
  e.if(e.bin('ne', e.bin('shr_u', q, e.constant(e.size * 8, 8)), e.constant(0, 8)), () => e.fault('DE'));
  const remainder = e.let(e.bin('rem_u', n, wide));
  setQuotient(e, e.zero(q, 4), e.zero(remainder, 4));
};

const idiv: Emit = (e) => {
  const d = e.read(0);
  e.if(e.un('eqz', d), () => e.fault('DE'));
  const lowest = e.constant(-(1n << 63n), 8);
  const minusOne = e.constant(-1, 8);
  const traps = (n: Value, wide: Value): Value => e.bin('and', e.bin('eq', n, lowest), e.bin('eq', wide, minusOne));
  if (e.size === 8) {
    const n = e.gpr(RAX, 8);
    e.if(
      e.bin('eq', e.gpr(RDX, 8), e.bin('shr_s', n, e.constant(63, 8))),
      () => {
        e.if(traps(n, d), () => e.fault('DE'));
        e.setGpr(RAX, 8, e.bin('div_s', n, d));
        e.setGpr(RDX, 8, e.bin('rem_s', n, d));
      },
      () => e.helper('idiv'),
    );
    return;
  }
  const n = e.let(dividend(e, true));
  const wide = e.let(e.sign(d, e.size, 8));
  e.if(traps(n, wide), () => e.fault('DE'));
  const q = e.let(e.bin('div_s', n, wide));
  e.if(e.bin('ne', e.sign(q, e.size, 8), q), () => e.fault('DE'));
  const remainder = e.let(e.bin('rem_s', n, wide));
  setQuotient(e, e.zero(q, 4), e.zero(remainder, 4));
};

/** The six encodings shared by the eight classic two-operand instructions: opcodes `base` + 0…5 and group 1. */
export function classic(mnemonic: string, base: number, digit: number, rules: Rules, meaning: Emit): Row[] {
  const hex = (n: number): string => n.toString(16).toUpperCase().padStart(2, '0');
  const locked: Rules = mnemonic === 'CMP' ? rules : { ...rules, lock: true };
  return [
    row(mnemonic, `${hex(base)} /r`, [Eb, Gb], locked, meaning),
    row(mnemonic, `${hex(base + 1)} /r`, [Ev, Gv], locked, meaning),
    row(mnemonic, `${hex(base + 2)} /r`, [Gb, Eb], rules, meaning),
    row(mnemonic, `${hex(base + 3)} /r`, [Gv, Ev], rules, meaning),
    row(mnemonic, `${hex(base + 4)}`, [AL, Ib], rules, meaning),
    row(mnemonic, `${hex(base + 5)}`, [rAX, Iz], rules, meaning),
    row(mnemonic, `80 /${digit}`, [Eb, Ib], locked, meaning),
    row(mnemonic, `81 /${digit}`, [Ev, Iz], locked, meaning),
    row(mnemonic, `82 /${digit}`, [Eb, Ib], { ...locked, mode: 'legacy', rare: true }, meaning),
    row(mnemonic, `83 /${digit}`, [Ev, Is], locked, meaning),
  ];
}

const FLAGS_OF_MUL = 'SF ZF AF PF';
const FLAGS_OF_DIV = 'OF SF ZF AF PF CF';

export const ARITHMETIC: readonly Row[] = [
  ...classic('ADD', 0x00, 0, { leaves: 'add' }, add),
  ...classic('ADC', 0x10, 2, { readsFlags: true }, adc),
  ...classic('SBB', 0x18, 3, { readsFlags: true }, sbb),
  ...classic('SUB', 0x28, 5, { leaves: 'sub' }, sub),
  ...classic('CMP', 0x38, 7, { leaves: 'sub' }, cmp),
  row('INC', 'FE /0', [Eb], { lock: true, leaves: 'inc' }, inc),
  row('INC', 'FF /0', [Ev], { lock: true, leaves: 'inc' }, inc),
  row('INC', '40+r', [Zv], { mode: 'legacy', leaves: 'inc' }, inc),
  row('DEC', 'FE /1', [Eb], { lock: true, leaves: 'dec' }, dec),
  row('DEC', 'FF /1', [Ev], { lock: true, leaves: 'dec' }, dec),
  row('DEC', '48+r', [Zv], { mode: 'legacy', leaves: 'dec' }, dec),
  row('NEG', 'F6 /3', [Eb], { lock: true, leaves: 'sub' }, neg),
  row('NEG', 'F7 /3', [Ev], { lock: true, leaves: 'sub' }, neg),
  row('MUL', 'F6 /4', [Eb], { undefinedFlags: FLAGS_OF_MUL }, mul),
  row('MUL', 'F7 /4', [Ev], { undefinedFlags: FLAGS_OF_MUL }, mul),
  row('IMUL', 'F6 /5', [Eb], { undefinedFlags: FLAGS_OF_MUL }, imul1),
  row('IMUL', 'F7 /5', [Ev], { undefinedFlags: FLAGS_OF_MUL }, imul1),
  row('IMUL', '0F AF /r', [Gv, Ev], { undefinedFlags: FLAGS_OF_MUL }, imul2),
  row('IMUL', '6B /r', [Gv, Ev, Is], { undefinedFlags: FLAGS_OF_MUL }, imul3),
  row('IMUL', '69 /r', [Gv, Ev, Iz], { undefinedFlags: FLAGS_OF_MUL }, imul3),
  row('DIV', 'F6 /6', [Eb], { undefinedFlags: FLAGS_OF_DIV }, div),
  row('DIV', 'F7 /6', [Ev], { undefinedFlags: FLAGS_OF_DIV }, div),
  row('IDIV', 'F6 /7', [Eb], { undefinedFlags: FLAGS_OF_DIV }, idiv),
  row('IDIV', 'F7 /7', [Ev], { undefinedFlags: FLAGS_OF_DIV }, idiv),
];
