import type { DmaMemory } from '../bus/dma';
import { FLAG, type StateOf, U16, U32 } from '../bus/device-state';

/** Flags of a descriptor. Virtual I/O Device specification 1.1, 2.6.5. */
const DESCRIPTOR = { NEXT: 1, WRITE: 2, INDIRECT: 4 } as const;
const DESCRIPTOR_BYTES = 16;
const NO_INTERRUPT = 1;
export const MOST_ENTRIES = 256;

export const VIRTQUEUE_STATE = {
  size: U16,
  enabled: FLAG,
  descriptorsLow: U32,
  descriptorsHigh: U32,
  driverLow: U32,
  driverHigh: U32,
  deviceLow: U32,
  deviceHigh: U32,
  /** The next entry of the available ring, and of the used ring; they count without end. */
  nextAvailable: U16,
  nextUsed: U16,
};

/** Features that change a ring. */
export interface RingFeatures {
  readonly indirect: boolean;
  readonly eventIndex: boolean;
}

/** A run of guest-physical bytes. */
interface Run {
  readonly address: number;
  readonly length: number;
}

/** The rings are not what the specification allows: the device stands still until it is reset. */
export class BrokenRing extends Error {}

/** A buffer the driver has made available: bytes to read, then bytes to write, each over any number of runs. */
export class Chain {
  readonly readable: Run[] = [];
  readonly writable: Run[] = [];

  constructor(
    readonly head: number,
    private readonly memory: DmaMemory,
  ) {}

  get descriptors(): number {
    return this.readable.length + this.writable.length;
  }
  get readableBytes(): number {
    return this.readable.reduce((sum, { length }) => sum + length, 0);
  }
  get writableBytes(): number {
    return this.writable.reduce((sum, { length }) => sum + length, 0);
  }

  /** Copies out from `offset` of the readable bytes; what does not lie in RAM breaks the ring. */
  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.each(this.readable, offset, length, (address, at, count) =>
      this.memory.read(address, bytes.subarray(at, at + count)),
    );
    return bytes;
  }

  /** Copies in at `offset` of the writable bytes. */
  write(offset: number, bytes: Uint8Array): void {
    this.each(this.writable, offset, bytes.length, (address, at, count) =>
      this.memory.write(address, bytes.subarray(at, at + count)),
    );
  }

  private each(
    runs: readonly Run[],
    offset: number,
    length: number,
    move: (address: number, at: number, count: number) => boolean,
  ): void {
    let at = 0;
    let skip = offset;
    for (const run of runs) {
      if (at === length) return;
      if (skip >= run.length) {
        skip -= run.length;
        continue;
      }
      const count = Math.min(run.length - skip, length - at);
      if (!move(run.address + skip, at, count)) throw new BrokenRing('a buffer does not lie in RAM');
      at += count;
      skip = 0;
    }
    if (at < length) throw new BrokenRing('a buffer is shorter than it was');
  }
}

/** A split virtqueue. Everything in it is the driver's word: each index is checked and each chain bounded by the queue's size. */
export class Virtqueue {
  reg: StateOf<typeof VIRTQUEUE_STATE> = emptyQueue();
  private readonly word = new Uint8Array(2);

  constructor(private readonly memory: DmaMemory) {}

  reset(): void {
    this.reg = emptyQueue();
  }

  /** The next chain, or undefined when the driver has none for us. */
  pop({ indirect, eventIndex }: RingFeatures): Chain | undefined {
    const { reg } = this;
    const driver = address(reg.driverLow, reg.driverHigh);
    if (eventIndex) this.write16(this.deviceRing + 4 + 8 * reg.size, reg.nextAvailable);
    const waiting = (this.read16(driver + 2) - reg.nextAvailable) & 0xffff;
    if (waiting === 0) return undefined;
    if (waiting > reg.size) throw new BrokenRing('more is available than the queue holds');
    const head = this.read16(driver + 4 + 2 * (reg.nextAvailable % reg.size));
    const chain = new Chain(head, this.memory);
    this.walk(chain, indirect);
    reg.nextAvailable = (reg.nextAvailable + 1) & 0xffff;
    return chain;
  }

