/** Lanes of the guests and the hypervisor: who has the processor, and where it exits. */
import type { GuestIdentity } from '../../src/protocol/state';
import { closest, h, s } from '../shared/dom';
import type { Child } from '../shared/dom';
import { exitDetail } from '../shared/exit-decode';
import { exitClass, exitShortName } from '../shared/exit-names';
import { count, time } from '../shared/numbers';
import { phraseText } from '../shared/phrase';
import { capital, classShape, classTint, guestTint, hostView, whoView } from '../shared/views';
import { labelled } from './lanes';
import type { LaneExit, LaneWindow, Stretch } from './lanes';
import { costWords } from './sentences';

const LANE = 30;
const BAR_TOP = 11;
const BAR = 12;
/** Marks are drawn this large, of 12. */
const MARK = 0.83;
/** Pixels a time takes that is written below, and the last one; and what is left of the lanes. */
const LABEL = 76;
const LAST_LABEL = 150;
const NAMES = 104;

export interface LanesEars {
  /** An exit is pointed at, or none. */
  readonly pointed: (number: number | undefined) => void;
  readonly picked: (number: number) => void;
}

export interface LanesPicture {
  readonly window: LaneWindow;
  readonly guests: readonly GuestIdentity[];
  /** Whether a row is in the list. */
  readonly passes: (number: number) => boolean;
  readonly selected: number | undefined;
  /** The newest exit is in the window. */
  readonly newest: boolean;
}

export class LanesView {
  readonly element = h('div', { class: 'lanes', role: 'img' });
  private lit: readonly Element[] = [];

  constructor(ears: LanesEars) {
    const numberOf = (event: Event) => {
      const text = closest<Element>(event, '[data-number]')?.getAttribute('data-number');
      return text ? Number(text) : undefined;
    };
    this.element.addEventListener('pointerover', (event) => ears.pointed(numberOf(event)));
    this.element.addEventListener('pointerleave', () => ears.pointed(undefined));
    this.element.addEventListener('click', (event) => {
      const number = numberOf(event);
      if (number !== undefined) ears.picked(number);
    });
  }

  show(picture: LanesPicture): void {
    const { window, guests } = picture;
    const { exits } = window;
    const [first] = exits;
    const last = exits.at(-1);
    this.element.setAttribute(
      'aria-label',
      first && last
        ? `Exits ${count(first.row.number)} to ${count(last.row.number)} by guest; the list has them in words`
        : 'No exits',
    );
    const lanes = guests.map((guest) =>
      lane([whoView(guest), h('span', { class: 'only-w ell' }, capital(guest.name))], guestLane(guest, picture)),
    );
    this.element.replaceChildren(
      ...lanes,
      lane([hostView(), h('span', { class: 'only-w' }, 'Hypervisor')], hypervisorLane(picture)),
      lane([], axis(exits, this.element.clientWidth - NAMES)),
    );
    this.lit = [];
  }

  /** Lights up an exit. */
  light(number: number | undefined): void {
    for (const element of this.lit) element.classList.remove('lit');
    this.lit = number === undefined ? [] : [...this.element.querySelectorAll(`[data-number="${number}"]`)];
    for (const element of this.lit) element.classList.add('lit');
  }
}

function lane(label: Child[], picture: SVGElement): HTMLElement {
  return h('div', { class: 'lane' }, h('span', { class: 'lane-name' }, ...label), picture);
}

function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}

function bar({ from, to }: Stretch, attributes: Record<string, string | number>): SVGElement {
  return s('rect', { x: percent(from), width: percent(to - from), y: BAR_TOP, height: BAR, ...attributes });
}

