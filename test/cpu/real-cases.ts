/** Interrupts, far transfers and segments of real mode. */
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
export const REAL_CASES: readonly Case[] = [
  c('ud', '!06 f000 0000 0046 0000 7ffa', 'ud2'),
  c('vex', '!06 f000 0000 0046 0000 7ffa', 'andn eax, ecx, edx'),
  c('vex with pdep', '!06 f000 0000 0046 0000 7ffa', 'pdep eax, ecx, edx'),
  c('int', '!41 f000 0006 3302 0000 7ffa', 'push word 0x3302\npopf\nint 0x41'),
  c(
    'int clears',
    '4400',
    'mov word [0x41*4], $h - image\npush word 0x4702\npopf\nint 0x41\n$h: pushf\npop ax\nand ax, 0xf700\ncall hex4',
  ),
  c('int3', '!03 f000 0001 0046 0000 7ffa', 'int3'),
  c('into', '!04 f000 0009 0896 0000 7ffa', 'mov eax, 0x7fffffff\ninc eax\ninto'),
  c('into no', 'n', 'into\nput 110'),
  c('int1', '!01 f000 0001 0046 0000 7ffa', 'db 0xf1', {
    writes: '!06 f000 0000 0046 0000 7ffa',
    because: 'INT1 exists and is a trap (volume 3, INT1)',
  }),
  c(
    'iret',
    '4200 8000',
    'push word 0x4202\npush word 0xf000\npush word $x - image\niret\n$x: pushf\npop ax\nand ax, 0xff00\ncli\ncall hex4\nmov ax, sp\ncall hex4',
  ),
  c(
    'iretd',
    '00247000 8000',
    'push dword 0x247000\npush dword 0xf000\npush dword $x - image\niretd\n$x: pushfd\npop eax\nand eax, 0xffffff00\ncall hex8\nmov ax, sp\ncall hex4',
  ),

  c('jmp far', 'mf000', 'jmp 0xf000:$x - image\n$x: put 109\nmov ax, cs\ncall hex4'),
  c('jmp far other cs', 'f010', 'jmp 0xf010:$x - image - 0x100\n$x: mov ax, cs\ncall hex4\njmp 0xf000:$y - image\n$y:'),
  c('jmp far mem', 'm', 'mov word [0x5100], $x - image\nmov word [0x5102], 0xf000\njmp far [0x5100]\n$x: put 109'),
  c('jmp far 32', 'm', 'mov dword [0x5100], $x - image\nmov word [0x5104], 0xf000\no32 jmp far [0x5100]\n$x: put 109'),

  c(
    'call far',
    '7ffc 0005 r',
    'call 0xf000:$x - image\nput 114\njmp $e\n$x: mov ax, sp\ncall hex4\npop ax\npush ax\nsub ax, [START]\ncall hex4\nretf\n$e:',
  ),
  c(
    'call far 32',
    '7ff8 0000f000',
    'mov dword [0x5100], $x - image\nmov word [0x5104], 0xf000\nmov dword [esp-4], -1\no32 call far [0x5100]\n$x: mov ax, sp\ncall hex4\nmov eax, [esp+4]\ncall hex8',
  ),
  c('retf n', '8000', 'push ax\npush ax\npush word 0xf000\npush word $x - image\nretf 4\n$x: mov ax, sp\ncall hex4'),
  c(
    'segments',
    '4321 0510',
    'mov ax, 0x510\nmov es, ax\nmov word [es:0], 0x4321\nmov ax, [0x5100]\ncall hex4\nmov ax, es\ncall hex4',
  ),
  c(
    'les',
    '1234 0510',
    'mov word [0x5100], 0x1234\nmov word [0x5102], 0x510\nles bx, [0x5100]\nmov ax, bx\ncall hex4\nmov ax, es\ncall hex4',
  ),
  c(
    'push pop seg',
    '0077 8000 0077',
    'push word 0x77\npop fs\nmov ax, fs\ncall hex4\nmov ax, sp\ncall hex4\npush fs\npop ax\ncall hex4',
  ),
  c(
    'push seg 32',
    '00000000 7ffc',
    'mov dword [esp-4], -1\no32 push fs\nmov eax, [esp]\ncall hex8\nmov ax, sp\ncall hex4',
  ),
  c('lar', '!06 f000 0000 0046 0000 7ffa', 'lar ax, bx'),
  c('sldt', '!06 f000 0000 0046 0000 7ffa', 'sldt ax'),
  c('ltr', '!06 f000 0000 0046 0000 7ffa', 'ltr ax'),
  c('arpl', '!06 f000 0000 0046 0000 7ffa', 'arpl ax, bx'),
  c('verr', '!06 f000 0000 0046 0000 7ffa', 'verr ax'),
  c('sysenter', '!0d f000 0000 0046 0000 7ffa', 'sysenter'),
  c('sysexit', '!0d f000 0000 0046 0000 7ffa', 'sysexit'),
  c('syscall', '!06 f000 0000 0046 0000 7ffa', 'syscall'),
  c('sysret', '!06 f000 0000 0046 0000 7ffa', 'sysret', {
    writes: '!0d f000 0000 0046 0000 7ffa',
    because: 'SYSRET without EFER.SCE is #UD (volume 3, SYSRET)',
  }),
  c('sp wrap', 'fffe 1357', 'mov sp, 0\npush word 0x1357\nmov ax, sp\ncall hex4\nmov ax, [0xfffe]\ncall hex4'),
  c('int sp wrap', '!41 f000 0005 0046 0000 fffc', 'mov sp, 2\nint 0x41'),
  c(
    'enter',
    '7ff2 7ffe 0011 7ffe',
    'mov bp, 0x6000\nmov word [0x5ffe], 0x11\nenter 8, 2\nmov ax, sp\ncall hex4\nmov ax, bp\ncall hex4\nmov ax, [bp-2]\ncall hex4\nmov ax, [bp-4]\ncall hex4',
  ),
  c('trap', '!01 f000 0005 0102 0000 7ffa', 'push word 0x102\npopf\nnop\nnop'),
  c(
    'cs write',
    'm',
    'mov ax, 0x510\npush ax\nmov word [0x5100], 0x9090\nmov word [0x5102], 0xa12e\nmov dword [0x5104], 0x01ea0010\nmov dword [0x5108], 0\n' +
      'put 109',
  ),
  c(
    'unreal',
    '12345678 12345678',
    'mov eax, cr0\nor al, 1\nmov cr0, eax\nmov bx, DATA32\nmov fs, bx\nand al, 0xfe\nmov cr0, eax\nmov dword [fs:0x101000], 0x12345678\nmov eax, [fs:0x101000]\ncall hex8\nmov ax, 0x10\nmov fs, ax\nmov eax, [fs:0x101000-0x100]\ncall hex8',
  ),
  c(
    'protected and back',
    'f000 !41 f000 001e 0046 0000 7ffa',
    'mov eax, cr0\nor al, 1\nmov cr0, eax\njmp CODE16:$x - image\n$x: and al, 0xfe\nmov cr0, eax\njmp 0xf000:$y - image\n$y: mov ax, cs\ncall hex4\nint 0x41',
  ),
  c('cs can be written', 'w', 'mov [cs:0x10], ax\nput 119'),
  c(
    'and after protected mode, before a far jump',
    'w',
    'mov eax, cr0\nor al, 1\nmov cr0, eax\njmp CODE16:$x - image\n$x: mov bx, READONLY\nmov es, bx\nand al, 0xfe\nmov cr0, eax\nmov [cs:0x10], ax\nmov [es:0x5100], ax\nput 119\njmp 0xf000:$y - image\n$y:',
  ),
];
/** QEMU does not check limits. */
export const REAL_LIMIT_CASES: readonly Case[] = [
  c('iretd beyond', '!0d f000 000f 0046 0000 7fee', 'push dword 2\npush dword 0xf000\npush dword 0x10000\niretd'),
  c(
    'jmp far 32 beyond',
    '!0d f000 000f 0046 0000 7ffa',
    'mov dword [0x5100], 0x10000\nmov word [0x5104], 0xf000\no32 jmp far [0x5100]\n$x: put 109',
  ),
  c('limit', '!0d f000 0003 0046 0000 7ffa', 'mov bx, 0xffff\nmov ax, [bx]'),
  c('limit 32', '!0d f000 0006 0046 0000 7ffa', 'mov ebx, 0x10000\nmov ax, [ebx]'),
  c('stack limit', '!0c f000 0003 0046 0000 7ffa', 'mov bp, 0xffff\nmov ax, [bp]'),
  c('mov cs', '!06 f000 0000 0046 0000 7ffa', 'db 0x8e, 0xc8'),
  c(
    'idt limit',
    '!0d f000 0014 0046 0000 7ffa',
    'mov word [0x5100], 0x103\nmov dword [0x5102], 0\nlidt [0x5100]\nint 0x41',
  ),
];
