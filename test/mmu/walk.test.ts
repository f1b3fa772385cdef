import assert from 'node:assert/strict';
import {
  ACCESS_EXECUTE,
  ACCESS_IMPLICIT,
  ACCESS_INSPECT,
  ACCESS_USER,
  ACCESS_WRITE,
  Walker,
} from '../../src/engine/mmu/walk';
import { explainWalk, pagingRegisters } from '../../src/engine/mmu/explain-walk';
import type { Limits } from '../../src/engine/state/limits';
import { Random, TableMaker, TwinMemory } from './random-tables';
import type { Kind } from './random-tables';
import { ReferenceFault, ReferenceWalk } from './reference-walk';
import type { ReferenceAccess, ReferenceMode } from './reference-walk';

function limits(physicalBits: number, pages1g: boolean): Limits {
  return { physicalBits, pages1g, asids: 16, cr0Valid: -1, cr4Valid: -1, eferValid: -1, svm: 0 };
}

function low(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}
function high(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n));
}

type Expected = ReturnType<ReferenceWalk['translate']> | ReferenceFault;

/** #PF error codes that random tables give: P, W, U, RSV, I in every combination that exists. */
const PAGE_FAULTS = [0, 1, 2, 3, 4, 5, 6, 7, 9, 0xb, 0xd, 0xf, 0x10, 0x11, 0x14, 0x15].map(
  (code) => `pf ${code.toString(16)}`,
);

/** How often each outcome came up: a test that only ever sees faults proves nothing. */
class Tally {
  readonly counts = new Map<string, number>();
  add(key: string): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }
  addAll(other: Tally): void {
    for (const [key, count] of other.counts) this.counts.set(key, (this.counts.get(key) ?? 0) + count);
  }
  atLeast(least: number, ...keys: string[]): void {
    for (const key of keys) assert.ok((this.counts.get(key) ?? 0) >= least, `${key}: ${this.counts.get(key) ?? 0}`);
  }
}

class Bench {
  readonly tally = new Tally();
  readonly walker: Walker;
  readonly maker: TableMaker;
  private readonly limits: Limits;
  /** The case at hand, for the message of a failure. */
  private mode: ReferenceMode = { cr0: 0n, cr3: 0n, cr4: 0n, efer: 0n, ac: false };
  private linear = 0n;
  private access: ReferenceAccess = { write: false, fetch: false, user: false, implicit: false, inspect: false };

  constructor(
    private readonly memory: TwinMemory,
    private readonly random: Random,
    private readonly physicalBits: number,
    private readonly pages1g: boolean,
  ) {
    this.limits = limits(physicalBits, pages1g);
    this.walker = new Walker(memory.state, memory.ram, this.limits);
    this.maker = new TableMaker(random, memory, physicalBits, pages1g);
    memory.clear();
  }

  /** New tables, then a few accesses through them. */
  run(kind: Kind, nested: Kind | undefined): void {
    const { random } = this;
    if (random.chance(0.5)) this.memory.clear();
    const { mode, linear } = this.maker.make(kind, nested, random.pick([0, 0.01, 0.05, 0.2]));
    this.mode = mode;
    this.linear = linear;
    for (let n = 0; n < 3; n++) {
      const user = random.chance(0.5);
      const write = random.chance(0.4);
      this.access = {
        write,
        user,
        fetch: !write && random.chance(0.4),
        implicit: !user && random.chance(0.2),
        inspect: random.chance(0.2),
      };
      mode.ac = random.chance(0.5);
      mode.cr0 ^= random.chance(0.3) ? 1n << 16n : 0n;
      this.maker.load(mode);
      if (random.chance(0.3)) this.explained();
      this.compare();
    }
  }

  private reference(): ReferenceWalk {
    return new ReferenceWalk(this.memory, this.mode, BigInt(this.physicalBits), this.pages1g);
  }

  private expect(more: Partial<ReferenceAccess>, walk = this.reference()): Expected {
    try {
      return walk.translate(this.linear, { ...this.access, ...more });
    } catch (error) {
      if (error instanceof ReferenceFault) return error;
      throw error;
    }
  }

  /** ACCESS_ bits of the access at hand. */
  private bits(): number {
    const { write, user, fetch, implicit, inspect } = this.access;
    return (
      (write ? ACCESS_WRITE : 0) |
      (user ? ACCESS_USER : 0) |
      (fetch ? ACCESS_EXECUTE : 0) |
      (implicit ? ACCESS_IMPLICIT : 0) |
      (inspect ? ACCESS_INSPECT : 0)
    );
  }

