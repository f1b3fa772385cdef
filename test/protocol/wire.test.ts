import assert from 'node:assert/strict';
import { ProtocolError } from '../../src/protocol/check';
import { fromBase64, hexOf, hexOfHalves, toBase64, valueOf } from '../../src/protocol/codec';
import type { ExitColumns } from '../../src/protocol/exit-log';
import { PROTOCOL_VERSION, openAnswer, openEvent, openQuestion, sealed } from '../../src/protocol/wire';
import type { Answer, Question } from '../../src/protocol/wire';

/** A refusal that names the place. */
function refuses(act: () => unknown, place: RegExp): void {
  assert.throws(act, (error: unknown) => error instanceof ProtocolError && place.test(error.message));
}

const COLUMNS: ExitColumns = {
  number: [1],
  time: [12],
  clock: [12],
  ran: [11],
  cost: [1200],
  guest: [0],
  code: [-1],
  info1: ['0x0'],
  info2: ['0x0'],
  rip: ['0x7c00'],
  rax: ['0x0'],
  rcx: ['0x0'],
  rdx: ['0x0'],
  outcome: ['pending'],
  outcomeValue: [0],
  handler: [''],
};

describe('protocol', () => {
  it('64-bit values come back as they went', () => {
    for (const value of [0n, 1n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_8000_0010_2a4en, 0xffff_ffff_ffff_ffffn]) {
      const low = Number(BigInt.asIntN(32, value));
      const high = Number(BigInt.asIntN(32, value >> 32n));
      assert.equal(hexOfHalves(low, high), hexOf(value));
      assert.equal(valueOf(hexOf(value)), value);
    }
    assert.equal(hexOf(-1n), '0xffffffffffffffff');
  });

  it('bytes come back as they went, and agree with Node', () => {
    for (const length of [0, 1, 2, 3, 4, 255, 4096]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length) & 0xff);
      assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
      assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
    }
  });

  it('a question and an answer pass when they are whole', () => {
    const question: Question<'pacifica/exitLog'> = {
      first: -100,
      count: 100,
      filter: { classes: ['io'], port: 0x3f8 },
    };
    assert.deepEqual(openQuestion('pacifica/exitLog', sealed(question)), sealed(question));
    const answer: Answer<'pacifica/exitLog'> = { first: 0, matching: 1, total: 1, oldest: 1, columns: COLUMNS };
    assert.deepEqual(openAnswer('pacifica/exitLog', JSON.parse(JSON.stringify(sealed(answer)))), sealed(answer));
    assert.equal(openAnswer('pacifica/vmcb', { v: PROTOCOL_VERSION, view: null }).view, null);
  });

  it('a broken message is refused by the name of what is wrong', () => {
    refuses(() => openAnswer('pacifica/vmcb', undefined), /version undefined/);
    refuses(() => openAnswer('pacifica/vmcb', { v: PROTOCOL_VERSION + 1, view: null }), /version 2/);
    refuses(() => openAnswer('pacifica/vmcb', { v: PROTOCOL_VERSION }), /vmcb\.view/);
    refuses(() => openQuestion('pacifica/pageTables', { v: 1, root: 'moon', path: [] }), /root: expected guest/);
    refuses(() => openQuestion('pacifica/pageTables', { v: 1, root: 'guest', path: [0, -1] }), /path\[1\]/);
    refuses(() => openEvent('pacifica/console', { v: 1, bytes: 'abc' }), /base64/);
    const short = { ...COLUMNS, rip: [] };
    const answer = { v: 1, first: 0, matching: 1, total: 1, oldest: 1, columns: short };
    refuses(() => openAnswer('pacifica/exitLog', answer), /columns\.rip: 0 rows/);
    refuses(() => openAnswer('pacifica/exitLog', { ...answer, columns: { ...COLUMNS, info1: ['3F8'] } }), /info1\[0\]/);
  });
});
