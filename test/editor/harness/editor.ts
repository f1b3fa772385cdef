/** One server and one browser for all scenarios; each scenario has a page of its own on a fresh copy of a workspace. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { startServer } from '../../../scripts/lib/editor-server.mjs';
import { installExtension } from '../../../scripts/lib/package.mjs';
import { Workbench } from './workbench';

/** The repository's top folder: npm's scripts start there. */
export const ROOT = process.cwd();
/** Screenshots and the server's log, kept after the run. */
export const RESULTS = path.join(ROOT, 'test-results');

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const CHROMIUM_WORDS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SETTINGS = {
  'editor.minimap.enabled': false,
  // its text is then in the page, where a test can read it
  'terminal.integrated.gpuAcceleration': 'off',
  'workbench.enableExperiments': false,
};
/** Where a suite in the extension host leaves its report, in the server's home. */
const HOST_REPORT = 'host-report.json';
/** What a page wishes of its colours; the editor follows with its own theme of that kind. */
const THEMES = {
  dark: { colorScheme: 'dark' },
  light: { colorScheme: 'light' },
  'high contrast': { colorScheme: 'dark', forcedColors: 'active' },
  'high contrast light': { colorScheme: 'light', forcedColors: 'active' },
} as const;
const VIEWPORT = { width: 1440, height: 900 };

interface Editor {
  readonly home: string;
  readonly port: number;
  readonly browser: Browser;
  readonly stopServer: () => Promise<void>;
}

let editor: Promise<Editor> | undefined;
let installed: Promise<Editor> | undefined;
let workspaces = 0;
/** The pages that are open, for the picture of a failure. */
const workbenches = new Set<Workbench>();

async function startEditor(): Promise<Editor> {
  mkdirSync(RESULTS, { recursive: true });
  const home = mkdtempSync(path.join(tmpdir(), 'pacifica-editor-'));
  // the driver lets a page name tests to run in the extension host
  const words = ['--vscode-option', 'enable-smoke-test-driver'];
  const env = { PACIFICA_HOST_REPORT: path.join(home, HOST_REPORT) };
  const server = await startServer({ root: ROOT, home, settings: SETTINGS, words, env });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_WORDS });
  return { home, port: server.port, browser, stopServer: server.stop };
}

export interface OpenOptions {
  /** A folder of the repository, copied; the copy is what the editor opens. Without it an empty one. */
  readonly folder?: string;
  /** More files to put into the copy: path and text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Which extension host the extension runs in: Node's on the server, if not said, or the browser's own worker. */
  readonly host?: 'node' | 'browser';
  /** Dark, if not said. */
  readonly theme?: keyof typeof THEMES;
  /** Settings of the workspace, over those of the user. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** How a suite in the extension host ended: its exit code, and the tests it reports by name. */
export interface HostRun {
  readonly code: number;
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** Opens a page with the extension under development loaded, and waits until the workbench stands. */
export async function openWorkbench(options: OpenOptions = {}): Promise<Workbench> {
  const { home, port } = await started();
  const { workbench, url } = await newPage(options);
  const extension = options.host === 'browser' ? browserExtension(home) : ROOT;
  await workbench.page.addInitScript(loadExtension, { port, path: extension });
  await workbench.page.goto(url);
  await workbench.page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60_000 });
  return workbench;
}

/**
 * Opens a page of an editor as a user has it: a profile of its own in which nothing but the packed extension is installed, and which
 * asks whether the folder is trusted.
 */
export async function openInstalled(options: Omit<OpenOptions, 'host'> = {}): Promise<Workbench> {
  const user = await (installed ??= startInstalled());
  const { workbench, url } = await newPage(options, user);
  await workbench.page.goto(url);
  await workbench.page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60_000 });
  return workbench;
}

async function startInstalled(): Promise<Editor> {
  const { browser } = await started();
  const home = mkdtempSync(path.join(tmpdir(), 'pacifica-installed-'));
  const vsix = path.join(home, 'pacifica.vsix');
  execFileSync(process.execPath, [path.join(ROOT, 'scripts/package.mjs'), vsix]);
  await installExtension(vsix, home);
  const server = await startServer({ root: ROOT, home, settings: SETTINGS, asksTrust: true });
  return { home, port: server.port, browser, stopServer: server.stop };
}

