/** The VEX prefix: C4h with two bytes behind it, C5h with one (APM volume 3, §1.2.7). */

export interface Vex {
  /** Opcode map, as in Encoding; others than 1 to 3 are undefined. */
  readonly map: number;
  /** REX.W, R, X and B it stands for, as bits 3:0. */
  readonly rex: number;
  /** The mandatory prefix it stands for; 0 for none. */
  readonly prefix: 0 | 0x66 | 0xf3 | 0xf2;
  /** The register in vvvv. */
  readonly register: number;
  /** L: 256 bits. */
  readonly wide: boolean;
}

const PREFIXES = [0, 0x66, 0xf3, 0xf2] as const;

/** Whether C4h or C5h begins a VEX prefix: outside 64-bit mode it is LES or LDS where memory is named behind it. */
export function isVexAt(opcode: number, code: 16 | 32 | 64, next: () => number): boolean {
  return (opcode === 0xc4 || opcode === 0xc5) && (code === 64 || next() >= 0xc0);
}

/** Reads what follows C4h or C5h. Outside 64-bit mode there are eight registers and no W. */
export function readVex(opcode: number, code: 16 | 32 | 64, byte: () => number): Vex {
  const first = byte();
  const last = opcode === 0xc4 ? byte() : first;
  const rexR = first & 0x80 ? 0 : 4;
  const others = opcode === 0xc4 ? (first & 0x40 ? 0 : 2) | (first & 0x20 ? 0 : 1) | (last & 0x80 ? 8 : 0) : 0;
  const register = ~(last >> 3) & 0xf;
  return {
    map: opcode === 0xc4 ? first & 0x1f : 1,
    rex: code === 64 ? rexR | others : 0,
    prefix: PREFIXES[last & 3]!,
    register: code === 64 ? register : register & 7,
    wide: (last & 4) !== 0,
  };
}

/** The bytes before the opcode: the long form, which can tell all maps. `rex`: bits 3:0; 64-bit operands are its bit 3. */
export function vexPrefix(
  map: number,
  rex: number,
  prefix: 0 | 0x66 | 0xf3 | 0xf2,
  register: number,
): readonly number[] {
  const inverted = (rex & 4 ? 0 : 0x80) | (rex & 2 ? 0 : 0x40) | (rex & 1 ? 0 : 0x20);
  const last = (rex & 8 ? 0x80 : 0) | ((~register & 0xf) << 3) | PREFIXES.indexOf(prefix);
  return [0xc4, inverted | map, last];
}
