/** A ROM that brings the machine into 64-bit mode at CPL 0 with 1 GB mapped one to one by 2 MB pages, and runs a body there. */
import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';

/** Page tables at 1000h (PML4), 2000h, 3000h; stack below 90000h; IDT at 10000h, empty. The body lies at `start` in the ROM. */
export function longModeRom(body: string): Uint8Array {
  const source = `
        bits 16
        org 0xF0000
entry:  cli
        lgdt [cs:gdtr - $$]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword 8:protected
        align 8
gdt:    dq 0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF, 0x00AF9B000000FFFF
gdtr:   dw 31
        dd gdt
idtr:   dw 0xFFF
        dq 0x10000
        bits 32
protected:
        mov ax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, 0x90000
        mov dword [0x1000], 0x2003
        mov dword [0x2000], 0x3003
        mov edi, 0x3000
        mov eax, 0x83
        mov ecx, 512
.pd:    mov [edi], eax
        add eax, 0x200000
        add edi, 8
        loop .pd
        mov eax, 0x1000
        mov cr3, eax
        mov eax, 0x20
        mov cr4, eax
        mov ecx, 0xC0000080
        rdmsr
        or eax, 0x100
        wrmsr
        mov eax, cr0
        or eax, 0x80000000
        mov cr0, eax
        jmp 0x18:start
        bits 64
; RAX: an address, RDI: a vector. Makes an interrupt gate.
gate:   shl edi, 4
        add edi, 0x10000
        mov [rdi], ax
        mov word [rdi + 2], 0x18
        mov word [rdi + 4], 0x8E00
        shr rax, 16
        mov [rdi + 6], ax
        ret
; AL in hexadecimal to port E9h.
digit:  and al, 15
        cmp al, 10
        jb .low
        add al, 7
.low:   add al, '0'
        out 0xE9, al
        ret
start:
${body}
        times 0xFFF0 - ($ - $$) db 0xF4
        bits 16
        jmp 0xF000:(entry - $$)
        times 0x10000 - ($ - $$) db 0
`;
  const { bytes, diagnostics } = assemble(source, { file: 'rom.asm' });
  assert.deepEqual(
    diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.line}: ${d.message}`),
    [],
  );
  return bytes;
}
