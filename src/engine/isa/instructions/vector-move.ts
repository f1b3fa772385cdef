/** Moves of XMM and MMX registers, whole and in parts (volumes 4 and 5). */
import {
  Ed,
  Ey,
  Gd,
  Gy,
  Md,
  Mdq,
  Mdqu,
  Mq,
  Nq,
  Pd,
  Pq,
  Qq,
  Ud,
  Udq,
  Uq,
  Vd,
  Vdq,
  Vq,
  Wd,
  Wdq,
  Wdqu,
  Wq,
} from '../operand';
import { row, type Emit, type Row, type Rules } from '../row';
import type { VectorOp } from '../vector-ops';

const move: Emit = (e) => e.setVector(0, e.vector(1));

const sse = { feature: 'SSE', unit: 'sse', rare: true } as const satisfies Rules;
const sse2 = { feature: 'SSE2', unit: 'sse', rare: true } as const satisfies Rules;
const sse3 = { feature: 'SSE3', unit: 'sse', rare: true } as const satisfies Rules;
const sse4a = { feature: 'SSE4A', unit: 'sse', rare: true } as const satisfies Rules;
const mmx = { feature: 'MMX', unit: 'mmx', rare: true } as const satisfies Rules;
/** Between both register files. */
const both = { feature: 'SSE2', unit: 'sse-mmx', rare: true } as const satisfies Rules;

const ZERO = new Array<number>(16).fill(0);

/** An integer of 4 or 8 bytes to the low end of an XMM register, the rest cleared. */
const fromInteger: Emit = (e) => {
  const size = e.sizeOf(1);
  e.setVector(0, e.withLane(e.vectorConstant(ZERO), size, 0, e.read(1)));
};
const toMmx: Emit = (e) => e.write(0, e.zero(e.read(1), 8));
/** As many bytes as the first operand has; those above in an XMM register stay. */
const plain: Emit = (e) => e.write(0, e.read(1));
const highToLow: Emit = (e) => e.write(0, e.lane(e.vector(1), 8, 1));
const lowToHigh: Emit = (e) => {
  const value = e.read(1);
  e.setVector(0, e.withLane(e.vector(0), 8, 1, value));
};

const dwords =
  (...lanes: readonly number[]): Emit =>
  (e) => {
    const v = e.vector(1);
    e.setVector(
      0,
      e.shuffle(
        v,
        v,
        lanes.flatMap((n) => [0, 1, 2, 3].map((b) => n * 4 + b)),
      ),
    );
  };

const signs =
  (op: VectorOp): Emit =>
  (e) =>
    e.write(0, e.zero(e.pure(op, e.vector(1)), e.sizeOf(0)));
const quadSigns: Emit = (e) => {
  const bits = e.pure('i8x16.bitmask', e.vector(1));
  e.write(0, e.zero(e.bin('and', bits, e.constant(0xff, 4)), e.sizeOf(0)));
};

