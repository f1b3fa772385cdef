/**
 * Builds the extension and the scenarios of test/editor, and runs them in a real VS Code, one server and one browser for all.
 * `npm run test:editor -- activate -g colours` runs the scenarios whose file is so named; what begins with `-` goes to mocha.
 */
import { createRequire } from 'node:module';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { NODE, ROOT, node, run, splitWords } from './lib/run.mjs';
import { ensureEditor, ensurePackages } from './lib/setup.mjs';

const [names, options] = splitWords(process.argv.slice(2));

process.chdir(ROOT);
await ensurePackages();
await ensureEditor();
process.exitCode = await main();

async function main() {
  const built = (await node('esbuild.js')) || (await node('esbuild.js', ['desktop']));
  if (built !== 0) return built;
  const outfile = path.join('dist/test', `editor-${process.pid}.mjs`);
  try {
    const { buildScenarios } = createRequire(import.meta.url)('../esbuild.js');
    await buildScenarios(outfile, (file) => names.length === 0 || names.some((name) => file.includes(name)));
    const mocha = path.join(ROOT, 'node_modules/mocha/bin/mocha.js');
    return await run(NODE, [
      ...['--enable-source-maps', mocha, '--config', 'test/.mocharc.json', '--timeout', '180000', '--extension', 'mjs'],
      ...[outfile, ...options],
    ]);
  } catch (error) {
    if (!error.errors) console.error(error.message);
    return 1;
  } finally {
    rmSync(outfile, { force: true });
    rmSync(`${outfile}.map`, { force: true });
  }
}
