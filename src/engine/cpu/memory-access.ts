/**
 * Memory as out-of-line instructions use it: by linear address, every byte translated, RAM or device. The whole range is translated
 * before the first byte moves, so that a fault leaves nothing half done.
 */
import { VECTOR_AC, VECTOR_GP, VECTOR_PF, VECTOR_SS } from '../arch/exceptions';
import type { MmioBus } from '../bus/bus';
import { ACCESS_IMPLICIT, ACCESS_USER, ACCESS_WRITE, type Walker } from '../mmu/walk';
import type { CpuState } from '../state/cpu-state';
import { FAULT_ADDRESS, FAULT_ERROR, FAULT_VECTOR } from '../state/layout';
import type { Ram } from '../state/ram';
import type { DebugRegisters } from './debug-registers';
import { FAULT } from './fault';

const PAGE = 4096;

/** #NPF is no exception of the guest's: it travels as this vector until the processor turns it into #VMEXIT(NPF). */
export const VECTOR_NPF = 0x100;

export class MemoryAccess {
  /** Breakpoints on data, if there are any. */
  debug: DebugRegisters | undefined;
  /** CR0.AM and RFLAGS.AC at CPL 3: accesses that lie off their natural boundary are #AC. §8.2.18 */
  alignment = false;
  private readonly spa: [number, number] = [0, 0];
  private readonly part: [number, number] = [0, 0];

  constructor(
    private readonly state: CpuState,
    private readonly ram: Ram,
    private readonly walker: Walker,
    private readonly mmio: MmioBus,
    /** Around an access to a device: it sees the present, and may have moved its alarm. */
    private readonly present: () => void,
    private readonly used: () => void,
  ) {}

  /** Sets FAULT_* from the walker's failure at a linear address. */
  setWalkFault(low: number, high: number): void {
    const { state, walker } = this;
    state.i32[FAULT_VECTOR >> 2] = walker.faultKind === 'npf' ? VECTOR_NPF : VECTOR_PF;
    state.i32[FAULT_ERROR >> 2] = walker.errorCode;
    state.setHalves(FAULT_ADDRESS, low, high);
  }

  raise(vector: number, errorCode: number): never {
    this.state.i32[FAULT_VECTOR >> 2] = vector;
    this.state.i32[FAULT_ERROR >> 2] = errorCode;
    throw FAULT;
  }

  /** Translates [low:high, +size) into at most two runs of SPA; throws FAULT. `stack` chooses #SS for non-canonical addresses. */
  private locate(low: number, high: number, size: number, access: number, stack: boolean): number {
    // The last byte may lie beyond the lower canonical half.
    const leaves = high === 0x7fff && (low >>> 0) + size > 0x100000000;
    if (leaves || !isCanonical(high)) this.raise(stack ? VECTOR_SS : VECTOR_GP, 0);
    const { walker, spa, part } = this;
    const room = PAGE - (low & 0xfff);
    if (!walker.walk(low, high, access)) {
      this.setWalkFault(low, high);
      throw FAULT;
    }
    spa[0] = walker.spa;
    part[0] = Math.min(size, room);
    if (size <= room) {
      this.checkAlignment(low, size, access);
      return 1;
    }
    const sum = (low >>> 0) + room;
    const nextLow = sum | 0;
    const nextHigh = sum > 0xffffffff ? (high + 1) | 0 : high;
    if (!walker.walk(nextLow, nextHigh, access)) {
      this.setWalkFault(nextLow, nextHigh);
      throw FAULT;
    }
    this.checkAlignment(low, size, access);
    spa[1] = walker.spa;
    part[1] = size - room;
    return 2;
  }

  private accessFlags(write: boolean, system: boolean): number {
    const user = !system && this.state.cpl === 3;
    return (write ? ACCESS_WRITE : 0) | (user ? ACCESS_USER : 0) | (system ? ACCESS_IMPLICIT : 0);
  }

