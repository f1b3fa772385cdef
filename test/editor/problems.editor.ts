import assert from 'node:assert/strict';
import { openWorkbench } from './harness/editor';
import type { Workbench } from './harness/workbench';

const FILES = {
  'wrong.asm': 'bits 64\n%include "part.inc"\nstart:\n  mov eax, [nowhere]\n  hlt\n',
  'part.inc': '  movv ecx, 1\n',
};

describe('problems of assembly files', function () {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ files: FILES });
  });
  after(() => workbench.close());

  it('stand at their lines, in the file and in what it includes, and go when they are mended', async () => {
    await workbench.openFile('wrong.asm');
    const problems = await workbench.until(
      'two problems',
      () => workbench.problems(),
      (list) => list.length === 2,
    );
    const text = (file: string) => problems.find((problem) => problem.file.includes(file))?.text ?? '';
    assert.match(text('wrong.asm'), /nowhere.*Ln 4/);
    assert.match(text('part.inc'), /movv.*Ln 1/);
    await workbench.screenshot('problems');

    await workbench.openFile('wrong.asm');
    await workbench.goToLine(4);
    await workbench.press('Home');
    await workbench.page.keyboard.type('; ');
    const rest = await workbench.until(
      'one problem',
      () => workbench.problems(),
      (list) => list.length === 1,
    );
    assert.match(rest[0]?.file ?? '', /part\.inc/);
  });
});
