import assert from 'node:assert/strict';
import { Vmcb } from '../../src/engine/state/vmcb';
import { Processor, ROM_SPA, VMCB_SPA } from './processor';

describe('Vmcb', () => {
  it('reads and writes fields of every width at their offsets', () => {
    const p = new Processor();
    const vmcb = new Vmcb(p.ram, VMCB_SPA);
    vmcb.set('cpl', 0x1ff);
    assert.equal(p.u8(VMCB_SPA + 0x4cb), 0xff);
    assert.equal(p.u8(VMCB_SPA + 0x4cc), 0);
    p.put32(VMCB_SPA + 0x414, 0x12345678);
    vmcb.set('csAttrib', 0x1a9b);
    assert.equal(p.u64(VMCB_SPA + 0x410), 0x123456781a9b0000n);
    vmcb.set('interceptMisc1', 0x80000001);
    assert.equal(p.u32(VMCB_SPA + 0x00c), 0x80000001);
    assert.equal(vmcb.low('interceptMisc1'), -0x7fffffff);
    assert.equal(vmcb.number('interceptMisc1'), 0x80000001);
    vmcb.set('nCr3', 0x0000_8765_4321_f000);
    assert.equal(p.u64(VMCB_SPA + 0x0b0), 0x000087654321f000n);
    assert.deepEqual([vmcb.low('nCr3'), vmcb.high('nCr3')], [0x4321f000, 0x8765]);
    vmcb.setHalves('rip', 0x89abcdef | 0, -1);
    assert.equal(vmcb.big('rip'), 0xffffffff89abcdefn);
    vmcb.setBig('tscOffset', -5n);
    assert.equal(p.u64(VMCB_SPA + 0x050), 0xfffffffffffffffbn);
    vmcb.set('exitCode', -1);
    assert.equal(vmcb.big('exitCode'), 0xffffffffffffffffn);
    vmcb.setBytes('guestInsnBytes', Uint8Array.of(1, 2, 3));
    assert.deepEqual([...vmcb.bytes('guestInsnBytes').subarray(0, 4)], [1, 2, 3, 0]);
    assert.equal(vmcb.bytes('lbrStack').length, 256);
    vmcb.clear();
    assert.deepEqual(p.page(VMCB_SPA), new Uint8Array(4096));
  });

  it('reads all ones and keeps nothing where there is no memory, and keeps nothing in ROM', () => {
    const p = new Processor();
    const absent = new Vmcb(p.ram, 0x4000_0000);
    absent.set('rip', 1);
    assert.deepEqual([absent.low('cpl'), absent.low('esSelector'), absent.low('rip')], [0xff, 0xffff, -1]);
    const rom = new Vmcb(p.ram, ROM_SPA);
    for (const field of ['rip', 'csAttrib', 'cpl'] as const) {
      rom.set(field, 1);
      assert.equal(rom.number(field), 0);
    }
  });

  it('marks its page as written', () => {
    const p = new Processor();
    const vmcb = new Vmcb(p.ram, VMCB_SPA);
    const flag = p.ram.map.written + p.ram.pageIndex(vmcb.at);
    for (const field of ['rip', 'csAttrib', 'cpl'] as const) {
      p.state.u8[flag] = 0;
      vmcb.low(field);
      assert.equal(p.state.u8[flag], 0);
      vmcb.set(field, 1);
      assert.equal(p.state.u8[flag], 1);
    }
  });
});
