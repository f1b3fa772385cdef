/**
 * System-physical memory: RAM and ROM inside the linear memory, with two maps kept beside it: which 64-byte lines hold decoded code,
 * and which pages were written in this epoch (what a snapshot must copy). Every write that does not come from generated code's
 * fast path goes through here.
 */
import { CODE_LINES, type MemoryMap } from './layout';

/** A range of SPA that is RAM or ROM; all else is devices or absent. Addresses and sizes are multiples of 4 KB. */
export interface MemoryRegion {
  readonly start: number;
  readonly size: number;
  readonly kind: 'ram' | 'rom';
  /** Offset within RAM or ROM of the first byte. */
  readonly offset: number;
}

/** Told when a write hits lines that hold decoded code. `page` is the linear-memory page offset. */
export type CodeWriteListener = (pageOffset: number, firstLine: number, lastLine: number) => void;

export class Ram {
  readonly u8: Uint8Array;
  readonly view: DataView;
  private readonly i32: Int32Array;
  onCodeWrite: CodeWriteListener = () => undefined;

  constructor(
    readonly buffer: ArrayBuffer,
    readonly map: MemoryMap,
    readonly regions: readonly MemoryRegion[],
  ) {
    this.u8 = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.i32 = new Int32Array(buffer);
  }

  /** Linear-memory offset of the byte at an SPA, or −1 where neither RAM nor ROM is. */
  offset(spa: number): number {
    for (const r of this.regions) {
      if (spa >= r.start && spa < r.start + r.size) {
        return (r.kind === 'ram' ? this.map.ram : this.map.rom) + r.offset + (spa - r.start);
      }
    }
    return -1;
  }

  /** Whether writes at an SPA's linear-memory offset are kept (RAM). */
  isWritable(offset: number): boolean {
    return offset >= this.map.ram && offset < this.map.rom;
  }

  /** Index of the page for the per-page maps. */
  pageIndex(offset: number): number {
    return (offset - this.map.ram) >>> 12;
  }

  /** Announces a write of `size` bytes (within one page) at a linear-memory offset, before or after it is done. */
  touch(offset: number, size: number): void {
    const page = this.pageIndex(offset);
    this.u8[this.map.written + page] = 1;
    if (this.hasCode(offset, size))
      this.onCodeWrite(offset - (offset & 0xfff), (offset & 0xfff) >> 6, ((offset & 0xfff) + size - 1) >> 6);
  }

  /** Whether any 64-byte line of [offset, offset + size) within one page holds decoded code. */
  hasCode(offset: number, size: number): boolean {
    const at = (CODE_LINES >> 2) + this.pageIndex(offset) * 2;
    const low = this.i32[at]!;
    const high = this.i32[at + 1]!;
    if ((low | high) === 0) return false;
    const last = ((offset & 0xfff) + size - 1) >> 6;
    for (let line = (offset & 0xfff) >> 6; line <= last; line++) {
      if (((line < 32 ? low : high) >>> (line & 31)) & 1) return true;
    }
    return false;
  }

  /** Whether the page holds any decoded code. */
  pageHasCode(offset: number): boolean {
    const at = (CODE_LINES >> 2) + this.pageIndex(offset) * 2;
    return (this.i32[at]! | this.i32[at + 1]!) !== 0;
  }

  markCode(offset: number, size: number): void {
    const at = (CODE_LINES >> 2) + this.pageIndex(offset) * 2;
    const last = Math.min(63, ((offset & 0xfff) + size - 1) >> 6);
    for (let line = (offset & 0xfff) >> 6; line <= last; line++) this.i32[at + (line >> 5)]! |= 1 << (line & 31);
  }

  clearCode(offset: number): void {
    const at = (CODE_LINES >> 2) + this.pageIndex(offset) * 2;
    this.i32[at] = 0;
    this.i32[at + 1] = 0;
  }

  /** Indexes of the pages of RAM written in this epoch; a new epoch begins. Cached write permissions must be dropped with it. */
  takeWritten(): number[] {
    const { written, ramSize } = this.map;
    const pages = ramSize >>> 12;
    const taken: number[] = [];
    for (let page = 0; page < pages; page++) {
      // Eight clean pages at a time: most of memory is.
      const at = written + page;
      if ((at & 3) === 0 && page + 8 <= pages && this.i32[at >> 2] === 0 && this.i32[(at >> 2) + 1] === 0) {
        page += 7;
        continue;
      }
      if (this.u8[at] !== 0) taken.push(page);
    }
    this.u8.fill(0, written, written + pages);
    return taken;
  }

  /** Bytes of a page of RAM by index. */
  page(index: number): Uint8Array {
    const at = this.map.ram + index * 4096;
    return this.u8.subarray(at, at + 4096);
  }

  /** Aligned reads at an SPA; absent memory reads all ones. */
  read32(spa: number): number {
    const at = this.offset(spa);
    return at < 0 ? -1 : this.i32[at >>> 2]!;
  }
  read64(spa: number): bigint {
    const at = this.offset(spa);
    return at < 0 ? 0xffffffffffffffffn : this.view.getBigUint64(at, true);
  }
  /** Aligned writes at an SPA; ROM and absent memory drop them. */
  write32(spa: number, value: number): void {
    const at = this.offset(spa);
    if (at < 0 || !this.isWritable(at)) return;
    this.touch(at, 4);
    this.i32[at >>> 2] = value;
  }
  write64(spa: number, value: bigint): void {
    this.write32(spa, Number(BigInt.asIntN(32, value)));
    this.write32(spa + 4, Number(BigInt.asIntN(32, value >> 32n)));
  }

  /** Copies out; absent bytes read FFh. For tools and loaders, not for the processor. */
  readBytes(spa: number, length: number): Uint8Array {
    const out = new Uint8Array(length).fill(0xff);
    for (let done = 0; done < length;) {
      const n = Math.min(length - done, 4096 - ((spa + done) & 0xfff));
      const at = this.offset(spa + done);
      if (at >= 0) out.set(this.u8.subarray(at, at + n), done);
      done += n;
    }
    return out;
  }

  /** Copies in; returns how many bytes landed in RAM. `rom` also writes ROM (loading an image). */
  writeBytes(spa: number, bytes: Uint8Array, rom = false): number {
    let written = 0;
    for (let done = 0; done < bytes.length;) {
      const n = Math.min(bytes.length - done, 4096 - ((spa + done) & 0xfff));
      const at = this.offset(spa + done);
      if (at >= 0 && (rom || this.isWritable(at))) {
        this.touch(at, n);
        this.u8.set(bytes.subarray(done, done + n), at);
        written += n;
      }
      done += n;
    }
    return written;
  }
}
