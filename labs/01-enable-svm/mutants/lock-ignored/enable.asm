; Lab 1: turn SVM on, wherever it can be turned on, and nowhere else.
;
; Both routines are called in 64-bit mode at CPL 0. They may change RAX, RCX, RDX, RSI, RDI and R8 to R11, and must bring
; back everything else as it was: RBX, RBP, RSP and R12 to R15 are the caller's.
bits 64
%include "svm.inc"

; What can this processor do?
;   in:  RDI  address of a record of 8 bytes (FEATURE_… in svm.inc); left alone if there is no SVM
;   out: EAX  SVM_READY, SVM_NONE or SVM_LOCKED
svm_probe:
    push rbx                        ; CPUID writes it
    mov eax, CPUID_EXTENDED
    cpuid
    bt ecx, ECX_SVM
    jnc .none
    mov eax, CPUID_SVM
    cpuid
    mov [rdi + FEATURE_ASIDS], ebx
    bt edx, SVM_NP
    setc [rdi + FEATURE_NP]
    bt edx, SVM_NRIPS
    setc [rdi + FEATURE_NRIPS]
    bt edx, SVM_FLUSH_BY_ASID
    setc [rdi + FEATURE_FLUSH_BY_ASID]
    bt edx, SVM_DECODE_ASSISTS
    setc [rdi + FEATURE_DECODE_ASSISTS]

    mov eax, SVM_READY
.done:
    pop rbx
    ret
.none:
    mov eax, SVM_NONE
    jmp .done

; Enables SVM.
;   in:  RDI  address of memory the caller gives away, RSI how many bytes; a whole aligned page is in it somewhere
;   out: EAX  SVM_READY: EFER.SVME is 1, and VM_HSAVE_PA names a page of that memory
;             SVM_NONE, SVM_LOCKED: nothing was touched
svm_enable:
    push rdi
    sub rsp, 8                      ; a record nobody reads
    mov rdi, rsp
    call svm_probe
    add rsp, 8
    pop rdi
    cmp eax, SVM_READY
    jne .done

    mov ecx, MSR_VM_CR              ; disabled, but not locked: it can be taken back
    rdmsr
    btr eax, VM_CR_SVMDIS
    jnc .allowed
    wrmsr
.allowed:
    mov ecx, MSR_EFER
    rdmsr
    bts eax, EFER_SVME
    wrmsr

    lea rax, [rdi + 0xfff]          ; up to the next page
    and rax, ~0xfff
    mov rdx, rax
    shr rdx, 32
    mov ecx, MSR_VM_HSAVE_PA
    wrmsr
    mov eax, SVM_READY
.done:
    ret
