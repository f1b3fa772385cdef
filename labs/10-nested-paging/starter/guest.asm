; A guest with page tables of its own: two address spaces, and a script of what to do with them.
bits 64
ORIGIN equ 0x100000
org ORIGIN

CR0_WP equ 1 << 16

DONE   equ 0
READ   equ 1        ; address
WRITE  equ 2        ; address, value
SAMPLE equ 3        ; address of a PTE, which goes to the log
REMAP  equ 4        ; address of a PTE, its new value, the page: INVLPG
POKE   equ 5        ; address of a PTE that is not in use, its new value
RELOAD equ 6        ; address of a PTE, its new value, CR3: the same value again
SWITCH equ 7        ; CR3: the other address space

_start:
    mov rax, cr0
    or eax, CR0_WP                  ; read-only is read-only for the kernel too
    mov cr0, rax
    lidt [idt_pointer]
    mov eax, pml4_a
    mov cr3, rax
    mov rsi, script
    mov rdi, log
    mov r15, repairs
    xor r12d, r12d                  ; the checksum
next:
    mov rax, [rsi]
    mov rbx, [rsi + 8]
    mov rdx, [rsi + 16]
    mov rcx, [rsi + 24]
    add rsi, 32
    inc qword [steps]
    cmp eax, READ
    je .read
    cmp eax, WRITE
    je .write
    cmp eax, SAMPLE
    je .sample
    cmp eax, REMAP
    je .remap
    cmp eax, POKE
    je .poke
    cmp eax, RELOAD
    je .reload
    cmp eax, SWITCH
    je .switch
    mov [checksum], r12
    cli
    hlt
.read:
    rol r12, 7
    xor r12, [rbx]
    jmp next
.write:
    mov [rbx], rdx
    jmp next
.sample:
    mov rax, [rbx]
    stosq
    jmp next
.remap:
    mov [rbx], rdx
    invlpg [rcx]
    jmp next
.poke:
    mov [rbx], rdx
    jmp next
.reload:
    mov [rbx], rdx
    mov cr3, rcx
    jmp next
.switch:
    mov cr3, rbx
    jmp next

; #PF: to the log with CR2 and the error code; the next repair is written into the tables, and the instruction tried again.
page_fault:
    push rax
    push rbx
    mov rax, cr2
    stosq
    mov rax, [rsp + 16]
    stosq
    mov rbx, [r15]
    test rbx, rbx
    jz .strange                     ; nothing is left to repair
    mov rax, [r15 + 8]
    add r15, 16
    mov [rbx], rax
    inc qword [faults]
    pop rbx
    pop rax
    add rsp, 8
    iretq
.strange:
    mov qword [strange], 1
    cli
    hlt

    align 16
PAGE_FAULT equ page_fault - $$ + ORIGIN
idt:
    times 14 * 2 dq 0
    dw PAGE_FAULT & 0xffff, 8, 0x8e00, (PAGE_FAULT >> 16) & 0xffff
    dd 0, 0
idt_pointer:
    dw 15 * 16 - 1
    dq idt

    align 4096
results:
checksum: dq 0
steps:    dq 0
faults:   dq 0
strange:  dq 0

    align 4096
