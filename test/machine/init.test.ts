/** INIT, sent by the processor to itself or to processors that are not there. */
import assert from 'node:assert/strict';
import type { Profile } from '../../src/engine/cpu/profile';
import { PROFILES } from '../../src/engine/cpu/profiles';
import { Machine } from '../../src/engine/machine/machine';
import { Snapshots } from '../../src/engine/machine/snapshots';
import { longModeRom } from '../exec/long-mode-rom';

/** RBP is the local APIC's page, accepting interrupts; the second time here, `I` is written and the program ends. */
const SET_UP = `
%macro put 1
        mov al, %1
        out 0xE9, al
%endmacro
%macro send 2
        mov dword [rbp + 0x310], %2 << 24
        mov dword [rbp + 0x300], %1
%endmacro
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
        cmp dword [0x500], 0x54494E49
        je again
        mov dword [0x500], 0x54494E49
        mov dword [rbp + 0xF0], 0x1FF
`;
const END = `
        xor eax, eax
        out 0xF4, al
        hlt
again:  put 'I'
        xor eax, eax
        out 0xF4, al
        hlt
`;
/** Turns EFER.SVME on. */
const SVM = `
        mov ecx, 0xC0000080
        rdmsr
        or eax, 0x1000
        wrmsr
`;

function build(body: string, profile?: Profile): { machine: Machine; text: () => string } {
  let text = '';
  const machine = new Machine({
    ramSize: 8 << 20,
    profile,
    rom: longModeRom(SET_UP + body + END),
    onDebugcon: (byte) => (text += String.fromCharCode(byte)),
  });
  return { machine, text: () => text };
}

function run(body: string, profile?: Profile): string {
  const { machine, text } = build(body, profile);
  const stop = machine.run(1e7);
  return stop.kind === 'debug-exit' ? text() : `${text()}[${stop.kind}]`;
}

