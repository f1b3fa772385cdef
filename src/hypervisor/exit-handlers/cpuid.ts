/** CPUID: the processor's answer, less SVM, plus the hypervisor's own functions (volume 3, appendix E). */
import { CPUID_FEATURES, SVM_LEAF } from '../../engine/arch/cpuid';
import { RAX, RBX, RCX, RDX } from '../../engine/arch/registers';
import { advance } from '../outcome';
import type { ExitHandler } from './exit-handler';
import { VMMCALL_VERSION } from './vmmcall';

const STANDARD_FEATURES = 0x0000_0001;
const HYPERVISOR_LEAF = 0x4000_0000;
/** Function 4000_0001h: EAX is the version of the VMMCALL interface. */
const HYPERVISOR_INTERFACE = 0x4000_0001;
const LARGEST_EXTENDED = 0x8000_0000;
const EXTENDED_FEATURES = 0x8000_0001;
const VENDOR = 'PacificaHV\0\0';

export const cpuid: ExitHandler = ({ vcpu }) => {
  const leaf = vcpu.gpr(RAX).low >>> 0;
  const subleaf = vcpu.gpr(RCX).low;
  let { eax, ebx, ecx, edx } = vcpu.host.cpuid(leaf, subleaf);
  switch (leaf) {
    case STANDARD_FEATURES:
      ecx |= 1 << CPUID_FEATURES.HYPERVISOR.bit;
      break;
    case LARGEST_EXTENDED:
      if (eax >>> 0 >= SVM_LEAF) eax = SVM_LEAF - 1;
      break;
    case EXTENDED_FEATURES:
      ecx &= ~(1 << CPUID_FEATURES.SVM.bit);
      break;
    case SVM_LEAF:
      eax = ebx = ecx = edx = 0;
      break;
    case HYPERVISOR_LEAF:
      eax = HYPERVISOR_INTERFACE;
      [ebx, ecx, edx] = [word(0), word(4), word(8)];
      break;
    case HYPERVISOR_INTERFACE:
      eax = VMMCALL_VERSION;
      ebx = ecx = edx = 0;
      break;
  }
  vcpu.setGpr32(RAX, eax);
  vcpu.setGpr32(RBX, ebx);
  vcpu.setGpr32(RCX, ecx);
  vcpu.setGpr32(RDX, edx);
  return advance('cpuid');
};

function word(at: number): number {
  let value = 0;
  for (let n = 0; n < 4; n++) value |= VENDOR.charCodeAt(at + n) << (8 * n);
  return value;
}
