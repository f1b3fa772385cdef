/** Hardware task switches. */
import { task2 } from './protected-words';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
import { user } from './words';

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
export const TASK_CASES: readonly Case[] = [
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
  c(
    'task gate to an absent TSS',
    '!0b 000000b0 0008 0000001e 00000000 0010 00007ff4',
    'mov dword [GDT+TASKGATE], TASK2<<16\nmov dword [GDT+TASKGATE+4], 0x8500\nand dword [GDT+TASK2+4], ~0x8000\njmp TASKGATE:0',
  ),
  c(
    'task gate to a busy TSS',
    '!0d 00000038 0008 00000014 00000000 0010 00007ff4',
    'mov dword [GDT+TASKGATE], TASK<<16\nmov dword [GDT+TASKGATE+4], 0x8500\njmp TASKGATE:0',
  ),
  c(
    'task gate to no TSS',
    '!0d 00000010 0008 00000014 00000000 0010 00007ff4',
    'mov dword [GDT+TASKGATE], DATA32<<16\nmov dword [GDT+TASKGATE+4], 0x8500\njmp TASKGATE:0',
  ),
  c(
    'task gate to nothing',
    '!0d 00000000 0008 00000014 00000000 0010 00007ff4',
    'mov dword [GDT+TASKGATE], 0<<16\nmov dword [GDT+TASKGATE+4], 0x8500\njmp TASKGATE:0',
  ),
  c(
    'task gate into the LDT',
    '!0d 0000000c 0008 00000014 00000000 0010 00007ff4',
    'mov dword [GDT+TASKGATE], 0xc<<16\nmov dword [GDT+TASKGATE+4], 0x8500\njmp TASKGATE:0',
    {
      writes: '!0a 0000000c 0008 00000014 00000000 0010 00007ff4',
      because: 'TSS descriptors stand in the GDT only: #GP (volume 3, JMP)',
    },
  ),
  c(
    'task gate beyond the GDT',
    '!0d 00001000 0008 00000014 00000000 0010 00007ff4',
    'mov dword [GDT+TASKGATE], 0x1000<<16\nmov dword [GDT+TASKGATE+4], 0x8500\njmp TASKGATE:0',
  ),
  c(
    'absent task gate',
    '!0b 000000c0 0008 00000014 00000000 0010 00007ff4',
    'mov dword [GDT+TASKGATE], TASK2<<16\nmov dword [GDT+TASKGATE+4], 0x500\njmp TASKGATE:0',
  ),
  c(
    'interrupt to an absent TSS',
    '!0b 000000b0 0008 0000001e 00000000 0010 00007ff4',
    'mov dword [IDT+0x42*8], TASK2<<16\nmov dword [IDT+0x42*8+4], 0x8500\nand dword [GDT+TASK2+4], ~0x8000\nint 0x42',
  ),
  c(
    'interrupt to a busy TSS',
    '!0d 00000038 0008 00000014 00000000 0010 00007ff4',
    'mov dword [IDT+0x42*8], TASK<<16\nmov dword [IDT+0x42*8+4], 0x8500\nint 0x42',
  ),
  c(
    'interrupt to no TSS',
    '!0d 00000010 0008 00000014 00000000 0010 00007ff4',
    'mov dword [IDT+0x42*8], DATA32<<16\nmov dword [IDT+0x42*8+4], 0x8500\nint 0x42',
  ),
  c(
    'interrupt to a TSS too short',
    '!0a 000000b0 0008 0000001d 00000000 0010 00007ff4',
    'mov dword [IDT+0x42*8], TASK2<<16\nmov dword [IDT+0x42*8+4], 0x8500\nmov word [GDT+TASK2], 0x66\nint 0x42',
  ),
  c(
    'interrupt task of a user below its dpl',
    '!0d 00000212 0023 0000001e 00003000 0010 00007eec 002b 00009000',
    'mov dword [IDT+0x42*8], TASK2<<16\nmov dword [IDT+0x42*8+4], 0x8500\n' + user('int 0x42'),
  ),
  c(
    'fault to a busy TSS',
    '!0d 00000039 0008 00000014 00000000 0010 00007ff4',
    'mov dword [IDT+6*8], TASK<<16\nmov dword [IDT+6*8+4], 0x8500\nud2',
    {
      writes: '!0d 00000038 0008 00000014 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  ),
  c(
    'iret nt null link',
    '!0a 00000000 0008 00000010 00004000 0010 00007ff4',
    'mov dword [TSS], 0\npush dword 0x4002\npopfd\niretd',
  ),
  c(
    'iret nt link not present',
    '!0b 000000b0 0008 00000024 00004000 0010 00007ff4',
    'mov dword [TSS], TASK2\nor dword [GDT+TASK2+4], 0x200\nand dword [GDT+TASK2+4], ~0x8000\npush dword 0x4002\npopfd\niretd',
  ),
  c(
    'iret nt link into the LDT',
    '!0a 0000000c 0008 00000010 00004000 0010 00007ff4',
    'mov dword [TSS], 0xc\npush dword 0x4002\npopfd\niretd',
  ),
  c(
    'old TSS too short',
    '!0a 00000038 0008 0000009d 00000000 0010 00007ff4',
    task2('$x') + 'mov word [GDT+TASK], 0x5e\nand dword [GDT+TASK+4], ~0x200\nmov eax, TASK\nltr ax\njmp TASK2:0\n$x:',
    { writes: '', because: 'a TSS that cannot hold the task is #TS (§12.3.2)' },
  ),
  c(
    'task with an LDT',
    '0080 000c 0000ffff 00cf9300',
    'mov dword [LDT+8], 0xffff\nmov dword [LDT+12], 0xcf9200\n' +
      task2('$x', 'mov dword [TSS2+0x60], LOCAL\nmov dword [TSS2+0x48], 0xc') +
      'jmp TASK2:0\n$x: sldt eax\ncall hex4\nmov eax, es\ncall hex4\nmov eax, [es:GDT+8]\ncall hex8\nmov eax, [LDT+12]\ncall hex8',
    {
      writes: '0080 000c 0000ffff 00cf9200',
      because: 'a descriptor is marked accessed whenever its segment is loaded (§4.7.2)',
    },
  ),
  c(
    'upper halves through a 16-bit task',
    '77771212 66663434 0000',
    'mov eax, 0x77770000\nmov ebx, 0x66660000\nmov word [TSS3+0x10], 2\nmov word [TSS3+0x12], 0x1212\nmov word [TSS3+0x18], 0x3434\nmov word [TSS3+0xe], ($x - image) & 0xffff\nmov word [TSS3+0x1a], OTHER\nmov word [TSS3+0x22], DATA32\nmov word [TSS3+0x24], CODE16\nmov word [TSS3+0x26], DATA32\nmov word [TSS3+0x28], DATA32\nmov word [TSS3+0x2a], 0\njmp TASK3:0\nbits 16\n$x: jmp dword CODE32:$y\nbits 32\n$y: movzx esp, sp\ncall hex8\nmov eax, ebx\ncall hex8\nmov eax, fs\ncall hex4',
  ),
  c(
    'task in conforming code',
    '0058 00cf9f00 00cf9300 00cf9100',
    task2(
      '$x',
      'mov dword [TSS2+0x4c], CONFORMING\nmov dword [TSS2+0x58], READONLY\nand byte [GDT+READONLY+5], ~1\nand byte [GDT+CONFORMING+5], ~1\nand byte [GDT+DATA32+5], ~1',
    ) +
      'jmp TASK2:0\n$x: mov eax, cs\ncall hex4\nmov eax, [GDT+CONFORMING+4]\ncall hex8\nmov eax, [GDT+DATA32+4]\ncall hex8\nmov eax, [GDT+READONLY+4]\ncall hex8',
    {
      writes: '0058 00cf9e00 00cf9200 00cf9000',
      because: 'a descriptor is marked accessed whenever its segment is loaded (§4.7.2)',
    },
  ),
];
