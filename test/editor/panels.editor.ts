import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

describe('the panels in the editor', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ folder: 'samples/first-light' });
  });
  after(() => workbench.close());

  const headline = async (panel: FrameLocator, holds: RegExp) => {
    await workbench.until(
      'the headline',
      () => panel.locator('h1').first().innerText(),
      (text) => holds.test(text),
    );
  };

  it('say what will be there before there is a guest', async () => {
    await workbench.openFile('paging.asm');
    await workbench.runCommand('Pacifica: Show VMCB');
    const panel = await workbench.webview('VMCB');
    await panel.getByText('No guest is being debugged').waitFor();
    await workbench.screenshot('panel-vmcb-before');
  });

  it('show the VMCB of a #VMEXIT, with what changed', async () => {
    await workbench.openFile('hello.asm');
    await workbench.startDebugging();
    await workbench.waitForStop();
    await workbench.setBreakpoint('I/O ports', true);
    await workbench.press('F5');
    const panel = await workbench.webview('VMCB');
    await headline(panel, /^Guest A (wrote|read) /);
    await workbench.press('F5');
    await workbench.until(
      'two exits to compare',
      () => panel.locator('.f.chg').count(),
      (count) => count > 0,
    );
    assert.match(await panel.locator('[data-key=exitCode]').innerText(), /0x7B[\s\S]*VMEXIT_IOIO/);
    assert.equal(await panel.locator('.chip.hit').innerText(), 'IOIO_PROT');
    await workbench.screenshot('panel-vmcb');
  });

  it('show the page tables the engine has', async () => {
    await workbench.runCommand('Pacifica: Show Page Tables');
    const panel = await workbench.webview('Page Tables');
    await headline(panel, /^Guest A maps /);
    await panel.locator('[data-path="0"] .twisty').click();
    await panel.locator('[data-path="0.0"]').waitFor();
    await panel.getByRole('radio', { name: 'Nested' }).click();
    await headline(panel, /^The nested tables of guest A map /);
    await workbench.screenshot('panel-page-tables');
  });

  it('show the log of exits, and the serial line in a terminal', async () => {
    await workbench.setBreakpoint('I/O ports', false);
    await workbench.press('F5');
    await workbench.runCommand('Pacifica: Show Exit Log');
    const panel = await workbench.webview('Exit Log');
    await headline(panel, /exits (so far )?are IOIO/);
    await panel.locator('.ev .en').first().waitFor();
    assert.match(await panel.locator('.stats').innerText(), /CPUID/);
    await workbench.until(
      'the greeting',
      () => workbench.terminalText(),
      (text) => text.includes('Hello from guest mode!'),
    );
    await workbench.screenshot('panel-exit-log');
    assert.deepEqual(
      workbench.consoleLines.filter((line) => /Content Security Policy|page error/.test(line)),
      [],
    );
  });
});
