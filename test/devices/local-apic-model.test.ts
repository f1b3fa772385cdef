import assert from 'node:assert/strict';
import { ApicBench } from './apic-bench';
import { random } from './random';

/** The same controller told as lists: requests, services in the order they nest, and what each is. */
class ListModel {
  requested = new Set<number>();
  served: number[] = [];
  level = new Map<number, boolean>();
  tpr = 0;
  enabled = true;
  /** Level-triggered pins of the I/O APIC: vector and wire, and whether its interrupt is under way. */
  pins = [0x35, 0x63, 0x64, 0xb1].map((vector) => ({ vector, up: false, under: false }));

  request(vector: number, level: boolean): boolean {
    if (!this.enabled) return false;
    this.requested.add(vector);
    this.level.set(vector, level);
    return true;
  }
  get inService(): number {
    return Math.max(-1, ...this.served);
  }
  get priority(): number {
    const service = this.inService >> 4;
    return service > this.tpr >> 4 ? service << 4 : this.tpr;
  }
  get next(): number | undefined {
    const highest = Math.max(-1, ...this.requested);
    return this.enabled && highest >> 4 > this.priority >> 4 ? highest : undefined;
  }
  acknowledge(): number {
    const { next } = this;
    if (next === undefined) return 0xff;
    this.requested.delete(next);
    this.served.push(next);
    return next;
  }
  end(): void {
    const vector = this.inService;
    if (vector < 0) return;
    this.served = this.served.filter((one) => one !== vector);
    if (!this.level.get(vector)) return;
    for (const pin of this.pins) if (pin.vector === vector) pin.under = false;
    this.ask();
  }
  ask(): void {
    for (const pin of this.pins) if (pin.up && !pin.under) pin.under = this.request(pin.vector, true);
  }
  words(vectors: Iterable<number>): number[] {
    const words = [0, 0, 0, 0, 0, 0, 0, 0];
    for (const vector of vectors) words[vector >> 5] = (words[vector >> 5]! | (1 << (vector & 31))) >>> 0;
    return words;
  }
}

describe('LocalApic and IoApic against a model of lists', () => {
  it('agree on 60 random scripts of 300 steps', () => {
    const next = random(16);
    const below = (n: number): number => Math.floor(n * next());
    for (let script = 0; script < 60; script++) {
      const b = new ApicBench();
      const model = new ListModel();
      b.enable();
      b.set(0x350, 0x10700);
      model.pins.forEach(({ vector }, n) => b.redirect(3 + n, 0x8000 | vector));
      const read = (set: number): number[] => Array.from({ length: 8 }, (_, n) => b.get(set + n * 0x10));
      for (let step = 0; step < 300; step++) {
        const where = `script ${script} step ${step}`;
        switch (below(10)) {
          case 0:
          case 1:
          case 2: {
            // few classes, so that they meet
            const vector = (1 + below(15)) * 16 + below(3);
            b.set(0x300, 0x40000 | vector);
            model.request(vector, false);
            break;
          }
          case 3:
          case 4:
            assert.equal(b.apic.acknowledge(), model.acknowledge(), where);
            break;
          case 5:
          case 6:
            b.set(0xb0, 0);
            model.end();
            break;
          case 7: {
            const n = below(4);
            const up = next() < 0.5;
            b.ioApic.pin(3 + n).set(up);
            model.pins[n]!.up = up;
            model.ask();
            break;
          }
          case 8:
            model.tpr = next() < 0.5 ? 0 : below(256);
            if (next() < 0.5) model.tpr &= 0xf0;
            if ((model.tpr & 0xf) === 0 && next() < 0.5) b.apic.taskPriority = model.tpr >> 4;
            else b.set(0x80, model.tpr);
            break;
          case 9:
            if (next() < 0.3) {
              model.enabled = !model.enabled;
              b.set(0xf0, model.enabled ? 0x1ff : 0xff);
              if (model.enabled) model.ask();
            }
        }
        assert.equal(b.intr, model.next !== undefined, where);
        assert.equal(b.apic.interruptPending, b.intr, where);
        assert.deepEqual(read(0x200), model.words(model.requested), `${where}: IRR`);
        assert.deepEqual(read(0x100), model.words(model.served), `${where}: ISR`);
        const levels = [...model.level].filter(([, level]) => level).map(([vector]) => vector);
        assert.deepEqual(read(0x180), model.words(levels), `${where}: TMR`);
        assert.equal(b.get(0xa0), model.priority, `${where}: PPR`);
        model.pins.forEach(({ under }, n) => {
          assert.equal((b.redirection(3 + n).low & 0x4000) !== 0, under, `${where}: remote IRR of ${n}`);
        });
      }
    }
  });
});

