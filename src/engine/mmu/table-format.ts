/**
 * The formats of page tables as the walk needs them: the manual's levels with the reserved bits this processor adds to them (the
 * width of its physical addresses, NX while it is off, pages it lacks).
 */
import {
  LEGACY_LEVELS,
  LONG_MODE_LEVELS,
  PAE_LEVELS,
  PSE_HIGH_MASK,
  PSE_HIGH_SHIFT,
  PTE_A,
  PTE_FRAME_HI,
  PTE_NX_HI,
  PTE_PS,
  PTE_RW,
  PTE_US,
} from '../arch/paging';
import type { PagingLevel } from '../arch/paging';
import { CR4_PAE, CR4_PSE, EFER_LMA, EFER_NXE } from '../arch/registers';
import type { Limits } from '../state/limits';

export interface FormatLevel {
  /** 4…1, as the manual counts. */
  readonly level: number;
  /** The index is bits `shift` and up of the address; so is the size of the page a leaf maps. */
  readonly shift: number;
  readonly indexMask: number;
  /** Bits of the low half that make the entry a leaf; 0 where it cannot be one (and at level 1, where it always is). */
  readonly leafBit: number;
  /** Reserved bits as signed halves. */
  readonly tableReservedLow: number;
  readonly tableReservedHigh: number;
  readonly leafReservedLow: number;
  readonly leafReservedHigh: number;
  /** R/W, U/S and A where the entry has no such bits: taken as 1. */
  readonly implied: number;
}

export interface TableFormat {
  /** Top level first. */
  readonly levels: readonly FormatLevel[];
  /** log2 of an entry's bytes. */
  readonly entryShift: 2 | 3;
  /** Bits of CR3 that are the address of the top table. */
  readonly rootLow: number;
  readonly rootHigh: number;
  /** Bits of an address that are translated. */
  readonly reach: number;
  /** Entries have an NX bit and it is on. */
  readonly noExecute: boolean;
}

/** Bits 51:32 of an address that are beyond the processor's physical width. */
function beyondHigh(physicalBits: number): number {
  return PTE_FRAME_HI & ~(2 ** (physicalBits - 32) - 1);
}

/** Bits 20:13 of a 4 MB entry that name address bits beyond the physical width. §5.2.2 */
function beyondPse(physicalBits: number): number {
  return (beyondHigh(physicalBits) & PSE_HIGH_MASK) << PSE_HIGH_SHIFT;
}

function wideLevel(row: PagingLevel, limits: Limits, nx: boolean, pae: boolean): FormatLevel {
  const beyond = beyondHigh(limits.physicalBits) | (nx ? 0 : PTE_NX_HI);
  const large = row.level > 1 && row.pageSize > 0;
  const offered = large && (row.level < 3 || limits.pages1g);
  return {
    level: row.level,
    shift: row.indexShift,
    indexMask: 2 ** row.indexBits - 1,
    leafBit: offered ? PTE_PS : 0,
    tableReservedLow: row.tableReservedLo | (large && !offered ? PTE_PS : 0),
    tableReservedHigh: row.tableReservedHi | beyond,
    leafReservedLow: row.leafReservedLo,
    leafReservedHigh: row.leafReservedHi | beyond,
    implied: pae && row.level === 3 ? PTE_RW | PTE_US | PTE_A : 0,
  };
}

function wideFormat(rows: readonly PagingLevel[], limits: Limits, nx: boolean, pae: boolean): TableFormat {
  return {
    levels: rows.map((row) => wideLevel(row, limits, nx, pae)),
    entryShift: 3,
    rootLow: pae ? ~0x1f : ~0xfff,
    rootHigh: pae ? 0 : PTE_FRAME_HI,
    reach: pae ? 32 : 48,
    noExecute: nx,
  };
}

function legacyFormat(limits: Limits, pse: boolean): TableFormat {
  const levels = LEGACY_LEVELS.map((row) => ({
    level: row.level,
    shift: row.indexShift,
    indexMask: 2 ** row.indexBits - 1,
    leafBit: pse && row.level === 2 ? PTE_PS : 0,
    tableReservedLow: 0,
    tableReservedHigh: 0,
    leafReservedLow: row.leafReservedLo | (row.level === 2 ? beyondPse(limits.physicalBits) : 0),
    leafReservedHigh: 0,
    implied: 0,
  }));
  return { levels, entryShift: 2, rootLow: ~0xfff, rootHigh: 0, reach: 32, noExecute: false };
}

/** All formats of a processor, made once. */
export class TableFormats {
  private readonly long: TableFormat;
  private readonly longNx: TableFormat;
  private readonly pae: TableFormat;
  private readonly paeNx: TableFormat;
  private readonly legacy: TableFormat;
  private readonly legacyPse: TableFormat;

  constructor(limits: Limits) {
    this.long = wideFormat(LONG_MODE_LEVELS, limits, false, false);
    this.longNx = wideFormat(LONG_MODE_LEVELS, limits, true, false);
    this.pae = wideFormat(PAE_LEVELS, limits, false, true);
    this.paeNx = wideFormat(PAE_LEVELS, limits, true, true);
    this.legacy = legacyFormat(limits, false);
    this.legacyPse = legacyFormat(limits, true);
  }

  /** The format of a mode with paging on. §5.1 */
  select(cr4: number, efer: number): TableFormat {
    const nx = (efer & EFER_NXE) !== 0;
    if ((efer & EFER_LMA) !== 0) return nx ? this.longNx : this.long;
    if ((cr4 & CR4_PAE) !== 0) return nx ? this.paeNx : this.pae;
    return (cr4 & CR4_PSE) !== 0 ? this.legacyPse : this.legacy;
  }
}
