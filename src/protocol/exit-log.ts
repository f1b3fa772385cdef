/** `pacifica/exitLog` and `pacifica/exitCounts`: windows of rows of the exit log, column by column, and counts over the run. */
import type { ExitClass } from '../engine/arch/exit-codes';
import { ProtocolError, hex64, integer, list, nullable, object, optional, text, whole, word } from './check';
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
  /** Low 32 bits of the guest's RAX: the leaf of CPUID, the number of a VMMCALL. */
  readonly rax?: number;
  /** #PF whose EXITINFO2, or INVLPG whose EXITINFO1, lies in these bytes: a canonical GVA, and how many. */
  readonly gva?: { readonly from: Hex64; readonly bytes: number };
  /** Virtual ns, both ends included. An exit whose cost is not known yet does not pass. */
  readonly cost?: Range;
  /** Instructions retired since reset at the #VMEXIT, both ends included. */
  readonly time?: Range;
}

export interface Range {
  readonly least?: number;
  readonly most?: number;
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
  /** The same moment in virtual ns: instructions, what exits cost, and HLT. */
  readonly clock: readonly number[];
  /** Instructions the guest retired since the VMRUN before. */
  readonly ran: readonly number[];
  /** Virtual ns from the #VMEXIT to the next VMRUN, as `ExitCountsAnswer.costs` says; 0 while it is not known. */
  readonly cost: readonly number[];
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

export interface ExitCountsQuestion {
  /** Absent: all exits since reset, also those whose rows are gone. Present: kept rows that pass. */
  readonly filter?: ExitFilter;
}

/** What exits of one kind were about: `port` of IOIO, `msr` of MSR, `page` of NPF (GPA / 4096), `leaf` of CPUID, `call` of VMMCALL. */
export type ExitDetailName = 'port' | 'msr' | 'page' | 'leaf' | 'call';

/** Virtual ns that exits have cost, of those whose cost is known. */
export interface ExitCost {
  readonly exits: number;
  readonly sum: number;
  readonly least: number;
  readonly most: number;
}

export interface ExitKindCount {
  /** EXITCODE, signed as in EXIT_CODES. */
  readonly code: number;
  readonly count: number;
  readonly cost: ExitCost;
  /** Null: exits of this kind are not told apart. */
  readonly details: {
    readonly by: ExitDetailName;
    /** Most frequent first, at most 12. `access`: of ports and MSRs. */
    readonly rows: readonly {
      readonly key: number;
      readonly access: ExitAccess | null;
      readonly count: number;
      readonly cost: number;
    }[];
    /** Different keys beyond those rows, and exits of them. */
    readonly more: { readonly keys: number; readonly count: number };
  } | null;
}
export type ExitAccess = 'in' | 'out' | 'read' | 'write';

export interface ExitCountsAnswer {
  readonly total: number;
  /** Virtual time now: instructions retired, and ns. */
  readonly time: number;
  readonly clock: number;
  /** `model`: what the engine takes for a world switch and a handler; `instructions`: of the hypervisor that runs on the machine. */
  readonly costs: 'model' | 'instructions';
  /** Exits, what they cost in ns, and instructions retired between VMRUN and #VMEXIT. */
  readonly guests: readonly {
    readonly guest: GuestIdentity;
    readonly count: number;
    readonly cost: number;
    readonly ran: number;
  }[];
  /** Most frequent first. */
  readonly codes: readonly ExitKindCount[];
  /** The oldest exit that is kept, and its time; null if none is. */
  readonly oldest: { readonly number: number; readonly time: number } | null;
  /** The whole run, whatever the filter: `width` instructions a bin, in each the exits by class in the order of EXIT_CLASSES. */
  readonly histogram: { readonly width: number; readonly bins: readonly (readonly number[])[] };
}

export const EXIT_CLASSES = ['io', 'memory', 'instruction', 'event', 'idle', 'fault'] as const satisfies ExitClass[];

const RANGE = object<Range>({ least: optional(whole), most: optional(whole) });
const FILTER = object<ExitFilter>({
  classes: optional(list(word(...EXIT_CLASSES))),
  codes: optional(list(integer)),
  guest: optional(whole),
  port: optional(whole),
  msr: optional(whole),
  gpa: optional(whole),
  rax: optional(whole),
  gva: optional(object<NonNullable<ExitFilter['gva']>>({ from: hex64, bytes: whole })),
  cost: optional(RANGE),
  time: optional(RANGE),
});
export const EXIT_LOG_QUESTION: Check<ExitLogQuestion> = object<ExitLogQuestion>({
  first: integer,
  count: whole,
  filter: FILTER,
});

const COLUMNS = object<ExitColumns>({
  number: list(whole),
  time: list(whole),
  clock: list(whole),
  ran: list(whole),
  cost: list(whole),
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

export const EXIT_COUNTS_QUESTION: Check<ExitCountsQuestion> = object<ExitCountsQuestion>({
  filter: optional(FILTER),
});

type GuestCount = ExitCountsAnswer['guests'][number];
type Details = NonNullable<ExitKindCount['details']>;
const DETAILS = object<Details>({
  by: word('port', 'msr', 'page', 'leaf', 'call'),
  rows: list(
    object<Details['rows'][number]>({
      key: whole,
      access: nullable(word('in', 'out', 'read', 'write')),
      count: whole,
      cost: whole,
    }),
  ),
  more: object<Details['more']>({ keys: whole, count: whole }),
});
export const EXIT_COUNTS_ANSWER: Check<ExitCountsAnswer> = object<ExitCountsAnswer>({
  total: whole,
  time: whole,
  clock: whole,
  costs: word('model', 'instructions'),
  guests: list(object<GuestCount>({ guest: GUEST_IDENTITY, count: whole, cost: whole, ran: whole })),
  codes: list(
    object<ExitKindCount>({
      code: integer,
      count: whole,
      cost: object<ExitCost>({ exits: whole, sum: whole, least: whole, most: whole }),
      details: nullable(DETAILS),
    }),
  ),
  oldest: nullable(object<NonNullable<ExitCountsAnswer['oldest']>>({ number: whole, time: whole })),
  histogram: object<ExitCountsAnswer['histogram']>({ width: whole, bins: list(list(whole)) }),
});
