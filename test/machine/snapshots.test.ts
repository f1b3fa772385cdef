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

function build(): Run {
  const run: Run = {
    text: '',
    machine: new Machine({
      ramSize: 8 << 20,
      rom: longModeRom(TIMER),
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

  it('hold the pages written since the one before, and no others', () => {
    const run = build();
    runTo(run, 400_003);
    run.snapshots.take();
    run.machine.ram.writeBytes(0x20_0ffe, Uint8Array.of(1, 2, 3, 4));
    const { pages } = run.snapshots.take();
    assert.deepEqual([...pages.keys()], [0x200, 0x201]);
    runTo(run, 500_000);
    const later = run.snapshots.take();
    assert.ok(later.pages.size > 0 && later.pages.size < 8, `${later.pages.size} pages of a loop that writes to three`);
  });
});
