/** Lab 0 where there is no Node: the extension in the browser's own extension host, from an empty folder to a grade. */
import assert from 'node:assert/strict';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

describe("lab 0 in the browser's extension host", function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ host: 'browser' });
  });
  after(() => workbench.close());

  /** Checks the lab, and reads on its page how it came out. */
  const check = async (words: RegExp) => {
    await workbench.runCommand('Pacifica: Check Lab');
    await workbench.runCommand('Pacifica: Show Lab Page');
    const page = await workbench.webview('Lab 0: Tour');
    await page.getByText(words).first().waitFor();
  };

  it('is opened, and fails as announced before the tour is taken', async () => {
    await workbench.runCommand('Pacifica: Start the Tour');
    await workbench.openFile('tour.asm');
    await check(/Nothing has been seen yet/);
  });

  it('its guest stops at the first #VMEXIT', async () => {
    await workbench.openFile('tour.asm');
    await workbench.startDebugging();
    assert.equal(await workbench.waitForStop(), 'xor r12d, r12d');
    await workbench.runCommand('Pacifica: Run to Next #VMEXIT');
    const widget = await workbench.waitFor('.exception-widget');
    assert.match((await widget.innerText()).replace(/\u00a0/g, ' '), /#VMEXIT.*NPF/);
    await workbench.screenshot('web-first-exit');
  });

  it('is passed when the tour has been taken: the grader runs in a worker of the page', async () => {
    for (const [panel, words] of [
      ['VMCB', 'EXITCODE'],
      ['Page Tables', 'nested'],
      ['Exit Log', 'NPF'],
    ] as const) {
      await workbench.runCommand(`Pacifica: Show ${panel}`);
      await (await workbench.webview(panel)).getByText(words).first().waitFor();
    }
    await workbench.openFile('tour.asm');
    await workbench.runCommand('Debug: Continue');
    await workbench.until(
      'the last instruction of the guest',
      () => workbench.waitForStop(),
      (line) => line === 'hlt',
    );
    // F5 in a file of the lab starts the lab, not just the file
    await workbench.page.getByText('Lab 0: Tour (COM1)').first().waitFor({ state: 'attached' });
    await check(/6 of 6 claims hold|All 6 claims hold|passed/i);
    await workbench.screenshot('web-graded');
  });
});
