/** Entries of a guest's own page tables: formats, reserved bits, and what an entry names (§5.2, §5.3). */
import {
  CR3_PAE_MASK,
  LEGACY_LEVELS,
  LONG_MODE_LEVELS,
  PAE_LEVELS,
  PSE_HIGH_MASK,
  PSE_HIGH_SHIFT,
  PTE_FRAME_HI,
  PTE_FRAME_LO,
  PTE_NX_HI,
  PTE_PS,
  type PagingLevel,
} from '../../engine/arch/paging';
import { CR0_PG, CR4_PAE, CR4_PSE, EFER_LMA, EFER_NXE } from '../../engine/arch/registers';

/** The guest's control registers as the guest knows them, unsigned; CR3 is exact, for no physical address has more than 52 bits. */
export interface GuestControls {
  readonly cr0: number;
  readonly cr3: number;
  readonly cr4: number;
  readonly efer: number;
}

/** `off`: CR0.PG is 0, linear addresses are guest-physical. */
export type GuestFormat = 'off' | 'legacy' | 'pae' | 'long';

/** One entry; 32-bit ones have no high half. */
export interface GuestEntry {
  readonly low: number;
  readonly high: number;
}

const TWO32 = 0x1_0000_0000;

export function formatOf({ cr0, cr4, efer }: GuestControls): GuestFormat {
  if ((cr0 & CR0_PG) === 0) return 'off';
  if ((efer & EFER_LMA) !== 0) return 'long';
  return (cr4 & CR4_PAE) !== 0 ? 'pae' : 'legacy';
}

export const GUEST_LEVELS: Readonly<Record<Exclude<GuestFormat, 'off'>, readonly PagingLevel[]>> = {
  legacy: LEGACY_LEVELS,
  pae: PAE_LEVELS,
  long: LONG_MODE_LEVELS,
};

/** GPA of the top table. */
export function topTable(format: GuestFormat, cr3: number): number {
  if (format === 'long') return cr3 - (cr3 % 0x1000);
  return (cr3 & (format === 'pae' ? CR3_PAE_MASK : PTE_FRAME_LO)) >>> 0;
}

/** Whether a present entry is the last of a walk. */
export function isLeaf({ cr4 }: GuestControls, level: PagingLevel, { low }: GuestEntry): boolean {
  if (level.level === 1) return true;
  if (level.pageSize === 0 || (low & PTE_PS) === 0) return false;
  return level.entrySize === 8 || (cr4 & CR4_PSE) !== 0;
}

/** Whether a present entry has a reserved bit set. `physicalBits`: width of a physical address. */
export function isReserved(
  { efer }: GuestControls,
  physicalBits: number,
  level: PagingLevel,
  { low, high }: GuestEntry,
  leaf: boolean,
): boolean {
  if ((low & (leaf ? level.leafReservedLo : level.tableReservedLo)) !== 0) return true;
  if (level.entrySize === 4) return false;
  const beyond = PTE_FRAME_HI & ~(2 ** (physicalBits - 32) - 1);
  const noExecute = (efer & EFER_NXE) === 0 ? PTE_NX_HI : 0;
  return (high & ((leaf ? level.leafReservedHi : level.tableReservedHi) | beyond | noExecute)) !== 0;
}

/** GPA an entry names: of the next table, or of the page's first byte. */
export function frameOf(level: PagingLevel, { low, high }: GuestEntry, leaf: boolean): number {
  const frame = ((low & PTE_FRAME_LO) >>> 0) + (high & PTE_FRAME_HI) * TWO32;
  if (!leaf) return frame;
  const pse = level.entrySize === 4 && level.level === 2 ? ((low >>> PSE_HIGH_SHIFT) & PSE_HIGH_MASK) * TWO32 : 0;
  return frame - (frame % level.pageSize) + pse;
}
