import assert from 'node:assert/strict';
import { IoBus, MmioBus } from '../../src/engine/bus/bus';
import { Clock } from '../../src/engine/bus/clock';
import { VGA_TEXT_BASE, VGA_TEXT_BYTES, VgaTextDisplay } from '../../src/engine/devices/vga-text';
import { random } from './random';

function wired() {
  const clock = new Clock();
  const io = new IoBus();
  const mmio = new MmioBus();
  const vga = new VgaTextDisplay({ time: clock });
  io.attach(vga);
  mmio.attach(vga, { base: VGA_TEXT_BASE, length: VGA_TEXT_BYTES });
  const crtc = (index: number, value: number): void => io.writePort(0x3d4, 2, index | (value << 8));
  const line = (row: number): string => {
    const { cells, columns } = vga.text();
    return String.fromCharCode(
      ...[...cells.subarray(row * columns, (row + 1) * columns)].map((c) => c & 0xff),
    ).trimEnd();
  };
  const print = (cell: number, text: string, attribute = 0x07): void =>
    [...text].forEach((c, n) => mmio.write(0xb8000 + (cell + n) * 2, 2, c.charCodeAt(0) | (attribute << 8)));
  return { clock, io, mmio, vga, crtc, line, print };
}

describe('VgaTextDisplay', () => {
  it('starts as 80 × 25 blanks with the cursor at the top', () => {
    const { vga } = wired();
    const { columns, rows, cells, cursor } = vga.text();
    assert.deepEqual([columns, rows, cells.length], [80, 25, 2000]);
    assert.ok(cells.every((cell) => cell === 0x0720));
    assert.deepEqual(cursor, { column: 0, row: 0 });
  });

  it('shows what is written, at every width, and reads it back', () => {
    const { mmio, vga, print, line } = wired();
    print(80, 'hello', 0x1e);
    assert.equal(line(1), 'hello');
    assert.equal(vga.text().cells[80], 0x1e68);
    mmio.write(0xb8000, 4, 0x4f424f41);
    mmio.write(0xb8004, 1, 0x43);
    assert.equal(line(0), 'ABC');
    assert.equal(mmio.read(0xb80a0, 4), 0x1e651e68);
    assert.equal(mmio.read(0xbffff, 1), 0x07);
  });

  it('scrolls by the start address, around the end of its memory', () => {
    const { crtc, line, print } = wired();
    print(0, 'first');
    print(80, 'second');
    crtc(0x0d, 80);
    assert.equal(line(0), 'second');
    crtc(0x0c, 0x3f);
    crtc(0x0d, 0xb0);
    assert.equal(line(1), 'first');
  });

  it('shows the cursor where the registers say, or not', () => {
    const { vga, crtc } = wired();
    crtc(0x0e, 0x07);
    crtc(0x0f, 0xcf);
    assert.deepEqual(vga.text().cursor, { column: 79, row: 24 });
    crtc(0x0a, 0x2d);
    assert.equal(vga.text().cursor, undefined);
    crtc(0x0a, 0x0d);
    crtc(0x0e, 0x08);
    assert.equal(vga.text().cursor, undefined, 'below the screen');
  });

  it('shows 50 lines of 8 pixels', () => {
    const { vga, crtc } = wired();
    crtc(9, 0x47);
    assert.equal(vga.text().rows, 50);
  });

  it('protects the timing when told to', () => {
    const { io, crtc } = wired();
    const read = (index: number): number => {
      io.writePort(0x3d4, 1, index);
      return io.readPort(0x3d5, 1);
    };
    assert.equal(read(0x11) & 0x80, 0x80);
    crtc(1, 0x27);
    crtc(7, 0x00);
    assert.deepEqual([read(1), read(7)], [0x4f, 0x0f]);
    crtc(0x11, 0x0e);
    crtc(1, 0x27);
    assert.equal(read(1), 0x27);
    assert.equal(read(0x40), 0);
  });

  it('keeps attribute, sequencer, graphics and colour registers', () => {
    const { io } = wired();
    io.readPort(0x3da, 1);
    for (const value of [0x11, 0x3f, 0x00, 0x2a]) io.writePort(0x3c0, 1, value);
    io.writePort(0x3c0, 1, 0x11);
    assert.equal(io.readPort(0x3c1, 1), 0x3f);
    io.readPort(0x3da, 1);
    io.writePort(0x3c0, 1, 0x20);
    assert.equal(io.readPort(0x3c0, 1), 0x20);
    assert.equal(io.readPort(0x3c1, 1), 0x2a);
    for (const [index, data] of [
      [0x3c4, 0x3c5],
      [0x3ce, 0x3cf],
    ] as const) {
      io.writePort(index, 2, 0x5a02);
      assert.equal(io.readPort(index, 1), 2);
      assert.equal(io.readPort(data, 1), 0x5a);
      io.writePort(index, 2, 0x5aff);
      assert.equal(io.readPort(data, 1), 0);
    }
    io.writePort(0x3c8, 1, 7);
    for (const part of [1, 2, 0xff]) io.writePort(0x3c9, 1, part);
    io.writePort(0x3c7, 1, 7);
    assert.deepEqual(
      [1, 2, 3].map(() => io.readPort(0x3c9, 1)),
      [1, 2, 0x3f],
    );
    assert.equal(io.readPort(0x3c8, 1), 8);
    io.writePort(0x3c2, 1, 0x63);
    assert.equal(io.readPort(0x3cc, 1), 0x63);
  });

  it('has retraces seventy times a second, and blanks at each line’s end', () => {
    const { clock, io } = wired();
    let retraces = 0;
    let blank = 0;
    let last = false;
    const step = 10_000;
    for (let time = 0; time < 1_000_000_000; time += step) {
      clock.advanceTo(time);
      const status = io.readPort(0x3da, 1);
      const retrace = (status & 8) !== 0;
      if (retrace && !last) retraces++;
      if (retrace) assert.equal(status & 1, 1);
      if (status & 1) blank++;
      last = retrace;
    }
    assert.equal(retraces, 70);
    const share = blank / (1_000_000_000 / step);
    assert.ok(Math.abs(share - (1 - (400 * 720) / (449 * 900))) < 0.02, String(share));
  });

  it('bears any access', () => {
    const { io, mmio, vga } = wired();
    const next = random(4);
    const below = (n: number): number => Math.floor(n * next());
    for (let n = 0; n < 20_000; n++) {
      const size = ([1, 2, 4] as const)[below(3)]!;
      const port = 0x3be + below(32);
      if (below(3)) io.writePort(port, size, below(2 ** 32));
      else assert.ok(io.readPort(port, size) < 2 ** 32);
      mmio.write(0xb7ffe + below(0x8004), size, below(2 ** 32));
      if (n % 100 === 0) {
        const { columns, rows, cells } = vga.text();
        assert.equal(cells.length, columns * rows);
        vga.loadState(structuredClone(vga.saveState()));
      }
    }
  });

  it('tells how the cursor looks, whether bit 7 blinks, and when nothing is shown', () => {
    const { io, vga, crtc } = wired();
    assert.deepEqual(vga.text().cursorLines, { first: 13, last: 14, of: 16 });
    crtc(0x0a, 0x40);
    crtc(0x0b, 0x6f);
    assert.deepEqual(vga.text().cursorLines, { first: 0, last: 15, of: 16 });
    const attribute = (index: number, value: number): void => {
      io.readPort(0x3da, 1);
      io.writePort(0x3c0, 1, index);
      io.writePort(0x3c0, 1, value);
    };
    assert.deepEqual([vga.text().blinks, vga.text().blank], [true, false]);
    attribute(0x30, 0x04);
    assert.equal(vga.text().blinks, false);
    attribute(0x10, 0x0c);
    assert.equal(vga.text().blank, true, 'the palette is the processor’s');
    attribute(0x30, 0x0c);
    assert.deepEqual([vga.text().blinks, vga.text().blank], [true, false]);
    io.writePort(0x3c4, 2, 0x2001);
    assert.equal(vga.text().blank, true, 'switched off');
    io.writePort(0x3c4, 2, 0x0001);
    io.writePort(0x3ce, 2, 0x0506);
    assert.equal(vga.text().blank, true, 'graphics');
  });

  it('shows the sixteen colours of a PC, and those a program makes', () => {
    const { io, vga } = wired();
    // as Linux gives a console them: drivers/tty/vt/vt.c, default_red, default_grn, default_blu, in the order of a VGA
    const hex = ['000000', '0000aa', '00aa00', '00aaaa', 'aa0000', 'aa00aa', 'aa5500', 'aaaaaa'].concat([
      '555555',
      '5555ff',
      '55ff55',
      '55ffff',
      'ff5555',
      'ff55ff',
      'ffff55',
      'ffffff',
    ]);
    const colours = () => vga.text().colours.map((colour) => colour.toString(16).padStart(6, '0'));
    assert.deepEqual(colours(), hex);
    // the entry of the colour table behind the palette's entry for light grey
    io.writePort(0x3c8, 1, 0x07);
    for (const part of [0x3f, 0x20, 0x00]) io.writePort(0x3c9, 1, part);
    assert.equal(colours()[7], 'ff8200');
    io.readPort(0x3da, 1);
    io.writePort(0x3c0, 1, 0x21);
    io.writePort(0x3c0, 1, 0x07);
    assert.equal(colours()[1], 'ff8200', 'by the palette');
  });
});
