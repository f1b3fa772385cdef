/** The list: rows exist only where one looks, whatever their number. Position is kept in the list's own pixels. */
import type { GuestIdentity } from '../../src/protocol/state';
import { h } from '../shared/dom';
import { exitDetail } from '../shared/exit-decode';
import { exitClass, exitCodeText, exitFullName, exitShortName } from '../shared/exit-names';
import { count, time } from '../shared/numbers';
import { phraseText } from '../shared/phrase';
import { classMark, mono, phraseView, whoView } from '../shared/views';
import type { ExitRow, Rows } from './rows';
import { clampTop, elementHeight, lastTop, scrollOf, topOf, topShowing, visibleRows } from './scroll';
import type { ScrollShape } from './scroll';
import { outcomeWords } from './sentences';

const WIDE_ROW = 24;
const NARROW_ROW = 44;
const HEADS = ['exit', 'M instr', '', 'EXITCODE', 'decoded', 'handler, outcome'];

export interface ListEars {
  /** Another row is selected, or none. */
  readonly selected: (row: ExitRow | undefined) => void;
  /** The user left the tail, or came back to it. */
  readonly followed: (follow: boolean) => void;
}

export class ListView {
  private readonly spacer = h('div', { class: 'spacer' });
  private readonly window = h('div', { class: 'window', role: 'rowgroup' });
  private readonly scroller = h(
    'div',
    { class: 'scroller', role: 'grid', tabindex: 0, 'aria-label': 'Exits', 'aria-colcount': HEADS.length },
    this.window,
    this.spacer,
  );
  private readonly head = h(
    'div',
    { class: 'ev eh', 'aria-hidden': 'true' },
    ...HEADS.map((name) => h('span', {}, name)),
  );
  readonly element = h('section', { class: 'log' }, this.head, this.scroller);
  private readonly narrow = window.matchMedia('(max-width: 600px)');
  private top = 0;
  private selection: number | undefined;
  private frame = 0;
  /** Guests by id, for the letter in the box. */
  guests: readonly GuestIdentity[] = [];
  follow = true;

  constructor(
    private readonly rows: Rows,
    private readonly ears: ListEars,
  ) {
    this.scroller.addEventListener('scroll', () => this.scrolled());
    this.scroller.addEventListener('wheel', (event) => this.wheeled(event), { passive: false });
    this.scroller.addEventListener('keydown', (event) => this.key(event));
    this.window.addEventListener('click', (event) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
      if (row) this.select(Number(row.dataset['index']));
    });
    new ResizeObserver(() => this.update(0)).observe(this.scroller);
  }

  focus(): void {
    this.scroller.focus();
  }

  /** The list has changed: `dropped` rows are gone from its head. */
  update(dropped: number): void {
    const { shape } = this;
    if (this.selection !== undefined) {
      this.selection -= dropped;
      if (this.selection < 0 || this.selection >= shape.rows) this.selection = undefined;
    }
    this.spacer.style.height = `${elementHeight(shape)}px`;
    this.scroller.setAttribute('aria-rowcount', String(shape.rows));
    this.goTo(this.follow ? lastTop(shape) : this.top - dropped * shape.rowHeight);
  }

  /** Back to the start of another list. */
  reset(): void {
    this.top = 0;
    this.selection = undefined;
    this.ears.selected(undefined);
    this.update(0);
  }

  setFollow(follow: boolean): void {
    this.follow = follow;
    if (follow) this.goTo(lastTop(this.shape));
  }

  private get shape(): ScrollShape {
    return {
      rows: this.rows.length,
      rowHeight: this.narrow.matches ? NARROW_ROW : WIDE_ROW,
      viewport: this.scroller.clientHeight,
    };
  }

  private goTo(top: number): void {
    const { shape } = this;
    this.top = clampTop(top, shape);
    const wanted = scrollOf(this.top, shape);
    if (Math.abs(this.scroller.scrollTop - wanted) >= 1) this.scroller.scrollTop = wanted;
    this.draw();
  }

  /** By the scroll bar, or by `goTo`, which knows the place better. */
  private scrolled(): void {
    const { shape } = this;
    if (Math.abs(this.scroller.scrollTop - scrollOf(this.top, shape)) < 1) return;
    this.top = topOf(this.scroller.scrollTop, shape);
    this.tail();
    this.draw();
  }

  /** A long list would run away under the wheel: it moves by its own pixels. */
  private wheeled(event: WheelEvent): void {
    const { shape } = this;
    if (event.ctrlKey || elementHeight(shape) >= shape.rows * shape.rowHeight) return;
    event.preventDefault();
    const unit = [1, shape.rowHeight, shape.viewport][event.deltaMode] ?? 1;
    this.goTo(this.top + event.deltaY * unit);
    this.tail();
  }

  /** Follows the tail exactly if the tail is in sight. */
  private tail(): void {
    const follow = this.top >= lastTop(this.shape) - 1;
    if (follow === this.follow) return;
    this.follow = follow;
    this.ears.followed(follow);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { shape } = this;
    const page = Math.max(1, Math.floor(shape.viewport / shape.rowHeight) - 1);
    const seen = visibleRows(this.top, shape);
    const at = this.selection;
    const target = {
      ArrowDown: at === undefined ? seen.first : at + 1,
      ArrowUp: at === undefined ? seen.end - 1 : at - 1,
      PageDown: (at ?? seen.first) + page,
      PageUp: (at ?? seen.end) - page,
      Home: 0,
      End: shape.rows - 1,
    }[event.key];
    if (event.key === 'Escape' && at !== undefined) this.select(undefined);
    else if (target !== undefined && shape.rows > 0) this.select(Math.min(Math.max(target, 0), shape.rows - 1));
    else return;
    event.preventDefault();
  }

  private select(index: number | undefined): void {
    this.selection = index;
    if (index !== undefined) {
      const top = topShowing(index, this.top, this.shape);
      if (top !== this.top) {
        this.goTo(top);
        this.tail();
      }
    }
    this.draw();
  }

  /** Draws at the next frame, once. */
  draw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  private paint(): void {
    const { shape, selection } = this;
    const { first, end } = visibleRows(this.top, shape);
    this.rows.want(first, end);
    const lines: HTMLElement[] = [];
    for (let index = first; index < end; index++)
      lines.push(this.line(index, this.rows.at(index), index === selection));
    this.window.replaceChildren(...lines);
    this.window.style.transform = `translateY(${Math.round(first * shape.rowHeight - this.top)}px)`;
    if (selection === undefined) this.scroller.removeAttribute('aria-activedescendant');
    else this.scroller.setAttribute('aria-activedescendant', `row-${selection}`);
    this.ears.selected(selection === undefined ? undefined : this.rows.at(selection));
  }

  private line(index: number, row: ExitRow | undefined, selected: boolean): HTMLElement {
    const attributes = {
      class: selected ? 'ev sel' : 'ev',
      id: `row-${index}`,
      role: 'row',
      'aria-rowindex': index + 1,
      'aria-selected': String(selected),
      'data-index': index,
    };
    const cell = (name: string, ...children: Parameters<typeof h>[2][]) =>
      h('span', { class: name, role: 'gridcell' }, ...children);
    if (!row) return h('div', attributes, cell('m dim er', '…'));
    const guest = this.guests.find(({ id }) => id === row.guest);
    const detail = exitDetail(row);
    return h(
      'div',
      attributes,
      cell('m dim er', count(row.number)),
      cell('m dim et', time(row.time)),
      cell('ew', guest && whoView(guest)),
      cell(
        'en',
        classMark(exitClass(row.code)),
        h('span', { class: 'ell', title: exitFullName(row.code) }, exitShortName(row.code)),
        h('span', { class: 'm dim ec' }, exitCodeText(row.code)),
      ),
      h('span', { class: 'ed ell', role: 'gridcell', title: phraseText(detail) }, ...phraseView(detail)),
      cell(
        'eo ell',
        row.handler !== '' && h('span', { class: 'dim eh0' }, `${row.handler} `),
        h('span', { class: 'oc' }, outcomeWords(row)),
      ),
    );
  }
}

/** Kept here so that a row's number looks the same wherever it is shown. */
export function exitNumber(row: ExitRow): HTMLElement {
  return mono(count(row.number));
}
