; Witness ROM: host-mode code that enables SVM, builds a guest with nested paging, provokes one #VMEXIT after the other and
; prints what the VMCB then says. It runs on any AMD64 machine with SVM that places a 64 KB ROM at the top of 4 GB and below
; 1 MB; the same text is expected from every one of them.
;
; A line: name EXITCODE EXITINFO1 EXITINFO2 EXITINTINFO RIP RFLAGS, RIP as offset within this ROM.

        bits 16
        org 0xF0000

PML4            equ 0x1000      ; the host's page tables, and the guest's: 4 GB identity, 2 MB pages
PDPT            equ 0x2000
PD              equ 0x3000      ; four pages
NESTED_PML4     equ 0x10000     ; nested tables: 1 GB identity but for the holes below
NESTED_PDPT     equ 0x11000
NESTED_PD       equ 0x12000
NESTED_PT       equ 0x13000     ; 4 KB pages for the first 2 MB
VMCB            equ 0x20000
IOPM            equ 0x24000     ; 12 KB
MSRPM           equ 0x28000     ; 8 KB
HOST_SAVE       equ 0x2C000
GUEST_IDT       equ 0x30000
GUEST_GDT       equ 0x31000
GUEST_STACK     equ 0x3F000
UNMAPPED        equ 0x40000000  ; no nested translation
READ_ONLY       equ 0x50000     ; nested page without R/W
NO_EXECUTE      equ 0x51000     ; nested page with NX
IDT_HOLE        equ 0x52000     ; not present in the nested tables
HOST_STACK      equ 0x90000

CONTROL_INTERCEPT_CR    equ 0x000
CONTROL_EXCEPTIONS      equ 0x008
CONTROL_MISC2           equ 0x010
EXITCODE                equ 0x070
EXITINFO1               equ 0x078
EXITINFO2               equ 0x080
EXITINTINFO             equ 0x088
EVENTINJ                equ 0x0A8
SAVE_RFLAGS             equ 0x570
SAVE_RIP                equ 0x578
SHUTDOWN                equ 1 << 31     ; misc 1

start:
        cli
        cld
        lgdt [cs:gdtr - $$]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword 8:protected

        align 8
gdt:    dq 0
        dq 0x00CF9B000000FFFF   ; 08h code, 32-bit
        dq 0x00CF93000000FFFF   ; 10h data
        dq 0x00AF9B000000FFFF   ; 18h code, 64-bit
gdtr:   dw 31
        dd gdt

        bits 32
protected:
        mov ax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, HOST_STACK
        ; everything below 90000h starts as zeros
        xor eax, eax
        mov edi, 0x1000
        mov ecx, (0x90000 - 0x1000) / 4
        rep stosd
        ; 4 GB identity for host and guest
        mov dword [PML4], PDPT + 7
        mov edi, PDPT
        mov eax, PD + 7
        mov ecx, 4
.pdpt:  mov [edi], eax
        add eax, 0x1000
        add edi, 8
        loop .pdpt
        mov edi, PD
        mov eax, 0xE7           ; present, writable, user, accessed, dirty, 2 MB
        mov ecx, 2048
.pd:    mov [edi], eax
        add eax, 0x200000
        add edi, 8
        loop .pd
        ; nested tables: 2 MB pages from 2 MB to 1 GB, 4 KB pages below
        mov dword [NESTED_PML4], NESTED_PDPT + 7
        mov dword [NESTED_PDPT], NESTED_PD + 7
        mov dword [NESTED_PD], NESTED_PT + 7
        mov edi, NESTED_PD + 8
        mov eax, 0x2000E7
        mov ecx, 511
.npd:   mov [edi], eax
        add eax, 0x200000
        add edi, 8
        loop .npd
        mov edi, NESTED_PT
        mov eax, 0x67
        mov ecx, 512
