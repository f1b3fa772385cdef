/** IRET: which flags it takes at every level and size, into and within virtual-8086 mode, and back to another task. */
import { CALLER, enter, enterVirtual, LANDING, OUTER, RINGS, SCRATCH } from './matrix-frame';
import type { Axis, Matrix } from './matrix-frame';
import { CPL, LEVELS, makeTask, RPL } from './matrix-kinds';

const LEVEL_0 = { mode: 'protected', handlers: 'level 0' } as const;
const IN_LONG = { mode: 'long', handlers: 'level 0' } as const;
const SIZE: Axis = { name: 'size', values: ['16', '32'] };
const SIZE64: Axis = { name: 'size', values: ['16', '32', '64'] };
const SOURCE: Axis = { name: 'source', values: ['64-bit', 'compatibility'] };
const IOPL: Axis = { name: 'IOPL', values: LEVELS };

/** One bit of the image set, or all but one; first without those QEMU takes wrongly and then keeps. */
const BITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 21, 19, 20, 17];
const IMAGES: readonly (readonly [name: string, image: number])[] = [
  ...BITS.map((bit) => [`${bit}`, 1 << bit] as const),
  ...BITS.map((bit) => [`all but ${bit}`, 0x3fffff & ~(1 << bit)] as const),
];
const IMAGE: Axis = { name: 'image', values: IMAGES.map(([name]) => name) };
const imageTable = `$images: dd ${IMAGES.map(([, image]) => image).join(', ')}`;

/** Flags before: none; all that do not change what the next instruction does; NT; VIF and VIP, which QEMU does not take. */
const BEFORE: Axis = { name: 'before', values: ['none', 'all', 'NT', 'VIF and VIP'] };
const beforeTable = '$before: dd 2, 0x240ed7, 0x4002, 0x180002';

const before = `
mov eax, {IOPL}
shl eax, 12
mov ecx, {before}
or eax, [ecx*4 + $before]
mov [${SCRATCH}], eax`;

/** Lays a frame of words at CALLER: EDX is IP, EBX CS, ESI the flags, EBP SS. */
const lay = (long: boolean): string => `
mov edi, ${CALLER}
mov ecx, {size}
mov eax, 2
shl eax, cl
mov [edi], edx
add edi, eax
mov [edi], ebx
add edi, eax
mov [edi], esi
add edi, eax
mov dword [edi], ${OUTER}
add edi, eax
mov [edi], ebp
add edi, eax
${long ? '' : 'mov dword [edi], 0x11\nmov dword [edi+4], 0x22\nmov dword [edi+8], 0x33\nmov dword [edi+12], 0x44'}`;

const ring = `
imul ebp, {RPL}, 0x11
lea ebx, [ebp + ${RINGS}]
add ebp, ${RINGS + 8}
mov edx, ${LANDING}
mov esi, {image}
mov esi, [esi*4 + $images]`;

/** Only returns to the same level and outward: others have their own matrix. */
const outward = 'mov eax, {RPL}\ncmp eax, {CPL}\njb $skip';
const STACKS = [[CALLER, 0x40 / 4]] as const;

/** Tasks a link may lead to: selector, and what stands in the descriptor of TASK2. */
const LINKS: readonly (readonly [name: string, selector: string, word0: string, word1: string])[] = [
  ['busy', 'TASK2', '0x16000067', '0x8b00'],
  ['busy with RPL 3', 'TASK2 + 3', '0x16000067', '0x8b00'],
  ['busy with DPL 3', 'TASK2', '0x16000067', '0xeb00'],
  ['available', 'TASK2', '0x16000067', '0x8900'],
  ['absent', 'TASK2', '0x16000067', '0x0b00'],
  ['absent and available', 'TASK2', '0x16000067', '0x0900'],
  ['short', 'TASK2', '0x16000066', '0x8b00'],
  ['16-bit and available', 'TASK2', '0x1600002b', '0x8100'],
  ['LDT', 'LOCAL', '0x16000067', '0x8b00'],
  ['code', 'CODE32', '0x16000067', '0x8b00'],
  ['data', 'DATA32', '0x16000067', '0x8b00'],
  ['local', 'TASK2 + 4', '0x16000067', '0x8b00'],
  ['null', '0', '0x16000067', '0x8b00'],
  ['beyond', '0x400', '0x16000067', '0x8b00'],
];

