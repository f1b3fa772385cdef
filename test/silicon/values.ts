/** Numbers that tend to break things, and plain random ones. */
import type { Random } from './random';

const SMALL = [0n, 1n, 2n, 3n, 7n, 8n, 15n, 16n, 31n, 32n, 33n, 63n, 64n, 65n, 127n, 128n, 255n, 256n];

/** A value of `size` bytes, unsigned. */
export function value(random: Random, size: number): bigint {
  const bits = size * 8;
  const kind = random.below(10);
  let v: bigint;
  if (kind < 4) v = random.u64();
  else if (kind < 6) v = random.pick(SMALL);
  else if (kind < 7) v = -random.pick(SMALL);
  else if (kind < 9) {
    const edge = 1n << BigInt(random.pick([7, 8, 15, 16, 31, 32, 63, bits - 1]));
    v = edge + BigInt(random.between(-1, 1));
  } else v = random.u64() >> BigInt(random.below(64));
  return BigInt.asUintN(bits, v);
}
