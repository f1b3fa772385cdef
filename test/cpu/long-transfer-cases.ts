/** Segments, far transfers, call gates and system calls of long mode. */
import { frame, gate, user32 } from './long-words';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
import { query, user } from './words';

export const LONG_TRANSFER_CASES: readonly Case[] = [
  c('null data', 'm', 'mov eax, 3\nmov ds, eax\nmov eax, [0x5000]\nput 109'),
  c('null SS at 0', 'm', 'xor eax, eax\nmov ss, eax\nput 109'),
  c('null SS rpl 1', '!0d 00000000 0018 00000005 00000000 0010 00007fd8 0010 00008000', 'mov eax, 1\nmov ss, eax', {
    writes: '',
    because: 'the RPL of a null SS must be the CPL (volume 3, MOV)',
  }),
  c('null SS user', '!0d 00000000 0033 0000000f 00003000 0000 00007ed8 002b 00009000', user('mov eax, 3\nmov ss, eax')),
  c('beyond', '!0d 00001000 0018 00000005 00000000 0010 00007fd8 0010 00008000', 'mov eax, 0x1000\nmov ds, eax'),
  c('absent', '!0b 00000068 0018 00000005 00000000 0010 00007fd8 0010 00008000', 'mov eax, ABSENT\nmov fs, eax'),
  c('absent ss', '!0c 00000068 0018 00000005 00000000 0010 00007fd8 0010 00008000', 'mov eax, ABSENT\nmov ss, eax'),
  c('write through read-only', 'm', 'mov eax, READONLY\nmov ds, eax\nmov [0x5100], eax\nput 109'),
  c(
    'read-only ss',
    '!0d 00000070 0018 00000005 00000000 0010 00007fd8 0010 00008000',
    'mov eax, READONLY\nmov ss, eax',
  ),
  c(
    'fs base',
    '00001234',
    'mov dword [GDT+DOWN], 0x5000ffff\nmov dword [GDT+DOWN+4], 0xcf9200\nmov dword [0x5100], 0x1234\nmov eax, DOWN\nmov fs, eax\nmov eax, [fs:0x100]\ncall hex8',
  ),
  c(
    'non-canonical',
    '!0d 00000000 0018 0000000a 00000000 0010 00007fd8 0010 00008000',
    'mov rax, 0x800000000000\nmov eax, [rax]',
  ),
  c(
    'non-canonical stack',
    '!0c 00000000 0018 0000000d 00000000 0010 00007fd8 0010 00008000',
    'mov rbx, 0x800000000000\nmov rbp, rbx\nmov eax, [rbp]',
    {
      writes: '!0d 00000000 0018 0000000d 00000000 0010 00007fd8 0010 00008000',
      because: 'a non-canonical stack address is #SS (§8.2.13)',
    },
  ),
  c(
    'page not present',
    '!0e 00000000 0018 00000018 00000000 0010 00007fd8 0010 00008000',
    'mov dword [TABLES+0x3000+0x100*8], 0\nmov eax, 0x100000\nmov ebx, TABLES\nmov cr3, rbx\nmov eax, [rax]',
  ),
  c(
    'query',
    '..00cf9b00 Lffffffff r..00cf9300 Lffffffff rw..00af9b00 Lffffffff r..00cffb00 Lffffffff r..00cff300 Lffffffff rw..00affb00 Lffffffff r..00008b00 L00000067 ....00009b00 L0000ffff r..00009300 L0000ffff rw..00cf9f00 Lffffffff r..00cf9700 Lffffffff rw..00cf1300 Lffffffff rw..00cf9100 Lffffffff r..00cf9900 Lffffffff ..00008200 L0000003f ........00cfbb00 Lffffffff r..00cfb300 Lffffffff rw..00008900 L00000067 ......00ef9b00 Lffffffff r....00cf1b00 Lffffffff r..00409a00 L00000010 r..00cfff00 Lffffffff r....',
    query,
    {
      writes:
        '..00c09b00 Lffffffff r..00c09300 Lffffffff rw..00a09b00 Lffffffff r..00c0fb00 Lffffffff r..00c0f300 Lffffffff rw..00a0fb00 Lffffffff r..00008b00 L00000067 ....00009b00 L0000ffff r..00009300 L0000ffff rw..00c09f00 Lffffffff r..00c09700 Lffffffff rw..00c01300 Lffffffff rw..00c09100 Lffffffff r..00c09900 Lffffffff ..00008200 L0000003f ........00c0bb00 Lffffffff r..00c0b300 Lffffffff rw..00008900 L00000067 ......00e09b00 Lffffffff r..00008100 L0000002c ..00c01b00 Lffffffff r..00409a00 L00000010 r..00c0ff00 Lffffffff r....',
      because: 'bits 19:16 of what LAR gives are undefined (volume 3, LAR); AMD processors give the descriptor’s',
    },
  ),
  c(
    'query user',
    '........00cffb00 Lffffffff r..00cff300 Lffffffff rw..00affb00 Lffffffff r..........00cf9f00 Lffffffff r....................................00cfff00 Lffffffff r....',
    user(query),
    {
      writes:
        '........00c0fb00 Lffffffff r..00c0f300 Lffffffff rw..00a0fb00 Lffffffff r..........00c09f00 Lffffffff r....................................00c0ff00 Lffffffff r....',
      because: 'bits 19:16 of what LAR gives are undefined (volume 3, LAR); AMD processors give the descriptor’s',
    },
  ),
  c('lldt', '00000080', 'mov eax, LOCAL\nlldt ax\nsldt eax\ncall hex8'),
  c(
    'lldt upper type',
    '!0d 00000080 0018 00000010 00000000 0010 00007fd8 0010 00008000',
    'mov dword [GDT+LOCAL+12], 0x1f00\nmov eax, LOCAL\nlldt ax',
    { writes: '', because: 'the type bits of the upper half must be 0 (§4.8.3)' },
  ),
  c(
    'lldt non-canonical',
    '!0d 00000080 0018 00000010 00000000 0010 00007fd8 0010 00008000',
    'mov dword [GDT+LOCAL+8], 0x8000\nmov eax, LOCAL\nlldt ax',
    { writes: '', because: 'a non-canonical base is #GP (volume 3, LLDT)' },
  ),
  c('ltr 16', '!0d 000000d0 0018 00000005 00000000 0010 00007fd8 0010 00008000', 'mov eax, TASK3\nltr ax'),
  c(
    'ltr end of table',
    '!0d 000000b0 0018 00000023 00000000 0010 00007fd8 0010 00008000',
    'mov word [0x5100], TASK2+7\nmov qword [0x5102], GDT\nlgdt [0x5100]\nmov eax, TASK2\nltr ax',
  ),
  c(
    'str mem',
    'ffff0038 00000000',
    'mov dword [0x5100], -1\nstr [0x5100]\nmov eax, [0x5100]\ncall hex8\nmov rax, -1\no64 str rax\nshr rax, 16\ncall hex8',
  ),
  c('jmp far mem', 'm', 'mov dword [0x5100], $x\nmov word [0x5104], CODE64\njmp far dword [0x5100]\n$x: put 109'),
  c(
    'jmp to 32',
    '00000007',
    'mov dword [0x5100], $x\nmov word [0x5104], CODE32\njmp far dword [0x5100]\nbits 32\n$x: mov eax, cs\ncall $e\nbits 64\n$e: jmp CODE64:$y\n$y: '.replace(
      'call $e\nbits 64\n$e: jmp CODE64:$y\n$y: ',
      'dec eax\njmp CODE64:$y\nbits 64\n$y: call hex8',
    ),
  ),
  c(
    'jmp L and D',
    '!0d 000000c8 0018 00000015 00000000 0010 00007fd8 0010 00008000',
    'mov dword [0x5100], $x\nmov word [0x5104], BOTH\njmp far dword [0x5100]\n$x:',
    { writes: '', because: 'L and D both 1 is reserved: #GP (§4.8.1)' },
  ),
  c(
    'jmp tss',
    '!0d 000000b0 0018 00000015 00000000 0010 00007fd8 0010 00008000',
    'mov dword [0x5100], $x\nmov word [0x5104], TASK2\njmp far dword [0x5100]\n$x:',
  ),
  c(
    'jmp task gate',
    '!0d 000000c0 0018 00000020 00000000 0010 00007fd8 0010 00008000',
    'mov dword [GDT+TASKGATE], TASK2<<16\nmov dword [GDT+TASKGATE+4], 0x8500\nmov word [0x5104], TASKGATE\njmp far dword [0x5100]\n$x:',
  ),
  c(
    'jmp user',
    '!0d 00000030 0018 0000000a 00000000 0010 00007fd8 0010 00008000',
    'mov word [0x5104], USER64\njmp far dword [0x5100]',
  ),
  c(
    'jmp conforming 32',
    '00000058',
    'mov dword [0x5100], $x\nmov word [0x5104], CONFORMING\njmp far dword [0x5100]\nbits 32\n$x: mov eax, cs\njmp CODE64:$y\nbits 64\n$y: call hex8',
  ),
  c(
    'call far',
    '00000008 00000018',
    'mov dword [0x5100], $x\nmov word [0x5104], CODE64\nmov ebp, esp\ncall far dword [0x5100]\n$x: mov eax, ebp\nsub eax, esp\ncall hex8\nmov eax, [rsp+4]\ncall hex8',
  ),
  c('retf', 'm', 'push qword CODE64\npush qword $x\no64 retf\n$x: put 109'),
  c(
    'retf 32',
    '00008000',
    'sub rsp, 8\nmov dword [rsp+4], CODE64\nmov dword [rsp], $x\nretf\n$x: mov eax, esp\ncall hex8',
  ),
  c(
    'retf compat',
    '00008000 0008',
    'push qword CODE32\npush qword $x\no64 retf\nbits 32\n$x: mov eax, esp\nmov ebx, cs\njmp CODE64:$y\nbits 64\n$y: call hex8\nmov eax, ebx\ncall hex4',
  ),
  c(
    'retf user',
    '!41 ffffffff 0033 00000012 00000000 0000 00007ed8 002b 00009000',
    'push qword USERDATA\npush qword STACK3\npush qword USER64\npush qword $x\no64 retf\n$x: int 0x41',
  ),
  c(
    'retf user n',
    '!41 ffffffff 0033 00000016 00000000 0000 00007ed8 002b 00009008',
    'push qword USERDATA\npush qword STACK3\npush qword 0\npush qword USER64\npush qword $x\no64 retf 8\n$x: int 0x41',
  ),
  c(
    'retf user32',
    '!41 ffffffff 0023 00000012 00000000 0000 00007ed8 002b 00009000',
    'push qword USERDATA\npush qword STACK3\npush qword USER32\npush qword $x\no64 retf\nbits 32\n$x: int 0x41\nbits 64',
  ),
  c(
    'retf null ss user',
    '!0d 00000000 0018 0000000e 00000000 0010 00007fb8 0010 00007fe0',
    'push qword 3\npush qword STACK3\npush qword USER64\npush qword $x\no64 retf\n$x: int 0x41',
  ),
  c(
    'retf L and D',
    '!0d 000000c8 0018 0000000a 00000000 0010 00007fc8 0010 00007ff0',
    'push qword BOTH\npush qword $x\no64 retf\n$x:',
    { writes: '', because: 'L and D both 1 is reserved: #GP (§4.8.1)' },
  ),
  c(
    'retf to 1 null ss',
    '!41 ffffffff 00a1 0000002b 00000000 0000 00007ed8 0001 00008800',
    'or dword [GDT+CODE1-1+4], 0x200000\nand dword [GDT+CODE1-1+4], ~0x400000\npush qword 1\npush qword STACK1\npush qword CODE1\npush qword $x\no64 retf\n$x: int 0x41',
  ),
  c(
    'gate',
    '00000010 00000018',
    gate('CODE64', '$x', '0x8c00') +
      'mov word [0x5104], GATE\nmov ebp, esp\ncall far dword [0x5100]\n$x: mov eax, ebp\nsub eax, esp\ncall hex8\nmov eax, [rsp+8]\ncall hex8',
  ),
  c(
    'gate user',
    '00000047 00000033 00009000 0000002b 00007ee0 0000 0018',
    gate('CODE64', '$x', '0xec00') +
      'mov word [0x5104], GATE+3\n' +
      user('call far dword [0x5100]') +
      '\n$x:' +
      frame(4),
  ),
  c(
    'gate user returns',
    '00009000 002b',
    gate('CODE64', '$x', '0xec00') +
      'mov word [0x5104], GATE+3\n' +
      user('call far dword [0x5100]\nmov eax, esp\ncall hex8\nmov eax, ss\ncall hex4') +
      '\n$x: o64 retf',
  ),
  c(
    'gate user32',
    '0000003d 00000023 00009000 0000002b 00007ee0 0000 0018',
    gate('CODE64', '$x', '0xec00') + user32('call GATE+3:0') + '\n$x:' + frame(4),
  ),
  c(
    'gate to 32-bit code',
    '!0d 00000008 0033 00000040 00003000 0000 00007ed8 002b 00009000',
    gate('CODE32', '$x', '0xec00') + 'mov word [0x5104], GATE+3\n' + user('call far dword [0x5100]') + '\n$x:',
  ),
  c(
    'gate 16',
    '!0d 00000090 0033 00000040 00003000 0000 00007ed8 002b 00009000',
    gate('CODE64', '$x', '0xe400') + 'mov word [0x5104], GATE+3\n' + user('call far dword [0x5100]') + '\n$x:',
  ),
  c(
    'gate upper type',
    '!0d 00000090 0033 0000004b 00003000 0000 00007ed8 002b 00009000',
    gate('CODE64', '$x', '0xec00') +
      'mov dword [GDT+GATE+12], 0x100\nmov word [0x5104], GATE+3\n' +
      user('call far dword [0x5100]') +
      '\n$x:',
  ),
  c(
    'gate end of table',
    '!0d 00000090 0033 0000005e 00003000 0000 00007ed8 002b 00009000',
    gate('CODE64', '$x', '0xec00') +
      'mov word [0x5104], GATE+3\nmov word [0x5110], GATE+7\nmov qword [0x5112], GDT\nlgdt [0x5110]\n' +
      user('call far dword [0x5100]') +
      '\n$x:',
  ),
  c(
    'gate dpl',
    '!0d 00000090 0033 00000040 00003000 0000 00007ed8 002b 00009000',
    gate('CODE64', '$x', '0x8c00') + 'mov word [0x5104], GATE+3\n' + user('call far dword [0x5100]') + '\n$x:',
  ),
  c(
    'gate user jmp',
    '!0d 00000018 0033 00000040 00003000 0000 00007ed8 002b 00009000',
    gate('CODE64', '$x', '0xec00') + 'mov word [0x5104], GATE+3\n' + user('jmp far dword [0x5100]') + '\n$x:',
  ),
  c(
    'syscall',
    '0018 0020 00000000 00003002 00000046 00009000',
    'mov ecx, 0xc0000081\nmov edx, 0x200018\nxor eax, eax\nwrmsr\nmov ecx, 0xc0000082\nxor edx, edx\nmov eax, $x\nwrmsr\nmov ecx, 0xc0000084\nmov eax, 0x3000\nwrmsr\n' +
      user('mov ebp, $b\nsyscall\n$b:') +
      '\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\nsub ecx, ebp\nmov eax, ecx\ncall hex8\nmov eax, r11d\ncall hex8\npushfq\npop rax\ncall hex8\nmov eax, esp\ncall hex8',
  ),
  c(
    'syscall from 32',
    '0018 0020 00000000 00003002 00000046',
    'mov ecx, 0xc0000081\nmov edx, 0x200018\nxor eax, eax\nwrmsr\nmov ecx, 0xc0000083\nxor edx, edx\nmov eax, $x\nwrmsr\nmov ecx, 0xc0000084\nmov eax, 0x3000\nwrmsr\n' +
      user32('mov ebp, $b\nsyscall\n$b:') +
      '\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\nsub ecx, ebp\nmov eax, ecx\ncall hex8\nmov eax, r11d\ncall hex8\npushfq\npop rax\ncall hex8',
  ),
  c(
    'sysret 64',
    '0033 0028 00247646',
    'mov ecx, 0xc0000081\nmov edx, 0x200018\nxor eax, eax\nwrmsr\nmov ecx, $x\nmov r11d, 0x247ed7\no64 sysret\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\npushfq\npop rax\ncall hex8\nint 0x40',
    {
      writes: '0033 002b 00247646',
      because: 'SYSRET gives SS the selector of STAR as it is (volume 3, SYSRET)',
    },
  ),
  c(
    'sysret 32',
    '!41 ffffffff 0023 0000001d 00000000 0000 00007ed8 0028 00008000',
    'mov ecx, 0xc0000081\nmov edx, 0x200018\nxor eax, eax\nwrmsr\nmov ecx, $x\nmov r11d, 0x2\nsysret\nbits 32\n$x: mov eax, cs\ncall $hx\nbits 64\n$hx:'.replace(
      'mov eax, cs\ncall $hx\nbits 64\n$hx:',
      'int 0x41\nbits 64',
    ),
    {
      writes: '!41 ffffffff 0023 0000001d 00000000 0000 00007ed8 002b 00008000',
      because: 'SYSRET gives SS the selector of STAR as it is (volume 3, SYSRET)',
    },
  ),
  c('sysret user', '!0d 00000000 0033 0000000a 00003000 0000 00007ed8 002b 00009000', user('o64 sysret')),
  c(
    'syscall off',
    'm',
    'mov ecx, 0xc0000080\nrdmsr\nand al, ~1\nwrmsr\nmov dword [IDT+6*16], (CODE64<<16)|(($h - image) & 0xffff)\nsyscall\n$h: put 109\nmov ecx, 0xc0000080\nrdmsr\nor al, 1\nwrmsr',
  ),
  c('sysenter', '!06 ffffffff 0018 00000000 00000000 0010 00007fd8 0010 00008000', 'db 0x0f, 0x34'),
  c('sysexit', '!06 ffffffff 0018 00000000 00000000 0010 00007fd8 0010 00008000', 'db 0x0f, 0x35'),
  c('sysenter compat', '!06 ffffffff 0023 0000000a 00003000 0000 00007ed8 002b 00009000', user32('sysenter'), {
    writes: '!0d 00000000 0023 0000000a 00003000 0000 00007ed8 002b 00009000',
    because: 'SYSENTER in long mode is #UD (volume 3, SYSENTER)',
  }),
  c(
    'lfs',
    '12345678 002b',
    'mov dword [0x5100], 0x12345678\nmov word [0x5104], USERDATA\nmov rax, -1\nlfs eax, [0x5100]\ncall hex8\nmov eax, fs\ncall hex4',
  ),
  c(
    'lss',
    '00008800',
    'mov dword [0x5100], STACK1\nmov word [0x5104], DATA32\nlss esp, [0x5100]\nmov eax, esp\ncall hex8',
  ),
  c(
    'push fs',
    '0000002b 00000000',
    'mov eax, USERDATA\nmov fs, eax\nmov qword [rsp-8], -1\npush fs\nmov rax, [rsp]\ncall hex8\nmov rax, [rsp]\nshr rax, 32\ncall hex8',
  ),
  c('pop gs', '0000002b 00008000', 'push qword 0x5555002b\npop gs\nmov eax, gs\ncall hex8\nmov eax, esp\ncall hex8'),
  c('push fs 16', '00007ffe', 'mov qword [rsp-8], -1\no16 push fs\nmov eax, esp\ncall hex8'),
  c(
    'enter',
    '00007fc8 00007ff8 00000011 00007ff8',
    'mov ebp, 0x6000\nmov qword [0x5ff8], 0x11\nenter 32, 2\nmov eax, esp\ncall hex8\nmov eax, ebp\ncall hex8\nmov eax, [rbp-8]\ncall hex8\nmov eax, [rbp-16]\ncall hex8',
  ),
  c(
    'enter fault',
    '!0e 00000002 0018 00000010 00000000 0010 000097d8 0010 00000100',
    'mov dword [IDT+14*16+4], ((ROM & 0xffff0000) | 0x8e01)\nmov rsp, 0x100\nenter 0x2000, 0',
    { writes: '', because: 'ENTER asks whether the new top of the stack can be written (volume 3, ENTER)' },
  ),
  c(
    'mov r64, seg',
    '00000010 00000000 ffffff00',
    'mov rax, -1\nmov rax, ds\ncall hex8\nmov rax, -1\nmov rax, ds\nshr rax, 32\ncall hex8\nmov rax, -1\nmov ax, ds\nshr rax, 8\ncall hex8',
  ),
  c(
    'single step',
    '!01 ffffffff 0018 00000007 00000100 0010 00007fd8 0010 00008000',
    'push qword 0x102\npopfq\nnop\nnop',
  ),
  c(
    'single step syscall',
    's',
    'mov ecx, 0xc0000081\nmov edx, 0x200018\nxor eax, eax\nwrmsr\nmov ecx, 0xc0000082\nxor edx, edx\nmov eax, $x\nwrmsr\nmov ecx, 0xc0000084\nmov eax, 0x3100\nwrmsr\n' +
      user('push qword 0x102\npopfq\nsyscall') +
      '\n$x: put 115\nnop\n',
  ),
  c(
    'compat limit of cs',
    '!0d 00000000 0018 00000015 00000000 0010 00007fd8 0010 00008000',
    'mov dword [0x5100], 0x11\nmov word [0x5104], TINY\njmp far dword [0x5100]',
  ),
  c(
    'compat ds base',
    '',
    user32('mov eax, DOWN+3\nmov ds, eax\nmov eax, [0x100]').replace(
      '',
      'mov dword [GDT+DOWN], 0x5000ffff\nmov dword [GDT+DOWN+4], 0xcff200\nmov dword [0x5100], 0x77\n',
    ),
  ),
  c(
    'compat null ds',
    '!0d 00000000 0023 0000000e 00003000 0000 00007ed8 002b 00009000',
    user32('xor eax, eax\nmov ds, eax\nmov eax, [0x100]'),
    { writes: '', because: 'a null DS cannot be used outside 64-bit mode (§4.5.3)' },
  ),
  c(
    'gate of compatibility mode at one level',
    '005b 00000010 00000023 0000004a',
    gate('CONFORMING', '$x', '0xec00') +
      'mov dword [GDT+CONFORMING+4], 0x00af9f00\n' +
      user32('mov ebx, esp\ncall GATE+3:0') +
      '\n$x: mov eax, cs\ncall hex4\nmov eax, ebx\nsub eax, esp\ncall hex8\nmov eax, [rsp+8]\ncall hex8\nmov eax, [rsp]\nsub eax, [START]\ncall hex8\nint 0x40',
    { writes: '0058 00000010 00000023 0000004a', because: 'the RPL of CS is the CPL (§4.11.2)' },
  ),
];
