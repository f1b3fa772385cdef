/** The intercepts: a row of 32 squares a word, and the names of those that are on. */
import { h, s } from '../shared/dom';
import { exitClass } from '../shared/exit-names';
import { hForm } from '../shared/numbers';
import { chipView, classTint } from '../shared/views';
import { interceptWords } from './intercept-words';
import type { InterceptWord } from './intercept-words';
import type { RowContext } from './field-rows';

/** Squares are 6 wide in steps of 8, with a gap after each byte. */
const STEP = 8;
const BYTE_GAP = 4;
const WIDTH = 32 * STEP + 3 * BYTE_GAP;

function squares({ bits }: InterceptWord): SVGSVGElement {
  const marks = bits.map(({ bit, on, changed, fired, tip }) => {
    const x = bit * STEP + (bit >> 3) * BYTE_GAP + 0.5;
    const look = [on ? 'on' : 'of', changed && 'nw', fired && 'hit'].filter(Boolean).join(' ');
    return s('rect', { class: look, x, y: 1, width: 6, height: 10, rx: 1, 'data-tip': tip });
  });
  return s('svg', { class: 'bits', viewBox: `-1 -1 ${WIDTH + 1} 14`, 'aria-hidden': 'true' }, ...marks);
}

export function interceptRows(context: RowContext): HTMLElement[] {
  const { page, before, changedOnly, violations } = context;
  const tone = classTint(exitClass(page.exitCode));
  const rows: HTMLElement[] = [];
  for (const word of interceptWords(page, before, context.exited)) {
    const broken = violations.filter(({ field }) => field === 'interceptMisc2' && word.offset === 0x10);
    if (changedOnly && !word.changed && broken.length === 0) continue;
    const shown = word.bits.filter(({ on, changed, label }) => label !== '' && (on || changed));
    const chips = shown.map(({ label, on, changed, fired, tip }) =>
      chipView({ text: label, look: fired ? 'hit' : on ? 'on' : 'off', changed, meaning: tip }),
    );
    chips.push(...broken.map(({ what, section }) => chipView({ text: what, look: 'bad', meaning: `§${section}` })));
    rows.push(
      h(
        'div',
        {
          class: ['iv', tone, word.changed && 'chg', broken.length > 0 && 'chg refuse'].filter(Boolean).join(' '),
          role: 'row',
          tabindex: -1,
          'data-key': `intercepts.${word.offset}`,
          'data-tip-more': shown.map(({ tip }) => tip.replace(/\n/g, ' ')).join('\n'),
        },
        h('span', { class: 'm dim off', role: 'cell' }, hForm(word.offset, 3)),
        h('span', { class: 'fn', role: 'rowheader' }, word.title),
        squares(word),
        h(
          'span',
          { class: 'chips', role: 'cell' },
          ...(chips.length > 0 ? chips : [h('span', { class: 'dim sm' }, 'none')]),
        ),
      ),
    );
  }
  return rows;
}

/** How many intercepts are on. */
export function interceptsOn(context: RowContext): number {
  const words = interceptWords(context.page, context.before, context.exited);
  return words.reduce((sum, { bits }) => sum + bits.filter(({ on }) => on).length, 0);
}
