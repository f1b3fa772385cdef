/** The SHA instructions (volume 4): rounds and message schedules of SHA-1 and SHA-256 (FIPS 180-4). Words count from bit 0 up. */
import type { Instruction } from '../../isa/decode';
import { XMM } from '../../state/layout';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { readVector, writeVector } from '../vector-operands';

const left = (v: number, by: number): number => (v << by) | (v >>> (32 - by));
const right = (v: number, by: number): number => (v >>> by) | (v << (32 - by));

const choice = (x: number, y: number, z: number): number => (x & y) ^ (~x & z);
const parity = (x: number, y: number, z: number): number => x ^ y ^ z;
const majority = (x: number, y: number, z: number): number => (x & y) ^ (x & z) ^ (y & z);

/** Functions and constants of SHA-1's four stages. FIPS 180-4, §4.1.1, §4.2.1 */
const STAGES = [
  { mix: choice, constant: 0x5a827999 },
  { mix: parity, constant: 0x6ed9eba1 },
  { mix: majority, constant: 0x8f1bbcdc },
  { mix: parity, constant: 0xca62c1d6 },
] as const;

const first = new Int32Array(4);
const second = new Int32Array(4);
const result = new Int32Array(4);
const bytesOf = (words: Int32Array): Uint8Array => new Uint8Array(words.buffer);
const [firstBytes, secondBytes, resultBytes] = [bytesOf(first), bytesOf(second), bytesOf(result)];

type Words = readonly [number, number, number, number];

const instruction =
  (meaning: (a: Words, b: Words, core: Core, i: Instruction) => Words): Helper =>
  (core, i) => {
    readVector(core, i, 1, secondBytes);
    readVector(core, i, 0, firstBytes);
    result.set(meaning([...first] as unknown as Words, [...second] as unknown as Words, core, i));
    writeVector(core, i, 0, resultBytes);
    return NEXT;
  };

const sha1rnds4 = instruction((state, message, _core, i) => {
  const stage = i.operands[2]!;
  if (stage.kind !== 'immediate') throw new Error('SHA1RNDS4 without a stage');
  const { mix, constant } = STAGES[(stage.low & 3) as 0 | 1 | 2 | 3];
  let [d, c, b, a] = state;
  // E is in the message's first word already.
  let e = 0;
  for (let n = 3; n >= 0; n--) {
    const next = (mix(b, c, d) + left(a, 5) + message[n]! + e + constant) | 0;
    [a, b, c, d, e] = [next, a, left(b, 30), c, d];
  }
  return [d, c, b, a];
});

const sha1nexte = instruction((a, b) => [b[0], b[1], b[2], (b[3] + left(a[3], 30)) | 0]);
const sha1msg1 = instruction((a, b) => [b[2] ^ a[0], b[3] ^ a[1], a[0] ^ a[2], a[1] ^ a[3]]);
const sha1msg2 = instruction((a, b) => {
  const w16 = left(a[3] ^ b[2], 1);
  return [left(a[0] ^ w16, 1), left(a[1] ^ b[0], 1), left(a[2] ^ b[1], 1), w16];
});

const sha256rnds2 = instruction((cdgh, abef, core) => {
  let [h, g, d, c] = cdgh;
  let [f, e, b, a] = abef;
  for (let n = 0; n < 2; n++) {
    const word = core.state.i32[(XMM >> 2) + n]!;
    const sum = (h + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + choice(e, f, g) + word) | 0;
    const other = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + majority(a, b, c);
    [a, b, c, d, e, f, g, h] = [(sum + other) | 0, a, b, c, (d + sum) | 0, e, f, g];
  }
  return [f, e, b, a];
});

const small0 = (v: number): number => right(v, 7) ^ right(v, 18) ^ (v >>> 3);
const small1 = (v: number): number => right(v, 17) ^ right(v, 19) ^ (v >>> 10);

const sha256msg1 = instruction((a, b) => [
  (a[0] + small0(a[1])) | 0,
  (a[1] + small0(a[2])) | 0,
  (a[2] + small0(a[3])) | 0,
  (a[3] + small0(b[0])) | 0,
]);
const sha256msg2 = instruction((a, b) => {
  const w16 = (a[0] + small1(b[2])) | 0;
  const w17 = (a[1] + small1(b[3])) | 0;
  return [w16, w17, (a[2] + small1(w16)) | 0, (a[3] + small1(w17)) | 0];
});

export const VECTOR_SHA_HELPERS = {
  sha1rnds4,
  sha1nexte,
  sha1msg1,
  sha1msg2,
  sha256rnds2,
  sha256msg1,
  sha256msg2,
} satisfies HelperTable;
