/** Below the table: why the selected page is as it is, and the exits it has caused. */
import type { ShadowRow } from '../../src/protocol/shadow';
import { valueOf } from '../../src/protocol/codec';
import { h } from '../shared/dom';
import { exitDetail } from '../shared/exit-decode';
import { exitClass, exitFullName, exitShortName } from '../shared/exit-names';
import { outcomeWords } from '../shared/exit-row';
import type { ExitRow } from '../shared/exit-row';
import { count, counted, size } from '../shared/numbers';
import { classMark, hexView, phraseView } from '../shared/views';
import { SIGNS } from './sentences';

/** Exits that are shown of a page's history. */
export const HISTORY = 6;

export interface History {
  /** The newest, oldest first. */
  readonly rows: readonly ExitRow[];
  /** All of them, as far as the log reaches back. */
  readonly total: number;
}

export interface DetailDoors {
  readonly tables: (root: 'guest' | 'shadow', row: ShadowRow) => void;
  readonly exit: (number: number) => void;
  readonly allExits: (row: ShadowRow) => void;
}

export function detailView(row: ShadowRow, history: History | undefined, doors: DetailDoors): HTMLElement {
  const { sign, look, asked } = SIGNS[row.sign];
  const door = (label: string, act: () => void, disabled = false) => {
    const element = h('button', { class: 'door', type: 'button', disabled }, label);
    element.addEventListener('click', act);
    return element;
  };
  return h(
    'section',
    { class: 'why-box' },
    h(
      'h2',
      {},
      h('span', { class: `eqs ${look}`, 'aria-hidden': 'true' }, sign),
      h('b', {}, row.count > 1 ? `Why are ${counted(row.count, 'page')} of ${size(row.page)} from` : 'Why is'),
      hexView(valueOf(row.gva)),
      h('b', {}, `${asked}?`),
    ),
    h('p', {}, sentence(row.text)),
    h(
      'p',
      { class: 'doors' },
      door('Guest’s tables', () => doors.tables('guest', row), row.guest === null),
      door('Shadow tables', () => doors.tables('shadow', row), row.shadow === null),
    ),
    historyView(row, history, doors),
  );
}

function historyView(row: ShadowRow, history: History | undefined, doors: DetailDoors): HTMLElement {
  if (!history) return h('p', { class: 'dim' }, '…');
  const { rows, total } = history;
  if (total === 0) return h('p', { class: 'dim' }, 'No #PF and no INVLPG in the log is about it.');
  const lines = rows.map((exit) => {
    const number = h(
      'button',
      { class: 'door m', type: 'button', title: 'Show it in the exit log' },
      `exit ${count(exit.number)}`,
    );
    number.addEventListener('click', () => doors.exit(exit.number));
    return h(
      'li',
      {},
      number,
      classMark(exitClass(exit.code)),
      h(
        'span',
        {},
        h('span', { title: exitFullName(exit.code) }, `${exitShortName(exit.code)}: `),
        ...phraseView(exitDetail(exit)),
        exit.handler !== '' && h('span', { class: 'dim' }, ` ${exit.handler}: `),
        h('b', {}, ` ${outcomeWords(exit)}`),
      ),
    );
  });
  const more = h('button', { class: 'door', type: 'button' }, `All ${counted(total, 'exit')} about it`);
  more.addEventListener('click', () => doors.allExits(row));
  return h(
    'div',
    {},
    h('ol', { class: 'hist', 'aria-label': 'Exits about this page' }, ...lines),
    total > rows.length && more,
  );
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** What the signs mean. */
export function legendView(): HTMLElement {
  return h(
    'footer',
    { class: 'legend' },
    ...Object.values(SIGNS).map(({ sign, look, meaning }) =>
      h(
        'span',
        {},
        h('span', { class: `eqs ${look}`, 'aria-hidden': 'true' }, sign),
        h('span', { class: 'dim' }, meaning),
      ),
    ),
  );
}
