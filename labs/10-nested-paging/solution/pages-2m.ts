/** A pager for nested paging: 2 MB pages, mapped when the guest first touches one. */
import {
  host,
  inject,
  NP_ENABLE,
  PTE_FRAME,
  PTE_P,
  PTE_PS,
  PTE_RW,
  PTE_US,
  resume,
  VECTOR_GP,
  type Handlers,
  type Vcpu,
} from 'pacifica';

const LARGE_PAGE = 0x20_0000n;

/** SPA of the top nested table. */
let root = 0n;

/** SPA of the entry of a GPA in its third table, with the tables above it. */
function nestedEntry(gpa: bigint): bigint {
  let table = root;
  for (let shift = 39n; shift > 21n; shift -= 9n) {
    const place = table + ((gpa >> shift) & 511n) * 8n;
    if (host.memory.read64(place) === 0n) host.memory.write64(place, host.allocatePage() | PTE_P | PTE_RW | PTE_US);
    table = host.memory.read64(place) & PTE_FRAME;
  }
  return table + ((gpa >> 21n) & 511n) * 8n;
}

export function setUp(vcpu: Vcpu): void {
  root = host.allocatePage();
  vcpu.vmcb.nCr3 = root;
  vcpu.vmcb.npEnable |= NP_ENABLE;
}

export const exits: Handlers = {
  VMEXIT_NPF(vcpu) {
    const gpa = vcpu.vmcb.exitInfo2;
    if (!vcpu.guest.isMemory(gpa)) return inject(VECTOR_GP, 0);
    const page = gpa - (gpa % LARGE_PAGE);
    host.memory.write64(nestedEntry(gpa), vcpu.guest.spaOf(page) | PTE_P | PTE_RW | PTE_US | PTE_PS);
    return resume();
  },
};
