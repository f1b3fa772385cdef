/**
 * Every way into a task × formats of both TSSs × what can be wrong with them, as one case of the ROM programs. Each trial ends in an
 * observer: a task of its own behind a task gate, or (the second kind) a handler behind an interrupt gate. Two hashes are written for each:
 * of what both tasks and their TSSs look like, and of the bits emulators are known to forget: EXT, RF, accessed bits.
 */
import { testCase } from './rom-case';
import type { Case } from './rom-case';
import * as at from './task-layout';
import { DESCRIPTORS, LDT_WORDS, STAGE, VECTORS, descriptor, observerSelector, stage } from './task-layout';
import { skipBits } from './task-variations';
import type { Variation } from './task-variations';

const TRIAL = at.VARIABLES;
const FAR = at.VARIABLES + 0x10;
const FAR_GATE = at.VARIABLES + 0x20;
const GDTR_AT = at.VARIABLES + 0x30;
const FOUND = at.VARIABLES + 0x40;
const SOFT = at.RECORD + 0x400;

const REGISTERS = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'] as const;
const OLD_REGISTERS = [0xff8, 0x2b3b4b5b, 0x2c3c4c5c, 0x2d3d4d5d, 0, 0x2e3e4e5e, 0x2f3f4f5f, 0x25354555];
const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const;
const dwords = (words: readonly (number | string)[]): string => `dd ${words.join(', ')}`;
const kind1 = VECTORS.filter((v) => v !== 8 && v !== 0x42);
const hasError = (v: number): boolean => v === 8 || (v >= 10 && v <= 14);

/** ECX dwords of `words` go to an address. */
const copy = (label: string, to: number | string, count: number): string =>
  `mov esi, ${label}\nmov edi, ${to}\nmov ecx, ${count}\nrep movsd`;
const fill = (to: number, count: number, value: number): string =>
  `mov edi, ${to}\nmov ecx, ${count}\nmov eax, ${value}\nrep stosd`;
const move = (width: 2 | 4, to: number, name: keyof typeof STAGE): string =>
  `mov eax, [${stage(name)}]\nmov [${to}], ${width === 2 ? 'ax' : 'eax'}`;
const gate = (vector: number | string): string => `IDT + ${vector} * 8`;

/** Tables that map the first 2 MB to themselves. */
const tables = (to: number): string => `
mov dword [${to}], ${to + 0x1007}
mov edi, ${to + 0x1000}
mov eax, 7
mov ecx, 512
$map${to}:
mov [edi], eax
add eax, 0x1000
add edi, 4
loop $map${to}`;

const makeObservers = VECTORS.map((v, n) => {
  const tss = at.OBSERVERS + n * 0x80;
  return `mov dword [${tss + 0x1c}], ${at.PAGES}
mov dword [${tss + 0x20}], $observe
mov dword [${tss + 0x24}], 2
mov dword [${tss + 0x34}], ${v}
mov dword [${tss + 0x38}], ${at.OBSERVER_STACKS + 0x100 + n * 0x100}
mov dword [${tss + 0x3c}], ${tss}
${[0x48, 0x50, 0x54].map((offset) => `mov dword [${tss + offset}], DATA32`).join('\n')}
mov dword [${tss + 0x4c}], CODE32
mov dword [GDT + ${observerSelector(n)}], ${((tss & 0xffff) * 0x10000 + 0x67) >>> 0}
mov dword [GDT + ${observerSelector(n)} + 4], ${0x8900 | (tss >> 16)}
mov dword [${gate(v)}], ${observerSelector(n) << 16}
mov dword [${gate(v)} + 4], 0xe500`;
}).join('\n');

const makeHandlers = kind1
  .map(
    (v) => `mov dword [${gate(v)}], (CODE32 << 16) | (($handler${v} - image) & 0xffff)
mov dword [${gate(v)} + 4], (ROM & 0xffff0000) | 0x8e00`,
  )
  .join('\n');

