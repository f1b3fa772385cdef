import assert from 'node:assert/strict';
import { Clock } from '../../src/engine/bus/clock';
import { Uart16550 } from '../../src/engine/devices/uart16550';
import { random } from './random';

const RBR = 0;
const THR = 0;
const DLL = 0;
const IER = 1;
const DLM = 1;
const IIR = 2;
const FCR = 2;
const LCR = 3;
const MCR = 4;
const LSR = 5;
const MSR = 6;
const SCR = 7;

const OUT2 = 0x08;
const LOOP = 0x10;
const BASE = 0x3f8;

class Bench {
  readonly clock = new Clock();
  readonly sent: number[] = [];
  readonly levels: boolean[] = [];
  readonly uart = new Uart16550({
    name: 'COM1',
    base: BASE,
    time: this.clock,
    irq: { set: (level) => this.levels.push(level) },
    onTransmit: (byte) => this.sent.push(byte),
  });

  in(register: number): number {
    return this.uart.readPort(BASE + register);
  }
  out(register: number, ...values: number[]): this {
    for (const value of values) this.uart.writePort(BASE + register, 1, value);
    return this;
  }
  text(text: string): void {
    this.uart.input([...text].map((letter) => letter.charCodeAt(0)));
  }
  readAll(count: number): string {
    return String.fromCharCode(...Array.from({ length: count }, () => this.in(RBR)));
  }
  get irq(): boolean {
    return this.levels.at(-1) ?? false;
  }
  pass(time: number): void {
    this.clock.advanceTo(this.clock.now + time);
    this.clock.runDue();
  }
}

describe('Uart16550 registers', () => {
  it('come up as after master reset', () => {
    const bench = new Bench();
    const expected: [number, number][] = [
      [IER, 0x00],
      [IIR, 0x01],
      [LCR, 0x00],
      [MCR, 0x00],
      [LSR, 0x60],
      [MSR, 0xb0],
    ];
    for (const [register, value] of expected) assert.equal(bench.in(register), value, `register ${register}`);
    assert.deepEqual(bench.uart.ports, [{ base: BASE, count: 8 }]);
  });

  const stored: [name: string, register: number, written: number, read: number][] = [
    ['IER keeps four bits', IER, 0xf5, 0x05],
    ['LCR keeps all', LCR, 0x7b, 0x7b],
    ['MCR keeps five', MCR, 0xff, 0x1f],
    ['SCR keeps all', SCR, 0xa5, 0xa5],
    ['LSR is read-only', LSR, 0xff, 0x60],
    ['MSR is read-only', MSR, 0x00, 0xb0],
  ];
  for (const [name, register, written, read] of stored) {
    it(name, () => assert.equal(new Bench().out(register, written).in(register), read));
  }

  it('have the divisor latch at 0 and 1 with DLAB, apart from data and IER', () => {
    const bench = new Bench().out(IER, 0x05).out(LCR, 0x83).out(DLL, 0x34).out(DLM, 0x12);
    assert.deepEqual([bench.in(DLL), bench.in(DLM)], [0x34, 0x12]);
    bench.out(LCR, 0x03);
    assert.equal(bench.in(IER), 0x05);
    assert.deepEqual(bench.sent, []);
    bench.out(THR, 0x41);
    bench.out(LCR, 0x83);
    assert.deepEqual([bench.in(DLL), bench.in(DLM)], [0x34, 0x12]);
    assert.deepEqual(bench.sent, [0x41]);
  });

  it('show the FIFOs in IIR only while they are enabled, and drop trigger bits written without the enable', () => {
    const bench = new Bench();
    assert.equal(bench.out(FCR, 0xc1).in(IIR), 0xc1);
    assert.equal(bench.out(FCR, 0xc0).in(IIR), 0x01);
    bench.out(FCR, 0x01).out(IER, 0x01).text('x');
    assert.equal(bench.in(IIR), 0xc4, 'the trigger level is 1');
  });
});

