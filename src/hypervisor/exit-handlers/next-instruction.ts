/**
 * Where the instruction behind an intercepted one begins, on a processor without NRIPS (§15.7.1). Of IN and OUT it is stored there, too
 * (§15.10.2); any other is read from guest memory, where the EXITCODE says what it must be.
 */
import { exitName, type ExitName } from '../../engine/arch/exit-codes';
import { VMCB } from '../../engine/arch/vmcb';
import type { Vcpu } from '../vcpu';
import { instructionAt, is64Bit, prefixesAt } from './instruction';

/** Opcodes of instructions without operands in memory. */
const OPCODES: Partial<Record<ExitName, readonly (readonly number[])[]>> = {
  VMEXIT_CPUID: [[0x0f, 0xa2]],
  VMEXIT_HLT: [[0xf4]],
  VMEXIT_ICEBP: [[0xf1]],
  VMEXIT_INVD: [[0x0f, 0x08]],
  VMEXIT_INVLPGA: [[0x0f, 0x01, 0xdf]],
  VMEXIT_IRET: [[0xcf]],
  VMEXIT_MONITOR: [[0x0f, 0x01, 0xc8]],
  VMEXIT_MSR: [
    [0x0f, 0x30],
    [0x0f, 0x32],
  ],
  VMEXIT_MWAIT: [[0x0f, 0x01, 0xc9]],
  VMEXIT_PAUSE: [[0x90]],
  VMEXIT_POPF: [[0x9d]],
  VMEXIT_PUSHF: [[0x9c]],
  VMEXIT_RDPMC: [[0x0f, 0x33]],
  VMEXIT_RDTSC: [[0x0f, 0x31]],
  VMEXIT_RDTSCP: [[0x0f, 0x01, 0xf9]],
  VMEXIT_RSM: [[0x0f, 0xaa]],
  VMEXIT_VMMCALL: [[0x0f, 0x01, 0xd9]],
  VMEXIT_WBINVD: [[0x0f, 0x09]],
};
const MOV_DR = [0x21, 0x23];

/** Without NRIPS. Undefined where the instruction cannot be read, or is not the one that exited. */
export function nextInstruction(vcpu: Vcpu): bigint | undefined {
  const { vmcb } = vcpu;
  const name = exitName(vmcb.int(VMCB.exitCode.offset));
  if (!name) return undefined;
  if (name === 'VMEXIT_IOIO') return vmcb.big('exitInfo2');
  const length = lengthOf(vcpu, name);
  if (length === undefined) return undefined;
  const next = vmcb.big('rip') + BigInt(length);
  return BigInt.asUintN(is64Bit(vcpu) ? 64 : 32, next);
}

function lengthOf(vcpu: Vcpu, name: ExitName): number | undefined {
  if (/^VMEXIT_(CR|INVLPG$)/.test(name)) return instructionAt(vcpu)?.length;
  const prefixes = prefixesAt(vcpu);
  if (!prefixes) return undefined;
  const { bytes, opcodeAt } = prefixes;
  const code = bytes.subarray(opcodeAt);
  if (/^VMEXIT_DR/.test(name)) {
    const [escape, opcode, modrm] = code;
    return escape === 0x0f && MOV_DR.includes(opcode!) && modrm !== undefined ? opcodeAt + 3 : undefined;
  }
  const opcode = OPCODES[name]?.find((row) => row.every((byte, n) => code[n] === byte));
  return opcode && opcodeAt + opcode.length;
}
