/**
 * `npm test`: installs what is missing, then everything that can say no. The last line counts it: `N passed, N failed`.
 * Node built-ins only until the packages are there.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { NODE, ROOT, node, run } from './lib/run.mjs';
import { ensureDebianPackages, ensureEditor, ensureLinuxHeaders, ensurePackages } from './lib/setup.mjs';

const COUNTS = path.join(ROOT, '.cache', `counts-${process.pid}.json`);
const ENGINE_TESTS = ['test/exec', 'test/cpu', 'test/svm', 'test/machine', 'test/hypervisor'];
const total = { passed: 0, failed: 0 };

process.chdir(ROOT);
mkdirSync(path.dirname(COUNTS), { recursive: true });
await ensurePackages();
await ensureDebianPackages();
await ensureLinuxHeaders();
await ensureEditor();

const bin = (name) => path.join(ROOT, 'node_modules', name);
await check('eslint', () => run(NODE, [bin('eslint/bin/eslint.js'), '.']));
await check('prettier', () => run(NODE, [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']));
await check('types', () => node('scripts/types.mjs'));
await suite('laws, unit and engine tests', 'scripts/test-unit.mjs');
// whatever runs is compiled at once: what compiled regions do is judged by the tests of the interpreter
await suite('engine tests, compiled', 'scripts/test-unit.mjs', ENGINE_TESTS, { PACIFICA_HEAT: '1' });
await suite('in the editor', 'scripts/test-editor.mjs');

rmSync(COUNTS, { force: true });
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(`\n${total.passed} passed, ${total.failed} failed`);

/** One thing that holds or does not. */
async function check(name, act) {
  const holds = (await timed(name, act)) === 0;
  total[holds ? 'passed' : 'failed']++;
}

/** A suite of mocha's, counted test by test; one that died without counting is a failure. */
async function suite(name, script, words = [], changes = {}) {
  rmSync(COUNTS, { force: true });
  const env = { ...process.env, PACIFICA_COUNTS: COUNTS, ...changes };
  const status = await timed(name, () => node(script, words, { env }));
  let counts = { passed: 0, failed: 0 };
  try {
    counts = JSON.parse(readFileSync(COUNTS, 'utf8'));
  } catch {
    console.error(`${name}: ended with status ${status} before its tests were counted`);
  }
  total.passed += counts.passed;
  total.failed += counts.failed;
  if (status !== 0 && counts.failed === 0) total.failed++;
}

async function timed(name, act) {
  console.log(`\n== ${name}`);
  const start = Date.now();
  const status = await act();
  console.log(`== ${name}: ${status === 0 ? 'ok' : 'FAILED'}, ${Math.round((Date.now() - start) / 1000)} s`);
  return status;
}
