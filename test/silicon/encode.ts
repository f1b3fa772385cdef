/** A little encoder of its own: a row's encoding and chosen operands to bytes. It shares nothing with decoder or assembler. */
import type { Row } from '../../src/engine/isa/row';
import { littleEndian, type Fix } from './test-case';

/** ModRM.r/m as memory: the bytes behind ModRM. */
export interface MemoryForm {
  readonly mod: number;
  readonly rm: number;
  readonly sib: number;
  /** Number of the base register or −1; its fourth bit goes to REX.B, the index' to REX.X. */
  readonly base: number;
  readonly index: number;
  readonly displacement: readonly number[];
  /** Displacement counts from the next instruction. */
  readonly ripAddress: number | undefined;
  readonly text: string;
}

export interface Encoded {
  readonly bytes: readonly number[];
  readonly fixes: readonly Fix[];
}

export interface Choice {
  readonly row: Row;
  readonly bits: 32 | 64;
  /** Legacy prefixes in order, mandatory one not among them. */
  readonly prefixes: readonly number[];
  readonly rexW: boolean;
  /** A REX prefix although nothing needs it. */
  readonly rexAnyway: boolean;
  /** ModRM.reg, or −1. */
  readonly reg: number;
  /** ModRM.r/m as register, or −1. */
  readonly rm: number;
  readonly memory: MemoryForm | undefined;
  /** Register in VEX.vvvv, or −1. */
  readonly vvvv: number;
  /** Register in the opcode, or −1. */
  readonly plus: number;
  /** What follows ModRM and displacement. */
  readonly immediates: readonly (readonly number[])[];
  /** Size in bytes of a branch displacement at the end, 0 for none. */
  readonly relative: number;
  /** Selector of a far pointer in the instruction; its offset has the size `relative`. */
  readonly farSelector: number | undefined;
}

export function encode(c: Choice): Encoded {
  const { row, memory } = c;
  const e = row.encoding;
  const bytes = [...c.prefixes];
  if (e.prefix && !e.vex) bytes.push(e.prefix);
  let rex = c.rexW ? 8 : 0;
  if (c.reg >= 8) rex |= 4;
  if (memory) {
    if (memory.index >= 8) rex |= 2;
    if (memory.base >= 8) rex |= 1;
  }
  if (c.rm >= 8 || c.plus >= 8) rex |= 1;
  if (e.vex) {
    const pp = [0, 0x66, 0xf3, 0xf2].indexOf(e.prefix ?? 0);
    const vvvv = c.vvvv < 0 ? 0 : c.vvvv;
    const inverted = ((rex & 7) ^ 7) << 5;
    bytes.push(0xc4, inverted | e.map, ((rex & 8) << 4) | ((vvvv ^ 15) << 3) | pp);
  } else if (rex !== 0 || c.rexAnyway) {
    if (c.bits !== 64) throw new Error(`encode: ${row.mnemonic} wants a REX prefix in 32-bit code`);
    bytes.push(0x40 | rex);
  }
  if (e.map > 0 && !e.vex) bytes.push(0x0f);
  if (e.map === 2 && !e.vex) bytes.push(0x38);
  if (e.map === 3 && !e.vex) bytes.push(0x3a);
  bytes.push(e.opcode + (e.plusRegister ? c.plus & 7 : 0));
  const fixes: Fix[] = [];
  if (e.modrm === 'exact') bytes.push(e.digit);
  else if (e.modrm !== 'none') {
    const reg = e.modrm === 'digit' ? e.digit : c.reg & 7;
    if (memory) {
      bytes.push((memory.mod << 6) | (reg << 3) | memory.rm);
      if (memory.sib >= 0) bytes.push(memory.sib);
      if (memory.ripAddress !== undefined)
        fixes.push({ kind: 'rip', at: bytes.length, size: 4, address: memory.ripAddress });
      bytes.push(...memory.displacement);
    } else bytes.push(0xc0 | (reg << 3) | (c.rm & 7));
  }
  for (const immediate of c.immediates) bytes.push(...immediate);
  if (c.relative > 0) {
    fixes.push({ kind: c.farSelector === undefined ? 'branch' : 'far', at: bytes.length, size: c.relative });
    bytes.push(...littleEndian(0, c.relative));
    if (c.farSelector !== undefined) bytes.push(...littleEndian(c.farSelector, 2));
  }
  return { bytes, fixes };
}
