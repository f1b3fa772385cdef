/**
 * The slow path of generated code's data accesses: page walk and TLB fill, accesses over a page's end, devices, and writes to
 * pages that hold code. What cannot be answered with an address in RAM is staged: an instruction that needs it is run by itself
 * (`careful`), reads and writes a scratch slot, and the writes are carried out when it has retired.
 */
import { VECTOR_AC, VECTOR_GP } from '../arch/exceptions';
import { EFER_LMA, SEG_CS } from '../arch/registers';
import type { Tlb } from '../mmu/tlb';
import { TLB_WATCHED_WRITE, tlbFlags } from '../mmu/tlb';
import { ACCESS_USER, ACCESS_WRITE, type Walker } from '../mmu/walk';
import { ATTR_LONG, type CpuState } from '../state/cpu-state';
import {
  CAREFUL,
  FAULT_ADDRESS,
  FAULT_ERROR,
  FAULT_VECTOR,
  STAGING,
  STAGING_SLOT,
  STAGING_SLOTS,
  TLB_ADDEND,
  TLB_FLAGS,
} from '../state/layout';
import type { Ram } from '../state/ram';
import type { DebugRegisters } from './debug-registers';
import { isCanonical, isMisaligned, type MemoryAccess } from './memory-access';

const PAGE = 4096;

interface StagedWrite {
  readonly slot: number;
  readonly size: number;
  readonly spa: number;
  /** Second page's SPA and the bytes that lie before it. */
  readonly nextSpa: number;
  readonly room: number;
}

export class DataAccess {
  /** The bank that fills go to; set with the context. */
  bank = 0;
  /** Outside 64-bit mode: segments have base 0 and 4 GB, so that generated code leaves their limits to us. */
  flat = false;
  /** Alignment is checked: nothing is cached. */
  alignment = false;
  /** The last #GP was for an access that begins at an address and ends beyond them. */
  wrapped = false;
  /** An instruction is running by itself: accesses may be staged. */
  careful = false;
  /** Breakpoints on data, if there are any. */
  debug: DebugRegisters | undefined;
  private slots = 0;
  private readonly staged: StagedWrite[] = [];

  constructor(
    private readonly state: CpuState,
    private readonly ram: Ram,
    private readonly walker: Walker,
    private readonly tlb: Tlb,
    private readonly memory: MemoryAccess,
  ) {}

  /** Executor's `translate`: see its Environment. */
  translate(size: number, read: boolean, write: boolean): number {
    const { state, walker, ram } = this;
    const low = state.low(FAULT_ADDRESS);
    const high = state.high(FAULT_ADDRESS);
    state.i32[CAREFUL >> 2] = 0;
    if (!isCanonical(high) || this.leavesSpace(low, high, size)) {
      // The processor tells #SS for stack addresses afterwards: here the segment is not known.
      state.i32[FAULT_VECTOR >> 2] = VECTOR_GP;
      state.i32[FAULT_ERROR >> 2] = 0;
      return 0;
    }
    if (write) {
      const known = this.watchedWrite(low, high, size);
      if (known !== 0) return known;
    }
    const access = (write ? ACCESS_WRITE : 0) | (state.cpl === 3 ? ACCESS_USER : 0);
    if (!walker.walk(low, high, access)) {
      this.memory.setWalkFault(low, high);
      return 0;
    }
    const { spa } = walker;
    if (this.alignment && isMisaligned(low, size)) {
      state.i32[FAULT_VECTOR >> 2] = VECTOR_AC;
      state.i32[FAULT_ERROR >> 2] = 0;
      return 0;
    }
    if (this.debug?.meetsData(low, high, size, write)) {
      if (!this.careful) {
        state.i32[CAREFUL >> 2] = 1;
        return 0;
      }
      this.debug.noteData(low, high, size, write);
    }
    if ((low & 0xfff) + size > PAGE) return this.overPageEnd(low, high, size, read, write, access, spa);
    const offset = ram.offset(spa);
    if (offset < 0) return this.stage(size, read, write, spa, 0, size);
    if (!write) {
      // The write tag waits for the first write: it marks the page as written in this epoch.
      this.fill(low, high, offset, spa, false);
      return offset;
    }
    if (!ram.isWritable(offset) || ram.hasCode(offset, size)) return this.stage(size, read, write, spa, 0, size);
    ram.u8[ram.map.written + ram.pageIndex(offset)] = 1;
    if (!ram.pageHasCode(offset)) this.fill(low, high, offset, spa, true);
    else if (walker.readable) this.fill(low, high, offset, spa, false, TLB_WATCHED_WRITE);
    return offset;
  }

