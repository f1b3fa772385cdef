import assert from 'node:assert/strict';
import { IoBus, MmioBus } from '../../src/engine/bus/bus';
import type { AccessSize, MmioTarget, PortDevice, PortRange } from '../../src/engine/bus/device';

/** Answers each access with its port in each byte, and writes down what it is asked. */
class Recorder implements PortDevice, MmioTarget {
  readonly log: string[] = [];

  constructor(
    readonly name: string,
    readonly ports: readonly PortRange[] = [],
  ) {}

  readPort(port: number, size: AccessSize): number {
    this.log.push(`r${size} ${port.toString(16)}`);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + ((port + i) & 0xff);
    return value;
  }
  writePort(port: number, size: AccessSize, value: number): void {
    this.log.push(`w${size} ${port.toString(16)}=${value.toString(16)}`);
  }
  readMmio(offset: number, size: AccessSize): number {
    return this.readPort(offset, size);
  }
  writeMmio(offset: number, size: AccessSize, value: number): void {
    this.writePort(offset, size, value);
  }
  reset(): void {}
  saveState(): Record<string, never> {
    return {};
  }
  loadState(): void {}
}

const take = (device: Recorder): string[] => device.log.splice(0);

describe('IoBus', () => {
  it('finds the device of each port, first and last of the space among them', () => {
    const bus = new IoBus();
    const edge = new Recorder('edge', [
      { base: 0, count: 1 },
      { base: 0xffff, count: 1 },
    ]);
    const uart = new Recorder('uart', [{ base: 0x3f8, count: 8 }]);
    bus.attach(edge);
    bus.attach(uart);
    assert.equal(bus.deviceAt(0), edge);
    assert.equal(bus.deviceAt(0xffff), edge);
    assert.equal(bus.deviceAt(0x3f7), undefined);
    assert.equal(bus.deviceAt(0x3f8), uart);
    assert.equal(bus.deviceAt(0x3ff), uart);
    assert.equal(bus.deviceAt(0x400), undefined);
    assert.equal(bus.readPort(0x3fa, 1), 0xfa);
    bus.writePort(0x3fb, 1, 0x1ff);
    assert.deepEqual(take(uart), ['r1 3fa', 'w1 3fb=ff']);
  });

  it('splits wider accesses for a device of bytes, the lower port first', () => {
    const bus = new IoBus();
    const device = new Recorder('bytes', [{ base: 0x10, count: 8 }]);
    bus.attach(device);
    assert.equal(bus.readPort(0x12, 4), 0x15141312);
    assert.equal(bus.readPort(0x13, 2), 0x1413);
    bus.writePort(0x14, 4, 0x89abcdef);
    assert.deepEqual(take(device).join(' '), 'r1 12 r1 13 r1 14 r1 15 r1 13 r1 14 w1 14=ef w1 15=cd w1 16=ab w1 17=89');
  });

  it('passes an access whole to a device that takes its width, and halves a wider one', () => {
    const bus = new IoBus();
    const word = new Recorder('word', [{ base: 0x510, count: 4, widest: 2 }]);
    const dword = new Recorder('dword', [{ base: 0xf4, count: 4, widest: 4 }]);
    bus.attach(word);
    bus.attach(dword);
    assert.equal(bus.readPort(0xf4, 4), 0xf7f6f5f4);
    bus.writePort(0xf4, 4, -1);
    bus.writePort(0xf4, 2, 0x12345);
    assert.deepEqual(take(dword), ['r4 f4', 'w4 f4=ffffffff', 'w2 f4=2345']);
    assert.equal(bus.readPort(0x510, 4), 0x13121110);
    assert.deepEqual(take(word), ['r2 510', 'r2 512']);
  });

  it('splits where a range ends in the middle, and lets each part be answered or not', () => {
    const bus = new IoBus();
    const low = new Recorder('low', [{ base: 0x20, count: 2, widest: 4 }]);
    const high = new Recorder('high', [{ base: 0x23, count: 1, widest: 4 }]);
    const absent: unknown[] = [];
    bus.onAbsentPort = (...access) => absent.push(access);
    bus.attach(low);
    bus.attach(high);
    assert.equal(bus.readPort(0x20, 4), 0x23ff2120);
    bus.writePort(0x20, 4, 0x44332211);
    assert.deepEqual(take(low), ['r2 20', 'w2 20=2211']);
    assert.deepEqual(take(high), ['r1 23', 'w1 23=44']);
    assert.deepEqual(absent, [
      [0x22, 1, false, 0xff],
      [0x22, 1, true, 0x33],
    ]);
  });

  it('splits between two ranges of one device, since they are two', () => {
    const bus = new IoBus();
    const device = new Recorder('two', [
      { base: 0x40, count: 1, widest: 2 },
      { base: 0x41, count: 1, widest: 2 },
    ]);
    bus.attach(device);
    bus.readPort(0x40, 2);
    assert.deepEqual(take(device), ['r1 40', 'r1 41']);
  });

  it('reads all ones where nobody answers, drops writes, announces each access once', () => {
    const bus = new IoBus();
    const seen: string[] = [];
    bus.onAbsentPort = (port, size, write, value) => seen.push(`${write ? 'w' : 'r'}${size} ${port}=${value}`);
    assert.equal(bus.readPort(0x80, 1), 0xff);
    assert.equal(bus.readPort(0x80, 2), 0xffff);
    assert.equal(bus.readPort(0x80, 4), 0xffff_ffff);
    bus.writePort(0x80, 1, 0x1ab);
    bus.writePort(0x81, 4, -2);
    assert.deepEqual(seen, ['r1 128=255', 'r2 128=65535', 'r4 128=4294967295', 'w1 128=171', 'w4 129=4294967294']);
    bus.onAbsentPort = undefined;
    assert.equal(bus.readPort(0x80, 1), 0xff);
    assert.equal(seen.length, 5);
  });

  it('has nothing above port FFFFh and does not wrap', () => {
    const bus = new IoBus();
    const first = new Recorder('first', [{ base: 0, count: 2 }]);
    const last = new Recorder('last', [{ base: 0xfffe, count: 2, widest: 4 }]);
    bus.attach(first);
    bus.attach(last);
    assert.equal(bus.readPort(0xffff, 2), 0xffff);
    assert.equal(bus.readPort(0xfffe, 4), 0xfffffffe);
    bus.writePort(0xffff, 4, 0x55667788);
    assert.deepEqual(take(first), []);
    assert.deepEqual(take(last), ['r1 ffff', 'r2 fffe', 'w1 ffff=88']);
  });

  it('refuses a port that is taken and then attaches nothing of the device', () => {
    const bus = new IoBus();
    bus.attach(new Recorder('one', [{ base: 0x60, count: 1 }]));
    const two = new Recorder('two', [
      { base: 0x70, count: 2 },
      { base: 0x5f, count: 2 },
    ]);
    assert.throws(() => bus.attach(two), /port 60h of two belongs to one/);
    assert.equal(bus.deviceAt(0x70), undefined);
    const outside = [
      { base: 0xffff, count: 2 },
      { base: -1, count: 2 },
      { base: 0.5, count: 1 },
      { base: 1, count: 0 },
      { base: 1, count: 1.5 },
    ];
    for (const range of outside) assert.throws(() => bus.attach(new Recorder('outside', [range])), RangeError);
  });

  it('lets a device go, and its ports be taken by another', () => {
    const bus = new IoBus();
    const one = new Recorder('one', [{ base: 0x60, count: 4 }]);
    const two = new Recorder('two', [{ base: 0x62, count: 4 }]);
    bus.attach(one);
    bus.detach(one);
    assert.equal(bus.readPort(0x60, 1), 0xff);
    bus.attach(two);
    assert.equal(bus.deviceAt(0x62), two);
    assert.throws(() => bus.detach(one), /one is not on the bus/);
  });
});

