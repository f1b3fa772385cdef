/**
 * What a checker works with: it runs experiments with the submission, and judges facts of the machine, never printed text. The
 * session implements it (`session/lab-runner`); checkers know no engine.
 */
import type { ExitName } from '../engine/arch/exit-codes';
import type { VmcbField } from '../engine/arch/vmcb';
import type { Finding } from './finding';

/** The processors a lab can be run on. */
export type ProcessorModel = 'barcelona' | 'bulldozer' | 'zen1' | 'zen3';

/** How guest-physical memory is mapped. `own`: by the submission; the guest's memory is then one run of system memory. */
export type Paging = 'nested' | 'shadow' | 'own';

export interface GuestRecipe {
  /** Assembly source of the guest; `org` and `bits` as in any file. The checker's own, or made of templates by the seed. */
  readonly source: string;
  readonly name?: string;
  /** `%define`s put before the source. */
  readonly defines?: Readonly<Record<string, number | bigint | string>>;
  /** Megabytes; 2 if left out. */
  readonly memoryMb?: number;
  readonly paging?: Paging;
  /** Share of the processor relative to the other guests'; 1 if left out. */
  readonly weight?: number;
  /** The submission's exit handlers answer for this guest; default true. */
  readonly handled?: boolean;
  /** File of the submission with those handlers; the lab's first file if left out. */
  readonly handlers?: string;
}

interface Bounds {
  /** The processor; the base profile if left out. */
  readonly model?: ProcessorModel;
  /** Instructions (1 ns each) and cost of exits together, in ns of virtual time; the experiment ends there with `limit`. */
  readonly limit: number;
}

/** Guests under the built-in hypervisor, with the submission's TypeScript as its exit handlers. */
export interface GuestExperiment extends Bounds {
  readonly guests: readonly GuestRecipe[];
  /** Of the host, set before the first guest is built: MSRs by number, such as TSC. */
  readonly msrs?: Readonly<Record<number, bigint>>;
  /** Called with every exit after its handler has decided and before the next VMRUN. False ends the experiment. */
  readonly afterExit?: (exit: ExitFact, run: GuestRun) => boolean | void;
}

/** An instruction that can be watched for on the bare machine. */
export type WatchedMnemonic =
  'cpuid' | 'rdmsr' | 'wrmsr' | 'clgi' | 'stgi' | 'vmload' | 'vmsave' | 'vmrun' | 'invlpga' | 'cli' | 'sti' | 'hlt';

/** Assembly on the bare machine: the checker's harness, which includes files of the submission with %include. */
export interface BareExperiment extends Bounds {
  /** The harness. `_start`, if it is there, is the entry; the first `bits` decides the mode it starts in. */
  readonly source: string;
  /** Labels the submission must define: one that is missing becomes a Problem of its file. */
  readonly labels?: readonly string[];
  /** Host-mode instructions to take down in `watched`, as they are about to be executed. */
  readonly watch?: readonly WatchedMnemonic[];
  readonly defines?: Readonly<Record<string, number | bigint | string>>;
  readonly memoryMb?: number;
  /** The same processor without SVM: CPUID does not show it, and EFER.SVME is a reserved bit. */
  readonly withoutSvm?: boolean;
  /** Set before the first instruction: MSRs by number, such as VM_CR with SVMDIS and LOCK. */
  readonly msrs?: Readonly<Record<number, bigint>>;
}

/** Why an experiment ended; `handler-error`: the submission's code threw, ran too long or took too much memory. */
export interface Ending {
  readonly kind:
    | 'halted'
    | 'shutdown'
    | 'unknown-encoding'
    | 'diagnosis'
    | 'debug-exit'
    | 'power-off'
    | 'limit'
    | 'ended-by-checker'
    | 'handler-error';
  /** In words. */
  readonly text: string;
  /** Of `debug-exit`: the value written to port F4h. */
  readonly value?: number;
}

/**
 * One #VMEXIT: what the VMCB held, and what became of it. On the bare machine `after` is the next VMRUN of the same VMCB, and what it
 * was before if there is none; VMEXIT_INVALID is an exit like any other.
 */
export interface ExitFact {
  /** From 1, over all guests. */
  readonly number: number;
  readonly guest: number;
  readonly name: ExitName;
  /** Virtual time in ns at the #VMEXIT. */
  readonly time: number;
  /** Any field right after the #VMEXIT, and after its handler. */
  before(field: VmcbField): bigint;
  after(field: VmcbField): bigint;
  /** General registers by number (RAX 0 … R15 15), likewise. */
  gprBefore(register: number): bigint;
  gprAfter(register: number): bigint;
  /** Of VMEXIT_INVALID: the rules of §15.5.1 that the VMCB broke; else empty. */
  readonly refused: readonly { readonly field: string; readonly what: string; readonly section: string }[];
  readonly outcome: 'resume' | 'advance' | 'inject' | 'stop' | 'software';
  /** Of `inject`: the vector; of `advance`: bytes. */
  readonly outcomeValue: number;
}

