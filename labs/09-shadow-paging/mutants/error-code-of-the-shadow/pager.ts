/** A pager that keeps shadow tables: CR3 points to them, and they lead from GVA to SPA in 4 KB pages. */
import {
  advance,
  CR0_WP,
  flushTlb,
  host,
  inject,
  PF_RW,
  PTE_A,
  PTE_D,
  PTE_FRAME,
  PTE_P,
  PTE_PS,
  PTE_RW,
  PTE_US,
  resume,
  VECTOR_PF,
  type Handlers,
  type Vcpu,
} from 'pacifica';

/** The guest's own CR3. The one in the VMCB is the shadow's. */
let guestCr3 = 0n;

// The guest's tables

interface GuestPage {
  /** All four levels have P = 1. */
  readonly present: boolean;
  /** GPA of the byte the address names. */
  readonly gpa: bigint;
  /** R/W and U/S of all levels together. */
  readonly writable: boolean;
  readonly user: boolean;
  /** The last entry has D = 1. */
  readonly dirty: boolean;
  /** GPAs of the entries on the way, the last one last. */
  readonly entries: readonly bigint[];
}

/** Walks the guest's tables as the processor would, and marks nothing. A large page looks like the 4 KB page of it that is asked for. */
function guestWalk(vcpu: Vcpu, gva: bigint): GuestPage {
  const entries: bigint[] = [];
  let table = guestCr3 & PTE_FRAME;
  let rights = PTE_RW | PTE_US;
  for (let shift = 39n; ; shift -= 9n) {
    const place = table + ((gva >> shift) & 511n) * 8n;
    const entry = vcpu.guest.isMemory(place, 8) ? vcpu.guest.read64(place) : 0n;
    entries.push(place);
    rights &= entry;
    const last = shift === 12n || (shift === 21n && (entry & PTE_PS) !== 0n);
    if (last || (entry & PTE_P) === 0n) {
      const offset = (1n << shift) - 1n;
      return {
        present: (entry & PTE_P) !== 0n,
        gpa: (entry & PTE_FRAME & ~offset) | (gva & offset),
        writable: (rights & PTE_RW) !== 0n,
        user: (rights & PTE_US) !== 0n,
        dirty: (entry & PTE_D) !== 0n,
        entries,
      };
    }
    table = entry & PTE_FRAME;
  }
}

/** Sets bits in an entry of the guest's. */
function mark(vcpu: Vcpu, entry: bigint, bits: bigint): void {
  vcpu.guest.write64(entry, vcpu.guest.read64(entry) | bits);
}

// The shadow

const EMPTY = new Uint8Array(4096);
/** Pages for tables; the first is the top one, of `used` of them the shadow is made now. */
const tables: bigint[] = [];
let used = 0;

/** A table with nothing in it. */
function freshTable(): bigint {
  if (used === tables.length) tables.push(host.allocatePage());
  const table = tables[used++]!;
  host.memory.writeBytes(table, EMPTY);
  return table;
}

/** SPA of the last-level entry of an address, with all tables above it. Those are open for everything: the last level decides. */
function shadowEntry(gva: bigint): bigint {
  let table = tables[0]!;
  for (let shift = 39n; shift > 12n; shift -= 9n) {
    const place = table + ((gva >> shift) & 511n) * 8n;
    if (host.memory.read64(place) === 0n) host.memory.write64(place, freshTable() | PTE_P | PTE_RW | PTE_US);
    table = host.memory.read64(place) & PTE_FRAME;
  }
  return table + ((gva >> 12n) & 511n) * 8n;
}

/** Empties the shadow. */
function dropAll(): void {
  used = 0;
  freshTable();
  flushTlb();
}

// Exits

export function setUp(vcpu: Vcpu): void {
  guestCr3 = vcpu.vmcb.cr3;
  vcpu.vmcb.cr3 = freshTable();
  // without it the guest's kernel could write to read-only pages of the shadow
  vcpu.vmcb.cr0 |= CR0_WP;
  vcpu.intercept('EXCEPTION_PF', true);
  vcpu.intercept('INVLPG', true);
  vcpu.intercept('CR3_WRITE', true);
}

/** General registers by the numbers the processor gives them. */
// prettier-ignore
const GPRS = [
  'rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15',
] as const;

export const exits: Handlers = {
  VMEXIT_EXCP_PF(vcpu) {
    const { exitInfo1: errorCode, exitInfo2: gva } = vcpu.vmcb;
    const write = (errorCode & PF_RW) !== 0n;
    const page = guestWalk(vcpu, gva);
    if (!page.present || (write && !page.writable)) {
      vcpu.vmcb.cr2 = gva;
      return inject(VECTOR_PF, errorCode);
    }
    for (const entry of page.entries) mark(vcpu, entry, PTE_A);
    if (write) mark(vcpu, page.entries.at(-1)!, PTE_D);
    const open = page.writable && (write || page.dirty);
    const rights = PTE_P | (open ? PTE_RW : 0n) | (page.user ? PTE_US : 0n);
    host.memory.write64(shadowEntry(gva), (vcpu.guest.spaOf(page.gpa) & PTE_FRAME) | rights);
    return resume();
  },

  VMEXIT_INVLPG(vcpu) {
    host.memory.write64(shadowEntry(vcpu.vmcb.exitInfo1), 0n);
    flushTlb();
    return advance();
  },

  VMEXIT_CR3_WRITE(vcpu) {
    const register = GPRS[Number(vcpu.vmcb.exitInfo1 & 15n)]!;
    guestCr3 = vcpu[register];
    dropAll();
    return advance();
  },
};
