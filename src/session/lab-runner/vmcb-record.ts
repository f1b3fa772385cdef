/** VMCB pages as they were at many moments, kept as differences from the first. */
import { VMCB, VMCB_SIZE } from '../../engine/arch/vmcb';
import type { VmcbField } from '../../engine/arch/vmcb';
import type { Ram } from '../../engine/state/ram';

const WORDS = VMCB_SIZE / 4;

/** What a page held: pairs of word index and value where it differs from the base. */
export interface VmcbMoment {
  readonly base: Int32Array;
  readonly changes: Int32Array;
}

/** One guest's VMCB. */
export class VmcbRecord {
  private base: Int32Array | undefined;
  private readonly scratch: number[] = [];

  constructor(
    private readonly ram: Ram,
    readonly spa: number,
  ) {}

  now(): VmcbMoment {
    const at = this.ram.offset(this.spa);
    const page = at < 0 ? new Int32Array(WORDS).fill(-1) : new Int32Array(this.ram.u8.buffer, at, WORDS);
    if (!this.base) {
      this.base = Int32Array.from(page);
      return { base: this.base, changes: new Int32Array(0) };
    }
    const { base, scratch } = this;
    let count = 0;
    for (let word = 0; word < WORDS; word++) {
      const value = page[word]!;
      if (value === base[word]) continue;
      scratch[count++] = word;
      scratch[count++] = value;
    }
    return { base, changes: Int32Array.from(scratch.slice(0, count)) };
  }
}

/** A field, unsigned; of those wider than 8 bytes the first 8. */
export function fieldOf(moment: VmcbMoment, field: VmcbField): bigint {
  const { offset, size } = VMCB[field];
  const low = BigInt(wordOf(moment, offset >> 2) >>> 0);
  if (size === 1 || size === 2) return (low >> BigInt((offset & 3) * 8)) & (size === 1 ? 0xffn : 0xffffn);
  if (size === 4) return low;
  return (BigInt(wordOf(moment, (offset >> 2) + 1) >>> 0) << 32n) | low;
}

function wordOf({ base, changes }: VmcbMoment, word: number): number {
  for (let at = 0; at < changes.length; at += 2) if (changes[at] === word) return changes[at + 1]!;
  return base[word]!;
}
