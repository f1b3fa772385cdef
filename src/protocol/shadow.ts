/**
 * `pacifica/shadow`: the shadow tables beside the guest's own, row by row of guest-virtual addresses. What must hold is
 * shadow = map ∘ guest: the guest's table from GVA to GPA, then the memory map from GPA to SPA, and the shadow from GVA to SPA at once.
 *
 * It is told from VMCB.CR3, the guest's CR3 as kept for it, memory, and the map; whoever builds the shadow.
 */
import { flag, hex64, list, nullable, object, optional, text, whole, word } from './check';
import type { Check } from './check';
import type { Hex64 } from './codec';
import { GUEST_IDENTITY } from './state';
import type { GuestIdentity } from './state';

export interface ShadowQuestion {
  /** Id of a guest; absent: the one `SessionState.guest` names. */
  readonly guest?: number;
  /** Rows from this GVA on; absent: from the lowest. */
  readonly from?: Hex64;
  /** `differences`: only rows whose sign is not `in-step`. */
  readonly show: 'all' | 'differences';
  /** Rows at most, 1 to 1000. */
  readonly limit: number;
}

/**
 * How a shadow entry stands to what it must equal.
 *
 * `in-step` (`=`): same frame, same rights. `stricter` (`≤`): allows less than the guest, on purpose. `not-built` (`◦`): the guest maps
 * it, the shadow does not yet. `emulated` (`!`): the guest maps a GPA without memory, so every access exits. `wrong` (`≠`): allows what
 * the guest does not, or leads elsewhere.
 */
export type ShadowSign = 'in-step' | 'stricter' | 'not-built' | 'emulated' | 'wrong';
const SIGN = word('in-step', 'stricter', 'not-built', 'emulated', 'wrong');

/**
 * Why. Of `stricter`: `dirty` RW is held back until the guest's D can be set; `table` a guest page table lies there; `supervisor` US is held
 * back, for a supervisor has written to a read-only page under CR0.WP = 0; `rights` otherwise less. Of `not-built`: `untouched` A is 0;
 * `dropped` A is 1. Of `wrong`: `stale` the guest maps nothing there; `too-open` more rights than the guest's; `wrong-frame` another SPA;
 * `dirty-missed` A or D of the guest is 0 and the access would not set it; `reserved` reserved bits are set in the shadow.
 */
export type ShadowReason =
  | 'none'
  | 'dirty'
  | 'table'
  | 'supervisor'
  | 'rights'
  | 'untouched'
  | 'dropped'
  | 'stale'
  | 'too-open'
  | 'wrong-frame'
  | 'dirty-missed'
  | 'reserved';
const REASON = word(
  'none',
  'dirty',
  'table',
  'supervisor',
  'rights',
  'untouched',
  'dropped',
  'stale',
  'too-open',
  'wrong-frame',
  'dirty-missed',
  'reserved',
);

/** What the guest's tables say of a page. */
export interface GuestSide {
  readonly gpa: number;
  /** The leaf as it stands in memory; a 32-bit entry in the low half. With paging off: 0x0. */
  readonly entry: Hex64;
  /** Rights all levels grant together. */
  readonly rw: boolean;
  readonly us: boolean;
  readonly nx: boolean;
  /** A of every level; D of the leaf. With paging off both are true. */
  readonly a: boolean;
  readonly d: boolean;
  /** Bytes the leaf maps. */
  readonly size: number;
  /** SPA the map gives to `gpa`; null where there is no memory, or none is given to the page yet. */
  readonly spa: number | null;
}

/** What the shadow says of it. */
export interface ShadowSide {
  readonly spa: number;
  readonly entry: Hex64;
  readonly rw: boolean;
  readonly us: boolean;
  readonly nx: boolean;
  readonly size: number;
}

/** One page, or a run of pages that differ only in the addresses, each mapped behind the one before. */
export interface ShadowRow {
  /** Canonical GVA of the first byte. */
  readonly gva: Hex64;
  /** Bytes of one page of the row, and how many pages there are. */
  readonly page: number;
  readonly count: number;
  /** Null: not present. */
  readonly guest: GuestSide | null;
  readonly shadow: ShadowSide | null;
  readonly sign: ShadowSign;
  readonly reason: ShadowReason;
  /** The reason for people, such as `RW held back until the guest’s D can be set`. */
  readonly text: string;
}

export interface ShadowComparison {
  readonly kind: 'comparison';
  readonly guest: GuestIdentity;
  /** As the guest knows it. */
  readonly guestCr3: Hex64;
  /** What the processor walks. */
  readonly vmcbCr3: Hex64;
  /** The guest's CR0.PG: without it a GVA is a GPA, and only what the shadow holds is compared. */
  readonly paging: boolean;
  /** Pages by sign, of everything both say. */
  readonly counts: {
    readonly pages: number;
    readonly inStep: number;
    readonly stricter: number;
    readonly notBuilt: number;
    readonly emulated: number;
    readonly wrong: number;
  };
  /** False: the tables are too many, and not all were compared. */
  readonly complete: boolean;
  readonly rows: readonly ShadowRow[];
  /** Where the next question goes on; null: that was all. */
  readonly next: Hex64 | null;
}

/** `no-guest`: no VMRUN yet; `nested`: the guest has nested paging; `bare`: no memory map is known, for the machine's own software keeps it. */
export interface NoShadow {
  readonly kind: 'none';
  readonly why: 'no-guest' | 'nested' | 'bare';
  /** For people. */
  readonly what: string;
}

export type ShadowAnswer = ShadowComparison | NoShadow;

export const SHADOW_QUESTION: Check<ShadowQuestion> = object<ShadowQuestion>({
  guest: optional(whole),
  from: optional(hex64),
  show: word('all', 'differences'),
  limit: whole,
});

const GUEST_SIDE = object<GuestSide>({
  gpa: whole,
  entry: hex64,
  rw: flag,
  us: flag,
  nx: flag,
  a: flag,
  d: flag,
  size: whole,
  spa: nullable(whole),
});
const SHADOW_SIDE = object<ShadowSide>({ spa: whole, entry: hex64, rw: flag, us: flag, nx: flag, size: whole });
const ROW = object<ShadowRow>({
  gva: hex64,
  page: whole,
  count: whole,
  guest: nullable(GUEST_SIDE),
  shadow: nullable(SHADOW_SIDE),
  sign: SIGN,
  reason: REASON,
  text,
});
const COUNTS = object<ShadowComparison['counts']>({
  pages: whole,
  inStep: whole,
  stricter: whole,
  notBuilt: whole,
  emulated: whole,
  wrong: whole,
});
const COMPARISON = object<ShadowComparison>({
  kind: word('comparison'),
  guest: GUEST_IDENTITY,
  guestCr3: hex64,
  vmcbCr3: hex64,
  paging: flag,
  counts: COUNTS,
  complete: flag,
  rows: list(ROW),
  next: nullable(hex64),
});
const NONE = object<NoShadow>({ kind: word('none'), why: word('no-guest', 'nested', 'bare'), what: text });
const KIND = object<{ kind: 'comparison' | 'none' }>({ kind: word('comparison', 'none') });

export const SHADOW_ANSWER: Check<ShadowAnswer> = (value, at) => {
  KIND(value, at);
  if ((value as { kind: string }).kind === 'none') NONE(value, at);
  else COMPARISON(value, at);
};
