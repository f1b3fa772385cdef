import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { ExitLog } from '../../src/session/exit-log';
import { GuestWatch } from '../../src/session/guests';

describe('what nobody answered', () => {
  it('is told apart by port and by page, and no list grows with what a guest reaches for', () => {
    const machine = new Machine({ ramSize: 1 << 20 });
    const watch = new GuestWatch(machine.processor, new ExitLog(), 'software');
    machine.probe = watch;
    const { io, mmio } = machine.board;
    for (let n = 0; n < 3; n++) io.readPort(0x1234, 2);
    const base = 2 ** 40;
    const pages = 50_000;
    for (let n = 0; n < pages; n++) mmio.write(base + n * 4096, 4, 0);
    mmio.write(base + 8, 4, 0);
    io.readPort(0x1234, 2);
    assert.equal(watch.unanswered.get('read of port 1234h (16 bits)'), 4);
    assert.equal(watch.unanswered.get('write to memory at 10000000000h'), 2);
    assert.ok(watch.unanswered.size <= 1001, `${watch.unanswered.size} rows`);
    assert.equal(
      [...watch.unanswered.values()].reduce((sum, count) => sum + count),
      pages + 5,
    );
    const back = watch.mark();
    io.readPort(0x1235, 1);
    io.readPort(0x1234, 2);
    back();
    assert.equal(watch.unanswered.get('read of port 1234h (16 bits)'), 4);
    const elsewhere = watch.unanswered.get('accesses elsewhere');
    assert.equal(elsewhere, pages + 5 - 4 - 2 - 998);
  });
});
