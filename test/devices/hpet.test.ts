import assert from 'node:assert/strict';
import { ApicBench } from './apic-bench';

const CONFIG = 0x10;
const STATUS = 0x20;
const COUNTER = 0xf0;
const timer = (n: number): number => 0x100 + 0x20 * n;
const COMPARATOR = 0x08;
const LEVEL = 0x02;
const ENABLE = 0x04;
const PERIODIC = 0x08;
const SET_VALUE = 0x40;
const BITS_32 = 0x100;
const route = (pin: number): number => pin << 9;

/** Pins 20 to 23 give vectors 50h to 53h; level-triggered where `level`. */
function bench(level = false): ApicBench {
  const b = new ApicBench();
  b.enable();
  for (let pin = 20; pin < 24; pin++) b.redirect(pin, (0x50 + pin - 20) | 0x2000 | (level ? 0x8000 : 0));
  return b;
}
function count(b: ApicBench): bigint {
  return (BigInt(b.hpetWord(COUNTER + 4)) << 32n) | BigInt(b.hpetWord(COUNTER));
}
function compare(b: ApicBench, n: number, value: bigint): void {
  b.setHpet(timer(n) + COMPARATOR, Number(value & 0xffff_ffffn));
  b.setHpet(timer(n) + COMPARATOR + 4, Number(value >> 32n));
}
function take(b: ApicBench): number {
  const vector = b.apic.acknowledge();
  b.set(0xb0, 0);
  return vector;
}
/** Nanoseconds until INTR goes up. */
function wait(b: ApicBench, most: number): number {
  const start = b.clock.now;
  while (!b.intr && b.clock.now < start + most) b.pass(Math.min(start + most, b.clock.next()) - b.clock.now);
  return b.intr ? b.clock.now - start : -1;
}

