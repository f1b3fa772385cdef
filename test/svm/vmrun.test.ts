/**
 * VMRUN. The lists were written from the manual (§15.5.1); offsets of the VMCB are those of appendix B, those of the
 * register window of state/layout, typed by hand.
 */
import assert from 'node:assert/strict';
import { vmexit } from '../../src/engine/svm/vmexit';
import { vmrun } from '../../src/engine/svm/vmrun';
import { msr, noisyGuest, noisyHost, sign48, touchedOutside, vmcbSegment, windowSegment } from './noise';
import { Dice, HSAVE_SPA, LIMITS, Processor, ROM_SPA, VMCB_SPA, legalEntry } from './processor';

const at = VMCB_SPA;

describe('VMRUN', () => {
  it('loads what the manual lists from the VMCB, for 200 random guests', () => {
    const dice = new Dice(2);
    for (let round = 0; round < 200; round++) {
      const p = new Processor();
      legalEntry(p);
      noisyHost(p, dice);
      noisyGuest(p, dice);
      const vmcb = p.page(at);
      const before = p.window();
      assert.equal(vmrun(p, VMCB_SPA, 0x1000, 0).entered, true);

      // ES CS SS DS in the order of their numbers; 32 bits of base are implemented
      for (let index = 0; index < 4; index++) {
        const from = vmcbSegment(p, 0x400 + index * 16);
        assert.deepEqual(windowSegment(p, index), { ...from, base: from.base & 0xffffffffn });
      }
      assert.equal(p.state.u32[0x300 >> 2], p.u32(at + 0x464) & 0xffff, 'GDTR limit');
      assert.equal(p.state.big(0x308), sign48(p.u64(at + 0x468)), 'GDTR base');
      assert.equal(p.state.u32[0x310 >> 2], p.u32(at + 0x484) & 0xffff, 'IDTR limit');
      assert.equal(p.state.big(0x318), sign48(p.u64(at + 0x488)), 'IDTR base');
      assert.equal(p.state.big(0x100), p.u64(at + 0x5f8), 'RAX');
      assert.equal(p.state.big(0x120), p.u64(at + 0x5d8), 'RSP');
      assert.equal(p.state.big(0x198), p.u64(at + 0x578), 'RIP');
      assert.equal(p.rflags(), (p.u32(at + 0x570) & 0x3f7fd5) | 2, 'RFLAGS');
      assert.equal(p.state.big(0x320), 0x8005003bn, 'CR0');
      assert.equal(p.state.big(0x330), p.u64(at + 0x640), 'CR2');
      assert.equal(p.state.big(0x338), p.u64(at + 0x550), 'CR3');
      assert.equal(p.state.big(0x340), 0x2006a0n, 'CR4');
      assert.equal(p.state.big(0x3a0 + 48), BigInt((p.u32(at + 0x568) & 0xe00f) | 0xffff0ff0) & 0xffffffffn, 'DR6');
      assert.equal(p.state.big(0x3a0 + 56), BigInt((p.u32(at + 0x560) & 0xffff23ff) | 0x400) & 0xffffffffn, 'DR7');
      assert.equal(p.state.big(0x400), 0x1d01n, 'EFER');
      assert.equal(p.state.cpl, p.u8(at + 0x4cb), 'CPL');

      for (let word = 0; word < 6; word++) assert.equal(p.state.u32[(0x810 >> 2) + word], p.u32(at + word * 4));
      assert.equal(p.state.u32[0x828 >> 2], p.u32(at + 0x058), 'ASID');
      assert.equal(p.state.big(0x838), p.u64(at + 0x050), 'TSC_OFFSET');
      assert.equal(p.state.u32[0x840 >> 2], p.u32(at + 0x060), 'virtual interrupt');
      assert.equal(p.state.u32[0x844 >> 2], p.u32(at + 0x064), 'its vector');
      assert.equal(p.state.i32[0x3ec >> 2], p.u32(at + 0x068), 'interrupt shadow');
      assert.equal(p.state.number(0x808), VMCB_SPA);
      assert.equal(p.state.i32[0x800 >> 2], 1, 'GIF');
      assert.equal(p.state.i32[0x804 >> 2], 1, 'guest mode');
      assert.equal(p.state.i32[0x82c >> 2], 0, 'nested paging');
      assert.deepEqual(p.page(at), vmcb, 'VMRUN does not write the VMCB');
      assert.deepEqual(p.calls, ['changed']);

      // the rest of the window: RBX RCX RDX RSI RDI RBP R8-R15, FS GS LDTR TR, CR8, DR0-DR3, MSRs, XCR0, SSE and x87
      const changed = touchedOutside(before, p.window(), [
        [0x100, 0x107],
        [0x120, 0x127],
        [0x198, 0x1bf],
        [0x1dc, 0x1df],
        [0x200, 0x27f],
        [0x300, 0x31f],
        [0x320, 0x327],
        [0x330, 0x347],
        [0x3d0, 0x3df],
        [0x3e8, 0x3f3],
        [0x400, 0x407],
        [0x800, 0xbff],
      ]);
      assert.deepEqual(changed, []);
    }
  });

  it('keeps a copy of the host at VM_HSAVE_PA in the form of a save area, and writes nothing else there', () => {
    const p = new Processor();
    const dice = new Dice(3);
    legalEntry(p);
    noisyHost(p, dice);
    for (let n = 0; n < 4096; n += 8) p.put64(HSAVE_SPA + n, dice.u64());
    const expected = p.page(HSAVE_SPA);
    const v = new DataView(expected.buffer);
    for (let index = 0; index < 4; index++) {
      const s = windowSegment(p, index);
      v.setUint16(0x400 + index * 16, s.selector, true);
      v.setUint16(0x402 + index * 16, s.attributes, true);
      v.setUint32(0x404 + index * 16, s.limit, true);
      v.setBigUint64(0x408 + index * 16, s.base, true);
    }
    v.setUint32(0x464, p.state.u32[0x300 >> 2]!, true);
    v.setBigUint64(0x468, p.state.big(0x308), true);
    v.setUint32(0x484, p.state.u32[0x310 >> 2]!, true);
    v.setBigUint64(0x488, p.state.big(0x318), true);
    v.setBigUint64(0x4d0, 0x1d01n, true);
    v.setBigUint64(0x548, 0x6f0n, true);
    v.setBigUint64(0x550, p.state.big(0x338), true);
    v.setBigUint64(0x558, 0x80050033n, true);
    v.setBigUint64(0x570, BigInt(p.rflags()), true);
    v.setBigUint64(0x578, 0x0000111100002222n, true);
    v.setBigUint64(0x5d8, p.state.big(0x120), true);
    v.setBigUint64(0x5f8, p.state.big(0x100), true);
    v.setBigUint64(0x668, p.state.big(msr(p, 'PAT')), true);
    (['DebugCtl', 'LastBranchFromIP', 'LastBranchToIP', 'LastIntFromIP', 'LastIntToIP'] as const).forEach((name, n) =>
      v.setBigUint64(0x670 + n * 8, p.state.big(msr(p, name)), true),
    );
    vmrun(p, VMCB_SPA, 0x2222, 0x1111);
    assert.deepEqual(p.page(HSAVE_SPA), expected);
  });

  it('loses that copy, and nothing else, where VM_HSAVE_PA is ROM or no memory', () => {
    for (const hsave of [ROM_SPA, 0x4000_0000]) {
      const p = new Processor();
      legalEntry(p);
      p.state.setNumber(msr(p, 'VM_HSAVE_PA'), hsave);
      assert.equal(vmrun(p, VMCB_SPA, 0x2222, 0).entered, true);
      assert.deepEqual(p.ram.readBytes(ROM_SPA, 4096), new Uint8Array(4096));
      vmexit(p, 0x72, 0, 0, 0, 0, 0, 0);
      assert.equal(p.state.ripLow, 0x2222);
    }
  });

  it('recomputes LMA from LME and PG', () => {
    for (const [efer, cr0, expected] of [
      [0x1100n, 0x80010033n, 0x1500],
      [0x1500n, 0x00000011n, 0x1100],
      [0x1400n, 0x80010033n, 0x1000],
    ] as const) {
      const p = new Processor();
      legalEntry(p);
      p.put64(at + 0x4d0, efer);
      p.put64(at + 0x558, cr0);
      assert.equal(vmrun(p, VMCB_SPA, 0, 0).entered, true);
      assert.equal(p.state.efer, expected);
    }
  });

  it('takes CPL 0 in real mode and 3 in virtual-8086 mode, whatever the field says', () => {
    const p = new Processor();
    legalEntry(p);
    p.put8(at + 0x4cb, 2);
    p.put64(at + 0x4d0, 0x1000n);
    p.put64(at + 0x558, 0x10n);
    vmrun(p, VMCB_SPA, 0, 0);
    assert.equal(p.state.cpl, 0);
    legalEntry(p);
    p.put64(at + 0x4d0, 0x1000n);
    p.put64(at + 0x558, 0x11n);
    p.put64(at + 0x570, 0x20202n);
    vmrun(p, VMCB_SPA, 0, 0);
    assert.equal(p.state.cpl, 3);
    legalEntry(p);
    p.put8(at + 0x4cb, 0xfe);
    vmrun(p, VMCB_SPA, 0, 0);
    assert.equal(p.state.cpl, 2);
  });

  it('lets a real-mode guest use segments whose attributes are zero, within their limits', () => {
    const p = new Processor();
    legalEntry(p);
    p.put64(at + 0x4d0, 0x1000n);
    p.put64(at + 0x558, 0x10n);
    for (let index = 0; index < 4; index++) {
      p.put32(at + 0x400 + index * 16, 0x1000);
      p.put32(at + 0x404 + index * 16, 0xffff);
      p.put64(at + 0x408 + index * 16, 0x10000n);
    }
    vmrun(p, VMCB_SPA, 0, 0);
    for (let index = 0; index < 4; index++) {
      const window = (0x200 + index * 32 + 16) >> 2;
      assert.deepEqual([...p.state.u32.subarray(window, window + 4)], [0, 0xffff, 0, 0xffff]);
      assert.equal(p.state.attributes(index), 0);
    }
    assert.equal(p.state.u32[0x1dc >> 2], 0xffff, 'stack mask');
  });

  it('knows only 0 and 1 of TLB_CONTROL without FlushByAsid', () => {
    for (const [control, calls] of [
      [1, ['flush all', 'changed']],
      [3, ['changed']],
      [7, ['changed']],
    ] as const) {
      const p = new Processor({ ...LIMITS, svm: LIMITS.svm & ~0x40 });
      legalEntry(p);
      p.put32(at + 0x058, 5);
      p.put8(at + 0x05c, control);
      vmrun(p, VMCB_SPA, 0, 0);
      assert.deepEqual(p.calls, calls);
    }
  });

  it('obeys TLB_CONTROL before the address space changes', () => {
    for (const [control, calls] of [
      [0, ['changed']],
      [1, ['flush all', 'changed']],
      [3, ['flush 5', 'changed']],
      [7, ['flush 5', 'changed']],
    ] as const) {
      const p = new Processor();
      legalEntry(p);
      p.put32(at + 0x058, 5);
      p.put8(at + 0x05c, control);
      vmrun(p, VMCB_SPA, 0, 0);
      assert.deepEqual(p.calls, calls);
      vmexit(p, 0x72, 0, 0, 0, 0, 0, 0);
    }
  });

  it('takes nested paging with the host’s mode, and swaps the PAT', () => {
    const p = new Processor();
    legalEntry(p);
    p.put64(at + 0x090, 1n);
    p.put64(at + 0x0b0, 0x123456789fffn);
    p.put64(at + 0x668, 0x0606060606060606n);
    p.state.setBig(msr(p, 'PAT'), 0x0007040600070406n);
    p.state.setCr(4, 0x6a0);
    vmrun(p, VMCB_SPA, 0, 0);
    assert.equal(p.state.i32[0x82c >> 2], 1);
    assert.equal(p.state.big(0x830), 0x123456789000n, 'nCR3');
    assert.equal(p.state.big(0x868), 0x6a0n, 'host CR4');
    assert.equal(p.state.big(0x870), 0x1d00n, 'host EFER');
    assert.equal(p.state.big(msr(p, 'PAT')), 0x0606060606060606n);
    p.state.setBig(msr(p, 'PAT'), 0x0101010101010101n);
    vmexit(p, 0x400, 0, 0, 0, 0, 0, 0);
    assert.equal(p.u64(at + 0x668), 0x0101010101010101n);
    assert.equal(p.state.big(msr(p, 'PAT')), 0x0007040600070406n);
    assert.equal(p.state.i32[0x82c >> 2], 0);
  });

  it('leaves the PAT alone without nested paging, and where the processor has none', () => {
    for (const limits of [LIMITS, { ...LIMITS, svm: LIMITS.svm & ~1 }]) {
      const p = new Processor(limits);
      legalEntry(p);
      p.put64(at + 0x090, limits === LIMITS ? 0n : 1n);
      p.put64(at + 0x668, 0x0606060606060606n);
      p.state.setBig(msr(p, 'PAT'), 0x0007040600070406n);
      vmrun(p, VMCB_SPA, 0, 0);
      assert.equal(p.state.i32[0x82c >> 2], 0);
      assert.equal(p.state.big(msr(p, 'PAT')), 0x0007040600070406n);
      p.state.setBig(msr(p, 'PAT'), 0x0101010101010101n);
      vmexit(p, 0x72, 0, 0, 0, 0, 0, 0);
      assert.equal(p.u64(at + 0x668), 0x0606060606060606n);
      assert.equal(p.state.big(msr(p, 'PAT')), 0x0101010101010101n, 'the guest wrote the host’s PAT');
    }
  });

  it('swaps DebugCtl and the last branches under LBR virtualization only', () => {
    const names = ['DebugCtl', 'LastBranchFromIP', 'LastBranchToIP', 'LastIntFromIP', 'LastIntToIP'] as const;
    for (const virtual of [true, false]) {
      const p = new Processor();
      legalEntry(p);
      p.put64(at + 0x0b8, virtual ? 1n : 0n);
      names.forEach((name, n) => {
        p.state.setBig(msr(p, name), BigInt(100 + n));
        p.put64(at + 0x670 + n * 8, BigInt(200 + n));
      });
      vmrun(p, VMCB_SPA, 0, 0);
      names.forEach((name, n) => {
        assert.equal(p.state.big(msr(p, name)), BigInt((virtual ? 200 : 100) + n));
        p.state.setBig(msr(p, name), BigInt(300 + n));
      });
      vmexit(p, 0x72, 0, 0, 0, 0, 0, 0);
      assert.equal(p.state.i32[0xa00 >> 2], 0);
      names.forEach((name, n) => {
        assert.equal(p.state.big(msr(p, name)), BigInt((virtual ? 100 : 300) + n));
        assert.equal(p.u64(at + 0x670 + n * 8), BigInt((virtual ? 300 : 200) + n));
      });
    }
  });

  it('keeps the host’s RFLAGS.IF for V_INTR_MASKING', () => {
    for (const flag of [0, 0x200]) {
      const p = new Processor();
      legalEntry(p);
      p.state.setFlags(2 | flag);
      vmrun(p, VMCB_SPA, 0, 0);
      assert.equal(p.state.i32[0x848 >> 2], flag ? 1 : 0);
    }
  });
});
