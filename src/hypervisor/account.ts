/** What a guest has had of the processor, and what is left to it of a round. */

/** Virtual ns of the processor that a weight of 1 gets a round. */
export const CREDIT = 500_000;

/** Processor time of a guest, in virtual ns. */
export interface Account {
  readonly weight: number;
  /** What is left of this round; below 0: taken from the next. */
  credit: number;
  /** From its VMRUNs to their #VMEXITs, and what those cost. */
  used: number;
}

export function newAccount(weight = 1): Account {
  return { weight, credit: weight * CREDIT, used: 0 };
}

/** Takes off what a guest has used. Where nobody else could have run, that leaves no debt. */
export function charge(account: Account, ns: number, wanted: boolean): void {
  account.used += ns;
  const left = account.credit - ns;
  account.credit = wanted ? left : Math.max(left, Math.min(account.credit, 0));
}
