/** How often a block is run before it is compiled. */

/** A bundle for tests may say otherwise: see esbuild.js. */
declare const PACIFICA_HEAT: number | undefined;

/**
 * A run in the interpreter costs some 15 ns more than in a compiled region, and compiling a region some milliseconds: a block is to earn them
 * first. See docs/decisions/regions.md.
 */
export const HEAT = typeof PACIFICA_HEAT === 'undefined' ? 30_000 : PACIFICA_HEAT;
/** A count nobody comes to. */
export const NEVER_HOT = 0x7fffffff;
