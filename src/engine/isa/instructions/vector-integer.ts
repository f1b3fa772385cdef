/** Integer arithmetic, logic and comparison on XMM and MMX registers (volumes 4 and 5): mostly one meaning for both widths. */
import type { Emitter, Value } from '../emitter';
import { Pq, Qq, Vdq, Wdq } from '../operand';
import { row, type Emit, type Row, type Rules } from '../row';
import type { VectorOp } from '../vector-ops';

const sse = { feature: 'SSE', unit: 'sse', rare: true } as const satisfies Rules;
const sse2 = { feature: 'SSE2', unit: 'sse', rare: true } as const satisfies Rules;
const ssse3 = { feature: 'SSSE3', unit: 'sse', rare: true } as const satisfies Rules;
const sse41 = { feature: 'SSE41', unit: 'sse', rare: true } as const satisfies Rules;
const sse42 = { feature: 'SSE42', unit: 'sse', rare: true } as const satisfies Rules;
const mmx = { feature: 'MMX', unit: 'mmx', rare: true } as const satisfies Rules;
const mmxext = { feature: 'MMX_EXT', unit: 'mmx', rare: true } as const satisfies Rules;
/** What SSE2 and SSSE3 brought to MMX registers. */
const mmx2 = { feature: 'SSE2', unit: 'mmx', rare: true } as const satisfies Rules;
const mmx3 = { feature: 'SSSE3', unit: 'mmx', rare: true } as const satisfies Rules;

/** Result of destination and source; the source, which may be memory, is read once. */
type Combine = (e: Emitter, a: Value, b: Value) => Value;

const combine =
  (meaning: Combine): Emit =>
  (e) => {
    const b = e.vector(1);
    e.setVector(0, meaning(e, e.vector(0), b));
  };
/** Destination op source, lane by lane. */
const lanewise = (op: VectorOp): Emit => combine((e, a, b) => e.pure(op, a, b));
const unary =
  (op: VectorOp): Emit =>
  (e) =>
    e.setVector(0, e.pure(op, e.vector(1)));

/** The instruction of both register files: `opcode` behind 0F or 0F 38, with 66h for XMM. */
function both(mnemonic: string, opcode: string, meaning: Emit, xmmRules: Rules = sse2, mmxRules: Rules = mmx): Row[] {
  return [
    row(mnemonic, `NP 0F ${opcode} /r`, [Pq, Qq], mmxRules, meaning),
    row(mnemonic, `66 0F ${opcode} /r`, [Vdq, Wdq], xmmRules, meaning),
  ];
}
const extended = (mnemonic: string, opcode: string, meaning: Emit): Row[] =>
  both(mnemonic, opcode, meaning, sse2, mmxext);
const second = (mnemonic: string, opcode: string, meaning: Emit): Row[] => both(mnemonic, opcode, meaning, sse2, mmx2);
const third = (mnemonic: string, opcode: string, meaning: Emit): Row[] =>
  both(mnemonic, `38 ${opcode}`, meaning, ssse3, mmx3);
const fourth = (mnemonic: string, opcode: string, meaning: Emit): Row =>
  row(mnemonic, `66 0F 38 ${opcode} /r`, [Vdq, Wdq], sse41, meaning);

/** XMM only: MMX registers would need other lanes. */
const wideOnly = (mnemonic: string, opcode: string, rules: Rules, meaning: Emit): Row =>
  row(mnemonic, `66 0F ${opcode} /r`, [Vdq, Wdq], rules, meaning);

const splat = (e: Emitter, value: number, width: 1 | 2): Value =>
  e.vectorConstant(Array.from({ length: 16 }, (_, n) => (value >> (8 * (n % width))) & 0xff));

/** Lanes of 2 bytes: the upper half of each product. */
const highWords = (low: VectorOp, high: VectorOp): Emit =>
  combine((e, a, b) =>
    e.shuffle(
      e.pure(low, a, b),
      e.pure(high, a, b),
      [2, 6, 10, 14, 18, 22, 26, 30].flatMap((n) => [n, n + 1]),
    ),
  );

/** The lower doublewords of both quadwords, side by side. */
const LOW_DWORDS = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];
const evenProducts = (op: VectorOp): Emit =>
  combine((e, a, b) => e.pure(op, e.shuffle(a, a, LOW_DWORDS), e.shuffle(b, b, LOW_DWORDS)));

const sumOfDifferences: Combine = (e, a, b) => {
  const difference = e.pure('v128.or', e.pure('i8x16.sub_sat_u', a, b), e.pure('i8x16.sub_sat_u', b, a));
  const pairs = e.pure('i16x8.extadd_pairwise_i8x16_u', difference);
  const fours = e.let(e.pure('i32x4.extadd_pairwise_i16x8_u', pairs));
  const upper = e.pure('i64x2.shr_u', fours, e.constant(32, 4));
  const low = e.vectorConstant([0, 0, 0, 0, 0, 0, 0, 0].flatMap((_, n) => (n % 4 < 2 ? [255, 255] : [0, 0])));
  return e.pure('i64x2.add', e.pure('v128.and', fours, low), upper);
};

