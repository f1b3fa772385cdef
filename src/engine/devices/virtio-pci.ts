import type { Alarm, VirtualTime } from '../bus/clock';
import type { AccessSize } from '../bus/device';
import { U16, U32, U8, integer, list, record, type StateOf } from '../bus/device-state';
import type { DmaMemory } from '../bus/dma';
import { PCI_FUNCTION_STATE, PciFunction } from './pci-function';
import { BrokenRing, type Chain, MOST_ENTRIES, type RingFeatures, VIRTQUEUE_STATE, Virtqueue } from './virtqueue';

const VENDOR = 0x1af4;
/** Modern devices are numbered from here by their type. */
const FIRST_DEVICE = 0x1040;
const VENDOR_CAPABILITY = 0x09;

/** The one window: what begins where. */
const WINDOW = { INDEX: 0, SIZE: 0x4000, COMMON: 0x0000, ISR: 0x1000, DEVICE: 0x2000, NOTIFY: 0x3000 } as const;
const NOTIFY_MULTIPLIER = 4;
/** Types of the vendor capabilities. */
const CFG = { COMMON: 1, NOTIFY: 2, ISR: 3, DEVICE: 4, PCI: 5 } as const;

/** Registers of the common configuration, by offset. */
const COMMON = {
  DEVICE_FEATURE_SELECT: 0x00,
  DEVICE_FEATURE: 0x04,
  DRIVER_FEATURE_SELECT: 0x08,
  DRIVER_FEATURE: 0x0c,
  MSIX_AND_QUEUES: 0x10,
  STATUS: 0x14,
  QUEUE_SELECT: 0x16,
  QUEUE_SIZE: 0x18,
  QUEUE_ENABLE: 0x1c,
  DESCRIPTORS: 0x20,
  DRIVER_RING: 0x28,
  DEVICE_RING: 0x30,
} as const;
const NO_VECTOR = 0xffff;
const STATUS = { DRIVER_OK: 4, FEATURES_OK: 8, NEEDS_RESET: 0x40, DRIVERS: 0x8f } as const;
const ISR = { QUEUE: 1, CONFIGURATION: 2 } as const;

/** Feature bits 28, 29 and 32. */
const INDIRECT = 2 ** 28;
const EVENT_INDEX = 2 ** 29;
const VERSION_1_HIGH = 1;

/** Bytes moved at once; the rest waits a little, so that no guest holds the engine up. */
const BUDGET = 4 << 20;
/** A descriptor, or an entry of a ring, costs as much as so many bytes. */
const DESCRIPTOR_COST = 128;
const PAUSE_NS = 10_000;

export const VIRTIO_STATE = {
  pci: record(PCI_FUNCTION_STATE),
  deviceFeatureSelect: U32,
  driverFeatureSelect: U32,
  /** What the driver has taken, bits 31–0 and 63–32. */
  featuresLow: U32,
  featuresHigh: U32,
  status: U8,
  isr: integer(0, ISR.QUEUE | ISR.CONFIGURATION),
  queueSelect: U16,
  queues: list(record(VIRTQUEUE_STATE), 8),
};

export interface VirtioWires {
  name: string;
  time: VirtualTime;
  memory: DmaMemory;
}

export interface VirtioIdentity {
  /** Type of device, such as 2 for a block device. */
  readonly type: number;
  readonly classCode: number;
  readonly queues: number;
  /** The device's own feature bits 23–0. */
  readonly features: number;
}

/**
 * A virtio 1.1 device on PCI, modern interface only, with one interrupt wire (no MSI-X). Rings that break the specification put it
 * into DEVICE_NEEDS_RESET; it never trusts an address and never moves more than it was built for in one go.
 */
export abstract class VirtioPciFunction extends PciFunction {
  protected readonly memory: DmaMemory;
  private readonly time: VirtualTime;
  private readonly queues: readonly Virtqueue[];
  private readonly resume: Alarm;
  private readonly offered: number;
  private readonly pciAccess: number;
  private reg: Omit<StateOf<typeof VIRTIO_STATE>, 'pci' | 'queues'> = idle();
  /** Bytes moved since the device was last called. */
  private moved = 0;

