/** How often the client is told that exits have been counted: for a person's eye while the guest works, seldom while it only waits. */

/** Milliseconds between two tellings. */
const WORKING_MS = 100;
const SLEEPING_MS = 1000;

export class ExitsTold {
  private at: number;

  /** `exits` are told already, at `now` (ms of wall time). */
  constructor(
    private exits: number,
    now: number,
  ) {
    this.at = now;
  }

  /** Whether it is time to tell that there are `exits` by now; if so, that counts as done. */
  due(exits: number, now: number, sleeps: boolean): boolean {
    if (exits === this.exits || now - this.at < (sleeps ? SLEEPING_MS : WORKING_MS)) return false;
    this.exits = exits;
    this.at = now;
    return true;
  }
}
