import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

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

describe('the map in src/README.md', () => {
  const map = readFileSync('src/README.md', 'utf8');
  const rooms = ['src', 'src/engine'].flatMap((place) =>
    readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'engine')
      .map((entry) => `${place}/${entry.name}`.slice('src/'.length)),
  );
  const rows = [...map.matchAll(/^\| `([\w/-]+)\/`/gm)].map(([, room]) => room ?? '');

  it('names every room', () =>
    assert.deepEqual(
      rooms.filter((room) => !rows.includes(room)),
      [],
    ));
  it('names no room that is not there', () =>
    assert.deepEqual(
      rows.filter((row) => !rooms.includes(row)),
      [],
    ));
});
