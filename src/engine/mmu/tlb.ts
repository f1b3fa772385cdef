/**
 * The TLB: banks of direct-mapped entries in the linear memory, read by generated code, filled and emptied here. One bank for each
 * address space and privilege class, so a world switch, a change of CPL or one of PCID drops nothing. A space is what one
 * process-context identifier of the host or of an ASID has seen; global pages are cached in each by itself. §5.5.1, §15.16
 *
 * All of it, the directory of spaces included, lies in the linear memory.
 */
import type { CpuState } from '../state/cpu-state';
import {
  TLB_ADDEND,
  TLB_BANK,
  TLB_BANKS,
  TLB_CLASSES,
  TLB_DIRECTORY,
  TLB_EMPTY_BANK,
  TLB_ENTRIES,
  TLB_ENTRY,
  TLB_FILLED,
  TLB_FLAGS,
  TLB_PAGE,
  TLB_SPACES,
  TLB_SPACE_ENTRY,
  TLB_STAMP,
  TLB_WRITE_TAG,
} from '../state/layout';

/** Entry flags: the page is global; bits 15:8, log2 of the size of the page INVLPG knows. */
export const TLB_GLOBAL = 1;
/** Writes are allowed, but the next one must be seen: the page holds decoded code, or no write to it is noted in this epoch. */
export const TLB_WATCHED_WRITE = 2;
const SHIFT_AT = 8;

/** Flags for `fill` from a walk's `global` and `linearPageShift`. */
export function tlbFlags(global: boolean, linearPageShift: number): number {
  return (global ? TLB_GLOBAL : 0) | (linearPageShift << SHIFT_AT);
}

/** A cached translation, for inspection. */
export interface TlbView {
  /** Linear address of the page. */
  readonly low: number;
  readonly high: number;
  readonly spaPage: number;
  readonly writable: boolean;
  readonly global: boolean;
}

const NO_TAG = 1;
const NO_ASID = -1;
const PAGE_MASK = ~0xfff;
const TWO32 = 0x1_0000_0000;
const ENTRY_WORDS = TLB_ENTRY >> 2;
const FILLED_WORDS = TLB_ENTRIES >> 5;
const DIRECTORY_WORDS = TLB_SPACE_ENTRY >> 2;
/** Words of a directory entry. */
const GENERATION = 1;
const STAMP = 2;
const KIND = 3;
/** Of KIND: whether the space holds parts of large pages, and where the PCID stands. */
const LARGE = 1;
const PCID_AT = 16;

export class Tlb {
  /** Linear-memory offset of a bank in which nothing is ever cached. */
  readonly emptyBank = TLB_EMPTY_BANK;
  private readonly i32: Int32Array;

  constructor(private readonly state: CpuState) {
    this.i32 = state.i32;
    for (let bank = 0; bank < TLB_SPACES * TLB_CLASSES; bank++) {
      const first = (TLB_BANKS + bank * TLB_BANK) >> 2;
      for (let entry = 0; entry < TLB_ENTRIES; entry++) this.empty(first + entry * ENTRY_WORDS);
      this.i32.fill(0, (TLB_FILLED >> 2) + bank * FILLED_WORDS, (TLB_FILLED >> 2) + (bank + 1) * FILLED_WORDS);
    }
    const none = this.emptyBank >> 2;
    for (let entry = 0; entry < TLB_ENTRIES; entry++) this.empty(none + entry * ENTRY_WORDS);
    for (let space = 0; space < TLB_SPACES; space++) {
      const at = directory(space);
      this.i32[at] = space === 0 ? 0 : NO_ASID;
      this.i32[at + GENERATION] = 1;
      this.i32[at + STAMP] = 0;
      this.i32[at + KIND] = 0;
    }
    this.i32[TLB_STAMP >> 2] = 0;
  }

