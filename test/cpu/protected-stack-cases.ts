/** Stacks of 16 bits in 32-bit code, and 16-bit task-state segments. */
import { gate } from './protected-words';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
import { user } from './words';

const small = 'mov eax, DATA16\nmov ss, eax\nmov esp, 0x12348000\n';
const back = '\nmov eax, DATA32\nmov ss, eax\nmov esp, STACK0\n';
export const STACK_CASES: readonly Case[] = [
  c(
    'push on a 16-bit stack',
    '12347ff8 11223344 00000010',
    small +
      'push dword 0x11223344\npush ds\nmov ebx, esp' +
      back +
      'mov ecx, [0x7ffc]\nmov edx, [0x7ff8]\nmov eax, ebx\ncall hex8\nmov eax, ecx\ncall hex8\nmov eax, edx\ncall hex8',
  ),
  c(
    'int on a 16-bit stack',
    '12347ff4 00000008',
    'mov dword [IDT+0x41*8], (CODE32 << 16) | (($h - image) & 0xffff)\n' +
      small +
      'int 0x41\n$h: mov ebx, esp' +
      back +
      'mov ecx, [0x7ff8]\nmov eax, ebx\ncall hex8\nmov eax, ecx\ncall hex8',
  ),
  c(
    'iret on a 16-bit stack',
    '12348000',
    small +
      'push dword 2\npush dword CODE32\npush dword $x\niretd\n$x: mov ebx, esp' +
      back +
      'mov eax, ebx\ncall hex8',
  ),
  c(
    'call and retf on a 16-bit stack',
    '12347ff8 12348000',
    small +
      'call CODE32:$x\n$x: mov ebx, esp\nadd word [ss:bx], $y - $x\nretf\n$y: mov ecx, esp' +
      back +
      'mov eax, ebx\ncall hex8\nmov eax, ecx\ncall hex8',
  ),
  c(
    'enter on a 16-bit stack',
    '12347ff4 12347ffc',
    small +
      'mov ebp, 0x5678\nenter 8, 0\nmov ebx, esp\nmov ecx, ebp' +
      back +
      'mov eax, ebx\ncall hex8\nmov eax, ecx\ncall hex8',
  ),
  c(
    'pop ss narrows',
    '00008000',
    'push dword DATA16\nmov ebx, esp\npop ss\nmov ecx, esp' + back + 'mov eax, ecx\ncall hex8',
  ),
  c(
    'wrap of a 16-bit stack',
    '1234fffc 55667788',
    'mov eax, DATA16\nmov ss, eax\nmov esp, 0x12340004\npush ds\npush dword 0x55667788\nmov ebx, esp' +
      back +
      'mov eax, ebx\ncall hex8\nmov eax, [0xfffc]\ncall hex8',
  ),
  c(
    'iret outer to a 16-bit stack',
    '00009000',
    'mov dword [GDT+DATA16], 0x0000ffff\nmov dword [GDT+DATA16+4], 0xf300\npush dword DATA16+3\npush dword 0x12349000\npush dword 0x3002\npush dword USER32\npush dword $x\nmov esp, esp\niretd\n$x: mov eax, esp\ncall hex8\nint 0x40',
  ),
  c(
    'retf outer to a 16-bit stack',
    '00009004',
    'push dword 0x3002\npopfd\nmov dword [GDT+DATA16], 0x0000ffff\nmov dword [GDT+DATA16+4], 0xf300\npush dword DATA16+3\npush dword 0x12349000\npush eax\npush dword USER32\npush dword $x\nretf 4\n$x: mov eax, esp\ncall hex8\nint 0x40',
  ),
  c(
    'inner stack of 16 bits',
    '00005664',
    'mov dword [TSS+12], 0x5678\nmov dword [TSS+16], DATA16+1\nmov dword [GDT+DATA16], 0x0000ffff\nmov dword [GDT+DATA16+4], 0xb300\nmov dword [IDT+0x41*8], (CODE1<<16) | (($h - image) & 0xffff)\n' +
      user('int 0x41') +
      '\n$h: mov eax, esp\nmov ebx, eax\nmov eax, DATA1\nmov ss, eax\nmov esp, STACK1\nmov eax, ebx\ncall hex8\nint 0x40',
  ),
  c(
    'call gate to 16-bit stack with parameters',
    '0000565c 00000003 00000001',
    gate('CODE1', '$h', '0xec00', '3') +
      'mov dword [TSS+12], 0x5678\nmov dword [TSS+16], DATA16+1\nmov dword [GDT+DATA16], 0x0000ffff\nmov dword [GDT+DATA16+4], 0xb300\n' +
      user('push dword 1\npush dword 2\npush dword 3\ncall GATE+3:0') +
      '\n$h: mov eax, esp\nmov ebx, eax\nmov eax, DATA1\nmov ss, eax\nmov esp, STACK1\nmov eax, ebx\ncall hex8\nmov eax, [ss:0x5678-28+8]\ncall hex8\nmov eax, [ss:0x5678-28+16]\ncall hex8\nint 0x40',
  ),
  c(
    '16-bit TSS for an inner stack',
    '000087ec 00a9 !41 ffffffff 00a1 0000005e 00003000 0010 00007dec 00a9 000087ec',
    'mov word [TSS3+6], STACK1\nmov word [TSS3+8], DATA1\nmov word [TSS3+2], STACK0-0x200\nmov word [TSS3+4], DATA32\nmov eax, TASK3\nltr ax\nmov dword [IDT+0x42*8], (CODE1<<16) | (($h - image) & 0xffff)\nmov dword [IDT+0x42*8+4], (ROM & 0xffff0000) | 0xee00\n' +
      user('int 0x42') +
      '\n$h: mov eax, esp\ncall hex8\nmov eax, ss\ncall hex4\nint 0x41',
  ),
  c(
    '16-bit TSS too short',
    '!0a 000000d0 0023 00000041 00003000 0010 00007dec 002b 00009000',
    'mov word [GDT+TASK3], 7\nmov eax, TASK3\nltr ax\nmov dword [IDT+0x42*8], (CODE1<<16) | (($h - image) & 0xffff)\nmov dword [IDT+0x42*8+4], (ROM & 0xffff0000) | 0xee00\nmov word [TSS3+2], STACK0-0x200\nmov word [TSS3+4], DATA32\n' +
      user('int 0x42') +
      '\n$h: int 0x40',
  ),
];
