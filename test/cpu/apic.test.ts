/** Programs in 64-bit mode on the whole machine that use its local APIC, I/O APIC and HPET. */
import assert from 'node:assert/strict';
import type { Profile } from '../../src/engine/cpu/profile';
import { PROFILES } from '../../src/engine/cpu/profiles';
import { Machine } from '../../src/engine/machine/machine';
import { GUEST_MODE, VIRTUAL_INTERRUPT } from '../../src/engine/state/layout';
import { longModeRom } from '../exec/long-mode-rom';
import { picSetup } from '../pic-setup';

/** The fourth gigabyte is mapped; RBP is the local APIC's page; `write` and `print` are shorter. */
const SET_UP = `
%macro write 2
        mov dword [rbp + %1], %2
%endmacro
%macro print 1
        mov al, %1
        out 0xE9, al
%endmacro
%macro vector 2
        lea rax, [rel %2]
        mov edi, %1
        call gate
%endmacro
        cli
        lidt [idtr]
        mov edi, 0x4000
        mov eax, 0xC0000083
        mov ecx, 512
.map:   mov [rdi], rax
        add rax, 0x200000
        add edi, 8
        loop .map
        mov qword [0x2018], 0x4003
        mov ebp, 0xFEE00000
`;
/** EBX in decimal digits would need a division: it is written as it is, four bytes. */
const TELL_EBX = `
        mov eax, ebx
        mov ecx, 4
.tell:  out 0xE9, al
        shr eax, 8
        loop .tell
`;
const END = `
        mov al, 0
        out 0xF4, al
.dead:  hlt
        jmp .dead
`;

interface Result {
  readonly text: string;
  readonly bytes: readonly number[];
  readonly retired: number;
}

function run(body: string, { slice = Infinity, profile = undefined as Profile | undefined } = {}): Result {
  const bytes: number[] = [];
  const machine = new Machine({
    ramSize: 8 << 20,
    rom: longModeRom(SET_UP + body),
    profile,
    onDebugcon: (byte) => bytes.push(byte),
  });
  for (let until = slice; ; until += slice) {
    const stop = machine.run(Math.min(until, 1e8));
    if (stop.kind === 'debug-exit') {
      return { text: String.fromCharCode(...bytes), bytes, retired: machine.processor.retired };
    }
    assert.equal(stop.kind, 'time', `it wrote ${String.fromCharCode(...bytes)}`);
    assert.ok(until < 1e8, `no end; it wrote ${String.fromCharCode(...bytes)}`);
  }
}

const XAPIC = {
  name: 'xAPIC',
  profile: PROFILES.barcelona,
  enable: 'write 0xF0, 0x1FF',
  lvtTimer: (value: number): string => `write 0x320, ${value}`,
  divide: 'write 0x3E0, 0xB',
  initial: (count: number): string => `write 0x380, ${count}`,
  eoi: 'write 0xB0, 0',
};
const wrmsr = (msr: number, value: number): string => `mov ecx, ${msr}\nmov eax, ${value}\nxor edx, edx\nwrmsr`;
const X2APIC = {
  name: 'x2APIC',
  profile: PROFILES.zen3,
  enable: `mov ecx, 0x1B\nrdmsr\nor eax, 0x400\nwrmsr\n${wrmsr(0x80f, 0x1ff)}`,
  lvtTimer: (value: number): string => wrmsr(0x832, value),
  divide: wrmsr(0x83e, 0xb),
  initial: (count: number): string => wrmsr(0x838, count),
  eoi: wrmsr(0x80b, 0),
};

