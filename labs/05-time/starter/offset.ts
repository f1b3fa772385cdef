/** First way: TSC_OFFSET. The guest executes RDTSC itself, and the processor adds what you put into the VMCB. */
import { host, type Vcpu } from 'pacifica';

/** Called right before each VMRUN of this guest: its pause ends now. */
export function beforeEntry(vcpu: Vcpu): void {
  // The pause began when the counter showed vcpu.exitTsc; it shows host.tsc now. Take the pause out of the guest's clock.
}
