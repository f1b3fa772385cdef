/** Beside the list: all exits by reason, ports of IOIO, and the selected exit in full. */
import type { ExitCountsAnswer } from '../../src/protocol/exit-log';
import { bitsOf } from '../shared/bits';
import { h, icon, s } from '../shared/dom';
import type { Child } from '../shared/dom';
import { exitSentence } from '../shared/exit-decode';
import { exitClass, exitCodeText, exitFullName, exitRow, exitShortName } from '../shared/exit-names';
import { count, counted, hForm, share, time } from '../shared/numbers';
import { portName } from '../shared/ports';
import { capital, classMark, classTint, hexView, mono, phraseView } from '../shared/views';
import type { ExitRow } from './rows';
import { outcomeWords } from './sentences';

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

/** `codes` in the order to show them. */
export function countsView(counts: ExitCountsAnswer, codes: ExitCountsAnswer['codes']): HTMLElement {
  const rows = codes.map(({ code, count: times }) =>
    h(
      'tr',
      { class: 'kind', 'data-filter': `exit:${exitCodeText(code)}`, title: `${exitFullName(code)}: show only these` },
      h('td', {}, h('span', { class: 'en' }, classMark(exitClass(code)), exitShortName(code))),
      h('td', { class: 'r m' }, count(times)),
      bar(times, counts.total, classTint(exitClass(code))),
      h('td', { class: 'r m' }, share(times, counts.total)),
    ),
  );
  const sum = h(
    'tr',
    { class: 'sum' },
    h('td', {}, h('b', {}, counted(codes.length, 'kind'))),
    h('td', { class: 'r m' }, h('b', {}, count(counts.total))),
    h('td'),
    h('td', { class: 'r m' }, '100'),
  );
  return h(
    'section',
    {},
    heading('graph', 'All exits'),
    h(
      'table',
      { class: 'tb', 'aria-label': 'Exits by reason' },
      h(
        'thead',
        {},
        h('tr', {}, h('th', {}, 'exit'), h('th', { class: 'r' }, 'count'), h('th'), h('th', { class: 'r' }, '%')),
      ),
      h('tbody', {}, ...rows, sum),
    ),
  );
}

export function portsView({ codes }: ExitCountsAnswer): HTMLElement | undefined {
  const ioio = codes.find(({ code }) => code === 0x7b);
  if (!ioio?.details) return undefined;
  const whole = ioio.count;
  const rows = ioio.details.rows.map(({ key: port, access, count: times }) =>
    h(
      'tr',
      { class: 'kind', 'data-filter': `port:${port.toString(16)}`, title: 'Show only these' },
      h('td', {}, mono(hForm(port, 3)), h('span', { class: 'dim dir' }, (access ?? '').toUpperCase())),
      h('td', { class: 'dim ell' }, portName(port) ?? ''),
      h('td', { class: 'r m' }, count(times)),
      bar(times, whole, 'io'),
      h('td', { class: 'r m' }, share(times, whole)),
    ),
  );
  return h(
    'section',
    {},
    heading('list-tree', 'IOIO by port'),
    h('table', { class: 'tb', 'aria-label': 'IOIO exits by port' }, h('tbody', {}, ...rows)),
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
      ...line('time', mono(time(row.time)), h('span', { class: 'dim' }, ' M instr')),
      ...line('outcome', row.handler ? `${row.handler}: ` : '', outcomeWords(row)),
    ),
  );
}
