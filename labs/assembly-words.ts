/** Words of the labs in assembly: what a checker says about exceptions. */
import { EXCEPTIONS } from '../src/engine/arch/exceptions';
import type { BareRun, SourceLine } from '../src/labs/workbench';

/** `#GP(0) at enable.asm:12`; without a line it was not the submission's own instruction. */
export function exceptionWords(
  { vector, errorCode, rip }: BareRun['exceptions'][number],
  place: SourceLine | undefined,
): string {
  const name = EXCEPTIONS.find((row) => row.vector === vector)?.mnemonic ?? `exception ${vector}`;
  const code = errorCode < 0 ? '' : `(${errorCode.toString(16)})`;
  return `${name}${code} at ${place ? `${place.file}:${place.line}` : `${rip.toString(16).toUpperCase()}h`}`;
}
