/** What the delivery of an event has left on the stack, seen from the first instruction of its handler. §8.7, §8.9 */
import { EFER_LMA, RFLAGS_VM, RSP, SEG_CS, SEG_SS } from '../engine/arch/registers';
import { ATTRIB_DB } from '../engine/arch/vmcb';
import type { Lab, World } from './lab';
import { codeBits, modeOf } from './registers';

export interface InterruptFrame {
  /** Linear address the handler returns to. */
  readonly address: bigint;
  /** rSP it returns with. */
  readonly stack: bigint;
}

const WORDS = 5;

/** Undefined where the stack cannot be read. `errorCode`: one was pushed. */
export function interruptFrame(lab: Lab, world: World, errorCode: boolean): InterruptFrame | undefined {
  const registers = lab.registers(world);
  const long = (registers.efer & BigInt(EFER_LMA)) !== 0n;
  const mode = modeOf(registers);
  // a gate's size is taken to be that of the code it leads to
  const size = long ? 8 : mode === 'real mode' || codeBits(registers) === 16 ? 2 : 4;
  const { base, attributes } = registers.segment(SEG_SS);
  const wide = long || (attributes & ATTRIB_DB) !== 0;
  const rsp = wide ? registers.gpr(RSP) : registers.gpr(RSP) & 0xffffn;
  const from = rsp + BigInt(errorCode ? size : 0);
  const bytes = lab.read(world, long ? from : base + from, WORDS * size);
  const word = (index: number): bigint | undefined => {
    if (bytes.length < (index + 1) * size) return undefined;
    return bytes
      .subarray(index * size, (index + 1) * size)
      .reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  };
  const [ip, cs, flags] = [word(0), word(1), word(2)];
  if (ip === undefined || cs === undefined || flags === undefined) return undefined;
  const virtual8086 = size === 4 && (flags & BigInt(RFLAGS_VM)) !== 0n;
  const outer = mode !== 'real mode' && (virtual8086 || Number(cs & 3n) !== registers.cpl);
  const stack = long || outer ? word(3) : from + BigInt(3 * size);
  if (stack === undefined) return undefined;
  return { address: long ? ip : (codeBase(lab, world, cs, virtual8086) + ip) & 0xffff_ffffn, stack };
}

/** In protected mode code segments are taken to begin where the handler's does. */
function codeBase(lab: Lab, world: World, selector: bigint, virtual8086: boolean): bigint {
  const registers = lab.registers(world);
  if (virtual8086 || modeOf(registers) === 'real mode') return selector << 4n;
  return registers.segment(SEG_CS).base;
}
