import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import { startMachine } from '../../src/engine/machine/boot/start-machine';
import { startState } from '../../src/engine/machine/boot/start-state';
import { Machine } from '../../src/engine/machine/machine';
import { A20_MASKED } from '../../src/engine/state/layout';

function run(source: string, bits: 16 | 64, origin?: number): { machine: Machine; text: string } {
  const { bytes, diagnostics } = assemble(source, { file: 'a20.asm' });
  assert.deepEqual(diagnostics, []);
  let text = '';
  const machine = new Machine({ ramSize: 8 << 20, onDebugcon: (byte) => (text += String.fromCharCode(byte)) });
  startMachine(machine, startState(loadFlat(bytes, { bits, origin })));
  assert.deepEqual(machine.run(1_000_000), { kind: 'debug-exit', status: 1, value: 0 });
  return { machine, text };
}

/** Prints what is read through 1 MB + 500h and through 500h, after both were written while the gate was open. */
const REAL = `
        bits 16
        org 0x7c00
        xor ax, ax
        mov ds, ax
        dec ax
        mov es, ax
        mov byte [0x500], 'l'
        mov byte [es:0x510], 'h'
        call show
        in al, 0x92
        and al, 0xfc
        out 0x92, al
        call show
        mov byte [es:0x510], 'w'
        call show
        mov al, 0xdf            ; the keyboard controller opens it
        out 0x64, al
        call show
        mov al, 0xd1
        out 0x64, al
        mov al, 0xdd            ; and closes it
        out 0x60, al
        call show
        mov al, 2
        out 0x92, al
        call show
        xor ax, ax
        out 0xf4, ax
show:   mov al, [es:0x510]
        out 0xe9, al
        mov al, [0x500]
        out 0xe9, al
        mov al, ' '
        out 0xe9, al
        ret
`;

/** In long mode at 2 MB: data and page tables that are asked for one megabyte too high. */
const LONG = `
        bits 64
        org 0x200000
start:  mov byte [0x300fff], 'h'
        mov byte [0x200fff], 'l'
        mov al, [0x300fff]
        out 0xe9, al
        xor al, al
        out 0x92, al
        mov rbx, cr3
        lea rax, [rbx + 0x100000]
        mov cr3, rax
        mov al, [0x300fff]
        out 0xe9, al
        lea rax, [rel here]
        add rax, 0x100000
        jmp rax                 ; code is fetched from where it is
here:   mov al, 'c'
        out 0xe9, al
        mov cr3, rbx
        lea rax, [rel there]
        and rax, ~0x100000
        jmp rax
there:  mov al, 2
        out 0x92, al
        mov al, [0x300fff]
        out 0xe9, al
        xor eax, eax
        out 0xf4, eax
`;

describe('A20', () => {
  it('is one gate of port 92h and keyboard controller, open after RESET', () => {
    const { machine, text } = run(REAL, 16);
    assert.equal(text, 'hl ll ww hw ww hw ');
    assert.equal(machine.state.i32[A20_MASKED >> 2], 0);
  });

  it('masks data, code and page tables behind paging', () => {
    assert.equal(run(LONG, 64, 0x20_0000).text, 'hlch');
  });

  it('is opened by RESET', () => {
    const machine = new Machine({ ramSize: 1 << 20 });
    machine.board.io.writePort(0x92, 1, 0);
    assert.equal(machine.state.i32[A20_MASKED >> 2], 1);
    machine.reset();
    assert.equal(machine.state.i32[A20_MASKED >> 2], 0);
    assert.equal(machine.board.io.readPort(0x92, 1), 2);
  });
});
