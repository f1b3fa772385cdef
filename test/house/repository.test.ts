import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

/** What a newcomer looks for at the top of the repository. */
const TOP_FILES = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'esbuild.js',
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'LICENSE',
  '.vscodeignore',
  '.ci/run',
] as const;

describe('the repository', () => {
  for (const file of TOP_FILES) {
    it(`has ${file}`, () => assert.ok(existsSync(file)));
  }

  it('locks packages without naming a registry', () => {
    const lock = readFileSync('package-lock.json', 'utf8');
    assert.doesNotMatch(lock, /"resolved": "http/);
  });
});
