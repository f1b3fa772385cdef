/** A pager for nested paging: 4 KB pages, mapped when the guest first touches them. */
import {
  host,
  inject,
  NP_ENABLE,
  NPF_RW,
  PTE_FRAME,
  PTE_P,
  PTE_RW,
  PTE_US,
  resume,
  VECTOR_GP,
  type Handlers,
  type Vcpu,
} from 'pacifica';

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
    if (!vcpu.guest.isMemory(gpa)) return inject(VECTOR_GP, 0);
    // no more than was asked for
    const rights = PTE_P | PTE_US | ((vcpu.vmcb.exitInfo1 & NPF_RW) !== 0n ? PTE_RW : 0n);
    host.memory.write64(nestedEntry(gpa), (vcpu.guest.spaOf(gpa) & PTE_FRAME) | rights);
    return resume();
  },
};
