/** The manual's levels of each format of page tables, and the words for tables, entries and their bits. */
import { LEGACY_LEVELS, LONG_MODE_LEVELS, PAE_LEVELS, PML5_LEVEL, PTE_BITS } from '../../src/engine/arch/paging';
import type { PagingLevel } from '../../src/engine/arch/paging';
import type { EntryRow, PageTable, PagingFormat } from '../../src/protocol/page-tables';
import { isSet } from '../shared/bits';
import { valueOf } from '../../src/protocol/codec';
import { hForm } from '../shared/numbers';
import type { Chip } from '../shared/chip';

const LEVELS: Record<PagingFormat, readonly PagingLevel[]> = {
  off: [],
  legacy: LEGACY_LEVELS,
  pae: PAE_LEVELS,
  long: LONG_MODE_LEVELS,
  la57: [PML5_LEVEL, ...LONG_MODE_LEVELS],
};

/** Top level first. */
export function levelsOf(format: PagingFormat): readonly PagingLevel[] {
  return LEVELS[format];
}

const TABLE_NAMES: Record<string, string> = { PML5E: 'PML5', PML4E: 'PML4', PDPE: 'PDPT', PDE: 'PD', PTE: 'PT' };

/** `PDPT` for `PDPE`. */
export function tableName(entryName: string): string {
  return TABLE_NAMES[entryName] ?? entryName;
}

/** The level below a table's, if there is one. */
export function levelBelow(table: PageTable): PagingLevel | undefined {
  return levelsOf(table.format).find(({ level }) => level === table.level - 1);
}

/** Entries of a table at a level. */
export function slotsOf(table: PageTable): number {
  return 2 ** (levelsOf(table.format).find(({ level }) => level === table.level)?.indexBits ?? 9);
}

/** Bytes all slots of the top table span. */
export function reach(format: PagingFormat): number {
  const top = levelsOf(format)[0];
  return top ? 2 ** (top.indexShift + top.indexBits) : 0;
}

/** `4-level`, `PAE`, … */
export function formatWords(format: PagingFormat): string {
  return { off: 'off', legacy: '2-level, 32-bit', pae: 'PAE, 3-level', long: '4-level', la57: '5-level' }[format];
}

/** The indexes an address is cut into, top level first. */
export function indexesOf(address: bigint, format: PagingFormat): number[] {
  return levelsOf(format).map(({ indexShift, indexBits }) =>
    Number((address >> BigInt(indexShift)) & ((1n << BigInt(indexBits)) - 1n)),
  );
}

/** `[003h]`, `[000h–002h]` */
export function indexRange({ index, count }: Pick<EntryRow, 'index' | 'count'>): string {
  const first = hForm(index, 3);
  return count === 1 ? `[${first}]` : `[${first}–${hForm(index + count - 1, 3)}]`;
}

/** Bits worth a word when they are 0. */
const WORTH_OFF = new Set(['RW', 'D']);
const ONLY_PAGES = new Set(['D', 'G', 'PAT']);

/** The flags of an entry that is present. */
export function flagChips(row: EntryRow, table: PageTable): Chip[] {
  if (row.kind === 'hole') return [];
  const entry = valueOf(row.entry);
  const page = row.kind === 'page';
  const large = page && table.level > 1;
  const chips: Chip[] = [];
  for (const { name, bit, meaning, section } of PTE_BITS) {
    if (name === 'NX' && !table.nx) continue;
    if (ONLY_PAGES.has(name) && !page) continue;
    if (name === 'PAT' && !large) continue;
    const on = isSet(entry, bit);
    const shown = name === 'PS' && page && !large ? 'PAT' : name;
    if (!on && !(WORTH_OFF.has(name) && (name !== 'D' || page))) continue;
    chips.push({ text: shown, look: on ? 'on' : 'off', meaning: `${shown}, bit ${bit}: ${meaning}\n§${section}` });
  }
  if (row.kind === 'reserved')
    chips.push({ text: 'reserved bit', look: 'bad', meaning: 'a walk through here is #PF with RSV\n§5.4.1' });
  return chips;
}
