/**
 * Encodings the architecture leaves undefined: #UD (APM volume 3, appendix A). What is neither a row nor here is an encoding AMD64
 * defines and this machine lacks.
 */
interface UndefinedEncoding {
  readonly map: 0 | 1;
  readonly opcodes: readonly number[];
  /** Values of ModRM.reg; all when left out. */
  readonly digits?: readonly number[];
  /** In 64-bit mode only. */
  readonly mode?: 'long';
}

// prettier-ignore
const UNDEFINED_ENCODINGS: readonly UndefinedEncoding[] = [
  { map: 0, opcodes: [0x27, 0x2f, 0x37, 0x3f, 0xd4, 0xd5, 0xd6], mode: 'long' }, // DAA DAS AAA AAS AAM AAD, SALC
  { map: 0, opcodes: [0xc6, 0xc7], digits: [1, 2, 3, 4, 5, 6, 7] }, // group 11
  { map: 0, opcodes: [0xfe], digits: [2, 3, 4, 5, 6, 7] }, // group 4
  { map: 0, opcodes: [0xff], digits: [7] }, // group 5
  { map: 1, opcodes: [0x00], digits: [6, 7] }, // group 6
  { map: 1, opcodes: [0xba], digits: [0, 1, 2, 3] }, // group 8
  { map: 1, opcodes: [0x04, 0x0a, 0x0c, 0x24, 0x25, 0x26, 0x27, 0x36, 0x39, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x7a, 0x7b, 0xa6, 0xa7] },
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
