; The checker's side: calls the learner's routines with registers and memory of the seed's choosing, and notes what came back.
bits 64
org 0x100000

%define DEBUG_EXIT 0xf4
%define GATE 0x8e00                 ; present, DPL 0, 64-bit interrupt gate

lab_record_at equ LAB_RECORD

_start:
    lea rax, [rel lab_fault]
    lea rdi, [rel lab_idt]
    mov ecx, 32
.gate:
    mov [rdi], ax
    mov word [rdi + 2], 8
    mov word [rdi + 4], GATE
    mov rdx, rax
    shr rdx, 16
    mov [rdi + 6], dx
    shr rdx, 16
    mov [rdi + 8], edx
    add rdi, 16
    loop .gate
    lidt [rel lab_idtr]

    mov rbx, KEPT_RBX
    mov rbp, KEPT_RBP
    mov r12, KEPT_R12
    mov r13, KEPT_R13
    mov r14, KEPT_R14
    mov r15, KEPT_R15
    mov [rel lab_rsp], rsp

    mov rdi, LAB_RECORD
    mov rdx, GARBAGE
    mov rax, GARBAGE
    call svm_probe
    mov [rel lab_probed], eax
    mov rdi, LAB_MEMORY
    mov rsi, LAB_MEMORY_SIZE
    mov rdx, GARBAGE
    mov rax, GARBAGE
    call svm_enable
    mov [rel lab_enabled], eax

    mov [rel lab_kept], rbx
    mov [rel lab_kept + 8], rbp
    mov [rel lab_kept + 16], r12
    mov [rel lab_kept + 24], r13
    mov [rel lab_kept + 32], r14
    mov [rel lab_kept + 40], r15
    mov [rel lab_rsp_after], rsp
lab_asks:
    mov eax, 0x8000000a
    cpuid
    mov [rel lab_asids], ebx
    mov [rel lab_features], edx
    xor eax, eax
    out DEBUG_EXIT, al

lab_fault:
    mov eax, 1
    out DEBUG_EXIT, al

align 16
lab_idtr:
    dw 32 * 16 - 1
    dq lab_idt
align 8
lab_probed: dd 0xffffffff
lab_enabled: dd 0xffffffff
lab_kept: times 6 dq 0
lab_rsp: dq 0
lab_rsp_after: dq 0
lab_asids: dd 0
lab_features: dd 0
align 16
lab_idt: times 32 * 16 db 0

%include "enable.asm"
