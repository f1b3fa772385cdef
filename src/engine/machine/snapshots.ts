/**
 * The machine as it was: snapshots of one machine, each holding the pages of RAM written since the one before, so that its cost grows
 * with what was written and not with what there is. They hang together as a tree: going back and on from there begins a branch.
 *
 * A snapshot is taken between instructions. What the TLB caches is part of it, for software can tell; decoded code is not.
 */
import type { DeviceState } from '../bus/device-state';
import { WINDOW_END } from '../state/layout';
import type { Machine } from './machine';

export interface Snapshot {
  readonly parent: Snapshot | undefined;
  /** Virtual time, ns. */
  readonly time: number;
  /** Instructions retired since reset. */
  readonly retired: number;
  /** The processor had shut down. */
  readonly isShutDown: boolean;
  /** The register window. */
  readonly window: Uint8Array;
  readonly tlb: Int32Array;
  readonly clock: DeviceState;
  readonly io: DeviceState;
  readonly mmio: DeviceState;
  readonly devices: ReadonlyMap<string, DeviceState>;
  /** Pages of RAM by index, as they were, of those written since the parent was taken. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
}

const ZEROS = new Uint8Array(4096);

export class Snapshots {
  /** The snapshot that memory has been written on since. */
  private latest: Snapshot | undefined;

  /** Begin before the machine runs: memory is taken to be zero but for what was written. */
  constructor(private readonly machine: Machine) {}

  take(): Snapshot {
    const { machine } = this;
    const { board, clock, processor, ram, state } = machine;
    const tlb = processor.tlb.save();
    const pages = new Map<number, Uint8Array>();
    for (const page of ram.takeWritten()) pages.set(page, ram.page(page).slice());
    this.latest = {
      parent: this.latest,
      time: clock.now,
      retired: processor.retired,
      isShutDown: processor.isShutDown,
      window: state.u8.slice(0, WINDOW_END),
      tlb,
      clock: clock.saveState(),
      io: board.io.saveState(),
      mmio: board.mmio.saveState(),
      devices: new Map(board.devices.map((device) => [device.name, device.saveState()])),
      pages,
    };
    return this.latest;
  }

  /**
   * Brings the machine back to a snapshot taken of it. What it did since is forgotten, unless there is a snapshot of it. Returns how
   * many pages had to be brought back.
   */
  restore(to: Snapshot): number {
    const { board, clock, processor, ram, state } = this.machine;
    const changed = this.changedSince(to);
    for (const page of changed) {
      const bytes = contentAt(to, page);
      const own = ram.page(page);
      ram.touch(own.byteOffset, own.length);
      own.set(bytes);
    }
    ram.takeWritten();
    state.u8.set(to.window);
    for (const device of board.devices) device.loadState(to.devices.get(device.name)!);
    board.io.loadState(to.io);
    board.mmio.loadState(to.mmio);
    clock.loadState(to.clock);
    processor.restored(to.tlb, to.isShutDown);
    this.latest = to;
    return changed.size;
  }

  /** Pages that may differ from a snapshot: written since the latest one, or between it and the common ancestor, or from there to `to`. */
  private changedSince(to: Snapshot): Set<number> {
    const changed = new Set(this.machine.ram.takeWritten());
    const ancestors = new Set<Snapshot>();
    for (let s: Snapshot | undefined = to; s; s = s.parent) ancestors.add(s);
    let common = this.latest;
    for (; common && !ancestors.has(common); common = common.parent)
      for (const page of common.pages.keys()) changed.add(page);
    for (let s: Snapshot | undefined = to; s && s !== common; s = s.parent)
      for (const page of s.pages.keys()) changed.add(page);
    return changed;
  }
}

/** What a page of RAM held when a snapshot was taken. */
function contentAt(snapshot: Snapshot, page: number): Uint8Array {
  for (let s: Snapshot | undefined = snapshot; s; s = s.parent) {
    const bytes = s.pages.get(page);
    if (bytes) return bytes;
  }
  return ZEROS;
}