const writeTask32 = `
${move(4, at.NEW_TSS + 0x1c, 'cr3')}
mov dword [${at.NEW_TSS + 4}], STACK1
mov word [${at.NEW_TSS + 8}], DATA32
${move(4, at.NEW_TSS + 0x20, 'eip')}
${move(4, at.NEW_TSS + 0x24, 'eflags')}
${REGISTERS.map((name, n) => move(4, at.NEW_TSS + 0x28 + n * 4, name)).join('\n')}
${SEGMENTS.map((name, n) => move(2, at.NEW_TSS + 0x48 + n * 4, name)).join('\n')}
${move(2, at.NEW_TSS + 0x60, 'ldt')}
${move(2, at.NEW_TSS + 0x64, 'trap')}`;
const writeTask16 = `
${(['stack', 'userStack', 'small'] as const).map((name) => `and byte [GDT + ${descriptor(name)} + 6], ~0x40`).join('\n')}
mov word [${at.NEW_TSS + 2}], STACK1
mov word [${at.NEW_TSS + 4}], DATA32
${move(2, at.NEW_TSS + 0xe, 'eip')}
${move(2, at.NEW_TSS + 0x10, 'eflags')}
${REGISTERS.map((name, n) => move(2, at.NEW_TSS + 0x12 + n * 2, name)).join('\n')}
${SEGMENTS.slice(0, 4)
  .map((name, n) => move(2, at.NEW_TSS + 0x22 + n * 2, name))
  .join('\n')}
${move(2, at.NEW_TSS + 0x2a, 'ldt')}`;

/** Limit and access byte of a TSS, in EDX and EAX, put together into its descriptor. */
const makeTss = (selector: number, base: string): string => `
mov ecx, ${base}
mov esi, ecx
shl esi, 16
mov edi, edx
and edi, 0xffff
or esi, edi
mov [GDT + ${selector}], esi
shr ecx, 16
shl eax, 8
or ecx, eax
and edx, 0xff0000
or ecx, edx
mov [GDT + ${selector} + 4], ecx`;

const setUp = `
${copy('$gdt', `GDT + ${descriptor('code')}`, Object.keys(DESCRIPTORS).length * 2)}
${copy('$stage', at.STAGE_AT, Object.keys(STAGE).length)}
${copy('$ldt', at.LDT_AT, LDT_WORDS.length)}
${fill(at.OLD_TSS, 0x20, 0xaaaaaaaa)}
${fill(at.NEW_TSS, 0x20, 0xaaaaaaaa)}
${fill(at.OBSERVERS, VECTORS.length * 0x20, 0)}
${fill(at.NEW_STACK - 0x20, 8, 0x55555555)}
mov dword [${at.MARK}], 0x0f1e2d3c
mov dword [${at.MARK + 0x1000}], 0x4b5a6978
${makeObservers}
test byte [${TRIAL}], 1
jz $written
${makeHandlers}
$written:
bt ebx, 31
jnc $unpaged
${tables(at.PAGES)}
${tables(at.PAGES_NEW)}
$unpaged:
mov ecx, [ebp]
add ebp, 4
jecxz $varied
$vary:
mov edi, [ebp]
mov eax, [ebp+4]
mov [edi], eax
add ebp, 8
loop $vary
$varied:
mov edx, [${stage('oldLimit')}]
test byte [${TRIAL}], 4
jnz $old32
mov word [${at.OLD_TSS + 2}], STACK0
mov word [${at.OLD_TSS + 4}], DATA32
mov word [${at.OLD_TSS + 0x2a}], 0
mov eax, 0x81
cmp edx, -1
jne $old
mov edx, 0x2b
jmp $old
$old32:
mov dword [${at.OLD_TSS + 4}], STACK0
mov word [${at.OLD_TSS + 8}], DATA32
mov word [${at.OLD_TSS + 0x60}], 0
mov eax, 0x89
cmp edx, -1
jne $old
mov edx, 0x67
$old:
${makeTss(0x100, `[${stage('oldBase')}]`)}
test byte [${TRIAL}], 2
jnz $new32
${writeTask16}
mov eax, 0x81
mov edx, 0x2b
jmp $new
$new32:
${writeTask32}
mov eax, 0x89
mov edx, 0x67
$new:
mov ebx, [${TRIAL}]
shr ebx, 3
and ebx, 7
cmp ebx, 3
jne $available
or eax, 2
mov ecx, [${stage('selector')}]
mov edi, [${stage('oldBase')}]
mov [edi], cx
or dword [${stage('oldFlags')}], 0x4000
$available:
cmp dword [${stage('newLimit')}], -1
je $limit
mov edx, [${stage('newLimit')}]
$limit:
cmp dword [${stage('newAccess')}], -1
je $access
mov eax, [${stage('newAccess')}]
$access:
${makeTss(0x108, `[${stage('newBase')}]`)}
mov ecx, [${stage('selector')}]
mov [${FAR + 4}], cx
shl ecx, 16
mov eax, [${stage('gate')}]
shl eax, 8
${[`GDT + 0x110`, gate('0x44')].map((a) => `mov [${a}], ecx\nmov [${a} + 4], eax`).join('\n')}
mov dword [${FAR_GATE + 4}], 0x110
cmp ebx, 4
jne $notud
mov [${gate(6)}], ecx
mov [${gate(6)} + 4], eax
$notud:
cmp ebx, 5
jne $notgp
mov [${gate(13)}], ecx
mov [${gate(13)} + 4], eax
$notgp:
${move(2, GDTR_AT, 'gdtLimit')}
mov dword [${GDTR_AT + 2}], GDT
lgdt [${GDTR_AT}]
xor eax, eax
lldt ax
mov cr2, eax
mov eax, 0x100
ltr ax
mov eax, 0xffff0ff0
mov dr6, eax
mov eax, [${stage('dr7')}]
mov dr7, eax
mov eax, 0x70000
mov dr0, eax
clts
mov eax, ${at.PAGES}
mov cr3, eax
mov eax, cr0
or eax, [${stage('cr0')}]
mov cr0, eax
mov eax, USERDATA
${['ds', 'es', 'fs', 'gs'].map((name) => `mov ${name}, eax`).join('\n')}
mov ecx, CODE32
cmp dword [${stage('cpl')}], 0
je $inner
push eax
push dword STACK3
mov ecx, USER32
$inner:
push dword [${stage('oldFlags')}]
push ecx
push dword [ebx*4 + $roads]
${OLD_REGISTERS.map((value, n) => (n === 4 ? '' : `mov ${REGISTERS[n]}, ${value}`)).join('\n')}
iretd`;

const roads = `
$road0: call far dword [cs:${FAR}]
int 0x42
$road1: jmp far dword [cs:${FAR}]
$road2: int 0x44
int 0x42
$road3: iretd
int 0x42
$road4: ud2
$road5: mov es, eax
int 0x42
$road6: call far dword [cs:${FAR_GATE}]
int 0x42
$road7: jmp far dword [cs:${FAR_GATE}]
$landing:
push dword [ss:${at.MARK}]
push ax
smsw ax
push ax
$landing16:
int 0x42
`;

/** REC grows at EDI; flags lose RF, which is noted with the soft bits. */
const record = `
${copy(String(at.OLD_TSS), 'edi', 0x1a)}
${copy(String(at.NEW_TSS), 'edi', 0x1a)}
mov eax, [GDT + 0x104]
stosd
mov eax, [GDT + 0x10c]
stosd
mov eax, cr2
stosd
mov eax, dr6
stosd
mov eax, dr7
stosd
${copy(String(at.NEW_STACK - 16), 'edi', 4)}`;
const OLD_AT = 0x10;
const softFlags = (tss: number): string => `
mov eax, [${tss}]
and eax, 0x10000
stosd
and dword [${tss}], ~0x10000`;

const observe = `
$observe:
mov ecx, cr3
mov eax, cr0
and eax, 0x7ffefff1
mov cr0, eax
mov edi, ${at.RECORD}
mov esi, ebp
mov eax, ebx
stosd
mov eax, -1
mov edx, esp
and edx, 0xff
jz $noerror
mov eax, [esp]
$noerror:
stosd
mov eax, edx
stosd
movzx eax, word [esi]
stosd
${record}
mov eax, ecx
stosd
jmp $recorded
${kind1.map((v) => `$handler${v}:\n${hasError(v) ? '' : 'push dword -1\n'}push dword ${v}\njmp $handler`).join('\n')}
$handler:
pushad
${['ds', 'es', 'fs', 'gs', 'ss'].map((name) => `mov eax, ${name}\npush eax`).join('\n')}
mov eax, DATA32
mov ds, eax
mov es, eax
cld
movzx esi, sp
mov ss, eax
mov esp, STACK0 - 0x400
mov ebx, cr3
mov eax, cr0
and eax, 0x7ffefff1
mov cr0, eax
mov edi, ${at.RECORD}
mov eax, [esi + 13 * 4]
or eax, 0x100
stosd
mov eax, [esi + 14 * 4]
stosd
xor eax, eax
stosd
str eax
stosd
mov ebp, esi
${record}
mov esi, ebp
; its own frame lies there
sub edi, 16
mov eax, ebx
stosd
sldt eax
stosd
mov ecx, 5
rep movsd
mov ecx, 8
test byte [${TRIAL}], 2
jnz $wide
$narrow:
lodsd
movzx eax, ax
stosd
loop $narrow
jmp $regs
$wide:
rep movsd
$regs:
add esi, 8
movsd
movsd
lodsd
and eax, ~0x10000
stosd
test byte [esi - 8], 3
jnz $out
test eax, 0x20000
jz $recorded
$out:
lodsd
movzx eax, ax
stosd
movzx eax, word [esi]
stosd
$recorded:
mov [${FOUND}], edi
mov edi, ${SOFT}
mov eax, [${at.RECORD + 4}]
cmp eax, -1
je $noext
and eax, 1
stosd
and dword [${at.RECORD + 4}], ~1
$noext:
test byte [${TRIAL}], 4
jz $norf
${softFlags(at.RECORD + OLD_AT + 0x24)}
$norf:
test byte [${TRIAL}], 2
jz $norf2
${softFlags(at.RECORD + OLD_AT + 0x68 + 0x24)}
$norf2:
; which segments a switch that fails has loaded already is its own matter
cmp dword [${at.RECORD}], 0x42
jne $unmarked
mov esi, GDT + ${descriptor('code')} + 4
mov ecx, ${Object.keys(DESCRIPTORS).length}
$accessed:
mov eax, [esi]
and eax, 0x100
stosd
add esi, 8
loop $accessed
mov eax, [${at.LDT_AT + 12}]
stosd
mov eax, [${at.LDT_AT + 20}]
stosd
$unmarked:
mov [${FOUND + 4}], edi`;

