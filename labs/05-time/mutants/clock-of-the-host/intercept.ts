/** Second way: every RDTSC is a #VMEXIT, and you answer it. */
import { advance, type Handlers, type Vcpu } from 'pacifica';

/** Called once, before the first VMRUN. */
export function setUp(vcpu: Vcpu): void {
  vcpu.intercept('RDTSC', true);
}

export const exits: Handlers = {
  VMEXIT_RDTSC(vcpu) {
    // the time of the exit: what the handler takes is not in it
    const time = vcpu.exitTsc;
    vcpu.rax = time & 0xffff_ffffn;
    vcpu.rdx = time >> 32n;
    return advance();
  },
};
