/** Debugging without launch.json: the open file, its terminal, a pause, the disassembly, the debug console. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

const ECHO = readFileSync('samples/first-light/echo.asm', 'utf8');

describe('F5 with no guest open', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ folder: 'samples/first-light' });
  });
  after(() => workbench.close());

  it('asks which of the workspace', async () => {
    const { page } = workbench;
    const guest = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'hello.asm' });
    // the editor knows what F5 means once it has read the folder
    const asked = async () => {
      if (!(await guest.isVisible())) await workbench.press('F5');
      await page.waitForTimeout(2000);
      return guest.isVisible();
    };
    await workbench.until('the guests', asked, (there) => there);
    await guest.click();
    assert.equal(await workbench.waitForStop(), 'lea rsi, [rel greeting]');
  });
});

describe('debugging the open file', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ files: { 'echo.asm': ECHO } });
    await workbench.openFile('echo.asm');
  });
  after(() => workbench.close());
  const paused = (words: RegExp) =>
    workbench.until(
      `the call stack says ${words}`,
      () => workbench.callStack(),
      (rows) => rows.some((row) => words.test(row)),
    );

  it('F5 needs no launch.json', async () => {
    await workbench.showDebugViews();
    await workbench.startDebugging();
    assert.equal(await workbench.waitForStop(), 'cli');
  });

  it('the disassembly stands at the instruction, and steps one by one', async () => {
    await workbench.runCommand('Open Disassembly View');
    const has = (words: RegExp) =>
      workbench.until(
        `the disassembly shows ${words}`,
        () => workbench.disassembly(),
        (rows) => rows.some((row) => words.test(row)),
      );
    await has(/0x0*7c00.*fa.*cli/);
    await has(/31 c0.*xor ax, ?ax/);
    await workbench.screenshot('debugging-disassembly');
    await workbench.press('F10');
    await paused(/Paused on step/i);
    assert.match(await workbench.evaluate('rip'), /^0x7C01\b/i);
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('echo.asm');
  });

  it('the debug console knows registers, memory and labels', async () => {
    assert.match(await workbench.evaluate('byte [prompt]'), /^0x54 \(84\)/);
    assert.match(await workbench.evaluate('nonsense'), /there is no 'nonsense'/);
  });

  it('the terminal talks with the guest, both ways', async () => {
    await workbench.press('F5');
    const says = (words: string) =>
      workbench.until(
        `the terminal says ${words}`,
        () => workbench.terminalText(),
        (text) => text.includes(words),
      );
    await says('Type something');
    await workbench.typeIntoTerminal('svm');
    await says('SVM');
    await workbench.screenshot('debugging-terminal');
  });

  it('a pause stops the sleeping guest', async () => {
    await workbench.runCommand('Debug: Pause');
    await paused(/\bPaused\b/i);
    assert.match(await workbench.waitForStop(), /^(hlt|jmp \.sleep|sti)/);
    await workbench.screenshot('debugging-paused');
    await workbench.stopDebugging();
  });
});
