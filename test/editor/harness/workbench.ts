/** A workbench in a page, and what a person does and reads there. Everything waits for a condition; nothing sleeps. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';

const PATIENCE = 40_000;
/** What this editor's console always says: the native modules it goes without, the marketplace it has not got. */
const NOISE = /bindings file|Release\/watchdog|Failed to load resource|iframe|vsda/;

/** The tool bar that is there while there is a debug session. */
const DEBUGGING = '.debug-toolbar';

/** A line of the Problems view. */
export interface Problem {
  readonly file: string;
  readonly text: string;
}

export class Workbench {
  /** What the page's console said, newest last: look here when a scenario fails. */
  readonly consoleLines: string[] = [];

  constructor(
    readonly page: Page,
    /** The copy of the workspace that is open. */
    readonly folder: string,
  ) {
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => {
      const worth = message.type() === 'error' || message.type() === 'warning';
      if (worth && !NOISE.test(message.text())) this.consoleLines.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.consoleLines.push(`page error: ${error.message}`));
  }

  /** Closes the page; the server and the browser go on for the next scenario. */
  async close(): Promise<void> {
    await this.page.context().close();
  }

  // ---- commands, files, keys

  /**
   * Runs a command through the palette by the words a person reads there, such as `View: Show Run and Debug`.
   * Tries again until the command is there: an extension's are registered a while after the workbench stands.
   */
  async runCommand(title: string): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!(await this.pick('F1', `>${title}`, title)))
      assert.ok(Date.now() < deadline, `there is no command '${title}' in the palette`);
  }

  /** Opens a file of the workspace by its path, and gives it the keyboard. */
  async openFile(name: string): Promise<void> {
    const base = path.basename(name);
    const tab = this.page.locator(`.editor-group-container.active .tab.active[data-resource-name="${base}"]`);
    const deadline = Date.now() + PATIENCE;
    while (!((await this.pick('Control+p', name, base)) && (await shown(tab.first(), 5000))))
      assert.ok(Date.now() < deadline, `there is no file '${name}' to open`);
    await this.editor(base).locator('.view-line').first().waitFor();
  }

  /**
   * Opens the quick input with `keys`, types, and presses Enter when the row that Enter takes is the one so labelled and the
   * list stands still. False: it was not to be had this time; the input is closed again.
   */
  private async pick(keys: string, text: string, label: string): Promise<boolean> {
    const { page } = this;
    const input = page.locator('.quick-input-widget input.input').first();
    if (!(await input.isVisible())) await page.keyboard.press(keys);
    if (!(await shown(input, 1000))) return false;
    // it closes of itself when something else takes the keyboard
    await input.fill(text, { timeout: 2000 }).catch(() => undefined);
    let deadline = Date.now() + 3000;
    let stood = 0;
    let entered = false;
    while (Date.now() < deadline) {
      const list = await page.evaluate(readQuickInput);
      // after Enter another question has come in its place, or none: the choice was taken
      if (list.text !== text) return entered;
      stood = list.rows[list.taken] === label ? stood + 1 : 0;
      if (stood === 2 && !entered) {
        // only once: a second one could go to whatever has the keyboard next
        await page.keyboard.press('Enter');
        entered = true;
        deadline = Date.now() + 10_000;
      } else if (stood === 0 && !entered && list.rows.includes(label)) await page.keyboard.press('ArrowDown');
      await page.waitForTimeout(100);
    }
    await page.keyboard.press('Escape');
    await input.waitFor({ state: 'hidden' });
    return false;
  }

  /** The text editor that shows a file; without a name, the one with the keyboard. */
  editor(name?: string): Locator {
    return name
      ? this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`)
      : this.page.locator('.editor-group-container.active .editor-instance .monaco-editor[data-uri]');
  }

  /** Moves the cursor to a line of the active editor (1 is the first). */
  async goToLine(line: number): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input').first();
    await this.page.keyboard.press('Control+g');
    await input.waitFor();
    await input.fill(`:${line}`);
    await this.page.keyboard.press('Enter');
    await this.page
      .locator('.statusbar-item', { hasText: new RegExp(`Ln ${line}\\b`) })
      .first()
      .waitFor();
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  /** Presses keys until a CSS selector is visible: on a busy machine a panel that is loading may swallow them. */
  async pressUntil(keys: string, selector: string, timeout = PATIENCE): Promise<void> {
    const deadline = Date.now() + timeout;
    do await this.press(keys);
    while (!(await shown(this.page.locator(selector).first(), 20_000)) && Date.now() < deadline);
    await this.waitFor(selector, 1000);
  }

  /** Waits for a CSS selector to be visible and returns it. */
  async waitFor(selector: string, timeout = PATIENCE): Promise<Locator> {
    const found = this.page.locator(selector).first();
    await found.waitFor({ timeout });
    return found;
  }

  /** Waits until a reading satisfies a test, and returns it; fails with the last reading. */
  async until<T>(what: string, read: () => Promise<T>, holds: (value: T) => boolean, timeout = PATIENCE): Promise<T> {
    const deadline = Date.now() + timeout;
    for (;;) {
      const value = await read();
      if (holds(value)) return value;
      assert.ok(Date.now() < deadline, `${what}: waited in vain; last was ${JSON.stringify(value)}`);
      await this.page.waitForTimeout(100);
    }
  }

  // ---- debugging

  /** F5: starts what launch.json or the extension offers, and waits for the session. */
  async startDebugging(): Promise<void> {
    await this.press('F5');
    await this.waitFor(DEBUGGING);
  }

  /** Ends the session and waits until there is none. */
  async stopDebugging(): Promise<void> {
    await this.press('Shift+F5');
    await this.page.locator(DEBUGGING).first().waitFor({ state: 'hidden' });
  }

  /** Waits until the debuggee stands still: its top frame's line is marked. Returns the line's text. */
  async waitForStop(timeout = PATIENCE): Promise<string> {
    const marker = this.page.locator('.debug-top-stack-frame-line').first();
    const lines = this.editor().locator('.view-line');
    const marked = async () => {
      const place = await marker.boundingBox({ timeout: 500 }).catch(() => null);
      if (!place) return undefined;
      for (const line of await lines.all()) {
        const box = await line.boundingBox({ timeout: 500 }).catch(() => null);
        if (box && Math.abs(box.y - place.y) < 3) return plain(await line.innerText());
      }
      return undefined;
    };
    const text = await this.until('the stopped line', marked, (line) => line !== undefined, timeout);
    return text ?? '';
  }

  /** Brings a view of the Run and Debug side bar into sight by its heading. */
  async showDebugViews(): Promise<void> {
    await this.runCommand('View: Show Run and Debug');
    await this.waitFor('.debug-viewlet');
  }

  /** The rows of the call stack as they read. */
  async callStack(): Promise<string[]> {
    return texts(this.page.locator('.debug-call-stack .monaco-list-row'));
  }

  /** The rows of the Variables view as they read, expanded ones with what is below them. */
  async variables(): Promise<string[]> {
    return texts(this.page.locator('.debug-variables .monaco-list-row'));
  }

  /** Opens a row of the Variables view, such as a scope, if the editor has not opened it of its own accord. */
  async expandVariable(name: string): Promise<void> {
    const row = this.page.locator('.debug-variables .monaco-list-row').filter({ hasText: name }).first();
    const opened = async () => {
      const state = await row.getAttribute('aria-expanded');
      if (state === 'false') await row.locator('.monaco-tl-twistie').click();
      return state === 'true';
    };
    await this.until(`${name} opened`, opened, (open) => open);
  }

  /** Opens or closes a row of the Variables view, such as a scope. */
  async toggleVariable(name: string): Promise<void> {
    const row = this.page.locator('.debug-variables .monaco-list-row').filter({ hasText: name }).first();
    await row.locator('.monaco-tl-twistie').click();
  }

  /** Sets or clears a breakpoint on a line of the active editor, as F9 does. */
  async toggleBreakpoint(line: number): Promise<void> {
    const glyphs = this.page.locator(
      '.editor-group-container.active .codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified',
    );
    const before = await glyphs.count();
    await this.goToLine(line);
    await this.press('F9');
    await this.until(
      'a breakpoint set or cleared',
      () => glyphs.count(),
      (count) => count !== before,
    );
  }

  /** A row of the Breakpoints view, which `showDebugViews` brings; exception filters are there once a session has begun. */
  breakpoint(label: string): Locator {
    return this.page.locator('.debug-breakpoints .monaco-list-row').filter({ hasText: label }).first();
  }

  /** Ticks or unticks a row of the Breakpoints view. */
  async setBreakpoint(label: string, on: boolean): Promise<void> {
    const box = this.breakpoint(label).getByRole('checkbox');
    if ((await box.getAttribute('aria-checked')) !== String(on)) await box.click();
    await this.until(
      `${label} ticked`,
      () => box.getAttribute('aria-checked'),
      (checked) => checked === String(on),
    );
  }

  /** Gives an exception filter a condition, and ticks it. */
  async setExceptionCondition(label: string, condition: string): Promise<void> {
    await this.setBreakpoint(label, true);
    const row = this.breakpoint(label);
    await row.hover();
    await row.getByRole('button', { name: 'Edit Condition' }).click();
    const input = this.page.locator('.debug-breakpoints .inputBoxContainer input');
    await input.fill(condition);
    await input.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** The rows of the disassembly view that is open, top to bottom, as they read. */
  async disassembly(): Promise<string[]> {
    return texts(this.page.locator('.disassembly-view .monaco-list-row'));
  }

  /** Types into the Debug Console and waits for its answer: the text of the newest row that is not the question. */
  async evaluate(expression: string): Promise<string> {
    await this.runCommand('Debug Console: Focus on Debug Console View');
    const rows = this.page.locator('.repl .monaco-list-row');
    const before = await rows.count();
    // the view has the focus before its input has the keyboard
    await this.until(
      'the Debug Console has the keyboard',
      () => this.page.evaluate(() => document.activeElement?.closest('.repl') !== null),
      (there) => there,
    );
    await this.page.keyboard.type(expression);
    await this.page.keyboard.press('Enter');
    await this.until(
      'an answer in the Debug Console',
      () => rows.count(),
      (count) => count >= before + 2,
    );
    return plain(await rows.last().innerText());
  }

  // ---- what is shown

  /** The inside of a webview that is on screen, by its tab's or view's title. */
  async webview(title: string): Promise<FrameLocator> {
    const { page } = this;
    const outer = page.locator('iframe.webview.ready');
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      for (let index = 0; index < (await outer.count()); index++) {
        const frame = page.frameLocator('iframe.webview.ready').nth(index).frameLocator('iframe#active-frame');
        const name = await page
          .frameLocator('iframe.webview.ready')
          .nth(index)
          .locator('iframe#active-frame')
          .getAttribute('title', { timeout: 2000 })
          .catch(() => undefined);
        if (name?.includes(title)) return frame;
      }
      assert.ok(Date.now() < deadline, `there is no webview '${title}' on screen`);
      await page.waitForTimeout(100);
    }
  }

  /** The text of the terminal that is on screen. */
  async terminalText(): Promise<string> {
    const rows = this.page.locator('.terminal-wrapper.active .xterm-rows > div, .xterm-rows > div');
    return (await rows.allInnerTexts()).map(plain).join('\n').trimEnd();
  }

  /** Types into the terminal that is on screen. */
  async typeIntoTerminal(text: string): Promise<void> {
    await this.page.locator('.xterm-helper-textarea').first().focus();
    await this.page.keyboard.type(text);
  }

  /** Opens the Problems view and reads it. */
  async problems(): Promise<Problem[]> {
    if (!(await this.page.locator('.markers-panel').isVisible()))
      await this.runCommand('Problems: Focus on Problems View');
    await this.waitFor('.markers-panel');
    const problems: Problem[] = [];
    let file = '';
    for (const text of await texts(this.page.locator('.markers-panel .monaco-list-row'))) {
      if (/\b(Ln|\[Ln) \d+/.test(text)) problems.push({ file, text });
      else file = text.replace(/ \d+$/, '');
    }
    return problems;
  }

  /** Presses a button of the dialog that asks so. */
  async answerDialog(question: string, button: string): Promise<void> {
    const dialog = this.page.locator('.monaco-dialog-box').filter({ hasText: question });
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** The messages that slid in at the corner. */
  async notifications(): Promise<string[]> {
    return texts(this.page.locator('.notification-toast .notification-list-item-message'));
  }

  /** Keeps a picture under test-results/. */
  async screenshot(name: string): Promise<string> {
    const file = path.resolve('test-results', `${name}.png`);
    mkdirSync(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
    return file;
  }
}

/** Runs in the page: what stands in the quick input (undefined: it is closed), its rows' labels, and the row that Enter takes. */
function readQuickInput(): { text: string | undefined; rows: string[]; taken: number } {
  const widget = document.querySelector<HTMLElement>('.quick-input-widget');
  const open = widget !== null && widget.style.display !== 'none';
  const rows = [...(widget?.querySelectorAll('.quick-input-list .monaco-list-row') ?? [])];
  const inOrder = rows.sort((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')));
  return {
    text: open ? widget.querySelector<HTMLInputElement>('input.input')?.value : undefined,
    rows: inOrder.map((row) => row.querySelector('.label-name')?.textContent?.replace(/\u00a0/g, ' ') ?? ''),
    taken: inOrder.findIndex((row) => row.classList.contains('focused')),
  };
}

async function shown(locator: Locator, timeout: number): Promise<boolean> {
  return locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}

async function texts(locator: Locator): Promise<string[]> {
  return (await locator.allInnerTexts()).map(plain);
}

/** Text as read: the editor draws spaces as no-break spaces, and rows over several lines. */
function plain(text: string): string {
  return text
    .replace(/\u00a0/g, ' ')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
