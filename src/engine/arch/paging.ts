import type { RegisterBit } from './bit-field';
import type { Section } from './manual';

/** Bits of a page-translation entry, the same in every format that has them. §5.4.1 */
export const PTE_BITS = [
  { name: 'P', bit: 0, section: '5.4.1', meaning: 'present' },
  { name: 'RW', bit: 1, section: '5.4.1', meaning: 'writable' },
  { name: 'US', bit: 2, section: '5.4.1', meaning: 'accessible in user mode' },
  { name: 'PWT', bit: 3, section: '5.4.1', meaning: 'write-through' },
  { name: 'PCD', bit: 4, section: '5.4.1', meaning: 'not cached' },
  { name: 'A', bit: 5, section: '5.4.1', meaning: 'used since software cleared it' },
  { name: 'D', bit: 6, section: '5.4.1', meaning: 'written since software cleared it; leaf entries' },
  { name: 'PS', bit: 7, section: '5.4.1', meaning: 'the entry maps a large page; PAT in a 4 KB entry' },
  { name: 'G', bit: 8, section: '5.4.1', meaning: 'global; leaf entries' },
  { name: 'PAT', bit: 12, section: '5.4.1', meaning: 'page-attribute table bit of a large page' },
  { name: 'NX', bit: 63, section: '5.4.1', meaning: 'not executable (with EFER.NXE)' },
] as const satisfies readonly RegisterBit[];

/** Masks of the low half of an entry. */
export const PTE_P = 0x001;
export const PTE_RW = 0x002;
export const PTE_US = 0x004;
export const PTE_PWT = 0x008;
export const PTE_PCD = 0x010;
export const PTE_A = 0x020;
export const PTE_D = 0x040;
export const PTE_PS = 0x080;
/** Bit 7 of a 4 KB entry. */
export const PTE_PAT = 0x080;
export const PTE_G = 0x100;
/** Bits 11:9, for software. */
export const PTE_AVL = 0xe00;
/** Bit 12 of a large-page entry. */
export const PTE_PAT_LARGE = 0x1000;
/** NX in the high half. */
export const PTE_NX_HI = 0x8000_0000;
/** Frame address in the low half of a 64-bit or 32-bit entry. */
export const PTE_FRAME_LO = 0xffff_f000;
/** Frame address in the high half of a 64-bit entry, bits 51:32. */
export const PTE_FRAME_HI = 0x000f_ffff;
/** Protection key in the high half, bits 62:59. §5.6.7 */
export const PTE_MPK_HI = 0x7800_0000;
export const PTE_MPK_SHIFT_HI = 27;

/** One level of a page-table format. Masks are of reserved bits that raise #PF with RSV, as unsigned halves. */
export interface PagingLevel {
  /** The entry's name in the manual. */
  readonly entry: string;
  readonly level: 1 | 2 | 3 | 4 | 5;
  /** Bytes an entry takes. */
  readonly entrySize: 4 | 8;
  /** The index is bits `indexShift + indexBits − 1 : indexShift` of the virtual address. */
  readonly indexShift: number;
  readonly indexBits: number;
  /** Bytes the entry maps as a leaf; 0 if it cannot be one. A leaf above level 1 has PS set. */
  readonly pageSize: number;
  /** Reserved when the entry points to a table. */
  readonly tableReservedHi: number;
  readonly tableReservedLo: number;
  /** Reserved when the entry maps a page. */
  readonly leafReservedHi: number;
  readonly leafReservedLo: number;
  readonly section: Section;
}

/**
 * Long mode, 4 KB tables of 512 entries, top level first. Address bits at and above the processor's physical width are
 * reserved too, and NX while EFER.NXE is 0. Bit 8 of a PML4E or a PDPE that points to a table is reserved. §5.3
 */
// prettier-ignore
export const LONG_MODE_LEVELS = [
  { entry: 'PML4E', level: 4, entrySize: 8, indexShift: 39, indexBits: 9, pageSize: 0, tableReservedHi: 0, tableReservedLo: 0x180, leafReservedHi: 0, leafReservedLo: 0x180, section: '5.3.3' },
  { entry: 'PDPE', level: 3, entrySize: 8, indexShift: 30, indexBits: 9, pageSize: 0x4000_0000, tableReservedHi: 0, tableReservedLo: 0x100, leafReservedHi: 0, leafReservedLo: 0x3fff_e000, section: '5.3.5' },
  { entry: 'PDE', level: 2, entrySize: 8, indexShift: 21, indexBits: 9, pageSize: 0x20_0000, tableReservedHi: 0, tableReservedLo: 0, leafReservedHi: 0, leafReservedLo: 0x001f_e000, section: '5.3.4' },
  { entry: 'PTE', level: 1, entrySize: 8, indexShift: 12, indexBits: 9, pageSize: 0x1000, tableReservedHi: 0, tableReservedLo: 0, leafReservedHi: 0, leafReservedLo: 0, section: '5.3.3' },
] as const satisfies readonly PagingLevel[];

