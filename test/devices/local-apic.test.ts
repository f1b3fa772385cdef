import assert from 'node:assert/strict';
import { Clock } from '../../src/engine/bus/clock';
import { LocalApic } from '../../src/engine/devices/local-apic';
import { ApicBench } from './apic-bench';

const ID = 0x20;
const TPR = 0x80;
const PPR = 0xa0;
const EOI = 0xb0;
const LDR = 0xd0;
const DFR = 0xe0;
const SVR = 0xf0;
const ESR = 0x280;
const ICR = 0x300;
const ICR_HIGH = 0x310;
const LVT_TIMER = 0x320;
const LVT_PERFORMANCE = 0x340;
const LVT_LINT0 = 0x350;
const LVT_LINT1 = 0x360;
const LVT_ERROR = 0x370;
const INITIAL = 0x380;
const CURRENT = 0x390;
const DIVIDE = 0x3e0;
const APIC_BASE = 0x1b;

function enabled(): ApicBench {
  const b = new ApicBench();
  b.enable();
  return b;
}
/** The register of ISR, TMR or IRR that a vector is in, and whether it is. */
function has(b: ApicBench, set: 0x100 | 0x180 | 0x200, vector: number): boolean {
  return ((b.get(set + (vector >> 5) * 0x10) >>> (vector & 31)) & 1) === 1;
}
function errors(b: ApicBench): number {
  b.set(ESR, 0);
  return b.get(ESR);
}

describe('LocalApic registers', () => {
  it('have the values of RESET', () => {
    const b = new ApicBench({ id: 3 });
    const values: Record<number, number> = {
      [ID]: 0x03000000,
      0x30: 0x00050010,
      [TPR]: 0,
      0x90: 0,
      [PPR]: 0,
      0xc0: 0,
      [LDR]: 0,
      [DFR]: 0xffffffff,
      [SVR]: 0xff,
      [ESR]: 0,
      [ICR]: 0,
      [ICR_HIGH]: 0,
      [LVT_TIMER]: 0x10000,
      0x330: 0x10000,
      [LVT_PERFORMANCE]: 0x10000,
      // the 8259 is passed on
      [LVT_LINT0]: 0x700,
      [LVT_LINT1]: 0x10000,
      [LVT_ERROR]: 0x10000,
      [INITIAL]: 0,
      [CURRENT]: 0,
      [DIVIDE]: 0,
    };
    for (const [offset, value] of Object.entries(values)) assert.equal(b.get(Number(offset)), value, offset);
    for (let at = 0x100; at < 0x280; at += 0x10) assert.equal(b.get(at), 0);
  });

  it('take the bits the manual says', () => {
    const masks: Record<number, number> = {
      [ID]: 0xff000000,
      [TPR]: 0xff,
      [LDR]: 0xff000000,
      [SVR]: 0x3ff,
      [ICR_HIGH]: 0xff000000,
      [LVT_TIMER]: 0x300ff,
      0x330: 0x107ff,
      [LVT_PERFORMANCE]: 0x107ff,
      [LVT_LINT0]: 0x187ff,
      [LVT_LINT1]: 0x187ff,
      [LVT_ERROR]: 0x107ff,
      [INITIAL]: 0xffffffff,
      [DIVIDE]: 0xb,
    };
    const b = enabled();
    for (const [offset, mask] of Object.entries(masks)) {
      b.set(Number(offset), 0xffffffff);
      assert.equal(b.get(Number(offset)), mask, offset);
      b.set(Number(offset), Number(offset) === SVR ? 0x100 : 0);
      assert.equal(b.get(Number(offset)), Number(offset) === SVR ? 0x100 : 0, offset);
    }
    b.set(DFR, 0);
    assert.equal(b.get(DFR), 0x0fffffff);
    for (const offset of [0x30, 0x90, PPR, 0xc0, CURRENT, 0x100, 0x180, 0x200]) {
      const before = b.get(offset);
      b.set(offset, 0xffffffff);
      assert.equal(b.get(offset), before, offset.toString(16));
    }
    assert.equal(errors(b), 0);
  });

  it('that do not exist are an error of access', () => {
    const b = enabled();
    for (const offset of [0x00, 0x10, 0x40, 0x2f0, 0x3a0, 0x3f0, 0x400, 0xff0]) {
      assert.equal(b.get(offset), 0);
      assert.equal(errors(b), 0x80, offset.toString(16));
      b.set(offset, 0);
      assert.equal(errors(b), 0x80);
      assert.equal(errors(b), 0);
    }
  });

  it('are read in parts, and written whole only', () => {
    const b = enabled();
    assert.equal(b.bus.read(0xfee00030, 1), 0x10);
    assert.equal(b.bus.read(0xfee00032, 2), 0x0005);
    b.bus.write(0xfee00080, 1, 0x55);
    assert.equal(b.get(TPR), 0);
    assert.equal(b.bus.read(0xfee00034, 4), 0);
  });
});