/** One reference of a page walk. */
export interface WalkReference {
  readonly dimension: 'guest' | 'nested';
  readonly level: number;
  readonly entrySpa: number;
  readonly entry: bigint;
}

/** A walk of a GVA as the processor would do it now, with nothing cached; it marks nothing. */
export interface WalkFact {
  readonly references: readonly WalkReference[];
  /** What the processor would give: an SPA, #PF or a nested page fault. */
  readonly result:
    | {
        readonly kind: 'mapped';
        readonly gpa: number;
        readonly spa: number;
        readonly writable: boolean;
        readonly user: boolean;
        readonly executable: boolean;
        /** Bytes of the page the processor would keep: the smaller one of both dimensions. */
        readonly pageSize: number;
      }
    | { readonly kind: 'page-fault'; readonly errorCode: number }
    | { readonly kind: 'nested-fault'; readonly gpa: number; readonly errorCode: number };
}

/** Where a shadow table says something else than guest ∘ map. */
export interface ShadowMismatch {
  readonly gva: bigint;
  readonly kind: 'stale' | 'too-open' | 'wrong-frame' | 'dirty-missed' | 'reserved';
  readonly text: string;
}

/** What is true of a guest now. */
export interface GuestFacts {
  readonly id: number;
  vmcb(field: VmcbField): bigint;
  gpr(register: number): bigint;
  /** Guest-physical memory as the guest would read it; FFh where there is none. */
  memory(gpa: number, length: number): Uint8Array;
  /** System address at which a byte of guest memory lies; undefined: the guest has no memory there. */
  spaOf(gpa: number): number | undefined;
  /** What its exit handlers printed on the console. */
  readonly console: Uint8Array;
  /** Address of a label of the guest's source. */
  symbol(name: string): bigint;
  walk(gva: bigint, access: 'read' | 'write' | 'execute', user?: boolean): WalkFact;
  /** Under shadow paging: every difference between the shadow tables and the guest's own, composed with the memory map. */
  shadowMismatches(): readonly ShadowMismatch[];
  /** Instructions retired in the guest, and virtual ns spent on its exits. */
  readonly instructions: number;
  readonly exitCost: number;
  /** Why it stands still for good; undefined: it does not. */
  readonly stopped: Ending | undefined;
}

interface RunFacts {
  readonly ending: Ending;
  /** Every #VMEXIT, oldest first; `afterExit` sees them as they happen. */
  readonly exits: readonly ExitFact[];
  /** How many there were of a kind, of one guest or of all. */
  count(name: ExitName, guest?: number): number;
  /** Instructions retired by all, and virtual time, in ns. */
  readonly instructions: number;
  readonly time: number;
}

export interface GuestRun extends RunFacts {
  readonly guests: readonly GuestFacts[];
}

/** A watched instruction that was about to be executed. */
export interface WatchedInstruction {
  readonly mnemonic: WatchedMnemonic;
  readonly rip: bigint;
  readonly time: number;
  /** GIF before it, 0 or 1. */
  readonly gif: number;
  gpr(register: number): bigint;
  /** #VMEXITs before it. */
  readonly exits: number;
}

/** A line of the submission. */
export interface SourceLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface BareRun extends RunFacts {
  /** System memory by SPA (the harness maps it identically, or says otherwise). */
  memory(spa: number, length: number): Uint8Array;
  symbol(name: string): bigint;
  gpr(register: number): bigint;
  /** An MSR the processor stores, such as VM_HSAVE_PA. */
  msr(number: number): bigint;
  /** Which line of the submission an address comes from; undefined for the harness's own. */
  line(address: bigint): SourceLine | undefined;
  /** What `watch` asked for, oldest first. */
  readonly watched: readonly WatchedInstruction[];
  /** Exceptions and software interrupts delivered to the host, oldest first: vector, error code (−1: none), RIP of the instruction. */
  readonly exceptions: readonly { readonly vector: number; readonly errorCode: number; readonly rip: bigint }[];
}

/** A seeded generator: the same seed, the same values. */
export interface Random {
  /** A whole number from 0 to n − 1. */
  below(n: number): number;
  bits64(): bigint;
  pick<T>(from: readonly T[]): T;
  shuffled<T>(from: readonly T[]): T[];
}

export interface Workbench {
  readonly seed: number;
  readonly random: Random;
  /** Runs guests with the submission's handlers. */
  runGuests(experiment: GuestExperiment): GuestRun;
  /** Assembles and runs a harness; errors of the submission's assembly end the check and become Problems. */
  runBare(experiment: BareExperiment): BareRun;
  /** A file of the submission as text; undefined: there is none. Only for records of a tour: code is judged by what it does. */
  text(file: string): string | undefined;
  /** Settles a claim; the first finding that does not hold stays. */
  claim(id: string, finding: Finding): void;
  /** Whether a claim was settled and does not hold: nothing after it can be judged. */
  failed(id: string): boolean;
}
