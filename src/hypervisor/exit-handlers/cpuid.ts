/** CPUID: the processor's answer, less SVM, plus the hypervisor's own functions (volume 3, appendix E). */
import { CPUID_FEATURES, SVM_LEAF } from '../../engine/arch/cpuid';
import { CR4_OSXSAVE, RAX, RBX, RCX, RDX } from '../../engine/arch/registers';
import { hiddenFeatures } from '../guest-features';
import { advance } from '../outcome';
import type { ExitHandler } from './exit-handler';
import { VMMCALL_VERSION } from './vmmcall';

const STANDARD_FEATURES = 0x0000_0001;
/** Has subfunctions. */
const STRUCTURED_FEATURES = 0x7;
const HYPERVISOR_LEAF = 0x4000_0000;
/** Function 4000_0001h: EAX is the version of the VMMCALL interface. */
const HYPERVISOR_INTERFACE = 0x4000_0001;
const LARGEST_EXTENDED = 0x8000_0000;
const EXTENDED_FEATURES = 0x8000_0001;
const VENDOR = 'PacificaHV\0\0';

/** Functions that repeat others: 8000_0001h has some bits of 1. */
const APIC_LEAVES = [STANDARD_FEATURES, EXTENDED_FEATURES];

export const cpuid: ExitHandler = ({ vcpu }) => {
  const leaf = vcpu.gpr(RAX).low >>> 0;
  const subleaf = vcpu.gpr(RCX).low;
  let { eax, ebx, ecx, edx } = vcpu.host.cpuid(leaf, subleaf);
  switch (leaf) {
    case STANDARD_FEATURES:
      ecx |= 1 << CPUID_FEATURES.HYPERVISOR.bit;
      ecx &= ~(1 << CPUID_FEATURES.OSXSAVE.bit);
      if ((vcpu.guestControls.cr4 & CR4_OSXSAVE) !== 0) ecx |= 1 << CPUID_FEATURES.OSXSAVE.bit;
      break;
    case LARGEST_EXTENDED:
      if (eax >>> 0 >= SVM_LEAF) eax = SVM_LEAF - 1;
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
  // The local APIC is shown while APIC_BASE.AE enables it. §16.3.1
  if (APIC_LEAVES.includes(leaf) && !vcpu.board.interrupts.enabled) edx &= ~(1 << CPUID_FEATURES.APIC.bit);
  for (const name of hiddenFeatures(vcpu)) {
    const feature = CPUID_FEATURES[name];
    if (feature.leaf !== leaf || (leaf === STRUCTURED_FEATURES && subleaf !== feature.subleaf)) continue;
    if (feature.register === 'ecx') ecx &= ~(1 << feature.bit);
    else if (feature.register === 'ebx') ebx &= ~(1 << feature.bit);
    else if (feature.register === 'edx') edx &= ~(1 << feature.bit);
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
