import assert from 'node:assert/strict';
import { encodeEvent } from '../../src/engine/svm/event-injection';
import { vmrun } from '../../src/engine/svm/vmrun';
import { LIMITS, Processor, VMCB_SPA, legalEntry } from './processor';

const at = VMCB_SPA;

function inject(event: bigint, bits64 = true, limits = LIMITS) {
  const p = new Processor(limits);
  legalEntry(p);
  if (!bits64) p.put16(at + 0x412, 0xc9b);
  p.put64(at + 0x0a8, event);
  p.put64(at + 0x0c8, 0x0000002200002222n);
  p.put64(at + 0x578, 0x0000001100001111n);
  return vmrun(p, VMCB_SPA, 0, 0);
}

const RIP = { returnLow: 0x1111, returnHigh: 0x11 };
const NRIP = { returnLow: 0x2222, returnHigh: 0x22 };

describe('EVENTINJ', () => {
  it('with V = 0 injects nothing', () => {
    assert.deepEqual(inject(0x7fffffffn), { entered: true, inject: null });
  });

  it('takes any vector as an interrupt, an NMI or INT n', () => {
    for (const vector of [0n, 2n, 14n, 31n, 32n, 255n]) {
      const number = Number(vector);
      assert.deepEqual(inject(0x80000000n | vector).inject, { type: 0, vector: number, errorCode: -1, ...RIP });
      assert.deepEqual(inject(0x80000200n | vector).inject, { type: 2, vector: 2, errorCode: -1, ...RIP });
      assert.deepEqual(inject(0x80000400n | vector).inject, { type: 4, vector: number, errorCode: -1, ...NRIP });
    }
  });

  it('refuses the reserved types', () => {
    for (const type of [1n, 5n, 6n, 7n]) assert.equal(inject(0x80000020n | (type << 8n)).entered, false);
  });

  it('takes as exceptions the vectors that exist and can occur, in 64-bit mode and outside', () => {
    const legal = [0, 1, 3, 4, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 30];
    for (const bits64 of [true, false]) {
      const accepted: number[] = [];
      for (let vector = 0; vector < 256; vector++) {
        if (inject(0x80000300n | BigInt(vector), bits64).entered) accepted.push(vector);
      }
      assert.deepEqual(accepted, bits64 ? legal : [...legal, 5].sort((a, b) => a - b));
    }
  });

  it('gives the error code only with EV, whatever the vector', () => {
    assert.equal(inject(0xdeadbeef80000b0en).inject!.errorCode, 0xdeadbeef);
    assert.equal(inject(0xdeadbeef8000030en).inject!.errorCode, -1);
    assert.equal(inject(0x0000000080000b06n).inject!.errorCode, 0);
  });

  it('returns to nRIP from INT n, INT3 and INTO, to RIP from the rest, and always to RIP without NRIPS', () => {
    const nrips = (event: bigint) => {
      const { returnLow, returnHigh } = inject(event).inject!;
      return { returnLow, returnHigh };
    };
    assert.deepEqual(nrips(0x80000303n), NRIP);
    assert.deepEqual(nrips(0x80000304n), NRIP);
    assert.deepEqual(nrips(0x80000301n), RIP);
    assert.deepEqual(nrips(0x80000003n), RIP);
    assert.equal(inject(0x80000403n, true, { ...LIMITS, svm: 1 }).inject!.returnLow, 0x1111);
  });
});

describe('EXITINTINFO', () => {
  it('is encoded as EVENTINJ is', () => {
    assert.equal(encodeEvent(3, 14, true) >>> 0, 0x80000b0e);
    assert.equal(encodeEvent(3, 3, false) >>> 0, 0x80000303);
    assert.equal(encodeEvent(0, 0x20, false) >>> 0, 0x80000020);
    assert.equal(encodeEvent(2, 2, false) >>> 0, 0x80000202);
    assert.equal(encodeEvent(4, 0x80, false) >>> 0, 0x80000480);
  });
});
