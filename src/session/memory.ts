/** Memory as tools read it: by virtual, guest-physical or system-physical address. Reading changes nothing: no A or D bit, no fault. */
import type { Machine } from '../engine/machine/machine';
import { explainWalk } from '../engine/mmu/explain-walk';
import type { PagingRegisters } from '../engine/mmu/explain-walk';

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
