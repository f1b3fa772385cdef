/** Builds one of esbuild.js's programs that is not shipped, such as `bench`, and runs it: `run-target.mjs <target> …`. */
import { ROOT, node } from './lib/run.mjs';
import { ensurePackages } from './lib/setup.mjs';

const [target, ...words] = process.argv.slice(2);
process.chdir(ROOT);
await ensurePackages();
process.exitCode = (await node('esbuild.js', [target])) || (await node(`dist/test/${target}.js`, words));
