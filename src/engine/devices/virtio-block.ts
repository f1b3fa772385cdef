import type { AccessSize } from '../bus/device';
import { COUNT, type DeviceState, constantBytes, list, loadFields, record, saveFields } from '../bus/device-state';
import { VIRTIO_STATE, VirtioPciFunction, type VirtioWires } from './virtio-pci';
import type { Chain } from './virtqueue';

const TYPE = 2;
const CLASS_SCSI_STORAGE = 0x01_0000;
const SECTOR = 512;
/** Written blocks are kept in pieces of this size, in front of the image. */
const BLOCK = 4096;

/** Feature bits. Virtual I/O Device specification 1.1, 5.2.3. */
const FEATURE = { SIZE_MAX: 1 << 1, SEG_MAX: 1 << 2, BLK_SIZE: 1 << 6, FLUSH: 1 << 9 } as const;
const REQUEST = { IN: 0, OUT: 1, FLUSH: 4, GET_ID: 8 } as const;
const STATUS = { OK: 0, ERROR: 1, UNSUPPORTED: 2 } as const;
const HEADER_BYTES = 16;
const ID_BYTES = 20;
const SIZE_MAX = 1 << 20;
const SEG_MAX = 126;
/** Data of one request at most: more than a driver that keeps to the numbers above will ask for at once. */
const MOST_DATA = 4 << 20;
const QUEUE = 0;

const VIRTIO_BLOCK_STATE = {
  virtio: record(VIRTIO_STATE),
  /** Blocks that differ from the image. */
  written: list(record({ block: COUNT, bytes: constantBytes(BLOCK) })),
};

export interface VirtioBlockWires extends VirtioWires {
  /** The disk at the start; it is never changed. Whole sectors of it count. */
  image: Uint8Array;
  /** What the disk is called, at most 20 ASCII characters. */
  id?: string;
}

/** virtio-blk: a disk of 512-byte sectors in memory. What is written stays with the machine, the image as it was. */
export class VirtioBlock extends VirtioPciFunction {
  private readonly image: Uint8Array;
  private readonly sectors: number;
  private readonly id: string;
  /** Blocks are replaced, not changed: snapshots hold them too. */
  private readonly written = new Map<number, Uint8Array>();

  constructor(wires: VirtioBlockWires) {
    const features = FEATURE.SIZE_MAX | FEATURE.SEG_MAX | FEATURE.BLK_SIZE | FEATURE.FLUSH;
    super(wires, { type: TYPE, classCode: CLASS_SCSI_STORAGE, queues: 1, features });
    const { buffer, byteOffset, length } = wires.image;
    // Node's Buffer is a Uint8Array whose slices are not copies.
    this.image = new Uint8Array(buffer, byteOffset, length);
    this.sectors = Math.floor(wires.image.length / SECTOR);
    this.id = wires.id ?? 'pacifica';
  }

  /** The disk as it is now. */
  contents(): Uint8Array {
    return this.read(0, this.sectors * SECTOR);
  }

  saveState(): DeviceState {
    const written = [...this.written].sort(([a], [b]) => a - b).map(([block, bytes]) => ({ block, bytes }));
    return saveFields('virtio-block', VIRTIO_BLOCK_STATE, { virtio: this.saveVirtio(), written });
  }

  loadState(saved: DeviceState): void {
    const { virtio, written } = loadFields('virtio-block', VIRTIO_BLOCK_STATE, saved);
    this.loadVirtio(virtio);
    this.written.clear();
    for (const { block, bytes } of written) this.written.set(block, bytes);
  }

  protected override readDevice(offset: number, size: AccessSize): number {
    const config = new Uint8Array(0x40);
    const view = new DataView(config.buffer);
    view.setBigUint64(0, BigInt(this.sectors), true);
    view.setUint32(8, SIZE_MAX, true);
    view.setUint32(12, SEG_MAX, true);
    view.setUint32(20, SECTOR, true);
    if (offset + size > config.length) return 0;
    return size === 4 ? view.getUint32(offset, true) : size === 2 ? view.getUint16(offset, true) : config[offset]!;
  }

  protected override writeDevice(): void {}

  /** A disk keeps what was written. */
  protected override resetDevice(): void {}

  protected override serve(): void {
    for (let chain = this.take(QUEUE); chain; chain = this.take(QUEUE)) this.give(QUEUE, chain, this.answer(chain));
  }

  /** Does one request; the number of bytes written to the driver's buffer, its last the status. */
  private answer(chain: Chain): number {
    const readable = chain.readableBytes;
    const writable = chain.writableBytes;
    // There is no place for a status.
    if (writable === 0) return 0;
    const data = writable - 1;
    const finish = (status: number, written = 0): number => {
      chain.write(data, Uint8Array.of(status));
      return written + 1;
    };
    if (readable < HEADER_BYTES) return finish(STATUS.ERROR);
    const header = new DataView(chain.read(0, HEADER_BYTES).buffer);
    const sector = header.getUint32(12, true) * 2 ** 32 + header.getUint32(8, true);
    switch (header.getUint32(0, true)) {
      case REQUEST.IN:
        if (!this.holds(sector, data)) return finish(STATUS.ERROR);
        chain.write(0, this.read(sector * SECTOR, data));
        return finish(STATUS.OK, data);
      case REQUEST.OUT: {
        const length = readable - HEADER_BYTES;
        if (!this.holds(sector, length)) return finish(STATUS.ERROR);
        this.write(sector * SECTOR, chain.read(HEADER_BYTES, length));
        return finish(STATUS.OK);
      }
      case REQUEST.FLUSH:
        return finish(STATUS.OK);
      case REQUEST.GET_ID: {
        if (data < ID_BYTES) return finish(STATUS.ERROR);
        const id = new Uint8Array(ID_BYTES);
        for (let n = 0; n < Math.min(this.id.length, ID_BYTES); n++) id[n] = this.id.charCodeAt(n);
        chain.write(0, id);
        return finish(STATUS.OK, ID_BYTES);
      }
      default:
        return finish(STATUS.UNSUPPORTED);
    }
  }

  private holds(sector: number, length: number): boolean {
    return length % SECTOR === 0 && length <= MOST_DATA && sector + length / SECTOR <= this.sectors;
  }

  private read(at: number, length: number): Uint8Array {
    const bytes = this.image.slice(at, at + length);
    this.eachBlock(at, length, (block, from, done, count) => {
      const written = this.written.get(block);
      if (written) bytes.set(written.subarray(from, from + count), done);
    });
    return bytes;
  }

  private write(at: number, bytes: Uint8Array): void {
    this.eachBlock(at, bytes.length, (block, from, done, count) => {
      const target = new Uint8Array(BLOCK);
      if (count < BLOCK) target.set(this.written.get(block) ?? this.image.subarray(block * BLOCK, (block + 1) * BLOCK));
      target.set(bytes.subarray(done, done + count), from);
      this.written.set(block, target);
    });
  }

  private eachBlock(
    at: number,
    length: number,
    call: (block: number, from: number, done: number, count: number) => void,
  ): void {
    for (let done = 0; done < length;) {
      const from = (at + done) % BLOCK;
      const count = Math.min(BLOCK - from, length - done);
      call(Math.floor((at + done) / BLOCK), from, done, count);
      done += count;
    }
  }
}
