/** A row of the exit log as panels use it: 64-bit values as BigInt. */
import { valueOf } from '../../src/protocol/codec';
import type { ExitLogAnswer, OutcomeKind } from '../../src/protocol/exit-log';
import type { ExitFacts } from './exit-decode';
import { count, hForm } from './numbers';

export interface ExitRow extends ExitFacts {
  readonly number: number;
  /** Instructions retired since reset. */
  readonly time: number;
  /** Virtual ns at the #VMEXIT. */
  readonly clock: number;
  /** Instructions the guest retired since the VMRUN before. */
  readonly ran: number;
  /** Virtual ns until the next VMRUN; 0 while it is not known. */
  readonly cost: number;
  /** Guest id. */
  readonly guest: number;
  readonly rip: bigint;
  readonly outcome: OutcomeKind;
  readonly outcomeValue: number;
  readonly handler: string;
}

export function rowAt({ columns }: ExitLogAnswer, at: number): ExitRow | undefined {
  const number = columns.number[at];
  if (number === undefined) return undefined;
  const hex = (column: readonly string[]) => valueOf(column[at] ?? '0x0');
  return {
    number,
    time: columns.time[at] ?? 0,
    clock: columns.clock[at] ?? 0,
    ran: columns.ran[at] ?? 0,
    cost: columns.cost[at] ?? 0,
    guest: columns.guest[at] ?? 0,
    code: columns.code[at] ?? 0,
    info1: hex(columns.info1),
    info2: hex(columns.info2),
    rip: hex(columns.rip),
    rax: hex(columns.rax),
    rcx: hex(columns.rcx),
    rdx: hex(columns.rdx),
    outcome: columns.outcome[at] ?? 'pending',
    outcomeValue: columns.outcomeValue[at] ?? 0,
    handler: columns.handler[at] ?? '',
  };
}

/** `advance 2`, `inject 20h`, `not decided yet`. */
export function outcomeWords({ outcome, outcomeValue }: Pick<ExitRow, 'outcome' | 'outcomeValue'>): string {
  switch (outcome) {
    case 'advance':
      return `advance ${count(outcomeValue)}`;
    case 'inject':
      return `inject ${hForm(outcomeValue)}`;
    case 'pending':
      return 'not decided yet';
    case 'software':
      return 'guest software';
    default:
      return outcome;
  }
}
