/** `node scripts/launch-reference.mjs`: writes the reference in docs/launch.md anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withReference } from './lib/launch-reference.mjs';
import { ROOT } from './lib/run.mjs';

const page = path.join(ROOT, 'docs/launch.md');
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
writeFileSync(page, withReference(readFileSync(page, 'utf8'), manifest));
