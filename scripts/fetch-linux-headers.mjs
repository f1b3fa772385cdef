/**
 * Unpacks the kernel headers that test/arch compares the tables with: `node scripts/fetch-linux-headers.mjs`.
 * Does nothing when they are there; without a network it says so and ends with status 1.
 */
import { ensureLinuxHeaders } from './lib/setup.mjs';

await ensureLinuxHeaders();
