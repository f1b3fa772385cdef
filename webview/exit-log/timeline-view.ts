/** Above the list: the whole run with its brush, and lanes that show what the list shows. */
import type { ExitCountsAnswer, Range } from '../../src/protocol/exit-log';
import type { GuestIdentity } from '../../src/protocol/state';
import { iconButton } from '../shared/controls';
import { h } from '../shared/dom';
import { laneWindow } from './lanes';
import { LanesView } from './lanes-view';
import type { LanesEars } from './lanes-view';
import type { ExitRow } from '../shared/exit-row';
import type { Rows } from './rows';
import { RunView } from './run-view';
import type { TimeRange } from './run-view';

/** Exits the lanes can show. */
const SPANS = [12, 24, 50, 100, 200, 400] as const;

export interface TimelineSource {
  /** First and last row in sight. */
  readonly seen: () => readonly [ExitRow, ExitRow] | undefined;
  readonly selected: () => ExitRow | undefined;
  /** Rows without a filter. */
  readonly rows: () => Rows;
  /** Whether an exit is in the list. */
  readonly passes: (number: number) => boolean;
}

export interface TimelineEars extends LanesEars {
  readonly brushed: (range: TimeRange | undefined) => void;
  /** The lanes show so many exits now. */
  readonly zoomed: (span: number) => void;
}

export class TimelineView {
  private readonly run: RunView;
  private readonly lanes: LanesView;
  private readonly nearer = iconButton('zoom-in', 'Fewer exits in the lanes (+)', () => this.zoom(true));
  private readonly farther = iconButton('zoom-out', 'More exits in the lanes (−)', () => this.zoom(false));
  readonly element: HTMLElement;
  readonly tools = [this.farther, this.nearer];
  private guests: readonly GuestIdentity[] = [];
  private total = 0;
  private frame = 0;

  constructor(
    private readonly source: TimelineSource,
    private readonly ears: TimelineEars,
    private span: number,
  ) {
    this.run = new RunView((range) => ears.brushed(range));
    this.lanes = new LanesView(ears);
    const name = h('span', { class: 'lane-name dim only-w' }, 'exits, whole run');
    this.element = h(
      'section',
      { class: 'tl' },
      h('div', { class: 'lane' }, name, this.run.element),
      this.lanes.element,
    );
    this.showZoom();
  }

  show(counts: ExitCountsAnswer, kept: Range | undefined): void {
    this.guests = counts.guests.filter(({ count }) => count > 0).map(({ guest }) => guest);
    this.total = counts.total;
    this.run.show(counts);
    this.run.showRange(kept && { from: kept.least ?? 0, to: kept.most ?? counts.time });
    this.draw();
  }

  light(number: number | undefined): void {
    this.lanes.light(number);
  }

  zoom(nearer: boolean): void {
    const at = SPANS.findIndex((span) => span >= this.span);
    const next = SPANS[(at < 0 ? SPANS.length - 1 : at) + (nearer ? -1 : 1)];
    if (next === undefined) return;
    this.span = next;
    this.ears.zoomed(next);
    this.showZoom();
    this.draw();
  }

  private showZoom(): void {
    this.nearer.disabled = this.span <= (SPANS[0] ?? 0);
    this.farther.disabled = this.span >= (SPANS.at(-1) ?? 0);
  }

  /** Draws the lanes anew at the next frame, once. */
  draw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  private paint(): void {
    const seen = this.source.seen();
    if (!seen) return;
    const rows = this.source.rows();
    const { first, last } = this.window(seen);
    const from = first - rows.oldestNumber;
    const to = last - rows.oldestNumber + 1;
    rows.want(from, to);
    const here: ExitRow[] = [];
    for (let index = from; index < to; index++) {
      const row = rows.at(index);
      if (!row) return; // it is asked for: what is drawn stays meanwhile
      here.push(row);
    }
    const selected = this.source.selected()?.number;
    this.lanes.show({
      window: laneWindow(here),
      guests: this.guests,
      passes: this.source.passes,
      selected,
      newest: last === this.total,
    });
    const [start] = here;
    const end = here.at(-1);
    this.run.showSeen(start && end && { from: start.time, to: end.time });
  }

  /** Numbers of the exits to show: up to the last in sight, or about the selected one where that is not among them. */
  private window([, bottom]: readonly [ExitRow, ExitRow]): { readonly first: number; readonly last: number } {
    const { oldestNumber, length } = this.source.rows();
    const newest = oldestNumber + length - 1;
    const selected = this.source.selected()?.number;
    let last = bottom.number;
    if (selected !== undefined && (selected > last || selected <= last - this.span)) {
      last = selected + Math.floor(this.span / 2);
    }
    last = Math.min(last, newest);
    return { first: Math.max(oldestNumber, last - this.span + 1), last };
  }
}
