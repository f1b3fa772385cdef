/** Wall time, and how the engine's slices yield to whoever wants to speak. */

/** The names of the browser's message ports that are used here. */
interface BrowserPort {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** Milliseconds of wall time, from any start. */
export function wallTime(): number {
  return performance.now();
}

/** Comes back when pending messages have been heard. */
export function breathe(): Promise<void> {
  const { setImmediate: immediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  if (immediate) return new Promise((resolve) => immediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as unknown as { port1: BrowserPort; port2: BrowserPort };
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** A wait that can be cut short. */
export class Wait {
  private end: (() => void) | undefined;

  /** Comes back after `ms`, or when `wake` is called. */
  for(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), ms);
      this.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake(): void {
    const { end } = this;
    this.end = undefined;
    end?.();
  }
}
