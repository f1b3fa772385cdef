/** What a thing means, when it is pointed at or focused: any element with `data-tip`; `data-tip-more` is
 * told only to the keyboard, which cannot point at the parts. Escape puts it away. */
import { h } from './dom';

const DELAY = 350;
const GAP = 6;
const TIPPED = '[data-tip], [data-tip-more]';

export function installTooltips(root: HTMLElement): void {
  const tip = h('div', { class: 'tip', role: 'tooltip', id: 'tip', hidden: true });
  document.body.append(tip);
  let over: Element | undefined;
  let timer = 0;

  const hide = () => {
    clearTimeout(timer);
    tip.hidden = true;
    over?.removeAttribute('aria-describedby');
    over = undefined;
  };
  const show = (element: Element, focused: boolean) => {
    const more = focused ? element.getAttribute('data-tip-more') : '';
    const text = [element.getAttribute('data-tip'), more].filter(Boolean).join('\n');
    if (!text) return;
    tip.replaceChildren(...text.split('\n').map((line) => h('div', {}, line)));
    tip.hidden = false;
    element.setAttribute('aria-describedby', 'tip');
    const place = element.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const below = place.bottom + GAP + own.height <= window.innerHeight;
    const top = below ? place.bottom + GAP : Math.max(GAP, place.top - GAP - own.height);
    const left = Math.min(Math.max(GAP, place.left), window.innerWidth - own.width - GAP);
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  };
  const point = (element: Element | null, focused: boolean) => {
    if (element === (over ?? null)) return;
    hide();
    if (!element) return;
    over = element;
    timer = window.setTimeout(() => show(element, focused), DELAY);
  };

  const tipped = (target: EventTarget | null) => (target instanceof Element ? target.closest(TIPPED) : null);
  root.addEventListener('pointerover', (event) => point(tipped(event.target), false));
  root.addEventListener('pointerleave', hide);
  root.addEventListener('focusin', (event) => {
    const { target } = event;
    // a click is not a question
    if (target instanceof Element && target.matches(':focus-visible')) point(tipped(target), true);
  });
  root.addEventListener('focusout', hide);
  window.addEventListener('scroll', hide, { capture: true, passive: true });
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });
}
