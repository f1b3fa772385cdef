/** #PF of an access the hypervisor makes on the guest's behalf: CR2, then the exception (§8.2.15). */
import { VECTOR_PF } from '../../engine/arch/exceptions';
import { inject, type Outcome } from '../outcome';
import type { Register64, Vcpu } from '../vcpu';

export function injectPageFault({ vmcb }: Vcpu, { low, high }: Register64, errorCode: number): Outcome {
  vmcb.setHalves('cr2', low, high);
  return inject('guest page tables', VECTOR_PF, errorCode);
}
