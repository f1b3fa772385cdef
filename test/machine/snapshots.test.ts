/** A machine brought back to a snapshot goes on as if it had never stopped. */
import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { Snapshots, type Snapshot } from '../../src/engine/machine/snapshots';
import { machineDigest as digest } from '../machine-digest';
import { longModeRom } from '../exec/long-mode-rom';
import { TIMER } from '../exec/timer-program';

interface Run {
  readonly machine: Machine;
  readonly snapshots: Snapshots;
  text: string;
}

/** Maps another page under code that has run, does not invalidate, waits, and calls it again. Prints what the code is called. */
const remap = (between = ''): string => `
        mov dword [0x400000], 0xC341B0   ; mov al, 'A'; ret
        mov dword [0x440000], 0xC341B0
        mov dword [0x600000], 0xC342B0   ; mov al, 'B'; ret
        mov ebx, 0x400000
        call rbx
        out 0xE9, al
        ${between}
        mov dword [0x3010], 0x600083
        mov ecx, 100000
.wait:  dec ecx
        jnz .wait
        call rbx
        out 0xE9, al
        mov al, 0
        out 0xF4, al`;

function build(program = TIMER): Run {
  const run: Run = {
    text: '',
    machine: new Machine({
      ramSize: 8 << 20,
      rom: longModeRom(program),
      onDebugcon: (byte) => (run.text += String.fromCharCode(byte)),
    }),
    get snapshots() {
      return snapshots;
    },
  };
  const snapshots = new Snapshots(run.machine);
  return run;
}

/** Runs to a virtual time, to the end if it comes first. */
function runTo({ machine }: Run, time: number): void {
  const stop = machine.run(time);
  assert.ok(stop.kind === 'time' || stop.kind === 'debug-exit', stop.kind);
}

const TIMES = [1, 777, 20_011, 51_234, 51_235, 90_000, 400_003, 1_000_000, 1_500_001, 2_000_003];
const END = 1e9;

