/** How many exits of each class fell into each stretch of the whole run. The stretches double when the run outgrows them. */
import type { ExitClass } from '../engine/arch/exit-codes';
import { EXIT_CLASSES } from '../protocol/exit-log';

/** Stretches; between half of them and all are in use. */
const BINS = 256;
const CLASSES = EXIT_CLASSES.length;
const FIRST_WIDTH = 64;

const INDEX = Object.fromEntries(EXIT_CLASSES.map((name, index) => [name, index])) as Record<ExitClass, number>;

export class ExitHistogram {
  /** Instructions retired that a stretch stands for. */
  width = FIRST_WIDTH;
  private counts = new Uint32Array(BINS * CLASSES);
  /** Stretches up to the last exit. */
  private used = 0;

  /** `time`: instructions retired since reset, never less than before. */
  add(time: number, kind: ExitClass): void {
    while (time >= this.width * BINS) this.double();
    const bin = Math.floor(time / this.width);
    const at = bin * CLASSES + INDEX[kind];
    this.counts[at] = this.counts[at]! + 1;
    if (bin >= this.used) this.used = bin + 1;
  }

  copy(): ExitHistogram {
    const copy = new ExitHistogram();
    copy.become(this);
    return copy;
  }

  /** Takes over what another holds. */
  become({ width, counts, used }: ExitHistogram): void {
    this.width = width;
    this.counts = counts.slice();
    this.used = used;
  }

  /** One list a stretch, its numbers in the order of EXIT_CLASSES. */
  get bins(): readonly (readonly number[])[] {
    return Array.from({ length: this.used }, (_, bin) => [...this.counts.subarray(bin * CLASSES, (bin + 1) * CLASSES)]);
  }

  private double(): void {
    const { counts } = this;
    for (let bin = 0; bin < BINS / 2; bin++) {
      for (let n = 0; n < CLASSES; n++) {
        const from = bin * 2 * CLASSES + n;
        counts[bin * CLASSES + n] = counts[from]! + counts[from + CLASSES]!;
      }
    }
    counts.fill(0, (BINS / 2) * CLASSES);
    this.width *= 2;
    this.used = Math.ceil(this.used / 2);
  }
}
