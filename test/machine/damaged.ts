/** Files that are damaged, each differently, the same in every run. */
export function* damaged(good: Uint8Array, count: number, from = 0): Generator<Uint8Array> {
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48271) % 0x7fffffff) % below;
  // where the words are that a loader reads
  const reach = Math.min(good.length - from, 256);
  for (let n = 0; n < count; n++) {
    const bytes = good.slice(0, random(4) === 0 ? random(good.length) : good.length);
    for (let flips = random(4) + 1; flips > 0; flips--) {
      const at = from + random(reach);
      if (at < bytes.length) bytes[at] = random(3) === 0 ? [0, 0x7f, 0x80, 0xff][random(4)]! : random(256);
    }
    yield bytes;
  }
}