describe('Uart16550 transmitter', () => {
  it('sends at once and is always empty', () => {
    const bench = new Bench();
    for (const byte of [0x48, 0x69, 0xff]) {
      bench.out(THR, byte);
      assert.equal(bench.in(LSR), 0x60);
    }
    assert.deepEqual(bench.sent, [0x48, 0x69, 0xff]);
  });

  it('has its interrupt pending when enabled; reading IIR or writing THR clears it, the write for a moment only', () => {
    const bench = new Bench().out(MCR, OUT2);
    assert.equal(bench.irq, false);
    bench.out(IER, 0x02);
    assert.equal(bench.irq, true);
    assert.equal(bench.in(IIR), 0x02);
    assert.equal(bench.irq, false);
    assert.equal(bench.in(IIR), 0x01);
    bench.out(IER, 0x02);
    assert.equal(bench.in(IIR), 0x01, 'enabling it twice is once');
    bench.out(IER, 0x00).out(IER, 0x02);
    assert.equal(bench.in(IIR), 0x02, 'enabling it anew is');
    bench.levels.length = 0;
    bench.out(THR, 0x41);
    bench.out(THR, 0x42);
    assert.deepEqual(bench.levels, [true, false, true], 'an edge for each byte');
    assert.equal(bench.in(IIR), 0x02);
  });

  it('is not cleared by reading IIR while something more important is shown', () => {
    const bench = new Bench().out(IER, 0x03);
    bench.text('a');
    assert.equal(bench.in(IIR), 0x04);
    assert.equal(bench.in(RBR), 0x61);
    assert.equal(bench.in(IIR), 0x02);
    assert.equal(bench.in(IIR), 0x01);
  });

  it('carries a driver that sends by interrupts through its whole buffer', () => {
    const bench = new Bench().out(FCR, 0x01).out(MCR, OUT2);
    const text = [...'interrupt driven'].map((letter) => letter.charCodeAt(0));
    const left = [...text];
    let interrupts = 0;
    bench.out(IER, 0x02);
    while (bench.irq) {
      interrupts++;
      assert.equal(bench.in(IIR) & 0x0f, 0x02);
      const byte = left.shift();
      if (byte === undefined) bench.out(IER, 0x00);
      else bench.out(THR, byte);
    }
    assert.deepEqual(bench.sent, text);
    assert.equal(interrupts, text.length + 1);
  });
});

