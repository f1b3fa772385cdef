/** Operands of an instruction that is emulated: all of them are found before any is read, so that a fault leaves nothing half done. */
import { SEGMENT_REGISTERS } from '../../engine/arch/registers';
import type { Instruction, Operand } from '../../engine/isa/decode';
import type { Place } from '../exit-handlers/operand';
import type { Vm } from '../vm';
import { refuse } from './ended';
import { effectiveAddress, register, setRegister } from './effective-address';
import { extend, truncate } from './flags';
import { describe } from './read-instruction';
import * as physical from './physical';

export class Operands {
  private readonly places: (Place | undefined)[];

  /** `written`: numbers of the operands that are written. */
  constructor(
    readonly vm: Vm,
    readonly instruction: Instruction,
    written: readonly number[],
    private readonly gpa: number,
  ) {
    const { vcpu } = vm;
    const { operands, row } = instruction;
    this.places = [];
    // The processor finds the fault of the last one first: of MOVS the source's, of CMPS that of ES:rDI.
    for (let n = operands.length - 1; n >= 0; n--) {
      const operand = operands[n]!;
      if (operand.kind !== 'memory') continue;
      const moved = row.displaced === 'bit-offset' ? this.bitOffset() : 0n;
      const popped = row.popsFirst ? operand.size : 0;
      const offset = effectiveAddress(vcpu, instruction, operand, moved, popped);
      this.places[n] = physical.find(vm, operand.segment, offset, operand.size, written.includes(n));
    }
  }

  size(n: number): number {
    return this.instruction.operands[n]!.size;
  }

  /** Whether the operand is in a device. */
  inDevice(n: number): boolean {
    const place = this.places[n];
    return place !== undefined && physical.isDevice(this.vm, place);
  }

  /** Unsigned, of the operand's size. */
  read(n: number): bigint {
    const operand = this.instruction.operands[n]!;
    const { size } = operand;
    switch (operand.kind) {
      case 'memory':
        return physical.read(this.vm, this.places[n]!, size);
      case 'register':
        return truncate(register(this.vm.vcpu, operand.register) >> (operand.high ? 8n : 0n), size);
      case 'immediate':
        return truncate((BigInt(operand.high) << 32n) | BigInt(operand.low >>> 0), size);
      case 'segment':
        return BigInt(this.vm.vcpu.vmcb.low(`${SEGMENT_REGISTERS[operand.register]!}Selector`));
      default:
        return this.unfit(operand);
    }
  }

  write(n: number, value: bigint): void {
    const operand = this.instruction.operands[n]!;
    const { vcpu } = this.vm;
    if (operand.kind === 'memory') physical.write(this.vm, this.places[n]!, operand.size, value);
    else if (operand.kind !== 'register') this.unfit(operand);
    else if (!operand.high) setRegister(vcpu, operand.register, operand.size, value);
    else {
      const old = register(vcpu, operand.register);
      setRegister(vcpu, operand.register, 2, (old & 0xffn) | (truncate(value, 1) << 8n));
    }
  }

  /** A bit offset in a register moves the operand in memory by whole operands. */
  private bitOffset(): bigint {
    const { operands } = this.instruction;
    const { size } = operands[0]!;
    const bits = BigInt.asIntN(64, extend(this.read(1), operands[1]!.size, 8));
    return (bits >> (size === 2 ? 4n : size === 4 ? 5n : 6n)) * BigInt(size);
  }

  private unfit({ kind }: Operand): never {
    refuse(`${describe(this.vm.vcpu, this.gpa, this.instruction)}; its ${kind} operand is not emulated`);
  }
}