/** Runs a suite inside the extension host, beside the extension; `suite` is a built module that exports `run`. */
export async function runInHost(suite: string, options: OpenOptions = {}): Promise<HostRun> {
  const { home, port } = await started();
  rmSync(path.join(home, HOST_REPORT), { force: true });
  const { workbench, url } = await newPage(options);
  const ended = new Promise<number>((resolve) => {
    void workbench.page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  });
  await workbench.page.exposeFunction('codeAutomationLog', () => undefined);
  const remote = `vscode-remote://127.0.0.1:${port}`;
  const payload = [
    ['extensionDevelopmentPath', `${remote}${ROOT}`],
    ['extensionTestsPath', `${remote}${path.resolve(ROOT, suite)}`],
  ];
  await workbench.page.goto(`${url}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
  const code = await ended;
  await workbench.close();
  const { passed, failed } = JSON.parse(readFileSync(path.join(home, HOST_REPORT), 'utf8')) as Omit<HostRun, 'code'>;
  return { code, passed, failed };
}

function started(): Promise<Editor> {
  return (editor ??= startEditor());
}

async function newPage(options: OpenOptions, place?: Editor): Promise<{ workbench: Workbench; url: string }> {
  const { home, port, browser } = place ?? (await started());
  const folder = path.join(home, 'workspaces', String(++workspaces), path.basename(options.folder ?? 'workspace'));
  mkdirSync(folder, { recursive: true });
  if (options.folder) cpSync(path.join(ROOT, options.folder), folder, { recursive: true });
  for (const [name, text] of Object.entries(options.files ?? {})) write(folder, name, text);
  if (options.settings) write(folder, '.vscode/settings.json', JSON.stringify(options.settings));
  const context = await browser.newContext({ viewport: VIEWPORT, ...THEMES[options.theme ?? 'dark'] });
  const page = await context.newPage();
  const workbench = new Workbench(page, folder);
  workbenches.add(workbench);
  page.on('close', () => workbenches.delete(workbench));
  return { workbench, url: `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}` };
}

/** The extension as a browser sees it: without its `main` it runs in the worker of the page. */
function browserExtension(home: string): string {
  const folder = path.join(home, 'browser-extension');
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  const { main: _main, ...manifest } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    main: string;
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  for (const name of ['dist', 'labs', 'media']) symlinkSync(path.join(ROOT, name), path.join(folder, name));
  return folder;
}

function write(folder: string, name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/**
 * Runs in the page before its scripts: names the extension under development in the workbench's configuration, as
 * the editor's own development builds do.
 */
function loadExtension(extension: { port: number; path: string }): void {
  const observer = new MutationObserver(() => {
    const meta = document.getElementById('vscode-workbench-web-configuration');
    const text = meta?.getAttribute('data-settings');
    if (!meta || !text) return;
    observer.disconnect();
    const configuration = JSON.parse(text) as Record<string, unknown>;
    const location = { scheme: 'vscode-remote', authority: `127.0.0.1:${extension.port}`, path: extension.path };
    configuration.developmentOptions = { extensions: [location] };
    meta.setAttribute('data-settings', JSON.stringify(configuration));
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** Ends browser and server; mocha's root hook calls it once, after the last scenario. */
export async function closeEditor(): Promise<void> {
  if (!editor) return;
  const { browser } = await editor;
  await browser.close();
  for (const [place, log] of [[editor, 'server.log'] as const, [installed, 'server-installed.log'] as const]) {
    if (!place) continue;
    const { home, stopServer } = await place;
    await stopServer();
    const said = path.join(home, 'server.log');
    if (existsSync(said)) cpSync(said, path.join(RESULTS, log));
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
  editor = installed = undefined;
}

afterEach('keep what a failure looked like', async function () {
  if (this.currentTest?.state !== 'failed') return;
  const title = this.currentTest.fullTitle().replace(/[^\w]+/g, '-');
  for (const workbench of workbenches) {
    const picture = await workbench.screenshot(`failed-${title}`);
    console.log(`    see ${path.relative(ROOT, picture)}`);
    for (const line of workbench.consoleLines.slice(-20)) console.log(`    ${line.slice(0, 300)}`);
  }
});

after('close the editor', async function () {
  this.timeout(30_000);
  await closeEditor();
});
