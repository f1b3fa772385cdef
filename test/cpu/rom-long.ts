/** The program around cases in 64-bit mode; its handler writes what that of protected mode does, with SS and rSP of every frame. */
import { caseCode, HEX, SHUTDOWN, vectors } from './rom-case';
import type { Case } from './rom-case';
import { GUEST_ROUTINES } from './rom-guest';

const HANDLERS64 = `
handler:
  push rax
  mov al, '!'
  out 0xe9, al
  mov eax, [rsp+8]
  call hex2
  mov eax, [rsp+16]
  call hex8
  mov eax, [rsp+32]
  call hex4
  mov eax, [rsp+24]
  sub eax, [START]
  call hex8
  mov eax, [rsp+40]
  and eax, 0x67700
  call hex8
  mov eax, ss
  call hex4
  lea eax, [rsp+24]
  call hex8
  mov eax, [rsp+56]
  call hex4
  mov eax, [rsp+48]
  call hex8
  jmp restart
quit:
  jmp restart
show:
  push qword -1
  push qword 0x41
  jmp handler
`;

export const LONG = (cases: readonly Case[]): string => `
bits 16
begin:
  cli
  lgdt [cs:rom_gdt_pointer - ROM]
  mov eax, cr0
  or eax, 1
  mov cr0, eax
  jmp dword CODE32:begin32
bits 32
begin32:
  mov eax, DATA32
  mov ds, eax
  mov es, eax
  mov ss, eax
  mov dword [RESUME], next_0
  mov dword [RESUME+4], 0
  mov dword [START+4], 0
  mov edi, TABLES
  xor eax, eax
  mov ecx, 0x1000
  rep stosd
  mov dword [TABLES], TABLES + 0x1007
  mov dword [TABLES+0x1000], TABLES + 0x2007
  mov dword [TABLES+0x2000], TABLES + 0x3007
  mov edi, TABLES + 0x3000
  mov eax, 7
.page:
  mov [edi], eax
  add eax, 0x1000
  add edi, 8
  cmp eax, 0x200000
  jb .page
  mov eax, 0x20
  mov cr4, eax
  mov eax, TABLES
  mov cr3, eax
  mov ecx, 0xc0000080
  mov eax, 0x901
  xor edx, edx
  wrmsr
  mov eax, cr0
  or eax, 0x80000000
  mov cr0, eax
  jmp CODE64:restart
bits 64
restart:
  cld
  mov eax, DATA32
  mov ds, eax
  mov es, eax
  mov ss, eax
  mov esp, STACK0
  mov esi, gdt_template
  mov edi, GDT
  mov ecx, gdt_end - gdt_template
  rep movsb
  mov ecx, 0x600
  xor eax, eax
  rep stosb
  lgdt [gdt_pointer]
  push qword CODE64
  push qword .reloaded
  o64 retf
.reloaded:
  push qword 2
  popfq
  xor eax, eax
  mov fs, eax
  mov gs, eax
  mov eax, TASK
  ltr ax
  mov eax, LOCAL
  lldt ax
  mov dword [TSS+4], STACK0 - 0x100
  mov dword [TSS+12], STACK1
  mov dword [TSS+0x24], OTHER
  mov dword [TSS+0x2c], OTHER + 0x108
  mov dword [TSS+0x64], 0x680000
  mov edi, IDT
  mov esi, vector_list
  mov ecx, 32
.gate:
  lodsd
  mov [rdi], ax
  mov dword [rdi+2], CODE64
  mov word [rdi+5], 0x8e
  shr eax, 16
  mov [rdi+6], ax
  mov qword [rdi+8], 0
  add edi, 16
  loop .gate
  mov dword [IDT+0x40*16], (CODE64 << 16) | ((quit - image) & 0xffff)
  mov dword [IDT+0x40*16+4], (ROM & 0xffff0000) | 0xee00
  mov qword [IDT+0x40*16+8], 0
  mov dword [IDT+0x41*16], (CODE64 << 16) | ((show - image) & 0xffff)
  mov dword [IDT+0x41*16+4], (ROM & 0xffff0000) | 0xee00
  mov qword [IDT+0x41*16+8], 0
  lidt [idt_pointer]
  xor eax, eax
  xor ebx, ebx
  xor ecx, ecx
  xor edx, edx
  xor esi, esi
  xor edi, edi
  xor ebp, ebp
  mov r8, [RESUME]
  jmp r8
${cases.map((c, n) => caseCode(c, n, 'qword', 64)).join('\n')}
next_${cases.length}:
  xor eax, eax
  out 0xf4, eax
${SHUTDOWN}
; to level 3: the 64-bit code at the label in EBX, with flags 3002h
to_user:
  push qword USERDATA
  push qword STACK3
  push qword 0x3002
  push qword USER64
  push rbx
  iretq
; the same for 32-bit code
to_user32:
  push qword USERDATA
  push qword STACK3
  push qword 0x3002
  push qword USER32
  push rbx
  iretq
${HEX(64)}
${HANDLERS64}
${GUEST_ROUTINES}
${vectors(64)}
vector_list: dd ${Array.from({ length: 32 }, (_, v) => `vector_${v}`).join(', ')}
rom_gdt_pointer: dw gdt_end - gdt_template
  dd gdt_template
gdt_pointer: dw 0x3ff
  dq GDT
idt_pointer: dw 0xfff
  dq IDT
`;
