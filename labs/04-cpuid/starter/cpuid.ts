/** Answers the guest's CPUID: what the processor says, less SVM, and with a hypervisor in it. */
import { resume, type Handlers } from 'pacifica';

/** What function 4000_0000h spells. */
const VENDOR = 'MyFirstHyper';

/** Four letters as a register holds them, the first in bits 7:0. */
function letters(at: number): number {
  let value = 0;
  for (let n = 0; n < 4; n++) value |= VENDOR.charCodeAt(at + n) << (8 * n);
  return value;
}

export const exits: Handlers = {
  VMEXIT_CPUID(vcpu) {
    // The guest stands on its CPUID: the function is in EAX, a subfunction in ECX, and it wants
    // EAX, EBX, ECX and EDX. Then it wants to go on behind the instruction.
    return resume();
  },
};
