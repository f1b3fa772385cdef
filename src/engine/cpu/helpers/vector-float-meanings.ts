/** What SSE's floating-point instructions do, exactly, with every exception: by mnemonic (volume 4; exceptions: volume 1, §4.10). */
import { add, div, mul, sqrt, sub } from '../../float/arithmetic';
import { compare } from '../../float/compare';
import { convert, fromInteger, roundToIntegral, toInteger } from '../../float/convert';
import { packSpecial, type Format, type Unpacked, zero } from '../../float/format';
import { roundValue, TOWARD_ZERO, type Environment, type Result } from '../../float/round';
import { quick, type Operator } from './vector-float-quick';
import { bits, formatOf, setBits, type Lane, type Work } from './vector-float-work';

export type Meaning = (w: Work) => void;

type Binary = (format: Format, a: Unpacked, b: Unpacked, env: Environment) => Result;
const OPERATORS: Readonly<Record<Operator, Binary>> = {
  add,
  sub,
  mul,
  div,
  sqrt: (format, _, b, env) => sqrt(format, b, env),
};

/** Lane `to` of the result from lane `n` of one vector and lane `m` of another. */
function operate(w: Work, op: Operator, lane: Lane, a: DataView, n: number, b: DataView, m: number, to = n): void {
  if (quick(w, op, lane, a, n, b, m, to)) return;
  const x = w.unpack(a, lane, n);
  w.put(lane, to, OPERATORS[op](formatOf(lane), x, w.unpack(b, lane, m), w.environment));
}

const arithmetic =
  (op: Operator) =>
  (lane: Lane, count: number): Meaning =>
  (w) => {
    for (let n = 0; n < count; n++) operate(w, op, lane, w.a, n, w.b, n);
  };

/** Unless the first operand is the one asked for, the second; of a NaN and anything, and of two zeros, the second. */
const extreme =
  (asked: 'less' | 'greater') =>
  (lane: Lane, count: number): Meaning =>
  (w) => {
    for (let n = 0; n < count; n++) {
      const [x, y] = [w.unpack(w.a, lane, n), w.unpack(w.b, lane, n)];
      const { relation, flags } = compare(x, y, true);
      const [chosen, view] = relation === asked ? [x, w.a] : [y, w.b];
      // A denormal that counts as zero is a zero in the result.
      const value = chosen.class === 'zero' ? packSpecial(formatOf(lane), zero(chosen.sign)) : bits(view, lane, n);
      w.put(lane, n, { bits: value, flags });
    }
  };

/** Predicates 0 to 3; 4 to 7 are their opposites. LT and LE report quiet NaNs. */
const HOLDS = [
  (r: string) => r === 'equal',
  (r: string) => r === 'less',
  (r: string) => r === 'less' || r === 'equal',
  (r: string) => r === 'unordered',
] as const;

const comparison = (lane: Lane, count: number): Meaning => {
  const yes = (1n << BigInt(8 * lane)) - 1n;
  return (w) => {
    const predicate = w.immediate & 3;
    for (let n = 0; n < count; n++) {
      const signals = predicate === 1 || predicate === 2;
      const { relation, flags } = compare(w.unpack(w.a, lane, n), w.unpack(w.b, lane, n), signals);
      const holds = HOLDS[predicate]!(relation) !== ((w.immediate & 4) !== 0);
      w.put(lane, n, { bits: holds ? yes : 0n, flags });
    }
  };
};

/** ZF, PF and CF. */
const RELATION_FLAGS = { greater: 0x00, less: 0x01, equal: 0x40, unordered: 0x45 } as const;

const toFlags =
  (lane: Lane, signalsQuiet: boolean): Meaning =>
  (w) => {
    const { relation, flags } = compare(w.unpack(w.a, lane, 0), w.unpack(w.b, lane, 0), signalsQuiet);
    w.flags |= flags;
    w.rflags = RELATION_FLAGS[relation];
  };

const IMMEDIATE_MXCSR = 4;
const IMMEDIATE_QUIET = 8;

const rounding =
  (lane: Lane, count: number): Meaning =>
  (w) => {
    const mode = w.immediate & IMMEDIATE_MXCSR ? w.environment.rounding : w.immediate & 3;
    const env = { ...w.environment, rounding: mode };
    const quiet = (w.immediate & IMMEDIATE_QUIET) !== 0;
    for (let n = 0; n < count; n++) w.put(lane, n, roundToIntegral(formatOf(lane), w.unpack(w.b, lane, n), env, quiet));
  };

const horizontal =
  (op: 'add' | 'sub') =>
  (lane: Lane, count: number): Meaning =>
  (w) => {
    for (let n = 0; n < count; n++) {
      const from = n < count / 2 ? w.a : w.b;
      const first = (2 * n) % count;
      operate(w, op, lane, from, first, from, first + 1, n);
    }
  };

const addSub =
  (lane: Lane, count: number): Meaning =>
  (w) => {
    for (let n = 0; n < count; n++) operate(w, n % 2 === 0 ? 'sub' : 'add', lane, w.a, n, w.b, n);
  };

