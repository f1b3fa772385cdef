import type { AccessSize, PortDevice, PortRange } from '../bus/device';
import { type DeviceState, loadFields, saveFields } from '../bus/device-state';

const DEBUGCON_PORT = 0xe9;
const DEBUGCON_STATE = {};

export interface DebugconWires {
  name?: string;
  /** Told of each byte written. */
  onOutput: (byte: number) => void;
}

/** The port E9h console of Bochs and QEMU: every byte written appears, and reading gives E9h, which tells it is there. */
export class Debugcon implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [{ base: DEBUGCON_PORT, count: 1 }];

  constructor(private readonly wires: DebugconWires) {
    this.name = wires.name ?? 'debugcon';
  }

  readPort(): number {
    return DEBUGCON_PORT;
  }

  writePort(_port: number, _size: AccessSize, value: number): void {
    this.wires.onOutput(value);
  }

  reset(): void {}

  saveState(): DeviceState {
    return saveFields('debugcon', DEBUGCON_STATE, {});
  }

  loadState(saved: DeviceState): void {
    loadFields('debugcon', DEBUGCON_STATE, saved);
  }
}
