/**
 * `pacifica/pageTables` and `pacifica/pageTablesSummary`: the page tables as a tree, one table a question.
 *
 * Which addresses: a table of the root `guest` maps GVA to GPA and is itself named by GPAs (without nested paging they are
 * SPAs); `nested` maps GPA to SPA; `shadow` maps GVA to SPA, where the hypervisor keeps shadow tables; `host` maps the host's virtual addresses to SPA. Reading never sets A or D.
 */
import { flag, hex64, list, nullable, object, optional, text, whole, word } from './check';
import type { Check } from './check';
import type { Hex64 } from './codec';
import { GUEST_IDENTITY } from './state';
import type { GuestIdentity } from './state';

export type PageTableRoot = 'guest' | 'nested' | 'shadow' | 'host';
export const PAGE_TABLE_ROOT: Check<PageTableRoot> = word('guest', 'nested', 'shadow', 'host');

/** `legacy` 32-bit, two levels; `pae`; `long` four levels; `la57` five; `off`: CR0.PG is 0. §5.1 */
export type PagingFormat = 'off' | 'legacy' | 'pae' | 'long' | 'la57';
const FORMAT = word('off', 'legacy', 'pae', 'long', 'la57');

/** A root and the guest it belongs to. */
export interface RootQuestion {
  readonly root: PageTableRoot;
  /** Id of a guest; absent: the one `SessionState.guest` names. Without meaning for `host`. */
  readonly guest?: number;
}

export interface PageTablesQuestion extends RootQuestion {
  /** Indexes from the top table down to the table asked for: empty is the top, `[256, 0]` what PML4E[100h] → PDPE[0] names. */
  readonly path: readonly number[];
}

/** Why there is no table to show. */
export interface NoTable {
  readonly kind: 'none';
  /** `no-guest`: no VMRUN yet; `off`: paging, or nested paging, is not enabled; `unreadable`: the table is not in memory. */
  readonly why: 'no-guest' | 'off' | 'unreadable';
  /** The fact, for people, such as `CR0.PG is 0` or `the PDPT at GPA 0xFFFFF000 is not memory`. */
  readonly what: string;
  /** Roots that can be asked now. */
  readonly roots: readonly PageTableRoot[];
}

/** What stands in one entry, or in several in a row that differ in nothing but the address they name. */
export interface EntryRow {
  /** `table`: names a lower table; `page`; `hole`: P is 0; `reserved`: P is 1 and a reserved bit is set. */
  readonly kind: 'table' | 'page' | 'hole' | 'reserved';
  /** Index of the first entry in its table. */
  readonly index: number;
  /**
   * How many entries the row stands for. Pages fold if kind and every bit but address, A and D excepted, are the same and each maps
   * the address after the one before; A and D must be the same too. Holes fold whatever they hold. Tables never fold.
   */
  readonly count: number;
  /** The first entry as it is in memory; a 32-bit entry in the low half. */
  readonly entry: Hex64;
  /** First address the row translates: a GVA in canonical form, a GPA for `nested`, a host virtual address for `host`. */
  readonly from: Hex64;
  /** Where the first entry points: the table's or the page's address, a GPA for `guest`, else an SPA. 0 for a hole. */
  readonly target: number;
  /** SPA of `target`, for `guest` where a map leads from GPA to SPA; null if it does not map it or there is none. */
  readonly targetSpa: number | null;
  /** Of a `table` row: how many entries of the table it names are tables and pages. Null for other rows, or if unreadable. */
  readonly below: { readonly tables: number; readonly pages: number } | null;
}

export interface PageTable {
  readonly kind: 'table';
  readonly root: PageTableRoot;
  /** Whose tables; null for `host`. */
  readonly guest: GuestIdentity | null;
  readonly format: PagingFormat;
  /** What the top table's address was taken from, in the manual's spelling: `CR3` or `nCR3`. */
  readonly register: 'CR3' | 'nCR3';
  /** The register's value. */
  readonly registerValue: Hex64;
  /** EFER.NXE, so that bit 63 means NX. */
  readonly nx: boolean;
  readonly path: readonly number[];
  /** The manual's name of an entry here: `PML4E`, `PDPE`, `PDE`, `PTE`. A row of `LONG_MODE_LEVELS` and its kin has it. */
  readonly entryName: string;
  /** 4 is PML4, 1 is PT. */
  readonly level: number;
  /** Bytes one entry spans. */
  readonly span: number;
  /** Where the table lies: GPA for `guest`, else SPA. */
  readonly address: number;
  /** SPA of `address`; the same number when `address` is one. */
  readonly spa: number;
  /** The whole table, holes too, in the order of the index. */
  readonly rows: readonly EntryRow[];
  readonly roots: readonly PageTableRoot[];
}

export type PageTablesAnswer = PageTable | NoTable;

/** What all tables of a root map together. */
export interface PageTablesSummary {
  /** Bytes mapped. */
  readonly mapped: number;
  /** Tables, the top one included. */
  readonly tables: number;
  /** Pages by size in bytes, largest first. */
  readonly pages: readonly { readonly size: number; readonly count: number }[];
  /** False: there was too much to look at, and the numbers are of a part. */
  readonly complete: boolean;
}
export interface PageTablesSummaryAnswer {
  /** Null where `pacifica/pageTables` answers `none`. */
  readonly summary: PageTablesSummary | null;
}

export const ROOT_QUESTION: Check<RootQuestion> = object<RootQuestion>({
  root: PAGE_TABLE_ROOT,
  guest: optional(whole),
});
export const PAGE_TABLES_QUESTION: Check<PageTablesQuestion> = object<PageTablesQuestion>({
  root: PAGE_TABLE_ROOT,
  guest: optional(whole),
  path: list(whole),
});

const ENTRY_ROW = object<EntryRow>({
  kind: word('table', 'page', 'hole', 'reserved'),
  index: whole,
  count: whole,
  entry: hex64,
  from: hex64,
  target: whole,
  targetSpa: nullable(whole),
  below: nullable(object<{ readonly tables: number; readonly pages: number }>({ tables: whole, pages: whole })),
});
const NO_TABLE: Check<NoTable> = object<NoTable>({
  kind: word('none'),
  why: word('no-guest', 'off', 'unreadable'),
  what: text,
  roots: list(PAGE_TABLE_ROOT),
});
const PAGE_TABLE: Check<PageTable> = object<PageTable>({
  kind: word('table'),
  root: PAGE_TABLE_ROOT,
  guest: nullable(GUEST_IDENTITY),
  format: FORMAT,
  register: word('CR3', 'nCR3'),
  registerValue: hex64,
  nx: flag,
  path: list(whole),
  entryName: text,
  level: whole,
  span: whole,
  address: whole,
  spa: whole,
  rows: list(ENTRY_ROW),
  roots: list(PAGE_TABLE_ROOT),
});
const KIND = object<{ kind: 'table' | 'none' }>({ kind: word('table', 'none') });
export const PAGE_TABLES_ANSWER: Check<PageTablesAnswer> = (value, at) => {
  KIND(value, at);
  if ((value as { kind: string }).kind === 'none') NO_TABLE(value, at);
  else PAGE_TABLE(value, at);
};
export const PAGE_TABLES_SUMMARY_ANSWER: Check<PageTablesSummaryAnswer> = object<PageTablesSummaryAnswer>({
  summary: nullable(
    object<PageTablesSummary>({
      mapped: whole,
      tables: whole,
      pages: list(object<{ readonly size: number; readonly count: number }>({ size: whole, count: whole })),
      complete: flag,
    }),
  ),
});
