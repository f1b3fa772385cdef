/** Comparisons. */
import { isNaNClass, type Unpacked } from './format';
import { denormalFlag } from './nan';
import { IE } from './round';

export type Relation = 'less' | 'equal' | 'greater' | 'unordered';

export interface Comparison {
  readonly relation: Relation;
  readonly flags: number;
}

/** −1, 0, 1 of two values that are neither NaN nor unsupported. */
function order(a: Unpacked, b: Unpacked): number {
  if (a.class === 'zero' && b.class === 'zero') return 0;
  const signOf = (x: Unpacked): number => (x.class === 'zero' ? 0 : x.sign ? -1 : 1);
  const [sa, sb] = [signOf(a), signOf(b)];
  if (sa !== sb) return sa < sb ? -1 : 1;
  if (a.class === 'infinity' || b.class === 'infinity')
    return a.class === b.class ? 0 : a.class === 'infinity' ? sa : -sa;
  const exponent = Math.min(a.exponent, b.exponent);
  const x = a.significand << BigInt(a.exponent - exponent);
  const y = b.significand << BigInt(b.exponent - exponent);
  return x === y ? 0 : x < y ? -sa : sa;
}

/** Compares. `signalsQuiet`: a quiet NaN reports IE, too (FCOM, COMISS, CMPLTSS …); a signalling one always does. */
export function compare(a: Unpacked, b: Unpacked, signalsQuiet: boolean): Comparison {
  if (a.class === 'unsupported' || b.class === 'unsupported') return { relation: 'unordered', flags: IE };
  if (isNaNClass(a) || isNaNClass(b)) {
    const signals = signalsQuiet || a.class === 'signalling' || b.class === 'signalling';
    return { relation: 'unordered', flags: signals ? IE : 0 };
  }
  const n = order(a, b);
  return { relation: n < 0 ? 'less' : n > 0 ? 'greater' : 'equal', flags: denormalFlag(a, b) };
}
