/** Carries out the guest's instruction that accesses a device of its board: what a #VMEXIT(NPF) or #PF on such an access is for. */
import { advance, stop, type Outcome } from '../outcome';
import { endStep } from '../single-step';
import type { Vm } from '../vm';
import { Ended, refuse } from './ended';
import { MEANINGS } from './meanings';
import { Operands } from './operands';
import { pop, push } from './stack';
import { runString } from './string';
import { codeSize, describe, readInstruction } from './read-instruction';

/** `orElse`: for an instruction that is not emulated, instead of the guest's end. */
export function emulate(vm: Vm, gpa: number, orElse?: () => Outcome): Outcome {
  const { vcpu, board } = vm;
  // A step over absent memory may have begun on the same instruction.
  endStep(vcpu);
  try {
    const done = carryOut(vm, gpa);
    const by = board.mmio.targetAt(gpa)?.name ?? 'absent memory';
    if (vm.ending) return stop(by, vm.ending);
    return advance(by, done ?? vcpu.vmcb.big('rip'));
  } catch (thrown) {
    if (!(thrown instanceof Ended)) throw thrown;
    return thrown.isRefusal && orElse ? orElse() : thrown.outcome;
  }
}

/** The next RIP; undefined: the instruction goes on. */
function carryOut(vm: Vm, gpa: number): bigint | undefined {
  const { vcpu } = vm;
  const instruction = readInstruction(vcpu, gpa);
  const { row, operands, length } = instruction;
  const meaning = MEANINGS.get(row.mnemonic);
  const inMemory = operands.some(({ kind }) => kind === 'memory');
  if (inMemory && row.rep) {
    if (!runString(vm, instruction, gpa)) return undefined;
  } else if (inMemory && row.mnemonic === 'PUSH') push(vm, instruction, gpa);
  else if (inMemory && row.mnemonic === 'POP') pop(vm, instruction, gpa);
  else if (inMemory && meaning) meaning.run(new Operands(vm, instruction, meaning.writes, gpa));
  else refuse(`${describe(vcpu, gpa, instruction)}, which the hypervisor does not emulate`);
  return BigInt.asUintN(codeSize(vcpu) === 64 ? 64 : 32, vcpu.vmcb.big('rip') + BigInt(length));
}
