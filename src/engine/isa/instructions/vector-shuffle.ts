/** Shuffles of XMM and MMX registers: unpacking, packing, permutation, blending, insertion and extraction (volumes 4 and 5). */
import type { Emitter, Size, Value } from '../emitter';
import { Ed, Ey, Gd, Gy, Ib, Mb, Md, Mw, Nq, Pq, Qd, Qq, Rd, Ry, Udq, Vdq, Wd, Wdq, Wq, Ww, XMM0 } from '../operand';
import { row, type Emit, type Row, type Rules } from '../row';
import type { VectorOp } from '../vector-ops';

const sse = { feature: 'SSE', unit: 'sse', rare: true } as const satisfies Rules;
const sse2 = { feature: 'SSE2', unit: 'sse', rare: true } as const satisfies Rules;
const ssse3 = { feature: 'SSSE3', unit: 'sse', rare: true } as const satisfies Rules;
const sse41 = { feature: 'SSE41', unit: 'sse', rare: true } as const satisfies Rules;
const mmx = { feature: 'MMX', unit: 'mmx', rare: true } as const satisfies Rules;
const mmxext = { feature: 'MMX_EXT', unit: 'mmx', rare: true } as const satisfies Rules;
const mmx3 = { feature: 'SSSE3', unit: 'mmx', rare: true } as const satisfies Rules;
const fixed = { fixedImmediate: true } as const satisfies Rules;

const ZERO = new Array<number>(16).fill(0);
const count = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** Bytes of the result: 0 to 15 of the destination, 16 to 31 of the source. */
const choose =
  (lanes: (immediate: number) => readonly number[], usesImmediate = true): Emit =>
  (e) => {
    const b = e.vector(1);
    e.setVector(0, e.shuffle(e.vector(0), b, lanes(usesImmediate ? e.immediate : 0)));
  };
/** Lanes of `size` bytes of the source alone. */
const permute =
  (size: number, lanes: (immediate: number) => readonly number[]): Emit =>
  (e) => {
    const v = e.vector(1);
    e.setVector(0, e.shuffle(v, v, widen(lanes(e.immediate), size)));
  };
/** Lanes of `size` bytes to lanes of bytes, sixteen of them (repeated if need be). */
function widen(lanes: readonly number[], size: number): number[] {
  const bytes = lanes.flatMap((n) => count(size).map((b) => n * size + b));
  return bytes.length === 16 ? bytes : [...bytes, ...bytes];
}
const field = (immediate: number, n: number): number => (immediate >> (2 * n)) & 3;

/** Lanes of `size` bytes of both operands by turns, from lane `from` on. */
function interleaved(size: number, width: 8 | 16, from: number): number[] {
  const lanes = count(width / size / 2).flatMap((n) => [from + n, from + n + 16 / size]);
  return widen(lanes, size);
}
function unpack(mnemonic: string, opcode: string, size: 1 | 2 | 4, high: boolean): readonly Row[] {
  const meaning = (width: 8 | 16): Emit => choose(() => interleaved(size, width, high ? width / size / 2 : 0), false);
  return [
    row(mnemonic, `NP 0F ${opcode} /r`, [Pq, high ? Qq : Qd], mmx, meaning(8)),
    row(mnemonic, `66 0F ${opcode} /r`, [Vdq, Wdq], sse2, meaning(16)),
  ];
}
const unpackWide = (size: 4 | 8, high: boolean): Emit =>
  choose(() => interleaved(size, 16, high ? 8 / size : 0), false);
const LOW_DWORDS = unpackWide(4, false);
const HIGH_DWORDS = unpackWide(4, true);
const LOW_QWORDS = unpackWide(8, false);
const HIGH_QWORDS = unpackWide(8, true);

const packed =
  (op: VectorOp): Emit =>
  (e) => {
    const b = e.vector(1);
    e.setVector(0, e.pure(op, e.vector(0), b));
  };
/** Of MMX registers: both side by side in one vector. */
const packedHalves =
  (op: VectorOp): Emit =>
  (e) => {
    const b = e.vector(1);
    const all = e.let(e.withLane(e.vector(0), 8, 1, e.lane(b, 8, 0)));
    e.setVector(0, e.pure(op, all, all));
  };
const pack = (mnemonic: string, opcode: string, op: VectorOp): readonly Row[] => [
  row(mnemonic, `NP 0F ${opcode} /r`, [Pq, Qq], mmx, packedHalves(op)),
  row(mnemonic, `66 0F ${opcode} /r`, [Vdq, Wdq], sse2, packed(op)),
];

