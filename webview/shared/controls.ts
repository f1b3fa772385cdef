/** Controls the toolkit does not have: a choice of a few, a button that is an icon, a row that moves the keyboard. */
import { h, icon } from './dom';
import type { Child } from './dom';

/** A button that is an icon; its label is its tooltip. */
export function iconButton(name: string, label: string, act: () => void): HTMLButtonElement {
  const element = h('button', { class: 'ib', type: 'button', title: label, 'aria-label': label }, icon(name));
  element.addEventListener('click', act);
  return element;
}

export interface Option<T extends string> {
  readonly value: T;
  readonly content: readonly Child[];
  /** Said instead of a content that is only a sign. */
  readonly label?: string;
  readonly disabled?: boolean;
  /** Why it is disabled, or what it shows. */
  readonly title?: string;
}

/** One of a few: a radio group in one tab stop, arrows move the choice. */
export class Segment<T extends string> {
  readonly element: HTMLElement;
  private options: readonly Option<T>[] = [];
  private chosen: T;

  constructor(
    label: string,
    chosen: T,
    private readonly choose: (value: T) => void,
  ) {
    this.chosen = chosen;
    this.element = h('span', { class: 'seg', role: 'radiogroup', 'aria-label': label });
    this.element.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const open = this.options.filter(({ disabled }) => !disabled);
      const at = open.findIndex(({ value }) => value === this.chosen);
      const next = open[(at + step + open.length) % open.length];
      if (next) this.pick(next.value, true);
    });
  }

  get value(): T {
    return this.chosen;
  }

  show(options: readonly Option<T>[], chosen: T): void {
    const focused = this.element.contains(document.activeElement);
    this.options = options;
    this.chosen = chosen;
    this.element.replaceChildren(
      ...options.map(({ value, content, label, disabled, title }) => {
        const checked = value === chosen;
        const element = h(
          'button',
          {
            type: 'button',
            role: 'radio',
            'aria-checked': String(checked),
            tabindex: checked ? 0 : -1,
            disabled,
            title: title ?? label,
            'aria-label': label,
          },
          ...content,
        );
        element.addEventListener('click', () => this.pick(value, false));
        return element;
      }),
    );
    if (focused) this.element.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
  }

  private pick(value: T, focus: boolean): void {
    if (value === this.chosen) return;
    this.show(this.options, value);
    if (focus) this.element.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
    this.choose(value);
  }
}

/** Keys of letters are the field's while one types in it. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
