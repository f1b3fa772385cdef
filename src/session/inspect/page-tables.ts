/** Answers `pacifica/pageTables` and `pacifica/pageTablesSummary`, with the formats the processor's own walk uses. */
import {
  LEGACY_LEVELS,
  LONG_MODE_LEVELS,
  PAE_LEVELS,
  PSE_HIGH_MASK,
  PSE_HIGH_SHIFT,
  PTE_FRAME_HI,
  PTE_FRAME_LO,
  PTE_P,
} from '../../engine/arch/paging';
import { CR0_PG, CR4_PAE, EFER_LMA, EFER_NXE } from '../../engine/arch/registers';
import { TableFormats } from '../../engine/mmu/table-format';
import type { FormatLevel, TableFormat } from '../../engine/mmu/table-format';
import { hexOf } from '../../protocol/codec';
import type {
  EntryRow,
  NoTable,
  PageTableRoot,
  PageTablesAnswer,
  PageTablesQuestion,
  PageTablesSummary,
  PageTablesSummaryAnswer,
  PagingFormat,
  RootQuestion,
} from '../../protocol/page-tables';
import type { Guest } from '../guests';
import type { Lab } from '../lab';
import { guestPhysicalSpace, SYSTEM_PHYSICAL } from '../memory';
import type { AddressSpace } from '../memory';
import { guestRegisters, hostRegisters, walkedRegisters } from '../registers';

/** A root that can be looked at. */
interface Tree {
  readonly root: PageTableRoot;
  readonly guest: Guest | null;
  readonly format: PagingFormat;
  readonly tables: TableFormat;
  readonly register: 'CR3' | 'nCR3';
  readonly value: number;
  readonly nx: boolean;
  /** The space that addresses of tables and pages count in. */
  readonly space: AddressSpace;
  /** The same, only where nested tables map now. */
  readonly mapped: AddressSpace;
  /** The tables' addresses are GPAs that nested tables translate. */
  readonly nested: boolean;
}

interface Entry {
  readonly kind: EntryRow['kind'];
  readonly low: number;
  readonly high: number;
  readonly target: number;
}

const TWO32 = 0x1_0000_0000;
/** Tables a summary reads at most. */
const MOST_TABLES = 4096;
const NAMES: Readonly<Record<Exclude<PagingFormat, 'off' | 'la57'>, readonly { readonly entry: string }[]>> = {
  legacy: LEGACY_LEVELS,
  pae: PAE_LEVELS,
  long: LONG_MODE_LEVELS,
};

function treeOf(lab: Lab, { root, guest: id }: RootQuestion): Tree | NoTable {
  const { machine } = lab;
  const { processor } = machine;
  const guest = id === undefined ? lab.target.watch.current : lab.guest(id);
  const none = (why: NoTable['why'], what: string): NoTable => ({
    kind: 'none',
    why,
    what,
    roots: rootsOf(lab, guest),
  });
  if (root !== 'host' && !guest) return none('no-guest', 'no VMRUN yet');
  const registers =
    root === 'host' ? hostRegisters(processor) : guestRegisters(processor, guest!, lab.executing === guest);
  let { cr0, cr3, cr4, efer } = registers.paging;
  const { nested } = registers.paging;
  if (root === 'shadow') {
    if (!guest?.kept?.()) return none('off', 'no shadow tables are kept for the guest');
    ({ cr0, cr3, cr4, efer } = walkedRegisters(processor, guest, lab.executing === guest));
  }
  if (root === 'nested') {
    if (guest?.kept?.()) return none('off', 'NP_ENABLE is 0');
    if (!nested) return none('off', 'NP_ENABLE is 0');
    ({ cr3, cr4, efer } = nested);
    cr0 = CR0_PG;
  }
  if ((cr0 & CR0_PG) === 0) return none('off', 'CR0.PG is 0');
  const format: PagingFormat = efer & EFER_LMA ? 'long' : cr4 & CR4_PAE ? 'pae' : 'legacy';
  const through = root === 'guest' && nested !== undefined;
  return {
    root,
    guest: root === 'host' ? null : guest!,
    format,
    tables: new TableFormats(processor.limits).select(cr4, efer),
    register: root === 'nested' ? 'nCR3' : 'CR3',
    value: cr3,
    nx: (efer & EFER_NXE) !== 0,
    space: through ? lab.space(guest!, true) : SYSTEM_PHYSICAL,
    mapped: through ? guestPhysicalSpace(machine, registers.paging) : SYSTEM_PHYSICAL,
    nested: through,
  };
}

