/** A text screen as a terminal of xterm's kind is told to paint it. */
import { fromBase64 } from '../protocol/codec';
import type { ScreenUpdate } from '../protocol/screen';

/** Columns and rows. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const CSI = '\x1b[';
/** Black on nothing: what is shown while the screen is blank. */
const BLACK = 0;
/** Bits of an attribute. */
const FOREGROUND = 0x0f;
const BACKGROUND = 0x70;
const BIT_7 = 0x80;

interface Row {
  readonly text: string;
  readonly attributes: Uint8Array;
}

/**
 * What one screen looks like, and how to bring a terminal there. Colours are the screen's own, in 24 bits: a program chooses foreground
 * and background for each other out of one palette, and with a theme's colours, whose white may be dark, the pairs would be lost.
 */
export class ScreenPainter {
  private frame: ScreenUpdate | undefined;
  private rows: Row[] = [];
  /** The terminal's size; it may be smaller than the screen, and then shows the part where the cursor is. */
  private size: Size | undefined;
  private top = 0;
  private left = 0;

  /** Of the screen; undefined before the first update. */
  get dimensions(): Size | undefined {
    const { frame } = this;
    return frame && { columns: frame.columns, rows: frame.lines };
  }

  /** Everything anew, for a terminal of that size; undefined: it has room for all. */
  resize(size: Size | undefined): string {
    this.size = size;
    return this.frame ? this.everything() : '';
  }

  update(update: ScreenUpdate): string {
    const { frame } = this;
    const before = this.corner;
    this.frame = update;
    if (update.whole) this.rows = [];
    for (const { row, text, attributes } of update.rows) this.rows[row] = { text, attributes: fromBase64(attributes) };
    this.follow(update);
    const same = frame && !update.whole && this.corner === before && looks(frame) === looks(update);
    if (!same) return this.everything();
    return update.rows.map(({ row }) => this.row(row)).join('') + this.cursor();
  }

  /** The picture stays, the cursor goes. */
  freeze(): string {
    return `${CSI}?25l`;
  }

  private get corner(): string {
    return `${this.top},${this.left}`;
  }

  /** Lets the terminal show the part of the screen where the cursor is. */
  private follow({ cursor, lines, columns }: ScreenUpdate): void {
    const rows = Math.min(lines, this.size?.rows ?? lines);
    const width = Math.min(columns, this.size?.columns ?? columns);
    this.top = within(this.top, cursor?.row, rows, lines);
    this.left = within(this.left, cursor?.column, width, columns);
  }

  private everything(): string {
    const { frame } = this;
    if (!frame) return '';
    this.follow(frame);
    const rows = Array.from({ length: frame.lines }, (_, row) => this.row(row)).join('');
    return `${CSI}?7l${CSI}0m${CSI}2J${CSI}3J${rows}${this.cursor()}`;
  }

  private row(row: number): string {
    const { frame, top, left, size } = this;
    const line = row - top;
    if (!frame || line < 0 || line >= (size?.rows ?? frame.lines)) return '';
    const width = Math.min(frame.columns - left, size?.columns ?? frame.columns);
    const { text, attributes } = this.rows[row] ?? { text: '', attributes: new Uint8Array(0) };
    let out = `${CSI}${line + 1};1H`;
    let last = '';
    for (let column = left; column < left + width; column++) {
      const style = this.style(frame, attributes[column] ?? 0);
      if (style !== last) out += style;
      last = style;
      out += frame.blank ? ' ' : (text[column] ?? ' ');
    }
    return `${out}${CSI}0m`;
  }

  private style({ blank, blinks, colours }: ScreenUpdate, attribute: number): string {
    if (blank) return `${CSI}0;48;2;${rgb(BLACK)}m`;
    const upper = blinks ? 0 : attribute & BIT_7;
    const foreground = colours[attribute & FOREGROUND] ?? 0;
    const background = colours[((attribute & BACKGROUND) | upper) >> 4] ?? 0;
    const blink = blinks && (attribute & BIT_7) !== 0 ? ';5' : '';
    return `${CSI}0${blink};38;2;${rgb(foreground)};48;2;${rgb(background)}m`;
  }

  private cursor(): string {
    const { frame, top, left } = this;
    if (!frame?.cursor || frame.blank) return `${CSI}?25l`;
    const { row, column, block } = frame.cursor;
    return `${CSI}${row - top + 1};${column - left + 1}H${CSI}${block ? 1 : 3} q${CSI}?25h`;
  }
}

/** What all rows depend on. */
function looks({ columns, lines, blank, blinks, colours }: ScreenUpdate): string {
  return JSON.stringify([columns, lines, blank, blinks, colours]);
}

/** Where a window of a length begins, moved as little as it takes to show a place. */
function within(start: number, place: number | undefined, length: number, all: number): number {
  const at = place ?? start;
  const moved = at < start ? at : at >= start + length ? at - length + 1 : start;
  return Math.max(0, Math.min(moved, all - length));
}

function rgb(colour: number): string {
  return `${colour >> 16};${(colour >> 8) & 0xff};${colour & 0xff}`;
}
