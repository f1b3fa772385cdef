/**
 * Builds everything that ships and the unit tests, then runs them with mocha.
 * `npm run test:unit -- test/house -g kebab` builds and runs only the files under a path; what begins with `-` goes to mocha.
 */
import { createRequire } from 'node:module';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { NODE, ROOT, node, run, splitWords } from './lib/run.mjs';

const [names, options] = splitWords(process.argv.slice(2));
const paths = names.map((name) => path.normalize(name));

process.chdir(ROOT);
// a folder for each run, so that two runs do not take each other's files away
const outdir = path.join('dist/test/unit', String(process.pid));
mkdirSync(outdir, { recursive: true });
try {
  process.exitCode = await main();
} catch (error) {
  if (!error.errors) console.error(error);
  process.exitCode = 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}

async function main() {
  const shipped = await node('esbuild.js');
  if (shipped !== 0 && paths.length === 0) return shipped;
  const { build } = createRequire(import.meta.url)('../esbuild.js');
  let kept = 0;
  const keep = (file) => {
    const wanted =
      paths.length === 0 || paths.some((word) => file === word || file.startsWith(path.join(word, path.sep)));
    if (wanted) kept++;
    return wanted;
  };
  await build('test-unit', { options: { outdir }, keep });
  if (kept === 0) {
    console.error(`no tests at ${paths.join(' ')}`);
    return 1;
  }
  const mocha = path.join(ROOT, 'node_modules/mocha/bin/mocha.js');
  const config = ['--config', 'test/.mocharc.json', '--recursive', '--parallel', '--jobs', '2'];
  return run(NODE, ['--enable-source-maps', mocha, ...config, outdir, ...options]);
}
