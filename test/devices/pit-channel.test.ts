import assert from 'node:assert/strict';
import { BCD, BOTH, HIGH, LOW, PitBench, mode } from './pit-bench';

describe('8254 channel, waveforms of the datasheet', () => {
  it('mode 0: OUT rises N + 1 pulses after the count is written, and counting goes on', () => {
    const bench = new PitBench();
    bench.channel.writeControl(LOW | mode(0));
    assert.equal(bench.out, 'L');
    assert.equal(bench.pulses(3), 'LLL');
    bench.channel.writeCount(4);
    assert.deepEqual(bench.counts(7), [4, 3, 2, 1, 0, 0xff, 0xfe]);
    assert.deepEqual(bench.edges, ['-0', '+8']);
  });

  it('mode 0: GATE stops the count and nothing else', () => {
    const bench = new PitBench();
    bench.channel.writeControl(LOW | mode(0));
    bench.channel.writeCount(3);
    assert.deepEqual(bench.counts(2), [3, 2]);
    bench.channel.setGate(false);
    assert.deepEqual(bench.counts(3), [2, 2, 2]);
    bench.channel.setGate(true);
    assert.deepEqual(bench.counts(3), [1, 0, 0xff]);
    assert.equal(bench.edges.at(-1), '+7');
  });

  it('mode 0: a count written with GATE low is loaded and waits, N pulses after GATE rises OUT rises', () => {
    const bench = new PitBench(false);
    bench.channel.writeControl(LOW | mode(0));
    bench.channel.writeCount(3);
    assert.deepEqual(bench.counts(4), [3, 3, 3, 3]);
    bench.channel.setGate(true);
    assert.equal(bench.pulses(4), 'LLHH');
  });

  it('mode 0: the first byte of two stops the count and lowers OUT at once', () => {
    const bench = new PitBench();
    bench.channel.writeControl(BOTH | mode(0));
    bench.channel.writeCount(2);
    bench.channel.writeCount(0);
    assert.equal(bench.pulses(4), 'LLHH');
    bench.channel.writeCount(3);
    assert.equal(bench.out, 'L');
    assert.equal(bench.pulses(20), 'L'.repeat(20));
    bench.channel.writeCount(0);
    assert.equal(bench.pulses(5), 'LLLHH');
  });

  it('mode 0: the first byte of two stops a count in the middle', () => {
    const bench = new PitBench();
    bench.channel.writeControl(BOTH | mode(0));
    bench.channel.writeCount(5);
    bench.channel.writeCount(0);
    bench.pulses(3);
    bench.channel.writeCount(9);
    assert.equal(bench.pulses(10), 'L'.repeat(10));
    assert.equal(bench.count(), 3);
  });

  it('mode 0: a new count of one byte starts anew', () => {
    const bench = new PitBench();
    bench.channel.writeControl(LOW | mode(0));
    bench.channel.writeCount(2);
    assert.equal(bench.pulses(4), 'LLHH');
    bench.channel.writeCount(2);
    assert.equal(bench.pulses(4), 'LLHH');
  });

  it('mode 1: a pulse of N, from the pulse of CLK after the trigger, and again at each trigger', () => {
    const bench = new PitBench(false);
    bench.channel.writeControl(LOW | mode(1));
    assert.equal(bench.out, 'H');
    bench.channel.setGate(true);
    bench.channel.setGate(false);
    bench.channel.writeCount(3);
    assert.equal(bench.pulses(5), 'HHHHH', 'a trigger before the count is none');
    bench.channel.setGate(true);
    assert.equal(bench.pulses(5), 'LLLHH');
    bench.channel.setGate(false);
    bench.channel.setGate(true);
    assert.equal(bench.pulses(2), 'LL');
    bench.channel.setGate(false);
    bench.channel.setGate(true);
    assert.equal(bench.pulses(5), 'LLLHH', 'triggered again in the middle');
  });

  it('mode 1: a new count waits for the next trigger; GATE low does not stop the pulse', () => {
    const bench = new PitBench(false);
    bench.channel.writeControl(LOW | mode(1));
    bench.channel.writeCount(2);
    bench.channel.setGate(true);
    assert.equal(bench.pulses(1), 'L');
    bench.channel.writeCount(4);
    bench.channel.setGate(false);
    assert.equal(bench.pulses(3), 'LHH');
    bench.channel.setGate(true);
    assert.equal(bench.pulses(6), 'LLLLHH');
  });

  it('mode 2: low for the last of N pulses, for ever', () => {
    const bench = new PitBench();
    bench.channel.writeControl(LOW | mode(2));
    bench.channel.writeCount(3);
    assert.equal(bench.pulses(9), 'HHLHHLHHL');
    assert.deepEqual(bench.counts(6), [3, 2, 1, 3, 2, 1]);
  });

  it('mode 2: GATE low raises OUT and stops; the trigger loads', () => {
    const bench = new PitBench();
    bench.channel.writeControl(LOW | mode(2));
    bench.channel.writeCount(3);
    assert.equal(bench.pulses(3), 'HHL');
    bench.channel.setGate(false);
    assert.equal(bench.out, 'H');
    assert.deepEqual(bench.counts(3), [1, 1, 1]);
    bench.channel.setGate(true);
    assert.deepEqual(bench.counts(4), [3, 2, 1, 3]);
  });

  it('mode 2: a new count is taken at the end of the period', () => {
    const bench = new PitBench();
    bench.channel.writeControl(LOW | mode(2));
    bench.channel.writeCount(4);
    assert.deepEqual(bench.counts(2), [4, 3]);
    bench.channel.writeCount(5);
    assert.deepEqual(bench.counts(8), [2, 1, 5, 4, 3, 2, 1, 5]);
  });

  it('mode 3: even N is half high and half low, counted by twos', () => {
    const bench = new PitBench();
    bench.channel.writeControl(LOW | mode(3));
    bench.channel.writeCount(4);
    assert.deepEqual(bench.counts(9), [4, 2, 4, 2, 4, 2, 4, 2, 4]);
    assert.deepEqual(bench.edges, ['-3', '+5', '-7', '+9']);
  });

  it('mode 3: odd N is one pulse longer high than low', () => {
    const bench = new PitBench();
    bench.channel.writeControl(LOW | mode(3));
    bench.channel.writeCount(5);
    assert.deepEqual(bench.counts(11), [4, 2, 0, 4, 2, 4, 2, 0, 4, 2, 4]);
    assert.deepEqual(bench.edges, ['-4', '+6', '-9', '+11']);
  });

  it('mode 3: a new count is taken at the end of the half period, GATE low raises OUT', () => {
    const bench = new PitBench();
    bench.channel.writeControl(LOW | mode(3));
    bench.channel.writeCount(8);
    assert.equal(bench.pulses(2), 'HH');
    bench.channel.writeCount(4);
    assert.equal(bench.pulses(7), 'HHLLHHL');
    bench.channel.setGate(false);
    assert.equal(bench.out, 'H');
    assert.equal(bench.pulses(3), 'HHH');
    bench.channel.setGate(true);
    assert.equal(bench.pulses(5), 'HHLLH');
  });

  it('mode 4: one low pulse N + 1 pulses after the count is written', () => {
    const bench = new PitBench();
    bench.channel.writeControl(LOW | mode(4));
    bench.channel.writeCount(3);
    assert.equal(bench.pulses(8), 'HHHLHHHH');
    assert.equal(bench.count(), 0xfc);
    bench.channel.writeCount(2);
    bench.pulses(2);
    bench.channel.writeCount(2);
    assert.equal(bench.pulses(5), 'HHLHH', 'retriggered by software');
  });

  it('mode 4: GATE stops the count', () => {
    const bench = new PitBench(false);
    bench.channel.writeControl(LOW | mode(4));
    bench.channel.writeCount(2);
    assert.equal(bench.pulses(4), 'HHHH');
    bench.channel.setGate(true);
    assert.equal(bench.pulses(4), 'HLHH');
  });

  it('mode 5: one low pulse N + 1 pulses after the trigger', () => {
    const bench = new PitBench(false);
    bench.channel.writeControl(LOW | mode(5));
    bench.channel.writeCount(3);
    assert.equal(bench.pulses(6), 'HHHHHH');
    bench.channel.setGate(true);
    assert.equal(bench.pulses(2), 'HH');
    bench.channel.setGate(false);
    assert.equal(bench.pulses(4), 'HLHH');
    bench.channel.setGate(true);
    assert.equal(bench.pulses(6), 'HHHLHH');
  });

  it('knows modes 6 and 7 as 2 and 3, and remembers how they were written', () => {
    for (const [alias, levels] of [
      [6, 'HHHLHHHL'],
      [7, 'HHLLHHLL'],
    ] as const) {
      const bench = new PitBench();
      bench.channel.writeControl(LOW | mode(alias));
      bench.channel.writeCount(4);
      assert.equal(bench.pulses(8), levels);
      bench.channel.latchStatus();
      assert.equal(bench.channel.read() & 0x3f, LOW | mode(alias));
    }
  });
});

