; Reads its clock again and again: run it and watch what RDTSC says across an exit.
;
; `readings` holds what the guest read, and `ticks` how much the clock moved from each reading to the next.
bits 64
org 0x100000

READINGS equ 8

_start:
    mov edi, readings
    mov byte [rdi], 0               ; the page is there from now on
    mov r12d, READINGS
.next:
    rdtsc
    shl rdx, 32
    or rax, rdx
    stosq
    test r12d, 1
    jz .quiet
    cpuid                           ; an exit: how long does it take by the guest's clock?
.quiet:
    times 10 nop
    dec r12d
    jnz .next

    ; differences
    mov esi, readings
    mov edi, ticks
    mov ecx, READINGS - 1
.difference:
    mov rax, [rsi + 8]
    sub rax, [rsi]
    stosq
    add rsi, 8
    loop .difference
    cli
    hlt

    align 4096
readings:
    times READINGS dq 0
ticks:
    times READINGS - 1 dq 0
