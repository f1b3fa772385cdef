/**
 * The pages shadow tables are made of: which guest table each stands for, a budget of system pages, and where a system page is mapped.
 * Plain data and system memory are the whole state; the indexes are made again from them.
 */
import { PAGE_SIZE } from '../../engine/arch/address';
import { PTE_FRAME_HI, PTE_FRAME_LO, PTE_P } from '../../engine/arch/paging';
import type { HostMode } from '../../engine/machine/host-mode';
import type { SystemPages } from '../system-pages';

/** What an access may do along the way to a table, and of pages as a whole whether D is set. */
export const ACCESS_RW = 1;
export const ACCESS_US = 2;
export const ACCESS_X = 4;
export const ACCESS_D = 8;
export const ACCESS_ALL = ACCESS_RW | ACCESS_US | ACCESS_X | ACCESS_D;

/** What a shadow table stands for. Tables of the same description are one table. */
export interface TableName {
  /** Of the shadow table: 4 to 1. */
  readonly level: number;
  /** GPA of the guest's table; `flat`: the GPA the table's first entry maps. */
  readonly gpa: number;
  /** The table maps guest-physical memory in a row: a part of a large page, or unpaged memory. */
  readonly flat: boolean;
  /** Which part of a guest table with 32-bit entries it shadows, each 512 shadow entries. */
  readonly part: number;
  /** ACCESS_ bits granted on the way to it. */
  readonly access: number;
}

export interface ShadowTable extends TableName {
  readonly spa: number;
}

export interface ShadowTablesState {
  readonly tables: readonly ShadowTable[];
  /** SPAs of pages that are ours and stand for nothing. */
  readonly free: readonly number[];
}

export const ENTRIES = 512;
const TWO32 = 0x1_0000_0000;
/** A guest table is found by units of this many bytes: the size of a PAE page-directory-pointer table. */
const UNIT = 32;

export class ShadowTables {
  private readonly byName = new Map<number, ShadowTable>();
  private readonly bySpa = new Map<number, ShadowTable>();
  /** Tables that shadow a guest table in a page, by the page's GPA. */
  private readonly byPage = new Map<number, ShadowTable[]>();
  /** SPAs of the last-level entries that map a system page, by its SPA. */
  private readonly mappings = new Map<number, Set<number>>();
  private free: number[];

  constructor(
    private readonly host: HostMode,
    private readonly pages: SystemPages,
    /** Pages it may take. */
    private readonly budget: number,
    saved: ShadowTablesState | undefined,
  ) {
    this.free = [...(saved?.free ?? [])];
    for (const table of saved?.tables ?? []) {
      this.enter(table);
      if (table.level === 1) this.eachPresent(table, (entry) => this.noteMapping(entry));
    }
  }

  saveState(): ShadowTablesState {
    return { tables: [...this.byName.values()], free: [...this.free] };
  }

  get count(): number {
    return this.byName.size;
  }
  /** Pages are kept when their tables are dropped. */
  get mostEver(): number {
    return this.byName.size + this.free.length;
  }

  /** Whether so many more tables can be made. */
  hasRoom(count: number): boolean {
    return this.byName.size + count <= this.budget;
  }

  find(name: TableName): ShadowTable | undefined {
    return this.byName.get(keyOf(name));
  }
  at(spa: number): ShadowTable | undefined {
    return this.bySpa.get(spa);
  }
  /** Shadows of guest tables in the page of a GPA. */
  of(gpa: number): readonly ShadowTable[] {
    return this.byPage.get(pageOf(gpa)) ?? [];
  }

  /** GPAs of the pages with guest tables that are shadowed. */
  get guestPages(): readonly number[] {
    return [...this.byPage.keys()];
  }

  make(name: TableName): ShadowTable {
    const spa = this.free.pop() ?? this.pages.allocate();
    this.host.memory.writeBytes(spa, new Uint8Array(PAGE_SIZE));
    const { level, gpa, flat, part, access } = name;
    const table = { level, gpa, flat, part, access, spa };
    this.enter(table);
    return table;
  }

