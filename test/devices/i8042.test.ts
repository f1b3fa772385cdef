import assert from 'node:assert/strict';
import { Clock } from '../../src/engine/bus/clock';
import { I8042 } from '../../src/engine/devices/i8042';
import { Port92 } from '../../src/engine/devices/port92';
import { SCAN_CODES_2, type KeyCode, breakCodes, makeCodes } from '../../src/engine/devices/scan-codes';
import { random } from './random';

const MS = 1_000_000;

/** Codes of set 2 by those of set 1: the table a PC's driver uses to go back. */
// prettier-ignore
const SET_2_BY_SET_1 = [
  0, 118, 22, 30, 38, 37, 46, 54, 61, 62, 70, 69, 78, 85, 102, 13,
  21, 29, 36, 45, 44, 53, 60, 67, 68, 77, 84, 91, 90, 20, 28, 27,
  35, 43, 52, 51, 59, 66, 75, 76, 82, 14, 18, 93, 26, 34, 33, 42,
  50, 49, 58, 65, 73, 74, 89, 124, 17, 41, 88, 5, 6, 4, 12, 3,
  11, 131, 10, 1, 9, 119, 126, 108, 117, 125, 123, 107, 115, 116, 121, 105,
  114, 122, 112, 113, 127, 96, 97, 120, 7, 15, 23, 31, 39, 47, 55, 63,
];

interface Wired {
  clock: Clock;
  kbc: I8042;
  port92: Port92;
  log: string[];
  command: (byte: number, ...data: number[]) => void;
  status: () => number;
  /** All bytes that can be read. */
  drain: () => number[];
  pass: (time: number) => void;
}

function wired(aux = false): Wired {
  const clock = new Clock();
  const log: string[] = [];
  const line = (name: string) => ({ set: (level: boolean) => void log.push(`${name} ${level ? 1 : 0}`) });
  const port92 = new Port92({ onA20: (open) => log.push(`A20 ${open}`) });
  const kbc = new I8042({
    time: clock,
    keyboardIrq: line('irq1'),
    auxIrq: line('irq12'),
    aux,
    a20: port92,
    onReset: () => log.push('reset'),
  });
  const status = (): number => kbc.readPort(0x64);
  return {
    clock,
    kbc,
    port92,
    log,
    command: (byte, ...data) => {
      kbc.writePort(0x64, 1, byte);
      for (const value of data) kbc.writePort(0x60, 1, value);
    },
    status,
    drain: () => {
      const bytes: number[] = [];
      while (status() & 1) bytes.push(kbc.readPort(0x60));
      return bytes;
    },
    pass: (time) => {
      const end = clock.now + time;
      while (clock.now < end) {
        clock.advanceTo(Math.min(end, Math.max(clock.next(), clock.now)));
        clock.runDue();
      }
    },
  };
}

/** Bytes of the keyboard's answer to bytes written to it. */
function ask(w: Wired, ...bytes: number[]): number[] {
  return bytes.flatMap((byte) => {
    w.kbc.writePort(0x60, 1, byte);
    return w.drain();
  });
}

