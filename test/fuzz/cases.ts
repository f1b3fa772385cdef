/** One case of the fuzzer: made by a seed alone. */
import { Random } from '../silicon/random';
import { bareCase, type Tally } from './bare';
import { deviceCase } from './devices';
import { guestCase } from './guests';

export const KINDS = { bare: bareCase, guests: guestCase, devices: deviceCase } as const;
export type Kind = keyof typeof KINDS;

/** Which kind the case of a number is: most are cheap ones. */
export function kindOf(number: number): Kind {
  return number % 8 === 7 ? 'guests' : number % 8 === 3 ? 'devices' : 'bare';
}

/** Runs case `number` of a seed; throws what is wrong with it. */
export function runCase(seed: number, number: number, tally: Tally): void {
  KINDS[kindOf(number)](new Random((seed * 0x9e37_79b1 + number) | 0), tally);
}
