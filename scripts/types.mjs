/** Type-checks each room with the library it may know: the engine neither Node nor DOM, the panels no Node. */
import os from 'node:os';
import path from 'node:path';
import { NODE, ROOT, capture } from './lib/run.mjs';

const PROJECTS = [
  'src/engine/tsconfig.json',
  'tsconfig.json',
  'webview/tsconfig.json',
  'test/webview/tsconfig.json',
  'test/editor/tsconfig.json',
];

async function check(project) {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const { code, stdout, stderr } = await capture(NODE, [tsc, '--pretty', 'false', '-p', project]);
  process.stdout.write(`types ${project}: ${code === 0 ? 'ok' : 'failed'}\n${stdout}${stderr}`);
  return code === 0;
}

const queue = [...PROJECTS];
let failed = 0;
await Promise.all(
  Array.from({ length: Math.min(2, os.cpus().length) }, async () => {
    for (let project = queue.shift(); project; project = queue.shift()) if (!(await check(project))) failed++;
  }),
);
process.exitCode = failed > 0 ? 1 : 0;
