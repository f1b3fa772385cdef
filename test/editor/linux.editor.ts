/** An unmodified Linux as a guest in the editor: F5, a shell in the terminal, looked at while it runs, stopped, started again. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync } from 'node:fs';
import { COMMAND_LINE, PROMPT, guestImages } from '../../scripts/lib/guest-images.mjs';
import { openWorkbench } from './harness/editor';
import { extensionHostThreads } from './harness/processes';
import type { Workbench } from './harness/workbench';

const BOOT_MS = 170_000;
/** The longest that the page may not answer while the guest works. */
const SMOOTH_MS = 3_000;
const IDLE_SECONDS = 15;
const SETTLE_SECONDS = 5;
/** After this the engine's thread has collected the garbage of the boot: once, and of no idle shell. */
const COLLECTED_SECONDS = 30;

describe('Linux as a guest', function () {
  this.timeout(400_000);
  let workbench: Workbench;
  /** Processor time of the extension hosts before the guest was there. */
  let atFirst: ReadonlyMap<string, number> = new Map();

  before(async function () {
    let images;
    try {
      images = await guestImages();
    } catch (error) {
      console.log(`    Linux in the editor is not tried: ${(error as Error).message}`);
      this.skip();
    }
    const configuration = {
      type: 'pacifica',
      request: 'launch',
      name: 'Linux',
      program: images.vmlinux,
      boot: 'linux',
      mode: 'guest',
      initrd: images.initrd,
      append: COMMAND_LINE,
    };
    const launch = JSON.stringify({ version: '0.2.0', configurations: [configuration] });
    workbench = await openWorkbench({
      files: { '.vscode/launch.json': launch },
      settings: { 'workbench.colorTheme': 'Default Dark Modern', 'window.autoDetectColorScheme': false },
    });
  });
  after(() => workbench?.close());

  /** The guest's terminal, once it reads so. */
  const terminal = (what: string, pattern: RegExp, timeout?: number) =>
    workbench.until(
      what,
      () => workbench.terminalText(),
      (text) => pattern.test(text),
      timeout,
    );

  async function ask(line: string, answer: RegExp): Promise<void> {
    await workbench.typeIntoTerminal(`${line}\n`);
    await terminal(line, answer);
  }

  /** Per cent of a core in `IDLE_SECONDS`, after `settle` seconds, by thread of the extension hosts. */
  async function costs(settle: number): Promise<ReadonlyMap<string, number>> {
    await new Promise((resolve) => setTimeout(resolve, settle * 1000));
    const before = extensionHostThreads();
    await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
    const used = ([thread, seconds]: readonly [string, number]) => seconds - (before.get(thread) ?? 0);
    return new Map([...extensionHostThreads()].map((each) => [each[0], (used(each) / IDLE_SECONDS) * 100]));
  }
  const sum = (percents: ReadonlyMap<string, number>) => [...percents.values()].reduce((all, each) => all + each, 0);

  it('F5 boots it to a shell, and the panels count its exits all along', async () => {
    // its commands are there: the extension knows how to debug
    await workbench.runCommand('Pacifica: Show VMCB');
    // a webview that is still loading takes the keyboard, and keeps F5 to itself
    await (await workbench.webview('VMCB')).getByText('No guest is being debugged').waitFor();
    await workbench.showDebugViews();
    if (existsSync('/proc/self/stat')) atFirst = extensionHostThreads();
    // tens of megabytes of kernel are on their way; once a session has begun F5 does nothing more
    await workbench.pressUntil('F5', '.debug-toolbar', BOOT_MS);
    const panel = await workbench.webview('VMCB');
    await panel.getByText('EXITCODE').first().waitFor();
    const asked = Date.now();
    await workbench.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    assert.ok(Date.now() - asked < SMOOTH_MS, `the page answered after ${Date.now() - asked} ms`);
    await terminal('the shell', new RegExp(`^${PROMPT.trim()}`, 'm'), BOOT_MS);
    assert.doesNotMatch(await workbench.terminalText(), /panic|BUG:|Oops/);
  });

  it('the shell answers what is typed', async () => {
    await ask('uname -r', /^\d+\.\d+\.\d+\S*amd64/m);
    assert.doesNotMatch(await workbench.terminalText(), /;\d+R/, 'the answer to ESC[6n is not typed as text');
    await ask('grep -c svm /proc/cpuinfo; echo $((6*7))', /^42$/m);
  });

  it('paused, it shows where the kernel stands', async () => {
    const vmcb = await workbench.webview('VMCB');
    await workbench.press('F6');
    await workbench.until(
      'a guest that is paused',
      () => workbench.callStack(),
      (rows) => rows.some((row) => /guest A.*paused/i.test(row)),
    );
    await workbench.until(
      'the VMCB of a kernel',
      () => vmcb.locator('body').innerText(),
      (text) => /RIP\s+.*FFFF.?FFFF/.test(text.replace(/\s+/g, ' ')) && /nested/.test(text),
    );
    await workbench.screenshot('linux-paused');
    await workbench.runCommand('Pacifica: Show Page Tables');
    const tables = await workbench.webview('Page Tables');
    await tables.getByText('PML4E').first().waitFor();
    await workbench.runCommand('Pacifica: Show Exit Log');
    const log = await workbench.webview('Exit Log');
    await workbench.until(
      'tens of thousands of exits',
      () => log.locator('body').innerText(),
      (said) => /\d{2}[ ,.\u202f\u00a0]\d{3}/.test(said),
    );
    await workbench.screenshot('linux-exit-log');
  });

  it('goes on, idles at its prompt, and answers again', async () => {
    await workbench.press('F5');
    await ask('echo $((11*11))', /^121$/m);
    await workbench.runCommand('Pacifica: Show VMCB');
    await workbench.runCommand('Terminal: Focus Terminal');
    const picture = await workbench.screenshot('linux');
    if (process.env['PICTURES']) copyFileSync(picture, 'media/linux.png');
  });

  it('costs next to nothing while its shell is idle: its engine, and all there is of its session', async function () {
    if (!existsSync('/proc/self/stat')) this.skip();
    const grown = [...extensionHostThreads()].map(([thread, seconds]) => ({
      thread,
      seconds: seconds - (atFirst.get(thread) ?? 0),
    }));
    // the one that has booted a kernel
    const { thread: engine } = grown.reduce((most, each) => (each.seconds > most.seconds ? each : most));
    const withPanels = await costs(COLLECTED_SECONDS);
    await workbench.runCommand('View: Close All Editors');
    const alone = await costs(SETTLE_SECONDS);
    await workbench.stopDebugging();
    const nothing = await costs(SETTLE_SECONDS);
    const session = sum(alone) - sum(nothing);
    const panels = sum(withPanels) - sum(alone);
    const words = (percent: number) => `${percent.toFixed(2)} %`;
    console.log(
      `      ${words(alone.get(engine)!)} of a core for the engine, ${words(session)} for all of the session, ` +
        `${words(panels)} more with panels; ${words(sum(nothing))} without a session`,
    );
    // under 2 % where nothing else runs
    assert.ok(alone.get(engine)! < 2, `the engine ${words(alone.get(engine)!)} of a core`);
    assert.ok(session < 3, `the session ${words(session)} of a core`);
  });

  it('starts anew', async () => {
    await workbench.pressUntil('F5', '.debug-toolbar', BOOT_MS);
    await workbench.until(
      'a guest that runs',
      () => workbench.callStack(),
      (rows) => rows.some((row) => /running/i.test(row)),
    );
    await workbench.stopDebugging();
  });
});
