; The checker's side: calls the learner's routines with registers and memory of the seed's choosing, and notes what came back.
bits 64
org 0x100000

lab_record_at equ LAB_RECORD

_start:
    LAB_SET_GATES

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
    out LAB_DEBUG_EXIT, al

LAB_GATES
lab_probed: dd 0xffffffff
lab_enabled: dd 0xffffffff
lab_kept: times 6 dq 0
lab_rsp: dq 0
lab_rsp_after: dq 0
lab_asids: dd 0
lab_features: dd 0

%include "enable.asm"
