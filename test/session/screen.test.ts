import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Machine } from '../../src/engine/machine/machine';
import { fromBase64 } from '../../src/protocol/codec';
import type { ScreenUpdate } from '../../src/protocol/screen';
import { BareTarget } from '../../src/session/bare-target';
import { characterOf } from '../../src/session/code-page-437';
import { keystrokes } from '../../src/session/keystrokes';
import { Lab } from '../../src/session/lab';
import { openLab } from '../../src/session/launch';
import { Runner } from '../../src/session/runner';
import { Screens, screenText } from '../../src/session/screen';

const MB = 1 << 20;
const SCREEN = readFileSync('samples/first-light/screen.asm');

function bare() {
  const machine = new Machine({ ramSize: MB });
  const { mmio, io, vga } = machine.board;
  const updates: ScreenUpdate[] = [];
  const screens = new Screens(new Lab(new BareTarget(machine)), (update) => updates.push(update));
  const put = (cell: number, character: number, attribute = 0x07): void =>
    mmio.write(0xb8000 + cell * 2, 2, character | (attribute << 8));
  const crtc = (index: number, value: number): void => io.writePort(0x3d4, 2, index | (value << 8));
  return { io, vga, updates, screens, put, crtc };
}

/** What iconv makes of the printable half above 7Fh. */
const UPPER = new TextDecoder('ibm866');

describe('code page 437', () => {
  it('is ASCII from 20h to 7Eh, and one sign a code', () => {
    for (let code = 0x20; code < 0x7f; code++) assert.equal(characterOf(code), String.fromCharCode(code));
    const all = Array.from({ length: 256 }, (_, code) => characterOf(code));
    assert.ok(all.every((sign) => sign.length === 1));
    // three look like nothing: 00h, 20h and FFh
    assert.deepEqual(
      all.flatMap((sign, code) => (sign === ' ' ? [code] : [])),
      [0x00, 0x20, 0xff],
    );
    assert.equal(new Set(all).size, 254);
  });

  it('has its boxes and blocks where code page 866 has them too', () => {
    const codes = Array.from({ length: 0xe0 - 0xb0 }, (_, n) => 0xb0 + n);
    assert.equal(codes.map(characterOf).join(''), UPPER.decode(Uint8Array.from(codes)));
  });

  it('has these at its corners', () => {
    const at = (...codes: number[]) => codes.map(characterOf).join('');
    assert.equal(at(0x01, 0x03, 0x0e, 0x10, 0x18, 0x1f, 0x7f), '☺♥♫►↑▼⌂');
    assert.equal(at(0x80, 0x81, 0x9b, 0x9e, 0x9f, 0xa4, 0xe0, 0xe1, 0xe3, 0xf1, 0xfd, 0xfe), 'Çü¢₧ƒñαßπ±²■');
  });
});

describe('a text screen', () => {
  it('is told when there is text on it, not when it is cleared to whatever colour', () => {
    const { updates, screens, put } = bare();
    screens.look();
    for (let cell = 0; cell < 2000; cell++) put(cell, 0x20, 0x1f);
    screens.look();
    assert.equal(updates.length, 0);
    assert.equal(screens.hasKeyboard, false);
    put(81, 0x03, 0x4e);
    screens.look();
    assert.equal(screens.hasKeyboard, true);
    const [{ whole, guest, name, columns, lines, rows, cursor, blank, blinks }] = updates as [ScreenUpdate];
    assert.deepEqual([whole, guest, name, columns, lines, rows.length], [true, null, null, 80, 25, 25]);
    assert.deepEqual([cursor, blank, blinks], [{ column: 0, row: 0, block: false }, false, true]);
    assert.equal(rows[1]!.text, ` ♥${' '.repeat(78)}`);
    const attributes = fromBase64(rows[1]!.attributes);
    assert.deepEqual([attributes.length, attributes[0], attributes[1], attributes[2]], [80, 0x1f, 0x4e, 0x1f]);
  });

  it('tells rows that have changed, the cursor, and nothing when nothing has', () => {
    const { updates, screens, put, crtc } = bare();
    put(0, 0x41);
    screens.look();
    screens.look();
    assert.equal(updates.length, 1);
    put(0, 0x41);
    put(160, 0x42);
    put(24 * 80, 0x43);
    screens.look();
    assert.deepEqual(
      updates[1]!.rows.map(({ row }) => row),
      [2, 24],
    );
    assert.equal(updates[1]!.whole, false);
    crtc(0x0f, 85);
    screens.look();
    assert.deepEqual([updates[2]!.rows, updates[2]!.cursor], [[], { column: 5, row: 1, block: false }]);
    crtc(0x0a, 0x00);
    screens.look();
    assert.equal(updates[3]!.cursor!.block, true);
    crtc(0x0a, 0x20);
    screens.look();
    assert.equal(updates[4]!.cursor, null);
    assert.equal(updates.length, 5);
  });

  it('tells all when the mode has changed', () => {
    const { updates, screens, put, crtc } = bare();
    put(0, 0x41);
    screens.look();
    crtc(9, 0x47);
    screens.look();
    assert.deepEqual([updates[1]!.whole, updates[1]!.lines, updates[1]!.rows.length], [true, 50, 50]);
  });

  it('is looked at no more than 20 times a second', () => {
    const { updates, screens, put } = bare();
    for (let ms = 0; ms < 1000; ms += 5) {
      put(ms, 0x41);
      screens.glance(ms);
    }
    assert.equal(updates.length, 20);
  });

  it('says no more once it is closed, until somebody opens it', () => {
    const { updates, screens, put } = bare();
    put(0, 0x41);
    screens.look();
    screens.close(null);
    put(1, 0x42);
    screens.look();
    assert.equal(updates.length, 1);
    assert.equal(screens.hasKeyboard, true, 'it may be opened again');
    assert.match(screens.open(null).rows[0]!.text, /^AB/);
    assert.equal(screens.hasKeyboard, true);
    assert.throws(() => screens.open(3), /no screen of guest 3/);
  });

  it('is printed without the blanks behind its rows and below them', () => {
    const { vga, put } = bare();
    assert.equal(screenText(vga.text()), '');
    put(80, 0x48);
    put(82, 0x69);
    assert.equal(screenText(vga.text()), '\nH i\n');
  });
});

