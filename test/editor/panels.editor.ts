import assert from 'node:assert/strict';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

const PANELS = [
  { command: 'Pacifica: Show VMCB', title: 'VMCB', says: 'The VMCB appears at the first VMRUN' },
  { command: 'Pacifica: Show Page Tables', title: 'Page Tables', says: 'Its page tables appear as it maps memory' },
  { command: 'Pacifica: Show Exit Log', title: 'Exit Log', says: 'Each #VMEXIT becomes a line here' },
];

describe('the panels before there is a guest', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ folder: 'samples/first-light' });
  });
  after(() => workbench.close());

  it('say what will be there, beside the source, in one column, within their policy', async () => {
    await workbench.openFile('paging.asm');
    for (const { command, title, says } of PANELS) {
      await workbench.runCommand(command);
      const panel = await workbench.webview(title);
      await panel.getByText('No guest is being debugged').waitFor();
      await panel.getByText(says).waitFor();
    }
    assert.equal(await workbench.page.locator('.editor-group-container').count(), 2);
    await workbench.screenshot('panels-before');
    const complaints = workbench.consoleLines.filter((line) => /Content Security Policy|page error/.test(line));
    assert.deepEqual(complaints, []);
  });

  it('start the guest of the open file with their one button', async () => {
    const panel = await workbench.webview('Exit Log');
    await workbench.openFile('hello.asm');
    await panel.getByText('Start Debugging').click();
    await workbench.waitForStop();
    await workbench.stopDebugging();
  });
});
