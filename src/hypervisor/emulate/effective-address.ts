/** Effective addresses of operands in memory: offsets of the instruction's address size (volume 1, §2.2.4). */
import { RSP } from '../../engine/arch/registers';
import type { Instruction, Operand } from '../../engine/isa/decode';
import type { Register64, Vcpu } from '../vcpu';

export type MemoryOperand = Extract<Operand, { kind: 'memory' }>;

/** `moved`: bytes the operand lies off its address (a bit offset); `popped`: bytes rSP has gone up before it is used. */
export function effectiveAddress(
  vcpu: Vcpu,
  { length, addressSize }: Instruction,
  operand: MemoryOperand,
  moved: bigint,
  popped: number,
): Register64 {
  let sum = ((BigInt(operand.dispHigh) << 32n) | BigInt(operand.dispLow >>> 0)) + moved;
  if (operand.base >= 0) sum += register(vcpu, operand.base);
  if (operand.base === RSP) sum += BigInt(popped);
  if (operand.index >= 0) sum += register(vcpu, operand.index) << BigInt(operand.scale);
  if (operand.ripRelative) sum += vcpu.vmcb.big('rip') + BigInt(length);
  return halves(BigInt.asUintN(addressSize * 8, sum));
}

export function register(vcpu: Vcpu, n: number): bigint {
  const { low, high } = vcpu.gpr(n);
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Writes a register as instructions do: 4 bytes clear the upper half, 1 and 2 leave the rest. */
export function setRegister(vcpu: Vcpu, n: number, size: number, value: bigint): void {
  if (size >= 4) setWhole(vcpu, n, BigInt.asUintN(size * 8, value));
  else {
    const old = register(vcpu, n);
    setWhole(vcpu, n, old ^ BigInt.asUintN(size * 8, old ^ value));
  }
}

function setWhole(vcpu: Vcpu, n: number, value: bigint): void {
  const { low, high } = halves(value);
  vcpu.setGpr(n, low, high);
}

export function halves(value: bigint): Register64 {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)) };
}