export const VECTOR_MOVE: readonly Row[] = [
  row('MOVAPS', 'NP 0F 28 /r', [Vdq, Wdq], sse, move),
  row('MOVAPS', 'NP 0F 29 /r', [Wdq, Vdq], sse, move),
  row('MOVUPS', 'NP 0F 10 /r', [Vdq, Wdqu], sse, move),
  row('MOVUPS', 'NP 0F 11 /r', [Wdqu, Vdq], sse, move),
  row('MOVAPD', '66 0F 28 /r', [Vdq, Wdq], sse2, move),
  row('MOVAPD', '66 0F 29 /r', [Wdq, Vdq], sse2, move),
  row('MOVUPD', '66 0F 10 /r', [Vdq, Wdqu], sse2, move),
  row('MOVUPD', '66 0F 11 /r', [Wdqu, Vdq], sse2, move),
  row('MOVDQA', '66 0F 6F /r', [Vdq, Wdq], sse2, move),
  row('MOVDQA', '66 0F 7F /r', [Wdq, Vdq], sse2, move),
  row('MOVDQU', 'F3 0F 6F /r', [Vdq, Wdqu], sse2, move),
  row('MOVDQU', 'F3 0F 7F /r', [Wdqu, Vdq], sse2, move),
  row('LDDQU', 'F2 0F F0 /r', [Vdq, Mdqu], sse3, move),
  row('MOVNTPS', 'NP 0F 2B /r', [Mdq, Vdq], sse, move),
  row('MOVNTPD', '66 0F 2B /r', [Mdq, Vdq], sse2, move),
  row('MOVNTDQ', '66 0F E7 /r', [Mdq, Vdq], sse2, move),
  row('MOVNTDQA', '66 0F 38 2A /r', [Vdq, Mdq], { ...sse2, feature: 'SSE41' }, move),
  row('MOVNTQ', 'NP 0F E7 /r', [Mq, Pq], { ...mmx, feature: 'MMX_EXT' }, move),
  row('MOVNTSS', 'F3 0F 2B /r', [Md, Vd], sse4a, plain),
  row('MOVNTSD', 'F2 0F 2B /r', [Mq, Vq], sse4a, plain),

  row('MOVQ', 'NP 0F 6F /r', [Pq, Qq], mmx, move),
  row('MOVQ', 'NP 0F 7F /r', [Qq, Pq], mmx, move),
  row('MOVQ', 'F3 0F 7E /r', [Vdq, Wq], sse2, move),
  row('MOVQ', '66 0F D6 /r', [Mq, Vq], sse2, plain),
  row('MOVQ', '66 0F D6 /r', [Udq, Vq], sse2, move),
  row('MOVQ', 'NP REX.W 0F 6E /r', [Pq, Ey], { ...mmx, operandSize: 8 }, plain),
  row('MOVD', 'NP 0F 6E /r', [Pq, Ed], mmx, toMmx),
  row('MOVQ', 'NP REX.W 0F 7E /r', [Ey, Pq], { ...mmx, operandSize: 8 }, plain),
  row('MOVD', 'NP 0F 7E /r', [Ed, Pd], mmx, plain),
  row('MOVQ', '66 REX.W 0F 6E /r', [Vdq, Ey], { ...sse2, operandSize: 8 }, fromInteger),
  row('MOVD', '66 0F 6E /r', [Vdq, Ed], sse2, fromInteger),
  row('MOVQ', '66 REX.W 0F 7E /r', [Ey, Vq], { ...sse2, operandSize: 8 }, plain),
  row('MOVD', '66 0F 7E /r', [Ed, Vd], sse2, plain),
  row('MOVDQ2Q', 'F2 0F D6 /r', [Pq, Uq], both, plain),
  row('MOVQ2DQ', 'F3 0F D6 /r', [Vdq, Nq], both, move),

  row('MOVSS', 'F3 0F 10 /r', [Vd, Ud], sse, plain),
  row('MOVSS', 'F3 0F 10 /r', [Vdq, Md], sse, move),
  row('MOVSS', 'F3 0F 11 /r', [Wd, Vd], sse, plain),
  row('MOVSD', 'F2 0F 10 /r', [Vq, Uq], sse2, plain),
  row('MOVSD', 'F2 0F 10 /r', [Vdq, Mq], sse2, move),
  row('MOVSD', 'F2 0F 11 /r', [Wq, Vq], sse2, plain),
  row('MOVHLPS', 'NP 0F 12 /r', [Vq, Udq], sse, highToLow),
  row('MOVLPS', 'NP 0F 12 /r', [Vq, Mq], sse, plain),
  row('MOVLPS', 'NP 0F 13 /r', [Mq, Vq], sse, plain),
  row('MOVLHPS', 'NP 0F 16 /r', [Vdq, Uq], sse, lowToHigh),
  row('MOVHPS', 'NP 0F 16 /r', [Vdq, Mq], sse, lowToHigh),
  row('MOVHPS', 'NP 0F 17 /r', [Mq, Vdq], sse, highToLow),
  row('MOVLPD', '66 0F 12 /r', [Vq, Mq], sse2, plain),
  row('MOVLPD', '66 0F 13 /r', [Mq, Vq], sse2, plain),
  row('MOVHPD', '66 0F 16 /r', [Vdq, Mq], sse2, lowToHigh),
  row('MOVHPD', '66 0F 17 /r', [Mq, Vdq], sse2, highToLow),
  row('MOVSLDUP', 'F3 0F 12 /r', [Vdq, Wdq], sse3, dwords(0, 0, 2, 2)),
  row('MOVSHDUP', 'F3 0F 16 /r', [Vdq, Wdq], sse3, dwords(1, 1, 3, 3)),
  row('MOVDDUP', 'F2 0F 12 /r', [Vdq, Wq], sse3, dwords(0, 1, 0, 1)),

  row('MOVMSKPS', 'NP 0F 50 /r', [Gy, Udq], sse, signs('i32x4.bitmask')),
  row('MOVMSKPD', '66 0F 50 /r', [Gy, Udq], sse2, signs('i64x2.bitmask')),
  row('PMOVMSKB', '66 0F D7 /r', [Gd, Udq], sse2, signs('i8x16.bitmask')),
  row('PMOVMSKB', 'NP 0F D7 /r', [Gd, Nq], { ...mmx, feature: 'MMX_EXT' }, quadSigns),
  row('MASKMOVDQU', '66 0F F7 /r', [Vdq, Udq], sse2, 'maskmov'),
  row('MASKMOVQ', 'NP 0F F7 /r', [Pq, Nq], { ...mmx, feature: 'MMX_EXT' }, 'maskmov'),
  row('EMMS', 'NP 0F 77', [], mmx, 'emms'),
];
