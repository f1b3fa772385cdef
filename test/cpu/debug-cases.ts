/** Breakpoints of the debug registers, #DB and DR6, in 64-bit mode. The case after each that traps tells DR6 and takes the breakpoint away. */
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
import { user } from './words';

const arm = (at: string, dr7: string): string => `mov rax, ${at}\nmov dr0, rax\nmov rax, ${dr7}\nmov dr7, rax\n`;
const WRITE4 = '(1 << 16) | (3 << 18) | 2';
const BOTH4 = '(3 << 16) | (3 << 18) | 2';
const BOTH8 = '(3 << 16) | (2 << 18) | 2';
const PORT = '(2 << 16) | 2';
const enableDe = 'mov rax, cr4\nor eax, 8\nmov cr4, rax\n';
/** Where the case's own code lies. */
const here = (label: string): string => `mov rax, ${label} - image\nadd rax, ROM`;
const at = (label: string, dr7: string): string => `${here(label)}\nmov dr0, rax\nmov rax, ${dr7}\nmov dr7, rax\n`;
const tell = (name: string, dr6: string): Case =>
  c(
    `${name}: DR6`,
    dr6,
    'mov rax, dr6\ncall hex8\nxor eax, eax\nmov dr7, rax\nmov eax, 0xffff0ff0\nmov dr6, rax\nmov rax, cr4\nbtr eax, 3\nmov cr4, rax',
  );
const traps = (name: string, expect: string, code: string, dr6: string): Case[] => [
  c(name, expect, code),
  tell(name, dr6),
];
const DB = (rip: number, flags = '00000000'): string =>
  `!01 ffffffff 0018 ${rip.toString(16).padStart(8, '0')} ${flags} 0010 00007fd8 0010 00008000`;

export const DEBUG_CASES: readonly Case[] = [
  tell('before', 'ffff0ff0'),
  ...traps('write', DB(0x1b), `${arm('SPOT', WRITE4)}mov dword [SPOT], 5\nput 'n'`, 'ffff0ff1'),
  ...traps('a read where writes are watched', 'r', `${arm('SPOT', WRITE4)}mov eax, [SPOT]\nput 'r'`, 'ffff0ff0'),
  ...traps('read', DB(0x17), `${arm('SPOT', BOTH4)}mov eax, [SPOT]\nput 'n'`, 'ffff0ff1'),
  ...traps('the last byte', DB(0x18), `${arm('SPOT', WRITE4)}mov byte [SPOT+3], 5\nput 'n'`, 'ffff0ff1'),
  ...traps('beside it', 'b', `${arm('SPOT', WRITE4)}mov byte [SPOT+4], 5\nmov byte [SPOT-1], 5\nput 'b'`, 'ffff0ff0'),
  ...traps('a wide access from before', DB(0x18), `${arm('SPOT', BOTH4)}mov rax, [SPOT-7]\nput 'n'`, 'ffff0ff1'),
  ...traps('eight bytes', DB(0x18), `${arm('SPOT', BOTH8)}mov byte [SPOT+7], 5\nput 'n'`, 'ffff0ff1'),
  ...traps(
    'push',
    '!01 ffffffff 0018 00000016 00000000 0010 000097c8 0010 000097f8',
    `${arm('OTHER - 8', WRITE4)}mov esp, OTHER\npush rbx\nput 'n'`,
    'ffff0ff1',
  ),
  ...traps(
    'a helper pushes',
    '!01 ffffffff 0018 00000016 00000000 0010 000097c8 0010 000097f8',
    `${arm('OTHER - 8', WRITE4)}mov esp, OTHER\npushfq\nput 'n'`,
    'ffff0ff1',
  ),
  ...traps('instruction', DB(0x16), `${at('$x', '2')}$x: nop\nput 'n'`, 'ffff0ff1'),
  ...traps('instruction, with L', DB(0x16), `${at('$x', '1')}$x: nop\nput 'n'`, 'ffff0ff1'),
  ...traps('instruction, not enabled', 'n', `${at('$x', '0')}$x: nop\nput 'n'`, 'ffff0ff0'),
  ...traps(
    'instruction in a loop',
    DB(0x1d),
    `mov ecx, 3\n${at('$x', '2')}$l: jmp $m\n$x: nop\n$m: loop $l\njmp $x`,
    'ffff0ff1',
  ),
  ...traps(
    'instruction under RF',
    'n',
    `${at('$x', '2')}pushfq\nor dword [rsp], 0x10000\npush rax\nmov rax, [rsp+8]\nadd rsp, 16\nmov edx, ss\npush rdx\nlea rdx, [rsp+8]\npush rdx\npush rax\nmov edx, cs\npush rdx\n${here('$x')}\npush rax\niretq\n$x: nop\nput 'n'`,
    'ffff0ff0',
  ),
  ...traps('port', DB(0x1b), `${enableDe}${arm('0x80', PORT)}out 0x80, al\nput 'n'`, 'ffff0ff1'),
  ...traps(
    'user code',
    '!01 ffffffff 0033 00000025 00003000 0000 00007ed8 002b 00009000',
    `${arm('SPOT', WRITE4)}${user('mov dword [SPOT], 5')}`,
    'ffff0ff1',
  ),
];

/** QEMU watches ports without CR4.DE, traps twice for two causes, and knows no general detect. */
export const DEBUG_LIMIT_CASES: readonly Case[] = [
  ...traps('port without cr4.de', 'n', `${arm('0x80', PORT)}out 0x80, al\nput 'n'`, 'ffff0ff0'),
  ...traps(
    'single step and write',
    DB(0x21, '00000100'),
    `${arm('SPOT', WRITE4)}push 0x102\npopfq\nmov dword [SPOT], 5\nput 'n'`,
    'ffff4ff1',
  ),
  ...traps(
    'mov ss meets it: after the next instruction',
    DB(0x23),
    `mov dword [SPOT], DATA32\n${arm('SPOT', BOTH4)}mov ss, [SPOT]\nnop\nput 'n'`,
    'ffff0ff1',
  ),
  ...traps(
    'mov ss meets it, single-stepped',
    DB(0x29, '00000100'),
    `mov dword [SPOT], DATA32\n${arm('SPOT', BOTH4)}push 0x102\npopfq\nmov ss, [SPOT]\nnop\nput 'n'`,
    'ffff4ff1',
  ),
  ...traps(
    'mov ss meets it, and the next instruction another',
    DB(0x31),
    `mov dword [SPOT], DATA32\nmov rax, SPOT+8\nmov dr1, rax\n${arm('SPOT', `${BOTH4} | (3 << 20) | (3 << 22) | 8`)}mov ss, [SPOT]\nmov ecx, [SPOT+8]\nput 'n'`,
    'ffff0ff3',
  ),
  ...traps(
    'instruction, repeated, under RF: to its end',
    '0003 n',
    `mov esi, SPOT\nmov edi, OTHER\nmov ecx, 3\n${at('$x', '2')}pushfq\nor dword [rsp], 0x10000\nmov rax, [rsp]\nadd rsp, 8\nmov edx, ss\npush rdx\nlea rdx, [rsp+8]\npush rdx\npush rax\nmov edx, cs\npush rdx\n${here('$x')}\npush rax\niretq\n$x: rep movsb\nmov eax, edi\nsub eax, OTHER\ncall hex4\nput 'n'`,
    'ffff0ff0',
  ),
  ...traps('general detect', DB(0x08), "mov rax, 1 << 13\nmov dr7, rax\nmov rax, dr0\nput 'n'", 'ffff2ff0'),
];
