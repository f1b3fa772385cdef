/**
 * Breakpoints of DR0 to DR3 as DR7 enables them (APM volume 2, §13.1.1): which addresses are watched, and what the instruction that runs
 * has met. Enabled locally or globally is the same but for task switches.
 */
import { CR4_DE, DR7_ENABLE_MASK } from '../arch/registers';
import type { CpuState } from '../state/cpu-state';
import { DRS } from '../state/layout';

const DR7 = DRS + 56;
const RW_AT = 16;
const LEN_AT = 18;
const EXECUTE = 0;
const WRITE = 1;
const PORT = 2;
/** By LEN: 10b is eight bytes. */
const LENGTHS = [1n, 2n, 8n, 4n] as const;
const PAGE_BITS = 12n;

interface Breakpoint {
  /** The bit of DR6. */
  readonly bit: number;
  readonly kind: number;
  /** First address, and the one behind the last. */
  readonly from: bigint;
  readonly to: bigint;
}

const linear = (low: number, high: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

export class DebugRegisters {
  /** Bits 3:0 of DR6 for what the running instruction has met. */
  hits = 0;
  watchesCode = false;
  watchesData = false;
  private breakpoints: readonly Breakpoint[] = [];
  private isArmed = false;
  private known = '';

  constructor(private readonly state: CpuState) {}

  /** Whether the registers say something else than last time. */
  changed(): boolean {
    const { state } = this;
    const enabled = (state.low(DR7) & DR7_ENABLE_MASK) !== 0;
    if (!enabled && !this.isArmed) return false;
    const words = Array.from({ length: 8 }, (_, n) => state.i32[(DRS >> 2) + n]!);
    const key = [state.low(DR7), state.cr(4) & CR4_DE, ...words].join();
    if (key === this.known) return false;
    this.known = key;
    this.isArmed = enabled;
    this.breakpoints = [0, 1, 2, 3].flatMap((n) => this.breakpoint(n));
    this.watchesCode = this.breakpoints.some((b) => b.kind === EXECUTE);
    this.watchesData = this.breakpoints.some((b) => b.kind !== EXECUTE && b.kind !== PORT);
    return true;
  }

  private breakpoint(n: number): Breakpoint[] {
    const { state } = this;
    const control = state.low(DR7);
    if (((control >>> (2 * n)) & 3) === 0) return [];
    const kind = (control >>> (RW_AT + 4 * n)) & 3;
    // Without CR4.DE there are no breakpoints on ports.
    if (kind === PORT && (state.cr(4) & CR4_DE) === 0) return [];
    const length = kind === EXECUTE ? 1n : LENGTHS[(control >>> (LEN_AT + 4 * n)) & 3]!;
    const from = state.big(DRS + 8 * n) & -length;
    return [{ bit: 1 << n, kind, from, to: from + length }];
  }

  private meets(from: bigint, to: bigint, counts: (kind: number) => boolean): number {
    let bits = 0;
    for (const b of this.breakpoints) if (counts(b.kind) && from < b.to && b.from < to) bits |= b.bit;
    return bits;
  }

  /** Bits of DR6 for an instruction at a linear address. */
  codeHits(low: number, high: number): number {
    const at = linear(low, high);
    return this.meets(at, at + 1n, (kind) => kind === EXECUTE);
  }

  private dataHits(low: number, high: number, size: number, write: boolean): number {
    const at = linear(low, high);
    return this.meets(at, at + BigInt(size), (kind) => kind !== EXECUTE && kind !== PORT && (write || kind !== WRITE));
  }

  /** Whether an access would meet a breakpoint. */
  meetsData(low: number, high: number, size: number, write: boolean): boolean {
    return this.dataHits(low, high, size, write) !== 0;
  }
  /** The running instruction accesses memory. */
  noteData(low: number, high: number, size: number, write: boolean): void {
    this.hits |= this.dataHits(low, high, size, write);
  }
  notePort(port: number, size: number): void {
    this.hits |= this.meets(BigInt(port), BigInt(port + size), (kind) => kind === PORT);
  }

  /** Whether some of a linear page is watched: accesses to it may not be cached. */
  watchesPage(low: number, high: number): boolean {
    const page = (linear(low, high) >> PAGE_BITS) << PAGE_BITS;
    return this.meets(page, page + (1n << PAGE_BITS), (kind) => kind !== EXECUTE && kind !== PORT) !== 0;
  }
}
