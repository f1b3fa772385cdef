import assert from 'node:assert/strict';
import { toBase64 } from '../../src/protocol/codec';
import type { ScreenUpdate } from '../../src/protocol/screen';
import { ScreenPainter } from '../../src/vscode/screen-text';

const COLOURS = Array.from({ length: 16 }, (_, n) => n * 0x010203);

function update(
  rows: Readonly<Record<number, readonly [string, number]>>,
  more: Partial<ScreenUpdate> = {},
): ScreenUpdate {
  return {
    guest: null,
    name: null,
    whole: true,
    columns: 8,
    lines: 4,
    rows: Object.entries(rows).map(([row, [text, attribute]]) => ({
      row: Number(row),
      text: text.padEnd(8),
      attributes: toBase64(new Uint8Array(8).fill(attribute)),
    })),
    cursor: { column: 0, row: 0, block: false },
    blank: false,
    blinks: true,
    colours: COLOURS,
    ...more,
  };
}

/** A terminal that knows of ECMA-48 what is used here. */
class Terminal {
  readonly cells = new Map<string, { readonly sign: string; readonly style: string }>();
  cursor: string | undefined;
  shape = '';
  private row = 1;
  private column = 1;
  private style = '0';

  write(text: string): void {
    for (const [, parameters, last, sign] of text.matchAll(/\x1b\[([\d;? ]*)([A-Za-z])|([^\x1b])/gu)) {
      if (sign !== undefined) {
        this.cells.set(`${this.row},${this.column}`, { sign, style: this.style });
        this.column++;
      } else if (last === 'H') [this.row, this.column] = parameters!.split(';').map(Number) as [number, number];
      else if (last === 'm') this.style = parameters!;
      else if (last === 'J') this.cells.clear();
      else if (last === 'q') this.shape = parameters!.trim();
      else if (parameters === '?25') this.cursor = last === 'h' ? `${this.row},${this.column}` : undefined;
    }
  }
  line(row: number): string {
    return Array.from({ length: 12 }, (_, n) => this.cells.get(`${row},${n + 1}`)?.sign ?? '').join('');
  }
  at(row: number, column: number): string | undefined {
    return this.cells.get(`${row},${column}`)?.style;
  }
}

describe('a screen in a terminal', () => {
  it('has every cell in its two colours, and bit 7 as the mode says', () => {
    const terminal = new Terminal();
    const painter = new ScreenPainter();
    terminal.write(painter.update(update({ 0: ['♥ hi', 0x1e], 1: ['blink', 0x87] })));
    assert.deepEqual(painter.dimensions, { columns: 8, rows: 4 });
    assert.equal(terminal.line(1), '♥ hi    ');
    assert.equal(terminal.at(1, 1), '0;38;2;14;28;42;48;2;1;2;3');
    assert.equal(terminal.at(1, 8), '0;38;2;14;28;42;48;2;1;2;3');
    assert.equal(terminal.at(2, 1), '0;5;38;2;7;14;21;48;2;0;0;0');
    assert.equal(terminal.line(3), '        ');
    terminal.write(painter.update(update({}, { whole: false, blinks: false })));
    assert.equal(terminal.at(2, 1), '0;38;2;7;14;21;48;2;8;16;24');
  });

  it('is written again only where it has changed', () => {
    const painter = new ScreenPainter();
    painter.update(update({ 0: ['one', 7], 2: ['three', 7] }));
    const text = painter.update(update({ 2: ['drei', 7] }, { whole: false }));
    const terminal = new Terminal();
    terminal.write(text);
    assert.deepEqual(
      [1, 2, 3, 4].map((row) => terminal.line(row)),
      ['', '', 'drei    ', ''],
    );
    assert.equal(painter.update(update({}, { whole: false })).includes(' '.repeat(4)), false, 'the cursor alone');
  });

  it('has its cursor, in its shape, or none', () => {
    const terminal = new Terminal();
    const painter = new ScreenPainter();
    terminal.write(painter.update(update({}, { cursor: { column: 5, row: 3, block: false } })));
    assert.deepEqual([terminal.cursor, terminal.shape], ['4,6', '3']);
    terminal.write(painter.update(update({}, { whole: false, cursor: { column: 1, row: 0, block: true } })));
    assert.deepEqual([terminal.cursor, terminal.shape], ['1,2', '1']);
    terminal.write(painter.update(update({}, { whole: false, cursor: null })));
    assert.equal(terminal.cursor, undefined);
  });

  it('is black while it is blank, and comes back', () => {
    const terminal = new Terminal();
    const painter = new ScreenPainter();
    terminal.write(painter.update(update({ 0: ['words', 7] })));
    terminal.write(painter.update(update({}, { whole: false, blank: true })));
    assert.deepEqual([terminal.line(1), terminal.at(1, 1), terminal.cursor], ['        ', '0;48;2;0;0;0', undefined]);
    terminal.write(painter.update(update({}, { whole: false })));
    assert.equal(terminal.line(1), 'words   ');
  });

  it('shows the part where the cursor is in a terminal that is too small', () => {
    const painter = new ScreenPainter();
    const rows = { 0: ['first', 7], 1: ['second', 7], 2: ['third', 7], 3: ['fourth', 7] } as const;
    painter.update(update(rows, { cursor: { column: 7, row: 3, block: false } }));
    const terminal = new Terminal();
    terminal.write(painter.resize({ columns: 6, rows: 2 }));
    assert.deepEqual([terminal.line(1), terminal.line(2), terminal.line(3)], ['ird   ', 'urth  ', '']);
    assert.equal(terminal.cursor, '2,6');
    terminal.write(painter.update(update({}, { whole: false, cursor: { column: 2, row: 1, block: false } })));
    assert.deepEqual([terminal.line(1), terminal.line(2)], ['cond  ', 'ird   ']);
    terminal.write(painter.resize({ columns: 80, rows: 24 }));
    assert.deepEqual([terminal.line(1), terminal.line(4)], ['first   ', 'fourth  ']);
    assert.equal(terminal.cursor, '2,3');
  });
});
