import assert from 'node:assert/strict';
import { CPUID_FEATURES } from '../../src/engine/arch/cpuid';
import { EXIT, flat32, lab, long, real } from './guest';

describe('guests of the built-in hypervisor', () => {
  it('says hello over its UART from real mode, a #VMEXIT a character', () => {
    const l = lab(
      real(`
        mov si, text
        mov cx, length
        mov dx, 0x3f8
      next: lodsb
        out dx, al
        loop next
        hlt
      text: db 'hello'
      length equ $ - text`),
    );
    assert.deepEqual(l.run(), { kind: 'halted' });
    assert.equal(l.console(), 'hello');
    assert.deepEqual(l.names(), [...Array(5).fill('VMEXIT_IOIO'), 'VMEXIT_HLT']);
  });

  it('says it with one REP OUTSB, in each mode', () => {
    const program = (index: string, count: string): string => `
        cld
        mov ${index}, text
        mov ${count}, length
        mov dx, 0x3f8
        rep outsb
        ${EXIT(0)}
      text: db 'one exit'
      length equ $ - text`;
    for (const spec of [real(program('si', 'cx')), flat32(program('esi', 'ecx')), long(program('rsi', 'rcx'))]) {
      const l = lab(spec);
      assert.deepEqual(l.run(), { kind: 'guest-exit', status: 1, value: 0 });
      assert.equal(l.console(), 'one exit');
      assert.deepEqual(l.names(), ['VMEXIT_IOIO', 'VMEXIT_IOIO']);
    }
  });

  it('sees a hypervisor and no SVM in CPUID', () => {
    const l = lab(
      long(`
        mov edi, 0x200000
        mov eax, 0x40000000
        cpuid
        mov [rdi], ebx
        mov [rdi + 4], ecx
        mov [rdi + 8], edx
        mov eax, 1
        cpuid
        mov [rdi + 12], ecx
        mov eax, 0x80000001
        cpuid
        mov [rdi + 16], ecx
        mov eax, 0x80000000
        cpuid
        mov [rdi + 20], eax
        mov eax, 0x8000000a
        cpuid
        or eax, ebx
        or eax, edx
        mov [rdi + 24], eax
        ${EXIT(0)}`),
    );
    l.run();
    const bytes = l.guest.memory.read(0x200000, 28);
    const word = (at: number): number => new DataView(bytes.buffer).getUint32(at, true);
    assert.equal(String.fromCharCode(...bytes.subarray(0, 12)), 'PacificaHV\0\0');
    assert.equal((word(12) >>> CPUID_FEATURES.HYPERVISOR.bit) & 1, 1);
    assert.equal((word(16) >>> CPUID_FEATURES.SVM.bit) & 1, 0);
    assert.ok((word(16) & ~(1 << CPUID_FEATURES.SVM.bit)) !== 0, 'the other features are the processor’s');
    assert.equal(word(20), 0x80000009);
    assert.equal(word(24), 0);
  });
});