script:
    dq READ, 0x1cbb377ab000 + 1784, 0, 0
    dq SAMPLE, pt_a + 3416, 0, 0
    dq WRITE, 0x1cbb377ab000 + 1488, 0x8e618f50c20f31a6, 0
    dq SAMPLE, pt_a + 3416, 0, 0
    dq REMAP, pt_a + 3416, frames + 36871, 0x1cbb377ab000
    dq READ, 0x1cbb377ab000 + 3472, 0, 0
    dq READ, 0x1cbb377a9000 + 608, 0, 0
    dq SAMPLE, pt_a + 3400, 0, 0
    dq WRITE, 0x1cbb377a9000 + 3656, 0xeeeb57c184222b2c, 0
    dq SAMPLE, pt_a + 3400, 0, 0
    dq REMAP, pt_a + 3400, frames + 61447, 0x1cbb377a9000
    dq READ, 0x1cbb377a9000 + 2688, 0, 0
    dq READ, 0x1cbb377aa000 + 528, 0, 0
    dq SAMPLE, pt_a + 3408, 0, 0
    dq WRITE, 0x1cbb377aa000 + 2440, 0xeed4ae6979c19e29, 0
    dq SAMPLE, pt_a + 3408, 0, 0
    dq REMAP, pt_a + 3408, frames + 24579, 0x1cbb377aa000
    dq READ, 0x1cbb377aa000 + 352, 0, 0
    dq READ, 0x1cbb377ac000 + 2648, 0, 0
    dq SAMPLE, pt_a + 3424, 0, 0
    dq WRITE, 0x1cbb377ac000 + 368, 0x599eacba9e2090ef, 0
    dq SAMPLE, pt_a + 3424, 0, 0
    dq REMAP, pt_a + 3424, frames + 24576, 0x1cbb377ac000
    dq READ, 0x1cbb377ac000 + 3632, 0, 0
    dq SWITCH, pml4_b, 0, 0
    dq SAMPLE, pt_b + 3448, 0, 0
    dq READ, 0x1cbb377ab000 + 504, 0, 0
    dq WRITE, 0x1cbb377b1000 + 736, 0x73585b9a715b4bc8, 0
    dq WRITE, 0x1cbb377af000 + 968, 0xf42d043e556ae1e8, 0
    dq SAMPLE, pt_b + 3472, 0, 0
    dq READ, 0x1cbb377b1000 + 2080, 0, 0
    dq WRITE, 0x1cbb377ad000 + 2600, 0x654c9a3a69de297e, 0
    dq READ, 0x1cbb377af000 + 3496, 0, 0
    dq SAMPLE, pt_b + 3440, 0, 0
    dq READ, 0x1cbb377a9000 + 3856, 0, 0
    dq READ, 0x1cbb377b2000 + 800, 0, 0
    dq POKE, pt_a + 3400, frames + 20484, 0
    dq REMAP, pt_b + 3416, frames + 4103, 0x1cbb377ab000
    dq READ, 0x1cbb377ab000 + 4072, 0, 0
    dq REMAP, pt_b + 3424, frames + 49154, 0x1cbb377ac000
    dq READ, 0x1cbb377ac000 + 304, 0, 0
    dq WRITE, 0x1cbb377b0000 + 1056, 0xc5df2fa5d0fa137f, 0
    dq SAMPLE, pt_b + 3440, 0, 0
    dq READ, 0x1cbb377ae000 + 1056, 0, 0
    dq RELOAD, pt_b + 3472, frames + 20487, pml4_b
    dq READ, 0x1cbb377b2000 + 2720, 0, 0
    dq RELOAD, pt_b + 3472, frames + 49154, pml4_b
    dq READ, 0x1cbb377b2000 + 1144, 0, 0
    dq READ, 0x1cbb377aa000 + 168, 0, 0
    dq WRITE, 0x1cbb377af000 + 2912, 0x5bbdae93fd63653e, 0
    dq SAMPLE, pt_b + 3440, 0, 0
    dq READ, 0x1cbb377b2000 + 2920, 0, 0
    dq READ, 0x1cbb377ab000 + 840, 0, 0
    dq WRITE, 0x1cbb377b0000 + 1680, 0x4fba9cf85b073929, 0
    dq READ, 0x1cbb377b0000 + 3288, 0, 0
    dq READ, 0x1cbb377ae000 + 2544, 0, 0
    dq READ, 0x1cbb377a9000 + 1864, 0, 0
    dq READ, 0x1cbb377ab000 + 1584, 0, 0
    dq WRITE, 0x1cbb377ac000 + 2896, 0x9a99d02db713ef50, 0
    dq WRITE, 0x1cbb377ab000 + 1304, 0x9793c8a0d400ea71, 0
    dq READ, 0x1cbb377ac000 + 4008, 0, 0
    dq WRITE, 0x1cbb377aa000 + 1400, 0xedf6c00c925ab2b7, 0
    dq WRITE, 0x1cbb377b2000 + 1160, 0x4484cc9335d86d0d, 0
    dq SAMPLE, pt_b + 3416, 0, 0
    dq READ, 0x1cbb377a9000 + 3568, 0, 0
    dq SWITCH, pml4_a, 0, 0
    dq SAMPLE, pt_a + 3464, 0, 0
    dq RELOAD, pt_a + 3424, frames + 49152, pml4_a
    dq READ, 0x1cbb377ac000 + 1824, 0, 0
    dq RELOAD, pt_a + 3432, frames + 3, pml4_a
    dq READ, 0x1cbb377ad000 + 2208, 0, 0
    dq REMAP, pt_a + 3424, frames + 20485, 0x1cbb377ac000
    dq READ, 0x1cbb377ac000 + 1624, 0, 0
    dq SAMPLE, pt_a + 3456, 0, 0
    dq READ, 0x1cbb377b0000 + 3520, 0, 0
    dq READ, 0x1cbb377af000 + 1408, 0, 0
    dq WRITE, 0x1cbb377ac000 + 3736, 0xb12080d9c4f1ed85, 0
    dq WRITE, 0x1cbb377b1000 + 3720, 0xdb4d55e1bf13a27c, 0
    dq REMAP, pt_a + 3432, frames + 36871, 0x1cbb377ad000
    dq WRITE, 0x1cbb377ad000 + 144, 0x1e37b758ae84387f, 0
    dq SWITCH, pml4_b, 0, 0
    dq WRITE, 0x1cbb377b1000 + 2232, 0xee69e6cdd15ba6b3, 0
    dq REMAP, pt_b + 3416, frames + 49155, 0x1cbb377ab000
    dq READ, 0x1cbb377ab000 + 2736, 0, 0
    dq REMAP, pt_b + 3440, frames + 28679, 0x1cbb377ae000
    dq WRITE, 0x1cbb377ae000 + 848, 0x4b3dd202054f8451, 0
    dq READ, 0x1cbb377ae000 + 1312, 0, 0
    dq RELOAD, pt_b + 3440, frames + 12293, pml4_b
    dq READ, 0x1cbb377ae000 + 3352, 0, 0
    dq SAMPLE, pt_b + 3416, 0, 0
    dq READ, 0x1cbb377b1000 + 272, 0, 0
    dq READ, 0x1cbb377b0000 + 592, 0, 0
    dq SAMPLE, pt_b + 3464, 0, 0
    dq SAMPLE, pt_b + 3448, 0, 0
    dq WRITE, 0x1cbb377ab000 + 16, 0x1cfc86b4ea1bf432, 0
    dq SWITCH, pml4_a, 0, 0
    dq REMAP, pt_a + 3416, frames + 40963, 0x1cbb377ab000
    dq READ, 0x1cbb377ab000 + 3544, 0, 0
    dq REMAP, pt_a + 3472, frames + 24579, 0x1cbb377b2000
    dq WRITE, 0x1cbb377b2000 + 2368, 0x677d020fb29546b8, 0
    dq READ, 0x1cbb377ae000 + 3968, 0, 0
    dq REMAP, pt_a + 3408, frames + 16387, 0x1cbb377aa000
    dq READ, 0x1cbb377aa000 + 2144, 0, 0
    dq REMAP, pt_a + 3472, frames + 20487, 0x1cbb377b2000
    dq READ, 0x1cbb377b2000 + 3808, 0, 0
    dq WRITE, 0x1cbb377a9000 + 2976, 0x615f599c07039f55, 0
    dq WRITE, 0x1cbb377a9000 + 96, 0x178a1290090a4e68, 0
    dq POKE, pt_b + 3416, frames + 24578, 0
    dq READ, 0x1cbb377aa000 + 1960, 0, 0
    dq READ, 0x1cbb377ad000 + 2504, 0, 0
    dq REMAP, pt_a + 3408, frames + 12294, 0x1cbb377aa000
    dq READ, 0x1cbb377aa000 + 3792, 0, 0
    dq WRITE, 0x1cbb377ac000 + 2352, 0xafb070dd8ef71de3, 0
    dq POKE, pt_b + 3448, frames + 8194, 0
    dq WRITE, 0x1cbb377b2000 + 2536, 0xc3343fb68064d34d, 0
    dq REMAP, pt_a + 3464, frames + 8195, 0x1cbb377b1000
    dq READ, 0x1cbb377b1000 + 3328, 0, 0
    dq SWITCH, pml4_b, 0, 0
    dq READ, 0x1cbb377ae000 + 616, 0, 0
    dq WRITE, 0x1cbb377ae000 + 2360, 0x106fb6f36b7371fe, 0
    dq SAMPLE, pt_b + 3448, 0, 0
    dq WRITE, 0x1cbb377ab000 + 2616, 0x578e91733acc264d, 0
    dq SAMPLE, pt_b + 3464, 0, 0
    dq RELOAD, pt_b + 3408, frames + 45061, pml4_b
    dq READ, 0x1cbb377aa000 + 3712, 0, 0
    dq SWITCH, pml4_a, 0, 0
    dq READ, 0x1cbb377ab000 + 2952, 0, 0
    dq POKE, pt_b + 3432, frames + 32771, 0
    dq REMAP, pt_a + 3456, frames + 28679, 0x1cbb377b0000
    dq READ, 0x1cbb377b0000 + 1952, 0, 0
    dq WRITE, 0x1cbb377ad000 + 4088, 0xafe610aaaef5f57d, 0
    dq REMAP, pt_a + 3464, frames + 61447, 0x1cbb377b1000
    dq READ, 0x1cbb377b1000 + 960, 0, 0
    dq READ, 0x1cbb377b1000 + 720, 0, 0
    dq WRITE, 0x1cbb377ae000 + 2688, 0x1d636ec6beda8a0c, 0
    dq SAMPLE, pt_a + 3472, 0, 0
    dq READ, 0x1cbb377ab000 + 2296, 0, 0
    dq READ, 0x1cbb377af000 + 2648, 0, 0
    dq POKE, pt_b + 3472, frames + 24578, 0
    dq READ, 0x1cbb377a9000 + 648, 0, 0
    dq REMAP, pt_a + 3456, frames + 40960, 0x1cbb377b0000
    dq READ, 0x1cbb377b0000 + 2608, 0, 0
    dq SAMPLE, pt_a + 3472, 0, 0
    dq REMAP, pt_a + 3464, frames + 8193, 0x1cbb377b1000
    dq READ, 0x1cbb377b1000 + 2608, 0, 0
    dq POKE, pt_b + 3416, frames + 61447, 0
    dq RELOAD, pt_a + 3424, frames + 40963, pml4_a
    dq READ, 0x1cbb377ac000 + 3344, 0, 0
    dq RELOAD, pt_a + 3424, frames + 28677, pml4_a
    dq READ, 0x1cbb377ac000 + 3408, 0, 0
    dq WRITE, 0x1cbb377ab000 + 4016, 0x81ec07798faa7401, 0
    dq REMAP, pt_a + 3416, frames + 20487, 0x1cbb377ab000
    dq WRITE, 0x1cbb377ab000 + 3720, 0x754a916df964ae01, 0
    dq SWITCH, pml4_b, 0, 0
    dq WRITE, 0x1cbb377a9000 + 48, 0x793317e60ad5d8ff, 0
    dq READ, 0x1cbb377af000 + 1824, 0, 0
    dq READ, 0x1cbb377ac000 + 3664, 0, 0
    dq SAMPLE, pt_b + 3432, 0, 0
    dq SWITCH, pml4_a, 0, 0
    dq READ, 0x1cbb377b0000 + 3712, 0, 0
    dq READ, 0x1cbb377a9000 + 1648, 0, 0
    dq READ, 0x1cbb377aa000 + 560, 0, 0
    dq READ, 0x1cbb377ab000 + 2712, 0, 0
    dq READ, 0x1cbb377ac000 + 3152, 0, 0
    dq READ, 0x1cbb377ad000 + 1552, 0, 0
    dq READ, 0x1cbb377ae000 + 3160, 0, 0
    dq READ, 0x1cbb377af000 + 1544, 0, 0
    dq READ, 0x1cbb377b0000 + 352, 0, 0
    dq READ, 0x1cbb377b1000 + 1136, 0, 0
    dq READ, 0x1cbb377b2000 + 3808, 0, 0
    dq DONE, 0, 0, 0
