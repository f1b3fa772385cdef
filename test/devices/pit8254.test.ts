import assert from 'node:assert/strict';
import { Clock } from '../../src/engine/bus/clock';
import { Pit8254, pitTicks, pitTime } from '../../src/engine/devices/pit8254';
import { random } from './random';

describe('the clock of the 8254', () => {
  const exactTicks = (time: number): bigint => (BigInt(time) * 1_193_182n) / 1_000_000_000n;

  it('counts 1,193,182 pulses in each second, for ever', () => {
    for (const seconds of [0, 1, 2, 3600, 9_000_000]) {
      assert.equal(pitTicks(seconds * 1e9), seconds * 1_193_182);
      assert.equal(pitTime(seconds * 1_193_182), seconds * 1e9);
    }
  });

  it('agrees with exact arithmetic at every size of time', () => {
    const next = random(1);
    for (let i = 0; i < 20_000; i++) {
      const time = Math.floor(2 ** (53 * next()));
      assert.equal(BigInt(pitTicks(time)), exactTicks(time), `at ${time} ns`);
    }
  });

  it('has each pulse at the first nanosecond that counts it', () => {
    const next = random(2);
    for (let i = 0; i < 20_000; i++) {
      const tick = 1 + Math.floor(2 ** (42 * next()));
      const time = pitTime(tick);
      assert.equal(pitTicks(time), tick);
      assert.equal(pitTicks(time - 1), tick - 1);
    }
  });
});

/** A whole timer with its IRQ wire watched. */
function board(): { clock: Clock; pit: Pit8254; edges: string[]; runTo: (time: number, slice?: number) => void } {
  const clock = new Clock();
  const edges: string[] = [];
  const pit = new Pit8254({ time: clock, irq: { set: (level) => edges.push(`${level ? '+' : '-'}${clock.now}`) } });
  edges.length = 0;
  const runTo = (time: number, slice = Infinity): void => {
    while (clock.now < time) {
      clock.advanceTo(Math.min(time, clock.next(), clock.now + slice));
      clock.runDue();
    }
  };
  return { clock, pit, edges, runTo };
}

