/** What crosses between the lab page and the extension. The page draws states and says what was pressed; it decides nothing. */
import type { ClaimStatus, EvidencePlace, SubmissionProblem } from './lab';

/** How far one is with a lab. */
export type LabStatus = 'new' | 'opened' | 'failing' | 'passed';

/** A row of the list of labs. */
export interface LabRow {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly status: LabStatus;
}

export interface PageClaim {
  readonly id: string;
  readonly text: string;
  /** Section of the manual's volume 2, such as `15.9`. */
  readonly section: string;
  /** `unchecked`: nothing has been graded since the lab was opened. */
  readonly status: ClaimStatus | 'unchecked';
  readonly expected?: string;
  readonly actual?: string;
  readonly message?: string;
  readonly evidence?: EvidencePlace;
}

export interface LabPageState {
  readonly lab: string;
  readonly number: number;
  readonly title: string;
  readonly task: string;
  /** In words: `assembly`, `TypeScript`. */
  readonly kind: string;
  readonly labs: readonly LabRow[];
  /** The name of the file one works on. */
  readonly file: string;
  /** There is a copy of it in the workspace. */
  readonly open: boolean;
  /** The workspace is trusted: code in it may be run. */
  readonly trusted: boolean;
  /** There is something to run. */
  readonly runs: boolean;
  readonly checking: boolean;
  /** What holds, and what comes next. */
  readonly headline: readonly [string, string];
  readonly claims: readonly PageClaim[];
  readonly problems: readonly SubmissionProblem[];
  /** Of the newest check. */
  readonly seed?: number;
  /** The hints taken so far, and how many there are. */
  readonly hints: readonly string[];
  readonly hintCount: number;
  /** The README, as Markdown, and the address its pictures are relative to. */
  readonly prose: string;
  readonly base: string;
}

export const LAB_ACTIONS = ['open', 'check', 'cancel', 'debug', 'hint', 'reset', 'solution', 'trust'] as const;
export type LabAction = (typeof LAB_ACTIONS)[number];

export type LabPageMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'act'; readonly action: LabAction }
  /** Another lab was chosen. */
  | { readonly kind: 'choose'; readonly lab: string }
  /** The evidence of a claim. */
  | { readonly kind: 'evidence'; readonly claim: string }
  /** A file of the lab, a line from 1. */
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  /** A link of the prose to the web. */
  | { readonly kind: 'link'; readonly address: string };

export type LabHostMessage = { readonly kind: 'state'; readonly state: LabPageState };
