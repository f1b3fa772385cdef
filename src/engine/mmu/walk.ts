/**
 * From a linear address to a system-physical one: the guest's (or host's) own page tables, and under NP_ENABLE the nested ones
 * behind every address those hold. Slow path of every TLB miss; leaves its results in fields so that it allocates nothing.
 *
 * PAE's four PDPEs are read from memory at each walk, in host mode too, where processors keep copies loaded with CR3.
 */
import { CR0_PG, CR0_WP, CR4_PGE, CR4_SMAP, CR4_SMEP, RFLAGS_AC } from '../arch/registers';
import { PF_ID, PF_P, PF_RSV, PF_RW, PF_US } from '../arch/exceptions';
import { VM_CR_DIS_A20M } from '../arch/msr';
import { PTE_RW, PTE_US } from '../arch/paging';
import type { WalkStep } from '../probe';
import type { CpuState } from '../state/cpu-state';
import { A20_MASKED, CRS, NESTED_PAGING } from '../state/layout';
import type { Limits } from '../state/limits';
import type { Ram } from '../state/ram';
import { NestedWalk } from './nested-walk';
import { TableFormats } from './table-format';
import { MAPPED, RESERVED, TableWalk, UNREACHABLE, withoutA20 } from './table-walk';

/** What an access wants; neither WRITE nor EXECUTE is a data read. */
export const ACCESS_WRITE = 1;
/** Made at CPL 3; else a supervisor access. */
export const ACCESS_USER = 2;
export const ACCESS_EXECUTE = 4;
/** Only looked at, by debugger and panels: accessed and dirty bits stay as they are. */
export const ACCESS_INSPECT = 8;
/** A supervisor access the processor makes by itself (descriptor tables, TSS): RFLAGS.AC does not lift SMAP. §5.6.6 */
export const ACCESS_IMPLICIT = 16;

/** Larger than any page: the nested one decides. */
const ANY_PAGE_SHIFT = 52;

export type WalkListener = (step: WalkStep) => void;

export class Walker {
  /** Results of the last successful walk: system-physical address of the byte, and the guest-physical one it came from. */
  spa = 0;
  gpa = 0;
  /** Accesses of the same privilege class that need no further walk: writes only once D is set in guest and nested leaf. */
  readable = false;
  writable = false;
  executable = false;
  /** U/S is 1 at every level of the linear address's own tables (true with paging off). */
  userAccessible = false;
  /** G of the leaf, under CR4.PGE. */
  global = false;
  /** log2 of the smaller of the two pages, and of the page that INVLPG knows (12 with paging off). */
  pageShift = 12;
  linearPageShift = 12;

  /** Results of the last failed walk. `errorCode`: #PF's, or the low half of EXITINFO1, whose high half is `errorHigh`. */
  faultKind: 'pf' | 'npf' = 'pf';
  errorCode = 0;
  errorHigh = 0;
  /** EXITINFO2 of a nested page fault. */
  faultGpa = 0;

  private readonly formats: TableFormats;
  private readonly tables: TableWalk;
  private readonly nested: NestedWalk;
  private a20Masked = false;

  constructor(
    private readonly state: CpuState,
    ram: Ram,
    limits: Limits,
  ) {
    this.formats = new TableFormats(limits);
    this.tables = new TableWalk(ram);
    this.nested = new NestedWalk(state, ram, this.formats, limits.physicalBits);
  }

  /** Translates a canonical linear address; without long mode only its low half counts. False: see the fault fields. */
  walk(low: number, high: number, access: number): boolean {
    const state = this.state;
    const cr0 = state.cr(0);
    const nested = state.i32[NESTED_PAGING >> 2] !== 0;
    const inspect = (access & ACCESS_INSPECT) !== 0;
    if (nested) this.nested.load(inspect);
    this.loadPins();

    if ((cr0 & CR0_PG) === 0) {
      this.readable = this.writable = this.executable = this.userAccessible = true;
      this.global = false;
      this.linearPageShift = 12;
      this.pageShift = nested ? ANY_PAGE_SHIFT : 12;
      return this.finish(low >>> 0, access, nested);
    }

    const cr4 = state.cr(4);
    const efer = state.efer;
    const format = this.formats.select(cr4, efer);
    const tables = this.tables;
    const cr3 = (CRS >> 2) + 6;
    const outcome = tables.run(
      format,
      state.i32[cr3]!,
      state.i32[cr3 + 1]!,
      low,
      high,
      nested ? this.nested : undefined,
    );
    if (outcome === UNREACHABLE) return this.nestedFault();
    const reportsFetch = format.noExecute || (cr4 & CR4_SMEP) !== 0;
    if (outcome !== MAPPED) return this.pageFault(access, outcome === RESERVED ? PF_P | PF_RSV : 0, reportsFetch);

    const mayWrite = (tables.grants & PTE_RW) !== 0;
    const userPage = (tables.grants & PTE_US) !== 0;
    if ((access & ACCESS_USER) !== 0) {
      this.readable = userPage;
      this.writable = userPage && mayWrite;
      this.executable = userPage && !tables.noExecute;
    } else {
      const lifted = (access & ACCESS_IMPLICIT) === 0 && (state.systemFlags & RFLAGS_AC) !== 0;
      const kept = userPage && (cr4 & CR4_SMAP) !== 0 && !lifted;
      this.readable = !kept;
      this.writable = !kept && (mayWrite || (cr0 & CR0_WP) === 0);
      this.executable = !tables.noExecute && !(userPage && (cr4 & CR4_SMEP) !== 0);
    }
    const write = (access & ACCESS_WRITE) !== 0;
    const allowed = (access & ACCESS_EXECUTE) !== 0 ? this.executable : write ? this.writable : this.readable;
    if (!allowed) return this.pageFault(access, PF_P, reportsFetch);
    if (!inspect) tables.mark(write);

    this.writable &&= tables.dirty;
    this.userAccessible = userPage;
    this.global = tables.global && (cr4 & CR4_PGE) !== 0;
    this.pageShift = this.linearPageShift = tables.pageShift;
    return this.finish(tables.address, access, nested);
  }

