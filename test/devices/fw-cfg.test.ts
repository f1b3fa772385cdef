import assert from 'node:assert/strict';
import { IoBus } from '../../src/engine/bus/bus';
import { FwCfg, e820File } from '../../src/engine/devices/fw-cfg';
import { random } from './random';

function wired() {
  const io = new IoBus();
  const files = [e820File(96 << 20), { name: 'opt/words', bytes: Buffer.from('some words') }];
  const device = new FwCfg({ ramSize: 96 << 20, cpus: 1, files });
  io.attach(device);
  const read = (key: number, length: number): Buffer => {
    io.writePort(0x510, 2, key);
    return Buffer.from(Array.from({ length }, () => io.readPort(0x511, 1)));
  };
  return { io, device, read };
}

describe('FwCfg', () => {
  it('says who it is, how many processors there are and how much RAM', () => {
    const { read } = wired();
    assert.equal(read(0, 6).toString('latin1'), 'QEMU\0\0');
    assert.equal(read(1, 4).readUInt32LE(), 1);
    assert.equal(read(5, 2).readUInt16LE(), 1);
    assert.equal(read(0x0f, 2).readUInt16LE(), 1);
    assert.equal(read(3, 8).readBigUInt64LE(), BigInt(96 << 20));
  });

  it('reads 0 for what is unknown, and starts anew with each selection', () => {
    const { read } = wired();
    for (const key of [0x02, 0x1234, 0x8003, 0xffff]) assert.deepEqual([...read(key, 8)], new Array(8).fill(0));
    assert.equal(read(0, 2).toString(), 'QE');
    assert.equal(read(0x4000, 4).toString(), 'QEMU', 'the write channel is the same item');
  });

  it('has a directory of files', () => {
    const { read } = wired();
    const count = read(0x19, 4).readUInt32BE();
    const directory = read(0x19, 4 + count * 64).subarray(4);
    const files = Array.from({ length: count }, (_, n) => {
      const entry = directory.subarray(n * 64, n * 64 + 64);
      const size = entry.readUInt32BE(0);
      return [entry.toString('latin1', 8).replace(/\0+$/, ''), read(entry.readUInt16BE(4), size)] as const;
    });
    assert.deepEqual(
      files.map(([name]) => name),
      ['etc/e820', 'opt/words'],
    );
    const e820 = files[0]![1];
    assert.deepEqual([e820.readBigUInt64LE(0), e820.readBigUInt64LE(8), e820.readUInt32LE(16)], [0n, 96n << 20n, 1]);
    assert.equal(files[1]![1].toString(), 'some words');
  });

  it('is not changed by writes, and bears any access', () => {
    const { io, device, read } = wired();
    const next = random(2);
    const below = (n: number): number => Math.floor(n * next());
    for (let n = 0; n < 5000; n++) {
      const size = ([1, 2, 4] as const)[below(3)]!;
      if (below(2)) io.writePort(0x50f + below(4), size, below(2 ** 32));
      else assert.ok(io.readPort(0x50f + below(4), size) < 2 ** 32);
      device.loadState(structuredClone(device.saveState()));
    }
    assert.equal(read(0, 4).toString(), 'QEMU');
    assert.equal(read(5, 2).readUInt16LE(), 1);
  });
});
