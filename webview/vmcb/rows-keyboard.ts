/** The keyboard in the rows: one tab stop a region, arrows inside; N and P go to changes, C copies. */
import { closest } from '../shared/dom';
import { isTyping } from '../shared/controls';

const ROWS = '.f, .sg, .iv, button.sec';

export interface RowsKeyboard {
  /** Opens or closes a group. */
  readonly fold: (group: string, open: boolean | 'toggle') => void;
  readonly copy: (text: string) => void;
  /** Opens the page tables of a root. */
  readonly open: (root: string) => void;
}

/** A row that has the keyboard, by the key it will have again when the rows are drawn anew. */
export function focusedKey(root: HTMLElement): string | undefined {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !root.contains(active)) return undefined;
  return active.dataset['key'] ?? (active.dataset['group'] ? `group ${active.dataset['group']}` : undefined);
}

function keyOf(row: HTMLElement): string | undefined {
  return row.dataset['key'] ?? (row.dataset['group'] ? `group ${row.dataset['group']}` : undefined);
}

/** Gives each region a tab stop, and the keyboard back to the row that had it. */
export function settleFocus(root: HTMLElement, regions: readonly HTMLElement[], focused: string | undefined): void {
  for (const region of regions) {
    const rows = [...region.querySelectorAll<HTMLElement>(ROWS)];
    const again = rows.find((row) => keyOf(row) === focused);
    const stop = again ?? rows.find((row) => row.matches('.chg')) ?? rows[0];
    if (stop) stop.tabIndex = 0;
    if (again && focused !== undefined) again.focus({ preventScroll: true });
  }
}

export function installRowsKeyboard(root: HTMLElement, regions: readonly HTMLElement[], acts: RowsKeyboard): void {
  const move = (from: HTMLElement, to: HTMLElement | undefined) => {
    if (!to) return;
    const region = regions.find((each) => each.contains(to));
    region?.querySelectorAll<HTMLElement>('[tabindex="0"]').forEach((row) => (row.tabIndex = -1));
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  };
  const changes = (from: HTMLElement, forward: boolean) => {
    const all = [...root.querySelectorAll<HTMLElement>(ROWS)];
    const at = all.indexOf(from);
    const after = forward ? all.slice(at + 1) : all.slice(0, Math.max(at, 0)).reverse();
    move(
      from,
      after.find((row) => row.matches('.chg')) ??
        (forward ? all : [...all].reverse()).find((row) => row.matches('.chg')),
    );
  };

  root.addEventListener('keydown', (event) => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const row = closest(event, ROWS);
    if (key === 'n' || key === 'p') {
      changes(row ?? root, key === 'n');
    } else if (row) {
      const region = regions.find((each) => each.contains(row));
      const rows = [...(region?.querySelectorAll<HTMLElement>(ROWS) ?? [])];
      const at = rows.indexOf(row);
      const group = row.dataset['group'];
      if (key === 'arrowdown') move(row, rows[at + 1]);
      else if (key === 'arrowup') move(row, rows[at - 1]);
      else if (key === 'home') move(row, rows[0]);
      else if (key === 'end') move(row, rows.at(-1));
      else if (group && (key === 'arrowleft' || key === 'arrowright')) acts.fold(group, key === 'arrowright');
      else if (key === 'c')
        acts.copy((row.querySelector('.now .hx') ?? row.querySelector('.hx'))?.textContent ?? row.innerText);
      else if (key === 'enter' && !group) {
        const door = row.querySelector<HTMLElement>('[data-open]')?.dataset['open'];
        if (!door) return;
        acts.open(door);
      } else return;
    } else return;
    event.preventDefault();
  });
  root.addEventListener('click', (event) => {
    const group = closest(event, 'button.sec')?.dataset['group'];
    const door = closest(event, '[data-open]')?.dataset['open'];
    if (group) acts.fold(group, 'toggle');
    else if (door) acts.open(door);
  });
}
