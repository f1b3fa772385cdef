/**
 * Shadow paging: the processor walks tables of the hypervisor's, the guest's own composed with the map from GPA to SPA. They are built
 * by #PF, entry by entry, always of four levels or in PAE format, always of 4 KB pages. What holds of every entry:
 *
 *   its guest entries are present with A set, so that A is set by the #PF that builds it;
 *   it is writable only if D is set in the guest's leaf, so that D is set by the #PF of the first write;
 *   it is not writable if a guest table that is shadowed lies in the page.
 *
 * The first write to such a page opens it until the next #VMEXIT, when the tables in it are compared anew and it is closed. Between
 * the two, entries may be stale, which the guest cannot tell from a TLB: whatever flushes one is a #VMEXIT.
 */
import { PAGE_SIZE } from '../../engine/arch/address';
import { LONG_MODE_LEVELS, PTE_A, PTE_D, PTE_NX_HI, PTE_P, PTE_RW, PTE_US } from '../../engine/arch/paging';
import { CR0_PG, CR0_WP, CR4_PAE, CR4_PSE, CR4_SMAP, CR4_SMEP, EFER_LMA, EFER_NXE } from '../../engine/arch/registers';
import type { HostMode } from '../../engine/machine/host-mode';
import { shadowBudget } from '../guest-spec';
import { physicalBitsOf } from '../guest-features';
import type { SystemPages } from '../system-pages';
import { formatOf, topTable, type GuestControls } from './guest-entry';
import type { GuestMemory, TablePages } from './guest-memory';
import { PageMap } from './page-map';
import { expected, type ExpectedLeaf } from './shadow-entry';
import { ACCESS_ALL, ACCESS_D, ShadowTables, type ShadowTable, type ShadowTablesState } from './shadow-tables';

/** The processor whose guest memory this is. */
export interface ShadowedProcessor {
  readonly guestControls: GuestControls;
  /** The processor forgets the guest's translations with the next VMRUN. */
  flushTranslations(): void;
}

/** An access of the guest's that its own tables allow. */
export interface ShadowedAccess {
  /** Bits 47:0. */
  readonly linear: number;
  readonly write: boolean;
  readonly user: boolean;
  /** RIP of the instruction. */
  readonly rip: number;
}

/** `mapped`: the shadow allows it now; `once`: for this instruction only; `refused`: it did before, so the fault is the guest's. */
export type ShadowFault = 'mapped' | 'once' | 'refused' | { readonly absent: number };

/** What may be written until the next #VMEXIT. */
interface Opened {
  /** RIP of the instruction it was opened for. */
  readonly rip: number;
  /** GPAs of pages with guest tables that are shadowed. */
  readonly pages: readonly number[];
  /** SPAs of entries that are more open than the guest's. */
  readonly entries: readonly number[];
}

export interface ShadowState {
  readonly tables: ShadowTablesState;
  readonly opened: Opened;
  /** How often a page with guest tables was opened since one of them was last used, by GPA. */
  readonly openings: readonly (readonly [number, number])[];
  readonly meaning: number;
}

const NOTHING_OPENED: Opened = { rip: 0, pages: [], entries: [] };
/** A page that is written so often while no table in it is used is no table any more. */
const MOST_OPENINGS = 8;
/** Tables one access can need. */
const WALK = LONG_MODE_LEVELS.length;
const MB = 0x10_0000;

export class ShadowPaging implements GuestMemory {
  readonly kind = 'shadow';
  private readonly map: PageMap;
  private readonly tables: ShadowTables;
  private processor!: ShadowedProcessor;
  private opened: Opened;
  private readonly openings: Map<number, number>;
  private readonly physicalBits: number;
  /** Control bits the entries were made under. */
  private meaning: number;

