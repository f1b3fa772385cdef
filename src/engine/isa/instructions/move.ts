/** MOV, MOVZX, MOVSX, MOVSXD, CMOVcc, XCHG, LEA, BSWAP, sign extension of rAX, XADD, CMPXCHG, XLAT, MOVBE. */
import { RAX, RBX, RCX, RDX } from '../../arch/registers';
import { CONDITIONS } from '../../arch/conditions';
import { AL, Eb, Ed, Ev, Ew, Gb, Gv, Ib, Iv, Iz, M, Mdq, Mq, Mv, Ob, Ov, rAX, translateByte, Zb, Zv } from '../operand';
import { row, type Emit, type Row } from '../row';

const mov: Emit = (e) => e.write(0, e.read(1));
const movzx: Emit = (e) => e.write(0, e.zero(e.read(1), e.size));
const movsx: Emit = (e) => {
  const from = e.sizeOf(1);
  e.write(0, e.mask(e.sign(e.read(1), from, e.size === 8 ? 8 : 4), e.size));
};
const lea: Emit = (e) => e.write(0, e.zero(e.effectiveAddress(1), e.size));

const cmov: Emit = (e) => {
  const s = e.read(1);
  const d = e.read(0);
  e.write(0, e.select(e.test(e.condition), s, d));
};

const xchg: Emit = (e) => {
  const a = e.modify(0);
  const b = e.read(1);
  e.write(0, b);
  e.write(1, a);
};

const bswap: Emit = (e) => {
  const v = e.read(0);
  if (e.size === 8) {
    const swapHalves = (x: typeof v, by: number, keep: bigint): typeof v => {
      const m = e.constant(keep, 8);
      const up = e.bin('shl', e.bin('and', x, m), e.constant(by, 8));
      return e.let(e.bin('or', up, e.bin('and', e.bin('shr_u', x, e.constant(by, 8)), m)));
    };
    const bytes = swapHalves(v, 8, 0x00ff00ff00ff00ffn);
    const words = swapHalves(bytes, 16, 0x0000ffff0000ffffn);
    e.write(0, e.bin('rotl', words, e.constant(32, 8)));
    return;
  }
  // A 16-bit operand is undefined (volume 3, BSWAP); AMD's processors give 0.
  if (e.size === 2) return e.write(0, e.constant(0, 2));
  const left = e.bin('and', e.bin('rotl', v, e.constant(8, 4)), e.constant(0x00ff00ff, 4));
  const right = e.bin('and', e.bin('rotr', v, e.constant(8, 4)), e.constant(0xff00ff00, 4));
  e.write(0, e.bin('or', left, right));
};

const movbe: Emit = (e) => {
  const v = e.read(1);
  if (e.size === 2) {
    const swapped = e.bin('or', e.bin('shl', v, e.constant(8, 4)), e.bin('shr_u', v, e.constant(8, 4)));
    return e.write(0, e.mask(swapped, 2));
  }
  const half = (x: typeof v): typeof v =>
    e.bin(
      'or',
      e.bin('and', e.bin('rotl', x, e.constant(8, 4)), e.constant(0x00ff00ff, 4)),
      e.bin('and', e.bin('rotr', x, e.constant(8, 4)), e.constant(0xff00ff00, 4)),
    );
  if (e.size === 4) return e.write(0, half(v));
  const low = e.let(half(e.let(e.zero(v, 4))));
  const high = e.let(half(e.let(e.zero(e.bin('shr_u', v, e.constant(32, 8)), 4))));
  e.write(0, e.bin('or', e.bin('shl', e.zero(low, 8), e.constant(32, 8)), e.zero(high, 8)));
};

/** CBW, CWDE, CDQE: rAX from its lower half. */
const extendAcc: Emit = (e) => {
  const s = e.operandSize;
  const half = (s / 2) as 1 | 2 | 4;
  e.setGpr(RAX, s, e.mask(e.sign(e.gpr(RAX, half), half, s === 8 ? 8 : 4), s));
};

/** CWD, CDQ, CQO: rDX from the sign of rAX. */
const signToRdx: Emit = (e) => {
  const s = e.operandSize;
  const wide = e.sign(e.gpr(RAX, s), s, s === 8 ? 8 : 4);
  e.setGpr(RDX, s, e.mask(e.bin('shr_s', wide, e.constant(s === 8 ? 63 : 31, s)), s));
};

const xadd: Emit = (e) => {
  const a = e.modify(0);
  const b = e.read(1);
  const r = e.let(e.mask(e.bin('add', a, b), e.size));
  e.write(1, a);
  e.write(0, r);
  e.setFlags('add', e.size, r, a);
};

const cmpxchg: Emit = (e) => {
  const s = e.size;
  const a = e.modify(0);
  const acc = e.gpr(RAX, s);
  const source = e.read(1);
  const equal = e.let(e.bin('eq', acc, a));
  // Memory is always written (with its old value when unequal); of the two registers only the changed one is.
  if (e.isMemory(0)) {
    e.write(0, e.select(equal, source, a));
    e.if(e.un('eqz', equal), () => e.setGpr(RAX, s, a));
  } else {
    e.if(
      equal,
      () => e.write(0, source),
      () => e.setGpr(RAX, s, a),
    );
  }
  e.setFlags('sub', s, acc, a);
};

