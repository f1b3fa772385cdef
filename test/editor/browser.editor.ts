import assert from 'node:assert/strict';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

describe("a guest in the browser's extension host", function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ folder: 'samples/first-light', host: 'browser' });
    await workbench.openFile('hello.asm');
  });
  after(() => workbench.close());

  it('runs from F5 to a breakpoint on a line, and to its end', async () => {
    await workbench.toggleBreakpoint(17);
    await workbench.showDebugViews();
    await workbench.startDebugging();
    assert.equal(await workbench.waitForStop(), 'lea rsi, [rel greeting]');
    await workbench.press('F5');
    const stopped = (line: string) => line === 'cpuid';
    await workbench.until('the line of the breakpoint', () => workbench.waitForStop(), stopped);
    const said = (text: string) => text.includes('Hello from guest mode!');
    await workbench.until('the greeting', () => workbench.terminalText(), said);
    await workbench.screenshot('browser-host');
    await workbench.stopDebugging();
  });
});
