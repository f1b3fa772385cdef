/** The program around cases in real mode: `!vector cs ip-from-the-case's-start flags ss sp`. */
import { beginning, beginOrGoOn, caseCode, HEX, SHUTDOWN, vectors } from './rom-case';
import type { Case } from './rom-case';

export const REAL = (cases: readonly Case[]): string => `
bits 16
begin:
  cli
  xor eax, eax
  mov ds, ax
${beginning(16)}
restart:
  cld
  xor eax, eax
  mov ds, ax
  mov es, ax
  mov fs, ax
  mov gs, ax
  mov ss, ax
  mov esp, STACK0
  push word 2
  popf
  mov si, vector_list - ROM
  xor di, di
  mov cx, 32
.vector:
  cs lodsw
  stosw
  mov ax, 0xf000
  stosw
  loop .vector
  mov word [0x40*4], quit - ROM
  mov word [0x40*4+2], 0xf000
  mov word [0x41*4], show - ROM
  mov word [0x41*4+2], 0xf000
  o32 lidt [cs:idt_pointer - ROM]
  o32 lgdt [cs:gdt_pointer - ROM]
  xor eax, eax
  xor ebx, ebx
  xor ecx, ecx
  xor edx, edx
  xor esi, esi
  xor edi, edi
  xor ebp, ebp
  jmp [RESUME]
${cases
  .map((c, n) =>
    caseCode(c, n, 'dword', 16)
      .replace(/next_(\d+)\n/g, 'next_$1 - ROM\n')
      .replace(/case_(\d+)\n/, 'case_$1 - ROM\n'),
  )
  .join('\n')}
next_${cases.length}:
  xor eax, eax
  out 0xf4, eax
${SHUTDOWN}
${HEX(16)}
handler:
  push eax
  push word 0
  pop ds
  mov al, '!'
  out 0xe9, al
  mov bp, sp
  mov al, [bp+4]
  call hex2
  mov ax, [bp+10]
  call hex4
  mov ax, [bp+8]
  sub ax, [START]
  call hex4
  mov ax, [bp+12]
  call hex4
  mov ax, ss
  call hex4
  lea ax, [bp+8]
  call hex4
  jmp restart
quit:
  jmp restart
show:
  push word -1
  push word 0x41
  jmp handler
${vectors(16)}
vector_list: dw ${Array.from({ length: 32 }, (_, v) => `vector_${v} - ROM`).join(', ')}
gdt_pointer: dw gdt_end - gdt_template
  dd gdt_template
idt_pointer: dw 0x3ff
  dd 0
${beginOrGoOn('next_0 - ROM')}
`;
