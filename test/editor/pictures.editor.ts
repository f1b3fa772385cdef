/** The picture of the README: a guest stopped at a #VMEXIT. `npm run pictures` takes it anew and keeps it in media/. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { openWorkbench } from './harness/editor';

describe('the picture of the README', () => {
  it('shows the source, the exit, the VMCB and the serial console together', async () => {
    const workbench = await openWorkbench({
      folder: 'samples/first-light',
      settings: { 'workbench.colorTheme': 'Default Dark Modern', 'window.autoDetectColorScheme': false },
    });
    try {
      await workbench.openFile('hello.asm');
      await workbench.showDebugViews();
      await workbench.startDebugging();
      await workbench.waitForStop();
      await workbench.setExceptionCondition('#VMEXIT: I/O ports (IOIO)', 'port == 0x3f8 && rax == 0x21');
      await workbench.press('F5');
      const line = await workbench.until(
        'the line of the exit',
        () => workbench.waitForStop(),
        (text) => /^out dx, al/.test(text),
      );
      assert.match(line, /^out dx, al/);
      await workbench.page.locator('.exception-widget .codicon-close, .exception-widget .action-label').last().click();
      await workbench.runCommand('Pacifica: Show VMCB');
      const panel = await workbench.webview('VMCB');
      await panel.getByText('Guest A wrote').first().waitFor();
      await workbench.runCommand('Terminal: Focus Terminal');
      const text = await workbench.until(
        'what the guest has said so far',
        () => workbench.terminalText(),
        (said) => /Hello from guest mode/.test(said),
      );
      assert.match(text, /Hello from guest mode/);
      await workbench.page.mouse.move(700, 860);
      const picture = await workbench.screenshot('readme');
      if (process.env['PICTURES']) copyFileSync(picture, 'media/first-light.png');
    } finally {
      await workbench.close();
    }
  });
});
