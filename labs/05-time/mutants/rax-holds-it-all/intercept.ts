/** Second way: every RDTSC is a #VMEXIT, and you answer it. */
import { advance, host, type Handlers, type Vcpu } from 'pacifica';

/** Ticks this guest has been paused, all pauses together. */
let paused = 0n;

/** Called once, before the first VMRUN. */
export function setUp(vcpu: Vcpu): void {
  vcpu.intercept('RDTSC', true);
}

/** Called right before each VMRUN of this guest: its pause ends now. */
export function beforeEntry(vcpu: Vcpu): void {
  paused += host.tsc - vcpu.exitTsc;
}

export const exits: Handlers = {
  VMEXIT_RDTSC(vcpu) {
    const time = vcpu.exitTsc - paused;
    vcpu.rax = time;
    vcpu.rdx = time >> 32n;
    return advance();
  },
};
