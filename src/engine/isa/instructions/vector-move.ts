/** Moves of XMM and MMX registers (volumes 4 and 5). */
import { Pq, Qq, Vdq, Wdq, Wdqu } from '../operand';
import { row, type Emit, type Row } from '../row';

const move: Emit = (e) => e.setVector(0, e.vector(1));

const sse = { feature: 'SSE', unit: 'sse', rare: true } as const;
const sse2 = { feature: 'SSE2', unit: 'sse', rare: true } as const;
const mmx = { feature: 'MMX', unit: 'mmx', rare: true } as const;

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
  row('MOVQ', 'NP 0F 6F /r', [Pq, Qq], mmx, move),
  row('MOVQ', 'NP 0F 7F /r', [Qq, Pq], mmx, move),
];
