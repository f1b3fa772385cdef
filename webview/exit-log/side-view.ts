/** Beside the list: exits by kind with what they cost, what the commonest kind is about, and the selected exit in full. */
import { MSRS } from '../../src/engine/arch/msr';
import type { ExitCountsAnswer, ExitDetailName, ExitKindCount } from '../../src/protocol/exit-log';
import { bitsOf } from '../shared/bits';
import { h, icon, s } from '../shared/dom';
import type { Child } from '../shared/dom';
import { exitSentence } from '../shared/exit-decode';
import { exitClass, exitCodeText, exitFullName, exitRow, exitShortName } from '../shared/exit-names';
import { count, counted, duration, hForm, share, time } from '../shared/numbers';
import { portName } from '../shared/ports';
import { capital, classMark, classTint, hexView, mono, phraseView } from '../shared/views';
import type { ExitRow } from '../shared/exit-row';
import { outcomeWords } from '../shared/exit-row';
import { costWords, hypervisorTime } from './sentences';

function bar(part: number, whole: number, tint: string): HTMLElement {
  const width = `${share(part, whole)}%`;
  return h(
    'td',
    { class: 'bar-cell' },
    s(
      'svg',
      { class: `bar ${tint}`, role: 'img', 'aria-label': `${share(part, whole)} %` },
      s('rect', { class: 'bt', width: '100%', height: 8, y: 2 }),
      s('rect', { width, height: 8, y: 2 }),
    ),
  );
}

function heading(name: string, text: string, note?: string): HTMLElement {
  return h('h2', { class: 'sec' }, icon(name), h('span', {}, text), note && h('span', { class: 'n' }, note));
}

const COST_NOTES: Record<ExitCountsAnswer['costs'], string> = {
  model: 'ns an exit, a model',
  instructions: 'ns an exit: one each instruction',
};

function average({ cost }: ExitKindCount): string {
  return cost.exits === 0 ? '' : count(Math.round(cost.sum / cost.exits));
}

/** `codes` in the order to show them; `title` says which exits are counted. */
export function countsView(counts: ExitCountsAnswer, codes: ExitCountsAnswer['codes'], title: string): HTMLElement {
  const spent = hypervisorTime(counts);
  const rows = codes.map((kind) => {
    const { code, count: times, cost } = kind;
    const known = cost.exits > 0;
    return h(
      'tr',
      {
        class: 'kind',
        'data-filter': `exit:${exitCodeText(code)}`,
        'data-tip': `${exitFullName(code)}: click to see only these\n${share(cost.sum, spent)} % of the hypervisor’s time: ${duration(cost.sum)}`,
      },
      h('td', {}, h('span', { class: 'en' }, classMark(exitClass(code)), exitShortName(code))),
      h('td', { class: 'r m' }, count(times)),
      bar(times, counts.total, classTint(exitClass(code))),
      h('td', { class: 'r m' }, share(times, counts.total)),
      h('td', { class: 'r m dim far' }, known ? count(cost.least) : ''),
      h('td', { class: 'r m' }, average(kind)),
      h('td', { class: 'r m dim far' }, known ? count(cost.most) : ''),
    );
  });
  const costed = counts.codes.reduce((sum, { cost }) => sum + cost.exits, 0);
  const sum = h(
    'tr',
    { class: 'sum', 'data-tip': `All exits together: ${duration(spent)}` },
    h('td', {}, h('b', {}, counted(codes.length, 'kind'))),
    h('td', { class: 'r m' }, h('b', {}, count(counts.total))),
    h('td'),
    h('td', { class: 'r m' }, '100'),
    h('td', { class: 'far' }),
    h('td', { class: 'r m' }, costed === 0 ? '' : count(Math.round(spent / costed))),
    h('td', { class: 'far' }),
  );
  const head = (text: string, far = false) => h('th', { class: far ? 'r far' : 'r' }, text);
  return h(
    'section',
    {},
    heading('graph', title, COST_NOTES[counts.costs]),
    h(
      'table',
      { class: 'tb', 'aria-label': 'Exits by kind' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', {}, 'exit'),
          head('count'),
          h('th'),
          head('%'),
          head('min', true),
          head('avg'),
          head('max', true),
        ),
      ),
      h('tbody', {}, ...rows, sum),
    ),
  );
}

interface DetailWords {
  readonly title: string;
  readonly name: (key: number) => Child;
  readonly about: (key: number) => string;
  readonly filter: (key: number) => string;
}

