; Asks its hypervisor for this and that: run it and look at RAX in the exit log.
bits 64
org 0x100000

CONSOLE_WRITE equ 1
INFO          equ 3
BATCH         equ 4
ENTRY         equ 40

_start:
    ; a greeting
    mov eax, CONSOLE_WRITE
    mov ebx, greeting
    mov ecx, greeting.length
    vmmcall

    ; who is there?
    mov eax, INFO
    mov ebx, record
    mov ecx, 32
    vmmcall

    ; a forged pointer: no memory of this guest's, whatever lies there
    mov eax, CONSOLE_WRITE
    mov ebx, 0x40000000
    mov ecx, 16
    vmmcall                         ; RAX should be -2

    ; three calls for the price of one exit
    mov eax, BATCH
    mov ebx, entries
    mov ecx, 3
    vmmcall
    cli
    hlt

greeting: db 'Hello from below.', 13, 10
.length equ $ - greeting
one:      db 'one '
two:      db 'two '
three:    db 'three', 13, 10

    align 8
entries:
    dq CONSOLE_WRITE, one, 4, 0, 0
    dq CONSOLE_WRITE, two, 4, 0, 0
    dq CONSOLE_WRITE, three, 7, 0, 0
record:
    times 4 dq 0