describe('I8042', () => {
  it('stands after RESET as firmware leaves it', () => {
    const w = wired();
    assert.equal(w.status(), 0x1c);
    w.command(0x20);
    assert.deepEqual(w.drain(), [0x45]);
  });

  it('tests itself, its lines and says it has no password', () => {
    const w = wired();
    for (const [command, answer] of [
      [0xaa, 0x55],
      [0xab, 0x00],
      [0xa4, 0xf1],
      [0xc0, 0x80],
      [0xe0, 0x03],
    ] as const) {
      w.command(command);
      assert.deepEqual(w.drain(), [answer], command.toString(16));
    }
  });

  it('keeps its command byte and its memory', () => {
    const w = wired();
    w.command(0x60, 0x74);
    assert.equal(w.status() & 0x0c, 0x04, 'a data byte came last');
    w.command(0x20);
    assert.deepEqual(w.drain(), [0x54], 'without an aux port its bit is 0');
    w.command(0x7f, 0x5a);
    w.command(0x3f);
    assert.deepEqual(w.drain(), [0x5a]);
    w.command(0x60, 0x00);
    assert.equal(w.status() & 0x04, 0);
  });

  it('translates every key to set 1 and back by the table a driver uses', () => {
    const w = wired();
    const keys = (Object.keys(SCAN_CODES_2) as KeyCode[]).filter((key) => key !== 'Pause');
    const seen = new Map<string, KeyCode>();
    for (const key of keys) {
      w.kbc.press(key);
      const make = w.drain();
      w.kbc.release(key);
      const released = w.drain();
      const back = make.map((byte) => (byte === 0xe0 ? byte : SET_2_BY_SET_1[byte]));
      assert.deepEqual(back, [...makeCodes(key)], key);
      if (key !== 'PrintScreen') assert.deepEqual(released, [...make.slice(0, -1), make.at(-1)! | 0x80], key);
      assert.ok(!seen.has(make.join()), `${key} and ${seen.get(make.join())}`);
      seen.set(make.join(), key);
    }
    assert.equal(seen.size, 104);
    w.kbc.press('Pause');
    assert.deepEqual(w.drain(), [0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5]);
    w.kbc.release('Pause');
    w.kbc.press('PrintScreen');
    w.kbc.release('PrintScreen');
    assert.deepEqual(w.drain(), [0xe0, 0x2a, 0xe0, 0x37, 0xe0, 0xb7, 0xe0, 0xaa]);
  });

  it('has the letters where a PC has them', () => {
    const w = wired();
    for (const [key, code] of [
      ['Escape', 0x01],
      ['Digit1', 0x02],
      ['KeyQ', 0x10],
      ['KeyA', 0x1e],
      ['KeyZ', 0x2c],
      ['Enter', 0x1c],
      ['Space', 0x39],
      ['ShiftLeft', 0x2a],
      ['ShiftRight', 0x36],
      ['ControlLeft', 0x1d],
      ['AltLeft', 0x38],
      ['F1', 0x3b],
      ['F7', 0x41],
      ['F10', 0x44],
      ['F11', 0x57],
      ['F12', 0x58],
      ['NumLock', 0x45],
    ] as const) {
      w.kbc.press(key);
      assert.deepEqual(w.drain(), [code], key);
    }
  });

  it('passes set 2 through when it does not translate, and gives set 1 when the keyboard is told to', () => {
    const w = wired();
    w.command(0x60, 0x05);
    w.kbc.press('ArrowUp');
    w.kbc.release('ArrowUp');
    assert.deepEqual(w.drain(), [0xe0, 0x75, 0xe0, 0xf0, 0x75]);
    assert.deepEqual(ask(w, 0xf0, 0), [0xfa, 0xfa, 2]);
    assert.deepEqual(ask(w, 0xf0, 1), [0xfa, 0xfa]);
    w.kbc.press('KeyA');
    w.kbc.release('KeyA');
    assert.deepEqual(w.drain(), [0x1e, 0x9e]);
    assert.deepEqual(ask(w, 0xf0, 3), [0xfa, 0xfe]);
    assert.deepEqual(breakCodes('KeyA'), [0xf0, 0x1c]);
  });

  it('raises IRQ 1 once a byte, and not while it is masked', () => {
    const w = wired();
    w.kbc.press('ArrowUp');
    assert.deepEqual(w.log, ['irq1 1']);
    w.kbc.readPort(0x60);
    assert.deepEqual(w.log, ['irq1 1', 'irq1 0', 'irq1 1']);
    w.kbc.readPort(0x60);
    assert.deepEqual(w.log, ['irq1 1', 'irq1 0', 'irq1 1', 'irq1 0']);
    w.log.length = 0;
    w.command(0x60, 0x44);
    w.kbc.press('KeyA');
    assert.deepEqual(w.log, []);
    w.command(0x60, 0x45);
    assert.deepEqual(w.log, ['irq1 1']);
  });

  it('holds the keyboard back while it is disabled, until something is sent to it', () => {
    const w = wired();
    w.command(0xad);
    w.kbc.press('KeyA');
    assert.deepEqual(w.drain(), []);
    w.command(0xae);
    assert.deepEqual(w.drain(), [0x1e]);
    w.command(0xad);
    assert.deepEqual(ask(w, 0xee), [0xee]);
  });

  it('puts what it is told into the output buffer', () => {
    const w = wired(true);
    w.command(0xd2, 0x77);
    assert.equal(w.status() & 0x21, 0x01);
    assert.deepEqual(w.drain(), [0x77]);
    w.command(0x60, 0x47);
    w.log.length = 0;
    w.command(0xd3, 0x5a);
    assert.equal(w.status() & 0x21, 0x21);
    assert.deepEqual(w.log, ['irq12 1']);
    assert.deepEqual(w.drain(), [0x5a]);
    assert.deepEqual(w.log, ['irq12 1', 'irq12 0']);
  });

  it('has an aux port without a mouse, or none', () => {
    const w = wired(true);
    const mode = (): number => {
      w.command(0x20);
      return w.drain()[0]!;
    };
    assert.equal(mode() & 0x20, 0x20);
    w.command(0xa8);
    assert.equal(mode() & 0x20, 0);
    w.command(0xa7);
    assert.equal(mode() & 0x20, 0x20);
    w.command(0xa9);
    assert.deepEqual(w.drain(), [0]);
    w.command(0xd4, 0xff);
    assert.equal(w.status() & 0x61, 0x61, 'it times out');
    assert.deepEqual(w.drain(), [0xfe]);
    const without = wired();
    without.command(0xa9);
    assert.deepEqual(without.drain(), []);
    without.command(0xd3, 0xee);
    assert.equal(without.status() & 0x21, 0x01, 'the byte went to the keyboard');
    without.command(0xa7);
    without.command(0x20);
    assert.equal(without.drain().at(-1)! & 0x20, 0);
  });

  it('resets the processor by a pulse or by its output port', () => {
    const w = wired();
    w.command(0xff);
    w.command(0xf1);
    assert.deepEqual(w.log, []);
    w.command(0xfe);
    assert.deepEqual(w.log, ['reset']);
    w.command(0xd1, 0x02);
    assert.deepEqual(w.log, ['reset', 'reset']);
  });

  it('is one A20 gate with port 92h', () => {
    const w = wired();
    const outputPort = (): number => {
      w.command(0xd0);
      return w.drain()[0]!;
    };
    assert.equal(outputPort() & 0x03, 0x03);
    w.command(0xd1, 0xdd);
    assert.equal(w.port92.readPort() & 2, 0);
    assert.equal(outputPort() & 0x02, 0);
    w.command(0xd1, 0xdf);
    w.port92.writePort(0x92, 1, 0);
    assert.equal(outputPort() & 0x02, 0);
    w.command(0xdf);
    w.command(0xdf);
    w.command(0xdd);
    assert.deepEqual(
      w.log.filter((line) => line.startsWith('A20')),
      ['A20 false', 'A20 true', 'A20 false', 'A20 true', 'A20 false'],
    );
  });
});

