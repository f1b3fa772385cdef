/** What a checker's source starts as: its bytes where `org` puts them, in the mode of its first `bits`. */
import type { BootImage } from '../../engine/machine/boot/image';
import { startFlat } from '../boot-program';
import type { Program } from '../program';

export function imageOf(program: Program): BootImage {
  if (!program.assembly) throw new Error('only an assembled program can be started here');
  return startFlat(program);
}