  protected constructor(wires: VirtioWires, identity: VirtioIdentity) {
    super(
      wires.name,
      {
        vendor: VENDOR,
        device: FIRST_DEVICE + identity.type,
        revision: 1,
        classCode: identity.classCode,
        subsystemVendor: VENDOR,
        subsystem: FIRST_DEVICE + identity.type,
        interruptPin: 1,
      },
      [
        {
          index: WINDOW.INDEX,
          size: WINDOW.SIZE,
          readMmio: (offset, size) => this.readWindow(offset, size),
          writeMmio: (offset, size, value) => this.writeWindow(offset, size, value),
        },
      ],
    );
    this.memory = wires.memory;
    this.time = wires.time;
    this.offered = identity.features + INDIRECT + EVENT_INDEX;
    this.queues = Array.from({ length: identity.queues }, () => new Virtqueue(wires.memory));
    this.resume = wires.time.alarm(`${wires.name} queues`, () => this.serveAll());
    const capability = (type: number, offset: number, length: number, more: readonly number[] = []): number =>
      this.addCapability({
        id: VENDOR_CAPABILITY,
        // Length of the capability, type, window, padding, offset, length.
        body: [16 + more.length, type, WINDOW.INDEX, 0, 0, 0, ...little(offset), ...little(length), ...more],
        writable: type === CFG.PCI ? [0, 0, 0xff, 0, 0, 0, ...new Array<number>(12).fill(0xff)] : [],
      });
    capability(CFG.COMMON, WINDOW.COMMON, 0x38);
    capability(CFG.NOTIFY, WINDOW.NOTIFY, identity.queues * NOTIFY_MULTIPLIER, little(NOTIFY_MULTIPLIER));
    capability(CFG.ISR, WINDOW.ISR, 1);
    capability(CFG.DEVICE, WINDOW.DEVICE, 0x100);
    this.pciAccess = capability(CFG.PCI, 0, 0, [0, 0, 0, 0]);
  }

  /** The device's own configuration, by offset; absent bytes read 0. */
  protected abstract readDevice(offset: number, size: AccessSize): number;
  protected abstract writeDevice(offset: number, size: AccessSize, value: number): void;
  /** The driver has put something into a queue; `take` and `give` until nothing is left. */
  protected abstract serve(queue: number): void;
  /** What the device keeps beside its registers goes back to how it was at the start. */
  protected abstract resetDevice(): void;

  /** The next buffer of a queue, while the device is alive and within what it may move at once. */
  protected take(queue: number): Chain | undefined {
    const q = this.queues[queue]!;
    if (!this.alive || !q.reg.enabled) return undefined;
    if (this.moved >= BUDGET) {
      this.resume.at(this.time.now + PAUSE_NS);
      return undefined;
    }
    return q.pop(this.features);
  }

  /** Gives a buffer back with `written` bytes in it; `cost`: as many bytes moved. */
  protected give(queue: number, chain: Chain, written: number, cost = chain.readableBytes + written): void {
    this.moved += cost + DESCRIPTOR_COST * (1 + chain.descriptors);
    if (this.queues[queue]!.push(chain, written, this.features)) this.interrupt(ISR.QUEUE);
  }

  /** Whether buffers of a queue given back now would raise the interrupt wire. */
  protected wouldInterrupt(queue: number): boolean {
    const q = this.queues[queue]!;
    if (!this.alive || !q.reg.enabled || !this.canInterrupt) return false;
    try {
      return q.wouldTell(this.features);
    } catch (error) {
      if (!(error instanceof BrokenRing)) throw error;
      // that it is broken is told by an interrupt
      return true;
    }
  }

  /** Lets the device look at a queue, from outside of a notification. */
  protected kick(queue: number): void {
    this.moved = 0;
    this.guarded(queue);
  }

  override reset(): void {
    super.reset();
    this.resetVirtio();
  }

  protected saveVirtio(): StateOf<typeof VIRTIO_STATE> {
    return { ...this.reg, pci: this.pci, queues: this.queues.map((queue) => queue.reg) };
  }
  protected loadVirtio({ pci, queues, ...reg }: StateOf<typeof VIRTIO_STATE>): void {
    this.pci = pci;
    this.reg = reg;
    this.queues.forEach((queue, n) => (queue.reg = queues[n] ?? queue.reg));
  }

