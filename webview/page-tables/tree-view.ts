/** The tree as lines on the screen: a treegrid of which only what is seen exists. */
import { valueOf } from '../../src/protocol/codec';
import type { EntryRow, PageTable } from '../../src/protocol/page-tables';
import { closest, h, icon } from '../shared/dom';
import type { Child } from '../shared/dom';
import { counted, size } from '../shared/numbers';
import { chipsView, hexView } from '../shared/views';
import { VirtualRows, movedBy } from '../shared/virtual-rows';
import { flagChips, indexRange, levelBelow, tableName } from './formats';
import { fromWords, toWords } from './sentences';
import { keyOf, lineOf } from './tree';
import type { EntryLine, Line, Path } from './tree';

const ROW = 24;

export interface TreeEars {
  /** A table is to be opened or closed. */
  readonly turn: (path: Path, open: boolean) => void;
  /** An entry is selected. */
  readonly selected: (path: Path) => void;
}

export class TreeView {
  private readonly head = h('div', { class: 'pt ph', 'aria-hidden': 'true' });
  private readonly list: VirtualRows;
  readonly element: HTMLElement;
  private lines: readonly Line[] = [];
  private selection: Path = [];

  constructor(private readonly ears: TreeEars) {
    this.list = new VirtualRows({
      attributes: { role: 'treegrid', 'aria-label': 'Page tables' },
      rowHeight: () => ROW,
      line: (index) => this.line(index),
    });
    const { scroller } = this.list;
    scroller.addEventListener('keydown', (event) => this.key(event));
    scroller.addEventListener('click', (event) => {
      const index = closest(event, '[data-index]')?.dataset['index'];
      const line = index === undefined ? undefined : this.lines[Number(index)];
      if (!line) return;
      this.ears.selected(line.path);
      if (line.kind === 'entry' && line.row.kind === 'table' && closest(event, '.twisty'))
        this.ears.turn(line.path, !line.open);
    });
    scroller.addEventListener('dblclick', (event) => {
      const line = this.lines[Number(closest(event, '[data-index]')?.dataset['index'] ?? -1)];
      if (line?.kind === 'entry' && line.row.kind === 'table') this.ears.turn(line.path, !line.open);
    });
    this.element = h('section', { class: 'tree' }, this.head, scroller);
  }

  focus(): void {
    this.list.scroller.focus();
  }

  /** `selection` is brought into sight if `reveal`. */
  show(lines: readonly Line[], top: PageTable, selection: Path, reveal: boolean): void {
    this.lines = lines;
    this.selection = selection;
    const heads = ['entry', `first ${fromWords(top)}`, toWords(top), 'flags', 'maps', 'note'];
    this.head.replaceChildren(...heads.map((name) => h('span', {}, name)));
    this.list.setLength(lines.length);
    const at = this.selected;
    if (at === undefined) this.list.scroller.removeAttribute('aria-activedescendant');
    else this.list.scroller.setAttribute('aria-activedescendant', `row-${at}`);
    if (at !== undefined && reveal) this.list.reveal(at);
  }

  private get selected(): number | undefined {
    if (this.selection.length === 0) return undefined;
    const at = lineOf(this.lines, this.selection);
    return at < 0 ? undefined : at;
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = this.selected;
    const line = at === undefined ? undefined : this.lines[at];
    const target = movedBy(event.key, at, this.list);
    const table = line?.kind === 'entry' && line.row.kind === 'table' ? line : undefined;
    if (target !== undefined) this.go(target);
    else if (event.key === 'ArrowRight' && table) {
      if (!table.open) this.ears.turn(table.path, true);
      else if (at !== undefined) this.go(at + 1);
    } else if (event.key === 'ArrowLeft' && line) {
      if (table?.open) this.ears.turn(table.path, false);
      else if (line.path.length > 1) this.ears.selected(line.path.slice(0, -1));
    } else if (event.key === 'Escape' && line && line.path.length > 1) this.ears.selected(line.path.slice(0, -1));
    else if ((event.key === 'Enter' || event.key === ' ') && table) this.ears.turn(table.path, !table.open);
    else return;
    event.preventDefault();
  }

