// Every bundle of Pacifica, written out plainly. `node esbuild.js [--production] [--out=DIR] [target …]`; without names, all that
// ships. For production: small, without source maps, and with the licences of what is in the bundles.
const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');

const PANELS = ['vmcb', 'page-tables', 'shadow', 'exit-log', 'lab'];
/** The machine and its debug adapter; what grades labs; and, without a machine, what looks at sources as they are typed. */
const WORKERS = ['src/debug/worker.ts', 'src/grader/worker.ts', 'src/language/worker.ts'];

/** iced-x86 reads its WASM from beside its script; a bundle carries the bytes inside itself, in Node and browsers alike. */
const icedBytes = {
  name: 'iced-bytes',
  setup(build) {
    build.onLoad({ filter: /[\\/]iced_x86\.js$/ }, async (args) => {
      const source = await fs.promises.readFile(args.path, 'utf8');
      const contents = source
        .replace(/const path = require\('path'\)\.join\(__dirname, 'iced_x86_bg\.wasm'\);\n/, '')
        .replace("require('fs').readFileSync(path)", "require('./iced_x86_bg.wasm')")
        .replace('const { TextDecoder, TextEncoder } = require(`util`);\n', '');
      if (/require\(['"`](fs|path|util)/.test(contents)) throw new Error('iced-x86 has changed: look at icedBytes');
      return { contents, loader: 'js' };
    });
  },
};

/**
 * QuickJS in WebAssembly, the same in Node and browsers: the bytes are bundled, and of the loaders that come with it the one that knows
 * no Node; it is given the bytes, so it never asks where it lies. Tests bundle it too, since Node cannot import bytes.
 */
const quickjsBytes = {
  name: 'quickjs-bytes',
  setup(build) {
    const folder = path.join(__dirname, 'node_modules/@jitl/quickjs-wasmfile-release-sync/dist');
    build.onResolve({ filter: /^@jitl\/quickjs-wasmfile-release-sync\/wasm$/ }, () => ({
      path: path.join(folder, 'emscripten-module.wasm'),
    }));
    build.onResolve({ filter: /^@jitl\/quickjs-wasmfile-release-sync\/emscripten-module$/ }, () => ({
      path: path.join(folder, 'emscripten-module.browser.mjs'),
    }));
    build.onLoad({ filter: /[\\/]emscripten-module\.browser\.mjs$/ }, async (args) => ({
      contents: (await fs.promises.readFile(args.path, 'utf8')).replaceAll('import.meta.url', '""'),
      loader: 'js',
    }));
  },
};

const COMMON = {
  bundle: true,
  target: 'es2022',
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
  loader: { '.wasm': 'binary', '.ttf': 'file', '.asm': 'text', '.inc': 'text' },
  plugins: [icedBytes, quickjsBytes],
};
/** Node: the extension host's, the worker's and the command line's. */
const NODE = { ...COMMON, platform: 'node', format: 'cjs', external: ['vscode'] };
/** The browser's extension host and its worker; a `node:` import does not resolve here, which fails the build. */
const BROWSER = {
  ...COMMON,
  platform: 'browser',
  mainFields: ['browser', 'module', 'main'],
  external: ['vscode'],
  define: { global: 'globalThis' },
};
/** Tests keep packages outside, as Node finds them. */
const TEST = {
  ...NODE,
  packages: 'external',
  sourcesContent: false,
  // 1: every block is compiled as soon as it is run
  ...(process.env.PACIFICA_HEAT && { define: { PACIFICA_HEAT: process.env.PACIFICA_HEAT } }),
};

/** Every file under `directory` whose name ends so, the folders in `except` left out. */
function filesEnding(directory, ending, except = []) {
  return fs
    .readdirSync(directory, { recursive: true })
    .map((name) => path.join(directory, name))
    .filter((file) => file.endsWith(ending) && !except.some((folder) => file.startsWith(folder + path.sep)))
    .sort();
}

/** What is built: a name, and the options of one esbuild run. */
const TARGETS = {
  extension: () => ({ ...NODE, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js' }),
  workers: () => ({ ...NODE, entryPoints: WORKERS, outbase: 'src', outdir: 'dist' }),
  language: () => ({ ...NODE, entryPoints: ['src/language/worker.ts'], outfile: 'dist/language/worker.js' }),
  cli: () => ({
    ...NODE,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli/main.js',
    banner: { js: '#!/usr/bin/env node' },
  }),
  'web-extension': () => ({
    ...BROWSER,
    format: 'cjs',
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/web/extension.js',
  }),
  'web-workers': () => ({ ...BROWSER, format: 'iife', entryPoints: WORKERS, outbase: 'src', outdir: 'dist/web' }),
  webview: () => ({
    ...BROWSER,
    format: 'iife',
    entryPoints: PANELS.flatMap((panel) => [`webview/${panel}/main.ts`, `webview/${panel}/style.css`]),
    outbase: 'webview',
    outdir: 'dist/webview',
  }),
};
/** Built only when asked for by name. */
const TEST_TARGETS = {
  'test-unit': () => ({
    ...TEST,
    entryPoints: filesEnding('test', '.test.ts', ['test/editor', 'test/desktop']),
    outbase: 'test',
    outdir: 'dist/test/unit',
  }),
  desktop: () => ({ ...TEST, entryPoints: ['test/desktop/suite.ts'], outfile: 'dist/test/index.js' }),
  silicon: () => ({
    ...TEST,
    entryPoints: { silicon: 'test/silicon/main.ts', 'silicon-worker': 'test/silicon/worker.ts' },
    outdir: 'dist/test',
  }),
  bench: () => ({ ...TEST, entryPoints: ['test/bench/main.ts'], outfile: 'dist/test/bench.js' }),
  fuzz: () => ({
    ...TEST,
    entryPoints: { fuzz: 'test/fuzz/main.ts', 'fuzz-worker': 'test/fuzz/worker.ts' },
    outdir: 'dist/test',
  }),
  'guest-linux': () => ({ ...TEST, entryPoints: ['test/linux/main.ts'], outfile: 'dist/test/guest-linux.js' }),
};

/**
 * Builds one target. `changes` go over its options; entry points may be narrowed by a `keep` predicate; `out` is there instead of dist.
 * @param {string} name
 * @param {{ options?: import('esbuild').BuildOptions, keep?: (file: string) => boolean, out?: string }} [changes]
 */
async function build(name, { options = {}, keep = () => true, out = 'dist' } = {}) {
  const target = TARGETS[name] ?? TEST_TARGETS[name];
  if (!target)
    throw new Error(`no target '${name}'; there are ${Object.keys({ ...TARGETS, ...TEST_TARGETS }).join(', ')}`);
  const written = target();
  for (const place of ['outfile', 'outdir']) {
    if (written[place]) written[place] = path.join(out, path.relative('dist', written[place]));
  }
  if (Array.isArray(written.entryPoints)) written.entryPoints = written.entryPoints.filter(keep);
  return esbuild.build({ ...written, ...options });
}

/** The scenarios in the editor are one module: they share its server and its browser. */
async function buildScenarios(outfile, keep) {
  const files = filesEnding('test/editor', '.editor.ts').filter(keep);
  if (files.length === 0) throw new Error('no scenario is so named');
  const contents = files.map((file) => `import './${file}';`).join('\n');
  const stdin = { contents, resolveDir: __dirname, sourcefile: 'scenarios.ts' };
  await esbuild.build({ ...TEST, format: 'esm', stdin, outfile });
}

/** Tests and what looks at them, in one module: `contents` in TypeScript, from the repository's top. */
async function buildConformance(outfile, contents, plugins, options) {
  const stdin = { contents, resolveDir: __dirname, sourcefile: 'conformance.ts', loader: 'ts' };
  await esbuild.build({
    ...TEST,
    ...options,
    sourcemap: false,
    stdin,
    outfile,
    plugins: [...plugins, ...TEST.plugins],
  });
}

async function main(words) {
  const production = words.includes('--production');
  const out = words.find((word) => word.startsWith('--out='))?.slice('--out='.length);
  const names = words.filter((word) => !word.startsWith('--'));
  const options = production ? { minify: true, sourcemap: false, metafile: true } : {};
  const bundled = new Set();
  for (const name of names.length > 0 ? names : Object.keys(TARGETS)) {
    const { metafile } = await build(name, { options, out });
    for (const file of Object.keys(metafile?.inputs ?? {})) bundled.add(file);
  }
  if (!production) return;
  const { notices } = await import('./scripts/lib/notices.mjs');
  fs.writeFileSync(path.join(out ?? 'dist', 'THIRD-PARTY-NOTICES.txt'), notices([...bundled], __dirname));
}

module.exports = { build, buildConformance, buildScenarios };

if (require.main === module) {
  main(process.argv.slice(2)).catch((error) => {
    if (!error.errors) console.error(error.message);
    process.exit(1);
  });
}
