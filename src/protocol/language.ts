/** What crosses to the machine-less worker: sources to look at, and what is wrong in them. Plain messages, no DAP. */

export interface CheckSource {
  readonly kind: 'check';
  /** Returned in the answer, so that a late answer to an older text can be told. */
  readonly id: number;
  /** Name of the source, as problems shall give it. */
  readonly file: string;
  readonly text: string;
  /** What `%include` and `incbin` may read, by the name they are asked for; null: there is no such file. */
  readonly files: Readonly<Record<string, Uint8Array | null>>;
}

export interface SourceProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** One past the last. */
  readonly endColumn: number;
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
}

export interface CheckedSource {
  readonly kind: 'checked';
  readonly id: number;
  readonly problems: readonly SourceProblem[];
  /** Files that were asked for and not given: send them and ask again for the whole truth. */
  readonly wanted: readonly string[];
}

/** The worker failed: a bug of ours, in words. */
export interface LanguageFault {
  readonly kind: 'fault';
  readonly id: number;
  readonly message: string;
}

export type LanguageQuestion = CheckSource;
export type LanguageAnswer = CheckedSource | LanguageFault;
