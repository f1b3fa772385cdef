import type { Alarm, VirtualTime } from '../bus/clock';
import { type AccessSize, type IrqLine, type PortDevice, type PortRange, UNCONNECTED } from '../bus/device';
import { type DeviceState, loadFields, record, saveFields } from '../bus/device-state';
import { CONTROL, PIT_CHANNEL_STATE, PitChannel } from './pit-channel';

/** CLK of all three channels. */
const PIT_HZ = 1_193_182;
const SECOND = 1_000_000_000;

const PIT_BASE = 0x40;
const CONTROL_PORT = 3;
const READ_BACK = 3;
/** Bits of the read-back command; the latches are chosen by zeros. */
const READ_BACK_BITS = { NO_STATUS: 1 << 4, NO_COUNT: 1 << 5 } as const;

const PIT_STATE = {
  channel0: record(PIT_CHANNEL_STATE),
  channel1: record(PIT_CHANNEL_STATE),
  channel2: record(PIT_CHANNEL_STATE),
};

/** Pulses of CLK from the start of time to `time` nanoseconds. No error gathers: each second is counted whole. */
export function pitTicks(time: number): number {
  const rest = time % SECOND;
  return ((time - rest) / SECOND) * PIT_HZ + quotient(rest * PIT_HZ, SECOND);
}

/** The first nanosecond at which pulse `tick` has come. */
export function pitTime(tick: number): number {
  const rest = tick % PIT_HZ;
  return ((tick - rest) / PIT_HZ) * SECOND + quotient(rest * SECOND + PIT_HZ - 1, PIT_HZ);
}

/** Integer division, exact for all safe integers. */
function quotient(dividend: number, divisor: number): number {
  return (dividend - (dividend % divisor)) / divisor;
}

/** What port 61h sees of channel 2. */
export interface SpeakerTimer {
  gate: boolean;
  readonly out: boolean;
}

export interface PitWires {
  name?: string;
  time: VirtualTime;
  /** OUT of channel 0. */
  irq?: IrqLine;
}

/**
 * The 8254 programmable interval timer of a PC: channel 0 drives IRQ 0, channel 1 once refreshed memory, channel 2 has
 * its GATE and OUT at port 61h. After power-up all OUTs are high and nothing counts.
 */
export class Pit8254 implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [{ base: PIT_BASE, count: 4 }];
  /** GATE and OUT of channel 2. */
  readonly speakerTimer: SpeakerTimer;
  private readonly time: VirtualTime;
  private readonly channels: readonly [PitChannel, PitChannel, PitChannel];
  private readonly alarm: Alarm;

  constructor(wires: PitWires) {
    this.name = wires.name ?? 'PIT';
    this.time = wires.time;
    const irq = wires.irq ?? UNCONNECTED;
    const channel2 = new PitChannel(false, () => {});
    this.channels = [new PitChannel(true, (level) => irq.set(level)), new PitChannel(true, () => {}), channel2];
    this.speakerTimer = {
      get gate() {
        return channel2.reg.gate;
      },
      set gate(level) {
        channel2.run(pitTicks(wires.time.now));
        channel2.setGate(level);
      },
      get out() {
        channel2.run(pitTicks(wires.time.now));
        return channel2.reg.out;
      },
    };
    this.alarm = wires.time.alarm(`${this.name} channel 0`, (due) => {
      this.channels[0].run(pitTicks(due));
      this.schedule();
    });
    irq.set(true);
  }

  readPort(port: number): number {
    const channel = this.channels[port - PIT_BASE];
    // The control register cannot be read: nothing drives the bus.
    if (!channel) return 0xff;
    channel.run(pitTicks(this.time.now));
    return channel.read();
  }

  writePort(port: number, _size: AccessSize, value: number): void {
    const now = pitTicks(this.time.now);
    for (const channel of this.channels) channel.run(now);
    if (port - PIT_BASE === CONTROL_PORT) this.writeControl(value);
    else this.channels[port - PIT_BASE]!.writeCount(value);
    this.schedule();
  }

  reset(): void {
    const now = pitTicks(this.time.now);
    for (const channel of this.channels) channel.reset(now);
    this.schedule();
  }

  saveState(): DeviceState {
    const [channel0, channel1, channel2] = this.channels;
    return saveFields('pit8254', PIT_STATE, { channel0: channel0.reg, channel1: channel1.reg, channel2: channel2.reg });
  }

  loadState(saved: DeviceState): void {
    const state = loadFields('pit8254', PIT_STATE, saved);
    this.channels[0].reg = state.channel0;
    this.channels[1].reg = state.channel1;
    this.channels[2].reg = state.channel2;
  }

  private writeControl(value: number): void {
    const select = value >> 6;
    if (select === READ_BACK) {
      this.channels.forEach((channel, index) => {
        if (!(value & (2 << index))) return;
        if (!(value & READ_BACK_BITS.NO_COUNT)) channel.latchCount();
        if (!(value & READ_BACK_BITS.NO_STATUS)) channel.latchStatus();
      });
      return;
    }
    const channel = this.channels[select]!;
    if (value & CONTROL.ACCESS) channel.writeControl(value & CONTROL.ALL);
    else channel.latchCount();
  }

  /** Sets the alarm to the next pulse at which OUT of channel 0 may move. */
  private schedule(): void {
    const tick = this.channels[0].nextChange;
    if (tick === Infinity) this.alarm.cancel();
    else this.alarm.at(pitTime(tick));
  }
}
