/** Shifts of XMM and MMX registers, by a register, memory or an immediate (volumes 4 and 5). */
import type { Emitter, Value } from '../emitter';
import { Ib, Nq, Pq, Qq, Udq, Vdq, Wdq } from '../operand';
import { row, type Emit, type Row, type Rules } from '../row';

const sse2 = { feature: 'SSE2', unit: 'sse', rare: true } as const satisfies Rules;
const mmx = { feature: 'MMX', unit: 'mmx', rare: true } as const satisfies Rules;

type Lanes = 'i16x8' | 'i32x4' | 'i64x2';
const BITS: Readonly<Record<Lanes, number>> = { i16x8: 16, i32x4: 32, i64x2: 64 };
const ZERO = new Array<number>(16).fill(0);

/** A count of the lanes' width or more clears them; one of SRA fills them with the sign. `count` is i32 or i64. */
function shifted(e: Emitter, lanes: Lanes, op: 'shl' | 'shr_u' | 'shr_s', count: Value): void {
  const bits = BITS[lanes];
  const size = count.type === 'i64' ? 8 : 4;
  const fits = e.bin('lt_u', count, e.constant(bits, size));
  if (op === 'shr_s' && lanes !== 'i64x2') {
    const amount = e.select(fits, e.zero(count, 4), e.constant(bits - 1, 4));
    e.setVector(0, e.pure(`${lanes}.shr_s`, e.vector(0), amount));
    return;
  }
  const all = e.pure(`${lanes}.${op}`, e.vector(0), e.zero(count, 4));
  e.setVector(0, e.select(fits, all, e.vectorConstant(ZERO)));
}

/** By the low quadword of the second operand. */
const byVector =
  (lanes: Lanes, op: 'shl' | 'shr_u' | 'shr_s'): Emit =>
  (e) =>
    shifted(e, lanes, op, e.let(e.lane(e.vector(1), 8, 0)));
const byImmediate =
  (lanes: Lanes, op: 'shl' | 'shr_u' | 'shr_s'): Emit =>
  (e) =>
    shifted(e, lanes, op, e.let(e.read(1)));

/** By whole bytes; zeros come in. */
const bytesRight: Emit = (e) => {
  const from = Math.min(e.immediate, 16);
  e.setVector(0, e.shuffle(e.vector(0), e.vectorConstant(ZERO), laneRange(from)));
};
const bytesLeft: Emit = (e) => {
  const from = 16 - Math.min(e.immediate, 16);
  e.setVector(0, e.shuffle(e.vectorConstant(ZERO), e.vector(0), laneRange(from)));
};
const laneRange = (from: number): number[] => Array.from({ length: 16 }, (_, n) => from + n);

function shift(
  mnemonic: string,
  opcode: string,
  group: string,
  lanes: Lanes,
  op: 'shl' | 'shr_u' | 'shr_s',
): readonly Row[] {
  const vector = byVector(lanes, op);
  const immediate = byImmediate(lanes, op);
  return [
    row(mnemonic, `NP 0F ${opcode} /r`, [Pq, Qq], mmx, vector),
    row(mnemonic, `66 0F ${opcode} /r`, [Vdq, Wdq], sse2, vector),
    row(mnemonic, `NP 0F ${group}`, [Nq, Ib], mmx, immediate),
    row(mnemonic, `66 0F ${group}`, [Udq, Ib], sse2, immediate),
  ];
}

export const VECTOR_SHIFT: readonly Row[] = [
  ...shift('PSRLW', 'D1', '71 /2', 'i16x8', 'shr_u'),
  ...shift('PSRLD', 'D2', '72 /2', 'i32x4', 'shr_u'),
  ...shift('PSRLQ', 'D3', '73 /2', 'i64x2', 'shr_u'),
  ...shift('PSRAW', 'E1', '71 /4', 'i16x8', 'shr_s'),
  ...shift('PSRAD', 'E2', '72 /4', 'i32x4', 'shr_s'),
  ...shift('PSLLW', 'F1', '71 /6', 'i16x8', 'shl'),
  ...shift('PSLLD', 'F2', '72 /6', 'i32x4', 'shl'),
  ...shift('PSLLQ', 'F3', '73 /6', 'i64x2', 'shl'),
  row('PSRLDQ', '66 0F 73 /3', [Udq, Ib], { ...sse2, fixedImmediate: true }, bytesRight),
  row('PSLLDQ', '66 0F 73 /7', [Udq, Ib], { ...sse2, fixedImmediate: true }, bytesLeft),
];