function rootsOf(lab: Lab, guest: Guest | undefined): PageTableRoot[] {
  const { processor } = lab.machine;
  const roots: PageTableRoot[] = [];
  if (guest) {
    const { cr0, nested } = guestRegisters(processor, guest, lab.executing === guest).paging;
    if (cr0 & CR0_PG) roots.push('guest');
    if (guest.kept?.()) roots.push('shadow');
    else if (nested) roots.push('nested');
  }
  if (hostRegisters(processor).paging.cr0 & CR0_PG) roots.push('host');
  return roots;
}

function rootAddress({ tables, value }: Tree): number {
  const high = Math.floor(value / TWO32) & tables.rootHigh;
  return high * TWO32 + ((value & tables.rootLow) >>> 0);
}

/** All entries of the table at an address, or undefined where there is no memory. */
function readTable(lab: Lab, tree: Tree, address: number, level: FormatLevel, last: boolean): Entry[] | undefined {
  const spa = tree.space.translate(BigInt(address));
  if (spa === undefined || lab.machine.ram.offset(spa) < 0) return undefined;
  const count = level.indexMask + 1;
  const bytes = lab.machine.ram.readBytes(spa, count << tree.tables.entryShift);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: count }, (_, n) => {
    const at = n << tree.tables.entryShift;
    const low = view.getInt32(at, true);
    return entryOf(low, tree.tables.entryShift === 3 ? view.getInt32(at + 4, true) : 0, level, last);
  });
}

function entryOf(low: number, high: number, level: FormatLevel, last: boolean): Entry {
  if ((low & PTE_P) === 0) return { kind: 'hole', low, high, target: 0 };
  const frame = (high & PTE_FRAME_HI) * TWO32;
  if (!last && (low & level.leafBit) === 0) {
    const reserved = (low & level.tableReservedLow) | (high & level.tableReservedHigh);
    return { kind: reserved ? 'reserved' : 'table', low, high, target: frame + ((low & PTE_FRAME_LO) >>> 0) };
  }
  const reserved = (low & level.leafReservedLow) | (high & level.leafReservedHigh);
  const offset = (1 << level.shift) - 1;
  const beyond = level.shift === 22 ? ((low >>> PSE_HIGH_SHIFT) & PSE_HIGH_MASK) * TWO32 : frame;
  return { kind: reserved ? 'reserved' : 'page', low, high, target: beyond + ((low & PTE_FRAME_LO & ~offset) >>> 0) };
}

export function pageTablesAnswer(lab: Lab, question: PageTablesQuestion): PageTablesAnswer {
  const tree = treeOf(lab, question);
  if ('kind' in tree) return tree;
  const { levels } = tree.tables;
  const roots = rootsOf(lab, tree.guest ?? lab.target.watch.current);
  const none = (what: string): NoTable => ({ kind: 'none', why: 'unreadable', what, roots });
  const nameOf = (depth: number): string => NAMES[tree.format as 'long'][depth]!.entry;
  const space = tree.root === 'guest' ? (tree.nested ? 'GPA' : 'SPA') : 'SPA';

  let address = rootAddress(tree);
  let from = 0n;
  for (let depth = 0; ; depth++) {
    const level = levels[depth]!;
    const entries = readTable(lab, tree, address, level, depth === levels.length - 1);
    if (!entries)
      return none(`the table of ${nameOf(depth)}s at ${space} ${address.toString(16).toUpperCase()}h is not memory`);
    if (depth === question.path.length) {
      return {
        kind: 'table',
        root: tree.root,
        guest: tree.guest?.identity ?? null,
        format: tree.format,
        register: tree.register,
        registerValue: hexOf(BigInt(tree.value)),
        nx: tree.nx,
        path: question.path,
        entryName: nameOf(depth),
        level: level.level,
        span: 2 ** level.shift,
        address,
        spa: tree.space.translate(BigInt(address))!,
        rows: rowsOf(lab, tree, entries, depth, from),
        roots,
      };
    }
    const index = question.path[depth]!;
    const entry = entries[index];
    if (!entry || entry.kind !== 'table') return none(`${nameOf(depth)}[${index}] names no table`);
    from += BigInt(index) << BigInt(level.shift);
    address = entry.target;
  }
}

