/** Rows that exist only where one looks, whatever their number. The position is kept in the list's own pixels. */
import { h } from './dom';
import type { Attributes } from './dom';
import { clampTop, elementHeight, lastTop, listHeight, scrollOf, topOf, topShowing, visibleRows } from './scroll';
import type { ScrollShape, VisibleRows } from './scroll';

export interface VirtualRowsParts {
  /** Role and label of what scrolls. */
  readonly attributes: Attributes;
  /** Pixels; asked anew at every painting. */
  readonly rowHeight: () => number;
  readonly line: (index: number) => HTMLElement;
  /** Before rows are made: which will be. */
  readonly painting?: (visible: VisibleRows) => void;
  /** The user has scrolled. */
  readonly scrolled?: () => void;
  /** There is more or less room. */
  readonly resized?: () => void;
}

export class VirtualRows {
  private readonly spacer = h('div', { class: 'spacer' });
  private readonly window = h('div', { class: 'window', role: 'rowgroup' });
  /** Has the keyboard; rows are told by `aria-activedescendant`. */
  readonly scroller: HTMLElement;
  private rows = 0;
  private at = 0;
  private frame = 0;

  constructor(private readonly parts: VirtualRowsParts) {
    this.scroller = h('div', { class: 'scroller', tabindex: 0, ...parts.attributes }, this.window, this.spacer);
    this.scroller.addEventListener('scroll', () => this.scrolled());
    this.scroller.addEventListener('wheel', (event) => this.wheeled(event), { passive: false });
    new ResizeObserver(() => {
      this.setLength(this.rows);
      parts.resized?.();
    }).observe(this.scroller);
  }

  get length(): number {
    return this.rows;
  }

  /** Pixels of the list above what is seen. */
  get top(): number {
    return this.at;
  }

  /** Whether the last row is in sight. */
  get atEnd(): boolean {
    return this.at >= lastTop(this.shape) - 1;
  }

  get rowHeight(): number {
    return this.parts.rowHeight();
  }

  /** Rows seen whole. */
  get pageLength(): number {
    return Math.max(1, Math.floor(this.scroller.clientHeight / this.rowHeight));
  }

  get visible(): VisibleRows {
    return visibleRows(this.at, this.shape);
  }

  setLength(rows: number): void {
    this.rows = rows;
    this.spacer.style.height = `${elementHeight(this.shape)}px`;
    this.scroller.setAttribute('aria-rowcount', String(rows));
    this.goTo(this.at);
  }

  goTo(top: number): void {
    const { shape } = this;
    this.at = clampTop(top, shape);
    const wanted = scrollOf(this.at, shape);
    if (Math.abs(this.scroller.scrollTop - wanted) >= 1) this.scroller.scrollTop = wanted;
    this.draw();
  }

  goToEnd(): void {
    this.goTo(lastTop(this.shape));
  }

  /** Moves no further than needed to see a row whole. */
  reveal(index: number): void {
    this.goTo(topShowing(index, this.at, this.shape));
  }

  /** Paints at the next frame, once. */
  draw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  private get shape(): ScrollShape {
    return { rows: this.rows, rowHeight: this.rowHeight, viewport: this.scroller.clientHeight };
  }

  private paint(): void {
    const { visible, rowHeight } = this;
    this.parts.painting?.(visible);
    const lines: HTMLElement[] = [];
    for (let index = visible.first; index < visible.end; index++) lines.push(this.parts.line(index));
    this.window.replaceChildren(...lines);
    this.window.style.transform = `translateY(${Math.round(visible.first * rowHeight - this.at)}px)`;
  }

  /** By the scroll bar, or by `goTo`, which knows the place better. */
  private scrolled(): void {
    const { shape } = this;
    if (Math.abs(this.scroller.scrollTop - scrollOf(this.at, shape)) < 1) return;
    this.at = topOf(this.scroller.scrollTop, shape);
    this.parts.scrolled?.();
    this.draw();
  }

  /** A long list would run away under the wheel: it moves by its own pixels. */
  private wheeled(event: WheelEvent): void {
    const { shape } = this;
    if (event.ctrlKey || elementHeight(shape) >= listHeight(shape)) return;
    event.preventDefault();
    const unit = [1, shape.rowHeight, shape.viewport][event.deltaMode] ?? 1;
    this.goTo(this.at + event.deltaY * unit);
    this.parts.scrolled?.();
  }
}

/** Where a key moves a selection in a list: the new index, or undefined for another key. */
export function movedBy(key: string, selected: number | undefined, rows: VirtualRows): number | undefined {
  const { first, end } = rows.visible;
  const page = Math.max(1, rows.pageLength - 1);
  const target = {
    ArrowDown: selected === undefined ? first : selected + 1,
    ArrowUp: selected === undefined ? end - 1 : selected - 1,
    PageDown: (selected ?? first) + page,
    PageUp: (selected ?? end) - page,
    Home: 0,
    End: rows.length - 1,
  }[key];
  if (target === undefined || rows.length === 0) return undefined;
  return Math.min(Math.max(target, 0), rows.length - 1);
}
