/** Counts over exits: how many of each kind, what they cost, and what they were about. */
import { EXIT_CODES, exitName } from '../engine/arch/exit-codes';
import type { ExitClass } from '../engine/arch/exit-codes';

const { VMEXIT_IOIO, VMEXIT_MSR, VMEXIT_NPF, VMEXIT_CPUID, VMEXIT_VMMCALL } = EXIT_CODES;

/** What exits of these kinds are told apart by. The key is a number of 33 bits at most; see `detailKey`. */
export const DETAILED = {
  [VMEXIT_IOIO.code]: 'port',
  [VMEXIT_MSR.code]: 'msr',
  [VMEXIT_NPF.code]: 'page',
  [VMEXIT_CPUID.code]: 'leaf',
  [VMEXIT_VMMCALL.code]: 'call',
} as const satisfies Record<number, string>;
export type DetailName = (typeof DETAILED)[keyof typeof DETAILED];

/** Different things of one kind that are counted apart; the rest is counted together. */
const MOST_DETAILS = 4096;
const NO_KEY = -1;

/** EXITINFO1 of IOIO: the port, and TYPE. §15.10.2 */
const IOIO_PORT_SHIFT = 16;
const PAGE_SHIFT = 12;

/**
 * What an exit is about: port × 2 + (1: IN), MSR × 2 + (1: WRMSR), the page of a GPA, EAX; −1 where its kind has nothing. Arguments are
 * low halves of EXITINFO1, RAX, RCX, and both halves of EXITINFO2.
 */
export function detailKey(code: number, info1: number, info2: number, info2High: number, rax: number, rcx: number) {
  switch (code) {
    case VMEXIT_IOIO.code:
      return (info1 >>> IOIO_PORT_SHIFT) * 2 + (info1 & 1);
    case VMEXIT_MSR.code:
      return (rcx >>> 0) * 2 + (info1 & 1);
    case VMEXIT_NPF.code:
      return (info2 >>> PAGE_SHIFT) + (info2High & 0xf_ffff) * 2 ** (32 - PAGE_SHIFT);
    case VMEXIT_CPUID.code:
    case VMEXIT_VMMCALL.code:
      return rax >>> 0;
    default:
      return NO_KEY;
  }
}

export function classOfExit(code: number): ExitClass {
  const name = exitName(code);
  return name ? EXIT_CODES[name].class : 'fault';
}

/** A number of exits, and what those of them cost whose cost is known, in virtual ns. */
export interface Sum {
  count: number;
  cost: number;
}

/** Exits of one EXITCODE. */
export interface Kind extends Sum {
  /** EXITCODE, signed. */
  readonly code: number;
  readonly class: ExitClass;
  /** Exits whose cost is known, the least and the most of them. */
  costed: number;
  least: number;
  most: number;
  /** By `detailKey`. */
  readonly details: Map<number, Sum>;
  /** Beyond MOST_DETAILS. */
  readonly others: Sum;
}

/** Exits of one guest, and the instructions it retired between VMRUN and #VMEXIT. */
export interface GuestSum extends Sum {
  ran: number;
}

export class ExitTally {
  readonly kinds = new Map<number, Kind>();
  /** By guest id. */
  readonly guests = new Map<number, GuestSum>();
  /** Of the exit added last: where its cost will go. */
  private kind: Kind | undefined;
  private guest: GuestSum | undefined;
  private detail: Sum | undefined;

  /** Counts an exit; its cost is told to `spent` before the next. Returns its kind. */
  add(code: number, guest: number, ran: number, key: number): Kind {
    let { kind } = this;
    if (kind?.code !== code) kind = this.kindOf(code);
    kind.count++;
    this.kind = kind;
    const sum = this.guestOf(guest);
    sum.count++;
    sum.ran += ran;
    this.guest = sum;
    this.detail = undefined;
    if (key !== NO_KEY) {
      this.detail = detailOf(kind, key);
      this.detail.count++;
    }
    return kind;
  }

  /** Virtual ns the exit added last has cost. */
  spent(cost: number): void {
    const { kind, guest, detail } = this;
    if (!kind || !guest) return;
    kind.cost += cost;
    kind.costed++;
    if (cost < kind.least) kind.least = cost;
    if (cost > kind.most) kind.most = cost;
    guest.cost += cost;
    if (detail) detail.cost += cost;
  }

  copy(): ExitTally {
    const copy = new ExitTally();
    copy.merge(this);
    return copy;
  }

  /** Takes over the counts of another, whose last exit is `last`. */
  become(
    other: ExitTally,
    last: { readonly code: number; readonly guest: number; readonly key: number } | undefined,
  ): void {
    this.kinds.clear();
    this.guests.clear();
    this.merge(other);
    this.kind = last && this.kindOf(last.code);
    this.guest = last && this.guestOf(last.guest);
    this.detail = this.kind && last && last.key !== NO_KEY ? detailOf(this.kind, last.key) : undefined;
  }

  /** Adds the counts of another. */
  merge(other: ExitTally): void {
    for (const from of other.kinds.values()) {
      const kind = this.kindOf(from.code);
      sumUp(kind, from);
      kind.costed += from.costed;
      kind.least = Math.min(kind.least, from.least);
      kind.most = Math.max(kind.most, from.most);
      sumUp(kind.others, from.others);
      for (const [key, sum] of from.details) sumUp(detailOf(kind, key), sum);
    }
    for (const [id, from] of other.guests) {
      const guest = this.guestOf(id);
      sumUp(guest, from);
      guest.ran += from.ran;
    }
  }

  private kindOf(code: number): Kind {
    let kind = this.kinds.get(code);
    if (!kind) {
      kind = {
        code,
        class: classOfExit(code),
        count: 0,
        cost: 0,
        costed: 0,
        least: Infinity,
        most: 0,
        details: new Map(),
        others: { count: 0, cost: 0 },
      };
      this.kinds.set(code, kind);
    }
    return kind;
  }

  private guestOf(id: number): GuestSum {
    let guest = this.guests.get(id);
    if (!guest) this.guests.set(id, (guest = { count: 0, cost: 0, ran: 0 }));
    return guest;
  }
}

function detailOf({ details, others }: Kind, key: number): Sum {
  let detail = details.get(key);
  if (!detail) {
    if (details.size >= MOST_DETAILS) return others;
    details.set(key, (detail = { count: 0, cost: 0 }));
  }
  return detail;
}

function sumUp(sum: Sum, more: Sum): void {
  sum.count += more.count;
  sum.cost += more.cost;
}
