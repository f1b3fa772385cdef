/** The list of exits: one line each, the newest at the end; it follows the tail until one looks elsewhere. */
import type { GuestIdentity } from '../../src/protocol/state';
import { closest, h } from '../shared/dom';
import type { Child } from '../shared/dom';
import { exitDetail } from '../shared/exit-decode';
import { exitClass, exitCodeText, exitFullName, exitShortName } from '../shared/exit-names';
import { count, time } from '../shared/numbers';
import { phraseText } from '../shared/phrase';
import { classMark, phraseView, whoView } from '../shared/views';
import { VirtualRows, movedBy } from '../shared/virtual-rows';
import type { ExitRow } from '../shared/exit-row';
import type { Rows } from './rows';
import { outcomeWords } from '../shared/exit-row';

const WIDE_ROW = 24;
const NARROW_ROW = 44;
const HEADS = ['exit', 'M instr', '', 'EXITCODE', 'decoded', 'handler, outcome', 'ns'];

export interface ListEars {
  /** Another row is selected, or none. */
  readonly selected: (row: ExitRow | undefined) => void;
  /** An exit is pointed at, or none. */
  readonly pointed: (number: number | undefined) => void;
  /** Other rows are seen. */
  readonly painted: () => void;
  /** The user left the tail, or came back to it. */
  readonly followed: (follow: boolean) => void;
}

export class ListView {
  private readonly narrow = window.matchMedia('(max-width: 600px)');
  private readonly list: VirtualRows;
  readonly element: HTMLElement;
  private selection: number | undefined;
  /** Number of an exit that is to be selected once its place is known. */
  private wanted: number | undefined;
  /** Number of the exit that is lit up. */
  private lit: number | undefined;
  /** Guests by id, for the letter in the box. */
  guests: readonly GuestIdentity[] = [];
  follow = true;

  constructor(
    private readonly rows: Rows,
    private readonly ears: ListEars,
  ) {
    this.list = new VirtualRows({
      attributes: { role: 'grid', 'aria-label': 'Exits', 'aria-colcount': HEADS.length },
      rowHeight: () => (this.narrow.matches ? NARROW_ROW : WIDE_ROW),
      line: (index) => this.line(index, this.rows.at(index)),
      painting: ({ first, end }) => {
        this.rows.want(first, end);
        this.ears.selected(this.selection === undefined ? undefined : this.rows.at(this.selection));
        this.ears.painted();
      },
      scrolled: () => this.tail(),
      resized: () => this.follow && this.list.goToEnd(),
    });
    const { scroller } = this.list;
    scroller.addEventListener('keydown', (event) => this.key(event));
    scroller.addEventListener('click', (event) => {
      const index = closest(event, '[data-index]')?.dataset['index'];
      if (index !== undefined) this.select(Number(index));
    });
    scroller.addEventListener('pointerover', (event) => {
      const index = closest(event, '[data-index]')?.dataset['index'];
      this.ears.pointed(index === undefined ? undefined : this.rows.at(Number(index))?.number);
    });
    scroller.addEventListener('pointerleave', () => this.ears.pointed(undefined));
    const heads = HEADS.map((name) => h('span', {}, name));
    this.element = h(
      'section',
      { class: 'log' },
      h('div', { class: 'ev eh', 'aria-hidden': 'true' }, ...heads),
      scroller,
    );
  }

  focus(): void {
    this.list.scroller.focus();
  }

  /** The first and the last row in sight that are here. */
  get seen(): readonly [ExitRow, ExitRow] | undefined {
    const { first, end } = this.list.visible;
    let top: ExitRow | undefined;
    let bottom: ExitRow | undefined;
    for (let index = first; index < end; index++) {
      const row = this.rows.at(index);
      top ??= row;
      bottom = row ?? bottom;
    }
    return top && bottom && [top, bottom];
  }

  /** Selects the row of an exit when the list has it; undefined: none is wanted. */
  goTo(number: number | undefined): void {
    this.wanted = number;
  }

  /** Selects the row of an exit, if the list has it here. */
  pick(number: number): void {
    const index = this.rows.indexOf(number);
    if (index === undefined) return;
    this.select(index);
    this.focus();
  }

  /** Lights up the row of an exit. */
  light(number: number | undefined): void {
    this.lit = number;
    for (const row of this.list.scroller.querySelectorAll('.ev')) {
      row.classList.toggle('lit', number !== undefined && row.getAttribute('data-number') === String(number));
    }
  }

  draw(): void {
    this.list.draw();
  }

  /** The list has changed: `dropped` rows are gone from its head. */
  update(dropped: number): void {
    if (this.selection !== undefined) {
      this.selection -= dropped;
      if (this.selection < 0 || this.selection >= this.rows.length) this.selection = undefined;
      this.tellActive();
    }
    const top = this.list.top - dropped * this.list.rowHeight;
    this.list.setLength(this.rows.length);
    const index = this.wanted === undefined ? -1 : this.wanted - this.rows.oldestNumber;
    this.wanted = undefined;
    if (index >= 0 && index < this.rows.length) this.select(index);
    else if (this.follow) this.list.goToEnd();
    else this.list.goTo(top);
  }

  /** Another list. */
  reset(): void {
    this.select(undefined);
    this.list.setLength(this.rows.length);
  }

  setFollow(follow: boolean): void {
    this.follow = follow;
    if (follow) this.list.goToEnd();
  }

  /** Follows the tail exactly if the tail is in sight. */
  private tail(): void {
    const follow = this.list.atEnd;
    if (follow === this.follow) return;
    this.follow = follow;
    this.ears.followed(follow);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = movedBy(event.key, this.selection, this.list);
    if (event.key === 'Escape' && this.selection !== undefined) this.select(undefined);
    else if (target !== undefined) this.select(target);
    else return;
    event.preventDefault();
  }

  private select(index: number | undefined): void {
    this.selection = index;
    this.tellActive();
    if (index === undefined) {
      this.list.draw();
      return;
    }
    this.list.reveal(index);
    this.tail();
  }

  private tellActive(): void {
    const { scroller } = this.list;
    if (this.selection === undefined) scroller.removeAttribute('aria-activedescendant');
    else scroller.setAttribute('aria-activedescendant', `row-${this.selection}`);
  }

  private line(index: number, row: ExitRow | undefined): HTMLElement {
    const selected = index === this.selection;
    const attributes = {
      class: ['ev', selected && 'sel', row && row.number === this.lit && 'lit'].filter(Boolean).join(' '),
      id: `row-${index}`,
      role: 'row',
      'aria-rowindex': index + 1,
      'aria-selected': String(selected),
      'data-index': index,
      'data-number': row?.number,
    };
    const cell = (name: string, ...children: Child[]) => h('span', { class: name, role: 'gridcell' }, ...children);
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
        row.handler !== '' && h('span', { class: 'dim handler' }, `${row.handler} `),
        h('span', { class: 'oc' }, outcomeWords(row)),
      ),
      cell('m dim ek', row.cost === 0 ? '' : count(row.cost)),
    );
  }
}
