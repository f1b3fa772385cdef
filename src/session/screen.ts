/** Text screens as one looks at them: rows of characters and attributes, and what has changed since the last look. */
import type { VgaText } from '../engine/devices/vga-text';
import { ProtocolError } from '../protocol/check';
import type { ScreenRow, ScreenUpdate } from '../protocol/screen';
import { toBase64 } from '../protocol/codec';
import { characterOf } from './code-page-437';
import type { Lab } from './lab';
import type { ScreenDevice } from './target';

/** Least milliseconds between two looks: at most 20 a second. */
const LOOK_MS = 50;

/** The characters of a row. */
export function rowText({ columns, cells }: VgaText, row: number): string {
  let text = '';
  for (let n = row * columns; n < (row + 1) * columns; n++) text += characterOf(cells[n]!);
  return text;
}

/** All that is to be read: a line a row, without blanks at the ends of rows and without empty rows at the end. */
export function screenText(screen: VgaText): string {
  if (screen.blank) return '';
  const rows = Array.from({ length: screen.rows }, (_, row) => `${rowText(screen, row).trimEnd()}\n`);
  return rows.join('').replace(/\n+$/, '\n').replace(/^\n$/, '');
}

function attributesOf({ columns, cells }: VgaText, row: number): Uint8Array {
  return Uint8Array.from(cells.subarray(row * columns, (row + 1) * columns), (cell) => cell >> 8);
}

/** Something stands there to be read: not only blanks, of whatever colour. */
export function hasText({ cells, blank }: VgaText): boolean {
  return !blank && cells.some((cell) => characterOf(cell) !== ' ');
}

/** All of it, as it is told. */
export function wholeScreen({ guest, name }: ScreenDevice, screen: VgaText): ScreenUpdate {
  return { ...frameOf(screen), guest, name, whole: true, rows: rowsOf(screen, () => true) };
}

/** What is not of a row. */
function frameOf(screen: VgaText): Omit<ScreenUpdate, 'guest' | 'name' | 'whole' | 'rows'> {
  const { columns, rows, cursor, cursorLines, blank, blinks, colours } = screen;
  const { first, last, of } = cursorLines;
  return {
    columns,
    lines: rows,
    cursor: cursor && first <= last ? { ...cursor, block: 2 * (Math.min(last, of - 1) - first + 1) >= of } : null,
    blank,
    blinks,
    colours,
  };
}

function rowsOf(screen: VgaText, isWanted: (row: number) => boolean): ScreenRow[] {
  const rows: ScreenRow[] = [];
  for (let row = 0; row < screen.rows; row++) {
    if (!isWanted(row)) continue;
    rows.push({ row, text: rowText(screen, row), attributes: toBase64(attributesOf(screen, row)) });
  }
  return rows;
}

/** What has changed between two looks; undefined if nothing has. */
export function changes(device: ScreenDevice, before: VgaText, now: VgaText): ScreenUpdate | undefined {
  if (before.columns !== now.columns || before.rows !== now.rows) return wholeScreen(device, now);
  const { columns } = now;
  const differs = (row: number): boolean => {
    for (let n = row * columns; n < (row + 1) * columns; n++) if (before.cells[n] !== now.cells[n]) return true;
    return false;
  };
  const frame = frameOf(now);
  const rows = rowsOf(now, differs);
  if (rows.length === 0 && JSON.stringify(frame) === JSON.stringify(frameOf(before))) return undefined;
  return { ...frame, guest: device.guest, name: device.name, whole: false, rows };
}

/**
 * The screens of a lab and who looks at them: nobody, until a program shows text or somebody asks. Then what changes is told, at most 20
 * times a second. The devices know nothing of it.
 */
export class Screens {
  /** What was told last, by position in the target's list; the key is there while somebody looks. */
  private readonly told = new Map<number, VgaText>();
  /** Nobody wants to see these again unasked. */
  private readonly closed = new Set<number>();
  private last = -Infinity;
  private seen = false;

  constructor(
    private readonly lab: Lab,
    private readonly tell: (update: ScreenUpdate) => void,
  ) {}

  /** Somebody has looked, so somebody may press keys; who has closed a screen may open it again. */
  get hasKeyboard(): boolean {
    return this.seen;
  }

  /** Looks, but not too often; `now` in milliseconds. */
  glance(now: number): void {
    if (now - this.last < LOOK_MS) return;
    this.last = now;
    this.look();
  }

  look(): void {
    this.lab.target.screens.forEach((device, index) => {
      const before = this.told.get(index);
      if (!before && this.closed.has(index)) return;
      const now = device.vga.text();
      if (!before && !hasText(now)) return;
      const update = before ? changes(device, before, now) : wholeScreen(device, now);
      if (!update) return;
      this.remember(index, now);
      this.tell(update);
    });
  }

  /** Somebody begins to look: all of it. */
  open(guest: number | null): ScreenUpdate {
    const { index, device } = this.find(guest);
    const now = device.vga.text();
    this.closed.delete(index);
    this.remember(index, now);
    return wholeScreen(device, now);
  }

  close(guest: number | null): void {
    const { index } = this.find(guest);
    this.told.delete(index);
    this.closed.add(index);
  }

  /** Looks where another has looked: after a restart. */
  follow(other: Screens): void {
    const { screens } = this.lab.target;
    for (const index of other.closed) this.closed.add(index);
    this.seen = other.seen;
    for (const index of other.told.keys()) {
      const device = screens[index];
      if (device) this.tell(this.open(device.guest));
    }
  }

  private remember(index: number, screen: VgaText): void {
    this.told.set(index, screen);
    this.seen = true;
  }

  /** Throws ProtocolError if there is no such screen. */
  check(guest: number | null): void {
    this.find(guest);
  }

  private find(guest: number | null): { readonly index: number; readonly device: ScreenDevice } {
    const { screens } = this.lab.target;
    const index = screens.findIndex((device) => device.guest === guest);
    const device = screens[index];
    if (!device)
      throw new ProtocolError(
        guest === null ? 'only guests have screens here' : `there is no screen of guest ${guest}`,
      );
    return { index, device };
  }
}