describe('snapshots', () => {
  const straight = build();
  runTo(straight, END);
  const text = straight.text;
  const end = digest(straight.machine);

  it('change nothing when they are taken', () => {
    const run = build();
    for (const time of TIMES) {
      runTo(run, time);
      run.snapshots.take();
    }
    runTo(run, END);
    assert.equal(run.text, text);
    assert.equal(digest(run.machine), end);
  });

  it('are gone back to in any order', () => {
    const run = build();
    const taken: { snapshot: Snapshot; text: string; digest: string }[] = [];
    for (const time of TIMES) {
      runTo(run, time);
      taken.push({ snapshot: run.snapshots.take(), text: run.text, digest: digest(run.machine) });
    }
    runTo(run, END);
    for (const n of [3, 9, 0, 5, 5, 8, 1, 4, 2, 7, 6]) {
      run.snapshots.restore(taken[n]!.snapshot);
      run.text = taken[n]!.text;
      assert.equal(digest(run.machine), taken[n]!.digest, `back at ${TIMES[n]}`);
      assert.equal(run.machine.processor.retired, taken[n]!.snapshot.retired);
      runTo(run, END);
      assert.equal(run.text, text, `on from ${TIMES[n]}`);
      assert.equal(digest(run.machine), end, `on from ${TIMES[n]}`);
    }
  });

  it('branch: another course from a snapshot, and back over the fork', () => {
    const run = build();
    runTo(run, 400_003);
    const fork = run.snapshots.take();
    const before = run.text;
    const there = digest(run.machine);
    // another course: memory changed by hand
    run.machine.ram.writeBytes(0x50008, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    runTo(run, 900_000);
    const other = run.snapshots.take();
    const otherDigest = digest(run.machine);
    run.snapshots.restore(fork);
    assert.equal(digest(run.machine), there);
    run.text = before;
    runTo(run, 900_000);
    const own = run.snapshots.take();
    assert.notEqual(digest(run.machine), otherDigest);
    run.snapshots.restore(other);
    assert.equal(digest(run.machine), otherDigest);
    run.snapshots.restore(own);
    runTo(run, END);
    assert.equal(digest(run.machine), end);
  });

  it('keep by which translation code is fetched where page tables change behind the TLB', () => {
    /** What is printed behind a snapshot, going on and twice coming back. */
    const behind = (program: string): string[] => {
      const run = build(program);
      runTo(run, 50_000);
      assert.equal(run.text, 'A');
      const snapshot = run.snapshots.take();
      return [1, 2, 3].map(() => {
        run.text = '';
        runTo(run, END);
        run.snapshots.restore(snapshot);
        return run.text;
      });
    };
    const plain = build(remap());
    runTo(plain, END);
    assert.equal(plain.text, 'AA', 'what was fetched stays cached');
    assert.deepEqual(behind(remap()), ['A', 'A', 'A']);
    const flushed = build(remap().replace('.wait:', 'invlpg [0x400000]\n.wait:'));
    runTo(flushed, END);
    assert.equal(flushed.text, 'AB');
    // code that takes the place of its translation: now it depends on whether a snapshot is taken, not on going back
    assert.deepEqual(behind(remap('mov edx, 0x440000\ncall rdx')), ['B', 'B', 'B']);
  });

  it('copy the pages written since the one before, and no others', () => {
    const run = build();
    runTo(run, 400_003);
    run.snapshots.take();
    run.machine.ram.writeBytes(0x20_0ffe, Uint8Array.of(1, 2, 3, 4));
    assert.deepEqual(run.snapshots.take().copied, [0x200, 0x201]);
    assert.deepEqual(run.snapshots.take().copied, []);
    for (const count of [1, 63, 64, 65, 700]) {
      // every other page, each written twice
      const pages = Array.from({ length: count }, (_, n) => 0x100 + n * 2);
      for (const page of [...pages, ...pages]) run.machine.ram.write32(page * 4096 + 8, page);
      assert.deepEqual(run.snapshots.take().copied, pages);
    }
    runTo(run, 500_000);
    const { copied } = run.snapshots.take();
    assert.ok(copied.length > 0 && copied.length < 8, `${copied.length} pages of a loop that writes to three`);
  });

  it('share with the one before what was not written', () => {
    const run = build();
    const { ram } = run.machine;
    ram.write32(0x20_0000, 1);
    ram.write32(0x20_1000, 1);
    const first = run.snapshots.take();
    ram.write32(0x20_1000, 2);
    const second = run.snapshots.take();
    const page = ({ contents }: Snapshot, n: number): Uint8Array | undefined => contents[n >> 6]?.[n & 63];
    assert.equal(page(second, 0x200), page(first, 0x200));
    assert.deepEqual([page(first, 0x201)![0], page(second, 0x201)![0]], [1, 2]);
    assert.equal(page(second, 0x202), undefined, 'never written');
    const leaves = second.contents.filter((leaf, n) => leaf !== first.contents[n]);
    assert.equal(leaves.length, 1);
  });

  it('are gone back to by as many pages as may differ', () => {
    const run = build();
    const { ram } = run.machine;
    const write = (from: number, count: number, value: number): void => {
      for (let n = 0; n < count; n++) ram.write32((from + n) * 4096, value);
    };
    const begin = run.snapshots.take();
    write(0x100, 500, 1);
    const a = run.snapshots.take();
    assert.equal(run.snapshots.restore(a), 0, 'nothing was written since');
    write(0x110, 3, 2);
    assert.equal(run.snapshots.restore(a), 3);
    assert.equal(run.snapshots.restore(a), 0);
    write(0x200, 20, 3);
    const b = run.snapshots.take();
    for (let n = 0; n < 50; n++) {
      write(0x210, 1, n);
      run.snapshots.take();
    }
    write(0x120, 2, 4);
    assert.equal(run.snapshots.restore(b), 1 + 2, 'however many lie between');
    assert.equal(run.snapshots.restore(a), 20);
    write(0x210, 12, 5);
    const sibling = run.snapshots.take();
    assert.equal(run.snapshots.restore(b), 16 + 12, 'in both branches, those of both once');
    assert.equal(ram.read32(0x21_0000), 3);
    assert.equal(run.snapshots.restore(sibling), 16 + 12);
    assert.deepEqual([ram.read32(0x20_0000), ram.read32(0x21_0000), ram.read32(0x21_b000)], [1, 5, 5]);
    assert.equal(run.snapshots.restore(begin), 500);
    assert.equal(ram.read32(0x21_b000), 0);
  });
});
