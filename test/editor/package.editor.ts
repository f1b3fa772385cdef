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

  it('runs a guest with F5, once the folder is trusted: the editor asks', async () => {
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
