/** Rows of fields and of segments: offset, name, value with what it was, chips. */
import type { VmcbField } from '../../src/engine/arch/vmcb';
import type { VmcbViolation } from '../../src/protocol/vmcb';
import { h, icon } from '../shared/dom';
import type { Child } from '../shared/dom';
import { exitClass } from '../shared/exit-names';
import { counted, hForm } from '../shared/numbers';
import { chipView, chipsView, classTint, hexView } from '../shared/views';
import type { Chip } from '../shared/chip';
import { fieldFacts, fieldTip } from './field-facts';
import type { FieldContext } from './field-facts';
import type { FieldGroup, SegmentFields } from './groups';
import { segmentChips } from './segment-facts';
import { differs, rowOf } from './vmcb-page';

/** All that rows look at. */
export interface RowContext extends FieldContext {
  readonly violations: readonly VmcbViolation[];
  readonly changedOnly: boolean;
  readonly isFolded: (group: string, byDefault: boolean) => boolean;
}

/** Fields shown with all their digits: physical bases and what is compared with them. */
const FULL_WIDTH = new Set<VmcbField>(['rax', 'nCr3', 'iopmBasePa', 'msrpmBasePa', 'tscOffset', 'cr3']);
/** Fields that open the page tables. */
const DOORS: Partial<Record<VmcbField, string>> = { cr3: 'guest', nCr3: 'nested' };

function wideValue(field: VmcbField, { page }: RowContext): Child {
  const bytes = page.bytesOf(field);
  const set = bytes.filter((byte) => byte !== 0).length;
  if (set === 0) return h('span', { class: 'dim sm' }, `${bytes.length} bytes, all zero`);
  if (bytes.length > 16) return h('span', { class: 'sm' }, `${counted(set, 'byte')} of ${bytes.length} not zero`);
  return h(
    'span',
    { class: 'm' },
    [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' '),
  );
}

/** A value, and before it what it was: of a long old value only the last 16 bits, if the others are the same. */
export function changedValue(value: bigint, before: bigint | undefined, width: number): Child[] {
  if (before === undefined || before === value) return [hexView(value, width)];
  const near = before > 0xffff_ffffn && value >> 16n === before >> 16n;
  const old = near ? hexView(before & 0xffffn, 4) : hexView(before);
  return [h('span', { class: 'was' }, old), h('span', { class: 'now' }, hexView(value, width))];
}

function valueView(field: VmcbField, context: RowContext): HTMLElement {
  const { page, before } = context;
  if (rowOf(field).size > 8) return h('span', { class: 'fv', role: 'cell' }, wideValue(field, context));
  const value = page.value(field);
  const old = before?.value(field);
  const parts = field === 'cpl' ? [h('span', { class: 'm' }, String(value))] : undefined;
  const shown = parts ?? changedValue(value, old, FULL_WIDTH.has(field) ? 16 : 1);
  const door = DOORS[field];
  const view = h('span', { class: 'fv', role: 'cell' }, ...shown);
  if (door && value !== 0n) {
    const link = h('a', { class: 'door', 'data-open': door, title: 'Show these page tables' }, icon('list-tree'));
    view.append(link);
  }
  return view;
}

/** `was 0x72, is 0x7B`, for a screen reader. */
function changeWords(field: VmcbField, { page, before }: RowContext): string {
  if (!before || rowOf(field).size > 8) return 'changed';
  return `was ${before.value(field).toString(16)}h, is ${page.value(field).toString(16)}h`;
}

/** A chip and its meaning on one line. */
function chipWords({ text, meaning }: Chip): string {
  const line = (meaning ?? '').replace(/\n/g, ' ');
  return line.startsWith(text) ? line : `${text}: ${line}`;
}

