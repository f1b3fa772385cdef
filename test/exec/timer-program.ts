/** A program for long-mode-rom that timer interrupts meet at every kind of place, within REP included. */
import { picSetup } from '../pic-setup';

/** The PIT interrupts a loop that counts; each interrupt reports the counter it met. */
export const TIMER = `
        lea rax, [handler]
        mov edi, 0x20
        call gate
        lidt [idtr]
        ${picSetup(0x20, 0xfe)}
        mov al, 0x34            ; channel 0, mode 2
        out 0x43, al
        mov al, 61
        out 0x40, al
        mov al, 0
        out 0x40, al
        xor ebx, ebx
        xor ebp, ebp
        sti
.count: inc rbx
        mov [0x50000], rbx
        add qword [0x50008], 3
        mov edi, 0x60000
        mov ecx, 13
        rep stosb
        cmp ebp, 40
        jb .count
        cli
        mov al, 0
        out 0xF4, al
handler:
        push rax
        push rcx
        mov rax, rbx
        mov ecx, 6
.digit: push rax
        call digit
        pop rax
        shr rax, 4
        loop .digit
        mov al, ' '
        out 0xE9, al
        mov rax, [rsp + 16]     ; RIP that was interrupted: also within REP
        call digit
        mov al, [rsp]
        call digit
        mov al, 0x20
        out 0x20, al
        inc ebp
        pop rcx
        pop rax
        iretq
`;
