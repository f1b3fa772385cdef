import assert from 'node:assert/strict';
import { Clock } from '../../src/engine/bus/clock';
import { I8042 } from '../../src/engine/devices/i8042';
import { keystrokes } from '../../src/session/keystrokes';

/**
 * What a terminal sends for a key, and what QEMU 7.2 then puts into port 60h: a boot sector that copies every byte of it to port E9h was
 * told of the same keys by the monitor's `sendkey`. Which key gives which character is XKB's `us(basic)`.
 */
// prettier-ignore
const QEMU: Readonly<Record<string, string>> = {
  '`': '29a9',
  '~': '2a29a9aa',
  '1': '0282',
  '!': '2a0282aa',
  '2': '0383',
  '@': '2a0383aa',
  '3': '0484',
  '#': '2a0484aa',
  '4': '0585',
  '$': '2a0585aa',
  '5': '0686',
  '%': '2a0686aa',
  '6': '0787',
  '^': '2a0787aa',
  '7': '0888',
  '&': '2a0888aa',
  '8': '0989',
  '*': '2a0989aa',
  '9': '0a8a',
  '(': '2a0a8aaa',
  '0': '0b8b',
  ')': '2a0b8baa',
  '-': '0c8c',
  '_': '2a0c8caa',
  '=': '0d8d',
  '+': '2a0d8daa',
  'q': '1090',
  'Q': '2a1090aa',
  'w': '1191',
  'W': '2a1191aa',
  'e': '1292',
  'E': '2a1292aa',
  'r': '1393',
  'R': '2a1393aa',
  't': '1494',
  'T': '2a1494aa',
  'y': '1595',
  'Y': '2a1595aa',
  'u': '1696',
  'U': '2a1696aa',
  'i': '1797',
  'I': '2a1797aa',
  'o': '1898',
  'O': '2a1898aa',
  'p': '1999',
  'P': '2a1999aa',
  '[': '1a9a',
  '{': '2a1a9aaa',
  ']': '1b9b',
  '}': '2a1b9baa',
  'a': '1e9e',
  'A': '2a1e9eaa',
  's': '1f9f',
  'S': '2a1f9faa',
  'd': '20a0',
  'D': '2a20a0aa',
  'f': '21a1',
  'F': '2a21a1aa',
  'g': '22a2',
  'G': '2a22a2aa',
  'h': '23a3',
  'H': '2a23a3aa',
  'j': '24a4',
  'J': '2a24a4aa',
  'k': '25a5',
  'K': '2a25a5aa',
  'l': '26a6',
  'L': '2a26a6aa',
  ';': '27a7',
  ':': '2a27a7aa',
  '\'': '28a8',
  '"': '2a28a8aa',
  'z': '2cac',
  'Z': '2a2cacaa',
  'x': '2dad',
  'X': '2a2dadaa',
  'c': '2eae',
  'C': '2a2eaeaa',
  'v': '2faf',
  'V': '2a2fafaa',
  'b': '30b0',
  'B': '2a30b0aa',
  'n': '31b1',
  'N': '2a31b1aa',
  'm': '32b2',
  'M': '2a32b2aa',
  ',': '33b3',
  '<': '2a33b3aa',
  '.': '34b4',
  '>': '2a34b4aa',
  '/': '35b5',
  '?': '2a35b5aa',
  '\\': '2bab',
  '|': '2a2babaa',
  '\x01': '1d1e9e9d',
  '\x1ba': '381e9eb8',
  '\x02': '1d30b09d',
  '\x1bb': '3830b0b8',
  '\x03': '1d2eae9d',
  '\x1bc': '382eaeb8',
  '\x04': '1d20a09d',
  '\x1bd': '3820a0b8',
  '\x05': '1d12929d',
  '\x1be': '381292b8',
  '\x06': '1d21a19d',
  '\x1bf': '3821a1b8',
  '\x07': '1d22a29d',
  '\x1bg': '3822a2b8',
  '\x08': '1d23a39d',
  '\x1bh': '3823a3b8',
  '\x1bi': '381797b8',
  '\x1bj': '3824a4b8',
  '\x0b': '1d25a59d',
  '\x1bk': '3825a5b8',
  '\x0c': '1d26a69d',
  '\x1bl': '3826a6b8',
  '\x1bm': '3832b2b8',
  '\x0e': '1d31b19d',
  '\x1bn': '3831b1b8',
  '\x0f': '1d18989d',
  '\x1bo': '381898b8',
  '\x10': '1d19999d',
  '\x1bp': '381999b8',
  '\x11': '1d10909d',
  '\x1bq': '381090b8',
  '\x12': '1d13939d',
  '\x1br': '381393b8',
  '\x13': '1d1f9f9d',
  '\x1bs': '381f9fb8',
  '\x14': '1d14949d',
  '\x1bt': '381494b8',
  '\x15': '1d16969d',
  '\x1bu': '381696b8',
  '\x16': '1d2faf9d',
  '\x1bv': '382fafb8',
  '\x17': '1d11919d',
  '\x1bw': '381191b8',
  '\x18': '1d2dad9d',
  '\x1bx': '382dadb8',
  '\x19': '1d15959d',
  '\x1by': '381595b8',
  '\x1a': '1d2cac9d',
  '\x1bz': '382cacb8',
  ' ': '39b9',
  '\x0d': '1c9c',
  '\x09': '0f8f',
  '\x7f': '0e8e',
  '\x1b': '0181',
  '\x1b[A': 'e048e0c8',
  '\x1b[B': 'e050e0d0',
  '\x1b[C': 'e04de0cd',
  '\x1b[D': 'e04be0cb',
  '\x1b[H': 'e047e0c7',
  '\x1b[F': 'e04fe0cf',
  '\x1b[2~': 'e052e0d2',
  '\x1b[3~': 'e053e0d3',
  '\x1b[5~': 'e049e0c9',
  '\x1b[6~': 'e051e0d1',
  '\x1bOP': '3bbb',
  '\x1bOQ': '3cbc',
  '\x1bOR': '3dbd',
  '\x1bOS': '3ebe',
  '\x1b[15~': '3fbf',
  '\x1b[17~': '40c0',
  '\x1b[18~': '41c1',
  '\x1b[19~': '42c2',
  '\x1b[20~': '43c3',
  '\x1b[21~': '44c4',
  '\x1b[23~': '57d7',
  '\x1b[24~': '58d8',
  '\x1b[Z': '2a0f8faa',
  '\x1b[1;5D': '1de04be0cb9d',
  '\x1b[15;2~': '2a3fbfaa',
  '\x1b[3;7~': '1d38e053e0d3b89d',
};