describe('Ps2Keyboard', () => {
  it('answers its commands', () => {
    const w = wired();
    w.command(0x60, 0x05);
    assert.deepEqual(ask(w, 0xff), [0xfa, 0xaa]);
    assert.deepEqual(ask(w, 0xf2), [0xfa, 0xab, 0x83]);
    assert.deepEqual(ask(w, 0xee), [0xee]);
    assert.deepEqual(ask(w, 0xed, 0x06), [0xfa, 0xfa]);
    assert.equal(w.kbc.keyboard.leds, 6);
    assert.deepEqual(ask(w, 0xed, 0xf2), [0xfa, 0xfa, 0xab, 0x83], 'a command in the place of a parameter');
    assert.equal(w.kbc.keyboard.leds, 6);
    assert.deepEqual(ask(w, 0x12), [0xfe]);
    assert.deepEqual(ask(w, 0xf5), [0xfa]);
    w.kbc.press('KeyA');
    assert.deepEqual(w.drain(), []);
    assert.deepEqual(ask(w, 0xf4), [0xfa]);
    w.kbc.press('KeyA');
    assert.deepEqual(w.drain(), [0x1c]);
    assert.deepEqual(ask(w, 0xfe), [0x1c], 'again');
    w.command(0x60, 0x45);
    assert.deepEqual(ask(w, 0xf2), [0xfa, 0xab, 0x41], 'the identity is translated, too');
  });

  it('repeats the key held last: after half a second, 10.9 times a second', () => {
    const w = wired();
    w.kbc.press('KeyA');
    w.kbc.press('KeyB');
    w.drain();
    w.pass(500 * MS - 1);
    assert.deepEqual(w.drain(), []);
    w.pass(1);
    assert.deepEqual(w.drain(), [0x30]);
    let count = 0;
    for (let n = 0; n < 10_000; n++) {
      w.pass(MS);
      count += w.drain().length;
    }
    assert.equal(count, 109);
    w.kbc.release('KeyB');
    w.drain();
    assert.equal(w.clock.next(), Infinity);
    // 250 ms, 30 a second
    ask(w, 0xf3, 0x00);
    w.kbc.press('KeyC');
    w.drain();
    w.pass(250 * MS);
    assert.deepEqual(w.drain(), [0x2e]);
    w.pass(33 * MS);
    assert.deepEqual(w.drain(), []);
    w.pass(MS);
    assert.deepEqual(w.drain(), [0x2e]);
  });

  it('remembers sixteen bytes, the last of which tells of an overrun', () => {
    const w = wired();
    w.command(0x60, 0x04);
    for (let n = 0; n < 40; n++) w.kbc.press('KeyA');
    w.kbc.release('KeyA');
    // One more stands in the controller.
    assert.deepEqual(w.drain(), [...new Array<number>(16).fill(0x1c), 0]);
  });
});