repairs:
    dq pt_a + 3400, frames + 45063
    dq pt_a + 3408, frames + 4103
    dq pt_a + 3424, frames + 24579
    dq pt_a + 3424, frames + 36871
    dq pt_b + 3448, frames + 8195
    dq pt_b + 3432, frames + 40963
    dq pt_b + 3472, frames + 61447
    dq pt_b + 3424, frames + 36871
    dq pt_b + 3456, frames + 4103
    dq pt_b + 3472, frames + 32771
    dq pt_a + 3424, frames + 4103
    dq pt_a + 3456, frames + 45063
    dq pt_a + 3448, frames + 12293
    dq pt_a + 3424, frames + 20487
    dq pt_a + 3400, frames + 36871
    dq pt_a + 3408, frames + 4103
    dq pt_b + 3440, frames + 12295
    dq pt_b + 3416, frames + 61447
    dq pt_a + 3456, frames + 20485
    dq pt_b + 3448, frames + 16387
    dq 0, 0

    align 4096
tables:
pdpt_low:
    dq pd_low + 3
    times 511 dq 0
pd_low:
    dq pt_low + 3
    times 511 dq 0
pt_low:
    times 0x7e dq 0
%assign page 0x7e
%rep 3
    dq page * 4096 + 3
%assign page page + 1
%endrep
    times 256 - 0x81 dq 0
