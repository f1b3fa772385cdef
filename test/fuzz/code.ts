/** Hostile code: bytes by chance, and encodings of real rows with their fields by chance. */
import { ROWS } from '../../src/engine/isa/opcode-map';
import type { Row } from '../../src/engine/isa/row';
import type { Random } from '../silicon/random';

const PREFIXES = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const ESCAPES = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]] as const;

function encode(random: Random, row: Row, long: boolean): number[] {
  const { encoding } = row;
  const bytes: number[] = [];
  while (random.chance(0.15)) bytes.push(random.pick(PREFIXES));
  if (encoding.prefix) bytes.push(encoding.prefix);
  if (long && (encoding.rexW || random.chance(0.3))) bytes.push(0x40 | random.below(16) | (encoding.rexW ? 8 : 0));
  bytes.push(...ESCAPES[encoding.map], encoding.opcode | (encoding.plusRegister ? random.below(8) : 0));
  if (encoding.modrm === 'exact') bytes.push(encoding.digit);
  else if (encoding.modrm === 'digit') bytes.push((random.below(256) & 0xc7) | (encoding.digit << 3));
  else if (encoding.modrm === 'register') bytes.push(random.below(256));
  // What follows is a SIB byte, a displacement, an immediate, or already the next instruction.
  for (let n = random.below(9); n > 0; n--) bytes.push(random.chance(0.4) ? 0 : random.below(256));
  return bytes;
}

/** `length` bytes of code. `favoured`: rows that come up as often as all others together. */
export function hostileCode(
  random: Random,
  length: number,
  long: boolean,
  favoured: readonly Row[] = ROWS,
): Uint8Array {
  const code = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const kind = random.below(10);
    let bytes: number[];
    if (kind === 0) bytes = Array.from({ length: 1 + random.below(15) }, () => random.below(256));
    else bytes = encode(random, random.pick(kind < 5 ? favoured : ROWS), long);
    // Back to somewhere before, so that it does not run off the end.
    if (random.chance(0.03)) bytes = [0xeb, 0x80 | random.below(128)];
    for (const byte of bytes) if (at < length) code[at++] = byte;
  }
  return code;
}
