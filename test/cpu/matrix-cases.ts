/** Generated cases: breakpoints of every length, flags and shadows of events, nested faults, x87 and vector instructions by CR0 and CR4. */
import { LONG_ANSWERS, PROTECTED_ANSWERS } from './matrix-answers';

import type { Case } from './rom-case';
import { task2 } from './protected-words';
import { user } from './words';

/** A case without its answers, which are data of their own. */
const c = (name: string, code: string): Case => ({ name, code, expect: '' });

/** Vector `v` of 32-bit code goes to the case's own label. */
const own32 = (v: number, label: string): string =>
  `mov dword [IDT+${v}*8], (CODE32 << 16) | ((${label} - image) & 0xffff)\nmov dword [IDT+${v}*8+4], (ROM & 0xffff0000) | 0xee00\n`;
const own64 = (v: number, label: string): string =>
  `mov dword [IDT+${v}*16], (CODE64 << 16) | ((${label} - image) & 0xffff)\nmov dword [IDT+${v}*16+4], (ROM & 0xffff0000) | 0xee00\nmov qword [IDT+${v}*16+8], 0\n`;

/** What instructions of the units do under each of EM, TS, MP (bits 0 to 2) and OSFXSR (bit 3): `-` or the vector. */
const UNITS: readonly (readonly [name: string, code: string])[] = [
  ['fnop', 'fnop'],
  ['fwait', 'fwait'],
  ['fninit', 'fninit'],
  ['movaps', 'movaps xmm0, xmm1'],
  ['addps', 'addps xmm0, xmm0'],
  ['cvtpi2ps', 'cvtpi2ps xmm0, mm0'],
  ['ldmxcsr', 'ldmxcsr [SPOT]'],
  ['fxsave', 'fxsave [0x6000]'],
  ['movnti', 'movnti [SPOT], eax'],
  ['sfence', 'sfence'],
  ['prefetch', 'prefetchnta [SPOT]'],
  ['crc32', 'crc32 eax, ecx'],
  ['popcnt', 'popcnt eax, ecx'],
  ['fisttp', 'fninit\nfld1\nfisttp dword [SPOT]'],
];

const unit = (name: string, code: string): Case =>
  c(
    `unit: ${name}`,
    `${own32(6, '$ud')}${own32(7, '$nm')}mov dword [SPOT], 0x1f80
xor ebp, ebp
$next:
mov eax, cr0
and eax, ~14
bt ebp, 0
jnc $noem
or eax, 4
$noem:
bt ebp, 1
jnc $nots
or eax, 8
$nots:
bt ebp, 2
jnc $nomp
or eax, 2
$nomp:
mov ecx, eax
xor eax, eax
bt ebp, 3
jnc $nofxsr
mov eax, 0x600
$nofxsr:
mov cr4, eax
mov cr0, ecx
${code}
put '-'
jmp $more
$ud: put '6'
jmp $more
$nm: put '7'
$more:
mov esp, STACK0
mov eax, cr0
and eax, ~14
mov cr0, eax
fninit
inc ebp
cmp ebp, 16
jb $next
xor eax, eax
mov cr4, eax`,
  );

/** The first fault, and what is wrong with its gate. */
const FIRSTS: readonly (readonly [vector: number, name: string, code: string])[] = [
  [0, 'de', 'xor ecx, ecx\ndiv ecx'],
  [3, 'bp', 'int3'],
  [5, 'br', 'mov dword [SPOT], 1\nmov dword [SPOT+4], 2\nbound eax, [SPOT]'],
  [6, 'ud', 'ud2'],
  [7, 'nm', 'mov eax, cr0\nor eax, 8\nmov cr0, eax\nfnop'],
  [11, 'np', 'mov eax, ABSENT\nmov gs, eax'],
  [12, 'ss', 'mov eax, ABSENT\nmov ss, eax'],
  [13, 'gp', 'mov eax, 0x1000\nmov es, eax'],
];
const SECONDS: readonly (readonly [name: string, spoil: (vector: number) => string])[] = [
  ['np', (v) => `and dword [IDT+${v}*8+4], ~0x8000`],
  ['gp', (v) => `mov word [IDT+${v}*8+2], DATA32`],
  ['gp 0', (v) => `mov word [IDT+${v}*8+2], 0`],
  ['np of cs', (v) => `mov word [IDT+${v}*8+2], ABSENTCODE`],
  ['gp of type', (v) => `mov byte [IDT+${v}*8+5], 0x82`],
];
const nested: readonly Case[] = FIRSTS.flatMap(([v, name, code]) =>
  SECONDS.map(([second, spoil]) => c(`${second} in ${name}`, `${spoil(v)}\n${code}`)),
);

