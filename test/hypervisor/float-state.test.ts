import assert from 'node:assert/strict';
import { CR4_OSXMMEXCPT } from '../../src/engine/arch/registers';
import type { Profile } from '../../src/engine/cpu/profile';
import { PROFILES } from '../../src/engine/cpu/profiles';
import type { GuestSpec } from '../../src/hypervisor/guest-spec';
import { EXIT, labOn, long, type Lab } from './guest';
import { snapshot } from './snapshot';

const { zen1 } = PROFILES;
/** Zen 1 with SSE and SSE2, whatever else its model has. */
const PROFILE: Profile = {
  ...zen1,
  features: new Set([...zen1.features, 'SSE', 'SSE2']),
  limits: { ...zen1.limits, cr4Valid: zen1.limits.cr4Valid | CR4_OSXMMEXCPT },
};
const lab = (...specs: GuestSpec[]): Lab => labOn(PROFILE, ...specs);

/** Keeps a value in XMM3, in ST(0) and in MXCSR over many turns; exits with 1 if one of them becomes another's. */
const keeper = (value: number, mxcsr: number): string => `
      mov rsp, 0x180000
      mov rax, cr4
      or eax, 0x600
      mov cr4, rax
      fninit
      mov dword [0x300000], ${mxcsr}
      ldmxcsr [0x300000]
      mov eax, ${value}
      mov [0x300010], rax
      movups xmm3, [0x300010]
      fild qword [0x300010]
      mov ecx, 300000
    next:
      movups [0x300030], xmm3
      mov rax, [0x300030]
      cmp rax, [0x300010]
      jne bad
      dec ecx
      jnz next
      fistp qword [0x300018]
      stmxcsr [0x300020]
      mov rax, [0x300018]
      cmp rax, [0x300010]
      jne bad
      cmp dword [0x300020], ${mxcsr}
      jne bad
      ${EXIT(0)}
    bad:
      ${EXIT(1)}`;

/** What a guest finds at its first instruction. */
const START = `
      mov rsp, 0x180000
      mov rax, cr4
      or eax, 0x600
      mov cr4, rax
      fnstcw [0x300000]
      stmxcsr [0x300004]
      movups [0x300008], xmm7
      ${EXIT(0)}`;

describe('x87 and SSE state of guests', () => {
  const guests = () => [long(keeper(0x1111_2222, 0x1f80)), long(keeper(0x3333_4444, 0x7f80)), long(keeper(5, 0x3fc0))];

  it('is each guest’s own while they share the processor', () => {
    const l = lab(...guests());
    assert.deepEqual(l.run(), { kind: 'guests-ended' });
    for (const { vcpu } of l.hypervisor.guests) {
      assert.deepEqual(vcpu.state.stopped, { kind: 'guest-exit', status: 1, value: 0 });
    }
    assert.ok(l.names().filter((name) => name === 'VMEXIT_INTR').length > 10, 'they took turns');
  });

  it('and goes with a snapshot', () => {
    const l = lab(...guests());
    l.hypervisor.run(700_000);
    const back = snapshot(l);
    l.hypervisor.run(1_500_000);
    back();
    assert.deepEqual(l.run(), { kind: 'guests-ended' });
    for (const { vcpu } of l.hypervisor.guests)
      assert.deepEqual(vcpu.state.stopped, { kind: 'guest-exit', status: 1, value: 0 });
  });

  it('is that of RESET at a guest’s first instruction, whoever ran before', () => {
    const l = lab(long(keeper(0x7777_8888, 0x5fa0)), long(START));
    assert.deepEqual(l.run(), { kind: 'guests-ended' });
    const view = new DataView(l.hypervisor.guests[1]!.memory.read(0x300000, 16).buffer);
    assert.deepEqual([view.getUint16(0, true), view.getUint32(4, true)], [0x40, 0x1f80]);
    assert.equal(view.getBigUint64(8, true), 0n);
  });
});
