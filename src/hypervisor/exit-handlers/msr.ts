/**
 * RDMSR and WRMSR of what is not let through (§15.11). EFER is shown without SVME; the TSC, PAT without nested paging and the local APIC
 * are the guest's own; any other is a register of the guest's by the processor's rules, if its processor has one, else #GP(0).
 */
import { MSR_EFER, MSR_PAT, MSR_TSC } from '../../engine/arch/msr';
import { MEMORY_TYPES } from '../../engine/arch/paging';
import {
  CR0_PG,
  EFER_FFXSR,
  EFER_LMA,
  EFER_LME,
  EFER_NXE,
  EFER_SCE,
  EFER_SVME,
  RAX,
  RCX,
  RDX,
} from '../../engine/arch/registers';
import { guestHas } from '../guest-features';
import { isMsrOfGuests, readGuestMsr, writeGuestMsr } from '../guest-msrs';
import { advance, generalProtection, type Outcome } from '../outcome';
import type { Vcpu } from '../vcpu';
import type { Vm } from '../vm';
import type { ExitHandler } from './exit-handler';
import { guestTsc } from './time-stamp';

/** EXITINFO1: 1 is WRMSR. */
const WRITE = 1;
const EFER_VALID = EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE;

export const msr: ExitHandler = (vm) => {
  const { vcpu } = vm;
  const number = vcpu.gpr(RCX).low >>> 0;
  const write = (vcpu.vmcb.low('exitInfo1') & WRITE) !== 0;
  if (vcpu.board.interrupts.hasMsr(number)) return localApic(vcpu, number, write);
  switch (number) {
    case MSR_EFER:
      return write ? writeEfer(vcpu) : readEfer(vcpu);
    case MSR_TSC:
      return write ? writeTsc(vcpu) : answer(vcpu, ...guestTsc(vcpu));
    case MSR_PAT:
      return write ? writePat(vcpu) : answer(vcpu, ...vcpu.state.pat);
    default:
      return isMsrOfGuests(vcpu.host, number) ? own(vcpu, number, write) : unknown(vm, number, write);
  }
};

/** APIC_BASE, and x2APIC's. §16.3.1, §16.11 */
function localApic(vcpu: Vcpu, number: number, write: boolean): Outcome {
  const { interrupts } = vcpu.board;
  if (write) {
    const taken = interrupts.writeMsr(number, vcpu.gpr(RAX).low >>> 0, vcpu.gpr(RDX).low >>> 0);
    return taken ? advance(interrupts.name) : generalProtection(interrupts.name);
  }
  const value = interrupts.readMsr(number);
  return value ? answer(vcpu, value.low | 0, value.high | 0) : generalProtection(interrupts.name);
}

function own(vcpu: Vcpu, number: number, write: boolean): Outcome {
  if (write) {
    const taken = writeGuestMsr(vcpu, number, vcpu.gpr(RAX).low, vcpu.gpr(RDX).low);
    return taken ? advance('msr') : generalProtection('msr');
  }
  const value = readGuestMsr(vcpu, number);
  return value ? answer(vcpu, ...value) : generalProtection('msr');
}

function unknown(vm: Vm, number: number, write: boolean): Outcome {
  vm.vcpu.host.announceUnknownMsr(number, write);
  return generalProtection('msr');
}

function answer(vcpu: Vcpu, low: number, high: number): Outcome {
  vcpu.setGpr32(RAX, low);
  vcpu.setGpr32(RDX, high);
  return advance('msr');
}

function readEfer(vcpu: Vcpu): Outcome {
  return answer(vcpu, vcpu.guestControls.efer & ~EFER_SVME, 0);
}

/** The guest's own rules of EFER; VMRUN needs SVME, so it stays set behind its back. §3.1.7 */
function writeEfer(vcpu: Vcpu): Outcome {
  const low = vcpu.gpr(RAX).low;
  const { efer: old, cr0 } = vcpu.guestControls;
  const valid = guestHas(vcpu, 'FFXSR') ? EFER_VALID | EFER_FFXSR : EFER_VALID;
  if (vcpu.gpr(RDX).low !== 0 || (low & ~valid) !== 0) return generalProtection('msr');
  if (((low ^ old) & EFER_LME) !== 0 && (cr0 & CR0_PG) !== 0) return generalProtection('msr');
  vcpu.setGuestControls({ efer: (low & ~EFER_LMA) | (old & EFER_LMA) });
  if (((low ^ old) & EFER_NXE) !== 0) vcpu.flushTranslations();
  return advance('msr');
}

/** Each byte is a memory type. §7.8.1 */
function writePat(vcpu: Vcpu): Outcome {
  const halves = [vcpu.gpr(RAX).low, vcpu.gpr(RDX).low] as const;
  const types = halves.flatMap((half) => [0, 8, 16, 24].map((shift) => (half >>> shift) & 0xff));
  if (!types.every((byte) => MEMORY_TYPES.some(({ type }) => type === byte))) return generalProtection('msr');
  vcpu.state.pat = halves;
  return advance('msr');
}

/** The guest's counter is set by its offset: the host's is not touched. §15.30.5 */
function writeTsc(vcpu: Vcpu): Outcome {
  const [low, high] = vcpu.host.readMsr(MSR_TSC);
  const wanted = vcpu.gpr(RAX).low >>> 0;
  const borrow = wanted < low >>> 0 ? 1 : 0;
  vcpu.vmcb.setHalves('tscOffset', (wanted - (low >>> 0)) | 0, (vcpu.gpr(RDX).low - high - borrow) | 0);
  return advance('msr');
}