%assign page 256
%rep 256
    dq page * 4096 + 3
%assign page page + 1
%endrep
pml4_a:
    dq pdpt_low + 3
    times 56 dq 0
    dq pdpt_a + 7
    times 454 dq 0
pdpt_a:
    times 236 dq 0
    dq pd_a + 7
    times 275 dq 0
pd_a:
    times 443 dq 0
    dq pt_a + 7
    times 68 dq 0
pt_a:
    times 425 dq 0
    dq frames + 57346
    dq frames + 4101
    dq frames + 3
    dq frames + 24577
    dq frames + 32771
    dq frames + 53255
    dq frames + 8194
    dq frames + 12294
    dq frames + 16387
    dq frames + 20486
    times 77 dq 0
pml4_b:
    dq pdpt_low + 3
    times 56 dq 0
    dq pdpt_b + 7
    times 454 dq 0
pdpt_b:
    times 236 dq 0
    dq pd_b + 7
    times 275 dq 0
pd_b:
    times 443 dq 0
    dq pt_b + 7
    times 68 dq 0
pt_b:
    times 425 dq 0
    dq frames + 24579
    dq frames + 49155
    dq frames + 40961
    dq frames + 20487
    dq frames + 61444
    dq frames + 45061
    dq frames + 8193
    dq frames + 4101
    dq frames + 32771
    dq frames + 24578
    times 77 dq 0
tables_end:
frames:
    times 512 dq 0xb8687a2d791a14f0
    times 512 dq 0x211fe1cf5f98e1fb
    times 512 dq 0x487f140bda5d1328
    times 512 dq 0x69c54aadb9671574
    times 512 dq 0x9b07892d645f309c
    times 512 dq 0x5f08fc1624c4af3e
    times 512 dq 0xb666342c8dab327
    times 512 dq 0x18a97616a8205300
    times 512 dq 0x37e2807063c4c31f
    times 512 dq 0xea8e63ee7c0ad472
    times 512 dq 0xb848984898f558b2
    times 512 dq 0x49db4af95f404259
    times 512 dq 0x580f50262352eb8e
    times 512 dq 0x91bc52214105bd74
    times 512 dq 0x176167901d050c0e
    times 512 dq 0x50151a526a2604dd
frames_end:
log:
    times 1024 dq 0
log_end:

