/** Whole programs of the kinds people write for this machine. */

const bootSector = `
        bits 16
        org 0x7c00

STACK   equ 0x7c00
COM1    equ 0x3f8

start:  cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, STACK
        jmp 0:.flush
.flush: sti
        mov [drive], dl
        mov si, message
        call print
        lgdt [gdt.pointer]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword gdt.code-gdt:protected

print:  lodsb
        test al, al
        jz .done
        mov dx, COM1
        out dx, al
        jmp print
.done:  ret

        align 8, db 0
gdt:    dq 0
.code:  dq 0x00cf9a000000ffff
.data:  dq 0x00cf92000000ffff
.end:
.pointer:
        dw gdt.end - gdt - 1
        dd gdt

        bits 32
protected:
        mov ax, gdt.data - gdt
        mov ds, eax
        mov esp, 0x9000
        mov dword [0xb8000], 'P' | 0x0700
        hlt
        jmp $-1

message db "Hello, guest", 13, 10, 0
drive   db 0
        times 510 - ($ - $$) db 0
        dw 0xaa55
`;

const longMode = `
        bits 32
        org 0x100000
%define PAGE(n) (0x1000 * (n))
%define PRESENT 1
%define WRITE (1 << 1)
%define LARGE (1 << 7)

entry:  mov edi, PAGE(1)
        mov cr3, edi
        xor eax, eax
        mov ecx, 4096
        rep stosd
        mov dword [PAGE(1)], PAGE(2) + (PRESENT | WRITE)
        mov dword [PAGE(2)], PAGE(3) + (PRESENT | WRITE)
        mov eax, PRESENT | WRITE | LARGE
        mov edi, PAGE(3)
.fill:  mov [edi], eax
        add eax, 0x200000
        add edi, 8
        cmp edi, PAGE(4)
        jb .fill
        mov eax, cr4
        or eax, 1 << 5
        mov cr4, eax
        mov ecx, 0xc0000080
        rdmsr
        or eax, (1 << 8) | (1 << 12)
        wrmsr
        mov eax, cr0
        or eax, 1 << 31
        mov cr0, eax
        lgdt [gdtr]
        jmp 8:wide

        bits 64
        default rel
wide:   mov rax, 0xffff800000000000
        lea rsi, [text]
        mov rdi, qword [pointer]
        mov rcx, text.end - text
        rep outsb
        mov rax, vmcb
        vmload
        vmrun
        vmsave
        vmmcall
        cmp qword [vmcb + 0x70], 0x72
        je .cpuid
        jmp near .other
.cpuid: add qword [vmcb + 0x578], byte 2
        mov eax, [rax + rcx*4 + (vmcb.save - vmcb)]
        jmp wide
.other: hlt
        jmp .other

section .data align=16
text:   db 'guest', 10
.end:
pointer: dq text
gdt:    dq 0, 0x00209a0000000000, 0x0000920000000000
gdtr:   dw $ - gdt - 1
        dq gdt

section .bss align=4096
vmcb:   resb 0x400
.save:  resb 0xc00
stack:  resb 16384
.top:
`;

const macros = `
        bits 64
        org 0xffffffff80000000
%macro handler 1-2 0
  handler_%1:
    %if %2 = 0
        push 0
    %endif
        push %1
        jmp shared
%endmacro
%assign n 0
%rep 32
  %if n = 8 || (n >= 10 && n <= 14) || n = 17
        handler n, 1
  %else
        handler n
  %endif
  %assign n n+1
%endrep

shared: push rax
        push rbx
        mov rdi, rsp
        call [rel table]
        pop rbx
        pop rax
        add rsp, 16
        iretq
table:
%assign n 0
%rep 32
        dq handler_ %+ n
  %assign n n+1
%endrep
struc frame
.rax:   resq 1
.rbx:   resq 1
.vector: resq 1
.error: resq 1
endstruc
        mov rax, [rsp + frame.vector]
        lea rbx, [rsp + frame_size]
        sub rsp, frame_size
`;

/** Jumps over every distance around the limits of a short one, forward and back, tangled. */
function jumps(): string {
  const lines = ['bits 64'];
  for (let n = 0; n < 60; n++) {
    lines.push(`t${n}:`, `jmp t${(n * 7 + 3) % 60}`, `jz t${(n * 11 + 5) % 60}`, `times ${(n * 13) % 40} nop`);
    lines.push(`add eax, t${(n + 9) % 60} - t${n}`, `mov ecx, [rbx + t${(n * 3) % 60} - t${n}]`);
  }
  return lines.join('\n') + '\n';
}

export const LISTINGS: Readonly<Record<string, string>> = {
  'boot sector': bootSector,
  'into long mode': longMode,
  'macros and structures': macros,
  'tangled jumps': jumps(),
};
