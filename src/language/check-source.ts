/** One look at a source: the assembler's diagnostics, and which files it wanted and was not given. */
import { assemble } from '../assembler/assembler';
import type { CheckSource, CheckedSource } from '../protocol/language';

export function checkSource({ id, file, text, files }: CheckSource): CheckedSource {
  const wanted = new Set<string>();
  const readFile = (path: string): Uint8Array | undefined => {
    const content = files[path];
    if (content === undefined) wanted.add(path);
    return content ?? undefined;
  };
  const { diagnostics } = assemble(text, { file, readFile });
  return { kind: 'checked', id, problems: diagnostics, wanted: [...wanted] };
}
