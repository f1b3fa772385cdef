import assert from 'node:assert/strict';
import { EXIT_CODES, exitName } from '../../src/engine/arch/exit-codes';
import { EXIT_HANDLERS } from '../../src/hypervisor/exit-handlers/table';
import { EXIT, type Lab, flat32, lab, long, real } from './guest';

/** 64-bit guests: an IDT at 200000h whose gates for #UD, #GP and #PF store the vector at 300000h, and the error code, then exit. */
const CATCH = `
      setup:
        lidt [idtr]
        jmp main
      %macro gate 2
        mov rax, %2
        mov [0x200000 + %1 * 16], ax
        mov word [0x200000 + %1 * 16 + 2], 8
        mov word [0x200000 + %1 * 16 + 4], 0x8e00
        shr rax, 16
        mov [0x200000 + %1 * 16 + 6], ax
      %endmacro
      idtr: dw 0xfff
        dq 0x200000
      ud: mov dword [0x300000], 6
        ${EXIT(0)}
      gp: mov dword [0x300000], 13
        pop rax
        mov [0x300004], eax
        ${EXIT(0)}
      pf: mov dword [0x300000], 14
        pop rax
        mov [0x300004], eax
        mov rax, cr2
        mov [0x300008], rax
        ${EXIT(0)}
      main:
        gate 6, ud
        gate 13, gp
        gate 14, pf
`;

function caught(source: string): { lab: Lab; vector: number; errorCode: number; cr2: bigint } {
  const l = lab(long(CATCH + source));
  assert.deepEqual(l.run(), { kind: 'guest-exit', status: 1, value: 0 });
  const view = new DataView(l.guest.memory.read(0x300000, 16).buffer);
  return {
    lab: l,
    vector: view.getUint32(0, true),
    errorCode: view.getUint32(4, true),
    cr2: view.getBigUint64(8, true),
  };
}