  /** The capability through which configuration space reaches the window. */
  override readConfig(offset: number, size: AccessSize): number {
    const target = offset === this.pciAccess + 16 ? this.pciTarget : undefined;
    return target?.size === size ? this.readWindow(target.offset, size) : super.readConfig(offset, size);
  }
  protected override configWritten(offset: number, size: AccessSize): void {
    const data = this.pciAccess + 16;
    const target = this.pciTarget;
    if (!target || offset !== data || size !== target.size) return;
    const { config } = this.pci;
    const value =
      config[data]! + config[data + 1]! * 0x100 + config[data + 2]! * 0x1_0000 + config[data + 3]! * 0x100_0000;
    this.writeWindow(target.offset, target.size, size === 4 ? value : value & (size === 2 ? 0xffff : 0xff));
  }

  private get features(): RingFeatures {
    const { featuresLow } = this.reg;
    return {
      indirect: Math.floor(featuresLow / INDIRECT) % 2 === 1,
      eventIndex: Math.floor(featuresLow / EVENT_INDEX) % 2 === 1,
    };
  }

  private get alive(): boolean {
    const { status } = this.reg;
    return this.mayMaster && (status & STATUS.DRIVER_OK) !== 0 && (status & STATUS.NEEDS_RESET) === 0;
  }

  private get pciTarget(): { offset: number; size: AccessSize } | undefined {
    const { config } = this.pci;
    const at = this.pciAccess;
    const offset =
      config[at + 8]! + config[at + 9]! * 0x100 + config[at + 10]! * 0x1_0000 + config[at + 11]! * 0x100_0000;
    const size = config[at + 12]!;
    const fits = (size === 1 || size === 2 || size === 4) && offset % size === 0 && offset + size <= WINDOW.SIZE;
    return fits && config[at + 4] === WINDOW.INDEX ? { offset, size: size as AccessSize } : undefined;
  }

  private resetVirtio(): void {
    this.reg = idle();
    for (const queue of this.queues) queue.reset();
    this.resume.cancel();
    this.setInterrupt(false);
    this.resetDevice();
  }

  private interrupt(cause: number): void {
    this.reg.isr |= cause;
    this.setInterrupt(true);
  }

  private serveAll(): void {
    this.moved = 0;
    this.queues.forEach((_, queue) => this.guarded(queue));
  }

  private guarded(queue: number): void {
    try {
      this.serve(queue);
    } catch (error) {
      if (!(error instanceof BrokenRing)) throw error;
      this.reg.status |= STATUS.NEEDS_RESET;
      if (this.reg.status & STATUS.DRIVER_OK) this.interrupt(ISR.CONFIGURATION);
    }
  }

  private readWindow(offset: number, size: AccessSize): number {
    if (offset >= WINDOW.NOTIFY) return 0;
    if (offset >= WINDOW.DEVICE) return this.readDevice(offset - WINDOW.DEVICE, size);
    if (offset >= WINDOW.ISR) {
      if (offset !== WINDOW.ISR) return 0;
      const { isr } = this.reg;
      this.reg.isr = 0;
      this.setInterrupt(false);
      return isr;
    }
    // Double words at most, each within one.
    return this.commonWord(offset & ~3) >>> (8 * (offset & 3));
  }

  private commonWord(at: number): number {
    const { reg } = this;
    const queue = this.queues[reg.queueSelect]?.reg;
    switch (at) {
      case COMMON.DEVICE_FEATURE_SELECT:
        return reg.deviceFeatureSelect;
      case COMMON.DEVICE_FEATURE:
        return reg.deviceFeatureSelect === 0 ? this.offered : reg.deviceFeatureSelect === 1 ? VERSION_1_HIGH : 0;
      case COMMON.DRIVER_FEATURE_SELECT:
        return reg.driverFeatureSelect;
      case COMMON.DRIVER_FEATURE:
        return [reg.featuresLow, reg.featuresHigh][reg.driverFeatureSelect] ?? 0;
      case COMMON.MSIX_AND_QUEUES:
        return this.queues.length * 0x1_0000 + NO_VECTOR;
      case COMMON.STATUS:
        return reg.queueSelect * 0x1_0000 + reg.status;
      case COMMON.QUEUE_SIZE:
        return NO_VECTOR * 0x1_0000 + (queue?.size ?? 0);
      case COMMON.QUEUE_ENABLE:
        return reg.queueSelect * 0x1_0000 + (queue?.enabled ? 1 : 0);
      case COMMON.DESCRIPTORS:
        return queue?.descriptorsLow ?? 0;
      case COMMON.DESCRIPTORS + 4:
        return queue?.descriptorsHigh ?? 0;
      case COMMON.DRIVER_RING:
        return queue?.driverLow ?? 0;
      case COMMON.DRIVER_RING + 4:
        return queue?.driverHigh ?? 0;
      case COMMON.DEVICE_RING:
        return queue?.deviceLow ?? 0;
      case COMMON.DEVICE_RING + 4:
        return queue?.deviceHigh ?? 0;
      default:
        return 0;
    }
  }