function rowsOf(lab: Lab, tree: Tree, entries: readonly Entry[], depth: number, from: bigint): EntryRow[] {
  const level = tree.tables.levels[depth]!;
  const span = 2 ** level.shift;
  const rows: EntryRow[] = [];
  for (let index = 0; index < entries.length;) {
    const entry = entries[index]!;
    const count = foldable(entries, index, span);
    rows.push({
      kind: entry.kind,
      index,
      count,
      entry: hexOf((BigInt(entry.high >>> 0) << 32n) | BigInt(entry.low >>> 0)),
      from: hexOf(addressOf(tree, from + (BigInt(index) << BigInt(level.shift)))),
      target: entry.target,
      targetSpa: tree.nested && entry.kind !== 'hole' ? (tree.mapped.translate(BigInt(entry.target)) ?? null) : null,
      below: entry.kind === 'table' ? countBelow(lab, tree, entry.target, depth + 1) : null,
    });
    index += count;
  }
  return rows;
}

/** How many entries from `index` on make one row. */
function foldable(entries: readonly Entry[], index: number, span: number): number {
  const first = entries[index]!;
  if (first.kind !== 'hole' && first.kind !== 'page') return 1;
  let count = 1;
  for (; index + count < entries.length; count++) {
    const entry = entries[index + count]!;
    if (entry.kind !== first.kind) break;
    if (first.kind === 'hole') continue;
    if (entry.target !== first.target + count * span || !sameBits(first, entry, span)) break;
  }
  return count;
}

/** All bits but the page's address. */
function sameBits(a: Entry, b: Entry, span: number): boolean {
  const address = span === 2 ** 22 ? ~0x1fff | 0x1e000 : PTE_FRAME_LO & ~(span > 2 ** 31 ? 0 : span - 1);
  return (a.low & ~address) === (b.low & ~address) && (a.high & ~PTE_FRAME_HI) === (b.high & ~PTE_FRAME_HI);
}

/** A linear address in canonical form; a guest-physical one as it is. */
function addressOf({ root, format }: Tree, address: bigint): bigint {
  return root !== 'nested' && format === 'long' ? BigInt.asIntN(48, address) : address;
}

function countBelow(lab: Lab, tree: Tree, address: number, depth: number): EntryRow['below'] {
  const entries = readTable(lab, tree, address, tree.tables.levels[depth]!, depth === tree.tables.levels.length - 1);
  if (!entries) return null;
  const count = (kind: EntryRow['kind']): number => entries.filter((entry) => entry.kind === kind).length;
  return { tables: count('table'), pages: count('page') };
}

/** What a table and all below it map. */
interface Mapped {
  readonly bytes: number;
  readonly pages: ReadonlyMap<number, number>;
}

export function pageTablesSummaryAnswer(lab: Lab, question: RootQuestion): PageTablesSummaryAnswer {
  const tree = treeOf(lab, question);
  if ('kind' in tree) return { summary: null };
  const seen = new Map<string, Mapped>();
  const tables = new Set<number>();
  let complete = true;
  const visit = (address: number, depth: number): Mapped => {
    const key = `${depth}:${address}`;
    const known = seen.get(key);
    if (known) return known;
    const nothing: Mapped = { bytes: 0, pages: new Map() };
    if (tables.size >= MOST_TABLES) {
      complete = false;
      return nothing;
    }
    const level = tree.tables.levels[depth]!;
    const entries = readTable(lab, tree, address, level, depth === tree.tables.levels.length - 1);
    if (!entries) return nothing;
    tables.add(address);
    const size = 2 ** level.shift;
    let bytes = 0;
    const pages = new Map<number, number>();
    for (const { kind, target } of entries) {
      if (kind === 'page') {
        bytes += size;
        pages.set(size, (pages.get(size) ?? 0) + 1);
      } else if (kind === 'table') {
        const below = visit(target, depth + 1);
        bytes += below.bytes;
        for (const [pageSize, count] of below.pages) pages.set(pageSize, (pages.get(pageSize) ?? 0) + count);
      }
    }
    const mapped = { bytes, pages };
    seen.set(key, mapped);
    return mapped;
  };
  const { bytes, pages } = visit(rootAddress(tree), 0);
  const summary: PageTablesSummary = {
    mapped: bytes,
    tables: tables.size,
    pages: [...pages].sort(([a], [b]) => b - a).map(([size, count]) => ({ size, count })),
    complete,
  };
  return { summary };
}
