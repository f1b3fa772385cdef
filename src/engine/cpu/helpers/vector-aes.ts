/** The AES instructions (volume 4): rounds of the cipher of FIPS 197 on a block of four columns, little-endian words. */
import type { Instruction } from '../../isa/decode';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { readVector, writeVector } from '../vector-operands';

const FIELD = 0x11b;

const double = (v: number): number => ((v << 1) ^ (v & 0x80 ? FIELD : 0)) & 0xff;
/** Product in the field of 256 elements. */
function times(v: number, factor: number): number {
  let product = 0;
  for (let power = v, rest = factor; rest !== 0; rest >>= 1, power = double(power)) if (rest & 1) product ^= power;
  return product;
}

const SUBSTITUTE = new Uint8Array(256);
const RESTORE = new Uint8Array(256);
/** Columns of the mixing matrices, times every byte: FIPS 197, §5.1.3 and §5.3.3. */
const MIX = new Uint32Array(256);
const UNMIX = new Uint32Array(256);

const column = (v: number, factors: readonly number[]): number =>
  factors.reduce((word, factor, n) => word | (times(v, factor) << (8 * n)), 0);
const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

// The inverse in the field by walking powers of the generator 3 and of its inverse F6h, then the affine transformation.
for (let power = 1, inverse = 1, n = 0; n < 255; n++) {
  const spread = [1, 2, 3, 4].reduce((v, by) => v ^ (inverse << by) ^ (inverse >> (8 - by)), inverse);
  SUBSTITUTE[power] = (spread & 0xff) ^ 0x63;
  power = times(power, 3);
  inverse = times(inverse, 0xf6);
}
SUBSTITUTE[0] = 0x63;
for (let n = 0; n < 256; n++) {
  RESTORE[SUBSTITUTE[n]!] = n;
  MIX[n] = column(n, [2, 1, 1, 3]);
  UNMIX[n] = column(n, [14, 9, 13, 11]);
}

const state = new Uint8Array(16);
const key = new Uint8Array(16);
const keyWords = new Int32Array(key.buffer);
const moved = new Uint8Array(16);
const result = new Uint8Array(16);
const words = new Int32Array(result.buffer);

function mixed(table: Uint32Array, from: Uint8Array, at: number): number {
  return (
    table[from[at]!]! ^
    rotate(table[from[at + 1]!]!, 8) ^
    rotate(table[from[at + 2]!]!, 16) ^
    rotate(table[from[at + 3]!]!, 24)
  );
}

/** Shifted rows through a substitution, to `moved`; row r moves by r columns, to the left or (`direction` −1) to the right. */
function substitute(box: Uint8Array, direction: 1 | -1): void {
  for (let n = 0; n < 16; n++) moved[n] = box[state[(n + direction * 4 * (n & 3)) & 15]!]!;
}

function round(box: Uint8Array, direction: 1 | -1, table: Uint32Array | undefined): Helper {
  return (core: Core, i: Instruction) => {
    readVector(core, i, 1, key);
    readVector(core, i, 0, state);
    substitute(box, direction);
    if (!table) result.set(moved);
    else for (let n = 0; n < 4; n++) words[n] = mixed(table, moved, n * 4);
    for (let n = 0; n < 4; n++) words[n]! ^= keyWords[n]!;
    writeVector(core, i, 0, result);
    return NEXT;
  };
}

const aesimc: Helper = (core, i) => {
  readVector(core, i, 1, state);
  for (let n = 0; n < 4; n++) words[n] = mixed(UNMIX, state, n * 4);
  writeVector(core, i, 0, result);
  return NEXT;
};

const aeskeygenassist: Helper = (core, i) => {
  const constant = i.operands[2]!;
  if (constant.kind !== 'immediate') throw new Error('AESKEYGENASSIST without a constant');
  readVector(core, i, 1, state);
  for (let n = 0; n < 16; n++) moved[n] = SUBSTITUTE[state[n]!]!;
  const word = (at: number): number =>
    moved[at]! | (moved[at + 1]! << 8) | (moved[at + 2]! << 16) | (moved[at + 3]! << 24);
  for (const half of [0, 1]) {
    const w = word(4 + half * 8);
    words[half * 2] = w;
    words[half * 2 + 1] = rotate(w, 24) ^ constant.low;
  }
  writeVector(core, i, 0, result);
  return NEXT;
};

export const VECTOR_AES_HELPERS = {
  aesenc: round(SUBSTITUTE, 1, MIX),
  aesenclast: round(SUBSTITUTE, 1, undefined),
  aesdec: round(RESTORE, -1, UNMIX),
  aesdeclast: round(RESTORE, -1, undefined),
  aesimc,
  aeskeygenassist,
} satisfies HelperTable;
