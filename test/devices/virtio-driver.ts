/** A driver for the tests, written from the specification: finds the window by the capabilities and keeps the rings in its own memory. */
import { IoBus, MmioBus } from '../../src/engine/bus/bus';
import type { DmaMemory } from '../../src/engine/bus/dma';
import { PciHost } from '../../src/engine/devices/pci-host';
import type { VirtioPciFunction } from '../../src/engine/devices/virtio-pci';

export const RAM_BYTES = 4 << 20;
const SIZE = 8;
const SLOT = 2;

export class TestMemory implements DmaMemory {
  readonly bytes = Buffer.alloc(RAM_BYTES);
  read(address: number, into: Uint8Array): boolean {
    if (!this.has(address, into.length)) return false;
    into.set(this.bytes.subarray(address, address + into.length));
    return true;
  }
  write(address: number, bytes: Uint8Array): boolean {
    if (!this.has(address, bytes.length)) return false;
    this.bytes.set(bytes, address);
    return true;
  }
  private has(address: number, length: number): boolean {
    return Number.isSafeInteger(address) && address >= 0 && address + length <= RAM_BYTES;
  }
}

export interface Piece {
  readonly address: number;
  readonly length: number;
  readonly write?: boolean;
}

export interface Descriptor {
  readonly address: number | bigint;
  readonly length: number;
  readonly flags: number;
  readonly next: number;
}

interface Ring {
  readonly descriptors: number;
  readonly driver: number;
  readonly device: number;
  readonly notify: number;
  available: number;
  used: number;
  freeDescriptor: number;
}

/** The buses of a board with a virtio device in slot 2. */
export interface DriverBoard {
  readonly io: IoBus;
  readonly mmio: MmioBus;
}

/** Drives the device wherever it is plugged in; firmware has placed its window. */
export class RingDriver {
  readonly io: IoBus;
  readonly mmio: MmioBus;
  readonly rings: Ring[] = [];
  private readonly caps = new Map<number, { at: number; offset: number }>();
  private readonly notifyMultiplier: number;
  private readonly window: number;

  constructor(
    { io, mmio }: DriverBoard,
    private readonly physical: DmaMemory,
    private readonly slot = SLOT,
  ) {
    this.io = io;
    this.mmio = mmio;
    this.config(4, 2, 6);
    this.window = this.config(0x10, 4) - (this.config(0x10, 4) % 16);
    for (let at = this.config(0x34, 1); at !== 0; at = this.config(at + 1, 1)) {
      if (this.config(at, 1) === 9) this.caps.set(this.config(at + 3, 1), { at, offset: this.config(at + 8, 4) });
    }
    this.notifyMultiplier = this.config(this.caps.get(2)!.at + 16, 4);
  }

