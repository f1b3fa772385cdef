/** What crosses to the worker that grades: a submission, and how its claims came out. Plain messages, no DAP. */

/** A submission to be judged. */
export interface GradeQuestion {
  readonly kind: 'grade';
  /** Returned in the answer. */
  readonly id: number;
  /** Folder name of the lab: `04-cpuid`. */
  readonly lab: string;
  readonly seed: number;
  /** The learner's files, by name relative to the lab's folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** A place in a file of the submission, from 1. */
export interface SubmissionProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Where a claim's evidence is to be seen. 64-bit values as the codec writes them. */
export type EvidencePlace =
  | { readonly kind: 'exit'; readonly number: number }
  | { readonly kind: 'field'; readonly field: string; readonly guest: number }
  | { readonly kind: 'page'; readonly root: 'guest' | 'nested' | 'shadow'; readonly address: string }
  | { readonly kind: 'line'; readonly file: string; readonly line: number };

/**
 * `pass`: it holds. `fail`: it does not. `expected-failure`: it does not, as the starter announces. `not-reached`: something before it
 * failed.
 */
export type ClaimStatus = 'pass' | 'fail' | 'expected-failure' | 'not-reached';

/** What a claim failed with, so that it can be run again under the debugger: the same machine, the same exits. */
export type Replay = (
  | { readonly kind: 'guests'; readonly guests: readonly ReplayGuest[] }
  /** Assembly on the bare machine; it includes files of the submission. */
  | { readonly kind: 'bare'; readonly source: string; readonly memoryMb: number; readonly msrs: MsrValues }
) & {
  /** How many #VMEXITs there had been when the claim was settled. */
  readonly exits: number;
  /** The processor; absent: the base profile. */
  readonly cpu?: string;
};

/** By number, both as `0x` and digits. */
export type MsrValues = Readonly<Record<string, string>>;

export interface ReplayGuest {
  /** Assembly, with what was defined before it. */
  readonly source: string;
  readonly name: string;
  readonly memoryMb: number;
  readonly weight: number;
  readonly paging: 'nested' | 'shadow' | 'own';
  /** The file of the submission that answered its exits. */
  readonly handlers?: string;
}

export interface ClaimVerdict {
  readonly id: string;
  readonly text: string;
  readonly section: string;
  readonly status: ClaimStatus;
  readonly expected?: string;
  readonly actual?: string;
  readonly message?: string;
  readonly evidence?: EvidencePlace;
  /** Of a claim that failed and shows evidence in a machine: the newest experiment before it. */
  readonly replay?: Replay;
}

export interface Grade {
  readonly lab: string;
  readonly seed: number;
  /** Every claim holds. */
  readonly passed: boolean;
  readonly claims: readonly ClaimVerdict[];
  /** Of the submission: what does not assemble or compile, or threw. */
  readonly problems: readonly SubmissionProblem[];
  /** Virtual time of all experiments, in ns, and their #VMEXITs by EXITCODE name. */
  readonly virtualTime: number;
  readonly exits: Readonly<Record<string, number>>;
}

export interface GradeAnswer {
  readonly kind: 'graded';
  readonly id: number;
  readonly grade: Grade;
}

/** The worker failed: a bug of ours, in words. */
export interface GradeFault {
  readonly kind: 'fault';
  readonly id: number;
  readonly message: string;
}

export type GraderQuestion = GradeQuestion;
export type GraderAnswer = GradeAnswer | GradeFault;
