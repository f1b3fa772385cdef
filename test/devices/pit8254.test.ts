import assert from 'node:assert/strict';
import { Clock } from '../../src/engine/bus/clock';
import { PitChannel } from '../../src/engine/devices/pit-channel';
import { Pit8254, pitTicks, pitTime } from '../../src/engine/devices/pit8254';
import { random } from './random';

const LOW = 0x10;
const HIGH = 0x20;
const BOTH = 0x30;
const BCD = 1;
const mode = (number: number): number => number << 1;

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

/** A channel alone, one pulse of CLK after another. */
class Bench {
  readonly edges: string[] = [];
  readonly channel: PitChannel;
  tick = 0;

  constructor(gate = true) {
    this.channel = new PitChannel(gate, (level) => this.edges.push(`${level ? '+' : '-'}${this.channel.reg.tick}`));
  }
  /** OUT after each of the next pulses, as H and L. */
  pulses(count: number): string {
    let levels = '';
    for (let i = 0; i < count; i++) {
      this.channel.run(++this.tick);
      levels += this.out;
    }
    return levels;
  }
  get out(): string {
    return this.channel.reg.out ? 'H' : 'L';
  }
  count(): number {
    this.channel.latchCount();
    return this.channel.read();
  }
  /** The low byte of the count after each of the next pulses. */
  counts(pulses: number): number[] {
    return Array.from({ length: pulses }, () => {
      this.pulses(1);
      return this.count();
    });
  }
}

