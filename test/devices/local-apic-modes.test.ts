import assert from 'node:assert/strict';
import { ApicBench } from './apic-bench';

const TPR = 0x80;
const EOI = 0xb0;
const SVR = 0xf0;
const LVT_TIMER = 0x320;
const LVT_LINT0 = 0x350;
const INITIAL = 0x380;
const CURRENT = 0x390;
const DIVIDE = 0x3e0;
const APIC_BASE = 0x1b;

function enabled(): ApicBench {
  const b = new ApicBench();
  b.enable();
  return b;
}
describe('LocalApic timer', () => {
  it('counts down at 100 MHz by its divisor, and interrupts at 0 once', () => {
    for (const [divide, by] of [
      [0x0, 2],
      [0x1, 4],
      [0x2, 8],
      [0x3, 16],
      [0x8, 32],
      [0x9, 64],
      [0xa, 128],
      [0xb, 1],
    ] as const) {
      const b = enabled();
      b.set(DIVIDE, divide);
      b.set(LVT_TIMER, 0x40);
      b.pass(7);
      b.set(INITIAL, 1000);
      b.pass(10 * by - 1);
      assert.equal(b.get(CURRENT), 1000);
      b.pass(1);
      assert.equal(b.get(CURRENT), 999);
      b.pass(10 * by * 999 - 1);
      assert.equal(b.get(CURRENT), 1);
      assert.ok(!b.intr);
      b.pass(1);
      assert.ok(b.intr);
      assert.equal(b.apic.acknowledge(), 0x40);
      b.set(EOI, 0);
      b.pass(1e7);
      assert.equal(b.get(CURRENT), 0);
      assert.ok(!b.intr);
      assert.equal(b.get(INITIAL), 1000);
    }
  });

  it('periodically, from the initial count again', () => {
    const b = enabled();
    b.set(DIVIDE, 0xb);
    b.set(LVT_TIMER, 0x20040);
    b.set(INITIAL, 300);
    for (let n = 0; n < 5; n++) {
      b.pass(2999);
      assert.ok(!b.intr, `period ${n}`);
      b.pass(1);
      assert.equal(b.apic.acknowledge(), 0x40);
      assert.equal(b.get(CURRENT), 300);
      b.set(EOI, 0);
    }
    b.set(INITIAL, 0);
    b.pass(10_000);
    assert.ok(!b.intr);
    assert.equal(b.get(CURRENT), 0);
  });

  it('goes on while masked, and what passed then is lost', () => {
    const b = enabled();
    b.set(DIVIDE, 0xb);
    b.set(LVT_TIMER, 0x30040);
    b.set(INITIAL, 300);
    b.pass(7000);
    assert.equal(b.get(CURRENT), 200);
    assert.equal(b.clock.next(), Infinity, 'nobody needs to be called');
    b.set(LVT_TIMER, 0x20040);
    assert.ok(!b.intr);
    b.pass(1999);
    assert.ok(!b.intr);
    b.pass(1);
    assert.ok(b.intr);
    b.set(LVT_TIMER, 0x10040);
    b.pass(2500);
    b.set(LVT_TIMER, 0x10041);
    assert.equal(b.get(CURRENT), 50, 'one-shot from here on');
    b.pass(1000);
    assert.equal(b.get(CURRENT), 0);
    b.set(LVT_TIMER, 0x20041);
    b.pass(1e6);
    assert.equal(b.get(CURRENT), 0, 'and it does not start by itself');
  });

  it('goes on with another divisor from where it was', () => {
    const b = enabled();
    b.set(DIVIDE, 0xb);
    b.set(LVT_TIMER, 0x40);
    b.set(INITIAL, 100);
    b.pass(400);
    b.set(DIVIDE, 0x1);
    assert.equal(b.get(CURRENT), 60);
    b.pass(2399);
    assert.ok(!b.intr);
    b.pass(1);
    assert.ok(b.intr);
  });
});

