/** First light: a guest under SVM in a real VS Code, from F5 to its last word. */
import assert from 'node:assert/strict';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

const IOIO = '#VMEXIT: I/O ports (IOIO)';

describe('first light', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ folder: 'samples/first-light' });
    await workbench.openFile('hello.asm');
  });
  after(() => workbench.close());

  /** Waits until a row of the Variables view reads so. */
  const variable = (pattern: RegExp) =>
    workbench.until(
      `a variable ${pattern}`,
      () => workbench.variables(),
      (rows) => rows.some((row) => pattern.test(row)),
    );

  it('F5 starts the guest of launch.json, and stops before its first instruction', async () => {
    await workbench.showDebugViews();
    await workbench.startDebugging();
    assert.equal(await workbench.waitForStop(), 'lea rsi, [rel greeting]');
    await workbench.expandVariable('General');
    await variable(/^RIP.*0x0000_0000_0010_0000 _start/);
    await variable(/^RSP.*0x0000_0000_0008_0000/);
    const stack = await workbench.callStack();
    assert.ok(
      stack.some((row) => /guest A/.test(row) && /Paused on entry/i.test(row)),
      stack.join(' | '),
    );
    await workbench.screenshot('first-light-entry');
  });

  it('a breakpoint on a #VMEXIT with a condition is hit: the line, the reason, the registers', async () => {
    await workbench.setExceptionCondition(IOIO, 'EXITCODE == 0x7B && port == 0x3f8');
    await workbench.press('F5');
    await workbench.waitFor('.zone-widget .exception-widget, .exception-widget');
    const stopped = await workbench.until(
      'the stopped line',
      () => workbench.waitForStop(),
      (line) => /^out dx, al/.test(line),
    );
    assert.match(stopped, /^out dx, al/);
    const widget = await (await workbench.waitFor('.exception-widget')).innerText();
    assert.match(widget.replace(/\u00a0/g, ' '), /VMEXIT_IOIO/);
    assert.match(widget.replace(/\u00a0/g, ' '), /out port 3F8h/);
    await variable(/^RAX.*0x0000_0000_0000_0048/);
    await variable(/^RDX.*0x0000_0000_0000_03F8/);
    await workbench.screenshot('first-light-exit');
  });

  it('the VMCB panel shows the exit', async () => {
    await workbench.runCommand('Pacifica: Show VMCB');
    const panel = await workbench.webview('VMCB');
    await panel.getByText('EXITCODE').first().waitFor();
    await panel.getByText('VMEXIT_IOIO').first().waitFor();
    const text = await panel.locator('body').innerText();
    assert.match(text, /0x3f8|3F8h/i);
    await workbench.screenshot('first-light-vmcb');
  });

  it('the page tables show what the engine has', async () => {
    await workbench.runCommand('Pacifica: Show Page Tables');
    const panel = await workbench.webview('Page Tables');
    await panel.getByText('PML4E').first().waitFor();
    const text = await panel.locator('body').innerText();
    // the loader maps the first 4 GB to themselves, in 2 MB pages: PML4 at 81000h, PDPT at 82000h, four page directories
    assert.match(text, /Guest A maps 4 GB of 256 TB in 6 tables/);
    assert.match(text, /2 MB\s+2[ ,]?048/);
    await workbench.screenshot('first-light-page-tables');
  });

  it('a step carries the exit out: the character is in the terminal', async () => {
    await workbench.setBreakpoint(IOIO, false);
    await workbench.runCommand('View: Focus First Editor Group');
    await workbench.press('F10');
    await workbench.until(
      'the next line',
      () => workbench.waitForStop(),
      (line) => /^ret/.test(line),
    );
    await workbench.until(
      'one character',
      () => workbench.terminalText(),
      (text) => text.trim() === 'H',
    );
    await workbench.screenshot('first-light-step');
  });

  it('the serial console shows what the guest says, and the exit log every exit', async () => {
    await workbench.press('F5');
    await workbench.until(
      'the greeting',
      () => workbench.terminalText(),
      (text) => text.includes('Hello from guest mode!'),
    );
    await workbench.until(
      'the end',
      () => workbench.callStack(),
      (rows) => rows.some((row) => /Halted for good/i.test(row)),
    );
    await workbench.runCommand('Pacifica: Show Exit Log');
    const panel = await workbench.webview('Exit Log');
    const shown = [/55 of 55/, /CPUID\s+leaf\s+4000_0000h\s+cpuid\s+advance 2/, /HLT[^]*stop/];
    await workbench.until(
      'the last exits',
      () => panel.locator('body').innerText(),
      (text) => shown.every((words) => words.test(text)),
    );
    await workbench.screenshot('first-light-exit-log');
    await workbench.stopDebugging();
  });

  it('a mistake in the source is a Problem, and F5 says where it is', async () => {
    const broken = 'bits 64\norg 0x100000\n_start:\n    mov rax, ebx\n    hlt\n';
    const other = await openWorkbench({ files: { 'broken.asm': broken } });
    try {
      await other.openFile('broken.asm');
      await other.until(
        'a Problem',
        () => other.problems(),
        (problems) => problems.some(({ file, text }) => file.includes('broken.asm') && /Ln 4/.test(text)),
      );
      await other.screenshot('first-light-problem');
      await other.openFile('broken.asm');
      await other.press('F5');
      // the editor asks before it debugs a file with errors; then the launch says what is wrong
      const dialog = await other.waitFor('.monaco-dialog-box');
      assert.match(await dialog.innerText(), /broken\.asm|Errors exist/i);
      await other.screenshot('first-light-refused');
    } finally {
      await other.close();
    }
  });
});
