/** What a lab is: data, and a checker over facts. The folder `labs/NN-name/` holds one; `labs/catalog.ts` lists them. */
import type { Workbench } from './workbench';

/** How one works on it: steps in the editor, assembly on the bare machine, or exit handlers in TypeScript. */
export type LabKind = 'tour' | 'assembly' | 'typescript';

/** Something the lab says will hold, in the order one comes to it. */
export interface Claim {
  /** Kebab-case, unique in the lab. */
  readonly id: string;
  /** One sentence in the present tense: `Each CPUID of the guest is one exit`. */
  readonly text: string;
  /** Section of the manual's volume 2, such as `15.9`; or of volume 3: `3:E.4`. */
  readonly section: string;
}

/** What the unchanged starter must run into: it is announced, and amber instead of red. */
export interface ExpectedFailure {
  /** Id of the claim that fails. */
  readonly claim: string;
  /** What the learner is told: `after this step you should see …`. */
  readonly message: string;
  /** What the finding's `actual` looks like then: the same claim may fail in another way, and that is not as announced. */
  readonly actual: RegExp;
}

export interface Lab {
  /** Folder in `labs/`: `04-cpuid`. */
  readonly id: string;
  readonly number: number;
  readonly title: string;
  /** The concept in a few words: `trap and emulate, nRIP`. */
  readonly concept: string;
  /** The task in one line. */
  readonly task: string;
  readonly kind: LabKind;
  /** The file one works on, in `starter/` and in the copy; the first of `files`. */
  readonly file: string;
  /** Of a tour: the file of `files` the editor writes what was seen into, and the one that is judged. */
  readonly record?: string;
  /** Every file of `starter/` that is copied into the workspace (README.md and what the editor needs come beside). */
  readonly files: readonly string[];
  /** What Run and Debug start: options of a launch configuration, paths relative to the copy; absent: nothing to run. */
  readonly launch?: Readonly<Record<string, unknown>>;
  readonly claims: readonly Claim[];
  /** From a nudge to nearly the answer. */
  readonly hints: readonly [string, string, string];
  readonly starterFails: ExpectedFailure;
  /** Plausible wrong answers: folder in `mutants/` → id of the claim that must fail first. */
  readonly mutants: Readonly<Record<string, string>>;
  /** Judges a submission. Claims that were not settled count as not reached. */
  check(bench: Workbench): void;
}
