/** The text screen: a terminal that opens when a guest writes to B8000h, shows its colours and gives it keys. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

const SCREEN = readFileSync('samples/first-light/screen.asm', 'utf8');

describe('the text screen of a guest', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ files: { 'screen.asm': SCREEN } });
    await workbench.openFile('screen.asm');
  });
  after(() => workbench.close());
  const shows = (words: string) =>
    workbench.until(
      `the screen shows ${words}`,
      () => workbench.terminalText(),
      (text) => text.includes(words),
    );

  it('opens as a terminal when the guest has written its first text', async () => {
    await workbench.startDebugging();
    await workbench.waitForStop();
    assert.equal(await workbench.page.locator('.xterm-rows').count(), 0, 'nothing has been written yet');
    await workbench.press('F5');
    await shows('Text screen at B8000h');
    await workbench.screenshot('screen-opened');
  });

  it('is the guest’s keyboard: what is typed comes back, each key with its scan code', async () => {
    await workbench.runCommand('Pacifica: Show Screen');
    await workbench.typeIntoTerminal('Hello, "SVM"!');
    await shows('Hello, "SVM"!');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type('x=1');
    await workbench.page.keyboard.press('Backspace');
    await shows('x=');
    await workbench.screenshot('screen-typed');
  });

  it('shows the part where the cursor is, and all of it where there is room', async () => {
    await workbench.runCommand('View: Toggle Maximized Panel');
    await workbench.until(
      'all 25 rows',
      () => workbench.page.locator('.xterm-rows > div').count(),
      (count) => count === 25,
    );
    const text = await workbench.terminalText();
    assert.match(text, /Text screen at B8000h +Scan code: 8E/);
    assert.match(text, /Hello, "SVM"!\n *x=/);
    await workbench.screenshot('screen-whole');
    await workbench.runCommand('View: Toggle Maximized Panel');
  });

  it('opens again when it is asked for, and Esc ends the guest', async () => {
    await workbench.runCommand('Terminal: Kill All Terminals');
    await workbench.until(
      'no terminal',
      () => workbench.page.locator('.xterm-rows').count(),
      (count) => count === 0,
    );
    await workbench.runCommand('Pacifica: Show Screen');
    await shows('Hello, "SVM"!');
    await workbench.showDebugViews();
    await workbench.typeIntoTerminal('');
    await workbench.page.keyboard.press('Escape');
    await shows('Goodbye.');
    await workbench.until(
      'the end',
      () => workbench.callStack(),
      (rows) => rows.some((row) => /Halted for good/i.test(row)),
    );
    await workbench.screenshot('screen-ended');
    await workbench.stopDebugging();
  });
});
