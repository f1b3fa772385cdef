/** A case while it is being made. */
import type { Random } from './random';
import { RegisterFile } from './register-file';
import type { Patch } from './test-case';
import { DATA, READ_ONLY, STACK, STACK_END } from './windows';

export class Maker {
  readonly registers: RegisterFile;
  readonly patches: Patch[] = [];
  readonly codeRegisters: { register: number; step: number }[] = [];
  /** Some instruction so far may have written memory: what a patch put there may be gone. */
  memoryWritten = false;
  /** No instruction so far branches: each is surely reached with what the ones before it did. */
  straight = true;
  calls = false;
  /** GS base is still what every case begins with. */
  gsIntact = true;
  /** The first step from which a loop may be closed: nothing since then counts in rCX or must not come twice. */
  loopFrom = 0;
  /** The processor is AMD's. */
  amd = false;

  constructor(
    readonly random: Random,
    readonly bits: 32 | 64,
    /** Number of steps there will be. */
    readonly length: number,
  ) {
    this.registers = new RegisterFile(bits);
  }

  private isWritable(address: number, size: number): boolean {
    const lies = (from: number, to: number): boolean => address >= from && address + size <= to;
    return lies(DATA.address, READ_ONLY) || lies(STACK.address, STACK_END);
  }

  /** Puts bytes somewhere before the case; false if that is not possible, or something else was put there. */
  patchBytes(address: number, bytes: readonly number[]): boolean {
    if (!this.isWritable(address, bytes.length) || this.overlaps(address, bytes.length)) return false;
    this.patches.push({ address, bytes });
    return true;
  }
  patchStep(address: number, step: number, size: number): boolean {
    if (!this.isWritable(address, size) || this.overlaps(address, size)) return false;
    this.patches.push({ address, step, size });
    return true;
  }
  private overlaps(address: number, size: number): boolean {
    return this.patches.some(
      (p) => p.address < address + size && address < p.address + ('bytes' in p ? p.bytes.length : p.size),
    );
  }

  /** To go back to when an instruction cannot be made. */
  save(): () => void {
    const registers = this.registers.snapshot();
    const patches = this.patches.length;
    const codeRegisters = this.codeRegisters.length;
    const { memoryWritten, straight, calls, loopFrom, gsIntact } = this;
    return () => {
      registers();
      this.patches.length = patches;
      this.codeRegisters.length = codeRegisters;
      Object.assign(this, { memoryWritten, straight, calls, loopFrom, gsIntact });
    };
  }
}
