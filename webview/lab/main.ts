/** The lab page: what holds, and what to do next. */
import type { LabAction, LabPageState, LabRow, PageClaim } from '../../src/protocol/lab-page';
import { h, icon, present, s } from '../shared/dom';
import type { Child } from '../shared/dom';
import { LabHost } from './lab-host';
import { inlineView, proseView } from './prose';
import type { ProseOptions } from './prose';
import { doorWords, STATUS_WORDS } from './sentences';

const host = new LabHost();

const nav = h('nav', { class: 'lnav', 'aria-label': 'Labs' });
const head = h('header', { class: 'lhd' });
const tools = h('div', { class: 'lbt', role: 'toolbar', 'aria-label': 'Lab' });
const said = h('h2', { 'aria-live': 'polite' });
const progress = h('div', { class: 'prog', role: 'img' });
const claims = h('ol', { class: 'claims', 'aria-label': 'Claims' });
const hints = h('div', { class: 'hints' });
const prose = h('section', { class: 'prose' });
const page = h(
  'div',
  { class: 'lab' },
  nav,
  h(
    'main',
    { class: 'lmain' },
    head,
    tools,
    h('section', { class: 'lcl' }, h('div', { class: 'lch' }, said, progress), claims),
    hints,
    prose,
  ),
);
document.getElementById('panel')?.replaceWith(page);

let spoken = '';
/** What the prose was made of. */
let written = '';
/** The lab on the page. */
let lab = '';

function show(state: LabPageState): void {
  if (state.lab !== lab) window.scrollTo(0, 0);
  lab = state.lab;
  const kept = focusKey();
  const options = proseOptions(state);
  nav.replaceChildren(...state.labs.map((row) => rowView(row, row.id === state.lab)));
  head.replaceChildren(
    h('p', { class: 'k' }, `Lab ${state.number}`, h('span', {}, ` · ${state.kind}`)),
    h('h1', {}, state.title),
    h('p', { class: 'lead' }, ...inlineView(state.task, options)),
  );
  tools.replaceChildren(...present(toolViews(state)));
  const [first, next] = state.headline;
  if (spoken !== `${first} ${next}`) said.replaceChildren(h('b', {}, first), ` ${next}`);
  spoken = `${first} ${next}`;
  const holding = state.claims.filter(({ status }) => status === 'pass').length;
  progress.setAttribute('aria-label', `${holding} of ${state.claims.length} claims hold`);
  progress.replaceChildren(progressView(state.claims));
  claims.classList.toggle('wait', state.checking);
  claims.replaceChildren(...problemViews(state), ...state.claims.map((claim) => claimView(claim, options)));
  hints.replaceChildren(...hintViews(state, options));
  if (written !== state.base + state.prose) prose.replaceChildren(...proseView(state.prose, options));
  written = state.base + state.prose;
  if (kept) document.querySelector<HTMLElement>(`[data-key="${CSS.escape(kept)}"]`)?.focus();
}

/** The control with the keyboard, by a name that outlives its drawing. */
function focusKey(): string | undefined {
  return document.activeElement instanceof HTMLElement ? document.activeElement.dataset['key'] : undefined;
}

function proseOptions(state: LabPageState): ProseOptions {
  return { base: state.base, link: (address) => host.link(address), file: (name) => host.file(name, 1) };
}

// ---- the labs

function rowView({ id, number, title, status }: LabRow, current: boolean): HTMLElement {
  const mark = { passed: icon('check'), failing: icon('circle-small-filled'), opened: undefined, new: undefined }[
    status
  ];
  const words = { passed: 'passed', failing: 'not passed', opened: 'opened', new: 'not opened' }[status];
  const element = h(
    'a',
    {
      href: '#',
      class: [current && 'cu', status].filter(Boolean).join(' '),
      'aria-current': current ? 'page' : undefined,
      'data-key': `lab-${id}`,
      title: `${title}: ${words}`,
    },
    h('span', { class: 'm' }, String(number)),
    h('span', { class: 'lt ell' }, title),
    mark,
  );
  element.addEventListener('click', (event) => {
    event.preventDefault();
    host.choose(id);
  });
  return element;
}

// ---- what can be done

interface Tool {
  readonly action: LabAction;
  readonly icon: string;
  readonly label: Child[];
  readonly title?: string;
  readonly disabled?: boolean;
}

function toolViews(state: LabPageState): Child[] {
  const { open, checking, trusted, runs, hints: taken, hintCount, seed } = state;
  const list: Tool[] = [];
  if (!open)
    list.push({ action: 'open', icon: 'folder-opened', label: ['Open Lab'], title: 'Copy it into the workspace' });
  else if (!trusted) list.push({ action: 'trust', icon: 'shield', label: ['Trust This Workspace'] });
  else if (checking) list.push({ action: 'cancel', icon: 'debug-stop', label: ['Cancel'] });
  else list.push({ action: 'check', icon: 'check', label: ['Check'] });
  if (open && runs) list.push({ action: 'debug', icon: 'debug-alt', label: ['Debug'], disabled: !trusted });
  list.push({
    action: 'hint',
    icon: 'lightbulb',
    label: ['Hint ', h('span', { class: 'm' }, `${taken.length} / ${hintCount}`)],
    title: taken.length < hintCount ? 'Show the next hint' : 'All hints are shown',
    disabled: taken.length === hintCount,
  });
  if (open)
    list.push({ action: 'reset', icon: 'discard', label: ['Reset'], title: 'Back to the starter; yours is kept' });
  if (open && taken.length === hintCount) list.push({ action: 'solution', icon: 'eye', label: ['Solution'] });
  const views: Child[] = list.map((tool, index) => toolView(tool, index === 0));
  if (seed !== undefined) {
    views.push(
      h('span', { class: 'sp' }),
      h('span', { class: 'dim sm only-w' }, 'seed ', h('span', { class: 'm' }, String(seed))),
    );
  }
  return views;
}

