/** Elementary functions of fixed-point numbers: integers that stand for value × 2^FRACTION. Good to more than 300 bits. */
import { integerSqrt } from './arithmetic';

export const FRACTION = 384;
const F = BigInt(FRACTION);
export const ONE = 1n << F;

const times = (a: bigint, b: bigint): bigint => (a * b) >> F;

/** Σ ±z^(2n+1) ÷ (2n+1): alternating gives the arc tangent, else its hyperbolic sister. |z| well below 1. */
function oddSeries(z: bigint, alternating: boolean): bigint {
  const square = times(z, z);
  let power = z;
  let sum = z;
  for (let n = 3n; power !== 0n && power !== -1n; n += 2n) {
    power = times(power, square);
    if (alternating) power = -power;
    sum += power / n;
  }
  return sum;
}

const constants = new Map<string, bigint>();
function constant(name: string, compute: () => bigint): bigint {
  let value = constants.get(name);
  if (value === undefined) constants.set(name, (value = compute()));
  return value;
}

export const ln2 = (): bigint => constant('ln 2', () => 2n * oddSeries(ONE / 3n, false));
export const pi = (): bigint => constant('π', () => 16n * oddSeries(ONE / 5n, true) - 4n * oddSeries(ONE / 239n, true));

/** e^x − 1, |x| < 1. */
export function expm1(x: bigint): bigint {
  let term = x;
  let sum = x;
  for (let n = 2n; term !== 0n && term !== -1n; n++) {
    term = times(term, x) / n;
    sum += term;
  }
  return sum;
}

/** ln((1 + z) ÷ (1 − z)), |z| below one half. */
export const logOfRatio = (z: bigint): bigint => 2n * oddSeries(z, false);

/** arctan x, 0 ≤ x ≤ 1. */
export function atan(x: bigint): bigint {
  // arctan x = 2 arctan(x ÷ (1 + √(1 + x²))), twice
  let y = x;
  for (let n = 0; n < 2; n++) y = (y << F) / (ONE + integerSqrt((ONE + times(y, y)) << F));
  return 4n * oddSeries(y, true);
}

/** sin x and cos x, |x| ≤ 1. */
export function sinCos(x: bigint): { sin: bigint; cos: bigint } {
  const square = times(x, x);
  let term = x;
  let sin = x;
  for (let n = 2n; term !== 0n && term !== -1n; n += 2n) {
    term = -times(term, square) / (n * (n + 1n));
    sin += term;
  }
  let cos = ONE;
  term = ONE;
  for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
    term = -times(term, square) / (n * (n + 1n));
    cos += term;
  }
  return { sin, cos };
}
