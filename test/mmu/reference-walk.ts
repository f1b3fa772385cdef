/**
 * A second page walk, written from the manual alone and shared with nothing: recursive, in BigInt, slow. It walks a memory of its
 * own, given as little-endian bytes at physical addresses, and tells what it read and which bits it set.
 */

export interface ReferenceMode {
  cr0: bigint;
  cr3: bigint;
  cr4: bigint;
  efer: bigint;
  ac: boolean;
  nested?: { cr3: bigint; cr4: bigint; efer: bigint };
}

export interface ReferenceAccess {
  write: boolean;
  fetch: boolean;
  user: boolean;
  implicit: boolean;
  /** No accessed or dirty bits. */
  inspect: boolean;
}

export interface ReferenceStep {
  dimension: 'guest' | 'nested';
  level: number;
  guestLevel: number;
  address: bigint;
  spa: bigint;
  entry: bigint;
}

export class ReferenceFault extends Error {
  constructor(
    readonly kind: 'pf' | 'npf',
    readonly code: bigint,
    readonly gpa: bigint,
  ) {
    super(`${kind} ${code.toString(16)} at ${gpa.toString(16)}`);
  }
}

export interface ReferenceMemory {
  /** All ones where there is none. */
  read(spa: bigint, bytes: 4 | 8): bigint;
  write(spa: bigint, bytes: 4 | 8, value: bigint): void;
}

interface Mapping {
  address: bigint;
  pageBits: bigint;
  writable: boolean;
  user: boolean;
  noExecute: boolean;
  global: boolean;
  /** Entries on the way: SPA, width, whether it has A and is the leaf. */
  entries: { spa: bigint; bytes: 4 | 8; accessed: boolean; leaf: boolean }[];
}

/** What a single table entry says. */
interface Entry {
  present: boolean;
  reserved: boolean;
  leaf: boolean;
  pageBits: bigint;
  writable: boolean;
  user: boolean;
  noExecute: boolean;
  global: boolean;
  next: bigint;
  hasAccessed: boolean;
}

type Kind = 'long' | 'pae' | 'legacy';

const bit = (value: bigint, n: bigint): boolean => ((value >> n) & 1n) === 1n;
const field = (value: bigint, high: bigint, low: bigint): bigint => (value >> low) & ((1n << (high - low + 1n)) - 1n);

class NotMapped extends Error {
  constructor(readonly reserved: boolean) {
    super('not mapped');
  }
}

export class ReferenceWalk {
  steps: ReferenceStep[] = [];
  /** Dirty bits that were 0 and were set. */
  dirtied = 0;
  /** Accessed bits that were 0 and were set. */
  touched = 0;

  constructor(
    private readonly memory: ReferenceMemory,
    private readonly mode: ReferenceMode,
    private readonly physicalBits: bigint,
    private readonly hugePages: boolean,
  ) {}

  /** The whole translation; throws a ReferenceFault. */
  translate(
    linear: bigint,
    access: ReferenceAccess,
  ): { gpa: bigint; spa: bigint; mapping: Mapping | undefined; pageBits: bigint } {
    const { mode } = this;
    if (!bit(mode.cr0, 31n)) {
      const gpa = linear & 0xffff_ffffn;
      const final = this.final(gpa, access);
      return { gpa, spa: final.spa, mapping: undefined, pageBits: mode.nested ? final.pageBits : 12n };
    }
    const kind: Kind = bit(mode.efer, 10n) ? 'long' : bit(mode.cr4, 5n) ? 'pae' : 'legacy';
    const nx = kind !== 'legacy' && bit(mode.efer, 11n);
    const smep = bit(mode.cr4, 20n);
    const smap = bit(mode.cr4, 21n);
    const base = (access.write ? 2n : 0n) | (access.user ? 4n : 0n) | (access.fetch && (nx || smep) ? 16n : 0n);

    let mapping: Mapping;
    try {
      mapping = this.descend(
        kind,
        nx,
        bit(mode.cr4, 4n),
        mode.cr3,
        linear,
        (gpa, level) => this.entryAddress(gpa, level, access),
        'guest',
        0,
      );
    } catch (error) {
      if (error instanceof NotMapped) throw new ReferenceFault('pf', base | (error.reserved ? 9n : 0n), 0n);
      throw error;
    }

    const refuse = (): never => {
      throw new ReferenceFault('pf', base | 1n, 0n);
    };
    if (access.user) {
      if (!mapping.user) refuse();
      if (access.write && !mapping.writable) refuse();
    } else {
      if (access.write && !mapping.writable && bit(mode.cr0, 16n)) refuse();
      if (access.fetch && smep && mapping.user) refuse();
      if (!access.fetch && smap && mapping.user && (access.implicit || !mode.ac)) refuse();
    }
    if (access.fetch && mapping.noExecute) refuse();

    this.markUsed(mapping, access);
    const final = this.final(mapping.address, access);
    const pageBits = mode.nested && final.pageBits < mapping.pageBits ? final.pageBits : mapping.pageBits;
    return { gpa: mapping.address, spa: final.spa, mapping, pageBits };
  }

