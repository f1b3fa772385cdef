import assert from 'node:assert/strict';
import {
  fillIopm,
  fillMsrpm,
  iopmIntercepts,
  msrpmIntercepts,
  setIopm,
  setMsrpm,
} from '../../src/engine/state/permission-maps';
import { IOPM_SPA, MSRPM_SPA, Processor, ROM_SPA } from './processor';

describe('the I/O permission map', () => {
  it('has one bit a port, and an access exits if any of its ports has it set', () => {
    const p = new Processor();
    p.put8(IOPM_SPA + 0x7f, 0x01); // port 3F8h
    const hits = (size: number): number[] =>
      [0x3f4, 0x3f5, 0x3f6, 0x3f7, 0x3f8, 0x3f9].filter((port) => iopmIntercepts(p.ram, IOPM_SPA, port, size));
    assert.deepEqual(hits(1), [0x3f8]);
    assert.deepEqual(hits(2), [0x3f7, 0x3f8]);
    assert.deepEqual(hits(4), [0x3f5, 0x3f6, 0x3f7, 0x3f8]);
  });

  it('tests the first three bits of the third page for an access of four bytes at FFFFh', () => {
    for (const [byte, bit, expected] of [
      [0x1fff, 7, true],
      [0x2000, 0, true],
      [0x2000, 2, true],
      [0x2000, 3, false],
      [0x1fff, 6, false],
      [0x0000, 0, false],
    ] as const) {
      const p = new Processor();
      p.put8(IOPM_SPA + byte, 1 << bit);
      assert.equal(iopmIntercepts(p.ram, IOPM_SPA, 0xffff, 4), expected, `${byte.toString(16)}.${bit}`);
    }
    const p = new Processor();
    p.put8(IOPM_SPA + 0x2000, 1);
    assert.equal(iopmIntercepts(p.ram, IOPM_SPA, 0xffff, 1), false);
    assert.equal(iopmIntercepts(p.ram, IOPM_SPA, 0xffff, 2), true);
  });

  it('ignores bits 11:0 of its base, and intercepts where there is no memory', () => {
    const p = new Processor();
    p.put8(IOPM_SPA, 1);
    assert.equal(iopmIntercepts(p.ram, IOPM_SPA + 0xabc, 0, 1), true);
    assert.equal(iopmIntercepts(p.ram, IOPM_SPA + 0xabc, 1, 1), false);
    assert.equal(iopmIntercepts(p.ram, 0x4000_0000, 1, 1), true);
  });

  it('is built by setIopm and fillIopm', () => {
    const p = new Processor();
    fillIopm(p.ram, IOPM_SPA, true);
    assert.deepEqual([...new Set([0, 1, 2].flatMap((n) => [...p.page(IOPM_SPA + n * 4096)]))], [0xff]);
    assert.equal(p.u8(IOPM_SPA + 0x3000), 0);
    setIopm(p.ram, IOPM_SPA, 0x3f8, 8, false);
    assert.deepEqual([p.u8(IOPM_SPA + 0x7e), p.u8(IOPM_SPA + 0x7f), p.u8(IOPM_SPA + 0x80)], [0xff, 0, 0xff]);
    fillIopm(p.ram, IOPM_SPA, false);
    setIopm(p.ram, IOPM_SPA, 0xffff, 4, true);
    assert.deepEqual([p.u8(IOPM_SPA + 0x1fff), p.u8(IOPM_SPA + 0x2000)], [0x80, 0x07]);
  });
});

describe('a permission map', () => {
  it('marks its page as written, and keeps nothing in ROM or where there is no memory', () => {
    const p = new Processor();
    const written = p.ram.map.written + p.ram.pageIndex(p.ram.offset(IOPM_SPA));
    p.state.u8[written] = 0;
    setIopm(p.ram, IOPM_SPA, 0x80, 1, true);
    assert.equal(p.state.u8[written], 1);
    setIopm(p.ram, ROM_SPA, 0x80, 1, true);
    setIopm(p.ram, 0x4000_0000, 0x80, 1, true);
    assert.deepEqual(p.ram.readBytes(ROM_SPA, 4096), new Uint8Array(4096));
  });
});

describe('the MSR permission map', () => {
  it('has two bits an MSR in three ranges; what lies outside exits', () => {
    // MSR, byte, bit of RDMSR, by the manual's table
    const edges = [
      [0x00000000, 0x0000, 0],
      [0x00000003, 0x0000, 6],
      [0x00001fff, 0x07ff, 6],
      [0xc0000000, 0x0800, 0],
      [0xc0000080, 0x0820, 0],
      [0xc0001fff, 0x0fff, 6],
      [0xc0010000, 0x1000, 0],
      [0xc0010117, 0x1045, 6],
      [0xc0011fff, 0x17ff, 6],
    ] as const;
    for (const [msr, byte, bit] of edges) {
      const p = new Processor();
      assert.equal(msrpmIntercepts(p.ram, MSRPM_SPA, msr, false), false);
      p.put8(MSRPM_SPA + byte, 1 << bit);
      assert.equal(msrpmIntercepts(p.ram, MSRPM_SPA, msr, false), true, msr.toString(16));
      assert.equal(msrpmIntercepts(p.ram, MSRPM_SPA, msr, true), false, msr.toString(16));
      assert.equal(msrpmIntercepts(p.ram, MSRPM_SPA, msr | 0, false), true, 'as int32');
      p.put8(MSRPM_SPA + byte, 2 << bit);
      assert.equal(msrpmIntercepts(p.ram, MSRPM_SPA, msr, false), false, msr.toString(16));
      assert.equal(msrpmIntercepts(p.ram, MSRPM_SPA, msr, true), true, msr.toString(16));
    }
    const p = new Processor();
    for (const msr of [0x2000, 0xbfffffff, 0xc0002000, 0xc000ffff, 0xc0012000, 0xffffffff]) {
      assert.equal(msrpmIntercepts(p.ram, MSRPM_SPA, msr, false), true, msr.toString(16));
      assert.equal(msrpmIntercepts(p.ram, MSRPM_SPA, msr, true), true, msr.toString(16));
    }
  });

  it('is built by setMsrpm and fillMsrpm', () => {
    const p = new Processor();
    fillMsrpm(p.ram, MSRPM_SPA, true);
    assert.equal(p.u8(MSRPM_SPA + 0x1fff), 0xff);
    assert.equal(p.u8(MSRPM_SPA + 0x2000), 0);
    assert.equal(setMsrpm(p.ram, MSRPM_SPA, 0xc0000082, false, true), true);
    assert.equal(p.u8(MSRPM_SPA + 0x820), 0xef);
    assert.equal(setMsrpm(p.ram, MSRPM_SPA, 0xc0000082, true, false), true);
    assert.equal(p.u8(MSRPM_SPA + 0x820), 0xdf);
    assert.equal(setMsrpm(p.ram, MSRPM_SPA, 0x2000, false, false), false);
  });
});
