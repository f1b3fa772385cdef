/** The whole run in one strip: columns of exits by class, a brush that keeps a stretch of it, and where the lanes below look. */
import type { ExitCountsAnswer } from '../../src/protocol/exit-log';
import { EXIT_CLASSES } from '../../src/protocol/exit-log';
import { h, s } from '../shared/dom';
import { classTint } from '../shared/views';
import { columnPaths, stretchWords, thinned } from './histogram';
import type { Bins } from './histogram';

const HEIGHT = 36;
/** Pixels a pointer may tremble in a click. */
const STILL = 3;

/** Times in instructions. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

export class RunView {
  private readonly columns = s('svg', { class: 'cols', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  private readonly gone = s('rect', { class: 'gone', height: '100%' });
  private readonly seen = s('rect', { class: 'seen', height: '100%' });
  private readonly chosen = s('rect', { class: 'brush', height: '100%' });
  private readonly hits = s('g');
  private readonly over = s(
    'svg',
    { class: 'over', 'aria-hidden': 'true' },
    this.gone,
    this.hits,
    this.seen,
    this.chosen,
  );
  readonly element = h(
    'div',
    {
      class: 'run',
      tabindex: 0,
      role: 'slider',
      'aria-label': 'Stretch of the run',
      'aria-valuemin': 0,
    },
    this.columns,
    this.over,
  );
  private bins: Bins = { width: 1, bins: [] };
  private range: TimeRange | undefined;
  /** Column at which the pointer went down. */
  private anchor: { readonly column: number; readonly x: number } | undefined;

  /** `brushed`: a stretch is to be kept, or none. */
  constructor(private readonly brushed: (range: TimeRange | undefined) => void) {
    const { element } = this;
    element.addEventListener('pointerdown', (event) => this.down(event));
    element.addEventListener('pointermove', (event) => this.move(event));
    element.addEventListener('pointerup', (event) => this.up(event));
    element.addEventListener('pointercancel', () => this.forgetDrag());
    element.addEventListener('keydown', (event) => this.key(event));
  }

  show({ histogram, oldest }: ExitCountsAnswer): void {
    this.bins = thinned(histogram);
    const { bins } = this.bins;
    this.columns.setAttribute('viewBox', `0 0 ${Math.max(1, bins.length)} ${HEIGHT}`);
    this.columns.replaceChildren(
      ...columnPaths(this.bins, HEIGHT).map((d, index) => {
        const kind = EXIT_CLASSES[index] ?? 'fault';
        return s('path', { class: classTint(kind), d });
      }),
    );
    this.hits.replaceChildren(
      ...bins.map((_bin, n) =>
        s('rect', {
          class: 'hit',
          x: percent(n, bins.length),
          width: percent(1, bins.length),
          height: '100%',
          'data-tip': stretchWords(this.bins, n, n + 1),
        }),
      ),
    );
    place(this.gone, oldest && oldest.number > 1 ? { from: 0, to: oldest.time } : undefined, this.whole);
    this.element.setAttribute('aria-valuemax', String(Math.max(0, bins.length - 1)));
    this.showRange(this.range);
  }

  /** The stretch that is kept. */
  showRange(range: TimeRange | undefined): void {
    this.range = range;
    place(this.chosen, range, this.whole);
    const { from, to } = this.columnsOf(range ?? { from: 0, to: this.whole });
    this.element.setAttribute('aria-valuenow', String(from));
    const words = stretchWords(this.bins, from, to).split('\n')[0] ?? '';
    this.element.setAttribute('aria-valuetext', range ? words : `the whole run, ${words}`);
  }

  /** Where the lanes look. */
  showSeen(range: TimeRange | undefined): void {
    place(this.seen, range, this.whole);
  }

  /** Instructions from the left edge to the right one. */
  private get whole(): number {
    return this.bins.width * this.bins.bins.length;
  }

  private columnAt(event: PointerEvent): number {
    const { left, width } = this.element.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / width) * this.bins.bins.length);
    return Math.min(Math.max(column, 0), this.bins.bins.length - 1);
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || this.bins.bins.length === 0) return;
    this.anchor = { column: this.columnAt(event), x: event.clientX };
    this.element.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    if (this.anchor) place(this.chosen, this.dragged(event), this.whole);
  }

  private up(event: PointerEvent): void {
    const { anchor } = this;
    if (!anchor) return;
    const dragged = this.dragged(event);
    this.anchor = undefined;
    const click = Math.abs(event.clientX - anchor.x) <= STILL;
    // a click where there is a brush already puts it away
    this.brushed(click && this.range ? undefined : dragged);
  }

  private forgetDrag(): void {
    this.anchor = undefined;
    this.showRange(this.range);
  }

  private dragged(event: PointerEvent): TimeRange {
    const here = this.columnAt(event);
    const start = this.anchor?.column ?? here;
    return this.timesOf(Math.min(start, here), Math.max(start, here) + 1);
  }

  private timesOf(from: number, to: number): TimeRange {
    return { from: from * this.bins.width, to: to * this.bins.width - 1 };
  }

  private columnsOf({ from, to }: TimeRange): TimeRange {
    const { width, bins } = this.bins;
    const last = Math.max(1, bins.length);
    const first = Math.min(Math.floor(from / width), last - 1);
    return { from: first, to: Math.min(Math.max(Math.ceil(to / width), first + 1), last) };
  }

  /** Arrows move the stretch, with Shift its end; Home and End; Escape puts it away. */
  private key(event: KeyboardEvent): void {
    const { length } = this.bins.bins;
    if (event.ctrlKey || event.altKey || event.metaKey || length === 0) return;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageUp: -10,
      PageDown: 10,
      Home: -length,
      End: length,
    };
    const step = steps[event.key];
    if (event.key === 'Escape' && this.range) this.brushed(undefined);
    else if (step === undefined) return;
    else if (!this.range) this.brushed(step < 0 ? this.timesOf(length - 1, length) : this.timesOf(0, 1));
    else {
      const { from, to } = this.columnsOf(this.range);
      if (event.shiftKey) this.brushed(this.timesOf(from, Math.min(Math.max(to + step, from + 1), length)));
      else {
        const moved = Math.min(Math.max(from + step, 0), length - (to - from));
        this.brushed(this.timesOf(moved, moved + to - from));
      }
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(3)}%`;
}

/** Puts a box where a range is; out of the way where there is none. */
function place(box: SVGRectElement, range: TimeRange | undefined, whole: number): void {
  if (!range || whole === 0) {
    box.setAttribute('visibility', 'hidden');
    return;
  }
  const to = Math.min(range.to, whole);
  const from = Math.min(range.from, to);
  box.setAttribute('x', percent(from, whole));
  box.setAttribute('width', percent(Math.max(to - from, whole / 400), whole));
  box.setAttribute('visibility', 'visible');
}
