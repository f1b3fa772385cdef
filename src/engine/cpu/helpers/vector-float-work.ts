/** What the out-of-line meanings of SSE's floating point work on: operands and result as bytes, MXCSR taken apart. */
import { F32, F64, unpack, type Format, type Unpacked } from '../../float/format';
import type { Environment, Result } from '../../float/round';

export const MXCSR_DAZ = 0x0040;
export const MXCSR_FZ = 0x8000;
const MXCSR_MASKS = 7;
const MXCSR_RC = 13;
/** Flags of MXCSR, and their masks seven bits above. */
export const ALL_EXCEPTIONS = 0x3f;

export function environmentOf(mxcsr: number): Environment {
  return {
    rounding: (mxcsr >> MXCSR_RC) & 3,
    unmasked: ~(mxcsr >> MXCSR_MASKS) & ALL_EXCEPTIONS,
    unit: 'sse',
    flushToZero: (mxcsr & MXCSR_FZ) !== 0,
  };
}

/** Bytes of a lane: single or double precision. */
export type Lane = 4 | 8;
export const formatOf = (lane: Lane): Format => (lane === 4 ? F32 : F64);

/** One instruction under way. Views are of 16 bytes. */
export class Work {
  /** The destination as it was, and what becomes of it: the same at first. */
  readonly a = new DataView(new ArrayBuffer(16));
  readonly result = new DataView(new ArrayBuffer(16));
  /** The source. */
  readonly b = new DataView(new ArrayBuffer(16));
  environment: Environment = environmentOf(0);
  denormalsAreZeros = false;
  immediate = 0;
  /** Bytes of the destination and of the source. */
  size = 0;
  sourceSize = 0;
  /** Exceptions raised so far, and those of the steps before of an instruction that does several operations. */
  flags = 0;
  earlier = 0;
  /** RFLAGS bits of a comparison that sets them. */
  rflags = 0;

  begin(mxcsr: number): void {
    for (const view of [this.a, this.b, this.result]) {
      view.setFloat64(0, 0);
      view.setFloat64(8, 0);
    }
    this.environment = environmentOf(mxcsr);
    this.denormalsAreZeros = (mxcsr & MXCSR_DAZ) !== 0;
    this.flags = 0;
    this.earlier = 0;
  }

  unpack(view: DataView, lane: Lane, n: number): Unpacked {
    return unpack(formatOf(lane), bits(view, lane, n), this.denormalsAreZeros);
  }
  /** Writes a lane of the result and keeps the exceptions. */
  put(lane: Lane, n: number, { bits: value, flags }: Result): void {
    this.flags |= flags;
    setBits(this.result, lane, n, value);
  }
  /** Ends a step; false if one of its exceptions is not masked: there will be no result. */
  goesOn(): boolean {
    if (this.flags & this.environment.unmasked) return false;
    this.earlier |= this.flags & ALL_EXCEPTIONS;
    this.flags = 0;
    return true;
  }
}

export function bits(view: DataView, size: number, n: number): bigint {
  return size === 8 ? view.getBigUint64(n * 8, true) : BigInt(view.getUint32(n * 4, true));
}
export function setBits(view: DataView, size: number, n: number, value: bigint): void {
  if (size === 8) view.setBigUint64(n * 8, value, true);
  else view.setUint32(n * 4, Number(value), true);
}
