import type { AccessSize, MmioRange, MmioTarget, MovableMmioTarget, PortDevice, PortRange } from './device';

/** Told of an access that no device answers: `value` is what was written, or the all-ones that were read. */
export type AbsentObserver = (address: number, size: AccessSize, write: boolean, value: number) => void;

const PORTS = 0x1_0000;

/** All ones of that width, unsigned. */
function allOnes(size: AccessSize): number {
  return size === 4 ? 0xffff_ffff : size === 2 ? 0xffff : 0xff;
}

/** The low `size` bytes of `value`, unsigned. */
function truncate(value: number, size: AccessSize): number {
  return size === 4 ? value >>> 0 : value & allOnes(size);
}

function half(size: AccessSize): AccessSize {
  return size === 4 ? 2 : 1;
}

interface PortSlot {
  readonly device: PortDevice;
  readonly range: PortRange;
  readonly widest: number;
}

/**
 * The I/O address space of 65,536 ports.
 *
 * An access goes to a device as one where a single range holds all its bytes and the device takes that width; otherwise
 * it is split in halves, the lower first, as a narrower bus would. Where no byte has a device, reads give all ones and
 * writes are dropped, as one access. Nothing answers above port FFFFh.
 */
export class IoBus {
  private readonly slots: (PortSlot | undefined)[] = [undefined];
  private readonly slotOfPort = new Uint16Array(PORTS + 3);
  onAbsentPort: AbsentObserver | undefined;

  /** Puts all port ranges of the device upon the bus, or none when one of the ports is taken. */
  attach(device: PortDevice): void {
    for (const { base, count } of device.ports) {
      if (!Number.isInteger(base) || !Number.isInteger(count) || base < 0 || count < 1 || base + count > PORTS) {
        throw new RangeError(`${device.name}: ${count} ports from ${hex(base)} lie outside the I/O address space`);
      }
      for (let port = base; port < base + count; port++) {
        const owner = this.deviceAt(port);
        if (owner) throw new Error(`port ${hex(port)} of ${device.name} belongs to ${owner.name}`);
      }
    }
    for (const range of device.ports) {
      let slot = this.slots.indexOf(undefined, 1);
      if (slot < 0) slot = this.slots.length;
      this.slots[slot] = { device, range, widest: range.widest ?? 1 };
      this.slotOfPort.fill(slot, range.base, range.base + range.count);
    }
  }

  detach(device: PortDevice): void {
    let found = false;
    this.slots.forEach((slot, index) => {
      if (slot?.device !== device) return;
      found = true;
      this.slotOfPort.fill(0, slot.range.base, slot.range.base + slot.range.count);
      this.slots[index] = undefined;
    });
    if (!found) throw new Error(`${device.name} is not on the bus`);
  }

  deviceAt(port: number): PortDevice | undefined {
    return this.slots[this.slotOfPort[port] ?? 0]?.device;
  }

  /** IN: the unsigned value of `size` bytes from `port`. */
  readPort(port: number, size: AccessSize): number {
    const slot = this.whole(port, size);
    if (slot) return truncate(slot.device.readPort(port, size), size);
    if (this.vacant(port, size)) {
      this.onAbsentPort?.(port, size, false, allOnes(size));
      return allOnes(size);
    }
    const part = half(size);
    const low = this.readPort(port, part);
    return low + this.readPort(port + part, part) * 2 ** (8 * part);
  }

  /** OUT: the low `size` bytes of `value` to `port`. */
  writePort(port: number, size: AccessSize, value: number): void {
    const slot = this.whole(port, size);
    if (slot) return slot.device.writePort(port, size, truncate(value, size));
    if (this.vacant(port, size)) return this.onAbsentPort?.(port, size, true, truncate(value, size));
    const part = half(size);
    this.writePort(port, part, value);
    this.writePort(port + part, part, value >>> (8 * part));
  }

  /** The slot that takes the access as one. A range has no holes, so both ends inside it mean all of it. */
  private whole(port: number, size: AccessSize): PortSlot | undefined {
    const index = this.slotOfPort[port] ?? 0;
    const slot = this.slots[index];
    return slot && slot.widest >= size && this.slotOfPort[port + size - 1] === index ? slot : undefined;
  }

