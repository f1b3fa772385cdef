import assert from 'node:assert/strict';
import { IoBus, MmioBus } from '../../src/engine/bus/bus';
import type { AccessSize } from '../../src/engine/bus/device';
import { type DeviceState, loadFields, record, saveFields } from '../../src/engine/bus/device-state';
import { PCI_FUNCTION_STATE, PciFunction } from '../../src/engine/devices/pci-function';
import { PciHost, PciHostBridge, PciIsaBridge } from '../../src/engine/devices/pci-host';
import { random } from './random';

const STATE = { pci: record(PCI_FUNCTION_STATE) };

/** A function with a window of 4 KB that answers with the offset, and two capabilities. */
class Sample extends PciFunction {
  readonly log: string[] = [];
  readonly capabilities: number[];
  constructor(pin = 1) {
    const log: string[] = [];
    const identity = { vendor: 0x1af4, device: 0x1042, revision: 1, classCode: 0x01_8000, interruptPin: pin };
    super('sample', identity, [
      {
        index: 2,
        size: 0x1000,
        readMmio: (offset) => offset,
        writeMmio: (offset, size, value) => void log.push(`w${size} ${offset.toString(16)}=${value.toString(16)}`),
      },
    ]);
    this.log = log;
    this.capabilities = [
      this.addCapability({ id: 9, body: [5, 1, 2, 3] }),
      this.addCapability({ id: 0x10, body: [0, 0], writable: [0xff, 0x0f] }),
    ];
    this.placeWindows([0xc000_1000], 11);
  }
  interrupt(level: boolean): void {
    this.setInterrupt(level);
  }
  override saveState(): DeviceState {
    return saveFields('sample', STATE, { pci: this.pci });
  }
  override loadState(saved: DeviceState): void {
    this.pci = loadFields('sample', STATE, saved).pci;
  }
}

function wired(slot = 3, pin = 1) {
  const io = new IoBus();
  const mmio = new MmioBus();
  const log: string[] = [];
  const pic = new Set<number>();
  const bridge = new PciIsaBridge('bridge', (irq) => ({
    set: (level) => void (level ? pic.add(irq) : pic.delete(irq)),
  }));
  const host = new PciHost({
    interrupts: [0, 1, 2, 3].map((wire) => ({
      set: (level) => {
        log.push(`int${'ABCD'[wire]} ${level ? 1 : 0}`);
        bridge.wire(wire).set(level);
      },
    })),
    onReset: () => log.push('reset'),
  });
  io.attach(host);
  const sample = new Sample(pin);
  host.plug(0, 0, new PciHostBridge('host bridge'));
  host.plug(1, 0, bridge);
  host.plug(slot, 0, sample);
  for (const window of sample.windows) mmio.attachMovable(window, window.length);
  const select = (device: number, register: number): void =>
    io.writePort(0xcf8, 4, 0x8000_0000 + device * 0x800 + (register & 0xfc));
  return {
    io,
    mmio,
    host,
    sample,
    bridge,
    log,
    pic,
    read: (device: number, register: number, size: AccessSize = 4): number => {
      select(device, register);
      return io.readPort(0xcfc + (register & 3), size);
    },
    write: (device: number, register: number, size: AccessSize, value: number): void => {
      select(device, register);
      io.writePort(0xcfc + (register & 3), size, value);
    },
  };
}

