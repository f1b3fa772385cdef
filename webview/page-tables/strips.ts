/** The map: one strip a level, each a lens on one slot of the strip above it. */
import type { EntryRow, PageTable } from '../../src/protocol/page-tables';
import { h, s } from '../shared/dom';
import { counted, size } from '../shared/numbers';
import { guestTint } from '../shared/views';
import { slotsOf, tableName } from './formats';
import type { Path } from './tree';

const HEIGHT = 20;
/** A slot alone is drawn at least so wide. */
const LEAST = 1.6;

function runs(rows: readonly EntryRow[], level: number): SVGElement[] {
  return rows
    .filter(({ kind }) => kind !== 'hole')
    .flatMap(({ kind, index, count }) => {
      const width = Math.max(count, LEAST);
      const look = { table: 'tbl', page: level > 1 ? 'lrg' : 'pg', reserved: 'rsv', hole: '' }[kind];
      const bar = s('rect', { class: look, x: index, y: 0, width, height: HEIGHT });
      if (look !== 'lrg') return [bar];
      const lines = Array.from({ length: Math.min(count, 512) }, (_, i) => `M${index + i} 0V${HEIGHT}`).join('');
      return [bar, s('path', { class: 'lrs', d: lines })];
    });
}

function strip(table: PageTable, slot: number | undefined, pick: (index: number) => void): HTMLElement {
  const slots = slotsOf(table);
  const box = `0 0 ${slots} ${HEIGHT}`;
  const used = table.rows.filter(({ kind }) => kind !== 'hole').length;
  const name = tableName(table.entryName);
  const picture = s(
    'svg',
    {
      viewBox: box,
      preserveAspectRatio: 'none',
      class: 'strip',
      role: 'img',
      'aria-label': `${name}: ${counted(used, 'run')} mapped`,
    },
    s('rect', { class: 'hole', width: slots, height: HEIGHT }),
    ...runs(table.rows, table.level),
  );
  const cursor =
    slot !== undefined &&
    s(
      'svg',
      { viewBox: box, preserveAspectRatio: 'none', class: 'cur', 'aria-hidden': 'true' },
      s('rect', { x: slot - 0.4, y: 0, width: 1.8, height: HEIGHT }),
    );
  const lens = h('div', { class: 'sb' }, picture, cursor);
  lens.addEventListener('click', (event) => {
    const { left, width } = lens.getBoundingClientRect();
    pick(Math.min(slots - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * slots))));
  });
  return h(
    'div',
    { class: 'st' },
    h('div', { class: 'sl' }, h('b', {}, name), h('span', { class: 'dim sm' }, `${slots} × ${size(table.span)}`)),
    lens,
    h('div', { class: 'sr2 only-w' }, size(slots * table.span)),
  );
}

/** From one slot of a strip to all of the next. */
function zoom(slot: number, slots: number): HTMLElement {
  const shape = `M${slot - 0.4} 0 L${slot + 1.4} 0 L${slots} ${HEIGHT} L0 ${HEIGHT}z`;
  const picture = s(
    'svg',
    { viewBox: `0 0 ${slots} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    s('path', { d: shape }),
  );
  return h('div', { class: 'zm' }, picture);
}

function key(look: string, text: string): HTMLElement {
  const mark = s('rect', { class: look, width: 12, height: 12 });
  const lines = look === 'lrg' && s('path', { class: 'lrs', d: 'M2 0V12M5 0V12M8 0V12M11 0V12' });
  return h('span', {}, s('svg', { class: 'sw2', viewBox: '0 0 12 12', 'aria-hidden': 'true' }, mark, lines), text);
}

/** `tables`: those on the way to the selected entry, the top one first. */
export function stripsView(tables: readonly PageTable[], selection: Path, pick: (path: Path) => void): HTMLElement {
  const [top] = tables;
  const tint = top?.root === 'guest' && top.guest ? guestTint(top.guest.id) : 'h';
  const parts = tables.flatMap((table, depth) => {
    const slot = selection[depth];
    const path = table.path;
    const here = strip(table, slot, (index) => pick([...path, index]));
    const more = depth + 1 < tables.length && slot !== undefined;
    return more ? [here, zoom(slot, slotsOf(table))] : [here];
  });
  const legend = h(
    'div',
    { class: 'legend ml' },
    key('tbl', 'link to a table'),
    key('pg', 'page'),
    key('lrg', 'large page'),
    key('hole', 'hole'),
  );
  return h('section', { class: `map ${tint}`, 'aria-label': 'Map of the address space' }, ...parts, legend);
}
