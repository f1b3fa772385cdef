import { type AccessSize, type Device, type IrqLine, type MovableMmioTarget, UNCONNECTED } from '../bus/device';
import { type DeviceState, FLAG, type StateOf, bytes } from '../bus/device-state';

/** Registers of the type 0 header. */
export const PCI = {
  VENDOR: 0x00,
  DEVICE: 0x02,
  COMMAND: 0x04,
  STATUS: 0x06,
  REVISION: 0x08,
  CLASS: 0x09,
  CACHE_LINE: 0x0c,
  LATENCY: 0x0d,
  HEADER_TYPE: 0x0e,
  BAR_0: 0x10,
  SUBSYSTEM_VENDOR: 0x2c,
  SUBSYSTEM: 0x2e,
  CAPABILITIES: 0x34,
  INTERRUPT_LINE: 0x3c,
  INTERRUPT_PIN: 0x3d,
  /** The first byte that is a function's own. */
  OWN: 0x40,
} as const;

const COMMAND = { MEMORY: 0x0002, MASTER: 0x0004, NO_INTERRUPT: 0x0400 } as const;
/** Memory space, bus master, parity, SERR#, interrupt disable: I/O space there is none. */
const COMMAND_WRITABLE = 0x0546;
const STATUS = { INTERRUPT: 0x0008, CAPABILITIES: 0x0010 } as const;
/** Error bits of the status register, cleared by writing ones. */
const STATUS_CLEARABLE = 0xf900;
const MULTIFUNCTION = 0x80;
const CONFIG_BYTES = 256;

export interface PciBar {
  /** 0–5; 32-bit memory, not prefetchable. */
  readonly index: number;
  /** A power of two, 16 at least. */
  readonly size: number;
  readMmio(offset: number, size: AccessSize): number;
  writeMmio(offset: number, size: AccessSize, value: number): void;
}

export interface PciIdentity {
  readonly vendor: number;
  readonly device: number;
  readonly revision: number;
  /** Base class, subclass and programming interface, 24 bits. */
  readonly classCode: number;
  readonly subsystemVendor?: number;
  readonly subsystem?: number;
  readonly multifunction?: boolean;
  /** 1–4 for INTA# to INTD#; none if left out. */
  readonly interruptPin?: number;
}

export interface PciCapability {
  readonly id: number;
  /** What follows id and pointer. */
  readonly body: readonly number[];
  /** Bits software can change, by byte of the body; none if left out. */
  readonly writable?: readonly number[];
}

export const PCI_FUNCTION_STATE = {
  config: bytes(CONFIG_BYTES),
  /** The function wants an interrupt. */
  wants: FLAG,
  /** Level of its interrupt wire. */
  wire: FLAG,
};

/**
 * One function on a PCI bus: its 256 bytes of configuration space, its memory windows and its interrupt wire. What it is beyond
 * that, a subclass says.
 */
export abstract class PciFunction implements Device {
  readonly windows: readonly (MovableMmioTarget & { readonly length: number })[];
  protected pci: StateOf<typeof PCI_FUNCTION_STATE>;
  private readonly initial = new Uint8Array(CONFIG_BYTES);
  private readonly writable = new Uint8Array(CONFIG_BYTES);
  private next: number = PCI.OWN;
  private lastLink: number = PCI.CAPABILITIES;
  private irq: IrqLine = UNCONNECTED;

  protected constructor(
    readonly name: string,
    identity: PciIdentity,
    private readonly bars: readonly PciBar[] = [],
  ) {
    const { initial, writable } = this;
    const word = (at: number, value: number): void => {
      initial[at] = value;
      initial[at + 1] = value >> 8;
    };
    word(PCI.VENDOR, identity.vendor);
    word(PCI.DEVICE, identity.device);
    initial[PCI.REVISION] = identity.revision;
    word(PCI.CLASS, identity.classCode);
    initial[PCI.CLASS + 2] = identity.classCode >> 16;
    initial[PCI.HEADER_TYPE] = identity.multifunction ? MULTIFUNCTION : 0;
    word(PCI.SUBSYSTEM_VENDOR, identity.subsystemVendor ?? 0);
    word(PCI.SUBSYSTEM, identity.subsystem ?? 0);
    initial[PCI.INTERRUPT_PIN] = identity.interruptPin ?? 0;
    writable[PCI.COMMAND] = COMMAND_WRITABLE & 0xff;
    writable[PCI.COMMAND + 1] = COMMAND_WRITABLE >> 8;
    writable[PCI.CACHE_LINE] = writable[PCI.LATENCY] = writable[PCI.INTERRUPT_LINE] = 0xff;
    for (const { index, size } of bars) {
      const mask = ~(size - 1);
      for (let n = 0; n < 4; n++) writable[PCI.BAR_0 + index * 4 + n] = mask >> (8 * n);
    }
    this.windows = bars.map((bar) => this.window(bar));
    this.pci = { config: initial.slice(), wants: false, wire: false };
  }

