import assert from 'node:assert/strict';
import { IoBus } from '../../src/engine/bus/bus';
import { Clock } from '../../src/engine/bus/clock';
import type { AccessSize, PortDevice } from '../../src/engine/bus/device';
import { type DeviceState, DeviceStateError } from '../../src/engine/bus/device-state';
import { AcpiPm } from '../../src/engine/devices/acpi-pm';
import { DebugExit } from '../../src/engine/devices/debug-exit';
import { Debugcon } from '../../src/engine/devices/debugcon';
import { FwCfg, e820File } from '../../src/engine/devices/fw-cfg';
import { I8042 } from '../../src/engine/devices/i8042';
import { PciHost, PciIsaBridge } from '../../src/engine/devices/pci-host';
import { PicPair } from '../../src/engine/devices/pic8259';
import { Pit8254 } from '../../src/engine/devices/pit8254';
import { Port61 } from '../../src/engine/devices/port61';
import { Port92 } from '../../src/engine/devices/port92';
import { Rtc } from '../../src/engine/devices/rtc';
import { Uart16550 } from '../../src/engine/devices/uart16550';
import { VgaTextDisplay } from '../../src/engine/devices/vga-text';
import { random } from './random';

/** All devices, wired as on a PC. What reaches the outside is written to `trace`. */
class Board {
  readonly trace: string[] = [];
  readonly clock = new Clock();
  readonly bus = new IoBus();
  readonly pic = new PicPair({ intr: { set: (level) => this.trace.push(`INTR ${level}`) } });
  readonly pit = new Pit8254({ time: this.clock, irq: this.pic.line(0) });
  readonly uart = new Uart16550({
    name: 'COM1',
    base: 0x3f8,
    time: this.clock,
    irq: this.pic.line(4),
    onTransmit: (byte) => this.trace.push(`sent ${byte}`),
  });
  readonly port92 = new Port92({
    onA20: (open) => this.trace.push(`A20 ${open}`),
    onReset: () => this.trace.push('reset'),
  });
  readonly keyboard = new I8042({
    time: this.clock,
    keyboardIrq: this.pic.line(1),
    auxIrq: this.pic.line(12),
    aux: true,
    a20: this.port92,
    onReset: () => this.trace.push('reset'),
  });
  readonly bridge = new PciIsaBridge('bridge', (irq) => ({ set: (level) => this.trace.push(`IRQ ${irq} ${level}`) }));
  readonly pci = new PciHost({ interrupts: [], onReset: () => this.trace.push('reset') });
  readonly devices: PortDevice[] = [
    this.pic,
    this.pit,
    this.uart,
    new Port61({ time: this.clock, timer: this.pit.speakerTimer }),
    this.port92,
    this.keyboard,
    new Rtc({ time: this.clock, irq: this.pic.line(8), start: 1_735_689_600, memory: 64 << 20 }),
    new AcpiPm({ time: this.clock, sci: this.pic.line(9), onPowerOff: () => this.trace.push('off') }),
    this.pci,
    new VgaTextDisplay({ time: this.clock }),
    new FwCfg({ ramSize: 64 << 20, cpus: 1, files: [e820File(64 << 20)] }),
    new DebugExit({ onExit: (status) => this.trace.push(`exit ${status}`) }),
    new Debugcon({ onOutput: (byte) => this.trace.push(`console ${byte}`) }),
  ];

  constructor() {
    for (const device of this.devices) this.bus.attach(device);
    this.pci.plug(1, 0, this.bridge);
  }

  out(port: number, size: AccessSize, value: number): void {
    this.bus.writePort(port, size, value);
  }

  pass(time: number): void {
    const end = this.clock.now + time;
    while (this.clock.now < end) {
      this.clock.advanceTo(Math.min(end, Math.max(this.clock.next(), this.clock.now)));
      this.clock.runDue();
    }
  }

  save(): DeviceState[] {
    const devices = this.devices.map((device) => device.saveState());
    return [this.clock.saveState(), this.bridge.saveState(), ...devices];
  }

  load(states: readonly DeviceState[]): void {
    const [clock, bridge, ...devices] = states;
    this.clock.loadState(clock!);
    this.bridge.loadState(bridge!);
    this.devices.forEach((device, index) => device.loadState(devices[index]!));
  }
}

/** As a small kernel does it: vectors 20h and 28h, timer near 1 kHz, UART with FIFOs and interrupts. */
function program(board: Board): void {
  const writes: [number, number][] = [
    [0x20, 0x11],
    [0x21, 0x20],
    [0x21, 0x04],
    [0x21, 0x01],
    [0xa0, 0x11],
    [0xa1, 0x28],
    [0xa1, 0x02],
    [0xa1, 0x01],
    [0x43, 0x34],
    [0x40, 0xa9],
    [0x40, 0x04],
    [0x3fa, 0x81],
    [0x3fb, 0x03],
    [0x3fc, 0x0b],
    [0x3f9, 0x0f],
  ];
  for (const [port, value] of writes) board.out(port, 1, value);
}

