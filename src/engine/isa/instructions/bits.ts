/** BT, BTS, BTR, BTC, BSF, BSR, POPCNT, LZCNT, TZCNT. */
import type { Emitter, Value } from '../emitter';
import { Ev, Gv, Ib } from '../operand';
import { row, type Emit, type Row } from '../row';

const test =
  (change: 'none' | 'or' | 'andnot' | 'xor'): Emit =>
  (e) => {
    const a = change === 'none' ? e.read(0) : e.modify(0);
    const n = e.let(e.bin('and', e.zero(e.read(1), e.size), e.constant(e.size * 8 - 1, e.size)));
    const bit = e.let(e.bin('shl', e.constant(1, e.size), n));
    const kept = e.bin('and', e.arithmeticFlags(), e.constant(~1, 4));
    const cf = e.let(e.zero(e.bin('and', e.bin('shr_u', a, n), e.constant(1, e.size)), 4));
    if (change === 'andnot') e.write(0, e.bin('and', a, e.bin('xor', bit, e.constant(-1, e.size))));
    else if (change !== 'none') e.write(0, e.bin(change, a, bit));
    e.setFlags('flags', 4, e.bin('or', kept, cf));
  };

/** BSF and BSR leave the destination alone when the source is 0. */
const scan =
  (forward: boolean): Emit =>
  (e) => {
    const s = e.read(1);
    const some = e.let(e.bin('ne', s, e.constant(0, e.size)));
    const top = e.size === 8 ? 63 : 31;
    const at = forward ? e.un('ctz', s) : e.bin('sub', e.constant(top, e.size), e.un('clz', s));
    e.if(some, () => e.write(0, at));
    e.setFlags('logic', e.size, s);
  };

/** `zf` and `cf` (i32 0 or 1), the other four flags clear. */
function zeroCarry(e: Emitter, zf: Value, cf: Value): void {
  e.setFlags('flags', 4, e.bin('or', e.bin('shl', zf, e.constant(6, 4)), cf));
}

const popcnt: Emit = (e) => {
  const s = e.read(1);
  e.write(0, e.un('popcnt', s));
  zeroCarry(e, e.un('eqz', s), e.constant(0, 4));
};

const count =
  (trailing: boolean): Emit =>
  (e) => {
    const s = e.read(1);
    const width = e.size * 8;
    let n: Value;
    if (trailing) n = e.size === 2 ? e.un('ctz', e.bin('or', s, e.constant(0x10000, 4))) : e.un('ctz', s);
    else n = e.bin('sub', e.un('clz', s), e.constant(e.size === 8 ? 0 : 32 - width, e.size));
    const result = e.let(n);
    e.write(0, result);
    zeroCarry(e, e.un('eqz', result), e.un('eqz', s));
  };

const BT_FLAGS = 'OF SF AF PF';

function family(name: string, opcode: string, digit: number, meaning: Emit): Row[] {
  const rules = { undefinedFlags: BT_FLAGS, rare: true, ...(name === 'BT' ? {} : { lock: true as const }) } as const;
  return [
    row(name, `0F ${opcode} /r`, [Ev, Gv], { ...rules, displaced: 'bit-offset' }, meaning),
    row(name, `0F BA /${digit}`, [Ev, Ib], rules, meaning),
  ];
}

export const BITS: readonly Row[] = [
  ...family('BT', 'A3', 4, test('none')),
  ...family('BTS', 'AB', 5, test('or')),
  ...family('BTR', 'B3', 6, test('andnot')),
  ...family('BTC', 'BB', 7, test('xor')),
  row('POPCNT', 'F3 0F B8 /r', [Gv, Ev], { feature: 'POPCNT', rare: true }, popcnt),
  row('TZCNT', 'F3 0F BC /r', [Gv, Ev], { feature: 'BMI1', rare: true, undefinedFlags: 'OF SF AF PF' }, count(true)),
  row('LZCNT', 'F3 0F BD /r', [Gv, Ev], { feature: 'ABM', rare: true, undefinedFlags: 'OF SF AF PF' }, count(false)),
  row('BSF', '0F BC /r', [Gv, Ev], { rare: true, undefinedFlags: 'OF SF AF PF CF' }, scan(true)),
  row('BSR', '0F BD /r', [Gv, Ev], { rare: true, undefinedFlags: 'OF SF AF PF CF' }, scan(false)),
];
