/**
 * Every access byte of a descriptor × CPL × RPL × what can be done with its selector, as cases of the ROM programs. A block writes one hash
 * per access byte: of the fault and its error code or of what came out, of CS, and of the access byte that is left. `detail` writes
 * them in full, for one.
 */
import { testCase } from './rom-case';
import type { Case } from './rom-case';

export interface Block {
  readonly name: string;
  readonly mode: 'protected' | 'long';
  /** Bits 55:52 of a segment's descriptor: G, D, L, AVL. */
  readonly flags: number;
}

export const BLOCKS: readonly Block[] = [
  { name: 'protected mode', mode: 'protected', flags: 0xc },
  { name: '64-bit mode, D', mode: 'long', flags: 0xc },
  { name: '64-bit mode, L', mode: 'long', flags: 0xa },
];

export const OPERATIONS = ['MOV ES', 'MOV SS', 'LAR', 'LSL', 'VERR', 'VERW', 'JMP', 'CALL', 'RETF', 'IRET'] as const;

const VARIABLES = 0x3b000;
const HASHES = 0x40000;
const RINGS = 0x100;
const TESTED = 0x180;

export function segmentCase(block: Block, detail = -1): Case {
  const long = block.mode === 'long';
  const r = (name: string): string => `${long ? 'r' : 'e'}${name}`;
  const word = long ? 'qword' : 'dword';
  const code = long ? 'CODE64' : 'CODE32';
  const iret = long ? 'iretq' : 'iretd';
  const unit = long ? 8 : 4;
  const gate = (vector: string, handler: string): string =>
    `mov dword [IDT + ${vector} * ${unit * 2}], (${code} << 16) | ((${handler} - image) & 0xffff)
mov dword [IDT + ${vector} * ${unit * 2} + 4], (ROM & 0xffff0000) | 0xee00${long ? `\nmov qword [IDT + ${vector} * 16 + 8], 0` : ''}`;
  const faults = [6, 10, 11, 12, 13];
  const dpls = [0, 1, 2, 3];
  const mix = 'xor ebx, eax\nimul ebx, ebx, 0x01000193';

  return testCase(
    block.name,
    '',
    `
${faults.map((v) => gate(String(v), `$fault${v}`)).join('\n')}
${gate('0x42', '$fine')}
mov dword [TSS+4], STACK0 - 0x100
mov dword [TSS+12], STACK1 - 0x100
${long ? '' : `mov dword [TSS+16], ${RINGS + 0x18} + 1\nmov dword [TSS+20], STACK1\nmov dword [TSS+24], ${RINGS + 0x28} + 2`}
${long ? 'mov dword [TSS+20], STACK1' : ''}
${dpls
  .map(
    (dpl) => `mov dword [GDT+${RINGS + dpl * 16}], 0xffff
mov dword [GDT+${RINGS + dpl * 16 + 4}], 0x00${long ? 'a' : 'c'}f9b00 | ${dpl << 13}
mov dword [GDT+${RINGS + dpl * 16 + 8}], 0xffff
mov dword [GDT+${RINGS + dpl * 16 + 12}], 0x00cf9300 | ${dpl << 13}`,
  )
  .join('\n')}
mov edi, ${HASHES}
mov eax, 0x811c9dc5
mov ecx, 256
rep stosd
mov edi, ${VARIABLES}
xor eax, eax
mov ecx, 16
rep stosd
mov word [($landing - image) & 0xffff], 0x42cd
$again:
mov edx, [${VARIABLES}]
xor ecx, ecx
mov eax, edx
shl eax, 8
mov esi, eax
and esi, 0x1c00
cmp esi, 0x1400
jne $noexpand
or eax, 0x400000
jmp $made
$noexpand:
test dl, 0x10
jnz $segment
; gates lead to the landing, anything else is a TSS too short or an LDT
and esi, 0x0400
jz $made
mov ecx, (${code} << 16) | (($landing - image) & 0xffff)
or eax, ROM & 0xffff0000
jmp $made
$segment:
mov ecx, 0xffff
or eax, ${(block.flags << 20) | 0xf0000}
$made:
mov [GDT+${TESTED}], ecx
mov [GDT+${TESTED + 4}], eax
mov dword [GDT+${TESTED + 8}], 0
mov dword [GDT+${TESTED + 12}], 0
mov eax, USERDATA
mov ds, eax
mov es, eax
mov eax, DATA32
mov ss, eax
mov ${r('sp')}, STACK0 - 0x400
mov edi, [${VARIABLES + 4}]
mov ecx, edi
shl ecx, 4
or ecx, edi
add ecx, ${RINGS}
lea eax, [ecx+8]
mov ebp, [${VARIABLES + 8}]
lea ebp, [ebp+${TESTED}]
push ${r('ax')}
push ${word} STACK3
push ${word} 2
push ${r('cx')}
push ${word} $ring
mov esi, [${VARIABLES + 12}]
mov ecx, ebp
xor eax, eax
xor ebx, ebx
${iret}
; at the level tried: ECX is the selector, ESI the operation
$ring:
mov [0x5104], cx
mov dword [0x5100], $landing
mov eax, ecx
and eax, 3
mov edx, eax
shl edx, 4
lea edx, [edx+eax+${RINGS + 8}]
xor eax, eax
${OPERATIONS.map((_, n) => `cmp esi, ${n}\nje $op${n}`).join('\n')}
$op0:
mov es, ecx
mov eax, es
int 0x42
$op1:
mov ss, ecx
mov eax, ss
int 0x42
$op2:
lar eax, ecx
jnz $landing
and eax, 0x00f0ff00
int 0x42
$op3:
lsl eax, ecx
jnz $landing
inc eax
int 0x42
$op4:
verr cx
setz al
int 0x42
$op5:
verw cx
setz al
int 0x42
$op6:
jmp far dword [0x5100]
$op7:
call far dword [0x5100]
$op8:
push ${r('dx')}
push ${word} STACK3 - 0x200
push ${r('cx')}
push ${word} $landing
${long ? 'o64 retf' : 'retf'}
$op9:
push ${r('dx')}
push ${word} STACK3 - 0x200
push ${word} 2
push ${r('cx')}
push ${word} $landing
${iret}
$landing:
int 0x42
${faults
  .map(
    (v) => `$fault${v}:
${v === 6 ? `push ${word} 0` : ''}
mov eax, ${v << 16}
mov ebx, [${r('sp')}]
movzx ebx, bx
or ebx, eax
or ebx, 0x80000000
mov edx, [${r('sp')}+${2 * unit}]
jmp $told`,
  )
  .join('\n')}
$fine:
mov ebx, eax
mov edx, [${r('sp')}+${unit}]
$told:
mov eax, DATA32
mov ds, eax
mov es, eax
mov ss, eax
mov ${r('sp')}, STACK0 - 0x400
push ${word} 2
popf${long ? 'q' : 'd'}
mov ecx, ebx
mov ebp, [${VARIABLES}]
lea edi, [ebp*4 + ${HASHES}]
cmp ebp, ${detail >>> 0}
jne $quiet
${[12, 4, 8].map((at) => `mov eax, [${VARIABLES + at}]\ncall hex2`).join('\n')}
mov eax, ecx
call hex8
movzx eax, dx
call hex4
mov eax, [GDT+${TESTED + 5}]
call hex2
$quiet:
mov ebx, [edi]
mov eax, ecx
${mix}
movzx eax, dx
${mix}
movzx eax, byte [GDT+${TESTED + 5}]
${mix}
mov [edi], ebx
${(
  [
    [12, OPERATIONS.length],
    [8, 4],
    [4, 4],
    [0, 256],
  ] as const
)
  .map(
    ([at, end]) => `mov eax, [${VARIABLES + at}]
inc eax
mov [${VARIABLES + at}], eax
cmp eax, ${end}
jb $again
mov dword [${VARIABLES + at}], 0`,
  )
  .join('\n')}
${detail < 0 ? `mov esi, ${HASHES}\nmov ebp, 256\n$print:\nmov eax, [esi]\ncall hex8\nadd esi, 4\ndec ebp\njnz $print` : ''}
`,
  );
}
