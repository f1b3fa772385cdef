/** The hypercalls of the lab, done right, on a model of the guest's memory: what the checker compares with. */

export const CONSOLE_WRITE = 1;
export const COPY = 2;
export const INFO = 3;
export const BATCH = 4;

export const UNKNOWN = -1n;
export const POINTER = -2n;
export const TOO_MUCH = -3n;

export const MOST_BYTES = 4096n;
export const MOST_ENTRIES = 64n;
export const ENTRY_SIZE = 40;
export const INFO_SIZE = 32;

const HOLE_START = 0xa_0000n;
const HOLE_END = 0x10_0000n;

/** A call: function, RBX, RCX, RDX. */
export type Call = readonly [bigint, bigint, bigint, bigint];

/** The part of guest memory that calls may name without an error, and what was printed. */
export class Model {
  readonly console: number[] = [];

  constructor(
    readonly start: bigint,
    readonly bytes: Uint8Array,
    readonly memorySize: bigint,
  ) {}

  /** Carries out one call; its result. */
  call([code, a, b, c]: Call): bigint {
    switch (Number(code)) {
      case CONSOLE_WRITE:
        if (b > MOST_BYTES) return TOO_MUCH;
        if (!this.isMemory(a, b)) return POINTER;
        this.console.push(...this.part(a, b));
        return b;
      case COPY:
        if (c > MOST_BYTES) return TOO_MUCH;
        if (!this.isMemory(a, c) || !this.isMemory(b, c)) return POINTER;
        this.part(a, c).set(this.part(b, c).slice());
        return c;
      case INFO: {
        const length = b < INFO_SIZE ? b : BigInt(INFO_SIZE);
        if (!this.isMemory(a, length)) return POINTER;
        const record = BigUint64Array.of(1n, this.memorySize, MOST_BYTES, MOST_ENTRIES);
        this.part(a, length).set(new Uint8Array(record.buffer).subarray(0, Number(length)));
        return length;
      }
      default:
        return UNKNOWN;
    }
  }

  private isMemory(gpa: bigint, length: bigint): boolean {
    const end = gpa + length;
    return end <= this.memorySize && (end <= HOLE_START || gpa >= HOLE_END);
  }

  /** Memory outside the data is never written, and zero. */
  private part(gpa: bigint, length: bigint): Uint8Array {
    const at = Number(gpa - this.start);
    if (at < 0 || at >= this.bytes.length) return new Uint8Array(Number(length));
    return this.bytes.subarray(at, at + Number(length));
  }
}
