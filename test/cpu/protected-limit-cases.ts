/** What QEMU does not check in protected mode. */
import { gate, task2, v86 } from './protected-words';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
import { user } from './words';

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
