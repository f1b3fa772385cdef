/** Where code bytes lie: the instruction side of translation, with a small cache of its own. */
import { VECTOR_GP, VECTOR_UD } from '../arch/exceptions';
import type { Mode } from '../exec/block-cache';
import { MAX_LENGTH } from '../isa/decode';
import { ACCESS_EXECUTE, ACCESS_USER, type Walker } from '../mmu/walk';
import type { CpuState } from '../state/cpu-state';
import { FAULT_ERROR, FAULT_VECTOR } from '../state/layout';
import type { Ram } from '../state/ram';
import { isCanonical, type MemoryAccess } from './memory-access';

const SLOTS = 64;

export class CodeFetch {
  /** Tag of the context; entries of another one do not count. */
  tag = 0;
  private readonly pageLow = new Int32Array(SLOTS);
  private readonly pageHigh = new Int32Array(SLOTS);
  private readonly tags = new Int32Array(SLOTS).fill(-1);
  private readonly offsets = new Float64Array(SLOTS);

  constructor(
    private readonly state: CpuState,
    private readonly ram: Ram,
    private readonly walker: Walker,
    private readonly memory: MemoryAccess,
  ) {}

  /** Tags come round again: nothing is known any more. */
  forget(): void {
    this.tags.fill(-1);
  }

  /** What is cached, for a snapshot: software can tell where it changes page tables behind the TLB. */
  save(): Float64Array {
    return Float64Array.from([...this.tags, ...this.pageLow, ...this.pageHigh, ...this.offsets]);
  }

  load(saved: Float64Array): void {
    [this.tags, this.pageLow, this.pageHigh, this.offsets].forEach((column, n) =>
      column.set(saved.subarray(n * SLOTS, (n + 1) * SLOTS)),
    );
  }

  /** Linear-memory offset of the code byte at a linear address, or −1 with FAULT_* set. */
  offset(low: number, high: number): number {
    const slot = (low >>> 12) & (SLOTS - 1);
    const page = low & ~0xfff;
    if (this.tags[slot] === this.tag && this.pageLow[slot] === page && this.pageHigh[slot] === high) {
      return this.offsets[slot]! + (low & 0xfff);
    }
    const { state, walker } = this;
    if (!isCanonical(high)) return this.fault(VECTOR_GP, 0);
    if (!walker.walk(low, high, ACCESS_EXECUTE | (state.cpl === 3 ? ACCESS_USER : 0))) {
      this.memory.setWalkFault(low, high);
      return -1;
    }
    const offset = this.ram.offset(walker.spa);
    // Where nothing answers, all ones are fetched: FF FF is an undefined opcode.
    if (offset < 0) return this.fault(VECTOR_UD, -1);
    this.pageLow[slot] = page;
    this.pageHigh[slot] = high;
    this.tags[slot] = this.tag;
    this.offsets[slot] = offset - (low & 0xfff);
    return offset;
  }

  /** The bytes of the instruction at rIP, as far as they can be fetched: at most 15. */
  bytes(ripLow: number, ripHigh: number, mode: Mode): Uint8Array {
    const bytes = new Uint8Array(MAX_LENGTH);
    for (let n = 0; n < MAX_LENGTH; n++) {
      const sum = (ripLow >>> 0) + mode.csBase + n;
      const offset = this.offset(sum | 0, sum > 0xffffffff && mode.code === 64 ? (ripHigh + 1) | 0 : ripHigh);
      if (offset < 0) return bytes.subarray(0, n);
      bytes[n] = this.ram.u8[offset]!;
    }
    return bytes;
  }

  private fault(vector: number, errorCode: number): -1 {
    this.state.i32[FAULT_VECTOR >> 2] = vector;
    this.state.i32[FAULT_ERROR >> 2] = errorCode;
    return -1;
  }
}
