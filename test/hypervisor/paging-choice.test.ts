/** The kinds of guest memory beside shadow paging: nested tables with 2 MB pages, and paging of the user's own. */
import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import { startState } from '../../src/engine/machine/boot/start-state';
import type { BootImage } from '../../src/engine/machine/boot/image';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { systemMemoryMb, type GuestSpec } from '../../src/hypervisor/guest-spec';
import type { GuestSoftware } from '../../src/hypervisor/guest-software';
import { Hypervisor } from '../../src/hypervisor/hypervisor';
import { advance } from '../../src/hypervisor/outcome';
import { shadowMismatches } from '../../src/session/inspect/shadow';
import { EXIT, flat32, lab, long } from './guest';
import { snapshot } from './snapshot';
import { asGuest, difference, onMachine } from './three-ways';

const LARGE = 0x20_0000;

function specOf(source: string, more: Partial<GuestSpec>): GuestSpec & { readonly image: BootImage } {
  const assembly = assemble(source, { file: 'guest.asm' });
  assert.equal(assembly.failed, false, JSON.stringify(assembly.diagnostics));
  const bits = /bits 64/.test(source) ? 64 : 32;
  const image = startState(loadFlat(assembly.bytes, { bits, origin: Number(assembly.origin) }));
  return { name: 'guest', memoryMb: 8, ...more, image };
}

function started(spec: GuestSpec, software?: GuestSoftware) {
  const machine = new Machine({ ramSize: systemMemoryMb([spec]) << 20 });
  const hypervisor = new Hypervisor(new HostMode(machine));
  const vm = hypervisor.addGuest(spec, software);
  return { machine, hypervisor, vm };
}

describe('nested paging with 2 MB pages', () => {
  const source = (from: number): string => `bits 32\norg 0x100000
    mov edi, ${from}
    mov ecx, 0x100000
    mov eax, 0x01010101
    rep stosd
    ${EXIT(0)}`;

  it('one nested page fault for each 2 MB touched; 4 KB pages around the hole', () => {
    const spec = specOf(source(0x40_0000), { memoryMb: 10 });
    const run = { image: spec.image, memoryMb: 10 };
    const small = asGuest('nested', run);
    const large = asGuest('nested', { ...run, spec: { nestedPage: '2M' } });
    const bare = onMachine(run);
    assert.equal(difference(bare.memory, large.memory), '');
    assert.equal(difference(bare.memory, small.memory), '');
    // The program's page lies in the 2 MB with the hole; the string takes two large pages.
    assert.equal(large.exits['VMEXIT_NPF'], 3);
    assert.equal(small.exits['VMEXIT_NPF'], 1 + 1024);
  });

  it('large pages are whole, aligned, and one run of system memory', () => {
    const { hypervisor, vm } = started(specOf(source(0x20_0000), { memoryMb: 7, nestedPage: '2M' }));
    hypervisor.run(1e9);
    const base = vm.memory.spaOf(0x20_0000)!;
    assert.equal(base % LARGE, 0);
    assert.equal(vm.memory.spaOf(0x20_0000 + 0x12_3456), base + 0x12_3456);
    // The last megabyte is no whole large page: what was touched of it has pages of 4 KB.
    assert.notEqual(vm.memory.spaOf(0x5f_ffff), undefined);
    assert.equal(vm.memory.spaOf(0x70_0000), undefined);
  });
});

