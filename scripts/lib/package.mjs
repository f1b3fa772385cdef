/** Packs the extension as it is published, from bundles made beside the work tree's and the files .vscodeignore names; installs it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { editorNode } from './editor-server.mjs';
import { ROOT, capture } from './run.mjs';

/** Folders that are made, not kept. */
const MADE = new Set(['.cache', '.git', 'dist', 'node_modules', 'test-results']);

/**
 * Writes the `.vsix`; nothing is fetched. Throws an error with what the tools said.
 * @param {string} out where to
 */
export async function packExtension(out) {
  mkdirSync(path.join(ROOT, '.cache'), { recursive: true });
  const stage = mkdtempSync(path.join(ROOT, '.cache/package-'));
  try {
    for (const name of readdirSync(ROOT)) {
      if (!MADE.has(name) && !name.endsWith('.vsix')) symlinkSync(path.join(ROOT, name), path.join(stage, name));
    }
    const dist = path.join(stage, 'dist');
    await must('the build', process.execPath, [path.join(ROOT, 'esbuild.js'), '--production', `--out=${dist}`]);
    const words = [
      ...['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'],
      ...['--follow-symlinks', '--out', path.resolve(out)],
    ];
    const vsce = path.join(ROOT, 'node_modules/@vscode/vsce/vsce');
    await must('vsce', editorNode(ROOT), [vsce, ...words], { cwd: stage });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/**
 * Installs a `.vsix` into the editor whose data lie in `home`, over what was installed there.
 * @param {string} vsix
 * @param {string} home
 */
export async function installExtension(vsix, home) {
  // an older build of the same version would be kept
  rmSync(path.join(home, 'extensions'), { recursive: true, force: true });
  const entry = path.join(ROOT, 'node_modules/code-server/out/node/entry.js');
  const places = ['--user-data-dir', path.join(home, 'data'), '--extensions-dir', path.join(home, 'extensions')];
  await must('the installation', editorNode(ROOT), [entry, ...places, '--install-extension', vsix]);
}

async function must(what, program, words, options) {
  const { code, stdout, stderr } = await capture(program, words, options);
  if (code !== 0) throw new Error(`${what} failed:\n${stdout}${stderr}`);
}
