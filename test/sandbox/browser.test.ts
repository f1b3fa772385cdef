/** The worker that grades, in a browser with no network: the sandbox needs nothing but its own bundle. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import type { GraderAnswer } from '../../src/protocol/lab';

const ROOT = process.cwd();
const LAB = '04-cpuid';

interface Builder {
  build(target: string, changes: { options: object; keep: (file: string) => boolean }): Promise<void>;
}

/** Runs the questions in a page's worker; the answers, and every address that was asked for meanwhile. */
const ASK = `async ([script, questions]) => {
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
  const answers = [];
  for (const question of questions) {
    answers.push(await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(question);
    }));
  }
  worker.terminate();
  return answers;
}`;

describe('the sandbox in a browser', function () {
  this.timeout(120_000);
  let browser: Browser;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pacifica-browser-'));
    const { build } = createRequire(path.join(ROOT, 'package.json'))('./esbuild.js') as Builder;
    await build('web-workers', {
      options: { outdir: folder, sourcemap: false },
      keep: (file) => file.includes('grader'),
    });
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('grades lab 4 alike, and a hostile answer does not end it', async () => {
    const name = readFileSync(path.join(folder, 'grader/worker.js'), 'utf8');
    const solution = readFileSync(path.join(ROOT, 'labs', LAB, 'solution/cpuid.ts'), 'utf8');
    const hostile =
      'export const exits = { VMEXIT_CPUID() { const a = []; for (;;) a.push(new Uint8Array(65536)); } };';
    const files = [solution, hostile, solution];
    const questions = files.map((text, id) => ({ kind: 'grade', id, lab: LAB, seed: 1, files: { 'cpuid.ts': text } }));
    const page = await browser.newPage();
    const asked: string[] = [];
    await page.route('**/*', (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    const answers = (await page.evaluate(`(${ASK})(${JSON.stringify([name, questions])})`)) as GraderAnswer[];
    const verdicts = answers.map((answer) => {
      assert.ok(answer.kind === 'graded', JSON.stringify(answer));
      return answer.grade.problems.map(({ message }) => message)[0] ?? answer.grade.passed;
    });
    assert.deepEqual(verdicts, [true, 'this takes more than 32 MB of memory', true]);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith('blob:')),
      [],
    );
  });
});
