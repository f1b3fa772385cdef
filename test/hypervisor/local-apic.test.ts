import assert from 'node:assert/strict';
import { PROFILES } from '../../src/engine/cpu/profiles';
import type { GuestSpec } from '../../src/hypervisor/guest-spec';
import { EXIT, lab, labOn, long } from './guest';

const RESULT = 0x300000;

/** A 64-bit guest with an IDT at 200000h, the PIC masked, the local APIC on, and gates as given. */
function guest(gates: Readonly<Record<number, string>>, body: string): GuestSpec {
  const set = Object.entries(gates).map(
    ([vector, handler]) => `
      mov rax, ${handler}
      mov [0x200000 + ${vector} * 16], ax
      mov word [0x200000 + ${vector} * 16 + 2], 8
      mov word [0x200000 + ${vector} * 16 + 4], 0x8e00
      shr rax, 16
      mov [0x200000 + ${vector} * 16 + 6], ax`,
  );
  return long(`
      mov rsp, 0x180000
      ${set.join('\n')}
      lidt [idtr]
      mov al, 0xff
      out 0x21, al
      out 0xa1, al
      mov ebp, 0xfee00000
      mov dword [rbp + 0xf0], 0x1ff
      xor ebx, ebx
      ${body}
    idtr: dw 0xfff
      dq 0x200000`);
}

const shadow = (spec: GuestSpec): GuestSpec => ({ ...spec, paging: 'shadow' });

describe('the local APIC of a guest', () => {
  const timer = guest(
    { 0x40: 'tick' },
    `mov dword [rbp + 0x3e0], 0xb
      mov dword [rbp + 0x320], 0x20040
      mov dword [rbp + 0x380], 1000000
      sti
    wait: hlt
      cmp ebx, 5
      jb wait
      mov eax, [rbp + 0x390]
      mov [${RESULT}], eax
      ${EXIT(0)}
    tick: inc ebx
      mov dword [rbp + 0xb0], 0
      iretq`,
  );

  for (const [name, spec] of Object.entries({ nested: timer, shadow: shadow(timer) })) {
    it(`its periodic timer ends HLT, ${name} paging`, () => {
      const l = lab(spec);
      assert.deepEqual(l.run(), { kind: 'guest-exit', status: 1, value: 0 });
      assert.equal(l.names().filter((exit) => exit === 'VMEXIT_HLT').length, 5);
      const once = l.guest.board.interrupts.readMmio(0x380, 4);
      assert.equal(once, 1_000_000);
      // Five periods; each interrupt may be late, the next is not.
      const { now } = l.machine.clock;
      const from = now - (now % 1e6);
      assert.ok(from > 0 && l.hypervisor.idleTime > 0.9 * now, `${now}`);
    });
  }

  it('an interrupt that CR8 holds back comes when CR8 is lowered: one exit, VINTR', () => {
    const l = lab(
      guest(
        { 0x51: 'self' },
        `mov eax, 5
      mov cr8, rax
      sti
      mov dword [rbp + 0x300], 0x40051
      nop
      mov [${RESULT}], ebx
      mov rax, cr8
      mov [${RESULT} + 8], rax
      mov eax, 4
      mov cr8, rax
      nop
      mov [${RESULT} + 4], ebx
      ${EXIT(0)}
    self: inc ebx
      mov dword [rbp + 0xb0], 0
      iretq`,
      ),
    );
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 1, value: 0 });
    const view = new DataView(l.guest.memory.read(RESULT, 16).buffer);
    assert.deepEqual([view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)], [0, 1, 5]);
    assert.equal(l.names().filter((name) => name === 'VMEXIT_VINTR').length, 1);
    assert.equal(l.guest.board.interrupts.readMmio(0x80, 4), 0x40, 'TPR is what CR8 was');
  });

  it('a TPR written at the APIC is what CR8 reads', () => {
    const l = lab(guest({}, `mov dword [rbp + 0x80], 0x93\nmov rax, cr8\nmov [${RESULT}], rax\n${EXIT(0)}`));
    l.run();
    assert.equal(l.guest.memory.read(RESULT, 1)[0], 9);
  });

  for (const [flag, wait] of Object.entries({ sti: 'nop', cli: 'mov ecx, 5000\nagain: loop again' })) {
    it(`NMIs it sends itself are taken one after another, the second behind the IRET of the first: ${flag}`, () => {
      const l = lab(
        guest(
          { 2: 'nmi' },
          `${flag}
      mov dword [rbp + 0x300], 0x400
      ${wait}
      mov [${RESULT}], ebx
      ${EXIT(0)}
    nmi: inc ebx
      cmp ebx, 1
      jne last
      mov dword [rbp + 0x300], 0x400
      nop
      mov [${RESULT} + 4], ebx
    last: iretq`,
        ),
      );
      assert.deepEqual(l.run(), { kind: 'guest-exit', status: 1, value: 0 });
      const view = new DataView(l.guest.memory.read(RESULT, 8).buffer);
      assert.deepEqual([view.getUint32(0, true), view.getUint32(4, true)], [2, 1]);
      assert.equal(l.guest.vcpu.vmcb.low('rflags') & 0x100, 0);
    });
  }

  it('CPUID shows it while APIC_BASE enables it, and the base can be moved', () => {
    const l = lab(
      guest(
        {},
        `mov ecx, 0x1b
      rdmsr
      mov [${RESULT}], eax
      mov eax, 0x60000900
      wrmsr
      mov eax, [0x60000030]
      mov [${RESULT} + 4], eax
      mov eax, 0x60000100
      wrmsr
      mov eax, 1
      cpuid
      mov [${RESULT} + 8], edx
      ${EXIT(0)}`,
      ),
    );
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 1, value: 0 });
    const view = new DataView(l.guest.memory.read(RESULT, 16).buffer);
    assert.equal(view.getUint32(0, true), 0xfee00900);
    assert.equal(view.getUint32(4, true), l.guest.board.interrupts.readMmio(0x30, 4));
    assert.equal(view.getUint32(8, true) & (1 << 9), 0);
  });

  it('x2APIC mode goes by MSRs, where the processor has it', () => {
    const l = labOn(
      PROFILES.zen3,
      guest(
        { 0x61: 'self' },
        `mov ecx, 0x1b
      rdmsr
      or eax, 0x400
      wrmsr
      mov ecx, 0x802
      rdmsr
      mov [${RESULT}], eax
      sti
      mov ecx, 0x83f
      mov eax, 0x61
      xor edx, edx
      wrmsr
      nop
      mov [${RESULT} + 4], ebx
      ${EXIT(0)}
    self: inc ebx
      mov ecx, 0x80b
      xor eax, eax
      xor edx, edx
      wrmsr
      iretq`,
      ),
    );
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 1, value: 0 });
    const view = new DataView(l.guest.memory.read(RESULT, 8).buffer);
    assert.deepEqual([view.getUint32(0, true), view.getUint32(4, true)], [0, 1]);
  });
});