  private writeWindow(offset: number, size: AccessSize, value: number): void {
    if (offset >= WINDOW.NOTIFY) {
      const queue = (offset - WINDOW.NOTIFY) / NOTIFY_MULTIPLIER;
      if (this.queues[queue]) this.kick(queue);
    } else if (offset >= WINDOW.DEVICE) this.writeDevice(offset - WINDOW.DEVICE, size, value);
    else if (offset < WINDOW.ISR) this.writeCommon(offset, size, value);
  }

  private writeCommon(offset: number, size: AccessSize, value: number): void {
    const { reg } = this;
    if (size === 1 && offset === COMMON.STATUS) this.writeStatus(value);
    else if (size === 2 && offset === COMMON.QUEUE_SELECT) reg.queueSelect = value;
    else if (size === 4 && offset === COMMON.DEVICE_FEATURE_SELECT) reg.deviceFeatureSelect = value;
    else if (size === 4 && offset === COMMON.DRIVER_FEATURE_SELECT) reg.driverFeatureSelect = value;
    else if (size === 4 && offset === COMMON.DRIVER_FEATURE) {
      if (reg.status & STATUS.FEATURES_OK) return;
      if (reg.driverFeatureSelect === 0) reg.featuresLow = value;
      else if (reg.driverFeatureSelect === 1) reg.featuresHigh = value;
    } else this.writeQueue(offset, size, value);
  }

  private writeStatus(value: number): void {
    const { reg } = this;
    if (value === 0) return this.resetVirtio();
    const unknown = (reg.featuresLow & ~this.offered) >>> 0 !== 0 || (reg.featuresHigh & ~VERSION_1_HIGH) !== 0;
    const refused = unknown || (reg.featuresHigh & VERSION_1_HIGH) === 0;
    reg.status |= value & STATUS.DRIVERS;
    if (refused) reg.status &= ~STATUS.FEATURES_OK;
  }

  private writeQueue(offset: number, size: AccessSize, value: number): void {
    const queue = this.queues[this.reg.queueSelect]?.reg;
    // A queue in use stays as it is.
    if (!queue || queue.enabled) return;
    if (size === 2) {
      const powerOfTwo = value > 0 && value <= MOST_ENTRIES && (value & (value - 1)) === 0;
      if (offset === COMMON.QUEUE_SIZE && powerOfTwo) queue.size = value;
      if (offset === COMMON.QUEUE_ENABLE && value === 1) queue.enabled = true;
    }
    if (size !== 4) return;
    if (offset === COMMON.DESCRIPTORS) queue.descriptorsLow = value;
    if (offset === COMMON.DESCRIPTORS + 4) queue.descriptorsHigh = value;
    if (offset === COMMON.DRIVER_RING) queue.driverLow = value;
    if (offset === COMMON.DRIVER_RING + 4) queue.driverHigh = value;
    if (offset === COMMON.DEVICE_RING) queue.deviceLow = value;
    if (offset === COMMON.DEVICE_RING + 4) queue.deviceHigh = value;
  }
}

function idle(): Omit<StateOf<typeof VIRTIO_STATE>, 'pci' | 'queues'> {
  return {
    deviceFeatureSelect: 0,
    driverFeatureSelect: 0,
    featuresLow: 0,
    featuresHigh: 0,
    status: 0,
    isr: 0,
    queueSelect: 0,
  };
}

function little(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24];
}
