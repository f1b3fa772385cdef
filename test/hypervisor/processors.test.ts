/** The hypervisor on processors of four generations: a guest sees no difference but in CPUID, whatever a #VMEXIT stores. */
import assert from 'node:assert/strict';
import { exitName } from '../../src/engine/arch/exit-codes';
import { PROFILES, type ProfileName } from '../../src/engine/cpu/profiles';
import type { GuestSpec } from '../../src/hypervisor/guest-spec';
import { EXIT, flat32, type Lab, labOn, long, real } from './guest';

const NAMES = Object.keys(PROFILES) as ProfileName[];

/** Every intercepted instruction the hypervisor answers by going on behind it, with prefixes. */
const INSTRUCTIONS = (a: string): string => `
        mov eax, 0x40000001
        cpuid
        mov ${a}bx, eax
        db 0x66, 0x2e
        cpuid
        mov eax, 0
        vmmcall
        mov ${a}bp, eax
        invd
        mov ecx, 0xc0000080
        rdmsr
        wrmsr
        mov ecx, 0x10
        rdmsr
        in al, 0x61
        mov dx, 0x3f8
        mov al, 'x'
        out dx, al
        cli
        sti
        mov al, 'y'
        db 0x67
        out dx, al
        ${EXIT(4)}`;

/** OUTS from where a segment override says. */
const SEGMENTS = real(`
        xor ax, ax
        mov ds, ax
        mov ax, 0x1000
        mov es, ax
        mov ax, 0x2000
        mov fs, ax
        mov si, 0x100
        mov byte [ds:si], 'd'
        mov byte [es:si], 'e'
        mov byte [fs:si], 'f'
        mov dx, 0x3f8
        cld
        outsb
        dec si
        db 0x26
        outsb
        dec si
        db 0x64
        outsb
        mov si, 0x100
        mov cx, 1
        db 0x26
        rep outsb
        mov di, 0x200
        mov dx, 0x60
        insb
        ${EXIT(1)}`);

/** Flushes by TLB_CONTROL behind the hypervisor's own steps: the page of ones that absent memory shows must not stay. */
const ABSENT = long(`
        mov rdi, 0xf0000000
        mov rax, [rdi]
        mov qword [rdi], 5
        mov rbx, [rdi]
        inc rax
        jnz bad
        inc rbx
        jnz bad
        ${EXIT(2)}
      bad: ${EXIT(9)}`);

const GUESTS: Readonly<Record<string, GuestSpec>> = {
  'in real mode': real(INSTRUCTIONS('e')),
  'in protected mode': flat32(INSTRUCTIONS('e')),
  'in 64-bit mode': long(INSTRUCTIONS('e')),
  'OUTS with segment overrides': SEGMENTS,
  'absent memory': ABSENT,
  'shadow paging': {
    ...long(`mov rax, cr3\nmov cr3, rax\nmov rcx, cr0\nmov cr0, rcx\nsmsw ax\nclts\ninvlpg [rdi]\n${EXIT(3)}`),
    paging: 'shadow',
  },
};

/** What the guest did, as it could know it. */
function seen(l: Lab): unknown {
  const { vmcb } = l.guest.vcpu;
  const names = l.records.map(({ code, rip, outcome }) => [exitName(code), rip, outcome]);
  return { console: l.console(), stopped: l.guest.vcpu.state.stopped, rip: vmcb.number('rip'), names };
}

describe('the hypervisor on each processor', () => {
  for (const [name, spec] of Object.entries(GUESTS)) {
    it(`goes on behind what exited: ${name}`, () => {
      const runs = NAMES.map((profile) => {
        const l = labOn(PROFILES[profile], spec);
        assert.equal(
          l.run(Infinity, 1e8).kind,
          'guest-exit',
          `${profile}: ${JSON.stringify(l.guest.vcpu.state.stopped)}`,
        );
        return seen(l);
      });
      for (const run of runs) assert.deepEqual(run, runs[0]);
    });
  }

  it('OUTS reads from the segment its prefix names, also without decode assists', () => {
    for (const profile of NAMES) {
      const l = labOn(PROFILES[profile], SEGMENTS);
      l.run();
      assert.equal(l.console(), 'defe', profile);
    }
  });

  it('a #VMEXIT stores what the generation has: nRIP, the segment of OUTS', () => {
    const stored = (profile: ProfileName, code: string, spec: GuestSpec) => {
      const l = labOn(PROFILES[profile], spec);
      l.hypervisor.stopOnExit = (record) => exitName(record.code) === code;
      const stop = l.run();
      return stop.kind === 'exit' ? { nRip: stop.record.nRip, info1: stop.record.info1 } : undefined;
    };
    const cpuid = long('nop\ncpuid\nhlt');
    const outs = real('mov dx, 0x3f8\nmov si, 0x100\ndb 0x26\noutsb\nhlt');
    assert.deepEqual(stored('barcelona', 'VMEXIT_CPUID', cpuid), { nRip: 0n, info1: 0n });
    assert.deepEqual(stored('bulldozer', 'VMEXIT_CPUID', cpuid), { nRip: 0x100003n, info1: 0n });
    // port 3F8h, A16, one byte, string; ES is segment 0, DS would be 3
    assert.equal(stored('barcelona', 'VMEXIT_IOIO', outs)?.info1, 0x03f80094n);
    const ds = real('mov dx, 0x3f8\nmov si, 0x100\noutsb\nhlt');
    assert.equal(stored('barcelona', 'VMEXIT_IOIO', ds)?.info1, 0x03f80094n);
    assert.equal(stored('zen3', 'VMEXIT_IOIO', ds)?.info1, 0x03f80c94n);
  });

  it('without nRIP an instruction that is no longer there is a diagnosis', () => {
    const l = labOn(PROFILES.barcelona, long('nop\ncpuid\nhlt'));
    l.hypervisor.stopOnExit = ({ code }) => exitName(code) === 'VMEXIT_CPUID';
    assert.equal(l.run().kind, 'exit');
    l.guest.memory.write(0x100001, Uint8Array.of(0x90, 0x90));
    const stop = l.run();
    assert.match(stop.kind === 'diagnosis' ? stop.message : stop.kind, /VMEXIT_CPUID at RIP 100001h: .* no nRIP/);
  });

  it('has no more guests than the processor has ASIDs', () => {
    const l = labOn(PROFILES.barcelona, long('hlt'));
    const spec = { ...long('hlt'), memoryMb: 2 };
    assert.throws(() => {
      for (let n = 0; n < 64; n++) l.hypervisor.addGuest(spec);
    }, /ASID/);
  });
});
