/** Every lab, in the order of the course: one line a lab. */
import type { Lab } from '../src/labs/lab';
import { LAB as TOUR } from './00-tour/lab';
import { LAB as ENABLE_SVM } from './01-enable-svm/lab';
import { LAB as WORLD_SWITCH } from './02-world-switch/lab';
import { LAB as CPUID } from './04-cpuid/lab';
import { LAB as TIME } from './05-time/lab';
import { LAB as HYPERCALLS } from './06-hypercalls/lab';
import { LAB as SHADOW_PAGING } from './09-shadow-paging/lab';
import { LAB as NESTED_PAGING } from './10-nested-paging/lab';

export const LABS: readonly Lab[] = [
  TOUR,
  ENABLE_SVM,
  WORLD_SWITCH,
  CPUID,
  TIME,
  HYPERCALLS,
  SHADOW_PAGING,
  NESTED_PAGING,
];

/** The lab of a number (`4`, `04`) or of a folder's name (`04-cpuid`). */
export function labNamed(word: string): Lab | undefined {
  return LABS.find(({ id, number }) => id === word || (/^\d{1,2}$/.test(word) && number === Number(word)));
}
