/** A panel in a browser as the editor would show it: its page under its strict policy, a theme's variables, a lab that answers. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { HostMessage, PanelMessage, PanelName } from '../../src/protocol/panel';
import { pageText } from '../../src/vscode/page-text';
import { isRequestName, openQuestion, sealed } from '../../src/protocol/wire';
import type { Answers, EventBody, EventName, RequestName } from '../../src/protocol/wire';
import { BODY_CLASS, FONTS, THEMES } from './themes';
import type { ThemeName } from './themes';

const FILES = path.resolve('dist/webview');
const PICTURES = path.resolve('test-results/panels');
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };
/** Milliseconds; other work may share the machine. */
const PATIENCE = 20_000;
const NONCE = 'test0nonce';

interface Manifest {
  readonly contributes: { readonly colors: readonly { id: string; defaults: Record<ThemeName, string> }[] };
}

/** What the editor injects: its own variables and those our package contributes. */
function themeSheet(theme: ThemeName): string {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  const ours = contributes.colors.map(({ id, defaults }) => [id.replace('.', '-'), defaults[theme]] as const);
  const all = [...Object.entries(THEMES[theme]), ...Object.entries(FONTS), ...ours];
  return `html { ${all.map(([name, value]) => `--vscode-${name}: ${value};`).join(' ')} }
body { background: var(--vscode-editor-background); color: var(--vscode-foreground); }`;
}

/** The extension's own page, and before its style the theme, as the editor would put it in. */
function themedPage(panel: string, theme: ThemeName): string {
  const text = pageText({
    title: panel,
    script: `/${panel}/main.js`,
    style: `/${panel}/style.css`,
    source: "'self'",
    nonce: NONCE,
  });
  return text
    .replace(
      '<link ',
      `<link rel="stylesheet" href="/theme/${theme}.css">
<link `,
    )
    .replace(
      '<body>',
      `<body class="${BODY_CLASS[theme]}" data-vscode-theme-kind="${BODY_CLASS[theme].split(' ')[0]}">`,
    );
}

/** Stands in for `acquireVsCodeApi`; the page asks, the test answers. */
const API = `
let kept = JSON.parse(sessionStorage.getItem('kept') ?? 'null') ?? undefined;
globalThis.acquireVsCodeApi = () => ({
  postMessage: (message) => void pacificaSays(JSON.stringify(message)),
  getState: () => kept,
  setState: (state) => { kept = state; sessionStorage.setItem('kept', JSON.stringify(state)); },
});
document.addEventListener('securitypolicyviolation', (event) => {
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile);
});`;

export interface OpenPanel {
  readonly panel: PanelName;
  readonly answers: Answers;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Name of the debug session; null: there is none. */
  readonly session?: string | null;
}

/** A panel on screen, and what it did. */
export class PanelPage {
  /** Errors on the console, violations of the policy among them. */
  readonly errors: string[] = [];
  /** Messages other than questions, as they came. */
  readonly said: PanelMessage[] = [];
  /** Names of the requests it made. */
  readonly asked: string[] = [];

