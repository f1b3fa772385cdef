import assert from 'node:assert/strict';
import { IoBus } from '../../src/engine/bus/bus';
import { Clock } from '../../src/engine/bus/clock';
import { DebugExit } from '../../src/engine/devices/debug-exit';
import { Debugcon } from '../../src/engine/devices/debugcon';
import { Pit8254 } from '../../src/engine/devices/pit8254';
import { Port61 } from '../../src/engine/devices/port61';
import { Port92 } from '../../src/engine/devices/port92';

describe('DebugExit', () => {
  it('asks for the status (value << 1) | 1 at every width and port, as one write', () => {
    const exits: [number, number][] = [];
    const bus = new IoBus();
    bus.attach(new DebugExit({ onExit: (...exit) => exits.push(exit) }));
    bus.writePort(0xf4, 1, 0x00);
    bus.writePort(0xf4, 1, 0x10);
    bus.writePort(0xf4, 2, 0x1234);
    bus.writePort(0xf4, 4, 0x8000_0001);
    bus.writePort(0xf6, 2, 3);
    assert.deepEqual(exits, [
      [1, 0],
      [0x21, 0x10],
      [0x2469, 0x1234],
      [3, 0x8000_0001],
      [7, 3],
    ]);
    assert.equal(bus.readPort(0xf4, 4), 0);
    assert.equal(exits.length, 5);
  });
});

describe('Debugcon', () => {
  it('gives each byte out, and reads as E9h', () => {
    const seen: number[] = [];
    const bus = new IoBus();
    bus.attach(new Debugcon({ onOutput: (byte) => seen.push(byte) }));
    for (const byte of [0x68, 0x69, 0xff]) bus.writePort(0xe9, 1, byte);
    assert.deepEqual(seen, [0x68, 0x69, 0xff]);
    assert.equal(bus.readPort(0xe9, 1), 0xe9);
    assert.equal(bus.readPort(0xe9, 2), 0xffe9);
  });
});

describe('Port92', () => {
  function wired(): { port: Port92; events: string[] } {
    const events: string[] = [];
    const port = new Port92({ onA20: (open) => events.push(`A20 ${open}`), onReset: () => events.push('reset') });
    return { port, events };
  }

  it('has the A20 gate open after RESET', () => {
    const { port, events } = wired();
    assert.equal(port.readPort(), 0x02);
    assert.equal(port.a20Enabled, true);
    port.writePort(0x92, 1, 0x00);
    port.reset();
    port.reset();
    assert.equal(port.a20Enabled, true);
    assert.deepEqual(events, ['A20 false', 'A20 true']);
  });

  it('tells of changes of the gate only', () => {
    const { port, events } = wired();
    for (const value of [0x02, 0x00, 0x00, 0x02, 0x0e]) port.writePort(0x92, 1, value);
    assert.deepEqual(events, ['A20 false', 'A20 true']);
    assert.equal(port.readPort(), 0x0e);
  });

  it('asks for a reset when bit 0 goes to 1', () => {
    const { port, events } = wired();
    port.writePort(0x92, 1, 0x03);
    port.writePort(0x92, 1, 0x03);
    assert.deepEqual(events, ['reset']);
    port.writePort(0x92, 1, 0x02);
    port.writePort(0x92, 1, 0x03);
    assert.deepEqual(events, ['reset', 'reset']);
  });
});

describe('Port61', () => {
  function wired(): { clock: Clock; pit: Pit8254; port: Port61; read: () => number } {
    const clock = new Clock();
    const pit = new Pit8254({ time: clock });
    const port = new Port61({ time: clock, timer: pit.speakerTimer });
    return { clock, pit, port, read: () => port.readPort() };
  }

  it('keeps the four low bits', () => {
    const { port, read } = wired();
    port.writePort(0x61, 1, 0xff);
    assert.equal(read() & 0xcf, 0x0f);
    port.writePort(0x61, 1, 0x02);
    assert.equal(read() & 0xcf, 0x02);
  });

  it('opens the gate of channel 2, and shows its output: how software measures 50 ms', () => {
    const { clock, pit, port, read } = wired();
    port.writePort(0x61, 1, 0x00);
    pit.writePort(0x43, 1, 0xb0);
    pit.writePort(0x42, 1, 59_659 & 0xff);
    pit.writePort(0x42, 1, 59_659 >> 8);
    clock.advanceTo(100_000_000);
    assert.equal(read() & 0x20, 0, 'the gate is shut');
    port.writePort(0x61, 1, 0x01);
    clock.advanceTo(149_990_000);
    assert.equal(read() & 0x21, 0x01);
    clock.advanceTo(150_000_000);
    assert.equal(read() & 0x21, 0x21);
    assert.equal(clock.next(), Infinity, 'without an alarm');
  });

  it('toggles the refresh bit 66,288 times a second', () => {
    const { clock, read } = wired();
    let last = read() & 0x10;
    let toggles = 0;
    for (let time = 0; time <= 10_000_000; time += 500) {
      clock.advanceTo(time);
      const bit = read() & 0x10;
      if (bit !== last) toggles++;
      last = bit;
    }
    assert.equal(toggles, Math.floor(11_931.82 / 18));
  });

  it('shuts the gate on reset', () => {
    const { port, pit } = wired();
    port.writePort(0x61, 1, 0x03);
    assert.equal(pit.speakerTimer.gate, true);
    port.reset();
    assert.equal(pit.speakerTimer.gate, false);
    assert.equal(port.readPort() & 0x0f, 0);
  });
});
