import type { AccessSize, IrqLine, PortDevice, PortRange } from '../bus/device';
import {
  type DeviceState,
  type StateOf,
  U32,
  U8,
  integer,
  list,
  loadFields,
  record,
  saveFields,
} from '../bus/device-state';
import { PCI_FUNCTION_STATE, PciFunction } from './pci-function';

const ADDRESS_PORT = 0xcf8;
const DATA_PORT = 0xcfc;
/** The reset control register of the bridge lies under the address port. */
export const RESET_CONTROL = 0xcf9;
const RESET_BITS = { HARD: 0x02, RESET: 0x04 } as const;
/** What the ACPI tables say is to be written there. */
export const RESET_VALUE = RESET_BITS.HARD | RESET_BITS.RESET;

const ENABLE = 0x8000_0000;
/** Enable, bus, device, function and register. */
const ADDRESS_BITS = 0x80ff_fffc;
const SLOTS = 32;
const WIRES = 4;

const PCI_HOST_STATE = {
  address: U32,
  resetControl: U8,
  /** Which slots assert INTA# to INTD#: a wire is low while any does. */
  asserted: list(U32, WIRES),
};

export interface PciHostWires {
  name?: string;
  /** The four interrupt wires behind the slots; true is an interrupt. */
  interrupts: readonly IrqLine[];
  /** Bit 2 of port CF9h went from 0 to 1. */
  onReset?: () => void;
}

/** PCI's configuration mechanism #1 and bus 0. Slots share four interrupt wires: pin n of slot s is on wire (s + n) mod 4. */
export class PciHost implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [{ base: ADDRESS_PORT, count: 8, widest: 4 }];
  private readonly functions = new Map<number, PciFunction>();
  private reg: StateOf<typeof PCI_HOST_STATE> = { address: 0, resetControl: 0, asserted: [0, 0, 0, 0] };

  constructor(private readonly wires: PciHostWires) {
    this.name = wires.name ?? 'PCI host';
  }

  /** Puts a function into a slot, before the machine starts. */
  plug(slot: number, number: number, pci: PciFunction): void {
    if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) throw new RangeError(`there is no PCI slot ${slot}`);
    const at = slot * 8 + number;
    const owner = this.functions.get(at);
    if (owner) throw new Error(`PCI slot ${slot}.${number} of ${pci.name} belongs to ${owner.name}`);
    this.functions.set(at, pci);
    if (pci.interruptPin > 0) {
      const wire = (slot + pci.interruptPin - 1) % WIRES;
      const bit = 2 ** slot;
      pci.connect({ set: (level) => this.setWire(wire, bit, level) });
    }
  }

  readPort(port: number, size: AccessSize): number {
    if (port >= DATA_PORT) {
      const target = this.selected;
      return target ? target.readConfig(this.register + port - DATA_PORT, size) : 0xffff_ffff;
    }
    if (port === ADDRESS_PORT && size === 4) return this.reg.address;
    if (port === RESET_CONTROL && size === 1) return this.reg.resetControl;
    return 0xffff_ffff;
  }

  writePort(port: number, size: AccessSize, value: number): void {
    if (port >= DATA_PORT) this.selected?.writeConfig(this.register + port - DATA_PORT, size, value);
    else if (port === ADDRESS_PORT && size === 4) this.reg.address = (value & ADDRESS_BITS) >>> 0;
    else if (port === RESET_CONTROL && size === 1) {
      const rises = (value & ~this.reg.resetControl & RESET_BITS.RESET) !== 0;
      this.reg.resetControl = value & RESET_VALUE;
      if (rises) this.wires.onReset?.();
    }
  }

  reset(): void {
    this.reg.address = 0;
    this.reg.resetControl = 0;
  }

  saveState(): DeviceState {
    return saveFields('pci-host', PCI_HOST_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    this.reg = loadFields('pci-host', PCI_HOST_STATE, saved);
  }

  private get register(): number {
    return this.reg.address & 0xfc;
  }

  /** The function the address register names; there is no bus but 0. */
  private get selected(): PciFunction | undefined {
    const { address } = this.reg;
    return address >= ENABLE && (address & 0x00ff_0000) === 0 ? this.functions.get((address >> 8) & 0xff) : undefined;
  }

  private setWire(wire: number, slot: number, level: boolean): void {
    const { asserted } = this.reg;
    const before = asserted[wire] ?? 0;
    const after = level ? (before | slot) >>> 0 : (before & ~slot) >>> 0;
    asserted[wire] = after;
    if ((before === 0) !== (after === 0)) this.wires.interrupts[wire]?.set(after !== 0);
  }
}