describe('I8042 and hostile software', () => {
  it('bears any bytes at its ports, and can be saved at any moment', () => {
    const next = random(11);
    const below = (n: number): number => Math.floor(n * next());
    const keys = Object.keys(SCAN_CODES_2) as KeyCode[];
    for (let round = 0; round < 60; round++) {
      const w = wired(round % 2 === 0);
      for (let n = 0; n < 100; n++) {
        const key = keys[below(keys.length)]!;
        const port = below(2) ? 0x60 : 0x64;
        if (below(4) === 0) w.kbc.press(key);
        else if (below(4) === 0) w.kbc.release(key);
        else if (below(3) === 0) assert.ok(w.kbc.readPort(port) <= 0xff);
        else w.kbc.writePort(port, 1, below(256));
        if (below(5) === 0) w.pass(below(300 * MS));
        w.kbc.loadState(structuredClone(w.kbc.saveState()));
      }
    }
  });

  it('what hands type waits for the buffer: nothing is lost, not by a snapshot, a command or RESET', () => {
    const keys = Array.from({ length: 40 }, (_, n) => Object.keys(SCAN_CODES_2)[n]! as KeyCode);
    const codes = keys.flatMap((key) => [...makeCodes(key), ...breakCodes(key)]);
    const whole = wired();
    whole.kbc.keyboard.type(codes);
    const all = whole.drain();
    assert.ok(all.length > 64);
    const first = wired();
    first.kbc.keyboard.type(codes);
    const begun = Array.from({ length: 11 }, () => first.kbc.readPort(0x60));
    const second = wired();
    second.kbc.loadState(first.kbc.saveState());
    assert.deepEqual([...begun, ...second.drain()], all);
    const third = wired();
    third.kbc.writePort(0x60, 1, 0xf5);
    assert.deepEqual(third.drain(), [0xfa]);
    third.kbc.keyboard.type(codes);
    assert.deepEqual(third.drain(), [], 'not while the keyboard does not scan');
    third.kbc.reset();
    assert.deepEqual(third.drain(), all);
  });

  it('a code that is not whole yet waits for its end', () => {
    const { kbc, drain } = wired();
    kbc.keyboard.type([0xe0]);
    assert.deepEqual(drain(), []);
    kbc.keyboard.type([0xf0]);
    assert.deepEqual(drain(), []);
    kbc.keyboard.type([0x75]);
    assert.deepEqual(drain(), [0xe0, 0xc8]);
  });
});
