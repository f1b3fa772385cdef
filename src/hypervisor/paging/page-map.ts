/**
 * The map from guest-physical to system-physical memory: four levels in long-mode format, as the processor walks them under nested
 * paging (§15.25). A page of guest memory is given a system page at its first use.
 *
 * The tables are the only record: an entry with P = 0 and an address is a page that has its contents, such as a part of the image,
 * but has not been touched by the guest.
 */
import { PAGE_OFFSET_MASK, PAGE_SIZE } from '../../engine/arch/address';
import {
  LONG_MODE_LEVELS,
  PTE_A,
  PTE_D,
  PTE_FRAME_HI,
  PTE_FRAME_LO,
  PTE_P,
  PTE_PS,
  PTE_RW,
  PTE_US,
} from '../../engine/arch/paging';
import type { HostMode } from '../../engine/machine/host-mode';
import type { SystemPages } from '../system-pages';

const TWO32 = 0x1_0000_0000;
/** Nested accesses count as user accesses. §15.25.5 */
const OPEN = PTE_P | PTE_RW | PTE_US;
/** Video memory and option ROMs of a PC: no memory, on a guest's board as on the machine's. */
const HOLE_START = 0xa_0000;
const HOLE_END = 0x10_0000;
const LARGE_PAGE = LONG_MODE_LEVELS[2].pageSize;
/** Of a page number: the index into a table, and of the top one of four. */
const INDEX_BITS = 9;
const INDEX_MASK = 511;
const TABLE_ENTRIES = 512;
const TOP_SHIFT = 3 * INDEX_BITS;
const PAGES_OF_LARGE = LARGE_PAGE / PAGE_SIZE;

export class PageMap {
  readonly root: number;

  /** `root`: a table made before (restoring), or none. `large`: 2 MB pages where all of one is memory. */
  constructor(
    private readonly host: HostMode,
    private readonly pages: SystemPages,
    readonly size: number,
    root: number | undefined,
    private readonly large: boolean,
  ) {
    this.root = root ?? pages.allocate();
  }

  /** Pages the tables take. */
  countTables(table = this.root, level = 4): number {
    let count = 1;
    for (let n = 0; level > 1 && n < TABLE_ENTRIES; n++) {
      const entry = table + n * 8;
      const below = this.frame(entry);
      if (below !== 0 && !this.isLarge(entry, level)) count += this.countTables(below, level - 1);
    }
    return count;
  }

  isMemory(gpa: number): boolean {
    return gpa >= 0 && gpa < this.size && (gpa < HOLE_START || gpa >= HOLE_END);
  }

  /** SPA of a GPA that has a system page. */
  spaOf(gpa: number): number | undefined {
    const { memory } = this.host;
    const page = Math.floor(gpa / PAGE_SIZE);
    let table = this.root;
    for (let shift = TOP_SHIFT; ; shift -= INDEX_BITS) {
      const entry = table + ((page >>> shift) & INDEX_MASK) * 8;
      const low = memory.read32(entry);
      const frame = ((low & PTE_FRAME_LO) >>> 0) + (memory.read32(entry + 4) & PTE_FRAME_HI) * TWO32;
      if (frame === 0) return undefined;
      if (shift === 0) return frame + (gpa % PAGE_SIZE);
      if (shift === INDEX_BITS && (low & PTE_PS) !== 0) return frame + (gpa % LARGE_PAGE);
      table = frame;
    }
  }

  /** A word of memory, at a multiple of 4; all ones where there is none. */
  readWord(gpa: number): number {
    if (!this.isMemory(gpa)) return -1;
    const spa = this.spaOf(gpa);
    return spa === undefined ? 0 : this.host.memory.read32(spa);
  }