.npt:   mov [edi], eax
        add eax, 0x1000
        add edi, 8
        loop .npt
        mov dword [NESTED_PT + READ_ONLY / 4096 * 8], READ_ONLY + 0x65
        mov dword [NESTED_PT + NO_EXECUTE / 4096 * 8 + 4], 0x80000000
        mov dword [NESTED_PT + IDT_HOLE / 4096 * 8], 0
        ; permission maps: every port and every MSR exits
        mov edi, IOPM
        or eax, -1
        mov ecx, (12 + 8) * 1024 / 4
        rep stosd
        ; long mode with SVM and NX
        mov eax, PML4
        mov cr3, eax
        mov eax, cr4
        or eax, 0x20
        mov cr4, eax
        mov ecx, 0xC0000080
        rdmsr
        or eax, 0x1900          ; SVME, NXE, LME
        wrmsr
        mov eax, cr0
        or eax, 0x80000000
        mov cr0, eax
        jmp 0x18:long_mode

        bits 64

long_mode:
        mov ax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov fs, ax
        mov gs, ax
        mov rsp, HOST_STACK
        mov ecx, 0xC0010117     ; VM_HSAVE_PA
        mov eax, HOST_SAVE
        xor edx, edx
        wrmsr
        call build_guest_tables
        lea rsi, [banner]
        call print
        lea rbx, [tests]
next_test:
        cmp qword [rbx + 8], 0
        je finished
        call build_vmcb
        mov rax, [rbx + 8]
        mov [VMCB + SAVE_RIP], rax
        ; up to two fields this test changes
        mov eax, [rbx + 16]
        cmp eax, -1
        je .run
        mov rdx, [rbx + 24]
        mov [VMCB + rax], rdx
        mov eax, [rbx + 20]
        cmp eax, -1
        je .run
        mov rdx, [rbx + 32]
        mov [VMCB + rax], rdx
.run:   push rbx
        mov eax, VMCB
        vmload
        clgi
        vmrun
        stgi
        pop rbx
        call report
        add rbx, 40
        jmp next_test

finished:
        lea rsi, [done]
        call print
        mov dx, 0xF4            ; debug exit, where there is one
        xor eax, eax
        out dx, eax
        cli
        hlt

; The guest's IDT: every vector leads to `guest_handler`. Its GDT is the host's.
build_guest_tables:
        mov edi, GUEST_IDT
        mov ecx, 256
        lea rdx, [guest_handler]
.gate:  mov [rdi], dx
        mov word [rdi + 2], 0x18
        mov word [rdi + 4], 0x8E00
        mov rax, rdx
        shr rax, 16
        mov [rdi + 6], ax
        mov dword [rdi + 8], 0
        add edi, 16
        loop .gate
        ret

; A VMCB from zeros: a 64-bit guest at CPL 0 with nested paging. VMRUN, VMMCALL and SHUTDOWN are intercepted.
build_vmcb:
        push rbx
        mov edi, VMCB
        xor eax, eax
        mov ecx, 512
        rep stosq
        mov ebx, VMCB
        mov dword [rbx + 0x00C], SHUTDOWN
        mov dword [rbx + 0x010], 3
        mov qword [rbx + 0x040], IOPM
        mov qword [rbx + 0x048], MSRPM
        mov dword [rbx + 0x058], 1              ; ASID
        mov byte [rbx + 0x05C], 1               ; flush the TLB
        mov byte [rbx + 0x090], 1               ; NP_ENABLE
        mov qword [rbx + 0x0B0], NESTED_PML4
        mov edi, VMCB + 0x400                   ; ES, CS, SS, DS, FS, GS
        mov ecx, 6
