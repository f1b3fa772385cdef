/** What raises #UD, what does nothing, and what the opcode map still lacks. */
import assert from 'node:assert/strict';
import { PROFILES } from '../../src/engine/cpu/profiles';
import { decode, UNDEFINED, type CodeSize } from '../../src/engine/isa/decode';

const decoded = (hex: string, code: CodeSize = 64, features?: ReadonlySet<string>): string => {
  const bytes = new Uint8Array(20);
  (hex.match(/../g) ?? []).forEach((pair, n) => (bytes[n] = parseInt(pair, 16)));
  const i = decode(bytes, 0, bytes.length, code, features);
  if (typeof i === 'string') return i;
  return i.row === UNDEFINED || i.row.meaning === 'undefined' ? 'UD' : 'defined';
};

/** As an EPYC answered to these bytes in 64-bit mode. RDPRU, which the hypervisor beneath it kept to itself, is left out. */
const SILICON = {
  UD: `0f0dc0 0f0dc8 0f0dd0 0f0df8 0f0e 0f0fc090 0f37 0f78c0 0f79c0 dbe5 dbe7 db20 0fff 0fffc0 0fb9c0 0faa 0f3880c0 8fc8 8fe97812c0
    0fa6c0 0fa7c0 0f24c0 0f36 0f04 660faef8 660faef0 0f01c0 0f01cf 0f01d2 0f01d4 0f01d5 0f01d6 0f01d7 0f01e8 0f01fe 0f01ff 0fc7c8
    0fc710 0f00f0 0fbac0 0fb8c0 f20fb8c0 0f38f6c1 d9d1 d9e2 dbf8 dae0 dae8 0f0b f30fc730 f20fc7f0 f30fc7f0`,
  defined: `0f0d10 0f0d18 0f0d38 0f18c0 0f18d8 0f18e0 0f18f8 0f1820 0f19c0 0f1ac0 0f1bc0 0f1cc0 0f1dc0 0f1ec0 0f1fc8 0f1ff8 660f19c0 f30f19c0
    dbe0 dbe1 dbe4 ddc8 dfc0 dfc8 dfd0 ded0 dac0 dbc0 dcd0 dcd8 f30fc7f8 660fc7f0 0fc708 0f01e0 0f01f8 0f01fc`,
} as const;

/** SSE, SSSE3, SSE4, AES and SHA: opcodes whose rows may still be missing. Nothing else may be unknown. */
const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, n) => first + n);
const MAY_LACK: Readonly<Record<number, ReadonlySet<number>>> = {
  0: new Set(),
  1: new Set([
    ...range(0x10, 0x17),
    ...range(0x28, 0x2f),
    ...range(0x50, 0x7f),
    0xc2,
    ...range(0xc4, 0xc6),
    ...range(0xd0, 0xfe),
  ]),
  2: new Set([...range(0x00, 0x41), ...range(0xc8, 0xcd), ...range(0xdb, 0xdf)]),
  3: new Set([
    ...range(0x08, 0x0f),
    ...range(0x14, 0x17),
    ...range(0x20, 0x22),
    ...range(0x40, 0x44),
    ...range(0x60, 0x63),
    0xcc,
    0xdf,
  ]),
};
const ESCAPES = ['', '0f', '0f38', '0f3a'] as const;
const byte = (n: number): string => n.toString(16).padStart(2, '0');

describe('undefined encodings', () => {
  for (const kind of ['UD', 'defined'] as const) {
    it(`${kind === 'UD' ? 'raise #UD' : 'are no others'}: as silicon says`, () => {
      const wrong = SILICON[kind].split(/\s+/).filter((hex) => decoded(hex) !== kind);
      assert.deepEqual(wrong, []);
    });
  }

  it('are VEX, EVEX, XOP and 3DNow!, which nobody advertises', () => {
    for (const { name, features } of Object.values(PROFILES)) {
      for (const hex of ['c5f877', 'c5f958c1', 'c4e27d18c1', '62f17c485800', '8fe97812c0', '0f0fc1b4', '0f0e'])
        assert.equal(decoded(hex, 64, features), 'UD', `${hex} on ${name}`);
      assert.equal(decoded('c5f877', 32, features), 'UD', name);
      assert.equal(decoded('62f17c485800', 32, features), 'UD', name);
    }
  });

  it('are those of SSE4A, on processors without it', () => {
    for (const { name, features } of Object.values(PROFILES)) {
      const without = new Set([...features].filter((feature) => feature !== 'SSE4A'));
      for (const hex of ['660f78c00000', '660f79c0', 'f20f78c00000', 'f20f79c0', 'f30f2b00', 'f20f2b00']) {
        assert.equal(decoded(hex, 64, features), features.has('SSE4A') ? 'defined' : 'UD', `${hex} on ${name}`);
        assert.equal(decoded(hex, 64, without), 'UD', `${hex} without SSE4A`);
      }
      for (const hex of ['0f78c00000', '0f79c0', 'f30f78c0', 'f30f79c0']) {
        assert.equal(decoded(hex, 64, features), 'UD', `${hex} on ${name}`);
      }
    }
  });

  for (const code of [16, 32, 64] as const) {
    it(`leave only vector instructions to be unknown, in ${code}-bit code`, () => {
      const unknown = new Set<string>();
      for (const [map, escape] of ESCAPES.entries()) {
        for (const opcode of range(0, 255)) {
          const isEscape = (map === 0 && opcode === 0x0f) || (map === 1 && (opcode === 0x38 || opcode === 0x3a));
          const isPrefix =
            map === 0 && [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3].includes(opcode);
          const isRex = map === 0 && code === 64 && (opcode & 0xf0) === 0x40;
          if (isEscape || isPrefix || isRex || MAY_LACK[map]!.has(opcode)) continue;
          for (const prefix of ['', '66', 'f3', 'f2']) {
            for (const modrm of range(0, 255)) {
              const hex = `${prefix}${escape}${byte(opcode)}${byte(modrm)}`;
              if (decoded(hex, code) === 'unknown') unknown.add(hex);
            }
          }
        }
      }
      assert.deepEqual([...unknown].slice(0, 20), []);
    }).timeout(20_000);
  }
});
