import type { AccessSize, PortDevice, PortRange } from '../bus/device';
import { type DeviceState, loadFields, saveFields } from '../bus/device-state';

const DEBUG_EXIT_PORT = 0xf4;
const DEBUG_EXIT_STATE = {};

export interface DebugExitWires {
  name?: string;
  /** Asks the machine to end with `status` = (value << 1) | 1, 32 bits, never 0; `value` is what was written. */
  onExit: (status: number, value: number) => void;
}

/** The debug exit of QEMU (isa-debug-exit at ports F4h–F7h): a write of any width ends the machine. Reads give 0. */
export class DebugExit implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [{ base: DEBUG_EXIT_PORT, count: 4, widest: 4 }];

  constructor(private readonly wires: DebugExitWires) {
    this.name = wires.name ?? 'debug exit';
  }

  readPort(): number {
    return 0;
  }

  writePort(_port: number, _size: AccessSize, value: number): void {
    this.wires.onExit(((value << 1) | 1) >>> 0, value);
  }

  reset(): void {}

  saveState(): DeviceState {
    return saveFields('debug-exit', DEBUG_EXIT_STATE, {});
  }

  loadState(saved: DeviceState): void {
    loadFields('debug-exit', DEBUG_EXIT_STATE, saved);
  }
}
