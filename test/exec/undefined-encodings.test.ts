/** What the architecture leaves undefined raises #UD, and what no processor here advertises; there is nothing else. */
import assert from 'node:assert/strict';
import { decode } from '../../src/engine/isa/decode';
import { Machine } from '../../src/engine/machine/machine';
import { longModeRom } from './long-mode-rom';

function run(bytes: string): { text: string; stop: ReturnType<Machine['run']> } {
  let text = '';
  const machine = new Machine({
    ramSize: 8 << 20,
    rom: longModeRom(`
        lea rax, [invalid]
        mov edi, 6
        call gate
        lidt [idtr]
        db ${bytes}
        mov al, 'r'             ; it ran
        out 0xE9, al
        mov al, 0
        out 0xF4, al
invalid: mov al, 'U'
        out 0xE9, al
        mov al, 0
        out 0xF4, al`),
    onDebugcon: (byte) => (text += String.fromCharCode(byte)),
  });
  const stop = machine.run(1_000_000);
  return { text, stop };
}

describe('encodings without a meaning', () => {
  const undefinedOnes = [
    ['0xff, 0xff', 'FF /7'],
    ['0xfe, 0xd0', 'FE /2'],
    ['0xc6, 0xc8, 0', 'C6 /1'],
    ['0x0f, 0x00, 0xf0', '0F 00 /6'],
    ['0x0f, 0xba, 0xc0, 1', '0F BA /0'],
    ['0x0f, 0x04', '0F 04'],
    ['0x0f, 0x0b', 'UD2'],
    ['0x27', 'DAA in 64-bit mode'],
    ['0x06', 'PUSH ES in 64-bit mode'],
    ['0x48, 0x60', 'PUSHA with REX.W'],
    ['0xf0, 0x01, 0xc0', 'LOCK ADD of a register'],
    ['0xf0, 0x90', 'LOCK NOP'],
    ['0xff, 0xe8', 'JMP far to a register'],
    ['0x8d, 0xc0', 'LEA of a register'],
  ] as const;
  for (const [bytes, name] of undefinedOnes) {
    it(`${name} raises #UD`, () => {
      const { text, stop } = run(bytes);
      assert.deepEqual({ text, kind: stop.kind }, { text: 'U', kind: 'debug-exit' });
    });
  }

  it('there is none that stops the machine: each first bytes are a row or #UD', () => {
    const unknown: string[] = [];
    for (const code of [16, 32, 64] as const) {
      for (const escape of [[], [0x48], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]]) {
        for (let opcode = 0; opcode < 0x100; opcode++) {
          for (let modrm = 0; modrm < 0x100; modrm++) {
            const bytes = Uint8Array.from([...escape, opcode, modrm, ...Array<number>(12).fill(0)]);
            if (decode(bytes, 0, bytes.length, code) === 'unknown')
              unknown.push(`${code}: ${[...escape, opcode, modrm].map((byte) => byte.toString(16)).join(' ')}`);
          }
        }
      }
    }
    assert.deepEqual(unknown.slice(0, 20), []);
  });
});
