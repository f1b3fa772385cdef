/** Answers the guest's CPUID: what the processor says, less SVM, and with a hypervisor in it. */
import { advance, CPUID, host, type Handlers, type Vcpu } from 'pacifica';

/** What function 4000_0000h spells. */
const VENDOR = 'MyFirstHyper';

/** Four letters as a register holds them, the first in bits 7:0. */
function letters(at: number): number {
  let value = 0;
  for (let n = 0; n < 4; n++) value |= VENDOR.charCodeAt(at + n) << (8 * n);
  return value;
}

/** Bytes of the CPUID the guest stands on: its prefixes, then 0F A2. */
function lengthOfCpuid(vcpu: Vcpu): number {
  let length = 2;
  for (let at = vcpu.rip; vcpu.guest.read8(at) !== 0x0f; at++) length++;
  return length;
}

/** A register with other bits 31:0. */
function withLow(register: bigint, low: number): bigint {
  return (register & ~0xffff_ffffn) | BigInt.asUintN(32, BigInt(low));
}

export const exits: Handlers = {
  VMEXIT_CPUID(vcpu) {
    const leaf = vcpu.eax;
    let { eax, ebx, ecx, edx } = host.cpuid(leaf, vcpu.ecx);
    switch (leaf) {
      case 0x1:
        ecx |= CPUID.HYPERVISOR.mask;
        break;
      case 0x8000_0001:
        ecx &= ~CPUID.SVM.mask;
        break;
      case 0x8000_000a:
        eax = ebx = ecx = edx = 0;
        break;
      case 0x4000_0000:
        eax = 0x4000_0000;
        [ebx, ecx, edx] = [letters(0), letters(4), letters(8)];
        break;
    }
    vcpu.rax = withLow(vcpu.rax, eax);
    vcpu.rbx = withLow(vcpu.rbx, ebx);
    vcpu.rcx = withLow(vcpu.rcx, ecx);
    vcpu.rdx = withLow(vcpu.rdx, edx);
    return vcpu.vmcb.nRip === 0n ? advance(lengthOfCpuid(vcpu)) : advance();
  },
};
