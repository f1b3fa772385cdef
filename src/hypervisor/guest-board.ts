/** A guest's own board: instances of the machine's device classes on address spaces of the guest's own. It has no firmware. */
import { Clock } from '../engine/bus/clock';
import type { IoBus, MmioBus } from '../engine/bus/bus';
import type { DmaMemory } from '../engine/bus/dma';
import type { DeviceState } from '../engine/bus/device-state';
import { UNCONNECTED } from '../engine/bus/device';
import { buildBoard, type BoardParts } from '../engine/machine/board';

export interface GuestBoardWires {
  /** Memory of the guest in bytes. */
  readonly ramSize: number;
  /** Memory as bus masters reach it. */
  readonly dma: DmaMemory;
  /** Contents of a virtio disk, if there is one. */
  readonly disk?: Uint8Array;
  /** The processor has x2APIC mode. */
  readonly x2apic: boolean;
  /** Width of a physical address. */
  readonly physicalBits: number;
  /** NMI for the processor. */
  readonly onNmi: () => void;
  /** A byte left the virtio console; there is none if left out. */
  readonly onVirtioConsole?: (byte: number) => void;
  /** A byte left COM1's transmitter. */
  readonly onConsole: (byte: number) => void;
  /** A byte was written to port E9h. */
  readonly onDebugcon: (byte: number) => void;
  /** Debug exit, port F4h. */
  readonly onExit: (status: number, value: number) => void;
  /** Port 92h bit 0. */
  readonly onReset: () => void;
  /** Soft off of ACPI. */
  readonly onPowerOff: () => void;
}

export interface GuestBoardState {
  readonly clock: DeviceState;
  /** By device name. */
  readonly devices: { readonly [name: string]: DeviceState };
}

export class GuestBoard {
  /** Virtual time as the guest's devices see it. The hypervisor advances it at each #VMEXIT and backs its alarms with the host's PIT. */
  readonly clock = new Clock();
  readonly parts: BoardParts;

  constructor(wires: GuestBoardWires) {
    // What the wire to the processor carries is asked for before each VMRUN.
    this.parts = buildBoard({ ...wires, clock: this.clock, intr: UNCONNECTED });
  }

  get io(): IoBus {
    return this.parts.io;
  }
  get mmio(): MmioBus {
    return this.parts.mmio;
  }
  /** What stands before the processor: its local APIC, behind which the PIC is. */
  get interrupts(): BoardParts['localApic'] {
    return this.parts.localApic;
  }
  get pic(): BoardParts['pic'] {
    return this.parts.pic;
  }
  get com1(): BoardParts['com1'] {
    return this.parts.com1;
  }

  /** The guest's devices come to the present: alarms due are fired. */
  advanceTo(time: number): void {
    if (time > this.clock.now) this.clock.advanceTo(time);
    this.clock.runDue();
  }

  saveState(): GuestBoardState {
    const devices: { [name: string]: DeviceState } = {};
    for (const device of this.parts.devices) devices[device.name] = device.saveState();
    return { clock: this.clock.saveState(), devices };
  }

  loadState(saved: GuestBoardState): void {
    for (const device of this.parts.devices) device.loadState(saved.devices[device.name] ?? {});
    this.clock.loadState(saved.clock);
  }
}