  /**
   * The space of a PCID of an ASID (0: the host). The space that was asked for longest ago is emptied for a context that has none;
   * context 0 of the host always has its own.
   */
  space(asid: number, pcid = 0): number {
    if (asid === 0 && pcid === 0) return 0;
    const stamp = (this.i32[TLB_STAMP >> 2]! + 1) | 0;
    this.i32[TLB_STAMP >> 2] = stamp;
    let oldest = 1;
    let age = -1;
    for (let space = 1; space < TLB_SPACES; space++) {
      const at = directory(space);
      const holder = this.i32[at]!;
      if (holder === asid && this.pcidOf(space) === pcid) {
        this.i32[at + STAMP] = stamp;
        return space;
      }
      const unused = holder === NO_ASID ? Infinity : (stamp - this.i32[at + STAMP]!) >>> 0;
      if (unused > age) {
        age = unused;
        oldest = space;
      }
    }
    this.flushSpace(oldest, false);
    this.i32[directory(oldest)] = asid;
    this.i32[directory(oldest) + KIND] = pcid << PCID_AT;
    this.i32[directory(oldest) + STAMP] = stamp;
    return oldest;
  }

  /** Linear-memory offset of a bank. `cls`: supervisor, user, supervisor with RFLAGS.AC under SMAP. */
  bank(space: number, cls: 0 | 1 | 2): number {
    return TLB_BANKS + (space * TLB_CLASSES + cls) * TLB_BANK;
  }

  /**
   * Caches a page for reading, and for writing iff `write`. `hostOffset` is the linear-memory offset of the page at `spaPage`;
   * `low`, `high` may be any address in the linear page; `flags` come from tlbFlags.
   */
  fill(
    bank: number,
    low: number,
    high: number,
    hostOffset: number,
    spaPage: number,
    write: boolean,
    flags = tlbFlags(false, 12),
  ): void {
    const i32 = this.i32;
    const page = low & PAGE_MASK;
    const index = (low >>> 12) & (TLB_ENTRIES - 1);
    const number = (bank - TLB_BANKS) / TLB_BANK;
    const at = (bank >> 2) + index * ENTRY_WORDS;
    i32[at] = page;
    i32[at + 1] = high;
    i32[at + (TLB_WRITE_TAG >> 2)] = write ? page : NO_TAG;
    i32[at + (TLB_WRITE_TAG >> 2) + 1] = write ? high : 0;
    i32[at + (TLB_ADDEND >> 2)] = ((hostOffset | 0) & PAGE_MASK) - page;
    i32[at + (TLB_FLAGS >> 2)] = flags;
    i32[at + (TLB_PAGE >> 2)] = (spaPage | 0) & PAGE_MASK;
    i32[at + (TLB_PAGE >> 2) + 1] = (spaPage / TWO32) | 0;
    i32[(TLB_FILLED >> 2) + number * FILLED_WORDS + (index >> 5)]! |= 1 << (index & 31);
    if (flags >>> SHIFT_AT > 12) i32[directory(Math.floor(number / TLB_CLASSES)) + KIND]! |= LARGE;
  }

  /** Linear-memory offset of the entry that caches an address (for reading at least), or −1. */
  lookup(bank: number, low: number, high: number): number {
    const entry = bank + ((low >>> 12) & (TLB_ENTRIES - 1)) * TLB_ENTRY;
    return this.i32[entry >> 2] === (low & PAGE_MASK) && this.i32[(entry >> 2) + 1] === high ? entry : -1;
  }

  /** Whether the entry at an offset from `lookup` also allows writing. */
  allowsWrite(entry: number): boolean {
    return this.i32[(entry + TLB_WRITE_TAG) >> 2] !== NO_TAG;
  }

  flushSpace(space: number, keepGlobal: boolean): void {
    this.changed(space);
    if (!keepGlobal) this.i32[directory(space) + KIND]! &= ~LARGE;
    this.sweep(space, space + 1, (at) => !keepGlobal || (this.i32[at + (TLB_FLAGS >> 2)]! & TLB_GLOBAL) === 0);
  }

  /** Every space, global pages included. */
  flushAll(): void {
    for (let space = 0; space < TLB_SPACES; space++) this.flushSpace(space, false);
  }

  /** Every context of an ASID, or one. */
  flushAsid(asid: number, keepGlobal: boolean, pcid?: number): void {
    for (let space = 0; space < TLB_SPACES; space++) {
      if (this.i32[directory(space)] !== asid) continue;
      if (pcid === undefined || this.pcidOf(space) === pcid) this.flushSpace(space, keepGlobal);
    }
  }

  /** The page of an address in all classes, its global entries or the others or both; of a large page all parts that are cached. */
  invalidatePage(space: number, low: number, high: number, which: 'both' | 'global' | 'not-global' = 'both'): void {
    const i32 = this.i32;
    const isMeant = (at: number): boolean =>
      which === 'both' || ((i32[at + (TLB_FLAGS >> 2)]! & TLB_GLOBAL) !== 0) === (which === 'global');
    this.changed(space);
    if ((i32[directory(space) + KIND]! & LARGE) !== 0) {
      this.sweep(space, space + 1, (at) => {
        const shift = i32[at + (TLB_FLAGS >> 2)]! >>> SHIFT_AT;
        return i32[at + 1] === high && i32[at]! >>> shift === low >>> shift && isMeant(at);
      });
      return;
    }
    for (let cls = 0; cls < TLB_CLASSES; cls++) {
      const entry = this.lookup(this.bank(space, cls as 0 | 1 | 2), low, high);
      if (entry >= 0 && isMeant(entry >> 2)) this.empty(entry >> 2);
    }
  }

  /** The page of an address in the contexts of an ASID that `which` chooses by their PCID. */
  invalidatePageOf(
    asid: number,
    low: number,
    high: number,
    which: (pcid: number) => 'both' | 'global' | 'not-global' | 'none',
  ): void {
    for (let space = 0; space < TLB_SPACES; space++) {
      if (this.i32[directory(space)] !== asid) continue;
      const entries = which(this.pcidOf(space));
      if (entries !== 'none') this.invalidatePage(space, low, high, entries);
    }
  }

  private pcidOf(space: number): number {
    return this.i32[directory(space) + KIND]! >>> PCID_AT;
  }

  /** The next write to one page of RAM comes by the slow path, from every bank. */
  watchWrites(hostPageOffset: number): void {
    const page = hostPageOffset & PAGE_MASK;
    this.visit(0, TLB_SPACES, (at) => {
      if (this.hostPage(at) === page) this.watch(at);
    });
  }

  /** The next write to any page comes by the slow path. */
  watchAllWrites(): void {
    this.visit(0, TLB_SPACES, (at) => this.watch(at));
  }

  private watch(at: number): void {
    if (this.i32[at + (TLB_WRITE_TAG >> 2)] === NO_TAG) return;
    this.emptyWriteTag(at);
    this.i32[at + (TLB_FLAGS >> 2)]! |= TLB_WATCHED_WRITE;
  }

  /** The watched write of an entry at an offset from `lookup` was seen: later ones need not be. */
  endWatch(entry: number): void {
    const at = entry >> 2;
    this.i32[at + (TLB_WRITE_TAG >> 2)] = this.i32[at]!;
    this.i32[at + (TLB_WRITE_TAG >> 2) + 1] = this.i32[at + 1]!;
    this.i32[at + (TLB_FLAGS >> 2)]! &= ~TLB_WATCHED_WRITE;
  }

  /** Drops every translation to one page of RAM or ROM. */
  dropPage(hostPageOffset: number): void {
    const page = hostPageOffset & PAGE_MASK;
    for (let space = 0; space < TLB_SPACES; space++) {
      this.changed(space);
      this.sweep(space, space + 1, (at) => this.hostPage(at) === page);
    }
  }

  /**
   * Changes whenever cached translations of the space may have been dropped, and when the space goes to another context; counts up as
   * an int32. What is cached elsewhere by linear address hangs on it.
   */
  generation(space: number): number {
    return this.i32[directory(space) + GENERATION]!;
  }

