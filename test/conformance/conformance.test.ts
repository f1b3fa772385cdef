/** docs/conformance.md is what the tests do, and nothing has come to what no test holds. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

describe('conformance', function () {
  this.timeout(240_000);

  it('docs/conformance.md is in step: node scripts/conformance.mjs writes it anew', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/conformance.mjs', '--check'], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  });
});
