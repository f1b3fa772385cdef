/**
 * One way down one set of page tables: from the top table to the entry that maps an address. Both dimensions of a nested walk are
 * this, with other registers; what the permissions found here mean is for walk and nested-walk to say.
 */
import {
  PSE_HIGH_MASK,
  PSE_HIGH_SHIFT,
  PTE_A,
  PTE_D,
  PTE_FRAME_HI,
  PTE_FRAME_LO,
  PTE_G,
  PTE_P,
  PTE_RW,
  PTE_US,
} from '../arch/paging';
import type { Ram } from '../state/ram';
import type { TableFormat } from './table-format';

/** How a way down ended. */
export const MAPPED = 0;
export const NOT_PRESENT = 1;
export const RESERVED = 2;
/** The address of a table could not be translated: the nested walk knows why. */
export const UNREACHABLE = 3;
export type Outcome = typeof MAPPED | typeof NOT_PRESENT | typeof RESERVED | typeof UNREACHABLE;

/** Finds the SPA of a guest's table entry. */
export interface EntryTranslator {
  spa: number;
  /** `level` of the entry at `gpa`. */
  translateEntry(gpa: number, level: number): boolean;
}

/** Told of every entry read: its level, its address in the dimension, the SPA it was read from, its halves. */
export type EntryListener = (level: number, address: number, spa: number, low: number, high: number) => void;

const TWO32 = 0x1_0000_0000;
const MAX_LEVELS = 5;
const BIT_20 = 0x10_0000;

/** A physical address as it leaves a processor whose A20M pin is asserted. */
export function withoutA20(address: number): number {
  return Math.floor(address / BIT_20) % 2 === 0 ? address : address - BIT_20;
}

export class TableWalk {
  onEntry: EntryListener | undefined;
  /** Entries are read at addresses whose bit 20 is 0. */
  a20Masked = false;
  /** Physical address the given address is mapped to. */
  address = 0;
  /** log2 of the size of the page found. */
  pageShift = 12;
  /** R/W, U/S and A that are 1 in every entry on the way. */
  grants = 0;
  /** NX is 1 in some entry on the way. */
  noExecute = false;
  /** D and G of the leaf. */
  dirty = false;
  global = false;

  private readonly i32: Int32Array;
  private readonly spas = new Float64Array(MAX_LEVELS);
  private format: TableFormat | undefined;
  private depth = 0;
  /** The region of memory last read from: SPA of its start and end, linear-memory offset of its start. */
  private regionStart = 0;
  private regionEnd = 0;
  private regionOffset = 0;

  constructor(private readonly ram: Ram) {
    this.i32 = new Int32Array(ram.buffer);
  }

  /** Goes down from the table that CR3 or nCR3 names. Entries of absent memory read as all ones. */
  run(
    format: TableFormat,
    rootLow: number,
    rootHigh: number,
    low: number,
    high: number,
    translator: EntryTranslator | undefined,
  ): Outcome {
    const levels = format.levels;
    const last = levels.length - 1;
    let tableLow = rootLow & format.rootLow;
    let tableHigh = rootHigh & format.rootHigh;
    let grants = PTE_RW | PTE_US | PTE_A;
    let anyHigh = 0;
    for (let i = 0; ; i++) {
      const level = levels[i]!;
      const shift = level.shift;
      const index = (shift >= 32 ? high >>> (shift - 32) : (low >>> shift) | (high << (32 - shift))) & level.indexMask;
      const address = tableHigh * TWO32 + (tableLow >>> 0) + (index << format.entryShift);
      let spa = address;
      if (translator !== undefined) {
        if (!translator.translateEntry(address, level.level)) return UNREACHABLE;
        spa = translator.spa;
      }
      if (this.a20Masked) spa = withoutA20(spa);
      this.spas[i] = spa;
      const at = this.locate(spa);
      const entryLow = at < 0 ? -1 : this.i32[at >>> 2]!;
      const entryHigh = format.entryShift === 2 ? 0 : at < 0 ? -1 : this.i32[(at >>> 2) + 1]!;
      if (this.onEntry !== undefined) this.onEntry(level.level, address, spa, entryLow, entryHigh);

      if ((entryLow & PTE_P) === 0) return NOT_PRESENT;
      grants &= entryLow | level.implied;
      anyHigh |= entryHigh;
      if (i !== last && (entryLow & level.leafBit) === 0) {
        if (((entryLow & level.tableReservedLow) | (entryHigh & level.tableReservedHigh)) !== 0) return RESERVED;
        tableLow = entryLow & PTE_FRAME_LO;
        tableHigh = entryHigh & PTE_FRAME_HI;
        continue;
      }

      if (((entryLow & level.leafReservedLow) | (entryHigh & level.leafReservedHigh)) !== 0) return RESERVED;
      const offsetMask = (1 << shift) - 1;
      let frameHigh = entryHigh & PTE_FRAME_HI;
      if (shift === 22) frameHigh = (entryLow >>> PSE_HIGH_SHIFT) & PSE_HIGH_MASK;
      this.address = frameHigh * TWO32 + (((entryLow & ~offsetMask & PTE_FRAME_LO) | (low & offsetMask)) >>> 0);
      this.pageShift = shift;
      this.grants = grants;
      this.noExecute = anyHigh < 0;
      this.dirty = (entryLow & PTE_D) !== 0;
      this.global = (entryLow & PTE_G) !== 0;
      this.format = format;
      this.depth = i + 1;
      return MAPPED;
    }
  }

  /** After `run` found a mapping: sets A in every entry on the way and, for a write, D in the leaf. §5.4.2 */
  mark(write: boolean): void {
    if ((this.grants & PTE_A) !== 0 && (!write || this.dirty)) return;
    const levels = this.format!.levels;
    for (let i = 0; i < this.depth; i++) {
      const leaf = i === this.depth - 1;
      const wanted = (levels[i]!.implied === 0 ? PTE_A : 0) | (leaf && write ? PTE_D : 0);
      const spa = this.spas[i]!;
      // read again: the same entry may serve two levels, or both dimensions
      const entry = this.ram.read32(spa);
      if ((entry & wanted) !== wanted) this.ram.write32(spa, entry | wanted);
    }
    this.grants |= PTE_A;
    if (write) this.dirty = true;
  }

  /** `Ram.offset`, with the last region remembered. */
  private locate(spa: number): number {
    if (spa >= this.regionStart && spa < this.regionEnd) return this.regionOffset + (spa - this.regionStart);
    for (const region of this.ram.regions) {
      if (spa >= region.start && spa < region.start + region.size) {
        this.regionStart = region.start;
        this.regionEnd = region.start + region.size;
        this.regionOffset = this.ram.offset(region.start);
        return this.regionOffset + (spa - region.start);
      }
    }
    return -1;
  }
}