  private enter(table: ShadowTable): void {
    this.byName.set(keyOf(table), table);
    this.bySpa.set(table.spa, table);
    if (table.flat) return;
    const page = pageOf(table.gpa);
    const shadows = this.byPage.get(page);
    if (shadows) shadows.push(table);
    else this.byPage.set(page, [table]);
  }

  /** Forgets a table and whatever leads to it; the tables below it stay. */
  drop(table: ShadowTable): void {
    this.eachPresent(table, (entry) => this.clear(table, entry));
    for (const parent of this.byName.values()) {
      if (parent.level !== table.level + 1) continue;
      this.eachPresent(parent, (entry) => {
        if (this.target(entry) === table.spa) this.clear(parent, entry);
      });
    }
    this.byName.delete(keyOf(table));
    this.bySpa.delete(table.spa);
    this.free.push(table.spa);
    const page = pageOf(table.gpa);
    const rest = this.of(page).filter((other) => other !== table);
    if (rest.length > 0) this.byPage.set(page, rest);
    else this.byPage.delete(page);
  }

  dropAll(): void {
    for (const { spa } of this.byName.values()) this.free.push(spa);
    this.byName.clear();
    this.bySpa.clear();
    this.byPage.clear();
    this.mappings.clear();
  }

  // Entries, by SPA

  low(entry: number): number {
    return this.host.memory.read32(entry);
  }
  high(entry: number): number {
    return this.host.memory.read32(entry + 4);
  }
  /** SPA an entry holds. */
  target(entry: number): number {
    return ((this.low(entry) & PTE_FRAME_LO) >>> 0) + (this.high(entry) & PTE_FRAME_HI) * TWO32;
  }

  /** Sets an entry of a table; `high` without address bits. */
  set(table: ShadowTable, entry: number, spa: number, low: number, high: number): void {
    if (table.level === 1) this.forgetMapping(entry);
    this.host.memory.write32(entry + 4, Math.floor(spa / TWO32) | high);
    this.host.memory.write32(entry, spa | low | 0);
    if (table.level === 1) this.noteMapping(entry);
  }

  clear(table: ShadowTable, entry: number): void {
    if (table.level === 1) this.forgetMapping(entry);
    this.host.memory.write32(entry, 0);
    this.host.memory.write32(entry + 4, 0);
  }

  /** Clears bits in the low half of every entry that maps a system page; whether there was one that had them. */
  restrict(spa: number, bits: number): boolean {
    let changed = false;
    for (const entry of this.mappings.get(spa) ?? []) {
      const low = this.low(entry);
      if ((low & bits) === 0) continue;
      this.host.memory.write32(entry, low & ~bits);
      changed = true;
    }
    return changed;
  }

  /** Clears every entry that maps a system page; whether there was one. */
  unmap(spa: number): boolean {
    const entries = [...(this.mappings.get(spa) ?? [])];
    for (const entry of entries) this.clear(this.bySpa.get(entry - (entry % PAGE_SIZE))!, entry);
    return entries.length > 0;
  }

  /** Calls with the SPA and index of every present entry. */
  eachPresent(table: ShadowTable, visit: (entry: number, index: number) => void): void {
    for (let index = 0; index < ENTRIES; index++) {
      const entry = table.spa + index * 8;
      if ((this.low(entry) & PTE_P) !== 0) visit(entry, index);
    }
  }

  private noteMapping(entry: number): void {
    const spa = this.target(entry);
    const entries = this.mappings.get(spa);
    if (entries) entries.add(entry);
    else this.mappings.set(spa, new Set([entry]));
  }

  private forgetMapping(entry: number): void {
    if ((this.low(entry) & PTE_P) === 0) return;
    const spa = this.target(entry);
    const entries = this.mappings.get(spa);
    entries?.delete(entry);
    if (entries?.size === 0) this.mappings.delete(spa);
  }
}

function pageOf(gpa: number): number {
  return gpa - (gpa % PAGE_SIZE);
}

/** One number for a name: exact for physical addresses of 48 bits. */
function keyOf({ level, gpa, flat, part, access }: TableName): number {
  return (gpa / UNIT) * 1024 + part * 256 + level * 32 + (flat ? 16 : 0) + access;
}