const cmpxchg8b: Emit = (e) => {
  const a = e.modify(0);
  const pair = (high: number, low: number): typeof a =>
    e.bin('or', e.bin('shl', e.zero(e.gpr(high, 4), 8), e.constant(32, 8)), e.zero(e.gpr(low, 4), 8));
  const equal = e.let(e.bin('eq', a, pair(RDX, RAX)));
  const flags = e.arithmeticFlags();
  e.write(0, e.select(equal, pair(RCX, RBX), a));
  e.if(e.un('eqz', equal), () => {
    e.setGpr(RAX, 4, e.zero(a, 4));
    e.setGpr(RDX, 4, e.zero(e.bin('shr_u', a, e.constant(32, 8)), 4));
  });
  const zf = e.bin('shl', equal, e.constant(6, 4));
  e.setFlags('flags', 4, e.bin('or', e.bin('and', flags, e.constant(~0x40, 4)), zf));
};

const xlat: Emit = (e) => e.setGpr(RAX, 1, e.read(0));

const nop: Emit = () => undefined;

export const MOVE: readonly Row[] = [
  row('MOV', '88 /r', [Eb, Gb], {}, mov),
  row('MOV', '89 /r', [Ev, Gv], {}, mov),
  row('MOV', '8A /r', [Gb, Eb], {}, mov),
  row('MOV', '8B /r', [Gv, Ev], {}, mov),
  row('MOV', 'A0', [AL, Ob], {}, mov),
  row('MOV', 'A1', [rAX, Ov], {}, mov),
  row('MOV', 'A2', [Ob, AL], {}, mov),
  row('MOV', 'A3', [Ov, rAX], {}, mov),
  row('MOV', 'B0+r', [Zb, Ib], {}, mov),
  row('MOV', 'B8+r', [Zv, Iv], {}, mov),
  row('MOV', 'C6 /0', [Eb, Ib], {}, mov),
  row('MOV', 'C7 /0', [Ev, Iz], {}, mov),
  row('MOVZX', '0F B6 /r', [Gv, Eb], {}, movzx),
  row('MOVZX', '0F B7 /r', [Gv, Ew], {}, movzx),
  row('MOVSX', '0F BE /r', [Gv, Eb], {}, movsx),
  row('MOVSX', '0F BF /r', [Gv, Ew], {}, movsx),
  row('MOVSXD', '63 /r', [Gv, Ed], { mode: 'long' }, movsx),
  row('LEA', '8D /r', [Gv, M], {}, lea),
  ...CONDITIONS.map((c) =>
    row(
      `CMOV${c.name}`,
      `0F ${(0x40 + c.code).toString(16).toUpperCase()} /r`,
      [Gv, Ev],
      {
        condition: c.code,
        aliases: c.aliases.map((a) => `CMOV${a}`),
      },
      cmov,
    ),
  ),
  // 90h without REX.B is NOP: it does not clear the upper half of rAX.
  row('NOP', '90', [], { notRexB: true }, nop),
  row('XCHG', '86 /r', [Eb, Gb], { lock: true }, xchg),
  row('XCHG', '87 /r', [Ev, Gv], { lock: true }, xchg),
  row('XCHG', '90+r', [Zv, rAX], {}, xchg),
  row('BSWAP', '0F C8+r', [Zv], {}, bswap),
  row('CBW', '98', [], { operandSize: 2 }, extendAcc),
  row('CWDE', '98', [], { operandSize: 4 }, extendAcc),
  row('CDQE', '98', [], { operandSize: 8 }, extendAcc),
  row('CWD', '99', [], { operandSize: 2 }, signToRdx),
  row('CDQ', '99', [], { operandSize: 4 }, signToRdx),
  row('CQO', '99', [], { operandSize: 8 }, signToRdx),
  row('XADD', '0F C0 /r', [Eb, Gb], { lock: true, rare: true }, xadd),
  row('XADD', '0F C1 /r', [Ev, Gv], { lock: true, rare: true }, xadd),
  row('CMPXCHG', '0F B0 /r', [Eb, Gb], { lock: true, rare: true }, cmpxchg),
  row('CMPXCHG', '0F B1 /r', [Ev, Gv], { lock: true, rare: true }, cmpxchg),
  row('CMPXCHG16B', 'REX.W 0F C7 /1', [Mdq], { lock: true }, 'cmpxchg16b'),
  row('CMPXCHG8B', '0F C7 /1', [Mq], { lock: true, rare: true }, cmpxchg8b),
  row('XLATB', 'D7', [translateByte], { displaced: 'al', rare: true, aliases: ['XLAT'] }, xlat),
  row('MOVBE', 'NP 0F 38 F0 /r', [Gv, Mv], { feature: 'MOVBE', rare: true }, movbe),
  row('MOVBE', 'NP 0F 38 F1 /r', [Mv, Gv], { feature: 'MOVBE', rare: true }, movbe),
];