describe('MmioBus', () => {
  it('finds windows anywhere in the physical address space', () => {
    const bus = new MmioBus();
    const targets = [0xfee0_0000, 0xa_0000, 0xfec0_0000, 2 ** 40].map((base) => {
      const target = new Recorder(base.toString(16));
      bus.attach(target, { base, length: 0x1000 });
      return { base, target };
    });
    for (const { base, target } of targets) {
      assert.equal(bus.targetAt(base - 1), undefined);
      assert.equal(bus.targetAt(base), target);
      assert.equal(bus.targetAt(base + 0xfff), target);
      assert.equal(bus.targetAt(base + 0x1000), undefined);
      assert.equal(bus.read(base + 0x20, 4), 0x23222120);
      bus.write(base + 0x30, 2, 0xabcde);
      assert.deepEqual(take(target), ['r4 20', 'w2 30=bcde']);
    }
  });

  it('splits at the end of a window and for narrow targets; nobody is all ones', () => {
    const bus = new MmioBus();
    const absent: unknown[] = [];
    bus.onAbsentMmio = (...access) => absent.push(access);
    const narrow = new Recorder('narrow');
    const wide = new Recorder('wide');
    bus.attach(narrow, { base: 0x1000, length: 0x10, widest: 1 });
    bus.attach(wide, { base: 0x1010, length: 0x10 });
    assert.equal(bus.read(0x100e, 4), 0x01000f0e);
    assert.deepEqual(take(narrow), ['r1 e', 'r1 f']);
    assert.deepEqual(take(wide), ['r2 0']);
    assert.equal(bus.read(0x101f, 2), 0xff0f);
    assert.equal(bus.read(0x2000, 4), 0xffff_ffff);
    bus.write(0xffe, 4, 0x11223344);
    assert.deepEqual(take(narrow), ['w1 0=22', 'w1 1=11']);
    assert.deepEqual(absent, [
      [0x1020, 1, false, 0xff],
      [0x2000, 4, false, 0xffff_ffff],
      [0xffe, 2, true, 0x3344],
    ]);
  });

  it('announces absent accesses', () => {
    const bus = new MmioBus();
    const seen: unknown[] = [];
    bus.onAbsentMmio = (...access) => seen.push(access);
    bus.write(0xfed0_0000, 4, -1);
    assert.deepEqual(seen, [[0xfed0_0000, 4, true, 0xffff_ffff]]);
  });

  it('refuses overlaps and windows outside, says which pages hold devices, detaches', () => {
    const bus = new MmioBus();
    const one = new Recorder('one');
    bus.attach(one, { base: 0x1800, length: 0x800 });
    bus.attach(one, { base: 0x8000, length: 0x100 });
    assert.throws(() => bus.attach(new Recorder('two'), { base: 0x1fff, length: 2 }), /two at 1FFFh overlaps one/);
    const outside = [
      { base: 2 ** 52 - 1, length: 2 },
      { base: -1, length: 2 },
      { base: 0.5, length: 1 },
      { base: 0, length: 0 },
      { base: 0, length: 1.5 },
    ];
    for (const range of outside) assert.throws(() => bus.attach(new Recorder('two'), range), RangeError);
    bus.attach(new Recorder('last'), { base: 2 ** 52 - 1, length: 1 });
    assert.equal(bus.overlaps(0x1000, 0x1000), true);
    assert.equal(bus.overlaps(0x1000, 0x800), false);
    assert.equal(bus.overlaps(0x2000, 0x1000), false);
    assert.equal(bus.targetAt(0x8000), one);
    bus.detach(one);
    assert.equal(bus.targetAt(0x8000), undefined);
    assert.equal(bus.overlaps(0x1000, 0x1000), false);
    assert.throws(() => bus.detach(one), /one is not on the bus/);
  });
});