  private final(gpa: bigint, access: ReferenceAccess): { spa: bigint; pageBits: bigint } {
    if (!this.mode.nested) return { spa: gpa, pageBits: 52n };
    const mapping = this.nestedMapping(gpa, access.write, access.fetch, access.inspect, 1n << 32n, 0);
    return { spa: mapping.address, pageBits: mapping.pageBits };
  }

  private entryAddress(gpa: bigint, level: number, access: ReferenceAccess): bigint {
    if (!this.mode.nested) return gpa;
    return this.nestedMapping(gpa, true, false, access.inspect, 1n << 33n, level).address;
  }

  nestedMapping(
    gpa: bigint,
    write: boolean,
    fetch: boolean,
    inspect: boolean,
    where: bigint,
    guestLevel: number,
  ): Mapping {
    const { cr3, cr4, efer } = this.mode.nested!;
    const kind: Kind = bit(efer, 10n) ? 'long' : bit(cr4, 5n) ? 'pae' : 'legacy';
    const nx = kind !== 'legacy' && bit(efer, 11n);
    const base = where | 4n | (write ? 2n : 0n) | (fetch && (nx || bit(cr4, 20n)) ? 16n : 0n);
    const reach = kind === 'long' ? 48n : 32n;
    if (gpa >> reach !== 0n || gpa >> this.physicalBits !== 0n) throw new ReferenceFault('npf', base, gpa);
    let mapping: Mapping;
    try {
      mapping = this.descend(kind, nx, bit(cr4, 4n), cr3, gpa, (spa) => spa, 'nested', guestLevel);
    } catch (error) {
      if (error instanceof NotMapped) throw new ReferenceFault('npf', base | (error.reserved ? 9n : 0n), gpa);
      throw error;
    }
    if (!mapping.user || (write && !mapping.writable) || (fetch && mapping.noExecute)) {
      throw new ReferenceFault('npf', base | 1n, gpa);
    }
    this.markUsed(mapping, { write, fetch, user: true, implicit: false, inspect });
    return mapping;
  }

  private markUsed(mapping: Mapping, access: ReferenceAccess): void {
    for (const { spa, bytes, accessed, leaf } of mapping.entries) {
      let value = this.memory.read(spa, bytes);
      if (accessed && !bit(value, 5n)) {
        value |= 1n << 5n;
        this.touched++;
      }
      if (leaf && access.write && !bit(value, 6n)) {
        value |= 1n << 6n;
        this.dirtied++;
      }
      if (!access.inspect) this.memory.write(spa, bytes, value);
    }
  }