/** Bit 7 of an index clears the byte; of the others as many count as there are bytes. */
const shuffleBytes =
  (mask: number): Emit =>
  (e) => {
    const b = e.vector(1);
    const index = e.pure('v128.and', b, e.vectorConstant(ZERO.map(() => mask)));
    e.setVector(0, e.pure('i8x16.swizzle', e.vector(0), index));
  };

/** Destination above source, shifted right by bytes. */
const alignWide: Emit = (e) => {
  const b = e.vector(1);
  const a = e.vector(0);
  const by = Math.min(e.immediate, 32);
  const zero = e.vectorConstant(ZERO);
  if (by <= 16)
    e.setVector(
      0,
      e.shuffle(
        b,
        a,
        count(16).map((n) => by + n),
      ),
    );
  else
    e.setVector(
      0,
      e.shuffle(
        a,
        zero,
        count(16).map((n) => by - 16 + n),
      ),
    );
};
const alignNarrow: Emit = (e) => {
  const b = e.vector(1);
  const a = e.vector(0);
  // Both vectors are zero from byte 8 on.
  const lane = (at: number): number => (at < 8 ? at : at < 16 ? at + 8 : 8);
  e.setVector(
    0,
    e.shuffle(
      b,
      a,
      count(16).map((n) => lane(Math.min(e.immediate, 16) + (n & 7))),
    ),
  );
};

/** Lanes of `size` bytes whose immediate bit is set come from the source. */
const blend = (size: 2 | 4 | 8): Emit =>
  choose((immediate) =>
    widen(
      count(16 / size).map((n) => (((immediate >> n) & 1) !== 0 ? n + 16 / size : n)),
      size,
    ),
  );
/** Lanes whose sign in XMM0 is set come from the source. */
const blendByMask =
  (op: 'i8x16.shr_s' | 'i32x4.shr_s' | 'i64x2.shr_s', bits: number): Emit =>
  (e) => {
    const b = e.vector(1);
    const mask = e.pure(op, e.xmm(0), e.constant(bits - 1, 4));
    e.setVector(0, e.pure('v128.bitselect', b, e.vector(0), mask));
  };

const insert =
  (size: Size, lanes: number): Emit =>
  (e) => {
    const value = e.read(1);
    e.setVector(0, e.withLane(e.vector(0), size, e.immediate & (lanes - 1), value));
  };
const extract =
  (size: Size, lanes: number): Emit =>
  (e) =>
    e.write(0, e.zero(e.lane(e.vector(1), size, e.immediate & (lanes - 1)), e.sizeOf(0)));

/** A doubleword to lane imm[5:4]; lanes of imm[3:0] become zero. */
function insertSingle(e: Emitter, value: Value): void {
  const { immediate } = e;
  let v = e.withLane(e.vector(0), 4, (immediate >> 4) & 3, value);
  if (immediate & 15) {
    const kept = count(4).flatMap((n) => count(4).map(() => ((immediate >> n) & 1 ? 0 : 0xff)));
    v = e.pure('v128.and', v, e.vectorConstant(kept));
  }
  e.setVector(0, v);
}
const insertFromRegister: Emit = (e) => insertSingle(e, e.lane(e.vector(1), 4, e.immediate >> 6));
const insertFromMemory: Emit = (e) => insertSingle(e, e.read(1));

const extend =
  (...ops: readonly VectorOp[]): Emit =>
  (e) => {
    const source = e.sizeOf(1) === 2 ? e.pure('i32x4.splat', e.read(1)) : e.vector(1);
    e.setVector(
      0,
      ops.reduce((v, op) => e.pure(op, v), source),
    );
  };
function extensions(mnemonic: 'PMOVSX' | 'PMOVZX', opcode: number, sign: 's' | 'u'): readonly Row[] {
  const words = `i16x8.extend_low_i8x16_${sign}` as const;
  const dwords = `i32x4.extend_low_i16x8_${sign}` as const;
  const qwords = `i64x2.extend_low_i32x4_${sign}` as const;
  const form = (n: number): string => `66 0F 38 ${(opcode + n).toString(16)} /r`;
  return [
    row(`${mnemonic}BW`, form(0), [Vdq, Wq], sse41, extend(words)),
    row(`${mnemonic}BD`, form(1), [Vdq, Wd], sse41, extend(words, dwords)),
    row(`${mnemonic}BQ`, form(2), [Vdq, Ww], sse41, extend(words, dwords, qwords)),
    row(`${mnemonic}WD`, form(3), [Vdq, Wq], sse41, extend(dwords)),
    row(`${mnemonic}WQ`, form(4), [Vdq, Wd], sse41, extend(dwords, qwords)),
    row(`${mnemonic}DQ`, form(5), [Vdq, Wq], sse41, extend(qwords)),
  ];
}

