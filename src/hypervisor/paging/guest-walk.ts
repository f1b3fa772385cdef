/**
 * The guest's own page tables, walked in software: where an operand lies that a handler has to read or write, and what a #PF of the
 * guest is about (§5.2, §5.3). Accessed and dirty bits are set as the processor would.
 */
import { PF_ID, PF_P, PF_RSV, PF_RW, PF_US } from '../../engine/arch/exceptions';
import { PTE_A, PTE_D, PTE_NX_HI, PTE_P, PTE_RW, PTE_US } from '../../engine/arch/paging';
import { CR0_WP, CR4_SMAP, CR4_SMEP, EFER_NXE, RFLAGS_AC } from '../../engine/arch/registers';
import type { Register64, Vcpu } from '../vcpu';
import { formatOf, frameOf, GUEST_LEVELS, isLeaf, isReserved, topTable, type GuestEntry } from './guest-entry';

export type GuestWalk =
  { readonly kind: 'mapped'; readonly gpa: number } | { readonly kind: 'fault'; readonly errorCode: number };

export interface GuestAccess {
  readonly write: boolean;
  /** Counts as made at CPL 3. */
  readonly user: boolean;
  readonly execute: boolean;
}

interface FoundEntry extends GuestEntry {
  readonly gpa: number;
}

const TWO32 = 0x1_0000_0000;
const CPL_USER = 3;

/** A data access at the guest's CPL to a linear address; only bits 47:0 are looked at. */
export function guestWalk(vcpu: Vcpu, linear: Register64, write: boolean): GuestWalk {
  return walkAs(vcpu, linear, { write, user: vcpu.vmcb.low('cpl') === CPL_USER, execute: false });
}

/** Any access. */
export function walkAs(vcpu: Vcpu, { low, high }: Register64, { write, user, execute }: GuestAccess): GuestWalk {
  const controls = vcpu.guestControls;
  const { cr0, cr4, efer } = controls;
  const format = formatOf(controls);
  if (format === 'off') return { kind: 'mapped', gpa: low >>> 0 };
  const reportsFetch = (format !== 'legacy' && (efer & EFER_NXE) !== 0) || (cr4 & CR4_SMEP) !== 0;
  const access = (write ? PF_RW : 0) | (user ? PF_US : 0) | (execute && reportsFetch ? PF_ID : 0);
  const fault = (found: number): GuestWalk => ({ kind: 'fault', errorCode: found | access });

  const address = (low >>> 0) + (format === 'long' ? (high & 0xffff) * TWO32 : 0);
  let table = topTable(format, controls.cr3);
  let grants = PTE_RW | PTE_US;
  let noExecute = 0;
  const seen: FoundEntry[] = [];
  for (const level of GUEST_LEVELS[format]) {
    const index = Math.floor(address / 2 ** level.indexShift) % 2 ** level.indexBits;
    const entry = readEntry(vcpu, table + index * level.entrySize, level.entrySize);
    if ((entry.low & PTE_P) === 0) return fault(0);
    const leaf = isLeaf(controls, level, entry);
    if (isReserved(controls, vcpu.physicalBits, level, entry, leaf)) return fault(PF_P | PF_RSV);
    const isPdpe = format === 'pae' && level.level === 3;
    if (!isPdpe) {
      grants &= entry.low;
      noExecute |= entry.high & PTE_NX_HI;
      seen.push(entry);
    }
    const frame = frameOf(level, entry, leaf);
    if (!leaf) {
      table = frame;
      continue;
    }
    const userPage = (grants & PTE_US) !== 0;
    const smap = !user && !execute && userPage && (cr4 & CR4_SMAP) !== 0 && !liftsSmap(vcpu);
    const readOnly = write && (grants & PTE_RW) === 0 && (user || (cr0 & CR0_WP) !== 0);
    const noFetch = execute && (noExecute !== 0 || (!user && userPage && (cr4 & CR4_SMEP) !== 0));
    if ((user && !userPage) || smap || readOnly || noFetch) return fault(PF_P);
    mark(vcpu, seen, write);
    return { kind: 'mapped', gpa: frame + (address % level.pageSize) };
  }
  throw new Error('the last level is a leaf');
}

/** RFLAGS.AC, but not for what the processor reads itself while at CPL 3. §5.6.6 */
function liftsSmap({ vmcb }: Vcpu): boolean {
  return (vmcb.low('rflags') & RFLAGS_AC) !== 0 && vmcb.low('cpl') !== CPL_USER;
}

function readEntry({ memory }: Vcpu, gpa: number, size: number): FoundEntry {
  return { gpa, low: memory.readWord(gpa), high: size === 8 ? memory.readWord(gpa + 4) : 0 };
}

/** A in every entry, D in the leaf of a write. */
function mark({ memory }: Vcpu, seen: readonly FoundEntry[], write: boolean): void {
  seen.forEach((entry, n) => {
    const wanted = PTE_A | (write && n === seen.length - 1 ? PTE_D : 0);
    if ((entry.low & wanted) === wanted) return;
    // Read again: the same entry may serve two levels.
    const low = memory.read(entry.gpa, 1)[0]!;
    memory.write(entry.gpa, Uint8Array.of(low | wanted));
  });
}