export function taskCase(variations: readonly Variation[], detail = -1): Case {
  const hash = (from: number, end: number, digits: 4 | 8): string => `
mov esi, ${from}
mov edx, [${end}]
mov eax, 0x811c9dc5
$mix${digits}:
xor eax, [esi]
imul eax, eax, 0x01000193
rol eax, 5
add esi, 4
cmp esi, edx
jb $mix${digits}
${digits === 4 ? 'mov edx, eax\nshr edx, 16\nxor eax, edx\n' : ''}call hex${digits}`;
  const full = (from: number, end: number, n: number): string => `
mov esi, ${from}
$full${n}:
lodsd
call hex8
cmp esi, [${end}]
jb $full${n}`;
  const tell =
    detail < 0
      ? `movzx eax, byte [${at.RECORD}]
cmp word [${at.RECORD + 12}], 0x108
jne $before
or eax, 0x100
$before:
call hex4
${hash(at.RECORD, FOUND, 8)}\n${hash(SOFT, FOUND + 4, 4)}`
      : `cmp dword [${TRIAL}], ${detail}\njne $skip\n${full(at.RECORD, FOUND, 0)}\nput '/'\n${full(SOFT, FOUND + 4, 1)}`;
  return testCase(
    'tasks',
    '',
    `
mov dword [${TRIAL}], ${Math.max(detail, 0)}
$trial:
mov eax, DATA32
mov ds, eax
mov es, eax
mov ss, eax
mov esp, STACK0 - 0x400
push dword 2
popfd
mov eax, [${TRIAL}]
mov ebp, eax
shr ebp, 6
mov ebp, [ebp*4 + $variations]
mov ebx, [ebp]
add ebp, 4
mov ecx, eax
and ecx, 1
bt ebx, ecx
jc $skip
mov ecx, eax
shr ecx, 3
and ecx, 7
add ecx, 8
bt ebx, ecx
jc $skip
mov ecx, eax
shr ecx, 1
and ecx, 3
add ecx, 16
bt ebx, ecx
jc $skip
${setUp}
${roads}
${observe}
${tell}
$skip:
inc dword [${TRIAL}]
cmp dword [${TRIAL}], ${detail < 0 ? variations.length * 64 : detail + 1}
jb $trial
jmp $end
$roads: ${dwords(at.ROADS.map((_, n) => `$road${n}`))}
$gdt: ${dwords(Object.values(DESCRIPTORS).flat())}
$ldt: ${dwords(LDT_WORDS)}
$stage: ${dwords(Object.values(STAGE))}
$variations: ${dwords(variations.map((_, n) => `$v${n}`))}
${variations.map((v, n) => `$v${n}: ${dwords([skipBits(v), v.writes.length, ...v.writes.flat()])}`).join('\n')}
$end:
mov eax, DATA32
mov ds, eax
mov ss, eax`,
  );
}
