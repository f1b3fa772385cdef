/**
 * Compares shadow tables with what they stand for: the guest's own tables composed with the map from GPA to SPA. A shadow may hold
 * less than that, and grant less; what it holds must be right. It judges entries, not what CR0.WP makes of them; it reads memory as it is
 * now and changes nothing.
 */
import { PTE_A, PTE_D, PTE_NX_HI, PTE_P, PTE_RW, PTE_US } from '../../engine/arch/paging';
import type { PagingLevel } from '../../engine/arch/paging';
import { CR0_WP, EFER_NXE } from '../../engine/arch/registers';
import type { Ram } from '../../engine/state/ram';
import { formatOf, frameOf, GUEST_LEVELS, isLeaf, isReserved, topTable } from '../../hypervisor/paging/guest-entry';
import type { GuestControls, GuestEntry } from '../../hypervisor/paging/guest-entry';
import type { ShadowMismatch } from '../../labs/workbench';

const PAGE = 0x1000;
/** More say nothing new. */
const MOST = 64;
const LINEAR_BITS = 48;

export interface ShadowQuestion {
  readonly ram: Ram;
  readonly physicalBits: number;
  /** The registers VMRUN walks the shadow with. */
  readonly shadow: GuestControls;
  /** The registers as the guest knows them. */
  readonly guest: GuestControls;
  readonly spaOf: (gpa: number) => number | undefined;
}

/** A page of 4 KB as tables map it. */
interface Mapped {
  readonly frame: number;
  readonly writable: boolean;
  readonly user: boolean;
  readonly executable: boolean;
  readonly reserved: boolean;
  readonly accessed: boolean;
  readonly dirty: boolean;
}

interface Leaf extends Mapped {
  readonly gva: bigint;
  readonly size: number;
}

export function shadowMismatches(question: ShadowQuestion): ShadowMismatch[] {
  const found: ShadowMismatch[] = [];
  for (const leaf of shadowLeaves(question)) {
    for (let offset = 0; offset < leaf.size; offset += PAGE) {
      const gva = leaf.gva + BigInt(offset);
      const wrong = mismatch(question, { ...leaf, frame: leaf.frame + offset }, gva);
      if (wrong) found.push({ gva, ...wrong });
      if (found.length >= MOST) return found;
    }
  }
  return found;
}

type Wrong = Pick<ShadowMismatch, 'kind' | 'text'>;

function mismatch(question: ShadowQuestion, shadow: Mapped, gva: bigint): Wrong | undefined {
  if (shadow.reserved) return { kind: 'reserved', text: 'the shadow entry has a reserved bit set' };
  const guest = guestPage(question, gva);
  if (!guest) return { kind: 'stale', text: 'the shadow maps it, the guest does not' };
  if (guest.reserved) return { kind: 'stale', text: 'the shadow maps it, the guest has a reserved bit set there' };
  const spa = question.spaOf(guest.frame);
  if (spa === undefined) return { kind: 'stale', text: `the shadow maps it, and GPA ${hex(guest.frame)} is no memory` };
  if (spa !== shadow.frame) {
    return { kind: 'wrong-frame', text: `the shadow has SPA ${hex(shadow.frame)}, guest ∘ map is ${hex(spa)}` };
  }
  const supervisorWrites = (question.guest.cr0 & CR0_WP) === 0 && !shadow.user;
  if (shadow.writable && !guest.writable && !supervisorWrites) return tooOpen('writable');
  if (shadow.user && !guest.user) return tooOpen('a user page');
  if (shadow.executable && !guest.executable) return tooOpen('executable');
  if (!guest.accessed) return { kind: 'dirty-missed', text: 'the shadow maps it, and A is 0 in an entry of the guest' };
  if (shadow.writable && !guest.dirty) {
    return { kind: 'dirty-missed', text: 'the shadow lets it be written, and D is 0 in the entry of the guest' };
  }
  return undefined;
}

function tooOpen(what: string): Wrong {
  return { kind: 'too-open', text: `it is ${what} in the shadow and not in the guest` };
}

