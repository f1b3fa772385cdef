/** `pacifica/exitLog` and `pacifica/exitCounts`: windows of rows of the exit log, column by column, and counts over the run. */
import type { ExitClass } from '../engine/arch/exit-codes';
import { ProtocolError, hex64, integer, list, object, optional, text, whole, word } from './check';
import type { Check } from './check';
import type { Hex64 } from './codec';
import { GUEST_IDENTITY } from './state';
import type { GuestIdentity } from './state';

/** Every condition that is there must hold. */
export interface ExitFilter {
  /** Classes of `arch/exit-codes`. A code the manual does not name counts as `fault`. */
  readonly classes?: readonly ExitClass[];
  /** EXITCODEs, signed as in EXIT_CODES (VMEXIT_INVALID is −1). */
  readonly codes?: readonly number[];
  readonly guest?: number;
  /** VMEXIT_IOIO with this port in EXITINFO1. */
  readonly port?: number;
  /** VMEXIT_MSR with this number in ECX. */
  readonly msr?: number;
  /** VMEXIT_NPF whose EXITINFO2 lies in this 4 KB page (any GPA of it). */
  readonly gpa?: number;
}

export interface ExitLogQuestion {
  /** Index into the kept rows that pass the filter, 0 the oldest; negative counts from the end, as in `slice`. */
  readonly first: number;
  /** At most this many rows; 1 to 1,000. */
  readonly count: number;
  readonly filter: ExitFilter;
}

/**
 * What the exit handler decided: `resume` the same instruction, `advance` past it, `inject` an event, `stop` the guest;
 * `pending`: not decided yet; `software`: the hypervisor is emulated code, nobody but itself knows.
 */
export type OutcomeKind = 'pending' | 'resume' | 'advance' | 'inject' | 'stop' | 'software';
const OUTCOME = word('pending', 'resume', 'advance', 'inject', 'stop', 'software');

/** Rows column by column: row `i` is element `i` of each column; all columns are equally long. */
export interface ExitColumns {
  /** Number of the exit, from 1, over all guests. */
  readonly number: readonly number[];
  /** Virtual time of the #VMEXIT: instructions retired since reset. */
  readonly time: readonly number[];
  /** Guest id. */
  readonly guest: readonly number[];
  /** EXITCODE, signed as in EXIT_CODES. */
  readonly code: readonly number[];
  readonly info1: readonly Hex64[];
  readonly info2: readonly Hex64[];
  /** The guest's RIP, RAX, RCX and RDX right after the #VMEXIT. */
  readonly rip: readonly Hex64[];
  readonly rax: readonly Hex64[];
  readonly rcx: readonly Hex64[];
  readonly rdx: readonly Hex64[];
  readonly outcome: readonly OutcomeKind[];
  /** Bytes RIP was moved by (`advance`), the vector (`inject`), else 0. */
  readonly outcomeValue: readonly number[];
  /** Who decided, one or two words such as `uart`, `cpuid`, `nested paging`; empty if nobody can say. */
  readonly handler: readonly string[];
}

export interface ExitLogAnswer {
  /** Index of the first row given here; counted from 0 also when it was asked for from the end. */
  readonly first: number;
  /** Kept rows that pass the filter. */
  readonly matching: number;
  /** Exits since reset, kept or not. */
  readonly total: number;
  /** Number of the oldest exit the ring still keeps; 0 if it keeps none. */
  readonly oldest: number;
  readonly columns: ExitColumns;
}

export type ExitCountsQuestion = Record<string, never>;

/** Exits since reset, all of them, also those the ring has dropped. */
export interface ExitCountsAnswer {
  readonly total: number;
  /** Virtual time now. */
  readonly time: number;
  readonly guests: readonly { readonly guest: GuestIdentity; readonly count: number }[];
  /** By EXITCODE, most frequent first. */
  readonly codes: readonly { readonly code: number; readonly count: number }[];
  /** VMEXIT_IOIO by port and direction, most frequent first, at most 16. */
  readonly ports: readonly { readonly port: number; readonly direction: 'in' | 'out'; readonly count: number }[];
}

export const EXIT_CLASSES = ['io', 'memory', 'instruction', 'event', 'idle', 'fault'] as const satisfies ExitClass[];

export const EXIT_LOG_QUESTION: Check<ExitLogQuestion> = object<ExitLogQuestion>({
  first: integer,
  count: whole,
  filter: object<ExitFilter>({
    classes: optional(list(word(...EXIT_CLASSES))),
    codes: optional(list(integer)),
    guest: optional(whole),
    port: optional(whole),
    msr: optional(whole),
    gpa: optional(whole),
  }),
});

const COLUMNS = object<ExitColumns>({
  number: list(whole),
  time: list(whole),
  guest: list(whole),
  code: list(integer),
  info1: list(hex64),
  info2: list(hex64),
  rip: list(hex64),
  rax: list(hex64),
  rcx: list(hex64),
  rdx: list(hex64),
  outcome: list(OUTCOME),
  outcomeValue: list(whole),
  handler: list(text),
});
const EQUAL_COLUMNS: Check<ExitColumns> = (value, at) => {
  COLUMNS(value, at);
  const columns = value as ExitColumns;
  for (const [name, column] of Object.entries(columns)) {
    if (column.length !== columns.number.length)
      throw new ProtocolError(`${at}.${name}: ${column.length} rows, number has ${columns.number.length}`);
  }
};
export const EXIT_LOG_ANSWER: Check<ExitLogAnswer> = object<ExitLogAnswer>({
  first: whole,
  matching: whole,
  total: whole,
  oldest: whole,
  columns: EQUAL_COLUMNS,
});

export const EXIT_COUNTS_QUESTION: Check<ExitCountsQuestion> = object<ExitCountsQuestion>({});
export const EXIT_COUNTS_ANSWER: Check<ExitCountsAnswer> = object<ExitCountsAnswer>({
  total: whole,
  time: whole,
  guests: list(
    object<{ readonly guest: GuestIdentity; readonly count: number }>({ guest: GUEST_IDENTITY, count: whole }),
  ),
  codes: list(object<{ readonly code: number; readonly count: number }>({ code: integer, count: whole })),
  ports: list(
    object<{ readonly port: number; readonly direction: 'in' | 'out'; readonly count: number }>({
      port: whole,
      direction: word('in', 'out'),
      count: whole,
    }),
  ),
});