describe('cpu: local APIC', () => {
  for (const apic of [XAPIC, X2APIC]) {
    it(`${apic.name}: its timer interrupts at the exact instruction`, () => {
      const body = `
        vector 0x40, tick
        ${apic.enable}
        ${apic.divide}
        ${apic.lvtTimer(0x40)}
        xor ebx, ebx
        sti
        ${apic.initial(100)}
.count: inc ebx
        jmp .count
tick:   ${TELL_EBX}
        ${END}
`;
      const { profile } = apic;
      const { bytes, retired } = run(body, { profile });
      // 1000 ns from the instruction that wrote the count, which is one of them
      assert.deepEqual(bytes, [500 & 0xff, 500 >> 8, 0, 0]);
      for (const slice of [1, 13, 999]) assert.deepEqual(run(body, { profile, slice }).retired, retired);
    });

    it(`${apic.name}: the periodic timer ends HLT again and again`, () => {
      const { text } = run(
        `
        vector 0x40, tick
        ${apic.enable}
        ${apic.divide}
        ${apic.lvtTimer(0x20040)}
        ${apic.initial(1000)}
        mov ebx, 5
        sti
.wait:  hlt
        print 'h'
        test ebx, ebx
        jnz .wait
        ${END}
tick:   print 't'
        dec ebx
        push rax
        push rcx
        push rdx
        ${apic.eoi}
        pop rdx
        pop rcx
        pop rax
        iretq
`,
        { profile: apic.profile },
      );
      assert.equal(text, 'th'.repeat(5));
    });
  }

  it('TPR and CR8 are one register, and hold interrupts back until they let them through', () => {
    const { text } = run(`
        vector 0x4F, low
        vector 0x50, high
        write 0xF0, 0x1FF
        mov eax, 4
        mov cr8, rax
        mov eax, [rbp + 0x80]
        cmp eax, 0x40
        jne .wrong
        write 0x80, 0x4F
        mov rax, cr8
        cmp eax, 4
        jne .wrong
        sti
        write 0x300, 0x4004F
        nop
        print '1'
        write 0x300, 0x40050
        print '2'
        xor eax, eax
        mov cr8, rax
        print '3'
        ${END}
.wrong: print '?'
        ${END.replaceAll('.dead', '.over')}
low:    print 'l'
        write 0xB0, 0
        iretq
high:   print 'h'
        write 0xB0, 0
        iretq
`);
    assert.equal(text, '1h2l3');
  });

  it('the 8259 through LINT0 as ExtINT, masked and not', () => {
    const { text } = run(`
        vector 0x20, irq
        write 0xF0, 0x1FF
        write 0x350, 0x10700
        ${picSetup(0x20, 0xfe)}
        mov al, 0x30
        out 0x43, al
        mov al, 2
        out 0x40, al
        mov al, 0
        out 0x40, al
        sti
        mov ecx, 10000
.wait:  loop .wait
        print 'm'
        write 0x350, 0x700
        print 'u'
        ${END}
irq:    print 'i'
        mov al, 0x20
        out 0x20, al
        iretq
`);
    assert.equal(text, 'miu');
  });

  it('disabled by software requests wait; enabled again they come; a masked LVT entry stays masked', () => {
    const { text } = run(`
        vector 0x60, irq
        write 0xF0, 0x1FF
        write 0x320, 0x40
        write 0x300, 0x40060
        write 0xF0, 0xFF
        sti
        nop
        print '1'
        write 0xF0, 0x1FF
        print '2'
        mov eax, [rbp + 0x320]
        cmp eax, 0x10040
        jne .over
        print '3'
.over:  ${END}
irq:    print 'i'
        write 0xB0, 0
        iretq
`);
    assert.equal(text, '1i23');
  });

  it('CPUID shows the feature while APIC_BASE.AE is set; without it the registers are gone', () => {
    const { text } = run(`
        mov ecx, 0x1B
        rdmsr
        and eax, ~0x800
        wrmsr
        mov eax, 1
        cpuid
        bt edx, 9
        setc al
        add al, '0'
        out 0xE9, al
        mov eax, [rbp + 0x30]
        inc eax
        setz al
        add al, '0'
        out 0xE9, al
        mov ecx, 0x1B
        rdmsr
        or eax, 0x800
        wrmsr
        mov eax, 1
        cpuid
        bt edx, 9
        setc al
        add al, '0'
        out 0xE9, al
        mov eax, [rbp + 0x30]
        add al, '0' - 0x10
        out 0xE9, al
        ${END}
`);
    assert.equal(text, '0110');
  });

  it('x2APIC MSRs are #GP in xAPIC mode, and where the processor has none', () => {
    const body = `
        vector 13, fault
        mov ecx, 0x802
        rdmsr
        print '?'
        ${END}
fault:  print 'g'
        mov ecx, 0x1B
        rdmsr
        or eax, 0x400
        vector 13, again
        mov ecx, 0x1B
        mov eax, 0xFEE00D00
        xor edx, edx
        wrmsr
        mov ecx, 0x803
        rdmsr
        add al, '0' - 0x10
        out 0xE9, al
        ${END.replaceAll('.dead', '.over')}
again:  print 'n'
        ${END.replaceAll('.dead', '.last')}
`;
    assert.equal(run(body, { profile: PROFILES.zen3 }).text, 'g0');
    assert.equal(run(body, { profile: PROFILES.zen1 }).text, 'gn');
  });

  it('an NMI it sends itself is taken with interrupts off', () => {
    const { text } = run(`
        vector 2, nmi
        write 0xF0, 0x1FF
        write 0x310, 0
        write 0x300, 0x400
        print '1'
        ${END}
nmi:    print 'N'
        iretq
`);
    assert.equal(text, 'N1');
  });

  it('a guest under V_INTR_MASKING has a TPR of its own', () => {
    const machine = new Machine({ ramSize: 2 << 20 });
    const { processor, state, board } = machine;
    processor.setTaskPriority(9);
    state.i32[GUEST_MODE >> 2] = 1;
    state.i32[VIRTUAL_INTERRUPT >> 2] = (1 << 24) | 3;
    assert.equal(processor.taskPriority, 3);
    processor.setTaskPriority(12);
    assert.equal(processor.taskPriority, 12);
    assert.equal(board.localApic.taskPriority, 9, 'the host’s');
    state.i32[VIRTUAL_INTERRUPT >> 2] = 3;
    assert.equal(processor.taskPriority, 9, 'without it they share one');
    processor.setTaskPriority(5);
    assert.equal(board.localApic.taskPriority, 5);
  });
});

