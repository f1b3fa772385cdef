/**
 * Arithmetic rounded to nearest on numbers of moderate size, in the language's own doubles: the same result as the exact library's, and
 * whether it is inexact, for programs that have not had an inexact result yet. Undefined when the library has to do it.
 */
import { NEAREST, PE } from '../../float/round';
import type { Lane, Work } from './vector-float-work';

export type Operator = 'add' | 'sub' | 'mul' | 'div' | 'sqrt';

/** Far enough from overflow and underflow, of results and of the parts they are checked with. */
const LEAST = { 4: 2 ** -100, 8: 2 ** -400 } as const;
const MOST = { 4: 2 ** 100, 8: 2 ** 400 } as const;

/** Splits a double into halves whose products are exact. */
const SPLITTER = 2 ** 27 + 1;

/** x × y − product, exactly. */
function productError(x: number, y: number, product: number): number {
  const xs = SPLITTER * x;
  const xHigh = xs - (xs - x);
  const ys = SPLITTER * y;
  const yHigh = ys - (ys - y);
  const [xLow, yLow] = [x - xHigh, y - yHigh];
  return xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
}

/** x + y − sum, exactly. */
function sumError(x: number, y: number, sum: number): number {
  const part = sum - x;
  return x - (sum - part) + (y - part);
}

function double(op: Operator, x: number, y: number): readonly [result: number, isExact: boolean] {
  switch (op) {
    case 'add':
      return [x + y, sumError(x, y, x + y) === 0];
    case 'sub':
      return [x - y, sumError(x, -y, x - y) === 0];
    case 'mul':
      return [x * y, productError(x, y, x * y) === 0];
    case 'div': {
      const quotient = x / y;
      return [quotient, quotient * y === x && productError(quotient, y, x) === 0];
    }
    case 'sqrt': {
      const root = Math.sqrt(y);
      return [root, root * root === y && productError(root, root, y) === 0];
    }
  }
}

/** Operands of a single are exact in doubles, and rounding twice does no harm: a double has more than twice the bits. */
export function quick(
  w: Work,
  op: Operator,
  lane: Lane,
  a: DataView,
  n: number,
  b: DataView,
  m: number,
  to: number,
): boolean {
  if (w.environment.rounding !== NEAREST) return false;
  const at = (view: DataView, k: number): number =>
    lane === 4 ? view.getFloat32(k * 4, true) : view.getFloat64(k * 8, true);
  const y = at(b, m);
  const x = op === 'sqrt' ? y : at(a, n);
  const [least, most] = [LEAST[lane], MOST[lane]];
  const moderate = (v: number): boolean => Math.abs(v) >= least && Math.abs(v) <= most;
  const [wide, isExact] = double(op, x, y);
  if (!moderate(x) || !moderate(y) || !moderate(wide)) return false;
  const result = lane === 4 ? Math.fround(wide) : wide;
  if (!isExact || result !== wide) w.flags |= PE;
  if (lane === 4) w.result.setFloat32(to * 4, result, true);
  else w.result.setFloat64(to * 8, result, true);
  return true;
}