describe('exit handlers', () => {
  it('there is one for each of the 172 codes', () => {
    assert.deepEqual(Object.keys(EXIT_HANDLERS).sort(), Object.keys(EXIT_CODES).sort());
    assert.equal(Object.keys(EXIT_HANDLERS).length, 172);
  });

  it('MSR: the guest reads EFER without SVME and may change NXE', () => {
    const l = lab(
      long(`
        mov ecx, 0xc0000080
        rdmsr
        mov [0x300000], eax
        or eax, 0x800
        wrmsr
        rdmsr
        mov [0x300004], eax
        ${EXIT(0)}`),
    );
    l.run();
    const view = new DataView(l.guest.memory.read(0x300000, 8).buffer);
    assert.equal(view.getUint32(0, true), 0x500);
    assert.equal(view.getUint32(4, true), 0xd00);
    assert.equal(l.guest.vcpu.vmcb.low('efer'), 0x1d00);
    assert.equal(l.names().filter((name) => name === 'VMEXIT_MSR').length, 3);
  });

  it('MSR: setting SVME, clearing LME under paging, and an unknown MSR are #GP(0)', () => {
    const writes = [
      'mov ecx, 0xc0000080\nmov eax, 0x1500\nxor edx, edx\nwrmsr',
      'mov ecx, 0xc0000080\nmov eax, 0x400\nxor edx, edx\nwrmsr',
      'mov ecx, 0x12345\nrdmsr',
      'mov ecx, 0xc0010117\nrdmsr',
    ];
    for (const source of writes) {
      const { vector, errorCode } = caught(source);
      assert.deepEqual([vector, errorCode], [13, 0], source);
    }
    const seen: unknown[] = [];
    const l = lab(long(CATCH + writes[2]!));
    l.machine.probe = { unknownMsr: (number, write) => seen.push([number, write]) };
    l.run();
    assert.deepEqual(seen, [[0x12345, false]]);
  });

  it('MSR: what each guest has for itself goes without exits', () => {
    const l = lab(
      long(`
        mov ecx, 0xc0000082
        mov eax, 0x12345678
        mov edx, 0x7fff
        wrmsr
        xor eax, eax
        rdmsr
        mov [0x300000], eax
        mov [0x300004], edx
        ${EXIT(0)}`),
    );
    l.run();
    assert.deepEqual(l.names(), ['VMEXIT_IOIO']);
    assert.deepEqual([...l.guest.memory.read(0x300000, 8)], [0x78, 0x56, 0x34, 0x12, 0xff, 0x7f, 0, 0]);
    assert.equal(l.guest.vcpu.vmcb.big('lstar'), 0x7fff12345678n, 'VMSAVE brought it into the VMCB');
  });

  it('MSR: a TSC the guest writes goes on from there', () => {
    const l = lab(
      long(`
        mov ecx, 0x10
        mov eax, 0x1000
        mov edx, 7
        wrmsr
        rdmsr
        mov [0x300000], eax
        mov [0x300004], edx
        rdtsc
        mov [0x300008], eax
        mov [0x30000c], edx
        ${EXIT(0)}`),
    );
    l.run();
    const view = new DataView(l.guest.memory.read(0x300000, 16).buffer);
    const first = view.getBigUint64(0, true) - 0x700001000n;
    const second = view.getBigUint64(8, true) - 0x700001000n;
    assert.ok(first > 0n && first < 5000n, `${first}`);
    assert.ok(second > first && second < 10000n, `${second}`);
  });

  it('SVM instructions are undefined', () => {
    for (const source of ['vmload', 'vmsave', 'stgi', 'clgi', 'skinit eax', 'invlpga rax, ecx', 'vmrun']) {
      const { vector } = caught(`xor eax, eax\n${source}`);
      assert.equal(vector, 6, source);
    }
  });

  it('VMMCALL: version, characters, exit, and −1 for the rest', () => {
    const l = lab(
      long(`
        xor eax, eax
        vmmcall
        mov [0x300000], rax
        mov eax, 99
        vmmcall
        mov [0x300008], rax
        mov ebx, 'k'
        mov eax, 1
        vmmcall
        mov [0x300010], rax
        mov ebx, 42
        mov eax, 2
        vmmcall`),
    );
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 42, value: 42 });
    const view = new DataView(l.guest.memory.read(0x300000, 24).buffer);
    assert.deepEqual(
      [0, 8, 16].map((at) => view.getBigInt64(at, true)),
      [1n, -1n, 0n],
    );
    assert.equal(l.console(), 'k');
  });

  it('VMMCALL in user mode is #GP', () => {
    const l = lab(
      flat32(`
        mov word [0x200000 + 13 * 8], gp
        mov word [0x200000 + 13 * 8 + 2], 8
        mov word [0x200000 + 13 * 8 + 4], 0x8e00
        mov word [0x200000 + 13 * 8 + 6], 0x10
        lidt [idtr]
        lgdt [gdtr]
        mov ax, 0x28
        ltr ax
        push 0x23
        push 0x70000
        push 2
        push 0x1b
        push user
        iretd
      user:
        vmmcall
        nop
      gp: mov eax, 2
        mov ebx, 13
        vmmcall
      idtr: dw 0x7ff
        dd 0x200000
      gdtr: dw 0x2f
        dd gdt
      align 8
      gdt: dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00cffb000000ffff, 0x00cff3000000ffff
        dw 0x67, tss
        db 0x10, 0x89, 0, 0
      tss: dd 0, 0x7f000, 0x10
        times 23 dd 0`),
    );
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 13, value: 13 });
  });

  it('nested page faults: one for each page touched, the first time only', () => {
    const l = lab(
      flat32(`
        mov ecx, 20
        mov edi, 0x200000
      next: mov [edi], ecx
        add edi, 4096
        loop next
        mov ecx, 20
        mov edi, 0x200000
      again: add [edi], ecx
        add edi, 4096
        loop again
        ${EXIT(0)}`),
    );
    l.run();
    const faults = l.records.filter(({ code }) => exitName(code) === 'VMEXIT_NPF');
    // The page of the program, and twenty.
    assert.equal(faults.length, 21);
    assert.equal(new Set(faults.map(({ info2 }) => info2 >> 12n)).size, 21);
    assert.ok(faults.every(({ handler, outcome }) => handler === 'nested paging' && outcome === 'resume'));
  });

  it('REP OUTSB over a page the guest has not mapped: #PF with CR2, and the registers show how far it came', () => {
    const {
      lab: l,
      vector,
      errorCode,
      cr2,
    } = caught(`
        ; 2 MB page of 200000h stays; that of 600000h goes
        mov qword [0x83000 + 8 * 3], 0
        mov rsi, 0x5ffffe
        mov rcx, 5
        mov dx, 0xe9
        mov byte [0x3ffffe], 'x'
        invlpg [0x600000]
        rep outsb`);
    assert.deepEqual([vector, errorCode, cr2], [14, 0, 0x600000n]);
    assert.equal(l.debugcon().length, 2);
    assert.equal(l.host.gprLow(1), 3);
  });

  it('INS stores through the guest’s tables and marks them', () => {
    const l = lab(
      long(`
        mov rdi, 0x1ffffe
        mov dx, 0x3fc
        mov rcx, 3
        cld
        rep insb
        ${EXIT(0)}`),
    );
    l.run();
    assert.equal(l.host.gprLow(7), 0x200001);
    assert.deepEqual([...l.guest.memory.read(0x1ffffe, 3)], [0, 0, 0], 'MCR, with no bit set');
    // PD entries 0 and 1: present, writable, accessed, dirty, large.
    assert.equal(l.guest.memory.read(0x83000, 1)[0], 0xe3);
    assert.equal(l.guest.memory.read(0x83008, 1)[0], 0xe3);
  });

  it('string I/O beyond a segment’s limit is #GP, in real mode too', () => {
    const l = lab(
      real(`
        mov word [13 * 4], handler
        mov word [13 * 4 + 2], 0
        mov si, 0xffff
        mov dx, 0xe9
        outsw
        hlt
      handler: mov al, 9
        out 0xf4, al`),
    );
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 19, value: 9 });
  });

  it('a refused VMRUN names field and rule', () => {
    const l = lab(long('hlt'));
    l.guest.vcpu.vmcb.set('guestAsid', 0);
    const stop = l.run();
    assert.equal(stop.kind, 'diagnosis');
    assert.match(stop.kind === 'diagnosis' ? stop.message : '', /^VMRUN refused .* GUEST_ASID: .*§15\.5\.1/);
  });

  it('an exit nobody asked for stops with its name', () => {
    const l = lab(long('rdpmc\nhlt'));
    l.guest.vcpu.intercept('RDPMC', true);
    const stop = l.run();
    assert.match(stop.kind === 'diagnosis' ? stop.message : '', /VMEXIT_RDPMC at RIP 100000h/);
  });

  it('single stepping in the guest sees an emulated instruction end', () => {
    const l = lab(
      real(`
        mov word [4], handler
        mov word [6], 0
        pushf
        pop ax
        or ax, 0x100
        push ax
        popf
        cpuid
      after: nop
        hlt
      handler: pop ax
        mov [0x600], ax
        cmp ax, after
        jne back
        mov al, 1
        out 0xf4, al
      back: push ax
        iret`),
    );
    assert.deepEqual(l.run(Infinity, 1e6), { kind: 'guest-exit', status: 3, value: 1 });
  });
});
