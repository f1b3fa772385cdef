/** The labs as a newcomer meets them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TourRecord } from '../../src/labs/tour';
import { openWorkbench, ROOT } from './harness/editor';
import type { Workbench } from './harness/workbench';

/** What a screen reader is told of each test: its name, and how it came out in brackets. */
function tests(workbench: Workbench): Promise<string[]> {
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
    const record = JSON.parse(readFileSync(path.join(workbench.folder, '00-tour/tour.json'), 'utf8')) as TourRecord;
    assert.deepEqual(
      record.steps.map(({ step }) => step),
      ['start', 'first-exit', 'vmcb', 'page-tables', 'exit-log', 'finish'],
    );
  });
});

describe('the labs without a folder', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
    const { page } = workbench;
    await page.goto(`${new URL(page.url()).origin}/?ew=true`);
    await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60_000 });
  });
  after(() => workbench.close());

  it('the view says what to do, asks for a folder, and the tour goes on there', async () => {
    const { page } = workbench;
    await workbench.runCommand('Pacifica: Focus on Labs View');
    const welcome = page.locator('.welcome-view-content');
    await welcome.getByText('The tour takes three minutes').waitFor();
    await workbench.screenshot('labs-welcome');
    await welcome.locator('.monaco-button', { hasText: 'Start the Tour' }).click();
    const input = page.locator('.quick-input-widget input.input').first();
    const folders = page.locator('.quick-input-widget .monaco-list-row');
    const listed = async () => (await folders.allInnerTexts()).join();
    // the dialog lists the folder it begins in, and puts its name over what is typed before it has
    const first = await workbench.until('the folders of the dialog', listed, (names) => names !== '');
    const wanted = `${workbench.folder}/`;
    const entered = async () => {
      if ((await input.inputValue()) !== wanted) await input.fill(wanted);
      await page.waitForTimeout(300);
      return (await input.inputValue()) === wanted && (await listed()) !== first;
    };
    await workbench.until('the folder is entered', entered, (there) => there);
    await page.locator('.quick-input-widget .monaco-button', { hasText: 'Copy the Lab Here' }).click();
    await workbench.editor('tour.asm').locator('.view-line').first().waitFor();
    const lab = await workbench.webview('Lab 0: Tour');
    await lab.getByText('6 claims to make true.').waitFor();
    assert.equal(readFileSync(path.join(workbench.folder, '00-tour/seed.inc'), 'utf8').includes('SEED'), true);
    await workbench.screenshot('labs-folder');
  });
});

