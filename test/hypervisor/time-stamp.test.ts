/** The TSC of guests: virtual ns and TSC_OFFSET, read by RDTSC, RDTSCP and RDMSR, intercepted or not. */
import assert from 'node:assert/strict';
import { PROFILES } from '../../src/engine/cpu/profiles';
import { EXIT, type Lab, lab, labOn, long } from './guest';

/** Stores the TSC as RDTSC, RDTSCP and RDMSR have it, TSC_AUX, then each again, at 200000h. */
const READS = long(`
        mov edi, 0x200000
        mov dword [rdi], 0
        mov ecx, 0xc0000103
        mov eax, 0x1234abcd
        xor edx, edx
        wrmsr
        mov r8d, 2
      again: rdtsc
        mov [rdi], eax
        mov [rdi + 4], edx
        rdtscp
        mov [rdi + 8], eax
        mov [rdi + 12], edx
        mov [rdi + 16], rcx
        mov ecx, 0x10
        rdmsr
        mov [rdi + 24], eax
        mov [rdi + 28], edx
        add rdi, 32
        dec r8d
        jnz again
        ${EXIT(0)}`);

function values({ guest }: Lab): bigint[] {
  const view = new DataView(guest.memory.read(0x200000, 64).buffer);
  return Array.from({ length: 8 }, (_, n) => view.getBigUint64(n * 8, true));
}

/** Intercepts by name, with an offset. */
function run(offset: bigint, intercepted: readonly ('RDTSC' | 'RDTSCP')[] = [], processor?: keyof typeof PROFILES) {
  const l = labOn(processor && PROFILES[processor], READS);
  l.guest.vcpu.vmcb.setBig('tscOffset', BigInt.asUintN(64, offset));
  for (const name of intercepted) l.guest.vcpu.intercept(name, true);
  assert.equal(l.run().kind, 'guest-exit');
  return { l, values: values(l) };
}

describe('the TSC of a guest', () => {
  it('counts virtual nanoseconds: an instruction is one, an exit what it costs', () => {
    const { values: tsc, l } = run(0n);
    const [rdtsc, rdtscp, aux, rdmsr, rdtsc2] = tsc;
    assert.equal(aux, 0x1234abcdn);
    assert.equal(rdtscp! - rdtsc!, 3n, 'two MOVs and RDTSCP');
    // RDMSR exits; its handler reads the counter behind the cost of the #VMEXIT
    assert.equal(rdmsr! - rdtscp!, 1n + 4n + 1n + 1650n, 'RDTSCP, four MOVs, RDMSR and its cost');
    assert.ok(rdtsc2! > rdmsr! && rdtsc2! < BigInt(l.machine.clock.now));
  });

  it('is the host’s and TSC_OFFSET, modulo 2⁶⁴, however it is read', () => {
    const plain = run(0n).values;
    for (const offset of [1n, 0x1_0000_0000n, -5_000n, 0xffff_ffff_ffff_0000n, 0x7fff_ffff_ffff_ffffn]) {
      const { values: moved } = run(offset);
      for (const n of [0, 1, 3, 4, 5, 7]) {
        assert.equal(moved[n], BigInt.asUintN(64, plain[n]! + offset), `reading ${n}, offset ${offset}`);
      }
    }
  });

  for (const processor of ['barcelona', 'zen3'] as const) {
    it(`is the same behind an intercept, later by what the exit costs (${processor})`, () => {
      const offset = -1234n;
      const free = run(offset, [], processor).values;
      const { values: caught, l } = run(offset, ['RDTSC', 'RDTSCP'], processor);
      const { worldSwitch, handler } = PROFILES[processor].exitCosts;
      const cost = BigInt(worldSwitch + handler.instruction);
      // the instruction that exits takes its nanosecond, then the cost passes, then the counter is read
      assert.equal(caught[0]! - free[0]!, 1n + cost);
      assert.equal(caught[2], 0x1234abcdn, 'RDTSCP has TSC_AUX');
      assert.equal(l.names().filter((name) => /RDTSCP?$/.test(name)).length, 4);
      const order = [0, 1, 3, 4, 5, 7].map((n) => caught[n]!);
      assert.deepEqual(
        order,
        [...order].sort((x, y) => Number(x - y)),
        'it never goes back',
      );
    });
  }

  it('a write sets the offset: the guest goes on from there, the host’s counter stays', () => {
    const l = lab(
      long(`
        mov ecx, 0x10
        mov eax, 1000
        xor edx, edx
        wrmsr
        rdtsc
        mov edi, 0x200000
        mov [rdi], eax
        mov [rdi + 4], edx
        ${EXIT(0)}`),
    );
    l.run();
    const [tsc] = values(l);
    assert.ok(tsc! >= 1000n && tsc! < 5000n, `${tsc}`);
    const [low, high] = l.host.readMsr(0x10);
    assert.equal((high >>> 0) * 2 ** 32 + (low >>> 0), l.host.time);
  });

  it('CR4.TSD closes it to user code before the intercept', () => {
    const user = long(`
        mov rax, cr4
        or eax, 4
        mov cr4, rax
        lidt [idtr]
        mov rax, gp
        mov [0x210000 + 13 * 16], ax
        mov word [0x210000 + 13 * 16 + 2], 8
        mov word [0x210000 + 13 * 16 + 4], 0x8e00
        shr rax, 16
        mov [0x210000 + 13 * 16 + 6], ax
        rdtsc
        mov al, 1
        out 0xf4, al
      gp: ${EXIT(9)}
      idtr: dw 0xfff
        dq 0x210000`);
    const l = lab(user);
    l.guest.vcpu.intercept('RDTSC', true);
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 3, value: 1 });
    assert.ok(l.names().includes('VMEXIT_RDTSC'), 'at CPL 0 it is read');
  });

  it('each of two guests has its own', () => {
    const l = lab(READS, READS);
    const [a, b] = l.hypervisor.guests;
    b!.vcpu.vmcb.setBig('tscOffset', 0x5_0000_0000n);
    assert.equal(l.run().kind, 'guests-ended');
    const first = (id: number): bigint => {
      return new DataView(l.hypervisor.guests[id]!.memory.read(0x200000, 8).buffer).getBigUint64(0, true);
    };
    assert.ok(first(0) < 0x1_0000_0000n && first(1) > 0x5_0000_0000n);
    assert.equal(a!.vcpu.vmcb.big('tscOffset'), 0n);
  });
});