  constructor(
    host: HostMode,
    pages: SystemPages,
    readonly size: number,
    root?: number,
    saved?: ShadowState,
  ) {
    this.map = new PageMap(host, pages, size, root, false);
    this.physicalBits = physicalBitsOf(host);
    this.tables = new ShadowTables(host, pages, shadowBudget(size / MB), saved?.tables);
    this.opened = saved?.opened ?? NOTHING_OPENED;
    this.openings = new Map(saved?.openings ?? []);
    this.meaning = saved?.meaning ?? 0;
  }

  serve(processor: ShadowedProcessor): void {
    this.processor = processor;
  }

  saveState(): ShadowState {
    return {
      tables: this.tables.saveState(),
      opened: this.opened,
      openings: [...this.openings],
      meaning: this.meaning,
    };
  }

  // Guest-physical memory

  get root(): number {
    return this.map.root;
  }
  get tablePages(): TablePages {
    return { map: this.map.countTables(), shadow: this.tables.count, mostShadow: this.tables.mostEver };
  }
  isMemory(gpa: number): boolean {
    return this.map.isMemory(gpa);
  }
  spaOf(gpa: number): number | undefined {
    return this.map.spaOf(gpa);
  }
  read(gpa: number, length: number): Uint8Array {
    return this.map.read(gpa, length);
  }
  readWord(gpa: number): number {
    return this.map.readWord(gpa);
  }
  write(gpa: number, bytes: Uint8Array): number {
    const written = this.map.write(gpa, bytes);
    this.compareWritten(gpa, bytes.length);
    return written;
  }
  load(gpa: number, bytes: Uint8Array): number {
    const written = this.map.load(gpa, bytes);
    this.compareWritten(gpa, bytes.length);
    return written;
  }
  show(gpa: number, spa: number): void {
    this.map.show(gpa, spa);
  }
  hide(gpa: number): void {
    const spa = this.map.spaOf(gpa);
    this.map.hide(gpa);
    if (spa !== undefined && this.tables.unmap(spa)) this.processor.flushTranslations();
  }

  /** System memory was written by somebody who does not know of guests. */
  compareAll(): void {
    for (const page of this.tables.guestPages) this.comparePage(page);
  }

  private compareWritten(gpa: number, length: number): void {
    for (let page = gpa - (gpa % PAGE_SIZE); page < gpa + length; page += PAGE_SIZE) this.comparePage(page);
  }

  // The tables

  /** SPA for CR3: the shadow of what the guest's CR3 names. Made if need be; tables of another meaning are dropped. */
  shadowRoot(): number {
    const controls = this.processor.guestControls;
    const meaning = meaningOf(controls);
    if (meaning !== this.meaning) {
      this.dropAll();
      this.meaning = meaning;
    }
    return this.rootTable(controls).spa;
  }

  private rootTable(controls: GuestControls): ShadowTable {
    const format = formatOf(controls);
    return this.tableFor({
      level: format === 'long' ? 4 : 3,
      gpa: format === 'off' ? 0 : topTable(format, controls.cr3),
      flat: format === 'off',
      part: 0,
      access: ACCESS_ALL,
    });
  }

  private tableFor(name: Omit<ShadowTable, 'spa'>): ShadowTable {
    const found = this.tables.find(name);
    if (found) return found;
    if (!this.tables.hasRoom(1)) this.dropAll();
    const table = this.tables.make(name);
    if (!name.flat) this.protect(name.gpa);
    return table;
  }

  /** Pages with guest tables are read-only. */
  private protect(gpa: number): void {
    const page = gpa - (gpa % PAGE_SIZE);
    if (this.opened.pages.includes(page)) return;
    const spa = this.map.spaOf(page);
    if (spa !== undefined && this.tables.restrict(spa, PTE_RW)) this.processor.flushTranslations();
  }

  private dropAll(): void {
    this.tables.dropAll();
    this.opened = NOTHING_OPENED;
    this.openings.clear();
    this.processor.flushTranslations();
  }

