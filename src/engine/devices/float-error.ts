import { type AccessSize, type IrqLine, type PortDevice, type PortRange, UNCONNECTED } from '../bus/device';
import { FLAG, type DeviceState, type StateOf, loadFields, saveFields } from '../bus/device-state';

/** Coprocessor ports of the AT: F0h clears the error, F1h once reset the coprocessor. */
const CLEAR = 0xf0;
const PORTS = 2;

const FLOAT_ERROR_STATE = { pending: FLAG };

export interface FloatErrorWires {
  name?: string;
  /** IRQ 13. */
  irq?: IrqLine;
  /** The processor's IGNNE input goes up: x87 instructions go on although an exception is pending. */
  onIgnore?: () => void;
}

/**
 * What the AT has between the x87 unit's error output and the interrupt controller: the error is latched and raises IRQ 13; writing
 * port F0h, as the handler does first, takes the interrupt back and lets the handler's own x87 instructions run.
 */
export class FloatError implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [{ base: CLEAR, count: PORTS }];
  private reg: StateOf<typeof FLOAT_ERROR_STATE> = { pending: false };
  private readonly irq: IrqLine;

  constructor(private readonly wires: FloatErrorWires = {}) {
    this.name = wires.name ?? 'x87 error latch';
    this.irq = wires.irq ?? UNCONNECTED;
  }

  /** The error output went up. */
  raise(): void {
    this.reg.pending = true;
    this.irq.set(true);
  }

  readPort(): number {
    return 0xff;
  }

  writePort(port: number, _size: AccessSize, _value: number): void {
    if (port !== CLEAR || !this.reg.pending) return;
    this.reg.pending = false;
    this.irq.set(false);
    this.wires.onIgnore?.();
  }

  reset(): void {
    this.reg.pending = false;
    this.irq.set(false);
  }

  saveState(): DeviceState {
    return saveFields('float-error', FLOAT_ERROR_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    this.reg = loadFields('float-error', FLOAT_ERROR_STATE, saved);
  }
}
