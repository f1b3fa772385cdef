import type { Section } from './manual';

/** A named run of bits, `hi` and `lo` inclusive, counted from bit 0 of the containing value. */
export interface BitField {
  readonly name: string;
  readonly hi: number;
  readonly lo: number;
  readonly meaning: string;
}

/** A run of bits without a name. */
export interface BitRange {
  readonly hi: number;
  readonly lo: number;
}

/** One named bit of a register. */
export interface RegisterBit {
  readonly name: string;
  readonly bit: number;
  readonly section: Section;
  readonly meaning: string;
}

/** A 64-bit constant as two unsigned halves; the engine computes with 32-bit halves only. */
export interface Halves {
  readonly hi: number;
  readonly lo: number;
}
