/**
 * `npm start`: installs what is missing, builds, and opens a real VS Code on the sample workspace with this extension in it.
 * `--desktop` uses `code` from the PATH; `--port N` asks for a port; another word is a folder to open instead of the sample.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, startServer } from './lib/editor-server.mjs';
import { installExtension, packExtension } from './lib/package.mjs';
import { ROOT, capture, node, run } from './lib/run.mjs';
import { ensureEditor, ensurePackages } from './lib/setup.mjs';

const SAMPLE = 'samples/first-light';
const HOME = path.join(ROOT, '.cache/editor');
const VSIX = path.join(ROOT, '.cache/pacifica.vsix');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { desktop: { type: 'boolean' }, port: { type: 'string' } },
});
const folder = path.resolve(positionals[0] ?? path.join(ROOT, SAMPLE));
if (!existsSync(folder)) fail(`there is no folder ${folder}`);

await ensurePackages();
if (values.desktop) await startDesktop();
else await startInBrowser();

function fail(line) {
  console.error(line);
  process.exit(1);
}

async function startDesktop() {
  if ((await node('esbuild.js')) !== 0) fail('the build failed: see above');
  if ((await capture('code', ['--version'])).code !== 0)
    fail("there is no 'code' in the PATH; 'npm start' alone needs none");
  const status = await run('code', ['--new-window', `--extensionDevelopmentPath=${ROOT}`, folder]);
  if (status !== 0) fail(`code ended with status ${status}`);
  console.log('\nVS Code opens on the sample workspace: open a guest such as hello.asm, and press F5.');
}

async function startInBrowser() {
  await ensureEditor();
  await install();
  const port = await freePort(Number(values.port ?? 20450));
  // the folder's README is the first thing to read
  const settings = { 'workbench.startupEditor': 'readme' };
  const server = await startServer({ root: ROOT, home: HOME, port, settings });
  console.log(`\nPacifica is at  http://127.0.0.1:${server.port}/?folder=${encodeURI(folder)}`);
  console.log('Open it in a browser, open a guest such as hello.asm there, and press F5. Ctrl+C here ends it.');
  const end = () => void server.stop().then(() => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  // npm may be ended without a word to what it started
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 2000);
}

/** Packs the extension as it would be published, and gives it to the editor. */
async function install() {
  console.log('building …');
  try {
    await packExtension(VSIX);
    await installExtension(VSIX, HOME);
  } catch (error) {
    fail(error.message);
  }
}