describe('PCI', () => {
  it('finds functions by mechanism #1, and all ones elsewhere', () => {
    const { io, read } = wired();
    assert.equal(read(0, 0), 0x1237_8086);
    assert.equal(read(1, 0), 0x7000_8086);
    assert.equal(read(1, 8), 0x0601_0000);
    assert.equal(read(1, 0x0c, 4) >>> 16, 0x80, 'multifunction');
    assert.equal(read(3, 0), 0x1042_1af4);
    assert.equal(read(3, 2, 2), 0x1042);
    assert.equal(read(3, 1, 1), 0x1a);
    assert.equal(read(2, 0), 0xffff_ffff);
    io.writePort(0xcf8, 4, 0x8001_0000);
    assert.equal(io.readPort(0xcfc, 4), 0xffff_ffff, 'bus 1');
    io.writePort(0xcf8, 4, 0x0000_1800);
    assert.equal(io.readPort(0xcfc, 4), 0xffff_ffff, 'not enabled');
    io.writePort(0xcf8, 4, 0xffff_ffff);
    assert.equal(io.readPort(0xcf8, 4), 0x80ff_fffc);
    io.writePort(0xcf8, 1, 0x12);
    assert.equal(io.readPort(0xcf8, 4), 0x80ff_fffc, 'bytes do not reach the address register');
  });

  it('sizes, moves and closes a window', () => {
    const { mmio, read, write, sample } = wired();
    assert.equal(read(3, 0x18), 0xc000_1000);
    assert.equal(read(3, 4, 2), 2);
    assert.equal(mmio.read(0xc000_1004, 4), 4);
    write(3, 0x18, 4, 0xffff_ffff);
    assert.equal(read(3, 0x18), 0xffff_f000);
    write(3, 0x18, 4, 0xd000_0000);
    assert.equal(mmio.read(0xc000_1004, 4), 0xffff_ffff);
    assert.equal(mmio.read(0xd000_0ffc, 4), 0xffc);
    mmio.write(0xd000_0010, 2, 0xbeef);
    assert.deepEqual(sample.log, ['w2 10=beef']);
    write(3, 4, 2, 0);
    assert.equal(mmio.read(0xd000_0010, 4), 0xffff_ffff);
    write(3, 4, 2, 0xffff);
    assert.equal(read(3, 4, 2), 0x0546);
    for (const bar of [0x10, 0x14, 0x1c, 0x20, 0x24, 0x30]) {
      write(3, bar, 4, 0xffff_ffff);
      assert.equal(read(3, bar), 0);
    }
    const saved = sample.saveState();
    sample.reset();
    assert.equal(read(3, 0x18), 0xc000_1000);
    sample.loadState(saved);
    assert.equal(mmio.read(0xd000_0ffc, 4), 0xffc);
  });

  it('has a list of capabilities', () => {
    const { read, write, sample } = wired();
    assert.equal(read(3, 6, 2) & 0x10, 0x10);
    const found: number[] = [];
    for (let at = read(3, 0x34, 1); at !== 0; at = read(3, at + 1, 1)) found.push(at);
    assert.deepEqual(found, sample.capabilities);
    assert.deepEqual(
      found.map((at) => read(3, at, 1)),
      [9, 0x10],
    );
    write(3, found[1]!, 4, 0xffff_ffff);
    assert.equal(read(3, found[1]!), 0x0fff_0010);
    write(3, found[0]!, 4, 0xffff_ffff);
    assert.equal(read(3, found[0]! + 2, 1), 5);
    assert.equal(read(0, 6, 2) & 0x10, 0);
  });

  it('brings pins to wires by slot, and wires to the 8259s by the bridge', () => {
    for (const [slot, pin, wire, irq] of [
      [3, 1, 'D', 11],
      [4, 1, 'A', 10],
      [4, 2, 'B', 10],
      [31, 4, 'C', 11],
    ] as const) {
      const { sample, log, pic, read, write } = wired(slot, pin);
      sample.interrupt(true);
      assert.deepEqual(log, [`int${wire} 1`]);
      assert.deepEqual([...pic], [irq]);
      assert.equal(read(slot, 6, 2) & 8, 8);
      assert.equal(read(slot, 0x3c, 2), pin * 256 + 11);
      // the command register holds it back
      write(slot, 4, 2, 0x0402);
      assert.deepEqual(log, [`int${wire} 1`, `int${wire} 0`]);
      assert.equal(read(slot, 6, 2) & 8, 8, 'still wanted');
      write(slot, 4, 2, 0x0002);
      assert.deepEqual([...pic], [irq]);
      const route = 0x60 + 'ABCD'.indexOf(wire);
      write(1, route, 1, 5);
      assert.deepEqual([...pic], [5]);
      write(1, route, 1, 0x85);
      assert.deepEqual([...pic], []);
      write(1, route, 1, 2);
      assert.deepEqual([...pic], [], 'the cascade cannot be routed to');
      sample.interrupt(false);
    }
  });

  it('shares a wire between slots', () => {
    const { host, sample, log } = wired(3);
    const other = new Sample();
    host.plug(7, 0, other);
    sample.interrupt(true);
    other.interrupt(true);
    sample.interrupt(false);
    assert.deepEqual(log, ['intD 1']);
    other.reset();
    assert.deepEqual(log, ['intD 1', 'intD 0']);
  });

  it('resets the machine by port CF9h', () => {
    const { io, log } = wired();
    io.writePort(0xcf9, 1, 2);
    assert.deepEqual(log, []);
    io.writePort(0xcf9, 1, 6);
    io.writePort(0xcf9, 1, 6);
    assert.deepEqual(log, ['reset']);
    assert.equal(io.readPort(0xcf9, 1), 6);
  });

  it('refuses two functions in one place', () => {
    const { host } = wired();
    assert.throws(() => host.plug(3, 0, new Sample()), /belongs to sample/);
    assert.throws(() => host.plug(32, 0, new Sample()), /no PCI slot 32/);
  });

  it('bears any access', () => {
    const next = random(8);
    const below = (n: number): number => Math.floor(n * next());
    const { io, mmio, host, bridge, sample } = wired();
    for (let n = 0; n < 4000; n++) {
      const size = ([1, 2, 4] as const)[below(3)]!;
      const port = 0xcf6 + below(11);
      if (below(3) === 0) io.writePort(0xcf8, 4, 0x8000_0000 + below(5) * 0x800 + below(256));
      else if (below(2)) io.writePort(port, size, below(2 ** 32));
      else assert.ok(io.readPort(port, size) < 2 ** 32);
      sample.interrupt(next() < 0.5);
      mmio.read(below(2 ** 32), size);
      for (const device of [host, bridge, sample]) device.loadState(structuredClone(device.saveState()));
    }
  });
});
