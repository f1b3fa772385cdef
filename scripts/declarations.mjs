/** Writes labs/pacifica.d.ts from the tables of the sandbox's bridge: `node scripts/declarations.mjs`. */
import fs from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { ROOT } from './lib/run.mjs';

const { outputFiles } = await esbuild.build({
  entryPoints: [path.join(ROOT, 'src/sandbox/bridge/declarations.ts')],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  write: false,
});
const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
fs.writeFileSync(path.join(ROOT, 'labs/pacifica.d.ts'), module.declarations());
