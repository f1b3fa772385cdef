/** What the programs of protected and of long mode have in common; `bits` is the code size they run at. */
type Bits = 32 | 64;

const register = (bits: Bits, name: string): string => (bits === 64 ? `r${name}` : `e${name}`);
const word = (bits: Bits): string => (bits === 64 ? 'qword' : 'dword');

/** From the reset vector to 32-bit code in flat segments. */
export const ENTER = `
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
`;

/** Each case begins here: fresh tables, known segments, no rights to ports. `reload` loads CS anew. */
export const fresh = (bits: Bits, reload: string): string => `
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
  ${reload}
.reloaded:
  push ${word(bits)} 2
  ${bits === 64 ? 'popfq' : 'popfd'}
  xor eax, eax
  mov fs, eax
  mov gs, eax
  mov eax, TASK
  ltr ax
  mov eax, LOCAL
  lldt ax
  mov dword [TSS+4], STACK0 - 0x100
  mov dword [TSS+12], STACK1
  mov dword [TSS+0x64], 0x680000
  mov edi, IDT
  mov esi, vector_list
  mov ecx, 32
`;

/** With all registers 0, except rSP. */
export const CLEAR = ['eax', 'ebx', 'ecx', 'edx', 'esi', 'edi', 'ebp']
  .map((name) => `  xor ${name}, ${name}`)
  .join('\n');

/** The head of a handler: `!vector error cs rip flags ss rsp`; the frame lies above rAX. */
export const tellFrame = (bits: Bits): string => {
  const at = (n: number): string => `[${register(bits, 'sp')}+${(n * bits) / 8}]`;
  return `
  mov al, '!'
  out 0xe9, al
  mov eax, ${at(1)}
  call hex2
  mov eax, ${at(2)}
  call hex8
  mov eax, ${at(4)}
  call hex4
  mov eax, ${at(3)}
  sub eax, [START]
  call hex8
  mov eax, ${at(5)}
  and eax, 0x67700
  call hex8
  mov eax, ss
  call hex4
  lea eax, ${at(3)}
  call hex8
`;
};

/** Vector 41h: its handler writes `@` and what the frame shows. */
export const show = (bits: Bits): string => `
show:
  push ${word(bits)} -1
  push ${word(bits)} 0x41
  jmp handler
`;

/** To level 3, with IOPL 3: the code at the label in EBX. */
export const enterUser = (bits: Bits, code: 'USER32' | 'USER64'): string => `
  push ${word(bits)} USERDATA
  push ${word(bits)} STACK3
  push ${word(bits)} 0x3002
  push ${word(bits)} ${code}
  push ${register(bits, 'bx')}
  ${bits === 64 ? 'iretq' : 'iretd'}
`;

/** The operands of LGDT and LIDT, and where the vectors lie; `idtLimit` is the IDT's. */
export const pointers = (bits: Bits, idtLimit: string): string => {
  const address = bits === 64 ? 'dq' : 'dd';
  return `
vector_list: dd ${Array.from({ length: 32 }, (_, v) => `vector_${v}`).join(', ')}
rom_gdt_pointer: dw gdt_end - gdt_template
  dd gdt_template
gdt_pointer: dw 0x3ff
  ${address} GDT
idt_pointer: dw ${idtLimit}
  ${address} IDT
`;
};
