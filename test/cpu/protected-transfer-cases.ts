/** Far jumps, calls and returns, call gates, system calls, in 32-bit protected mode. */
import { gate } from './protected-words';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
import { user } from './words';

export const TRANSFER_CASES: readonly Case[] = [
  c('jmp null', '!0d 00000000 0008 00000000 00000000 0010 00007ff4', 'jmp 0:0'),
  c('jmp data', '!0d 00000010 0008 00000000 00000000 0010 00007ff4', 'jmp DATA32:$x\n$x:'),
  c('jmp beyond', '!0d 00001000 0008 00000000 00000000 0010 00007ff4', 'jmp 0x1000:$x\n$x:'),
  c('jmp user code', '!0d 00000020 0008 00000000 00000000 0010 00007ff4', 'jmp USER32:$x\n$x:'),
  c('jmp absent code', '!0b 000000d8 0008 00000000 00000000 0010 00007ff4', 'jmp ABSENTCODE:$x\n$x:'),
  c('jmp conforming', '0058', 'jmp CONFORMING:$x\n$x: mov eax, cs\ncall hex4'),
  c('jmp conforming rpl3', '0058', 'jmp CONFORMING+3:$x\n$x: mov eax, cs\ncall hex4'),
  c(
    'jmp same rpl3',
    '!0d 00000008 0008 00000000 00000000 0010 00007ff4',
    'jmp CODE32+3:$x\n$x: mov eax, cs\ncall hex4',
  ),
  c(
    'jmp user conforming',
    '!0d 000000e8 0008 00000000 00000000 0010 00007ff4',
    'jmp USERCONFORMING:$x\n$x: mov eax, cs\ncall hex4',
  ),
  c('user jmp conforming', '005b', user('jmp CONFORMING:$x\n$x: mov eax, cs\ncall hex4')),
  c(
    'user jmp kernel',
    '!0d 00000008 0023 0000000a 00003000 0010 00007eec 002b 00009000',
    user('jmp CODE32:$x\n$x: mov eax, cs\ncall hex4'),
  ),
  c('jmp tss wrong rpl', '!0d 000000b0 0023 0000000a 00003000 0010 00007eec 002b 00009000', user('jmp TASK2:0')),
  c('jmp system', '!0d 00000080 0008 00000000 00000000 0010 00007ff4', 'jmp LOCAL:0'),
  c('jmp mem', 'm', 'mov dword [0x5100], $x\nmov word [0x5104], CODE32\njmp far [0x5100]\n$x: put 109'),
  c(
    'jmp mem 16',
    'm',
    'mov word [0x5100], ($x - image) & 0xffff\nmov word [0x5102], CODE16\no16 jmp far [0x5100]\nbits 16\n$x: jmp dword CODE32:$y\nbits 32\n$y: put 109',
  ),
  c(
    'call',
    '00000008 00000008 00000009',
    'mov ebp, esp\ncall CODE32:$x\n$x: mov eax, ebp\nsub eax, esp\ncall hex8\nmov eax, [esp+4]\ncall hex8\npop eax\nsub eax, [START]\ncall hex8',
  ),
  c(
    'call 16',
    '00000004 00080023',
    'mov ebp, esp\nmov dword [esp-4], -1\nmov word [0x5100], ($x - image) & 0xffff\nmov word [0x5102], CODE16\no16 call far [0x5100]\nbits 16\n$x: jmp dword CODE32:$y\nbits 32\n$y: mov eax, ebp\nsub eax, esp\ncall hex8\nmov eax, [START]\nsub [esp], ax\nmov eax, [esp]\ncall hex8',
  ),
  c('call far, retf', 'cr00008000', 'call CODE32:$x\nput 114\njmp $z\n$x: put 99\nretf\n$z: mov eax, esp\ncall hex8'),
  c('retf n', '00008000', 'push eax\npush eax\npush dword CODE32\npush dword $x\nretf 8\n$x: mov eax, esp\ncall hex8'),
  c('retf null', '!0d 00000000 0008 00000007 00000000 0010 00007fec', 'push dword 0\npush dword $x\nretf\n$x:'),
  c('retf data', '!0d 00000010 0008 00000007 00000000 0010 00007fec', 'push dword DATA32\npush dword $x\nretf\n$x:'),
  c(
    'retf inner',
    '!0d 00000008 0023 00000011 00003000 0010 00007eec 002b 00008ff8',
    user('push dword CODE32\npush dword $x\nretf\n$x:'),
  ),
  c(
    'retf absent',
    '!0b 000000d8 0008 0000000a 00000000 0010 00007fec',
    'push dword ABSENTCODE\npush dword $x\nretf\n$x:',
  ),
  c(
    'retf outer',
    '00009008 002b 0000 !41 ffffffff 0023 00000037 00003000 0010 00007eec 002b 00009008',
    'push dword 0x3002\npopfd\nmov eax, USERDATA\nmov ds, eax\npush dword USERDATA\npush dword STACK3\npush eax\npush eax\npush dword USER32\npush dword $x\nretf 8\n$x: mov eax, esp\ncall hex8\nmov eax, ds\ncall hex4\nmov eax, es\ncall hex4\nint 0x41',
  ),
  c(
    'retf outer dpl',
    '!0d 00000010 0008 0000000e 00000000 0010 00007fe4',
    'push dword DATA32\npush dword STACK3\npush dword USER32\npush dword $x\nretf\n$x:',
  ),
  c(
    'retf outer null ss',
    '!0d 00000000 0008 0000000e 00000000 0010 00007fe4',
    'push dword 3\npush dword STACK3\npush dword USER32\npush dword $x\nretf\n$x:',
  ),
  c(
    'retf outer absent ss',
    '!0c 00000068 0008 00000018 00000000 0010 00007fe4',
    'or dword [GDT+ABSENT+4], 0x6000\npush dword ABSENT+3\npush dword STACK3\npush dword USER32\npush dword $x\nretf\n$x:',
    {
      writes: '!0b 00000068 0008 00000018 00000000 0010 00007fe4',
      because: 'a stack segment that is not present is #SS (§8.2.13)',
    },
  ),
  c(
    'retf to level 1',
    '!41 ffffffff 00a1 00000017 00000000 0010 00007eec 00a9 00009000',
    'push dword DATA1\npush dword STACK3\npush dword CODE1\npush dword $x\nretf\n$x: int 0x41',
  ),
  c(
    'gate same level',
    '00000008 00000008',
    gate('CODE32', '$x', '0x8c00') +
      'mov ebp, esp\ncall GATE:0x1234\n$x: mov eax, ebp\nsub eax, esp\ncall hex8\nmov eax, [esp+4]\ncall hex8',
  ),
  c('gate jmp', 'm', gate('CODE32', '$x', '0x8c00') + 'jmp GATE:0x1234\n$x: put 109'),
  c(
    'gate user',
    '00007ee8 0000002f 00000023 22222222 11111111 00008ff8 0000002b 0010 0008',
    gate('CODE32', '$x', '0xec00', '2') +
      user('push dword 0x11111111\npush dword 0x22222222\ncall GATE+3:0') +
      '\n$x: mov eax, esp\ncall hex8\nmov eax, [ss:START]\nsub [esp], eax\nmov ecx, 6\nmov esi, esp\n$l: ss lodsd\ncall hex8\nloop $l\nmov eax, ss\ncall hex4\nmov eax, cs\ncall hex4',
  ),
  c(
    'gate user returns',
    '00009000 0000',
    gate('CODE32', '$x', '0xec00', '2') +
      user(
        'push dword 0x11111111\npush dword 0x22222222\ncall GATE+3:0\nmov eax, esp\ncall hex8\nmov eax, ds\ncall hex4',
      ) +
      '\n$x: mov eax, DATA32\nmov ds, eax\nretf 8',
  ),
  c(
    'gate user 16',
    '00007ef4 003f 0023 2222 1111 8ffc 002b',
    gate('CODE32', '$x', '0xe400', '2') +
      'mov word [GDT+GATE+2], CODE16\nmov word [GDT+GATE+6], 0\n' +
      user('push word 0x1111\npush word 0x2222\ncall GATE+3:0') +
      '\nbits 16\n$x: jmp dword CODE32:$y\nbits 32\n$y: mov eax, DATA32\nmov ds, eax\nmov eax, esp\ncall hex8\nmov eax, [START]\nsub [esp], ax\nmov ecx, 6\nmov esi, esp\n$l: xor eax, eax\nss lodsw\ncall hex4\nloop $l',
  ),
  c(
    'gate dpl',
    '!0d 00000090 0023 0000001e 00003000 0010 00007eec 002b 00009000',
    gate('CODE32', '$x', '0x8c00') + user('call GATE+3:0') + '\n$x:',
  ),
  c(
    'gate absent',
    '!0b 00000090 0023 0000001e 00003000 0010 00007eec 002b 00009000',
    gate('CODE32', '$x', '0x6c00') + user('call GATE+3:0') + '\n$x:',
  ),
  c(
    'gate null',
    '!0d 00000000 0023 0000001e 00003000 0010 00007eec 002b 00009000',
    gate('0', '$x', '0xec00') + user('call GATE+3:0') + '\n$x:',
  ),
  c(
    'gate data',
    '!0d 00000010 0023 0000001e 00003000 0010 00007eec 002b 00009000',
    gate('DATA32', '$x', '0xec00') + user('call GATE+3:0') + '\n$x:',
  ),
  c(
    'gate absent code',
    '!0b 000000d8 0023 0000001e 00003000 0010 00007eec 002b 00009000',
    gate('ABSENTCODE', '$x', '0xec00') + user('call GATE+3:0') + '\n$x:',
  ),
  c(
    'gate conforming',
    '005b 00008ff8',
    gate('CONFORMING', '$x', '0xec00') +
      user('call GATE+3:0') +
      '\n$x: mov eax, cs\ncall hex4\nmov eax, esp\ncall hex8\nint 0x40',
    { writes: '0058 00008ff8', because: 'the RPL of CS is the CPL (§4.11.2)' },
  ),
  c(
    'gate user jmp inner',
    '!0d 00000008 0023 0000001e 00003000 0010 00007eec 002b 00009000',
    gate('CODE32', '$x', '0xec00') + user('jmp GATE+3:0') + '\n$x:',
  ),
  c(
    'gate outward',
    '!0d 00000020 0008 00000014 00000000 0010 00007ff4',
    gate('USER32', '$x', '0x8c00') + 'call GATE:0\n$x:',
  ),
  c(
    'gate to 1',
    '!41 ffffffff 00a1 00000029 00003000 0010 00007eec 00a9 000087f0',
    gate('CODE1', '$x', '0xec00') + user('call GATE+3:0') + '\n$x: int 0x41',
  ),
  c(
    'gate bad ss',
    '!0a 00000028 0023 0000003c 00003000 0010 00007eec 002b 00009000',
    gate('CODE32', '$x', '0xec00') +
      'mov dword [TSS+16], USERDATA\n' +
      gate('CODE1', '$x', '0xec00') +
      user('call GATE+3:0') +
      '\n$x: int 0x41',
  ),
  c(
    'gate null ss',
    '!0a 00000000 0023 00000028 00003000 0010 00007eec 002b 00009000',
    gate('CODE1', '$x', '0xec00') + 'mov dword [TSS+16], 0\n' + user('call GATE+3:0') + '\n$x: int 0x41',
  ),
  c(
    'gate absent ss',
    '!0c 00000068 0023 00000032 00003000 0010 00007eec 002b 00009000',
    gate('CODE1', '$x', '0xec00') +
      'mov dword [TSS+16], ABSENT+1\nor dword [GDT+ABSENT+4], 0x2000\n' +
      user('call GATE+3:0') +
      '\n$x: int 0x41',
    {
      writes: '!0a 00000068 0023 00000032 00003000 0010 00007eec 002b 00009000',
      because: 'an inner stack segment that is not present is #SS (§8.2.13)',
    },
  ),
  c(
    'sysenter',
    '0008 0010 00008800 00003046',
    'mov ecx, 0x174\nxor edx, edx\nmov eax, CODE32\nwrmsr\ninc ecx\nmov eax, STACK1\nwrmsr\ninc ecx\nmov eax, $x\nwrmsr\n' +
      user('sysenter') +
      '\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\nmov eax, esp\ncall hex8\npushfd\npop eax\ncall hex8',
  ),
  c(
    'sysexit',
    '001b 0023 00009000',
    'push dword 0x3002\npopfd\nmov dword [GDT+0x18], 0xffff\nmov dword [GDT+0x1c], 0xcffb00\nmov ecx, 0x174\nxor edx, edx\nmov eax, 8\nwrmsr\nmov edx, $x\nmov ecx, STACK3\nsysexit\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\nmov eax, esp\ncall hex8\nint 0x40',
  ),
  c(
    'sysenter no cs',
    '!0d 00000000 0008 0000000b 00000000 0010 00007ff4',
    'mov ecx, 0x174\nxor edx, edx\nxor eax, eax\nwrmsr\nsysenter',
  ),
  c(
    'sysexit user',
    '!0d 00000000 0023 00000018 00003000 0010 00007eec 002b 00009000',
    'mov ecx, 0x174\nxor edx, edx\nmov eax, 8\nwrmsr\n' + user('sysexit'),
  ),
  c('syscall off', '!06 ffffffff 0008 00000000 00000000 0010 00007ff4', 'syscall'),
  c(
    'syscall',
    '0008 0010 0000002b 00003046',
    'mov ecx, 0xc0000080\nxor edx, edx\nmov eax, 1\nwrmsr\nmov ecx, 0xc0000081\nmov edx, 8\nmov eax, $x\nwrmsr\n' +
      user('syscall') +
      '\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\nmov eax, ecx\nsub eax, [START]\ncall hex8\npushfd\npop eax\ncall hex8\nmov ecx, 0xc0000080\nxor edx,edx\nxor eax, eax\nmov esp, STACK0\nwrmsr',
  ),
  c(
    'sysret',
    '0023 002b 00003246',
    'mov ecx, 0xc0000080\nxor edx, edx\nmov eax, 1\nwrmsr\nmov ecx, 0xc0000081\nmov edx, 0x230008\nmov eax, $x\nwrmsr\nmov ecx, $x\npush dword 0x3002\npopfd\nsysret\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\npushfd\npop eax\ncli\ncall hex8\nint 0x40',
  ),
  c(
    'gate rpl above its dpl',
    '!0d 00000090 0008 00000014 00000000 0010 00007ff4',
    gate('CODE32', '$x', '0x8c00') + 'call GATE+3:0\n$x:',
  ),
  c(
    'gate rpl 1 above its dpl',
    '!0d 00000090 0008 00000014 00000000 0010 00007ff4',
    gate('CODE32', '$x', '0x8c00') + 'call GATE+1:0\n$x:',
  ),
  c('gate of dpl 1 with rpl 1', 'm', gate('CODE32', '$x', '0xac00') + 'call GATE+1:0\n$x: put 109'),
  c(
    'accessed bits of an outer return',
    '00cff300 00cffb00',
    'mov eax, USERDATA\nmov fs, eax\npush dword 0x3002\npopfd\nand byte [GDT+USERDATA-3+5], ~1\nand byte [GDT+USER32-3+5], ~1\npush dword USERDATA\npush dword STACK3\npush dword USER32\npush dword $x\nretf\n$x: mov eax, [fs:GDT+USERDATA-3+4]\ncall hex8\nmov eax, [fs:GDT+USER32-3+4]\ncall hex8\nint 0x40',
    { writes: '00cff200 00cffa00', because: 'a descriptor is marked accessed whenever its segment is loaded (§4.7.2)' },
  ),
  c(
    'accessed bit of an inner stack',
    '00cfb300 00cfbb00',
    gate('CODE1', '$x', '0xec00') +
      'and byte [GDT+DATA1-1+5], ~1\nand byte [GDT+CODE1-1+5], ~1\n' +
      user('call GATE+3:0') +
      '\n$x: mov eax, [cs:GDT+DATA1-1+4]\ncall hex8\nmov eax, [cs:GDT+CODE1-1+4]\ncall hex8\nint 0x40',
    { writes: '00cfb200 00cfba00', because: 'a descriptor is marked accessed whenever its segment is loaded (§4.7.2)' },
  ),
  c(
    'accessed bit of a jump',
    '00cf9f00',
    'and byte [GDT+CONFORMING+5], ~1\njmp CONFORMING:$x\n$x: mov eax, [GDT+CONFORMING+4]\ncall hex8',
    { writes: '00cf9e00', because: 'a descriptor is marked accessed whenever its segment is loaded (§4.7.2)' },
  ),
  c(
    'retf to level 1 with a null ss',
    '!0d 00000000 0008 00000011 00000000 0010 00007fe4',
    'push dword 1\npush dword STACK1\npush dword CODE1\npush dword $x\nretf\n$x:',
  ),
];