describe('Uart16550 receiver', () => {
  it('without FIFOs holds one character, and the rest waits', () => {
    const bench = new Bench();
    bench.text('abc');
    assert.equal(bench.uart.pendingInput, 2);
    assert.equal(bench.in(LSR), 0x61);
    assert.equal(bench.readAll(3), 'abc');
    assert.equal(bench.in(LSR), 0x60);
    assert.equal(bench.in(RBR), 0);
    assert.equal(bench.uart.pendingInput, 0);
  });

  it('with FIFOs holds sixteen, never overruns, and loses nothing of a long text', () => {
    const bench = new Bench().out(FCR, 0x01);
    const text = Array.from({ length: 10_000 }, (_, i) => String.fromCharCode(32 + (i % 90))).join('');
    bench.text(text);
    assert.equal(bench.uart.pendingInput, text.length - 16);
    assert.equal(bench.in(LSR), 0x61);
    assert.equal(bench.readAll(text.length), text);
    assert.equal(bench.in(LSR), 0x60);
  });

  for (const [bits, level] of [
    [0x00, 1],
    [0x40, 4],
    [0x80, 8],
    [0xc0, 14],
  ] as const) {
    it(`interrupts at the trigger level of ${level}, and no more below it`, () => {
      const bench = new Bench()
        .out(MCR, OUT2)
        .out(IER, 0x01)
        .out(FCR, 0x01 | bits);
      for (let i = 1; i < level; i++) bench.text('x');
      assert.equal(bench.irq, false);
      bench.text('x');
      assert.equal(bench.irq, true);
      assert.equal(bench.in(IIR), 0xc4);
      bench.in(RBR);
      assert.equal(bench.irq, false);
      assert.equal(bench.in(IIR), 0xc1);
    });
  }

  it('tells of characters below the trigger level after four character times, counted anew at each read and arrival', () => {
    const bench = new Bench().out(LCR, 0x83).out(DLL, 1).out(DLM, 0).out(LCR, 0x03);
    bench.out(MCR, OUT2).out(IER, 0x01).out(FCR, 0x81);
    // 10 bits a character at 115,200 bits a second.
    const four = Math.floor((40 * 1e9) / 115_200);
    bench.text('ab');
    bench.pass(four - 1);
    assert.equal(bench.irq, false);
    bench.text('c');
    bench.pass(four - 1);
    assert.equal(bench.irq, false, 'a new character');
    bench.pass(1);
    assert.equal(bench.irq, true);
    assert.equal(bench.in(IIR), 0xcc);
    assert.equal(bench.in(RBR), 0x61);
    assert.equal(bench.in(IIR), 0xc1, 'reading clears it');
    bench.pass(four);
    assert.equal(bench.in(IIR), 0xcc);
    assert.equal(bench.readAll(2), 'bc');
    assert.equal(bench.irq, false);
    assert.equal(bench.clock.next(), Infinity, 'an empty FIFO has no timeout');
  });

  const formats: [lcr: number, divisor: number, halfBits: number][] = [
    [0x00, 12, 14],
    [0x04, 12, 15],
    [0x03, 12, 20],
    [0x07, 12, 22],
    [0x1b, 12, 22],
    [0x0f, 96, 24],
    [0x0e, 0xffff, 22],
    [0x03, 0, 20],
  ];
  for (const [lcr, divisor, halfBits] of formats) {
    it(`takes ${halfBits / 2} bits for a character with LCR ${lcr.toString(16)}h, divisor ${divisor}`, () => {
      const bench = new Bench()
        .out(LCR, 0x80)
        .out(DLL, divisor & 0xff)
        .out(DLM, divisor >> 8)
        .out(LCR, lcr);
      bench.out(FCR, 0x41).text('x');
      const bits = 4n * BigInt(halfBits);
      assert.equal(BigInt(bench.clock.next()), (bits * BigInt(divisor || 1) * 1_000_000_000n) / (2n * 115_200n));
    });
  }

  it('has no timeout without FIFOs', () => {
    const bench = new Bench().out(IER, 0x01);
    bench.text('a');
    assert.equal(bench.clock.next(), Infinity);
    assert.equal(bench.in(IIR), 0x04);
  });

  it('forgets the timeout with the characters', () => {
    for (const fcr of [0x43, 0x00]) {
      const bench = new Bench().out(IER, 0x01).out(FCR, 0x41);
      bench.text('a');
      bench.pass(1e8);
      assert.equal(bench.in(IIR), 0xcc);
      bench.out(FCR, fcr);
      assert.equal(bench.in(IIR) & 0x0f, 0x01);
      bench.out(FCR, 0x41).text('a');
      bench.out(FCR, fcr);
      assert.equal(bench.clock.next(), Infinity);
    }
  });

  it('drops what the FIFO holds when it is cleared, switched on or off, and the far end goes on', () => {
    const bench = new Bench().out(FCR, 0x01);
    bench.text('0123456789abcdefXYZ');
    bench.out(FCR, 0x03);
    assert.equal(bench.readAll(3), 'XYZ');
    assert.equal(bench.in(LSR), 0x60);
    bench.text('PQ');
    bench.out(FCR, 0x00);
    assert.equal(bench.in(LSR), 0x60);
    bench.text('RS');
    bench.out(FCR, 0x01);
    assert.equal(bench.in(RBR), 0x53, 'R was in the holding register');
    bench.text('T');
    bench.out(FCR, 0x41);
    assert.equal(bench.in(RBR), 0x54, 'a new trigger level clears nothing');
  });
});

