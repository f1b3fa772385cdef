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
    mov qword [rdi + VMCB_EFER], 0x500  ; long mode: LME and LMA
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
    clgi                            ; from here on no interrupt comes in between
    mov rax, rdi
    vmload                          ; FS, GS, TR, LDTR, KernelGSBase and the MSRs of SYSCALL: the guest's
    vmrun                           ; …and here the host goes on, after #VMEXIT
    vmsave                          ; the same registers, as the guest has left them
    stgi
    ret
