/** The labs as a newcomer meets them. */
import assert from 'node:assert/strict';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

/** Rows of the Test Explorer as they read. */
async function testRows(workbench: Workbench): Promise<string[]> {
  const rows = workbench.page.locator('.test-explorer .monaco-list-row');
  return (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
}

/** The status a screen reader is told of a test: its label ends so. */
function testLabels(workbench: Workbench): Promise<string[]> {
  return workbench.page
    .locator('.test-explorer .monaco-list-row')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
}

describe('the walkthrough', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench.close());

  /** A step is ticked when what it asks for has been done. */
  const ticked = (title: string) =>
    workbench.until(
      `the step '${title}' is ticked`,
      async () => {
        const step = workbench.page.locator('.getting-started-step').filter({ hasText: title }).first();
        return step.locator('.codicon-getting-started-step-checked, .complete').count();
      },
      (count) => count > 0,
    );
  const press = async (title: string, button: string) => {
    const { page } = workbench;
    await workbench.runCommand('Pacifica: Get Started');
    const step = page.locator('.getting-started-step').filter({ hasText: title }).first();
    // the step that is open is no button any more
    if ((await step.getAttribute('aria-expanded')) !== 'true') await step.click();
    await step.locator('.monaco-button', { hasText: button }).click();
  };

  it('leads from an empty folder to the first #VMEXIT, and ticks what was done', async () => {
    await workbench.runCommand('Pacifica: Get Started');
    await workbench.waitFor('.getting-started-step');
    await workbench.screenshot('walkthrough-1');
    await press('Open the tour', 'Start the Tour');
    await workbench.editor('tour.asm').locator('.view-line').first().waitFor();
    const page = await workbench.webview('Lab 0: Tour');
    await page.getByRole('heading', { name: 'Tour', exact: true }).waitFor();
    await workbench.screenshot('walkthrough-2');
    await press('Start the guest', 'Debug the Guest');
    await workbench.waitForStop();
    await workbench.screenshot('walkthrough-3');
    await press('Run to its first #VMEXIT', 'Run to Next #VMEXIT');
    await workbench.waitFor('.exception-widget');
    await workbench.screenshot('walkthrough-4');
    await press('See the VMCB', 'Show VMCB');
    await (await workbench.webview('VMCB')).getByText('VMEXIT_NPF').first().waitFor();
    await press('See both sets of page tables', 'Show Page Tables');
    await (await workbench.webview('Page Tables')).getByText('PML4E').first().waitFor();
    await press('See every exit', 'Show Exit Log');
    await (await workbench.webview('Exit Log')).getByText('NPF').first().waitFor();
    await workbench.screenshot('walkthrough-5');
    await workbench.runCommand('Debug: Continue');
    await workbench.until(
      'what the guest has to say',
      () => workbench.terminalText(),
      (text) => text.includes('I am a guest, and I cannot tell.'),
    );
    await press('Finish, and check', 'Check the Tour');
    for (const title of ['Open the tour', 'Start the guest', 'See the VMCB', 'See every exit', 'Finish, and check']) {
      await ticked(title);
    }
    await workbench.screenshot('walkthrough-6');
    assert.ok((await testRows(workbench)).length >= 0 && (await testLabels(workbench)).length >= 0);
  });
});
