import assert from 'node:assert/strict';
import { exitName } from '../../src/engine/arch/exit-codes';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { Hypervisor } from '../../src/hypervisor/hypervisor';
import { EXIT, lab, long, real } from './guest';
import { snapshot } from './snapshot';
import { picSetup } from '../pic-setup';

const BUSY = `
        mov sp, 0x7c00
        ${picSetup(0x20, 0xfe)}
        mov word [0x80], tick
        mov word [0x82], 0
        mov al, 0x34
        out 0x43, al
        mov al, 0xff
        out 0x40, al
        mov al, 0
        out 0x40, al
        xor bx, bx
      again: sti
        mov di, 0x8000
        mov cx, 777
      spin: add [di], cx
        inc di
        loop spin
        mov eax, 1
        push bx
        cpuid
        pop bx
        mov dx, 0x3f8
        mov al, 'a'
        out dx, al
        cmp bx, 20
        jb again
        cli
        ${EXIT(1)}
      tick: inc bx
        mov al, 0x20
        out 0x20, al
        iret`;

describe('stopping and going on', () => {
  it('is the same run in slices of any length', () => {
    const runs = [1_000, 33_333, 1_000_000, Infinity].map((slice) => {
      const l = lab(real(BUSY));
      const stop = l.run(slice);
      return { stop, records: l.records, console: l.console(), time: l.machine.clock.now };
    });
    for (const run of runs.slice(1)) assert.deepEqual(run, runs[0]);
    assert.ok(runs[0]!.records.length > 100);
    assert.ok(runs[0]!.records.some(({ code }) => exitName(code) === 'VMEXIT_INTR'));
  });

  it('is the same run in steps of one instruction', () => {
    const whole = lab(real(BUSY));
    whole.run(Infinity, 250_000);
    const l = lab(real(BUSY));
    while (l.machine.clock.now < 250_000) assert.deepEqual(l.hypervisor.run(250_000, 1), { kind: 'time' });
    assert.deepEqual(l.records, whole.records);
  });

  it('a step is one instruction: also over an exit, and over the first touch of a page', () => {
    const l = lab(long('nop\nmov [0x200000], eax\ncpuid\nmov al, 1\nout 0x80, al\nnop\nhlt'));
    const rips: number[] = [];
    for (let n = 0; n < 6; n++) {
      assert.deepEqual(l.hypervisor.run(Infinity, 1), { kind: 'time' });
      const { vmcb } = l.guest.vcpu;
      rips.push((l.host.inGuest ? l.machine.state.ripLow : vmcb.low('rip')) - 0x100000);
    }
    assert.deepEqual(rips, [1, 8, 10, 12, 14, 15]);
  });

  it('stops at a #VMEXIT before its handler, and goes on with it', () => {
    const l = lab(long(`mov eax, 0x40000000\ncpuid\n${EXIT(0)}`));
    l.hypervisor.stopOnExit = ({ code }) => exitName(code) === 'VMEXIT_CPUID';
    const stop = l.run();
    assert.equal(stop.kind, 'exit');
    if (stop.kind !== 'exit') return;
    assert.equal(stop.record.outcome, 'pending');
    assert.equal(stop.record.rip, 0x100005n);
    assert.equal(stop.record.nRip, 0x100007n);
    assert.equal(l.hypervisor.phase, 'exit');
    assert.equal(l.host.inGuest, false);
    assert.deepEqual(l.hypervisor.pendingExit, stop.record);
    assert.equal(l.guest.vcpu.vmcb.number('rax'), 0x40000000);
    assert.equal(l.records.length, stop.record.number - 1);
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 1, value: 0 });
    const logged = l.records[stop.record.number - 1]!;
    assert.deepEqual(
      { ...logged, outcome: 'pending', outcomeText: 'pending', outcomeValue: 0, handler: '' },
      stop.record,
    );
    assert.deepEqual([logged.outcome, logged.outcomeValue, logged.handler], ['advance', 2, 'cpuid']);
  });

  it('goes on from a snapshot as before, from any phase', () => {
    for (const [moment, stopAt] of [
      [50_000, undefined],
      [151_234, undefined],
      [1_000_000, 'VMEXIT_INTR'],
      [1_000_000, 'VMEXIT_CPUID'],
    ] as const) {
      const l = lab(real(BUSY));
      if (stopAt) l.hypervisor.stopOnExit = ({ code }) => exitName(code) === stopAt;
      l.run(Infinity, moment);
      l.hypervisor.stopOnExit = undefined;
      const restore = snapshot(l);
      const known = l.records.length;
      const first = { stop: l.run(), records: l.records.splice(known), time: l.machine.clock.now };
      restore();
      const second = { stop: l.run(), records: l.records.splice(known), time: l.machine.clock.now };
      assert.deepEqual(second, first);
      assert.ok(first.records.length > 10);
    }
  });

  it('two guests share the processor and keep their registers', () => {
    const program = (name: string): string => `
        mov rdi, 0x200000
        mov r12, '${name}'
        mov rcx, 0xc0000103
        mov eax, '${name}'
        xor edx, edx
        wrmsr
        mov rax, r12
        mov dr0, rax
        mov r15d, 30
      next: mov r14d, 200000
      spin: dec r14d
        jnz spin
        mov rax, r12
        mov dx, 0x3f8
        out dx, al
        rdtscp
        mov dx, 0xe9
        mov al, cl
        out dx, al
        mov rax, dr0
        out dx, al
        dec r15d
        jnz next
        ${EXIT(0)}`;
    const l = lab(long(program('A')), long(program('B')));
    assert.deepEqual(l.run(Infinity, 1e9), { kind: 'guests-ended' });
    assert.deepEqual(
      l.hypervisor.guests.map(({ vcpu }) => vcpu.state.stopped?.kind),
      ['guest-exit', 'guest-exit'],
    );
    assert.match(l.console(), /A+B+A+B+/);
    for (const name of ['A', 'B']) {
      assert.equal(l.console().split(name).length - 1, 30);
      assert.equal(l.debugcon().split(name).length - 1, 60);
    }
    assert.deepEqual(l.guest.vcpu.vmcb.low('guestAsid'), 1);
  });

  it('needs system memory for its own pages', () => {
    assert.throws(() => new HostMode(new Machine({ ramSize: 1 << 20 })), /1 MB of system memory are too few/);
    assert.ok(new Hypervisor(new HostMode(new Machine({ ramSize: 2 << 20 }))));
  });
});
