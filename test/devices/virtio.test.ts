import assert from 'node:assert/strict';
import { Clock } from '../../src/engine/bus/clock';
import { VirtioBlock } from '../../src/engine/devices/virtio-block';
import { VirtioConsole } from '../../src/engine/devices/virtio-console';
import { Machine } from '../../src/engine/machine/machine';
import { ramDma } from '../../src/engine/machine/ram-dma';
import { random } from './random';
import { TestMemory, VirtioDriver, type Piece } from './virtio-driver';

const INDIRECT = 1 << 28;
const EVENT_INDEX = 1 << 29;
const HEADER = 0x10_0000;
const DATA = 0x11_0000;
const STATUS = 0x10_f000;

function image(bytes = 1 << 20): Buffer {
  const disk = Buffer.alloc(bytes);
  for (let n = 0; n < bytes; n += 4) disk.writeUInt32LE(n, n);
  return disk;
}

function disk(contents = image()) {
  const memory = new TestMemory();
  const clock = new Clock();
  const device = new VirtioBlock({ name: 'disk', time: clock, memory, image: contents, id: 'a disk' });
  const driver = new VirtioDriver(device, memory);
  const request = (type: number, sector: number, data: readonly Piece[], indirect = false): number => {
    memory.bytes.writeUInt32LE(type, HEADER);
    memory.bytes.writeUInt32LE(0, HEADER + 4);
    memory.bytes.writeBigUInt64LE(BigInt(sector), HEADER + 8);
    memory.bytes[STATUS] = 0xff;
    driver.send(0, [{ address: HEADER, length: 16 }, ...data, { address: STATUS, length: 1, write: true }], indirect);
    return memory.bytes[STATUS]!;
  };
  return { memory, clock, device, driver, request };
}

function terminal() {
  const memory = new TestMemory();
  const clock = new Clock();
  const device = new VirtioConsole({
    name: 'console',
    time: clock,
    memory,
    onOutput: (byte) => (wired.output += String.fromCharCode(byte)),
  });
  const wired = { memory, clock, device, driver: new VirtioDriver(device, memory), output: '' };
  return wired;
}

describe('virtio over PCI', () => {
  it('is a modern device with its capabilities, and wants version 1', () => {
    const { driver } = disk();
    assert.equal(driver.config(0, 4), 0x1042_1af4);
    assert.ok(driver.config(8, 1) >= 1);
    const [low, high] = driver.features();
    assert.equal(high, 1);
    assert.equal(low & (INDIRECT | EVENT_INDEX), INDIRECT | EVENT_INDEX);
    assert.equal(driver.start(0, 0), false);
    assert.equal(driver.start(1 << 30), false, 'a feature nobody offered');
    assert.equal(driver.start(0), true);
    assert.equal(driver.common(0x14, 1), 0x0f);
    driver.common(0x14, 1, 0);
    assert.equal(driver.common(0x14, 1), 0);
    driver.common(0x16, 2, 5);
    assert.equal(driver.common(0x18, 2), 0, 'there is no queue 5');
  });

  it('can be reached through configuration space alone', () => {
    const { driver } = disk();
    const at = driver.capability(5);
    driver.config(at + 4, 1, 0);
    driver.config(at + 12, 4, 4);
    driver.config(at + 8, 4, driver.address(4, 0) - 0xc000_0000);
    assert.equal(driver.config(at + 16, 4), 2048, 'sectors');
    driver.config(at + 12, 4, 1);
    driver.config(at + 8, 4, 0x14);
    driver.config(at + 16, 1, 3);
    assert.equal(driver.common(0x14, 1), 3);
  });

  it('interrupts by its wire until ISR is read, if the driver wants it', () => {
    const { driver, request, memory } = disk();
    driver.start(0);
    assert.equal(request(4, 0, []), 0);
    assert.deepEqual(driver.interrupts, [true]);
    assert.equal(driver.isr, 1);
    assert.equal(driver.isr, 0);
    assert.deepEqual(driver.interrupts, [true, false]);
    memory.bytes.writeUInt16LE(1, driver.rings[0]!.driver);
    request(4, 0, []);
    assert.deepEqual(driver.interrupts, [true, false]);
  });

  it('interrupts at the entry the driver names', () => {
    const { driver, request, memory } = disk();
    driver.start(EVENT_INDEX);
    const { driver: ring, device } = driver.rings[0]!;
    memory.bytes.writeUInt16LE(2, ring + 4 + 2 * 8);
    for (let n = 0; n < 3; n++) {
      assert.deepEqual(driver.interrupts, [], String(n));
      request(4, 0, []);
    }
    assert.deepEqual(driver.interrupts, [true]);
    assert.equal(memory.bytes.readUInt16LE(device + 4 + 8 * 8), 3, 'tell me of entry 3');
  });

  it('does nothing before it may be a bus master', () => {
    const { driver, request } = disk();
    driver.start(0);
    driver.config(4, 2, 2);
    assert.equal(request(4, 0, []), 0xff);
    driver.config(4, 2, 6);
    driver.notify(0);
    assert.deepEqual(driver.used(0), { head: 0, written: 1 });
  });
});