  constructor(
    readonly page: Page,
    private answers: Answers,
    private readonly session: string | null,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  /** From now on the lab answers so. */
  answerWith(answers: Answers): void {
    this.answers = answers;
  }

  async hear(message: PanelMessage): Promise<void> {
    if (message.kind === 'ready') await this.tell({ kind: 'session', name: this.session });
    else if (message.kind !== 'ask') this.said.push(message);
    else {
      this.asked.push(message.name);
      await this.tell(this.answer(message.id, message.name, message.question));
    }
  }

  async tell(message: HostMessage): Promise<void> {
    await this.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`).catch(() => undefined);
  }

  async event<E extends EventName>(name: E, body: EventBody<E>): Promise<void> {
    await this.tell({ kind: 'event', name, body: sealed(body) });
  }

  /** Waits until an expression holds in the page, whose policy forbids playwright's own way of asking. */
  async until(expression: string): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!(await this.page.evaluate(expression))) {
      if (Date.now() > deadline) throw new Error(`waited in vain for ${expression}`);
      await this.page.waitForTimeout(30);
    }
  }

  /** Reads until the reading satisfies a test, and returns it: a page draws when it is ready, not when it is told. */
  async settled<T>(what: string, read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const value = await read();
      if (holds(value)) return value;
      if (Date.now() > deadline) throw new Error(`${what}: the last reading was ${JSON.stringify(value)}`);
      await this.page.waitForTimeout(30);
    }
  }

  /** Waits until the first element of a selector reads so; a text must be all of it. */
  async reads(selector: string, wanted: RegExp | string): Promise<void> {
    const text = () => this.page.locator(selector).first().innerText();
    await this.settled(`${selector} reads ${String(wanted)}`, text, (read) =>
      typeof wanted === 'string' ? read === wanted : wanted.test(read),
    );
  }

  /** Waits until there are so many elements of a selector. */
  async counts(selector: string, wanted: number): Promise<void> {
    const count = () => this.page.locator(selector).count();
    await this.settled(`${wanted} of ${selector}`, count, (seen) => seen === wanted);
  }

  /** Waits until this is what the page said last, questions aside. */
  async says(wanted: PanelMessage): Promise<void> {
    await this.settled(
      `it says ${JSON.stringify(wanted)}`,
      async () => this.said.at(-1),
      (said) => isDeepStrictEqual(said, wanted),
    );
  }

  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
  }

  /** Pictures in each of the widths; fails if one of them scrolls sideways. */
  async pictures(name: string, widths: Readonly<Record<string, number>>, height = 760): Promise<void> {
    for (const [shape, width] of Object.entries(widths)) {
      await this.page.setViewportSize({ width, height });
      await this.page.waitForTimeout(100);
      await this.picture(`${name}.${shape}`);
      const over = await this.page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      if (over !== 0) throw new Error(`${name} at ${width} scrolls sideways by ${String(over)}`);
    }
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  private answer(id: number, name: string, question: unknown): HostMessage {
    try {
      if (!isRequestName(name)) throw new Error(`no request ${name}`);
      const handler = this.answers[name] as (asked: unknown) => object;
      return { kind: 'answer', id, body: sealed(handler(openQuestion<RequestName>(name, question))) };
    } catch (error) {
      return { kind: 'failure', id, message: (error as Error).message };
    }
  }
}

export class PanelBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
  ) {}

  static async start(): Promise<PanelBrowser> {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const theme = /^\/theme\/(\w+)\.css$/.exec(pathname)?.[1] as ThemeName | undefined;
      const type = TYPES[path.extname(pathname)];
      try {
        if (theme) response.setHeader('content-type', 'text/css').end(themeSheet(theme));
        else if (type) response.setHeader('content-type', type).end(readFileSync(path.join(FILES, pathname)));
        else {
          const text = themedPage(pathname.slice(1), (searchParams.get('theme') ?? 'dark') as ThemeName);
          response.setHeader('content-type', 'text/html').end(text);
        }
      } catch (error) {
        response.writeHead(404).end((error as Error).message);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    return new PanelBrowser(browser, server);
  }

  async open({
    panel,
    answers,
    theme = 'dark',
    width = 1100,
    height = 760,
    session = 'guest.asm',
  }: OpenPanel): Promise<PanelPage> {
    const page = await this.newPage(width, height);
    const opened = new PanelPage(page, answers, session);
    await this.load(page, panel, theme, (message) => void opened.hear(message as PanelMessage));
    return opened;
  }

  async newPage(width: number, height: number): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width, height } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    return page;
  }

  /** Loads the page of a bundle; what it says is heard. */
  async load(page: Page, bundle: string, theme: ThemeName, hear: (message: unknown) => void): Promise<void> {
    await page.exposeFunction('pacificaSays', (text: string) => hear(JSON.parse(text)));
    await page.addInitScript(API);
    const { port } = this.server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/${bundle}?theme=${theme}`);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
