/**
 * Paging by the user's software: the guest's memory is one run of system memory that begins at a multiple of 2 MB, and nothing is
 * mapped for the processor. The map says where the run lies, for tools.
 */
import { PAGE_SIZE } from '../../engine/arch/address';
import { LONG_MODE_LEVELS } from '../../engine/arch/paging';
import type { HostMode } from '../../engine/machine/host-mode';
import type { SystemPages } from '../system-pages';
import type { GuestMemory, TablePages } from './guest-memory';
import { PageMap } from './page-map';

const ALIGNMENT = LONG_MODE_LEVELS[2].pageSize;

export class OwnPaging implements GuestMemory {
  readonly kind = 'own';
  /** SPA of GPA 0. */
  readonly base: number;
  private readonly map: PageMap;

  /** `root`: a map made before (restoring), or none. */
  constructor(
    private readonly host: HostMode,
    pages: SystemPages,
    readonly size: number,
    root?: number,
  ) {
    this.map = new PageMap(host, pages, size, root, true);
    const whole = Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    if (root === undefined) this.map.mapRun(pages.allocate(whole / PAGE_SIZE, ALIGNMENT), whole);
    this.base = this.map.spaOf(0)!;
  }

  get root(): number {
    return this.map.root;
  }
  get tablePages(): TablePages {
    return { map: this.map.countTables(), shadow: 0, mostShadow: 0 };
  }
  isMemory(gpa: number): boolean {
    return gpa >= 0 && gpa < this.size;
  }
  spaOf(gpa: number): number | undefined {
    return this.isMemory(gpa) ? this.base + gpa : undefined;
  }
  read(gpa: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length).fill(0xff);
    const count = this.reach(gpa, length);
    if (count > 0) bytes.set(this.host.memory.readBytes(this.base + gpa, count));
    return bytes;
  }
  readWord(gpa: number): number {
    return this.isMemory(gpa) ? this.host.memory.read32(this.base + gpa) : -1;
  }
  write(gpa: number, bytes: Uint8Array): number {
    return this.load(gpa, bytes);
  }
  load(gpa: number, bytes: Uint8Array): number {
    const count = this.reach(gpa, bytes.length);
    if (count > 0) this.host.memory.writeBytes(this.base + gpa, bytes.subarray(0, count));
    return count;
  }

  /** How many of `length` bytes from a GPA up are memory. */
  private reach(gpa: number, length: number): number {
    return this.isMemory(gpa) ? Math.min(length, this.size - gpa) : 0;
  }
}
