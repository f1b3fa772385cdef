/** LOCK (APM volume 3, §1.2.5): before which instructions it may stand, and in which form. The list was written from the manual. */
import assert from 'node:assert/strict';
import { decode, UNDEFINED, type CodeSize } from '../../src/engine/isa/decode';
import { ROWS } from '../../src/engine/isa/opcode-map';

/** Opcodes that may be locked: escape and opcode, and the values of ModRM.reg where a group shares the opcode. */
const LOCKABLE: readonly (readonly [escape: '' | '0f', opcodes: readonly number[], digits?: readonly number[]])[] = [
  // ADD, OR, ADC, SBB, AND, SUB, XOR to memory
  ['', [0x00, 0x01, 0x08, 0x09, 0x10, 0x11, 0x18, 0x19, 0x20, 0x21, 0x28, 0x29, 0x30, 0x31]],
  ['', [0x80, 0x81, 0x83], [0, 1, 2, 3, 4, 5, 6]],
  ['', [0x86, 0x87]], // XCHG
  ['', [0xf6, 0xf7], [2, 3]], // NOT, NEG
  ['', [0xfe, 0xff], [0, 1]], // INC, DEC
  ['0f', [0xab, 0xb3, 0xbb]], // BTS, BTR, BTC
  ['0f', [0xba], [5, 6, 7]],
  ['0f', [0xb0, 0xb1, 0xc0, 0xc1]], // CMPXCHG, XADD
  ['0f', [0xc7], [1]], // CMPXCHG8B, CMPXCHG16B
];
/** The same as 80h, outside 64-bit mode. */
const ALIAS = 0x82;
const PREFIXES = [[], [0x66], [0xf3], [0xf2]] as const;
const ESCAPES = { '': [], '0f': [0x0f], '0f38': [0x0f, 0x38], '0f3a': [0x0f, 0x3a] } as const;
const NO_OPCODES = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);
const REGISTER = 3;

function mayLock(escape: string, opcode: number, modrm: number, code: CodeSize): boolean {
  if (modrm >> 6 === REGISTER) return false;
  const digit = (modrm >> 3) & 7;
  if (escape === '' && opcode === ALIAS) return code !== 64 && digit !== 7;
  return LOCKABLE.some(([e, opcodes, d]) => e === escape && opcodes.includes(opcode) && (!d || d.includes(digit)));
}

function outcome(bytes: readonly number[], code: CodeSize): 'UD' | 'defined' | 'unknown' {
  const buffer = new Uint8Array(24);
  buffer.set(bytes);
  const i = decode(buffer, 0, buffer.length, code);
  if (typeof i === 'string') return 'unknown';
  return i.row === UNDEFINED || i.row.meaning === 'undefined' ? 'UD' : 'defined';
}

describe('LOCK', () => {
  for (const code of [16, 32, 64] as const) {
    it(`raises #UD but before what changes memory, in ${code}-bit code`, () => {
      const wrong: string[] = [];
      let locked = 0;
      for (const [escape, escapeBytes] of Object.entries(ESCAPES)) {
        for (let opcode = 0; opcode < 256; opcode++) {
          if (escape === '' && (opcode === 0x0f || NO_OPCODES.has(opcode))) continue;
          if (escape === '' && code === 64 && opcode >> 4 === 4) continue;
          if (escape === '0f' && (opcode === 0x38 || opcode === 0x3a)) continue;
          for (const prefix of PREFIXES) {
            for (let modrm = 0; modrm < 256; modrm++) {
              const behind = [...prefix, ...escapeBytes, opcode, modrm];
              const plain = outcome(behind, code);
              const expected = plain === 'defined' && mayLock(escape, opcode, modrm, code) ? 'defined' : 'UD';
              if (expected === 'defined') locked++;
              const got = outcome([0xf0, ...behind], code);
              if (got !== expected)
                wrong.push(`f0 ${behind.map((b) => b.toString(16)).join(' ')}: ${got}, not ${expected}`);
            }
          }
        }
      }
      assert.deepEqual(wrong.slice(0, 20), []);
      assert.ok(locked > 10_000, `${locked} may be locked`);
    }).timeout(60_000);
  }

  it('is a rule of 19 mnemonics', () => {
    const names = new Set(ROWS.filter((row) => row.lock).map((row) => row.mnemonic));
    assert.deepEqual(
      [...names].sort(),
      `ADC ADD AND BTC BTR BTS CMPXCHG CMPXCHG16B CMPXCHG8B DEC INC NEG NOT OR SBB SUB XADD XCHG XOR`.split(' '),
    );
  });
});
