/** Code that changes under the decoded blocks: self-modification, code beside data, and pages that are mapped anew. */
import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { longModeRom } from './long-mode-rom';

function run(body: string, compileAfter?: number): { text: string; machine: Machine } {
  let text = '';
  const machine = new Machine({
    ramSize: 16 << 20,
    rom: longModeRom(`${body}\n        mov al, 0\n        out 0xF4, al\n`),
    onDebugcon: (byte) => (text += String.fromCharCode(byte)),
    compileAfter,
  });
  const stop = machine.run(50_000_000);
  assert.equal(stop.kind, 'debug-exit', `${JSON.stringify(stop)} after "${text}"`);
  return { text, machine };
}

/** mov al, '?'; out 0xE9, al; ret at an address, as immediate stores. */
const routine = (address: string, letter: string): string => `
        mov dword [${address}], 0xE9E600B0 | '${letter}' << 8
        mov byte [${address} + 4], 0xC3`;

describe('code that changes', () => {
  it('a store into code that has run is seen by the next run of it', () => {
    const { text } = run(`
        ${routine('0x40000', 'A')}
        mov ebx, 3
.again: mov eax, 0x40000
        call rax
        inc byte [0x40001]
        dec ebx
        jnz .again`);
    assert.equal(text, 'ABC');
  });

  it('a store into the running block is seen by the instructions behind it', () => {
    // The loop body lies in RAM and rewrites the immediate of its own next instruction.
    const { text } = run(`
        lea rsi, [.body]
        mov edi, 0x41000
        mov ecx, .end - .body
        cld
        rep movsb
        mov ebx, 4
        mov eax, 0x41000
        jmp rax
.body:  inc byte [0x41000 + .letter - .body + 1]
.letter: mov al, '0'
        out 0xE9, al
        dec ebx
        jnz .body
        mov eax, .done
        jmp rax
.end:
.done:`);
    assert.equal(text, '1234');
  });

  it('REP STOSB over code that has run replaces it', () => {
    const { text } = run(`
        ${routine('0x42000', 'X')}
        mov eax, 0x42000
        call rax
        mov edi, 0x42000
        mov ecx, 4
        mov al, 0x90
        cld
        rep stosb
        ${routine('0x42004', 'Y')}
        mov eax, 0x42000
        call rax`);
    assert.equal(text, 'XY');
  });

  it('data in the same page as code, but not in the same line, invalidates nothing', () => {
    const { machine } = run(`
        ${routine('0x43000', '.')}
        mov ebp, 2000
.loop:  mov eax, 0x43000
        call rax
        inc qword [0x43800]
        dec ebp
        jnz .loop`);
    assert.equal(machine.ram.read32(0x43800), 2000);
  });

  it('a page mapped elsewhere and invalidated runs the other page’s code', () => {
    // 2 MB pages 4 and 5: the same linear address leads to 800000h, then to A00000h.
    const { text } = run(`
        ${routine('0x800000', 'P')}
        ${routine('0xA00000', 'Q')}
        mov ebx, 2
.again: mov eax, 0x800000
        call rax
        mov dword [0x3000 + 4 * 8], 0xA00083
        invlpg [rax]
        mov eax, 0x800000
        call rax
        mov dword [0x3000 + 4 * 8], 0x800083
        mov rax, cr3
        mov cr3, rax
        dec ebx
        jnz .again`);
    assert.equal(text, 'PQPQ');
  });

  for (const [how, jump] of [
    ['called', 'call rax'],
    ['jumped to', 'lea rdx, [rel .back]\n        jmp near 0x800000'],
  ] as const) {
    it(`a page mapped elsewhere under a compiled loop is ${how} where it is now`, () => {
      // add rbx, 1 and add rbx, 100; then ret, or jmp rdx. Every sixteenth time the page is exchanged.
      const leave = jump.startsWith('call') ? '0xC3' : '0xE2FF';
      let expected = 0;
      for (let left = 200, turns = 0; left > 0; left--) {
        if (left % 16 === 0) turns++;
        expected += turns % 2 === 0 ? 1 : 100;
      }
      const { text, machine } = run(
        `
        mov dword [0x800000], 0x01C38348
        mov word [0x800004], ${leave}
        mov dword [0xA00000], 0x64C38348
        mov word [0xA00004], ${leave}
        xor ebx, ebx
        mov ecx, 200
.again: test ecx, 15
        jnz .on
        xor dword [0x3000 + 4 * 8], 0x200000
        invlpg [0x800000]
.on:    mov eax, 0x800000
        ${jump}
.back:  dec ecx
        jnz .again
        mov al, 'y'
        cmp ebx, ${expected}
        je .told
        mov al, 'n'
.told:  out 0xE9, al`,
        8,
      );
      assert.equal(text, 'y', `RBX is ${machine.state.gpr(3)}`);
      assert.ok(machine.processor.executor.regions.compiled > 0);
    });
  }

  it('an instruction over a page’s end follows the mapping of both pages', () => {
    // mov al, imm8 with the immediate on the next 2 MB page, which is then mapped elsewhere.
    const { text } = run(`
        mov byte [0x9FFFFF], 0xB0
        mov dword [0xA00000], 0xC3E9E6 << 8 | 'a'
        mov dword [0xC00000], 0xC3E9E6 << 8 | 'b'
        mov ebx, 2
.again: mov eax, 0x9FFFFF
        call rax
        mov dword [0x3000 + 5 * 8], 0xC00083
        invlpg [0xA00000]
        mov eax, 0x9FFFFF
        call rax
        mov dword [0x3000 + 5 * 8], 0xA00083
        invlpg [0xA00000]
        dec ebx
        jnz .again`);
    assert.equal(text, 'abab');
  });

  it('a store over a page’s end writes both pages, and code on either is replaced', () => {
    const { text } = run(`
        ${routine('0xA00000', 'm')}
        mov eax, 0xA00000
        call rax
        mov qword [0x9FFFFE], 0
        mov rdx, 0xE6 << 24 | 'n' << 16 | 0xB0 << 8
        shl rdx, 8
        mov [0x9FFFFE], rdx
        mov rdx, 0xC3E9E600B0
        mov [0x9FFFFF], dl
        mov rdx, 0x00C3E9E600B00000 | 'n' << 24
        mov [0x9FFFFE], rdx
        mov eax, 0xA00000
        call rax`);
    assert.equal(text, 'mn');
  });
});