const APIC = 'mov dword [0xfee000f0], 0x1ff\nmov dword [0xfee00080], 0\n';
const IPI = 'mov dword [0xfee00300], 0x40043\n';
const NMI = 'mov dword [0xfee00310], 0\nmov dword [0xfee00300], 0x400\n';
const arrives = own32(0x43, '$arrived');
const told = `jmp $end
$arrived:
mov eax, [esp]
sub eax, $from
call hex4
mov eax, [esp+8]
and eax, 0x10200
call hex8
mov dword [0xfee000b0], 0
$end:`;
const interrupt = (name: string, code: string): Case =>
  c(`interrupt: ${name}`, `${APIC}${arrives}${IPI}xor ebx, ebx\nmov edx, ss\n$from:\n${code}\ncli\n${told}`);

const rf = (name: string, vector: number, error: boolean, code: string): Case =>
  c(
    `RF: ${name}`,
    `${own32(vector, '$h')}$from: ${code}\nput 'n'\njmp $end\n$h:\nmov eax, [esp+${error ? 12 : 8}]\nand eax, 0x10100\ncall hex8\nmov eax, [esp+${error ? 4 : 0}]\nsub eax, $from\ncall hex4\nmov eax, ecx\ncall hex4\nmov eax, dr6\ncall hex8\n$end:\nxor eax, eax\nmov dr7, eax\nmov eax, 0xffff0ff0\nmov dr6, eax`,
  );
const watch = (what: string, dr7: string): string => `mov eax, ${what}\nmov dr0, eax\nmov eax, ${dr7}\nmov dr7, eax\n`;

const PROTECTED: readonly Case[] = [
  ...UNITS.map(([name, code]) => unit(name, code)),
  ...nested,
  interrupt('sti', 'sti\ninc ebx\ninc ebx\nnop'),
  interrupt('sti sti', 'sti\nsti\ninc ebx\ninc ebx\nnop'),
  interrupt('sti hlt', 'sti\nhlt\ninc ebx'),
  interrupt('sti cli', 'sti\ncli\ninc ebx'),
  interrupt('sti, then mov ss', 'sti\nmov ss, edx\ninc ebx\ninc ebx'),
  interrupt('sti, then pop ss', 'push edx\nsti\npop ss\ninc ebx\ninc ebx'),
  interrupt('mov ss twice', 'sti\nmov ss, edx\nmov ss, edx\ninc ebx\ninc ebx'),
  interrupt('popfd', 'push dword 0x202\npopfd\ninc ebx\ninc ebx'),
  interrupt('iretd', 'push dword 0x202\npush dword CODE32\npush dword $x\niretd\n$x:\ninc ebx\ninc ebx'),
  interrupt('mov ss under IF', 'push dword 0x202\nmov ss, edx\npopfd\ninc ebx'),
  c(
    'interrupt: mov ss while one comes',
    `${APIC}${arrives}mov edx, ss\nsti\nnop\n$from:\nmov ss, edx\nmov dword [0xfee00300], 0x40043\ninc ebx\ninc ebx\nnop\nnop\ncli\n${told}`,
  ),
  c(
    'nmi waits for iret',
    `${APIC}${own32(2, '$nmi')}xor ebp, ebp\n${NMI}nop\nnop\nput 'e'\njmp $end\n$nmi:\ninc ebp\nput 'n'\ncmp ebp, 2\njae $out\n${NMI}nop\nnop\nput 'w'\n$out:\niretd\n$end:`,
  ),
  c(
    'int 2 does not hold NMI off',
    `${APIC}${own32(2, '$nmi')}xor ebp, ebp\nint 2\nput 'e'\njmp $end\n$nmi:\ninc ebp\nput 'n'\ncmp ebp, 2\njae $out\n${NMI}nop\nnop\nput 'w'\n$out:\niretd\n$end:`,
  ),
  rf('ud', 6, false, 'ud2'),
  rf('gp', 13, true, 'mov eax, 0x1000\nmov es, eax'),
  rf('int n', 0x44, false, 'int 0x44'),
  rf('int3', 3, false, 'int3'),
  rf('int1', 1, false, 'db 0xf1'),
  rf('single step', 1, false, 'push dword 0x102\npopfd\nnop\nnop'),
  rf(
    'single step of rep',
    1,
    false,
    'mov ecx, 3\nmov esi, SPOT\nmov edi, 0x6000\npush dword 0x102\npopfd\nrep movsb\nnop',
  ),
  rf('single step of rep that does nothing', 1, false, 'mov ecx, 0\npush dword 0x102\npopfd\nrep movsb\nnop'),
  rf(
    'write in rep',
    1,
    false,
    `${watch('0x6001', '(1 << 16) | 2')}mov ecx, 5\nmov esi, SPOT\nmov edi, 0x6000\nrep movsb\nnop`,
  ),
  rf(
    'write at the end of rep',
    1,
    false,
    `${watch('0x6004', '(1 << 16) | 2')}mov ecx, 5\nmov esi, SPOT\nmov edi, 0x6000\nrep movsb\nnop`,
  ),
  rf('instruction', 1, false, `${watch('$x', '2')}$x: nop\nnop`),
  rf('instruction and single step', 1, false, `${watch('$x', '2')}push dword 0x102\npopfd\n$x: nop\nnop`),
  rf('instruction after one that traps', 1, false, `${watch('$x', '2')}push dword 0x102\npopfd\nnop\n$x: nop\nnop`),
  rf('write under mov ss', 1, false, `${watch('SPOT', '(1 << 16) | 2')}mov word [SPOT], DATA32\nnop\nnop`),
  rf('read by mov ss', 1, false, `mov word [SPOT], DATA32\n${watch('SPOT', '(3 << 16) | 2')}mov ss, [SPOT]\nnop\nnop`),
  rf(
    'read by mov ss, then int',
    0x44,
    false,
    `mov word [SPOT], DATA32\n${watch('SPOT', '(3 << 16) | 2')}${own32(1, '$h')}mov ss, [SPOT]\nint 0x44\nnop`,
  ),
  rf('instruction after mov ss', 1, false, `${watch('$x', '2')}mov edx, ss\nmov ss, edx\n$x: nop\nnop`),
  rf('xchg of both', 1, false, `${watch('SPOT', '(3 << 16) | 2')}mov edx, 5\nxchg [SPOT], edx\nnop`),
  rf('fault and write: the fault alone', 6, false, `${watch('SPOT', '(1 << 16) | 2')}ud2`),
  rf('task', 1, false, `${task2('$x', 'mov dword [TSS2+0x64], 1')}jmp TASK2:0\n$x: nop\nnop`),
  c('user cannot touch dr7', user('mov eax, dr7')),
];