describe('VirtioBlock', () => {
  it('reads, writes, flushes and says its name, in runs of any length', () => {
    for (const indirect of [false, true]) {
      const contents = image();
      const { driver, request, memory, device } = disk(contents);
      driver.start(indirect ? INDIRECT : 0);
      assert.equal(driver.device32(0), 2048);
      const pieces: Piece[] = [
        { address: DATA + 5, length: 3, write: true },
        { address: DATA + 0x1000, length: 1024 - 3, write: true },
      ];
      assert.equal(request(0, 7, pieces, indirect), 0);
      const got = Buffer.concat(pieces.map(({ address, length }) => memory.bytes.subarray(address, address + length)));
      assert.equal(got.compare(contents.subarray(7 * 512, 9 * 512)), 0);
      assert.equal(driver.used(0)!.written, 1025);
      memory.bytes.fill(0xab, DATA, DATA + 1024);
      assert.equal(request(1, 2046, [{ address: DATA, length: 1024 }], indirect), 0);
      assert.equal(driver.used(0)!.written, 1);
      assert.equal(request(0, 2047, [{ address: DATA + 0x2000, length: 512, write: true }], indirect), 0);
      assert.ok(memory.bytes.subarray(DATA + 0x2000, DATA + 0x2200).every((byte) => byte === 0xab));
      assert.equal(request(8, 0, [{ address: DATA, length: 20, write: true }], indirect), 0);
      assert.equal(memory.bytes.toString('latin1', DATA, DATA + 7), 'a disk\0');
      assert.equal(contents.readUInt32LE(2046 * 512), 2046 * 512, 'the image is as it was');
      const now = device.contents();
      assert.equal(now[2046 * 512 - 1], contents[2046 * 512 - 1]);
      assert.equal(now[2046 * 512], 0xab);
      assert.equal(contents.compare(image()), 0, 'the image is as it was after it was read');
    }
  });

  it('refuses what lies outside, is no whole sector, or has no meaning', () => {
    const { driver, request } = disk();
    driver.start(0);
    const data = (length: number, write: boolean): Piece[] => [{ address: DATA, length, write }];
    assert.equal(request(0, 2048, data(512, true)), 1);
    assert.equal(request(0, 2047, data(1024, true)), 1);
    assert.equal(request(0, 2 ** 52, data(512, true)), 1);
    assert.equal(request(0, 0, data(511, true)), 1);
    assert.equal(request(1, 2048, data(512, false)), 1);
    assert.equal(request(1, 0, data(100, false)), 1);
    assert.equal(request(8, 0, data(19, true)), 1);
    assert.equal(request(77, 0, []), 2);
    assert.equal(driver.common(0x14, 1), 0x0f, 'the device is alive');
  });

  it('keeps what was written in its state', () => {
    const one = disk();
    one.driver.start(0);
    one.memory.bytes.fill(0xcd, DATA, DATA + 512);
    one.request(1, 3, [{ address: DATA, length: 512 }]);
    const saved = structuredClone(one.device.saveState());
    const two = disk();
    two.memory.bytes.set(one.memory.bytes);
    two.device.loadState(saved);
    assert.deepEqual(two.device.saveState(), saved);
    assert.equal(two.device.contents()[3 * 512], 0xcd);
    two.driver.rings.push(...one.driver.rings);
    assert.equal(two.request(0, 3, [{ address: DATA + 0x1000, length: 512, write: true }]), 0);
    assert.equal(two.memory.bytes[DATA + 0x1000], 0xcd);
  });

  it('shares blocks with its states, and changes none of theirs', () => {
    const { driver, device, request, memory } = disk();
    driver.start(0);
    const write = (byte: number): void => {
      memory.bytes.fill(byte, DATA, DATA + 512);
      assert.equal(request(1, 3, [{ address: DATA, length: 512 }]), 0);
    };
    write(1);
    const first = device.saveState();
    const [block] = first.written as { bytes: Uint8Array }[];
    assert.equal((device.saveState().written as { bytes: Uint8Array }[])[0]!.bytes, block!.bytes);
    write(2);
    assert.equal(device.contents()[3 * 512], 2);
    device.loadState(first);
    assert.equal(device.contents()[3 * 512], 1);
    write(3);
    device.loadState(first);
    assert.equal(device.contents()[3 * 512], 1);
    assert.equal(device.contents()[4 * 512 + 1], 8, 'the rest of the block is as it was');
  });

  it('needs a reset after a ring that breaks the rules', () => {
    const broken: [string, (w: ReturnType<typeof disk>) => void][] = [
      ['a head outside', ({ driver, memory }) => memory.bytes.writeUInt16LE(8, driver.rings[0]!.driver + 4)],
      [
        'a loop',
        ({ driver, memory }) => {
          memory.bytes.writeUInt16LE(1, driver.rings[0]!.descriptors + 12);
          memory.bytes.writeUInt16LE(0, driver.rings[0]!.descriptors + 14);
        },
      ],
      [
        'a next outside',
        ({ driver, memory }) => {
          memory.bytes.writeUInt16LE(1, driver.rings[0]!.descriptors + 12);
          memory.bytes.writeUInt16LE(99, driver.rings[0]!.descriptors + 14);
        },
      ],
      [
        'a table nobody asked for',
        ({ driver, memory }) => memory.bytes.writeUInt16LE(4, driver.rings[0]!.descriptors + 12),
      ],
      [
        'data outside of RAM',
        ({ driver, memory }) => {
          memory.bytes.writeBigUInt64LE(2n ** 63n, driver.rings[0]!.descriptors);
          memory.bytes.writeUInt32LE(16, driver.rings[0]!.descriptors + 8);
          memory.bytes.writeUInt16LE(1, driver.rings[0]!.descriptors + 12);
          memory.bytes.writeUInt16LE(1, driver.rings[0]!.descriptors + 14);
          memory.bytes.writeUInt32LE(1, driver.rings[0]!.descriptors + 16 + 8);
          memory.bytes.writeUInt16LE(2, driver.rings[0]!.descriptors + 16 + 12);
        },
      ],
    ];
    for (const [what, damage] of broken) {
      const w = disk();
      w.driver.start(0);
      damage(w);
      w.memory.bytes.writeUInt16LE(1, w.driver.rings[0]!.driver + 2);
      w.driver.notify(0);
      assert.equal(w.driver.common(0x14, 1), 0x4f, what);
      assert.equal(w.driver.isr, 2, what);
      w.driver.notify(0);
      assert.equal(w.driver.used(0), undefined);
      w.driver.start(0);
      assert.equal(w.request(4, 0, []), 0, `${what}: alive after reset`);
    }
    const w = disk();
    w.driver.start(0);
    w.memory.bytes.writeUInt16LE(9, w.driver.rings[0]!.driver + 2);
    w.driver.notify(0);
    assert.equal(w.driver.common(0x14, 1), 0x4f, 'too much available');
  });

  it('moves some megabytes, then lets time pass', () => {
    const { driver, memory, clock } = disk(image(4 << 20));
    driver.start(INDIRECT);
    memory.bytes.writeUInt32LE(0, HEADER);
    memory.bytes.writeBigUInt64LE(0n, HEADER + 8);
    const pieces: Piece[] = [
      { address: HEADER, length: 16 },
      ...[0, 1].map(() => ({ address: DATA, length: 1 << 20, write: true })),
      { address: STATUS, length: 1, write: true },
    ];
    const { driver: ring } = driver.rings[0]!;
    driver.send(0, pieces, true);
    driver.used(0);
    // Five more of the same at once.
    for (let n = 1; n < 6; n++) memory.bytes.writeUInt16LE(0, ring + 4 + n * 2);
    memory.bytes.writeUInt16LE(6, ring + 2);
    driver.notify(0);
    let done = 0;
    while (driver.used(0)) done++;
    assert.ok(done < 5, `${done} at once`);
    for (let n = 0; n < 10 && done < 5; n++) {
      assert.ok(clock.next() > clock.now);
      clock.advanceTo(clock.next());
      clock.runDue();
      while (driver.used(0)) done++;
    }
    assert.equal(done, 5);
    assert.equal(clock.next(), Infinity);
  });

  it('lets time pass among chains that are long and move nothing', () => {
    const { driver, memory, clock } = disk();
    const entries = 256;
    driver.start(INDIRECT, 1, entries);
    const { descriptors, driver: ring, device } = driver.rings[0]!;
    const table = 0x20_0000;
    for (let n = 0; n < entries; n++) {
      driver.describe(table, n, { address: 0, length: 0, flags: n < entries - 1 ? 1 : 0, next: n + 1 });
      driver.describe(descriptors, n, { address: table, length: entries * 16, flags: 4, next: 0 });
      driver.write(ring + 4 + n * 2, 2, n);
    }
    driver.write(ring + 2, 2, entries);
    driver.notify(0);
    const done = (): number => memory.bytes.readUInt16LE(device + 2);
    assert.ok(done() > 0 && done() < entries, `${done()} at once`);
    for (let n = 0; n < 5 && clock.next() < Infinity; n++) {
      clock.advanceTo(clock.next());
      clock.runDue();
    }
    assert.equal(done(), entries);
    assert.equal(clock.next(), Infinity);
  });

  it('bears rings full of noise', () => {
    const next = random(12);
    const below = (n: number): number => Math.floor(n * next());
    let broken = 0;
    for (let round = 0; round < 80; round++) {
      const { driver, memory, device, clock } = disk();
      driver.start([0, INDIRECT, EVENT_INDEX, INDIRECT | EVENT_INDEX][below(4)]!);
      const { descriptors, driver: ring } = driver.rings[0]!;
      for (let n = 0; n < 8; n++) {
        const at = descriptors + n * 16;
        memory.bytes.writeBigUInt64LE(
          BigInt(below(10) ? below(0x20_0000) : below(2 ** 53)) << BigInt(below(2) * 8),
          at,
        );
        memory.bytes.writeUInt32LE(below(4) ? below(2000) : below(2 ** 32), at + 8);
        memory.bytes.writeUInt16LE(below(8), at + 12);
        memory.bytes.writeUInt16LE(below(10), at + 14);
        memory.bytes.writeUInt16LE(below(9), ring + 4 + n * 2);
      }
      memory.bytes.writeUInt16LE(below(10), ring + 2);
      driver.notify(0);
      if (driver.common(0x14, 1) & 0x40) broken++;
      for (let n = 0; n < 30; n++) {
        const size = ([1, 2, 4] as const)[below(3)]!;
        driver.mmio.write(0xc000_0000 + below(0x4000), size, below(2 ** 32));
        driver.mmio.read(0xc000_0000 + below(0x4000), size);
      }
      clock.advanceTo(clock.now + 1_000_000);
      clock.runDue();
      device.loadState(structuredClone(device.saveState()));
    }
    assert.ok(broken > 20 && broken < 80, `${broken} broken rings`);
  });
});

