import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What is run by hand only must not rot: every `run-target.mjs` of package.json, and words that make it do a little. */
const LITTLE: Readonly<Record<string, readonly string[]>> = {
  silicon: ['--cases', '400', '--workers', '1', '--row', 'ADD'],
  fuzz: ['--seed', '1', '--minutes', '0.01', '--workers', '1', '--patience', '120'],
  bench: ['--rounds', '0'],
};

describe('what npm runs by name', function () {
  this.timeout(180_000);
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const targets = Object.values(scripts).flatMap((script) => /run-target\.mjs (\S+)/.exec(script)?.[1] ?? []);
  let out = '';
  before(() => {
    out = mkdtempSync(path.join(tmpdir(), 'pacifica-programs-'));
  });
  after(() => rmSync(out, { recursive: true, force: true }));

  it('is known here', () => assert.deepEqual(targets.sort(), Object.keys(LITTLE).sort()));
  for (const [target, words] of Object.entries(LITTLE)) {
    it(`${target} is built and runs`, () => {
      const built = spawnSync(process.execPath, ['esbuild.js', `--out=${out}`, target], { encoding: 'utf8' });
      assert.equal(built.status, 0, built.stderr);
      const ran = spawnSync(process.execPath, [path.join(out, 'test', `${target}.js`), ...words], { encoding: 'utf8' });
      assert.equal(ran.status, 0, ran.stdout + ran.stderr);
    });
  }
});
