/** What the generated cases write, and what QEMU writes instead. */
import type { Case } from './rom-case';

type Answers = Readonly<Record<string, Pick<Case, 'expect' | 'qemu'>>>;

export const PROTECTED_ANSWERS: Answers = {
  'unit: fnop': { expect: '-777-777-777-777' },
  'unit: fwait': { expect: '------77------77' },
  'unit: fninit': { expect: '-777-777-777-777' },
  'unit: movaps': {
    expect: '66666666-676-676',
    qemu: { writes: '66666666-677-677', because: '#UD by CR0.EM goes before #NM by CR0.TS (§8.5)' },
  },
  'unit: addps': {
    expect: '66666666-676-676',
    qemu: { writes: '66666666-677-677', because: '#UD by CR0.EM goes before #NM by CR0.TS (§8.5)' },
  },
  'unit: cvtpi2ps': {
    expect: '66666666-676-676',
    qemu: {
      writes: '----------------',
      because: 'SSE instructions are #UD under CR0.EM or without CR4.OSFXSR, and #NM under CR0.TS (volume 3, CVTPI2PS)',
    },
  },
  'unit: ldmxcsr': { expect: '66666666-676-676' },
  'unit: fxsave': { expect: '-777-777-777-777' },
  'unit: movnti': { expect: '----------------' },
  'unit: sfence': { expect: '----------------' },
  'unit: prefetch': { expect: '----------------' },
  'unit: crc32': { expect: '----------------' },
  'unit: popcnt': { expect: '----------------' },
  'unit: fisttp': { expect: '-777-777-777-777' },
  'np in de': { expect: '!08 00000000 0008 0000000c 00000000 0010 00007ff4' },
  'gp in de': { expect: '!08 00000000 0008 0000000b 00000000 0010 00007ff4' },
  'gp 0 in de': { expect: '!08 00000000 0008 0000000b 00000000 0010 00007ff4' },
  'np of cs in de': { expect: '!08 00000000 0008 0000000b 00000000 0010 00007ff4' },
  'gp of type in de': { expect: '!08 00000000 0008 00000009 00000000 0010 00007ff4' },
  'np in bp': { expect: '!0b 0000001a 0008 0000000a 00000000 0010 00007ff4' },
  'gp in bp': { expect: '!0d 00000010 0008 00000009 00000000 0010 00007ff4' },
  'gp 0 in bp': { expect: '!0d 00000000 0008 00000009 00000000 0010 00007ff4' },
  'np of cs in bp': { expect: '!0b 000000d8 0008 00000009 00000000 0010 00007ff4' },
  'gp of type in bp': { expect: '!0d 0000001a 0008 00000007 00000000 0010 00007ff4' },
  'np in br': {
    expect: '!0b 0000002b 0008 0000001e 00000000 0010 00007ff4',
    qemu: {
      writes: '!0b 0000002a 0008 0000001e 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'gp in br': {
    expect: '!0d 00000011 0008 0000001d 00000000 0010 00007ff4',
    qemu: {
      writes: '!0d 00000010 0008 0000001d 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'gp 0 in br': {
    expect: '!0d 00000001 0008 0000001d 00000000 0010 00007ff4',
    qemu: {
      writes: '!0d 00000000 0008 0000001d 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'np of cs in br': {
    expect: '!0b 000000d9 0008 0000001d 00000000 0010 00007ff4',
    qemu: {
      writes: '!0b 000000d8 0008 0000001d 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'gp of type in br': {
    expect: '!0d 0000002b 0008 0000001b 00000000 0010 00007ff4',
    qemu: {
      writes: '!0d 0000002a 0008 0000001b 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'np in ud': {
    expect: '!0b 00000033 0008 0000000a 00000000 0010 00007ff4',
    qemu: {
      writes: '!0b 00000032 0008 0000000a 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'gp in ud': {
    expect: '!0d 00000011 0008 00000009 00000000 0010 00007ff4',
    qemu: {
      writes: '!0d 00000010 0008 00000009 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'gp 0 in ud': {
    expect: '!0d 00000001 0008 00000009 00000000 0010 00007ff4',
    qemu: {
      writes: '!0d 00000000 0008 00000009 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'np of cs in ud': {
    expect: '!0b 000000d9 0008 00000009 00000000 0010 00007ff4',
    qemu: {
      writes: '!0b 000000d8 0008 00000009 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'gp of type in ud': {
    expect: '!0d 00000033 0008 00000007 00000000 0010 00007ff4',
    qemu: {
      writes: '!0d 00000032 0008 00000007 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'np in nm': {
    expect: '!0b 0000003b 0008 00000013 00000000 0010 00007ff4',
    qemu: {
      writes: '!0b 0000003a 0008 00000013 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'gp in nm': {
    expect: '!0d 00000011 0008 00000012 00000000 0010 00007ff4',
    qemu: {
      writes: '!0d 00000010 0008 00000012 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'gp 0 in nm': {
    expect: '!0d 00000001 0008 00000012 00000000 0010 00007ff4',
    qemu: {
      writes: '!0d 00000000 0008 00000012 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'np of cs in nm': {
    expect: '!0b 000000d9 0008 00000012 00000000 0010 00007ff4',
    qemu: {
      writes: '!0b 000000d8 0008 00000012 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'gp of type in nm': {
    expect: '!0d 0000003b 0008 00000010 00000000 0010 00007ff4',
    qemu: {
      writes: '!0d 0000003a 0008 00000010 00000000 0010 00007ff4',
      because: 'EXT is 1 when an exception’s delivery fails (§8.4.1)',
    },
  },
  'np in np': { expect: '!08 00000000 0008 0000000f 00000000 0010 00007ff4' },
  'gp in np': { expect: '!08 00000000 0008 0000000e 00000000 0010 00007ff4' },
  'gp 0 in np': { expect: '!08 00000000 0008 0000000e 00000000 0010 00007ff4' },
  'np of cs in np': { expect: '!08 00000000 0008 0000000e 00000000 0010 00007ff4' },
  'gp of type in np': { expect: '!08 00000000 0008 0000000c 00000000 0010 00007ff4' },
  'np in ss': { expect: '!08 00000000 0008 0000000f 00000000 0010 00007ff4' },
  'gp in ss': { expect: '!08 00000000 0008 0000000e 00000000 0010 00007ff4' },
  'gp 0 in ss': { expect: '!08 00000000 0008 0000000e 00000000 0010 00007ff4' },
  'np of cs in ss': { expect: '!08 00000000 0008 0000000e 00000000 0010 00007ff4' },
  'gp of type in ss': { expect: '!08 00000000 0008 0000000c 00000000 0010 00007ff4' },
  'np in gp': { expect: '!08 00000000 0008 0000000f 00000000 0010 00007ff4' },
  'gp in gp': { expect: '!08 00000000 0008 0000000e 00000000 0010 00007ff4' },
  'gp 0 in gp': { expect: '!08 00000000 0008 0000000e 00000000 0010 00007ff4' },
  'np of cs in gp': { expect: '!08 00000000 0008 0000000e 00000000 0010 00007ff4' },
  'gp of type in gp': { expect: '!08 00000000 0008 0000000c 00000000 0010 00007ff4' },
  'interrupt: sti': { expect: '0002 00000200' },
  'interrupt: sti sti': { expect: '0002 00000200' },
  'interrupt: sti hlt': { expect: '0002 00000200' },
  'interrupt: sti cli': { expect: '' },
  'interrupt: sti, then mov ss': {
    expect: '0004 00000200',
    qemu: { writes: '0003 00000200', because: 'MOV SS and POP SS hold interrupts off, after STI too (volume 3, MOV)' },
  },
  'interrupt: sti, then pop ss': {
    expect: '0004 00000200',
    qemu: { writes: '0003 00000200', because: 'MOV SS and POP SS hold interrupts off, after STI too (volume 3, MOV)' },
  },
  'interrupt: mov ss twice': {
    expect: '0006 00000200',
    qemu: { writes: '0003 00000200', because: 'MOV SS and POP SS hold interrupts off, after STI too (volume 3, MOV)' },
  },
  'interrupt: popfd': { expect: '0006 00000200' },
  'interrupt: iretd': { expect: '000d 00000200' },
  'interrupt: mov ss under IF': { expect: '0008 00000200' },
  'interrupt: mov ss while one comes': { expect: '000c 00000200' },
  'nmi waits for iret': {
    expect: 'nwne',
    qemu: {
      writes: 'enwn',
      because: 'an NMI is taken between instructions: before the next but one; QEMU takes it late (§8.2.3)',
    },
  },
  'int 2 does not hold NMI off': {
    expect: 'nnwe',
    qemu: { writes: 'nwne', because: 'an NMI is taken at the next instruction; QEMU takes it late (§8.2.3)' },
  },
  'RF: ud': {
    expect: '00010000 0000 0000 ffff0ff0',
    qemu: { writes: '00000000 0000 0000 ffff0ff0', because: 'RF is 1 in the flags a fault saves (§3.1.6)' },
  },
  'RF: gp': {
    expect: '00010000 0005 0000 ffff0ff0',
    qemu: { writes: '00000000 0005 0000 ffff0ff0', because: 'RF is 1 in the flags a fault saves (§3.1.6)' },
  },
  'RF: int n': { expect: '00000000 0002 0000 ffff0ff0' },
  'RF: int3': { expect: '00000000 0001 0000 ffff0ff0' },
  'RF: int1': {
    expect: '00000000 0001 0000 ffff0ff0',
    qemu: {
      writes: '!06 ffffffff 0008 00000014 00000000 0010 00007ff4',
      because: 'INT1 is an instruction (volume 3, INT1)',
    },
  },
  'RF: single step': { expect: '00000100 0007 0000 ffff4ff0' },
  'RF: single step of rep': { expect: '00000100 0015 0002 ffff4ff0' },
  'RF: single step of rep that does nothing': { expect: '00000100 000d 0000 ffff4ff0' },
  'RF: write in rep': { expect: '00000000 001f 0003 ffff0ff1' },
  'RF: write at the end of rep': {
    expect: '00000000 0021 0000 ffff0ff1',
    qemu: {
      writes: '00000000 001f 0000 ffff0ff1',
      because: 'when the last write of a REP traps the instruction has ended (§13.1.1)',
    },
  },
  'RF: instruction': { expect: '00000000 0010 0000 ffff0ff1' },
  'RF: instruction and single step': { expect: '00000100 0016 0000 ffff0ff1' },
  'RF: instruction after one that traps': {
    expect: '00000100 0017 0000 ffff4ff0',
    qemu: {
      writes: '00000100 0017 0000 ffff4ff1',
      because:
        'the trap of the instruction before goes first; the breakpoint is met afterwards (§8.5). Others report both at once',
    },
  },
  'RF: write under mov ss': { expect: '00000000 0019 0000 ffff0ff1' },
  'RF: read by mov ss': {
    expect: '00000000 0020 0000 ffff0ff1',
    qemu: {
      writes: '00000000 001f 0000 ffff0ff1',
      because: 'the trap of MOV SS’s own operand is held off until the next instruction is done (§8.5)',
    },
  },
  'RF: read by mov ss, then int': {
    expect: '00000000 003e 0000 ffff0ff1',
    qemu: {
      writes: '00000000 0033 0000 ffff0ff1',
      because: 'the trap of MOV SS’s own operand is held off until the next instruction is done (§8.5)',
    },
  },
  'RF: instruction after mov ss': {
    expect: 'n',
    qemu: {
      writes: '00000000 0014 0000 ffff0ff1',
      because: 'MOV SS holds off breakpoints on the next instruction (§8.5)',
    },
  },
  'RF: xchg of both': { expect: '00000000 001b 0000 ffff0ff1' },
  'RF: fault and write: the fault alone': {
    expect: '00010000 0010 0000 ffff0ff0',
    qemu: { writes: '00000000 0010 0000 ffff0ff0', because: 'RF is 1 in the flags a fault saves (§3.1.6)' },
  },
  'RF: task': {
    expect: '00000000 0093 0000 ffff8ff0',
    qemu: { writes: 'n', because: 'the T bit of the new task’s TSS is #DB with BT (§12.2.4)' },
  },
  'user cannot touch dr7': { expect: '!0d 00000000 0023 0000000a 00003000 0010 00007eec 002b 00009000' },
};

export const LONG_ANSWERS: Answers = {
  'breakpoints on writes': {
    expect:
      '98e850d2 3938d6a4 b37da4ca 7f108dcc 2e202a02 b0fa16b4 e443ae7a f8cb2b5c 6a0d165e 6a0d165e f1cd1476 f1cd1476 ed226ece ed226ece 66cc3b66 66cc3b66 5412255e 5412255e 5412255e 5412255e 5412255e 5412255e 5412255e 5412255e 5ab4635e 5ab4635e 5ab4635e 5ab4635e 5d3eebce 5d3eebce 5d3eebce 5d3eebce',
  },
  'breakpoints on reads and writes': {
    expect:
      '430a8cc5 2af3aec5 3a2344c5 77cb16c5 582f3cc5 f6ea3ec5 f6ac74c5 4f9b26c5 6b14f8c5 6b14f8c5 c154d0c5 c154d0c5 712ae8c5 712ae8c5 cc9d40c5 cc9d40c5 a33bf8c5 a33bf8c5 a33bf8c5 a33bf8c5 a33bf8c5 a33bf8c5 a33bf8c5 a33bf8c5 d8a9f8c5 d8a9f8c5 d8a9f8c5 d8a9f8c5 ff6fe8c5 ff6fe8c5 ff6fe8c5 ff6fe8c5',
  },
  'np in de': { expect: '!08 00000000 0018 0000000d 00000000 0010 00007fd8 0010 00008000' },
  'gp in de': { expect: '!08 00000000 0018 0000000c 00000000 0010 00007fd8 0010 00008000' },
  'np of cs in de': { expect: '!08 00000000 0018 0000000c 00000000 0010 00007fd8 0010 00008000' },
  'gp of a canonical address in de': { expect: '!08 00000000 0018 0000000d 00000000 0010 00007fd8 0010 00008000' },
  'pf of its stack in de': { expect: '!0e 00000002 0018 00000015 00000000 0010 00007fd8 0010 00008000' },
  'ss of its stack in de': { expect: '!08 00000000 0018 00000015 00000000 0010 00007fd8 0010 00008000' },
  'np in bp': { expect: '!0b 0000001a 0018 0000000b 00000000 0010 00007fd8 0010 00008000' },
  'gp in bp': { expect: '!0d 00000010 0018 0000000a 00000000 0010 00007fd8 0010 00008000' },
  'np of cs in bp': { expect: '!0d 000000d8 0018 0000000a 00000000 0010 00007fd8 0010 00008000' },
  'gp of a canonical address in bp': { expect: '!0d 00000000 0018 0000000b 00000000 0010 00007fd8 0010 00008000' },
  'pf of its stack in bp': { expect: '!0e 00000002 0018 00000013 00000000 0010 00007fd8 0010 00008000' },
  'ss of its stack in bp': { expect: '!0c 00000000 0018 00000013 00000000 0010 00007fd8 0010 00008000' },
  'np in ud': { expect: '!0b 00000033 0018 0000000b 00000000 0010 00007fd8 0010 00008000' },
  'gp in ud': { expect: '!0d 00000011 0018 0000000a 00000000 0010 00007fd8 0010 00008000' },
  'np of cs in ud': { expect: '!0d 000000d9 0018 0000000a 00000000 0010 00007fd8 0010 00008000' },
  'gp of a canonical address in ud': { expect: '!0d 00000001 0018 0000000b 00000000 0010 00007fd8 0010 00008000' },
  'pf of its stack in ud': { expect: '!0e 00000002 0018 00000013 00000000 0010 00007fd8 0010 00008000' },
  'ss of its stack in ud': { expect: '!0c 00000001 0018 00000013 00000000 0010 00007fd8 0010 00008000' },
  'np in nm': { expect: '!0b 0000003b 0018 00000014 00000000 0010 00007fd8 0010 00008000' },
  'gp in nm': { expect: '!0d 00000011 0018 00000013 00000000 0010 00007fd8 0010 00008000' },
  'np of cs in nm': { expect: '!0d 000000d9 0018 00000013 00000000 0010 00007fd8 0010 00008000' },
  'gp of a canonical address in nm': { expect: '!0d 00000001 0018 00000014 00000000 0010 00007fd8 0010 00008000' },
  'pf of its stack in nm': { expect: '!0e 00000002 0018 0000001c 00000000 0010 00007fd8 0010 00008000' },
  'ss of its stack in nm': { expect: '!0c 00000001 0018 0000001c 00000000 0010 00007fd8 0010 00008000' },
  'np in np': { expect: '!08 00000000 0018 00000010 00000000 0010 00007fd8 0010 00008000' },
  'gp in np': { expect: '!08 00000000 0018 0000000f 00000000 0010 00007fd8 0010 00008000' },
  'np of cs in np': { expect: '!08 00000000 0018 0000000f 00000000 0010 00007fd8 0010 00008000' },
  'gp of a canonical address in np': { expect: '!08 00000000 0018 00000010 00000000 0010 00007fd8 0010 00008000' },
  'pf of its stack in np': { expect: '!0e 00000002 0018 00000018 00000000 0010 00007fd8 0010 00008000' },
  'ss of its stack in np': { expect: '!08 00000000 0018 00000018 00000000 0010 00007fd8 0010 00008000' },
  'np in ss': { expect: '!08 00000000 0018 00000010 00000000 0010 00007fd8 0010 00008000' },
  'gp in ss': { expect: '!08 00000000 0018 0000000f 00000000 0010 00007fd8 0010 00008000' },
  'np of cs in ss': { expect: '!08 00000000 0018 0000000f 00000000 0010 00007fd8 0010 00008000' },
  'gp of a canonical address in ss': { expect: '!08 00000000 0018 00000010 00000000 0010 00007fd8 0010 00008000' },
  'pf of its stack in ss': { expect: '!0e 00000002 0018 00000018 00000000 0010 00007fd8 0010 00008000' },
  'ss of its stack in ss': { expect: '!08 00000000 0018 00000018 00000000 0010 00007fd8 0010 00008000' },
  'np in gp': { expect: '!08 00000000 0018 00000010 00000000 0010 00007fd8 0010 00008000' },
  'gp in gp': { expect: '!08 00000000 0018 0000000f 00000000 0010 00007fd8 0010 00008000' },
  'np of cs in gp': { expect: '!08 00000000 0018 0000000f 00000000 0010 00007fd8 0010 00008000' },
  'gp of a canonical address in gp': { expect: '!08 00000000 0018 00000010 00000000 0010 00007fd8 0010 00008000' },
  'pf of its stack in gp': { expect: '!0e 00000002 0018 00000018 00000000 0010 00007fd8 0010 00008000' },
  'ss of its stack in gp': { expect: '!08 00000000 0018 00000018 00000000 0010 00007fd8 0010 00008000' },
  'np in pf': { expect: '!08 00000000 0018 0000000b 00000000 0010 00007fd8 0010 00008000' },
  'gp in pf': { expect: '!08 00000000 0018 0000000a 00000000 0010 00007fd8 0010 00008000' },
  'np of cs in pf': { expect: '!08 00000000 0018 0000000a 00000000 0010 00007fd8 0010 00008000' },
  'gp of a canonical address in pf': { expect: '!08 00000000 0018 0000000b 00000000 0010 00007fd8 0010 00008000' },
  'pf of its stack in pf': { expect: '!08 00000000 0018 00000013 00000000 0010 00007fd8 0010 00008000' },
  'ss of its stack in pf': { expect: '!08 00000000 0018 00000013 00000000 0010 00007fd8 0010 00008000' },
};
