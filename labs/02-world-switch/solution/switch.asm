; Lab 2: a guest on the processor, and the host back unharmed.
;
; The host runs in 64-bit mode at CPL 0, its memory mapped identically; SVM is enabled, VM_HSAVE_PA is set. Both routines may
; change RAX, RCX, RDX, RSI, RDI and R8 to R11. RBX, RBP, RSP and R12 to R15 are the caller's.
bits 64
%include "vmcb.inc"

; Makes a VMCB for a guest in 64-bit mode that uses the host's own page tables.
;   in:  RDI  address of the VMCB: a page of zeros
;        RSI  RIP of the guest's first instruction
;        RDX  its RSP
guest_setup:
    mov dword [rdi + VMCB_INTERCEPT_MISC1], INTERCEPT_HLT | INTERCEPT_SHUTDOWN
    mov dword [rdi + VMCB_INTERCEPT_MISC2], INTERCEPT_VMRUN
    mov dword [rdi + VMCB_ASID], 1

    mov [rdi + VMCB_RIP], rsi
    mov [rdi + VMCB_RSP], rdx
    mov qword [rdi + VMCB_RFLAGS], 2
    mov rax, cr0
    mov [rdi + VMCB_CR0], rax
    mov rax, cr3
    mov [rdi + VMCB_CR3], rax
    mov rax, cr4
    mov [rdi + VMCB_CR4], rax
    mov qword [rdi + VMCB_EFER], 0x500 | 1 << EFER_SVME ; long mode: LME and LMA; and VMRUN insists on SVME
    mov word [rdi + VMCB_CS + SELECTOR], 8
    mov word [rdi + VMCB_CS + ATTRIBUTES], CODE_64
    mov dword [rdi + VMCB_CS + LIMIT], 0xffffffff
    mov word [rdi + VMCB_SS + SELECTOR], 16
    mov word [rdi + VMCB_SS + ATTRIBUTES], DATA
    mov dword [rdi + VMCB_SS + LIMIT], 0xffffffff
    mov word [rdi + VMCB_DS + SELECTOR], 16
    mov word [rdi + VMCB_DS + ATTRIBUTES], DATA
    mov dword [rdi + VMCB_DS + LIMIT], 0xffffffff
    mov word [rdi + VMCB_ES + SELECTOR], 16
    mov word [rdi + VMCB_ES + ATTRIBUTES], DATA
    mov dword [rdi + VMCB_ES + LIMIT], 0xffffffff
    ret

; Runs the guest until its next #VMEXIT.
;   in:  RDI  address of its VMCB
;        RSI  address of its general registers, GUEST_RCX to GUEST_R15: loaded before VMRUN, stored after
;        RDX  address of a page the caller gives for the host's half of what VMSAVE saves
world_switch:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    push rdx                        ; two things are needed after #VMEXIT, when RSP is the only register left to us
    push rsi

    clgi                            ; from here on no interrupt comes in between
    mov rax, rdx
    vmsave                          ; FS, GS, TR, LDTR, KernelGSBase and the MSRs of SYSCALL: the host's
    mov rax, rdi
    vmload                          ; the guest's
    mov rcx, [rsi + GUEST_RCX]
    mov rdx, [rsi + GUEST_RDX]
    mov rbx, [rsi + GUEST_RBX]
    mov rbp, [rsi + GUEST_RBP]
    mov rdi, [rsi + GUEST_RDI]
    mov r8, [rsi + GUEST_R8]
    mov r9, [rsi + GUEST_R9]
    mov r10, [rsi + GUEST_R10]
    mov r11, [rsi + GUEST_R11]
    mov r12, [rsi + GUEST_R12]
    mov r13, [rsi + GUEST_R13]
    mov r14, [rsi + GUEST_R14]
    mov r15, [rsi + GUEST_R15]
    mov rsi, [rsi + GUEST_RSI]
    vmrun                           ; …and here the host goes on, after #VMEXIT, with its RAX and RSP
    vmsave                          ; the same registers, as the guest has left them
    push rsi
    mov rsi, [rsp + 8]
    pop qword [rsi + GUEST_RSI]
    mov [rsi + GUEST_RCX], rcx
    mov [rsi + GUEST_RDX], rdx
    mov [rsi + GUEST_RBX], rbx
    mov [rsi + GUEST_RBP], rbp
    mov [rsi + GUEST_RDI], rdi
    mov [rsi + GUEST_R8], r8
    mov [rsi + GUEST_R9], r9
    mov [rsi + GUEST_R10], r10
    mov [rsi + GUEST_R11], r11
    mov [rsi + GUEST_R12], r12
    mov [rsi + GUEST_R13], r13
    mov [rsi + GUEST_R14], r14
    mov [rsi + GUEST_R15], r15
    pop rsi
    pop rax
    vmload                          ; the host's again
    stgi

    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret
