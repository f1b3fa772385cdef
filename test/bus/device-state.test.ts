import assert from 'node:assert/strict';
import {
  DeviceStateError,
  FLAG,
  TEXT,
  TIME,
  U16,
  U32,
  U8,
  bytes,
  list,
  loadFields,
  record,
  saveFields,
} from '../../src/engine/bus/device-state';
import type { DeviceState, StateOf } from '../../src/engine/bus/device-state';

const SHAPE = {
  control: U8,
  count: U16,
  base: U32,
  since: TIME,
  enabled: FLAG,
  label: TEXT,
  memory: bytes(4),
  fifo: list(U8, 3),
  channels: list(record({ mode: U8, out: FLAG })),
};

function sample(): StateOf<typeof SHAPE> {
  return {
    control: 0xff,
    count: 0x1234,
    base: 0xffff_ffff,
    since: 2 ** 53 - 1,
    enabled: true,
    label: 'x',
    memory: Uint8Array.of(1, 2, 3, 4),
    fifo: [5, 6],
    channels: [{ mode: 2, out: false }],
  };
}

describe('device state', () => {
  it('comes back as it was saved', () => {
    assert.deepEqual(loadFields('thing', SHAPE, saveFields('thing', SHAPE, sample())), sample());
  });

  it('shares nothing with the device, on either side', () => {
    const registers = sample();
    const saved = saveFields('thing', SHAPE, registers);
    registers.memory[0] = 99;
    registers.fifo.push(7);
    registers.channels[0]!.mode = 5;
    assert.deepEqual(loadFields('thing', SHAPE, saved), sample());
    const restored = loadFields('thing', SHAPE, saved);
    restored.memory[1] = 99;
    restored.channels[0]!.out = true;
    assert.deepEqual(loadFields('thing', SHAPE, saved), sample());
  });

  it('refuses every truncation', () => {
    for (const field of Object.keys(SHAPE)) {
      const saved: { [field: string]: unknown } = { ...saveFields('thing', SHAPE, sample()) };
      delete saved[field];
      assert.throws(() => loadFields('thing', SHAPE, saved as DeviceState), new RegExp(`thing\\.${field}: .* nothing`));
    }
  });

  const wrong: [what: string, fields: object, message: RegExp][] = [
    ['a value too large', { control: 256 }, /thing\.control: .* 0 to 255, it holds 256/],
    ['a negative value', { base: -1 }, /thing\.base/],
    ['a fraction', { count: 1.5 }, /thing\.count/],
    ['a number for a flag', { enabled: 1 }, /thing\.enabled: .* true or false/],
    ['a number for a text', { label: 1 }, /thing\.label: .* a text/],
    ['too few bytes', { memory: Uint8Array.of(1) }, /thing\.memory: .* 4 bytes, it holds 1 bytes/],
    ['a list for bytes', { memory: [1, 2, 3, 4] }, /thing\.memory/],
    ['too long a list', { fifo: [1, 2, 3, 4] }, /thing\.fifo: .* at most 3, it holds a list of 4/],
    ['a wrong element', { fifo: [1, 300] }, /thing\.fifo\[1\]/],
    ['a list for a record', { channels: [[]] }, /thing\.channels\[0\]: .* a record/],
    ['a record that lacks a field', { channels: [{ mode: 1 }] }, /thing\.channels\[0\]\.out/],
    ['an unknown field', { extra: 1 }, /unknown field extra/],
    ['another kind', { kind: 'other' }, /is of kind 'other'/],
  ];
  for (const [what, fields, message] of wrong) {
    it(`refuses ${what}`, () => {
      const saved = { ...saveFields('thing', SHAPE, sample()), ...fields } as DeviceState;
      assert.throws(
        () => loadFields('thing', SHAPE, saved),
        (error: Error) => {
          assert.ok(error instanceof DeviceStateError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it('refuses what is no record at all', () => {
    for (const saved of [undefined, null, 1, 'x', [], new Uint8Array(3)]) {
      assert.throws(() => loadFields('thing', SHAPE, saved as unknown as DeviceState), /not a record/);
    }
  });
});
