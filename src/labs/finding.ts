/** How a claim of a lab came out, and where that is to be seen. */
import type { VmcbField } from '../engine/arch/vmcb';

/** Where a claim's evidence is to be seen. */
export type Evidence =
  | { readonly kind: 'exit'; readonly number: number } // of the exit log
  | { readonly kind: 'field'; readonly field: VmcbField; readonly guest?: number }
  | { readonly kind: 'page'; readonly root: 'guest' | 'nested' | 'shadow'; readonly address: bigint }
  | { readonly kind: 'line'; readonly file: string; readonly line: number }; // from 1

/** How a claim came out. */
export interface Finding {
  readonly holds: boolean;
  /** What should be, and what is; short, in the manual's words. */
  readonly expected?: string;
  readonly actual?: string;
  /** A sentence for the learner if it does not hold; it never says the solution's value before it is reached. */
  readonly message?: string;
  readonly evidence?: Evidence;
}
