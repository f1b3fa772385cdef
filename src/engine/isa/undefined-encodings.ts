/**
 * Encodings that raise #UD: what the architecture leaves undefined (APM volume 3, appendix A), and what no processor here advertises:
 * XOP, 3DNow!, GETSEC. Of VEX (isa/vex) what is no row is undefined, and EVEX lies where BOUND is a row of legacy modes.
 * What is neither a row nor here is an encoding AMD64 defines and this machine lacks.
 */
interface UndefinedEncoding {
  readonly map: 0 | 1 | 2 | 3;
  readonly opcodes: readonly number[];
  /** Values of ModRM.reg; all when left out. */
  readonly digits?: readonly number[];
  /** In 64-bit mode only. */
  readonly mode?: 'long';
}

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, n) => first + n);

// prettier-ignore
const UNDEFINED_ENCODINGS: readonly UndefinedEncoding[] = [
  { map: 0, opcodes: [0x27, 0x2f, 0x37, 0x3f, 0xd4, 0xd5, 0xd6], mode: 'long' }, // DAA DAS AAA AAS AAM AAD, SALC
  { map: 0, opcodes: [0x60, 0x61], mode: 'long' }, // PUSHA, POPA with REX.W
  { map: 0, opcodes: [0x8f], digits: [1, 2, 3, 4, 5, 6, 7] }, // group 1a; XOP
  { map: 0, opcodes: [0xdb], digits: [4] }, // but for FNCLEX, FNINIT and three that do nothing
  { map: 0, opcodes: [0xc6, 0xc7], digits: [1, 2, 3, 4, 5, 6, 7] }, // group 11
  { map: 0, opcodes: [0xfe], digits: [2, 3, 4, 5, 6, 7] }, // group 4
  { map: 0, opcodes: [0xff], digits: [7] }, // group 5
  { map: 1, opcodes: [0x00], digits: [6, 7] }, // group 6
  { map: 1, opcodes: [0x0e, 0x0f] }, // FEMMS and 3DNow!
  { map: 1, opcodes: [0x37] }, // GETSEC
  { map: 1, opcodes: [0x78, 0x79] }, // VMREAD, VMWRITE; SSE4A's rows stand before this
  { map: 1, opcodes: [0xba], digits: [0, 1, 2, 3] }, // group 8
  { map: 1, opcodes: [0x04, 0x0a, 0x0c, 0x24, 0x25, 0x26, 0x27, 0x36, 0x39, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x7a, 0x7b, 0xa6, 0xa7] },
  { map: 2, opcodes: [...range(0x0c, 0x0f), ...range(0x11, 0x13), 0x16, ...range(0x18, 0x1b), 0x1f, 0x26, 0x27, ...range(0x2c, 0x2f), 0x36] },
  { map: 2, opcodes: [...range(0x42, 0xc7), ...range(0xce, 0xda), ...range(0xe0, 0xff)] },
  { map: 3, opcodes: [...range(0x00, 0x07), ...range(0x10, 0x13), ...range(0x18, 0x1f), ...range(0x23, 0x3f), 0x43] },
  { map: 3, opcodes: [...range(0x45, 0x5f), ...range(0x64, 0xcb), ...range(0xcd, 0xde), ...range(0xe0, 0xff)] },
];

const DIGITS = new Map<number, { readonly digits: number; readonly mode: 'long' | undefined }>();
for (const { map, opcodes, digits, mode } of UNDEFINED_ENCODINGS) {
  const mask = digits ? digits.reduce((bits, digit) => bits | (1 << digit), 0) : 0xff;
  for (const opcode of opcodes) DIGITS.set((map << 8) | opcode, { digits: mask, mode });
}

/** Whether the architecture leaves it undefined; `reg` is ModRM.reg, asked for only where it matters. */
export function isUndefinedEncoding(map: number, opcode: number, code: 16 | 32 | 64, reg: () => number): boolean {
  const row = DIGITS.get((map << 8) | opcode);
  if (!row || (row.mode === 'long' && code !== 64)) return false;
  return row.digits === 0xff || ((row.digits >>> reg()) & 1) !== 0;
}
