/** A guest's own board: instances of the machine's device classes on a port space of the guest's own. It has no firmware. */
import { Clock } from '../engine/bus/clock';
import { IoBus } from '../engine/bus/bus';
import type { Device } from '../engine/bus/device';
import type { DeviceState } from '../engine/bus/device-state';
import { DebugExit } from '../engine/devices/debug-exit';
import { Debugcon } from '../engine/devices/debugcon';
import { PicPair } from '../engine/devices/pic8259';
import { Pit8254 } from '../engine/devices/pit8254';
import { Port61 } from '../engine/devices/port61';
import { Port92 } from '../engine/devices/port92';
import { Uart16550 } from '../engine/devices/uart16550';

const COM1_BASE = 0x3f8;
const COM1_IRQ = 4;
const PIT_IRQ = 0;

export interface GuestBoardWires {
  /** A byte left COM1's transmitter. */
  readonly onConsole: (byte: number) => void;
  /** A byte was written to port E9h. */
  readonly onDebugcon: (byte: number) => void;
  /** Debug exit, port F4h. */
  readonly onExit: (status: number, value: number) => void;
  /** Port 92h bit 0. */
  readonly onReset: () => void;
}

export interface GuestBoardState {
  readonly clock: DeviceState;
  readonly bus: DeviceState;
  /** By device name. */
  readonly devices: { readonly [name: string]: DeviceState };
}

export class GuestBoard {
  readonly io = new IoBus();
  /** Virtual time as the guest's devices see it. The hypervisor advances it at each #VMEXIT and backs its alarms with the host's PIT. */
  readonly clock = new Clock();
  readonly pic: PicPair;
  readonly com1: Uart16550;
  private readonly devices: readonly Device[];

  constructor(wires: GuestBoardWires) {
    const { clock: time } = this;
    this.pic = new PicPair({ name: 'PIC' });
    this.com1 = new Uart16550({
      name: 'COM1',
      base: COM1_BASE,
      time,
      irq: this.pic.line(COM1_IRQ),
      onTransmit: wires.onConsole,
    });
    const pit = new Pit8254({ name: 'PIT', time, irq: this.pic.line(PIT_IRQ) });
    const devices = [
      this.pic,
      this.com1,
      pit,
      new Port61({ name: 'port 61h', time, timer: pit.speakerTimer }),
      new Port92({ name: 'port 92h', onReset: wires.onReset }),
      new DebugExit({ name: 'debug exit', onExit: wires.onExit }),
      new Debugcon({ name: 'debugcon', onOutput: wires.onDebugcon }),
    ];
    for (const device of devices) this.io.attach(device);
    this.devices = devices;
  }

  /** The guest's devices come to the present: alarms due are fired. */
  advanceTo(time: number): void {
    if (time > this.clock.now) this.clock.advanceTo(time);
    this.clock.runDue();
  }

  saveState(): GuestBoardState {
    const devices: { [name: string]: DeviceState } = {};
    for (const device of this.devices) devices[device.name] = device.saveState();
    return { clock: this.clock.saveState(), bus: this.io.saveState(), devices };
  }

  loadState(saved: GuestBoardState): void {
    for (const device of this.devices) device.loadState(saved.devices[device.name] ?? {});
    this.io.loadState(saved.bus);
    this.clock.loadState(saved.clock);
  }
}
