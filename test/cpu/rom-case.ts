/** A case of the ROM programs, and what all of them share: the map of memory, tables, output. */
export type Mode = 'real' | 'protected' | 'long';

export interface Case {
  readonly name: string;
  readonly code: string;
  /** What must appear; the words are explained at the handlers, in rom-protected. */
  readonly expect: string;
  /** What QEMU writes instead, and why the manual says otherwise. */
  readonly qemu?: { readonly writes: string; readonly because: string };
}

export function testCase(name: string, expect: string, code: string, qemu?: Case['qemu']): Case {
  return { name, expect, code, qemu };
}

/** Where things lie: linear addresses in RAM. */
export const MAP = `
GDT    equ 0x1000
TSS    equ 0x1400
TSS2   equ 0x1600
TSS3   equ 0x1700
LDT    equ 0x1800
IDT    equ 0x2000
RESUME equ 0x5000
START  equ 0x5008
SPOT   equ 0x5010
LIVES  equ 0x5f00
STACK0 equ 0x8000
STACK1 equ 0x8800
STACK3 equ 0x9000
OTHER  equ 0x9800
TABLES equ 0x20000
ROM    equ 0xf0000
CODE32 equ 0x08
DATA32 equ 0x10
CODE64 equ 0x18
USER32 equ 0x23
USERDATA equ 0x2b
USER64 equ 0x33
TASK   equ 0x38
CODE16 equ 0x48
DATA16 equ 0x50
CONFORMING equ 0x58
DOWN   equ 0x60
ABSENT equ 0x68
READONLY equ 0x70
UNREADABLE equ 0x78
LOCAL  equ 0x80
GATE   equ 0x90
CODE1  equ 0xa1
DATA1  equ 0xa9
TASK2  equ 0xb0
TASKGATE equ 0xc0
BOTH   equ 0xc8
TASK3  equ 0xd0
ABSENTCODE equ 0xd8
TINY   equ 0xe0
USERCONFORMING equ 0xe8
`;

/** The GDT each case begins with. */
export const GDT_TEMPLATE = `
gdt_template:
  dq 0
  dq 0x00cf9b000000ffff ; 08 code, 32 bits
  dq 0x00cf93000000ffff ; 10 data
  dq 0x00af9b000000ffff ; 18 code, 64 bits
  dq 0x00cffb000000ffff ; 20 code, 32 bits, user
  dq 0x00cff3000000ffff ; 28 data, user
  dq 0x00affb000000ffff ; 30 code, 64 bits, user
  dq 0x0000890014000067, 0 ; 38 TSS
  dq 0x00009b0f0000ffff ; 48 code, 16 bits, base F0000h
  dq 0x000093000000ffff ; 50 data, 16 bits
  dq 0x00cf9f000000ffff ; 58 code, conforming
  dq 0x00cf97000000ffff ; 60 data, expand-down: nothing
  dq 0x00cf13000000ffff ; 68 data, not present
  dq 0x00cf91000000ffff ; 70 data, read-only
  dq 0x00cf99000000ffff ; 78 code, execute-only
  dq 0x000082001800003f, 0 ; 80 LDT
  dq 0, 0 ; 90 a gate
  dq 0x00cfbb000000ffff ; a0 code, level 1
  dq 0x00cfb3000000ffff ; a8 data, level 1
  dq 0x0000890016000067, 0 ; b0 another TSS
  dq 0 ; c0 a task gate
  dq 0x00ef9b000000ffff ; c8 code, L and D
  dq 0x0000810017000002c ; d0 16-bit TSS
  dq 0x00cf1b000000ffff ; d8 code, not present
  dq 0x00409a0f00000010 ; e0 code, 17 bytes, not accessed
  dq 0x00cfff000000ffff ; e8 code, conforming, user
gdt_end:
`.replace('0x0000810017000002c', '0x000081001700002c');

/** `put 'x'` writes one character; in the program's own width. */
export const OUTPUT = (bits: 16 | 32 | 64): string => {
  const a = bits === 64 ? 'rax' : 'eax';
  return `
%macro put 1
  push ${a}
  mov al, %1
  out 0xe9, al
  pop ${a}
%endmacro
`;
};

/** The end for emulators without a debug exit: the word Bochs waits for at port 8900h. */
export const SHUTDOWN = `
  mov dx, 0x8900
${[...'Shutdown'].map((c) => `  mov al, ${c.charCodeAt(0)}\n  out dx, al`).join('\n')}
  hlt`;

/** Where the program goes on: with the first case, or, when a case that has set LIVES was ended by a reset, with the next one after an `R`. */
export const beginOrGoOn = (first: string): string => `
begin_or_go_on:
  cmp dword [LIVES], 0x1ead1ead
  jne .first
  mov al, 'R'
  out 0xe9, al
  jmp begin_next
.first:
  mov dword [RESUME], ${first}
  jmp begin_next
`;
/** The way there, with which cases lie where they always have: some answers of QEMU's depend on that. */
export const beginning = (bits: 16 | 32): string => `
  jmp near begin_or_go_on
  times ${bits === 16 ? 6 : 5} nop
begin_next:
`;

export function vectors(bits: 16 | 32 | 64): string {
  const lines: string[] = [];
  const withError = new Set([8, 10, 11, 12, 13, 14, 17]);
  for (let v = 0; v < 32; v++) {
    lines.push(`vector_${v}:`);
    if (bits === 16 || !withError.has(v))
      lines.push(bits === 64 ? '  push qword -1' : bits === 32 ? '  push dword -1' : '  push word -1');
    lines.push(
      bits === 64 ? `  push qword ${v}` : bits === 32 ? `  push dword ${v}` : `  push word ${v}`,
      '  jmp handler',
    );
  }
  return lines.join('\n');
}

export const HEX = (bits: 16 | 32 | 64): string => {
  const [a, c] = bits === 64 ? ['rax', 'rcx'] : ['eax', 'ecx'];
  return `
; writes EAX as eight digits
hex8:
  push ${c}
  mov cl, 8
  jmp hexn
; AX as four
hex4:
  push ${c}
  shl eax, 16
  mov cl, 4
  jmp hexn
; AL as two
hex2:
  push ${c}
  shl eax, 24
  mov cl, 2
hexn:
  rol eax, 4
  push ${a}
  and al, 15
  cmp al, 10
  jb .digit
  add al, 39
.digit:
  add al, 48
  out 0xe9, al
  pop ${a}
  dec cl
  jnz hexn
  mov al, ' '
  out 0xe9, al
  pop ${c}
  ret
`;
};

export function caseCode(c: Case, n: number, word: string, bits: 16 | 32 | 64): string {
  return `
next_${n}:
${[...`#${n} `].map((c) => `  put ${c.charCodeAt(0)}`).join('\n')}
  mov ${word} [RESUME], next_${n + 1}
  mov ${word} [START], case_${n}
case_${n}:
${c.code.replace(/\$/g, `c${n}_`)}
bits ${bits}
  mov ${word} [RESUME], next_${n + 1}
  jmp restart`;
}
