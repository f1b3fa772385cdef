/**
 * Scrolling through more rows than a browser can make an element tall: what scrolls is at most MOST_PIXELS high, and its position
 * stands for one in the whole list. Where the list is short the two are the same.
 */

/** Browsers stop counting between 17 and 33 million pixels. */
export const MOST_PIXELS = 12_000_000;

export interface ScrollShape {
  readonly rows: number;
  readonly rowHeight: number;
  /** Pixels of the list that can be seen. */
  readonly viewport: number;
}

/** Height of the whole list, in pixels of its own. */
export function listHeight({ rows, rowHeight }: ScrollShape): number {
  return rows * rowHeight;
}

/** Height of the element that scrolls. */
export function elementHeight(shape: ScrollShape): number {
  return Math.min(listHeight(shape), MOST_PIXELS);
}

/** The farthest the list can be scrolled, in its own pixels. */
export function lastTop(shape: ScrollShape): number {
  return Math.max(0, listHeight(shape) - shape.viewport);
}

function elementLast(shape: ScrollShape): number {
  return Math.max(0, elementHeight(shape) - shape.viewport);
}

/** Top of the list for a position of the element. */
export function topOf(scrollTop: number, shape: ScrollShape): number {
  const last = elementLast(shape);
  return last === 0 ? 0 : clampTop((scrollTop / last) * lastTop(shape), shape);
}

/** Position of the element for a top of the list. */
export function scrollOf(top: number, shape: ScrollShape): number {
  const last = lastTop(shape);
  return last === 0 ? 0 : (clampTop(top, shape) / last) * elementLast(shape);
}

export function clampTop(top: number, shape: ScrollShape): number {
  return Math.min(Math.max(top, 0), lastTop(shape));
}

export interface VisibleRows {
  readonly first: number;
  /** One past the last; a row seen in part counts. */
  readonly end: number;
}

export function visibleRows(top: number, { rows, rowHeight, viewport }: ScrollShape): VisibleRows {
  const first = Math.min(Math.floor(top / rowHeight), Math.max(0, rows - 1));
  return { first, end: Math.min(rows, Math.ceil((top + viewport) / rowHeight)) };
}

/** The nearest top at which a row is seen whole. */
export function topShowing(row: number, top: number, shape: ScrollShape): number {
  const start = row * shape.rowHeight;
  const end = start + shape.rowHeight;
  if (start < top) return clampTop(start, shape);
  return clampTop(end > top + shape.viewport ? end - shape.viewport : top, shape);
}