describe('LocalApic interrupts', () => {
  it('go from request to service to end, the highest first', () => {
    const b = enabled();
    for (const vector of [0x31, 0x82, 0x80]) b.set(ICR, 0x40000 | vector);
    assert.ok(b.intr && has(b, 0x200, 0x31) && has(b, 0x200, 0x82) && has(b, 0x200, 0x80));
    assert.equal(b.apic.acknowledge(), 0x82);
    assert.ok(!b.intr, 'the others wait');
    assert.ok(has(b, 0x100, 0x82) && !has(b, 0x200, 0x82));
    assert.equal(b.get(PPR), 0x80);
    b.set(ICR, 0x40000 | 0x90);
    assert.ok(b.intr, 'a higher class interrupts');
    assert.equal(b.apic.acknowledge(), 0x90);
    b.set(EOI, 0);
    assert.equal(b.get(PPR), 0x80);
    b.set(EOI, 0);
    assert.equal(b.apic.acknowledge(), 0x80);
    b.set(EOI, 0);
    assert.equal(b.apic.acknowledge(), 0x31);
    b.set(EOI, 0);
    assert.ok(!b.intr);
    assert.equal(b.get(PPR), 0);
  });

  it('below or at the class of TPR wait; CR8 is TPR[7:4]', () => {
    const b = enabled();
    b.set(TPR, 0x4f);
    assert.equal(b.get(PPR), 0x4f);
    assert.equal(b.apic.taskPriority, 4);
    b.set(ICR, 0x40000 | 0x4f);
    assert.ok(!b.intr);
    b.set(ICR, 0x40000 | 0x50);
    assert.ok(b.intr);
    b.apic.taskPriority = 5;
    assert.ok(!b.intr);
    assert.equal(b.get(TPR), 0x50);
    b.apic.taskPriority = 3;
    assert.ok(b.intr);
    assert.equal(b.apic.acknowledge(), 0x50);
    assert.equal(b.get(PPR), 0x50);
    assert.equal(b.get(0x90), 0x50);
    b.set(EOI, 0);
    assert.equal(b.apic.acknowledge(), 0x4f);
  });

  it('end as the spurious vector when nothing is pending, and nothing is in service', () => {
    const b = enabled();
    b.set(SVR, 0x13d);
    assert.equal(b.apic.acknowledge(), 0x3d);
    for (let n = 0; n < 8; n++) assert.equal(b.get(0x100 + n * 0x10), 0);
    b.set(EOI, 0);
    assert.equal(errors(b), 0);
  });

  it('are held while software has disabled it, and every LVT entry is masked', () => {
    const b = enabled();
    b.set(LVT_TIMER, 0x20030);
    b.set(ICR, 0x40000 | 0x77);
    b.set(SVR, 0x0ff);
    assert.ok(!b.intr && has(b, 0x200, 0x77));
    assert.equal(b.get(LVT_TIMER), 0x30030);
    b.set(LVT_TIMER, 0x00030);
    assert.equal(b.get(LVT_TIMER), 0x10030, 'the mask cannot be cleared');
    b.set(ICR, 0x40000 | 0x99);
    assert.ok(!has(b, 0x200, 0x99), 'new ones are not accepted');
    b.enable();
    assert.ok(b.intr);
    assert.equal(b.get(LVT_TIMER), 0x10030, 'and stays set');
    assert.equal(b.apic.acknowledge(), 0x77);
  });
});

