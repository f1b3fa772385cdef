/** The controls of `@vscode/webview-ui-toolkit`, behind this one file: whoever replaces the toolkit replaces it here. */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeTextField } from '@vscode/webview-ui-toolkit';
import { h, icon } from './dom';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeTextField());

/** A primary button with words on it. */
export function button(label: string, act: () => void): HTMLElement {
  const element = document.createElement('vscode-button');
  element.append(label);
  element.addEventListener('click', act);
  return element;
}

export interface Field {
  readonly element: HTMLElement;
  value: string;
  focus(): void;
}

/** A line to type into; `typed` hears every change. */
export function textField(label: string, placeholder: string, iconName: string, typed: (text: string) => void): Field {
  const element = document.createElement('vscode-text-field') as HTMLElement & { value: string };
  element.setAttribute('aria-label', label);
  element.setAttribute('placeholder', placeholder);
  element.setAttribute('spellcheck', 'false');
  const start = h('span', { slot: 'start' }, icon(iconName));
  element.append(start);
  element.addEventListener('input', () => typed(element.value));
  return {
    element,
    get value() {
      return element.value;
    },
    set value(text: string) {
      element.value = text;
    },
    focus: () => element.focus(),
  };
}
