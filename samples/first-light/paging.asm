; Builds page tables of its own and walks through them: open the page tables while you step.
;
; One page is mapped twice, at FFFF_8000_0000_0000h and at 4000_0000h: what is written through one address is read through the other. Then
; the second mapping is taken away, and INVLPG makes the processor forget it.
bits 64
org 0x100000

PML4   equ 0x200000
PDPT   equ 0x201000
PD     equ 0x202000
PT     equ 0x203000
DATA   equ 0x300000

PRESENT  equ 1
WRITABLE equ 2
LARGE    equ 0x80

HIGH_ADDRESS equ 0xffff800000000000
LOW_ADDRESS  equ 0x40000000

_start:
    ; four empty tables
    mov edi, PML4
    xor eax, eax
    mov ecx, 4 * 4096 / 8
    rep stosq

    ; the first gigabyte stays where it is, in 2 MB pages
    mov qword [PML4], PDPT | PRESENT | WRITABLE
    mov qword [PDPT], PD | PRESENT | WRITABLE
    mov edi, PD
    mov eax, PRESENT | WRITABLE | LARGE
    mov ecx, 512
.identity:
    mov [rdi], rax
    add rax, 0x200000
    add rdi, 8
    loop .identity

    ; PML4E 256 is the upper half; PDPE 1 is the second gigabyte
    mov qword [PML4 + 256 * 8], PDPT | PRESENT | WRITABLE
    mov rax, [PDPT]
    mov qword [PDPT + 8], (PD + 0x2000) | PRESENT | WRITABLE
    mov edi, PD + 0x2000
    xor eax, eax
    mov ecx, 512
    rep stosq
    mov qword [PD + 0x2000], PT | PRESENT | WRITABLE
    mov qword [PT], DATA | PRESENT | WRITABLE

    mov eax, PML4
    mov cr3, rax

    ; written low, read high: both lead to DATA
    mov rbx, LOW_ADDRESS
    mov qword [rbx], 0x1234
    mov rbx, HIGH_ADDRESS + LOW_ADDRESS
    mov rax, [rbx]

    ; the mapping goes, and so must what the processor remembers of it
    mov qword [PT], 0
    invlpg [rbx]

    cli
    hlt