/** Unsigned bytes of the destination times signed bytes of the source, pairs added and saturated. */
const multiplyAddBytes: Combine = (e, a, b) => {
  const eight = e.constant(8, 4);
  const even = e.pure(
    'i16x8.mul',
    e.pure('v128.and', a, splat(e, 0xff, 2)),
    e.pure('i16x8.shr_s', e.pure('i16x8.shl', b, eight), eight),
  );
  const odd = e.pure('i16x8.mul', e.pure('i16x8.shr_u', a, eight), e.pure('i16x8.shr_s', b, eight));
  return e.pure('i16x8.add_sat_s', even, odd);
};

/** (a × b + 4000h) >> 15, and 8000h where WebAssembly saturates 8000h × 8000h. */
const multiplyRound: Combine = (e, a, b) => {
  const least = splat(e, 0x8000, 2);
  const both = e.pure('v128.and', e.pure('i16x8.eq', a, least), e.pure('i16x8.eq', b, least));
  return e.pure('v128.xor', e.pure('i16x8.q15mulr_sat_s', a, b), both);
};

/** The destination, negated or cleared by the source's sign. */
const applySign = (lanes: 'i8x16' | 'i16x8' | 'i32x4', bits: number): Emit =>
  combine((e, a, b) => {
    const sign = e.let(e.pure(`${lanes}.shr_s`, b, e.constant(bits - 1, 4)));
    const negated = e.pure(`${lanes}.sub`, e.pure('v128.xor', a, sign), sign);
    return e.pure('v128.and', negated, e.pure(`${lanes}.ne`, b, e.vectorConstant(new Array<number>(16).fill(0))));
  });

/** Horizontal: neighbours of `size` bytes within destination and source, the destination's results first. */
function horizontal(mnemonic: string, opcode: string, size: 2 | 4, op: VectorOp): Row[] {
  const lanes = (from: number, width: 8 | 16): number[] => {
    const lane = (at: number): number[] => Array.from({ length: size }, (_, b) => at + b);
    const ofOne = (base: number): number[] =>
      Array.from({ length: width / size / 2 }, (_, n) => lane(base + n * 2 * size + from)).flat();
    const all = [...ofOne(0), ...ofOne(16)];
    return width === 16 ? all : [...all, ...all];
  };
  const meaning = (width: 8 | 16): Emit =>
    combine((e, a, b) => e.pure(op, e.shuffle(a, b, lanes(0, width)), e.shuffle(a, b, lanes(size, width))));
  return [
    row(mnemonic, `NP 0F 38 ${opcode} /r`, [Pq, Qq], mmx3, meaning(8)),
    row(mnemonic, `66 0F 38 ${opcode} /r`, [Vdq, Wdq], ssse3, meaning(16)),
  ];
}

const and: Emit = lanewise('v128.and');
const or: Emit = lanewise('v128.or');
const xor: Emit = lanewise('v128.xor');
/** NOT destination AND source. */
const andNot: Emit = combine((e, a, b) => e.pure('v128.andnot', b, a));

const ZF_SHIFT = 6;
/** ZF: no common bit; CF: no bit of the source outside the destination. */
const test: Emit = (e) => {
  const b = e.vector(1);
  const a = e.vector(0);
  const none = (v: Value): Value => e.un('eqz', e.pure('v128.any_true', v));
  const zero = e.bin('shl', none(e.pure('v128.and', a, b)), e.constant(ZF_SHIFT, 4));
  e.setFlags('flags', 4, e.bin('or', zero, none(e.pure('v128.andnot', b, a))));
};

