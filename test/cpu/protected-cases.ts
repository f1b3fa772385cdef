/** Segments, far transfers, gates, interrupts, virtual-8086 mode and task switches of 32-bit protected mode. */
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
const user = (code: string): string => `mov ebx, $u\njmp to_user\n$u:\n${code}\nint 0x40`;
const hexa = 'call hex8\n';
const query = (level: 'k' | 'u'): string => {
  const body = `
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
  return level === 'k' ? body : user(body);
};
const gate = (selector: string, target: string, type: string, count = '0', at = 'GATE'): string => `
  mov dword [GDT+${at}], (${selector} << 16) | ((${target} - image) & 0xffff)
  mov dword [GDT+${at}+4], (ROM & 0xffff0000) | ${type} | ${count}
`;
const v86 = (code: string, flags = '0x23002'): string => `
  push dword 0
  push dword 0x1234
  push dword 0x5678
  push dword 0x2000
  push dword 0x0900
  push dword 0x0ff0
  push dword ${flags}
  push dword 0xf000
  push dword $v - image
  iretd
bits 16
$v:
${code}
  int 0x40
bits 32
`;
export const PROTECTED_CASES: Case[] = [
  c('beyond GDT', '!0d 00001000 0008 00000005 00000000 0010 00007ff4', 'mov eax, 0x1000\nmov ds, eax'),
  c('beyond LDT', '!0d 00000044 0008 00000005 00000000 0010 00007ff4', 'mov eax, 0x44\nmov es, eax'),
  c(
    'in LDT',
    '000c 00cf9300',
    'mov dword [LDT+8], 0xffff\nmov dword [LDT+12], 0xcf9200\nmov eax, 0xc\nmov es, eax\nmov eax, es\ncall hex4\nmov eax, [LDT+12]\ncall hex8',
  ),
  c(
    'LDT null: no LDT',
    '!0d 0000000c 0008 0000000a 00000000 0010 00007ff4',
    'xor eax, eax\nlldt ax\nmov eax, 0xc\nmov es, eax',
  ),
  c('absent', '!0b 00000068 0008 00000005 00000000 0010 00007ff4', 'mov eax, ABSENT\nmov gs, eax'),
  c('absent SS', '!0c 00000068 0008 00000005 00000000 0010 00007ff4', 'mov eax, ABSENT\nmov ss, eax'),
  c('read-only SS', '!0d 00000070 0008 00000005 00000000 0010 00007ff4', 'mov eax, READONLY\nmov ss, eax'),
  c('null SS', '!0d 00000000 0008 00000002 00000000 0010 00007ff4', 'xor eax, eax\nmov ss, eax'),
  c('SS RPL', '!0d 00000010 0008 00000005 00000000 0010 00007ff4', 'mov eax, DATA32+1\nmov ss, eax'),
  c('SS DPL', '!0d 00000028 0008 00000005 00000000 0010 00007ff4', 'mov eax, USERDATA\nmov ss, eax'),
  c('execute-only DS', '!0d 00000078 0008 00000005 00000000 0010 00007ff4', 'mov eax, UNREADABLE\nmov ds, eax'),
  c('system DS', '!0d 00000038 0008 00000005 00000000 0010 00007ff4', 'mov eax, TASK\nmov ds, eax'),
  c('mov cs', '!06 ffffffff 0008 00000000 00000000 0010 00007ff4', 'db 0x8e, 0xc8'),
  c('mov seg 6', '!06 ffffffff 0008 00000000 00000000 0010 00007ff4', 'db 0x8e, 0xf0'),
  c('mov from seg 7', '!06 ffffffff 0008 00000000 00000000 0010 00007ff4', 'db 0x8c, 0xf8'),
  c(
    'user loads kernel data',
    '!0d 00000010 0023 0000000f 00003000 0010 00007eec 002b 00009000',
    user('mov eax, DATA32+3\nmov es, eax'),
  ),
  c(
    'user loads kernel data rpl 0',
    '!0d 00000010 0023 0000000f 00003000 0010 00007eec 002b 00009000',
    user('mov eax, DATA32\nmov es, eax'),
  ),
  c('user loads conforming code', 'm', user('mov eax, CONFORMING\nmov es, eax\nmov eax, [es:0x5000]\nput 109')),
  c(
    'user loads user SS rpl 0',
    '!0d 00000028 0023 0000000f 00003000 0010 00007eec 002b 00009000',
    user('mov eax, USERDATA-3\nmov ss, eax'),
  ),
  c(
    'kernel loads user data rpl',
    '!0d 00000010 0008 0000000c 00000000 0010 00007ff4',
    'mov eax, USERDATA\nmov es, eax\nmov eax, DATA32+3\nmov fs, eax',
  ),
  c(
    'accessed bits',
    '00409a0f 00409a0f 00409b0f',
    'mov eax, [GDT+TINY+4]\ncall hex8\nlar eax, [GDT]\nmov eax, TINY\nverr ax\nmov eax, [GDT+TINY+4]\ncall hex8\nmov eax, TINY\nmov es, eax\nmov eax, [GDT+TINY+4]\ncall hex8',
  ),
  c(
    'query',
    '..00cf9b00 Lffffffff r.00cf9300 Lffffffff rw.00cf9300 Lffffffff rw..00af9b00 Lffffffff r..00cffb00 Lffffffff r..00cff300 Lffffffff rw..00affb00 Lffffffff r..00008b00 L00000067 ....00009b00 L0000ffff r..00009300 L0000ffff rw..00cf9f00 Lffffffff r..00cf9700 Lffffffff rw..00cf1300 Lffffffff rw..00cf9100 Lffffffff r..00cf9900 Lffffffff ..00008200 L0000003f ........00cfbb00 Lffffffff r..00cfb300 Lffffffff rw..00008900 L00000067 ......00ef9b00 Lffffffff r..00008100 L0000002c ..00cf1b00 Lffffffff r..00409a00 L00000010 r..00cfff00 Lffffffff r....',
    query('k'),
    {
      writes:
        '..00c09b00 Lffffffff r.00c09300 Lffffffff rw.00c09300 Lffffffff rw..00a09b00 Lffffffff r..00c0fb00 Lffffffff r..00c0f300 Lffffffff rw..00a0fb00 Lffffffff r..00008b00 L00000067 ....00009b00 L0000ffff r..00009300 L0000ffff rw..00c09f00 Lffffffff r..00c09700 Lffffffff rw..00c01300 Lffffffff rw..00c09100 Lffffffff r..00c09900 Lffffffff ..00008200 L0000003f ........00c0bb00 Lffffffff r..00c0b300 Lffffffff rw..00008900 L00000067 ......00e09b00 Lffffffff r..00008100 L0000002c ..00c01b00 Lffffffff r..00409a00 L00000010 r..00c0ff00 Lffffffff r....',
      because: 'bits 19:16 of what LAR gives are undefined (volume 3, LAR); AMD processors give the descriptor’s',
    },
  ),
  c(
    'query user',
    '........00cffb00 Lffffffff r..00cff300 Lffffffff rw..00affb00 Lffffffff r..........00cf9f00 Lffffffff r....................................00cfff00 Lffffffff r....',
    query('u'),
    {
      writes:
        '........00c0fb00 Lffffffff r..00c0f300 Lffffffff rw..00a0fb00 Lffffffff r..........00c09f00 Lffffffff r....................................00c0ff00 Lffffffff r....',
      because: 'bits 19:16 of what LAR gives are undefined (volume 3, LAR); AMD processors give the descriptor’s',
    },
  ),
  c(
    'arpl',
    '00001233 00000040 00001233 00000000',
    'mov eax, 0x1230\nmov ecx, 3\narpl ax, cx\npushfd\ncall hex8\npop eax\nand eax, 0x40\ncall hex8\nmov eax, 0x1233\nmov ecx, 1\narpl ax, cx\npushfd\ncall hex8\npop eax\nand eax, 0x40\ncall hex8',
  ),
  c('arpl mem', '0012', 'mov word [0x5100], 0x10\nmov ecx, 2\narpl [0x5100], cx\nmov eax, [0x5100]\ncall hex4'),
  c(
    'sldt str',
    '00000080 ffff0080 00000038 ffff0038',
    'mov eax, -1\nsldt eax\ncall hex8\nmov eax, -1\nsldt ax\ncall hex8\nmov eax, -1\nstr eax\ncall hex8\nmov dword [0x5100], -1\nstr [0x5100]\nmov eax, [0x5100]\ncall hex8',
  ),
  c(
    'mov r32, seg',
    '00000010 ffff0010 ffff0010',
    'mov eax, -1\nmov eax, ds\ncall hex8\nmov eax, -1\nmov ax, ds\ncall hex8\nmov dword [0x5100], -1\nmov [0x5100], ds\nmov eax, [0x5100]\ncall hex8',
  ),
  c('lldt wrong', '!0d 000000b0 0008 00000005 00000000 0010 00007ff4', 'mov eax, TASK2\nlldt ax'),
  c('lldt ti', '!0d 0000000c 0008 00000005 00000000 0010 00007ff4', 'mov eax, 0xc\nlldt ax'),
  c(
    'lldt absent',
    '!0b 00000080 0008 0000000f 00000000 0010 00007ff4',
    'and dword [GDT+LOCAL+4], ~0x8000\nmov eax, LOCAL\nlldt ax',
  ),
  c('ltr busy', '!0d 00000038 0008 00000005 00000000 0010 00007ff4', 'mov eax, TASK\nltr ax'),
  c('ltr null', '!0d 00000000 0008 00000002 00000000 0010 00007ff4', 'xor eax, eax\nltr ax', {
    writes: '',
    because: 'a null selector is #GP(0) (volume 3, LTR)',
  }),
  c(
    'ltr sets busy',
    '00008b00 000000b0',
    'mov eax, TASK2\nltr ax\nmov eax, [GDT+TASK2+4]\ncall hex8\nstr eax\ncall hex8',
  ),
  c(
    'ltr absent',
    '!0b 000000b0 0008 0000000f 00000000 0010 00007ff4',
    'and dword [GDT+TASK2+4], ~0x8000\nmov eax, TASK2\nltr ax',
  ),
  c('ltr user', '!0d 00000000 0023 0000000f 00003000 0010 00007eec 002b 00009000', user('mov eax, TASK2\nltr ax')),
  c('lldt user', '!0d 00000000 0023 0000000f 00003000 0010 00007eec 002b 00009000', user('mov eax, LOCAL\nlldt ax')),
  // far
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
    '00000004 00081157',
    'mov ebp, esp\nmov dword [esp-4], -1\nmov word [0x5100], ($x - image) & 0xffff\nmov word [0x5102], CODE16\no16 call far [0x5100]\nbits 16\n$x: jmp dword CODE32:$y\nbits 32\n$y: mov eax, ebp\nsub eax, esp\ncall hex8\nmov eax, [esp]\ncall hex8',
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
    '!0d 00000000 0023 00003483 00000000 0010 00007eec 002b 00008ffc',
    'mov eax, USERDATA\nmov ds, eax\npush dword USERDATA\npush dword STACK3\npush eax\npush eax\npush dword USER32\npush dword $x\nretf 8\n$x: mov eax, esp\ncall hex8\nmov eax, ds\ncall hex4\nmov eax, es\ncall hex4\nint 0x41',
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
  // gates
  c(
    'gate same level',
    '00000008 00000008',
    gate('CODE32', '$x', '0x8c00') +
      'mov ebp, esp\ncall GATE:0x1234\n$x: mov eax, ebp\nsub eax, esp\ncall hex8\nmov eax, [esp+4]\ncall hex8',
  ),
  c('gate jmp', 'm', gate('CODE32', '$x', '0x8c00') + 'jmp GATE:0x1234\n$x: put 109'),
  c(
    'gate user',
    '00007ee8 000f1607 00000023 22222222 11111111 00008ff8 0000002b 0010 0008',
    gate('CODE32', '$x', '0xec00', '2') +
      user('push dword 0x11111111\npush dword 0x22222222\ncall GATE+3:0') +
      '\n$x: mov eax, esp\ncall hex8\nmov ecx, 6\nmov esi, esp\n$l: ss lodsd\ncall hex8\nloop $l\nmov eax, ss\ncall hex4\nmov eax, cs\ncall hex4',
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
    '00007ef4 172c 0023 2222 1111 8ffc 002b',
    gate('CODE32', '$x', '0xe400', '2') +
      'mov word [GDT+GATE+2], CODE16\nmov word [GDT+GATE+6], 0\n' +
      user('push word 0x1111\npush word 0x2222\ncall GATE+3:0') +
      '\nbits 16\n$x: jmp dword CODE32:$y\nbits 32\n$y: mov eax, DATA32\nmov ds, eax\nmov eax, esp\ncall hex8\nmov ecx, 6\nmov esi, esp\n$l: xor eax, eax\nss lodsw\ncall hex4\nloop $l',
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
  // int
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
    '!0d 00000010 005b 000028c1 00003000 0010 00007eec 002b 00008fe8',
    'mov word [IDT+0x41*8+2], CONFORMING\n' + user('int 0x41'),
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
    '00007ffa 000821f8 0046',
    'mov dword [IDT+0x41*8+4], 0x8600\nmov dword [IDT+0x41*8], (CODE16<<16)|(($h - image) & 0xffff)\nmov dword [esp-4], 0\nmov dword [esp-8], 0\nint 0x41\nbits 16\n$h: jmp dword CODE32:$y\nbits 32\n$y: mov eax, esp\ncall hex8\nmov eax, [esp]\ncall hex8\nmov ax, [esp+4]\ncall hex4',
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
    '000f23cc 00000023 00003002 00009000 0000002b 000087ec 00a9 00a1',
    'mov word [IDT+0x41*8+2], CODE1\nmov dword [IDT+0x41*8], (CODE1<<16) | (($h - image)&0xffff)\n' +
      user('int 0x41') +
      '\n$h: mov esi, esp\nmov ecx, 5\n$l: ss lodsd\ncall hex8\nloop $l\nmov eax, esp\ncall hex8\nmov eax, ss\ncall hex4\nmov eax, cs\ncall hex4\nint 0x40',
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
  // iret
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
    '!0d 00000000 0023 00001f46 00000000 0010 00007eec 002b 00008ff4',
    'mov eax, USERDATA\nmov fs, eax\nmov eax, DATA32\nmov es, eax\nmov gs, eax\nmov eax, CONFORMING\nmov ds, eax\npush dword USERDATA\npush dword STACK3\npush dword 2\npush dword USER32\npush dword $x\niretd\n$x: mov eax, ds\ncall hex4\nmov eax, es\ncall hex4\nmov eax, fs\ncall hex4\nmov eax, gs\ncall hex4\nint 0x40',
  ),
  // v86
  c('v86 int', '!41 ffffffff f000 fff1002d 00023000 0010 00007edc 0900 00000ff0', v86('int 0x41')),
  c('v86 int iopl 0', '!0d 00000000 f000 fff1002b 00020000 0010 00007edc 0900 00000ff0', v86('int 0x41', '0x20002')),
  c('v86 pushf iopl 0', '!0d 00000000 f000 fff1002b 00020000 0010 00007edc 0900 00000ff0', v86('pushf', '0x20002')),
  c('v86 cli iopl 0', '!0d 00000000 f000 fff1002b 00020000 0010 00007edc 0900 00000ff0', v86('cli', '0x20002')),
  c('v86 int3 iopl 0', '!0d 0000001a f000 fff1002b 00020000 0010 00007edc 0900 00000ff0', v86('int3', '0x20002')),
  c('v86 ud', '!06 ffffffff f000 fff1002b 00023000 0010 00007edc 0900 00000ff0', v86('lar ax, bx')),
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
    '00002f3a 0000f000 00023002 00000ff0 00000900 00002000 00005678 00001234 00000000 0000 0000',
    'mov dword [IDT+0x41*8], (CODE32<<16)|(($h - image) & 0xffff)\n' +
      v86('int 0x41') +
      '\n$h: mov esi, esp\nmov ecx, 9\n$l: ss lodsd\ncall hex8\nloop $l\nmov eax, ds\ncall hex4\nmov eax, fs\ncall hex4\nint 0x40',
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
  // loads of pointers, push and pop
  c(
    'les',
    '12345678 002b',
    'mov dword [0x5100], 0x12345678\nmov word [0x5104], USERDATA\nles eax, [0x5100]\ncall hex8\nmov eax, es\ncall hex4\nmov eax, -1\nlfs ax, [0x5102]',
  ),
  c(
    'lss',
    '00006000',
    'mov dword [0x5100], 0x6000\nmov word [0x5104], DATA32\nlss esp, [0x5100]\nmov eax, esp\ncall hex8',
  ),
  c(
    'lss null',
    '!0d 00000000 0008 00000013 00000000 0010 00007ff4',
    'mov dword [0x5100], 0x6000\nmov word [0x5104], 0\nlss esp, [0x5100]',
  ),
  c('lds reg', '!06 ffffffff 0008 00000000 00000000 0010 00007ff4', 'db 0xc5, 0xc0'),
  c(
    'push seg',
    '00000010 00007ffc 00000010',
    'mov dword [esp-4], -1\npush ds\nmov eax, [esp]\ncall hex8\nmov eax, esp\ncall hex8\nmov dword [esp-4], -1\npush word ds\nmov eax, [esp]\ncall hex8',
  ),
  c('pop seg fault', '!0d 00001000 0008 00000005 00000000 0010 00007ff0', 'push dword 0x1000\npop es'),
  c('pop seg', '002b 00008000', 'push dword 0x5555002b\npop fs\nmov eax, fs\ncall hex4\nmov eax, esp\ncall hex8'),
  c('pop seg 16', '002b 00008000', 'push word 0x2b\no16 pop gs\nmov eax, gs\ncall hex4\nmov eax, esp\ncall hex8'),
  c(
    'enter 0',
    '00007ffc 00007fec 00007777',
    'mov ebp, 0x7777\nenter 16, 0\nmov eax, ebp\ncall hex8\nmov eax, esp\ncall hex8\nmov eax, [ebp]\ncall hex8',
  ),
  c(
    'enter 1',
    '00007ffc 00007fe8 00007ffc',
    'mov ebp, 0x7777\nenter 16, 1\nmov eax, ebp\ncall hex8\nmov eax, esp\ncall hex8\nmov eax, [ebp-4]\ncall hex8',
  ),
  c(
    'enter 3',
    '00007ff0 00007ffc 00000022 00000011 00006000',
    'mov ebp, 0x6000\nmov dword [0x5ffc], 0x11\nmov dword [0x5ff8], 0x22\nenter 0, 3\nmov eax, esp\ncall hex8\nmov esi, esp\nmov ecx, 4\n$l: lodsd\ncall hex8\nloop $l',
  ),
  c(
    'enter 16-bit',
    '00007ff6 00007ffe 00117ffe',
    'mov ebp, 0x6000\nmov word [0x5ffe], 0x11\no16 enter 4, 2\nmov eax, esp\ncall hex8\nmov eax, ebp\ncall hex8\nmov eax, [esp+4]\ncall hex8',
  ),
  // tracing
  c('single step', '!01 ffffffff 0008 00000007 00000100 0010 00007ff4', 'push dword 0x102\npopfd\nnop\nnop'),
  c(
    'step over mov ss',
    '!01 ffffffff 0008 0000000b 00000100 0010 00007ff4',
    'mov eax, ss\npush dword 0x102\npopfd\nmov ss, eax\nnop\nnop',
  ),
  c('step int', '!41 ffffffff 0008 00000008 00000100 0010 00007ff4', 'push dword 0x102\npopfd\nint 0x41'),
  c(
    'step into iret',
    '!01 ffffffff 0008 0000000e 00000100 0010 00007ff4',
    'push dword 0x102\npush dword CODE32\npush dword $x\niretd\n$x: nop\nnop',
  ),
  c('dr6', '!01 ffffffff 0008 00000007 00000100 0010 00007ff4', 'push dword 0x102\npopfd\nnop\nnop'),
];
// sysenter
PROTECTED_CASES.push(
  c(
    'sysenter',
    '0008 0010 00008800 00003046',
    'mov ecx, 0x174\nxor edx, edx\nmov eax, CODE32\nwrmsr\ninc ecx\nmov eax, STACK1\nwrmsr\ninc ecx\nmov eax, $x\nwrmsr\n' +
      user('sysenter') +
      '\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\nmov eax, esp\ncall hex8\npushfd\npop eax\ncall hex8',
  ),
  c(
    'sysexit',
    '!0d 00000000 001b 000010f1 00000000 0010 00007eec 0023 00008ff4',
    'mov dword [GDT+0x18], 0xffff\nmov dword [GDT+0x1c], 0xcffb00\nmov ecx, 0x174\nxor edx, edx\nmov eax, 8\nwrmsr\nmov edx, $x\nmov ecx, STACK3\nsysexit\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\nmov eax, esp\ncall hex8\nint 0x40',
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
    '!0d 00000000 0023 00000edd 00000200 0010 00007eec 002b 00007ff4',
    'mov ecx, 0xc0000080\nxor edx, edx\nmov eax, 1\nwrmsr\nmov ecx, 0xc0000081\nmov edx, 0x230008\nmov eax, $x\nwrmsr\nmov ecx, $x\nsysret\n$x: mov eax, cs\ncall hex4\nmov eax, ss\ncall hex4\npushfd\npop eax\ncall hex8\nint 0x40',
  ),
);
// tasks
const task2 = (target: string, more = ''): string => `
  mov dword [TSS2+0x20], ${target}
  mov dword [TSS2+0x24], 2
  mov dword [TSS2+0x38], OTHER
  mov dword [TSS2+0x48], DATA32
  mov dword [TSS2+0x4c], CODE32
  mov dword [TSS2+0x50], DATA32
  mov dword [TSS2+0x54], DATA32
  mov dword [TSS2+0x58], 0
  mov dword [TSS2+0x5c], 0
  mov dword [TSS2+0x60], 0
  mov dword [TSS2+0x28], 0x2a2a2a2a
  mov dword [TSS2+0x64], 0
  mov dword [TSS2+0x34], 0x34343434
  ${more}
`;
const showTask = `
  push eax
  pushfd
  pop eax
  call hex8
  pop eax
  call hex8
  str eax
  call hex4
  mov eax, esp
  call hex8
  mov eax, [GDT+TASK+4]
  call hex8
  mov eax, [GDT+TASK2+4]
  call hex8
  movzx eax, word [TSS2]
  call hex4
  mov eax, cr0
  call hex8
  mov eax, [TSS+0x20]
  sub eax, [START]
  call hex8
  mov eax, [TSS+0x24]
  call hex8
  mov eax, [TSS+0x38]
  call hex8
  mov eax, [TSS+0x4c]
  call hex8
  sldt eax
  call hex4
`;
PROTECTED_CASES.push(
  c(
    'jmp task',
    '00000002 2a2a2a2a 00b0 00009800 00008900 00008b00 0000 60000019 00000093 00000046 00008000 00000008 0000',
    task2('$x') + 'mov dword [TSS2], 0\njmp TASK2:0\n$x:' + showTask,
  ),
  c(
    'call task',
    '00004002 2a2a2a2a 00b0 00009800 00008b00 00008b00 0038 60000019 00000089 00000046 00008000 00000008 0000 b0038 00000046 00000046 00000142 00008900',
    task2('$x') +
      'call TASK2:0\nput 98\nclts\nstr eax\ncall hex4\npushfd\npop eax\ncall hex8\nmov eax, [TSS2+0x24]\ncall hex8\nmov eax, [TSS2+0x20]\nsub eax, [START]\ncall hex8\nmov eax, [GDT+TASK2+4]\ncall hex8\njmp $e\n$x:' +
      showTask +
      'iretd\n$e:',
  ),
  c(
    'jmp task gate',
    '00000002 2a2a2a2a 00b0 00009800 00008900 00008b00 0000 60000019 0000009d 00000046 00008000 00000008 0000',
    task2('$x') +
      'mov dword [GDT+TASKGATE], TASK2<<16\nmov dword [GDT+TASKGATE+4], 0x8500\njmp TASKGATE:0\n$x:' +
      showTask,
  ),
  c(
    'user task gate',
    '00004002 2a2a2a2a 00b0 00009800 00008b00 00008b00 0038 60000019 000000a7 00003002 00009000 00000023 0000',
    task2('$x') +
      'mov dword [GDT+TASKGATE], TASK2<<16\nmov dword [GDT+TASKGATE+4], 0xe500\n' +
      user('call TASKGATE+3:0') +
      '\n$x:' +
      showTask,
  ),
  c(
    'user tss dpl',
    '!0d 000000b0 0023 0000008c 00003000 0010 00007eec 002b 00009000',
    task2('$x') + user('call TASK2:0') + '\n$x:',
  ),
  c(
    'int task',
    '00004002 2a2a2a2a 00b0 00009800 00008b00 00008b00 0038 60000019 00000098 00000046 00008000 00000008 0000 b',
    task2('$x') +
      'mov dword [IDT+0x42*8], TASK2<<16\nmov dword [IDT+0x42*8+4], 0x8500\nint 0x42\nput 98\njmp $e\n$x:' +
      showTask +
      'iretd\n$e:',
  ),
  c(
    'fault task',
    '00001000 00004046 00001020 00b0 00009800 00008b00 00008b00 0038 60000019 0000009b 00010046 00008000 00000008 0000 b',
    task2('$x') +
      'mov dword [IDT+13*8], TASK2<<16\nmov dword [IDT+13*8+4], 0x8500\nmov eax, 0x1000\nmov es, eax\nput 98\njmp $e\n$x: pop eax\ncall hex8\n' +
      showTask +
      'add dword [TSS+0x20], 2\niretd\n$e:',
    {
      writes:
        '00001000 00004046 00001020 00b0 00009800 00008b00 00008b00 0038 60000019 0000009b 00000046 00008000 00000008 0000 b',
      because: 'RF is 1 in the flags a fault saves (§3.1.6)',
    },
  ),
  c('task busy', '!0d 00000038 0008 00000000 00000000 0010 00007ff4', 'jmp TASK:0'),
  c('task short', '!0a 000000b0 0008 00000009 00000000 0010 00007ff4', 'mov word [GDT+TASK2], 0x66\njmp TASK2:0'),
  c(
    'task absent',
    '!0b 000000b0 0008 0000000a 00000000 0010 00007ff4',
    'and dword [GDT+TASK2+4], ~0x8000\njmp TASK2:0',
  ),
  c(
    'iret nt bad link',
    '!0a 000000b0 0008 00000010 00004000 0010 00007ff4',
    'mov dword [TSS], TASK2\npush dword 0x4002\npopfd\niretd',
  ),
  c(
    'task user',
    '!41 ffffffff 0023 000000c7 00000000 0010 00007fec 002b 00009800',
    task2(
      '$x',
      'mov dword [TSS2+0x4c], USER32\nmov dword [TSS2+0x50], USERDATA\nmov dword [TSS2+0x54], USERDATA\nmov dword [TSS2+0x48], USERDATA\nmov dword [TSS2+4], STACK0\nmov dword [TSS2+8], DATA32',
    ) + 'jmp TASK2:0\n$x: int 0x41',
  ),
  c(
    'task trap',
    '!01 ffffffff 0008 00000093 00000000 0010 000097f4',
    task2('$x', 'mov dword [TSS2+0x64], 1') + 'jmp TASK2:0\n$x: nop',
    { writes: '', because: 'the T bit of a TSS raises #DB (§12.2.4)' },
  ),
  c(
    'task v86',
    '!41 ffffffff f000 fff100c7 00023000 0010 00007fdc 0900 00000800',
    task2(
      '$x - image',
      'mov dword [TSS2+0x24], 0x23002\nmov dword [TSS2+0x4c], 0xf000\nmov dword [TSS2+0x50], 0x900\nmov dword [TSS2+0x38], 0x800\nmov dword [TSS2+4], STACK0\nmov dword [TSS2+8], DATA32',
    ) + 'jmp TASK2:0\nbits 16\n$x: int 0x41\nbits 32',
  ),
  c(
    'task 16',
    '1212 9800 00004046 0038 b00008000 7788',
    'mov dword [TSS3+0xe], ($x - image) & 0xffff\nmov word [TSS3+0x10], 2\nmov word [TSS3+0x12], 0x1212\nmov word [TSS3+0x1a], OTHER\nmov word [TSS3+0x22], DATA32\nmov word [TSS3+0x24], CODE16\nmov word [TSS3+0x26], DATA32\nmov word [TSS3+0x28], DATA32\nmov word [TSS3+0x2a], 0\ncall TASK3:0\nput 98\nmov eax, esp\ncall hex8\nmov ax, [TSS3+0x12]\ncall hex4\njmp $e\nbits 16\n$x: jmp dword CODE32:$y\nbits 32\n$y: call hex4\nmov eax, esp\ncall hex4\npushfd\npop eax\ncall hex8\nmov ax, [TSS3]\ncall hex4\nmov ax, 0x7788\niretd\n$e:',
  ),
);

/** QEMU does not check limits, types of segments in use, or what a task's first fault needs. */
export const PROTECTED_LIMIT_CASES: readonly Case[] = [
  c(
    'null DS loads, its use faults',
    '!0d 00000000 0008 00000007 00000000 0010 00007ff4',
    'mov eax, 3\nmov ds, eax\nmov eax, [0]',
  ),
  c('null FS write', '!0d 00000000 0008 00000004 00000000 0010 00007ff4', 'xor eax, eax\nmov fs, eax\nmov [fs:0], eax'),
  c(
    'read-only write',
    '!0d 00000000 0008 0000000c 00000000 0010 00007ff4',
    'mov eax, READONLY\nmov ds, eax\nmov eax, [0x5000]\nmov [0x5100], eax',
  ),
  c(
    'code DS',
    '!0d 00000000 0008 00000012 00000000 0010 00007ff4',
    'mov eax, CODE32\nmov ds, eax\nmov eax, [0x5008]\nsub eax, [START]\nmov [0x5100], eax',
  ),
  c('cs write', '!0d 00000000 0008 00000000 00000000 0010 00007ff4', 'mov [cs:0x5100], eax'),
  c(
    'expand down',
    '00409700 !0d 00000000 0008 0000002b 00000000 0010 00007ff4',
    'mov dword [GDT+DOWN], 0x0fff\nmov dword [GDT+DOWN+4], 0x409600\nmov eax, DOWN\nmov es, eax\nmov eax, [es:0x1000]\nmov eax, [GDT+DOWN+4]\ncall hex8\nmov eax, [es:0xffe]',
  ),
  c(
    'expand down 16',
    '!0d 00000000 0008 00000021 00000000 0010 00007ff4',
    'mov dword [GDT+DOWN], 0x0fff\nmov dword [GDT+DOWN+4], 0x009600\nmov eax, DOWN\nmov es, eax\nmov eax, [es:0x1000]\nmov eax, [es:0xfffe]',
  ),
  c(
    'expand down all',
    '!0d 00000000 0008 00000007 00000000 0010 00007ff4',
    'mov eax, DOWN\nmov es, eax\nmov eax, [es:0]',
  ),
  c(
    'limit',
    '!0d 00000000 0008 00000021 00000000 0010 00007ff4',
    'mov dword [GDT+DOWN], 0x0fff\nmov dword [GDT+DOWN+4], 0x009200\nmov eax, DOWN\nmov es, eax\nmov eax, [es:0xffc]\nmov eax, [es:0xffd]',
  ),
  c(
    'SS limit',
    '!0c 00000000 0023 0000002a 00003000 0010 00007eec 0063 00001004',
    'mov dword [GDT+DOWN], 0x0fff\nmov dword [GDT+DOWN+4], 0x40f200\n' +
      user('mov eax, DOWN+3\nmov ss, eax\nmov esp, 0x1004\npush eax'),
  ),
  c(
    'SS limit read',
    '!0c 00000000 0023 0000002a 00003000 0010 00007eec 0063 00000ffe',
    'mov dword [GDT+DOWN], 0x0fff\nmov dword [GDT+DOWN+4], 0x40f200\n' +
      user('mov eax, DOWN+3\nmov ss, eax\nmov esp, 0xffe\nmov eax, [esp]'),
  ),
  c('jmp limit', '!0d 00000000 0008 00000000 00000000 0010 00007ff4', 'jmp TINY:0x11'),
  c('jmp tiny', '!0d 00000000 0008 00000007 00000000 0010 00007ff4', 'mov byte [ROM+0x10], 0x90\njmp TINY:0x11'),
  c(
    'jmp mem fault',
    '!0d 00000000 0008 00000007 00000000 0010 00007ff4',
    'mov eax, DOWN\nmov es, eax\njmp far [es:0x10]',
  ),
  c('retf limit', '!0d 00000000 0008 00000007 00000000 0010 00007fec', 'push dword TINY\npush dword 0x12\nretf'),
  c(
    'retf stack limit',
    '!0c 00000000 0023 0000002a 00003000 0010 00007eec 0063 00000ffc',
    'mov dword [GDT+DOWN], 0x0fff\nmov dword [GDT+DOWN+4], 0x40f200\n' +
      user('mov eax, DOWN+3\nmov ss, eax\nmov esp, 0xffc\nretf'),
  ),
  c(
    'gate offset limit',
    '!0d 00000000 0023 00000030 00003000 0010 00007eec 002b 00009000',
    gate('TINY', '$x', '0xec00') +
      'mov word [GDT+GATE], 0x11\nmov word [GDT+GATE+6], 0\n' +
      user('call GATE+3:0') +
      '\n$x:',
  ),
  c(
    'gate inner stack limit',
    '!0c 00000060 0023 00000046 00003000 0010 00007eec 002b 00009000',
    gate('CODE1', '$x', '0xec00') +
      'mov dword [TSS+16], DOWN+1\nmov dword [TSS+12], 0x104\nmov dword [GDT+DOWN], 0xff\nmov dword [GDT+DOWN+4], 0x40b200\n' +
      user('call GATE+3:0') +
      '\n$x:',
  ),
  c(
    'int tiny cs',
    '!0d 00000000 0008 0000001b 00000000 0010 00007ff4',
    'mov word [IDT+0x41*8+2], TINY\nmov word [IDT+0x41*8], 0x11\nmov word [IDT+0x41*8+6], 0\nint 0x41',
  ),
  c(
    'user bad esp0',
    '!0c 00000060 0023 0000003b 00003000 0010 00007eec 002b 00009000',
    'mov word [IDT+0x41*8+2], CODE1\nmov dword [TSS+16], DOWN+1\nmov dword [TSS+12], 0x108\nmov dword [GDT+DOWN], 0xff\nmov dword [GDT+DOWN+4], 0x40b200\n' +
      user('int 0x41'),
  ),
  c(
    'iret limit',
    '!0d 00000000 0008 00000009 00000000 0010 00007fe8',
    'push dword 2\npush dword TINY\npush dword 0x11\niretd',
  ),
  c(
    'iret stack',
    '!0c 00000000 0023 0000002a 00003000 0010 00007eec 0063 00000ff8',
    'mov dword [GDT+DOWN], 0x0fff\nmov dword [GDT+DOWN+4], 0x40f200\n' +
      user('mov eax, DOWN+3\nmov ss, eax\nmov esp, 0xff8\niretd'),
  ),
  c('v86 limit', '!0d 00000000 f000 fff1002b 00023000 0010 00007edc 0900 00000ff0', v86('mov ax, [0xffff]')),
  c('v86 stack', '!0c 00000000 f000 fff1002e 00023000 0010 00007edc 0900 00000001', v86('mov sp, 1\npush ax')),
  c(
    'enter top',
    '!0c 00000000 0023 0000002f 00003000 0010 00007eec 0063 00000040',
    'mov dword [GDT+DOWN], 0x0fff\nmov dword [GDT+DOWN+4], 0x40f200\n' +
      user('mov eax, DOWN+3\nmov ss, eax\nmov esp, 0x40\nmov ebp, 0x1234\nenter 0x100, 0'),
  ),
  c(
    'task bad cs',
    '!0a 00000010 0010 00000093 00000000 0010 000097f4',
    task2('$x', 'mov dword [TSS2+0x4c], DATA32') + 'jmp TASK2:0\n$x:',
  ),
  c(
    'task bad ds',
    '!0a 00000078 0008 00000093 00000000 0010 000097f4',
    task2('$x', 'mov dword [TSS2+0x54], UNREADABLE') + 'jmp TASK2:0\n$x:',
  ),
  c(
    'task absent ds',
    '!0b 00000068 0008 00000093 00000000 0010 000097f4',
    task2('$x', 'mov dword [TSS2+0x54], ABSENT') + 'jmp TASK2:0\n$x:',
  ),
  c(
    'task ip limit',
    '!0d 00000000 00e0 fff0f3b0 00000000 0010 000097f4',
    task2('0x20', 'mov dword [TSS2+0x4c], TINY') + 'jmp TASK2:0',
  ),
];