  /** What a bank holds, in the order of its entries. */
  entries(space: number, cls: 0 | 1 | 2): TlbView[] {
    const bank = this.bank(space, cls);
    const views: TlbView[] = [];
    for (let entry = bank; entry < bank + TLB_BANK; entry += TLB_ENTRY) {
      const low = this.state.low(entry);
      if (low === NO_TAG) continue;
      const high = this.state.high(entry);
      const global = (this.i32[(entry + TLB_FLAGS) >> 2]! & TLB_GLOBAL) !== 0;
      views.push({
        low,
        high,
        spaPage: this.state.number(entry + TLB_PAGE),
        writable: this.allowsWrite(entry),
        global,
      });
    }
    return views;
  }

  /** All that is cached, for a snapshot: the directory, then a number and the bytes of each filled entry. Writes are watched before. */
  save(): Int32Array {
    const { i32 } = this;
    this.watchAllWrites();
    let filled = 0;
    this.visit(0, TLB_SPACES, () => filled++);
    const head = i32.subarray(TLB_DIRECTORY >> 2, (TLB_STAMP >> 2) + 1);
    const saved = new Int32Array(head.length + filled * (1 + ENTRY_WORDS));
    saved.set(head);
    let to = head.length;
    this.visit(0, TLB_SPACES, (at) => {
      saved[to++] = (at - (TLB_BANKS >> 2)) / ENTRY_WORDS;
      for (let word = 0; word < ENTRY_WORDS; word++) saved[to++] = i32[at + word]!;
    });
    return saved;
  }

  load(saved: Int32Array): void {
    this.sweep(0, TLB_SPACES, () => true);
    const head = (TLB_STAMP >> 2) + 1 - (TLB_DIRECTORY >> 2);
    this.i32.set(saved.subarray(0, head), TLB_DIRECTORY >> 2);
    for (let from = head; from < saved.length; from += 1 + ENTRY_WORDS) {
      const number = saved[from]!;
      this.i32.set(saved.subarray(from + 1, from + 1 + ENTRY_WORDS), (TLB_BANKS >> 2) + number * ENTRY_WORDS);
      this.i32[(TLB_FILLED >> 2) + (number >> 5)]! |= 1 << (number & 31);
    }
  }

  private changed(space: number): void {
    const at = directory(space) + GENERATION;
    this.i32[at] = (this.i32[at]! + 1) | 0;
  }

  /** Page of the linear memory an entry leads to, as int32. */
  private hostPage(at: number): number {
    return (this.i32[at]! + this.i32[at + (TLB_ADDEND >> 2)]!) | 0;
  }

  private empty(at: number): void {
    this.i32[at] = NO_TAG;
    this.i32[at + 1] = 0;
    this.emptyWriteTag(at);
  }

  private emptyWriteTag(at: number): void {
    this.i32[at + (TLB_WRITE_TAG >> 2)] = NO_TAG;
    this.i32[at + (TLB_WRITE_TAG >> 2) + 1] = 0;
  }

  /** Empties the entries of spaces [from, to) that `drop` chooses. Entries are given as word indexes. */
  private sweep(from: number, to: number, drop: (at: number) => boolean): void {
    this.visit(from, to, (at, word, bit) => {
      if (!drop(at)) return;
      this.empty(at);
      this.i32[word]! &= ~bit;
    });
  }

  /** Calls with every filled entry of spaces [from, to): its word index, and where its bit in the map of filled ones is. */
  private visit(from: number, to: number, call: (at: number, word: number, bit: number) => void): void {
    const i32 = this.i32;
    for (let bank = from * TLB_CLASSES; bank < to * TLB_CLASSES; bank++) {
      const first = (TLB_BANKS + bank * TLB_BANK) >> 2;
      for (let n = 0; n < FILLED_WORDS; n++) {
        const word = (TLB_FILLED >> 2) + bank * FILLED_WORDS + n;
        for (let bits = i32[word]!; bits !== 0; bits &= bits - 1) {
          const bit = 31 - Math.clz32(bits & -bits);
          call(first + (n * 32 + bit) * ENTRY_WORDS, word, 1 << bit);
        }
      }
    }
  }
}

/** Word index of a space's directory entry. */
function directory(space: number): number {
  return (TLB_DIRECTORY >> 2) + space * DIRECTORY_WORDS;
}