describe('LocalApic interrupt command', () => {
  const send = (b: ApicBench, low: number, destination = 0): void => {
    b.set(ICR_HIGH, destination << 24);
    b.set(ICR, low);
  };
  it('reaches itself by ID, everybody, logical name and shorthand', () => {
    const reached = (prepare: (b: ApicBench) => void, low: number, destination = 0): boolean => {
      const b = new ApicBench({ id: 5 });
      b.enable();
      prepare(b);
      send(b, low, destination);
      return has(b, 0x200, low & 0xff);
    };
    const flat = (b: ApicBench): void => b.set(LDR, 0x04000000);
    const cluster = (b: ApicBench): void => {
      b.set(DFR, 0x0fffffff);
      b.set(LDR, 0x32000000);
    };
    const none = (): void => {};
    assert.ok(reached(none, 0x41, 5));
    assert.ok(!reached(none, 0x41, 4));
    assert.ok(reached(none, 0x41, 0xff));
    assert.ok(reached((b) => b.set(ID, 0x09000000), 0x41, 9));
    assert.ok(reached(none, 0x141, 5), 'lowest priority');
    assert.ok(reached(flat, 0x841, 0x05));
    assert.ok(!reached(flat, 0x841, 0x0b));
    assert.ok(!reached(none, 0x841, 0x01));
    assert.ok(reached(none, 0x841, 0xff));
    assert.ok(reached(cluster, 0x841, 0x32));
    assert.ok(reached(cluster, 0x841, 0x3f));
    assert.ok(reached(cluster, 0x841, 0xf2));
    assert.ok(!reached(cluster, 0x841, 0x22));
    assert.ok(!reached(cluster, 0x841, 0x31));
    assert.ok(reached(none, 0x40041, 4));
    assert.ok(reached(none, 0x80041, 4));
    assert.ok(!reached(none, 0xc0041, 5));
    assert.ok(!reached(none, 0x40141), 'itself: fixed only');
  });

  it('is never busy, and keeps what was written', () => {
    const b = enabled();
    send(b, 0xfff0_0000 | 0x8c0, 0x77);
    assert.equal(b.get(ICR), 0x8c0);
    assert.equal(b.get(ICR_HIGH), 0x77000000);
  });

  it('INIT, INIT level de-assert and two start-ups for an absent processor do no harm', () => {
    const b = enabled();
    for (const low of [0xc500, 0x8500, 0x608, 0x608]) send(b, low, 1);
    assert.equal(errors(b), 0x04, 'nobody has accepted them');
    assert.deepEqual([b.inits, b.nmis, b.intr], [0, 0, false]);
    send(b, 0xc4500);
    send(b, 0xc0608);
    assert.equal(errors(b), 0, 'all others: that nobody is there is no error');
  });

  it('NMI, INIT and ExtINT for itself', () => {
    const b = enabled();
    send(b, 0x400, 0);
    send(b, 0x4500, 0);
    assert.deepEqual([b.nmis, b.inits], [1, 1]);
    b.pic.writePort(0x20, 1, 0x11);
    for (const byte of [0x20, 4, 1, 0]) b.pic.writePort(0x21, 1, byte);
    b.set(LVT_LINT0, 0x10700);
    b.pic.line(5).set(true);
    assert.ok(!b.intr);
    send(b, 0x700, 0);
    assert.ok(b.intr);
    assert.equal(b.apic.acknowledge(), 0x25);
    assert.ok(!b.intr);
  });

  it('what nobody hears is not accepted: SMI, and what has no wire', () => {
    const b = enabled();
    send(b, 0x200, 0);
    assert.equal(errors(b), 0x04);
    const alone = new LocalApic({ time: new Clock(), acknowledgeExternal: () => 0xff });
    const esr = (low: number): number => {
      alone.writeMmio(0x300, 4, low);
      alone.writeMmio(0x280, 4, 0);
      return alone.readMmio(0x280, 4);
    };
    assert.deepEqual([0x400, 0x4500, 0x608].map(esr), [0x04, 0x04, 0]);
  });

  it('tells illegal vectors, and the error interrupt comes once for each kind until ESR is written', () => {
    const b = enabled();
    b.set(LVT_ERROR, 0xe1);
    send(b, 0x4000f);
    assert.ok(has(b, 0x200, 0xe1));
    assert.equal(b.get(ESR), 0, 'until it is written');
    assert.equal(b.apic.acknowledge(), 0xe1);
    b.set(EOI, 0);
    send(b, 0x4000e);
    assert.ok(!b.intr);
    assert.equal(errors(b), 0x20);
    assert.equal(b.get(ESR), 0x20, 'and it stays until the next write');
    send(b, 0x4000e);
    assert.ok(b.intr);
    assert.equal(errors(b), 0x20);
    assert.equal(errors(b), 0);
    b.set(LVT_ERROR, 0x05);
    b.get(0x40);
    assert.equal(errors(b), 0xc0, 'its own illegal vector was received');
    b.set(LVT_ERROR, 0x400);
    b.get(0x40);
    assert.equal(b.nmis, 1);
  });
});

