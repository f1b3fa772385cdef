/** Stops a bare machine before instructions of some kinds, wherever they stand, and takes them down. */
import type { Machine } from '../../engine/machine/machine';
import { GIF, REGS } from '../../engine/state/layout';
import type { WatchedInstruction, WatchedMnemonic } from '../../labs/workbench';

/** Opcodes after the prefixes; undefined bytes match nothing. */
const OPCODES = {
  cpuid: [0x0f, 0xa2],
  rdmsr: [0x0f, 0x32],
  wrmsr: [0x0f, 0x30],
  vmrun: [0x0f, 0x01, 0xd8],
  vmload: [0x0f, 0x01, 0xda],
  vmsave: [0x0f, 0x01, 0xdb],
  stgi: [0x0f, 0x01, 0xdc],
  clgi: [0x0f, 0x01, 0xdd],
  invlpga: [0x0f, 0x01, 0xdf],
  hlt: [0xf4],
  cli: [0xfa],
  sti: [0xfb],
} as const satisfies Record<WatchedMnemonic, readonly number[]>;

const PREFIXES = new Set([0x66, 0x67, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65]);
const LONGEST = 15;

class Watched implements WatchedInstruction {
  readonly rip: bigint;
  readonly time: number;
  readonly gif: number;
  private readonly registers = new BigUint64Array(16);

  constructor(
    readonly mnemonic: WatchedMnemonic,
    { state, clock }: Machine,
    readonly exits: number,
  ) {
    this.rip = (BigInt(state.ripHigh >>> 0) << 32n) | BigInt(state.ripLow >>> 0);
    this.time = clock.now;
    this.gif = state.i32[GIF >> 2]!;
    for (let n = 0; n < 16; n++) this.registers[n] = state.big(REGS + n * 8);
  }

  gpr(register: number): bigint {
    const value = this.registers[register];
    if (value === undefined) throw new RangeError(`there is no general register ${register}`);
    return value;
  }
}

export class InstructionWatch {
  readonly list: Watched[] = [];

  constructor(
    private readonly machine: Machine,
    private readonly wanted: readonly WatchedMnemonic[],
    private readonly exits: () => number,
  ) {
    if (wanted.length === 0) return;
    machine.processor.setBreakpoints((low, high) => high === 0 && this.named(low >>> 0) !== undefined);
  }

  /** The machine has stopped before one: takes it down, if it is the host's, and lets it pass. */
  met(): void {
    const { machine } = this;
    const { processor, state } = machine;
    const mnemonic = processor.inGuest ? undefined : this.named(state.ripLow >>> 0);
    if (mnemonic) this.list.push(new Watched(mnemonic, machine, this.exits()));
    processor.passBreakpoint();
  }

  /** By its bytes in memory: a harness is mapped identically. */
  private named(address: number): WatchedMnemonic | undefined {
    const bytes = this.machine.ram.readBytes(address, LONGEST);
    let at = 0;
    while (PREFIXES.has(bytes[at]!)) at++;
    if (this.machine.processor.is64Bit && (bytes[at]! & 0xf0) === 0x40) at++;
    return this.wanted.find((name) => OPCODES[name].every((byte, n) => bytes[at + n] === byte));
  }
}
