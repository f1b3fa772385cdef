import assert from 'node:assert/strict';
import { runInHost } from './harness/editor';

describe('the suite of test/desktop', () => {
  it('passes in the extension host of the server', async () => {
    const { code, passed, failed } = await runInHost('dist/test/index', { folder: 'samples/first-light' });
    assert.deepEqual(failed, []);
    assert.equal(code, 0);
    assert.ok(passed.length > 1, 'no test ran');
  });
});
