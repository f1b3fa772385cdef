/** The program around cases in 32-bit protected mode. */
import { caseCode, HEX, SHUTDOWN, vectors } from './rom-case';
import type { Case } from './rom-case';

/**
 * The handler of exceptions writes `!vector error cs rip-from-the-case's-start flags ss-of-the-handler rsp-of-the-frame` and, when the
 * frame has them, `ss rsp`; flags are TF IF DF IOPL NT VM AC. Vector 40h ends the case, 41h writes `@` and what a frame shows.
 */
const HANDLERS32 = `
handler:
  push eax
  mov eax, DATA32
  mov ds, eax
  mov al, '!'
  out 0xe9, al
  mov eax, [esp+4]
  call hex2
  mov eax, [esp+8]
  call hex8
  mov eax, [esp+16]
  call hex4
  mov eax, [esp+12]
  sub eax, [START]
  call hex8
  mov eax, [esp+20]
  and eax, 0x67700
  call hex8
  mov eax, ss
  call hex4
  lea eax, [esp+12]
  call hex8
  mov eax, [esp+16]
  test al, 3
  jnz .outer
  test dword [esp+20], 0x20000
  jz .end
.outer:
  mov eax, [esp+28]
  call hex4
  mov eax, [esp+24]
  call hex8
.end:
  jmp restart
quit:
  mov eax, DATA32
  mov ds, eax
  jmp restart
show:
  push dword -1
  push dword 0x41
  jmp handler
`;

export const PROTECTED = (cases: readonly Case[]): string => `
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
  mov ss, eax
  mov dword [RESUME], next_0
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
  jmp CODE32:.reloaded
.reloaded:
  push dword 2
  popfd
  xor eax, eax
  mov fs, eax
  mov gs, eax
  mov eax, TASK
  ltr ax
  mov eax, LOCAL
  lldt ax
  mov dword [TSS+4], STACK0 - 0x100
  mov dword [TSS+8], DATA32
  mov dword [TSS+12], STACK1
  mov dword [TSS+16], DATA1
  mov dword [TSS+0x64], 0x680000
  mov edi, IDT
  mov esi, vector_list
  mov ecx, 32
.gate:
  lodsd
  mov [edi], ax
  mov word [edi+2], CODE32
  mov word [edi+4], 0x8e00
  shr eax, 16
  mov [edi+6], ax
  add edi, 8
  loop .gate
  mov dword [IDT+0x40*8], (CODE32 << 16) | ((quit - image) & 0xffff)
  mov dword [IDT+0x40*8+4], (ROM & 0xffff0000) | 0xee00
  mov dword [IDT+0x41*8], (CODE32 << 16) | ((show - image) & 0xffff)
  mov dword [IDT+0x41*8+4], (ROM & 0xffff0000) | 0xee00
  lidt [idt_pointer]
  xor eax, eax
  xor ebx, ebx
  xor ecx, ecx
  xor edx, edx
  xor esi, esi
  xor edi, edi
  xor ebp, ebp
  jmp [RESUME]
${cases.map((c, n) => caseCode(c, n, 'dword', 32)).join('\n')}
next_${cases.length}:
  xor eax, eax
  out 0xf4, eax
${SHUTDOWN}
; to level 3: the code behind the label in EBX, with flags 2
to_user:
  mov eax, USERDATA
  mov ds, eax
  mov es, eax
  push dword USERDATA
  push dword STACK3
  push dword 0x3002
  push dword USER32
  push ebx
  iretd
${HEX(32)}
${HANDLERS32}
${vectors(32)}
vector_list: dd ${Array.from({ length: 32 }, (_, v) => `vector_${v}`).join(', ')}
rom_gdt_pointer: dw gdt_end - gdt_template
  dd gdt_template
gdt_pointer: dw 0x3ff
  dd GDT
idt_pointer: dw 0x7ff
  dd IDT
`;