  /**
   * From guest-physical to system-physical through the nested tables when NESTED_PAGING is set, else the same address.
   * `isTableWalk`: the address is one of a guest's table entry, which counts as a write. §15.25.5
   */
  translateGpa(gpa: number, access: number, isTableWalk: boolean): boolean {
    this.readable = this.writable = this.executable = this.userAccessible = true;
    this.global = false;
    this.linearPageShift = 12;
    this.loadPins();
    const nested = this.state.i32[NESTED_PAGING >> 2] !== 0;
    this.pageShift = nested ? ANY_PAGE_SHIFT : 12;
    if (!nested || !isTableWalk) {
      if (nested) this.nested.load((access & ACCESS_INSPECT) !== 0);
      return this.finish(gpa, access, nested);
    }
    this.nested.load((access & ACCESS_INSPECT) !== 0);
    if (!this.nested.translateEntry(gpa, 0)) return this.nestedFault();
    this.take(gpa);
    return true;
  }

  /** Announces every entry read until it is taken away with `undefined`; costs only while it is there. */
  listen(listener: WalkListener | undefined): void {
    const { tables, nested } = this;
    tables.onEntry =
      listener &&
      ((level, entryAddress, entrySpa, low, high) =>
        listener({ dimension: 'guest', level, guestLevel: level, entryAddress, entrySpa, low, high }));
    nested.tables.onEntry =
      listener &&
      ((level, entryAddress, entrySpa, low, high) =>
        listener({ dimension: 'nested', level, guestLevel: nested.servedLevel, entryAddress, entrySpa, low, high }));
  }

  /** A20M counts unless VM_CR says otherwise. §15.30.1 */
  private loadPins(): void {
    const { state, tables, nested } = this;
    const masked = state.i32[A20_MASKED >> 2] !== 0 && (state.low(state.msrAt('VM_CR')) & VM_CR_DIS_A20M) === 0;
    this.a20Masked = tables.a20Masked = nested.tables.a20Masked = masked;
  }

  private finish(gpa: number, access: number, nested: boolean): boolean {
    if (!nested) {
      this.gpa = gpa;
      this.spa = this.a20Masked ? withoutA20(gpa) : gpa;
      return true;
    }
    const write = (access & ACCESS_WRITE) !== 0;
    if (!this.nested.translateFinal(gpa, write, (access & ACCESS_EXECUTE) !== 0)) return this.nestedFault();
    this.take(gpa);
    return true;
  }

  /** Combines the nested walk's results with what the guest's tables allow. */
  private take(gpa: number): void {
    const nested = this.nested;
    this.gpa = gpa;
    this.spa = this.a20Masked ? withoutA20(nested.spa) : nested.spa;
    this.writable &&= nested.writable;
    this.executable &&= nested.executable;
    if (nested.pageShift < this.pageShift) this.pageShift = nested.pageShift;
  }

  private pageFault(access: number, found: number, reportsFetch: boolean): false {
    this.faultKind = 'pf';
    this.errorCode =
      found |
      ((access & ACCESS_WRITE) !== 0 ? PF_RW : 0) |
      ((access & ACCESS_USER) !== 0 ? PF_US : 0) |
      ((access & ACCESS_EXECUTE) !== 0 && reportsFetch ? PF_ID : 0);
    this.errorHigh = 0;
    return false;
  }

  private nestedFault(): false {
    this.faultKind = 'npf';
    this.errorCode = this.nested.errorCode;
    this.errorHigh = this.nested.errorHigh;
    this.faultGpa = this.nested.faultGpa;
    return false;
  }
}