export const VECTOR_INTEGER: readonly Row[] = [
  ...both('PADDB', 'FC', lanewise('i8x16.add')),
  ...both('PADDW', 'FD', lanewise('i16x8.add')),
  ...both('PADDD', 'FE', lanewise('i32x4.add')),
  ...second('PADDQ', 'D4', lanewise('i64x2.add')),
  ...both('PADDSB', 'EC', lanewise('i8x16.add_sat_s')),
  ...both('PADDSW', 'ED', lanewise('i16x8.add_sat_s')),
  ...both('PADDUSB', 'DC', lanewise('i8x16.add_sat_u')),
  ...both('PADDUSW', 'DD', lanewise('i16x8.add_sat_u')),
  ...both('PSUBB', 'F8', lanewise('i8x16.sub')),
  ...both('PSUBW', 'F9', lanewise('i16x8.sub')),
  ...both('PSUBD', 'FA', lanewise('i32x4.sub')),
  ...second('PSUBQ', 'FB', lanewise('i64x2.sub')),
  ...both('PSUBSB', 'E8', lanewise('i8x16.sub_sat_s')),
  ...both('PSUBSW', 'E9', lanewise('i16x8.sub_sat_s')),
  ...both('PSUBUSB', 'D8', lanewise('i8x16.sub_sat_u')),
  ...both('PSUBUSW', 'D9', lanewise('i16x8.sub_sat_u')),

  ...both('PMULLW', 'D5', lanewise('i16x8.mul')),
  ...both('PMULHW', 'E5', highWords('i32x4.extmul_low_i16x8_s', 'i32x4.extmul_high_i16x8_s')),
  ...extended('PMULHUW', 'E4', highWords('i32x4.extmul_low_i16x8_u', 'i32x4.extmul_high_i16x8_u')),
  ...both('PMADDWD', 'F5', lanewise('i32x4.dot_i16x8_s')),
  ...second('PMULUDQ', 'F4', evenProducts('i64x2.extmul_low_i32x4_u')),
  ...third('PMADDUBSW', '04', combine(multiplyAddBytes)),
  ...third('PMULHRSW', '0B', combine(multiplyRound)),
  fourth('PMULDQ', '28', evenProducts('i64x2.extmul_low_i32x4_s')),
  fourth('PMULLD', '40', lanewise('i32x4.mul')),
  ...extended('PSADBW', 'F6', combine(sumOfDifferences)),
  ...extended('PAVGB', 'E0', lanewise('i8x16.avgr_u')),
  ...extended('PAVGW', 'E3', lanewise('i16x8.avgr_u')),

  ...both('PAND', 'DB', and),
  ...both('PANDN', 'DF', andNot),
  ...both('POR', 'EB', or),
  ...both('PXOR', 'EF', xor),
  row('ANDPS', 'NP 0F 54 /r', [Vdq, Wdq], sse, and),
  row('ANDNPS', 'NP 0F 55 /r', [Vdq, Wdq], sse, andNot),
  row('ORPS', 'NP 0F 56 /r', [Vdq, Wdq], sse, or),
  row('XORPS', 'NP 0F 57 /r', [Vdq, Wdq], sse, xor),
  wideOnly('ANDPD', '54', sse2, and),
  wideOnly('ANDNPD', '55', sse2, andNot),
  wideOnly('ORPD', '56', sse2, or),
  wideOnly('XORPD', '57', sse2, xor),
  row('PTEST', '66 0F 38 17 /r', [Vdq, Wdq], { ...sse41, leaves: 'flags' }, test),

  ...both('PCMPEQB', '74', lanewise('i8x16.eq')),
  ...both('PCMPEQW', '75', lanewise('i16x8.eq')),
  ...both('PCMPEQD', '76', lanewise('i32x4.eq')),
  ...both('PCMPGTB', '64', lanewise('i8x16.gt_s')),
  ...both('PCMPGTW', '65', lanewise('i16x8.gt_s')),
  ...both('PCMPGTD', '66', lanewise('i32x4.gt_s')),
  fourth('PCMPEQQ', '29', lanewise('i64x2.eq')),
  wideOnly('PCMPGTQ', '38 37', sse42, lanewise('i64x2.gt_s')),

  ...extended('PMINUB', 'DA', lanewise('i8x16.min_u')),
  ...extended('PMAXUB', 'DE', lanewise('i8x16.max_u')),
  ...extended('PMINSW', 'EA', lanewise('i16x8.min_s')),
  ...extended('PMAXSW', 'EE', lanewise('i16x8.max_s')),
  fourth('PMINSB', '38', lanewise('i8x16.min_s')),
  fourth('PMINSD', '39', lanewise('i32x4.min_s')),
  fourth('PMINUW', '3A', lanewise('i16x8.min_u')),
  fourth('PMINUD', '3B', lanewise('i32x4.min_u')),
  fourth('PMAXSB', '3C', lanewise('i8x16.max_s')),
  fourth('PMAXSD', '3D', lanewise('i32x4.max_s')),
  fourth('PMAXUW', '3E', lanewise('i16x8.max_u')),
  fourth('PMAXUD', '3F', lanewise('i32x4.max_u')),
  row('PHMINPOSUW', '66 0F 38 41 /r', [Vdq, Wdq], sse41, 'phminposuw'),

  ...horizontal('PHADDW', '01', 2, 'i16x8.add'),
  ...horizontal('PHADDD', '02', 4, 'i32x4.add'),
  ...horizontal('PHADDSW', '03', 2, 'i16x8.add_sat_s'),
  ...horizontal('PHSUBW', '05', 2, 'i16x8.sub'),
  ...horizontal('PHSUBD', '06', 4, 'i32x4.sub'),
  ...horizontal('PHSUBSW', '07', 2, 'i16x8.sub_sat_s'),
  ...third('PSIGNB', '08', applySign('i8x16', 8)),
  ...third('PSIGNW', '09', applySign('i16x8', 16)),
  ...third('PSIGND', '0A', applySign('i32x4', 32)),
  ...third('PABSB', '1C', unary('i8x16.abs')),
  ...third('PABSW', '1D', unary('i16x8.abs')),
  ...third('PABSD', '1E', unary('i32x4.abs')),
];
