/** The guest's entry and the shadow's side by side, a sign between, one line a run of like pages. */
import type { GuestSide, ShadowRow, ShadowSide } from '../../src/protocol/shadow';
import type { GuestIdentity } from '../../src/protocol/state';
import { valueOf } from '../../src/protocol/codec';
import type { Chip } from '../shared/chip';
import { closest, h } from '../shared/dom';
import type { Child } from '../shared/dom';
import { chipsView, hexView, hostView, whoView } from '../shared/views';
import { VirtualRows, movedBy } from '../shared/virtual-rows';
import type { ShadowRows } from './rows';
import { SIGNS, extent } from './sentences';

const ROW = 24;
/** Rows before the end at which more are asked for. */
const NEAR = 50;

export interface TableEars {
  readonly selected: (row: ShadowRow | undefined) => void;
  /** Enter on a row. */
  readonly opened: (row: ShadowRow) => void;
  /** The end is near. */
  readonly nearEnd: () => void;
}

export class TableView {
  private readonly list: VirtualRows;
  private readonly heads = h('div', { class: 'sh-heads', 'aria-hidden': 'true' });
  readonly element: HTMLElement;
  private selection: string | undefined;

  constructor(
    private readonly rows: ShadowRows,
    private readonly ears: TableEars,
  ) {
    this.list = new VirtualRows({
      attributes: { role: 'grid', 'aria-label': 'Guest entries beside shadow entries', 'aria-colcount': 7 },
      rowHeight: () => ROW,
      line: (index) => this.line(index, this.rows.at(index)),
      painting: ({ end }) => {
        if (end + NEAR >= this.rows.length) this.ears.nearEnd();
      },
    });
    const { scroller } = this.list;
    scroller.addEventListener('keydown', (event) => this.key(event));
    const rowOf = (event: Event) => {
      const index = closest(event, '[data-index]')?.dataset['index'];
      return index === undefined ? undefined : this.rows.at(Number(index));
    };
    scroller.addEventListener('click', (event) => this.select(rowOf(event)));
    scroller.addEventListener('dblclick', (event) => {
      const row = rowOf(event);
      if (row) this.ears.opened(row);
    });
    this.element = h('section', { class: 'sh' }, this.heads, scroller);
  }

  focus(): void {
    this.list.scroller.focus();
  }

  /** Rows have come or changed. */
  update(guest: GuestIdentity): void {
    this.drawHeads(guest);
    this.list.setLength(this.rows.length);
    const at = this.rows.indexOf(this.selection);
    this.select(this.rows.at(at));
  }

  select(row: ShadowRow | undefined): void {
    this.selection = row?.gva;
    const { scroller } = this.list;
    const index = this.rows.indexOf(row?.gva);
    if (index < 0) {
      scroller.removeAttribute('aria-activedescendant');
      this.list.draw();
    } else {
      scroller.setAttribute('aria-activedescendant', `row-${index}`);
      this.list.reveal(index);
      this.list.draw();
    }
    this.ears.selected(row);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = this.rows.indexOf(this.selection);
    const target = movedBy(event.key, at < 0 ? undefined : at, this.list);
    const row = this.rows.at(at);
    if (event.key === 'Escape' && row) this.select(undefined);
    else if (event.key === 'Enter' && row) this.ears.opened(row);
    else if (target !== undefined) this.select(this.rows.at(target));
    else return;
    event.preventDefault();
  }

  private drawHeads(guest: GuestIdentity): void {
    const zone = (name: string, ...children: Child[]) => h('span', { class: name }, ...children);
    this.heads.replaceChildren(
      h(
        'div',
        { class: 'sr-row zones' },
        h('span'),
        zone(
          'gz two',
          whoView(guest),
          h('b', {}, 'Guest', h('span', { class: 'only-w' }, '’s table')),
          h('span', { class: 'dim only-w ell' }, 'never loaded in CR3'),
        ),
        h('span'),
        zone(
          'sz two',
          hostView(),
          h('b', {}, 'Shadow', h('span', { class: 'only-w' }, ' table')),
          h('span', { class: 'dim only-w ell' }, 'CR3 names it'),
        ),
        h('span'),
      ),
      h(
        'div',
        { class: 'sr-row names' },
        h('span', {}, 'GVA'),
        h('span', { class: 'gz' }, 'GPA'),
        h('span', { class: 'gz only-w' }, 'flags'),
        h('span'),
        h('span', { class: 'sz' }, 'SPA'),
        h('span', { class: 'sz only-w' }, 'flags'),
        h('span', { class: 'only-w' }, 'difference'),
      ),
    );
  }

  private line(index: number, row: ShadowRow | undefined): HTMLElement {
    const selected = row !== undefined && row.gva === this.selection;
    const attributes = {
      class: selected ? 'sr-row sel' : 'sr-row',
      id: `row-${index}`,
      role: 'row',
      'aria-rowindex': index + 1,
      'aria-selected': String(selected),
      'data-index': index,
    };
    if (!row) return h('div', attributes, '…');
    const cell = (name: string, ...children: Child[]) => h('span', { class: name, role: 'gridcell' }, ...children);
    const { sign, look, meaning } = SIGNS[row.sign];
    const many = extent(row);
    const quiet = row.sign === 'in-step' || row.sign === 'not-built';
    return h(
      'div',
      attributes,
      cell('gva', hexView(valueOf(row.gva)), many !== '' && h('span', { class: 'dim many' }, many)),
      cell('gz', row.guest ? hexView(BigInt(row.guest.gpa)) : absent()),
      cell('gz only-w', row.guest && chipsView(guestChips(row.guest))),
      cell('sign', h('span', { class: `eqs ${look}`, title: meaning }, sign), h('span', { class: 'sr' }, meaning)),
      cell('sz', row.shadow ? hexView(BigInt(row.shadow.spa)) : absent()),
      cell('sz only-w', row.shadow && chipsView(shadowChips(row.shadow, row.guest))),
      h(
        'span',
        { class: quiet ? 'why only-w ell dim' : 'why only-w ell', role: 'gridcell', title: row.text },
        row.text,
      ),
    );
  }
}

function absent(): HTMLElement {
  return h('span', { class: 'dim' }, 'not present');
}

function bit(text: string, on: boolean, meaning: string): Chip {
  return { text, look: on ? 'on' : 'off', meaning };
}

function guestChips({ rw, us, nx, a, d }: GuestSide): Chip[] {
  return [
    bit('RW', rw, 'all levels together allow writes'),
    bit('US', us, 'all levels together allow CPL 3'),
    ...(nx ? [bit('NX', true, 'no instruction is fetched from here')] : []),
    bit('A', a, 'accessed, at every level'),
    bit('D', d, 'dirty: written to'),
  ];
}

/** What is held back is `off`; what the guest does not grant is a fault. */
function shadowChips({ rw, us, nx }: ShadowSide, guest: GuestSide | null): Chip[] {
  const more = (open: boolean, granted: boolean | undefined) => open && granted === false;
  return [
    { ...bit('RW', rw, 'the shadow allows writes'), ...(more(rw, guest?.rw) ? { look: 'bad' as const } : {}) },
    { ...bit('US', us, 'the shadow allows CPL 3'), ...(more(us, guest?.us) ? { look: 'bad' as const } : {}) },
    ...(nx ? [bit('NX', true, 'no instruction is fetched from here')] : []),
  ];
}
