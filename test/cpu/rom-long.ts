/** The program around cases in 64-bit mode; its handler writes what that of protected mode does, with SS and rSP of every frame. */
import { beginning, beginOrGoOn, caseCode, HEX, SHUTDOWN, vectors } from './rom-case';
import type { Case } from './rom-case';
import { CLEAR, ENTER, enterUser, fresh, pointers, show, tellFrame } from './rom-flat';
import { GUEST_ROUTINES } from './rom-guest';

const HANDLERS64 = `
handler:
  push rax
${tellFrame(64)}
  mov eax, [rsp+56]
  call hex4
  mov eax, [rsp+48]
  call hex8
  jmp restart
quit:
  jmp restart
${show(64)}
`;

/** Tables that map the first 2 MB to themselves, for everybody. */
const MAP_2MB = `
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
`;

export const LONG = (cases: readonly Case[]): string => `
${ENTER}
  mov es, eax
  mov ss, eax
${beginning(32)}
  mov dword [RESUME+4], 0
  mov dword [START+4], 0
${MAP_2MB}
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
${fresh(64, 'push qword CODE64\n  push qword .reloaded\n  o64 retf')}
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
  mov dword [TSS+0x24], OTHER
  mov dword [TSS+0x2c], OTHER + 0x108
  mov dword [IDT+0x40*16], (CODE64 << 16) | ((quit - image) & 0xffff)
  mov dword [IDT+0x40*16+4], (ROM & 0xffff0000) | 0xee00
  mov qword [IDT+0x40*16+8], 0
  mov dword [IDT+0x41*16], (CODE64 << 16) | ((show - image) & 0xffff)
  mov dword [IDT+0x41*16+4], (ROM & 0xffff0000) | 0xee00
  mov qword [IDT+0x41*16+8], 0
  lidt [idt_pointer]
${CLEAR}
  mov r8, [RESUME]
  jmp r8
${cases.map((c, n) => caseCode(c, n, 'qword', 64)).join('\n')}
next_${cases.length}:
  xor eax, eax
  out 0xf4, eax
${SHUTDOWN}
to_user:
${enterUser(64, 'USER64')}
to_user32:
${enterUser(64, 'USER32')}
${HEX(64)}
${HANDLERS64}
${GUEST_ROUTINES}
${vectors(64)}
${pointers(64, '0xfff')}
bits 32
${beginOrGoOn('next_0')}
bits 64
`;
