import assert from 'node:assert/strict';
import { Pic8259 } from '../../src/engine/devices/pic8259';
import { random } from './random';

/** The same chip told as a queue: requests in order of priority, and what stands before them. */
class QueueModel {
  order = [0, 1, 2, 3, 4, 5, 6, 7];
  high = new Set<number>();
  asked = new Set<number>();
  served = new Set<number>();
  masked = new Set<number>();
  specialMask = false;
  aeoi = false;
  rotate = false;

  next(): number | undefined {
    for (const request of this.order) {
      const holds = this.served.has(request) && !(this.specialMask && this.masked.has(request));
      if (holds) return undefined;
      if (this.asked.has(request) && !this.masked.has(request)) return request;
    }
    return undefined;
  }
  toEnd(request: number): void {
    while (this.order[7] !== request) this.order.push(this.order.shift()!);
  }
  acknowledge(): number {
    const request = this.next();
    if (request === undefined) return 7;
    this.asked.delete(request);
    if (!this.aeoi) this.served.add(request);
    else if (this.rotate) this.toEnd(request);
    return request;
  }
  endOfInterrupt(): number | undefined {
    const request = this.order.find((r) => this.served.has(r) && !(this.specialMask && this.masked.has(r)));
    if (request !== undefined) this.served.delete(request);
    return request;
  }
  static bits(set: Set<number>): number {
    return [...set].reduce((bits, request) => bits | (1 << request), 0);
  }
}

describe('Pic8259 against a model of queues', () => {
  it('agrees on 100 random scripts of 400 steps', () => {
    const next = random(8259);
    const below = (n: number): number => Math.floor(n * next());
    for (let script = 0; script < 100; script++) {
      let intr = false;
      const chip = new Pic8259(true, 0, { set: (level) => (intr = level) });
      const model = new QueueModel();
      model.aeoi = script % 4 === 3;
      for (const [a0, byte] of [
        [0, 0x13],
        [1, 0x40],
        [1, model.aeoi ? 0x03 : 0x01],
      ] as const) {
        chip.write(a0, byte);
      }
      for (let step = 0; step < 400; step++) {
        const request = below(8);
        let what = '';
        switch (below(12)) {
          case 0:
          case 1:
          case 2:
          case 3: {
            const level = next() < 0.6;
            what = `IR${request} ${level}`;
            chip.setLine(request, level);
            if (level && !model.high.has(request)) model.asked.add(request);
            if (!level) model.asked.delete(request);
            if (level) model.high.add(request);
            else model.high.delete(request);
            break;
          }
          case 4:
          case 5:
            what = 'INTA';
            assert.equal(chip.acknowledge(), model.acknowledge(), `script ${script} step ${step}`);
            break;
          case 6:
            what = 'EOI';
            chip.write(0, 0x20);
            model.endOfInterrupt();
            break;
          case 7: {
            what = 'rotate on EOI';
            chip.write(0, 0xa0);
            const ended = model.endOfInterrupt();
            if (ended !== undefined) model.toEnd(ended);
            break;
          }
          case 8: {
            const rotate = next() < 0.5;
            what = `specific EOI ${request} ${rotate}`;
            chip.write(0, (rotate ? 0xe0 : 0x60) | request);
            model.served.delete(request);
            if (rotate) model.toEnd(request);
            break;
          }
          case 9: {
            const imr = next() < 0.5 ? 0 : below(256);
            what = `mask ${imr}`;
            chip.write(1, imr);
            model.masked = new Set([0, 1, 2, 3, 4, 5, 6, 7].filter((r) => imr & (1 << r)));
            break;
          }
          case 10: {
            const kind = below(4);
            what = `mode ${kind}`;
            if (kind < 2) {
              model.specialMask = kind === 1;
              chip.write(0, kind === 1 ? 0x68 : 0x48);
            } else {
              model.rotate = kind === 3;
              chip.write(0, kind === 3 ? 0x80 : 0x00);
            }
            break;
          }
          case 11:
            if (next() < 0.7) {
              what = 'poll';
              const expected = model.next() === undefined ? 0 : 0x80 | model.acknowledge();
              chip.write(0, 0x0c);
              assert.equal(chip.read(below(2)), expected, `script ${script} step ${step}`);
            } else {
              what = `priority ${request}`;
              chip.write(0, 0xc0 | request);
              model.toEnd(request);
            }
        }
        const where = `script ${script} step ${step}: ${what}`;
        assert.equal(intr, model.next() !== undefined, where);
        assert.equal(chip.interruptPending, intr, where);
        chip.write(0, 0x0a);
        assert.equal(chip.read(0), QueueModel.bits(model.asked), where);
        chip.write(0, 0x0b);
        assert.equal(chip.read(0), QueueModel.bits(model.served), where);
        assert.equal(chip.read(1), QueueModel.bits(model.masked), where);
      }
    }
  });
});
