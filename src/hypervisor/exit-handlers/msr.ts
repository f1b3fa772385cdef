/** RDMSR and WRMSR of what is not let through (§15.11): EFER without its SVME bit, the TSC; anything else raises #GP(0). */
import { MSR_EFER, MSR_TSC } from '../../engine/arch/msr';
import { CR0_PG, EFER_LMA, EFER_LME, EFER_NXE, EFER_SCE, EFER_SVME, RAX, RCX, RDX } from '../../engine/arch/registers';
import { TLB_CONTROL_FLUSH_ASID } from '../../engine/arch/vmcb';
import { advance, generalProtection, type Outcome } from '../outcome';
import type { Vcpu } from '../vcpu';
import type { Vm } from '../vm';
import type { ExitHandler } from './exit-handler';

/** EXITINFO1: 1 is WRMSR. */
const WRITE = 1;
const EFER_VALID = EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE;
const TWO32 = 0x1_0000_0000;

export const msr: ExitHandler = (vm) => {
  const { vcpu } = vm;
  const number = vcpu.gpr(RCX).low >>> 0;
  const write = (vcpu.vmcb.low('exitInfo1') & WRITE) !== 0;
  switch (number) {
    case MSR_EFER:
      return write ? writeEfer(vcpu) : readEfer(vcpu);
    case MSR_TSC:
      return write ? writeTsc(vcpu) : readTsc(vcpu);
    default:
      return unknown(vm, number, write);
  }
};

function unknown(vm: Vm, number: number, write: boolean): Outcome {
  vm.unknownMsrs.set(number, (vm.unknownMsrs.get(number) ?? 0) + 1);
  vm.vcpu.host.announceUnknownMsr(number, write);
  return generalProtection('msr');
}

function answer(vcpu: Vcpu, low: number, high: number): Outcome {
  vcpu.setGpr32(RAX, low);
  vcpu.setGpr32(RDX, high);
  return advance('msr');
}

function readEfer(vcpu: Vcpu): Outcome {
  return answer(vcpu, vcpu.vmcb.low('efer') & ~EFER_SVME, 0);
}

/** The guest's own rules of EFER; VMRUN needs SVME, so it stays set behind its back. §3.1.7 */
function writeEfer(vcpu: Vcpu): Outcome {
  const { vmcb } = vcpu;
  const low = vcpu.gpr(RAX).low;
  const old = vmcb.low('efer');
  if (vcpu.gpr(RDX).low !== 0 || (low & ~EFER_VALID) !== 0) return generalProtection('msr');
  if (((low ^ old) & EFER_LME) !== 0 && (vmcb.low('cr0') & CR0_PG) !== 0) return generalProtection('msr');
  vmcb.set('efer', (low & ~EFER_LMA) | (old & EFER_LMA) | EFER_SVME);
  if (((low ^ old) & EFER_NXE) !== 0) vmcb.set('tlbControl', TLB_CONTROL_FLUSH_ASID);
  return advance('msr');
}

/** The host's TSC and TSC_OFFSET, as 64-bit sums. §15.30.5 */
function readTsc(vcpu: Vcpu): Outcome {
  const [low, high] = vcpu.host.readMsr(MSR_TSC);
  const sum = (low >>> 0) + (vcpu.vmcb.low('tscOffset') >>> 0);
  return answer(vcpu, sum | 0, (high + vcpu.vmcb.high('tscOffset') + (sum >= TWO32 ? 1 : 0)) | 0);
}

function writeTsc(vcpu: Vcpu): Outcome {
  const [low, high] = vcpu.host.readMsr(MSR_TSC);
  const wanted = vcpu.gpr(RAX).low >>> 0;
  const borrow = wanted < low >>> 0 ? 1 : 0;
  vcpu.vmcb.setHalves('tscOffset', (wanted - (low >>> 0)) | 0, (vcpu.gpr(RDX).low - high - borrow) | 0);
  return advance('msr');
}