  private same<T>(what: string, actual: T, expected: T): void {
    if (actual === expected) return;
    const values = { linear: this.linear, ...this.mode, ...this.access };
    const hex = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value.toString(16)}h` : value);
    assert.fail(`${what}: ${JSON.stringify({ actual, expected, values }, hex)}`);
  }

  private compare(): void {
    const { walker, tally, mode } = this;
    const expected = this.expect({});
    const mapped = walker.walk(low(this.linear), high(this.linear), this.bits());
    this.same('accessed and dirty bits', this.memory.equal(), true);
    this.same('mapped', mapped, !(expected instanceof ReferenceFault));
    if (expected instanceof ReferenceFault) {
      this.same('kind of fault', walker.faultKind, expected.kind);
      this.same('code', (BigInt(walker.errorHigh) << 32n) | BigInt(walker.errorCode), expected.code);
      if (expected.kind === 'npf') this.same('EXITINFO2', BigInt(walker.faultGpa), expected.gpa);
      tally.add(`${expected.kind} ${expected.code.toString(16)}`);
      return;
    }

    const { mapping } = expected;
    this.same('SPA', BigInt(walker.spa), expected.spa);
    this.same('GPA', BigInt(walker.gpa), expected.gpa);
    this.same('page', BigInt(walker.pageShift), expected.pageBits);
    this.same('linear page', BigInt(walker.linearPageShift), mapping?.pageBits ?? 12n);
    this.same('user', walker.userAccessible, mapping?.user ?? true);
    this.same('global', walker.global, mapping !== undefined && mapping.global && (mode.cr4 & 0x80n) !== 0n);
    // what the class may do without another walk is what other walks would find
    const reads = this.expect({ write: false, fetch: false, inspect: true });
    this.same('readable', walker.readable, !(reads instanceof ReferenceFault));
    const fetches = this.expect({ write: false, fetch: true, inspect: true });
    this.same('executable', walker.executable, !(fetches instanceof ReferenceFault));
    this.same('writable', walker.writable, this.writesAtOnce());
    tally.add(`page ${walker.pageShift}`);
    if (walker.writable) tally.add('writable');
    if (!walker.readable) tally.add('mapped, not readable');
    if (walker.global) tally.add('global');
  }

  /** A write would succeed, and finds D set in the guest's leaf and in the nested leaf of the final address. */
  private writesAtOnce(): boolean {
    const walk = this.reference();
    if (this.expect({ write: true, fetch: false, inspect: true }, walk) instanceof ReferenceFault) return false;
    const guest = walk.steps.filter((step) => step.dimension === 'guest').at(-1);
    const nested = this.mode.nested && walk.steps.at(-1);
    const clean = [guest, nested].some((step) => step !== undefined && (step.entry & 0x40n) === 0n);
    // a walk that marked what it used leaves nothing else for the write to mark
    if (!this.access.inspect) this.same('marks left for a write', walk.touched + walk.dirtied > 0, clean);
    return !clean;
  }

  /** The explained walk reads what the reference reads, in its order, and ends as the processor's walk would. */
  private explained(): void {
    const { state, ram } = this.memory;
    const reference = this.reference();
    const expected = this.expect({ inspect: true }, reference);
    const registers = pagingRegisters(state);
    const { steps, result } = explainWalk(
      ram,
      this.limits,
      registers,
      low(this.linear),
      high(this.linear),
      this.bits(),
    );
    this.same('memory left alone', this.memory.equal(), true);
    const seen = steps.map((step) => ({
      dimension: step.dimension,
      level: step.level,
      guestLevel: step.guestLevel,
      address: BigInt(step.entryAddress),
      spa: BigInt(step.entrySpa),
      entry: (BigInt(step.high >>> 0) << 32n) | BigInt(step.low >>> 0),
    }));
    assert.deepEqual(seen, reference.steps);
    this.tally.add(`${steps.length} steps`);
    const kind = expected instanceof ReferenceFault ? expected.kind : 'mapped';
    this.same<string>('result', result.kind, kind);
    if (result.kind === 'mapped') {
      if (!(expected instanceof ReferenceFault)) this.same('SPA', BigInt(result.spa), expected.spa);
    } else if (expected instanceof ReferenceFault) {
      const errorHigh = result.kind === 'npf' ? result.errorHigh : 0;
      this.same('code', BigInt(result.errorCode) | (BigInt(errorHigh) << 32n), expected.code);
    }
  }
}

describe('Walker against a reference on random tables', () => {
  /** Physical address bits, 1 GB pages. */
  const PROFILES = [
    [40, true],
    [48, true],
    [52, true],
    [40, false],
    [36, false],
  ] as const;
  const CASES = 200;
  const KINDS = ['off', 'legacy', 'pae', 'long'] as const;
  const memory = new TwinMemory();
  const all = new Tally();

  for (const kind of KINDS) {
    for (const nested of [undefined, 'legacy', 'pae', 'long'] as const) {
      it(`${kind} paging ${nested ? `under nested ${nested} tables` : 'alone'}`, () => {
        const tally = new Tally();
        PROFILES.forEach(([physicalBits, pages1g], n) => {
          const seed = 1000 * n + 10 * KINDS.indexOf(kind) + KINDS.indexOf(nested ?? 'off');
          const bench = new Bench(memory, new Random(seed), physicalBits, pages1g);
          for (let i = 0; i < CASES; i++) bench.run(kind, nested);
          tally.addAll(bench.tally);
        });
        tally.atLeast(200, 'page 12', 'writable');
        if (kind !== 'off') tally.atLeast(1, ...PAGE_FAULTS);
        if (nested) tally.atLeast(1, 'npf 100000007', 'npf 100000004', 'npf 100000006');
        if (nested && kind !== 'off') tally.atLeast(3, 'npf 200000006', 'npf 200000007', 'npf 20000000f');
        all.addAll(tally);
      });
    }
  }

  it('met every size of page, every error code and the longest walks', () => {
    all.atLeast(20, 'page 21', 'page 22', 'page 30', 'global', 'mapped, not readable');
    all.atLeast(10, '24 steps', '20 steps', '4 steps', '1 steps');
    all.atLeast(5, ...[4, 5, 6, 7, 0xd, 0xf, 0x14, 0x15].map((code) => `npf ${(2 ** 32 + code).toString(16)}`));
  });
});