/** The level CR4.LA57 puts on top. §5.3.1 */
// prettier-ignore
export const PML5_LEVEL = { entry: 'PML5E', level: 5, entrySize: 8, indexShift: 48, indexBits: 9, pageSize: 0, tableReservedHi: 0, tableReservedLo: 0x180, leafReservedHi: 0, leafReservedLo: 0x180, section: '5.3.3' } as const satisfies PagingLevel;

/** Legacy PAE: four PDPEs at CR3[31:5], loaded when CR3 is; bits 62:52 of every entry are reserved. §5.2.3 */
// prettier-ignore
export const PAE_LEVELS = [
  { entry: 'PDPE', level: 3, entrySize: 8, indexShift: 30, indexBits: 2, pageSize: 0, tableReservedHi: 0xfff0_0000, tableReservedLo: 0x1e6, leafReservedHi: 0xfff0_0000, leafReservedLo: 0x1e6, section: '5.2.3' },
  { entry: 'PDE', level: 2, entrySize: 8, indexShift: 21, indexBits: 9, pageSize: 0x20_0000, tableReservedHi: 0x7ff0_0000, tableReservedLo: 0, leafReservedHi: 0x7ff0_0000, leafReservedLo: 0x001f_e000, section: '5.2.3' },
  { entry: 'PTE', level: 1, entrySize: 8, indexShift: 12, indexBits: 9, pageSize: 0x1000, tableReservedHi: 0x7ff0_0000, tableReservedLo: 0, leafReservedHi: 0x7ff0_0000, leafReservedLo: 0, section: '5.2.3' },
] as const satisfies readonly PagingLevel[];

/** Legacy 32-bit paging; 4 MB pages need CR4.PSE and hold address bits 39:32 in 20:13. §5.2.2 */
// prettier-ignore
export const LEGACY_LEVELS = [
  { entry: 'PDE', level: 2, entrySize: 4, indexShift: 22, indexBits: 10, pageSize: 0x40_0000, tableReservedHi: 0, tableReservedLo: 0, leafReservedHi: 0, leafReservedLo: 0x0020_0000, section: '5.2.2' },
  { entry: 'PTE', level: 1, entrySize: 4, indexShift: 12, indexBits: 10, pageSize: 0x1000, tableReservedHi: 0, tableReservedLo: 0, leafReservedHi: 0, leafReservedLo: 0, section: '5.2.2' },
] as const satisfies readonly PagingLevel[];

/** A 4 MB entry's bits 20:13 are physical address bits 39:32. §5.2.2 */
export const PSE_HIGH_SHIFT = 13;
export const PSE_HIGH_MASK = 0xff;

/** CR3 address of the PAE page-directory-pointer table. §5.2.1 */
export const CR3_PAE_MASK = 0xffff_ffe0;
/** Reserved low bits of a PAE PDPE that is present: 8:5 and 2:1; loading CR3 with one raises #GP(0). §5.2.3 */
export const PAE_PDPE_RESERVED_LO = 0x1e6;

/** EXITINFO1 of a nested page fault, low half. §15.25.6 */
export const NPF_P = 0x01;
export const NPF_RW = 0x02;
export const NPF_US = 0x04;
export const NPF_RSV = 0x08;
export const NPF_ID = 0x10;
export const NPF_SS = 0x40;
/** The same, high half: bit 32, the fault hit the final guest-physical address. */
export const NPF_FINAL_HI = 0x1;
/** Bit 33: the fault hit a guest page table. */
export const NPF_TABLE_HI = 0x2;
/** Bit 37: supervisor shadow stack check. */
export const NPF_SSS_HI = 0x20;

/** Memory types as PAT and MTRRs encode them; 2 and 3 are reserved. §7.8.2, §7.7.1 */
export const MEMORY_TYPES = [
  { type: 0, name: 'UC', inMtrr: true, meaning: 'uncacheable' },
  { type: 1, name: 'WC', inMtrr: true, meaning: 'write-combining' },
  { type: 4, name: 'WT', inMtrr: true, meaning: 'write-through' },
  { type: 5, name: 'WP', inMtrr: true, meaning: 'write-protect' },
  { type: 6, name: 'WB', inMtrr: true, meaning: 'write-back' },
  { type: 7, name: 'UC-', inMtrr: false, meaning: 'uncacheable unless an MTRR says WC' },
] as const;

/** The PAT after reset: WB WT UC- UC, twice. §7.8.1 */
export const PAT_RESET = { hi: 0x0007_0406, lo: 0x0007_0406 } as const;
