/** Segments, far transfers, gates, interrupts and system calls of long mode. */
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
const user = (code: string): string => `mov ebx, $u\njmp to_user\n$u:\n${code}\nint 0x40`;
const user32 = (code: string): string => `mov ebx, $u\njmp to_user32\nbits 32\n$u:\n${code}\nint 0x40\nbits 64`;
const gate = (selector: string, target: string, type: string, high = '0'): string => `
  mov dword [GDT+GATE], (${selector} << 16) | ((${target} - image) & 0xffff)
  mov dword [GDT+GATE+4], (ROM & 0xffff0000) | ${type}
  mov dword [GDT+GATE+8], ${high}
  mov dword [GDT+GATE+12], 0
`;
const frame = (n: number): string =>
  `mov ecx, ${n}\nmov rsi, rsp\n$l: lodsq\ncall hex8\nloop $l\nmov eax, esp\ncall hex8\nmov eax, ss\ncall hex4\nmov eax, cs\ncall hex4\n`;
const query = `
  xor esi, esi
$next:
  mov eax, 0x55555555
  mov edx, eax
  mov ecx, eax
  lar edx, si
  jnz $nolar
  mov eax, edx
  call hex8
$nolar:
  lsl ecx, si
  jnz $nolsl
  put 'L'
  mov eax, ecx
  call hex8
$nolsl:
  verr si
  jnz $noverr
  put 'r'
$noverr:
  verw si
  jnz $noverw
  put 'w'
$noverw:
  put '.'
  add esi, 4
  cmp esi, 0xf8
  jb $next
`;
const gprs = `mov eax, ds\ncall hex4\nmov eax, es\ncall hex4\nmov eax, fs\ncall hex4\nmov eax, gs\ncall hex4\n`;
export const LONG_CASES: readonly Case[] = [
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
    'retf non-canonical',
    '!0d 00000000 0018 0000000d 00000000 0010 00007fc8 0010 00007ff0',
    'mov rax, 0x800000000000\npush qword CODE64\npush rax\no64 retf',
    {
      writes: '!0d 00000000 0018 fff0f19a 00000000 0010 00007fd8 0010 00008000',
      because: 'the target is checked before CS is loaded (volume 3, RET)',
    },
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
    '000f109b 00000033 00009000 0000002b 00007ee0 0000 0018',
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
    '000f11db 00000023 00009000 0000002b 00007ee0 0000 0018',
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
    'gate non-canonical',
    '!0d 00000000 0033 00000040 00003000 0000 00007ed8 002b 00009000',
    gate('CODE64', '$x', '0xec00', '0x8000') +
      'mov word [0x5104], GATE+3\n' +
      user('call far dword [0x5100]') +
      '\n$x:',
    {
      writes: '!0d 00000000 0018 00000049 00003000 0000 00007eb8 0000 00007ee0',
      because: 'the target is checked before CS is loaded (volume 3, CALL)',
    },
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
  // interrupts
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
    'int non-canonical handler',
    '!0d 00000000 0018 0000000b 00000000 0010 00007fd8 0010 00008000',
    'mov dword [IDT+0x41*16+8], 0x8000\nint 0x41',
    {
      writes: '!0d 00000000 0018 000015a9 00000000 0010 00007fa8 0010 00007fd8',
      because: 'the handler’s address is checked before the frame is pushed (volume 3, INT)',
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
  c('pf exec', '!0e 00000010 0018 0020e3ba 00000000 0010 00007fd8 0010 00008000', 'mov rax, 0x300000\njmp rax'),
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
  // iretq
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
    'iretq non-canonical',
    '!0d 00000000 0018 00000016 00000000 0010 00007fa8 0010 00007fd8',
    'mov rax, 0x800000000000\npush qword DATA32\npush qword STACK0\npush qword 2\npush qword CODE64\npush rax\niretq\n$x:',
    {
      writes: '!0d 00000000 0018 fff0dd2d 00000000 0010 00007fd8 0010 00008000',
      because: 'the target is checked before CS is loaded (volume 3, IRET)',
    },
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
    '!0d 00000000 0033 00000b14 00000000 0000 00007ed8 002b 00008fe8',
    'mov eax, USERDATA\nmov ds, eax\nmov eax, DATA32\nmov es, eax\nmov fs, eax\nmov eax, CODE32\nmov gs, eax\npush qword USERDATA\npush qword STACK3\npush qword 2\npush qword USER64\npush qword $x\niretq\n$x: ' +
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
  // syscall
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
    '!0d 00000000 0033 00000824 00044600 0000 00007ed8 0028 00007fe8',
    'mov ecx, 0xc0000081\nmov edx, 0x200018\nxor eax, eax\nwrmsr\nmov ecx, $x\nmov r11d, 0x244ed7\no64 sysret\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\npushfq\npop rax\ncall hex8\nint 0x40',
    {
      writes: '!0d 00000000 0033 00000824 00044600 0000 00007ed8 002b 00007fe8',
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
  // pointers
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
    '!0d 00000000 0023 0000000b 00003000 0000 00007ed8 002b 00009000',
    user32('xor eax, eax\nmov ds, eax\nmov eax, [0x100]'),
    { writes: '', because: 'a null DS cannot be used outside 64-bit mode (§4.5.3)' },
  ),
];

/** QEMU does not look at the top of a stack address. */
export const LONG_LIMIT_CASES: readonly Case[] = [
  c(
    'non-canonical push',
    '!0c 00000000 0018 00000015 00000000 0010 000097d8 0010 00000008',
    'mov dword [IDT+12*16+4], ((ROM & 0xffff0000) | 0x8e01)\nmov rsp, 0x8000000000000008\npush rax',
  ),
];
