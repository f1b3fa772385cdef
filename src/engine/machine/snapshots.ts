/**
 * The machine as it was: snapshots of one machine. Taking one copies the pages of RAM written since the one before and shares the
 * others with it, going back copies the pages that differ: the cost grows with what was written, not with what there is or how many
 * snapshots there are. Each stands by itself; what only a dropped one held is free.
 *
 * A snapshot is taken between instructions. What the TLBs cache is part of it, for software can tell; decoded code is not.
 */
import type { DeviceState } from '../bus/device-state';
import { WINDOW_END } from '../state/layout';
import type { Ram } from '../state/ram';
import type { Machine } from './machine';

/** Contents of pages of RAM, by index in leaves of LEAF, never changed once they are there. What was never written is left out. */
type Leaf = readonly (Uint8Array | undefined)[];
type Contents = readonly (Leaf | undefined)[];

const LEAF_SHIFT = 6;
const LEAF = 1 << LEAF_SHIFT;
const EMPTY_LEAF: Leaf = Array.from({ length: LEAF }, () => undefined);
const ZEROS = new Uint8Array(4096);

export interface Snapshot {
  /** Virtual time, ns. */
  readonly time: number;
  /** Instructions retired since reset. */
  readonly retired: number;
  /** The processor had shut down. */
  readonly isShutDown: boolean;
  /** The register window. */
  readonly window: Uint8Array;
  /** Translations that are cached: for data, and for code. */
  readonly tlb: Int32Array;
  readonly fetches: Float64Array;
  readonly clock: DeviceState;
  readonly devices: ReadonlyMap<string, DeviceState>;
  readonly contents: Contents;
  /** Indexes of the pages of RAM that were copied, ascending: those written since the snapshot before. */
  readonly copied: readonly number[];
}

export class Snapshots {
  /** The snapshot that memory has been written on since. */
  private latest: Snapshot | undefined;

  /** Begin before the machine runs: memory is taken to be zero but for what was written. */
  constructor(private readonly machine: Machine) {}

  take(): Snapshot {
    const { machine } = this;
    const { board, clock, processor, ram, state } = machine;
    // Writes are noted from here on, and code goes on by the translations that the snapshot holds, as it will from there.
    const tlb = processor.tlb.save();
    const fetches = processor.code.save();
    processor.executor.flushJumpCache();
    const copied = ram.takeWritten();
    this.latest = {
      time: clock.now,
      retired: processor.retired,
      isShutDown: processor.isShutDown,
      window: state.u8.slice(0, WINDOW_END),
      tlb,
      fetches,
      clock: clock.saveState(),
      devices: new Map(board.devices.map((device) => [device.name, device.saveState()])),
      contents: withPages(this.latest?.contents ?? [], copied, ram),
      copied,
    };
    return this.latest;
  }

  /**
   * Brings the machine back to a snapshot taken of it here. What it did since is forgotten, unless there is a snapshot of it. Returns
   * how many pages had to be brought back: those written since the latest snapshot was taken or gone back to, and those in which it
   * differs.
   */
  restore(to: Snapshot): number {
    const { board, clock, processor, ram, state } = this.machine;
    const changed = new Set(ram.takeWritten());
    addDiffering(changed, this.latest?.contents ?? [], to.contents);
    for (const page of changed) {
      const bytes = to.contents[page >> LEAF_SHIFT]?.[page & (LEAF - 1)] ?? ZEROS;
      const own = ram.page(page);
      ram.touch(own.byteOffset, own.length);
      own.set(bytes);
    }
    ram.takeWritten();
    state.u8.set(to.window);
    for (const device of board.devices) device.loadState(to.devices.get(device.name)!);
    clock.loadState(to.clock);
    processor.restored(to.tlb, to.fetches, to.isShutDown);
    this.latest = to;
    return changed.size;
  }
}

/** Contents with these pages, in ascending order, as they are in RAM now. */
function withPages(before: Contents, written: readonly number[], ram: Ram): Contents {
  const contents = before.slice();
  let number = -1;
  let leaf: (Uint8Array | undefined)[] = [];
  for (const page of written) {
    if (page >> LEAF_SHIFT !== number) {
      number = page >> LEAF_SHIFT;
      contents[number] = leaf = (contents[number] ?? EMPTY_LEAF).slice();
    }
    leaf[page & (LEAF - 1)] = ram.page(page).slice();
  }
  return contents;
}

/** Adds the pages that are not the same copy in both. */
function addDiffering(pages: Set<number>, one: Contents, other: Contents): void {
  for (let number = 0; number < Math.max(one.length, other.length); number++) {
    const [a, b] = [one[number], other[number]];
    if (a === b) continue;
    for (let n = 0; n < LEAF; n++) if (a?.[n] !== b?.[n]) pages.add((number << LEAF_SHIFT) + n);
  }
}
