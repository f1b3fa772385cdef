/** The pictures of the walkthrough, a step each. `npm run pictures` takes them anew and keeps them in media/walkthrough/. */
import { copyFileSync, mkdirSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

const KEPT = 'media/walkthrough';

describe('the pictures of the walkthrough', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({
      settings: {
        'workbench.colorTheme': 'Default Dark Modern',
        'window.autoDetectColorScheme': false,
        'debug.toolBarLocation': 'docked',
        'debug.internalConsoleOptions': 'neverOpen',
        'testing.automaticallyOpenTestResults': 'neverOpen',
        'breadcrumbs.enabled': false,
      },
    });
    await workbench.page.setViewportSize({ width: 1240, height: 720 });
  });
  after(() => workbench.close());

  /** A picture of some parts of the window, as large as they are together. */
  async function keep(name: string, ...parts: Locator[]): Promise<void> {
    const { page } = workbench;
    await page.mouse.move(4, 700);
    const boxes = await Promise.all(parts.map((part) => part.boundingBox()));
    const sides = boxes.flatMap((box) => (box ? [box] : []));
    const x = Math.min(...sides.map((box) => box.x));
    const y = Math.min(...sides.map((box) => box.y));
    const width = Math.max(...sides.map((box) => box.x + box.width)) - x;
    const height = Math.max(...sides.map((box) => box.y + box.height)) - y;
    const file = `test-results/walkthrough-${name}.png`;
    await page.screenshot({ path: file, clip: { x, y, width, height } });
    if (!process.env['PICTURES']) return;
    mkdirSync(KEPT, { recursive: true });
    copyFileSync(file, `${KEPT}/${name}.png`);
  }

  it('follow the tour from its source to its check', async () => {
    const { page } = workbench;
    const groups = page.locator('.editor-group-container');
    const [source, beside] = [groups.first(), groups.last()];
    const side = page.locator('.part.sidebar');
    await workbench.runCommand('Pacifica: Start the Tour');
    const lab = await workbench.webview('Lab 0: Tour');
    await lab.getByText('6 claims').first().waitFor();
    await workbench.runCommand('View: Close Primary Side Bar');
    await workbench.runCommand('Notifications: Clear All Notifications');
    await keep('open', source, beside);

    await workbench.showDebugViews();
    await workbench.runCommand('Pacifica: Debug Lab');
    await workbench.waitForStop();
    await workbench.expandVariable('General');
    await keep('start', side, source);

    await workbench.runCommand('Pacifica: Run to Next #VMEXIT');
    await workbench.waitFor('.exception-widget');
    await keep('exit', side, source);

    await workbench.runCommand('View: Close Primary Side Bar');
    await page.locator('.exception-widget .codicon-close, .exception-widget .action-label').last().click();
    await workbench.runCommand('Pacifica: Show VMCB');
    await (await workbench.webview('VMCB')).getByText('VMEXIT_NPF').first().waitFor();
    await keep('vmcb', beside);
    await workbench.runCommand('Pacifica: Show Page Tables');
    await (await workbench.webview('Page Tables')).getByText('PML4E').first().waitFor();
    await keep('tables', beside);
    await workbench.runCommand('Pacifica: Show Exit Log');
    await workbench.runCommand('Debug: Continue');
    await workbench.until(
      'what the guest has to say',
      () => workbench.terminalText(),
      (text) => text.includes('I am a guest, and I cannot tell.'),
    );
    await workbench.runCommand('View: Hide Panel');
    const log = await workbench.webview('Exit Log');
    await log.getByText('HLT').first().waitFor();
    await keep('log', beside);
    await workbench.stopDebugging();

    await workbench.runCommand('Pacifica: Show Lab Page');
    await workbench.runCommand('Pacifica: Check Lab');
    await lab.getByText('All 6 claims hold.').waitFor();
    await keep('check', beside);
  });
});
