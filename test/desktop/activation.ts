import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('in the extension host', () => {
  it('activates', async () => {
    const extension = vscode.extensions.getExtension('pacifica.pacifica');
    assert.ok(extension, 'the extension is not there');
    await extension.activate();
    assert.ok(extension.isActive);
  });

  it('knows .asm as nasm', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'nasm', content: 'vmrun rax\n' });
    assert.equal(document.languageId, 'nasm');
    assert.ok((await vscode.languages.getLanguages()).includes('nasm'));
  });
});
