/** Where QEMU and Bochs switch tasks differently, trial by trial of the task matrix. */
import type { Trial } from './task-variations';

/** What we make of a trial: the vector it ends in (42h: the new task runs) and whether TR is the new task's. */
export interface Outcome {
  readonly vector: number;
  readonly committed: boolean;
}

export interface TaskDeviation {
  readonly witness: 'QEMU' | 'Bochs';
  /** Of the two hashes: of the state, or of EXT, RF and accessed bits. */
  readonly part: 'state' | 'bits';
  readonly where: (t: Trial, o: Outcome) => boolean;
  readonly because: string;
}

const named =
  (...names: readonly string[]) =>
  (t: Trial): boolean =>
    names.includes(t.variation.name);
const exception = (t: Trial): boolean => t.road === '#UD' || t.road === '#GP';
const late = (o: Outcome): boolean => o.committed && o.vector !== 0x42;

/** The new task has run its first instruction. */
const arrived = named('flags: TF', 'flags: VM, IOPL 0', 'paging, no stack for the new task');
const nests = (t: Trial): boolean => !['JMP', 'JMP gate', 'IRET'].includes(t.road);
const leaves = (t: Trial): boolean => !nests(t);

/** A limit of a stack that the new task, or what it is told, meets. */
const atStackLimit = named(
  'ESP 1',
  'ESP 2',
  'stack too small',
  'stack too small by 1',
  'stack that ends',
  'ss expand-down',
);
/** SS is loaded first and by its own rules, CS afterwards. */
const codeBeforeStack = named(
  'CS and SS bad',
  'cs null, RPL 3',
  'cs null, CPL 3',
  ...['', ', CPL 3'].flatMap((level) =>
    ['another RPL', 'RPL 1', 'code, another RPL', 'data, DPL and RPL 1'].map((name) => `cs ${name}${level}`),
  ),
);
/** What stands where a 16-bit TSS has SS is no stack for Bochs either. */
const wrongFormat = named('access byte 81h', 'access byte 83h');
/** A fault of a task whose SS could not be loaded, behind an interrupt gate of its own level. */
const stackLost = (t: Trial, o: Outcome): boolean =>
  t.kind === 1 && o.vector === 8 && o.committed && t.road !== '#GP' && !atStackLimit(t) && !wrongFormat(t);
const notAborted = (t: Trial, o: Outcome): boolean =>
  named('ESP 1', 'ESP 2', 'the same TSS under two selectors')(t) || (wrongFormat(t) && o.committed);
const oldTooShort = (t: Trial, o: Outcome): boolean =>
  t.variation.unsaved === true && t.variation.name !== 'old TSS too short, new one too' && o.vector === 10;
const sameTss = named('selector of the old task', 'the same TSS under two selectors');

