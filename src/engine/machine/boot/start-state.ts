/**
 * The state a program starts in. General registers are zero but rSP, interrupts are off, and there is no IDT but real mode's.
 *
 * `real`: all segments 0, so that addresses are physical; the stack grows down from 7C00h.
 * `protected`: a GDT at 80000h with null, code (08h) and data (10h), both flat; the stack grows down from 80000h.
 * `long`: the same GDT with 64-bit code, and behind it page tables that map the first 4 GB to themselves with 2 MB pages: PML4 at
 *   81000h, PDPT at 82000h, page directories at 83000h to 86000h.
 *
 * If the program lies there, the tables (not the stack) go to the first page above it and 1 MB.
 */
import { LONG_MODE_LEVELS, PTE_P, PTE_PS, PTE_RW } from '../../arch/paging';
import { CR0_ET, CR0_PE, CR0_PG, CR4_PAE, EFER_LMA, EFER_LME, RESET_STATE, RFLAGS_FIXED } from '../../arch/registers';
import { BootError, hex } from './boot-error';
import type { BootImage, BootSegment, Program, StartRegisters, StartSegment } from './image';

const PAGE = 0x1000;
const MB = 0x10_0000;
const TABLES = 0x8_0000;
const REAL_STACK = 0x7c00;
const STACK = 0x8_0000;
const DIRECTORIES = 4;
const LARGE_PAGE = LONG_MODE_LEVELS[2].pageSize;

/** Flat descriptors (§4.7, §4.8): accessed, present, DPL 0, 4 KB granularity. */
const CODE_32 = 0x00cf_9b00_0000_ffffn;
const CODE_64 = 0x00af_9b00_0000_ffffn;
const DATA = 0x00cf_9300_0000_ffffn;

/** Where the flat segments stand in the GDT; what is below them is null. */
export interface FlatSelectors {
  readonly code: number;
  readonly data: number;
}
const SELECTORS: FlatSelectors = { code: 0x08, data: 0x10 };

/** The same as the VMCB packs them. */
const CODE_32_ATTRIBUTES = 0xc9b;
const CODE_64_ATTRIBUTES = 0xa9b;
const DATA_ATTRIBUTES = 0xc93;
const REAL_CODE: StartSegment = { selector: 0, attributes: RESET_STATE.csAttrib, limit: 0xffff, base: 0 };
const REAL_DATA: StartSegment = { selector: 0, attributes: RESET_STATE.dataAttrib, limit: 0xffff, base: 0 };
const LDTR: StartSegment = { selector: 0, attributes: RESET_STATE.ldtrAttrib, limit: 0xffff, base: 0 };
const TR: StartSegment = { selector: 0, attributes: RESET_STATE.trAttrib, limit: 0xffff, base: 0 };

/** Makes a program startable: adds the tables of its mode and says the registers. `selectors` are 08h and 10h if left out. */
export function startState(program: Program, selectors = SELECTORS): BootImage {
  switch (program.mode) {
    case 'real':
      return { ...program, registers: realMode(program.entry) };
    case 'protected':
      return protectedMode(program, selectors);
    case 'long':
      return longMode(program, selectors);
  }
}

function realMode(entry: number): StartRegisters {
  // Where offset 0 of segment 0 does not reach, CS begins at the entry's paragraph group.
  const selector = entry > 0xffff ? Math.floor(entry / 0x1_0000) * 0x1000 : 0;
  if (entry > 0xf_ffff)
    throw new BootError(`the entry ${hex(entry)} cannot be reached in real mode: it lies above 1 MB`);
  return {
    rip: entry - selector * 16,
    rsp: REAL_STACK,
    rflags: RFLAGS_FIXED,
    cr0: CR0_ET,
    cr3: 0,
    cr4: 0,
    efer: 0,
    es: REAL_DATA,
    cs: { ...REAL_CODE, selector, base: selector * 16 },
    ss: REAL_DATA,
    ds: REAL_DATA,
    fs: REAL_DATA,
    gs: REAL_DATA,
    ldtr: LDTR,
    tr: TR,
    gdtr: { base: 0, limit: 0xffff },
    idtr: { base: 0, limit: 0x3ff },
  };
}

function protectedMode(program: Program, selectors: FlatSelectors): BootImage {
  const at = placeTables(program.segments, PAGE);
  return {
    ...program,
    segments: [...program.segments, { address: at, bytes: descriptors(selectors, CODE_32) }],
    registers: flat(program.entry, at, selectors, CODE_32_ATTRIBUTES),
  };
}

function longMode(program: Program, selectors: FlatSelectors): BootImage {
  const at = placeTables(program.segments, (3 + DIRECTORIES) * PAGE);
  const pml4 = at + PAGE;
  const pdpt = pml4 + PAGE;
  const directories = pdpt + PAGE;
  const open = BigInt(PTE_P | PTE_RW);
  const pointers = Array.from({ length: DIRECTORIES }, (_, n) => BigInt(directories + n * PAGE) | open);
  const pages = Array.from({ length: DIRECTORIES * 512 }, (_, n) => BigInt(n * LARGE_PAGE) | open | BigInt(PTE_PS));
  const registers = flat(program.entry, at, selectors, CODE_64_ATTRIBUTES);
  return {
    ...program,
    segments: [
      ...program.segments,
      { address: at, bytes: descriptors(selectors, CODE_64) },
      { address: pml4, bytes: words([BigInt(pdpt) | open]) },
      { address: pdpt, bytes: words(pointers) },
      { address: directories, bytes: words(pages) },
    ],
    registers: {
      ...registers,
      cr0: (registers.cr0 | CR0_PG) >>> 0,
      cr3: pml4,
      cr4: CR4_PAE,
      efer: EFER_LME | EFER_LMA,
    },
  };
}

function descriptors({ code, data }: FlatSelectors, codeDescriptor: bigint): Uint8Array {
  const table = Array.from({ length: Math.max(code, data) / 8 + 1 }, () => 0n);
  table[code / 8] = codeDescriptor;
  table[data / 8] = DATA;
  return words(table);
}

function flat(entry: number, gdt: number, selectors: FlatSelectors, codeAttributes: number): StartRegisters {
  const data: StartSegment = {
    selector: selectors.data,
    attributes: DATA_ATTRIBUTES,
    limit: 0xffff_ffff,
    base: 0,
  };
  return {
    rip: entry,
    rsp: STACK,
    rflags: RFLAGS_FIXED,
    cr0: CR0_PE | CR0_ET,
    cr3: 0,
    cr4: 0,
    efer: 0,
    es: data,
    cs: { ...data, selector: selectors.code, attributes: codeAttributes },
    ss: data,
    ds: data,
    fs: data,
    gs: data,
    ldtr: LDTR,
    tr: TR,
    gdtr: { base: gdt, limit: Math.max(selectors.code, selectors.data) + 7 },
    idtr: { base: 0, limit: 0 },
  };
}

function placeTables(segments: readonly BootSegment[], size: number): number {
  const hit = (at: number): boolean =>
    segments.some(({ address, bytes }) => address < at + size && at < address + bytes.length);
  if (!hit(TABLES)) return TABLES;
  const end = segments.reduce((most, { address, bytes }) => Math.max(most, address + bytes.length), MB);
  return Math.ceil(end / PAGE) * PAGE;
}

function words(values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values).buffer);
}