  /** Wires INTA# to INTD# of this slot to where the board says. */
  connect(irq: IrqLine): void {
    this.irq = irq;
  }

  /** 1–4, or 0 for none. */
  get interruptPin(): number {
    return this.initial[PCI.INTERRUPT_PIN]!;
  }

  /** Adds to the list; at construction only. Gives the offset of the capability in configuration space. */
  protected addCapability({ id, body, writable = [] }: PciCapability): number {
    const { initial } = this;
    const at = this.next;
    this.next = (at + 2 + body.length + 3) & ~3;
    if (this.next > CONFIG_BYTES) throw new RangeError(`${this.name}: the capabilities do not fit`);
    initial[this.lastLink] = at;
    initial[PCI.STATUS]! |= STATUS.CAPABILITIES;
    initial[at] = id;
    initial.set(body, at + 2);
    this.writable.set(writable, at + 2);
    this.lastLink = at + 1;
    this.pci.config = initial.slice();
    return at;
  }

  /** A register of the function's own; at construction only. */
  protected addRegister(at: number, value: number, writable: number): void {
    this.initial[at] = this.pci.config[at] = value;
    this.writable[at] = writable;
  }

  /** What firmware leaves in the header: windows placed and open, the interrupt line. At construction only. */
  placeWindows(bases: readonly number[], interruptLine: number): void {
    const { initial } = this;
    this.bars.forEach(({ index }, n) => {
      const base = bases[n] ?? 0;
      for (let byte = 0; byte < 4; byte++) initial[PCI.BAR_0 + index * 4 + byte] = base >>> (8 * byte);
    });
    if (this.bars.length > 0) initial[PCI.COMMAND] = COMMAND.MEMORY;
    initial[PCI.INTERRUPT_LINE] = this.interruptPin ? interruptLine : 0;
    this.pci.config = initial.slice();
  }

  /** Bus master: it may read and write memory. */
  protected get mayMaster(): boolean {
    return (this.pci.config[PCI.COMMAND]! & COMMAND.MASTER) !== 0;
  }

  readConfig(offset: number, size: AccessSize): number {
    let value = 0;
    for (let n = size - 1; n >= 0; n--) value = value * 256 + this.configByte(offset + n);
    return value;
  }

  writeConfig(offset: number, size: AccessSize, value: number): void {
    const { config } = this.pci;
    for (let n = 0; n < size; n++) {
      const at = offset + n;
      const byte = (value >>> (8 * n)) & 0xff;
      if (at === PCI.STATUS + 1) config[at]! &= ~(byte & (STATUS_CLEARABLE >> 8));
      const mask = this.writable[at]!;
      config[at] = (config[at]! & ~mask) | (byte & mask);
    }
    this.driveInterrupt();
    this.configWritten(offset, size);
  }

  reset(): void {
    this.pci.config = this.initial.slice();
    this.pci.wants = false;
    this.driveInterrupt();
  }

  abstract saveState(): DeviceState;
  abstract loadState(saved: DeviceState): void;

  /** For a function with registers of its own: some of `size` bytes at `offset` were written. */
  protected configWritten(_offset: number, _size: AccessSize): void {}

  /** A byte of configuration space as it reads. */
  protected configByte(at: number): number {
    const stored = this.pci.config[at]!;
    return at === PCI.STATUS && this.pci.wants ? stored | STATUS.INTERRUPT : stored;
  }

  /** The interrupt as the function wants it; the command register may hold it back. */
  protected setInterrupt(wants: boolean): void {
    this.pci.wants = wants;
    this.driveInterrupt();
  }

  /** Its wire is low, and wanting an interrupt would raise it. */
  protected get canInterrupt(): boolean {
    return !this.pci.wants && !this.isHeld;
  }

  private get isHeld(): boolean {
    return (this.pci.config[PCI.COMMAND + 1]! & (COMMAND.NO_INTERRUPT >> 8)) !== 0;
  }

  private driveInterrupt(): void {
    const { pci } = this;
    const level = pci.wants && !this.isHeld;
    if (level === pci.wire) return;
    pci.wire = level;
    this.irq.set(level);
  }

  private window(bar: PciBar): MovableMmioTarget & { readonly length: number } {
    const { index, size } = bar;
    const base = (): number => this.windowBase(index);
    return {
      name: `${this.name} window ${index}`,
      length: size,
      get mmioBase() {
        return base();
      },
      readMmio: (offset, width) => bar.readMmio(offset, width),
      writeMmio: (offset, width, value) => bar.writeMmio(offset, width, value),
    };
  }

  /** SPA of a window, or −1 while memory space is closed. */
  private windowBase(index: number): number {
    const { config } = this.pci;
    if ((config[PCI.COMMAND]! & COMMAND.MEMORY) === 0) return -1;
    const at = PCI.BAR_0 + index * 4;
    return (config[at]! & 0xf0) + config[at + 1]! * 0x100 + config[at + 2]! * 0x1_0000 + config[at + 3]! * 0x100_0000;
  }
}
