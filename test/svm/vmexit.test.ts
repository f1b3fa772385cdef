/**
 * #VMEXIT, after a VMRUN. The lists were written from the manual (§15.6); offsets of the VMCB are those of appendix B, those of the
 * register window of state/layout, typed by hand.
 */
import assert from 'node:assert/strict';
import { vmexit } from '../../src/engine/svm/vmexit';
import { vmrun } from '../../src/engine/svm/vmrun';
import { noisyGuest, noisyHost, windowSegment } from './noise';
import { Dice, HSAVE_SPA, LIMITS, Processor, ROM_SPA, VMCB_SPA, legalEntry } from './processor';

const at = VMCB_SPA;

describe('#VMEXIT', () => {
  it('stores what the manual lists, restores the host, and touches nothing else, for 200 random round trips', () => {
    const dice = new Dice(4);
    for (let round = 0; round < 200; round++) {
      const p = new Processor();
      legalEntry(p);
      noisyHost(p, dice);
      noisyGuest(p, dice);
      const host = p.window();
      const hostFlags = p.rflags();
      p.put32(at + 0x574, dice.u32());
      p.put32(at + 0x06c, dice.u32());
      vmrun(p, VMCB_SPA, 0x40001234, 0x7f);

      // the guest goes on to hold something else everywhere
      noisyHost(p, dice);
      p.state.setCr(0, 0x80000011);
      p.state.setCr(4, 0x30);
      p.state.efer = 0x1901;
      p.state.cpl = 3;
      p.state.setBig(0x198, dice.u64());
      p.state.u32[0x840 >> 2] = 0x0110010a;
      p.state.i32[0x3ec >> 2] = 1;
      p.state.i32[0x3f0 >> 2] = 1;
      const guest = p.window();
      const guestFlags = p.rflags();
      const segments = [0, 1, 2, 3].map((index) => windowSegment(p, index));
      const expected = p.page(at);
      const v = new DataView(expected.buffer);
      const at64 = (offset: number): bigint => new DataView(guest.buffer).getBigUint64(offset, true);
      segments.forEach((s, n) => {
        v.setUint16(0x400 + n * 16, s.selector, true);
        v.setUint16(0x402 + n * 16, s.attributes, true);
        v.setUint32(0x404 + n * 16, s.limit, true);
        v.setBigUint64(0x408 + n * 16, s.base, true);
      });
      v.setUint32(0x464, Number(at64(0x300) & 0xffffffffn), true);
      v.setBigUint64(0x468, at64(0x308), true);
      v.setUint32(0x484, Number(at64(0x310) & 0xffffffffn), true);
      v.setBigUint64(0x488, at64(0x318), true);
      v.setUint8(0x4cb, 3);
      v.setBigUint64(0x4d0, 0x1901n, true);
      v.setBigUint64(0x548, 0x30n, true);
      v.setBigUint64(0x550, at64(0x338), true);
      v.setBigUint64(0x558, 0x80000011n, true);
      v.setBigUint64(0x560, at64(0x3a0 + 56), true);
      v.setBigUint64(0x568, at64(0x3a0 + 48), true);
      v.setBigUint64(0x570, BigInt(guestFlags >>> 0), true);
      v.setBigUint64(0x578, at64(0x198), true);
      v.setBigUint64(0x5d8, at64(0x120), true);
      v.setBigUint64(0x5f8, at64(0x100), true);
      v.setBigUint64(0x640, at64(0x330), true);
      v.setUint32(0x060, ((v.getUint32(0x060, true) & ~0x1ff) | 0x10a) >>> 0, true);
      v.setBigUint64(0x068, 1n, true);
      v.setBigUint64(0x070, 0x7bn, true);
      v.setBigUint64(0x078, 0xfedcba9803f80211n, true);
      v.setBigUint64(0x080, 0xffffffff80001236n, true);
      v.setBigUint64(0x088, 0n, true);
      v.setBigUint64(0x0c8, 0x0000000180001236n, true);

      vmexit(p, 0x7b, 0x03f80211, 0xfedcba98 | 0, 0x80001236 | 0, -1, 0x80001236 | 0, 1);
      assert.deepEqual(p.page(at), expected);

      const { state } = p;
      assert.equal(state.big(0x198), 0x7f40001234n, 'RIP after VMRUN');
      assert.equal(p.rflags(), hostFlags & ~0x30000, 'RFLAGS without RF');
      assert.equal(state.cpl, 0);
      assert.equal(state.big(0x3a0 + 56), 0x400n, 'DR7');
      const now = p.window();
      const same = (from: Uint8Array, first: number, last: number, what: string): void =>
        assert.deepEqual(now.subarray(first, last + 1), from.subarray(first, last + 1), what);
      same(host, 0x100, 0x107, 'RAX');
      same(host, 0x120, 0x127, 'RSP');
      same(host, 0x200, 0x27f, 'ES CS SS DS');
      same(host, 0x300, 0x31f, 'GDTR IDTR');
      same(host, 0x320, 0x327, 'CR0');
      same(host, 0x338, 0x347, 'CR3 CR4');
      same(host, 0x400, 0x407, 'EFER');
      same(host, 0x1dc, 0x1df, 'stack mask');
      same(guest, 0x108, 0x11f, 'RCX RDX RBX are the guest’s still');
      same(guest, 0x128, 0x17f, 'RBP to R15');
      same(guest, 0x280, 0x2ff, 'FS GS LDTR TR');
      same(guest, 0x330, 0x337, 'CR2');
      same(guest, 0x360, 0x367, 'CR8');
      same(guest, 0x3a0, 0x3d7, 'DR0 to DR3, DR6');
      same(guest, 0x408, 0x7ff, 'MSRs');
      same(guest, 0xc00, 0xfff, 'SSE and x87');
      assert.equal(state.i32[0x800 >> 2], 0, 'GIF');
      assert.equal(state.i32[0x804 >> 2], 0, 'guest mode');
      for (let word = 0; word < 6; word++) assert.equal(state.i32[(0x810 >> 2) + word], 0);
      assert.equal(state.i32[0x828 >> 2], 0, 'ASID');
      assert.equal(state.big(0x838), 0n, 'TSC_OFFSET');
      assert.equal(state.big(0x840), 0n, 'V_IRQ, V_INTR_MASKING');
      assert.equal(state.i32[0x3ec >> 2], 0, 'interrupt shadow');
      assert.equal(state.i32[0x3f0 >> 2], 0, 'halted');
      assert.deepEqual(p.calls, ['changed', 'changed']);
    }
  });

  it('forces CR0.PE and clears RFLAGS.VM', () => {
    const p = new Processor();
    legalEntry(p);
    p.state.setCr(0, 0x80000010);
    p.state.setFlags(0x20002);
    vmrun(p, VMCB_SPA, 0, 0);
    vmexit(p, 0x72, 0, 0, 0, 0, 0, 0);
    assert.equal(p.state.cr(0), 0x80000011);
    assert.equal(p.rflags(), 2);
  });

  it('clears V of EVENTINJ and leaves the rest of it', () => {
    const p = new Processor();
    legalEntry(p);
    p.put64(at + 0x0a8, 0x12345678_80000b0en);
    vmrun(p, VMCB_SPA, 0, 0);
    vmexit(p, 0x72, 0, 0, 0, 0, 0, 0);
    assert.equal(p.u64(at + 0x0a8), 0x12345678_00000b0en);
  });

  it('records the event whose delivery was cut short, once', () => {
    const p = new Processor();
    legalEntry(p);
    vmrun(p, VMCB_SPA, 0, 0);
    p.state.setHalves(0x850, 0x80000b0e | 0, 2);
    vmexit(p, 0x400, 0, 0, 0, 0, 0, 0);
    assert.equal(p.u64(at + 0x088), 0x00000002_80000b0en);
    assert.equal(p.state.big(0x850), 0n);
    p.state.setHalves(0x850, 0x80000b0e | 0, 2);
    vmrun(p, VMCB_SPA, 0, 0);
    assert.equal(p.state.big(0x850), 0n);
    vmexit(p, 0x60, 0, 0, 0, 0, 0, 0);
    assert.equal(p.u64(at + 0x088), 0n);
    vmrun(p, VMCB_SPA, 0, 0);
    p.state.setHalves(0x850, 0x00000b0e, 2);
    vmexit(p, 0x60, 0, 0, 0, 0, 0, 0);
    assert.equal(p.u64(at + 0x088), 0n, 'without V there is no event');
  });

  it('stores nRIP for instructions, ports, MSRs, INT3, INTO and BOUND, and zero for the others', () => {
    const p = new Processor();
    for (const [code, stored] of [
      [0x00, true],
      [0x10, true],
      [0x37, true],
      [0x65, true],
      [0x72, true],
      [0x75, true],
      [0x78, true],
      [0x7b, true],
      [0x7c, true],
      [0x81, true],
      [0x43, true],
      [0x44, true],
      [0x45, true],
      [0x40, false],
      [0x41, false],
      [0x46, false],
      [0x4e, false],
      [0x60, false],
      [0x61, false],
      [0x64, false],
      [0x7d, false],
      [0x7f, false],
      [0x400, false],
    ] as const) {
      legalEntry(p);
      p.put64(at + 0x0c8, 0x1111n);
      vmrun(p, VMCB_SPA, 0, 0);
      vmexit(p, code, 0, 0, 0, 0, 0x2222, 0);
      assert.equal(p.u64(at + 0x0c8), stored ? 0x2222n : 0n, code.toString(16));
    }
  });

  it('writes no nRIP and no instruction bytes on a processor without those features', () => {
    const p = new Processor({ ...LIMITS, svm: 1 });
    legalEntry(p);
    p.put64(at + 0x0c8, 0x1111n);
    p.put64(at + 0x0d0, 0x5555n);
    vmrun(p, VMCB_SPA, 0, 0);
    vmexit(p, 0x72, 0, 0, 0, 0, 0x2222, 0);
    assert.equal(p.u64(at + 0x0c8), 0x1111n);
    assert.equal(p.u64(at + 0x0d0), 0x5555n);
  });

  it('writes V_TPR and V_IRQ back and leaves the other controls of 060h', () => {
    const p = new Processor();
    legalEntry(p);
    p.put64(at + 0x060, 0x00000042_c1150100n);
    vmrun(p, VMCB_SPA, 0, 0);
    assert.equal(p.state.u32[0x840 >> 2], 0x01150100, 'AVIC is not of this processor');
    p.state.u32[0x840 >> 2] = 0x01150007;
    vmexit(p, 0x60, 0, 0, 0, 0, 0, 0);
    assert.equal(p.u64(at + 0x060), 0x00000042_c1150007n);
  });

  it('announces the exit after the host is back, with the ASID the guest had', () => {
    const p = new Processor();
    legalEntry(p);
    p.put32(at + 0x058, 9);
    const seen: unknown[] = [];
    p.probe = {
      vmrun: (vmcb) => seen.push(['vmrun', vmcb, p.state.i32[0x804 >> 2]]),
      vmexit: (event) => seen.push(['vmexit', event, p.state.i32[0x804 >> 2]]),
    };
    vmrun(p, VMCB_SPA, 0, 0);
    vmexit(p, 0x72, 0, 0, 0, 0, 0, 0);
    assert.deepEqual(seen, [
      ['vmrun', VMCB_SPA, 1],
      ['vmexit', { code: 0x72, vmcb: VMCB_SPA, asid: 9 }, 0],
    ]);
  });

  it('marks the pages it writes, and tells of code in them', () => {
    const p = new Processor();
    legalEntry(p);
    const vmcb = p.ram.offset(VMCB_SPA);
    const hsave = p.ram.offset(HSAVE_SPA);
    p.ram.markCode(vmcb + 0x0c8, 1);
    p.ram.markCode(vmcb + 0x578, 1);
    const hits: number[] = [];
    p.ram.onCodeWrite = (page, firstLine) => hits.push(page - vmcb, firstLine);
    const written = (offset: number): number => p.state.u8[p.ram.map.written + p.ram.pageIndex(offset)]!;
    p.state.u8[p.ram.map.written + p.ram.pageIndex(hsave)] = 0;
    vmrun(p, VMCB_SPA, 0, 0);
    assert.equal(written(hsave), 1);
    assert.deepEqual(hits, []);
    p.state.u8[p.ram.map.written + p.ram.pageIndex(vmcb)] = 0;
    vmexit(p, 0x72, 0, 0, 0, 0, 0, 0);
    assert.equal(written(vmcb), 1);
    assert.deepEqual(hits, [0, 1, 0, 16]);
    p.ram.onCodeWrite = () => undefined;
  });

  it('stores EXITCODE in 64 bits over a refusal', () => {
    const p = new Processor();
    legalEntry(p);
    p.put32(at + 0x058, 0);
    vmrun(p, VMCB_SPA, 0, 0);
    assert.equal(p.u64(at + 0x070), 0xffffffffffffffffn);
    p.put32(at + 0x058, 1);
    vmrun(p, VMCB_SPA, 0, 0);
    vmexit(p, 0x400, 0, 0, 0, 0, 0, 0);
    assert.equal(p.u64(at + 0x070), 0x400n);
  });

  it('brings the host back also when the VMCB lies in ROM', () => {
    const p = new Processor();
    legalEntry(p);
    const page = p.page(at);
    p.ram.writeBytes(ROM_SPA, page, true);
    assert.equal(vmrun(p, ROM_SPA, 0x2222, 0).entered, true);
    vmexit(p, 0x72, 0, 0, 0, 0, 0, 0);
    assert.equal(p.state.ripLow, 0x2222);
    assert.deepEqual(p.ram.readBytes(ROM_SPA, 4096), page);
    p.ram.writeBytes(ROM_SPA, new Uint8Array(4096), true);
    assert.equal(vmrun(p, ROM_SPA, 0x3333, 0).entered, false);
    assert.equal(p.state.ripLow, 0x3333);
    assert.deepEqual(p.ram.readBytes(ROM_SPA, 4096), new Uint8Array(4096));
  });
});
