; The guest of the tour. It knows nothing of a hypervisor: it asks who the processor is, writes to a few pages of memory, says a
; line on the serial port, and sleeps. Every time it does something the hypervisor has reserved for itself, the processor leaves
; the guest: that is a #VMEXIT. Press F5, and count them.
bits 64
org 0x100000                        ; a guest-physical address: where it lies in the machine, the guest cannot know

%ifndef SEED
%include "seed.inc"
%endif

COM1     equ 0x3f8
ARENA    equ 0x110000
PAGE     equ 0x1000
PAGES    equ 2 + SEED % 5
QUESTIONS equ 1 + SEED % 3

_start:
    xor r12d, r12d
.ask:                               ; CPUID is intercepted: the hypervisor answers instead of the processor
    lea eax, [r12 - 0x7ffffffe]
    cpuid
    inc r12d
    cmp r12d, QUESTIONS
    jb .ask

    mov rdi, ARENA                  ; the first touch of a page is an exit too: until then nobody has given it memory
    mov ecx, PAGES
.touch:
    mov [rdi], rcx
    add rdi, PAGE
    loop .touch

    lea rsi, [rel greeting]         ; one exit for each character
.say:
    lodsb
    test al, al
    jz .sleep
    mov dx, COM1
    out dx, al
    jmp .say

.sleep:
    cli                             ; nothing can wake it any more, so this is the end
    hlt

greeting: db "I am a guest, and I cannot tell.", 13, 10, 0
