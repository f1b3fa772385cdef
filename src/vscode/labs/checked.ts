/** What the newest check of a lab said; a check that was cancelled leaves the one before. */
import type { Grade } from '../../protocol/lab';

export interface Checked {
  readonly seed: number;
  readonly grade?: Grade;
  /** Why there is no grade. */
  readonly failure?: string;
}
