/** Breakpoints on code: where, in whose code, on what condition. */
import type { Expression, Scope } from './expression';

export interface CodeBreakpoint {
  readonly id: number;
  /** Linear address. */
  readonly address: bigint;
  /** In whose code: the host's, one guest's (its id), or anybody's. */
  readonly world: 'any' | 'host' | number;
  readonly condition: Expression | undefined;
  /** Stops at this hit and later ones; 1 stops always. */
  readonly hits: number;
  /** Instead of stopping, says this. */
  readonly message: ((scope: Scope) => string) | undefined;
}

/** Where the processor is about to execute. */
export interface CodePlace {
  readonly address: bigint;
  readonly world: 'host' | number;
}

export class Breakpoints {
  private list: readonly CodeBreakpoint[] = [];
  private readonly counts = new Map<number, number>();
  private addresses: ReadonlySet<number> = new Set();

  constructor(
    /** Tells the engine which linear addresses to stop at. */
    private readonly apply: (isBreakpoint: ((low: number, high: number) => boolean) | undefined) => void,
  ) {}

  /** All breakpoints there are from now on; hit counts of those that stay go on. */
  set(list: readonly CodeBreakpoint[]): void {
    this.list = list;
    for (const id of [...this.counts.keys()])
      if (!list.some((breakpoint) => breakpoint.id === id)) this.counts.delete(id);
    const addresses = new Set(list.map(({ address }) => keyOf(address)));
    const same = addresses.size === this.addresses.size && [...addresses].every((key) => this.addresses.has(key));
    if (same) return;
    this.addresses = addresses;
    this.apply(addresses.size === 0 ? undefined : (low, high) => addresses.has(high * TWO32 + (low >>> 0)));
  }

  at({ address, world }: CodePlace): readonly CodeBreakpoint[] {
    return this.list.filter((one) => one.address === address && (one.world === 'any' || one.world === world));
  }

  /** Counts a hit of those whose condition holds; gives those that stop, and what the others say. */
  meet(place: CodePlace, scope: Scope): { readonly ids: readonly number[]; readonly said: readonly string[] } {
    const ids: number[] = [];
    const said: string[] = [];
    for (const { id, condition, hits, message } of this.at(place)) {
      if (condition && !condition(scope)) continue;
      const count = (this.counts.get(id) ?? 0) + 1;
      this.counts.set(id, count);
      if (count < hits) continue;
      if (message) said.push(message(scope));
      else ids.push(id);
    }
    return { ids, said };
  }
}

const TWO32 = 0x1_0000_0000;

/** High half × 2³² + low half, the high half signed: exact for canonical addresses. */
function keyOf(address: bigint): number {
  return Number(BigInt.asIntN(64, address));
}
