/**
 * The second dimension: from guest-physical to system-physical through the tables at nCR3. Every access is a user access, so U/S
 * must be 1 at every level and the host's CR0.WP, SMEP and SMAP do not matter. §15.25.5
 */
import { NPF_FINAL_HI, NPF_ID, NPF_P, NPF_RSV, NPF_RW, NPF_TABLE_HI, NPF_US, PTE_RW, PTE_US } from '../arch/paging';
import { CR4_SMEP } from '../arch/registers';
import type { CpuState } from '../state/cpu-state';
import { NESTED_CR3, NESTED_CR4, NESTED_EFER } from '../state/layout';
import type { Ram } from '../state/ram';
import { MAPPED, NOT_PRESENT, TableWalk } from './table-walk';
import type { EntryTranslator } from './table-walk';
import type { TableFormat, TableFormats } from './table-format';

const TWO32 = 0x1_0000_0000;

export class NestedWalk implements EntryTranslator {
  readonly tables: TableWalk;
  /** Accessed and dirty bits are left alone: the walk is only looked at. */
  inspect = false;
  /** Level of the guest entry whose address is being translated; 0 for the final GPA. */
  servedLevel = 0;

  spa = 0;
  pageShift = 12;
  executable = false;
  /** A write is allowed and finds D set. */
  writable = false;

  /** Of the last failure: EXITINFO1's halves and EXITINFO2. §15.25.6 */
  errorCode = 0;
  errorHigh = 0;
  faultGpa = 0;

  private format: TableFormat;
  private rootLow = 0;
  private rootHigh = 0;
  private physicalReach = 0;
  private reportsFetch = false;

  constructor(
    private readonly state: CpuState,
    ram: Ram,
    private readonly formats: TableFormats,
    private readonly physicalBits: number,
  ) {
    this.tables = new TableWalk(ram);
    this.format = formats.select(0, 0);
  }

  /** Reads what VMRUN left: nCR3 and the host's mode. */
  load(inspect: boolean): void {
    const state = this.state;
    const cr4 = state.i32[NESTED_CR4 >> 2]!;
    this.inspect = inspect;
    this.format = this.formats.select(cr4, state.i32[NESTED_EFER >> 2]!);
    this.rootLow = state.i32[NESTED_CR3 >> 2]!;
    this.rootHigh = state.i32[(NESTED_CR3 >> 2) + 1]!;
    this.physicalReach = 2 ** Math.min(this.format.reach, this.physicalBits);
    this.reportsFetch = this.format.noExecute || (cr4 & CR4_SMEP) !== 0;
  }

  /** A guest's table entry: read and, as far as permissions go, written. */
  translateEntry(gpa: number, level: number): boolean {
    this.servedLevel = level;
    return this.translate(gpa, true, false, NPF_TABLE_HI);
  }

  /** The address the guest's walk ended with. */
  translateFinal(gpa: number, write: boolean, fetch: boolean): boolean {
    this.servedLevel = 0;
    return this.translate(gpa, write, fetch, NPF_FINAL_HI);
  }

  private translate(gpa: number, write: boolean, fetch: boolean, cause: number): boolean {
    if (gpa >= this.physicalReach) return this.fault(gpa, write, fetch, cause, 0);
    const tables = this.tables;
    const outcome = tables.run(this.format, this.rootLow, this.rootHigh, gpa | 0, (gpa / TWO32) | 0, undefined);
    if (outcome !== MAPPED) return this.fault(gpa, write, fetch, cause, outcome === NOT_PRESENT ? 0 : NPF_P | NPF_RSV);
    const mayWrite = (tables.grants & PTE_RW) !== 0;
    if ((tables.grants & PTE_US) === 0 || (write && !mayWrite) || (fetch && tables.noExecute)) {
      return this.fault(gpa, write, fetch, cause, NPF_P);
    }
    if (!this.inspect) tables.mark(write);
    this.spa = tables.address;
    this.pageShift = tables.pageShift;
    this.executable = !tables.noExecute;
    this.writable = mayWrite && tables.dirty;
    return true;
  }

  private fault(gpa: number, write: boolean, fetch: boolean, cause: number, found: number): false {
    this.errorCode = found | NPF_US | (write ? NPF_RW : 0) | (fetch && this.reportsFetch ? NPF_ID : 0);
    this.errorHigh = cause;
    this.faultGpa = gpa;
    return false;
  }
}
