/**
 * A lab as it was: the machine, the hypervisor's own state, and what the tools have written down. Software of a user's in TypeScript
 * is not in it: what its variables hold cannot be brought back, so such a lab has no snapshots.
 */
import { Snapshots, type Snapshot } from '../engine/machine/snapshots';
import type { HypervisorState } from '../hypervisor/hypervisor';
import { GuestTarget } from './guest-target';
import type { Target } from './target';

export interface LabSnapshot {
  readonly machine: Snapshot;
  readonly hypervisor: HypervisorState | undefined;
  /** Brings exit log and guests' records back. */
  readonly records: () => void;
}

export class LabSnapshots {
  private readonly machine: Snapshots;

  /** Begin before the lab runs. Throws where handlers of a user's answer exits. */
  constructor(private readonly target: Target) {
    if (target instanceof GuestTarget && target.hasSoftware) {
      throw new Error("handlers in TypeScript keep variables that a snapshot cannot hold: run without 'handlers'");
    }
    this.machine = new Snapshots(target.machine);
  }

  take(): LabSnapshot {
    const { target } = this;
    return {
      machine: this.machine.take(),
      hypervisor: target instanceof GuestTarget ? target.hypervisor.saveState() : undefined,
      records: target.watch.mark(),
    };
  }

  /** How many pages of system memory had to be brought back. */
  restore(snapshot: LabSnapshot): number {
    const { target } = this;
    const pages = this.machine.restore(snapshot.machine);
    if (target instanceof GuestTarget && snapshot.hypervisor) target.restoreHypervisor(snapshot.hypervisor);
    snapshot.records();
    return pages;
  }
}