/** QEMU is asked about the state only: it knows neither EXT nor RF of what it pushes, nor accessed bits of a task's segments. */
export const TASK_DEVIATIONS: readonly TaskDeviation[] = [
  {
    witness: 'QEMU',
    part: 'state',
    where: (t, o) => late(o) && !exception(t) && t.road !== 'INT' && !arrived(t),
    because: 'a fault behind the point of no return is the new task’s, with its rIP (§12.3.2); QEMU’s is no task’s',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: (t, o) => late(o) && (t.road === '#UD' || t.road === 'INT') && t.kind === 1 && o.vector === 8,
    because: 'a task whose SS could not be loaded has no stack for a handler; QEMU pushes at base 0 without limit',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: (t) => t.variation.name === 'flags: VIF, VIP, ID' && t.to === 32,
    because: 'VIF and VIP are flags of the new task like others (§12.2.4)',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: (t, o) => o.vector === 1 && t.variation.name !== 'flags: TF',
    because: 'the T bit of a TSS raises #DB (§12.2.4)',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: named('local breakpoints', 'global breakpoints'),
    because: 'LE ends with the task as L0 to L3 do (§13.1.1)',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: (t, o) => atStackLimit(t) && o.vector !== 0x42,
    because: 'limits are checked (§4.12)',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: (t) => codeBeforeStack(t) && (t.road === '#UD' || t.road === 'INT'),
    because: 'the order is the processor’s (docs/decisions/segments-and-events.md): QEMU looks at CS before SS',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: (t, o) => /^(cs|ss) .*, CPL 3$/.test(t.variation.name) && late(o) && t.road === '#UD' && t.kind === 1,
    because: 'the CPL is the new task’s before its CS and SS are loaded (§12.3.2); QEMU’s is still the old one’s',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: (t) => named('ss absent data', 'ss absent data, CPL 3')(t) && t.road === '#UD',
    because: 'a stack segment that is not present is #SS (§8.2.13)',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: named('cs conforming, DPL 0, CPL 3', 'cs conforming, DPL 1, CPL 3'),
    because: 'a conforming segment may have a lower DPL than the CPL (§4.11.1)',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: (t) => named('selector in the LDT')(t) && ['INT', '#UD', 'CALL gate', 'JMP gate'].includes(t.road),
    because: 'TSS descriptors stand in the GDT only: #GP (volume 3, JMP)',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: (t, o) => sameTss(t) && (o.vector === 0x42 || o.committed),
    because: 'the old state is saved before the new one is loaded; QEMU reads first (§12.3)',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: oldTooShort,
    because: 'a TSS that cannot hold the task is #TS (§12.3.2)',
  },
  {
    witness: 'QEMU',
    part: 'state',
    where: (t) =>
      (named('first page of the old TSS absent')(t) && t.road !== 'IRET') ||
      named('second page of the old TSS absent', 'second page of the old TSS read-only')(t) ||
      named('first page of the new TSS absent')(t) ||
      (named('first page of the new TSS read-only')(t) && nests(t)) ||
      (named('second page of the new TSS read-only')(t) && (exception(t) || t.road === 'INT') && t.to === 16),
    because:
      'QEMU touches other bytes of a TSS first, reads the old one, and meets a page that cannot be written too late',
  },
  {
    witness: 'Bochs',
    part: 'state',
    where: stackLost,
    because: 'a task whose SS could not be loaded has no stack for a handler; Bochs keeps the old task’s',
  },
  {
    witness: 'Bochs',
    part: 'state',
    where: (t) =>
      named('EIP beyond the limit', 'EIP beyond the limit, CPL 3', 'T and EIP beyond the limit')(t) && t.road === '#GP',
    because: 'an error code is pushed once rIP is good, as on QEMU; Bochs leaves it below the stack pointer',
  },
  ...(['state', 'bits'] as const).flatMap((part): TaskDeviation[] => [
    {
      witness: 'Bochs',
      part,
      where: (t) => named('ESP 1', 'ESP 2')(t) && t.to === 32,
      because: 'four bytes at FFFF_FFFDh are not within a limit of FFFF_FFFFh (§4.12)',
    },
    {
      witness: 'Bochs',
      part,
      where: (t) => named('ES and DS bad')(t) && t.road !== '#GP' && part === 'state',
      because: 'the order is the processor’s (docs/decisions/segments-and-events.md): Bochs loads DS before ES',
    },
    {
      witness: 'Bochs',
      part,
      where: (t) => named('oldLimit 29h', 'oldLimit 2ah')(t) && t.from === 16,
      because: 'the smallest 16-bit TSS has 44 bytes (§12.2.4); Bochs asks for those it saves',
    },
    {
      witness: 'Bochs',
      part,
      where: (t) => named('oldLimit 5fh', 'oldLimit 60h', 'oldLimit 66h')(t) && t.from === 32,
      because: 'the smallest 32-bit TSS has 104 bytes (§12.2.4); Bochs asks for those it saves',
    },
  ]),
  {
    witness: 'Bochs',
    part: 'state',
    where: (t) =>
      (named('first page of the old TSS absent')(t) && t.from === 16 && t.road.startsWith('JMP')) ||
      (named('second page of the old TSS absent', 'second page of the old TSS read-only')(t) &&
        (t.from === 16 || leaves(t))) ||
      named('second page of the new TSS absent')(t) ||
      (named('second page of the new TSS read-only')(t) && t.to === 16),
    because:
      'CR2 is the first byte that is not there, and a switch that fails leaves the busy bit alone (§8.2.15, §12.3.2)',
  },
  {
    witness: 'Bochs',
    part: 'bits',
    where: (t, o) => stackLost(t, o) && t.road === '#UD',
    because: 'where Bochs finds a stack for the handler (above) the error code has EXT; that of #DF is 0',
  },
  {
    witness: 'Bochs',
    part: 'bits',
    where: (t, o) => o.vector === 8 && (o.committed ? t.to : t.from) === 32 && !stackLost(t, o) && !notAborted(t, o),
    because: '#DF is an abort; RF is set for faults (§3.1.6)',
  },
];
