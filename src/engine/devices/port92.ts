import type { AccessSize, PortDevice, PortRange } from '../bus/device';
import { type DeviceState, type StateOf, U8, loadFields, saveFields } from '../bus/device-state';

/** System control port A. */
const PORT_92 = 0x92;
const FAST_RESET = 1 << 0;
const A20_GATE = 1 << 1;

const PORT92_STATE = { control: U8 };

export interface Port92Wires {
  name?: string;
  /** The A20 gate: with it closed, address bit 20 is 0 on every access. */
  onA20?: (enabled: boolean) => void;
  /** Asks the machine to reset the processor: bit 0 went from 0 to 1. */
  onReset?: () => void;
}

/**
 * Port 92h, system control port A: bit 0 resets the processor, bit 1 opens the A20 gate; the rest is stored. The gate is one latch,
 * which the keyboard controller sets, too: here it reads back whoever set it.
 * The gate is open after RESET, or the reset vector below 4 GB could not be fetched.
 */
export class Port92 implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [{ base: PORT_92, count: 1 }];
  private reg: StateOf<typeof PORT92_STATE> = { control: A20_GATE };

  constructor(private readonly wires: Port92Wires = {}) {
    this.name = wires.name ?? 'port 92h';
  }

  get a20Enabled(): boolean {
    return (this.reg.control & A20_GATE) !== 0;
  }

  /** The gate, as other controls of it set it: the last one to speak counts. */
  set a20Enabled(open: boolean) {
    if (open === this.a20Enabled) return;
    this.reg.control ^= A20_GATE;
    this.wires.onA20?.(open);
  }

  readPort(): number {
    return this.reg.control;
  }

  writePort(_port: number, _size: AccessSize, value: number): void {
    const changed = this.reg.control ^ value;
    this.reg.control = value;
    if (changed & A20_GATE) this.wires.onA20?.(this.a20Enabled);
    if (changed & value & FAST_RESET) this.wires.onReset?.();
  }

  reset(): void {
    const closed = !this.a20Enabled;
    this.reg.control = A20_GATE;
    if (closed) this.wires.onA20?.(true);
  }

  saveState(): DeviceState {
    return saveFields('port92', PORT92_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    this.reg = loadFields('port92', PORT92_STATE, saved);
  }
}
