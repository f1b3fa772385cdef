/**
 * The suite of test/desktop in a desktop VS Code, which @vscode/test-electron downloads: for machines with a network.
 * `--code PATH` takes one that is installed.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { editorNode } from './lib/editor-server.mjs';
import { ROOT, node, run } from './lib/run.mjs';
import { ensurePackages } from './lib/setup.mjs';

const { values } = parseArgs({ options: { code: { type: 'string' } } });
process.chdir(ROOT);
await ensurePackages();
// @vscode/test-electron wants the newer Node, which is there only now
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.exit(await run(editorNode(ROOT), process.argv.slice(1)));
}
if ((await node('esbuild.js')) !== 0 || (await node('esbuild.js', ['desktop'])) !== 0) process.exit(1);
const { runTests } = await import('@vscode/test-electron');
try {
  process.exitCode = await runTests({
    ...(values.code ? { vscodeExecutablePath: values.code } : { version: 'stable' }),
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: path.join(ROOT, 'dist/test/index.js'),
    launchArgs: [path.join(ROOT, 'samples/first-light'), '--disable-extensions', '--disable-workspace-trust'],
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
