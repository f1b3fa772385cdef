/** Debian's unmodified kernel boots to a shell on the machine and as a guest. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { bootLinux } from './boot-linux';
import type { LinuxImages } from './images';
import type { Way } from './open-linux';

const FETCH_MS = 120_000;
/** Of wall time, on a machine that is busy with other tests. */
const BOOT_MS = 180_000;

/** Undefined, and said loudly, where Debian's packages cannot be had. */
function fetchImages(): LinuxImages | undefined {
  const { status, stdout, stderr } = spawnSync('node', ['scripts/guest-linux.mjs', '--images'], {
    encoding: 'utf8',
    timeout: FETCH_MS,
  });
  if (status === 0) return JSON.parse(stdout) as LinuxImages;
  console.log(`NO LINUX WAS BOOTED: its packages cannot be fetched\n${stderr}`);
  return undefined;
}

describe('an unmodified Linux', function () {
  this.timeout(BOOT_MS);
  let images: LinuxImages | undefined;

  before(function () {
    this.timeout(FETCH_MS);
    images = fetchImages();
  });

  const boots = async (way: Way): Promise<void> => {
    if (!images) return;
    const { prompt, end, disk, exits, tables, stop } = await bootLinux(way, images, true);
    console.log(
      `      ${way}: ${(prompt.instructions / 1e6).toFixed(0)} million instructions to the prompt, ` +
        `${prompt.cpu.toFixed(1)} s of processor time; ${disk!.interrupts} interrupts of the disk; ended by ${stop}`,
    );
    assert.ok(end.instructions > prompt.instructions);
    // its first exit is long before the prompt, and its tables hold more than an image
    if (way !== 'bare')
      assert.ok(exits.size > 1 && tables > 4096 * 16, `${exits.size} kinds of exits, ${tables} bytes`);
  };

  it('boots to a shell that answers, and uses its virtio devices, on the bare machine', () => boots('bare'));
  it('boots to a shell that answers, and uses its virtio devices, as a guest with nested paging', () =>
    boots('nested'));
});
