/**
 * VMLOAD and VMSAVE. The lists were written from the manual (§15.5.2); offsets of the VMCB are those of appendix B, those of the
 * register window of state/layout, typed by hand.
 */
import assert from 'node:assert/strict';
import { vmload, vmsave } from '../../src/engine/svm/vmload';
import { msr, noisyGuest, noisyHost, sign48, touchedOutside, vmcbSegment, windowSegment } from './noise';
import { Dice, Processor, ROM_SPA, VMCB_SPA, legalEntry } from './processor';

const at = VMCB_SPA;

describe('VMLOAD and VMSAVE', () => {
  const MSR_OFFSETS = [
    ['STAR', 0x600],
    ['LSTAR', 0x608],
    ['CSTAR', 0x610],
    ['SFMASK', 0x618],
    ['KernelGSBase', 0x620],
    ['SYSENTER_CS', 0x628],
    ['SYSENTER_ESP', 0x630],
    ['SYSENTER_EIP', 0x638],
  ] as const;
  const SEGMENT_OFFSETS = [
    [4, 0x440],
    [5, 0x450],
    [6, 0x470],
    [7, 0x490],
  ] as const;

  it('load FS GS LDTR TR and eight MSRs, bases in canonical form, and nothing else', () => {
    const dice = new Dice(5);
    for (let round = 0; round < 100; round++) {
      const p = new Processor();
      legalEntry(p);
      noisyHost(p, dice);
      noisyGuest(p, dice);
      const before = p.window();
      const page = p.page(at);
      vmload(p, VMCB_SPA);
      for (const [index, offset] of SEGMENT_OFFSETS) {
        const from = vmcbSegment(p, offset);
        assert.deepEqual(windowSegment(p, index), { ...from, base: sign48(from.base) });
      }
      for (const [name, offset] of MSR_OFFSETS) {
        const value = p.u64(at + offset);
        assert.equal(p.state.big(msr(p, name)), name === 'KernelGSBase' ? sign48(value) : value, name);
      }
      const msrs = MSR_OFFSETS.map(([name]) => [msr(p, name), msr(p, name) + 7] as const);
      assert.deepEqual(touchedOutside(before, p.window(), [[0x280, 0x2ff], ...msrs]), []);
      assert.deepEqual(p.page(at), page);
      assert.deepEqual(p.calls, ['changed']);
    }
  });

  it('store the same, and nothing else', () => {
    const dice = new Dice(6);
    for (let round = 0; round < 100; round++) {
      const p = new Processor();
      legalEntry(p);
      noisyGuest(p, dice);
      noisyHost(p, dice);
      const expected = p.page(at);
      const v = new DataView(expected.buffer);
      for (const [index, offset] of SEGMENT_OFFSETS) {
        const s = windowSegment(p, index);
        v.setUint16(offset, s.selector, true);
        v.setUint16(offset + 2, s.attributes, true);
        v.setUint32(offset + 4, s.limit, true);
        v.setBigUint64(offset + 8, s.base, true);
      }
      for (const [name, offset] of MSR_OFFSETS) v.setBigUint64(offset, p.state.big(msr(p, name)), true);
      const before = p.window();
      const written = p.ram.map.written + p.ram.pageIndex(p.ram.offset(VMCB_SPA));
      p.state.u8[written] = 0;
      vmsave(p, VMCB_SPA);
      assert.equal(p.state.u8[written], 1);
      assert.deepEqual(p.page(at), expected);
      assert.deepEqual(p.window(), before);
    }
  });

  it('read ones where there is no memory, and lose what they store in ROM', () => {
    const p = new Processor();
    vmload(p, 0x4000_0000);
    assert.deepEqual(windowSegment(p, 4), {
      selector: 0xffff,
      attributes: 0xfff,
      limit: 0xffffffff,
      base: 0xffffffffffffffffn,
    });
    assert.equal(p.state.big(msr(p, 'STAR')), 0xffffffffffffffffn);
    vmsave(p, ROM_SPA);
    vmsave(p, 0x4000_0000);
    assert.deepEqual(p.ram.readBytes(ROM_SPA, 4096), new Uint8Array(4096));
  });
});