describe('LocalApic modes', () => {
  it('APIC_BASE: what is written, and the transitions that are #GP', () => {
    const b = new ApicBench();
    assert.equal(b.rdmsr(APIC_BASE), 0xfee00900n);
    const OFF = 0xfee00100n;
    const XAPIC = 0xfee00900n;
    const X2APIC = 0xfee00d00n;
    const INVALID = 0xfee00500n;
    const table: [bigint, bigint, 'GP' | 'done'][] = [
      [XAPIC, INVALID, 'GP'],
      [XAPIC, X2APIC, 'done'],
      [X2APIC, XAPIC, 'GP'],
      [X2APIC, INVALID, 'GP'],
      [X2APIC, X2APIC, 'done'],
      [X2APIC, OFF, 'done'],
      [OFF, X2APIC, 'GP'],
      [OFF, INVALID, 'GP'],
      [OFF, XAPIC, 'done'],
    ];
    for (const [from, to, outcome] of table) {
      assert.equal(b.rdmsr(APIC_BASE), from);
      assert.equal(b.wrmsr(APIC_BASE, to), outcome, `${from.toString(16)} to ${to.toString(16)}`);
      assert.equal(b.rdmsr(APIC_BASE), outcome === 'GP' ? from : to);
    }
    assert.equal(b.wrmsr(APIC_BASE, XAPIC | 0x200n), 'GP');
    assert.equal(b.wrmsr(APIC_BASE, XAPIC | 1n), 'GP');
    assert.equal(b.wrmsr(APIC_BASE, XAPIC | (1n << 48n)), 'GP');
    assert.equal(b.wrmsr(APIC_BASE, XAPIC & ~0x100n), 'done', 'BSC is read-only');
    assert.equal(b.rdmsr(APIC_BASE), XAPIC);
    assert.equal(new ApicBench({ x2apic: false }).wrmsr(APIC_BASE, X2APIC), 'GP');
  });

  it('the registers move with APIC_BASE', () => {
    const b = new ApicBench();
    assert.equal(b.wrmsr(APIC_BASE, 0x1_2345_6900n), 'done');
    assert.equal(b.bus.read(0x1_2345_6030, 4), 0x50010);
    assert.equal(b.get(0x30), 0xffffffff);
    assert.equal(b.wrmsr(APIC_BASE, 0xfec00900n), 'done', 'in front of what is there');
    assert.equal(b.bus.read(0xfec00030, 4), 0x50010);
    assert.equal(b.wrmsr(APIC_BASE, 0xfee00900n), 'done');
    assert.equal(b.get(0x30), 0x50010);
    b.bus.write(0xfec00000, 4, 1);
    assert.equal(b.bus.read(0xfec00010, 4), 0x170011);
  });

  it('AE clear: no registers, the pins straight to the processor, and all forgotten', () => {
    const b = enabled();
    b.set(TPR, 0x50);
    b.set(LVT_TIMER, 0x30);
    b.set(INITIAL, 100);
    b.set(LVT_LINT0, 0x10000);
    b.wrmsr(APIC_BASE, 0xfee00100n);
    assert.ok(!b.apic.enabled);
    assert.equal(b.get(0x30), 0xffffffff);
    b.pass(1e6);
    assert.ok(!b.intr);
    b.pic.writePort(0x20, 1, 0x11);
    for (const byte of [0x20, 4, 1, 0]) b.pic.writePort(0x21, 1, byte);
    b.pic.line(1).set(true);
    assert.ok(b.intr);
    assert.equal(b.apic.acknowledge(), 0x21);
    b.wrmsr(APIC_BASE, 0xfee00900n);
    assert.deepEqual([b.get(SVR), b.get(TPR), b.get(LVT_TIMER), b.get(INITIAL)], [0xff, 0, 0x10000, 0]);
  });

  it('x2APIC: registers are MSRs, memory is not answered', () => {
    const b = new ApicBench({ id: 0x23 });
    assert.equal(b.rdmsr(0x802), 'GP', 'xAPIC mode has no MSRs');
    assert.equal(b.wrmsr(0x808, 0n), 'GP');
    b.enable();
    b.set(TPR, 0x33);
    assert.equal(b.wrmsr(APIC_BASE, 0xfee00d00n), 'done');
    assert.equal(b.get(0x30), 0xffffffff);
    assert.equal(b.rdmsr(0x802), 0x23n);
    assert.equal(b.rdmsr(0x803), 0x50010n);
    assert.equal(b.rdmsr(0x808), 0x33n);
    assert.equal(b.rdmsr(0x80d), 0x20008n, 'cluster 2, bit 3');
    assert.equal(b.rdmsr(0x80f), 0x1ffn);
    for (const gp of [0x80b, 0x80c, 0x80e, 0x800, 0x82f, 0x831, 0x83f, 0x840, 0x8ff]) {
      assert.equal(b.rdmsr(gp), 'GP', gp.toString(16));
    }
    for (const gp of [0x802, 0x803, 0x809, 0x80a, 0x80c, 0x80d, 0x80e, 0x810, 0x831, 0x839, 0x840]) {
      assert.equal(b.wrmsr(gp, 0n), 'GP', gp.toString(16));
    }
    const reserved: [number, bigint][] = [
      [0x808, 0x100n],
      [0x80b, 1n],
      [0x80f, 0x400n],
      [0x828, 1n],
      [0x830, 0x100000n],
      [0x832, 0x400ffn],
      [0x835, 0x20000n],
      [0x83e, 4n],
      [0x83f, 0x100n],
      [0x838, 1n << 32n],
    ];
    for (const [msr, value] of reserved) assert.equal(b.wrmsr(msr, value), 'GP', msr.toString(16));
    b.wrmsr(0x808, 0n);
    assert.equal(b.wrmsr(0x83f, 0x61n), 'done');
    assert.equal(b.rdmsr(0x823), 2n);
    assert.equal(b.apic.acknowledge(), 0x61);
    assert.equal(b.wrmsr(0x80b, 0n), 'done');
    const command = (destination: bigint, low: bigint): boolean => {
      assert.equal(b.wrmsr(0x830, (destination << 32n) | low), 'done');
      assert.equal(b.rdmsr(0x830), (destination << 32n) | low);
      if (!b.intr) return false;
      b.apic.acknowledge();
      b.wrmsr(0x80b, 0n);
      return true;
    };
    assert.ok(command(0x23n, 0x71n));
    assert.ok(!command(0x24n, 0x71n));
    assert.ok(!command(0xffn, 0x71n), 'FFh is an ID like others');
    assert.ok(command(0xffffffffn, 0x71n));
    assert.ok(command(0x2000cn, 0x871n));
    assert.ok(!command(0x20007n, 0x871n));
    assert.ok(!command(0x1000cn, 0x871n));
    b.wrmsr(0x83e, 0xbn);
    b.wrmsr(0x832, 0x44n);
    b.wrmsr(0x838, 50n);
    b.pass(100);
    assert.equal(b.rdmsr(0x839), 40n);
    b.pass(400);
    assert.equal(b.apic.acknowledge(), 0x44);
  });

  it('INIT keeps APIC_BASE and the ID', () => {
    const b = enabled();
    b.wrmsr(APIC_BASE, 0xfed80900n);
    b.bus.write(0xfed80020, 4, 0x07000000);
    b.bus.write(0xfed80080, 4, 0x44);
    b.apic.initialise();
    assert.equal(b.rdmsr(APIC_BASE), 0xfed80900n);
    assert.deepEqual(
      [0x20, 0x80, 0xf0].map((at) => b.bus.read(0xfed80000 + at, 4)),
      [0x07000000, 0, 0xff],
    );
  });
});
