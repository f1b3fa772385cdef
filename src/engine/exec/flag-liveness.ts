/** Which arithmetic flags somebody may see: what is overwritten before that need not be kept. */
import type { Instruction } from '../isa/decode';
import type { Row } from '../isa/row';

/** Instructions whose stack accesses are no operands, or that divide. */
const accessesStack = (row: Row): boolean =>
  row.size !== undefined || /^(PUSHA|POPA|LEAVE|DIV|IDIV)/.test(row.mnemonic);

/** Whether an instruction may end in an exception or out of line, where the flags before it are seen. */
export function mayLeave({ row, operands }: Instruction, hasFallback: boolean): boolean {
  return (
    hasFallback ||
    row.ends === true ||
    operands.some((o) => o.kind === 'memory') ||
    row.rep !== undefined ||
    accessesStack(row)
  );
}

const readsFlags = (row: Row): boolean => row.readsFlags === true || row.condition !== undefined;

/** Whether its flags need not be computed when nobody sees them: nothing else of it depends on those before. */
export const canBeDead = (row: Row): boolean => !readsFlags(row);

/** Whether flags are seen before an instruction, given whether they are behind it. */
export function liveBefore(row: Row, leaves: boolean, behind: boolean): boolean {
  if (leaves || readsFlags(row)) return true;
  return row.leaves === 'add' || row.leaves === 'sub' || row.leaves === 'logic' ? false : behind;
}

/** What the search through a region asks of an instruction. */
interface FlagStep {
  readonly instruction: Instruction;
  readonly leaves: boolean;
}

/**
 * For each instruction of each block, whether anybody may see the flags it leaves. `targets`: the blocks each goes on at, undefined
 * where it leaves the region. Where the budget is asked, they are seen.
 */
export function liveFlags(
  blocks: readonly (readonly FlagStep[])[],
  targets: readonly (readonly (number | undefined)[])[],
  asksBudget: ReadonlySet<number>,
): readonly (readonly boolean[])[] {
  const atBegin = blocks.map(() => false);
  const behind = blocks.map((steps) => steps.map(() => true));
  for (let changed = true; changed;) {
    changed = false;
    for (let n = blocks.length - 1; n >= 0; n--) {
      const steps = blocks[n]!;
      const to = targets[n]!;
      let live = to.length === 0 || to.some((next) => next === undefined || asksBudget.has(next) || atBegin[next]!);
      for (let index = steps.length - 1; index >= 0; index--) {
        const { instruction, leaves } = steps[index]!;
        behind[n]![index] = live;
        live = liveBefore(instruction.row, leaves, live);
      }
      if (live && !atBegin[n]) {
        atBegin[n] = true;
        changed = true;
      }
    }
  }
  return behind;
}
