/**
 * The guest's own page tables, walked in software: where an operand lies that a handler has to read or write (§5.2, §5.3). Accessed
 * and dirty bits are set as the processor would.
 */
import { PF_P, PF_RSV, PF_RW, PF_US } from '../../engine/arch/exceptions';
import {
  CR3_PAE_MASK,
  LEGACY_LEVELS,
  LONG_MODE_LEVELS,
  PAE_LEVELS,
  PSE_HIGH_MASK,
  PSE_HIGH_SHIFT,
  PTE_A,
  PTE_D,
  PTE_FRAME_HI,
  PTE_FRAME_LO,
  PTE_NX_HI,
  PTE_P,
  PTE_PS,
  PTE_RW,
  PTE_US,
  type PagingLevel,
} from '../../engine/arch/paging';
import { CR0_PG, CR0_WP, CR4_PAE, CR4_PSE, CR4_SMAP, EFER_LMA, EFER_NXE, RFLAGS_AC } from '../../engine/arch/registers';
import type { Register64, Vcpu } from '../vcpu';

export type GuestWalk =
  { readonly kind: 'mapped'; readonly gpa: number } | { readonly kind: 'fault'; readonly errorCode: number };

interface Entry {
  readonly gpa: number;
  readonly low: number;
  readonly high: number;
}

const TWO32 = 0x1_0000_0000;
const CPL_USER = 3;
/** Function of CPUID whose EAX[7:0] is the width of a physical address. */
const ADDRESS_SIZES = 0x8000_0008;

/** A data access at the guest's CPL to a linear address; only bits 47:0 are looked at. */
export function guestWalk(vcpu: Vcpu, { low, high }: Register64, write: boolean): GuestWalk {
  const { vmcb } = vcpu;
  const cr0 = vmcb.low('cr0');
  if ((cr0 & CR0_PG) === 0) return { kind: 'mapped', gpa: low >>> 0 };
  const cr4 = vmcb.low('cr4');
  const user = vmcb.low('cpl') === CPL_USER;
  const access = (write ? PF_RW : 0) | (user ? PF_US : 0);
  const fault = (found: number): GuestWalk => ({ kind: 'fault', errorCode: found | access });

  const { levels, long } = format(vcpu);
  const pae = !long && levels[0]!.entrySize === 8;
  const address = (low >>> 0) + (long ? (high & 0xffff) * TWO32 : 0);
  const cr3 = vmcb.low('cr3');
  let table = long
    ? ((cr3 & PTE_FRAME_LO) >>> 0) + (vmcb.high('cr3') & PTE_FRAME_HI) * TWO32
    : (cr3 & (pae ? CR3_PAE_MASK : PTE_FRAME_LO)) >>> 0;
  let grants = PTE_RW | PTE_US;
  const seen: Entry[] = [];
  for (const level of levels) {
    const index = Math.floor(address / 2 ** level.indexShift) % 2 ** level.indexBits;
    const entry = readEntry(vcpu, table + index * level.entrySize, level.entrySize);
    if ((entry.low & PTE_P) === 0) return fault(0);
    const mayBeLarge = level.level > 1 && level.pageSize > 0 && (level.entrySize === 8 || (cr4 & CR4_PSE) !== 0);
    const large = mayBeLarge && (entry.low & PTE_PS) !== 0;
    const leaf = level.level === 1 || large;
    if (isReserved(vcpu, level, entry, leaf)) return fault(PF_P | PF_RSV);
    const isPdpe = pae && level.level === 3;
    if (!isPdpe) {
      grants &= entry.low;
      seen.push(entry);
    }
    const frame =
      ((entry.low & PTE_FRAME_LO) >>> 0) + (level.entrySize === 8 ? (entry.high & PTE_FRAME_HI) * TWO32 : 0);
    if (!leaf) {
      table = frame;
      continue;
    }
    const smap = !user && (grants & PTE_US) !== 0 && (cr4 & CR4_SMAP) !== 0 && (vmcb.low('rflags') & RFLAGS_AC) === 0;
    const readOnly = write && (grants & PTE_RW) === 0 && (user || (cr0 & CR0_WP) !== 0);
    if ((user && (grants & PTE_US) === 0) || smap || readOnly) return fault(PF_P);
    mark(vcpu, seen, write);
    const pageHigh = level.entrySize === 4 && large ? ((entry.low >>> PSE_HIGH_SHIFT) & PSE_HIGH_MASK) * TWO32 : 0;
    return { kind: 'mapped', gpa: frame - (frame % level.pageSize) + pageHigh + (address % level.pageSize) };
  }
  throw new Error('the last level is a leaf');
}

function format({ vmcb }: Vcpu): { levels: readonly PagingLevel[]; long: boolean } {
  if ((vmcb.low('efer') & EFER_LMA) !== 0) return { levels: LONG_MODE_LEVELS, long: true };
  return { levels: (vmcb.low('cr4') & CR4_PAE) !== 0 ? PAE_LEVELS : LEGACY_LEVELS, long: false };
}

function readEntry({ memory }: Vcpu, gpa: number, size: number): Entry {
  const bytes = memory.read(gpa, size);
  const word = (at: number): number =>
    bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  return { gpa, low: word(0), high: size === 8 ? word(4) : 0 };
}

function isReserved(vcpu: Vcpu, level: PagingLevel, { low, high }: Entry, leaf: boolean): boolean {
  const reservedLow = leaf ? level.leafReservedLo : level.tableReservedLo;
  if ((low & reservedLow) !== 0) return true;
  if (level.entrySize === 4) return false;
  const width = vcpu.host.cpuid(ADDRESS_SIZES, 0).eax & 0xff;
  const beyond = PTE_FRAME_HI & ~((1 << (width - 32)) - 1);
  const noExecute = (vcpu.vmcb.low('efer') & EFER_NXE) === 0 ? PTE_NX_HI : 0;
  return (high & ((leaf ? level.leafReservedHi : level.tableReservedHi) | beyond | noExecute)) !== 0;
}

/** A in every entry, D in the leaf of a write. */
function mark({ memory }: Vcpu, seen: readonly Entry[], write: boolean): void {
  seen.forEach((entry, n) => {
    const wanted = PTE_A | (write && n === seen.length - 1 ? PTE_D : 0);
    if ((entry.low & wanted) !== wanted) memory.write(entry.gpa, Uint8Array.of((entry.low | wanted) & 0xff));
  });
}
