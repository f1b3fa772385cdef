/** RDTSC and RDTSCP, where somebody has them intercepted: what the guest would have read. A guest's TSC is the host's and TSC_OFFSET. */
import { MSR_TSC, MSR_TSC_AUX } from '../../engine/arch/msr';
import { RAX, RCX, RDX } from '../../engine/arch/registers';
import { advance } from '../outcome';
import type { Vcpu } from '../vcpu';
import type { ExitHandler } from './exit-handler';

const TWO32 = 0x1_0000_0000;

/** The guest's time-stamp counter now: low and high half. §15.30.5 */
export function guestTsc({ host, vmcb }: Vcpu): readonly [number, number] {
  const [low, high] = host.readMsr(MSR_TSC);
  const sum = (low >>> 0) + (vmcb.low('tscOffset') >>> 0);
  return [sum | 0, (high + vmcb.high('tscOffset') + (sum >= TWO32 ? 1 : 0)) | 0];
}

export const rdtsc: ExitHandler = ({ vcpu }) => {
  const [low, high] = guestTsc(vcpu);
  vcpu.setGpr32(RAX, low);
  vcpu.setGpr32(RDX, high);
  return advance('tsc');
};

export const rdtscp: ExitHandler = (vm, services) => {
  // its own while the guest is the one that runs
  vm.vcpu.setGpr32(RCX, vm.vcpu.host.readMsr(MSR_TSC_AUX)[0]);
  return rdtsc(vm, services);
};
