/** Stepping out through interrupts, and one guest of two. */
import assert from 'node:assert/strict';
import { openLab } from '../../src/session/launch';
import { Runner } from '../../src/session/runner';
import { codeBits } from '../../src/session/registers';
import { picSetup } from '../pic-setup';
import { at, breakAt, open } from './run-lab';

/** Counts in EAX, calls a routine that takes its time, and is interrupted by its timer all along; ticks in [600h]. */
const TICKS = {
  real: `
bits 16
org 0x7c00
_start:
    cli
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, 0x7000
    mov word [8 * 4], tick
    mov word [8 * 4 + 2], 0
    call arm
again:
    call work
after:
    jmp again
work:
    mov cx, ROUNDS
spin:
    call deeper
    loop spin
    ret
deeper:
    push bx
inside:
    out 0x80, al
    pop bx
    ret
arm:
    ${picSetup(8, 0xfe)}
    mov al, 0x34
    out 0x43, al
    mov al, PERIOD
    out 0x40, al
    mov al, 0
    out 0x40, al
    sti
    ret
tick:
    push ax
    inc word [0x600]
    mov al, 0x20
    out 0x20, al
    pop ax
    iret
times 510 - ($ - $$) db 0
dw 0xaa55
`,
  protected: `
bits 32
org 0x100000
_start:
    cli
    mov esp, 0x80000
    mov eax, tick
    mov [idt + 8 * 8], ax
    shr eax, 16
    mov [idt + 8 * 8 + 6], ax
    mov [idt + 8 * 8 + 2], cs
    mov byte [idt + 8 * 8 + 5], 0x8e
    lidt [idtr]
    call arm
again:
    call work
after:
    jmp again
work:
    mov ecx, ROUNDS
spin:
    call deeper
    loop spin
    ret
deeper:
    push ebx
inside:
    out 0x80, al
    pop ebx
    ret
ARM
    ret
tick:
    push eax
    inc dword [0x600]
    mov al, 0x20
    out 0x20, al
    pop eax
    iret
align 8
idt: times 64 dq 0
idtr: dw $ - idt - 1
    dd idt
`,
  long: `
bits 64
org 0x100000
_start:
    cli
    mov esp, 0x80000
    lea rax, [rel tick]
    lea rbx, [rel idt]
    mov [rbx + 8 * 16], ax
    shr rax, 16
    mov [rbx + 8 * 16 + 6], ax
    mov [rbx + 8 * 16 + 2], cs
    mov byte [rbx + 8 * 16 + 5], 0x8e
    lidt [rel idtr]
    call arm
again:
    call work
after:
    jmp again
work:
    mov ecx, ROUNDS
spin:
    call deeper
    dec ecx
    jnz spin
    ret
deeper:
    push rbx
inside:
    out 0x80, al
    pop rbx
    ret
ARM
    ret
tick:
    push rax
    inc dword [abs 0x600]
    mov al, 0x20
    out 0x20, al
    pop rax
    iretq
align 8
idt: times 64 dq 0, 0
idtr: dw $ - idt - 1
    dq idt
`,
} as const;
const ARM = TICKS.real.slice(TICKS.real.indexOf('arm:'), TICKS.real.indexOf('    ret\ntick:'));

describe('stepping out through interrupts', () => {
  for (const [mode, world] of [
    ['real', 'bare'],
    ['protected', 'guest'],
    ['long', 'bare'],
    ['long', 'guest'],
  ] as const) {
    // an exit costs a guest more than many instructions: its timer is slower, and so is its work
    const [rounds, period] = world === 'bare' ? ['900', '2'] : ['60', '20'];
    const source = TICKS[mode].replace('ARM\n', ARM).replace('ROUNDS', rounds).replace('PERIOD', period);

    it(`lands behind the call, in ${mode} mode, ${world}`, async () => {
      const { lab, runner } = await open(source, world);
      const ticks = () => lab.read(lab.world, 0x600n, 1)[0] ?? 0;
      const bits = { real: 16, protected: 32, long: 64 }[mode];
      for (const [label, behind] of [
        ['work', 'after'],
        ['inside', 'spin'],
        ['spin', 'after'],
      ] as const) {
        breakAt(runner, lab, label);
        assert.equal((await runner.run({ kind: 'continue' })).kind, 'breakpoint');
        runner.setBreakpoints([]);
        const before = ticks();
        assert.deepEqual(await runner.run({ kind: 'step-out' }), { kind: 'step' });
        assert.equal(codeBits(lab.registers(lab.world)), bits);
        assert.match(at(lab), new RegExp(`^${behind}(\\+|$)`), label);
        // it was interrupted on the way, or this proves nothing
        if (label === 'work') assert.notEqual(ticks(), before);
      }
    });

    it(`steps over lines as if there were no interrupts, in ${mode} mode, ${world}`, async () => {
      const { lab, runner } = await open(source, world);
      breakAt(runner, lab, 'spin');
      await runner.run({ kind: 'continue' });
      runner.setBreakpoints([]);
      const ticks = () => lab.read(lab.world, 0x600n, 1)[0] ?? 0;
      const before = ticks();
      const seen = new Set<string>();
      for (let n = 0; n < (world === 'bare' ? 1500 : 100); n++) {
        assert.equal((await runner.run({ kind: 'step', unit: 'line', over: true })).kind, 'step');
        seen.add(at(lab).replace(/\+.*/, ''));
      }
      assert.deepEqual([...seen], ['spin'], 'no line of the handler');
      assert.notEqual(ticks(), before);
    });
  }
});

describe('stepping one guest of two', () => {
  const WORK = `
bits 64
org 0x100000
_start:
    inc rax
    call part
behind:
    jmp _start
part:
    mov ecx, 1000
burn:
    out 0x80, al
    dec ecx
    jnz burn
    inc rbx
    ret
`;

  it('stays with that guest while the other has its turn', async () => {
    const options = { guests: [{ program: 'a.asm' }, { program: 'b.asm' }] };
    const lab = await openLab(options, async () => new TextEncoder().encode(WORK));
    const runner = new Runner(lab, { interactive: false });
    const [a, b] = [lab.guest(0)!, lab.guest(1)!];
    const address = lab.programOf(b).symbol('part')!;
    runner.setBreakpoints([{ id: 1, address, world: 1, condition: undefined, hits: 1, message: undefined }]);
    assert.equal((await runner.run({ kind: 'continue' })).kind, 'breakpoint');
    runner.setBreakpoints([]);
    assert.equal(lab.world, b);
    const exitsOfA = () => lab.log.tally.guests.get(a.id)?.count ?? 0;
    const before = exitsOfA();
    // what it does takes more than a quantum
    assert.deepEqual(await runner.run({ kind: 'step-out' }), { kind: 'step' });
    assert.equal(lab.world, b);
    assert.equal(at(lab), 'behind');
    assert.equal(lab.registers(b).gpr(1), 0n);
    assert.ok(exitsOfA() > before + 100, `the other had ${exitsOfA() - before} exits meanwhile`);
  }).timeout(60_000);
});
