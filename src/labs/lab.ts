/** What a lab is: data, and a checker over facts. The folder `labs/NN-name/` holds one; `labs/catalog.ts` lists them. */
import type { VmcbField } from '../engine/arch/vmcb';
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

/** Where a claim's evidence is to be seen. */
export type Evidence =
  | { readonly kind: 'exit'; readonly number: number } // of the exit log
  | { readonly kind: 'field'; readonly field: VmcbField; readonly guest?: number }
  | { readonly kind: 'page'; readonly root: 'guest' | 'nested' | 'shadow'; readonly address: bigint }
  | { readonly kind: 'line'; readonly file: string; readonly line: number }; // from 1

/** How a claim came out. */
export interface Finding {
  readonly holds: boolean;
  /** What should be, and what is; short, in the manual's words. */
  readonly expected?: string;
  readonly actual?: string;
  /** A sentence for the learner if it does not hold; it never says the solution's value before it is reached. */
  readonly message?: string;
  readonly evidence?: Evidence;
}
