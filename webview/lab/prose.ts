/** A lab's README as elements. Markdown is read into tokens, and each token becomes an element by name: no text is ever markup. */
import MarkdownIt from 'markdown-it';
import { h } from '../shared/dom';
import type { Child } from '../shared/dom';

const reader = new MarkdownIt({ html: false, linkify: false, typographer: false });
type Token = ReturnType<typeof reader.parse>[number];

/** Elements that are what their token is called; everything else in the text is only its text. */
const TAGS = ['p', 'h2', 'h3', 'h4', 'ul', 'ol', 'li', 'blockquote', 'strong', 'em', 's'] as const;
const TABLE_TAGS = ['table', 'thead', 'tbody', 'tr', 'th', 'td'] as const;
type Tag = (typeof TAGS)[number] | (typeof TABLE_TAGS)[number];
const KNOWN: ReadonlySet<string> = new Set([...TAGS, ...TABLE_TAGS]);

export interface ProseOptions {
  /** Address pictures are relative to. */
  readonly base: string;
  /** A link to the web was followed. */
  readonly link: (address: string) => void;
  /** A link to a file of the lab was followed. */
  readonly file: (name: string) => void;
}

/** The page of prose: the README without its title, which the page has already. */
export function proseView(text: string, options: ProseOptions): HTMLElement[] {
  const tokens = reader.parse(text, {});
  const title = tokens.findIndex(({ type, tag }) => type === 'heading_open' && tag === 'h1');
  const end = tokens.findIndex(({ type, tag }) => type === 'heading_close' && tag === 'h1');
  const rest = title >= 0 && end > title ? [...tokens.slice(0, title), ...tokens.slice(end + 1)] : tokens;
  const root = h('div');
  build(rest, root, options);
  return [...root.children] as HTMLElement[];
}

/** A sentence with code, weights and links in it, such as a hint. */
export function inlineView(text: string, options: ProseOptions): Child[] {
  const root = h('span');
  build(reader.parseInline(text, {}), root, options);
  return [...root.childNodes];
}

function build(tokens: readonly Token[], root: HTMLElement, options: ProseOptions): void {
  const stack: HTMLElement[] = [root];
  const top = (): HTMLElement => stack[stack.length - 1] ?? root;
  for (const token of tokens) {
    if (token.type === 'inline') build(token.children ?? [], top(), options);
    else if (token.nesting === -1) {
      if (stack.length > 1) stack.pop();
    } else {
      const element = elementOf(token, options);
      if (token.nesting === 1) {
        const opened = element instanceof HTMLElement ? element : h('span');
        top().append(opened);
        stack.push(opened);
      } else if (element) top().append(element);
    }
  }
}

function elementOf(token: Token, options: ProseOptions): Node | undefined {
  const { type, tag, content } = token;
  switch (type) {
    case 'text':
      return document.createTextNode(content);
    case 'softbreak':
      return document.createTextNode(' ');
    case 'hardbreak':
      return h('br');
    case 'hr':
      return h('hr');
    case 'code_inline':
      return h('code', {}, content);
    case 'fence':
    case 'code_block':
      return h('pre', { tabindex: 0 }, h('code', {}, content.replace(/\n$/, '')));
    case 'image':
      return pictureOf(token, options);
    case 'link_open':
      return linkOf(token, options);
    case 'paragraph_open':
      return token.hidden ? h('span') : h('p');
    default:
      // a first-level heading below the title is a section like any other
      return KNOWN.has(tag) ? h(tag as Tag) : tag === 'h1' ? h('h2') : h('span', {}, content);
  }
}

/** Only pictures that lie beside the README. */
function pictureOf(token: Token, { base }: ProseOptions): Node {
  const source = String(token.attrGet('src') ?? '');
  const label = token.content;
  if (!/^[\w-][\w./-]*$/.test(source) || source.split('/').includes('..')) return document.createTextNode(label);
  return h('img', { src: `${base}/${source}`, alt: label });
}

function linkOf(token: Token, { link, file }: ProseOptions): HTMLElement {
  const address = String(token.attrGet('href') ?? '');
  const web = /^https?:\/\//i.test(address);
  const element = h('a', { href: '#', ...(web ? { title: address } : {}) });
  element.addEventListener('click', (event) => {
    event.preventDefault();
    if (web) link(address);
    else file(address);
  });
  return element;
}
