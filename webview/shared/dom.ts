/** Making elements: attributes and listeners, never inline styles. */

export type Child = Node | string | undefined | null | false;
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

const SVG = 'http://www.w3.org/2000/svg';

function fill(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...present(children));
}

/** Without what is not there. */
export function present(children: readonly Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => !!child);
}

/** An HTML element. A `false` or absent attribute is left out, `true` is an empty one. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** An SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  fill(element, attributes, children);
  return element;
}

/** A codicon; what it says is said by a label beside it. */
export function icon(name: string): HTMLElement {
  return h('i', { class: `codicon codicon-${name}`, 'aria-hidden': 'true' });
}

/** The element an event happened in that matches a selector. */
export function closest<T extends Element = HTMLElement>(event: Event, selector: string): T | undefined {
  return event.target instanceof Element ? (event.target.closest<T>(selector) ?? undefined) : undefined;
}
