/** Interrupts, exceptions, IRET and virtual-8086 mode. */
import { v86 } from './protected-words';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
import { user } from './words';

/** CR0.AM. */
const ALIGNED = 'mov eax, cr0\nor eax, 0x40000\nmov cr0, eax\n';

export const EVENT_CASES: readonly Case[] = [
  c('int41', '!41 ffffffff 0008 00000008 00003000 0010 00007ff4', 'push dword 0x3002\npopfd\nint 0x41'),
  c('int user', '!41 ffffffff 0023 0000000c 00003000 0010 00007eec 002b 00009000', user('int 0x41')),
  c('int dpl', '!0d 0000006a 0023 0000000a 00003000 0010 00007eec 002b 00009000', user('int 13')),
  c('int absent', '!0b 0000020a 0008 0000000a 00000000 0010 00007ff4', 'and dword [IDT+0x41*8+4], ~0x8000\nint 0x41'),
  c(
    'int beyond',
    '!0d 0000020a 0008 0000001a 00000000 0010 00007ff4',
    'mov word [0x5100], 0x1ff\nmov dword [0x5102], IDT\nlidt [0x5100]\nint 0x41',
  ),
  c('int bad type', '!0d 0000020a 0008 00000007 00000000 0010 00007ff4', 'mov byte [IDT+0x41*8+5], 0x89\nint 0x41'),
  c('int null cs', '!0d 00000000 0008 00000009 00000000 0010 00007ff4', 'mov word [IDT+0x41*8+2], 0\nint 0x41'),
  c('int data cs', '!0d 00000010 0008 00000009 00000000 0010 00007ff4', 'mov word [IDT+0x41*8+2], DATA32\nint 0x41'),
  c(
    'int absent cs',
    '!0b 000000d8 0008 00000009 00000000 0010 00007ff4',
    'mov word [IDT+0x41*8+2], ABSENTCODE\nint 0x41',
  ),
  c('int user cs', '!0d 00000020 0008 00000009 00000000 0010 00007ff4', 'mov word [IDT+0x41*8+2], USER32\nint 0x41'),
  c(
    'int conforming from user',
    '005b 00008ff4',
    'mov dword [IDT+0x41*8], (CONFORMING<<16)|(($h - image) & 0xffff)\n' +
      user('int 0x41') +
      '\n$h: mov eax, cs\ncall hex4\nmov eax, esp\ncall hex8\nint 0x40',
  ),
  c(
    'trap gate',
    '00000246',
    'mov byte [IDT+0x41*8+5], 0xef\nmov dword [IDT+0x41*8], (CODE32<<16)|(($h - image) & 0xffff)\nsti\nint 0x41\n$h: pushfd\npop eax\ncall hex8\njmp $e\n$e: cli',
  ),
  c(
    'interrupt gate clears',
    '00043002',
    'mov dword [IDT+0x41*8], (CODE32<<16)|(($h - image) & 0xffff)\npush dword 0x47302\npopfd\nint 0x41\n$h: pushfd\npop eax\ncall hex8',
  ),
  c('int3', '!03 ffffffff 0008 00000001 00000000 0010 00007ff4', 'int3'),
  c('int3 user', '!0d 0000001a 0023 0000000a 00003000 0010 00007eec 002b 00009000', user('int3')),
  c('into no', 'n', 'into\nput 110'),
  c('into', '!04 ffffffff 0008 00000007 00000000 0010 00007ff4', 'mov eax, 0x7fffffff\ninc eax\ninto'),
  c('int1', '!01 ffffffff 0008 00000001 00000000 0010 00007ff4', 'db 0xf1', {
    writes: '!06 ffffffff 0008 00000000 00000000 0010 00007ff4',
    because: 'INT1 exists and is a trap (volume 3, INT1)',
  }),
  c('int1 user', '!01 ffffffff 0023 0000000b 00003000 0010 00007eec 002b 00009000', user('db 0xf1'), {
    writes: '!06 ffffffff 0023 0000000a 00003000 0010 00007eec 002b 00009000',
    because: 'INT1 exists and is a trap (volume 3, INT1)',
  }),
  c(
    'int16 gate',
    '00007ffa 00080026 0046',
    'mov dword [IDT+0x41*8+4], 0x8600\nmov dword [IDT+0x41*8], (CODE16<<16)|(($h - image) & 0xffff)\nmov dword [esp-4], 0\nmov dword [esp-8], 0\nint 0x41\nbits 16\n$h: jmp dword CODE32:$y\nbits 32\n$y: mov eax, esp\ncall hex8\nmov eax, [START]\nsub [esp], ax\nmov eax, [esp]\ncall hex8\nmov ax, [esp+4]\ncall hex4',
  ),
  c('ud external absent', '!0d 00000033 0008 0000000a 00000000 0010 00007ff4', 'mov dword [IDT+6*8+4], 0\nud2', {
    writes: '!0d 00000032 0008 0000000a 00000000 0010 00007ff4',
    because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
  }),
  c(
    'gp double',
    '!08 00000000 0008 0000000f 00000000 0010 00007ff4',
    'mov dword [IDT+13*8+4], 0x0e00\nmov eax, 0x1000\nmov ds, eax',
  ),
  c(
    'np double',
    '!08 00000000 0008 0000000f 00000000 0010 00007ff4',
    'mov dword [IDT+11*8+4], 0\nmov eax, ABSENT\nmov ds, eax',
  ),
  c(
    'int inner null ss',
    '!0a 00000000 0023 0000001d 00003000 0010 00007eec 002b 00009000',
    'mov word [IDT+0x41*8+2], CODE1\nmov dword [TSS+16], 0\n' + user('int 0x41'),
  ),
  c(
    'int inner',
    '0000001f 00000023 00003002 00009000 0000002b 000087ec 00a9 00a1',
    'mov word [IDT+0x41*8+2], CODE1\nmov dword [IDT+0x41*8], (CODE1<<16) | (($h - image)&0xffff)\n' +
      user('int 0x41') +
      '\n$h: mov eax, [ss:START]\nsub [esp], eax\nmov esi, esp\nmov ecx, 5\n$l: ss lodsd\ncall hex8\nloop $l\nmov eax, esp\ncall hex8\nmov eax, ss\ncall hex4\nmov eax, cs\ncall hex4\nint 0x40',
  ),
  c(
    'int inner ss dpl',
    '!0a 00000010 0023 0000001d 00003000 0010 00007eec 002b 00009000',
    'mov word [IDT+0x41*8+2], CODE1\nmov dword [TSS+16], DATA32\n' + user('int 0x41'),
  ),
  c(
    'int inner ss absent',
    '!0c 00000068 0023 00000027 00003000 0010 00007eec 002b 00009000',
    'mov word [IDT+0x41*8+2], CODE1\nmov dword [TSS+16], ABSENT+1\nor dword [GDT+ABSENT+4], 0x2000\n' +
      user('int 0x41'),
    {
      writes: '!0a 00000068 0023 00000027 00003000 0010 00007eec 002b 00009000',
      because: 'an inner stack segment that is not present is #SS (§8.2.13)',
    },
  ),
  c(
    'int inner ss beyond',
    '!0a 00001000 0023 0000001d 00003000 0010 00007eec 002b 00009000',
    'mov word [IDT+0x41*8+2], CODE1\nmov dword [TSS+16], 0x1001\n' + user('int 0x41'),
  ),
  c(
    'int inner ss read-only',
    '!0a 00000070 0023 00000027 00003000 0010 00007eec 002b 00009000',
    'mov word [IDT+0x41*8+2], CODE1\nmov dword [TSS+16], READONLY+1\nor dword [GDT+READONLY+4], 0x2000\n' +
      user('int 0x41'),
  ),
  c(
    'fault inner null ss',
    '!0a 00000001 0023 0000001d 00003000 0010 00007eec 002b 00009000',
    'mov word [IDT+6*8+2], CODE1\nmov dword [TSS+16], 0\n' + user('ud2'),
    {
      writes: '!0a 00000000 0023 0000001d 00003000 0010 00007eec 002b 00009000',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  ),
  c(
    'iret same',
    '00003200 00008000',
    'push dword 0x3202\npush dword CODE32\npush dword $x\niretd\n$x: pushfd\npop eax\ncli\nand eax, 0x3f7f00\ncall hex8\nmov eax, esp\ncall hex8',
  ),
  c(
    'iret16',
    '00003000 00008000',
    'push word 0x3002\npush word CODE16\npush word ($x-image) & 0xffff\niretw\nbits 16\n$x: jmp dword CODE32:$y\nbits 32\n$y: pushfd\npop eax\nand eax, 0x3f7f00\ncall hex8\nmov eax, esp\ncall hex8',
  ),
  c(
    'iret flags all',
    '00203cd7',
    'push dword 0xffffffff & ~0x1e4300\npush dword CODE32\npush dword $x\niretd\n$x: pushfd\npop eax\ncall hex8',
  ),
  c(
    'iret flags user',
    '00247ed7',
    user('push dword 0x244ed7\npush dword USER32\npush dword $x\niretd\n$x: pushfd\npop eax\ncall hex8'),
  ),
  c(
    'iret null cs',
    '!0d 00000000 0008 00000009 00000000 0010 00007fe8',
    'push dword 2\npush dword 0\npush dword $x\niretd\n$x:',
  ),
  c(
    'iret to inner',
    '!0d 00000008 0023 00000013 00003000 0010 00007eec 002b 00008ff4',
    user('push dword 2\npush dword CODE32\npush dword $x\niretd\n$x:'),
  ),
  c(
    'iret bad ss',
    '!0d 00000010 0008 00000010 00000000 0010 00007fe0',
    'push dword DATA32\npush dword STACK3\npush dword 2\npush dword USER32\npush dword $x\niretd\n$x:',
  ),
  c(
    'iret drops',
    '0058 0000 002b 0000',
    'mov eax, USERDATA\nmov fs, eax\nmov eax, DATA32\nmov es, eax\nmov gs, eax\nmov eax, CONFORMING\nmov ds, eax\npush dword USERDATA\npush dword STACK3\npush dword 0x3002\npush dword USER32\npush dword $x\niretd\n$x: mov eax, ds\ncall hex4\nmov eax, es\ncall hex4\nmov eax, fs\ncall hex4\nmov eax, gs\ncall hex4\nint 0x40',
  ),
  c('v86 int', '!41 ffffffff f000 fff1002d 00023000 0010 00007edc 0900 00000ff0', v86('int 0x41')),
  c('v86 int iopl 0', '!0d 00000000 f000 fff1002b 00020000 0010 00007edc 0900 00000ff0', v86('int 0x41', '0x20002')),
  c('v86 pushf iopl 0', '!0d 00000000 f000 fff1002b 00020000 0010 00007edc 0900 00000ff0', v86('pushf', '0x20002')),
  c('v86 cli iopl 0', '!0d 00000000 f000 fff1002b 00020000 0010 00007edc 0900 00000ff0', v86('cli', '0x20002')),
  c('v86 int3 iopl 0', '!0d 0000001a f000 fff1002b 00020000 0010 00007edc 0900 00000ff0', v86('int3', '0x20002')),
  c('v86 ud', '!06 ffffffff f000 fff1002b 00023000 0010 00007edc 0900 00000ff0', v86('lar ax, bx')),
  c('v86 vex', '!06 ffffffff f000 fff1002b 00023000 0010 00007edc 0900 00000ff0', v86('andn eax, ecx, edx')),
  c('v86 hlt', '!0d 00000000 f000 fff1002b 00023000 0010 00007edc 0900 00000ff0', v86('hlt')),
  c(
    'v86 mov segs',
    '!41 ffffffff f000 fff1003f 00023000 0010 00007edc 0900 00000ff0',
    v86('mov ax, ds\nmov bx, es\nmov dx, fs\nmov ax, 0x40\nmov es, ax\nmov word [es:0], 7\nint 0x41'),
  ),
  c(
    'v86 far',
    '!41 ffffffff f000 fff10037 00023000 0010 00007edc 0900 00000ff0',
    v86('jmp 0xf000:$w - image\n$w: call 0xf000:$z - image\nint 0x41\n$z: retf'),
  ),
  c(
    'v86 iret',
    '!41 ffffffff f000 fff10033 00023000 0010 00007edc 0900 00000ff0',
    v86('pushf\npush cs\npush word $w - image\niret\n$w: int 0x41'),
  ),
  c('v86 iret iopl0', '!0d 00000000 f000 fff1002b 00020000 0010 00007edc 0900 00000ff0', v86('iret', '0x20002')),
  c('v86 cs write', '!41 ffffffff f000 fff10031 00023000 0010 00007edc 0900 00000ff0', v86('mov [cs:0], ax\nint 0x41')),
  c('v86 gate dpl0', '!0d 0000006a f000 fff1002b 00023000 0010 00007edc 0900 00000ff0', v86('int 13')),
  c(
    'v86 frame',
    '00000037 0000f000 00023002 00000ff0 00000900 00002000 00005678 00001234 00000000 0000 0000',
    'mov dword [IDT+0x41*8], (CODE32<<16)|(($h - image) & 0xffff)\n' +
      v86('int 0x41') +
      '\n$h: mov eax, [ss:START]\nsub [esp], ax\nmov esi, esp\nmov ecx, 9\n$l: ss lodsd\ncall hex8\nloop $l\nmov eax, ds\ncall hex4\nmov eax, fs\ncall hex4\nint 0x40',
  ),
  c(
    'v86 monitor level 3',
    '!0d 00000020 f000 fff10034 00023000 0010 00007edc 0900 00000ff0',
    'mov word [IDT+0x41*8+2], USER32\n' + v86('int 0x41'),
  ),
  c(
    'v86 monitor conforming',
    '!0d 00000058 f000 fff10034 00023000 0010 00007edc 0900 00000ff0',
    'mov word [IDT+0x41*8+2], CONFORMING\n' + v86('int 0x41'),
  ),
  c(
    'iret of a user below IOPL',
    '!41 ffffffff 0023 00000023 00001000 0010 00007eec 002b 00009000',
    'push dword USERDATA\npush dword STACK3\npush dword 0x1002\npush dword USER32\npush dword $u\niretd\n$u: push dword 0x3202\npush dword USER32\npush dword $x\niretd\n$x: int 0x41',
  ),
  c(
    'iret at IOPL',
    '!41 ffffffff 0023 00000019 00003200 0010 00007eec 002b 00009000',
    user('push dword 0x0202\npush dword USER32\npush dword $x\niretd\n$x: int 0x41'),
  ),
  c(
    'accessed bits of an inner handler',
    '00cfb300 00cfbb00',
    'mov dword [IDT+0x41*8], (CODE1<<16) | (($h - image)&0xffff)\nand byte [GDT+DATA1-1+5], ~1\nand byte [GDT+CODE1-1+5], ~1\n' +
      user('int 0x41') +
      '\n$h: mov eax, [cs:GDT+DATA1-1+4]\ncall hex8\nmov eax, [cs:GDT+CODE1-1+4]\ncall hex8\nint 0x40',
    { writes: '00cfb200 00cfba00', because: 'a descriptor is marked accessed whenever its segment is loaded (§4.7.2)' },
  ),
  c(
    'accessed bits of an outer iret',
    '00cff300 00cffb00',
    'mov eax, USERDATA\nmov fs, eax\nand byte [GDT+USERDATA-3+5], ~1\nand byte [GDT+USER32-3+5], ~1\npush dword USERDATA\npush dword STACK3\npush dword 0x3002\npush dword USER32\npush dword $x\niretd\n$x: mov eax, [fs:GDT+USERDATA-3+4]\ncall hex8\nmov eax, [fs:GDT+USER32-3+4]\ncall hex8\nint 0x40',
    { writes: '00cff200 00cffa00', because: 'a descriptor is marked accessed whenever its segment is loaded (§4.7.2)' },
  ),
  c(
    'ac read',
    '!11 00000000 0023 0000001e 00043000 0010 00007eec 002b 00009000',
    ALIGNED + user('pushfd\nor dword [esp], 0x40000\npopfd\nmov eax, [SPOT+1]\nint 0x41'),
    {
      writes: '!41 ffffffff 0023 00000025 00043000 0010 00007eec 002b 00009000',
      because: 'no alignment is checked (§8.2.18)',
    },
  ),
  c(
    'ac write word',
    '!11 00000000 0023 0000001e 00043000 0010 00007eec 002b 00009000',
    ALIGNED + user('pushfd\nor dword [esp], 0x40000\npopfd\nmov [SPOT+3], ax\nint 0x41'),
    {
      writes: '!41 ffffffff 0023 00000026 00043000 0010 00007eec 002b 00009000',
      because: 'no alignment is checked (§8.2.18)',
    },
  ),
  c(
    'ac push',
    '!11 00000000 0023 00000022 00043000 0010 00007eec 002b 00008ffe',
    ALIGNED + user('pushfd\nor dword [esp], 0x40000\npopfd\nlea esp, [esp-2]\npush eax\nint 0x41'),
    {
      writes: '!41 ffffffff 0023 00000025 00043000 0010 00007eec 002b 00008ffa',
      because: 'no alignment is checked (§8.2.18)',
    },
  ),
  c(
    'ac x87',
    '!11 00000000 0023 0000001e 00043000 0010 00007eec 002b 00009000',
    ALIGNED + user('pushfd\nor dword [esp], 0x40000\npopfd\nfld tword [SPOT+4]\nint 0x41'),
    {
      writes: '!41 ffffffff 0023 00000026 00043000 0010 00007eec 002b 00009000',
      because: 'no alignment is checked (§8.2.18)',
    },
  ),
  c(
    'ac bytes and aligned words',
    '!41 ffffffff 0023 00000030 00043000 0010 00007eec 002b 00009000',
    ALIGNED +
      user('pushfd\nor dword [esp], 0x40000\npopfd\nmov al, [SPOT+1]\nmov ax, [SPOT+2]\nmov eax, [SPOT+4]\nint 0x41'),
  ),
  c(
    'ac at cpl 0',
    '!41 ffffffff 0008 0000001b 00040000 0010 00007ff4',
    ALIGNED + 'pushfd\nor dword [esp], 0x40000\npopfd\nmov eax, [SPOT+1]\nint 0x41',
  ),
  c(
    'ac without cr0.am',
    '!41 ffffffff 0023 00000025 00043000 0010 00007eec 002b 00009000',
    'mov eax, cr0\nand eax, ~0x40000\nmov cr0, eax\n' +
      user('pushfd\nor dword [esp], 0x40000\npopfd\nmov eax, [SPOT+1]\nint 0x41'),
  ),
];