describe('Uart16550 line status', () => {
  it('interrupts for a break that comes to an empty receiver', () => {
    const bench = new Bench().out(IER, 0x04).out(MCR, OUT2);
    bench.uart.inputBreak();
    assert.equal(bench.irq, true);
  });

  it('shows a break with its zero character when that comes to the top of the FIFO', () => {
    const bench = new Bench().out(FCR, 0x01).out(IER, 0x04).out(MCR, OUT2);
    bench.text('a');
    bench.uart.inputBreak();
    bench.text('b');
    assert.equal(bench.in(LSR), 0xe1, 'somewhere in the FIFO');
    assert.equal(bench.irq, false);
    assert.equal(bench.in(RBR), 0x61);
    assert.equal(bench.irq, true);
    assert.equal(bench.in(IIR), 0xc6);
    assert.equal(bench.in(LSR), 0xf1);
    assert.equal(bench.irq, false);
    assert.equal(bench.in(LSR), 0x61, 'reading clears it');
    assert.equal(bench.in(RBR), 0x00);
    assert.equal(bench.in(RBR), 0x62);
  });

  it('without FIFOs shows a break at once, and bit 7 never', () => {
    const bench = new Bench();
    bench.uart.inputBreak();
    assert.equal(bench.in(LSR), 0x71);
    assert.equal(bench.in(LSR), 0x61);
  });

  it('overruns in loopback: a full FIFO keeps its characters', () => {
    const bench = new Bench().out(LCR, 0x03).out(FCR, 0x01).out(MCR, LOOP);
    for (let i = 0; i < 18; i++) bench.out(THR, 0x30 + i);
    assert.equal(bench.in(LSR), 0x63);
    assert.equal(bench.in(LSR), 0x61);
    assert.equal(bench.readAll(16), '0123456789:;<=>?');
    assert.equal(bench.in(LSR), 0x60);
  });

  it('overruns in loopback without FIFOs: the new character takes the place of the old', () => {
    const bench = new Bench().out(LCR, 0x03).out(MCR, LOOP).out(THR, 0x41, 0x42);
    assert.equal(bench.in(LSR), 0x63);
    assert.equal(bench.in(RBR), 0x42);
    assert.equal(bench.in(LSR), 0x60);
  });
});

describe('Uart16550 modem and loopback', () => {
  it('loops the transmitter to the receiver, word length applied, and sends nothing out', () => {
    const bench = new Bench().out(LCR, 0x03).out(MCR, LOOP);
    bench.out(THR, 0xae);
    assert.equal(bench.in(RBR), 0xae);
    bench.out(LCR, 0x01).out(THR, 0xae);
    assert.equal(bench.in(RBR), 0x2e);
    assert.deepEqual(bench.sent, []);
  });

  it('disconnects the line: input waits until loopback ends', () => {
    const bench = new Bench().out(MCR, LOOP);
    bench.text('a');
    assert.equal(bench.in(LSR), 0x60);
    bench.out(MCR, 0);
    assert.equal(bench.in(LSR), 0x61);
    assert.equal(bench.in(RBR), 0x61);
  });

  for (const [mcr, msr] of [
    [0x01, 0x20],
    [0x02, 0x10],
    [0x04, 0x40],
    [0x08, 0x80],
    [0x0f, 0xf0],
  ] as const) {
    it(`wires the modem outputs ${mcr.toString(16)}h to the inputs ${msr.toString(16)}h`, () => {
      const bench = new Bench().out(MCR, LOOP);
      bench.in(MSR);
      bench.out(MCR, LOOP | mcr);
      assert.equal(bench.in(MSR) & 0xf0, msr);
    });
  }

  it('sets the delta bits on change, TERI at the trailing edge of RI, and clears them when MSR is read', () => {
    const bench = new Bench().out(MCR, LOOP);
    assert.equal(bench.in(MSR), 0x0b, 'CTS, DSR and DCD have gone');
    assert.equal(bench.in(MSR), 0x00);
    assert.equal(bench.out(MCR, LOOP | 0x04).in(MSR), 0x40, 'RI comes: no TERI');
    assert.equal(bench.out(MCR, LOOP).in(MSR), 0x04, 'RI goes');
    bench.out(MCR, LOOP | 0x02);
    bench.out(MCR, LOOP);
    assert.equal(bench.in(MSR), 0x01, 'there and back is a change');
  });

  it('has the modem status as the last of the interrupts', () => {
    const bench = new Bench().out(IER, 0x0f).out(MCR, LOOP);
    assert.equal(bench.in(IIR), 0x02);
    assert.equal(bench.in(IIR), 0x00);
    bench.in(MSR);
    assert.equal(bench.in(IIR), 0x01);
  });

  it('passes the interrupt out only with OUT2, and not in loopback', () => {
    const bench = new Bench().out(IER, 0x02);
    assert.equal(bench.irq, false);
    bench.out(MCR, OUT2);
    assert.equal(bench.irq, true);
    bench.out(MCR, OUT2 | LOOP);
    assert.equal(bench.irq, false);
    bench.out(MCR, OUT2);
    assert.equal(bench.irq, true);
    bench.out(MCR, 0);
    assert.equal(bench.irq, false);
  });
});

