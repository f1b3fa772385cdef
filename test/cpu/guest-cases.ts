/** Exceptions, INT n and injected events of guests: what is intercepted, what #VMEXIT says, what the guest sees. */
import { dr6, exc, guest, insn, legacy, nested, real, shadow } from './guest-words';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';

export const GUEST_CASES: readonly Case[] = [
  c('vmmcall', '=00000081 00000000 00000000 00000bad', guest('', 'nop')),
  c('ud intercepted', '=00000046 00000000 00000000 0000001d 00000000 00000bad', guest(exc(6), 'ud2')),
  c(
    'ud not intercepted',
    '?06 ffffffff 0018 00000016 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('', 'ud2'),
  ),
  c(
    'gp intercepted',
    '=0000004d 00001000 00000000 00000022 00000000 00000bad',
    guest(exc(13), 'mov eax, 0x1000\nmov ds, eax'),
  ),
  c(
    'pf intercepted',
    '=0000004e 00000002 00300123 00000022 00000000 00000bad 0f 01239889',
    guest(exc(14), 'mov eax, 0x300000\nmov [rax+0x123], ebx') + insn,
    {
      writes: '=0000004e 00000002 00300123 00000022 00000000 00000bad 00 00000000',
      because: 'decode assists store the instruction’s bytes (§15.8.4)',
    },
  ),
  c(
    'pf not intercepted',
    '?0e 00000002 0018 0000001b 00000000 00009e00 0010 =00000081 00000000 00000000 00300123',
    guest('', 'mov eax, 0x300000\nmov [rax+0x123], ebx'),
  ),
  c(
    'pf exec intercepted',
    '=0000004e 00000010 0030046d 0021001d 00000000 00000bad 00 00000000',
    guest(exc(14), 'mov eax, $g + 0x210000\njmp rax') + insn,
  ),
  c('de intercepted', '=00000040 00000000 00000000 0000001f 00000000 00000bad', guest(exc(0), 'xor ecx, ecx\ndiv ecx')),
  c('int3 intercepted', '=00000043 00000000 00000000 0000001d 0000001e 00000bad', guest(exc(3), 'int3'), {
    writes: '?03 ffffffff 0018 0000001e 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    because: 'INT3 is tested against the intercept of #BP (§15.12.4)',
  }),
  c(
    'int3 not intercepted',
    '?03 ffffffff 0018 00000017 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('', 'int3'),
  ),
  c(
    'int 3 as INT n',
    '?03 ffffffff 0018 0000001f 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest(exc(3), 'int 3').replace('int 3\n', 'db 0xcd, 3\n'),
  ),
  c(
    'intn intercepted',
    '=00000075 00000031 00000000 0000001d 0000001f 00000bad',
    guest('mov dword [rdi+0xc], 1<<21', 'int 0x31'),
    {
      writes: '=00000075 00000000 00000000 0000001d 00000000 00000bad',
      because: 'decode assists give the vector (§15.8.2), and nRIP is stored (§15.7.1)',
    },
  ),
  c(
    'intn not intercepted',
    '?31 ffffffff 0018 00000018 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('', 'int 0x31'),
  ),
  c(
    'icebp intercepted',
    '=00000088 00000000 00000000 0000001d 0000001e 00000bad',
    guest('or dword [rdi+0x10], 1<<8', 'db 0xf1'),
    {
      writes: '?06 ffffffff 0018 0000001d 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
      because: 'INT1 has an intercept (§15.9)',
    },
  ),
  c(
    'icebp',
    '?01 ffffffff 0018 00000017 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('', 'db 0xf1'),
    {
      writes: '?06 ffffffff 0018 00000016 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
      because: 'INT1 exists and is a trap (volume 3, INT1)',
    },
  ),
  c(
    'icebp under db',
    '?01 ffffffff 0018 0000001e 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad ffff0ff0 00000400',
    guest(exc(1), 'db 0xf1') + dr6,
    {
      writes:
        '?06 ffffffff 0018 0000001d 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad ffff0ff0 00000400',
      because: 'INT1 exists and is a trap (volume 3, INT1)',
    },
  ),
  c(
    'iret intercepted',
    '=00000074 00000000 00000000 0000001d 0000001f 00000bad',
    guest('mov dword [rdi+0xc], 1<<20', 'iretq'),
    { writes: '=00000074 00000000 00000000 0000001d 00000000 00000bad', because: 'nRIP is stored (§15.7.1)' },
  ),
  c(
    'db intercepted',
    '=00000041 00000000 00000000 00000024 00000000 00000bad ffff4ff0 00000400',
    guest(exc(1), 'push qword 0x102\npopfq\nnop\nnop') + dr6,
  ),
  c(
    'breakpoint of the vmcb, intercepted',
    '=00000041 00000000 00000000 0000003a 00000000 00000bad ffff0ff1 000d0402',
    guest(`${exc(1)}mov eax, SPOT\nmov dr0, rax\nmov dword [rdi+0x560], 0xd0402\n`, 'mov dword [SPOT], 5\nnop\nnop') +
      dr6,
    {
      writes: '=00000081 00000000 00000000 00000bad ffff0ff0 000d0402',
      because: 'VMRUN loads DR7, and with it the breakpoints it enables (§15.5.1)',
    },
  ),
  c(
    'breakpoint of the vmcb, on an instruction, intercepted',
    '=00000041 00000000 00000000 00000032 00000000 00000bad ffff0ff1 00000402',
    guest(`${exc(1)}lea rax, [rel $x]\nmov dr0, rax\nmov dword [rdi+0x560], 0x402\n`, 'nop\n$x:\nnop\nnop') + dr6,
    {
      writes: '=00000081 00000000 00000000 00000bad ffff0ff0 00000402',
      because: 'VMRUN loads DR7, and with it the breakpoints it enables (§15.5.1)',
    },
  ),
  c(
    'breakpoint of the host, which a guest does not meet',
    '=00000081 00000000 00000000 00000bad ffff0ff0 00000400 00000400',
    guest('mov eax, SPOT\nmov dr0, rax\nmov eax, 0xd0402\nmov dr7, rax\n', 'mov dword [SPOT], 5') +
      `${dr6}mov rax, dr7\ncall hex8\nxor eax, eax\nmov dr7, rax`,
    {
      writes: '=00000081 00000000 00000000 00000bad ffff0ff0 00000400 000d0402',
      because: '#VMEXIT puts DR7 back to 400h (§15.6)',
    },
  ),
  c(
    'db not intercepted',
    '?01 ffffffff 0018 0000001d 00000100 00009e00 0010 =00000081 00000000 00000000 00000bad ffff4ff0 00000400',
    guest('', 'push qword 0x102\npopfq\nnop\nnop') + dr6,
  ),
  c(
    'pf under ud',
    '=0000004e 00000000 00300060 80000306 00000000 00000027 00000000 00000bad',
    guest(exc(14) + 'mov dword [rdi+0x488], 0x300000\n', 'ud2'),
  ),
  c(
    'pf under gp',
    '=0000004e 00000000 003000d0 80000b0d 00001230 0000002c 00000000 00000bad',
    guest(exc(14) + 'mov dword [rdi+0x488], 0x300000\n', 'mov eax, 0x1230\nmov ds, eax'),
  ),
  c(
    'pf under int n',
    '=0000004e 00000000 00300310 80000431 00000000 00000027 00000000 00000bad',
    guest(exc(14) + 'mov dword [rdi+0x488], 0x300000\n', 'int 0x31'),
  ),
  c(
    'pf under int3',
    '=0000004e 00000000 00300030 80000303 00000000 00000027 00000000 00000bad',
    guest(exc(14) + 'mov dword [rdi+0x488], 0x300000\n', 'int3'),
    {
      writes: '=0000004e 00000000 00300030 80000403 00000000 00000027 00000000 00000bad',
      because: 'INT3 is an exception in EXITINTINFO (§15.7.2)',
    },
  ),
  c(
    'df intercepted',
    '=00000048 00000000 00000000 80000b0e 00000000 0000002c 00000000 003000e0',
    guest(exc(8) + 'mov dword [rdi+0x488], 0x300000\n', 'mov eax, 0x1230\nmov ds, eax'),
    {
      writes: '=0000007f 00000000 00000000 80000b0d 00001230 0000002c 00000000 00300080',
      because: 'a page fault during a page fault is #DF, whose intercept is tested (§8.2.9, §15.12.9)',
    },
  ),
  c(
    'gp under ud',
    '=0000004d 00000011 00000000 80000306 00000000 00000027 00000000 00000bad',
    guest(exc(13), 'mov word [GIDT+6*16+2], DATA32\nud2'),
    {
      writes: '=0000004d 00000010 00000000 80000306 00000000 00000027 00000000 00000bad',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  ),
  c(
    'df from gp gp',
    '=00000048 00000000 00000000 80000b0d 00001230 0000002c 00000000 00000bad',
    guest(exc(8), 'mov word [GIDT+13*16+2], DATA32\nmov eax, 0x1230\nmov ds, eax'),
    {
      writes: '?08 00000000 0018 0000002c 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
      because: 'the intercept of #DF is tested (§15.12.9)',
    },
  ),
  c(
    'gp twice, intercepted',
    '=0000004d 00001230 00000000 0000002c 00000000 00000bad',
    guest(exc(13), 'mov word [GIDT+13*16+2], DATA32\nmov eax, 0x1230\nmov ds, eax'),
  ),
  c(
    'shutdown',
    '=0000007f 00000000 00000000 80000b08 00000000 00000027 00000000 00000bad',
    guest('mov dword [rdi+0xc], 1<<31\nmov dword [rdi+0x484], 0\n', 'ud2'),
    {
      writes: '=0000007f 00000000 00000000 80000306 00000000 00000027 00000000 00000bad',
      because: 'EXITINTINFO is undefined (§15.14.3)',
    },
  ),
  c(
    'inject ud',
    '?06 ffffffff 0018 00000020 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('mov dword [rdi+0xa8], 0x80000306\n', 'nop'),
  ),
  c(
    'inject gp',
    '?0d 00001234 0018 0000002a 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('mov dword [rdi+0xa8], 0x80000b0d\nmov dword [rdi+0xac], 0x1234\n', 'nop'),
  ),
  c(
    'inject pf',
    '?0e 00000006 0018 00000034 00000000 00009e00 0010 =00000081 00000000 00000000 00000777',
    guest('mov dword [rdi+0xa8], 0x80000b0e\nmov dword [rdi+0xac], 6\nmov dword [rdi+0x640], 0x777\n', 'nop'),
  ),
  c(
    'inject intr',
    '?20 ffffffff 0018 00000020 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('mov dword [rdi+0xa8], 0x80000020\n', 'nop'),
  ),
  c(
    'inject nmi',
    '?02 ffffffff 0018 00000020 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('mov dword [rdi+0xa8], 0x80000277\n', 'nop'),
  ),
  c(
    'inject int n',
    '?30 ffffffff 0018 0000002c 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('mov dword [rdi+0xa8], 0x80000430\nmov dword [rdi+0xc8], $g+2\n', 'int 0x30'),
    {
      writes: '?30 ffffffff 0018 0000002a 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
      because: 'the return address is nRIP (§15.20)',
    },
  ),
  c(
    'inject int3',
    '?03 ffffffff 0018 0000002b 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('mov dword [rdi+0xa8], 0x80000303\nmov dword [rdi+0xc8], $g+1\n', 'int3'),
    {
      writes: '?03 ffffffff 0018 0000002a 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
      because: 'the return address is nRIP (§15.20)',
    },
  ),
  c(
    'inject intercepted vector',
    '?06 ffffffff 0018 00000027 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest(exc(6) + 'mov dword [rdi+0xa8], 0x80000306\n', 'nop'),
  ),
  c(
    'inject, pf on the way',
    '=0000004e 00000000 003000d0 80000b0d 00001234 0000003b 00000000 00000bad',
    guest(
      exc(14) + 'mov dword [rdi+0xa8], 0x80000b0d\nmov dword [rdi+0xac], 0x1234\nmov dword [rdi+0x488], 0x300000\n',
      'nop',
    ),
  ),
  c(
    'inject intr, pf on the way',
    '=0000004e 00000000 00300200 80000020 00000000 00000031 00000000 00000bad',
    guest(exc(14) + 'mov dword [rdi+0xa8], 0x80000020\nmov dword [rdi+0x488], 0x300000\n', 'nop'),
  ),
  c(
    'inject user to dpl0',
    '?0d 00000182 0033 00000050 00000000 00009e00 0000 =00000081 00000000 00000000 00000bad',
    guest(
      'and dword [GIDT+0x30*16+4], ~0x6000\nmov dword [rdi+0x410], 0x0afb0033\nmov dword [rdi+0x420], 0x0cf3002b\nmov byte [rdi+0x4cb], 3\nmov dword [rdi+0xa8], 0x80000430\nmov dword [rdi+0xc8], $g\n',
      'nop',
    ),
    {
      writes: '?0d 00000302 0033 00000050 00000000 00009e00 0000 =00000081 00000000 00000000 00000bad',
      because: 'the index in the error code is the vector (§8.4.1)',
    },
  ),
  c(
    'inject user intr',
    '?30 ffffffff 0033 00000046 00000000 00009e00 0000 =00000081 00000000 00000000 00000bad',
    guest(
      'and dword [GIDT+0x30*16+4], ~0x6000\nmov dword [rdi+0x410], 0x0afb0033\nmov dword [rdi+0x420], 0x0cf3002b\nmov byte [rdi+0x4cb], 3\nmov dword [rdi+0xa8], 0x80000030\n',
      'nop',
    ),
  ),
  c(
    'inject df',
    '?08 00000000 0018 00000020 00000000 00009e00 0010 =00000081 00000000 00000000 00000bad',
    guest('mov dword [rdi+0xa8], 0x80000b08\n', 'nop'),
  ),
  c(
    'npf data',
    '=00000400 00000006 00180008 00000084 00000000 00000bad 0f 0f084089 00000001',
    guest(
      nested,
      'mov dword [TABLES+0x3000+0x180*8], 0x180007\nmov dword [NESTED+0x3000+0x180*8], 0\nmov eax, 0x180000\nmov [rax+8], eax',
    ) +
      insn +
      'mov eax, [VMCB+0x7c]\ncall hex8',
    {
      writes: '=00000400 00000006 00180008 00000084 00000000 00000bad 00 00000000 00000001',
      because: 'decode assists store the instruction’s bytes (§15.8.4)',
    },
  ),
  c(
    'npf under ud',
    '=00000400 00000004 00003060 80000306 00000000 00000074 00000000 00000bad 00000001',
    guest(nested + 'mov dword [NESTED+0x3000+3*8], 0\n', 'ud2') + 'mov eax, [VMCB+0x7c]\ncall hex8',
  ),
  c(
    'npf under int n',
    '=00000400 00000004 00003310 80000431 00000000 00000074 00000000 00000bad 00000001',
    guest(nested + 'mov dword [NESTED+0x3000+3*8], 0\n', 'int 0x31') + 'mov eax, [VMCB+0x7c]\ncall hex8',
  ),
  c(
    'npf under injection',
    '=00000400 00000004 000030d0 80000b0d 00001234 00000088 00000000 00000bad 00000001',
    guest(
      nested + 'mov dword [NESTED+0x3000+3*8], 0\nmov dword [rdi+0xa8], 0x80000b0d\nmov dword [rdi+0xac], 0x1234\n',
      'nop',
    ) + 'mov eax, [VMCB+0x7c]\ncall hex8',
  ),
  c(
    'npf on stack push',
    '=00000400 00000006 00009df8 80000306 00000000 00000074 00000000 00000bad 00000001',
    guest(nested + 'mov dword [NESTED+0x3000+9*8], 0\n', 'ud2') + 'mov eax, [VMCB+0x7c]\ncall hex8',
  ),
  c(
    'ldtr read',
    '=00000068 00000000 00000000 0000001d 00000020 00000bad',
    guest('mov dword [rdi+0xc], 1<<8\n', 'sldt eax'),
    { writes: '=00000068 00000000 00000000 0000001d 00000000 00000bad', because: 'nRIP is stored (§15.7.1)' },
  ),
  c(
    'tr write',
    '=0000006d 00000000 00000000 00000022 00000025 00000bad',
    guest('mov dword [rdi+0xc], 1<<13\n', 'mov eax, TASK2\nltr ax'),
    { writes: '=0000006d 00000000 00000000 00000022 00000000 00000bad', because: 'nRIP is stored (§15.7.1)' },
  ),
  c(
    'vmmcall again',
    'a=00000081 00000000 00000000 00000bad b=00000081 00000000 00000000 00000bad',
    guest('', 'put 97\nvmmcall\nput 98') + 'add qword [VMCB+0x578], 3\ncall vm_again',
  ),
  c(
    '32-bit guest',
    '=0000004d 00001230 00000000 0000004a 00000000 00000bad',
    guest(`${legacy}mov dword [rdi+8], 1<<13`, '\nbits 32\nmov eax, 0x1230\nmov ds, eax\nbits 64\n'),
  ),
  c(
    'shadow after sti',
    '=00000078 00000000 00000000 0000001e 0000001f 00000bad 01 0200',
    guest('mov dword [rdi+0xc], 1<<24', 'sti\nhlt') + shadow,
    { writes: '=00000078 00000000 00000000 0000001e 00000000 00000bad 01 0200', because: 'nRIP is stored (§15.7.1)' },
  ),
  c(
    'shadow over',
    '=00000078 00000000 00000000 0000001f 00000020 00000bad 00 0200',
    guest('mov dword [rdi+0xc], 1<<24', 'sti\nnop\nhlt') + shadow,
    { writes: '=00000078 00000000 00000000 0000001f 00000000 00000bad 00 0200', because: 'nRIP is stored (§15.7.1)' },
  ),
  c('shadow at vmmcall', '=00000081 00000000 00000000 00000bad 01 0200', guest('', 'sti') + shadow),
  c(
    'shadow of mov ss',
    '=00000078 00000000 00000000 00000021 00000022 00000bad 01 0000',
    guest('mov dword [rdi+0xc], 1<<24', 'mov eax, ss\nmov ss, eax\nhlt') + shadow,
    { writes: '=00000078 00000000 00000000 00000021 00000000 00000bad 01 0000', because: 'nRIP is stored (§15.7.1)' },
  ),
  c(
    'shadow at pf',
    '=0000004e 00000002 00300000 00000023 00000000 00000bad 01 0200',
    guest(exc(14), 'mov eax, 0x300000\nsti\nmov [rax], eax') + shadow,
  ),
  c(
    'shadow at ud',
    '?06 ffffffff 0018 00000017 00000200 00009e00 0010 =00000081 00000000 00000000 00000bad 00 0000',
    guest('', 'sti\nud2') + shadow,
  ),
  c(
    'shadow loaded',
    '=00000064 00000000 00000000 0000003d 00000000 00000bad 00 0200',
    guest(
      'mov dword [rdi+0x68], 1\nmov dword [rdi+0x570], 0x202\nmov dword [rdi+0x60], 0x000f0100\nmov dword [rdi+0x64], 0x20\nmov dword [rdi+0xc], 1<<4',
      'nop\nnop',
    ) + shadow,
    {
      writes: '=00000064 00000000 00000000 0000003c 00000000 00000bad 00 0200',
      because: 'an interrupt shadow holds off virtual interrupts, too (§15.21.5)',
    },
  ),
  c(
    'virtual interrupt',
    '?20 ffffffff 0018 0000002e 00000200 00009e00 0010 =00000081 00000000 00000000 00000bad 00 0000 000f0000',
    guest('mov dword [rdi+0x570], 0x202\nmov dword [rdi+0x60], 0x000f0100\nmov dword [rdi+0x64], 0x20\n', 'nop\nnop') +
      shadow +
      '\nmov eax, [VMCB+0x60]\ncall hex8',
  ),
  c(
    'virtual interrupt after sti',
    '?20 ffffffff 0018 00000026 00000200 00009e00 0010 =00000081 00000000 00000000 00000bad 00 0000',
    guest('mov dword [rdi+0x60], 0x000f0100\nmov dword [rdi+0x64], 0x20\n', 'sti\nnop\nnop') + shadow,
  ),
  c(
    'virtual interrupt held by tpr',
    '=00000081 00000000 00000000 00000bad 00 0200 0003010f',
    guest('mov dword [rdi+0x570], 0x202\nmov dword [rdi+0x60], 0x0003010f\nmov dword [rdi+0x64], 0x20\n', 'nop\nnop') +
      shadow +
      '\nmov eax, [VMCB+0x60]\ncall hex8',
  ),
  c(
    'real int',
    '=00000081 00000000 00000000 00000bad 00e5 f000 0002 0efa f000 000f0000 0000ffff',
    real('', 'int 0x31'),
  ),
  c('real ud', '=00000081 00000000 00000000 00000bad 00e3 f000 0002 0efa f000 000f0000 0000ffff', real('', 'ud2')),
  c(
    'real inject intr',
    '=00000081 00000000 00000000 00000bad 00ed f000 0002 0efa f000 000f0000 0000ffff',
    real('mov dword [rdi+0xa8], 0x80000031', 'nop'),
  ),
  c(
    'real inject gp',
    '=00000081 00000000 00000000 00000bad 00f7 f000 0002 0efa f000 000f0000 0000ffff',
    real('mov dword [rdi+0xa8], 0x80000b0d\nmov dword [rdi+0xac], 0x1234', 'nop'),
  ),
  c(
    'real gp intercepted',
    '=0000004d 00000000 00000000 000000ed 00000000 00000bad ff4f f000 0002 0f00 f000 000f0000 0000ffff',
    real('mov dword [rdi+8], 1<<13\n', 'mov bx, 0xffff\nmov ax, [bx]'),
    {
      writes: '=00000081 00000000 00000000 00000bad ff4f f000 0002 0f00 f000 000f0000 0000ffff',
      because: 'limits are checked in real mode (§4.5.2)',
    },
  ),
  c(
    'real ivt limit',
    '=0000004d 00000000 00000000 80000431 00000000 000000f4 00000000 00000bad fdb0 f000 0002 0f00 f000 000f0000 0000ffff',
    real('mov dword [rdi+8], 1<<13\nmov dword [rdi+0x484], 0x20', 'int 0x31'),
    {
      writes:
        '=0000004d 0000018a 00000000 80000431 00000000 000000f4 00000000 00000bad fdb0 f000 0002 0f00 f000 000f0000 0000ffff',
      because: 'in real mode #GP has no error code (§8.6.1)',
    },
  ),
  c(
    'rf of a fault',
    '00010000 =00000081 00000000 00000000 00000bad',
    guest(
      'mov dword [GIDT+6*16], (CODE64<<16)|(($h - image) & 0xffff)',
      'ud2\n$h: mov eax, [rsp+16]\nand eax, 0x10000\ncall hex8',
    ),
    { writes: '00000000 =00000081 00000000 00000000 00000bad', because: 'RF is 1 in the flags a fault saves (§3.1.6)' },
  ),
  c(
    'rf of an injected fault',
    '00000000 =00000081 00000000 00000000 00000bad',
    guest(
      'mov dword [rdi+0xa8], 0x80000306\nmov dword [GIDT+6*16], (CODE64<<16)|(($h - image) & 0xffff)',
      'nop\n$h: mov eax, [rsp+16]\nand eax, 0x10000\ncall hex8',
    ),
  ),
  c(
    'rf of an injected fault, set in the VMCB',
    '00010000 =00000081 00000000 00000000 00000bad',
    guest(
      'or dword [rdi+0x570], 0x10000\nmov dword [rdi+0xa8], 0x80000306\nmov dword [GIDT+6*16], (CODE64<<16)|(($h - image) & 0xffff)',
      'nop\n$h: mov eax, [rsp+16]\nand eax, 0x10000\ncall hex8',
    ),
  ),
  c(
    'virtual-8086 guest',
    '=00000075 00000031 00000000 fff10070 fff10072 00000bad 00f3f000 00f35678 0000ffff 00056780 03',
    guest(
      `${legacy}mov dword [rdi+0xc], 1<<21`,
      'bits 32\npush dword 0\npush dword 0x1234\npush dword 0x5678\npush dword 0x2000\npush dword 0x0900\npush dword 0x0ff0\npush dword 0x23002\npush dword 0xf000\npush dword $v - image\niretd\nbits 16\n$v: int 0x31\nbits 64\n',
    ) +
      'mov eax, [VMCB+0x410]\ncall hex8\nmov eax, [VMCB+0x430]\ncall hex8\nmov eax, [VMCB+0x434]\ncall hex8\nmov eax, [VMCB+0x438]\ncall hex8\nmovzx eax, byte [VMCB+0x4cb]\ncall hex2',
    {
      writes: '=00000075 00000000 00000000 fff10070 00000000 00000bad 00f3f000 00f35678 0000ffff 00056780 03',
      because: 'decode assists give the vector (§15.8.2), and nRIP is stored (§15.7.1)',
    },
  ),
];
