import assert from 'node:assert/strict';
import { Clock } from '../../src/engine/bus/clock';
import { civilTime, secondsOf, weekdayOf } from '../../src/engine/devices/calendar';
import { Rtc } from '../../src/engine/devices/rtc';
import { random } from './random';

const SECOND = 1_000_000_000;

interface Wired {
  clock: Clock;
  rtc: Rtc;
  irq: boolean[];
  /** Moments of rising edges. */
  edges: number[];
  read: (index: number) => number;
  write: (index: number, value: number) => void;
  pass: (time: number) => void;
}

function wired(start = '2025-01-01T00:00:00Z', memory = 0): Wired {
  const clock = new Clock();
  const irq: boolean[] = [];
  const edges: number[] = [];
  const line = {
    set: (level: boolean) => {
      irq.push(level);
      if (level) edges.push(clock.now);
    },
  };
  const rtc = new Rtc({ time: clock, irq: line, start: Date.parse(start) / 1000, memory });
  const out = (port: number, value: number): void => rtc.writePort(port, 1, value);
  return {
    clock,
    rtc,
    irq,
    edges,
    read: (index) => {
      out(0x70, index);
      return rtc.readPort(0x71);
    },
    write: (index, value) => {
      out(0x70, index);
      out(0x71, value);
    },
    pass: (time) => {
      const end = clock.now + time;
      while (clock.now < end) {
        clock.advanceTo(Math.min(end, Math.max(clock.next(), clock.now)));
        clock.runDue();
      }
    },
  };
}

/** Second to year and century, as they read. */
function registers({ read }: Wired): string {
  return [0x32, 9, 8, 7, 6, 4, 2, 0].map((index) => read(index).toString(16).padStart(2, '0')).join(' ');
}

describe('calendar', () => {
  it('agrees with another one', () => {
    const next = random(1);
    for (let n = 0; n < 20_000; n++) {
      const seconds = Math.floor((next() - 0.3) * 2 ** 37);
      const date = new Date(seconds * 1000);
      const t = civilTime(seconds);
      const theirs = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()];
      assert.deepEqual([t.year, t.month, t.day, t.hour], theirs, String(seconds));
      assert.deepEqual([t.minute, t.second], [date.getUTCMinutes(), date.getUTCSeconds()]);
      assert.equal(secondsOf(t), seconds);
      assert.equal(weekdayOf(seconds), date.getUTCDay() + 1);
    }
  });
});

