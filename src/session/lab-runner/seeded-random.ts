/** A generator of numbers that all follow from a seed (splitmix64), and nothing else. */
import type { Random } from '../../labs/workbench';

const STEP = 0x9e37_79b9_7f4a_7c15n;
const MIX_1 = 0xbf58_476d_1ce4_e5b9n;
const MIX_2 = 0x94d0_49bb_1331_11ebn;

export function seededRandom(seed: number): Random {
  let state = BigInt.asUintN(64, BigInt(seed) * STEP);
  const bits64 = (): bigint => {
    state = BigInt.asUintN(64, state + STEP);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * MIX_1);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * MIX_2);
    return z ^ (z >> 31n);
  };
  const below = (n: number): number => {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`there is no whole number from 0 to ${n - 1}`);
    return Number(bits64() % BigInt(n));
  };
  return {
    bits64,
    below,
    pick: (from) => {
      if (from.length === 0) throw new RangeError('nothing to pick from');
      return from[below(from.length)]!;
    },
    shuffled: (from) => {
      const list = [...from];
      for (let at = list.length - 1; at > 0; at--) {
        const other = below(at + 1);
        [list[at], list[other]] = [list[other]!, list[at]!];
      }
      return list;
    },
  };
}