describe('LocalApic pins', () => {
  const withPic = (): ApicBench => {
    const b = new ApicBench();
    b.pic.writePort(0x20, 1, 0x11);
    for (const byte of [0x20, 4, 1, 0]) b.pic.writePort(0x21, 1, byte);
    return b;
  };

  it('pass the 8259 on after RESET, without regard to TPR', () => {
    const b = withPic();
    b.set(TPR, 0xff);
    b.pic.line(3).set(true);
    assert.ok(b.intr);
    assert.equal(b.apic.acknowledge(), 0x23);
    assert.ok(!b.intr);
  });

  it('pass it on as LINT0 says once enabled: ExtINT before all fixed ones, masked, or a vector of its own', () => {
    const b = withPic();
    b.enable();
    b.set(ICR, 0x40000 | 0xf0);
    b.pic.line(3).set(true);
    assert.equal(b.apic.acknowledge(), 0x23);
    assert.equal(b.apic.acknowledge(), 0xf0);
    b.set(EOI, 0);
    b.pic.writePort(0x20, 1, 0x20);
    b.set(LVT_LINT0, 0x10700);
    b.pic.line(4).set(true);
    assert.ok(!b.intr);
    b.set(LVT_LINT0, 0x700);
    assert.ok(b.intr);
    assert.equal(b.apic.acknowledge(), 0x24);
    b.pic.writePort(0x20, 1, 0x20);
    b.set(LVT_LINT0, 0x5a);
    b.pic.line(5).set(true);
    assert.equal(b.apic.acknowledge(), 0x5a, 'an edge');
    b.set(EOI, 0);
    assert.ok(!b.intr);
  });

  it('as level-triggered ones ask again after EOI while they are high', () => {
    const b = enabled();
    b.set(LVT_LINT1, 0x8066);
    b.apic.setPin(1, true);
    assert.equal(b.get(LVT_LINT1), 0xc066, 'remote IRR');
    assert.ok(has(b, 0x180, 0x66));
    assert.equal(b.apic.acknowledge(), 0x66);
    assert.ok(!b.intr);
    b.set(EOI, 0);
    assert.ok(b.intr);
    assert.equal(b.apic.acknowledge(), 0x66);
    b.apic.setPin(1, false);
    b.set(EOI, 0);
    assert.ok(!b.intr);
    assert.equal(b.get(LVT_LINT1), 0x8066);
  });

  it('LINT1 is an NMI where its entry says so, and with AE clear', () => {
    const b = enabled();
    b.apic.setPin(1, true);
    assert.equal(b.nmis, 0, 'masked');
    b.apic.setPin(1, false);
    b.set(LVT_LINT1, 0x400);
    b.apic.setPin(1, true);
    b.apic.setPin(1, false);
    assert.equal(b.nmis, 1);
    assert.equal(b.wrmsr(APIC_BASE, 0xfee00100n), 'done');
    b.apic.setPin(1, true);
    assert.equal(b.nmis, 2);
  });
});
