/** When to ask again: at once after a stop, at most four times a second while the guest runs, one question at a time. */

const PACE = 250;
/** A step is over before this: nothing says "running" for it. */
export const SETTLE = 150;

export class Refresher {
  private busy = false;
  private again = false;
  private last = 0;
  private timer = 0;

  /** `ask` does the whole refresh; it must not throw. */
  constructor(private readonly ask: () => Promise<void>) {}

  /** After a stop. */
  now(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    void this.run();
  }

  /** While it runs. */
  soon(): void {
    if (this.timer || this.busy) return;
    this.timer = window.setTimeout(
      () => {
        this.timer = 0;
        void this.run();
      },
      Math.max(SETTLE, this.last + PACE - performance.now()),
    );
  }

  private async run(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    do {
      this.again = false;
      this.last = performance.now();
      await this.ask();
    } while (this.again);
    this.busy = false;
  }
}
