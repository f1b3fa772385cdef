/**
 * Snapshots of a Linux boot: taken at counts by chance, run on from, gone back to; what comes after must be what comes without. One
 * lab runs straight on, stopping at each count to be looked at; the other takes a snapshot there, goes astray, and comes back. It
 * also goes from each to one of those before, and comes back.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { GuestTarget } from '../../src/session/guest-target';
import type { Lab } from '../../src/session/lab';
import { LabSnapshots, type LabSnapshot } from '../../src/session/lab-snapshots';
import { Random } from '../silicon/random';
import { machineDigest, stateText } from '../machine-digest';
import type { LinuxImages } from './images';
import { openLinux, type Way } from './open-linux';

export interface SnapshotRow {
  /** Instructions retired at the snapshot. */
  readonly at: number;
  /** Pages of RAM it copied: those written since the one before. */
  readonly pages: number;
  /** Milliseconds of processor time, of all threads, to take it. */
  readonly take: number;
  /** Coming back to it from astray, and from one of those before. */
  readonly back: Return;
  readonly far: Return;
  readonly inGuest: boolean;
  /** In the middle of a repeated instruction. */
  readonly midRep: boolean;
}

export interface Return {
  /** Pages that were brought back. */
  readonly pages: number;
  readonly ms: number;
}

/** Farthest that is gone astray, in instructions. */
const ASTRAY = 400_000;
/** Looked for so far from a count that should lie within a repeated instruction. */
const SEARCH = 30_000;
const SLICE = 5_000_000;

/** `counts` snapshots within the first `instructions` of a boot; throws where a lab that went back differs from one that did not. */
export async function snapshotBoot(
  way: Way,
  images: LinuxImages,
  { counts, instructions, seed }: { counts: number; instructions: number; seed: number },
): Promise<SnapshotRow[]> {
  const random = new Random(seed);
  const wanted = Array.from({ length: counts }, () => 1 + random.below(instructions)).sort((a, b) => a - b);
  const straight = await open(way, images);
  const other = await open(way, images);
  const snapshots = new LabSnapshots(other.lab.target);
  const rows: SnapshotRow[] = [];
  const taken: { readonly snapshot: LabSnapshot; readonly digest: string }[] = [];
  /** Goes to a snapshot. */
  const go = (to: LabSnapshot): Return => {
    const [pages, ms] = timed(() => snapshots.restore(to));
    return { pages, ms };
  };
  for (const [n, count] of wanted.entries()) {
    runTo(straight.lab, count);
    // every fifth looks for a repeated instruction under way
    const midRep = n % 5 === 0 && seekRep(straight.lab);
    runTo(other.lab, retired(straight.lab));
    compare(straight, other, `at ${count}, before the snapshot`);
    const [snapshot, take] = timed(() => snapshots.take());
    const said = other.said.length;
    runTo(other.lab, retired(other.lab) + 1 + random.below(ASTRAY));
    const back = go(snapshot);
    other.said.length = said;
    compare(straight, other, `at ${count}, gone back`);
    taken.push({ snapshot, digest: digestOf(other.lab) });
    const earlier = random.pick(taken);
    go(earlier.snapshot);
    assert.equal(digestOf(other.lab), earlier.digest, `from ${count} to ${earlier.snapshot.machine.retired}`);
    const far = go(snapshot);
    compare(straight, other, `at ${count}, back from ${earlier.snapshot.machine.retired}`);
    rows.push({
      at: retired(other.lab),
      pages: snapshot.machine.copied.length,
      take,
      back,
      far,
      inGuest: other.lab.machine.processor.inGuest,
      midRep,
    });
  }
  runTo(straight.lab, instructions);
  runTo(other.lab, instructions);
  compare(straight, other, 'at the end');
  return rows;
}

/** What it gives, and the milliseconds of processor time it took. */
function timed<T>(act: () => T): readonly [T, number] {
  const began = process.cpuUsage();
  const result = act();
  const { user, system } = process.cpuUsage(began);
  return [result, (user + system) / 1000];
}

interface Side {
  readonly lab: Lab;
  readonly said: number[];
}

async function open(way: Way, images: LinuxImages): Promise<Side> {
  const { lab } = await openLinux(way, images);
  const said: number[] = [];
  lab.ears = { console: (bytes) => said.push(...bytes), say: () => undefined };
  return { lab, said };
}

const retired = (lab: Lab): number => lab.machine.processor.retired;

function runTo(lab: Lab, count: number): void {
  while (retired(lab) < count) {
    const stop = lab.target.run(Infinity, Math.min(SLICE, count - retired(lab)));
    lab.flush();
    assert.ok(stop.kind === 'time' || stop.kind === 'stopped', `the boot ended with ${stop.kind}`);
  }
}

/** Steps on until the next instruction is the one before again. */
function seekRep(lab: Lab): boolean {
  const { state } = lab.machine;
  for (let n = 0; n < SEARCH; n++) {
    const { ripLow, ripHigh } = state;
    lab.target.run(Infinity, 1);
    if (state.ripLow !== ripLow || state.ripHigh !== ripHigh) continue;
    const i = lab.machine.processor.instructionAt(ripLow, ripHigh);
    if (i && i.rep !== 'none') return true;
  }
  return false;
}

function compare(a: Side, b: Side, when: string): void {
  assert.equal(retired(b.lab), retired(a.lab), `${when}: instructions retired`);
  assert.equal(logDigest(b.lab), logDigest(a.lab), `${when}: the exit log`);
  assert.equal(hypervisorState(b.lab), hypervisorState(a.lab), `${when}: the hypervisor's state`);
  assert.equal(machineDigest(b.lab.machine), machineDigest(a.lab.machine), `${when}: the machine's state`);
  assert.deepEqual(b.said, a.said, `${when}: the console`);
}

function digestOf(lab: Lab): string {
  return [retired(lab), logDigest(lab), hypervisorState(lab), machineDigest(lab.machine)].join(' ');
}

function hypervisorState({ target }: Lab): string {
  return target instanceof GuestTarget ? stateText(target.hypervisor.saveState()) : '';
}

/** Every row that is kept. */
function logDigest({ log }: Lab): string {
  const hash = createHash('sha256').update(String(log.total));
  for (const { chunk, rows } of log.pieces()) {
    const width = chunk.words.length / chunk.codes.length;
    for (const column of [
      chunk.time,
      chunk.clock,
      chunk.ran,
      chunk.cost,
      chunk.codes,
      chunk.guest,
      chunk.outcomes,
      chunk.outcomeValues,
      chunk.handlers,
    ]) {
      hash.update(column.subarray(0, rows));
    }
    hash.update(chunk.words.subarray(0, rows * width));
  }
  const kinds = [...log.tally.kinds.values()].map(({ code, count, cost }) => [code, count, cost]);
  return hash.update(JSON.stringify([kinds, log.histogram.bins])).digest('hex');
}
