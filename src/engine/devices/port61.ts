import type { VirtualTime } from '../bus/clock';
import type { AccessSize, PortDevice, PortRange } from '../bus/device';
import { type DeviceState, type StateOf, integer, loadFields, saveFields } from '../bus/device-state';
import { type SpeakerTimer, pitTicks } from './pit8254';

/** System control port B. */
const PORT_61 = 0x61;
const TIMER_2_GATE = 1 << 0;
const REFRESH_TOGGLE = 1 << 4;
const TIMER_2_OUT = 1 << 5;
/** Timer gate, speaker data, and the enables of the parity and channel checks. */
const WRITABLE = 0x0f;

/** Memory is refreshed every 18 pulses of the timer's clock, 15.085 µs, however channel 1 is programmed. */
const REFRESH_PULSES = 18;

const PORT61_STATE = { control: integer(0, WRITABLE) };

export interface Port61Wires {
  name?: string;
  time: VirtualTime;
  timer: SpeakerTimer;
}

/**
 * Port 61h, system control port B: the gate and the output of timer channel 2, and the bit that toggles with each memory
 * refresh, by which software waits. No memory error is ever reported, and the speaker is mute.
 */
export class Port61 implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [{ base: PORT_61, count: 1 }];
  private reg: StateOf<typeof PORT61_STATE> = { control: 0 };

  constructor(private readonly wires: Port61Wires) {
    this.name = wires.name ?? 'port 61h';
  }

  readPort(): number {
    const { time, timer } = this.wires;
    const refreshes = Math.floor(pitTicks(time.now) / REFRESH_PULSES);
    return this.reg.control | (refreshes % 2 ? REFRESH_TOGGLE : 0) | (timer.out ? TIMER_2_OUT : 0);
  }

  writePort(_port: number, _size: AccessSize, value: number): void {
    this.reg.control = value & WRITABLE;
    this.wires.timer.gate = (value & TIMER_2_GATE) !== 0;
  }

  reset(): void {
    this.reg.control = 0;
    this.wires.timer.gate = false;
  }

  saveState(): DeviceState {
    return saveFields('port61', PORT61_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    this.reg = loadFields('port61', PORT61_STATE, saved);
  }
}
