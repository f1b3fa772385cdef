import assert from 'node:assert/strict';
import { BOTH, PitBench, mode } from './pit-bench';

import { random } from './random';

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
        const bench = new PitBench();
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
        const bench = new PitBench(gate);
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