function guestLane(guest: GuestIdentity, { window, passes, selected, newest }: LanesPicture): SVGSVGElement {
  const own = window.exits.filter(({ row }) => row.guest === guest.id);
  const newestExit = newest ? window.exits.at(-1) : undefined;
  return s(
    'svg',
    { class: `lane-line ${guestTint(guest.id)}`, height: LANE },
    s('line', { class: 'rail', x1: 0, x2: '100%', y1: BAR_TOP + BAR / 2, y2: BAR_TOP + BAR / 2 }),
    ...window.gaps.map((gap) => idleMark(gap.from, gap.to, gap.ns)),
    ...own.map(({ ran }) => bar(ran, { class: 'ran' })),
    ...own.map((exit) => tick(exit, passes(exit.row.number), exit.row.number === selected)),
    newestExit &&
      s('line', { class: 'now-line', x1: percent(newestExit.ran.to), x2: percent(newestExit.ran.to), y1: 0, y2: LANE }),
  );
}

function tick({ row, ran }: LaneExit, passes: boolean, selected: boolean): SVGElement {
  const kind = exitClass(row.code);
  const words = [exitShortName(row.code), phraseText(exitDetail(row))].filter(Boolean).join(' ');
  const x = percent(ran.to);
  return s(
    'g',
    {
      class: ['tick', !passes && 'not', selected && 'sel-tick'].filter(Boolean).join(' '),
      'data-number': row.number,
      'data-tip': `Exit ${count(row.number)} at ${time(row.time)} M instr: ${words}\n${costWords(row.cost)}`,
    },
    s('line', { class: `stem ${classTint(kind)}`, x1: x, x2: x, y1: 6, y2: LANE - 3 }),
    s(
      'svg',
      { x, y: 0, width: 1, height: 1, overflow: 'visible' },
      s('rect', { class: 'hit', x: -6, y: -1, width: 12, height: LANE }),
      s('g', { transform: `translate(${-6 * MARK} 0) scale(${MARK})` }, classShape(kind)),
    ),
  );
}

function idleMark(from: number, to: number, ns: number): SVGElement {
  return s(
    'g',
    { 'data-tip': `Nobody runs for ${costWords(ns).replace(/^costs /, '')}: HLT` },
    s('rect', { class: 'hit', x: percent(from), width: percent(to - from), y: 0, height: LANE }),
    s('line', { class: 'idle-line', x1: percent(from), x2: percent(to), y1: BAR_TOP + BAR / 2, y2: BAR_TOP + BAR / 2 }),
  );
}

function hypervisorLane({ window, passes }: LanesPicture): SVGSVGElement {
  return s(
    'svg',
    { class: 'lane-line h', height: LANE },
    s('line', { class: 'rail', x1: 0, x2: '100%', y1: BAR_TOP + BAR / 2, y2: BAR_TOP + BAR / 2 }),
    ...window.exits
      .filter(({ row }) => row.cost > 0)
      .map(({ row, cost }) =>
        bar(cost, {
          class: passes(row.number) ? 'works' : 'works not',
          'data-number': row.number,
          'data-tip': `Exit ${count(row.number)}: ${exitShortName(row.code)}\n${costWords(row.cost)}`,
        }),
      ),
  );
}

/** Times of some exits, in M instr, or in instructions where those would read alike; the last says which. */
function axis(exits: readonly LaneExit[], width: number): SVGSVGElement {
  const chosen = labelled(exits, LABEL / width, LAST_LABEL / width);
  const coarse = new Set(chosen.map(({ row }) => time(row.time))).size === chosen.length;
  const [told, unit] = coarse ? [time, 'M instr'] : [count, 'instr'];
  return s(
    'svg',
    { class: 'axis', height: 18, 'aria-hidden': 'true' },
    ...chosen.flatMap(({ row, ran }, index) => {
      const x = percent(ran.to);
      const end = ran.to > 0.85;
      const text = s('text', { x, y: 15, 'text-anchor': end ? 'end' : ran.to < 0.06 ? 'start' : 'middle' });
      text.textContent = index === chosen.length - 1 ? `${told(row.time)} ${unit}` : told(row.time);
      return [s('line', { x1: x, x2: x, y1: 0, y2: 4 }), text];
    }),
  );
}
