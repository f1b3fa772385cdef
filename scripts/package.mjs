/** `npm run package`: writes pacifica-<version>.vsix, or the file named: what users install. Nothing is fetched but missing packages. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { packExtension } from './lib/package.mjs';
import { ROOT } from './lib/run.mjs';
import { ensurePackages } from './lib/setup.mjs';

const MOST_BYTES = 8 << 20;

await ensurePackages();
const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const out = path.resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? path.join(ROOT, `${name}-${version}.vsix`));
try {
  await packExtension(out);
  const { size } = statSync(out);
  if (size > MOST_BYTES) throw new Error(`${out} has ${size} bytes; ${MOST_BYTES} is the most there may be`);
  console.log(`${path.relative(process.cwd(), out)}: ${(size / (1 << 20)).toFixed(1)} MB`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
