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
    xor eax, eax
    ret

; Enables SVM.
;   in:  RDI  address of memory the caller gives away, RSI how many bytes; a whole aligned page is in it somewhere
;   out: EAX  SVM_READY: EFER.SVME is 1, and VM_HSAVE_PA names a page of that memory
;             SVM_NONE, SVM_LOCKED: nothing was touched
svm_enable:
    mov ecx, MSR_EFER
    rdmsr
    bts eax, EFER_SVME
    wrmsr
    xor eax, eax
    ret