  /** Answers a #PF of an access that the guest's tables, already marked, allow. `present`: bit P of the error code. */
  fault(access: ShadowedAccess, present: boolean): ShadowFault {
    if (!this.tables.hasRoom(WALK)) this.dropAll();
    // Again, where a table on the way was found to be none.
    return this.build(access, present) ?? this.build(access, present)!;
  }

  private build(access: ShadowedAccess, present: boolean): ShadowFault | undefined {
    const controls = this.processor.guestControls;
    let table = this.rootTable(controls);
    // The processor walked what stands here now.
    let unchanged = present;
    for (;;) {
      const index = Math.floor(access.linear / 2 ** (12 + 9 * (table.level - 1))) % 512;
      const entry = table.spa + index * 8;
      const found = expected(this.map, controls, this.physicalBits, table, index);
      if (!found) throw new Error('shadow paging: the walk of the guest’s tables and their description disagree');
      if (found.kind === 'page') return this.fill(table, entry, found, access, unchanged, controls);
      const below = this.tableFor(found.table);
      if (this.tables.target(entry) !== below.spa || (this.tables.low(entry) & PTE_P) === 0) {
        if ((this.tables.low(entry) & PTE_P) !== 0) this.processor.flushTranslations();
        this.tables.set(table, entry, below.spa, this.linkBits(table, controls), 0);
        unchanged = false;
        this.used(table);
      }
      table = below;
    }
  }

  private fill(
    table: ShadowTable,
    entry: number,
    page: ExpectedLeaf,
    { linear, write, user, rip }: ShadowedAccess,
    unchanged: boolean,
    controls: GuestControls,
  ): ShadowFault | undefined {
    const spa = this.isMemory(page.gpa) ? this.map.open(page.gpa) : this.map.spaOf(page.gpa);
    if (spa === undefined) return { absent: page.gpa + (linear % PAGE_SIZE) };
    // CR0.WP = 0: a supervisor may write what a user may not. One entry cannot say both.
    const lifted = write && !user && page.us && !page.rw && (controls.cr0 & CR0_WP) === 0;
    let writable = page.d && (page.rw || lifted || (!page.us && (controls.cr0 & CR0_WP) === 0));
    if (writable && this.tables.of(page.gpa).length > 0 && !this.opened.pages.includes(page.gpa)) {
      if (write && !this.open(page.gpa, rip)) return undefined;
      writable = write;
    }
    const noExecute = page.nx || (lifted && (controls.cr4 & CR4_SMEP) !== 0);
    const low = PTE_P | (writable ? PTE_RW : 0) | (page.us && !lifted ? PTE_US : 0);
    const high = noExecute ? PTE_NX_HI : 0;
    const old = this.tables.low(entry);
    if ((old & PTE_P) !== 0) {
      const same = (old & MEANT) === low && ((this.tables.high(entry) ^ high) & PTE_NX_HI) === 0;
      if (unchanged && same && this.tables.target(entry) === spa) return 'refused';
      this.processor.flushTranslations();
    }
    this.tables.set(table, entry, spa, low | PTE_A | (writable ? PTE_D : 0), high);
    this.used(table);
    if (!lifted || (controls.cr4 & CR4_SMAP) === 0) return 'mapped';
    // As a supervisor's page it would also be open to accesses that SMAP forbids.
    this.opened = { ...this.opened, rip, entries: [...this.opened.entries, entry] };
    return 'once';
  }

  /** PDPEs of PAE have neither RW nor US nor A. §5.2.3 */
  private linkBits({ level }: ShadowTable, controls: GuestControls): number {
    return level === 3 && formatOf(controls) !== 'long' ? PTE_P : PTE_P | PTE_RW | PTE_US | PTE_A;
  }

  /** A guest table was needed: it is one still. */
  private used({ flat, gpa }: ShadowTable): void {
    if (!flat) this.openings.delete(gpa - (gpa % PAGE_SIZE));
  }

