/**
 * Where Bochs writes something else than the architecture has it. By group and case of program.test.ts, and why.
 */
export interface Deviation {
  /** What Bochs writes; missing where Bochs does not survive the case, which is then left out of its image. */
  readonly writes?: string;
  readonly because: string;
}

export const BOCHS_DEVIATIONS: Readonly<Record<string, Readonly<Record<string, Deviation>>>> = {
  'real mode': {
    vex: { writes: '', because: 'the VEX prefix is #UD in real mode (volume 3, ANDN)' },
    'vex with pdep': { writes: '', because: 'the VEX prefix is #UD in real mode (volume 3, PDEP)' },
    'push seg 32': {
      writes: 'ffff0000 7ffc',
      because: 'the whole operand is written, with zeros above the selector (volume 3, PUSH)',
    },
    'and after protected mode, before a far jump': {
      because: 'segment types are tested in protected mode only (§4.10); Bochs tests what the hidden part held',
    },
  },
  'protected mode': {
    'andn in 32-bit, w ignored': {
      writes: '!06 ffffffff 0008 0000000a 00000000 0010 00007ff4',
      because: 'W is ignored outside 64-bit mode (volume 3, ANDN)',
    },
    'push seg': {
      writes: 'ffff0010 00007ffc ffff0010',
      because: 'the whole operand is written, with zeros above the selector (volume 3, PUSH)',
    },
    'v86 vex': { writes: '', because: 'the VEX prefix is #UD in virtual-8086 mode (volume 3, ANDN)' },
    'task 16': {
      because:
        'Bochs fills the upper halves of the registers, of ESP too, with ones; a 16-bit TSS holds nothing for them (§12.2.4)',
    },
    'upper halves through a 16-bit task': {
      writes: 'ffff1212 ffff3434 0000',
      because: 'Bochs fills the upper halves with ones; a 16-bit TSS holds nothing for them (§12.2.4)',
    },
  },
  'long mode': {
    'sysret 64': {
      writes: '0033 002b 00247646',
      because: 'SYSRET gives SS the selector of STAR as it is (volume 3, SYSRET)',
    },
    'sysret 32': {
      writes: '!41 ffffffff 0023 0000001d 00000000 0000 00007ed8 002b 00008000',
      because: 'SYSRET gives SS the selector of STAR as it is (volume 3, SYSRET)',
    },
    sysenter: {
      writes: '!0d 00000000 0018 00000000 00000000 0010 00007fd8 0010 00008000',
      because: 'SYSENTER in long mode is #UD (volume 3, SYSENTER)',
    },
    sysexit: {
      writes: '!0d 00000000 0018 00000000 00000000 0010 00007fd8 0010 00008000',
      because: 'SYSEXIT in long mode is #UD (volume 3, SYSEXIT)',
    },
    'sysenter compat': {
      writes: '!0d 00000000 0023 0000000a 00003000 0000 00007ed8 002b 00009000',
      because: 'SYSENTER in long mode is #UD (volume 3, SYSENTER)',
    },
    'single step syscall': {
      writes: '!01 ffffffff 0018 0000003c 00000000 0020 00008fd8 0020 00009000',
      because: 'SFMASK has cleared TF before the trap would be taken (§6.1.1)',
    },
    'user rsp0 non-canonical': {
      writes: '!0c 00000028 0033 0000002b 00003000 0000 000098d8 002b 00009000',
      because: 'a stack pointer that is not canonical is #SS(0) (§8.9.3)',
    },
    iretd: { writes: '00007ff8 0010', because: 'in 64-bit mode IRET always pops SS and rSP (volume 3, IRET)' },
    iretw: { writes: '0010 00007ffc', because: 'in 64-bit mode IRET always pops SS and rSP (volume 3, IRET)' },
  },
  'protected mode: generated': {
    'interrupt: mov ss twice': {
      writes: '0005 00000200',
      because: 'Bochs ends the shadow with the second MOV SS in a row, which the manual does not say',
    },
    'RF: instruction after one that traps': {
      writes: '00000100 0017 0000 ffff4ff1',
      because:
        'the trap of the instruction before goes first; the breakpoint is met afterwards (§8.5). Others report both at once',
    },
    'RF: read by mov ss, then int': {
      writes: '00000000 0035 0000 ffff0ff0',
      because:
        'the trap of MOV SS’s own operand is held off until the next instruction is done (§8.5); Bochs drops it before INT n',
    },
  },
  'long mode: generated': {
    'ss of its stack in bp': {
      writes: '!0c 00000010 0018 00000013 00000000 0010 00007fd8 0010 00008000',
      because: 'a stack pointer that is not canonical is #SS(0), with EXT (§8.4.1)',
    },
    'ss of its stack in ud': {
      writes: '!0c 00000011 0018 00000013 00000000 0010 00007fd8 0010 00008000',
      because: 'a stack pointer that is not canonical is #SS(0), with EXT (§8.4.1)',
    },
    'ss of its stack in nm': {
      writes: '!0c 00000011 0018 0000001c 00000000 0010 00007fd8 0010 00008000',
      because: 'a stack pointer that is not canonical is #SS(0), with EXT (§8.4.1)',
    },
  },
  guests: {
    shutdown: { because: 'a third fault with the intercept of shutdown is #VMEXIT (§15.14.3); Bochs shuts down' },
    'virtual-8086 guest': {
      because: 'a guest has modes of its own (§15.5.1); Bochs compares its VM with the host’s long mode',
    },
    'pf intercepted': {
      writes: '=0000004e 00000002 00300123 00000022 00000028 00000000 00 00000000',
      because: 'decode assists store the instruction’s bytes (§15.8.4)',
    },
    'intn intercepted': {
      writes: '=00000075 00000000 00000000 0000001d 0000001f 00300123',
      because: 'decode assists give the vector (§15.8.2)',
    },
    'db intercepted': {
      writes: '=00000041 00000000 00000000 00000024 00000024 00300123 ffff0ff0 00000400',
      because: '#DB’s intercept is tested after DR6 has been set (§15.12.2)',
    },
    'breakpoint of the vmcb, intercepted': {
      writes: '=00000041 00000000 00000000 0000003a 0000003a 00300123 ffff0ff0 000d0402',
      because: '#DB’s intercept is tested after DR6 has been set (§15.12.2)',
    },
    'breakpoint of the vmcb, on an instruction, intercepted': {
      writes: '=00000041 00000000 00000000 00000032 00000032 00300123 ffff0ff0 00000402',
      because: '#DB’s intercept is tested after DR6 has been set (§15.12.2)',
    },
    'pf under int n': {
      writes: '=0000004e 00000000 00300310 80000b0d 00001230 00000027 00000029 00300123',
      because: 'EXITINTINFO holds INT n, too (§15.7.2); Bochs leaves what it held before',
    },
    'df intercepted': {
      writes: '=00000048 00000000 00000000 0000002c 0000002c 003000e0',
      because: 'EXITINTINFO holds the event under way (§15.7.2)',
    },
    'df from gp gp': {
      writes: '=00000048 00000000 00000000 0000002c 0000002c 003000e0',
      because: 'EXITINTINFO holds the event under way (§15.7.2)',
    },
    'inject int n': {
      writes: '?30 ffffffff 0018 0000002a 00000000 00009e00 0010 =00000081 00000000 00000000 003000e0',
      because: 'the return address is nRIP (§15.20)',
    },
    'inject int3': {
      writes: '?03 ffffffff 0018 0000002a 00000000 00009e00 0010 =00000081 00000000 00000000 003000e0',
      because: 'the return address is nRIP (§15.20)',
    },
    'npf data': {
      writes: '=00000400 00000006 00180008 00000084 00000087 003000e0 00 00000000 00000001',
      because: 'decode assists store the instruction’s bytes (§15.8.4)',
    },
    'npf under int n': {
      writes: '=00000400 00000004 00003310 80000306 00000000 00000074 00000076 003000e0 00000001',
      because: 'EXITINTINFO holds INT n, too (§15.7.2); Bochs leaves what it held before',
    },
    'shadow at pf': {
      writes: '=0000004e 00000002 00300000 00000023 00000025 003000e0 00 0200',
      because: 'an exit of the instruction under the shadow saves it (§15.21.5)',
    },
    'shadow loaded': {
      writes: '=00000081 00000000 00000000 003000e0 00 0200',
      because: 'a virtual interrupt pending at VMRUN is taken (§15.21.4); Bochs sees it at the next STI',
    },
    'virtual interrupt': {
      writes: '=00000081 00000000 00000000 003000e0 00 0200 000f0100',
      because: 'a virtual interrupt pending at VMRUN is taken (§15.21.4); Bochs sees it at the next STI',
    },
    'real ivt limit': {
      writes:
        '=0000004d 00000000 00000000 80000b0d 00001234 000000f4 000000f6 003000e0 fdb0 f000 0002 0f00 f000 000f0000 0000ffff',
      because: 'EXITINTINFO holds INT n, too (§15.7.2); Bochs leaves what it held before',
    },
  },
  'guests: task switches': {
    'task int': {
      writes: '=0000007d 000000b0 00000000 80000b0d 00001230 0000005b 0000005d 003000e0 00000000',
      because: 'EXITINTINFO holds INT n, too (§15.7.2); Bochs leaves what it held before',
    },
  },
};