.seg:   mov word [rdi], 0x10
        mov word [rdi + 2], 0xC93
        mov dword [rdi + 4], -1
        add edi, 16
        loop .seg
        mov word [rbx + 0x410], 0x18
        mov word [rbx + 0x412], 0xA9B
        mov word [rbx + 0x462], 0x037           ; GDTR needs no attributes; its limit:
        mov dword [rbx + 0x464], 31
        lea rax, [gdt]
        mov [rbx + 0x468], rax
        mov dword [rbx + 0x484], 0xFFF          ; IDTR
        mov qword [rbx + 0x488], GUEST_IDT
        mov word [rbx + 0x472], 0x082           ; LDTR
        mov word [rbx + 0x492], 0x08B           ; TR
        mov dword [rbx + 0x494], 0x67
        mov qword [rbx + 0x4D0], 0x1D00         ; EFER: SVME, NXE, LMA, LME
        mov qword [rbx + 0x548], 0x20           ; CR4: PAE
        mov qword [rbx + 0x550], PML4
        mov eax, 0x80000011                     ; CR0: PG, ET, PE
        mov [rbx + 0x558], rax
        mov qword [rbx + 0x560], 0x400          ; DR7
        mov eax, 0xFFFF0FF0
        mov [rbx + 0x568], rax                  ; DR6
        mov qword [rbx + SAVE_RFLAGS], 2
        mov qword [rbx + 0x5D8], GUEST_STACK    ; RSP
        mov rax, 0x0007040600070406
        mov [rbx + 0x668], rax                  ; G_PAT
        pop rbx
        ret

; Prints the line of the test at RBX.
report: push rbx
        mov ecx, 8
        mov rsi, rbx
.name:  lodsb
        call put
        loop .name
        lea rsi, [fields]
.field: lodsd
        cmp eax, -1
        je .end
        mov edx, eax
        mov al, ' '
        call put
        mov rax, [rdx + VMCB]
        cmp edx, EXITINTINFO
        jne .rip
        test eax, eax           ; without V the rest means nothing
        js .print
        xor eax, eax
.rip:   cmp edx, SAVE_RIP
        jne .print
        sub rax, 0xF0000
.print: call hex
        jmp .field
.end:   mov al, 10
        call put
        pop rbx
        ret
fields: dd EXITCODE, EXITINFO1, EXITINFO2, EXITINTINFO, SAVE_RIP, SAVE_RFLAGS, -1

; RAX in hexadecimal without leading zeros.
hex:    push rcx
        push rdx
        push rbx
        mov rdx, rax
        xor ebx, ebx            ; a digit has been printed
        mov ecx, 16
.digit: rol rdx, 4
        mov eax, edx
        and eax, 15
        or ebx, eax
        jnz .show
        cmp ecx, 1
        jne .skip
.show:  cmp al, 10
        jb .low
        add al, 'A' - '0' - 10
.low:   add al, '0'
        call put
.skip:  dec ecx
        jnz .digit
        pop rbx
        pop rdx
        pop rcx
        ret

print:  lodsb
        test al, al
        jz .end
        call put
        jmp print
.end:   ret

; AL to COM1.
put:    push rdx
        push rax
        mov dx, 0x3FD
.wait:  in al, dx
        test al, 0x20
        jz .wait
        pop rax
        mov dx, 0x3F8
        out dx, al
        pop rdx
        ret

banner: db "witness: exits", 10, 0
done:   db "done", 10, 0

; ---- the guest's pieces: each ends in VMMCALL, should its intercept fail -----------------------------------------

guest_handler:
        vmmcall

g_cpuid: mov eax, 1
        cpuid
        vmmcall
g_hlt:  hlt
        vmmcall
g_vmmcall:
        mov eax, 0x1234
        vmmcall
g_rdmsr: mov ecx, 0xC0000081
        rdmsr
        vmmcall
g_wrmsr: mov ecx, 0xC0000081
        wrmsr
        vmmcall
g_rdmsr_range: mov ecx, 0x12345678      ; in no range of the map
        rdmsr
        vmmcall
g_in:   mov dx, 0x3FD
        in al, dx
        vmmcall
g_in32: mov dx, 0xCF8
        in eax, dx
        vmmcall
g_out:  mov dx, 0x3F8
        mov al, 'P'
        out dx, al
        vmmcall
g_out_imm: out 0x80, al
        vmmcall
g_out16: mov dx, 0x1F0
        out dx, ax
        vmmcall
g_outs: mov esi, 0x1000
        mov ecx, 3
        mov dx, 0x3F8
        rep outsb
        vmmcall
