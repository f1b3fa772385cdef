/**
 * String instructions on devices, under REP as many iterations as stay in one: each leaves the registers as the processor would, so
 * that the guest can be interrupted behind any of them.
 */
import { RAX, RCX, RDI, RFLAGS_DF, RFLAGS_TF, RFLAGS_ZF, RSI } from '../../engine/arch/registers';
import type { Instruction } from '../../engine/isa/decode';
import type { Vm } from '../vm';
import { register, setRegister } from './effective-address';
import { Ended } from './ended';
import { subtracted, truncate, withStatus } from './flags';
import { Operands } from './operands';

interface StringMeaning {
  readonly writes: readonly number[];
  readonly moves: readonly number[];
  readonly run: (o: Operands) => void;
}

/** Iterations before the guest is resumed on the same instruction: keeps an exit short. */
const LONGEST = 1024;

function compare(o: Operands, a: bigint, b: bigint): void {
  const { vmcb } = o.vm.vcpu;
  vmcb.set('rflags', withStatus(vmcb.low('rflags'), subtracted(a, b, 0n, o.size(0)).flags) >>> 0);
}

/** ES:rDI is read first. */
function compareBoth(o: Operands): void {
  const b = o.read(1);
  compare(o, o.read(0), b);
}

/** By the mnemonic without the letter of its size. */
const STRING_MEANINGS: Readonly<Record<string, StringMeaning>> = {
  MOVS: { writes: [0], moves: [RSI, RDI], run: (o) => o.write(0, o.read(1)) },
  STOS: { writes: [0], moves: [RDI], run: (o) => o.write(0, register(o.vm.vcpu, RAX)) },
  LODS: { writes: [], moves: [RSI], run: (o) => setRegister(o.vm.vcpu, RAX, o.size(0), o.read(0)) },
  CMPS: { writes: [], moves: [RSI, RDI], run: compareBoth },
  SCAS: {
    writes: [],
    moves: [RDI],
    run: (o) => compare(o, truncate(register(o.vm.vcpu, RAX), o.size(0)), o.read(0)),
  },
};

/** Whether the instruction is done; else it goes on where it stands. */
export function runString(vm: Vm, instruction: Instruction, gpa: number): boolean {
  const { vcpu } = vm;
  const { row, rep, addressSize, operands } = instruction;
  const { writes, moves, run } = STRING_MEANINGS[row.mnemonic.slice(0, 4)]!;
  const flags = vcpu.vmcb.low('rflags');
  const step = BigInt((flags & RFLAGS_DF) !== 0 ? -operands[0]!.size : operands[0]!.size);
  if (rep !== 'none' && truncate(register(vcpu, RCX), addressSize) === 0n) return true;
  const longest = (flags & RFLAGS_TF) !== 0 ? 1 : LONGEST;
  for (let n = 0; n < longest; n++) {
    let found: Operands;
    try {
      found = new Operands(vm, instruction, writes, gpa);
    } catch (thrown) {
      // The processor will find the same behind what has been done.
      if (n > 0 && thrown instanceof Ended) return false;
      throw thrown;
    }
    if (n > 0 && !operands.some((_, at) => found.inDevice(at))) return false;
    run(found);
    for (const index of moves) setRegister(vcpu, index, addressSize, register(vcpu, index) + step);
    if (rep === 'none') return true;
    const left = truncate(register(vcpu, RCX) - 1n, addressSize);
    setRegister(vcpu, RCX, addressSize, left);
    if (left === 0n) return true;
    const equal = (vcpu.vmcb.low('rflags') & RFLAGS_ZF) !== 0;
    if (row.rep === 'repz' && equal !== (rep === 'f3')) return true;
    if (vm.ending) return false;
  }
  return false;
}