/** Products of the lanes chosen by the immediate's high half, added pairwise, to the lanes chosen by its low half. */
const dotProduct =
  (lane: Lane, count: number): Meaning =>
  (w) => {
    const format = formatOf(lane);
    const sums = Array.from({ length: count }, (_, n) => {
      if ((w.immediate & (0x10 << n)) === 0) return 0n;
      const product = mul(format, w.unpack(w.a, lane, n), w.unpack(w.b, lane, n), w.environment);
      w.flags |= product.flags;
      return product.bits;
    });
    const view = new DataView(new ArrayBuffer(16));
    for (let left = count; left > 1; left /= 2) {
      if (!w.goesOn()) return;
      sums.forEach((value, n) => setBits(view, lane, n, value));
      for (let n = 0; n < left / 2; n++) {
        const sum = add(format, w.unpack(view, lane, 2 * n), w.unpack(view, lane, 2 * n + 1), w.environment);
        w.flags |= sum.flags;
        sums[n] = sum.bits;
      }
    }
    for (let n = 0; n < count; n++) setBits(w.result, lane, n, w.immediate & (1 << n) ? sums[0]! : 0n);
  };

/** From integers of the source's size, or of `size` bytes. */
const fromIntegers =
  (lane: Lane, count: number, size?: 4): Meaning =>
  (w) => {
    const width = size ?? w.sourceSize;
    for (let n = count - 1; n >= 0; n--) {
      const value = fromInteger(BigInt.asIntN(8 * width, bits(w.b, width, n)));
      w.put(lane, n, roundValue(formatOf(lane), value, w.environment));
    }
  };

/** To integers of the destination's size, or of `size` bytes; the rest becomes zero. */
const toIntegers =
  (lane: Lane, count: number, truncates: boolean, size?: 4): Meaning =>
  (w) => {
    const width = size ?? w.size;
    const mode = truncates ? TOWARD_ZERO : w.environment.rounding;
    for (let n = 0; n < 4; n++) setBits(w.result, 4, n, 0n);
    for (let n = 0; n < count; n++) {
      const { bits: value, flags } = toInteger(width === 8 ? 64 : 32, w.unpack(w.b, lane, n), mode);
      w.flags |= flags;
      setBits(w.result, width, n, value);
    }
  };

/** Between precisions; `clears`: the rest becomes zero. */
const between =
  (from: Lane, to: Lane, count: number): Meaning =>
  (w) => {
    if (count > 1) for (let n = 0; n < 4; n++) setBits(w.result, 4, n, 0n);
    for (let n = 0; n < count; n++) w.put(to, n, convert(formatOf(to), w.unpack(w.b, from, n), w.environment));
  };

const FORMS = { PS: [4, 4], PD: [8, 2], SS: [4, 1], SD: [8, 1] } as const satisfies Record<
  string,
  readonly [Lane, number]
>;
type Form = keyof typeof FORMS;

function forms(name: string, of: (lane: Lane, count: number) => Meaning, ...which: Form[]): [string, Meaning][] {
  return which.map((form) => {
    const [lane, count] = FORMS[form];
    return [name + form, of(lane, count)];
  });
}
const all = (name: string, of: (lane: Lane, count: number) => Meaning): [string, Meaning][] =>
  forms(name, of, 'PS', 'PD', 'SS', 'SD');

export const MEANINGS: Readonly<Record<string, Meaning>> = Object.fromEntries<Meaning>([
  ...all('ADD', arithmetic('add')),
  ...all('SUB', arithmetic('sub')),
  ...all('MUL', arithmetic('mul')),
  ...all('DIV', arithmetic('div')),
  ...all('SQRT', arithmetic('sqrt')),
  ...all('MIN', extreme('less')),
  ...all('MAX', extreme('greater')),
  ...all('CMP', comparison),
  ...all('ROUND', rounding),
  ...forms('HADD', horizontal('add'), 'PS', 'PD'),
  ...forms('HSUB', horizontal('sub'), 'PS', 'PD'),
  ...forms('ADDSUB', addSub, 'PS', 'PD'),
  ...forms('DP', dotProduct, 'PS', 'PD'),
  ['COMISS', toFlags(4, true)],
  ['COMISD', toFlags(8, true)],
  ['UCOMISS', toFlags(4, false)],
  ['UCOMISD', toFlags(8, false)],
  ['CVTSI2SS', fromIntegers(4, 1)],
  ['CVTSI2SD', fromIntegers(8, 1)],
  ['CVTPI2PS', fromIntegers(4, 2, 4)],
  ['CVTPI2PD', fromIntegers(8, 2, 4)],
  ['CVTDQ2PS', fromIntegers(4, 4, 4)],
  ['CVTDQ2PD', fromIntegers(8, 2, 4)],
  ...[true, false].flatMap((truncates): [string, Meaning][] => {
    const name = truncates ? 'CVTT' : 'CVT';
    return [
      [`${name}SS2SI`, toIntegers(4, 1, truncates)],
      [`${name}SD2SI`, toIntegers(8, 1, truncates)],
      [`${name}PS2PI`, toIntegers(4, 2, truncates, 4)],
      [`${name}PD2PI`, toIntegers(8, 2, truncates, 4)],
      [`${name}PS2DQ`, toIntegers(4, 4, truncates, 4)],
      [`${name}PD2DQ`, toIntegers(8, 2, truncates, 4)],
    ];
  }),
  ['CVTSS2SD', between(4, 8, 1)],
  ['CVTSD2SS', between(8, 4, 1)],
  ['CVTPS2PD', between(4, 8, 2)],
  ['CVTPD2PS', between(8, 4, 2)],
]);