g_ins:  mov edi, 0x40000
        mov ecx, 3
        mov dx, 0x1F0
        rep insw
        vmmcall
g_cr0_read: mov rax, cr0
        vmmcall
g_cr3_read: mov rbx, cr3
        vmmcall
g_cr3_write: mov eax, PML4
        mov cr3, rax
        vmmcall
g_cr4_write: mov eax, 0x20
        mov cr4, rax
        vmmcall
g_cr8_write: xor eax, eax
        mov cr8, rax
        vmmcall
g_cr0_same: mov rax, cr0
        mov cr0, rax
        vmmcall
g_cr0_ts: mov rax, cr0
        or al, 8
        mov cr0, rax
        vmmcall
g_cr0_wp: mov rax, cr0
        or eax, 0x10000
        mov cr0, rax
        vmmcall
g_clts: clts
        vmmcall
g_smsw: smsw eax
        vmmcall
g_dr7_read: mov rax, dr7
        vmmcall
g_dr0_write: mov dr0, rax
        vmmcall
g_rdtsc: rdtsc
        vmmcall
g_rdpmc: xor ecx, ecx
        rdpmc
        vmmcall
g_invd: invd
        vmmcall
g_wbinvd: wbinvd
        vmmcall
g_invlpg: invlpg [0x400000]
        vmmcall
g_pushf: pushfq
        vmmcall
g_popf: push 2
        popfq
        vmmcall
g_int:  int 0x40
        vmmcall
g_int3: int3
        vmmcall
g_iret: iretq
        vmmcall
g_sgdt: sgdt [0x40000]
        vmmcall
g_lidt: lidt [0x40000]
        vmmcall
g_str:  str ax
        vmmcall
g_sldt: sldt ax
        vmmcall
g_pause: pause
        vmmcall
g_vmrun: mov eax, 0x60000
        vmrun
        vmmcall
g_vmload: mov eax, 0x60000
        vmload
        vmmcall
g_vmsave: mov eax, 0x60000
        vmsave
        vmmcall
g_stgi: stgi
        vmmcall
g_clgi: clgi
        vmmcall
g_invlpga: xor eax, eax
        xor ecx, ecx
        invlpga
        vmmcall
g_de:   xor ecx, ecx
        xor edx, edx
        mov eax, 5
        div ecx
        vmmcall
g_ud:   ud2
        vmmcall
g_gp:   mov ax, 0x50            ; beyond the GDT's limit
        mov ds, ax
        vmmcall
g_gp_canonical:
        mov rax, 0x8000000000000000
        mov rbx, [rax]
        vmmcall
g_pf_read: mov rax, 0x8000000000    ; second PML4 entry: not present
        mov rbx, [rax]
        vmmcall
g_pf_write: mov rax, 0x8000000123
        mov [rax], bl
        vmmcall
g_pf_fetch: mov rax, 0x8000000456
        jmp rax
g_npf_read: mov eax, UNMAPPED
        mov rbx, [rax]
        vmmcall
g_npf_write: mov eax, UNMAPPED + 0x18
        mov [rax], rbx
        vmmcall
g_npf_ro: mov eax, READ_ONLY + 8
        mov dword [rax], 1
        vmmcall
g_npf_ro_read: mov eax, READ_ONLY + 8
        mov ecx, [rax]
        vmmcall
g_npf_fetch: mov eax, NO_EXECUTE
        jmp rax
g_npf_rmw: mov eax, READ_ONLY + 16
        inc qword [rax]
        vmmcall
g_shutdown: lidt [empty_idt]
        ud2
empty_idt: dw 0
        dq 0
g_flags: stc
        std
        vmmcall
g_sti:  sti
        nop
        nop
        vmmcall
g_df:   lidt [hole_idt]
        int 0x20
        vmmcall
hole_idt: dw 0xFFF
        dq IDT_HOLE
g_spin: jmp g_spin

; ---- the tests ----------------------------------------------------------------------------------------------------
; name (8), guest RIP, offsets of two VMCB quadwords (−1: none), their values

EXC     equ CONTROL_EXCEPTIONS          ; low: exceptions, high: misc 1
CR      equ CONTROL_INTERCEPT_CR        ; low: CR reads, CR writes; high: DR reads, DR writes
M2      equ CONTROL_MISC2
NONE    equ -1
BASE1   equ SHUTDOWN << 32

        align 16
tests:
        db "cpuid   "
        dq g_cpuid
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 18), 0
        db "hlt     "
        dq g_hlt
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 24), 0
        db "vmmcall "
        dq g_vmmcall
        dd NONE, NONE
        dq 0, 0
        db "rdmsr   "
        dq g_rdmsr
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 28), 0
        db "wrmsr   "
        dq g_wrmsr
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 28), 0
        db "msrrange"
        dq g_rdmsr_range
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 28), 0
        db "in      "
        dq g_in
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 27), 0
        db "in32    "
        dq g_in32
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 27), 0
        db "out     "
        dq g_out
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 27), 0
        db "out imm "
        dq g_out_imm
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 27), 0
        db "out16   "
        dq g_out16
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 27), 0
        db "outs    "
        dq g_outs
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 27), 0
        db "ins     "
        dq g_ins
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 27), 0
        db "cr0 read"
        dq g_cr0_read
        dd CR, NONE
        dq 1 << 0, 0
        db "cr3 read"
        dq g_cr3_read
        dd CR, NONE
        dq 1 << 3, 0
        db "cr3 wr  "
        dq g_cr3_write
        dd CR, NONE
        dq 1 << (16 + 3), 0
        db "cr4 wr  "
        dq g_cr4_write
        dd CR, NONE
        dq 1 << (16 + 4), 0
        db "cr8 wr  "
        dq g_cr8_write
        dd CR, NONE
        dq 1 << (16 + 8), 0
        db "cr0 same"                   ; the selective intercept lets writes pass that change nothing,
        dq g_cr0_same
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 5), 0
        db "cr0 ts  "                   ; or only TS and MP,
        dq g_cr0_ts
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 5), 0
        db "cr0 wp  "                   ; but not others
        dq g_cr0_wp
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 5), 0
        db "clts    "
        dq g_clts
        dd CR, NONE
        dq 1 << 16, 0
        db "smsw    "
        dq g_smsw
        dd CR, NONE
        dq 1 << 0, 0
        db "dr7 read"
        dq g_dr7_read
        dd CR, NONE
        dq 1 << (32 + 7), 0
        db "dr0 wr  "
        dq g_dr0_write
        dd CR, NONE
        dq 1 << (48 + 0), 0
        db "rdtsc   "
        dq g_rdtsc
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 14), 0
        db "rdpmc   "
        dq g_rdpmc
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 15), 0
        db "invd    "
        dq g_invd
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 22), 0
        db "wbinvd  "
        dq g_wbinvd
        dd M2, NONE
        dq 3 | 1 << 9, 0
        db "invlpg  "
        dq g_invlpg
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 25), 0
        db "pushf   "
        dq g_pushf
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 16), 0
        db "popf    "
        dq g_popf
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 17), 0
        db "int     "
        dq g_int
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 21), 0
        db "int idt "                   ; without an intercept: through the guest's IDT
        dq g_int
        dd NONE, NONE
        dq 0, 0
        db "int3    "
        dq g_int3
        dd EXC, NONE
        dq BASE1 | 1 << 3, 0
        db "iret    "
        dq g_iret
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 20), 0
        db "sgdt    "
        dq g_sgdt
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 7), 0
        db "lidt    "
        dq g_lidt
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 10), 0
        db "str     "
        dq g_str
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 9), 0
        db "sldt    "
        dq g_sldt
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 8), 0
        db "pause   "
        dq g_pause
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 23), 0
        db "vmrun   "
        dq g_vmrun
        dd NONE, NONE
        dq 0, 0
        db "vmload  "
        dq g_vmload
        dd M2, NONE
        dq 3 | 1 << 2, 0
        db "vmsave  "
        dq g_vmsave
        dd M2, NONE
        dq 3 | 1 << 3, 0
        db "stgi    "
        dq g_stgi
        dd M2, NONE
        dq 3 | 1 << 4, 0
        db "clgi    "
        dq g_clgi
        dd M2, NONE
        dq 3 | 1 << 5, 0
        db "invlpga "
        dq g_invlpga
        dd EXC, NONE
        dq BASE1 | 1 << (32 + 26), 0
        db "#DE     "
        dq g_de
        dd EXC, NONE
        dq BASE1 | 1 << 0, 0
        db "#UD     "
        dq g_ud
        dd EXC, NONE
        dq BASE1 | 1 << 6, 0
        db "#UD idt "
        dq g_ud
        dd NONE, NONE
        dq 0, 0
        db "#GP sel "
        dq g_gp
        dd EXC, NONE
        dq BASE1 | 1 << 13, 0
        db "#GP can "
        dq g_gp_canonical
        dd EXC, NONE
        dq BASE1 | 1 << 13, 0
        db "#PF read"
        dq g_pf_read
        dd EXC, NONE
        dq BASE1 | 1 << 14, 0
        db "#PF wr  "
        dq g_pf_write
        dd EXC, NONE
        dq BASE1 | 1 << 14, 0
        db "#PF exec"
        dq g_pf_fetch
        dd EXC, NONE
        dq BASE1 | 1 << 14, 0
        db "NPF read"
        dq g_npf_read
        dd NONE, NONE
        dq 0, 0
        db "NPF wr  "
        dq g_npf_write
        dd NONE, NONE
        dq 0, 0
        db "NPF ro  "
        dq g_npf_ro
        dd NONE, NONE
        dq 0, 0
        db "NPF ok  "
        dq g_npf_ro_read
        dd NONE, NONE
        dq 0, 0
        db "NPF exec"
        dq g_npf_fetch
        dd NONE, NONE
        dq 0, 0
        db "NPF rmw "
        dq g_npf_rmw
        dd NONE, NONE
        dq 0, 0
        db "NPF idt "                   ; while an INT is delivered: EXITINTINFO
        dq g_df
        dd NONE, NONE
        dq 0, 0
        db "shutdown"
        dq g_shutdown
        dd NONE, NONE
        dq 0, 0
        db "flags   "
        dq g_flags
        dd NONE, NONE
        dq 0, 0
        db "inj int "                   ; EVENTINJ: external interrupt 50h
        dq g_spin
        dd EVENTINJ, NONE
        dq 1 << 31 | 0x50, 0
        db "inj gp  "                   ; #GP with error code 1234h
        dq g_spin
        dd EVENTINJ, NONE
        dq 0x1234 << 32 | 1 << 31 | 1 << 11 | 3 << 8 | 13, 0
        db "inj hole"                   ; through an IDT that is not there
        dq g_spin
        dd EVENTINJ, 0x488
        dq 1 << 31 | 0x50, IDT_HOLE
        db "vintr   "                   ; V_IRQ with the VINTR intercept, once the guest sets IF
        dq g_sti
        dd EXC, 0x060
        dq BASE1 | 1 << (32 + 4), 1 << 8 | 15 << 16 | 0x41 << 32
        db "virq idt"                   ; and without: delivered
        dq g_sti
        dd NONE, 0x060
        dq 0, 1 << 8 | 15 << 16 | 0x41 << 32
        db "no svme "                   ; refused: VMEXIT_INVALID
        dq g_hlt
        dd 0x4D0, NONE
        dq 0xD00, 0
        db "asid 0  "
        dq g_hlt
        dd 0x058, NONE
        dq 0, 0
        db "cr0 nw  "                   ; NW without CD
        dq g_hlt
        dd 0x558, NONE
        dq 0xA0000011, 0
        db "no vmrun"                   ; the VMRUN intercept must be set
        dq g_hlt
        dd M2, NONE
        dq 2, 0
        dq 0, 0

        times 0xFFF0 - ($ - $$) db 0xF4
        bits 16
reset:  jmp 0xF000:(start - $$)
        times 0x10000 - ($ - $$) db 0
