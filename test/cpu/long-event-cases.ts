/** Interrupts, exceptions and IRET of long mode. */
import { gate, gprs, user32 } from './long-words';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
import { user } from './words';

const supervisorOnly = `
  and dword [TABLES+0x3000+1*8], ~4
  and dword [TABLES+0x3000+2*8], ~4
  and dword [TABLES+0x3000+7*8], ~4
  mov eax, TABLES
  mov cr3, rax
`;

export const LONG_EVENT_CASES: readonly Case[] = [
  c('int', '!41 ffffffff 0018 00000008 00003200 0010 00007fd8 0010 00008000', 'push qword 0x3202\npopfq\nint 0x41'),
  c('int align', '!41 ffffffff 0018 00000006 00000000 0010 00007fc8 0010 00007ffc', 'sub rsp, 4\nint 0x41'),
  c('int user', '!41 ffffffff 0033 0000000c 00003000 0000 00007ed8 002b 00009000', user('int 0x41')),
  c('int user32', '!41 ffffffff 0023 0000000c 00003000 0000 00007ed8 002b 00009000', user32('int 0x41')),
  c('int dpl', '!0d 0000006a 0033 0000000a 00003000 0000 00007ed8 002b 00009000', user('int 13'), {
    writes: '!0d 000000d2 0033 0000000a 00003000 0000 00007ed8 002b 00009000',
    because: 'the index in the error code is the vector (§8.4.1); so does silicon',
  }),
  c(
    'int ist',
    '!41 ffffffff 0018 0000000a 00000000 0010 000097d8 0010 00008000',
    'mov byte [IDT+0x41*16+4], 1\nint 0x41',
    {
      writes: '!41 ffffffff 0018 0000000a 00000000 0000 000097d8 0010 00008000',
      because: 'SS becomes null when the privilege level changes (§8.9.4)',
    },
  ),
  c(
    'int ist 2 user',
    '!41 ffffffff 0033 00000014 00003000 0000 000098d8 002b 00009000',
    'mov byte [IDT+0x41*16+4], 2\n' + user('int 0x41'),
  ),
  c(
    'int ist null',
    '',
    'mov byte [IDT+0x41*16+4], 3\nmov qword [TSS+0x34], 0\nmov qword [TABLES+0x3000+0x1ff*8], 0\nint 0x40',
  ),
  c(
    'int 32-bit code',
    '!0d 00000008 0018 0000000a 00000000 0010 00007fd8 0010 00008000',
    'mov word [IDT+0x41*16+2], CODE32\nint 0x41',
  ),
  c(
    'int 16-bit gate',
    '!0d 0000020a 0018 00000008 00000000 0010 00007fd8 0010 00008000',
    'mov byte [IDT+0x41*16+5], 0x86\nint 0x41',
    {
      writes: '!0d 00000412 0018 00000008 00000000 0010 00007fd8 0010 00008000',
      because: 'the index in the error code is the vector (§8.4.1)',
    },
  ),
  c(
    'int task gate',
    '!0d 0000020a 0018 00000008 00000000 0010 00007fd8 0010 00008000',
    'mov byte [IDT+0x41*16+5], 0x85\nint 0x41',
    {
      writes: '!0d 00000412 0018 00000008 00000000 0010 00007fd8 0010 00008000',
      because: 'the index in the error code is the vector (§8.4.1)',
    },
  ),
  c(
    'int null',
    '!0d 00000000 0018 0000000a 00000000 0010 00007fd8 0010 00008000',
    'mov word [IDT+0x41*16+2], 0\nint 0x41',
  ),
  c(
    'int absent',
    '!0b 0000020a 0018 00000008 00000000 0010 00007fd8 0010 00008000',
    'mov byte [IDT+0x41*16+5], 0x6e\nint 0x41',
    {
      writes: '!0b 00000412 0018 00000008 00000000 0010 00007fd8 0010 00008000',
      because: 'the index in the error code is the vector (§8.4.1)',
    },
  ),
  c(
    'int beyond',
    '!0d 0000020a 0018 0000001e 00000000 0010 00007fd8 0010 00008000',
    'mov word [0x5100], 0x417\nmov qword [0x5102], IDT\nlidt [0x5100]\nint 0x41',
    {
      writes: '!0d 00000412 0018 0000001e 00000000 0010 00007fd8 0010 00008000',
      because: 'the index in the error code is the vector (§8.4.1)',
    },
  ),
  c(
    'trap gate',
    '00000246',
    'mov byte [IDT+0x41*16+5], 0x8f\nmov dword [IDT+0x41*16], (CODE64<<16)|(($h - image) & 0xffff)\nsti\nint 0x41\n$h: pushfq\npop rax\ncli\ncall hex8',
  ),
  c('pf', '!0e 00000002 0018 00000005 00000000 0010 00007fd8 0010 00008000', 'mov eax, 0x300000\nmov [rax], eax'),
  c(
    'pf user',
    '!0e 00000004 0033 0000000f 00003000 0000 00007ed8 002b 00009000',
    user('mov eax, 0x300000\nmov eax, [rax]'),
  ),
  c(
    'pf cr2',
    '00001234 ffff8880',
    'mov dword [IDT+14*16], (CODE64<<16)|(($h - image) & 0xffff)\nmov rax, 0xffff888000001234\nmov [rax], eax\n$h: mov rax, cr2\ncall hex8\nmov rax, cr2\nshr rax, 32\ncall hex8',
  ),
  c(
    'pf exec',
    '!0e 00000010 0018 00210007 00000000 0010 00007fd8 0010 00008000',
    'mov eax, $x + 0x210000\njmp rax\n$x:',
  ),
  c(
    'pf then df',
    '!08 00000000 0018 0000000f 00000000 0010 00007fd8 0010 00008000',
    'mov word [IDT+14*16+2], DATA32\nmov eax, 0x300000\nmov eax, [rax]',
  ),
  c(
    'gp then gp',
    '!08 00000000 0018 0000000f 00000000 0010 00007fd8 0010 00008000',
    'mov word [IDT+13*16+2], DATA32\nhlt\n'.replace('hlt', 'mov eax, 0x1000\nmov ds, eax'),
  ),
  c(
    'ud then gp',
    '!0d 00000011 0018 0000000a 00000000 0010 00007fd8 0010 00008000',
    'mov word [IDT+6*16+2], DATA32\nud2',
    {
      writes: '!0d 00000010 0018 0000000a 00000000 0010 00007fd8 0010 00008000',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  ),
  c(
    'stack not present',
    '!08 00000000 0018 00000010 00000000 0010 000097d8 0010 00300100',
    'mov dword [IDT+8*16+4], ((ROM & 0xffff0000) | 0x8e01)\nmov rsp, 0x300100\npush rax',
    {
      writes: '!08 00000000 0018 00000010 00000000 0000 000097d8 0010 00300100',
      because: 'SS becomes null when the privilege level changes (§8.9.4)',
    },
  ),
  c(
    'user stack for level 0 not present',
    '!08 00000000 0033 00000021 00003000 0000 000097d8 002b 00009000',
    'mov dword [IDT+8*16+4], ((ROM & 0xffff0000) | 0x8e01)\nmov qword [TSS+4], 0x300100\n' + user('int 0x41'),
  ),
  c(
    'user rsp0 non-canonical',
    '!0c 00000000 0033 0000002b 00003000 0000 000098d8 002b 00009000',
    'mov dword [IDT+8*16+4], ((ROM & 0xffff0000) | 0x8e01)\nmov dword [IDT+12*16+4], ((ROM & 0xffff0000) | 0x8e02)\nmov dword [TSS+8], 0x8000\n' +
      user('int 0x41'),
  ),
  c(
    'tss limit',
    '!0a 000000b0 0018 0000001a 00000000 0010 00007fd8 0010 00008000',
    'mov word [GDT+TASK2], 0x10\nmov eax, TASK2\nltr ax\nmov byte [IDT+0x41*16+4], 1\nint 0x41',
  ),
  c('int3', '!03 ffffffff 0018 00000001 00000000 0010 00007fd8 0010 00008000', 'int3'),
  c('into in 64-bit', '!06 ffffffff 0018 00000000 00000000 0010 00007fd8 0010 00008000', 'db 0xce'),
  c(
    'vex of 256 bits',
    '!06 ffffffff 0018 00000000 00000000 0010 00007fd8 0010 00008000',
    'db 0xc4, 0xe2, 0x74, 0xf2, 0xc2',
  ),
  c(
    'vex after 66h',
    '!06 ffffffff 0018 00000000 00000000 0010 00007fd8 0010 00008000',
    'db 0x66, 0xc4, 0xe2, 0x70, 0xf2, 0xc2',
  ),
  c(
    'vex after rex',
    '!06 ffffffff 0018 00000000 00000000 0010 00007fd8 0010 00008000',
    'db 0x48, 0xc4, 0xe2, 0x70, 0xf2, 0xc2',
  ),
  c('vex with lock', '!06 ffffffff 0018 00000000 00000000 0010 00007fd8 0010 00008000', 'lock andn eax, ecx, [rsp]'),
  c(
    'vex of another map',
    '!06 ffffffff 0018 00000000 00000000 0010 00007fd8 0010 00008000',
    'db 0xc4, 0xe4, 0x70, 0xf2, 0xc2',
  ),
  c('push cs in 64-bit', '!06 ffffffff 0018 00000000 00000000 0010 00007fd8 0010 00008000', 'db 0x0e'),
  c(
    'les in 64-bit',
    '!06 ffffffff 0018 00000000 00000000 0010 00007fd8 0010 00008000',
    'db 0xc4, 0x00, 0x00, 0, 0, 0, 0',
  ),
  c(
    'rf',
    '00010000',
    'mov dword [IDT+6*16], (CODE64<<16)|(($h - image) & 0xffff)\nud2\n$h: mov eax, [rsp+16]\nand eax, 0x10000\ncall hex8',
    { writes: '00000000', because: 'RF is 1 in the flags a fault saves (§3.1.6)' },
  ),
  c(
    'rf int',
    '00000000',
    'mov dword [IDT+0x41*16], (CODE64<<16)|(($h - image) & 0xffff)\nint 0x41\n$h: mov eax, [rsp+16]\nand eax, 0x10000\ncall hex8',
  ),
  c(
    'iretq same',
    '00000200 0000 00008000',
    'mov rax, rsp\npush qword 0\npush rax\npush qword 0x202\npush qword CODE64\npush qword $x\niretq\n$x: pushfq\npop rax\ncli\nand eax, 0x3f7f00\ncall hex8\nmov eax, ss\ncall hex4\nmov eax, esp\ncall hex8',
  ),
  c(
    'iretd',
    '00008000 0010',
    'sub rsp, 20\nmov dword [rsp], $x\nmov dword [rsp+4], CODE64\nmov dword [rsp+8], 2\nmov dword [rsp+12], STACK0\nmov dword [rsp+16], DATA32\niretd\n$x: mov eax, esp\ncall hex8\nmov eax, ss\ncall hex4',
  ),
  c(
    'iretw',
    '0050 00008000',
    'sub rsp, 10\nmov word [rsp], $x - image\nmov word [rsp+2], CODE16\nmov word [rsp+4], 2\nmov word [rsp+6], STACK0\nmov word [rsp+8], DATA16\niretw\nbits 16\n$x: mov ax, ss\nmov ebx, esp\njmp dword CODE64:$y\nbits 64\n$y: call hex4\nmov eax, ebx\ncall hex8',
  ),
  c('iretq nt', '!0d 00000000 0018 00000006 00004000 0010 00007fd8 0010 00008000', 'push qword 0x4002\npopfq\niretq'),
  c(
    'iretq null cs',
    '!0d 00000000 0018 00000010 00000000 0010 00007fa8 0010 00007fd8',
    'push qword DATA32\npush qword STACK0\npush qword 2\npush qword 0\npush qword $x\niretq\n$x:',
  ),
  c(
    'iretq bad ss',
    '!0d 00000028 0018 00000010 00000000 0010 00007fa8 0010 00007fd8',
    'push qword USERDATA\npush qword STACK0\npush qword 2\npush qword CODE64\npush qword $x\niretq\n$x:',
  ),
  c(
    'iretq user null ss',
    '!0d 00000000 0018 00000010 00000000 0010 00007fa8 0010 00007fd8',
    'push qword 3\npush qword STACK0\npush qword 2\npush qword USER64\npush qword $x\niretq\n$x:',
  ),
  c(
    'iretq user',
    '00247cd7 0000 0000 0000 0000',
    'push qword USERDATA\npush qword STACK3\npush qword 0x247ed7\npush qword USER64\npush qword $x\niretq\n$x: pushfq\npop rax\nand eax, ~0x200\ncall hex8\n' +
      gprs +
      'int 0x40',
  ),
  c(
    'iretq vm ignored',
    '00000002',
    'push qword DATA32\npush qword STACK0\npush qword 0x20002\npush qword CODE64\npush qword $x\niretq\n$x: pushfq\npop rax\ncall hex8',
  ),
  c(
    'iretq drops',
    '002b 0000 0000 0000',
    'mov eax, USERDATA\nmov ds, eax\nmov eax, DATA32\nmov es, eax\nmov fs, eax\nmov eax, CODE32\nmov gs, eax\npush qword USERDATA\npush qword STACK3\npush qword 0x3002\npush qword USER64\npush qword $x\niretq\n$x: ' +
      gprs +
      'int 0x40',
  ),
  c(
    'iretq user flags',
    '00247ed7',
    user(
      'push qword USERDATA\npush qword STACK3\npush qword 0x3f7ed7 & ~0x100\npush qword USER64\npush qword $x\niretq\n$x: pushfq\npop rax\ncall hex8',
    ),
  ),
  c(
    'iret compat',
    '!41 ffffffff 0023 00000016 00003000 0000 00007ed8 002b 00009000',
    user32('push dword 0x2\npush dword USER32\npush dword $x\niretd\n$x: int 0x41'),
  ),
  c(
    'iretq unaligned high',
    'm',
    'mov rax, rsp\npush qword DATA32\npush rax\npush qword 2\npush qword CODE64 + 0x10000\npush qword $x\niretq\n$x: put 109',
  ),
  // Last: these pages stay the supervisor's.
  c(
    'tables and stack only a supervisor may touch',
    '!41 ffffffff 0033 0000002c 00003000 0000 00007ed8 002b 00009000',
    supervisorOnly + user('int 0x41'),
  ),
  c(
    'a fault with such tables',
    '!0d 00000010 0033 0000002f 00003000 0000 00007ed8 002b 00009000',
    supervisorOnly + user('mov eax, DATA32 + 3\nmov ds, eax'),
  ),
  c(
    'a user looks at them',
    '!0e 00000005 0033 0000002a 00003000 0000 00007ed8 002b 00009000',
    supervisorOnly + user('mov eax, [GDT]'),
  ),
  c(
    'a user looks through LAR',
    '00c0fb00',
    supervisorOnly + user('mov ecx, CODE32\nlar eax, ecx\nmov ecx, USER32\nlar eax, ecx\nand eax, 0xf0ff00\ncall hex8'),
  ),
];

/** QEMU does not look at the top of a stack address, and finds a target that is not canonical only when it is there. */
export const LONG_LIMIT_CASES: readonly Case[] = [
  c(
    'non-canonical push',
    '!0c 00000000 0018 00000015 00000000 0010 000097d8 0010 00000008',
    'mov dword [IDT+12*16+4], ((ROM & 0xffff0000) | 0x8e01)\nmov rsp, 0x8000000000000008\npush rax',
  ),
  c(
    'int non-canonical handler',
    '!0d 00000000 0018 0000000b 00000000 0010 00007fd8 0010 00008000',
    'mov dword [IDT+0x41*16+8], 0x8000\nint 0x41',
  ),
  c(
    'iretq non-canonical',
    '!0d 00000000 0018 00000016 00000000 0010 00007fa8 0010 00007fd8',
    'mov rax, 0x800000000000\npush qword DATA32\npush qword STACK0\npush qword 2\npush qword CODE64\npush rax\niretq\n$x:',
  ),
  c(
    'retf non-canonical',
    '!0d 00000000 0018 0000000d 00000000 0010 00007fc8 0010 00007ff0',
    'mov rax, 0x800000000000\npush qword CODE64\npush rax\no64 retf',
  ),
  c(
    'gate non-canonical',
    '!0d 00000000 0033 00000040 00003000 0000 00007ed8 002b 00009000',
    gate('CODE64', '$x', '0xec00', '0x8000') +
      'mov word [0x5104], GATE+3\n' +
      user('call far dword [0x5100]') +
      '\n$x:',
  ),
];