  /** A number in memory; at an address that is any 64 bits nothing is checked here. */
  read(address: number, size: 1 | 2 | 4): number {
    const bytes = Buffer.alloc(size);
    this.physical.read(address, bytes);
    return bytes.readUIntLE(0, size);
  }
  write(address: number, size: 1 | 2 | 4 | 8, value: number | bigint): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    this.physical.write(address, bytes.subarray(0, size));
  }

  config(register: number, size: 1 | 2 | 4, value?: number): number {
    this.io.writePort(0xcf8, 4, 0x8000_0000 + this.slot * 0x800 + (register & 0xfc));
    if (value === undefined) return this.io.readPort(0xcfc + (register & 3), size);
    this.io.writePort(0xcfc + (register & 3), size, value);
    return value;
  }
  capability(type: number): number {
    return this.caps.get(type)!.at;
  }
  address(type: number, offset: number): number {
    return this.window + this.caps.get(type)!.offset + offset;
  }
  common(offset: number, size: 1 | 2 | 4, value?: number): number {
    if (value === undefined) return this.mmio.read(this.address(1, offset), size);
    this.mmio.write(this.address(1, offset), size, value);
    return value;
  }
  get isr(): number {
    return this.mmio.read(this.address(3, 0), 1);
  }
  device32(offset: number): number {
    return this.mmio.read(this.address(4, offset), 4);
  }

  features(): [low: number, high: number] {
    this.common(0, 4, 0);
    const low = this.common(4, 4);
    this.common(0, 4, 1);
    return [low, this.common(4, 4)];
  }

  /** Up to DRIVER_OK with the features given, in queues of so many entries; false if they are refused. */
  start(low: number, high = 1, entries = SIZE): boolean {
    this.common(0x14, 1, 0);
    this.common(0x14, 1, 3);
    for (const [select, value] of [
      [0, low],
      [1, high],
    ] as const) {
      this.common(8, 4, select);
      this.common(12, 4, value);
    }
    this.common(0x14, 1, 0x0b);
    if ((this.common(0x14, 1) & 8) === 0) return false;
    this.rings.length = 0;
    for (let n = 0; n < this.common(0x12, 2); n++) this.addRing(n, entries);
    this.common(0x14, 1, 0x0f);
    return true;
  }

  /** Makes a chain available and notifies; `indirect` puts it into a table. */
  send(queue: number, pieces: readonly Piece[], indirect = false): number {
    const ring = this.rings[queue]!;
    const table = indirect ? 0x8000 + queue * 0x1000 : ring.descriptors;
    const base = indirect ? 0 : ring.freeDescriptor;
    pieces.forEach((piece, n) => {
      const last = n === pieces.length - 1;
      this.describe(table, indirect ? n : (base + n) % SIZE, {
        ...piece,
        flags: (last ? 0 : 1) | (piece.write ? 2 : 0),
        next: indirect ? n + 1 : (base + n + 1) % SIZE,
      });
    });
    const head = indirect ? ring.freeDescriptor % SIZE : base;
    if (indirect)
      this.describe(ring.descriptors, head, { address: table, length: pieces.length * 16, flags: 4, next: 0 });
    ring.freeDescriptor = (ring.freeDescriptor + (indirect ? 1 : pieces.length)) % SIZE;
    this.write(ring.driver + 4 + (ring.available % SIZE) * 2, 2, head);
    ring.available = (ring.available + 1) & 0xffff;
    this.write(ring.driver + 2, 2, ring.available);
    this.notify(queue);
    return head;
  }

  /** Writes a descriptor. */
  describe(table: number, index: number, { address, length, flags, next }: Descriptor): void {
    const at = table + index * 16;
    this.write(at, 8, address);
    this.write(at + 8, 4, length);
    this.write(at + 12, 2, flags);
    this.write(at + 14, 2, next);
  }

  notify(queue: number): void {
    this.mmio.write(this.address(2, this.rings[queue]!.notify * this.notifyMultiplier), 2, queue);
  }

  /** The next buffer given back, or undefined. */
  used(queue: number): { head: number; written: number } | undefined {
    const ring = this.rings[queue]!;
    if (this.read(ring.device + 2, 2) === ring.used) return undefined;
    const at = ring.device + 4 + (ring.used % SIZE) * 8;
    ring.used = (ring.used + 1) & 0xffff;
    return { head: this.read(at, 4), written: this.read(at + 4, 4) };
  }

  private addRing(n: number, entries: number): void {
    const base = 0x1000 + n * 0x3000;
    const ring = { descriptors: base, driver: base + 0x1000, device: base + 0x2000 };
    this.physical.write(base, new Uint8Array(0x3000));
    this.common(0x16, 2, n);
    this.common(0x18, 2, entries);
    this.common(0x20, 4, ring.descriptors);
    this.common(0x28, 4, ring.driver);
    this.common(0x30, 4, ring.device);
    this.common(0x1c, 2, 1);
    this.rings.push({ ...ring, notify: this.common(0x1e, 2), available: 0, used: 0, freeDescriptor: 0 });
  }
}

/** On a bus of its own. */
export class VirtioDriver extends RingDriver {
  constructor(
    device: VirtioPciFunction,
    readonly memory: TestMemory,
    readonly interrupts: boolean[] = [],
  ) {
    super(boardOf(device, interrupts), memory);
  }
}

function boardOf(device: VirtioPciFunction, interrupts: boolean[]): DriverBoard {
  const io = new IoBus();
  const mmio = new MmioBus();
  const host = new PciHost({ interrupts: [0, 1, 2, 3].map(() => ({ set: (level) => void interrupts.push(level) })) });
  io.attach(host);
  device.placeWindows([0xc000_0000], 11);
  host.plug(SLOT, 0, device);
  for (const window of device.windows) mmio.attachMovable(window, window.length);
  return { io, mmio };
}