describe('paging of one’s own', () => {
  const idle = 'bits 32\norg 0x100000\nhlt';

  it('memory is one run of system memory at a multiple of 2 MB, with nothing mapped', () => {
    const { vm, machine } = started(specOf(idle, { paging: 'own', memoryMb: 3 }));
    const base = vm.memory.spaOf(0)!;
    assert.equal(base % LARGE, 0);
    for (const gpa of [0, 0xa_0000, 0x10_0000, 0x2f_ffff]) assert.equal(vm.memory.spaOf(gpa), base + gpa);
    assert.equal(vm.memory.spaOf(0x30_0000), undefined);
    assert.equal(vm.memory.write(0x2f_fffe, Uint8Array.of(1, 2, 3, 4)), 2);
    assert.deepEqual([...vm.memory.read(0x2f_fffe, 4)], [1, 2, 0xff, 0xff]);
    assert.deepEqual([...machine.ram.readBytes(base + 0x2f_fffe, 2)], [1, 2]);
    assert.equal(vm.vcpu.vmcb.low('npEnable'), 0);
    assert.equal(vm.vcpu.vmcb.low('interceptException'), 0);
    assert.equal(vm.vcpu.vmcb.low('interceptCrWrite'), 0);
  });

  it('software that enters the guest on tables of its own, and keeps its CR3 in mind', () => {
    const source = `bits 64\norg 0x100000
      mov rax, 0x300000
      mov cr3, rax
      mov byte [0x400000], 7
      ${EXIT(0)}`;
    let root = 0;
    const software: GuestSoftware = {
      setUp({ vcpu, memory, systemPages }) {
        // The first 8 MB as the guest has them, in 2 MB pages of the run.
        const [pml4, pdpt, pd] = [systemPages.allocate(), systemPages.allocate(), systemPages.allocate()];
        const ram = vcpu.host.memory;
        ram.write32(pml4, pdpt | 7);
        ram.write32(pdpt, pd | 7);
        for (let n = 0; n < 4; n++) ram.write32(pd + n * 8, (memory.spaOf(n * LARGE)! | 0x87) >>> 0);
        root = pml4;
        vcpu.vmcb.set('cr3', pml4);
        vcpu.intercept('CR3_WRITE', true);
        return undefined;
      },
      exit: (name) => (name === 'VMEXIT_CR3_WRITE' ? advance('test') : undefined),
    };
    const { hypervisor, vm, machine } = started(specOf(source, { paging: 'own' }), software);
    const before = vm.vcpu.guestControls.cr3;
    assert.notEqual(before, root);
    const stop = hypervisor.run(1e9);
    assert.deepEqual(stop, { kind: 'guest-exit', status: 1, value: 0 });
    assert.equal(vm.vcpu.vmcb.number('cr3'), root);
    assert.equal(vm.vcpu.guestControls.cr3, 0x30_0000);
    assert.equal(vm.memory.read(0x40_0000, 1)[0], 7);
    // The tables at the guest's new CR3 are empty, so all that is mapped is stale.
    const found = shadowMismatches(machine, vm);
    assert.deepEqual(new Set(found.map(({ kind }) => kind)), new Set(['stale']));
    assert.deepEqual(
      found.map(({ gva }) => gva),
      [0n, 0x20_0000n, 0x40_0000n, 0x60_0000n],
    );
  });

  it('an exit nobody answers is named', () => {
    const software: GuestSoftware = {
      setUp({ vcpu }) {
        vcpu.intercept('EXCEPTION_PF', true);
        return undefined;
      },
    };
    const spec = specOf('bits 64\norg 0x100000\nhlt', { paging: 'own' });
    const { hypervisor, vm } = started(spec, software);
    vm.vcpu.vmcb.set('cr3', vm.vcpu.pages.carried);
    const stop = hypervisor.run(1e9);
    assert.equal(stop.kind, 'diagnosis');
    assert.match(stop.kind === 'diagnosis' ? stop.message : '', /^VMEXIT_EXCP_PF at RIP 100000h has no handler/);
  });
});

describe('shadow paging, what it does not do', () => {
  it('a hardware task switch ends with a sentence that says so', () => {
    const l = lab({
      ...flat32(`
        mov dword [0x200008], 0x0000ffff
        mov dword [0x20000c], 0x00cf9b00
        mov dword [0x200010], 0x0000ffff
        mov dword [0x200014], 0x00cf9300
        mov dword [0x200018], 0x10000067
        mov dword [0x20001c], 0x00008920
        mov dword [0x200020], 0x20000067
        mov dword [0x200024], 0x00008920
        lgdt [gdtr]
        mov ax, 0x18
        ltr ax
        jmp 0x20:0
      gdtr: dw 0x27
        dd 0x200000`),
      paging: 'shadow',
    });
    const stop = l.run();
    assert.equal(stop.kind, 'diagnosis');
    assert.match(
      stop.kind === 'diagnosis' ? stop.message : '',
      /^the guest switches to the task of TSS 20h .* nested paging$/,
    );
  });
});

describe('snapshots of guests with shadow paging', () => {
  it('go on exactly as before, whenever they are taken', () => {
    const guest = {
      ...long(`
        mov rdi, 0x83800
        mov rcx, 200
      again: xor qword [0x83010], 0x200
        mov rax, [rdi]
        inc dword [0x300000]
        mov rax, cr3
        mov cr3, rax
        mov al, cl
        out 0x80, al
        loop again
        ${EXIT(0)}`),
      paging: 'shadow' as const,
    };
    for (const moment of [20_000, 111_777, 300_123]) {
      const l = lab(guest);
      l.run(Infinity, moment);
      const restore = snapshot(l);
      const known = l.records.length;
      const first = { stop: l.run(), records: l.records.splice(known), time: l.machine.clock.now };
      restore();
      const second = { stop: l.run(), records: l.records.splice(known), time: l.machine.clock.now };
      assert.deepEqual(second, first);
      assert.ok(first.records.length > 10);
      assert.deepEqual(shadowMismatches(l.machine, l.hypervisor.guests[0]!), []);
    }
  });
});
