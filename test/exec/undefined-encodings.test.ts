/** What the architecture leaves undefined raises #UD; what it defines and this machine lacks stops the machine with its bytes. */
import assert from 'node:assert/strict';
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

  it('a defined encoding that is lacking stops the machine, and the stop tells its bytes', () => {
    const { text, stop } = run('0xd9, 0xe8');
    assert.equal(text, '');
    assert.equal(stop.kind, 'unknown-encoding');
    assert.deepEqual(stop.kind === 'unknown-encoding' && stop.bytes.slice(0, 2), [0xd9, 0xe8]);
  });
});
