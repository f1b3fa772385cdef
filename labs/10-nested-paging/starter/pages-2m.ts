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

export function setUp(vcpu: Vcpu): void {
  // As in pages-4k.ts.
}

export const exits: Handlers = {
  VMEXIT_NPF(vcpu) {
    const gpa = vcpu.vmcb.exitInfo2;
    // A level less than in pages-4k.ts: the entry of the third table has PS, and the address of 2 MB.
    return resume();
  },
};