  private go(index: number): void {
    const line = this.lines[index];
    if (line) this.ears.selected(line.path);
  }

  private line(index: number): HTMLElement {
    const line = this.lines[index];
    if (!line) return h('div');
    const selected = index === this.selected;
    const entry = line.kind === 'entry' ? line : undefined;
    const depth = entry ? line.path.length - 1 : line.path.length;
    const attributes = {
      class: `pt d${depth}${selected ? ' sel' : ''}`,
      id: `row-${index}`,
      role: 'row',
      'aria-level': depth + 1,
      'aria-rowindex': index + 1,
      'aria-selected': String(selected),
      'aria-expanded': entry?.row.kind === 'table' ? String(entry.open) : undefined,
      'data-index': index,
      'data-path': keyOf(line.path),
    };
    if (entry) return h('div', attributes, ...cells(entry));
    const text = line.kind === 'message' ? line : undefined;
    return h('div', attributes, h('span', { class: `tw ${text?.bad ? 'bad' : 'dim'}`, role: 'gridcell' }, text?.text));
  }
}

function cells({ row, table, open }: EntryLine): HTMLElement[] {
  const cell = (name: string, ...children: Child[]) => h('span', { class: name, role: 'gridcell' }, ...children);
  const isTable = row.kind === 'table';
  const twisty = h('span', { class: 'twisty' }, isTable && icon(open ? 'chevron-down' : 'chevron-right'));
  const name = row.kind === 'hole' ? h('span', { class: 'dim' }, 'hole') : table.entryName;
  return [
    cell('tw', twisty, name, ' ', h('span', { class: 'm dim' }, indexRange(row))),
    cell('pf', hexView(valueOf(row.from))),
    cell('pd', ...target(row, table)),
    cell('pg', chipsView(flagChips(row, table))),
    cell('pm m', maps(row, table)),
    cell('pn ell dim', ...note(row, table)),
  ];
}

/** Where the entry points. */
function target(row: EntryRow, table: PageTable): Child[] {
  if (row.kind === 'hole') return [h('span', { class: 'dim' }, 'not present')];
  const address = hexView(BigInt(row.target));
  if (row.kind === 'table') {
    const below = levelBelow(table);
    return [h('span', { class: 'k' }, `${below ? tableName(below.entry) : 'table'} `), address];
  }
  return [address, row.count > 1 && h('span', { class: 'dim' }, ` ×${row.count}`)];
}

function maps(row: EntryRow, table: PageTable): string {
  if (row.kind !== 'table') return size(row.count * table.span);
  if (!row.below) return '';
  const { tables, pages } = row.below;
  if (tables === 0 && pages === 0) return 'nothing';
  return [tables > 0 && counted(tables, 'table'), pages > 0 && counted(pages, 'page')].filter(Boolean).join(', ');
}

function note(row: EntryRow, table: PageTable): Child[] {
  const notes: Child[] = [];
  if (row.kind === 'page' && table.level > 1) notes.push(`${size(table.span)} ${row.count > 1 ? 'pages' : 'page'}`);
  if (row.kind === 'hole' && row.entry !== '0x0') notes.push('holds ', hexView(valueOf(row.entry)));
  if (row.kind === 'table' && !row.below) notes.push(h('span', { class: 'bad' }, 'not memory'));
  if (
    table.root === 'guest' &&
    (row.kind === 'page' || row.kind === 'table') &&
    row.targetSpa !== null &&
    row.targetSpa !== row.target
  )
    notes.push(notes.length > 0 ? ', at ' : 'at ', 'SPA ', hexView(BigInt(row.targetSpa)));
  return notes;
}