  /** Reads `size` (1…16) bytes into `into`. `system`: an access the processor makes by itself (descriptors, TSS, gates). */
  readBytes(low: number, high: number, into: Uint8Array, size: number, system = false, stack = false): void {
    const parts = this.locate(low, high, size, this.accessFlags(false, system), stack);
    if (!system) this.debug?.noteData(low, high, size, false);
    for (let n = 0, done = 0; n < parts; n++) {
      this.readPhysical(this.spa[n]!, into, done, this.part[n]!);
      done += this.part[n]!;
    }
  }

  writeBytes(low: number, high: number, from: Uint8Array, size: number, system = false, stack = false): void {
    const parts = this.locate(low, high, size, this.accessFlags(true, system), stack);
    if (!system) this.debug?.noteData(low, high, size, true);
    for (let n = 0, done = 0; n < parts; n++) {
      this.writePhysical(this.spa[n]!, from, done, this.part[n]!);
      done += this.part[n]!;
    }
  }

  /** Asks whether [low:high, +size) could be written, without writing. */
  probeWrite(low: number, high: number, size: number, system = false, stack = false): void {
    this.locate(low, high, size, this.accessFlags(true, system), stack);
  }

  /** Page faults come before #AC; what the processor reads by itself is not checked. */
  private checkAlignment(low: number, size: number, access: number): void {
    if (this.alignment && (access & ACCESS_IMPLICIT) === 0 && isMisaligned(low, size)) this.raise(VECTOR_AC, 0);
  }

  /** Within one page: RAM, ROM or a device, in the widest aligned pieces a device takes. */
  readPhysical(spa: number, into: Uint8Array, at: number, size: number): void {
    const offset = this.ram.offset(spa);
    if (offset >= 0) {
      for (let n = 0; n < size; n++) into[at + n] = this.ram.u8[offset + n]!;
      return;
    }
    for (let n = 0; n < size;) {
      const width = pieceWidth(spa + n, size - n);
      this.present();
      const value = this.mmio.read(spa + n, width);
      for (let b = 0; b < width; b++) into[at + n + b] = value >>> (8 * b);
      n += width;
    }
  }

  writePhysical(spa: number, from: Uint8Array, at: number, size: number): void {
    const offset = this.ram.offset(spa);
    if (offset >= 0) {
      if (!this.ram.isWritable(offset)) return;
      this.ram.touch(offset, size);
      for (let n = 0; n < size; n++) this.ram.u8[offset + n] = from[at + n]!;
      return;
    }
    for (let n = 0; n < size;) {
      const width = pieceWidth(spa + n, size - n);
      let value = 0;
      for (let b = 0; b < width; b++) value |= from[at + n + b]! << (8 * b);
      this.present();
      this.mmio.write(spa + n, width, value >>> 0);
      this.used();
      n += width;
    }
  }

  private readonly buffer = new Uint8Array(16);
  private readonly words = new Int32Array(this.buffer.buffer);

  /** Reads up to 8 bytes; the halves are then in `low` and `high`. */
  low = 0;
  high = 0;
  read(low: number, high: number, size: number, system = false, stack = false): void {
    this.words[0] = 0;
    this.words[1] = 0;
    this.readBytes(low, high, this.buffer, size, system, stack);
    this.low = this.words[0]!;
    this.high = this.words[1]!;
  }

  write(
    low: number,
    high: number,
    size: number,
    valueLow: number,
    valueHigh: number,
    system = false,
    stack = false,
  ): void {
    this.words[0] = valueLow;
    this.words[1] = valueHigh;
    this.writeBytes(low, high, this.buffer, size, system, stack);
  }
}

function pieceWidth(address: number, size: number): 1 | 2 | 4 {
  if (size >= 4 && address % 4 === 0) return 4;
  if (size >= 2 && address % 2 === 0) return 2;
  return 1;
}

/** Whether an access lies off the boundary of its size; of an extended-precision number, of 8 bytes (volume 1, 4.8.3). */
export function isMisaligned(low: number, size: number): boolean {
  const boundary = size === 10 ? 8 : size;
  return (boundary & (boundary - 1)) === 0 && (low & (boundary - 1)) !== 0;
}

/** Whether bits 63:47 are all alike. §5.3.1 */
export function isCanonical(high: number): boolean {
  return high >> 15 === 0 || high >> 15 === -1;
}
