/** Second way: every RDTSC is a #VMEXIT, and you answer it. */
import { advance, host, type Handlers, type Vcpu } from 'pacifica';

/** Ticks this guest has been paused, all pauses together. */
const paused = 0n;

/** Called once, before the first VMRUN. */
export function setUp(vcpu: Vcpu): void {
  // Intercept RDTSC: vcpu.intercept('RDTSC', true) sets bit 14 of the word at 00Ch.
}

/** Called right before each VMRUN of this guest: its pause ends now. */
export function beforeEntry(vcpu: Vcpu): void {
  // Add the pause to the sum.
}

export const exits: Handlers = {
  VMEXIT_RDTSC(vcpu) {
    // What does the guest's clock show at this #VMEXIT? Bits 31:0 go to EAX, bits 63:32 to EDX.
    return advance();
  },
};
