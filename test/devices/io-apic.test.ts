import assert from 'node:assert/strict';
import { ApicBench, IO_APIC_PAGE } from './apic-bench';

const LEVEL = 0x8000;
const LOW = 0x2000;
const MASKED = 0x10000;
const REMOTE_IRR = 0x4000;

function enabled(): ApicBench {
  const b = new ApicBench();
  b.enable();
  return b;
}
function register(b: ApicBench, index: number, value?: number): number {
  b.bus.write(IO_APIC_PAGE, 4, index);
  if (value !== undefined) b.bus.write(IO_APIC_PAGE + 0x10, 4, value);
  return b.bus.read(IO_APIC_PAGE + 0x10, 4);
}
function eoi(b: ApicBench): void {
  b.set(0xb0, 0);
}

describe('IoApic', () => {
  it('has the registers of the 82093AA', () => {
    const b = enabled();
    assert.equal(register(b, 1), 0x00170011);
    assert.equal(register(b, 0), 0);
    assert.equal(register(b, 0, 0xffffffff), 0x0f000000);
    assert.equal(register(b, 2), 0x0f000000, 'the arbitration ID follows');
    assert.equal(register(b, 1, 0xffffffff), 0x00170011);
    assert.equal(register(b, 3), 0);
    for (let pin = 0; pin < 24; pin++) {
      assert.deepEqual(b.redirection(pin), { low: MASKED, high: 0 });
      b.redirect(pin, 0xffffffff, 0xffffffff);
      assert.deepEqual(b.redirection(pin), { low: 0x1afff, high: 0xff000000 });
    }
    assert.equal(register(b, 0x40, 0xffffffff), 0);
    b.bus.write(IO_APIC_PAGE, 1, 1);
    assert.equal(b.bus.read(IO_APIC_PAGE, 4), 1);
    assert.equal(b.bus.read(IO_APIC_PAGE + 0x12, 1), 0x17);
    b.bus.write(IO_APIC_PAGE, 4, 0x10);
    b.bus.write(IO_APIC_PAGE + 0x10, 2, 0);
    assert.equal(b.redirection(0).low, 0x1afff, 'whole double words only');
    b.ioApic.reset();
    assert.deepEqual(b.redirection(5), { low: MASKED, high: 0 });
  });

  it('an edge interrupts once, either edge by polarity; at a masked pin it is lost', () => {
    const b = enabled();
    const pin = b.ioApic.pin(4);
    pin.set(true);
    b.redirect(4, 0x44);
    assert.ok(!b.intr, 'it was masked');
    pin.set(false);
    assert.ok(!b.intr);
    pin.set(true);
    assert.equal(b.apic.acknowledge(), 0x44);
    eoi(b);
    assert.ok(!b.intr);
    b.redirect(4, 0x45 | LOW);
    assert.ok(!b.intr);
    pin.set(false);
    assert.equal(b.apic.acknowledge(), 0x45);
  });

  it('a level interrupts again after EOI, not before', () => {
    const b = enabled();
    const pin = b.ioApic.pin(9);
    b.redirect(9, 0x50 | LEVEL);
    pin.set(true);
    assert.equal(b.redirection(9).low, 0x50 | LEVEL | REMOTE_IRR);
    assert.equal(b.apic.acknowledge(), 0x50);
    pin.set(false);
    pin.set(true);
    assert.ok(!b.intr, 'remote IRR holds it');
    eoi(b);
    assert.ok(b.intr);
    assert.equal(b.apic.acknowledge(), 0x50);
    pin.set(false);
    eoi(b);
    assert.ok(!b.intr);
    assert.equal(b.redirection(9).low, 0x50 | LEVEL);
  });

  it('two level pins with one vector both hear its EOI', () => {
    const b = enabled();
    b.redirect(9, 0x50 | LEVEL);
    b.redirect(10, 0x50 | LEVEL);
    b.ioApic.pin(9).set(true);
    b.ioApic.pin(10).set(true);
    b.apic.acknowledge();
    b.ioApic.pin(9).set(false);
    eoi(b);
    assert.equal(b.redirection(9).low & REMOTE_IRR, 0);
    assert.equal(b.redirection(10).low & REMOTE_IRR, REMOTE_IRR);
    assert.equal(b.apic.acknowledge(), 0x50);
  });

  it('a level waits for the mask, and remote IRR goes when the entry is made edge-triggered', () => {
    const b = enabled();
    b.redirect(16, 0x60 | LEVEL | LOW | MASKED);
    b.ioApic.pin(16).set(false);
    assert.ok(!b.intr);
    b.redirect(16, 0x60 | LEVEL | LOW);
    assert.equal(b.apic.acknowledge(), 0x60);
    b.redirect(16, 0x60 | LOW | MASKED);
    assert.equal(b.redirection(16).low, 0x60 | LOW | MASKED);
    b.redirect(16, 0x60 | LEVEL | LOW);
    assert.equal(b.redirection(16).low & REMOTE_IRR, REMOTE_IRR);
    b.ioApic.pin(16).set(true);
    eoi(b);
    assert.equal(b.apic.acknowledge(), 0x60);
    eoi(b);
    assert.ok(!b.intr);
  });

  it('PCI pins rest high: active low is quiet', () => {
    const b = enabled();
    for (let pin = 16; pin < 24; pin++) b.redirect(pin, 0x60 | LEVEL | LOW);
    assert.ok(!b.intr);
  });

  it('what no local APIC could accept is asked for again when it is enabled', () => {
    const b = new ApicBench();
    b.redirect(9, 0x50 | LEVEL);
    b.ioApic.pin(9).set(true);
    assert.equal(b.redirection(9).low & REMOTE_IRR, 0);
    b.enable();
    assert.ok(b.intr);
    assert.equal(b.apic.acknowledge(), 0x50);
  });

  it('destinations: physical, logical, everybody, nobody', () => {
    const hit = (low: number, destination: number): boolean => {
      const b = enabled();
      b.set(0xd0, 0x02000000);
      b.redirect(3, low, destination << 24);
      b.ioApic.pin(3).set(true);
      return b.intr;
    };
    assert.ok(hit(0x41, 0));
    assert.ok(!hit(0x41, 1));
    assert.ok(hit(0x41, 0xff));
    assert.ok(hit(0x841, 0x03));
    assert.ok(!hit(0x841, 0x01));
    assert.ok(hit(0x941, 0x02), 'lowest priority');
    assert.ok(!hit(0x0f, 0), 'no vector of an exception');
  });

  it('delivers NMI, INIT and ExtINT; not SMI', () => {
    const b = enabled();
    for (const type of [4, 5, 2]) {
      b.redirect(3, type << 8);
      b.ioApic.pin(3).set(true);
      b.ioApic.pin(3).set(false);
    }
    assert.deepEqual([b.nmis, b.inits, b.intr], [1, 1, false]);
    b.pic.writePort(0x20, 1, 0x11);
    for (const byte of [0x20, 4, 1, 0]) b.pic.writePort(0x21, 1, byte);
    b.set(0x350, 0x10700);
    b.redirect(0, 0x700);
    b.pic.line(6).set(true);
    b.ioApic.pin(0).set(true);
    assert.ok(b.intr);
    assert.equal(b.apic.acknowledge(), 0x26);
  });

  it('has 24 pins', () => {
    const b = enabled();
    for (const pin of [-1, 24, 1.5]) assert.throws(() => b.ioApic.pin(pin), /has no pin/);
  });
});
