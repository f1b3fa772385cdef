; The checker's side: a host whose registers and bases change from round to round, and a guest that does the same and sleeps in between.
; Each looks whether it finds again what it has left.
bits 64
org 0x100000

MSR_FS_BASE        equ 0xc0000100
MSR_GS_BASE        equ 0xc0000101
MSR_KERNEL_GS_BASE equ 0xc0000102
EXITCODE           equ 0x070
SAVED_RIP          equ 0x578
EXIT_HLT           equ 0x78
; What is written to the debug exit port.
WELL               equ 0
OTHER_EXIT         equ 2
LOST_BY_HOST       equ 3
LOST_BY_GUEST      equ 4

_start:
    LAB_SET_GATES
    mov rdi, LAB_VMCB
    mov rsi, lab_guest
    mov rdx, LAB_GUEST_RSP
    mov rbx, [lab_host]
    mov [lab_rsp], rsp
    call guest_setup
    mov rsp, [lab_rsp]

lab_round:
    mov rsi, lab_host_bases
    call lab_set_bases
    mov rbx, [lab_host]
    mov rbp, [lab_host + 8]
    mov r12, [lab_host + 16]
    mov r13, [lab_host + 24]
    mov r14, [lab_host + 32]
    mov r15, [lab_host + 40]
    mov rax, LAB_GARBAGE
    mov rcx, rax
    mov r8, rax
    mov r9, rax
    mov r10, rax
    mov r11, rax
    mov rdi, LAB_VMCB
    mov rsi, LAB_REGISTERS
    mov rdx, LAB_HOST_PAGE
    mov [lab_rsp], rsp
    call world_switch
lab_back:
    cli                             ; the checker looks at GIF here
    mov [lab_found], rbx
    mov [lab_found + 8], rbp
    mov [lab_found + 16], r12
    mov [lab_found + 24], r13
    mov [lab_found + 32], r14
    mov [lab_found + 40], r15
    mov [lab_found + 48], rsp
    mov rsp, [lab_rsp]
    mov al, OTHER_EXIT
    cmp qword [LAB_VMCB + EXITCODE], EXIT_HLT
    jne lab_end

    mov rax, [lab_rsp]
    mov [lab_host + 48], rax
    mov rsi, lab_host
    mov rdi, lab_found
    mov ecx, 7
    call lab_compare
    jne lab_lost
    mov rdi, lab_found
    call lab_get_bases
    mov rsi, lab_host_bases
    mov rdi, lab_found
    mov ecx, 3
    call lab_compare
    je lab_kept
    add edx, 16                     ; 16 FS, 17 GS, 18 KernelGSBase
lab_lost:
    mov [lab_which], edx
    mov al, LOST_BY_HOST
    jmp lab_end
lab_kept:
    mov al, LOST_BY_GUEST
    cmp dword [lab_guest_which], -1
    jne lab_end

    inc qword [LAB_VMCB + SAVED_RIP] ; behind the HLT
    mov rax, LAB_STEP
    mov rdi, lab_host
    mov ecx, 6
    call lab_advance
    mov eax, 0x1000
    mov rdi, lab_host_bases
    mov ecx, 3
    call lab_advance
    inc dword [lab_rounds]
    cmp dword [lab_rounds], LAB_ROUNDS
    jb lab_round
    mov al, WELL
lab_end:
    out LAB_DEBUG_EXIT, al

; Compares RCX quadwords at RSI and RDI; EDX: index of the first that differs, and ZF clear.
lab_compare:
    xor edx, edx
.next:
    mov rax, [rsi + rdx * 8]
    cmp rax, [rdi + rdx * 8]
    jne .done
    inc edx
    cmp edx, ecx
    jne .next
.done:
    ret

; Adds RAX to RCX quadwords at RDI.
lab_advance:
    add [rdi], rax
    add rdi, 8
    loop lab_advance
    ret

; FS, GS and KernelGSBase from the three quadwords at RSI, or to those at RDI.
lab_set_bases:
    mov ecx, MSR_FS_BASE
.next:
    mov eax, [rsi]
    mov edx, [rsi + 4]
    wrmsr
    add rsi, 8
    inc ecx
    cmp ecx, MSR_KERNEL_GS_BASE
    jbe .next
    ret
lab_get_bases:
    mov ecx, MSR_FS_BASE
.next:
    rdmsr
    mov [rdi], eax
    mov [rdi + 4], edx
    add rdi, 8
    inc ecx
    cmp ecx, MSR_KERNEL_GS_BASE
    jbe .next
    ret

%macro LAB_STORE_ALL 1
    mov [%1], rax
    mov [%1 + 8], rcx
    mov [%1 + 16], rdx
    mov [%1 + 24], rbx
    mov [%1 + 32], rsp
    mov [%1 + 40], rbp
    mov [%1 + 48], rsi
    mov [%1 + 56], rdi
    mov [%1 + 64], r8
    mov [%1 + 72], r9
    mov [%1 + 80], r10
    mov [%1 + 88], r11
    mov [%1 + 96], r12
    mov [%1 + 104], r13
    mov [%1 + 112], r14
    mov [%1 + 120], r15
%endmacro

; The guest. It must not find out that it is one.
lab_guest:
    mov [lab_guest_rsp], rsp
lab_guest_round:
    mov rsp, [lab_guest_rsp]
    mov rsi, lab_guest_bases
    call lab_set_bases
    mov rax, [lab_guest_values]
    mov rcx, [lab_guest_values + 8]
    mov rdx, [lab_guest_values + 16]
    mov rbx, [lab_guest_values + 24]
    mov rsp, [lab_guest_values + 32]
    mov rbp, [lab_guest_values + 40]
    mov rsi, [lab_guest_values + 48]
    mov rdi, [lab_guest_values + 56]
    mov r8, [lab_guest_values + 64]
    mov r9, [lab_guest_values + 72]
    mov r10, [lab_guest_values + 80]
    mov r11, [lab_guest_values + 88]
    mov r12, [lab_guest_values + 96]
    mov r13, [lab_guest_values + 104]
    mov r14, [lab_guest_values + 112]
    mov r15, [lab_guest_values + 120]
lab_guest_hlt:
    hlt
    LAB_STORE_ALL lab_guest_found
    mov rsp, [lab_guest_rsp]
    mov rsi, lab_guest_values
    mov rdi, lab_guest_found
    mov ecx, 16
    call lab_compare
    jne .lost
    mov rdi, lab_guest_found
    call lab_get_bases
    mov rsi, lab_guest_bases
    mov rdi, lab_guest_found
    mov ecx, 3
    call lab_compare
    je .kept
    add edx, 16                     ; 16 FS, 17 GS, 18 KernelGSBase
.lost:
    mov [lab_guest_which], edx
.kept:
    mov rax, LAB_STEP
    mov rdi, lab_guest_values
    mov ecx, 16
    call lab_advance
    mov eax, 0x3000
    mov rdi, lab_guest_bases
    mov ecx, 3
    call lab_advance
    jmp lab_guest_round

LAB_GATES
align 8
lab_rsp: dq 0
lab_rounds: dd 0
lab_which: dd -1
lab_guest_which: dd -1
align 8
lab_guest_rsp: dq 0
lab_host: dq LAB_HOST_VALUES, 0
lab_found: times 7 dq 0
lab_host_bases: dq LAB_HOST_BASES
lab_guest_values: dq LAB_GUEST_VALUES
lab_guest_found: times 16 dq 0
lab_guest_bases: dq LAB_GUEST_BASES

%include "switch.asm"
