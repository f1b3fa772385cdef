/**
 * MOV from and to CR0, CR3 and CR4, SMSW, LMSW, CLTS and INVLPG under shadow paging: the guest reads and writes registers of its own,
 * by the processor's rules; what the processor has follows from them (§15.9). The intercept is behind the checks of the value.
 */
import { EXIT_CODES } from '../../engine/arch/exit-codes';
import {
  CR0_AM,
  CR0_CD,
  CR0_EM,
  CR0_ET,
  CR0_LMSW_MASK,
  CR0_MP,
  CR0_NE,
  CR0_NW,
  CR0_PE,
  CR0_PG,
  CR0_TS,
  CR0_WP,
  CR4_PAE,
  EFER_LMA,
  EFER_LME,
} from '../../engine/arch/registers';
import { ATTRIB_L, VMCB } from '../../engine/arch/vmcb';
import { advance, generalProtection, type Outcome } from '../outcome';
import { ShadowPaging } from '../paging/shadow';
import type { Register64, Vcpu } from '../vcpu';
import type { ExitHandler } from './exit-handler';
import { instructionAt, is64Bit, type FoundInstruction } from './instruction';
import { fetch, locate, store } from './operand';
import { unexpected } from './unexpected';

const BY = 'shadow paging';
const CR0_VALID = CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_NW | CR0_CD | CR0_PG;
/** EXITINFO1 with decode assists: bit 63, and the general register. §15.8.1 */
const INFO_MOV_HI = 0x8000_0000;
const INFO_GPR = 0xf;
const CLTS = 0x06;
const TWO32 = 0x1_0000_0000;

export const controlRead: ExitHandler = (vm, services) => {
  const { vcpu } = vm;
  if (!(vm.memory instanceof ShadowPaging)) return unexpected(vm, services);
  const { vmcb } = vcpu;
  const cr = vmcb.int(VMCB.exitCode.offset) - EXIT_CODES.VMEXIT_CR0_READ.code;
  const { cr0, cr3, cr4 } = vcpu.guestControls;
  const value = cr === 0 ? cr0 : cr === 3 ? cr3 : cr4;
  const high = Math.floor(value / TWO32);
  const gpr = movedRegister(vcpu);
  if (gpr !== undefined) {
    vcpu.setGpr(gpr, value | 0, high);
    return advance(BY);
  }
  const found = instructionAt(vcpu);
  if (!found) return unexpected(vm, services);
  if (found.opcode !== 0x20) return storeStatusWord(vcpu, found, value) ?? advance(BY);
  vcpu.setGpr(found.operand as number, value | 0, high);
  return advance(BY);
};

export const controlWrite: ExitHandler = (vm, services) => {
  const { vcpu } = vm;
  if (!(vm.memory instanceof ShadowPaging)) return unexpected(vm, services);
  const { vmcb } = vcpu;
  const cr = vmcb.int(VMCB.exitCode.offset) - EXIT_CODES.VMEXIT_CR0_WRITE.code;
  const gpr = movedRegister(vcpu);
  if (gpr !== undefined) return write(vcpu, cr, vcpu.gpr(gpr));
  const found = instructionAt(vcpu);
  if (!found) return unexpected(vm, services);
  const { cr0 } = vcpu.guestControls;
  if (found.opcode === 0x22) return write(vcpu, cr, vcpu.gpr(found.operand as number));
  if (found.opcode === CLTS) return write(vcpu, 0, { low: cr0 & ~CR0_TS, high: 0 });
  // LMSW: PE can be set, not cleared.
  const word = loadStatusWord(vcpu, found);
  if (typeof word !== 'number') return word;
  return write(vcpu, 0, { low: (cr0 & ~(CR0_LMSW_MASK & ~CR0_PE)) | (word & CR0_LMSW_MASK), high: 0 });
};

/** The shadow is in step with the guest's tables at every exit, so only what the processor has cached is left to drop. */
export const invlpg: ExitHandler = (vm, services) => {
  const { vcpu } = vm;
  if (!(vm.memory instanceof ShadowPaging)) return unexpected(vm, services);
  vcpu.flushTranslations();
  return advance(BY);
};

/** The general register of a MOV, if the processor says it. */
function movedRegister({ vmcb }: Vcpu): number | undefined {
  if ((vmcb.high('exitInfo1') & INFO_MOV_HI) === 0) return undefined;
  return vmcb.low('exitInfo1') & INFO_GPR;
}

function write(vcpu: Vcpu, cr: number, { low, high }: Register64): Outcome {
  if (cr === 0) return writeCr0(vcpu, low);
  if (cr === 4) vcpu.setGuestControls({ cr4: low >>> 0 });
  // Outside 64-bit mode the operand has 32 bits.
  else vcpu.setGuestControls({ cr3: (low >>> 0) + (is64Bit(vcpu) ? high >>> 0 : 0) * TWO32 });
  vcpu.flushTranslations();
  return advance(BY);
}

/** What the processor could not check, for it has paging on already. §14.6 */
function writeCr0(vcpu: Vcpu, low: number): Outcome {
  const { cr0, cr4, efer } = vcpu.guestControls;
  const value = ((low & CR0_VALID) | CR0_ET) >>> 0;
  const starts = (value & CR0_PG) !== 0 && (cr0 & CR0_PG) === 0;
  const long = (efer & EFER_LME) !== 0;
  if (starts && long && ((cr4 & CR4_PAE) === 0 || (vcpu.vmcb.low('csAttrib') & ATTRIB_L) !== 0)) {
    return generalProtection(BY);
  }
  const active = long && (value & CR0_PG) !== 0;
  vcpu.setGuestControls({ cr0: value, efer: active ? efer | EFER_LMA : efer & ~EFER_LMA });
  if (((value ^ cr0) & (CR0_PG | CR0_WP | CR0_PE)) !== 0) vcpu.flushTranslations();
  return advance(BY);
}

/** SMSW: a register gets as much as its size holds, memory 16 bits. */
function storeStatusWord(vcpu: Vcpu, { operand, operandSize }: FoundInstruction, cr0: number): Outcome | undefined {
  if (typeof operand === 'number') {
    const { low, high } = vcpu.gpr(operand);
    if (operandSize === 2) vcpu.setGpr(operand, (low & ~0xffff) | (cr0 & 0xffff), high);
    else vcpu.setGpr(operand, cr0 | 0, 0);
    return undefined;
  }
  const { segment, offset } = operand!;
  const place = locate(vcpu, segment, offset, 2, true);
  if ('kind' in place) return place;
  store(vcpu, place, cr0 & 0xffff, 2);
  return undefined;
}

function loadStatusWord(vcpu: Vcpu, { operand }: FoundInstruction): number | Outcome {
  if (typeof operand === 'number') return vcpu.gpr(operand).low & 0xffff;
  const { segment, offset } = operand!;
  const place = locate(vcpu, segment, offset, 2, false);
  return 'kind' in place ? place : fetch(vcpu, place, 2);
}
