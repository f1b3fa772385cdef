; Asks CPUID who is there, and prints what it is told.
bits 64
org 0x100000

COM1 equ 0x3f8

_start:
    mov rsp, 0x180000

    mov esi, says.processor
    call print
    mov eax, 0
    call vendor

    mov esi, says.svm
    call print
    mov eax, 0x80000001
    db 0x66, 0x3e                   ; two prefixes CPUID takes no notice of
    cpuid
    bt ecx, 2
    call yes_or_no

    mov esi, says.hypervisor
    call print
    mov eax, 1
    cpuid
    bt ecx, 31
    call yes_or_no

    mov esi, says.name
    call print
    mov eax, 0x40000000
    call vendor

    cli
    hlt

; The twelve letters function EAX spells. They come in EBX, EDX, ECX below 4000_0000h, and in EBX, ECX, EDX from there on.
vendor:
    mov r12d, eax
    cpuid
    mov [letters], ebx
    cmp r12d, 0x40000000
    je .hypervisor
    xchg ecx, edx
.hypervisor:
    mov [letters + 4], ecx
    mov [letters + 8], edx
    mov esi, letters
    jmp print

; "yes" if CF is 1.
yes_or_no:
    mov esi, says.yes
    jc print
    mov esi, says.no

; The text at RSI, up to a zero byte.
print:
    mov dx, COM1
.next:
    lodsb
    test al, al
    jz .done
    out dx, al
    jmp .next
.done:
    ret

letters:
    times 12 db '.'
    db 13, 10, 0

says:
.processor:  db 'processor   ', 0
.svm:        db 'SVM         ', 0
.hypervisor: db 'hypervisor  ', 0
.name:       db 'its name    ', 0
.yes:        db 'yes', 13, 10, 0
.no:         db 'no', 13, 10, 0