function toolView({ action, icon: name, label, title, disabled }: Tool, first: boolean): HTMLElement {
  const element = h(
    'button',
    { type: 'button', class: first ? 'btn' : 'btn sec2', disabled, title, 'data-key': first ? 'first' : action },
    icon(name),
    ...label,
  );
  element.addEventListener('click', () => host.act(action));
  return element;
}

// ---- the claims

const MARKS: Readonly<Record<PageClaim['status'], readonly [string, string]>> = {
  pass: ['pass', 'pass-filled'],
  fail: ['fail', 'error'],
  'expected-failure': ['exp', 'target'],
  'not-reached': ['todo', 'circle-outline'],
  unchecked: ['todo', 'circle-outline'],
};

/** One bar a claim. Places are attributes in per cent: nothing is scaled when the page narrows. */
function progressView(list: readonly PageClaim[]): SVGElement {
  const step = 100 / Math.max(1, list.length);
  const bars = list.map(({ status }, index) =>
    s('rect', {
      class: MARKS[status][0],
      x: `${index * step}%`,
      y: 0.75,
      width: `${Math.max(1, step - 0.7)}%`,
      height: 4.5,
      rx: 2,
    }),
  );
  return s('svg', { class: 'pgs', 'aria-hidden': 'true' }, ...bars);
}

function problemViews({ problems }: LabPageState): HTMLElement[] {
  return problems.map(({ file, line, column, message }) =>
    h(
      'li',
      { class: 'cm fail' },
      h('span', { class: 'ci' }, icon('error')),
      h(
        'div',
        {},
        h('p', { class: 'ct0' }, message),
        h(
          'div',
          { class: 'ca0' },
          door(`${file}:${line}:${column}`, `problem-${file}-${line}`, () => host.file(file, line)),
        ),
      ),
      h('span', { class: 'cs' }, 'problem'),
    ),
  );
}

function claimView(claim: PageClaim, options: ProseOptions): HTMLElement {
  const { id, text, section, status, evidence } = claim;
  const [tint, mark] = MARKS[status];
  const failing = status === 'fail' || status === 'expected-failure';
  const place = section.startsWith('3:') ? `volume 3, ${section.slice(2)}` : `§${section}`;
  return h(
    'li',
    { class: `cm ${tint}` },
    h('span', { class: 'ci' }, icon(mark)),
    h(
      'div',
      {},
      h('p', { class: 'ct0' }, ...inlineView(text, options), ' ', h('span', { class: 'dim sec0' }, place)),
      ...(failing ? failureViews(claim, options) : passViews(claim)),
      failing &&
        evidence &&
        h(
          'div',
          { class: 'ca0' },
          door(doorWords(evidence), `evidence-${id}`, () => host.evidence(id)),
        ),
    ),
    h('span', { class: 'cs' }, STATUS_WORDS[status]),
  );
}

function failureViews({ message, expected, actual }: PageClaim, options: ProseOptions): Child[] {
  return [
    message !== undefined && h('p', { class: 'cd' }, ...inlineView(message, options)),
    expected !== undefined &&
      actual !== undefined &&
      h(
        'dl',
        { class: 'vs' },
        h('dt', {}, 'expected'),
        h('dd', { class: 'm' }, expected),
        h('dt', {}, 'actual'),
        h('dd', { class: 'm bad' }, actual),
      ),
  ];
}

/** What was found, where a claim holds. */
function passViews({ status, actual }: PageClaim): Child[] {
  return [status === 'pass' && actual !== undefined && h('p', { class: 'cd m' }, actual)];
}

function door(words: string, key: string, act: () => void): HTMLElement {
  const element = h('a', { href: '#', 'data-key': key }, words);
  element.addEventListener('click', (event) => {
    event.preventDefault();
    act();
  });
  return element;
}

// ---- hints

function hintViews({ hints: taken, hintCount }: LabPageState, options: ProseOptions): HTMLElement[] {
  return taken.map((text, index) => {
    const last = index === taken.length - 1 && taken.length < hintCount;
    const next = h('button', { type: 'button', class: 'btn sec2 s', 'data-key': 'next-hint' }, 'Next hint');
    next.addEventListener('click', () => host.act('hint'));
    return h(
      'section',
      { class: 'hint', role: 'note' },
      icon('lightbulb'),
      h('p', {}, h('b', {}, `Hint ${index + 1}. `), ...inlineView(text, options)),
      last && next,
    );
  });
}

host.listen(show);
