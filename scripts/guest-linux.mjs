/**
 * `npm run guest:linux`: Debian's cloud kernel boots to a shell on the machine, as a guest with nested and as one with shadow paging;
 * each is asked something on its console, and powered off. Options:
 *   --only bare,bzimage,nested,shadow   some of these, in this order
 *   --disk                              with a virtio disk and a virtio console: Linux's drivers use them
 *   --qemu                              the same on QEMU (TCG), and the ratio of processor time
 *   --console                           prints what the kernels say
 *   --snapshots N, --seed S             instead: snapshots at N counts by chance, each gone back to, and what they cost
 *   --kernel FILE, --initrd FILE        files of your own: a vmlinux or a bzImage; a cpio archive with a shell like ours
 *   --images                            only fetches and makes the images, and prints where they are, as JSON
 */
import { parseArgs } from 'node:util';
import { editorNode } from './lib/editor-server.mjs';
import { COMMAND_LINE, MARKER, PROMPT, guestImages } from './lib/guest-images.mjs';
import { ROOT, node, run } from './lib/run.mjs';
import { ensurePackages } from './lib/setup.mjs';

const OPTIONS = {
  only: { type: 'string' },
  disk: { type: 'boolean' },
  qemu: { type: 'boolean' },
  console: { type: 'boolean' },
  snapshots: { type: 'string' },
  seed: { type: 'string' },
  kernel: { type: 'string' },
  initrd: { type: 'string' },
  images: { type: 'boolean' },
};

try {
  process.exitCode = await main(parseArgs({ options: OPTIONS }).values);
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}

async function main({ kernel, initrd, images, ...asked }) {
  const made = {
    ...(await guestImages({ kernel, initrd })),
    commandLine: COMMAND_LINE,
    marker: MARKER,
    prompt: PROMPT,
  };
  if (images) {
    console.log(JSON.stringify(made));
    return 0;
  }
  await ensurePackages();
  const words = Object.entries(asked).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
  return (
    (await node('esbuild.js', ['guest-linux'])) ||
    (await run(editorNode(ROOT), ['dist/test/guest-linux.js', `--made=${JSON.stringify(made)}`, ...words], {
      cwd: ROOT,
    }))
  );
}