  /** False: the page holds no tables any more. */
  private open(gpa: number, rip: number): boolean {
    const times = (this.openings.get(gpa) ?? 0) + 1;
    if (times > MOST_OPENINGS && !this.holdsRoot(gpa)) {
      this.openings.delete(gpa);
      for (const table of [...this.tables.of(gpa)]) this.tables.drop(table);
      this.processor.flushTranslations();
      return false;
    }
    this.openings.set(gpa, times);
    this.opened = { ...this.opened, rip, pages: [...this.opened.pages, gpa] };
    return true;
  }

  private holdsRoot(gpa: number): boolean {
    const controls = this.processor.guestControls;
    const format = formatOf(controls);
    if (format === 'off') return false;
    const top = topTable(format, controls.cr3);
    return top - (top % PAGE_SIZE) === gpa;
  }

  // In step

  /**
   * After each #VMEXIT: what was open is compared. It stays open for an instruction that goes on, as one that writes to two such pages
   * does. `rip`: of the guest; `fault`: the exit is a #PF.
   */
  settle(rip: number, fault: boolean): void {
    const { pages, entries, rip: opener } = this.opened;
    if (pages.length === 0 && entries.length === 0) return;
    for (const page of pages) this.comparePage(page);
    if (fault && rip === opener) return;
    this.opened = NOTHING_OPENED;
    for (const page of pages) if (this.tables.of(page).length > 0) this.protect(page);
    for (const entry of entries) {
      const table = this.tables.at(entry - (entry % PAGE_SIZE));
      if (table) this.tables.clear(table, entry);
    }
    this.processor.flushTranslations();
  }

  /** Drops the entries that do not follow any more from the guest tables in a page. */
  private comparePage(page: number): void {
    const shadows = this.tables.of(page);
    if (shadows.length === 0) return;
    const controls = this.processor.guestControls;
    for (const table of shadows) {
      this.tables.eachPresent(table, (entry, index) => {
        if (this.follows(table, entry, index, controls)) return;
        this.tables.clear(table, entry);
        this.processor.flushTranslations();
      });
    }
  }

  /** Whether an entry allows nothing that the guest's does not. */
  private follows(table: ShadowTable, entry: number, index: number, controls: GuestControls): boolean {
    const found = expected(this.map, controls, this.physicalBits, table, index);
    if (!found) return false;
    const target = this.tables.target(entry);
    if (found.kind === 'table') {
      const below = this.tables.at(target);
      if (!below) return false;
      const { level, gpa, flat, part, access } = found.table;
      if (below.level !== level || below.gpa !== gpa || below.flat !== flat || below.part !== part) return false;
      return below.access === access || below.access === (access & ~ACCESS_D);
    }
    if (target !== this.map.spaOf(found.gpa)) return false;
    const low = this.tables.low(entry);
    const { rw, us, nx, d } = found;
    const wp = (controls.cr0 & CR0_WP) !== 0;
    const asUser = (low & PTE_US) !== 0;
    if (asUser !== us && !(us && !rw && !wp)) return false;
    const writable = d && (rw || (!wp && !asUser));
    if ((low & PTE_RW) !== 0 && !writable) return false;
    const noExecute = nx || (asUser !== us && (controls.cr4 & CR4_SMEP) !== 0);
    return ((this.tables.high(entry) & PTE_NX_HI) !== 0) === noExecute;
  }
}

/** Bits of a last-level entry that we mean; A and D are the processor's. */
const MEANT = PTE_P | PTE_RW | PTE_US;

/** The control bits that say what an entry of the guest's means. */
function meaningOf({ cr0, cr4, efer }: GuestControls): number {
  const bits = [
    cr0 & CR0_PG,
    cr0 & CR0_WP,
    cr4 & CR4_PAE,
    cr4 & CR4_PSE,
    cr4 & CR4_SMEP,
    efer & EFER_NXE,
    efer & EFER_LMA,
  ];
  return bits.reduce((all, bit, n) => all | (bit !== 0 ? 1 << n : 0), 0);
}
