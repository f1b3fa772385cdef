; Provokes one #VMEXIT after another: run it, then open the exit log.
;
; Each instruction below is intercepted by a bit of the VMCB's control area, or by a map it points to.
bits 64
org 0x100000

COM1         equ 0x3f8
MSR_EFER     equ 0xc0000080
MSR_UNKNOWN  equ 0xc0011abc
VMMCALL_NONE equ 0x1234
OUTSIDE      equ 0xf0000000         ; no memory of the guest's there

_start:
    lidt [rel idt_pointer]          ; faults come back to `skip`

    xor eax, eax
    cpuid                           ; VMEXIT_CPUID: the vendor's name
    mov eax, 0x8000000a
    cpuid                           ; VMEXIT_CPUID: SVM for a guest?

    mov ecx, MSR_EFER
    rdmsr                           ; VMEXIT_MSR, EXITINFO1 = 0
    wrmsr                           ; VMEXIT_MSR, EXITINFO1 = 1
    mov ecx, MSR_UNKNOWN
    rdmsr                           ; VMEXIT_MSR, and the hypervisor injects #GP

    in al, 0x61                     ; VMEXIT_IOIO, in
    mov dx, COM1
    mov al, '*'
    out dx, al                      ; VMEXIT_IOIO, out
    lea rsi, [rel text]
    mov ecx, text.length
    rep outsb                       ; VMEXIT_IOIO, string

    mov rax, cr3
    mov cr3, rax                    ; no exit: nested paging needs none

    mov rbx, OUTSIDE
    mov al, [rbx]                   ; VMEXIT_NPF: the nested tables map nothing there

    mov eax, VMMCALL_NONE
    vmmcall                         ; VMEXIT_VMMCALL
    vmrun rax                       ; #UD: the guest has no SVM of its own
    invd                            ; VMEXIT_INVD

    cli
    hlt                             ; VMEXIT_HLT

; Every exception: go on behind the instruction. They are two or three bytes long here: the table knows.
skip_with_code:
    add rsp, 8
skip:
    push rax
    mov rax, [rsp + 8]
    cmp byte [rax + 1], 0x32        ; RDMSR
    je .two
    add qword [rsp + 8], 1
.two:
    add qword [rsp + 8], 2
    pop rax
    iretq

text: db 'string output', 13, 10
.length equ $ - text

align 16
idt:
%assign vector 0
%rep 32
%if vector == 8 || (vector >= 10 && vector <= 14) || vector == 17
    dw (skip_with_code - $$) & 0xffff
%else
    dw (skip - $$) & 0xffff
%endif
    dw 8, 0x8e00
    dw (0x100000 >> 16)
    dd 0, 0
%assign vector vector + 1
%endrep
idt_pointer:
    dw 32 * 16 - 1
    dq idt