  read(gpa: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length).fill(0xff);
    this.eachPage(gpa, length, (address, at, count) => {
      if (!this.isMemory(address)) return;
      const spa = this.spaOf(address);
      if (spa === undefined) bytes.fill(0, at, at + count);
      else bytes.set(this.host.memory.readBytes(spa, count), at);
    });
    return bytes;
  }

  /** Writes and marks: a write on the guest's behalf. */
  write(gpa: number, bytes: Uint8Array): number {
    return this.store(gpa, bytes, PTE_A | PTE_D);
  }

  /** Writes without marking or mapping. */
  load(gpa: number, bytes: Uint8Array): number {
    return this.store(gpa, bytes, 0);
  }

  private store(gpa: number, bytes: Uint8Array, mark: number): number {
    let stored = 0;
    this.eachPage(gpa, bytes.length, (address, at, count) => {
      if (!this.isMemory(address)) return;
      const entry = this.back(address);
      this.host.memory.writeBytes(this.spaOf(address)!, bytes.subarray(at, at + count));
      if (mark) this.host.memory.write32(entry, this.host.memory.read32(entry) | mark);
      stored += count;
    });
    return stored;
  }

  /** Maps the page of a GPA of memory for every access; returns the GPA's SPA. */
  open(gpa: number): number {
    const entry = this.back(gpa);
    const low = this.host.memory.read32(entry);
    if ((low & OPEN) !== OPEN) this.host.memory.write32(entry, low | OPEN);
    return this.spaOf(gpa)!;
  }

  show(gpa: number, spa: number): void {
    this.set(this.entry(gpa, true), spa, OPEN);
  }

  hide(gpa: number): void {
    const entry = this.entry(gpa, false);
    if (entry >= 0) this.set(entry, 0, 0);
  }

  /** Maps a run of system memory at GPA 0, in 2 MB pages. */
  mapRun(spa: number, size: number): void {
    for (let gpa = 0; gpa < size; gpa += LARGE_PAGE) this.set(this.entry(gpa, true, 2), spa + gpa, OPEN | PTE_PS);
  }

  /** SPA of the entry that maps the page of a GPA, which has a system page now. */
  private back(gpa: number): number {
    const whole = this.large && this.isWhole(gpa);
    const entry = this.entry(gpa, true, whole ? 2 : 1);
    if (this.frame(entry) !== 0) return entry;
    if (whole) this.set(entry, this.pages.allocate(PAGES_OF_LARGE, LARGE_PAGE), PTE_PS);
    else this.set(entry, this.pages.allocate(), 0);
    return entry;
  }

  /** The whole 2 MB page of a GPA is memory. */
  private isWhole(gpa: number): boolean {
    const start = gpa - (gpa % LARGE_PAGE);
    return start >= HOLE_END && start + LARGE_PAGE <= this.size;
  }

  /** SPA of the entry of a GPA at a level, or of the large page around it; −1 where tables do not reach; `create` makes them. */
  private entry(gpa: number, create: boolean, wanted = 1): number {
    let table = this.root;
    for (const { level, indexShift, indexBits } of LONG_MODE_LEVELS) {
      const entry = table + (Math.floor(gpa / 2 ** indexShift) % 2 ** indexBits) * 8;
      if (level === wanted || this.isLarge(entry, level)) return entry;
      table = this.frame(entry);
      if (table !== 0) continue;
      if (!create) return -1;
      table = this.pages.allocate();
      this.set(entry, table, OPEN);
    }
    throw new Error('the last level is 1');
  }

  private isLarge(entry: number, level: number): boolean {
    return level === 2 && (this.host.memory.read32(entry) & PTE_PS) !== 0;
  }

  /** SPA an entry holds; 0: none. */
  private frame(entry: number): number {
    const { memory } = this.host;
    return ((memory.read32(entry) & PTE_FRAME_LO) >>> 0) + (memory.read32(entry + 4) & PTE_FRAME_HI) * TWO32;
  }

  private set(entry: number, spa: number, flags: number): void {
    const { memory } = this.host;
    memory.write32(entry + 4, Math.floor(spa / TWO32));
    memory.write32(entry, spa | flags | 0);
  }

  private eachPage(gpa: number, length: number, visit: (gpa: number, at: number, count: number) => void): void {
    for (let at = 0; at < length;) {
      const address = gpa + at;
      const count = Math.min(length - at, PAGE_SIZE - (address & PAGE_OFFSET_MASK));
      visit(address, at, count);
      at += count;
    }
  }
}