  private vacant(port: number, size: AccessSize): boolean {
    for (let i = 0; i < size; i++) if (this.slotOfPort[port + i]) return false;
    return true;
  }
}

interface Window {
  readonly target: MmioTarget;
  readonly base: number;
  readonly end: number;
  readonly widest: number;
}

/** A window where its target says that it is. */
class MovableWindow implements Window {
  readonly widest = 4;
  constructor(
    readonly target: MovableMmioTarget,
    private readonly length: number,
  ) {}
  get base(): number {
    const { mmioBase } = this.target;
    return mmioBase < 0 ? Infinity : mmioBase;
  }
  get end(): number {
    return this.base + this.length;
  }
}

/** Memory-mapped devices by system physical address (Spa). Splits and absent accesses are as on the `IoBus`. */
export class MmioBus {
  /** In ascending order of base, none overlapping. */
  private readonly windows: Window[] = [];
  private readonly movable: MovableWindow[] = [];
  private last: Window | undefined;
  onAbsentMmio: AbsentObserver | undefined;

  attach(target: MmioTarget, range: MmioRange): void {
    const { base, length } = range;
    const end = base + length;
    if (!Number.isSafeInteger(base) || base < 0 || !Number.isSafeInteger(length) || length < 1 || end > 2 ** 52) {
      throw new RangeError(`${target.name}: ${length} bytes from ${hex(base)} lie outside the physical address space`);
    }
    const owner = this.windows.find((other) => base < other.end && other.base < end);
    if (owner) throw new Error(`${target.name} at ${hex(base)} overlaps ${owner.target.name} at ${hex(owner.base)}`);
    this.windows.push({ target, base, end, widest: range.widest ?? 4 });
    this.windows.sort((a, b) => a.base - b.base);
  }

  /** Puts a window in front of those that stay where they are. */
  attachMovable(target: MovableMmioTarget, length: number): void {
    this.movable.push(new MovableWindow(target, length));
  }

  /** Takes all windows of the target off the bus. */
  detach(target: MmioTarget): void {
    const kept = this.windows.filter((window) => window.target !== target);
    if (kept.length === this.windows.length) throw new Error(`${target.name} is not on the bus`);
    this.windows.splice(0, Infinity, ...kept);
    this.last = undefined;
  }

  targetAt(spa: number): MmioTarget | undefined {
    return this.find(spa)?.target;
  }

  /** Whether any of the `length` bytes from `spa` belongs to a device: such a page may not be cached as RAM. */
  overlaps(spa: number, length: number): boolean {
    const hit = (window: Window): boolean => spa < window.end && window.base < spa + length;
    return this.movable.some(hit) || this.windows.some(hit);
  }

  read(spa: number, size: AccessSize): number {
    const window = this.whole(spa, size);
    if (window) return truncate(window.target.readMmio(spa - window.base, size), size);
    if (!this.overlaps(spa, size)) {
      this.onAbsentMmio?.(spa, size, false, allOnes(size));
      return allOnes(size);
    }
    const part = half(size);
    const low = this.read(spa, part);
    return low + this.read(spa + part, part) * 2 ** (8 * part);
  }

  write(spa: number, size: AccessSize, value: number): void {
    const window = this.whole(spa, size);
    if (window) return window.target.writeMmio(spa - window.base, size, truncate(value, size));
    if (!this.overlaps(spa, size)) return this.onAbsentMmio?.(spa, size, true, truncate(value, size));
    const part = half(size);
    this.write(spa, part, value);
    this.write(spa + part, part, value >>> (8 * part));
  }

  private whole(spa: number, size: AccessSize): Window | undefined {
    const window = this.find(spa);
    return window && window.widest >= size && spa + size <= window.end ? window : undefined;
  }

  private find(spa: number): Window | undefined {
    for (const window of this.movable) if (spa >= window.base && spa < window.end) return window;
    if (this.last && spa >= this.last.base && spa < this.last.end) return this.last;
    let low = 0;
    let high = this.windows.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const window = this.windows[middle]!;
      if (spa < window.base) high = middle - 1;
      else if (spa >= window.end) low = middle + 1;
      else return (this.last = window);
    }
    return undefined;
  }
}

function hex(value: number): string {
  return `${value.toString(16).toUpperCase()}h`;
}