/** Every page the shadow maps. */
function* shadowLeaves({ ram, physicalBits, shadow }: ShadowQuestion): Generator<Leaf> {
  const format = formatOf(shadow);
  if (format === 'off') return;
  const levels: readonly PagingLevel[] = GUEST_LEVELS[format];
  yield* walk(0, topTable(format, shadow.cr3), 0n, OPEN);

  function* walk(depth: number, table: number, base: bigint, above: Rights): Generator<Leaf> {
    const level = levels[depth]!;
    for (let index = 0; index < 2 ** level.indexBits; index++) {
      const entry = readEntry(ram, table + index * level.entrySize, level);
      if (!entry || (entry.low & PTE_P) === 0) continue;
      const gva = base + (BigInt(index) << BigInt(level.indexShift));
      const leaf = isLeaf(shadow, level, entry);
      const rights = narrowed(above, entry, shadow);
      const reserved = isReserved(shadow, physicalBits, level, entry, leaf);
      const frame = frameOf(level, entry, leaf);
      if (!leaf && !reserved) yield* walk(depth + 1, frame, gva, rights);
      else {
        const size = leaf && !reserved ? level.pageSize : PAGE;
        yield { gva: canonical(gva), size, frame, ...rights, reserved, accessed: true, dirty: true };
      }
    }
  }
}

interface Rights {
  readonly writable: boolean;
  readonly user: boolean;
  readonly executable: boolean;
}
const OPEN: Rights = { writable: true, user: true, executable: true };

function narrowed(above: Rights, { low, high }: GuestEntry, { efer }: GuestControls): Rights {
  return {
    writable: above.writable && (low & PTE_RW) !== 0,
    user: above.user && (low & PTE_US) !== 0,
    executable: above.executable && ((efer & EFER_NXE) === 0 || (high & PTE_NX_HI) === 0),
  };
}

/** The guest's own tables, walked through its memory. Undefined: not present. */
function guestPage({ ram, physicalBits, guest, spaOf }: ShadowQuestion, gva: bigint): Mapped | undefined {
  const format = formatOf(guest);
  const linear = BigInt.asUintN(LINEAR_BITS, gva);
  if (format === 'off') {
    return { frame: Number(linear), ...OPEN, reserved: false, accessed: true, dirty: true };
  }
  let table = topTable(format, guest.cr3);
  let rights = OPEN;
  let accessed = true;
  for (const level of GUEST_LEVELS[format] as readonly PagingLevel[]) {
    const index = Number((linear >> BigInt(level.indexShift)) & ((1n << BigInt(level.indexBits)) - 1n));
    const spa = spaOf(table + index * level.entrySize);
    const entry = spa === undefined ? undefined : readEntry(ram, spa, level);
    if (!entry || (entry.low & PTE_P) === 0) return undefined;
    const leaf = isLeaf(guest, level, entry);
    // a PDPE of PAE paging is loaded with CR3: it has no rights and no A (§5.2.3)
    if (format !== 'pae' || level.level !== 3) {
      rights = narrowed(rights, entry, guest);
      accessed &&= (entry.low & PTE_A) !== 0;
    }
    const reserved = isReserved(guest, physicalBits, level, entry, leaf);
    const frame = frameOf(level, entry, leaf);
    if (leaf || reserved) {
      const offset = leaf ? Number(linear % BigInt(level.pageSize)) : 0;
      const dirty = (entry.low & PTE_D) !== 0;
      return { frame: frame + offset - (offset % PAGE), ...rights, reserved, accessed, dirty };
    }
    table = frame;
  }
  throw new Error('the last level is 1');
}

function readEntry(ram: Ram, spa: number, { entrySize }: PagingLevel): GuestEntry | undefined {
  if (ram.offset(spa) < 0) return undefined;
  return { low: ram.read32(spa), high: entrySize === 8 ? ram.read32(spa + 4) : 0 };
}

function canonical(gva: bigint): bigint {
  return BigInt.asUintN(64, BigInt.asIntN(LINEAR_BITS, gva));
}

function hex(value: number): string {
  return `${value.toString(16).toUpperCase()}h`;
}
