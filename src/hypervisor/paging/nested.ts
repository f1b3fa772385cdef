/** Nested paging: the processor walks the map from GPA to SPA itself (§15.25). A page is mapped at the guest's first touch. */
import type { HostMode } from '../../engine/machine/host-mode';
import type { SystemPages } from '../system-pages';
import type { GuestMemory, TablePages } from './guest-memory';
import { PageMap } from './page-map';

/** What became of a nested page fault. §15.25.6 */
export type NestedFault =
  | 'mapped' // the page is there now
  | 'absent' // no memory at that address
  | 'protection'; // it was mapped, and the access is not allowed

export class NestedPaging implements GuestMemory {
  readonly kind = 'nested';
  private readonly map: PageMap;

  /** `root`: a table made before (restoring), or none. `large`: 2 MB pages where all of one is memory. */
  constructor(
    host: HostMode,
    pages: SystemPages,
    readonly size: number,
    root: number | undefined,
    large: boolean,
  ) {
    this.map = new PageMap(host, pages, size, root, large);
  }

  get root(): number {
    return this.map.root;
  }
  get tablePages(): TablePages {
    return { map: this.map.countTables(), shadow: 0, mostShadow: 0 };
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
    return this.map.write(gpa, bytes);
  }
  load(gpa: number, bytes: Uint8Array): number {
    return this.map.load(gpa, bytes);
  }
  show(gpa: number, spa: number): void {
    this.map.show(gpa, spa);
  }
  hide(gpa: number): void {
    this.map.hide(gpa);
  }

  /** Answers a nested page fault. `present`: bit P of EXITINFO1. */
  fault(gpa: number, present: boolean): NestedFault {
    if (!this.isMemory(gpa)) return 'absent';
    if (present) return 'protection';
    this.map.open(gpa);
    return 'mapped';
  }
}
