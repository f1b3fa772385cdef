import assert from 'node:assert/strict';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

const SOURCE = `bits 64
start:
  mov eax, 1 ; the vendor's name
  vmrun rax
.wait: hlt
  lock inc dword [rbx + text]
  jmp .wait
text: db 'Pacifica', 0
`;

/** The row of Pacifica among the running extensions, as it reads. */
async function runningExtension(workbench: Workbench): Promise<string> {
  await workbench.runCommand('Developer: Show Running Extensions');
  const list = await workbench.waitFor('.runtime-extensions-editor .monaco-list');
  const row = list.locator('.monaco-list-row', { hasText: 'Pacifica' });
  await list.focus();
  const visible = async () => {
    // the list is filled after it is shown, and knows no next page before
    const filled = (await list.locator('.monaco-list-row').count()) > 0;
    if (filled && (await row.count()) === 0) await workbench.press('PageDown');
    return row.allInnerTexts();
  };
  const active = (rows: string[]) => rows.some((text) => text.includes('Activation:'));
  const [text] = await workbench.until('Pacifica active among the running extensions', visible, active);
  return text ?? '';
}

describe('the extension in the editor', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ files: { 'guest.asm': SOURCE } });
  });
  after(() => workbench.close());

  it('activates when a guest is opened', async () => {
    await workbench.openFile('guest.asm');
    assert.match(await runningExtension(workbench), /Activation: \d+ms/);
    await workbench.screenshot('running-extensions');
    await workbench.press('Escape');
  });

  it('knows .asm as NASM, and colours it', async () => {
    await workbench.openFile('guest.asm');
    await workbench.waitFor('.statusbar-item:has-text("Assembly (NASM)")');
    const colour = (word: string) =>
      workbench.editor('guest.asm').locator('.view-line span span', { hasText: word }).first().getAttribute('class');
    const classes = [await colour("; the vendor's name"), await colour('vmrun'), await colour("'Pacifica'")];
    assert.equal(new Set(classes).size, classes.length, `one colour for different things: ${classes.join(' ')}`);
    await workbench.screenshot('nasm');
  });
});

describe("the extension in the browser's extension host", function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ files: { 'guest.asm': SOURCE }, host: 'browser' });
  });
  after(() => workbench.close());

  it('activates when a guest is opened', async () => {
    await workbench.openFile('guest.asm');
    const text = await runningExtension(workbench);
    assert.match(text, /web worker/);
    assert.match(text, /Activation: \d+ms/);
    await workbench.screenshot('running-extensions-browser');
    await workbench.press('Escape');
  });
});
