/** Memory as tools read it: by virtual, guest-physical or system-physical address. Reading changes nothing: no A or D bit, no fault. */
import type { Machine } from '../engine/machine/machine';
import { PSE_HIGH_MASK, PSE_HIGH_SHIFT, PTE_FRAME_HI, PTE_FRAME_LO, PTE_P } from '../engine/arch/paging';
import { CR0_PG } from '../engine/arch/registers';
import { explainWalk } from '../engine/mmu/explain-walk';
import type { PagingRegisters } from '../engine/mmu/explain-walk';
import { TableFormats } from '../engine/mmu/table-format';
import type { TableFormat } from '../engine/mmu/table-format';

const PAGE = 4096n;

/** What an address counts in. */
export interface AddressSpace {
  /** SPA of an address, undefined where it leads nowhere. */
  translate(address: bigint): number | undefined;
}

/** The linear addresses of a world. */
export function virtualSpace(machine: Machine, paging: PagingRegisters): AddressSpace {
  return {
    translate(address) {
      const low = Number(BigInt.asIntN(32, address));
      const high = Number(BigInt.asIntN(32, address >> 32n));
      const { result } = explainWalk(machine.ram, machine.processor.limits, paging, low, high, 0);
      return result.kind === 'mapped' ? result.spa : undefined;
    },
  };
}

/** A guest's physical addresses: through the nested tables, if it has any. */
export function guestPhysicalSpace(machine: Machine, paging: PagingRegisters): AddressSpace {
  // with its own paging off, what is left of the way is the nested walk
  const PG = 0x8000_0000;
  const inner = virtualSpace(machine, { ...paging, cr0: (paging.cr0 & ~PG) >>> 0 });
  return {
    translate: (address) =>
      address < 0n || address >> 32n ? beyond(machine, paging, address) : inner.translate(address),
  };
}

/** GPAs from 4 GB up: an unpaged walk has 32-bit addresses, so the nested tables are walked as the host's own. */
function beyond(machine: Machine, paging: PagingRegisters, address: bigint): number | undefined {
  if (address < 0n) return undefined;
  if (!paging.nested) return Number(address);
  const { cr3, cr4, efer } = paging.nested;
  const PG_PE = 0x8000_0001;
  return virtualSpace(machine, { cr0: PG_PE, cr3, cr4, efer, rflags: 2, nested: undefined }).translate(address);
}

/**
 * Under the built-in hypervisor, whose nested tables map a page at the guest's first touch: what lies there already can be read before.
 * An entry with P = 0 and an address is such a page.
 */
export function promisedSpace(machine: Machine, paging: PagingRegisters, physical: boolean): AddressSpace {
  const formats = new TableFormats(machine.processor.limits);
  const { nested, cr0, cr3, cr4, efer } = paging;
  const guestPhysical = nested
    ? tableSpace(machine, formats.select(nested.cr4, nested.efer), nested.cr3, SYSTEM_PHYSICAL, true)
    : SYSTEM_PHYSICAL;
  if (physical) return guestPhysical;
  if ((cr0 & CR0_PG) === 0) return { translate: (address) => guestPhysical.translate(address & 0xffff_ffffn) };
  return tableSpace(machine, formats.select(cr4, efer), cr3, guestPhysical, false);
}

/** Addresses that page tables translate; `inner` is what the tables' own addresses count in. */
function tableSpace(
  machine: Machine,
  format: TableFormat,
  root: number,
  inner: AddressSpace,
  promised: boolean,
): AddressSpace {
  const TWO32 = 0x1_0000_0000;
  const top = (Math.floor(root / TWO32) & format.rootHigh) * TWO32 + ((root & format.rootLow) >>> 0);
  const { levels, entryShift } = format;
  return {
    translate(address) {
      const at = BigInt.asUintN(format.reach, address);
      let table = top;
      for (const [depth, level] of levels.entries()) {
        const last = depth === levels.length - 1;
        const index = Number((at >> BigInt(level.shift)) & BigInt(level.indexMask));
        const spa = inner.translate(BigInt(table + (index << entryShift)));
        if (spa === undefined || machine.ram.offset(spa) < 0) return undefined;
        const low = machine.ram.read32(spa);
        const high = entryShift === 3 ? machine.ram.read32(spa + 4) : 0;
        const frame = (high & PTE_FRAME_HI) * TWO32 + ((low & PTE_FRAME_LO) >>> 0);
        const leaf = last || (low & level.leafBit) !== 0;
        if ((low & PTE_P) === 0 && !(promised && leaf && frame !== 0)) return undefined;
        if (!leaf) {
          table = frame;
          continue;
        }
        const size = 2 ** level.shift;
        const base =
          level.shift === 22
            ? ((low >>> PSE_HIGH_SHIFT) & PSE_HIGH_MASK) * TWO32 + ((low & PTE_FRAME_LO) >>> 0)
            : frame;
        return inner.translate(BigInt(base - (base % size)) + (at & BigInt(size - 1)));
      }
      return undefined;
    },
  };
}

export const SYSTEM_PHYSICAL: AddressSpace = {
  translate: (address) => (address < 0n || address >> 52n ? undefined : Number(address)),
};

/** Bytes from an address up, as many as can be read in one run, at most `count`. */
export function readMemory(machine: Machine, space: AddressSpace, address: bigint, count: number): Uint8Array {
  const out = new Uint8Array(count);
  let done = 0;
  while (done < count) {
    const at = BigInt.asUintN(64, address + BigInt(done));
    const spa = space.translate(at);
    if (spa === undefined || machine.ram.offset(spa) < 0) break;
    const n = Math.min(count - done, Number(PAGE - (at % PAGE)));
    out.set(machine.ram.readBytes(spa, n), done);
    done += n;
  }
  return out.subarray(0, done);
}

/** Writes into RAM (code that was decoded from there is decoded anew); returns how many bytes landed. */
export function writeMemory(machine: Machine, space: AddressSpace, address: bigint, bytes: Uint8Array): number {
  let done = 0;
  while (done < bytes.length) {
    const at = BigInt.asUintN(64, address + BigInt(done));
    const spa = space.translate(at);
    if (spa === undefined) break;
    const n = Math.min(bytes.length - done, Number(PAGE - (at % PAGE)));
    const written = machine.ram.writeBytes(spa, bytes.subarray(done, done + n));
    done += written;
    if (written < n) break;
  }
  return done;
}
