/**
 * Nested paging: four levels in long-mode format, as the host mode has, with 4 KB pages (§15.25). A page of guest memory is given a
 * system page at its first use, and mapped at the guest's first touch.
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
  PTE_RW,
  PTE_US,
} from '../../engine/arch/paging';
import type { HostMode } from '../../engine/machine/host-mode';
import type { SystemPages } from '../system-pages';
import type { GuestMemory, NestedFault } from './guest-memory';

const TWO32 = 0x1_0000_0000;
/** Nested accesses count as user accesses. §15.25.5 */
const OPEN = PTE_P | PTE_RW | PTE_US;
/** Video memory and option ROMs of a PC: no memory, on a guest's board as on the machine's. */
const HOLE_START = 0xa_0000;
const HOLE_END = 0x10_0000;

export class NestedPaging implements GuestMemory {
  readonly root: number;

  /** `root`: a table made before (restoring), or none. */
  constructor(
    private readonly host: HostMode,
    private readonly pages: SystemPages,
    readonly size: number,
    root?: number,
  ) {
    this.root = root ?? pages.allocate();
  }

  isMemory(gpa: number): boolean {
    return gpa >= 0 && gpa < this.size && (gpa < HOLE_START || gpa >= HOLE_END);
  }

  read(gpa: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length).fill(0xff);
    this.eachPage(gpa, length, (address, at, count) => {
      if (!this.isMemory(address)) return;
      const entry = this.entry(address, false);
      const frame = entry < 0 ? 0 : this.frame(entry);
      if (frame === 0) bytes.fill(0, at, at + count);
      else bytes.set(this.host.memory.readBytes(frame + (address & PAGE_OFFSET_MASK), count), at);
    });
    return bytes;
  }

  write(gpa: number, bytes: Uint8Array): number {
    return this.store(gpa, bytes, PTE_A | PTE_D);
  }

  load(gpa: number, bytes: Uint8Array): number {
    return this.store(gpa, bytes, 0);
  }

  private store(gpa: number, bytes: Uint8Array, mark: number): number {
    let stored = 0;
    this.eachPage(gpa, bytes.length, (address, at, count) => {
      if (!this.isMemory(address)) return;
      const entry = this.back(address);
      this.host.memory.writeBytes(this.frame(entry) + (address & PAGE_OFFSET_MASK), bytes.subarray(at, at + count));
      if (mark) this.host.memory.write32(entry, this.host.memory.read32(entry) | mark);
      stored += count;
    });
    return stored;
  }

  fault(gpa: number, present: boolean): NestedFault {
    if (!this.isMemory(gpa)) return 'absent';
    if (present) return 'protection';
    const entry = this.back(gpa);
    this.host.memory.write32(entry, this.host.memory.read32(entry) | OPEN);
    return 'mapped';
  }

  show(gpa: number, spa: number): void {
    this.set(this.entry(gpa, true), spa, OPEN);
  }

  hide(gpa: number): void {
    const entry = this.entry(gpa, false);
    if (entry >= 0) this.set(entry, 0, 0);
  }

  /** SPA of the entry of a page that has a system page. */
  private back(gpa: number): number {
    const entry = this.entry(gpa, true);
    if (this.frame(entry) === 0) this.set(entry, this.pages.allocate(), 0);
    return entry;
  }

  /** SPA of the PTE of a GPA, or −1 where the tables do not reach; `create` makes them. */
  private entry(gpa: number, create: boolean): number {
    let table = this.root;
    for (const { level, indexShift, indexBits } of LONG_MODE_LEVELS) {
      const entry = table + (Math.floor(gpa / 2 ** indexShift) % 2 ** indexBits) * 8;
      if (level === 1) return entry;
      table = this.frame(entry);
      if (table !== 0) continue;
      if (!create) return -1;
      table = this.pages.allocate();
      this.set(entry, table, OPEN);
    }
    throw new Error('the last level is 1');
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
      const count = Math.min(length - at, PAGE_SIZE - (address % PAGE_SIZE));
      visit(address, at, count);
      at += count;
    }
  }
}