  /** A write already known to be allowed, which is to be seen: its address, or 0 where it hits a line with code. */
  private watchedWrite(low: number, high: number, size: number): number {
    const { tlb, ram, state } = this;
    if ((low & 0xfff) + size > PAGE) return 0;
    const entry = tlb.lookup(this.bank, low, high);
    if (entry < 0 || (state.i32[(entry + TLB_FLAGS) >> 2]! & TLB_WATCHED_WRITE) === 0) return 0;
    const offset = (low + state.i32[(entry + TLB_ADDEND) >> 2]!) >>> 0;
    if (ram.hasCode(offset, size)) return 0;
    ram.u8[ram.map.written + ram.pageIndex(offset)] = 1;
    if (!ram.pageHasCode(offset)) tlb.endWatch(entry);
    return offset;
  }

  /** Whether the last byte lies beyond the canonical half, or the flat segment, that the first one lies in. */
  private leavesSpace(low: number, high: number, size: number): boolean {
    this.wrapped = (low >>> 0) + size > 0x100000000 && (this.flat || high === 0x7fff);
    return this.wrapped;
  }

  private fill(low: number, high: number, offset: number, spa: number, write: boolean, flags = 0): void {
    const { walker } = this;
    if (this.alignment || this.debug?.watchesPage(low, high)) return;
    this.tlb.fill(
      this.bank,
      low,
      high,
      offset,
      spa - (spa % PAGE),
      write,
      tlbFlags(walker.global, walker.linearPageShift) | flags,
    );
  }

  private overPageEnd(
    low: number,
    high: number,
    size: number,
    read: boolean,
    write: boolean,
    access: number,
    spa: number,
  ): number {
    const { walker, state } = this;
    const room = PAGE - (low & 0xfff);
    const sum = (low >>> 0) + room;
    const nextLow = sum | 0;
    const long = (state.efer & EFER_LMA) !== 0 && (state.attributes(SEG_CS) & ATTR_LONG) !== 0;
    const nextHigh = sum > 0xffffffff ? (long ? (high + 1) | 0 : 0) : high;
    if (!walker.walk(nextLow, nextHigh, access)) {
      this.memory.setWalkFault(nextLow, nextHigh);
      return 0;
    }
    return this.stage(size, read, write, spa, walker.spa, room);
  }

  /** Gives out a scratch slot for the access, if this is the place to do so. */
  private stage(size: number, read: boolean, write: boolean, spa: number, nextSpa: number, room: number): number {
    const isDevice = this.ram.offset(spa) < 0 || (room < size && this.ram.offset(nextSpa) < 0);
    if (!this.careful && (write || isDevice)) {
      this.state.i32[CAREFUL >> 2] = 1;
      return 0;
    }
    if (this.slots === STAGING_SLOTS) throw new Error('data access: one instruction used more than 16 staged accesses');
    // Reads outside careful instructions need no slot of their own for longer than the instruction.
    const slot = STAGING + (this.careful ? this.slots++ : STAGING_SLOTS - 1) * STAGING_SLOT;
    if (read) {
      this.memory.readPhysical(spa, this.ram.u8, slot, Math.min(size, room));
      if (room < size) this.memory.readPhysical(nextSpa, this.ram.u8, slot + room, size - room);
    }
    if (write) this.staged.push({ slot, size, spa, nextSpa, room });
    return slot;
  }

  begin(): void {
    this.careful = true;
    this.slots = 0;
    this.staged.length = 0;
  }

  /** Ends a careful instruction; its writes are carried out if it retired. */
  end(retired: boolean): void {
    this.careful = false;
    if (!retired) return;
    for (const w of this.staged) {
      const first = Math.min(w.size, w.room);
      this.memory.writePhysical(w.spa, this.ram.u8, w.slot, first);
      if (first < w.size) this.memory.writePhysical(w.nextSpa, this.ram.u8, w.slot + first, w.size - first);
    }
    this.staged.length = 0;
  }
}