describe('LocalApic timer against a model that counts', () => {
  it('agrees on 60 random scripts, tick by tick', () => {
    const next = random(1610);
    const below = (n: number): number => Math.floor(n * next());
    for (let script = 0; script < 60; script++) {
      const b = new ApicBench();
      b.enable();
      const divisors = [2, 4, 8, 16, 32, 64, 128, 1];
      const model = { initial: 0, count: 0, phase: 0, divisor: 2, periodic: false, masked: true, fired: 0 };
      let fired = 0;
      const pass = (ns: number): void => {
        for (let n = 0; n < ns; n++) {
          if (model.count > 0 && ++model.phase === model.divisor * 10) {
            model.phase = 0;
            if (--model.count === 0) {
              if (!model.masked) model.fired++;
              if (model.periodic) model.count = model.initial;
            }
          }
        }
        const end = b.clock.now + ns;
        while (b.clock.now < end) {
          b.pass(Math.min(end, b.clock.next()) - b.clock.now);
          if (!b.intr) continue;
          assert.equal(b.apic.acknowledge(), 0x77);
          b.set(0xb0, 0);
          fired++;
        }
      };
      for (let step = 0; step < 60; step++) {
        switch (below(4)) {
          case 0:
            model.initial = model.count = next() < 0.1 ? 0 : 1 + below(30);
            model.phase = 0;
            b.set(0x380, model.initial);
            break;
          case 1: {
            const index = below(8);
            model.divisor = divisors[index]!;
            model.phase = 0;
            b.set(0x3e0, (index & 3) | ((index & 4) << 1));
            break;
          }
          case 2:
            model.periodic = next() < 0.5;
            model.masked = next() < 0.4;
            b.set(0x320, 0x77 | (model.periodic ? 0x20000 : 0) | (model.masked ? 0x10000 : 0));
            break;
          case 3:
            pass(below(3000));
        }
        const where = `script ${script} step ${step}`;
        assert.equal(b.get(0x390), model.count, where);
        assert.equal(fired, model.fired, where);
      }
    }
  });
});

describe('interrupt hardware', () => {
  const act = (b: ApicBench, next: () => number): void => {
    const below = (n: number): number => Math.floor(n * next());
    switch (below(9)) {
      case 0:
        return b.pass(below(2 ** below(18)));
      case 1:
        return b.ioApic.pin(below(24)).set(next() < 0.5);
      case 2:
        return b.pic.line([1, 3, 4, 9][below(4)]!).set(next() < 0.5);
      case 3:
        return b.apic.setPin(1, next() < 0.5);
      case 4:
        if (b.intr) b.trace.push(`vector ${b.apic.acknowledge()}`);
        return;
      case 5:
        return b.redirect(below(24), below(0x20000), below(2 ** 32));
      case 6:
        return b.setHpet(
          [0x10, 0x20, 0xf0, 0x100, 0x108, 0x10c, 0x120, 0x128, 0x140, 0x148][below(10)]!,
          below(2 ** below(33)),
        );
      case 7:
        b.trace.push(`${b.get(below(0x40) * 16)}, ${b.hpetWord(below(0x60) * 4)}`);
        return;
      case 8:
        if (below(40) === 0) {
          const modes = [0xfee00900n, 0xfee00d00n, 0xfee00100n];
          b.trace.push(b.wrmsr(0x1b, modes[below(3)]!));
          return;
        }
        b.wrmsr(0x800 + below(0x40), BigInt(below(2 ** 18)));
        return b.set(
          [0x80, 0xb0, 0xd0, 0xf0, 0xf0, 0x280, 0x300, 0x320, 0x350, 0x360, 0x370, 0x380, 0x3e0][below(13)]!,
          below(2 ** 20),
        );
    }
  };

  it('goes on from a saved state like the one that never stopped; no wire is driven', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const one = new ApicBench();
      one.enable();
      const first = random(seed);
      for (let n = 0; n < 300; n++) act(one, first);
      const saved = one.save();
      const other = new ApicBench();
      const noise = random(seed + 500);
      for (let n = 0; n < 50; n++) act(other, noise);
      other.trace.length = one.trace.length = 0;
      other.load(JSON.parse(JSON.stringify(saved, bytesToText), textToBytes) as typeof saved);
      assert.deepEqual(other.trace, []);
      other.intr = one.intr;
      other.nmis = one.nmis;
      other.inits = one.inits;
      assert.deepEqual(other.save(), saved);
      const [left, right] = [random(seed + 9), random(seed + 9)];
      for (let n = 0; n < 300; n++) {
        act(one, left);
        act(other, right);
      }
      assert.deepEqual(other.trace, one.trace, `seed ${seed}`);
      assert.deepEqual(other.save(), one.save(), `seed ${seed}`);
      one.apic.reset();
      assert.equal(one.apic.mmioBase, 0xfee00000);
    }
  });

  it('refuses states that are another’s or lack a part', () => {
    const b = new ApicBench();
    const parts = [b.apic, b.ioApic, b.hpet];
    for (const part of parts) {
      const saved = part.saveState();
      for (const other of parts) if (other !== part) assert.throws(() => other.loadState(saved), /kind/);
      for (const field of Object.keys(saved)) {
        const rest = Object.fromEntries(Object.entries(saved).filter(([name]) => name !== field));
        assert.throws(() => part.loadState(rest), /DeviceStateError|must hold|kind/);
        assert.deepEqual(part.saveState(), saved);
      }
    }
    const { entries } = b.ioApic.saveState() as { entries: readonly object[] };
    assert.throws(() => b.ioApic.loadState({ ...b.ioApic.saveState(), entries: entries.slice(1) as never }), /24/);
  });
});

function bytesToText(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { bytes: [...value] } : value;
}
function textToBytes(_key: string, value: unknown): unknown {
  const { bytes } = (value ?? {}) as { bytes?: number[] };
  return bytes ? Uint8Array.from(bytes) : value;
}