  private descend(
    kind: Kind,
    nx: boolean,
    pse: boolean,
    cr3: bigint,
    linear: bigint,
    locate: (address: bigint, level: number) => bigint,
    dimension: 'guest' | 'nested',
    guestLevel: number,
  ): Mapping {
    const bytes = kind === 'legacy' ? 4 : 8;
    const go = (table: bigint, level: number): Mapping => {
      const address = table + this.index(kind, linear, level) * BigInt(bytes);
      const spa = locate(address, level);
      const raw = this.memory.read(spa, bytes);
      this.steps.push({
        dimension,
        level,
        guestLevel: dimension === 'guest' ? level : guestLevel,
        address,
        spa,
        entry: raw,
      });
      const entry = this.entry(kind, raw, level, nx, pse);
      if (!entry.present) throw new NotMapped(false);
      if (entry.reserved) throw new NotMapped(true);
      const used = { spa, bytes, accessed: entry.hasAccessed, leaf: entry.leaf } as const;
      if (entry.leaf) {
        return {
          address: entry.next + field(linear, entry.pageBits - 1n, 0n),
          pageBits: entry.pageBits,
          writable: entry.writable,
          user: entry.user,
          noExecute: entry.noExecute,
          global: entry.global,
          entries: [used],
        };
      }
      const below = go(entry.next, level - 1);
      return {
        ...below,
        writable: below.writable && entry.writable,
        user: below.user && entry.user,
        noExecute: below.noExecute || entry.noExecute,
        entries: [used, ...below.entries],
      };
    };
    if (kind === 'long') return go(field(cr3, 51n, 12n) << 12n, 4);
    if (kind === 'pae') return go(field(cr3, 31n, 5n) << 5n, 3);
    return go(field(cr3, 31n, 12n) << 12n, 2);
  }

  private index(kind: Kind, linear: bigint, level: number): bigint {
    if (kind === 'legacy') return level === 2 ? field(linear, 31n, 22n) : field(linear, 21n, 12n);
    if (kind === 'pae' && level === 3) return field(linear, 31n, 30n);
    const low = 12n + 9n * BigInt(level - 1);
    return field(linear, low + 8n, low);
  }

  private entry(kind: Kind, raw: bigint, level: number, nx: boolean, pse: boolean): Entry {
    const common = {
      present: bit(raw, 0n),
      writable: bit(raw, 1n),
      user: bit(raw, 2n),
      global: bit(raw, 8n),
      noExecute: false,
      hasAccessed: true,
    };
    if (kind === 'legacy') {
      if (level === 1)
        return { ...common, reserved: false, leaf: true, pageBits: 12n, next: field(raw, 31n, 12n) << 12n };
      if (!pse || !bit(raw, 7n)) {
        return { ...common, reserved: false, leaf: false, pageBits: 0n, next: field(raw, 31n, 12n) << 12n };
      }
      const next = (field(raw, 20n, 13n) << 32n) | (field(raw, 31n, 22n) << 22n);
      const reserved = bit(raw, 21n) || next >> this.physicalBits !== 0n;
      return { ...common, reserved, leaf: true, pageBits: 22n, next };
    }

    const next = field(raw, 51n, 12n) << 12n;
    let reserved = next >> this.physicalBits !== 0n || (!nx && bit(raw, 63n));
    if (kind === 'pae' && level === 3) {
      // no R/W, U/S, A, PS, NX: those bits are reserved
      reserved ||= field(raw, 63n, 52n) !== 0n || field(raw, 2n, 1n) !== 0n || field(raw, 8n, 5n) !== 0n;
      return { ...common, writable: true, user: true, hasAccessed: false, reserved, leaf: false, pageBits: 0n, next };
    }
    if (kind === 'pae') reserved ||= field(raw, 62n, 52n) !== 0n;
    const noExecute = bit(raw, 63n);
    if (level === 1) return { ...common, noExecute, reserved, leaf: true, pageBits: 12n, next };
    if (level === 4) {
      return {
        ...common,
        noExecute,
        reserved: reserved || bit(raw, 7n) || bit(raw, 8n),
        leaf: false,
        pageBits: 0n,
        next,
      };
    }
    const large = bit(raw, 7n);
    if (level === 3 && !large)
      return { ...common, noExecute, reserved: reserved || bit(raw, 8n), leaf: false, pageBits: 0n, next };
    if (level === 3 && !this.hugePages)
      return { ...common, noExecute, reserved: true, leaf: false, pageBits: 0n, next };
    if (!large) return { ...common, noExecute, reserved, leaf: false, pageBits: 0n, next };
    const pageBits = level === 3 ? 30n : 21n;
    reserved ||= field(raw, pageBits - 1n, 13n) !== 0n;
    return { ...common, noExecute, reserved, leaf: true, pageBits, next: field(raw, 51n, pageBits) << pageBits };
  }
}
