/** Segment registers and what asks about selectors, in 32-bit protected mode. */
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
import { query, user } from './words';

export const SEGMENT_CASES: readonly Case[] = [
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
    query,
    {
      writes:
        '..00c09b00 Lffffffff r.00c09300 Lffffffff rw.00c09300 Lffffffff rw..00a09b00 Lffffffff r..00c0fb00 Lffffffff r..00c0f300 Lffffffff rw..00a0fb00 Lffffffff r..00008b00 L00000067 ....00009b00 L0000ffff r..00009300 L0000ffff rw..00c09f00 Lffffffff r..00c09700 Lffffffff rw..00c01300 Lffffffff rw..00c09100 Lffffffff r..00c09900 Lffffffff ..00008200 L0000003f ........00c0bb00 Lffffffff r..00c0b300 Lffffffff rw..00008900 L00000067 ......00e09b00 Lffffffff r..00008100 L0000002c ..00c01b00 Lffffffff r..00409a00 L00000010 r..00c0ff00 Lffffffff r....',
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
  c(
    'andn in 32-bit, w ignored',
    '00000030',
    'mov ecx, 0x0f\nmov edx, 0x3c\ndb 0xc4, 0xe2, 0xf0, 0xf2, 0xc2\ncall hex8',
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
  c(
    'accessed bit of SS',
    '00cf9300',
    'and byte [GDT+DATA32+5], ~1\nmov eax, DATA32\nmov ss, eax\nmov eax, [GDT+DATA32+4]\ncall hex8',
  ),
  c(
    'accessed bit of LDS',
    '00cf9300',
    'and byte [GDT+DATA32+5], ~1\nmov word [0x5104], DATA32\nlds eax, [0x5100]\nmov eax, [GDT+DATA32+4]\ncall hex8',
  ),
];
