; Press F5: enables SVM, sets your guest up, enters it three times, and prints what became of it.
bits 64
org 0x100000

MSR_VM_HSAVE_PA equ 0xc0010117
COM1            equ 0x3f8

_start:
    mov ecx, MSR_EFER
    rdmsr
    bts eax, EFER_SVME
    wrmsr
    mov ecx, MSR_VM_HSAVE_PA
    mov eax, host_save
    xor edx, edx
    wrmsr

    mov rdi, vmcb
    mov rsi, guest
    mov rdx, guest_stack
    call guest_setup

    mov r12d, 3
.again:
    mov rbx, 0x1122334455667788
    mov rdi, vmcb
    mov rsi, registers
    mov rdx, host_page
    call world_switch
    mov r13, rbx
    mov rsi, says_exit
    mov r8, [vmcb + VMCB_EXITCODE]
    call print_with
    mov rsi, says_guest
    mov r8, [registers + GUEST_RBX]
    call print_with
    mov rsi, says_host
    mov r8, r13
    call print_with
    inc qword [vmcb + VMCB_RIP]     ; behind the HLT
    dec r12d
    jnz .again
    cli
    hlt

; Counts in RBX, and sleeps.
guest:
    xor ebx, ebx
.next:
    inc rbx
    hlt
    jmp .next

; Prints the text at RSI, R8 in hexadecimal, and a new line.
print_with:
    call print
    mov ecx, 16
.digit:
    rol r8, 4
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
    mov rsi, new_line
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

says_exit:  db "EXITCODE        ", 0
says_guest: db "guest's RBX     ", 0
says_host:  db "host's RBX      ", 0
new_line:   db 13, 10, 0

%include "switch.asm"

align 4096
vmcb:      times 4096 db 0
host_page: times 4096 db 0
host_save: times 4096 db 0
registers: times 4096 db 0
    times 4096 db 0
guest_stack:
