/** PUSH from a device and POP into one: the other end is the guest's stack. */
import { RSP, SEG_SS } from '../../engine/arch/registers';
import { ATTRIB_DB } from '../../engine/arch/vmcb';
import type { Instruction } from '../../engine/isa/decode';
import { is64Bit } from '../exit-handlers/instruction';
import type { Vcpu } from '../vcpu';
import type { Vm } from '../vm';
import { halves, register, setRegister } from './effective-address';
import { truncate } from './flags';
import { Operands } from './operands';
import * as physical from './physical';

export function push(vm: Vm, instruction: Instruction, gpa: number): void {
  const operands = new Operands(vm, instruction, [], gpa);
  const size = operands.size(0);
  const width = stackWidth(vm.vcpu);
  const top = truncate(register(vm.vcpu, RSP) - BigInt(size), width);
  const place = physical.find(vm, SEG_SS, halves(top), size, true);
  physical.write(vm, place, size, operands.read(0));
  setRegister(vm.vcpu, RSP, width, top);
}

export function pop(vm: Vm, instruction: Instruction, gpa: number): void {
  const operands = new Operands(vm, instruction, [0], gpa);
  const size = operands.size(0);
  const width = stackWidth(vm.vcpu);
  const top = truncate(register(vm.vcpu, RSP), width);
  const place = physical.find(vm, SEG_SS, halves(top), size, false);
  operands.write(0, physical.read(vm, place, size));
  setRegister(vm.vcpu, RSP, width, truncate(top + BigInt(size), width));
}

/** Bytes of rSP the stack uses. */
function stackWidth(vcpu: Vcpu): 2 | 4 | 8 {
  if (is64Bit(vcpu)) return 8;
  return (vcpu.vmcb.low('ssAttrib') & ATTRIB_DB) !== 0 ? 4 : 2;
}
