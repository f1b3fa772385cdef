/**
 * Instructions a processor without decode assists does not describe, and those no processor does (§15.8.1): MOV from and to control
 * registers, SMSW, LMSW, CLTS, INVLPG. They are read from guest memory at CS:RIP, where the intercept has just found one of them.
 */
import { PAGE_OFFSET_MASK, PAGE_SIZE } from '../../engine/arch/address';
import { ATTRIB_DB, ATTRIB_L } from '../../engine/arch/vmcb';
import { EFER_LMA, SEG_CS, SEG_DS, SEG_ES, SEG_FS, SEG_GS, SEG_SS } from '../../engine/arch/registers';
import { walkAs } from '../paging/guest-walk';
import type { Register64, Vcpu } from '../vcpu';
import { sum as add } from './operand';

/** Bytes of the longest instruction. */
const LONGEST = 15;
const RBP = 5;
const RSP = 4;

const SEGMENT_PREFIXES: ReadonlyMap<number, number> = new Map([
  [0x26, SEG_ES],
  [0x2e, SEG_CS],
  [0x36, SEG_SS],
  [0x3e, SEG_DS],
  [0x64, SEG_FS],
  [0x65, SEG_GS],
]);

/** An operand in memory: an offset of the instruction's address size. */
export interface MemoryOperand {
  readonly segment: number;
  readonly offset: Register64;
}

export interface FoundInstruction {
  /** Behind 0F: 20h, 22h, 06h, or 01h, whose ModRM.reg says which. */
  readonly opcode: number;
  readonly reg: number;
  /** Number of the general register in ModRM.rm, or the operand in memory. */
  readonly operand: number | MemoryOperand | undefined;
  /** In bytes, of an operand in a register. */
  readonly operandSize: 2 | 4 | 8;
  readonly length: number;
}

/** What stands before the opcode. */
export interface Prefixes {
  readonly bytes: Uint8Array;
  /** Index of the opcode in `bytes`. */
  readonly opcodeAt: number;
  /** The last segment override. */
  readonly segment: number | undefined;
  readonly operand: boolean;
  readonly address: boolean;
  readonly rex: number;
}

/** Fetches at CS:RIP; undefined if there is no opcode to be read. */
export function prefixesAt(vcpu: Vcpu): Prefixes | undefined {
  const bytes = fetchCode(vcpu);
  let at = 0;
  let segment: number | undefined;
  let [operand, address, rex] = [false, false, 0];
  for (; ; at++) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    const override = SEGMENT_PREFIXES.get(byte);
    if (override !== undefined) segment = override;
    else if (byte === 0x66) operand = true;
    else if (byte === 0x67) address = true;
    else if (byte !== 0xf0 && byte !== 0xf2 && byte !== 0xf3) break;
  }
  if (is64Bit(vcpu) && (bytes[at]! & 0xf0) === 0x40) rex = bytes[at++]!;
  return at < bytes.length ? { bytes, opcodeAt: at, segment, operand, address, rex } : undefined;
}

/** The instruction at CS:RIP; undefined if it is none of these, or not to be read. */
export function instructionAt(vcpu: Vcpu): FoundInstruction | undefined {
  const prefixes = prefixesAt(vcpu);
  if (!prefixes) return undefined;
  const { bytes, segment, operand, address, rex } = prefixes;
  let at = prefixes.opcodeAt;
  const is64 = is64Bit(vcpu);
  const big = (vcpu.vmcb.low('csAttrib') & ATTRIB_DB) !== 0;
  if (bytes[at++] !== 0x0f) return undefined;
  const opcode = bytes[at++];
  if (opcode === undefined) return undefined;
  const narrow = is64 ? operand : big === operand;
  const operandSize = rex & 8 ? 8 : narrow ? 2 : 4;
  if (opcode === 0x06) return { opcode, reg: 0, operand: undefined, operandSize, length: at };
  const modrm = bytes[at++];
  if (modrm === undefined) return undefined;
  const reg = ((modrm >> 3) & 7) | (rex & 4 ? 8 : 0);
  const rm = (modrm & 7) | (rex & 1 ? 8 : 0);
  // MOV CRn takes every ModRM for a register's.
  if (modrm >> 6 === 3 || opcode === 0x20 || opcode === 0x22)
    return { opcode, reg, operand: rm, operandSize, length: at };
  const width = is64 ? (address ? 4 : 8) : big !== address ? 4 : 2;
  const found = memoryOperand(vcpu, bytes, at, modrm, rex, width, segment);
  if (!found) return undefined;
  return { opcode, reg, operand: found.operand, operandSize, length: found.end };
}

