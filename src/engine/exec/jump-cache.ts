/** The jump cache in TypeScript: generated code looks a rIP up in it (see interpreter-place), and finds a block's header. */
import { CONTEXT_TAG, JUMP_CACHE, JUMP_CACHE_ENTRIES, JUMP_CACHE_SHIFT } from '../state/layout';

const ENTRY_SIZE = 16;
/** Within an entry, bytes: rIP i64, context tag i32, header i32. */
export const ENTRY_TAG = 8;
export const ENTRY_HEADER = 12;

/** Address of the entry for a rIP, by its low half: rIP >> 12 has bits of the upper half above bit 19, and the index has none of them. */
export function jumpCacheEntry(ripLow: number): number {
  const index = (ripLow ^ (ripLow >>> JUMP_CACHE_SHIFT)) & (JUMP_CACHE_ENTRIES - 1);
  return JUMP_CACHE + index * ENTRY_SIZE;
}

/** The header that a rIP leads to now, or undefined. */
export function cachedHeader(view: DataView, ripLow: number, ripHigh: number): number | undefined {
  const at = jumpCacheEntry(ripLow);
  const holds = view.getInt32(at, true) === ripLow && view.getInt32(at + 4, true) === ripHigh;
  const current = view.getInt32(at + ENTRY_TAG, true) === view.getInt32(CONTEXT_TAG, true);
  return holds && current ? view.getInt32(at + ENTRY_HEADER, true) : undefined;
}