  /** Gives a chain back; true when the driver wants an interrupt for it. `written`: bytes put into the writable part. */
  push(chain: Chain, written: number, { eventIndex }: RingFeatures): boolean {
    const { reg } = this;
    const entry = new Uint8Array(8);
    const view = new DataView(entry.buffer);
    view.setUint32(0, chain.head, true);
    view.setUint32(4, written, true);
    if (!this.memory.write(this.deviceRing + 4 + 8 * (reg.nextUsed % reg.size), entry)) throw outside();
    reg.nextUsed = (reg.nextUsed + 1) & 0xffff;
    this.write16(this.deviceRing + 2, reg.nextUsed);
    const driver = address(reg.driverLow, reg.driverHigh);
    if (!eventIndex) return (this.read16(driver) & NO_INTERRUPT) === 0;
    // The driver names the entry after which it wants to hear of us.
    return this.read16(driver + 4 + 2 * reg.size) === ((reg.nextUsed - 1) & 0xffff);
  }

  /** Whether buffers the driver has made available would, given back one by one, come to where it wants an interrupt. */
  wouldTell({ eventIndex }: RingFeatures): boolean {
    const { reg } = this;
    const driver = address(reg.driverLow, reg.driverHigh);
    const waiting = (this.read16(driver + 2) - reg.nextAvailable) & 0xffff;
    if (!eventIndex) return waiting > 0 && (this.read16(driver) & NO_INTERRUPT) === 0;
    return ((this.read16(driver + 4 + 2 * reg.size) - reg.nextUsed) & 0xffff) < waiting;
  }

  private get deviceRing(): number {
    return address(this.reg.deviceLow, this.reg.deviceHigh);
  }

  private walk(chain: Chain, indirect: boolean): void {
    const { size } = this.reg;
    let table = address(this.reg.descriptorsLow, this.reg.descriptorsHigh);
    let entries = size;
    let inTable = false;
    let index = chain.head;
    for (let count = 0; ;) {
      if (index >= entries) throw new BrokenRing('a descriptor lies outside its table');
      const d = this.descriptor(table + index * DESCRIPTOR_BYTES);
      if (d.flags & DESCRIPTOR.INDIRECT) {
        const whole = d.length % DESCRIPTOR_BYTES === 0 && d.length > 0;
        if (!indirect || inTable || d.flags & DESCRIPTOR.NEXT || !whole) {
          throw new BrokenRing('a table of descriptors is not allowed here');
        }
        table = d.address;
        entries = d.length / DESCRIPTOR_BYTES;
        inTable = true;
        index = 0;
        continue;
      }
      if (++count > size) throw new BrokenRing('a chain is longer than the queue');
      const run = { address: d.address, length: d.length };
      if (d.flags & DESCRIPTOR.WRITE) chain.writable.push(run);
      else if (chain.writable.length > 0) throw new BrokenRing('bytes to read follow bytes to write');
      else chain.readable.push(run);
      if (!(d.flags & DESCRIPTOR.NEXT)) return;
      index = d.next;
    }
  }

  private descriptor(at: number): { address: number; length: number; flags: number; next: number } {
    const bytes = new Uint8Array(DESCRIPTOR_BYTES);
    if (!this.memory.read(at, bytes)) throw outside();
    const view = new DataView(bytes.buffer);
    return {
      address: address(view.getUint32(0, true), view.getUint32(4, true)),
      length: view.getUint32(8, true),
      flags: view.getUint16(12, true),
      next: view.getUint16(14, true),
    };
  }

  private read16(at: number): number {
    if (!this.memory.read(at, this.word)) throw outside();
    return this.word[0]! | (this.word[1]! << 8);
  }

  private write16(at: number, value: number): void {
    this.word[0] = value;
    this.word[1] = value >> 8;
    if (!this.memory.write(at, this.word)) throw outside();
  }
}

/** Exact below 2^53; what lies above is not RAM and stays so when rounded. */
function address(low: number, high: number): number {
  return high * 0x1_0000_0000 + low;
}

function outside(): BrokenRing {
  return new BrokenRing('a ring does not lie in RAM');
}

function emptyQueue(): StateOf<typeof VIRTQUEUE_STATE> {
  return {
    size: MOST_ENTRIES,
    enabled: false,
    descriptorsLow: 0,
    descriptorsHigh: 0,
    driverLow: 0,
    driverHigh: 0,
    deviceLow: 0,
    deviceHigh: 0,
    nextAvailable: 0,
    nextUsed: 0,
  };
}
