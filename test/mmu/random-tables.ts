/**
 * Random page tables with just enough sense in them that most walks get somewhere: for one linear address, an entry at every level
 * on its way, and under nested paging a way for every guest-physical address these name.
 */
import { CpuState } from '../../src/engine/state/cpu-state';
import { CRS, NESTED_CR3, NESTED_CR4, NESTED_EFER, NESTED_PAGING, memoryMap } from '../../src/engine/state/layout';
import { Ram } from '../../src/engine/state/ram';
import { ReferenceFault, ReferenceWalk } from './reference-walk';
import type { ReferenceMemory, ReferenceMode } from './reference-walk';

/** mulberry32: the same numbers on every machine. */
export class Random {
  constructor(private seed: number) {}
  next(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
  chance(p: number): boolean {
    return this.next() < p;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
  bits(n: number): bigint {
    let value = 0n;
    for (let i = 0; i < n; i += 16) value = (value << 16n) | BigInt(this.below(0x10000));
    return BigInt.asUintN(n, value);
  }
}

const PAGES = 10;
const HALF = PAGES * 4096;
/** Two pieces of RAM, the second beyond 32 bits; both start where a 1 GB page does. */
const STARTS = [0, 0x40_0000_0000] as const;
const MAP = memoryMap(2 * HALF, 0);

/** The memory under test, and a copy of it for the reference. */
export class TwinMemory implements ReferenceMemory {
  readonly state = new CpuState(new ArrayBuffer(MAP.total));
  readonly ram = new Ram(
    this.state.buffer,
    MAP,
    STARTS.map((start, n) => ({ start, size: HALF, kind: 'ram' as const, offset: n * HALF })),
  );
  private readonly real = Buffer.from(this.state.buffer, MAP.ram, 2 * HALF);
  private readonly copy = Buffer.alloc(2 * HALF);

  private at(spa: bigint): number {
    const half = STARTS.findIndex((start) => spa >= BigInt(start) && spa < BigInt(start + HALF));
    return half < 0 ? -1 : half * HALF + Number(spa - BigInt(STARTS[half]!));
  }
  read(spa: bigint, bytes: 4 | 8): bigint {
    const at = this.at(spa);
    if (at < 0) return BigInt.asUintN(bytes * 8, -1n);
    return bytes === 4 ? BigInt(this.copy.readUInt32LE(at)) : this.copy.readBigUInt64LE(at);
  }
  write(spa: bigint, bytes: 4 | 8, value: bigint): void {
    const at = this.at(spa);
    if (at < 0) return;
    if (bytes === 4) this.copy.writeUInt32LE(Number(value), at);
    else this.copy.writeBigUInt64LE(value, at);
  }
  /** Writes both. */
  put(spa: bigint, bytes: 4 | 8, value: bigint): void {
    this.write(spa, bytes, value);
    const at = this.at(spa);
    if (at >= 0) this.copy.copy(this.real, at, at, at + bytes);
  }
  clear(): void {
    this.real.fill(0);
    this.copy.fill(0);
  }
  equal(): boolean {
    return this.real.equals(this.copy);
  }
}

export type Kind = 'off' | 'legacy' | 'pae' | 'long';

export interface Case {
  mode: ReferenceMode;
  linear: bigint;
}

const LEVELS = { legacy: 2, pae: 3, long: 4 } as const;

export class TableMaker {
  /** Addresses in the entries being made must be below 4 GB to be translated. */
  private near = false;
  /** Chance of a leaf to lead anywhere. */
  private far = 0;

  constructor(
    private readonly random: Random,
    private readonly memory: TwinMemory,
    private readonly physicalBits: number,
    private readonly hugePages: boolean,
  ) {}

  /** New tables for one address. `faults`: chance of an entry being unfit. */
  make(kind: Kind, nested: Kind | undefined, faults: number): Case {
    const { random } = this;
    this.near = nested !== undefined && nested !== 'long';
    this.far = nested === undefined ? 0.2 : 0.05;
    const mode: ReferenceMode = {
      cr0: 1n | (random.chance(0.5) ? 1n << 16n : 0n) | (kind === 'off' ? 0n : 1n << 31n),
      cr3: this.root(kind),
      cr4: this.cr4(kind),
      efer: this.efer(kind),
      ac: random.chance(0.5),
    };
    this.near = false;
    if (nested) mode.nested = { cr3: this.root(nested), cr4: this.cr4(nested), efer: this.efer(nested) };
    const linear = kind === 'long' ? BigInt.asUintN(64, BigInt.asIntN(48, random.bits(48))) : random.bits(32);
    const reference = new ReferenceWalk(this.memory, mode, BigInt(this.physicalBits), this.hugePages);

    if (nested && kind === 'off') this.mapNested(mode, nested, linear, faults);
    if (kind === 'off') return { mode, linear };
    this.near = nested !== undefined && nested !== 'long';
    const path = this.path(kind, mode, linear, faults);
    this.near = false;
    if (!nested) {
      for (const { address, bytes, value } of path) this.memory.put(address, bytes, value);
      return { mode, linear };
    }
    for (const { address } of path) this.mapNested(mode, nested, address, faults);
    const last = path[path.length - 1]!;
    this.mapNested(mode, nested, this.leafTarget(kind, LEVELS[kind] - path.length + 1, last.value, linear), faults);
    for (const { address, bytes, value } of path) {
      try {
        this.memory.put(reference.nestedMapping(address, false, false, true, 0n, 0).address, bytes, value);
      } catch (error) {
        if (!(error instanceof ReferenceFault)) throw error;
      }
    }
    return { mode, linear };
  }

  /** Gives the processor's state the registers of a case. */
  load(mode: ReferenceMode): void {
    const { state } = this.memory;
    state.setCr(0, Number(mode.cr0));
    state.setBig(CRS + 3 * 8, mode.cr3);
    state.setCr(4, Number(mode.cr4));
    state.efer = Number(mode.efer);
    state.systemFlags = mode.ac ? 0x40000 : 0;
    state.i32[NESTED_PAGING >> 2] = mode.nested ? 1 : 0;
    // stale values must not matter while nested paging is off
    state.setBig(NESTED_CR3, mode.nested?.cr3 ?? 0xdead_b000n);
    state.setBig(NESTED_CR4, mode.nested?.cr4 ?? 0x20n);
    state.setBig(NESTED_EFER, mode.nested?.efer ?? 0x500n);
  }

  /** A piece of RAM that entries of the kind can name, and mostly one the nested tables reach. */
  private start(kind: Kind): number {
    if (kind === 'legacy' || (this.near && this.random.chance(0.97))) return 0;
    return this.random.pick(STARTS.filter((start) => start < 2 ** this.physicalBits));
  }

  private frame(kind: Kind): bigint {
    return BigInt(this.start(kind) + this.random.below(PAGES) * 4096);
  }

  private root(kind: Kind): bigint {
    const { random } = this;
    const flags = random.chance(0.3) ? random.bits(5) : 0n;
    if (kind === 'pae') return BigInt(random.below(PAGES) * 4096 + random.below(128) * 32) | flags;
    return this.frame(kind) | flags;
  }

  private cr4(kind: Kind): bigint {
    const { random } = this;
    const flag = (n: bigint): bigint => (random.chance(0.5) ? 1n << n : 0n);
    return (
      flag(4n) | flag(7n) | flag(20n) | flag(21n) | (kind === 'legacy' ? 0n : kind === 'off' ? flag(5n) : 1n << 5n)
    );
  }

  private efer(kind: Kind): bigint {
    return (kind === 'long' ? 0x500n : 0n) | (this.random.chance(0.7) ? 0x800n : 0n);
  }

  private nxOf(kind: Kind, efer: bigint): boolean {
    return kind !== 'legacy' && (efer & 0x800n) !== 0n;
  }

  /** Entries on the way to an address: where in its own dimension, and what. */
  private path(kind: 'legacy' | 'pae' | 'long', mode: ReferenceMode, linear: bigint, faults: number) {
    return this.way(kind, mode.cr3, (mode.cr4 & 16n) !== 0n, this.nxOf(kind, mode.efer), linear, faults, 0.9, false);
  }

  /** Lets nested tables map a GPA; entries that are there, for other GPAs, are mostly left. */
  private mapNested(mode: ReferenceMode, kind: Kind, gpa: bigint, faults: number): void {
    if (kind === 'off') return;
    const { cr3, cr4, efer } = mode.nested!;
    const grant = this.random.pick([0.9, 0.99, 1]);
    const way = this.way(kind, cr3, (cr4 & 16n) !== 0n, this.nxOf(kind, efer), gpa, faults * 0.3, grant, true);
    for (const { address, bytes, value } of way) this.memory.put(address, bytes, value);
  }

  private way(
    kind: 'legacy' | 'pae' | 'long',
    cr3: bigint,
    pse: boolean,
    nx: boolean,
    linear: bigint,
    faults: number,
    grant: number,
    keep: boolean,
  ) {
    const way: { address: bigint; bytes: 4 | 8; value: bigint }[] = [];
    const bytes = kind === 'legacy' ? 4 : 8;
    let table = kind === 'pae' ? cr3 & 0xffff_ffe0n : cr3 & 0xf_ffff_ffff_f000n;
    for (let level: number = LEVELS[kind]; level > 0; level--) {
      const width = kind === 'legacy' ? 10n : 9n;
      const index =
        (linear >> (12n + width * BigInt(level - 1))) & (kind === 'pae' && level === 3 ? 3n : (1n << width) - 1n);
      const address = table + index * BigInt(bytes);
      const there = this.memory.read(address, bytes);
      const kept = keep && (there & 1n) !== 0n && this.random.chance(0.97);
      const value = kept ? there : this.entry(kind, level, pse, nx, faults, grant);
      way.push({ address, bytes, value });
      if (this.isLeaf(kind, level, value, pse)) break;
      table = value & (kind === 'legacy' ? 0xffff_f000n : 0xf_ffff_ffff_f000n);
    }
    return way;
  }

  private isLeaf(kind: Kind, level: number, value: bigint, pse: boolean): boolean {
    if (level === 1) return true;
    if ((value & 0x80n) === 0n || level === 4) return false;
    return kind === 'legacy' ? pse : !(kind === 'pae' && level === 3);
  }

  /** Where a way's last entry leads, as far as it matters for making a nested mapping there. */
  private leafTarget(kind: Kind, level: number, value: bigint, linear: bigint): bigint {
    const frame = value & (kind === 'legacy' ? 0xffff_f000n : 0xf_ffff_ffff_f000n);
    const shift = kind === 'legacy' && level === 2 ? 22n : 12n + 9n * BigInt(level - 1);
    const offset = (1n << shift) - 1n;
    const high = shift === 22n ? ((value >> 13n) & 0xffn) << 32n : 0n;
    return high | (frame & ~offset) | (linear & offset);
  }

  private entry(kind: Kind, level: number, pse: boolean, nx: boolean, faults: number, grant: number): bigint {
    const { random } = this;
    const flag = (n: bigint, p: number): bigint => (random.chance(p) ? 1n << n : 0n);
    const unfit = random.chance(faults);
    const pdpe = kind === 'pae' && level === 3;
    let value = unfit && random.chance(0.5) ? 0n : 1n;
    value |= flag(3n, 0.2) | flag(4n, 0.2) | (random.bits(3) << 9n);
    if (!pdpe) value |= flag(1n, grant) | flag(2n, grant) | flag(5n, 0.5) | flag(6n, 0.5);
    const mayBeLarge = !pdpe && (level === 2 || (level === 3 && (this.hugePages || unfit)));
    const large = mayBeLarge && random.chance(0.2);
    if (large) value |= 0x80n;
    const leaf = level === 1 || (large && (kind !== 'legacy' || pse));
    if (leaf) value |= flag(8n, 0.4) | (level === 1 ? flag(7n, 0.3) : 0n);
    if (kind !== 'legacy' && !pdpe) {
      if (nx) value |= flag(63n, 0.1);
      if (kind === 'long') value |= random.bits(11) << 52n;
    }
    value |= this.target(kind, level, leaf);
    if (unfit && (value & 1n) !== 0n) value |= 1n << BigInt(random.below(kind === 'legacy' ? 32 : 64));
    return value;
  }

  private target(kind: Kind, level: number, leaf: boolean): bigint {
    const { random } = this;
    if (!leaf || level === 1) {
      if (leaf && random.chance(this.far))
        return kind === 'legacy' ? random.bits(20) << 12n : random.bits(this.physicalBits - 12) << 12n;
      return this.frame(kind);
    }
    const flags = random.chance(0.2) ? 0x1000n : 0n;
    if (kind === 'legacy') {
      const high = random.chance(2 * this.far) ? random.bits(8) << 13n : 0n;
      return (random.chance(2 * this.far) ? random.bits(10) << 22n : 0n) | high | flags;
    }
    const shift = level === 3 ? 30 : 21;
    if (!random.chance(2 * this.far)) return BigInt(this.start(kind)) | flags;
    return (random.bits(this.physicalBits - shift) << BigInt(shift)) | flags;
  }
}
