import type { AccessSize } from '../bus/device';
import { type DeviceState, U8, list, loadFields, record, saveFields } from '../bus/device-state';
import { VIRTIO_STATE, VirtioPciFunction, type VirtioWires } from './virtio-pci';
import { BrokenRing } from './virtqueue';

const TYPE = 3;
const CLASS_COMMUNICATION = 0x07_8000;
/** Feature bits. Virtual I/O Device specification 1.1, 5.3.3. */
const FEATURE = { SIZE: 1 << 0, EMERGENCY_WRITE: 1 << 2 } as const;
const RECEIVE = 0;
const TRANSMIT = 1;
const COLUMNS = 80;
const ROWS = 25;
const EMERGENCY_WRITE = 8;
/** A longer write than any driver makes. */
const MOST_BYTES = 1 << 16;
/** A byte that is printed costs as much as so many moved. */
const PRINT_COST = 64;

const VIRTIO_CONSOLE_STATE = {
  virtio: record(VIRTIO_STATE),
  /** What was typed and has found no buffer yet. */
  typed: list(U8),
};

export interface VirtioConsoleWires extends VirtioWires {
  onOutput: (byte: number) => void;
}

/** virtio-console with one port, 80 × 25. What is typed waits until the driver has a buffer for it. */
export class VirtioConsole extends VirtioPciFunction {
  private readonly onOutput: (byte: number) => void;
  private typed: number[] = [];

  constructor(wires: VirtioConsoleWires) {
    super(wires, {
      type: TYPE,
      classCode: CLASS_COMMUNICATION,
      queues: 2,
      features: FEATURE.SIZE | FEATURE.EMERGENCY_WRITE,
    });
    this.onOutput = wires.onOutput;
  }

  /** Bytes typed at the far end. */
  input(bytes: Iterable<number>): void {
    for (const byte of bytes) this.typed.push(byte & 0xff);
    this.kick(RECEIVE);
  }

  /** Whether something typed now would raise its interrupt. */
  get canWake(): boolean {
    return this.wouldInterrupt(RECEIVE);
  }

  saveState(): DeviceState {
    return saveFields('virtio-console', VIRTIO_CONSOLE_STATE, { virtio: this.saveVirtio(), typed: this.typed });
  }

  loadState(saved: DeviceState): void {
    const { virtio, typed } = loadFields('virtio-console', VIRTIO_CONSOLE_STATE, saved);
    this.loadVirtio(virtio);
    this.typed = typed;
  }

  protected override readDevice(offset: number, size: AccessSize): number {
    // Columns, rows, ports.
    const words = [COLUMNS + ROWS * 0x1_0000, 1];
    const value = (words[offset >> 2] ?? 0) >>> (8 * (offset & 3));
    return size === 4 ? value : value & (2 ** (8 * size) - 1);
  }

  protected override writeDevice(offset: number, size: AccessSize, value: number): void {
    if (offset === EMERGENCY_WRITE && size === 4) this.onOutput(value & 0xff);
  }

  /** What was typed outlasts it, as at COM1. */
  protected override resetDevice(): void {}

  protected override serve(queue: number): void {
    if (queue === RECEIVE) this.receive();
    else this.transmit();
  }

  private receive(): void {
    while (this.typed.length > 0) {
      const chain = this.take(RECEIVE);
      if (!chain) return;
      const count = Math.min(this.typed.length, chain.writableBytes);
      chain.write(0, Uint8Array.from(this.typed.splice(0, count)));
      this.give(RECEIVE, chain, count);
    }
  }

  private transmit(): void {
    for (let chain = this.take(TRANSMIT); chain; chain = this.take(TRANSMIT)) {
      const length = chain.readableBytes;
      if (length > MOST_BYTES) throw new BrokenRing('a write to the console is too long');
      for (const byte of chain.read(0, length)) this.onOutput(byte);
      this.give(TRANSMIT, chain, 0, length * PRINT_COST);
    }
  }
}