const insertWord = insert(2, 8);
const insertWordNarrow = insert(2, 4);
const insertByte = insert(1, 16);
const extractByte = extract(1, 16);
const extractWord = extract(2, 8);
const extractDword = extract(4, 4);

export const VECTOR_SHUFFLE: readonly Row[] = [
  ...unpack('PUNPCKLBW', '60', 1, false),
  ...unpack('PUNPCKLWD', '61', 2, false),
  ...unpack('PUNPCKLDQ', '62', 4, false),
  ...unpack('PUNPCKHBW', '68', 1, true),
  ...unpack('PUNPCKHWD', '69', 2, true),
  ...unpack('PUNPCKHDQ', '6A', 4, true),
  row('PUNPCKLQDQ', '66 0F 6C /r', [Vdq, Wdq], sse2, LOW_QWORDS),
  row('PUNPCKHQDQ', '66 0F 6D /r', [Vdq, Wdq], sse2, HIGH_QWORDS),
  row('UNPCKLPS', 'NP 0F 14 /r', [Vdq, Wdq], sse, LOW_DWORDS),
  row('UNPCKHPS', 'NP 0F 15 /r', [Vdq, Wdq], sse, HIGH_DWORDS),
  row('UNPCKLPD', '66 0F 14 /r', [Vdq, Wdq], sse2, LOW_QWORDS),
  row('UNPCKHPD', '66 0F 15 /r', [Vdq, Wdq], sse2, HIGH_QWORDS),
  ...pack('PACKSSWB', '63', 'i8x16.narrow_i16x8_s'),
  ...pack('PACKUSWB', '67', 'i8x16.narrow_i16x8_u'),
  ...pack('PACKSSDW', '6B', 'i16x8.narrow_i32x4_s'),
  row('PACKUSDW', '66 0F 38 2B /r', [Vdq, Wdq], sse41, packed('i16x8.narrow_i32x4_u')),

  row(
    'PSHUFW',
    'NP 0F 70 /r',
    [Pq, Qq, Ib],
    { ...mmxext, ...fixed },
    permute(2, (i) => count(4).map((n) => field(i, n))),
  ),
  row(
    'PSHUFD',
    '66 0F 70 /r',
    [Vdq, Wdq, Ib],
    { ...sse2, ...fixed },
    permute(4, (i) => count(4).map((n) => field(i, n))),
  ),
  row(
    'PSHUFHW',
    'F3 0F 70 /r',
    [Vdq, Wdq, Ib],
    { ...sse2, ...fixed },
    permute(2, (i) => [0, 1, 2, 3, ...count(4).map((n) => 4 + field(i, n))]),
  ),
  row(
    'PSHUFLW',
    'F2 0F 70 /r',
    [Vdq, Wdq, Ib],
    { ...sse2, ...fixed },
    permute(2, (i) => [...count(4).map((n) => field(i, n)), 4, 5, 6, 7]),
  ),
  row(
    'SHUFPS',
    'NP 0F C6 /r',
    [Vdq, Wdq, Ib],
    { ...sse, ...fixed },
    choose((i) =>
      widen(
        count(4).map((n) => field(i, n) + (n < 2 ? 0 : 4)),
        4,
      ),
    ),
  ),
  row(
    'SHUFPD',
    '66 0F C6 /r',
    [Vdq, Wdq, Ib],
    { ...sse2, ...fixed },
    choose((i) => widen([i & 1, 2 + ((i >> 1) & 1)], 8)),
  ),
  row('PSHUFB', 'NP 0F 38 00 /r', [Pq, Qq], mmx3, shuffleBytes(0x87)),
  row('PSHUFB', '66 0F 38 00 /r', [Vdq, Wdq], ssse3, shuffleBytes(0x8f)),
  row('PALIGNR', 'NP 0F 3A 0F /r', [Pq, Qq, Ib], { ...mmx3, ...fixed }, alignNarrow),
  row('PALIGNR', '66 0F 3A 0F /r', [Vdq, Wdq, Ib], { ...ssse3, ...fixed }, alignWide),

  row('BLENDPS', '66 0F 3A 0C /r', [Vdq, Wdq, Ib], { ...sse41, ...fixed }, blend(4)),
  row('BLENDPD', '66 0F 3A 0D /r', [Vdq, Wdq, Ib], { ...sse41, ...fixed }, blend(8)),
  row('PBLENDW', '66 0F 3A 0E /r', [Vdq, Wdq, Ib], { ...sse41, ...fixed }, blend(2)),
  row('PBLENDVB', '66 0F 38 10 /r', [Vdq, Wdq, XMM0], sse41, blendByMask('i8x16.shr_s', 8)),
  row('BLENDVPS', '66 0F 38 14 /r', [Vdq, Wdq, XMM0], sse41, blendByMask('i32x4.shr_s', 32)),
  row('BLENDVPD', '66 0F 38 15 /r', [Vdq, Wdq, XMM0], sse41, blendByMask('i64x2.shr_s', 64)),

  row('PINSRW', 'NP 0F C4 /r', [Pq, Rd, Ib], { ...mmxext, ...fixed }, insertWordNarrow),
  row('PINSRW', 'NP 0F C4 /r', [Pq, Mw, Ib], { ...mmxext, ...fixed }, insertWordNarrow),
  row('PINSRW', '66 0F C4 /r', [Vdq, Rd, Ib], { ...sse2, ...fixed }, insertWord),
  row('PINSRW', '66 0F C4 /r', [Vdq, Mw, Ib], { ...sse2, ...fixed }, insertWord),
  row('PINSRB', '66 0F 3A 20 /r', [Vdq, Rd, Ib], { ...sse41, ...fixed }, insertByte),
  row('PINSRB', '66 0F 3A 20 /r', [Vdq, Mb, Ib], { ...sse41, ...fixed }, insertByte),
  row('PINSRQ', '66 REX.W 0F 3A 22 /r', [Vdq, Ey, Ib], { ...sse41, ...fixed, operandSize: 8 }, insert(8, 2)),
  row('PINSRD', '66 0F 3A 22 /r', [Vdq, Ed, Ib], { ...sse41, ...fixed }, insert(4, 4)),
  row('INSERTPS', '66 0F 3A 21 /r', [Vdq, Udq, Ib], { ...sse41, ...fixed }, insertFromRegister),
  row('INSERTPS', '66 0F 3A 21 /r', [Vdq, Md, Ib], { ...sse41, ...fixed }, insertFromMemory),
  row('PEXTRW', 'NP 0F C5 /r', [Gd, Nq, Ib], { ...mmxext, ...fixed }, extract(2, 4)),
  row('PEXTRW', '66 0F C5 /r', [Gy, Udq, Ib], { ...sse2, ...fixed }, extractWord),
  row('PEXTRB', '66 0F 3A 14 /r', [Rd, Vdq, Ib], { ...sse41, ...fixed }, extractByte),
  row('PEXTRB', '66 0F 3A 14 /r', [Mb, Vdq, Ib], { ...sse41, ...fixed }, extractByte),
  row('PEXTRW', '66 0F 3A 15 /r', [Ry, Vdq, Ib], { ...sse41, ...fixed }, extractWord),
  row('PEXTRW', '66 0F 3A 15 /r', [Mw, Vdq, Ib], { ...sse41, ...fixed }, extractWord),
  row('PEXTRQ', '66 REX.W 0F 3A 16 /r', [Ey, Vdq, Ib], { ...sse41, ...fixed, operandSize: 8 }, extract(8, 2)),
  row('PEXTRD', '66 0F 3A 16 /r', [Ed, Vdq, Ib], { ...sse41, ...fixed }, extractDword),
  row('EXTRACTPS', '66 0F 3A 17 /r', [Ry, Vdq, Ib], { ...sse41, ...fixed }, extractDword),
  row('EXTRACTPS', '66 0F 3A 17 /r', [Md, Vdq, Ib], { ...sse41, ...fixed }, extractDword),

  ...extensions('PMOVSX', 0x20, 's'),
  ...extensions('PMOVZX', 0x30, 'u'),
  row('MPSADBW', '66 0F 3A 42 /r', [Vdq, Wdq, Ib], sse41, 'mpsadbw'),
];
