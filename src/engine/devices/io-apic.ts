import { type AccessSize, type Device, type IrqLine, type MmioTarget } from '../bus/device';
import {
  type DeviceState,
  DeviceStateError,
  U32,
  U8,
  integer,
  list,
  loadFields,
  record,
  saveFields,
} from '../bus/device-state';
import { type ApicMessage, MESSAGE } from './apic-message';

export const IO_APIC_PINS = 24;

/** Register windows, from the base. */
const IOREGSEL = 0x00;
const IOWIN = 0x10;
/** Registers by IOREGSEL. */
const IOAPICID = 0x00;
const IOAPICVER = 0x01;
const IOAPICARB = 0x02;
const IOREDTBL = 0x10;
/** Version 11h, the 82093AA's; the last redirection entry. */
const VERSION = 0x11 | ((IO_APIC_PINS - 1) << 16);

/** Redirection entry, low half. */
const VECTOR = 0xff;
const TYPE_SHIFT = 8;
const LOGICAL = 0x800;
const ACTIVE_LOW = 0x2000;
const REMOTE_IRR = 0x4000;
const LEVEL = 0x8000;
const MASKED = 0x1_0000;
const WRITABLE = VECTOR | (7 << TYPE_SHIFT) | LOGICAL | ACTIVE_LOW | LEVEL | MASKED;

const IO_APIC_STATE = {
  select: U8,
  id: integer(0, 0xf),
  arbitration: integer(0, 0xf),
  /** Electrical levels of the pins. */
  levels: integer(0, 2 ** IO_APIC_PINS - 1),
  entries: list(record({ low: U32, destination: U8 }), IO_APIC_PINS),
};

export interface IoApicWires {
  readonly name?: string;
  /** Sends to the local APICs; whether one has accepted it. */
  readonly send: (message: ApicMessage) => boolean;
  /** Pins whose wire rests high, a bit each. */
  readonly restHigh?: number;
}

/** The I/O APIC 82093AA: 24 pins, each with an entry that says what becomes of it. */
export class IoApic implements Device, MmioTarget {
  readonly name: string;
  private reg = {
    select: 0,
    id: 0,
    arbitration: 0,
    levels: 0,
    entries: Array.from({ length: IO_APIC_PINS }, () => ({ low: MASKED, destination: 0 })),
  };

  constructor(private readonly wires: IoApicWires) {
    this.name = wires.name ?? 'I/O APIC';
    this.reg.levels = wires.restHigh ?? 0;
  }

  /** The wire to a pin, electrical: what level means an interrupt is the entry's polarity. */
  pin(pin: number): IrqLine {
    if (!Number.isInteger(pin) || pin < 0 || pin >= IO_APIC_PINS)
      throw new RangeError(`the I/O APIC has no pin ${pin}`);
    return { set: (level) => this.setPin(pin, level) };
  }

  private setPin(pin: number, level: boolean): void {
    const { reg } = this;
    const bit = 1 << pin;
    if (((reg.levels & bit) !== 0) === level) return;
    reg.levels ^= bit;
    const { low } = reg.entries[pin]!;
    if ((low & LEVEL) !== 0) this.sample(pin);
    // An edge at a masked pin is ignored, not kept.
    else if ((low & MASKED) === 0 && this.active(pin)) this.deliver(pin);
  }

  private active(pin: number): boolean {
    const high = (this.reg.levels & (1 << pin)) !== 0;
    return high !== ((this.reg.entries[pin]!.low & ACTIVE_LOW) !== 0);
  }

  /** A level-triggered pin asks while it is active and its last interrupt has ended. */
  private sample(pin: number): void {
    const entry = this.reg.entries[pin]!;
    if ((entry.low & (LEVEL | MASKED | REMOTE_IRR)) !== LEVEL || !this.active(pin)) return;
    const type = (entry.low >>> TYPE_SHIFT) & 7;
    const waits = type === MESSAGE.FIXED || type === MESSAGE.LOWEST_PRIORITY;
    if (this.deliver(pin) && waits) entry.low |= REMOTE_IRR;
  }

  private deliver(pin: number): boolean {
    const { low, destination } = this.reg.entries[pin]!;
    return this.wires.send({
      type: (low >>> TYPE_SHIFT) & 7,
      vector: low & VECTOR,
      level: (low & LEVEL) !== 0,
      destination,
      logical: (low & LOGICAL) !== 0,
    });
  }

  /** A local APIC has ended a level-triggered interrupt. */
  endOfInterrupt(vector: number): void {
    this.reg.entries.forEach((entry, pin) => {
      if ((entry.low & (LEVEL | REMOTE_IRR)) !== (LEVEL | REMOTE_IRR) || (entry.low & VECTOR) !== vector) return;
      entry.low &= ~REMOTE_IRR;
      this.sample(pin);
    });
  }

  /** Level-triggered interrupts nobody could accept are asked for again: a local APIC was enabled. */
  retry(): void {
    for (let pin = 0; pin < IO_APIC_PINS; pin++) this.sample(pin);
  }

  readMmio(offset: number, size: AccessSize): number {
    const value = (offset & ~3) === IOREGSEL ? this.reg.select : (offset & ~3) === IOWIN ? this.read() : 0;
    return size === 4 ? value : (value >>> (8 * (offset & 3))) & (size === 1 ? 0xff : 0xffff);
  }

  /** IOREGSEL takes any width, IOWIN whole double words only. */
  writeMmio(offset: number, size: AccessSize, value: number): void {
    if (offset === IOREGSEL) this.reg.select = value & 0xff;
    else if (offset === IOWIN && size === 4) this.write(value);
  }

  private read(): number {
    const { select, id, arbitration, entries } = this.reg;
    const entry = entries[(select - IOREDTBL) >> 1];
    if (entry) return select & 1 ? (entry.destination << 24) >>> 0 : entry.low;
    switch (select) {
      case IOAPICID:
        return id << 24;
      case IOAPICVER:
        return VERSION;
      case IOAPICARB:
        return arbitration << 24;
      default:
        return 0;
    }
  }

  private write(value: number): void {
    const { reg } = this;
    const { select } = reg;
    if (select === IOAPICID) reg.id = reg.arbitration = (value >>> 24) & 0xf;
    const pin = (select - IOREDTBL) >> 1;
    const entry = reg.entries[pin];
    if (!entry) return;
    if (select & 1) {
      entry.destination = value >>> 24;
      return;
    }
    // Remote IRR is of level-triggered entries only: made edge-triggered, an entry forgets it.
    entry.low = (value & WRITABLE) | (value & LEVEL ? entry.low & REMOTE_IRR : 0);
    this.sample(pin);
  }

  reset(): void {
    const { reg } = this;
    reg.select = reg.id = reg.arbitration = 0;
    reg.entries = reg.entries.map(() => ({ low: MASKED, destination: 0 }));
  }

  saveState(): DeviceState {
    return saveFields('io-apic', IO_APIC_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    const reg = loadFields('io-apic', IO_APIC_STATE, saved);
    if (reg.entries.length !== IO_APIC_PINS) throw new DeviceStateError(`io-apic.entries: ${IO_APIC_PINS} are needed`);
    this.reg = reg;
  }
}