interface Addressed {
  readonly operand: MemoryOperand;
  readonly end: number;
}

function memoryOperand(
  vcpu: Vcpu,
  bytes: Uint8Array,
  start: number,
  modrm: number,
  rex: number,
  width: 2 | 4 | 8,
  segment: number | undefined,
): Addressed | undefined {
  const mod = modrm >> 6;
  const rm = modrm & 7;
  let at = start;
  let sum: Register64 = { low: 0, high: 0 };
  let byDefault = SEG_DS;
  let displacement = mod === 1 ? 1 : mod === 2 ? (width === 2 ? 2 : 4) : 0;
  let relative = false;
  if (width === 2) {
    const bases = [[3, 6], [3, 7], [5, 6], [5, 7], [6], [7], [5], [3]][rm]!;
    if (mod === 0 && rm === 6) displacement = 2;
    else {
      for (const base of bases) sum = add(sum, vcpu.gpr(base));
      if (bases.includes(RBP)) byDefault = SEG_SS;
    }
  } else {
    let base = rm;
    if (rm === RSP) {
      const sib = bytes[at++];
      if (sib === undefined) return undefined;
      base = sib & 7;
      const index = ((sib >> 3) & 7) | (rex & 2 ? 8 : 0);
      if (index !== RSP) sum = scaled(vcpu.gpr(index), sib >> 6);
    }
    if (mod === 0 && base === RBP) {
      displacement = 4;
      relative = width >= 4 && rm === RBP && is64Bit(vcpu);
    } else {
      const register = base | (rex & 1 ? 8 : 0);
      sum = add(sum, vcpu.gpr(register));
      if (register === RSP || register === RBP) byDefault = SEG_SS;
    }
  }
  const end = at + displacement;
  if (end > bytes.length) return undefined;
  sum = add(sum, signed(bytes.subarray(at, end)));
  if (relative) sum = add(add(sum, { low: vcpu.vmcb.low('rip'), high: vcpu.vmcb.high('rip') }), { low: end, high: 0 });
  const offset = width === 2 ? { low: sum.low & 0xffff, high: 0 } : { low: sum.low, high: width === 8 ? sum.high : 0 };
  return { operand: { segment: segment ?? byDefault, offset }, end };
}

/** Executing in 64-bit mode. */
export function is64Bit({ vmcb, guestControls }: Vcpu): boolean {
  return (guestControls.efer & EFER_LMA) !== 0 && (vmcb.low('csAttrib') & ATTRIB_L) !== 0;
}

/** Bytes from CS:RIP up, as far as the guest can fetch them. */
export function fetchCode(vcpu: Vcpu): Uint8Array {
  const { vmcb, memory } = vcpu;
  const is64 = is64Bit(vcpu);
  const rip = { low: vmcb.low('rip'), high: vmcb.high('rip') };
  const start = is64 ? rip : { low: (rip.low + vmcb.low('csBase')) | 0, high: 0 };
  const bytes = new Uint8Array(LONGEST);
  for (let at = 0; at < LONGEST;) {
    const next = add(start, { low: at, high: 0 });
    const linear = is64 ? next : { low: next.low, high: 0 };
    const walk = walkAs(vcpu, linear, { write: false, user: vmcb.low('cpl') === 3, execute: true });
    if (walk.kind === 'fault') return bytes.subarray(0, at);
    const count = Math.min(LONGEST - at, PAGE_SIZE - (linear.low & PAGE_OFFSET_MASK));
    bytes.set(memory.read(walk.gpa, count), at);
    at += count;
  }
  return bytes;
}

function scaled(value: Register64, shift: number): Register64 {
  let sum = value;
  for (let n = 0; n < shift; n++) sum = add(sum, sum);
  return sum;
}

function signed(bytes: Uint8Array): Register64 {
  if (bytes.length === 0) return { low: 0, high: 0 };
  const top = bytes[bytes.length - 1]! & 0x80 ? -1 : 0;
  let low = top;
  bytes.forEach((byte, n) => {
    low = (low & ~(0xff << (8 * n))) | (byte << (8 * n));
  });
  return { low: low | 0, high: top };
}