describe('Rtc', () => {
  it('starts at the given time and goes on with virtual time', () => {
    const w = wired('2024-02-28T23:59:57Z');
    assert.equal(registers(w), '20 24 02 28 04 23 59 57');
    w.pass(2.5 * SECOND);
    assert.equal(registers(w), '20 24 02 28 04 23 59 59');
    w.pass(0.5 * SECOND);
    assert.equal(registers(w), '20 24 02 29 05 00 00 00');
    w.pass(86_400 * SECOND);
    assert.equal(registers(w), '20 24 03 01 06 00 00 00');
    w.pass(400 * 365 * 86_400 * 1000);
    assert.equal(w.rtc.seconds, secondsOf({ year: 2024, month: 3, day: 1, hour: 0, minute: 0, second: 0 }) + 12_614);
  });

  it('counts over the turn of a century', () => {
    const w = wired('2099-12-31T23:59:59Z');
    w.pass(SECOND);
    assert.equal(registers(w), '21 00 01 01 06 00 00 00');
  });

  it('shows binary values and twelve hours when asked to', () => {
    const w = wired();
    const expected: [b: number, hour: number, reads: number][] = [
      [0x02, 0x13, 0x13],
      [0x06, 13, 13],
      [0x00, 0x81, 0x81],
      [0x04, 0x81, 0x81],
      [0x00, 0x12, 0x12],
      [0x00, 0x92, 0x92],
      [0x04, 0x8c, 0x8c],
      [0x00, 0x11, 0x11],
    ];
    const hours = [13, 13, 13, 13, 0, 12, 12, 11];
    expected.forEach(([mode, hour, reads], n) => {
      w.write(0x0b, 0x80 | mode);
      for (const [index, value] of [
        [0, 0],
        [2, 0],
        [7, 1],
        [8, 1],
        [9, mode & 4 ? 25 : 0x25],
        [0x32, mode & 4 ? 20 : 0x20],
      ] as const) {
        w.write(index, value);
      }
      w.write(4, hour);
      w.write(0x0b, mode);
      assert.equal(w.read(4), reads);
      w.pass(SECOND);
      assert.equal(w.read(4), reads, `mode ${mode}, hour ${hour}`);
      assert.equal(new Date(w.rtc.seconds * 1000).getUTCHours(), hours[n]);
      w.pass(3599 * SECOND);
      assert.equal(new Date(w.rtc.seconds * 1000).getUTCHours(), (hours[n]! + 1) % 24);
    });
  });

  it('stands still while SET is 1, and half a second is left of the first after the chain was in reset', () => {
    const w = wired('2025-06-01T12:00:00Z');
    w.write(0x0b, 0x82);
    w.pass(10 * SECOND);
    assert.equal(w.read(0), 0);
    w.write(0x0a, 0x76);
    w.write(0x0b, 0x02);
    w.pass(3 * SECOND);
    assert.equal(w.read(0), 0);
    w.write(0x0a, 0x26);
    w.pass(SECOND / 2 - 1);
    assert.equal(w.read(0), 0);
    w.pass(1);
    assert.equal(w.read(0), 1);
    w.pass(SECOND);
    assert.equal(w.read(0), 2);
  });

  it('has UIP set for 2.228 ms before the new time', () => {
    const w = wired();
    w.pass(SECOND - 2_228_001);
    assert.equal(w.read(0x0a) & 0x80, 0);
    w.pass(1);
    assert.equal(w.read(0x0a), 0xa6);
    w.pass(2_227_999);
    assert.equal(w.read(0x0a) & 0x80, 0x80);
    w.pass(1);
    assert.equal(w.read(0x0a) & 0x80, 0);
    w.write(0x0b, 0x82);
    w.pass(SECOND - 1000);
    assert.equal(w.read(0x0a) & 0x80, 0, 'no update under SET');
  });

  it('interrupts periodically at each rate, once until register C is read', () => {
    const hertz = [0, 256, 128, 8192, 4096, 2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2];
    hertz.forEach((rate, select) => {
      const w = wired();
      w.write(0x0a, 0x20 | select);
      w.write(0x0b, 0x42);
      let count = 0;
      // An eighth of a second, or two for the slow ones.
      const spans = rate >= 8 ? 8 : 0.5;
      const end = SECOND / spans;
      while (w.clock.now < end) {
        w.pass(Math.min(end, w.clock.next()) - w.clock.now);
        if (w.irq.at(-1) !== true) continue;
        count++;
        assert.equal(w.clock.next(), Infinity, 'no alarm while nobody answers');
        assert.equal(w.read(0x0c) & 0xc0, 0xc0);
        assert.equal(w.irq.at(-1), false);
        assert.equal(w.read(0x0c), 0);
      }
      assert.equal(count, Math.floor(rate / spans), `rate ${select}`);
    });
  });

  it('sets flags without interrupts, and costs no alarm then', () => {
    const w = wired();
    assert.equal(w.clock.next(), Infinity);
    w.pass(SECOND);
    assert.equal(w.read(0x0c), 0x50, 'periodic and update');
  });

  it('interrupts after updates', () => {
    const w = wired();
    w.write(0x0b, 0x12);
    w.pass(SECOND);
    assert.deepEqual(w.edges, [SECOND]);
    w.pass(3 * SECOND);
    assert.deepEqual(w.edges, [SECOND]);
    assert.equal(w.read(0x0c) & 0x90, 0x90);
    w.pass(SECOND);
    assert.deepEqual(w.edges, [SECOND, 5 * SECOND]);
    w.write(0x0b, 0x92);
    assert.equal(w.read(0x0b), 0x82, 'SET clears UIE');
  });

  it('meets alarms at the exact second, with bytes that do not care', () => {
    const cases: [start: string, hours: number, minutes: number, seconds: number, after: number][] = [
      ['2025-01-01T10:20:30Z', 0x10, 0x20, 0x31, 1],
      ['2025-01-01T10:20:30Z', 0x10, 0x20, 0x30, 86_400],
      ['2025-01-01T10:20:30Z', 0x10, 0x20, 0x29, 86_399],
      ['2025-01-01T10:20:30Z', 0xff, 0xc0, 0xff, 1],
      ['2025-01-01T10:20:30Z', 0xff, 0xff, 0x00, 30],
      ['2025-01-01T10:20:30Z', 0xff, 0x05, 0x00, 44 * 60 + 30],
      ['2025-01-01T23:59:59Z', 0x00, 0x00, 0x00, 1],
      ['2025-01-01T10:20:30Z', 0x09, 0xff, 0xff, 81_570],
    ];
    for (const [start, hours, minutes, seconds, after] of cases) {
      const w = wired(start);
      w.write(1, seconds);
      w.write(3, minutes);
      w.write(5, hours);
      w.read(0x0c);
      w.write(0x0b, 0x22);
      assert.equal(w.clock.next(), after * SECOND, start);
      w.pass(after * SECOND);
      assert.equal(w.edges.length, 1);
      assert.equal(w.read(0x0c) & 0x20, 0x20);
    }
    const never = wired();
    never.write(5, 0x24);
    never.write(0x0b, 0x22);
    assert.equal(never.clock.next(), Infinity);
    never.pass(3 * 86_400 * SECOND);
    assert.equal(never.edges.length, 0);
  });

  it('drops interrupts on RESET but keeps time and memory', () => {
    const w = wired();
    w.write(0x40, 0x5a);
    w.write(0x0b, 0x52);
    w.pass(2 * SECOND);
    assert.equal(w.irq.at(-1), true);
    w.rtc.reset();
    assert.equal(w.irq.at(-1), false);
    assert.equal(w.clock.next(), Infinity);
    assert.equal(w.read(0x40), 0x5a);
    assert.equal(w.read(0), 2);
  });

  it('holds the NMI mask, and says how much memory there is', () => {
    const w = wired(undefined, 64 << 20);
    w.rtc.writePort(0x70, 1, 0x8f);
    assert.equal(w.rtc.nmiMasked, true);
    assert.equal(w.rtc.readPort(0x70), 0xff);
    assert.equal(w.read(0x0d), 0x80);
    assert.equal(w.rtc.nmiMasked, false);
    const word = (at: number): number => w.read(at) + w.read(at + 1) * 256;
    assert.equal(word(0x15), 640);
    assert.equal(word(0x17), 63 * 1024);
    assert.equal(word(0x30), 63 * 1024);
    assert.equal(word(0x34), (48 << 20) / 65536);
  });

  it('bears any value in any register', () => {
    const next = random(3);
    const below = (n: number): number => Math.floor(n * next());
    for (let round = 0; round < 300; round++) {
      const w = wired();
      for (let n = 0; n < 60; n++) {
        const index = below(3) ? below(16) : below(256);
        if (next() < 0.6) w.write(index, below(256));
        else assert.ok(w.read(index) <= 0xff);
        w.clock.advanceTo(w.clock.now + below(2 ** below(45)));
        w.clock.runDue();
      }
      assert.ok(Number.isSafeInteger(w.rtc.seconds));
      w.rtc.loadState(structuredClone(w.rtc.saveState()));
    }
  });
});
