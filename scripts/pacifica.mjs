/** `npm run -s pacifica -- …`: the command line, built when a source is newer than it. Its output is the program's alone. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT, node } from './lib/run.mjs';
import { ensurePackages } from './lib/setup.mjs';

const PROGRAM = 'dist/cli/main.js';

function newest(place) {
  const { mtimeMs } = statSync(place);
  if (!statSync(place).isDirectory()) return mtimeMs;
  return readdirSync(place).reduce((latest, name) => Math.max(latest, newest(path.join(place, name))), mtimeMs);
}

await ensurePackages();
const program = path.join(ROOT, PROGRAM);
const sources = ['src', 'labs', 'esbuild.js', 'package-lock.json'].map((place) => newest(path.join(ROOT, place)));
if (!existsSync(program) || statSync(program).mtimeMs < Math.max(...sources)) {
  const status = await node('esbuild.js', ['cli'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status);
}
// files are named from where the words were typed
process.exitCode = await node(PROGRAM, process.argv.slice(2), { cwd: process.env.INIT_CWD ?? process.cwd() });
