/**
 * Builds one of esbuild.js's programs that is not shipped, such as `bench`, and runs it: `run-target.mjs <target> …`.
 * It runs under the Node that the extension has in the editor.
 */
import { editorNode } from './lib/editor-server.mjs';
import { ROOT, node, run } from './lib/run.mjs';
import { ensurePackages } from './lib/setup.mjs';

const [target, ...words] = process.argv.slice(2);
process.chdir(ROOT);
await ensurePackages();
process.exitCode =
  (await node('esbuild.js', [target])) || (await run(editorNode(ROOT), [`dist/test/${target}.js`, ...words]));