const IO_APIC = `
        mov esi, 0xFEC00000
%macro redirect 2
        mov dword [rsi], 0x10 + %1 * 2
        mov dword [rsi + 0x10], %2
%endmacro
`;

describe('cpu: I/O APIC and HPET', () => {
  it('COM1 level-triggered through the I/O APIC interrupts until it is served and ended', () => {
    const { text } = run(`
        ${IO_APIC}
        vector 0x44, irq
        write 0xF0, 0x1FF
        redirect 4, 0x8044
        mov dx, 0x3F9
        mov al, 2
        mov ebx, 3
        sti
        out dx, al
        print 'e'
        ${END}
irq:    print 'i'
        dec ebx
        jnz .end
        mov dx, 0x3FA
        in al, dx
.end:   write 0xB0, 0
        iretq
`);
    // OUT2 gates the wire of a PC's COM1: without it nothing comes
    assert.equal(text, 'e');
    const { text: gated } = run(`
        ${IO_APIC}
        vector 0x44, irq
        write 0xF0, 0x1FF
        redirect 4, 0x8044
        mov dx, 0x3FC
        mov al, 8
        out dx, al
        mov dx, 0x3F9
        mov al, 2
        mov ebx, 3
        sti
        out dx, al
        print 'e'
        ${END}
irq:    print 'i'
        dec ebx
        jnz .end
        mov dx, 0x3FA
        in al, dx
.end:   write 0xB0, 0
        iretq
`);
    assert.equal(gated, 'iiie');
  });

  it('the PIT comes in at pin 2', () => {
    const { text } = run(`
        ${IO_APIC}
        vector 0x42, irq
        write 0xF0, 0x1FF
        write 0x350, 0x10700
        redirect 2, 0x42
        mov al, 0x34
        out 0x43, al
        mov al, 0xA9
        out 0x40, al
        mov al, 4
        out 0x40, al
        mov ebx, 3
        sti
.wait:  hlt
        test ebx, ebx
        jnz .wait
        print 'e'
        ${END}
irq:    print 'i'
        dec ebx
        write 0xB0, 0
        iretq
`);
    assert.equal(text, 'iiie');
  });

  it('the HPET interrupts by a pin, at the exact moment', () => {
    const body = `
        ${IO_APIC}
        vector 0x51, irq
        write 0xF0, 0x1FF
        redirect 21, 0x2051
        mov r8d, 0xFED00000
        mov dword [r8 + 0x140], 0x2A04
        mov dword [r8 + 0x148], 60
        mov dword [r8 + 0x14C], 0
        xor ebx, ebx
        sti
        mov dword [r8 + 0x10], 1
.count: inc ebx
        jmp .count
irq:    ${TELL_EBX}
        ${END}
`;
    const { bytes, retired } = run(body);
    assert.deepEqual(bytes, [300 & 0xff, 300 >> 8, 0, 0]);
    assert.equal(run(body, { slice: 7 }).retired, retired);
  });

  it('the HPET is the timer of IRQ 0 under legacy replacement', () => {
    const { text } = run(`
        vector 0x20, irq
        ${picSetup(0x20, 0xfe)}
        mov r8d, 0xFED00000
        mov dword [r8 + 0x100], 0x14C
        mov dword [r8 + 0x108], 1000
        mov dword [r8 + 0x108], 500
        mov dword [r8 + 0x10], 3
        mov ebx, 4
        sti
.wait:  hlt
        test ebx, ebx
        jnz .wait
        print 'e'
        ${END}
irq:    print 'i'
        dec ebx
        mov al, 0x20
        out 0x20, al
        iretq
`);
    assert.equal(text, 'iiiie');
  });
});