/** One random act upon the board, drawn from `next` alone. */
function act(board: Board, next: () => number): void {
  const below = (n: number): number => Math.floor(n * next());
  switch (below(9)) {
    case 8:
      return next() < 0.5 ? board.keyboard.press('KeyA') : board.keyboard.release('KeyA');
    case 0:
      return board.pass(below(2 ** below(22)));
    case 1:
      return board.uart.input(Array.from({ length: below(20) }, () => below(256)));
    case 2:
      if (board.pic.interruptPending) {
        const vector = board.pic.acknowledge();
        board.trace.push(`vector ${vector}`);
        if (vector >= 0x28) board.out(0xa0, 1, 0x20);
        board.out(0x20, 1, 0x20);
      }
      return;
    case 3:
      return board.pic.line([1, 3, 5, 8, 12, 15][below(6)]!).set(next() < 0.5);
    case 4:
      return below(50) === 0 ? board.devices[below(board.devices.length)]!.reset() : program(board);
    default: {
      const { ports } = board.devices[below(board.devices.length)]!;
      const range = ports[below(ports.length)]!;
      const port = range.base + below(range.count);
      const size = ([1, 1, 1, 2, 4] as const)[below(5)]!;
      if (next() < 0.5) board.trace.push(`${port.toString(16)} reads ${board.bus.readPort(port, size)}`);
      else board.out(port, size, below(2 ** (8 * size)));
    }
  }
}

function worn(seed: number, acts = 400): Board {
  const board = new Board();
  const next = random(seed);
  program(board);
  for (let i = 0; i < acts; i++) act(board, next);
  return board;
}

describe('device states', () => {
  it('are the whole truth: a board restored from them goes on like the one that never stopped', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const acts = 600;
      const stop = Math.floor(acts * random(seed)());
      const first = worn(seed, stop);
      const saved = structuredClone(first.save());
      const second = worn(seed + 1000, 50);
      second.load(saved);
      assert.deepEqual(second.save(), saved);
      first.trace.length = second.trace.length = 0;
      const [one, two] = [random(seed + 7), random(seed + 7)];
      for (let i = stop; i < acts; i++) {
        act(first, one);
        act(second, two);
        assert.deepEqual(second.trace.slice(-20), first.trace.slice(-20), `seed ${seed}, act ${i}`);
      }
      assert.deepEqual(second.trace, first.trace);
      assert.deepEqual(second.save(), first.save(), `seed ${seed}`);
      assert.deepEqual(saved.length, 2 + first.devices.length);
    }
  });

  it('are not touched by what the board does afterwards', () => {
    const board = worn(5);
    const saved = board.save();
    const copy = structuredClone(saved);
    const next = random(99);
    for (let i = 0; i < 300; i++) act(board, next);
    assert.deepEqual(saved, copy);
    board.load(saved);
    for (let i = 0; i < 300; i++) act(board, next);
    assert.deepEqual(saved, copy);
  });

  it('are plain data that survive JSON', () => {
    const board = worn(6);
    const saved = board.save();
    const other = new Board();
    const text = JSON.stringify(saved, (_, value: unknown) =>
      value instanceof Uint8Array ? { bytes: [...value] } : value,
    );
    const read = JSON.parse(text, (_, value: unknown) => {
      const bytes = (value as { bytes?: number[] } | null)?.bytes;
      return Array.isArray(bytes) ? Uint8Array.from(bytes) : value;
    }) as DeviceState[];
    other.load(read);
    assert.deepEqual(other.save(), saved);
  });

  it('drive no wire when they are restored', () => {
    const saved = worn(7).save();
    const other = new Board();
    other.trace.length = 0;
    other.load(saved);
    assert.deepEqual(other.trace, []);
  });

  new Board().devices.forEach((device, index) => {
    describe(device.name, () => {
      const refused = (state: DeviceState, what: string): void => {
        const board = worn(8);
        const target = board.devices[index]!;
        const before = target.saveState();
        assert.throws(() => target.loadState(state), DeviceStateError, what);
        assert.deepEqual(target.saveState(), before, `${what}: nothing may have changed`);
      };

      it('refuses a state that lacks a field, at any depth', () => {
        const saved = worn(9).devices[index]!.saveState();
        for (const [path, state] of truncations(saved)) refused(state, `without ${path}`);
      });

      it('refuses a state with an impossible value in any field', () => {
        const saved = worn(10).devices[index]!.saveState();
        for (const [path, state] of corruptions(saved)) refused(state, `with a wrong ${path}`);
      });

      it('refuses the state of every other device', () => {
        const board = worn(11);
        const others = [board.clock.saveState()];
        board.devices.forEach((other, i) => i !== index && others.push(other.saveState()));
        others.forEach((state) => refused(state, `as ${String(state.kind)}`));
      });
    });
  });
});

/** Every state that comes of taking one field away. */
function truncations(state: DeviceState): [string, DeviceState][] {
  return Object.entries(state).flatMap(([field, value]): [string, DeviceState][] => {
    const rest = Object.fromEntries(Object.entries(state).filter(([name]) => name !== field)) as DeviceState;
    const inner = isRecord(value)
      ? truncations(value).map(([path, part]): [string, DeviceState] => [
          `${field}.${path}`,
          { ...state, [field]: part },
        ])
      : [];
    return [[field, rest], ...inner];
  });
}

/** Every state that comes of putting -2, which nothing can be, in the place of one value. */
function corruptions(state: DeviceState): [string, DeviceState][] {
  return Object.entries(state).flatMap(([field, value]): [string, DeviceState][] => {
    const inner = isRecord(value)
      ? corruptions(value).map(([path, part]): [string, DeviceState] => [
          `${field}.${path}`,
          { ...state, [field]: part },
        ])
      : [];
    return [[field, { ...state, [field]: -2 }], ...inner];
  });
}

function isRecord(value: unknown): value is DeviceState {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
