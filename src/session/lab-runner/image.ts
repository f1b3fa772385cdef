/** What a checker's source starts as: its bytes where `org` puts them, in the mode of its first `bits`. */
import { loadFlat } from '../../engine/machine/boot/flat';
import type { BootImage } from '../../engine/machine/boot/image';
import { startState } from '../../engine/machine/boot/start-state';
import type { Program } from '../program';

export function imageOf(program: Program): BootImage {
  const { assembly } = program;
  if (!assembly) throw new Error('only an assembled program can be started here');
  const origin = Number(assembly.origin);
  const entry = Number(program.symbol('_start') ?? assembly.origin);
  const bits = program.lineAt(BigInt(entry))?.bits ?? assembly.lines[0]?.bits ?? 16;
  return startState(loadFlat(program.bytes, { origin, entry, bits }));
}
