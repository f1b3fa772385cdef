/** The program around cases in 32-bit protected mode. */
import { beginning, beginOrGoOn, caseCode, HEX, SHUTDOWN, vectors } from './rom-case';
import type { Case } from './rom-case';
import { CLEAR, ENTER, enterUser, fresh, pointers, show, tellFrame } from './rom-flat';

/**
 * The handler of exceptions writes `!vector error cs rip-from-the-case's-start flags ss-of-the-handler rsp-of-the-frame` and, when the
 * frame has them, `ss rsp`; flags are TF IF DF IOPL NT VM AC. Vector 40h ends the case, 41h writes `@` and what a frame shows.
 */
const HANDLERS32 = `
handler:
  push eax
  mov eax, DATA32
  mov ds, eax
${tellFrame(32)}
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
${show(32)}
`;

export const PROTECTED = (cases: readonly Case[]): string => `
${ENTER}
  mov ss, eax
${beginning(32)}
${fresh(32, 'jmp CODE32:.reloaded')}
.gate:
  lodsd
  mov [edi], ax
  mov word [edi+2], CODE32
  mov word [edi+4], 0x8e00
  shr eax, 16
  mov [edi+6], ax
  add edi, 8
  loop .gate
  mov dword [TSS+8], DATA32
  mov dword [TSS+16], DATA1
  mov dword [IDT+0x40*8], (CODE32 << 16) | ((quit - image) & 0xffff)
  mov dword [IDT+0x40*8+4], (ROM & 0xffff0000) | 0xee00
  mov dword [IDT+0x41*8], (CODE32 << 16) | ((show - image) & 0xffff)
  mov dword [IDT+0x41*8+4], (ROM & 0xffff0000) | 0xee00
  lidt [idt_pointer]
${CLEAR}
  jmp [RESUME]
${cases.map((c, n) => caseCode(c, n, 'dword', 32)).join('\n')}
next_${cases.length}:
  xor eax, eax
  out 0xf4, eax
${SHUTDOWN}
to_user:
  mov eax, USERDATA
  mov ds, eax
  mov es, eax
${enterUser(32, 'USER32')}
${HEX(32)}
${HANDLERS32}
${vectors(32)}
${pointers(32, '0x7ff')}
${beginOrGoOn('next_0')}
`;