/** One line per kind, length and alignment of a breakpoint: which of 128 accesses trap, as a hash. */
const breakpoints = (kind: number): Case =>
  c(
    `breakpoints on ${kind === 1 ? 'writes' : 'reads and writes'}`,
    `${own64(1, '$db')}
xor ebp, ebp
$line:
mov eax, ebp
and eax, 7
add eax, 0x6008
mov dr0, rax
mov eax, ebp
shr eax, 3
shl eax, 18
or eax, ${(kind << 16) | 2}
mov dr7, rax
mov r8d, 0x811c9dc5
xor esi, esi
$try:
mov edi, esi
and edi, 15
add edi, 0x6000
xor ebx, ebx
mov eax, esi
shr eax, 4
cmp eax, 1
je $w2
cmp eax, 2
je $w4
cmp eax, 3
je $w8
cmp eax, 4
je $r1
cmp eax, 5
je $r2
cmp eax, 6
je $r4
ja $r8
mov [rdi], cl
jmp $done
$w2: mov [rdi], cx
jmp $done
$w4: mov [rdi], ecx
jmp $done
$w8: mov [rdi], rcx
jmp $done
$r1: mov cl, [rdi]
jmp $done
$r2: mov cx, [rdi]
jmp $done
$r4: mov ecx, [rdi]
jmp $done
$r8: mov rcx, [rdi]
jmp $done
$db:
mov ebx, 1
iretq
$done:
nop
xor r8d, ebx
imul r8d, r8d, 0x01000193
inc esi
cmp esi, 128
jb $try
mov eax, r8d
call hex8
inc ebp
cmp ebp, 32
jb $line
xor eax, eax
mov dr7, rax
mov eax, 0xffff0ff0
mov dr6, rax`,
  );

const FIRSTS64 = FIRSTS.filter(([, name]) => name !== 'br').concat([[14, 'pf', 'mov eax, [0x300000]']]);
const SECONDS64: readonly (readonly [name: string, spoil: (vector: number) => string])[] = [
  ['np', (v) => `and dword [IDT+${v}*16+4], ~0x8000`],
  ['gp', (v) => `mov word [IDT+${v}*16+2], DATA32`],
  ['np of cs', (v) => `mov word [IDT+${v}*16+2], ABSENTCODE`],
  ['gp of a canonical address', (v) => `mov dword [IDT+${v}*16+8], 0x8000`],
  ['pf of its stack', (v) => `mov byte [IDT+${v}*16+4], 1\nmov dword [TSS+0x24], 0x300000`],
  ['ss of its stack', (v) => `mov byte [IDT+${v}*16+4], 1\nmov dword [TSS+0x28], 0x8000`],
];

const LONG: readonly Case[] = [
  breakpoints(1),
  breakpoints(3),
  ...FIRSTS64.flatMap(([v, name, code]) =>
    SECONDS64.map(([second, spoil]) =>
      c(`${second} in ${name}`, `${spoil(v)}\n${code.replace(/cr0, eax/, 'cr0, rax').replace(/eax, cr0/, 'rax, cr0')}`),
    ),
  ),
];

export const PROTECTED_MATRIX_CASES: readonly Case[] = PROTECTED.map((each) => ({
  ...each,
  ...PROTECTED_ANSWERS[each.name],
}));
export const LONG_MATRIX_CASES: readonly Case[] = LONG.map((each) => ({ ...each, ...LONG_ANSWERS[each.name] }));