describe('Hpet', () => {
  it('says what it is', () => {
    const b = bench();
    assert.equal(b.hpetWord(0), 0x1022a201);
    assert.equal(b.hpetWord(4), 10_000_000, 'femtoseconds');
    for (let n = 0; n < 3; n++) {
      assert.equal(b.hpetWord(timer(n)), 0x30, 'periodic, 64 bits');
      assert.equal(b.hpetWord(timer(n) + 4), 0x00f00000);
      assert.equal(b.hpetWord(timer(n) + 8), 0xffffffff);
      assert.equal(b.hpetWord(timer(n) + 12), 0xffffffff);
      b.setHpet(timer(n), 0xffffffff);
      assert.equal(b.hpetWord(timer(n)), 0x13e, 'of the routes only those it has');
      b.setHpet(timer(n), 0xffffffff & ~route(8));
      assert.equal(b.hpetWord(timer(n)), 0x13e | route(23));
      b.setHpet(timer(n) + 0x10, 0xffffffff);
      assert.equal(b.hpetWord(timer(n) + 0x10), 0);
    }
    assert.equal(b.hpetWord(timer(3)), 0);
    b.setHpet(0, 0);
    assert.equal(b.hpetWord(0), 0x1022a201);
    assert.equal(b.bus.read(0xfed00002, 2), 0x1022);
    b.setHpet(CONFIG, 0xffffffff);
    assert.equal(b.hpetWord(CONFIG), 3);
    b.bus.write(0xfed00010, 1, 0);
    assert.equal(b.hpetWord(CONFIG), 3);
  });

  it('counts ten nanoseconds a tick while enabled, and can be set', () => {
    const b = bench();
    b.pass(1000);
    assert.equal(count(b), 0n);
    b.setHpet(COUNTER, 0xfffffffe);
    b.setHpet(COUNTER + 4, 5);
    b.setHpet(CONFIG, 1);
    b.pass(19);
    assert.equal(count(b), 0x5_ffff_ffffn);
    b.pass(1);
    assert.equal(count(b), 0x6_0000_0000n);
    b.setHpet(CONFIG, 0);
    b.pass(1000);
    assert.equal(count(b), 0x6_0000_0000n);
    b.setHpet(COUNTER, 0xffffffff);
    b.setHpet(COUNTER + 4, 0xffffffff);
    b.setHpet(CONFIG, 1);
    b.pass(10);
    assert.equal(count(b), 0n, 'once round');
  });

  it('a one-shot comparator interrupts when the counter reaches it, and not before', () => {
    for (const n of [0, 1, 2]) {
      const b = bench();
      b.setHpet(timer(n), ENABLE | route(20 + n));
      compare(b, n, 500n);
      b.setHpet(CONFIG, 1);
      b.pass(4999);
      assert.ok(!b.intr);
      b.pass(1);
      assert.ok(b.intr);
      assert.equal(take(b), 0x50 + n);
      assert.equal(wait(b, 1e9), -1);
      compare(b, n, count(b) + 7n);
      assert.equal(wait(b, 1e9), 70);
      assert.equal(b.hpetWord(STATUS), 0, 'an edge leaves no status');
    }
  });

  it('of 32 bits comes again when its half has gone round; of 64 bits a moment passed is gone', () => {
    const b = bench();
    b.setHpet(COUNTER + 4, 9);
    b.setHpet(timer(2), ENABLE | BITS_32 | route(22));
    b.setHpet(timer(2) + COMPARATOR, 100);
    assert.equal(b.hpetWord(timer(2) + COMPARATOR + 4), 0);
    b.setHpet(CONFIG, 1);
    assert.equal(wait(b, 1e12), 1000);
    take(b);
    assert.equal(wait(b, 1e12), 2 ** 32 * 10);
    take(b);
    b.setHpet(timer(2), ENABLE | route(22));
    compare(b, 2, count(b) - 1n);
    assert.equal(wait(b, 1e12), -1);
  });

  it('periodic: first at the value set, then by the period', () => {
    for (const bits of [0, BITS_32]) {
      const b = bench();
      b.setHpet(CONFIG, 1);
      b.pass(100);
      b.setHpet(timer(0), ENABLE | PERIODIC | SET_VALUE | bits | route(20));
      // 64 bits come as two halves, and the flag is for both
      if (bits) b.setHpet(timer(0) + COMPARATOR, 60);
      else compare(b, 0, 60n);
      b.setHpet(timer(0) + COMPARATOR, 25);
      assert.equal(b.hpetWord(timer(0)) & SET_VALUE, 0, 'the flag clears itself');
      assert.equal(wait(b, 1e6), 500);
      for (let n = 0; n < 6; n++) {
        assert.equal(b.hpetWord(timer(0) + COMPARATOR), 60 + 25 * (n + 1));
        take(b);
        assert.equal(wait(b, 1e6), 250);
      }
    }
  });

  it('a match that nobody hears wakes nobody, and the comparator has moved on all the same', () => {
    for (const bits of [0, BITS_32]) {
      const b = bench();
      b.setHpet(CONFIG, 1);
      b.setHpet(timer(0), PERIODIC | SET_VALUE | bits | route(20));
      if (bits) b.setHpet(timer(0) + COMPARATOR, 60);
      else compare(b, 0, 60n);
      b.setHpet(timer(0) + COMPARATOR, 25);
      assert.equal(b.clock.next(), Infinity);
      b.pass(599);
      assert.equal(b.hpetWord(timer(0) + COMPARATOR), 60);
      b.pass(1);
      assert.equal(b.hpetWord(timer(0) + COMPARATOR), 85);
      b.pass(2500);
      assert.equal(b.hpetWord(timer(0) + COMPARATOR), 335);
      b.pass(130);
      b.setHpet(timer(0), ENABLE | PERIODIC | bits | route(20));
      assert.equal(wait(b, 1e6), 120);
      assert.equal(b.hpetWord(timer(0) + COMPARATOR), 360);
      take(b);
      // stands still with the counter
      b.setHpet(timer(0), PERIODIC | bits | route(20));
      b.setHpet(CONFIG, 0);
      b.pass(10_000);
      assert.equal(b.hpetWord(timer(0) + COMPARATOR), 360);
    }
  });

  it('level-triggered: the status bit holds the wire until it is written', () => {
    const b = bench(true);
    b.setHpet(timer(1), ENABLE | LEVEL | route(21));
    compare(b, 1, 10n);
    b.setHpet(CONFIG, 1);
    assert.equal(wait(b, 1e6), 100);
    assert.equal(b.hpetWord(STATUS), 2);
    assert.equal(take(b), 0x51);
    assert.ok(b.intr, 'again');
    b.setHpet(STATUS, 5);
    assert.equal(b.hpetWord(STATUS), 2);
    b.setHpet(STATUS, 2);
    assert.equal(b.hpetWord(STATUS), 0);
    take(b);
    assert.ok(!b.intr);
  });

  it('level-triggered and not enabled: status, and no interrupt', () => {
    const b = bench(true);
    b.setHpet(timer(1), LEVEL | route(21));
    compare(b, 1, 10n);
    b.setHpet(CONFIG, 1);
    assert.equal(wait(b, 1e6), -1);
    assert.equal(b.hpetWord(STATUS), 2);
    b.setHpet(timer(1), ENABLE | LEVEL | route(21));
    assert.ok(b.intr);
  });

  it('legacy replacement: timers 0 and 1 are IRQ 0 and IRQ 8, PIT and clock are cut off', () => {
    const b = new ApicBench();
    b.pic.writePort(0x20, 1, 0x11);
    for (const byte of [0x20, 4, 1, 0]) b.pic.writePort(0x21, 1, byte);
    b.pic.writePort(0xa0, 1, 0x11);
    for (const byte of [0x28, 2, 1, 0]) b.pic.writePort(0xa1, 1, byte);
    const eoi = (): void => {
      b.pic.writePort(0xa0, 1, 0x20);
      b.pic.writePort(0x20, 1, 0x20);
    };
    b.hpet.pitInput.set(true);
    assert.equal(b.apic.acknowledge(), 0x20);
    eoi();
    b.hpet.pitInput.set(false);
    b.setHpet(timer(0), ENABLE | PERIODIC | SET_VALUE | BITS_32);
    b.setHpet(timer(0) + COMPARATOR, 100);
    b.setHpet(timer(1), ENABLE | BITS_32);
    b.setHpet(timer(1) + COMPARATOR, 150);
    b.setHpet(CONFIG, 3);
    b.hpet.pitInput.set(true);
    b.hpet.rtcInput.set(true);
    assert.ok(!b.intr);
    assert.equal(wait(b, 1e6), 1000);
    assert.equal(b.apic.acknowledge(), 0x20);
    eoi();
    assert.equal(wait(b, 1e6), 500);
    assert.equal(b.apic.acknowledge(), 0x28);
    eoi();
    assert.equal(wait(b, 1e6), 500);
    assert.equal(b.apic.acknowledge(), 0x20);
    eoi();
    b.setHpet(CONFIG, 0);
    assert.ok(!b.intr, 'the wires are up already');
    b.hpet.rtcInput.set(false);
    b.hpet.rtcInput.set(true);
    assert.equal(b.apic.acknowledge(), 0x28);
  });
});
