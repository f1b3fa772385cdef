/** A repeatable source of chance: the same seed gives the same cases on every machine. */
export class Random {
  private a: number;
  private b = 0x9e3779b9;
  private c = 0x243f6a88;
  private counter = 1;

  constructor(seed: number) {
    this.a = seed | 0;
    for (let n = 0; n < 12; n++) this.u32();
  }

  /** 32 bits, unsigned (the generator is known as sfc32). */
  u32(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return t >>> 0;
  }
  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }
  /** 0 … n − 1. */
  below(n: number): number {
    return Math.floor((this.u32() / 0x100000000) * n);
  }
  /** from … to, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }
  chance(probability: number): boolean {
    return this.u32() < probability * 0x100000000;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