describe('8254 channel, waveforms of the datasheet', () => {
  it('mode 0: OUT rises N + 1 pulses after the count is written, and counting goes on', () => {
    const bench = new Bench();
    bench.channel.writeControl(LOW | mode(0));
    assert.equal(bench.out, 'L');
    assert.equal(bench.pulses(3), 'LLL');
    bench.channel.writeCount(4);
    assert.deepEqual(bench.counts(7), [4, 3, 2, 1, 0, 0xff, 0xfe]);
    assert.deepEqual(bench.edges, ['-0', '+8']);
  });

  it('mode 0: GATE stops the count and nothing else', () => {
    const bench = new Bench();
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
    const bench = new Bench(false);
    bench.channel.writeControl(LOW | mode(0));
    bench.channel.writeCount(3);
    assert.deepEqual(bench.counts(4), [3, 3, 3, 3]);
    bench.channel.setGate(true);
    assert.equal(bench.pulses(4), 'LLHH');
  });

  it('mode 0: the first byte of two stops the count and lowers OUT at once', () => {
    const bench = new Bench();
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

  it('mode 0: a new count of one byte starts anew', () => {
    const bench = new Bench();
    bench.channel.writeControl(LOW | mode(0));
    bench.channel.writeCount(2);
    assert.equal(bench.pulses(4), 'LLHH');
    bench.channel.writeCount(2);
    assert.equal(bench.pulses(4), 'LLHH');
  });

  it('mode 1: a pulse of N, from the pulse of CLK after the trigger, and again at each trigger', () => {
    const bench = new Bench(false);
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
    const bench = new Bench(false);
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
    const bench = new Bench();
    bench.channel.writeControl(LOW | mode(2));
    bench.channel.writeCount(3);
    assert.equal(bench.pulses(9), 'HHLHHLHHL');
    assert.deepEqual(bench.counts(6), [3, 2, 1, 3, 2, 1]);
  });

  it('mode 2: GATE low raises OUT and stops; the trigger loads', () => {
    const bench = new Bench();
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
    const bench = new Bench();
    bench.channel.writeControl(LOW | mode(2));
    bench.channel.writeCount(4);
    assert.deepEqual(bench.counts(2), [4, 3]);
    bench.channel.writeCount(5);
    assert.deepEqual(bench.counts(8), [2, 1, 5, 4, 3, 2, 1, 5]);
  });

  it('mode 3: even N is half high and half low, counted by twos', () => {
    const bench = new Bench();
    bench.channel.writeControl(LOW | mode(3));
    bench.channel.writeCount(4);
    assert.deepEqual(bench.counts(9), [4, 2, 4, 2, 4, 2, 4, 2, 4]);
    assert.deepEqual(bench.edges, ['-3', '+5', '-7', '+9']);
  });

  it('mode 3: odd N is one pulse longer high than low', () => {
    const bench = new Bench();
    bench.channel.writeControl(LOW | mode(3));
    bench.channel.writeCount(5);
    assert.deepEqual(bench.counts(11), [4, 2, 0, 4, 2, 4, 2, 0, 4, 2, 4]);
    assert.deepEqual(bench.edges, ['-4', '+6', '-9', '+11']);
  });

  it('mode 3: a new count is taken at the end of the half period, GATE low raises OUT', () => {
    const bench = new Bench();
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
    const bench = new Bench();
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
    const bench = new Bench(false);
    bench.channel.writeControl(LOW | mode(4));
    bench.channel.writeCount(2);
    assert.equal(bench.pulses(4), 'HHHH');
    bench.channel.setGate(true);
    assert.equal(bench.pulses(4), 'HLHH');
  });

  it('mode 5: one low pulse N + 1 pulses after the trigger', () => {
    const bench = new Bench(false);
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
      const bench = new Bench();
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
      const bench = new Bench();
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
    const bench = new Bench();
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
    const bench = new Bench();
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
    const bench = new Bench();
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
    const bench = new Bench();
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
    const bench = new Bench();
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
    const bench = new Bench();
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
    const bench = new Bench();
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
      const bench = new Bench();
      bench.channel.writeControl(LOW | mode(number));
      bench.channel.writeCount(1);
      assert.equal(bench.pulses(6), 'HLHLHL');
    }
  });
});

describe('8254 channel, closed form', () => {
  /** OUT and count `t` pulses after the count was written, GATE high: the datasheet's formulas. */
  function formula(number: number, n: number, modulus: number, t: number): { out: boolean; count: number } {
    const k = t - 1;
    const down = (((n - k) % modulus) + modulus) % modulus;
    switch (number) {
      case 0:
        return { out: k >= n, count: down };
      case 2:
        return { out: k % n !== n - 1, count: (n - (k % n)) % modulus };
      case 3: {
        const phase = k % n;
        const high = Math.ceil(n / 2);
        const into = phase < high ? phase : phase - high;
        return { out: phase < high, count: (n - (n % 2) - 2 * into) % modulus };
      }
      default:
        return { out: k !== n, count: down };
    }
  }

  for (const number of [0, 2, 3, 4]) {
    it(`mode ${number} agrees at any distance, in any steps`, () => {
      const next = random(10 + number);
      for (let i = 0; i < 400; i++) {
        const count = Math.min(1 + Math.floor(2 ** (16 * next())), 0x1_0000);
        const bench = new Bench();
        bench.channel.writeControl(BOTH | mode(number));
        bench.channel.writeCount(count & 0xff);
        bench.channel.writeCount((count >> 8) & 0xff);
        let t = 0;
        for (let step = 0; step < 12; step++) {
          t += 1 + Math.floor(2 ** (30 * next()));
          bench.channel.run(t);
          const expected = formula(number, count, 0x1_0000, t);
          assert.equal(bench.channel.reg.out, expected.out, `OUT, N = ${count}, t = ${t}`);
          assert.equal(bench.channel.reg.ce % 0x1_0000, expected.count, `count, N = ${count}, t = ${t}`);
        }
      }
    });
  }
});

/** The datasheet's prose, one pulse at a time and nothing skipped; two-byte counts only. */
class SlowChannel {
  out = true;
  history = '';
  private count = 0;
  private fresh: number | undefined;
  private next: 'nothing' | 'load' = 'nothing';
  private running = false;
  private done = true;
  private low = false;
  private long = false;

  constructor(
    private readonly number: number,
    public gate: boolean,
  ) {
    this.out = number !== 0;
  }

  write(n: number): void {
    const first = this.fresh === undefined;
    this.fresh = n;
    if (this.number === 0) {
      this.out = false;
      this.next = 'load';
    } else if (this.number === 4 || (first && (this.number === 2 || this.number === 3))) this.next = 'load';
  }
  setGate(level: boolean): void {
    const rising = level && !this.gate;
    this.gate = level;
    if (this.number === 2 || this.number === 3) if (!level) this.out = true;
    if (rising && this.number !== 0 && this.number !== 4 && this.fresh !== undefined) this.next = 'load';
  }
  clk(): void {
    if (this.low) {
      this.low = false;
      this.out = true;
    }
    if (this.next === 'load') {
      this.next = 'nothing';
      this.running = true;
      this.reload();
      this.done = false;
      if (this.number === 1) this.out = false;
      if (this.number === 2 || this.number === 3) this.out = true;
    } else if (this.running && (this.gate || this.number === 1 || this.number === 5)) this.tick();
    this.history += this.out ? 'H' : 'L';
  }
  get shown(): number {
    return this.count & 0xffff;
  }
  private reload(): void {
    const n = this.fresh! || 0x1_0000;
    this.long = n % 2 === 1;
    this.count = this.number === 3 && this.long ? n - 1 : n;
  }
  private tick(): void {
    if (this.number === 3) {
      const last = this.out && this.long ? -2 : 0;
      if (this.count - 2 === last) {
        this.reload();
        this.out = !this.out;
      } else this.count -= 2;
      return;
    }
    if (this.number === 2 && this.count === 1) {
      this.reload();
      this.out = true;
      return;
    }
    this.count--;
    if (this.number === 2) this.out = this.count !== 1;
    else if (this.count === 0 && !this.done) {
      this.done = true;
      this.out = this.number < 2;
      this.low = !this.out;
    }
    if (this.count < 0) this.count = 0xffff;
  }
}

describe('8254 channel against a slow model', () => {
  for (let number = 0; number <= 5; number++) {
    it(`mode ${number}: random counts, gates and steps`, () => {
      const next = random(100 + number);
      const below = (n: number): number => Math.floor(n * next());
      for (let script = 0; script < 150; script++) {
        const gate = next() < 0.7;
        const bench = new Bench(gate);
        const slow = new SlowChannel(number, gate);
        bench.channel.writeControl(BOTH | mode(number));
        let seen = '';
        let log = `gate ${gate}`;
        for (let step = 0; step < 30; step++) {
          const what = below(6);
          if (what === 0 || step === 0) {
            const n = 2 + below(next() < 0.8 ? 20 : 300);
            log += ` N=${n}`;
            bench.channel.writeCount(n & 0xff);
            bench.channel.writeCount(n >> 8);
            slow.write(n);
          } else if (what <= 2) {
            const level = next() < 0.6;
            log += ` G=${level}`;
            bench.channel.setGate(level);
            slow.setGate(level);
          } else {
            const pulses = 1 + below(next() < 0.8 ? 10 : 400);
            log += ` ${pulses}`;
            for (let i = 0; i < pulses; i++) slow.clk();
            const start = bench.tick;
            const from = bench.edges.length;
            const before = bench.out;
            const far = next() < 0.5;
            if (far) {
              bench.tick += pulses;
              bench.channel.run(bench.tick);
              const moved = new Set(bench.edges.slice(from).map((edge) => Number(edge.slice(1))));
              if (moved.size === 0) seen += before.repeat(pulses);
              else {
                // Whole periods may have been left out: what is left must end alike.
                seen += slow.history.slice(seen.length, start + pulses - 1) + bench.out;
              }
            } else seen += bench.pulses(pulses);
            assert.equal(bench.channel.reg.ce & 0xffff, slow.shown, `count: ${log}`);
          }
          assert.equal(bench.channel.reg.out, slow.out, `OUT: ${log}`);
          assert.equal(seen, slow.history, log);
        }
      }
    });
  }
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