describe('Pit8254', () => {
  it('drives IRQ 0 at 100 Hz in mode 2, at the nanosecond of the pulse', () => {
    const { pit, edges, runTo } = board();
    pit.writePort(0x43, 1, 0x34);
    pit.writePort(0x40, 1, 11932 & 0xff);
    pit.writePort(0x40, 1, 11932 >> 8);
    runTo(30_500_000);
    const expected = [1, 2, 3].flatMap((n) => [`-${pitTime(n * 11932)}`, `+${pitTime(n * 11932 + 1)}`]);
    assert.deepEqual(edges, expected);
  });

  it('is square in mode 3: half high, half low', () => {
    const { pit, edges, runTo } = board();
    pit.writePort(0x43, 1, 0x36);
    pit.writePort(0x40, 1, 0);
    pit.writePort(0x40, 1, 0);
    runTo(140_000_000);
    const at = (half: number): number => pitTime(1 + half * 32_768);
    assert.deepEqual(edges, [`-${at(1)}`, `+${at(2)}`, `-${at(3)}`, `+${at(4)}`, `-${at(5)}`]);
  });

  it('interrupts once in mode 0, and has no alarm before or after', () => {
    const { clock, pit, edges, runTo } = board();
    assert.equal(clock.next(), Infinity);
    pit.writePort(0x43, 1, 0x30);
    assert.equal(clock.next(), Infinity);
    pit.writePort(0x40, 1, 0xe8);
    pit.writePort(0x40, 1, 0x03);
    runTo(pitTime(1001));
    assert.deepEqual(edges, ['-0', `+${pitTime(1001)}`]);
    assert.equal(clock.next(), Infinity);
  });

  it('gives the same edges for every slice length, and no drift in an hour', () => {
    const traces = [Infinity, 100, 12_345, 1_000_000].map((slice) => {
      const { pit, edges, runTo } = board();
      pit.writePort(0x43, 1, 0x16);
      pit.writePort(0x40, 1, 250);
      runTo(5_000_000, slice);
      return edges.join(' ');
    });
    assert.equal(new Set(traces).size, 1);
    const { clock, pit, edges, runTo } = board();
    pit.writePort(0x43, 1, 0x34);
    pit.writePort(0x40, 1, 0);
    pit.writePort(0x40, 1, 0);
    runTo(3600e9);
    assert.equal(edges.length, 2 * Math.floor((3600 * 1_193_182) / 65_536));
    assert.equal(clock.next(), pitTime(Math.ceil((3600 * 1_193_182) / 65_536) * 65_536));
  });

  it('drives the missed edges when time has jumped past them', () => {
    const { clock, pit, edges } = board();
    pit.writePort(0x43, 1, 0x14);
    pit.writePort(0x40, 1, 100);
    clock.advanceTo(pitTime(350));
    clock.runDue();
    assert.equal(edges.map((edge) => edge[0]).join(''), '-+-+-+');
  });

  it('has three channels of their own, and a control port that cannot be read', () => {
    const { pit, runTo } = board();
    pit.writePort(0x43, 1, 0x14);
    pit.writePort(0x43, 1, 0x54);
    pit.writePort(0x43, 1, 0xb4);
    pit.writePort(0x40, 1, 100);
    pit.writePort(0x41, 1, 200);
    pit.writePort(0x42, 1, 0x2c);
    pit.writePort(0x42, 1, 0x01);
    pit.speakerTimer.gate = true;
    runTo(pitTime(11));
    assert.equal(pit.readPort(0x40), 90);
    assert.equal(pit.readPort(0x41), 190);
    assert.equal(pit.readPort(0x42) | (pit.readPort(0x42) << 8), 290);
    assert.equal(pit.readPort(0x43), 0xff);
  });

  it('latches by command: one channel, or count and status of several by read-back', () => {
    const { pit, runTo } = board();
    pit.writePort(0x43, 1, 0x34);
    pit.writePort(0x40, 1, 0x00);
    pit.writePort(0x40, 1, 0x10);
    pit.writePort(0x43, 1, 0x56);
    pit.writePort(0x41, 1, 7);
    runTo(pitTime(1));
    pit.writePort(0x43, 1, 0x00);
    runTo(pitTime(0x101));
    assert.deepEqual([pit.readPort(0x40), pit.readPort(0x40)], [0x00, 0x10]);
    assert.deepEqual([pit.readPort(0x40), pit.readPort(0x40)], [0x00, 0x0f]);
    pit.writePort(0x43, 1, 0xc6);
    runTo(pitTime(0x200));
    assert.deepEqual([pit.readPort(0x40), pit.readPort(0x40), pit.readPort(0x40)], [0xb4, 0x00, 0x0f]);
    // 256 pulses into a square wave of 7: 256 mod 7 = 4, the first of the low half.
    assert.deepEqual([pit.readPort(0x41), pit.readPort(0x41)], [0x16, 6]);
    pit.writePort(0x43, 1, 0xe2);
    assert.equal(pit.readPort(0x40), 0xb4, 'status alone');
    runTo(pitTime(0x202));
    pit.writePort(0x43, 1, 0xd4);
    runTo(pitTime(0x205));
    assert.equal(pit.readPort(0x41), 2, 'count alone: 513 mod 7 = 2, two pulses into the high half');
    assert.equal(pit.readPort(0x41), 4, 'no longer latched: 516 mod 7 = 5, one pulse into the low half');
  });

  it('counts nothing after power-up, and has the gates of a PC', () => {
    const { pit, runTo } = board();
    runTo(1e9);
    assert.deepEqual(
      [0x40, 0x41, 0x42].map((port) => pit.readPort(port)),
      [0, 0, 0],
    );
    assert.equal(pit.speakerTimer.gate, false);
    assert.equal(pit.speakerTimer.out, true);
    for (const control of [0x10, 0x50, 0x90]) pit.writePort(0x43, 1, control);
    for (const port of [0x40, 0x41, 0x42]) pit.writePort(port, 1, 100);
    runTo(1e9 + 10_000);
    assert.deepEqual(
      [0x40, 0x41, 0x42].map((port) => pit.readPort(port)),
      [90, 90, 100],
    );
  });

  it('is silent after a reset', () => {
    const { clock, pit, edges, runTo } = board();
    pit.writePort(0x43, 1, 0x30);
    pit.writePort(0x40, 1, 0);
    pit.reset();
    assert.equal(edges.at(-1), '+0');
    assert.equal(clock.next(), Infinity);
    runTo(1e9);
    assert.equal(edges.length, 2);
  });
});
