/** Where a loader puts what a kernel is handed: in RAM, and over nothing else. */
import { BootError, hex } from './boot-error';
import type { BootSegment } from './image';
import type { MemoryRange } from './memory-map';

export interface Place {
  /** What it is, for complaints. */
  readonly what: string;
  readonly size: number;
  /** A power of two; 16 if left out. */
  readonly align?: number;
  /** Lowest address; 0 if left out. */
  readonly from?: number;
  /** First address behind; 4 GB if left out. */
  readonly below?: number;
  /** As high as it goes rather than as low. */
  readonly high?: boolean;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const FOUR_GB = 0x1_0000_0000;

export class Placement {
  private readonly ram: readonly Span[];
  private readonly taken: Span[] = [];
  private readonly placed: BootSegment[] = [];

  constructor(map: readonly MemoryRange[], segments: readonly BootSegment[] = []) {
    this.ram = map.filter(({ type }) => type === 'ram').map(({ start, size }) => ({ start, end: start + size }));
    for (const { address, bytes } of segments) this.take(address, bytes.length);
    this.placed.push(...segments);
  }

  /** Everything that has bytes. */
  get segments(): readonly BootSegment[] {
    return this.placed;
  }

  /** Lays down what a firmware would have; where the kernel lies it does not. */
  lay(segments: readonly BootSegment[] = []): void {
    for (const { address, bytes } of segments) {
      if (this.hit(address, bytes.length)) continue;
      this.take(address, bytes.length);
      this.fill(address, bytes);
    }
  }

  /** Keeps a range free. */
  take(address: number, size: number): void {
    this.taken.push({ start: address, end: address + size });
  }

  /** Whether a range is RAM, whatever lies there. */
  isRam(address: number, size: number): boolean {
    return this.ram.some(({ start, end }) => address >= start && address + size <= end);
  }

  /** Finds room and takes it. Throws BootError when there is none. */
  reserve(place: Place): number {
    const { size, what } = place;
    const at = place.high ? this.highest(place) : this.lowest(place);
    if (at === undefined) {
      throw new BootError(
        `there is no room for ${what}: ${size} bytes between ${hex(place.from ?? 0)} and ` +
          `${hex((place.below ?? FOUR_GB) - 1)} (give the machine more memory)`,
      );
    }
    this.take(at, size);
    return at;
  }

  /** Finds room for bytes and puts them there. */
  put(place: Omit<Place, 'size'>, bytes: Uint8Array): number {
    const address = this.reserve({ ...place, size: bytes.length });
    this.fill(address, bytes);
    return address;
  }

  /** Puts bytes where room was reserved. */
  fill(address: number, bytes: Uint8Array): void {
    if (bytes.length > 0) this.placed.push({ address, bytes });
  }

  private lowest({ size, align = 16, from = 0, below = FOUR_GB }: Place): number | undefined {
    for (const { start, end } of this.ram) {
      let at = up(Math.max(start, from), align);
      for (let hit = this.hit(at, size); hit; hit = this.hit(at, size)) at = up(hit.end, align);
      if (at + size <= Math.min(end, below)) return at;
    }
    return undefined;
  }

  private highest({ size, align = 16, from = 0, below = FOUR_GB }: Place): number | undefined {
    for (const { start, end } of [...this.ram].reverse()) {
      let at = down(Math.min(end, below) - size, align);
      for (let hit = this.hit(at, size); hit; hit = this.hit(at, size)) at = down(hit.start - size, align);
      if (at >= Math.max(start, from)) return at;
    }
    return undefined;
  }

  private hit(at: number, size: number): Span | undefined {
    return this.taken.find(({ start, end }) => at < end && start < at + size);
  }
}

export function up(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}
function down(value: number, align: number): number {
  return Math.floor(value / align) * align;
}
