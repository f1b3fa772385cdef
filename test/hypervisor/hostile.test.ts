import assert from 'node:assert/strict';
import { EXIT, flat32, lab, long, real, spec } from './guest';

describe('guests that misbehave', () => {
  it('a triple fault ends with a diagnosis', () => {
    const l = lab(long('ud2'));
    const stop = l.run();
    assert.equal(stop.kind, 'guest-shutdown');
    assert.match(
      stop.kind === 'guest-shutdown' ? stop.diagnosis : '',
      /^triple fault: .*64-bit mode, CS:RIP 8h:100000h/,
    );
    assert.deepEqual(l.run(), stop, 'and stays ended');
  });

  it('a jump into nowhere fetches ones, which are no instruction', () => {
    const l = lab(
      flat32(`
        mov word [0x200000 + 6 * 8], ud
        mov word [0x200000 + 6 * 8 + 2], 8
        mov word [0x200000 + 6 * 8 + 4], 0x8e00
        mov word [0x200000 + 6 * 8 + 6], 0x10
        lidt [idtr]
        mov eax, 0x70000000
        jmp eax
      idtr: dw 0x7ff
        dd 0x200000
      ud: mov ebx, [esp]
        mov eax, 2
        vmmcall`),
    );
    const seen: unknown[] = [];
    l.machine.probe = { absentMemory: (gpa, _size, write) => seen.push([gpa, write]) };
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 0x70000000, value: 0x70000000 });
    assert.deepEqual(seen, [[0x70000000, false]]);
  });

  it('without anybody to catch it, the jump is a triple fault', () => {
    const l = lab(long('mov eax, 0x70000000\njmp rax'));
    assert.equal(l.run().kind, 'guest-shutdown');
  });

  it('absent memory reads as ones, loses what is written, and each access is announced', () => {
    const seen: [number, boolean][] = [];
    const l = lab(
      flat32(`
        mov eax, [0x10000000]
        mov dword [0x10000004], 0x12345678
        mov ebx, [0x10000004]
        add dword [0xa0000], 1
        mov edi, 0x10000ffe
        mov dword [edi], 0
        mov ecx, [edi]
        and eax, ebx
        and eax, ecx
        and eax, [0xa0000]
        inc eax
        mov [0x300000], eax
        pushfd
        pop dword [0x300004]
        ${EXIT(0)}`),
    );
    l.machine.probe = { absentMemory: (gpa, _size, write) => seen.push([gpa, write]) };
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 1, value: 0 });
    const view = new DataView(l.guest.memory.read(0x300000, 8).buffer);
    assert.equal(view.getUint32(0, true), 0);
    assert.equal(view.getUint32(4, true) & 0x100, 0, 'the trap flag is the guest’s again');
    assert.deepEqual(seen.slice(0, 5), [
      [0x10000000, false],
      [0x10000004, true],
      [0x10000004, false],
      [0xa0000, false],
      [0xa0000, true],
    ]);
    assert.equal(seen.filter(([gpa]) => gpa === 0xa0000).length, 3);
    assert.equal(l.guest.vcpu.vmcb.low('interceptException'), 0);
  });

  it('a stack in absent memory, and an exception: said, not looped', () => {
    const l = lab(
      flat32(`
        lidt [idtr]
        mov word [0x200000 + 6 * 8], ud
        mov word [0x200000 + 6 * 8 + 2], 8
        mov word [0x200000 + 6 * 8 + 4], 0x8e00
        mov word [0x200000 + 6 * 8 + 6], 0x10
        mov esp, 0x10000000
        ud2
      ud: hlt
      idtr: dw 0x7ff
        dd 0x200000`),
    );
    const stop = l.run();
    assert.match(stop.kind === 'diagnosis' ? stop.message : stop.kind, /delivering an event .* no memory/);
  });

  it('page tables in absent memory: the guest gets its #PF, and dies of it', () => {
    const l = lab(long('mov eax, 0x20000000\nmov cr3, rax\nhlt'));
    assert.equal(l.run(Infinity, 1e7).kind, 'guest-shutdown');
  });

  it('an endless loop is bounded by time and by steps', () => {
    const l = lab(real('jmp $'));
    assert.deepEqual(l.run(Infinity, 100_000), { kind: 'time' });
    assert.equal(l.machine.clock.now, 100_000);
    assert.deepEqual(l.hypervisor.run(Infinity, 1000), { kind: 'time' });
    assert.equal(l.machine.clock.now, 101_000);
  });

  it('an exception that leads to itself is bounded by steps, too', () => {
    const l = lab(
      real(`
        mov word [6 * 4], bad
        mov word [6 * 4 + 2], 0
      bad: ud2`),
    );
    assert.deepEqual(l.hypervisor.run(Infinity, 5000), { kind: 'time' });
  });

  it('ports nobody has read as ones and are announced', () => {
    const seen: unknown[] = [];
    const l = lab(real('mov dx, 0x1234\nin ax, dx\nout 0xf4, al'));
    l.machine.probe = { absentPort: (...access) => seen.push(access) };
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 511, value: 255 });
    assert.deepEqual(seen, [[0x1234, 2, false, 0xffff]]);
  });

  it('RESET through port 92h ends the guest', () => {
    const l = lab(real('in al, 0x92\nor al, 1\nout 0x92, al\nhlt'));
    assert.match(JSON.stringify(l.run()), /RESET/);
  });

  it('an image outside the guest’s memory is refused', () => {
    assert.throws(() => lab(spec('bits 32\norg 0x3fffff\ndb 1, 2', 32)), /3FFFFFh to 400000h; the guest has 4 MB/);
    assert.throws(() => lab(spec('bits 16\norg 0x9fff0\ntimes 32 db 0x90', 16)), /A0000h/);
  });

  it('system memory that is used up is a diagnosis', () => {
    const l = lab(
      flat32(`
        mov edi, 0x100000
      next: mov eax, [edi]
        add edi, 4096
        cmp edi, 0x400000
        jb next
        ${EXIT(0)}`),
    );
    const { freeMemory } = l.host;
    Object.assign(freeMemory, { end: freeMemory.start + 0x40000 });
    const stop = l.run();
    assert.match(stop.kind === 'diagnosis' ? stop.message : stop.kind, /system memory is used up/);
  });
});
