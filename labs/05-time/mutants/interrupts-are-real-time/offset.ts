/** First way: TSC_OFFSET. The guest executes RDTSC itself, and the processor adds what you put into the VMCB. */
import { EXITCODE, host, type Vcpu } from 'pacifica';

/** Called right before each VMRUN of this guest: its pause ends now. */
export function beforeEntry(vcpu: Vcpu): void {
  // An interrupt comes from outside: that time has really passed.
  if (vcpu.vmcb.exitCode === EXITCODE.VMEXIT_INTR) return;
  vcpu.vmcb.tscOffset -= host.tsc - vcpu.exitTsc;
}
