; Press F5: calls your routines on the bare machine and prints what they say.
bits 64
org 0x100000

COM1 equ 0x3f8

_start:
    lea rdi, [rel record]
    call svm_probe
    lea rsi, [rel says_probe]
    call print_with
    mov rdi, memory + 0x123         ; not at a page's start
    mov esi, 0x2000
    call svm_enable
    lea rsi, [rel says_enable]
    call print_with

    mov ecx, MSR_EFER
    rdmsr
    lea rsi, [rel says_efer]
    call print_with
    mov ecx, MSR_VM_HSAVE_PA
    rdmsr
    lea rsi, [rel says_page]
    call print_with
    mov eax, [rel record]
    lea rsi, [rel says_features]
    call print_with
    mov eax, [rel record + FEATURE_ASIDS]
    lea rsi, [rel says_asids]
    call print_with
    cli
    hlt

; Prints the text at RSI, EAX in hexadecimal, and a new line.
print_with:
    mov r8d, eax
    call print
    mov ecx, 8
.digit:
    rol r8d, 4
    mov eax, r8d
    and eax, 15
    cmp al, 10
    jb .decimal
    add al, 'A' - 10 - '0'
.decimal:
    add al, '0'
    call put
    dec ecx
    jnz .digit
    lea rsi, [rel new_line]
print:
    lodsb
    test al, al
    jz .done
    call put
    jmp print
.done:
    ret
put:
    mov dx, COM1
    out dx, al
    ret

says_probe:    db "svm_probe returns   ", 0
says_enable:   db "svm_enable returns  ", 0
says_efer:     db "EFER                ", 0
says_page:     db "VM_HSAVE_PA         ", 0
says_features: db "features            ", 0
says_asids:    db "ASIDs               ", 0
new_line:      db 13, 10, 0
record:        dq 0

%include "enable.asm"

align 4096
memory: times 0x3000 db 0
