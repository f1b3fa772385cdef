/** A lab of one source with its runner, where it stands, and breakpoints by label. */
import { openLab } from '../../src/session/launch';
import type { LabMode } from '../../src/session/launch-options';
import type { Lab } from '../../src/session/lab';
import { Runner } from '../../src/session/runner';
import { codeAddress } from '../../src/session/registers';

const PATH = 'guest.asm';

export async function open(
  source: string,
  mode: LabMode,
  { memory, ...options }: { interactive?: boolean; maxInstructions?: number; memory?: number } = {},
) {
  const lab = await openLab({ program: PATH, mode, memory }, async () => new TextEncoder().encode(source));
  return { lab, runner: new Runner(lab, { interactive: false, ...options }) };
}

/** The label the code that comes next stands at. */
export function at(lab: Lab): string {
  return lab.programOf(lab.world).place(codeAddress(lab.registers(lab.world)));
}

export function breakAt(runner: Runner, lab: Lab, ...names: string[]): void {
  runner.setBreakpoints(
    names.map((name, index) => ({
      id: index + 1,
      address: lab.programOf(lab.world).symbol(name)!,
      world: 'any',
      condition: undefined,
      hits: 1,
      message: undefined,
    })),
  );
}
