/** Operands that decide a result before anything is computed. Volume 1, §4.6.3 and §6.3.4 */
import { INDEFINITE, QUIET_BIT, isNaNClass, packSpecial, type Format, type Unpacked } from './format';
import { DE, IE, type Environment, type Result } from './round';

/** An invalid operation's result. */
export function invalid(format: Format): Result {
  return { bits: packSpecial(format, INDEFINITE), flags: IE };
}

/** DE if an operand was denormal. */
export const denormalFlag = (a: Unpacked, b?: Unpacked): number => (a.denormal || b?.denormal ? DE : 0);

function choose(a: Unpacked, b: Unpacked, env: Environment): Unpacked {
  if (!isNaNClass(a)) return b;
  if (!isNaNClass(b) || env.unit === 'sse') return a;
  // A quiet NaN goes before a signalling one; two of a kind go by their significands, then the positive one is taken.
  if (a.class !== b.class) return a.class === 'quiet' ? a : b;
  const [x, y] = [a.significand | QUIET_BIT, b.significand | QUIET_BIT];
  if (x !== y) return x > y ? a : b;
  return a.sign <= b.sign ? a : b;
}

/** The result if an operand is a NaN or unsupported, else undefined. */
export function nanResult(format: Format, a: Unpacked, b: Unpacked, env: Environment): Result | undefined {
  if (a.class === 'unsupported' || b.class === 'unsupported') return invalid(format);
  if (!isNaNClass(a) && !isNaNClass(b)) return undefined;
  const signalling = a.class === 'signalling' || b.class === 'signalling';
  return { bits: packSpecial(format, choose(a, b, env)), flags: signalling ? IE : 0 };
}
