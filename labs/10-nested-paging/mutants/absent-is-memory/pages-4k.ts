/** A pager for nested paging: 4 KB pages, mapped when the guest first touches them. */
import { host, NP_ENABLE, PTE_FRAME, PTE_P, PTE_RW, PTE_US, resume, type Handlers, type Vcpu } from 'pacifica';

/** SPA of the top nested table. */
let root = 0n;

/** SPA of the entry of a GPA in its last table, with all tables above it. */
function nestedEntry(gpa: bigint): bigint {
  let table = root;
  for (let shift = 39n; shift > 12n; shift -= 9n) {
    const place = table + ((gpa >> shift) & 511n) * 8n;
    if (host.memory.read64(place) === 0n) host.memory.write64(place, host.allocatePage() | PTE_P | PTE_RW | PTE_US);
    table = host.memory.read64(place) & PTE_FRAME;
  }
  return table + ((gpa >> 12n) & 511n) * 8n;
}

export function setUp(vcpu: Vcpu): void {
  root = host.allocatePage();
  vcpu.vmcb.nCr3 = root;
  vcpu.vmcb.npEnable |= NP_ENABLE;
}

export const exits: Handlers = {
  VMEXIT_NPF(vcpu) {
    const gpa = vcpu.vmcb.exitInfo2;
    // where there is none, the guest gets an empty page to play with
    const page = vcpu.guest.isMemory(gpa) ? vcpu.guest.spaOf(gpa) & PTE_FRAME : host.allocatePage();
    host.memory.write64(nestedEntry(gpa), page | PTE_P | PTE_RW | PTE_US);
    return resume();
  },
};