describe('8254 channel, counts', () => {
  it('takes 0 for 65,536, and for 10,000 in BCD', () => {
    for (const [control, longest] of [
      [BOTH | mode(2), 65_536],
      [BOTH | mode(2) | BCD, 10_000],
    ] as const) {
      const bench = new PitBench();
      bench.channel.writeControl(control);
      bench.channel.writeCount(0);
      bench.channel.writeCount(0);
      for (let tick = 0; tick <= 3 * longest; tick += 1000) bench.channel.run(tick);
      bench.channel.run(3 * longest);
      assert.deepEqual(
        bench.edges,
        [1, 2].flatMap((n) => [`-${n * longest}`, `+${n * longest + 1}`]).concat(`-${3 * longest}`),
      );
    }
  });

  it('counts in BCD through every borrow, and wraps to 9999', () => {
    const bench = new PitBench();
    bench.channel.writeControl(BOTH | mode(0) | BCD);
    bench.channel.writeCount(0x00);
    bench.channel.writeCount(0x20);
    const read = (): string => {
      bench.pulses(1);
      bench.channel.latchCount();
      const low = bench.channel.read();
      return ((bench.channel.read() << 8) | low).toString(16).padStart(4, '0');
    };
    for (let count = 2000; count > -20; count--) {
      assert.equal(read(), String((count + 10_000) % 10_000).padStart(4, '0'));
    }
    assert.equal(bench.edges.at(-1), '+2001');
  });

  it('writes and reads one byte or two, as the control word says', () => {
    const bench = new PitBench();
    bench.channel.writeControl(HIGH | mode(2));
    bench.channel.writeCount(0x12);
    bench.pulses(1);
    assert.equal(bench.channel.read(), 0x12);
    bench.pulses(1);
    assert.equal(bench.channel.read(), 0x11);
    bench.channel.writeControl(BOTH | mode(2));
    bench.channel.writeCount(0x34);
    bench.channel.writeCount(0x12);
    bench.pulses(1);
    assert.deepEqual([bench.channel.read(), bench.channel.read(), bench.channel.read()], [0x34, 0x12, 0x34]);
  });

  it('holds a latched count until it is read, in the face of further latch commands', () => {
    const bench = new PitBench();
    bench.channel.writeControl(BOTH | mode(2));
    bench.channel.writeCount(0x00);
    bench.channel.writeCount(0x02);
    bench.pulses(1);
    bench.channel.latchCount();
    bench.pulses(5);
    bench.channel.latchCount();
    assert.equal(bench.channel.read(), 0x00);
    bench.channel.latchCount();
    assert.equal(bench.channel.read(), 0x02);
    assert.deepEqual([bench.channel.read(), bench.channel.read()], [0xfb, 0x01], 'then the count itself');
  });

  it('gives a latched count from its low byte on, also after half of a count was read', () => {
    const bench = new PitBench();
    const { channel } = bench;
    channel.writeControl(BOTH | mode(2));
    channel.writeCount(0x34);
    channel.writeCount(0x12);
    bench.pulses(1);
    assert.equal(channel.read(), 0x34);
    channel.latchCount();
    assert.deepEqual([channel.read(), channel.read(), channel.read()], [0x34, 0x12, 0x34]);
  });

  it('forgets what is latched or half written with a new control word', () => {
    const bench = new PitBench();
    const { channel } = bench;
    channel.writeControl(BOTH | mode(2));
    channel.writeCount(0x34);
    channel.writeCount(0x12);
    bench.pulses(1);
    channel.latchCount();
    channel.latchStatus();
    channel.writeCount(0x99);
    channel.writeControl(BOTH | mode(0));
    channel.writeCount(0x78);
    channel.writeCount(0x56);
    bench.pulses(1);
    assert.deepEqual([channel.read(), channel.read()], [0x78, 0x56]);
  });

  it('gives the status with the null count until the count is loaded', () => {
    const bench = new PitBench();
    const status = (): number => {
      bench.channel.latchStatus();
      return bench.channel.read();
    };
    bench.channel.writeControl(LOW | mode(0));
    assert.equal(status(), 0x40 | LOW | mode(0));
    bench.channel.writeCount(2);
    assert.equal(status(), 0x40 | LOW | mode(0));
    bench.pulses(1);
    assert.equal(status(), LOW | mode(0));
    bench.pulses(2);
    assert.equal(status(), 0x80 | LOW | mode(0));
    bench.channel.writeControl(BOTH | mode(2) | BCD);
    assert.equal(status(), 0xc0 | BOTH | mode(2) | BCD);
  });

  it('gives a latched status before a latched count', () => {
    const bench = new PitBench();
    bench.channel.writeControl(BOTH | mode(2));
    bench.channel.writeCount(0x34);
    bench.channel.writeCount(0x12);
    bench.pulses(1);
    bench.channel.latchCount();
    bench.channel.latchStatus();
    assert.deepEqual(
      [bench.channel.read(), bench.channel.read(), bench.channel.read()],
      [0x80 | BOTH | mode(2), 0x34, 0x12],
    );
  });

  it('takes the illegal count 1 of modes 2 and 3 for 2', () => {
    for (const number of [2, 3]) {
      const bench = new PitBench();
      bench.channel.writeControl(LOW | mode(number));
      bench.channel.writeCount(1);
      assert.equal(bench.pulses(6), 'HLHLHL');
    }
  });
});
