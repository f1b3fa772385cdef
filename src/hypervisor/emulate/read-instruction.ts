/**
 * The instruction that exited: from the bytes a processor with decode assists leaves in the VMCB (§15.8.4), else from guest memory at
 * CS:RIP, through the guest's page tables.
 */
import { ATTRIB_DB } from '../../engine/arch/vmcb';
import { decode, MAX_LENGTH, type CodeSize, type Instruction } from '../../engine/isa/decode';
import { fetchCode, is64Bit } from '../exit-handlers/instruction';
import { hex } from '../exit-handlers/shutdown';
import type { Vcpu } from '../vcpu';
import { refuse } from './ended';

export function codeSize(vcpu: Vcpu): CodeSize {
  if (is64Bit(vcpu)) return 64;
  return (vcpu.vmcb.low('csAttrib') & ATTRIB_DB) !== 0 ? 32 : 16;
}

/** `gpa`: where it accesses a device. */
export function readInstruction(vcpu: Vcpu, gpa: number): Instruction {
  const { vmcb } = vcpu;
  const stored = vmcb.low('insnBytesFetched') & 0xf;
  const bytes = stored > 0 ? vmcb.bytes('guestInsnBytes').subarray(0, stored) : fetchCode(vcpu);
  const found = decode(bytes, 0, bytes.length, codeSize(vcpu));
  if (typeof found === 'object') return found;
  if (found === 'more') {
    refuse(`${place(vcpu, gpa)}, cannot be read: the guest's page tables give ${said(bytes) || 'no byte'} there`);
  }
  refuse(`${place(vcpu, gpa)}, is none the hypervisor knows: ${said(bytes)}`);
}

/** Its bytes as far as they can be had, for a diagnosis. */
export function describe(vcpu: Vcpu, gpa: number, { row, length }: Instruction): string {
  const stored = vcpu.vmcb.low('insnBytesFetched') & 0xf;
  const bytes = stored > 0 ? vcpu.vmcb.bytes('guestInsnBytes') : fetchCode(vcpu);
  return `${place(vcpu, gpa)}, is ${row.mnemonic} (${said(bytes.subarray(0, Math.min(length, MAX_LENGTH)))})`;
}

function place({ vmcb }: Vcpu, gpa: number): string {
  return `the instruction at RIP ${hex(vmcb.number('rip'))}, which accesses the device at GPA ${hex(gpa)}`;
}

function said(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}
