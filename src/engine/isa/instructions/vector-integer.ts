/** Integer arithmetic, comparison and shuffles on XMM and MMX registers (volumes 4 and 5): one meaning for both widths. */
import { Ib, Pq, Qq, Vdq, Wdq } from '../operand';
import { row, type Emit, type Row, type Rules } from '../row';
import type { VectorOp } from '../vector-ops';

const sse2 = { feature: 'SSE2', unit: 'sse', rare: true } as const satisfies Rules;
const mmx = { feature: 'MMX', unit: 'mmx', rare: true } as const satisfies Rules;

/** Destination op source, lane by lane. */
const lanewise =
  (op: VectorOp): Emit =>
  (e) =>
    e.setVector(0, e.pure(op, e.vector(0), e.vector(1)));

/** The instruction of both register files: `opcode` in the 0F map, with 66h for XMM. */
function both(mnemonic: string, opcode: string, meaning: Emit): Row[] {
  return [
    row(mnemonic, `NP 0F ${opcode} /r`, [Pq, Qq], mmx, meaning),
    row(mnemonic, `66 0F ${opcode} /r`, [Vdq, Wdq], sse2, meaning),
  ];
}

const shuffleDwords: Emit = (e) => {
  const source = e.vector(1);
  const lanes = [0, 1, 2, 3].flatMap((n) => [0, 1, 2, 3].map((b) => ((e.immediate >> (2 * n)) & 3) * 4 + b));
  e.setVector(0, e.shuffle(source, source, lanes));
};

export const VECTOR_INTEGER: readonly Row[] = [
  ...both('PADDB', 'FC', lanewise('i8x16.add')),
  ...both('PXOR', 'EF', lanewise('v128.xor')),
  row('PSHUFD', '66 0F 70 /r', [Vdq, Wdq, Ib], { ...sse2, fixedImmediate: true }, shuffleDwords),
];