describe('a screen’s keyboard', () => {
  const open = async (program: 'bare' | 'guest' | 'guests') => {
    const files = {
      ...(program === 'guests' ? { guests: ['a', 'b'].map((name) => ({ name, program: 's.asm' })) } : {}),
    };
    const mode = program === 'bare' ? ('bare' as const) : ('guest' as const);
    const lab = await openLab({ mode, ...(program === 'guests' ? files : { program: 's.asm' }) }, async () => SCREEN);
    return lab;
  };
  const rest = (lab: Lab): void => {
    for (let n = 0; n < 200; n++) {
      const stop = lab.target.run(lab.machine.clock.now + 1_000_000, 100_000);
      if (stop.kind === 'halted') return;
      assert.equal(stop.kind, 'time');
    }
    assert.fail('it does not come to rest');
  };
  const text = (lab: Lab, index = 0): string => screenText(lab.target.screens[index]!.vga.text());
  const type = (lab: Lab, guest: number | null, words: string): void =>
    lab.target.typeKeys(guest, keystrokes(words).codes);
  const PASTE = 'The quick brown fox jumps over 13 lazy dogs? (YES!) '.repeat(8).trim();

  for (const program of ['bare', 'guest'] as const) {
    it(`is the machine’s that runs, and loses nothing of what is pasted: ${program}`, async () => {
      const lab = await open(program);
      rest(lab);
      assert.match(text(lab), /Text screen at B8000h/);
      type(lab, program === 'bare' ? null : 0, PASTE);
      rest(lab);
      const echoed = text(lab)
        .split('\n')
        .slice(9)
        .map((row, n) => (n === 0 ? row.slice(2) : row).padEnd(n === 0 ? 78 : 80))
        .join('');
      assert.equal(echoed.trimEnd(), PASTE);
      assert.match(text(lab), /Scan code: AA/, 'the shift of the exclamation mark and bracket, let go last');
    });
  }

  it('of two guests each has its own, however their keys are mixed', async () => {
    const lab = await open('guests');
    rest(lab);
    for (const [guest, words] of [
      [0, 'to the first'],
      [1, 'to the second'],
      [0, ', and more'],
    ] as const) {
      type(lab, guest, words);
    }
    rest(lab);
    assert.match(text(lab, 0), /\n {2}to the first, and more\n/);
    assert.match(text(lab, 1), /\n {2}to the second\n/);
    assert.deepEqual(
      lab.target.screens.map(({ guest, name }) => [guest, name]),
      [
        [0, 'a'],
        [1, 'b'],
      ],
    );
  });

  it('keeps a halted machine waiting while somebody sits at it, and only then', async () => {
    for (const hasKeyboard of [undefined, () => true]) {
      const lab = await open('guest');
      const runner = new Runner(lab, { interactive: true, hasKeyboard });
      let asked = false;
      runner.onBreath = () => {
        if (!hasKeyboard || asked || !text(lab).includes('Esc ends')) return;
        asked = true;
        runner.typeKeys(0, keystrokes('ab\x1b').codes);
      };
      assert.equal((await runner.run({ kind: 'continue' })).kind, 'halted');
      assert.equal(/\n {2}ab\n/.test(text(lab)), hasKeyboard !== undefined);
    }
  });
});