describe('lab 4 in the editor', function () {
  const FILE = 'cpuid.ts';
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  after(() => workbench.close());

  const page = () => workbench.webview('Lab 4: CPUID');
  /** Puts a text in place of the learner's, as one pastes it. */
  const paste = async (text: string) => {
    // the page had the keyboard: a file would open in its place
    await workbench.runCommand('View: Focus First Editor Group');
    await workbench.openFile(FILE);
    await workbench.page.evaluate((words) => navigator.clipboard.writeText(words), text);
    await workbench.press('Control+a');
    await workbench.press('Control+v');
  };
  const shipped = (file: string) => readFileSync(path.join(ROOT, 'labs/04-cpuid', file), 'utf8');
  const testsRead = (what: string, pattern: RegExp) =>
    workbench.until(
      what,
      () => tests(workbench),
      (labels) => labels.some((label) => pattern.test(label)),
      90_000,
    );
  const headline = async (text: string) =>
    (await page()).getByRole('heading', { name: text }).waitFor({ timeout: 90_000 });
  const check = () => workbench.runCommand('Pacifica: Check Lab');

  it('is opened from the Labs view: a copy, its file, its page', async () => {
    await workbench.runCommand('Pacifica: Focus on Labs View');
    const row = workbench.page.locator('.pane-body .monaco-list-row', { hasText: '4  CPUID' }).first();
    await row.waitFor();
    await workbench.screenshot('labs-view');
    await row.click();
    await workbench.editor(FILE).locator('.view-line').first().waitFor();
    await headline('9 claims to make true.');
    await workbench.editor(FILE).getByText('Hint 0/3').first().waitFor();
    await workbench.screenshot('lab-opened');
  });

  it('fails as announced, on the page and in the Test Explorer', async () => {
    await workbench.runCommand('Testing: Focus on Test Explorer View');
    await testsRead('the lab among the tests', /Lab 4: CPUID/);
    await check();
    await headline('The first fails as planned: repair it.');
    const lab = await page();
    await lab.getByText('fails, as it should at this step').waitFor();
    await lab.getByText('the guest is resumed, and executes its CPUID once more').waitFor();
    await testsRead('a failed test', /Lab 4: CPUID.*Failed/i);
    await workbench.screenshot('lab-failed');
  });

  it('gives a hint, and remembers it', async () => {
    const lab = await page();
    await lab.getByRole('button', { name: /^Hint/ }).click();
    await lab.getByText('resume() enters the guest where it stands').waitFor();
    await workbench.editor(FILE).getByText('Hint 1/3').first().waitFor();
    assert.equal(await lab.getByText('Change the answers of four functions').count(), 0);
  });

  it('shows the evidence: the guest is debugged, and stands at that exit', async () => {
    await (await page()).getByText('Show exit 5').click();
    const log = await workbench.webview('Exit Log');
    await log.locator('.sel', { hasText: 'CPUID' }).first().waitFor();
    await workbench.showDebugViews();
    await workbench.until(
      'the guest stands at the exit',
      () => workbench.callStack(),
      (rows) => rows.some((row) => /#VMEXIT CPUID/i.test(row)),
    );
    await workbench.editor('check-a.asm').locator('.view-line').first().waitFor();
    assert.match(await workbench.waitForStop(), /cpuid/);
    await workbench.screenshot('lab-evidence');
    await workbench.stopDebugging();
    await workbench.runCommand('Pacifica: Show Lab Page');
  });

  it('a type error is a Problem at its line, before anything is run', async () => {
    await paste(shipped(`starter/${FILE}`).replace('return resume();', 'vcpu.vmcb.nRipp = 1n;\n    return resume();'));
    const problems = await workbench.until(
      "what the editor's TypeScript says",
      () => workbench.problems(),
      (list) => list.some(({ text }) => /nRipp/.test(text)),
      120_000,
    );
    assert.match(problems.map(({ file, text }) => `${file} ${text}`).join('\n'), /cpuid\.ts.*nRip/);
    await workbench.screenshot('lab-type-error');
  });

  it('an endless loop is told, and the next check works', async () => {
    await paste(shipped(`starter/${FILE}`).replace('return resume();', 'for (;;);'));
    await check();
    await headline('Your code has a problem.');
    await (await page()).getByText('a loop without an end?').first().waitFor();
    const problems = await workbench.problems();
    assert.match(problems.map(({ file, text }) => `${file} ${text}`).join('\n'), /cpuid\.ts.* a loop without an end/);
    await workbench.screenshot('lab-endless');
  });

  it('passes with the solution, in the Test Explorer too', async () => {
    await paste(shipped(`solution/${FILE}`));
    await workbench.runCommand('Testing: Focus on Test Explorer View');
    await workbench.runCommand('Test: Run All Tests');
    await headline('All 9 claims hold.');
    await testsRead('a test that passed', /Lab 4: CPUID.*Passed/i);
    await workbench.screenshot('lab-passed');
    await workbench.runCommand('Pacifica: Focus on Labs View');
    await workbench.page.locator('.part.sidebar .composite.title', { hasText: '1/8' }).waitFor();
    await workbench.page
      .locator('.pane-body .monaco-list-row', { hasText: '4  CPUID' })
      .locator('.codicon-pass-filled')
      .waitFor();
    assert.deepEqual(await workbench.problems(), []);
    await workbench.screenshot('labs-view-passed');
  });

  it('shows the solution beside what was written, after a warning', async () => {
    await workbench.runCommand('View: Focus First Editor Group');
    await workbench.openFile(FILE);
    await workbench.runCommand('Pacifica: Show Solution');
    await workbench.answerDialog('Show the solution of lab 4?', 'Show Solution');
    await workbench.waitFor('.monaco-diff-editor');
    await workbench.page.locator('.tab.active', { hasText: `${FILE}: solution ↔ yours` }).waitFor();
  });

  it('is reset to its starter, and what was written is kept', async () => {
    const written = (file: string) => readFileSync(path.join(workbench.folder, '04-cpuid', file), 'utf8');
    await workbench.runCommand('View: Close Editor');
    await workbench.openFile(FILE);
    await workbench.runCommand('Pacifica: Reset Lab');
    await workbench.answerDialog('Reset lab 4?', 'Reset');
    await workbench.until(
      'the starter',
      async () => written(FILE),
      (text) => text === shipped(`starter/${FILE}`),
    );
    assert.equal(written(`${FILE}.before-reset`), shipped(`solution/${FILE}`));
    await headline('9 claims to make true.');
  });
});
