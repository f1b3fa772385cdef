/** What labs 5, 6, 9 and 10 bring with them: answers that type-check, guests that assemble, numbers a README tells. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { LABS } from '../../labs/catalog';
import { assemble } from '../../src/assembler/assembler';
import { filesOf } from '../../src/cli/lab-files';
import type { Lab } from '../../src/labs/lab';
import { grade } from '../../src/session/lab-runner/grade';
import { answersOf } from '../../src/session/lab-runner/matrix';
import { TSCONFIG_TEXT } from '../../src/vscode/labs/lab-files';

const FOLDER = path.join(process.cwd(), 'labs');
const OPTIONS = ts.convertCompilerOptionsFromJson(
  (JSON.parse(TSCONFIG_TEXT) as { compilerOptions: object }).compilerOptions,
  FOLDER,
).options;
const OURS = LABS.filter(({ number }) => [5, 6, 9, 10].includes(number));

function scripts(lab: Lab): string[] {
  const folders = ['starter', 'solution', ...Object.keys(lab.mutants).map((mutant) => `mutants/${mutant}`)];
  return folders.flatMap((folder) => {
    const at = path.join(FOLDER, lab.id, folder);
    return fs.readdirSync(at).flatMap((name) => (name.endsWith('.ts') ? [path.join(at, name)] : []));
  });
}

function lab(number: number): Lab {
  return OURS.find((one) => one.number === number)!;
}

describe('what the labs of time, hypercalls and paging bring with them', function () {
  this.timeout(120_000);

  it('type-checks as the editor would, file by file', () => {
    const files = OURS.flatMap(scripts);
    assert.ok(files.length >= 20, `${files.length} files`);
    const program = ts.createProgram([path.join(FOLDER, 'pacifica.d.ts'), ...files], OPTIONS);
    const complaints = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    assert.deepEqual(complaints, []);
  });

  it('has three mutants a lab, each with a file that differs from the solution', () => {
    for (const one of OURS) {
      assert.equal(Object.keys(one.mutants).length, 3);
      const solution = filesOf(one, 'solution', FOLDER);
      for (const answer of answersOf(one)) {
        if (typeof answer === 'string') continue;
        const files = filesOf(one, answer, FOLDER);
        assert.notDeepEqual(files, solution, answer.mutant);
        assert.deepEqual(Object.keys(files).sort(), Object.keys(solution).sort(), answer.mutant);
      }
    }
  });

  it('has guests to debug that assemble', () => {
    for (const one of OURS) {
      const source = filesOf(one, 'starter', FOLDER)['guest.asm']!;
      assert.deepEqual(assemble(source, { file: 'guest.asm' }).diagnostics, [], one.id);
    }
  });

  it('tells the exits of lab 9 and lab 10 as they are', async () => {
    const told = /seed 5[^|]*\|[^\n]*\n\|[^\n]*\n\| shadow[^|]*\|([^\n]*)\n\| nested[^|]*\|([^\n]*)\n/.exec(
      fs.readFileSync(path.join(FOLDER, '10-nested-paging/README.md'), 'utf8'),
    )!;
    const [shadow, nested] = told.slice(1).map((row) => row.split('|').slice(0, 4).map(Number));
    const actual = async (number: number, claim: string): Promise<string> => {
      const { claims } = await grade(lab(number), filesOf(lab(number), 'solution', FOLDER), 5);
      return claims.find(({ id }) => id === claim)!.actual!;
    };
    const [faults, invlpg, cr3] = shadow!;
    assert.equal(await actual(9, 'exits-by-kind'), `${cr3} CR3_WRITE, ${invlpg} INVLPG, ${faults} EXCP_PF`);
    assert.equal(await actual(10, 'touched-pages'), String(nested![3]));
  });
});