describe('INIT', () => {
  it('begins at the reset vector again', () => {
    assert.equal(run(`put 'a'\nsend 0x4500, 0\nput 'b'`), 'aI');
  });

  it('is heard from the x2APIC, too', () => {
    const body = `mov ecx, 0x1B\nrdmsr\nor eax, 0xC00\nwrmsr\nmov ecx, 0x830\nxor edx, edx\nmov eax, 0x4500\nwrmsr\nput 'b'`;
    assert.equal(run(body, PROFILES.zen3), 'I');
  });

  it('waits while GIF is 0', () => {
    assert.equal(run(`${SVM}\nclgi\nsend 0x4500, 0\nput 'a'\nstgi\nput 'b'`), 'aI');
  });

  it('waits where a snapshot finds it', () => {
    const { machine, text } = build(`${SVM}\nclgi\nsend 0x4500, 0\nput 'a'\nnop\nput 'b'\nstgi\nput 'c'`);
    const snapshots = new Snapshots(machine);
    while (text() === '') machine.run(Infinity, 1);
    const taken = snapshots.take();
    assert.equal(machine.run(1e7).kind, 'debug-exit');
    snapshots.restore(taken);
    assert.equal(machine.run(1e7).kind, 'debug-exit');
    assert.equal(text(), 'abIbI');
  });

  it('becomes #SX with error code 1 under VM_CR.R_INIT', () => {
    const body = `${SVM}
        lea rax, [rel security]
        mov edi, 30
        call gate
        mov ecx, 0xC0010114
        rdmsr
        or eax, 2
        wrmsr
        send 0x4500, 0
        put 'b'
        jmp done
security: put 'S'
        pop rax
        call digit
        iretq
done:`;
    assert.equal(run(body), 'S1b');
  });

  it('leaves a guest that is watched for it, and stays pending', () => {
    const guest = (intercepts: number): string => `${SVM}
        mov ecx, 0xC0010117
        mov eax, 0x100000
        xor edx, edx
        wrmsr
        mov esi, 0x110000
        mov dword [rsi + 0x0C], ${intercepts}
        mov dword [rsi + 0x10], 1
        mov dword [rsi + 0x58], 1
        str [rsi + 0x490]
        mov word [rsi + 0x410], 0x18
        mov word [rsi + 0x412], 0xA9B
        mov dword [rsi + 0x414], -1
        mov rax, cr0
        mov [rsi + 0x558], rax
        mov rax, cr3
        mov [rsi + 0x550], rax
        mov rax, cr4
        mov [rsi + 0x548], rax
        mov ecx, 0xC0000080
        rdmsr
        mov [rsi + 0x4D0], eax
        mov dword [rsi + 0x570], 2
        mov dword [rsi + 0x568], 0xFFFF0FF0
        mov dword [rsi + 0x560], 0x400
        lea rax, [rel inside]
        mov [rsi + 0x578], rax
        mov rax, rsi
        clgi
        vmrun rax
        cmp qword [rsi + 0x70], 0x63
        jne other
        put 'x'
        lea rax, [rel behind]
        cmp [rsi + 0x578], rax
        jne other
        put 'n'
        stgi
        put 'b'
other:  put '?'
        jmp done
inside: send 0x4500, 0
behind: put 'g'
        vmmcall
done:`;
    assert.equal(run(guest(8)), 'xnI');
    assert.equal(run(guest(0)), 'I', 'nobody watches: the processor leaves the guest with it');
  });

  it('keeps floating-point state, model-specific registers and caching; the rest is as after RESET', () => {
    const { machine } = build(`
        fninit
        fld1
        mov rax, cr4
        or eax, 0x600
        mov cr4, rax
        pcmpeqd xmm3, xmm3
        mov dword [0x600], 0x1FA0
        ldmxcsr [0x600]
        mov ecx, 0xC0000081
        mov eax, 0x12345678
        mov edx, 0x9ABCDEF0
        wrmsr
        mov ecx, 0xC0000102
        mov edx, 0xFFFF8765
        wrmsr
        mov ecx, 0xC0000100
        xor edx, edx
        wrmsr
        mov dr1, rax
        mov rax, cr0
        and eax, 0xDFFFFFFF     ; of the two, CD alone
        mov cr0, rax
        mov dword [rbp + 0x320], 0x100E1
        mov r15, rbp
        std
        stc
        send 0x4500, 0
        hlt`);
    const { state, processor, board } = machine;
    processor.setBreakpoints((low) => low >>> 0 === 0xffff_fff0);
    processor.passBreakpoint();
    const before = () => processor.now;
    assert.equal(machine.run(1e7).kind, 'breakpoint');
    assert.ok(before() > 100, 'time goes on');
    assert.equal(state.u32[0xd9c >> 2], 0x1fa0, 'MXCSR');
    assert.equal(state.u32[(0xc00 + 48) >> 2], 0xffff_ffff, 'XMM3');
    assert.equal(state.u16[0xd84 >> 1], 0x80, 'x87 tags');
    assert.equal(state.low(state.msrAt('STAR')), 0x12345678);
    assert.equal(state.high(state.msrAt('KernelGSBase')) >>> 0, 0xffff8765);
    assert.equal(state.cr(0) >>> 0, 0x4000_0010, 'CR0: CD stays');
    assert.deepEqual(
      [2, 3, 4].map((n) => state.big(0x320 + n * 8)),
      [0n, 0n, 0n],
      'CR2 to CR4',
    );
    assert.equal(state.efer, 0);
    assert.equal(processor.rflags(), 2);
    assert.equal(state.big(0x3a0 + 8), 0n, 'DR1');
    assert.equal(state.big(0x3a0 + 48), 0xffff0ff0n, 'DR6');
    assert.equal(state.big(0x3a0 + 56), 0x400n, 'DR7');
    const gprs = Array.from({ length: 16 }, (_, n) => state.big(0x100 + n * 8));
    assert.deepEqual(
      gprs,
      gprs.map((_, n) => (n === 2 ? BigInt(processor.profile.signature) : 0n)),
      'EDX alone',
    );
    assert.equal(state.big(state.segmentAt(4) + 8), 0n, 'base of FS');
    assert.equal(board.localApic.readMmio(0x320, 4), 0x10000, 'LVT');
    assert.equal(board.localApic.readMmio(0xf0, 4), 0xff, 'SVR');
  });

  it('INIT and start-up for processors that are not there, as kernels count them, do no harm', () => {
    const body = `
        mov dx, 0x510
        mov ax, 5               ; number of processors
        out dx, ax
        inc dx
        in al, dx
        call digit
        in al, dx
        mov ebx, 1
.next:  send 0xC500, ebx
        send 0x8500, ebx
        send 0x608, ebx
        send 0x608, ebx
        inc ebx
        cmp ebx, 16
        jb .next
        mov dword [rbp + 0x300], 0xC4500
        mov dword [rbp + 0x300], 0xC8500
        mov dword [rbp + 0x300], 0xC4608
        mov dword [rbp + 0x300], 0xC4608
        put 'r'`;
    const sends = body.replace(
      /send (\w+), ebx/g,
      'mov eax, ebx\nshl eax, 24\nmov [rbp + 0x310], eax\nmov dword [rbp + 0x300], $1',
    );
    assert.equal(run(sends), '1r');
  });
});
