/** Every lab, in the order of the course: one line a lab. */
import type { Lab } from '../src/labs/lab';
import { LAB as TOUR } from './00-tour/lab';

export const LABS: readonly Lab[] = [TOUR];

/** The lab of a number (`4`, `04`) or of a folder's name (`04-cpuid`). */
export function labNamed(word: string): Lab | undefined {
  return LABS.find(({ id, number }) => id === word || (/^\d{1,2}$/.test(word) && number === Number(word)));
}