export function fieldRow(field: VmcbField, context: RowContext): HTMLElement | undefined {
  const { page, before, violations, changedOnly } = context;
  const changed = differs(page, before, field);
  const broken = violations.filter((violation) => violation.field === field);
  if (changedOnly && !changed && broken.length === 0) return undefined;
  const { name, offset } = rowOf(field);
  const facts = fieldFacts(field, context);
  const refused = broken.map(({ what, section }): Chip => ({
    text: what,
    look: 'bad',
    meaning: `VMRUN refuses this\n§${section}`,
  }));
  const chips = [...refused, ...facts.chips];
  const tone = field === 'exitCode' ? classTint(exitClass(page.exitCode)) : '';
  const more = chips.filter(({ meaning }) => meaning).map(chipWords);
  return h(
    'div',
    {
      class: ['f', changed && 'chg', broken.length > 0 && 'chg refuse'].filter(Boolean).join(' '),
      role: 'row',
      tabindex: -1,
      'data-key': field,
      'data-tip': fieldTip(field),
      'data-tip-more': more.join('\n'),
    },
    h('span', { class: 'm dim off', role: 'cell' }, hForm(offset, 3)),
    h(
      'span',
      { class: 'fn', role: 'rowheader' },
      name,
      changed && h('span', { class: 'sr' }, changeWords(field, context)),
    ),
    valueView(field, context),
    h(
      'span',
      { class: `fb ${tone}`, role: 'cell' },
      chips.length > 0 && chipsView(chips),
      facts.note && h('span', { class: 'dim sm' }, facts.note),
    ),
  );
}

/** A heading that opens and closes what is below it; `note` is quiet beside it. */
export function groupView(
  group: FieldGroup,
  rows: readonly HTMLElement[],
  context: RowContext,
): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  const folded = !context.changedOnly && context.isFolded(group.id, group.folded ?? false);
  const note = group.note ?? (group.folded ? counted(group.fields.length, 'field') : undefined);
  const head = h(
    'button',
    { class: 'sec', type: 'button', tabindex: -1, 'data-group': group.id, 'aria-expanded': String(!folded) },
    icon(folded ? 'chevron-right' : 'chevron-down'),
    h('span', {}, group.title),
    note && h('span', { class: 'n' }, note),
  );
  const body = h('div', { role: 'table', 'aria-label': group.title }, ...rows);
  return h('section', { class: 'grp' }, h('h3', {}, head), !folded && body);
}

const SEGMENT_HEADS = ['', 'sel', 'base', 'limit', 'attributes'];

export function segmentTable(rows: readonly SegmentFields[], context: RowContext): HTMLElement | undefined {
  const { page, before, changedOnly, violations } = context;
  const lines = rows.map((row) => {
    const fields = row.table ? [row.base, row.limit] : [row.selector, row.base, row.limit, row.attrib];
    const changed = fields.some((field) => differs(page, before, field));
    const broken = violations.filter(({ field }) => fields.includes(field));
    if (changedOnly && !changed && broken.length === 0) return undefined;
    const cell = (field: VmcbField, width: number) =>
      h('td', {}, ...changedValue(page.value(field), before?.value(field), width));
    const refused = broken.map(({ what, section }) => chipView({ text: what, look: 'bad', meaning: `§${section}` }));
    const moved = row.byVmload ? 'moved by VMLOAD and VMSAVE' : 'loaded by VMRUN, stored by #VMEXIT';
    return h(
      'tr',
      {
        class: ['sg', changed && 'chg', broken.length > 0 && 'refuse'].filter(Boolean).join(' '),
        tabindex: -1,
        'data-key': row.base,
        'data-tip': `${row.name}, ${hForm(rowOf(row.selector).offset, 3)}\n${moved}\n§${rowOf(row.base).section}`,
      },
      h('th', { scope: 'row', class: 'fn' }, row.name),
      row.table ? h('td') : cell(row.selector, 4),
      cell(row.base, 1),
      cell(row.limit, 1),
      h('td', {}, !row.table && chipsView(segmentChips(page.value(row.attrib))), ...refused),
    );
  });
  const shown = lines.filter((line) => line !== undefined);
  if (shown.length === 0) return undefined;
  return h(
    'table',
    { class: 'segs', 'aria-label': 'Segments' },
    h('thead', {}, h('tr', {}, ...SEGMENT_HEADS.map((head) => h('th', { scope: 'col' }, head)))),
    h('tbody', {}, ...shown),
  );
}