const HOST_BRIDGE_STATE = { pci: record(PCI_FUNCTION_STATE) };

/** 00:00.0, as an Intel 440FX says who it is; it has no registers that do anything. */
export class PciHostBridge extends PciFunction {
  constructor(name: string) {
    super(name, { vendor: 0x8086, device: 0x1237, revision: 2, classCode: 0x06_0000 });
  }
  override saveState(): DeviceState {
    return saveFields('pci-host-bridge', HOST_BRIDGE_STATE, { pci: this.pci });
  }
  override loadState(saved: DeviceState): void {
    this.pci = loadFields('pci-host-bridge', HOST_BRIDGE_STATE, saved).pci;
  }
}

/** Routing registers PIRQRCA to PIRQRCD. */
const PIRQ_ROUTE = 0x60;
const NOT_ROUTED = 0x80;
/** ISA interrupts a wire can be routed to: not timer, keyboard, cascade, clock or coprocessor. */
const ROUTABLE = 0xdef8;
/** What firmware routes INTA# to INTD# to. */
export const PIRQ_LINES = [10, 10, 11, 11] as const;

const ISA_BRIDGE_STATE = {
  pci: record(PCI_FUNCTION_STATE),
  /** Levels of the four wires, and of the sixteen lines of the 8259s that they drive. */
  wires: integer(0, 0xf),
  lines: integer(0, 0xffff),
};

/** 00:01.0, as the PCI-to-ISA bridge of an Intel PIIX3 says who it is: it routes PCI's interrupts to the 8259s. */
export class PciIsaBridge extends PciFunction {
  private levels = { wires: 0, lines: 0 };

  /** @param lines the interrupt inputs of the 8259s, by number */
  constructor(
    name: string,
    private readonly lines: (irq: number) => IrqLine,
  ) {
    super(name, { vendor: 0x8086, device: 0x7000, revision: 0, classCode: 0x06_0100, multifunction: true });
    PIRQ_LINES.forEach((irq, wire) => this.addRegister(PIRQ_ROUTE + wire, irq, 0x8f));
  }

  /** INTA# to INTD#, PIRQA to PIRQD of this bridge. */
  wire(index: number): IrqLine {
    const bit = 1 << index;
    return {
      set: (level) => {
        this.levels.wires = level ? this.levels.wires | bit : this.levels.wires & ~bit;
        this.route();
      },
    };
  }

  override reset(): void {
    super.reset();
    this.route();
  }

  override saveState(): DeviceState {
    return saveFields('pci-isa-bridge', ISA_BRIDGE_STATE, { pci: this.pci, ...this.levels });
  }
  override loadState(saved: DeviceState): void {
    const { pci, ...levels } = loadFields('pci-isa-bridge', ISA_BRIDGE_STATE, saved);
    this.pci = pci;
    this.levels = levels;
  }

  protected override configWritten(): void {
    this.route();
  }

  /** The lines of the 8259s that a wire drives, a bit each: one or none. */
  linesOf(wire: number): number {
    const route = this.pci.config[PIRQ_ROUTE + wire]!;
    return route & NOT_ROUTED ? 0 : (1 << (route & 0xf)) & ROUTABLE;
  }

  private route(): void {
    const { levels } = this;
    let lines = 0;
    for (let wire = 0; wire < WIRES; wire++) {
      if (levels.wires & (1 << wire)) lines |= this.linesOf(wire);
    }
    const changed = lines ^ levels.lines;
    levels.lines = lines;
    for (let irq = 0; irq < 16; irq++) if (changed & (1 << irq)) this.lines(irq).set((lines & (1 << irq)) !== 0);
  }
}