describe('VirtioConsole', () => {
  it('prints, and gives what is typed to the driver', () => {
    const w = terminal();
    const { driver, memory, device } = w;
    driver.start(0);
    assert.equal(driver.device32(0), 80 + (25 << 16));
    memory.bytes.write('hello', DATA);
    driver.send(1, [{ address: DATA, length: 5 }]);
    assert.equal(w.output, 'hello');
    assert.deepEqual(driver.used(1), { head: 0, written: 0 });
    device.input(Buffer.from('ls'));
    driver.send(0, [{ address: DATA + 0x100, length: 64, write: true }]);
    assert.deepEqual(driver.used(0), { head: 0, written: 2 });
    assert.equal(memory.bytes.toString('latin1', DATA + 0x100, DATA + 0x102), 'ls');
    driver.send(0, [{ address: DATA + 0x100, length: 2, write: true }]);
    assert.equal(driver.used(0), undefined);
    device.input(Buffer.from('abc'));
    assert.equal(driver.used(0)!.written, 2);
    driver.send(0, [{ address: DATA + 0x100, length: 2, write: true }]);
    assert.equal(driver.used(0)!.written, 1);
    assert.deepEqual(driver.interrupts, [true]);
  });

  it('what was typed outlasts a reset', () => {
    const { driver, memory, device } = terminal();
    device.input(Buffer.from('before'));
    driver.start(0);
    device.loadState(structuredClone(device.saveState()));
    driver.send(0, [{ address: DATA, length: 64, write: true }]);
    assert.deepEqual(driver.used(0), { head: 0, written: 6 });
    assert.equal(memory.bytes.toString('latin1', DATA, DATA + 6), 'before');
  });

  it('knows whether typing would raise its interrupt', () => {
    for (const features of [0, EVENT_INDEX]) {
      const { driver, memory, device } = terminal();
      const wanted = (on: boolean, after = 0): void => {
        const { driver: ring } = driver.rings[0]!;
        memory.bytes.writeUInt16LE(on ? 0 : 1, ring);
        memory.bytes.writeUInt16LE(on ? after : 0x8000, ring + 4 + 2 * 8);
      };
      assert.equal(device.canWake, false, 'no driver');
      driver.start(features);
      wanted(true);
      assert.equal(device.canWake, false, 'no buffer');
      driver.send(0, [{ address: DATA, length: 8, write: true }]);
      assert.equal(device.canWake, true);
      wanted(false);
      assert.equal(device.canWake, false, 'the driver wants none');
      wanted(true);
      driver.config(4, 2, 0x406);
      assert.equal(device.canWake, false, 'held back by the command register');
      driver.config(4, 2, 2);
      assert.equal(device.canWake, false, 'no bus master');
      driver.config(4, 2, 6);
      const before = structuredClone(device.saveState());
      assert.equal(device.canWake, true);
      assert.deepEqual(device.saveState(), before, 'to ask changes nothing');
      device.input([65]);
      assert.deepEqual(driver.interrupts, [true]);
      assert.equal(device.canWake, false, 'the wire is high, and nothing can raise it');
      assert.equal(driver.isr, 1);
      assert.equal(device.canWake, false, 'the buffer is used');
      driver.send(0, [{ address: DATA, length: 8, write: true }]);
      driver.send(0, [{ address: DATA, length: 8, write: true }]);
      // at the second of two buffers
      wanted(true, 2);
      assert.equal(device.canWake, true);
      device.input([65]);
      device.input([66]);
      assert.equal(driver.interrupts.at(-1), true);
    }
    const { driver, device } = terminal();
    driver.start(0);
    driver.write(driver.rings[0]!.driver + 2, 2, 9);
    assert.equal(device.canWake, true, 'more available than the queue holds: typing finds it broken, and says so');
    device.input([65]);
    assert.deepEqual(driver.interrupts, [true]);
  });

  it('prints so much at once, and the rest a little later', () => {
    const w = terminal();
    const { driver, memory, clock } = w;
    driver.start(0);
    memory.bytes.fill('.', DATA, DATA + 0x1_0000);
    driver.config(4, 2, 2);
    for (let n = 0; n < 3; n++) driver.send(1, [{ address: DATA, length: 0x1_0000 }]);
    driver.config(4, 2, 6);
    driver.notify(1);
    assert.equal(w.output.length, 0x1_0000);
    while (clock.next() !== Infinity) {
      clock.advanceTo(clock.next());
      clock.runDue();
    }
    assert.equal(w.output.length, 0x3_0000);
    assert.equal(driver.common(0x14, 1), 0x0f);
  });

  it('has an emergency write that needs no queue', () => {
    const w = terminal();
    w.driver.mmio.write(w.driver.address(4, 8), 4, 0x21);
    assert.equal(w.output, '!');
  });

  it('does not read a gigabyte for one line', () => {
    const w = terminal();
    w.driver.start(0);
    w.driver.send(1, [{ address: 0, length: 0x4000_0000 }]);
    assert.equal(w.driver.common(0x14, 1), 0x4f);
    assert.equal(w.output, '');
  });
});

describe('ramDma', () => {
  it('reaches RAM alone, and announces what it writes over code', () => {
    const machine = new Machine({ ramSize: 2 << 20, rom: new Uint8Array(4096) });
    const { ram } = machine;
    const dma = ramDma(ram);
    const two = new Uint8Array(2);
    for (const address of [0x9_ffff, 0xa_0000, 0xf_f000, 0x1f_ffff, 0xffff_f000, 2 ** 52, 2 ** 60, -1]) {
      assert.equal(dma.write(address, two), false, address.toString(16));
      assert.equal(dma.read(address, two), false, address.toString(16));
    }
    assert.equal(dma.write(0x10_0fff, Uint8Array.of(1, 2)), true);
    assert.equal(dma.read(0x10_0fff, two), true);
    assert.deepEqual([...two], [1, 2]);
    assert.equal(ram.u8[ram.map.written + 0x101], 1);
    const offset = ram.offset(0x10_2000);
    ram.markCode(offset, 16);
    let told = 0;
    ram.onCodeWrite = () => told++;
    dma.write(0x10_2008, two);
    assert.equal(told, 1);
  });
});