describe('Uart16550 interrupts', () => {
  it('are shown one after another in the order of their priority', () => {
    const bench = new Bench().out(LCR, 0x03).out(IER, 0x0f).out(FCR, 0x01).out(MCR, LOOP);
    for (let i = 0; i < 17; i++) bench.out(THR, i);
    assert.equal(bench.in(IIR), 0xc6);
    bench.in(LSR);
    assert.equal(bench.in(IIR), 0xc4);
    bench.out(FCR, 0x03);
    assert.equal(bench.in(IIR), 0xc2);
    assert.equal(bench.in(IIR), 0xc0);
    bench.in(MSR);
    assert.equal(bench.in(IIR), 0xc1);
  });

  it('follow IER as a plain function of what is pending', () => {
    for (let ier = 0; ier < 16; ier++) {
      const bench = new Bench().out(MCR, LOOP);
      bench.out(THR, 1, 2);
      bench.out(IER, ier);
      const expected = ier & 4 ? 0x06 : ier & 1 ? 0x04 : ier & 2 ? 0x02 : ier & 8 ? 0x00 : 0x01;
      assert.equal(bench.in(IIR), expected, `IER ${ier}`);
    }
  });
});

describe('Uart16550 reset and state', () => {
  it('master reset leaves the divisor, the scratch register and the far end', () => {
    const bench = new Bench()
      .out(LCR, 0x80)
      .out(DLL, 7)
      .out(LCR, 0x03)
      .out(SCR, 0x5a)
      .out(MCR, OUT2)
      .out(IER, 0x01)
      .out(FCR, 0x01);
    bench.text('0123456789abcdefX');
    bench.uart.reset();
    assert.equal(bench.irq, false);
    assert.deepEqual(
      [IER, IIR, LCR, MCR, SCR].map((register) => bench.in(register)),
      [0, 1, 0, 0, 0x5a],
    );
    assert.equal(bench.in(RBR), 0x58);
    assert.equal(bench.out(LCR, 0x80).in(DLL), 7);
    assert.equal(bench.clock.next(), Infinity);
  });

  it('master reset takes back a timeout that is under way', () => {
    const bench = new Bench().out(FCR, 0x41);
    bench.text('a');
    assert.notEqual(bench.clock.next(), Infinity);
    bench.uart.reset();
    assert.equal(bench.clock.next(), Infinity);
  });

  it('keeps in its state what the far end has sent and nobody has read', () => {
    const bench = new Bench().out(FCR, 0x01);
    bench.text('the quick brown fox jumps');
    assert.equal(bench.readAll(4), 'the ');
    const other = new Bench();
    other.uart.loadState(bench.uart.saveState());
    assert.equal(other.readAll(21), 'quick brown fox jumps');
    assert.equal(bench.readAll(21), 'quick brown fox jumps');
  });

  it('holds to its invariants under random use', () => {
    const next = random(16550);
    const below = (n: number): number => Math.floor(n * next());
    const bench = new Bench();
    for (let step = 0; step < 20_000; step++) {
      switch (below(6)) {
        case 0:
          bench.text('input'.slice(0, 1 + below(5)));
          break;
        case 1:
          bench.pass(below(2_000_000));
          break;
        case 2:
          bench.out([THR, FCR, LCR, MCR, IER][below(5)]!, below(256));
          break;
        default:
          bench.in(below(8));
      }
      // The wire is looked at first: reading IIR may clear what it tells of.
      const open = (bench.in(MCR) & (OUT2 | LOOP)) === OUT2;
      const wire = bench.irq;
      const cause = bench.in(IIR) & 0x0f;
      assert.equal(wire, open && cause !== 1, `step ${step}`);
    }
    assert.ok(bench.levels.length > 100);
    bench.levels.forEach((level, index) => assert.equal(level, index % 2 === 0, 'the wire is driven on change only'));
  });
});
