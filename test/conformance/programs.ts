/** test/cpu/program while what it runs is recorded: QEMU is not started, only written down as asked. */
import * as real from '../cpu/program';
import type { Case, Mode } from '../cpu/rom-case';
import { asked, during, made } from './record';

export { answers } from '../cpu/program';

export function image(mode: Mode, cases: readonly Case[]): Uint8Array {
  const rom = real.image(mode, cases);
  made(rom, cases);
  return rom;
}

export const runOurs: typeof real.runOurs = (rom, ...rest) => during(rom, () => real.runOurs(rom, ...rest));

export function runQemu(rom: Uint8Array): string {
  asked(rom, 'QEMU');
  return '';
}
