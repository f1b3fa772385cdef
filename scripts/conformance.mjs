/**
 * `node scripts/conformance.mjs`: writes docs/conformance.md anew. The tests of the processor run once, watched, without the emulators
 * they are compared with. `--check` writes nothing and fails if the page is another.
 */
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { ROOT } from './lib/run.mjs';

const FOLDERS = ['test/cpu', 'test/svm', 'test/witness'];
const require = createRequire(import.meta.url);
const page = path.join(ROOT, 'docs/conformance.md');

const watched = {
  name: 'watched',
  setup(build) {
    const instead = (filter, file) =>
      build.onResolve({ filter }, ({ importer }) =>
        /[\\/]test[\\/](?!conformance[\\/])/.test(importer)
          ? { path: path.join(ROOT, 'test/conformance', file) }
          : undefined,
      );
    instead(/(^\.|\/cpu)\/program$/, 'programs.ts');
    instead(/^\.\/bochs$/, 'bochs.ts');
    instead(/^node:child_process$/, 'children.ts');
  },
};

process.chdir(ROOT);
const outdir = path.join('dist/test/conformance', String(process.pid));
mkdirSync(outdir, { recursive: true });
try {
  const { text, faults } = await record();
  const check = process.argv.includes('--check');
  if (!check) writeFileSync(page, text);
  else if (!existsSync(page) || readFileSync(page, 'utf8') !== text)
    faults.push('docs/conformance.md is not what the tests do: node scripts/conformance.mjs writes it anew');
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
// A test may have left a worker or a timer behind.
process.exit();

/** Runs the tests in a bundle of their own, in which the engine is watched. */
async function record() {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name}`),
  ).sort();
  const contents = `
    import { page } from './test/conformance/page';
    import { beginFile, beginTest } from './test/conformance/record';
    module.exports = { page, beginFile, beginTest, files: {
      ${files.map((file) => `'${file}': () => require('./${file}'),`).join('\n')}
    } };`;
  const outfile = path.resolve(outdir, 'tests.js');
  // Fields without a value are left out, so that they can be watched from the prototype.
  const tsconfigRaw = { compilerOptions: { useDefineForClassFields: false } };
  await require('../esbuild.js').buildConformance(outfile, contents, [watched], { tsconfigRaw });
  const mocha = new Mocha({ reporter: class {}, timeout: 60_000 });
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  const tests = require(outfile);
  for (const [file, load] of Object.entries(tests.files)) globalThis.describe(file, load);
  await new Promise((resolve) => {
    const runner = mocha.run(resolve);
    const titles = (suite) => suite.titlePath().slice(1);
    runner.on('suite', (suite) => {
      const [file] = suite.titlePath();
      if (file === undefined) return;
      tests.beginFile(file);
      tests.beginTest(titles(suite));
    });
    runner.on('test', (test) => tests.beginTest(titles(test.parent), test.title));
  });
  return tests.page();
}
