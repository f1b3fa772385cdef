/** The head of a panel: one sentence, what comes next, the coordinates; and the states in which there is nothing else. */
import { h, icon, present } from './dom';
import type { Child } from './dom';
import { button } from './toolkit';
import type { Phrase } from './phrase';
import { phraseText } from './phrase';
import { phraseView } from './views';

export interface AnswerParts {
  readonly mark: Child;
  readonly headline: Phrase;
  readonly next?: Phrase;
  readonly facts?: readonly Child[];
}

/** Built once and filled again: the headline is a live region, and controls in `tools` keep the keyboard. */
export class Answer {
  private readonly mark = h('span', { class: 'mark' });
  private readonly headline = h('h1');
  private readonly next = h('p');
  private readonly facts = h('div', { class: 'facts' });
  private readonly spoken = h('span', { class: 'sr', 'aria-live': 'polite' });
  readonly tools = h('div', { class: 'tools' });
  readonly element = h(
    'header',
    { class: 'answer' },
    this.mark,
    h('div', {}, this.headline, this.next, this.spoken),
    this.tools,
    this.facts,
  );
  private said = '';

  /** `speak`: tell a screen reader if the sentence is new; only at a stop. */
  show({ mark, headline, next, facts }: AnswerParts, speak: boolean): void {
    this.mark.replaceChildren(...(mark ? [mark] : []));
    this.headline.replaceChildren(...present(phraseView(headline)));
    this.next.replaceChildren(...present(phraseView(next ?? [])));
    this.facts.replaceChildren(...present(facts ?? []));
    const text = phraseText(headline);
    if (speak && text !== this.said) this.spoken.textContent = text;
    this.said = text;
  }
}

/** Nothing to show yet: what will appear here and when, and one thing to do. */
export function emptyState(what: {
  icon: string;
  title: string;
  text: string;
  act?: [string, () => void];
}): HTMLElement {
  const { title, text, act } = what;
  return h(
    'div',
    { class: 'state' },
    icon(what.icon),
    h('b', {}, title),
    h('p', {}, text),
    act && button(act[0], act[1]),
  );
}

/** Something is wrong; `ours`: a fault of the panel, said as such. */
export function errorState(title: string, text: string, ours: boolean): HTMLElement {
  const who = ours ? 'This is a fault of Pacifica, not of the guest. ' : '';
  return h('div', { class: 'state er', role: 'alert' }, icon('error'), h('b', {}, title), h('p', {}, `${who}${text}`));
}
