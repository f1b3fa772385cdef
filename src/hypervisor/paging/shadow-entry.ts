/** What an entry of a shadow table has to say: the guest's entry it stands for, read from guest memory. */
import { PTE_A, PTE_D, PTE_NX_HI, PTE_P, PTE_RW, PTE_US, type PagingLevel } from '../../engine/arch/paging';
import {
  formatOf,
  frameOf,
  GUEST_LEVELS,
  isLeaf,
  isReserved,
  type GuestControls,
  type GuestEntry,
} from './guest-entry';
import type { PageMap } from './page-map';
import { ACCESS_ALL, ACCESS_D, ACCESS_RW, ACCESS_US, ACCESS_X, type TableName } from './shadow-tables';

/** A 4 KB page: what the guest's entries grant together. */
export interface ExpectedLeaf {
  readonly kind: 'page';
  readonly gpa: number;
  readonly rw: boolean;
  readonly us: boolean;
  readonly nx: boolean;
  /** D of the guest's leaf. */
  readonly d: boolean;
}

export interface ExpectedTable {
  readonly kind: 'table';
  readonly table: TableName;
}

const PAGE_SHIFT = 12;
const INDEX_BITS = 9;
/** Guest entries of 32 bits that one shadow page directory stands for, two entries each. */
const LEGACY_PDES = 256;
const LEGACY_PTES = 512;

/** Undefined: the guest has nothing there, or has not used it yet. */
export function expected(
  map: PageMap,
  controls: GuestControls,
  physicalBits: number,
  table: TableName,
  index: number,
): ExpectedLeaf | ExpectedTable | undefined {
  const { level, gpa, flat, part, access } = table;
  if (flat) return within(level, gpa + index * spanOf(level), access);
  const format = formatOf(controls);
  if (format === 'off') return undefined;
  if (format === 'legacy' && level === 3) {
    return index < 4 ? { kind: 'table', table: { level: 2, gpa, flat: false, part: index, access } } : undefined;
  }
  if (format === 'pae' && level === 3 && index >= 4) return undefined;

  const legacy = format === 'legacy';
  const guestLevel = GUEST_LEVELS[format].find((row) => row.level === level)!;
  const guestIndex = !legacy ? index : level === 2 ? part * LEGACY_PDES + (index >> 1) : part * LEGACY_PTES + index;
  const entry = readEntry(map, gpa + guestIndex * guestLevel.entrySize, guestLevel);
  if ((entry.low & PTE_P) === 0) return undefined;
  const leaf = isLeaf(controls, guestLevel, entry);
  if (isReserved(controls, physicalBits, guestLevel, entry, leaf)) return undefined;
  const frame = frameOf(guestLevel, entry, leaf);
  const half = legacy && level === 2 ? index & 1 : 0;
  if (format === 'pae' && level === 3) {
    return { kind: 'table', table: { level: 2, gpa: frame, flat: false, part: 0, access } };
  }
  if ((entry.low & PTE_A) === 0) return undefined;
  const granted = access & grantsOf(entry);
  if (!leaf)
    return { kind: 'table', table: { level: level - 1, gpa: frame, flat: false, part: half, access: granted } };
  const dirty = (entry.low & PTE_D) !== 0 ? granted : granted & ~ACCESS_D;
  return within(level, frame + half * spanOf(level), dirty);
}

/** Of guest-physical memory in a row: a part of a large page becomes a table of its own. */
function within(level: number, gpa: number, access: number): ExpectedLeaf | ExpectedTable {
  if (level > 1) return { kind: 'table', table: { level: level - 1, gpa, flat: true, part: 0, access } };
  return {
    kind: 'page',
    gpa,
    rw: (access & ACCESS_RW) !== 0,
    us: (access & ACCESS_US) !== 0,
    nx: (access & ACCESS_X) === 0,
    d: (access & ACCESS_D) !== 0,
  };
}

/** Bytes an entry of a shadow level maps. */
function spanOf(level: number): number {
  return 2 ** (PAGE_SHIFT + INDEX_BITS * (level - 1));
}

function grantsOf({ low, high }: GuestEntry): number {
  let granted = ACCESS_ALL;
  if ((low & PTE_RW) === 0) granted &= ~ACCESS_RW;
  if ((low & PTE_US) === 0) granted &= ~ACCESS_US;
  if ((high & PTE_NX_HI) !== 0) granted &= ~ACCESS_X;
  return granted;
}

function readEntry(map: PageMap, gpa: number, { entrySize }: PagingLevel): GuestEntry {
  return { low: map.readWord(gpa), high: entrySize === 8 ? map.readWord(gpa + 4) : 0 };
}