/** All a program reads at port 60h while `text` is typed. */
function read(text: string): string {
  const controller = new I8042({ time: new Clock() });
  const { codes, unknown } = keystrokes(text);
  assert.equal(unknown, '', JSON.stringify(text));
  controller.keyboard.type(codes);
  let bytes = '';
  while (controller.readPort(0x64) & 1) bytes += controller.readPort(0x60).toString(16).padStart(2, '0');
  return bytes;
}

describe('keystrokes', () => {
  for (const [text, bytes] of Object.entries(QEMU)) {
    it(`${JSON.stringify(text)} is ${bytes} at port 60h, as in QEMU`, () => assert.equal(read(text), bytes));
  }

  it('every printable character of ASCII is on a key', () => {
    for (let code = 0x20; code < 0x7f; code++) assert.ok(Object.hasOwn(QEMU, String.fromCharCode(code)), `${code}`);
  });

  it('what is pasted is typed key by key, its lines ended by Enter', () => {
    const text = 'mov ax, [Bx]\r~\x1b[A';
    const parts = ['m', 'o', 'v', ' ', 'a', 'x', ',', ' ', '[', 'B', 'x', ']', '\r', '~', '\x1b[A'];
    assert.equal(read(text), parts.map((part) => QEMU[part]).join(''));
    assert.equal(read('\n'), QEMU['\r']);
  });

  it('characters on no key are told, and the others typed', () => {
    const { codes, unknown } = keystrokes('aé€\u{1f600}b\x1b[99~');
    assert.equal(unknown, 'é€\u{1f600}\x1b[99~');
    assert.deepEqual(codes, [...keystrokes('a').codes, ...keystrokes('b').codes]);
  });
});
