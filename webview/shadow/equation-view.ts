/** What must hold, drawn once: shadow = map ∘ guest. */
import { h } from '../shared/dom';

export function equationView(): HTMLElement {
  const box = (name: string, who: string) => h('span', { class: `cb ${who}` }, name);
  const arrow = (label: string, who: string, long = false) =>
    h('span', { class: `ca ${who}${long ? ' long' : ''}` }, h('span', {}, label));
  return h(
    'div',
    {
      class: 'chain',
      role: 'img',
      'aria-label':
        'GVA through the guest’s table to GPA and through the memory map to SPA must equal GVA through the shadow table to SPA',
    },
    h(
      'span',
      { class: 'half' },
      box('GVA', 'a'),
      arrow('guest’s table', 'a'),
      box('GPA', 'a'),
      arrow('memory map', 'h'),
      box('SPA', 'h'),
    ),
    h('span', { class: 'must' }, 'must equal'),
    h(
      'span',
      { class: 'half' },
      box('GVA', 'a'),
      arrow('shadow table, the one CR3 points to', 'h', true),
      box('SPA', 'h'),
    ),
  );
}
