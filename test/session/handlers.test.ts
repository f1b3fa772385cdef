/** A launch with handlers of one's own: what they say and do wrongly is told, with its place. */
import assert from 'node:assert/strict';
import type { LabEars, SourcePlace } from '../../src/session/lab';
import { openLab } from '../../src/session/launch';
import { LaunchError, readLaunchOptions } from '../../src/session/launch-options';
import { Runner } from '../../src/session/runner';

const GUEST = 'bits 16\norg 0x7c00\ncpuid\ncli\nhlt\n';

/** Opens and runs a guest with a handler file. */
async function run(handlers: string, more: Readonly<Record<string, unknown>> = {}) {
  const options = readLaunchOptions({ program: 'guest.asm', handlers: 'handlers.ts', memory: 2, ...more });
  const files: Readonly<Record<string, string>> = { 'guest.asm': GUEST, 'handlers.ts': handlers };
  const lab = await openLab(options, async (path) => {
    const text = files[path];
    if (text === undefined) throw new Error('no such file');
    return new TextEncoder().encode(text);
  });
  const said: [string, SourcePlace | undefined][] = [];
  const say: LabEars['say'] = (text, place) => void said.push([text, place]);
  lab.ears = { console: () => undefined, say };
  const stop = await new Runner(lab, { interactive: false }).run({ kind: 'continue' });
  return { lab, stop, said };
}

describe('launch with handlers', function () {
  this.timeout(30_000);

  it('they answer the exits, and the log says who did', async () => {
    const { lab, stop } = await run(
      "import { advance } from 'pacifica';\nexport const exits = { VMEXIT_CPUID(vcpu) { vcpu.ebx = 7; return advance(); } };",
    );
    assert.equal(stop.kind, 'halted');
    assert.equal(lab.registers(lab.guests[0]!).gpr(3), 7n);
    const handlers = Array.from({ length: lab.log.total }, (_, n) => lab.log.handlerOf(n + 1));
    assert.equal(handlers.filter((by) => by === 'your handler').length, 1);
  });

  it('what they log is told, also what they log before anybody listens', async () => {
    const { said } = await run(
      "import { advance, log } from 'pacifica';\nlog('loaded');\nexport const setUp = () => log('set up');\nexport const exits = { VMEXIT_CPUID() { log('asked'); return advance(); } };",
    );
    assert.deepEqual(said, [
      ['loaded\n', undefined],
      ['set up\n', undefined],
      ['asked\n', undefined],
    ]);
  });

  it('an error in them ends the guest and is told with its place', async () => {
    const { stop, said } = await run('export const exits = {\n  VMEXIT_CPUID(vcpu) {\n    return vcpu.foo;\n  },\n};');
    assert.equal(stop.kind, 'diagnosis');
    const [[text, place]] = said as [[string, SourcePlace]];
    assert.equal(text, 'error: vcpu has no foo\n');
    assert.deepEqual([place.file, place.line], ['handlers.ts', 3]);
  });

  it('a file that does not compile is refused with its place', async () => {
    await assert.rejects(run('\nconst a = ;'), (error: unknown) => {
      assert.ok(error instanceof LaunchError);
      assert.match(error.message, /^handlers\.ts:2:11: this is no TypeScript/);
      assert.deepEqual([error.place?.file, error.place?.line, error.place?.column], ['handlers.ts', 2, 11]);
      return true;
    });
  });

  it('a file that is not there, and handlers on a bare machine, are refused in words', async () => {
    await assert.rejects(run('', { handlers: 'other.ts' }), /the handlers 'other\.ts' cannot be read: no such file/);
    await assert.rejects(run('', { mode: 'bare' }), /'handlers' is for guests/);
    await assert.rejects(run('', { handlers: 5 }), /'handlers' is a path, not 5/);
  });
});