const PAGE = 4096;
const hex = (key: number) => key.toString(16);
const DETAILS: Record<ExitDetailName, DetailWords> = {
  port: {
    title: 'by port',
    name: (key) => mono(hForm(key, 3)),
    about: (key) => portName(key) ?? '',
    filter: (key) => `port:${hex(key)}`,
  },
  msr: {
    title: 'by register',
    name: (key) => mono(hForm(key)),
    about: (key) => Object.values(MSRS).find(({ number }) => number === key)?.name ?? '',
    filter: (key) => `msr:${hex(key)}`,
  },
  page: {
    title: 'by page',
    name: (key) => hexView(BigInt(key * PAGE)),
    about: () => 'GPA',
    filter: (key) => `gpa:${hex(key * PAGE)}`,
  },
  leaf: {
    title: 'by leaf',
    name: (key) => mono(hForm(key)),
    about: () => '',
    filter: (key) => `exit:cpuid rax:${hex(key)}`,
  },
  call: {
    title: 'by EAX',
    name: (key) => mono(hForm(key)),
    about: () => '',
    filter: (key) => `exit:vmmcall rax:${hex(key)}`,
  },
};

/** What exits of one kind are about. */
export function detailsView({ code, count: whole, details }: ExitKindCount): HTMLElement | undefined {
  if (!details) return undefined;
  const { title, name, about, filter } = DETAILS[details.by];
  const tint = classTint(exitClass(code));
  const rows = details.rows.map(({ key, access, count: times, cost }) =>
    h(
      'tr',
      {
        class: 'kind',
        'data-filter': filter(key),
        'data-tip': `Click to see only these\nTogether they cost ${duration(cost)}`,
      },
      h('td', {}, name(key), access && h('span', { class: 'dim dir' }, access.toUpperCase())),
      h('td', { class: 'dim ell' }, about(key)),
      h('td', { class: 'r m' }, count(times)),
      bar(times, whole, tint),
      h('td', { class: 'r m' }, share(times, whole)),
    ),
  );
  const { more } = details;
  const rest =
    more.count > 0 &&
    h(
      'tr',
      { class: 'dim' },
      h('td', { colspan: 2 }, more.keys > 0 ? `${count(more.keys)} more` : 'others'),
      h('td', { class: 'r m' }, count(more.count)),
      h('td'),
      h('td', { class: 'r m' }, share(more.count, whole)),
    );
  return h(
    'section',
    {},
    heading('list-tree', `${exitShortName(code)} ${title}`),
    h(
      'table',
      { class: 'tb', 'aria-label': `${exitShortName(code)} ${title}` },
      h('tbody', {}, ...rows, ...(rest ? [rest] : [])),
    ),
  );
}

/** One exit in full. */
export function exitView(row: ExitRow, guestName: string): HTMLElement {
  const known = exitRow(row.code);
  const line = (name: string, ...value: Child[]) => [h('dt', { class: 'dim' }, name), h('dd', {}, ...value)];
  const fields = (value: bigint, which: 'exitInfo1' | 'exitInfo2') => {
    const set = (known?.[which] ?? []).filter((field) => field.hi - field.lo < 63 && bitsOf(value, field) !== 0n);
    if (set.length === 0) return undefined;
    return h(
      'span',
      { class: 'chips' },
      ...set.map((field) => {
        const text = field.hi === field.lo ? field.name : `${field.name} ${hForm(bitsOf(value, field), 1)}`;
        return h('span', { class: 'chip', 'data-tip': `${field.meaning}\n§${known?.section}` }, text);
      }),
    );
  };
  return h(
    'section',
    { class: 'one' },
    h(
      'h2',
      { class: 'sec' },
      icon('target'),
      h('span', {}, 'Exit ', mono(count(row.number))),
      h('span', { class: 'n' }, `§${known?.section ?? 'C'}`),
    ),
    h('p', {}, ...phraseView(exitSentence(capital(guestName), row))),
    h(
      'dl',
      {},
      ...line('EXITCODE', mono(exitCodeText(row.code)), ' ', exitFullName(row.code)),
      ...line('EXITINFO1', hexView(row.info1), fields(row.info1, 'exitInfo1')),
      ...line('EXITINFO2', hexView(row.info2), fields(row.info2, 'exitInfo2')),
      ...line('RIP', hexView(row.rip)),
      ...line('RAX', hexView(row.rax)),
      ...line('RCX', hexView(row.rcx)),
      ...line('RDX', hexView(row.rdx)),
      ...line(
        'time',
        mono(time(row.time)),
        h('span', { class: 'dim' }, ` M instr, ${counted(row.ran, 'instruction')} after VMRUN`),
      ),
      ...line(
        'outcome',
        row.handler ? `${row.handler}: ` : '',
        outcomeWords(row),
        row.cost > 0 && `, ${costWords(row.cost)}`,
      ),
    ),
  );
}