const LEGACY: readonly Matrix[] = [
  {
    name: 'flags, protected mode',
    ...LEVEL_0,
    axes: [IMAGE, SIZE, BEFORE, IOPL, RPL, CPL],
    rows: 4,
    stacks: STACKS,
    watched: [],
    attempt: `${outward}
mov dword [TSS], 0
lldt [$local]
${makeTask(false)}
${ring}
${lay(false)}
${before}
${enter(LEVEL_0, `[${SCRATCH}]`, false, 'mov edx, {size}\nmov ebx, [edx*4 + $rings]')}`,
    data: `$word: mov esp, ${CALLER}\niretw\n$dword: mov esp, ${CALLER}\niretd\n$local: dw LOCAL\n$ring:\nalign 4
$rings: dd $word, $dword\n${imageTable}\n${beforeTable}`,
  },
  {
    name: 'within virtual-8086 mode',
    ...LEVEL_0,
    axes: [SIZE, IMAGE, { name: 'before', values: ['none', 'all'] }, IOPL, { name: 'offset', values: ['near', 'far'] }],
    rows: 4,
    stacks: STACKS,
    watched: [],
    attempt: `${makeTask(false)}
imul edx, {offset}, 0x10000
add edx, ${LANDING}
mov ebx, 0x10
mov ebp, 0
mov esi, {image}
mov esi, [esi*4 + $images]
${lay(false)}
${before}
or eax, 0x20000
mov edx, {size}
movzx ebx, word [edx*2 + $entries]
${enterVirtual('ebx')}`,
    data: `bits 16\n$word: iret\n$dword: iretd\nbits 32\n$entries: dw $word - image, $dword - image
align 4\n${imageTable}\n${beforeTable}`,
  },
  {
    name: 'back to another task',
    ...LEVEL_0,
    axes: [{ name: 'link', values: LINKS.map(([name]) => name) }, SIZE, CPL],
    rows: 2,
    // what the old task saved
    stacks: [[0x1420, 16]],
    watched: [0x38, 0xb0],
    attempt: `lldt [$local]
${makeTask(false)}
mov ecx, {link}
imul ecx, ecx, 12
mov eax, [ecx + $links]
mov [TSS], eax
mov eax, [ecx + $links + 4]
mov [GDT+TASK2], eax
mov eax, [ecx + $links + 8]
mov [GDT+TASK2+4], eax
mov edi, TSS2
xor eax, eax
mov ecx, 26
rep stosd
mov dword [TSS2+0x20], ${LANDING}
mov dword [TSS2+0x24], 2
mov dword [TSS2+0x28], 0xaaaa
mov dword [TSS2+0x38], ${OUTER}
mov dword [TSS2+0x48], USERDATA
mov dword [TSS2+0x4c], CODE32
mov dword [TSS2+0x50], DATA32
mov dword [TSS2+0x54], USERDATA
mov dword [TSS2+0x58], USERDATA
mov dword [TSS2+0x60], LOCAL
${enter(LEVEL_0, '0x4002', false, 'mov edx, {size}\nmov ebx, [edx*4 + $rings]')}`,
    teardown: 'clts',
    data: `$word: mov esp, ${CALLER}\niretw\n$dword: mov esp, ${CALLER}\niretd\n$local: dw LOCAL\n$ring:\nalign 4
$rings: dd $word, $dword
$links: dd ${LINKS.map(([, ...words]) => words.join(', ')).join(', ')}`,
  },
];

const LONG: readonly Matrix[] = [
  {
    name: 'flags, long mode',
    ...IN_LONG,
    axes: [IMAGE, SIZE64, SOURCE, BEFORE, IOPL, RPL, CPL],
    rows: 5,
    stacks: STACKS,
    watched: [],
    attempt: `${outward}
cmp dword {source}, 0\nje $encodable\ncmp dword {size}, 2\nje $skip\n$encodable:
xor eax, eax
mov edi, ${CALLER}
mov ecx, 10
rep stosd
${ring}
${lay(true)}
${before}
${enter(
  IN_LONG,
  `[${SCRATCH}]`,
  true,
  'mov edx, {size}\ncmp dword {source}, 0\nje $source64\nadd edx, 3\n$source64:\nmov ebx, [edx*4 + $rings]',
)}`,
    data: `$word: mov esp, ${CALLER}\niretw\n$dword: mov esp, ${CALLER}\niretd\n$qword: mov esp, ${CALLER}\niretq
bits 32\n$word32: mov esp, ${CALLER}\niretw\n$dword32: mov esp, ${CALLER}\niretd\nbits 64
$ring32:\nalign 4\n$ring:
$rings: dd $word, $dword, $qword, $word32, $dword32, $dword32\n${imageTable}\n${beforeTable}`,
  },
];

export const IRET_MATRICES: readonly Matrix[] = [...LEGACY, ...LONG];
