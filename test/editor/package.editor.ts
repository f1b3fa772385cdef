/** The packed extension in a profile of its own, as a user has it: nothing else installed, the folder not yet trusted. */
import assert from 'node:assert/strict';
import { openInstalled } from './harness/editor';
import type { Workbench } from './harness/workbench';

describe('the packed extension in a fresh profile', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openInstalled({ folder: 'samples/first-light', files: { 'broken.asm': '  movv eax, 1\n' } });
  });
  after(() => workbench.close());

  it('reads sources in a folder that is not trusted', async () => {
    await workbench.waitFor('.statusbar-item:has-text("Restricted Mode")');
    await workbench.openFile('broken.asm');
    const problems = await workbench.until(
      'a problem',
      () => workbench.problems(),
      (list) => list.length > 0,
    );
    assert.match(problems[0]?.text ?? '', /movv/);
  });

  it('opens a lab there, and checks none before the folder is trusted', async () => {
    await workbench.runCommand('Pacifica: Focus on Labs View');
    await workbench.page.locator('.pane-body .monaco-list-row', { hasText: '4  CPUID' }).first().click();
    await workbench.editor('cpuid.ts').locator('.view-line').first().waitFor();
    await workbench.runCommand('Pacifica: Check Lab');
    const refused = (texts: string[]) => texts.some((text) => text.includes('only in a workspace you trust'));
    await workbench.until('the refusal', () => workbench.notifications(), refused);
    const page = await workbench.webview('Lab 4: CPUID');
    await page.getByRole('heading', { name: '9 claims to make true.' }).waitFor();
  });

  it('runs a guest with F5, once the folder is trusted: the editor asks', async () => {
    await workbench.runCommand('View: Focus First Editor Group');
    await workbench.openFile('hello.asm');
    await workbench.press('F5');
    await workbench.page.getByRole('button', { name: /^Trust/ }).click();
    assert.equal(await workbench.waitForStop(), 'lea rsi, [rel greeting]');
    await workbench.press('F5');
    const said = (text: string) => text.includes('Hello from guest mode!');
    await workbench.until('the greeting', () => workbench.terminalText(), said);
    await workbench.screenshot('installed');
  });
});
